"""Where another's alert holds, as places in which people may be, and what of it cannot be used. Drawn and matched by one rule.

Polygons are mended where that leaves nobody out. Codes that our lists know stand for their areas where a shape does not.
"""

import math
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

import msgspec
import shapely

from tocsin.cap.mend import Mended, for_matching
from tocsin.cap.model import Alert, Area
from tocsin.cap.shapes import on_earth
from tocsin.places import Ring
from tocsin.places.geocodes import coded
from tocsin.warning.audience import Within

MOST_PIECES = 60  # of one polygon that crosses itself; of more, the hull around them
MOST_KM = 5_000  # of a circle's radius
POINT_KM = 5  # a circle of radius 0 is a point, such as the place of an earthquake, which nobody would see

MOST_LEFT = 40  # of each sort; more of the same say nothing new
_CIRCLE = re.compile(r"(alert/info\[[0-9]+\]/area\[[0-9]+\])/circle\[[0-9]+\]")


class Why(StrEnum):
    """Why something is not used as it came."""

    POLYGON = "polygon"  # wrong, and not to be mended
    CIRCLE = "circle"  # wrong, or too large
    POINT = "point"  # used, but as a small circle: it has no radius
    CODE = "code"  # of no list of ours, with no shape beside it
    MANY = "many"  # more outlines than a map shows
    MENDED = "mended"  # used, but otherwise than it came


USED = frozenset({Why.MENDED, Why.POINT})


class Left(msgspec.Struct, frozen=True):
    """Something that is not used as it came. where: the path of its area. said: the code, or what is wrong, as it is known here."""

    why: Why
    where: str
    said: str


class Held(msgspec.Struct, frozen=True):
    """A place where an alert holds: a polygon that is closed, or a circle. where: the path of its area."""

    where: str
    place: Within


def held(alert: Alert) -> Iterator[Held | Left]:
    """Give each place where an alert holds, as often as its languages repeat it, and whatever cannot be used as it came."""
    mended: dict[str, list[Mended]] = {}
    for one in for_matching(alert):
        mended.setdefault(one.where, []).append(one)
    circles = [found[1] for unread in alert.unread if (found := _CIRCLE.fullmatch(unread.where))]
    for i, info in enumerate(alert.infos, 1):
        for a, area in enumerate(info.areas, 1):
            where = f"alert/info[{i}]/area[{a}]"
            for each in _area(area, where, mended.get(where, ()), circles.count(where)):
                yield each if isinstance(each, Left) else Held(where, each)


def some_of_each(left: Iterable[Left]) -> tuple[Left, ...]:
    """Return the first of each sort: none hides another."""
    found: dict[Why, list[Left]] = {}
    for one in left:
        if len(those := found.setdefault(one.why, [])) < MOST_LEFT:
            those.append(one)
    return tuple(one for those in found.values() for one in those)


def _area(area: Area, where: str, mended: Iterable[Mended], circles: int) -> Iterator[Within | Left]:
    """Give where one area holds, and what of it cannot be used as it came. circles: how many of its circles could not be read."""
    shapes = [*_polygons(mended), *_circles(area, where)]
    shapes += [Left(Why.CIRCLE, where, "a circle that cannot be read")] * circles
    yield from shapes
    if shapes and not any(isinstance(shape, Left) and shape.why is not Why.MENDED for shape in shapes):
        return  # they are finer than a list has the same area
    codes = [*_codes(area, where)]
    is_used = any(not isinstance(each, Left) for each in (*shapes, *codes))
    yield from (each for each in codes if not (is_used and isinstance(each, Left)))


def _polygons(mended: Iterable[Mended]) -> Iterator[Within | Left]:
    for one in mended:
        if one.how:
            yield Left(
                Why.MENDED if one.rings else Why.POLYGON,
                one.where,
                f"a polygon: {one.how.removeprefix('not mended: ')}",
            )
        rings = one.rings if len(one.rings) <= MOST_PIECES else [_around(one.rings)]
        yield from (Within(polygon=ring) for ring in rings)


def _around(rings: Iterable[Ring]) -> Ring:
    """Return the hull around many rings: of one that crosses itself all over, nobody sees the pieces."""
    hull = shapely.convex_hull(shapely.MultiPoint([(lon, lat) for ring in rings for lat, lon in ring]))
    return tuple((lat, lon) for lon, lat in hull.exterior.coords)


def _circles(area: Area, where: str) -> Iterator[Within | Left]:
    for lat, lon, radius in area.circles:
        if not on_earth((lat, lon)) or not 0 <= radius < math.inf:
            yield Left(Why.CIRCLE, where, "a circle that is not on Earth, or has no radius in kilometres")
        elif radius > MOST_KM:
            yield Left(Why.CIRCLE, where, f"a circle of more than {MOST_KM:,} km")
        elif radius == 0:
            yield Left(Why.POINT, where, f"a circle of radius 0, as one of {POINT_KM} km")
            yield Within(circle=(lat, lon, POINT_KM))
        else:
            yield Within(circle=(lat, lon, radius))


def _codes(area: Area, where: str) -> Iterator[Within | Left]:
    for system, code in area.geocodes:
        if (found := coded(system, code or "")) is not None:
            yield from (Within(polygon=ring) for ring in found.rings)
        else:
            yield Left(Why.CODE, where, f"{system} {code}"[:60])
