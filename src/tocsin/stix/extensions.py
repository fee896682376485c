"""What STIX has no place for, in extensions of ours: each with its definition, its form, and its JSON schema from that form.

STIX has one number from 0 to 100 for confidence. Likelihood, confidence and the two letters of the Admiralty code are
four different things, so none of them goes there.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeVar

import msgspec

from tocsin.basis.foreign import fitted, read_json
from tocsin.stix.model import Said, extension

F = TypeVar("F", bound="Form")

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
Moment = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3,}Z$")]
Sureness = Literal["low", "moderate", "high"]
Credibility = Literal["1", "2", "3", "4", "5", "6"]
Verdict = Literal["match", "near", "miss", "unknown"]


class Form(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one extension says of the object that it stands on."""

    ID: ClassVar[str] = ""

    extension_type: Literal["property-extension"] = "property-extension"


class Likelihood(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a note about a campaign: how likely it is, and, apart from it, how good the grounds for saying so are.

    low, high: of the probability, 0 to 1. word: of ICD 203; of a range across several its first and last ("unlikely to likely").
    confidence: in the grounds, never a likelihood. severity: how bad it would be. why: it was judged again. changed: what is
    different from the time before.
    """

    ID: ClassVar[str] = "extension-definition--ceea9e89-e66a-448f-ac69-6f6530c99204"

    low: Share
    high: Share
    word: str = ""
    confidence: Sureness
    confidence_why: str = ""
    severity: Literal["minor", "moderate", "severe", "extreme"] | None = None
    why: str = ""
    changed: str = ""


class Claim(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One checkable statement in a report, and how far it can be believed."""

    text: str
    credibility: Credibility


class Grade(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a report: how far its source and its content can be relied on, by the Admiralty code, and where it started.

    reliability: of the source, A to E; F: it cannot be judged. credibility: of the content, 1 to 5; 6: it cannot be judged.
    They are letters and digits, never numbers to reckon with: F and 6 lie nowhere on a scale. origin: equal in all reports that
    repeat one voice; it says nothing else.
    """

    ID: ClassVar[str] = "extension-definition--76283bbd-ae67-4b73-84ab-de60c6a47874"

    reliability: Literal["A", "B", "C", "D", "E", "F"]
    credibility: Credibility
    claims: tuple[Claim, ...] = ()
    origin: str = ""


class Place(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A place or an area that is threatened."""

    name: str
    country: str = ""
    point: tuple[float, float] | None = None
    polygon: tuple[tuple[float, float], ...] = ()
    circle: tuple[float, float, float] | None = None


class Case(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a campaign: what it threatens, where and when.

    kind: what sort of threat. target_classes, methods: of closed lists; how a thing is done is said nowhere. places: all of them,
    with their areas, for which a location has no room. point: latitude first, in degrees. polygon: a closed ring of these. circle:
    latitude, longitude, radius in kilometres. begins, ends: of the time in which it is expected. zone: IANA, of the place.
    ended_at: since when nobody looks after it any more. exercise: it is not real.
    """

    ID: ClassVar[str] = "extension-definition--3da20fb7-b8ce-40ad-88dc-e65dd6910ab7"

    kind: str = ""
    targets: tuple[str, ...] = ()
    target_classes: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    place: str = ""
    places: tuple[Place, ...] = ()
    zone: str = ""
    begins: Moment | None = None
    ends: Moment | None = None
    ended_at: Moment | None = None
    exercise: bool = False


class Bearing(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a relationship from a report or an incident to a campaign: which way it points.

    claim: which of the claims in the grade of the report, counted from 0; none: all of it.
    """

    ID: ClassVar[str] = "extension-definition--85a2fb92-2d43-43d7-bb71-03992995d273"

    bearing: Literal["for", "against", "context"]
    claim: int | None = None


class Basis(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a relationship to a report that something rests on: which of the claims in its grade, counted from 0."""

    ID: ClassVar[str] = "extension-definition--6aea3f8f-096c-4a7b-8000-2b2784143b47"

    claim: int


class Attribution(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a relationship from a campaign to an actor: how sure its maker is that the actor is behind it."""

    ID: ClassVar[str] = "extension-definition--f7637b76-5328-4128-9a25-d8a12ac5145a"

    confidence: Sureness


class Actor(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a threat-actor: what it is. A single person is named only by an official listing or charge.

    listed_by: that listing or charge.
    """

    ID: ClassVar[str] = "extension-definition--8c062b63-6e61-4fbd-a47f-841db8494761"

    kind: Literal["group", "person"]
    listed_by: str = ""


class Happened(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On an incident: when it happened and was first published. by_host: by whoever answers for the place itself."""

    ID: ClassVar[str] = "extension-definition--d7676fa3-0eec-4144-9626-38cd332e1bf9"

    happened_at: Moment
    published_at: Moment | None = None
    by_host: bool = False
    where: str = ""


class Indication(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a note about a campaign: something that would be seen if it were real, or how that stood at a moment.

    key: the same on all notes about one such thing. stands: missing where the note says only what is looked out for; unknown is
    no sign either way. It is no indicator in the sense of STIX, which is a pattern in data.
    """

    ID: ClassVar[str] = "extension-definition--056d2e1c-02eb-42f8-b602-9cf5fd81fe67"

    key: str
    strength: Literal["weak", "medium", "strong"]
    stands: Literal["observed", "not_observed", "unknown"] | None = None
    as_of: Moment | None = None
    checklist: str = ""


class Hypothesis(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One account among competing ones."""

    words: str = ""
    deception: bool = False
    actor_ref: str = ""
    stated_at: Moment
    aside_at: Moment | None = None
    aside_why: str = ""


class Weighing(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much a row weighed from a moment on."""

    at: Moment
    relevance: Literal["high", "medium", "low"]
    credibility: Literal["high", "medium", "low"] | None = None
    why: str = ""


class Judgement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a row goes with a hypothesis, by what was judged at a moment."""

    hypothesis: Annotated[int, msgspec.Meta(ge=0)]
    at: Moment
    consistency: Literal["CC", "C", "N", "I", "II", "NA", "no_indication"]
    as_of: Moment | None = None
    why: str = ""


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that is known or assumed, and how it goes with the hypotheses."""

    item_ref: str = ""
    claim: int | None = None
    words: str = ""
    weighings: tuple[Weighing, ...]
    judgements: tuple[Judgement, ...] = ()


class Matrix(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a note about a campaign: competing hypotheses, held against what is known. It is whole, or it is not there.

    asks: who is behind it, or what is planned. hypotheses: a judgement names one by its place among them, counted from 0.
    deception: that somebody wants us to believe one of the others; each matrix has it. aside: weighed no more. rows: item_ref is a
    report or an incident, claim one of the claims in its grade; without these it is its maker's own words. relevance,
    credibility: where that is missing, the grades of the report say it. weighings, judgements: oldest first; the last holds.
    consistency: would this be seen if that were so, from CC, very much so, to II, hardly at all. NA: it has nothing to do with
    it. no_indication: up to as_of; it speaks neither for nor against. No score is sent: it follows from the rows, and who takes
    them in may know more.
    """

    ID: ClassVar[str] = "extension-definition--c2e074af-41a8-486f-b53e-640d60dae6d7"

    asks: Literal["who", "what"]
    hypotheses: tuple[Hypothesis, ...]
    rows: tuple[Row, ...] = ()


class Account(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a note: that somebody said who is behind it, or that nothing pointed to a party as of a moment.

    The second is neither evidence against that party nor an acquittal.
    """

    ID: ClassVar[str] = "extension-definition--252c45da-5ac5-41b5-9184-65e01f17ce8e"

    says: Literal["accused", "no_indication"]
    party: str
    speaker: str = ""
    as_of: Moment | None = None


class Outcome(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On an opinion about a campaign: what became of it, axis by axis. struck_at: when it happened, where it did."""

    ID: ClassVar[str] = "extension-definition--fb618d2f-8013-476f-bb6c-f276b2ec6e21"

    course: Literal["carried_out", "disrupted", "nothing", "unknown"]
    time: Verdict
    place: Verdict
    target: Verdict
    actor: Verdict
    struck_at: Moment | None = None


class Question(Form, frozen=True, kw_only=True, omit_defaults=True):
    """On a note about a campaign: that its maker asks what the note says.

    closed_at, answer: when and why it is asked no more; where they are missing, nobody knows yet.
    """

    ID: ClassVar[str] = "extension-definition--7956ef57-a473-490c-8042-aded539465f1"

    answer: str = ""
    closed_at: Moment | None = None


class Definition(msgspec.Struct, frozen=True):
    """One extension. name: as its definition calls it."""

    name: str
    form: type[Form]


EXTENSIONS: Mapping[str, Definition] = {
    form.ID: Definition(name, form)
    for name, form in (
        ("Tocsin likelihood", Likelihood),
        ("Tocsin grade", Grade),
        ("Tocsin case", Case),
        ("Tocsin bearing", Bearing),
        ("Tocsin basis", Basis),
        ("Tocsin attribution", Attribution),
        ("Tocsin actor", Actor),
        ("Tocsin incident", Happened),
        ("Tocsin indication", Indication),
        ("Tocsin hypotheses", Matrix),
        ("Tocsin account", Account),
        ("Tocsin outcome", Outcome),
        ("Tocsin question", Question),
    )
}

MAKER = "identity--897f951a-d812-47bc-bca6-0a3749910a37"
_SINCE = "2026-11-27T00:00:00.000Z"


def maker() -> Said:
    """Return the identity under which the definitions are made: the program, not whoever runs it."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": MAKER,
        "created": _SINCE,
        "modified": _SINCE,
        "name": "Tocsin",
        "identity_class": "system",
    }


def definition(id: str) -> Said:
    """Return the extension-definition that goes with whatever uses this extension of ours.

    Source: STIX 2.1, 7.3.
    """
    one = EXTENSIONS[id]
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": id,
        "created_by_ref": MAKER,
        "created": _SINCE,
        "modified": _SINCE,
        "name": one.name,
        "description": " ".join((one.form.__doc__ or "").split()),
        "schema": schema_text(id),
        "version": "1.0",
        "extension_types": ["property-extension"],
    }


def schema(id: str) -> dict[str, Any]:
    """Return the JSON schema of an extension of ours, made from its form."""
    (_,), parts = msgspec.json.schema_components([EXTENSIONS[id].form], ref_template="#/$defs/{name}")
    own = parts.pop(EXTENSIONS[id].form.__name__)
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **own, **({"$defs": parts} if parts else {})}
    return dict(read_json(msgspec.json.encode(whole)))


def schema_text(id: str) -> str:
    """Return that schema as one line."""
    return msgspec.json.encode(schema(id), order="sorted").decode()


def said_by(form: Form) -> Said:
    """Return what goes into `extensions` for this."""
    return {form.ID: {"extension_type": "property-extension", **read_json(msgspec.json.encode(form))}}


def heard(said: Any, form: type[F]) -> F | None:
    """Return what an object says by an extension of ours; None where it says nothing by it, or not in its form."""
    found = extension(said, form.ID)
    if not found:
        return None
    try:
        fit = fitted(found, form)
    except msgspec.ValidationError:
        return None
    return fit if _is_sound(fit) else None


def _is_sound(form: Form) -> bool:
    match form:
        case Likelihood():
            return form.low <= form.high
        case Matrix():
            return all(one.hypothesis < len(form.hypotheses) for row in form.rows for one in row.judgements)
    return True
