"""What becomes of each object that others sent: whether it is new here, whether it says something, and how far it may go."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

import msgspec

from tocsin.basis.marking import Mark, strictest
from tocsin.report.facts import Claim
from tocsin.report.foreign import ForeignObject
from tocsin.stix.extensions import Grade, heard
from tocsin.stix.model import ID, word
from tocsin.stix.read import alike, parse, spell_object
from tocsin.stix.tlp import marking_of
from tocsin.stix.types import moment_of

SAYS = frozenset({"report", "note", "opinion", "incident", "campaign", "sighting"})
"""Types of which somebody says something about the world; the others are kept whole, and become nothing here."""

TITLE, TEXT, CLAIMS = 300, 200_000, 200
"""How much of a stranger's words becomes a report: characters, characters, and claims. The object itself is kept whole."""


class Became(StrEnum):
    """What becomes of an object."""

    REPORT = "report"  # it says something, and is a report now
    KEPT = "kept"  # it is kept whole, and is nothing more
    REPLACES = "replaces"  # it is newer than what we had of it
    TAKEN_BACK = "taken_back"  # its maker has taken it back
    UNCHANGED = "unchanged"  # we had it so
    OLDER = "older"  # we have a newer version
    OURS = "ours"  # it went out from here, and came back: no second voice
    DIFFERS = "differs"  # it says that it is a version that we have, and says something else: kept beside it


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What an object says, as a report would."""

    title: str
    text: str
    published: str
    url: str | None
    language: str
    claims: tuple[Claim, ...]


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """One object and what becomes of it. key: under which it is found again: its id, or what it says where it has none.

    why: what its taker should know.
    """

    at: int
    said: Any
    key: str
    became: Became
    mark: Mark
    words: Words | None = None
    origin: str = ""
    why: str = ""

    @property
    def id(self) -> str:
        """Return what it calls itself."""
        return word(self.said, "id") if ID.fullmatch(word(self.said, "id")) else ""


def weigh(
    at: int, said: Any, known: Mapping[str, ForeignObject], definitions: Mapping[str, Any], unmarked: Mark
) -> Weighed:
    """Say what becomes of an object. known: what we have, by key. unmarked: how far something goes that nobody has marked."""
    marking = marking_of(said, definitions)
    before = known.get(word(said, "id"))
    # A newer version without a mark does not let go what an older one held.
    mark = marking.mark or strictest([unmarked, *([before.mark] if before else [])])
    why = f"Nobody here knows the marking {marking.unknown[0]}: it is RED." if marking.unknown else ""
    id = word(said, "id")
    key = id if ID.fullmatch(id) else hash_of(said)
    became, said_why = _became(said, known.get(key))
    if became is Became.DIFFERS:
        key = hash_of(said)
        became = Became.UNCHANGED if key in known else became
    grade = heard(said, Grade)
    return Weighed(
        at=at,
        said=said,
        key=key,
        became=became,
        mark=mark,
        words=words_of(said) if became in (Became.REPORT, Became.REPLACES) else None,
        origin=grade.origin[:100] if grade else "",
        why=said_why or why,
    )


def hash_of(said: Any) -> str:
    """Return under which key an object is kept that has no id of its own, or that contradicts another of that id."""
    return f"sha256:{sha256(spell_object(said).encode()).hexdigest()}"


def _became(said: Any, before: ForeignObject | None) -> tuple[Became, str]:
    if not isinstance(said, dict) or not ID.fullmatch(word(said, "id")):
        return (Became.KEPT, "It has no id, so nobody can refer to it.") if before is None else (Became.UNCHANGED, "")
    if before is not None:
        now, then = _version(said), (moment_of(before.said_version), before.said_version)
        if alike(said, parse(before.said.encode())):
            return Became.UNCHANGED, ""
        if _is_after(then, now):
            return Became.OLDER, "A newer version is here already."
        if not _is_after(now, then):
            return Became.DIFFERS, "It says that it is the version that is here, and says something else."
    if said.get("revoked") is True:
        return Became.TAKEN_BACK, ""
    if before is not None:
        return Became.REPLACES, ""
    return (Became.REPORT if word(said, "type") in SAYS and words_of(said) is not None else Became.KEPT), ""


def _version(said: Any) -> tuple[Any, str]:
    version = version_of(said)
    return moment_of(version), version


def version_of(said: Any) -> str:
    """Return which version an object says that it is."""
    return (word(said, "modified") or word(said, "created"))[:40]


def is_newer(said: Any, before: Any) -> bool:
    """Say whether an object is a newer version than another, by what both say."""
    return _is_after(_version(said), _version(before))


def _is_after(one: tuple[Any, str], other: tuple[Any, str]) -> bool:
    if one[0] is not None and other[0] is not None:
        return bool(one[0] > other[0])
    return one[0] is not None and other[0] is None


def repeats_in(objects: Iterable[Any]) -> dict[str, str]:
    """Return which report is derived from which, as the relationships among some objects say.

    Source: STIX 2.1, 3.7: derived-from ties objects of one type.
    """
    ties = (one for one in objects if word(one, "relationship_type") == "derived-from")
    ends = ((word(one, "source_ref"), word(one, "target_ref")) for one in ties if one.get("revoked") is not True)
    return {source: target for source, target in ends if {source[:8], target[:8]} == {"report--"} and source != target}


def depths(repeats: Mapping[str, str]) -> dict[str, int]:
    """Return over how many others each report repeats the first; those that repeat each other in a ring have no first."""
    by: dict[str, list[str]] = defaultdict(list)
    for source, target in repeats.items():
        by[target].append(source)
    found: dict[str, int] = {}
    ready = [(target, 0) for target in by if target not in repeats]
    while ready:
        id, depth = ready.pop()
        found[id] = depth
        ready += [(source, depth + 1) for source in by.get(id, ())]
    return found


def words_of(said: Any) -> Words | None:
    """Return what an object says, as a report would; None where it says nothing.

    The names of the objects that it refers to are not looked up: they may be marked stricter.
    """
    text = _first(said, "description", "content", "explanation")
    title = _first(said, "name", "abstract") or _line(text)
    if not title:
        return None
    refs = said.get("external_references")
    urls = [word(one, "url") for one in refs if isinstance(one, dict)] if isinstance(refs, list) else []
    grade = heard(said, Grade)
    return Words(
        title=_line(title),
        text=_clean(text or title)[:TEXT],
        published=_first(said, "published", "first_seen", "created"),
        url=next((url[:2_000] for url in urls if url.startswith(("https://", "http://")) and url.isprintable()), None),
        language=word(said, "lang")[:20] or "en",
        # How far a claim can be believed is for us to say: whoever sends one does not raise anything by saying so.
        claims=tuple(Claim(text=_clean(one.text)[:2_000]) for one in (grade.claims if grade else ())[:CLAIMS]),
    )


def _first(said: Any, *names: str) -> str:
    return next((word(said, name) for name in names if word(said, name).strip()), "")


def _clean(text: str) -> str:
    return "".join(
        letter for letter in text if letter in "\n\t" or letter.isprintable() or letter in "\u200c\u200d"
    ).strip()


def _line(text: str) -> str:
    return " ".join(_clean(text).split())[:TITLE]
