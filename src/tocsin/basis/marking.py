"""Sharing marks (TLP 2.0) and who may read what. Every reading of the store goes through may_read.

Source: FIRST, Traffic Light Protocol 2.0 (2022).
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from tocsin.basis.ids import Id


class Mark(StrEnum):
    """How far something may travel."""

    CLEAR = "TLP:CLEAR"
    GREEN = "TLP:GREEN"
    AMBER = "TLP:AMBER"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    RED = "TLP:RED"


_ORDER = list(Mark)

OPEN = frozenset({Mark.CLEAR, Mark.GREEN})
"""What may stand in a message itself, and what a link alone opens. All above asks for more (TLP 2.0: AMBER to RED)."""


def strictest(marks: Iterable[Mark]) -> Mark:
    """Return the strictest of some marks; CLEAR of none."""
    return max(marks, key=_ORDER.index, default=Mark.CLEAR)


def not_beyond(mark: Mark, shown_as: Mark) -> bool:
    """Say whether something of this mark goes no further than it may when it is shown with something of another."""
    return _ORDER.index(mark) <= _ORDER.index(shown_as)


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file goes. to: the people named as its readers. within: it stays within this organisation."""

    mark: Mark
    to: frozenset[Id]
    within: bool


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """How far something may go. named: who may have it while it is RED. only_us: others told it to this organisation alone."""

    mark: Mark
    named: frozenset[Id] = frozenset()
    only_us: bool = False

    def __and__(self, other: "Bound") -> "Bound":
        """Return how far something may go that tells of both."""
        red = [one.named for one in (self, other) if one.mark is Mark.RED]
        named = frozenset.intersection(*red) if red else frozenset()
        return Bound(mark=strictest([self.mark, other.mark]), named=named, only_us=self.only_us or other.only_us)

    def allows(self, reach: Reach) -> bool:
        """Say whether something may go so far."""
        if self.only_us and not reach.within:
            return False
        if self.mark is Mark.RED:
            return reach.mark is Mark.RED and self.is_for(reach.to)
        return not_beyond(self.mark, reach.mark)

    def is_for(self, to: frozenset[Id]) -> bool:
        """Say whether a RED thing may go to these: to named readers of it alone, and to nobody in particular never."""
        return bool(to) and to <= self.named


def others(mark: Mark, readers: Iterable[Id] = ()) -> Bound:
    """Return how far goes what others said, whoever wrote it down here: what is AMBER+STRICT is for this organisation alone."""
    return Bound(mark=mark, named=frozenset(readers), only_us=mark is Mark.AMBER_STRICT)


class Role(StrEnum):
    """What a person does at this desk."""

    WATCH_OFFICER = "watch_officer"
    DUTY_OFFICER = "duty_officer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Who is reading: a signed-in person, or nobody in particular (the public)."""

    person: Id | None = None
    roles: frozenset[Role] = frozenset()
    cleared_to: Mark = Mark.CLEAR


PUBLIC = Reader()


def may_read(reader: Reader, mark: Mark, named: frozenset[Id] = frozenset()) -> bool:
    """Say whether this reader may see something of this mark.

    named: who was named as its readers. A RED thing is theirs alone; no role is excepted.
    """
    if mark is Mark.RED:
        return reader.person is not None and reader.person in named
    return _ORDER.index(mark) <= _ORDER.index(reader.cleared_to)
