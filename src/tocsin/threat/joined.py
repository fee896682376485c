"""Cases that became one, and one that became several. Nothing is copied and nothing is lost: each can be undone.

What was linked to a case stays with it. A case that took others in is shown with what they hold; let go, they stand as they
stood. What was split off is given back by merging the new case into the old one.
"""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id


class ThreatMerged(Fact, frozen=True, kw_only=True):
    """The case was found to be the same as another, and is looked after there.

    keeps_step: what is done next about it counts there; False: it counted for nothing any more, as in an earlier Tocsin.
    """

    into: Id
    by: Id
    why: str
    keeps_step: bool = False


class ThreatTookIn(Fact, frozen=True, kw_only=True):
    """The case took another in."""

    other: Id
    by: Id
    why: str


class ThreatParted(Fact, frozen=True, kw_only=True):
    """The case was found not to be the same after all, and stands by itself again. from_case: where it had been."""

    from_case: Id
    by: Id
    why: str


class ThreatLetGo(Fact, frozen=True, kw_only=True):
    """The case let another go that it had taken in."""

    other: Id
    by: Id
    why: str


class ThreatSplit(Fact, frozen=True, kw_only=True):
    """Part of what bears on the case went into a case of its own. items: the reports and incidents that went there."""

    off: Id
    items: tuple[Id, ...]
    by: Id
    why: str


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A case that was split off, and what went there."""

    off: Id
    items: tuple[Id, ...]
    at: datetime
    by: Id
    why: str


class Joined(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How a case stands to others. took_in: those that are looked after with it. splits: those that came out of it."""

    into: Id | None = None
    at: datetime | None = None
    by: Id | None = None
    why: str = ""
    took_in: tuple[Id, ...] = ()
    splits: tuple[Split, ...] = ()


JOINED_FACTS = (ThreatMerged, ThreatTookIn, ThreatParted, ThreatLetGo, ThreatSplit)


def fold_joined(joined: Joined, fact: Fact) -> Joined:
    """Return how the case stands to others after one of the facts above."""
    match fact:
        case ThreatMerged():
            return replace(joined, into=fact.into, at=fact.occurred_at, by=fact.by, why=fact.why)
        case ThreatParted():
            return replace(joined, into=None, at=fact.occurred_at, by=fact.by, why=fact.why)
        case ThreatTookIn():
            return replace(joined, took_in=(*joined.took_in, fact.other))
        case ThreatLetGo():
            return replace(joined, took_in=tuple(one for one in joined.took_in if one != fact.other))
        case ThreatSplit():
            split = Split(off=fact.off, items=fact.items, at=fact.occurred_at, by=fact.by, why=fact.why)
            return replace(joined, splits=(*joined.splits, split))
    raise TypeError(fact.kind())
