"""Reading the head of a scenario into its books: sources, people, groups, actors, places and escalation policies."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal, TypeVar

from yaml.nodes import MappingNode, ScalarNode

from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.people.rota import MOST_TURNS, Turn
from tocsin.scenario.head import (
    OWNER,
    ROLES,
    Actor,
    ActorKind,
    Channel,
    Group,
    Issuer,
    Kind,
    Known,
    Part,
    Person,
    Policy,
    Reliability,
    Rota,
    Rung,
    Source,
)
from tocsin.scenario.reading import values
from tocsin.scenario.reading.case import Case
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.where_when import maybe_place, place_of
from tocsin.warning.ladder import Ladder, Quiet, Suffices, Which, refuse_unfit

LARGEST_GROUP = 10_000
MOST_RECIPIENTS = 20_000
_SENDER = re.compile(r"[^\s,<&]{1,200}")
_DAY = timedelta(hours=24)
_TURN = re.compile(r"(?:(\d{1,4}) *)?(hour|day|week)s?")
P = TypeVar("P", bound=Part)


def read_head(form: Form, case: Case) -> None:
    """Fill the books of a case from the head of its file."""
    case.known = known(form, case.known)
    _shelve(case.sources, _parts(form, "sources", "source"), _source)
    _shelve(case.actors, _parts(form, "actors", "actor"), _actor)
    _shelve(case.places, _parts(form, "places", "place"), place_of)
    _shelve(case.people, _parts(form, "people", "person"), _person)
    _shelve(case.groups, _parts(form, "groups", "group"), lambda part: _group(part, case))
    _refuse_strange_lines(case)
    _staff_the_desk(case, form.line)
    _refuse_mixed_up_recipients(form, case)
    _shelve(case.rotas, _parts(form, "rotas", "rota"), lambda part: _rota(part, case))
    _shelve(case.policies, _parts(form, "policies", "policy"), lambda part: _policy(part, case))
    _have_a_policy(case, form.line)


def issuer(form: Form, default_name: str) -> Issuer:
    """Read who issues."""
    node = form.fields["issuer"][1] if "issuer" in form else None
    inner = form.form(node, "issuer", main="name") if node else Form(form.problems, {}, "issuer", form.line)
    read = Issuer(
        name=inner.text("name", default_name),
        sender=inner.read("sender", _sender, "exercise@tocsin.invalid", ""),
        contact=inner.text("contact", ""),
    )
    inner.close()
    return read


def known(form: Form, default: Known) -> Known:
    """Read where something is known from: addresses or titles, or 'invented' with the reason."""
    node = form.fields["known"][1] if "known" in form else None
    if isinstance(node, MappingNode):
        inner = form.form(node, f"known of {form.what}")
        where, invented = inner.texts("where"), inner.text("invented", "")
        inner.close()
    else:
        where, invented = form.texts("known"), ""
    invented = form.text("invented", invented)
    return Known(where=where, invented=invented or None) if where or invented else default


def mark(form: Form, default: Mark | None) -> Mark:
    """Read a sharing mark, with or without 'TLP:' before it. default: None: it must be written."""
    return form.read("mark", _mark, default, default or Mark.AMBER)


def _mark(text: str) -> Mark:
    word = text.strip().upper().replace(" ", "").removeprefix("TLP:")
    try:
        return Mark(f"TLP:{word}")
    except ValueError as error:
        names = ", ".join(each.removeprefix("TLP:") for each in Mark)
        raise Refused(f"is no sharing mark of TLP 2.0; write one of {names}") from error


def _sender(text: str) -> str:
    # CAP 1.2, 3.2.1: sender must not include spaces, commas or restricted characters.
    if not _SENDER.fullmatch(text):
        raise Refused("is no CAP sender; write one word without spaces, commas, < or &, such as desk@example.org")
    return text


def _parts(form: Form, field: str, word: str) -> Iterator[Form]:
    for node in form.nodes(field):
        part = form.form(node, f"a {word}", main="id")
        id_node = part.fields.get("id", (0, None))[1]
        part.subject = id_node.value if isinstance(id_node, ScalarNode) else ""
        part.what = f"{word} {part.subject!r}" if part.subject else f"a {word}"
        yield part


def _shelve(book: dict[str, P], parts: Iterator[Form], read: Callable[[Form], P]) -> None:
    for form in parts:
        part = read(form)
        form.close()
        if part.id in book:
            form.say("id", f"{form.what} is listed already on line {book[part.id].line}; give each its own id")
        elif part.id:
            book[part.id] = part


def _source(form: Form) -> Source:
    id = form.id("id")
    return Source(
        id=id,
        line=form.line,
        name=form.text("name", id),
        reliability=form.choice("reliability", Reliability, "F"),
        kind=form.text("kind", "press"),
        why=form.text("why", ""),
        of=form.maybe_text("of"),
    )


def _refuse_strange_lines(case: Case) -> None:
    """Note a source that speaks for nobody known, and an institution that is told through nobody known."""
    organisations = [one.id for one in case.people.values() if one.kind == "organisation"]
    for source in case.sources.values():
        if source.of is not None and source.of not in organisations:
            hint = case.problems.guess(source.of, organisations)
            case.problems.add(
                source.line, f"source {source.id!r} is of {source.of!r}, which is no organisation under people{hint}"
            )
    for person in case.people.values():
        for one in person.through:
            known = case.people.get(one)
            if known is None or known.kind != "person" or person.kind != "organisation":
                why = "is told through" if person.kind == "organisation" else "is no organisation, and is told through"
                case.problems.add(person.line, f"person {person.id!r} {why} {one!r}; name persons listed under people")


def _actor(form: Form) -> Actor:
    id = form.id("id")
    aliases, listed_by = form.texts("aliases"), form.texts("listed_by")
    kind = form.choice("kind", ActorKind, "group")
    if kind == "person" and not listed_by:
        form.say("kind", f"{form.what} is a person whom no official listing or charge names; name it under listed_by")
    return Actor(id=id, line=form.line, name=form.text("name", id), aliases=aliases, listed_by=listed_by, kind=kind)


def _person(form: Form) -> Person:
    id = form.id("id")
    return Person(
        id=id,
        line=form.line,
        name=form.text("name", id),
        kind=form.choice("kind", Kind, "person"),
        roles=frozenset(form.listed("roles", _role)),
        languages=_languages(form),
        channels=tuple(dict.fromkeys(_channels(form))) or ("mail",),
        at=form.point("at"),
        country=_country(form),
        consent=form.flag("consent"),
        through=form.texts("through"),
        patience=form.length("patience", timedelta(hours=1)),
    )


def _role(text: str) -> Role:
    word = text.strip().casefold().replace("-", "_").replace(" ", "_")
    try:
        return Role(word)
    except ValueError as error:
        raise Refused(f"is no role; write one of {', '.join(Role)}") from error


def _languages(form: Form) -> tuple[str, ...]:
    return form.listed("languages", values.language) or (form.language(),)


def _channels(form: Form) -> Iterator[Channel]:
    for field in ("channels", "contacts"):
        for node in form.nodes(field):
            yield _channel(form.form(node, f"a channel of {form.what}", main="channel"))


def _channel(form: Form) -> Channel:
    channel: Channel = form.choice("channel", Channel)
    form.close()
    return channel


def _group(form: Form, case: Case) -> Group:
    id = form.id("id")
    near = maybe_place(form, case, "near")
    centre = near.point or (near.circle.centre if near.circle else None) if near else None
    return Group(
        id=id,
        line=form.line,
        name=form.text("name", id),
        count=form.whole("count", 1, LARGEST_GROUP),
        kind=form.choice("kind", Kind, "person"),
        channel=form.choice("channel", Channel, "mail"),
        languages=_languages(form),
        at=form.point("at") or centre,
        km=form.decimal("km", 0, 1_000, 0.0),
        country=_country(form),
        consent=form.flag("consent"),
    )


def _country(form: Form) -> str:
    return form.read("country", values.country, "", "")


def _rota(form: Form, case: Case) -> Rota:
    members = case.all_named(form, "members", "person", case.people, "people")
    if not members:
        form.say("members", f"{form.what} has no members; list the people who take turns, in their order")
    every = form.read("turn", _turn, (1, Turn.DAY), (1, Turn.DAY))
    first = form.read("first", _by_the_wall, None, "")
    return Rota(
        id=form.id("id"),
        line=form.line,
        name=form.text("name", form.subject or "rota"),
        members=members,
        first=first,
        turn=every[1],
        every=every[0],
    )


def _turn(text: str) -> tuple[int, Turn]:
    found = _TURN.fullmatch(text.strip().casefold())
    if not found or not 1 <= int(found[1] or "1") <= MOST_TURNS:
        raise Refused("is no length of a turn; write it like 12 hours, 1 day or 1 week")
    return int(found[1] or "1"), Turn(found[2])


def _by_the_wall(text: str) -> str:
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise Refused("is no moment by the clock of the case; write it like 2024-03-04 09:00, without an offset")
    return found.isoformat()


def _policy(form: Form, case: Case) -> Policy:
    rungs = tuple(_rung(rung, case) for rung in form.forms("steps", f"a step of {form.what}", main="to"))
    if not rungs:
        form.say("steps", f"{form.what} has no steps; write at least one, such as - {{to: duty, after: 24h}}")
    if any(later.after < sooner.after for sooner, later in pairwise(rungs)):
        form.say("steps", f"{form.what} goes back in time; 'after' counts from when the warning went out and must grow")
    policy = Policy(
        id=form.id("id"),
        line=form.line,
        rungs=rungs,
        repeat_every=form.length("repeat_every", _DAY),
        from_the_top=form.flag("from_the_top"),
        suffices=_suffices(form),
        quiet=_quiet(form, case),
    )
    try:
        ladder = Ladder(suffices=policy.suffices, quiet=policy.quiet)
        refuse_unfit(ladder, tuple(kind.value for kind in AnswerKind))
    except Refused as error:
        form.say("suffices" if "suffices" in form else "quiet", f"{form.what}: {str(error).rstrip('.')}")
    return policy


def _rung(form: Form, case: Case) -> Rung:
    to = tuple(_whom(one, case) for one in form.texts("to"))
    if not to:
        form.say("to", f"{form.what} lacks the field 'to': a person, a rota, a role such as duty_officer, or owner")
    for one in to:
        if one != OWNER and one not in ROLES and one not in case.rotas:
            case.look_up(form, "to", one, "person", case.people, "people or rotas")
    rung = Rung(to=to, after=form.length("after", _DAY))
    form.close()
    return rung


def _whom(written: str, case: Case) -> str:
    """Return an id as it is written, and a role or 'owner' in any of the ways in which words may be written."""
    if written in case.people or written in case.rotas:
        return written
    word = values.word(written)
    return word if word in (OWNER, *ROLES) else written


def _suffices(form: Form) -> Suffices:
    if "suffices" not in form:
        return Suffices()
    inner = form.form(form.fields["suffices"][1], f"suffices of {form.what}", main="which")
    which = inner.choice("which", Literal["each", "some", "share"], "each")
    read = Suffices(
        which=Which(which), count=inner.whole("count", 1, 1_000_000, 1), answers=inner.listed("answers", values.word)
    )
    inner.close()
    return read


def _quiet(form: Form, case: Case) -> Quiet | None:
    if "quiet" not in form:
        return None
    inner = form.form(form.fields["quiet"][1], f"quiet of {form.what}")
    read = Quiet(begins=inner.text("from"), ends=inner.text("to"), zone=case.zone.key)
    inner.close()
    return read


def _have_a_policy(case: Case, line: int) -> None:
    if not case.policies:
        duty = next((person.id for person in case.people.values() if Role.DUTY_OFFICER in person.roles), "duty")
        rungs = (Rung(to=(duty,), after=_DAY),)
        case.policies["default"] = Policy(id="default", line=line, rungs=rungs, repeat_every=_DAY)


def _staff_the_desk(case: Case, line: int) -> None:
    """Give a scenario that lists nobody with a role a desk of two, so that a short one can be played."""
    if any(person.roles for person in case.people.values()):
        return
    for id, name, role in (("watch", "Watch officer", Role.WATCH_OFFICER), ("duty", "Duty officer", Role.DUTY_OFFICER)):
        case.people.setdefault(id, Person(id=id, line=line, name=name, roles=frozenset({role})))


def _refuse_mixed_up_recipients(form: Form, case: Case) -> None:
    for id, person in case.people.items():
        if id in case.groups or case.group_of(id):
            taken = case.groups[id if id in case.groups else case.group_of(id) or id]
            case.problems.add(
                person.line, f"person {id!r} has the id of group {taken.id!r} (line {taken.line}) or of a member of it"
            )
    for id, group in case.groups.items():
        if case.group_of(id):
            case.problems.add(group.line, f"group {id!r} has the id of a member of group {case.group_of(id)!r}")
    total = sum(group.count for group in case.groups.values())
    if total > MOST_RECIPIENTS:
        form.say("groups", f"the groups hold {total} recipients; a replay delivers to {MOST_RECIPIENTS} at most")
