"""Open cases, findable by what an incident may say: its actor, its country, the name of a place, or where on the earth it is.

Of ten thousand cases an incident can fit a few hundred at most; the others are not even looked at.
"""

from collections.abc import Iterator
from math import ceil, cos, floor, radians

from tocsin.basis.ids import Id
from tocsin.threat.fits import Sought, Told
from tocsin.threat.particulars import Where
from tocsin.threat.spots import NEAR_M, Point

CELL = 2
"""Degrees: how large the cells are into which the earth is divided."""

MOST_CELLS = 200
"""A place that covers more cells than this is held against every incident that has a point."""

_DEGREE_M = 110_000.0  # of latitude, a little less than it is anywhere
Key = tuple[str, object]
_ANYWHERE: Key = ("cell", "anywhere")


class Findable:
    """Open cases by id, and by what they are found by."""

    def __init__(self) -> None:
        """Hold none."""
        self._cases: dict[Id, Sought] = {}
        self._found_by: dict[Key, set[Id]] = {}

    def __len__(self) -> int:
        return len(self._cases)

    def put(self, case: Sought) -> None:
        """Hold a case, in place of what was held of it."""
        self.drop(case.id)
        self._cases[case.id] = case
        for key in _keys(case):
            self._found_by.setdefault(key, set()).add(case.id)

    def drop(self, id: Id) -> None:
        """Let a case go, if it is held."""
        case = self._cases.pop(id, None)
        for key in set(_keys(case)) if case is not None else ():
            self._found_by[key].discard(id)
            if not self._found_by[key]:
                del self._found_by[key]

    def every(self) -> list[Sought]:
        """Return all of them."""
        return list(self._cases.values())

    def candidates(self, incident: Told) -> list[Sought]:
        """Return every case that an incident can fit, and some that it does not."""
        ids: set[Id] = set()
        for key in _asked(incident):
            ids |= self._found_by.get(key, set())
        return [self._cases[id] for id in ids]


def _keys(case: Sought) -> Iterator[Key]:
    yield from (("actor", one) for one in case.actors)
    yield from (("name", one) for one in case.names)
    yield from (("target", (country, word)) for country in case.countries for word in case.words)
    for place in case.places:
        yield from _cells(place)
    for spot in case.spots:
        yield from _around(spot.point, NEAR_M)


def _asked(incident: Told) -> Iterator[Key]:
    if incident.actor is not None:
        yield "actor", incident.actor
    yield from (("actor", actor) for actor, _words in incident.named)
    if incident.where:
        yield "name", incident.where
    yield from (("target", (incident.country, word)) for word in incident.words if incident.country)
    if incident.point is not None:
        yield "cell", _cell(*incident.point)
        yield _ANYWHERE
    for spot in incident.spots:
        yield from _around(spot.point, NEAR_M)
        yield _ANYWHERE


def _cell(latitude: float, longitude: float) -> tuple[int, int]:
    return floor(latitude / CELL), floor((longitude + 180) % 360 / CELL)


def _cells(place: Where) -> Iterator[Key]:
    """Return the cells that a place touches."""
    if place.polygon:
        lats, lons = [lat for lat, _ in place.polygon], [lon for _, lon in place.polygon]
        # An edge runs along a great circle, and bulges beyond its ends; one that crosses the date line spans the earth here.
        yield from _box(min(lats) - 1, max(lats) + 1, min(lons), max(lons))
    elif place.circle is not None:
        yield from _around(place.circle[:2], place.circle[2] * 1_000)
    elif place.point is not None:
        yield from _around(place.point, NEAR_M)


def _around(centre: Point, metres: float) -> Iterator[Key]:
    up = metres / _DEGREE_M
    highest = min(abs(centre[0]) + up, 90.0)
    if highest > 85:  # close to a pole a few kilometres may be any longitude
        yield _ANYWHERE
        return
    aside = up / cos(radians(highest))
    yield from _box(centre[0] - up, centre[0] + up, centre[1] - aside, centre[1] + aside)


def _box(south: float, north: float, west: float, east: float) -> Iterator[Key]:
    rows = range(floor(south / CELL), floor(north / CELL) + 1)
    columns = ceil((east - west) / CELL) + 1
    if east - west > 180 or len(rows) * columns > MOST_CELLS:
        yield _ANYWHERE
        return
    for row in rows:
        for step in range(columns):
            yield "cell", (row, floor((west + step * CELL + 180) % 360 / CELL))
