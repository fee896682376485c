"""What reports of a case came with: the objects that they refer to, however far, and those that only tie such objects together.

They leave with those reports, as they came. What becomes of each at a mark is left to choose.py.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, not_beyond, others
from tocsin.flow.exchange.items import Item
from tocsin.report.foreign import ForeignObject
from tocsin.stix.extensions import EXTENSIONS, MAKER
from tocsin.stix.model import ID, Said, refs, word, words
from tocsin.stix.read import parse
from tocsin.stix.tlp import IDS, KNOWN, marking_of
from tocsin.stix.types import moment_of
from tocsin.store.door import Door
from tocsin.store.look import Look

Key = tuple[Id, str]
"""Under which an object is found: who sent it, and what it calls itself."""

TIES = frozenset({"relationship", "grouping", "sighting", "opinion", "observed-data", "language-content"})
"""Types that say something of other objects only. They go where these go, though nothing refers to them."""

_EVERYWHERE = frozenset({*KNOWN, *EXTENSIONS, MAKER})
"""What each file has that needs it, whoever it came from."""

_AROUND = ("created_by_ref", "object_marking_refs", "granular_markings")
_NEVER = datetime.min.replace(tzinfo=UTC)
_ORDER = list(Mark)


class Brought(msgspec.Struct, frozen=True):
    """What reports came with. reports: those that came as objects. objects: the others. ties: of these, what nothing refers to."""

    reports: dict[Key, ForeignObject]
    objects: dict[Key, ForeignObject]
    ties: frozenset[Key]
    markings: dict[str, Said]

    def items(self) -> Iterator[Item]:
        """Yield each object as an item, with those by which it came; markings stand around what bears them, and are none."""
        by: dict[Key, set[str]] = defaultdict(set)
        for one in (*self.reports.values(), *self.objects.values()):
            for key in self._named(one):
                by[key].add(self._item_key(_key(one)))
        for key, one in self.objects.items():
            if _is_marking(one):
                continue
            said = parse(one.said.encode())
            ends = sorted(map(self._item_key, _ends(one.source, said))) if key in self.ties else ()
            yield Item(
                key=self._item_key(key),
                kind="came",
                bound=others(one.mark, one.readers),
                objects=(as_held(one, self.markings),),
                title="" if one.foreign_type in TIES else (called(said) or one.foreign_type),
                needs=tuple(sorted({*self.needs(one), *ends})),
                came_with=tuple(sorted({*by[key], *ends})),
                at=one.taken_at,
            )

    def needs(self, one: ForeignObject) -> tuple[str, ...]:
        """Return without what an object does not leave: what it refers to and somebody has marked.

        What nobody has marked is held here at a mark that its taker chose. It stays by that; but whoever made the object that
        refers to it let this reference go as far as that object.
        """
        keys = [key for key in self._named(one) if self._is_marked(key)]
        return tuple(sorted({self._item_key(key) for key in keys}))

    def _named(self, one: ForeignObject) -> set[Key]:
        """Return what there is of what an object refers to; also what the markings that it bears refer to."""
        found: set[Key] = set()
        waiting = [one]
        while waiting:
            for key in _named_by(waiting.pop()) - found:
                there = self.reports.get(key) or self.objects.get(key)
                if there is not None:
                    found.add(key)
                    if _is_marking(there):
                        waiting.append(there)
        return {key for key in found if key in self.reports or not _is_marking(self.objects[key])}

    def _is_marked(self, key: Key) -> bool:
        one = self.reports.get(key) or self.objects[key]
        return marking_of(parse(one.said.encode()), self.markings).mark is not None

    def _item_key(self, key: Key) -> str:
        report = self.reports.get(key)
        return f"came:{self.objects[key].id}" if report is None else f"report:{report.report}"


def gather(look: Look, door: Door, foreign: Collection[ForeignObject]) -> Brought:
    """Find what reports came with. Of what came twice, the newest version that the reader may read counts."""
    reports = _newest(door, foreign)
    found = dict(reports)
    _follow(look, door, found, reports.values())
    maybe = _may_tie(look, door, found)
    begun = {key: one for key, one in maybe.items() if _begins(one) in reports}
    reached = found | begun
    _follow(look, door, reached, begun.values())
    ties = _ties(maybe, reached.keys() - begun.keys())
    found = {key: one for key, one in reached.items() if key not in begun} | ties
    _follow(look, door, found, ties.values())
    markings = {id: parse(one.said.encode()) for (_, id), one in found.items() if _is_marking(one)}
    objects = {key: one for key, one in found.items() if key not in reports}
    return Brought(reports=reports, objects=objects, ties=frozenset(ties), markings=markings)


def _follow(look: Look, door: Door, found: dict[Key, ForeignObject], begin: Iterable[ForeignObject]) -> None:
    """Add what some objects refer to, and what that refers to, as far as the same source has sent it."""
    waiting = list(begin)
    while waiting:
        named = {key for one in waiting for key in _named_by(one) if key not in found}
        rows = look.which(ForeignObject, "foreign_id", sorted({id for _, id in named}))
        fresh = _newest(door, (one for one in rows if _key(one) in named))
        found |= fresh
        waiting = list(fresh.values())


def _may_tie(look: Look, door: Door, found: Mapping[Key, ForeignObject]) -> dict[Key, ForeignObject]:
    """Return what came in the same files, is no report, and does nothing but tie."""
    rows = look.which(ForeignObject, "bundle", sorted({one.bundle for one in found.values()}))
    ties = (one for one in rows if one.foreign_type in TIES and one.report is None and ID.fullmatch(one.foreign_id))
    return _newest(door, (one for one in ties if _key(one) not in found))


def _begins(one: ForeignObject) -> Key:
    """Return at what a tie begins; nothing where it has no direction."""
    said = parse(one.said.encode())
    return one.source, word(said, "source_ref") or word(said, "sighting_of_ref")


def _ties(maybe: Mapping[Key, ForeignObject], found: Collection[Key]) -> dict[Key, ForeignObject]:
    """Return what only ties together what was found, or such ties."""
    open_ends: dict[Key, set[Key]] = {}
    at_end: dict[Key, list[Key]] = defaultdict(list)
    for key, one in maybe.items():
        if ends := _ends(one.source, parse(one.said.encode())):
            open_ends[key] = {end for end in ends if end not in found}
            for end in open_ends[key]:
                at_end[end].append(key)
    ready = [key for key, ends in open_ends.items() if not ends]
    ties: dict[Key, ForeignObject] = {}
    while ready:
        key = ready.pop()
        ties[key] = maybe[key]
        for other in at_end[key]:
            open_ends[other].discard(key)
            if not open_ends[other]:
                ready.append(other)
    return ties


def _newest(door: Door, rows: Iterable[ForeignObject]) -> dict[Key, ForeignObject]:
    """Return one row of each object: of those that may be read, the newest, and of equals the strictest."""

    def rank(one: ForeignObject) -> tuple[bool, datetime, int]:
        return door.may(one), moment_of(one.said_version) or _NEVER, _ORDER.index(one.mark)

    found: dict[Key, ForeignObject] = {}
    for one in rows:
        there = found.get(_key(one))
        if there is None or rank(one) > rank(there):
            found[_key(one)] = one
    return found


def _key(one: ForeignObject) -> Key:
    return one.source, one.foreign_id


def _is_marking(one: ForeignObject) -> bool:
    return one.foreign_type == "marking-definition"


def _named_by(one: ForeignObject) -> set[Key]:
    """Return what an object refers to: other objects, its markings, and the definitions of its extensions."""
    said = parse(one.said.encode())
    extensions = said.get("extensions") if isinstance(said, dict) else None
    ids = {id for _, id in refs(said)} | set(extensions if isinstance(extensions, dict) else ())
    return {(one.source, id) for id in ids - _EVERYWHERE if id != one.foreign_id and ID.fullmatch(id)}


def _ends(source: Id, said: Any) -> set[Key]:
    """Return what an object is about: all that it refers to but its maker and its markings."""
    return {(source, id) for place, id in refs(said) if not place.startswith(_AROUND)}


def as_held(foreign: ForeignObject, markings: Mapping[str, Said], at: Mark | None = None) -> Said:
    """Return an object of others as it came; where it says no mark, or a looser one than it is held at, with that one as well."""
    said: Said = parse(foreign.said.encode())
    at, mark = at or foreign.mark, marking_of(said, markings).mark
    if mark is not None and not_beyond(at, mark):
        return said
    return {**said, "object_marking_refs": [*words(said, "object_marking_refs"), IDS[at]]}


def called(said: Any) -> str:
    """Return how an object calls itself, as it is listed."""
    return (word(said, "name") or word(said, "value") or word(said, "pattern"))[:80]


def texts_of(said: Any) -> list[str]:
    """Return what an object says in words."""
    names = ("name", "description", "content", "abstract", "explanation", "pattern", "value")
    return [*(word(said, name) for name in names), *words(said, "aliases")]
