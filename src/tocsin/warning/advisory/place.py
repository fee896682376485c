"""Which level holds for a place: that of its country or of a region of it, and of those that overlap the strictest."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from tocsin.places.geometry import encloses
from tocsin.warning.advisory.state import Advisory

Point = tuple[float, float]


def has_effect(advisory: Advisory, at: datetime) -> bool:
    """Say whether an advisory had gone out and taken effect at a moment, be it replaced or withdrawn since."""
    return max(advisory.issued_at, advisory.effective_at) <= at


def in_force(advisories: Iterable[Advisory], at: datetime) -> tuple[Advisory, ...]:
    """Return what was in force at a moment: for each country and region the latest that had taken effect, unless withdrawn.

    What was issued later replaces what was issued earlier for a later date: a level that was planned never comes in between.
    """
    latest: dict[tuple[str, str], Advisory] = {}
    for one in sorted(advisories, key=lambda one: (one.issued_at, one.id)):
        if has_effect(one, at):
            latest[one.place] = one
    return tuple(one for one in latest.values() if one.withdrawn_at is None or one.withdrawn_at > at)


def over(held: Sequence[Advisory], country: str, point: Point | None = None, region: str = "") -> tuple[Advisory, ...]:
    """Return which of those in force hold for a place, the strictest first; of equal ones the region's.

    point: latitude and longitude. A region that is not drawn holds where it is named.
    """
    found = [one for one in held if one.country == country and _holds(one, point, region)]
    return tuple(sorted(found, key=lambda one: (-one.level, not one.region, one.region)))


def _holds(one: Advisory, point: Point | None, region: str) -> bool:
    if not one.region:
        return True
    named = bool(region) and same_name(one.region, region)
    return named or (point is not None and bool(one.polygon) and encloses(one.polygon, point))


def strictest(held: Sequence[Advisory], country: str, point: Point | None = None, region: str = "") -> Advisory | None:
    """Return the advisory whose level wins for a place, or None."""
    return next(iter(over(held, country, point, region)), None)


def same_name(one: str, other: str) -> bool:
    """Say whether two names of regions are the same, however they are spaced and capitalised."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
