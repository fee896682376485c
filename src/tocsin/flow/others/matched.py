"""Who of ours is where another's alert holds, and which open cases have a place there. Nobody is told, and nothing follows from it.

What it costs is bounded: an alert with more corners or places than are said here is matched with nobody, and that is told.
"""

from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.cap.model import Alert
from tocsin.flow.warning.audience import there
from tocsin.places.shapes import circle, polygon
from tocsin.store.look import Look
from tocsin.threat.meets import Met, met
from tocsin.warning.audience import Counts, Within
from tocsin.warning.drawn import drawn
from tocsin.warning.theirs import USED, Held, Left, Why, held, some_of_each

MOST_CORNERS, MOST_PLACES = 100_000, 300
LIGHT_CORNERS, LIGHT_PLACES = 1_000, 10
"""So many are matched whenever somebody looks at an alert, without being asked."""


class Matchable(msgspec.Struct, frozen=True, kw_only=True):
    """Where another's alert holds, as far as people can be matched with it.

    left: what cannot be used. more: how much more of it there is.
    """

    held: tuple[Held, ...]
    left: tuple[Left, ...] = ()
    more: int = 0

    @property
    def places(self) -> tuple[Within, ...]:
        """Return the places themselves."""
        return tuple(one.place for one in self.held)

    @property
    def corners(self) -> int:
        """Return how many corners they have together; a circle counts as one."""
        return sum(len(one.place.polygon) or 1 for one in self.held)

    @property
    def is_light(self) -> bool:
        """Say whether it is matched in no time."""
        return self.corners <= LIGHT_CORNERS and len(self.held) <= LIGHT_PLACES

    @property
    def is_too_much(self) -> bool:
        """Say whether it has more than can be matched."""
        return self.corners > MOST_CORNERS or len(self.held) > MOST_PLACES


def matchable(alert: Alert) -> Matchable:
    """Return where an alert holds, each place once, however many languages repeat it. Whether that can be drawn is not looked at."""
    places: dict[Within, Held] = {}
    left: list[Left] = []
    for one in held(alert):
        if isinstance(one, Held):
            places.setdefault(one.place, one)
        elif one.why not in USED:
            left.append(one)
    told = some_of_each(left)
    return Matchable(held=tuple(places.values()), left=told, more=len(left) - len(told))


def drawable(where: Matchable) -> Matchable:
    """Return the same without what cannot be drawn on the ellipsoid, which is left and named. Of what is too much, nothing is drawn."""
    if where.is_too_much:
        return where
    wrong = {
        one: Left(Why.CIRCLE if one.place.circle else Why.POLYGON, one.where, why)
        for one in where.held
        if (why := _wrong(one.place))
    }
    told = some_of_each((*where.left, *wrong.values()))
    more = where.more + len(where.left) + len(wrong) - len(told)
    return Matchable(held=tuple(one for one in where.held if one not in wrong), left=told, more=more)


def _wrong(place: Within) -> str:
    """Return why a place cannot be drawn on the ellipsoid; nothing: it can."""
    try:
        if place.circle is not None:
            circle(place.circle[:2], place.circle[2] * 1_000)
        else:
            polygon(place.polygon)
    except Refused as refused:
        return f"a {'circle' if place.circle is not None else 'polygon'}: {str(refused).rstrip('.')}"
    return ""


def people_in(look: Look, where: Matchable, now: datetime) -> Counts:
    """Return how many of our people are there now, or may be."""
    return Counts() if where.is_too_much else there(look, where.places, now)


def cases_in(look: Look, where: Matchable) -> Met:
    """Return which open cases have a place there."""
    if where.is_too_much or not where.held:
        return Met()
    ground = drawn(where.places)
    return met(look.every_open_case(), ground.shapes, ground.countries)
