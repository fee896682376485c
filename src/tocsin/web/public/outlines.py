"""Where others' alerts hold, as outlines for a map, and what of it cannot be drawn. Nobody is matched with them.

A message never changes under its name, so what is drawn of one is worked out once. Polygons are mended where that leaves nobody
out. Codes that our lists know stand for their areas where a shape does not.
"""

import math
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum

import msgspec
import shapely

from tocsin.cap.mend import Mended, for_matching
from tocsin.cap.model import Alert, Area
from tocsin.cap.read import parse
from tocsin.cap.shapes import on_earth
from tocsin.places import Ring, circle_ring
from tocsin.places.geocodes import coded
from tocsin.store.public import PublicLook, PublicOther
from tocsin.web.pieces import AreaView

REMEMBERED = 2_000  # messages
MOST_POINTS = 1_000  # of one message; on a map of a few hundred pixels nobody sees more
MOST_RINGS = 60
MOST_KM = 5_000  # of a circle's radius
POINT_KM = 5  # a circle of radius 0 is a point, such as the place of an earthquake, which nobody would see


MOST_LEFT = 40  # of each sort; more of the same say nothing new
_CIRCLE = re.compile(r"(alert/info\[[0-9]+\]/area\[[0-9]+\])/circle\[[0-9]+\]")


class Why(StrEnum):
    """Why something is not drawn as it came."""

    POLYGON = "polygon"  # wrong, and not to be mended
    CIRCLE = "circle"  # wrong, or larger than a map can show
    POINT = "point"  # drawn, but as a small circle: it has no radius
    CODE = "code"  # of no list of ours, with no shape beside it
    MANY = "many"  # more outlines than a map shows
    MENDED = "mended"  # drawn, but otherwise than it came


DRAWN = frozenset({Why.MENDED, Why.POINT})


class Left(msgspec.Struct, frozen=True):
    """Something that is not drawn as it came. where: the path of its area. said: the code, or what is wrong, as it is known here."""

    why: Why
    where: str
    said: str


class Drawn(msgspec.Struct, frozen=True):
    """What a map shows of where a message holds, and what it does not. more: how much more there is of what is left."""

    rings: tuple[Ring, ...] = ()
    left: tuple[Left, ...] = ()
    more: int = 0


class Outlines:
    """Remembers the outlines of the messages that were asked for last. Several threads may ask."""

    def __init__(self) -> None:
        """Know none yet."""
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Drawn] = OrderedDict()

    def of(self, name: str, read: Callable[[str], bytes | None]) -> Drawn:
        """Return what is drawn of a message by its name. read: returns it as it came, or None."""
        with self._lock:
            if name in self._known:
                self._known.move_to_end(name)
                return self._known[name]
        raw = read(name)
        alert = parse(raw).alert if raw is not None else None
        found = drawn_of(alert) if alert is not None else Drawn()
        with self._lock:
            self._known[name] = found
            if len(self._known) > REMEMBERED:
                self._known.popitem(last=False)
        return found


_DRAWN = Outlines()


def areas_of_others(look: PublicLook, those: Iterable[PublicOther]) -> tuple[AreaView, ...]:
    """Return where some of others' alerts hold, each under the name of whose it is: the words of a stranger are on no map."""
    found = ((one.publisher, _DRAWN.of(one.name, look.raw_of_other).rings) for one in those)
    return tuple(AreaView(label=publisher, rings=rings, theirs=True) for publisher, rings in found if rings)


def drawn_by_name(name: str, raw: bytes) -> Drawn:
    """Return what is drawn of one message. name: under which it is kept here."""
    return _DRAWN.of(name, lambda _: raw)


def drawn_of(alert: Alert) -> Drawn:
    """Return what a map shows of where a message holds: each outline once, however many languages repeat it, and no finer than is seen."""
    mended: dict[str, list[Mended]] = {}
    for one in for_matching(alert):
        mended.setdefault(one.where, []).append(one)
    circles = [found[1] for unread in alert.unread if (found := _CIRCLE.fullmatch(unread.where))]
    rings: dict[Ring, None] = {}
    left: list[Left] = []
    for i, info in enumerate(alert.infos, 1):
        for a, area in enumerate(info.areas, 1):
            where = f"alert/info[{i}]/area[{a}]"
            for each in _area(area, where, mended.get(where, ()), circles.count(where)):
                if isinstance(each, Left):
                    left.append(each)
                else:
                    rings[each] = None
    if len(rings) > MOST_RINGS:
        left.append(Left(Why.MANY, "alert", f"{len(rings):,} outlines, of which the first {MOST_RINGS} are drawn"))
    shown = list(rings)[:MOST_RINGS]
    points = sum(map(len, shown))
    told = _some_of_each(left)
    drawn = tuple(_coarser(ring, -(-points // MOST_POINTS)) for ring in shown)
    return Drawn(drawn, told, len(left) - len(told))


def _some_of_each(left: Iterable[Left]) -> tuple[Left, ...]:
    """Return the first of each sort: none hides another."""
    found: dict[Why, list[Left]] = {}
    for one in left:
        if len(those := found.setdefault(one.why, [])) < MOST_LEFT:
            those.append(one)
    return tuple(one for those in found.values() for one in those)


def _area(area: Area, where: str, mended: Iterable[Mended], circles: int) -> Iterator[Ring | Left]:
    """Give what is drawn of one area and what is not. circles: how many of its circles could not be read."""
    shapes = [*_polygons(mended), *_circles(area, where)]
    shapes += [Left(Why.CIRCLE, where, "a circle that cannot be read")] * circles
    yield from shapes
    if shapes and not any(isinstance(shape, Left) and shape.why is not Why.MENDED for shape in shapes):
        return  # they are drawn finer than a list has the same area
    codes = [*_codes(area, where)]
    is_drawn = any(not isinstance(each, Left) for each in (*shapes, *codes))
    yield from (each for each in codes if not (is_drawn and isinstance(each, Left)))


def _polygons(mended: Iterable[Mended]) -> Iterator[Ring | Left]:
    for one in mended:
        if one.how:
            yield Left(
                Why.MENDED if one.rings else Why.POLYGON,
                one.where,
                f"a polygon: {one.how.removeprefix('not mended: ')}",
            )
        yield from one.rings if len(one.rings) <= MOST_RINGS else [_around(one.rings)]


def _around(rings: Iterable[Ring]) -> Ring:
    """Return the hull around many rings: of one that crosses itself all over, nobody sees the pieces."""
    hull = shapely.convex_hull(shapely.MultiPoint([(lon, lat) for ring in rings for lat, lon in ring]))
    return tuple((lat, lon) for lon, lat in hull.exterior.coords)


def _circles(area: Area, where: str) -> Iterator[Ring | Left]:
    for lat, lon, radius in area.circles:
        if not on_earth((lat, lon)) or not 0 <= radius < math.inf:
            yield Left(Why.CIRCLE, where, "a circle that is not on Earth, or has no radius in kilometres")
        elif radius > MOST_KM:
            yield Left(Why.CIRCLE, where, f"a circle of more than {MOST_KM:,} km")
        elif radius == 0:
            yield Left(Why.POINT, where, f"a circle of radius 0, as one of {POINT_KM} km")
            yield circle_ring((lat, lon), POINT_KM)
        else:
            yield circle_ring((lat, lon), radius)


def _codes(area: Area, where: str) -> Iterator[Ring | Left]:
    for system, code in area.geocodes:
        if (found := coded(system, code or "")) is not None:
            yield from found.rings
        else:
            yield Left(Why.CODE, where, f"{system} {code}"[:60])


def _coarser(ring: Ring, step: int) -> Ring:
    """Return a ring by every so many corners, the last and at least four among them."""
    return ring if step < 2 or len(ring) < 9 else (*ring[: -1 : min(step, len(ring) // 4)], ring[-1])
