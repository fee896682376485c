"""Shapes that an area is made of: polygons with holes, circles, and the outlines of countries. Several make a union.

A shape answers three questions, over arrays of degrees: which boxes lie in it, which points, and how far outside the
others are. Nothing is simplified or cut: points are moved round the earth to the shape, not the shape to the points.
What lies on an edge is inside; what lies strictly within a hole is not.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import shapely

from tocsin.basis.errors import Refused
from tocsin.places import ellipsoid
from tocsin.places.ellipsoid import Floats
from tocsin.places.geometry import Point, northern, unroll

Bools = npt.NDArray[np.bool_]
Sides = npt.NDArray[np.uint8]

OUT: Final = 0
EDGE: Final = 1
IN: Final = 2

MOST_POINTS = 100_000  # in a ring
MOST_RADIUS_M = 10_000_000.0  # a quarter of the way round the earth
_STEP_DEGREES = 0.25  # both as in geometry.py: an edge is followed in pieces this long
_TORN_M = 100_000.0
_POINTS_AT_ONCE = 5_000
_PAIRS_AT_ONCE = 1_000_000


class Shape(Protocol):
    """One part of an area. Longitudes are -180 to 180, and 0 at a pole."""

    def sides(self, west: Floats, south: Floats, east: Floats, north: Floats) -> Sides:
        """Say of each box whether it lies wholly in the shape (IN), wholly outside (OUT), or must be looked into (EDGE)."""
        ...

    def holds(self, lat: Floats, lon: Floats) -> Bools:
        """Say of each point whether it lies in the shape or on its edge."""
        ...

    def outside_m(self, lat: Floats, lon: Floats, within_m: float | None = None) -> Floats:
        """Return how far outside each point lies, in metres: 0 inside.

        within_m: points farther outside than that may be given as infinitely far, which is much quicker.
        """
        ...


# ---- polygons


@dataclass(frozen=True, eq=False, repr=False)
class Flat:
    """A shape with straight edges in latitude and longitude, on a map that reaches as far round as the shape does.

    outer, holes: in (longitude, latitude). poles: whether the South and the North Pole are in it; each is one point, and a
    flat map does not know that. drawn: the edges, each line an array of (latitude, longitude), where they are others than
    those of outer and holes.
    """

    outer: Any
    holes: tuple[Any, ...]
    poles: tuple[bool, bool]
    drawn: tuple[Floats, ...] = ()

    def sides(self, west: Floats, south: Floats, east: Floats, north: Floats) -> Sides:
        """Say of each box whether it lies in the shape."""
        self._prepare()
        sides = np.zeros(west.shape, dtype=np.uint8)
        for index, touched in _touching(self.outer, west, south, east, north):
            sides[index] = np.where(shapely.contains_properly(self.outer, touched), IN, np.maximum(sides[index], EDGE))
        for hole in self.holes:
            for index, touched in _touching(hole, west, south, east, north):
                gone = shapely.contains_properly(hole, touched)
                sides[index] = np.where(gone, OUT, np.minimum(sides[index], EDGE))
        for lat, inside in zip((-90.0, 90.0), self.poles, strict=True):
            at_pole = ((south == lat) | (north == lat)) & (west <= 0) & (east >= 0)
            sides[at_pole & (sides == (OUT if inside else IN))] = EDGE
        return sides

    def holds(self, lat: Floats, lon: Floats) -> Bools:
        """Say of each point whether it lies in the shape or on its edge."""
        self._prepare()
        inside = np.zeros(lat.shape, dtype=bool)
        for shift in shifts(self.outer):
            inside |= shapely.intersects_xy(self.outer, lon + shift, lat)
        for hole in self.holes:
            for shift in shifts(hole):
                inside &= ~shapely.contains_xy(hole, lon + shift, lat)
        for pole, within in zip((-90.0, 90.0), self.poles, strict=True):
            inside[lat == pole] = within
        return inside

    def outside_m(self, lat: Floats, lon: Floats, within_m: float | None = None) -> Floats:
        """Return how far outside each point lies, in metres: 0 inside."""
        found = np.where(self.holds(lat, lon), 0.0, np.inf)
        left = np.flatnonzero(found)
        stride = _POINTS_AT_ONCE if within_m is not None else max(1, _PAIRS_AT_ONCE // len(self._pieces.start))
        for start in range(0, len(left), stride):
            part = left[start : start + stride]
            found[part] = self._pieces.distances_m(lat[part], lon[part], within_m)
        return found

    @property
    def lines(self) -> tuple[Floats, ...]:
        """The edges, each line an array of (latitude, longitude)."""
        return self.drawn or tuple(_lines(self.outer, *self.holes))

    def _prepare(self) -> None:
        for part in (self.outer, *self.holes):
            shapely.prepare(part)  # nothing where it is done already

    @cached_property
    def _pieces(self) -> "_Pieces":
        return _Pieces(self.lines)


def polygon(outer: Sequence[Point], holes: Iterable[Sequence[Point]] = ()) -> Flat:
    """Return a polygon, each ring as geometry.py says: (latitude, longitude), closed, the short way round.

    Raises:
        Refused: a ring is open or has fewer than four points; a number is no degree; an edge runs exactly half way round;
            a ring encloses nothing, crosses or touches itself, or halves the earth; a hole reaches outside.
    """
    line, shell, poles = _ring(outer, "The outline")
    lines, inner, found = [line], [], list(poles)
    for number, ring in enumerate(holes, 1):
        hole, drawn, pierced = _ring(ring, f"Hole {number}")
        lats, lons = hole.T
        at = lons - 360.0 * np.floor((lons + 180.0) / 360.0)
        if not Flat(shell, (), poles).holds(lats, at).all():
            raise Refused(f"Hole {number} reaches outside the outline of its polygon. Draw it within.")
        lines.append(hole)
        inner.append(drawn)
        touched = [bool((lats == pole).any()) for pole in (-90.0, 90.0)]
        found = [was and (on or not gone) for was, on, gone in zip(found, touched, pierced, strict=True)]
    return Flat(shell, tuple(inner), (found[0], found[1]), tuple(lines))


def polygons(rings: Sequence[Sequence[Point]]) -> list[Flat]:
    """Return many polygons without holes: the same as `polygon` of each, five times as fast where they are plain.

    Raises:
        Refused: one cannot be drawn; its number is told, from 0.
    """
    sizes = np.array([len(ring) for ring in rings], dtype=np.int64)
    if not len(rings) or sizes.min() < 4:
        return [_numbered(number, ring) for number, ring in enumerate(rings)]
    points = _points(list(itertools.chain.from_iterable(rings)), "The areas together")
    first = np.cumsum(sizes) - sizes
    jumps = np.abs(np.diff(points[:, 1], append=0.0)) >= 180 - 1e-9
    jumps[first + sizes - 1] = False  # from one ring to the next
    odd = jumps | (np.abs(points[:, 0]) == 90)
    plain = ~np.logical_or.reduceat(odd, first) & (points[first] == points[first + sizes - 1]).all(axis=1)
    drawn = np.full(len(rings), None, dtype=object)
    kept = np.repeat(plain, sizes)
    numbers = np.repeat(np.cumsum(plain) - 1, sizes)[kept]
    if plain.any():
        drawn[plain] = shapely.polygons(shapely.linearrings(points[kept][:, ::-1], indices=numbers))
    good = plain & shapely.is_valid(drawn)
    return [
        Flat(drawn[number], (), (False, False)) if good[number] else _numbered(number, ring)
        for number, ring in enumerate(rings)
    ]


def _numbered(number: int, ring: Sequence[Point]) -> Flat:
    try:
        return polygon(ring)
    except Refused as refused:
        raise Refused(f"Area {number}: {refused}") from None


def _ring(ring: Sequence[Point], name: str) -> tuple[Floats, Any, tuple[bool, bool]]:
    """Return a ring unrolled, as a flat polygon, and whether it holds the South and the North Pole."""
    if len(ring) > MOST_POINTS:
        raise Refused(f"{name} has {len(ring):,} points; {MOST_POINTS:,} is the most.")
    points = _points(ring, name)
    line, turns = unroll(ring)
    step, at_pole = np.abs(np.diff([lon for _, lon in line])), np.abs(points[:, 0]) == 90
    halves = np.flatnonzero((np.abs(step - 180) < 1e-9) & ~(at_pole[:-1] & at_pole[1:]))
    if len(halves):
        raise Refused(
            f"{name}: the edge after point {halves[0] + 1} runs half way round the earth, and nobody can tell which way."
            " Put a point between."
        )
    flat, poles = rolled_out(line, turns)
    _check(flat, line, name)
    return np.array(line), flat, poles


def _points(ring: Sequence[Point], name: str) -> Floats:
    """Return a ring as an array of (latitude, longitude), all on Earth."""
    try:
        points = np.array(ring, dtype=np.float64).reshape(-1, 2)
    except (ValueError, TypeError) as error:
        raise Refused(f"{name} holds something else than pairs of latitude and longitude.") from error
    off = np.flatnonzero(~((np.abs(points[:, 0]) <= 90) & (np.abs(points[:, 1]) <= 180)))  # and so neither is it a NaN
    if len(off):
        raise Refused(f"{name}: point {off[0] + 1} is not on Earth. Write latitude, then longitude, in degrees.")
    return points


def rolled_out(line: Sequence[Point], turns: int) -> tuple[Any, tuple[bool, bool]]:
    """Return an unrolled ring as a flat polygon, and whether it holds the South and the North Pole."""
    points = np.array(line)
    on = points[:, 0].min() == -90, points[:, 0].max() == 90
    if not turns:
        return shapely.polygons(points[:, ::-1]), (bool(on[0]), bool(on[1]))
    flat, north = _round_a_pole(line)
    return flat, (bool(on[0] or not north), bool(on[1] or north))


def _round_a_pole(line: Sequence[Point]) -> tuple[Any, bool]:
    """Return the smaller side of a line round the earth as a flat polygon, and whether that is the northern one.

    It goes round three times and reaches beyond the pole, so that its seam and its top lie outside the world.
    """
    north = northern(line)
    eastward = line if line[-1][1] > line[0][1] else line[::-1]
    start = 360.0 * math.floor((eastward[0][1] + 180.0) / 360.0)
    once = [(lon - start, lat) for lat, lon in eastward]
    thrice = [*((lon - 360.0, lat) for lon, lat in once[:-1]), *once[:-1], *((lon + 360.0, lat) for lon, lat in once)]
    beyond = 91.0 if north else -91.0
    return shapely.Polygon([*thrice, (thrice[-1][0], beyond), (thrice[0][0], beyond)]), north


def _check(flat: Any, line: Sequence[Point], name: str) -> None:
    """Refuse a ring that encloses nothing, or crosses or touches itself.

    Raises:
        Refused: it does.
    """
    if flat.area == 0 and flat.convex_hull.area == 0:
        raise Refused(
            f"{name} encloses nothing. An edge runs the short way round the earth:"
            " what is wider than 180 degrees needs points between its corners."
        )
    west, _, east, _ = flat.bounds
    # Wider than the earth: it must not lie on itself. A ring round a pole has gone round three times already.
    doubled = 360 < east - west < 1080 and shapely.relate_pattern(
        flat, shapely.transform(flat, lambda xy: xy + np.array([360.0, 0.0])), "T********"
    )
    if doubled or not flat.is_valid:
        where = shapely.is_valid_reason(flat).partition("[")[2].rstrip("]").split()
        near = f" near its point {_nearest(line, where)}" if len(where) == 2 else ""
        raise Refused(f"{name} crosses or touches itself{near}. Draw it as one line, or as several polygons.")


def _nearest(line: Sequence[Point], where: Sequence[str]) -> int:
    lon, lat = map(float, where)
    return 1 + min(range(len(line)), key=lambda i: math.hypot(line[i][0] - lat, (line[i][1] - lon + 180) % 360 - 180))


def moved(flat: Any, east: float) -> Any:
    """Return a flat geometry so many degrees farther east."""
    return shapely.transform(flat, lambda xy: xy + np.array([east, 0.0])) if east else flat


def meet_flat(one: Flat, other: Flat) -> bool:
    """Say whether two flat shapes have a point in common."""
    if any(a and b for a, b in zip(one.poles, other.poles, strict=True)):
        return True
    apart = {a - b for a in shifts(one.outer) for b in shifts(other.outer)}
    touch = any(shapely.intersects(one.outer, moved(other.outer, by)) for by in apart)
    return touch and not in_a_hole(one, other) and not in_a_hole(other, one)


def in_a_hole(one: Flat, other: Flat) -> bool:
    """Say whether a flat shape lies strictly within a hole of another: all its edges do.

    A hole that touches its own outline twice leaves several parts; here they count as one.
    """
    edges = shapely.multilinestrings([shapely.linestrings(line[:, ::-1]) for line in one.lines])
    turns = range(-3, 4)  # a shape round a pole has gone round three times
    return any(shapely.contains_properly(hole, moved(edges, 360.0 * turn)) for hole in other.holes for turn in turns)


def _lines(*flats: Any) -> Iterator[Floats]:
    for part in shapely.get_parts(np.array(flats, dtype=object)):
        for ring in shapely.get_rings(part):
            yield shapely.get_coordinates(ring)[:, ::-1]


def shifts(flat: Any) -> Iterator[float]:
    """Yield by how many degrees the world must be moved, each way it reaches a flat shape."""
    west, _, east, _ = flat.bounds
    for turn in range(math.ceil((west - 180) / 360), math.floor((east + 180) / 360) + 1):
        yield 360.0 * turn


def _touching(
    flat: Any, west: Floats, south: Floats, east: Floats, north: Floats
) -> Iterator[tuple[npt.NDArray[np.intp], Any]]:
    """Yield, for each way round, which boxes touch a flat shape, and these boxes where they touch it."""
    low_x, low_y, high_x, high_y = flat.bounds
    for shift in shifts(flat):
        near = (west + shift <= high_x) & (east + shift >= low_x) & (south <= high_y) & (north >= low_y)
        index = np.flatnonzero(near)
        boxes = shapely.box(west[index] + shift, south[index], east[index] + shift, north[index])
        touched = shapely.intersects(flat, boxes)
        yield index[touched], boxes[touched]


class _Pieces:
    """The edges of a shape in short pieces, to find the nearest of."""

    def __init__(self, lines: Iterable[Floats]) -> None:
        parts = [_followed(line) for line in lines]
        self.start, self.end = (np.concatenate(ends) for ends in zip(*parts, strict=True))
        ends = np.stack([self.start[:, ::-1], self.end[:, ::-1]], axis=1)
        self.tree = shapely.STRtree(shapely.linestrings(ends))

    def distances_m(self, lat: Floats, lon: Floats, within_m: float | None) -> Floats:
        """Return how far each point is from the nearest edge, in metres; infinitely far beyond within_m."""
        point, piece = self._near(lat, lon, within_m)
        found = np.full(lat.shape, np.inf)
        if not len(point):
            return found
        x, y = _feet(lat[point], lon[point], self.start[piece], self.end[piece])
        order = np.lexsort((np.hypot(x, y), point))
        first = order[np.diff(point[order], prepend=-1) > 0]
        point, x, y = point[first], x[first], y[first]
        found[point] = ellipsoid.distances_m(lat[point], lon[point], *ellipsoid.lift(lat[point], lon[point], x, y))
        return found if within_m is None else np.where(found <= within_m, found, np.inf)

    def _near(self, lat: Floats, lon: Floats, within_m: float | None) -> tuple[npt.NDArray[np.intp], ...]:
        """Return pairs of a point and a piece that may be its nearest."""
        if within_m is None:
            every = np.indices((len(lat), len(self.start))).reshape(2, -1)
            return every[0], every[1]
        north, wide = ellipsoid.degrees_wide(lat, within_m * (1 + ellipsoid.SPHERE_IS_OFF) + 20)
        west, east = self.start[:, 1].min(), self.start[:, 1].max()
        pairs = [
            self.tree.query(shapely.box(lon + shift - wide, lat - north, lon + shift + wide, lat + north))
            for shift in (360.0 * turn for turn in range(math.floor(west / 360) - 1, math.ceil(east / 360) + 2))
        ]
        point, piece = np.concatenate(pairs, axis=1)
        return self._nearest(lat, lon, point, piece, within_m)

    def _nearest(
        self, lat: Floats, lon: Floats, point: npt.NDArray[np.intp], piece: npt.NDArray[np.intp], within_m: float
    ) -> tuple[npt.NDArray[np.intp], ...]:
        """Leave out pieces that a rough plane shows to be farther than another, with room for its roughness."""
        shrink = np.cos(np.radians(lat[point]))
        start, end = self.start[piece], self.end[piece]
        ax, ay = ellipsoid.turns(lon[point], start[:, 1]) * shrink, start[:, 0] - lat[point]
        bx, by = ax + (end[:, 1] - start[:, 1]) * shrink, end[:, 0] - lat[point]
        rough = np.hypot(*_foot(ax, ay, bx, by))
        least = np.full(lat.shape, np.inf)
        np.minimum.at(least, point, rough)
        off = 0.01 + np.abs(np.tan(np.radians(lat))) * within_m / ellipsoid.MEAN_RADIUS_M
        room = np.where(np.abs(lat) < 85, (1 + off) ** 2 * least + 0.0002, np.inf)
        kept = rough <= room[point]
        return point[kept], piece[kept]


def _followed(line: Floats) -> tuple[Floats, Floats]:
    """Return where short pieces of a line start and end, each an array of (latitude, longitude)."""
    step = np.diff(line, axis=0)
    count = np.maximum(1, np.ceil(np.abs(step).max(axis=1) / _STEP_DEGREES)).astype(np.intp)
    edge = np.repeat(np.arange(len(step)), count)
    at = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    start = line[edge] + step[edge] * (at / count[edge])[:, None]
    end = line[edge] + step[edge] * ((at + 1) / count[edge])[:, None]
    return start, end


def _feet(lat: Floats, lon: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the point of each piece that is nearest to its own point, on that point's plane, in metres."""
    ax, ay = ellipsoid.flatten(lat, lon, start[:, 0], start[:, 1])
    bx, by = ellipsoid.flatten(lat, lon, end[:, 0], end[:, 1])
    return _foot(ax, ay, bx, by)


def _foot(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> tuple[Floats, Floats]:
    dx, dy = bx - ax, by - ay
    long = dx * dx + dy * dy
    along = np.clip(-(ax * dx + ay * dy) / np.where(long == 0, 1.0, long), 0.0, 1.0)
    torn = long > _TORN_M**2  # only near the other end of the earth
    along[torn] = np.hypot(ax, ay)[torn] > np.hypot(bx, by)[torn]
    return ax + along * dx, ay + along * dy


# ---- circles


@dataclass(frozen=True, eq=False, repr=False)
class Round:
    """Everything within so many metres of a centre, as the shortest way over the ellipsoid goes."""

    lat: float
    lon: float
    radius_m: float

    def sides(self, west: Floats, south: Floats, east: Floats, north: Floats) -> Sides:
        """Say of each box whether it lies in the circle: by the way to its middle, and from there to its corners."""
        middle = ellipsoid.sphere_m(self.lat, self.lon, (south + north) / 2, (west + east) / 2)
        widest = np.where(south * north < 0, 0.0, np.minimum(np.abs(south), np.abs(north)))
        reach = np.radians((north - south) / 2 + (east - west) / 2 * np.cos(np.radians(widest)))
        nearest = (middle - reach * ellipsoid.MEAN_RADIUS_M) * (1 - ellipsoid.SPHERE_IS_OFF) - 1
        farthest = (middle + reach * ellipsoid.MEAN_RADIUS_M) * (1 + ellipsoid.SPHERE_IS_OFF) + 1
        sides = np.where(farthest < self.radius_m, IN, np.where(nearest > self.radius_m, OUT, EDGE))
        return sides.astype(np.uint8)

    def holds(self, lat: Floats, lon: Floats) -> Bools:
        """Say of each point whether it lies in the circle or on its edge. Only near the edge is the exact way measured."""
        about = ellipsoid.sphere_m(self.lat, self.lon, lat, lon)
        inside = about * (1 + ellipsoid.SPHERE_IS_OFF) + 1 < self.radius_m
        near = np.flatnonzero(~inside & (about * (1 - ellipsoid.SPHERE_IS_OFF) - 1 <= self.radius_m))
        inside[near] = ellipsoid.distances_m(self.lat, self.lon, lat[near], lon[near]) <= self.radius_m
        return np.asarray(inside)

    def outside_m(self, lat: Floats, lon: Floats, within_m: float | None = None) -> Floats:
        """Return how far outside each point lies, in metres: 0 inside."""
        outside = np.maximum(0.0, ellipsoid.distances_m(self.lat, self.lon, lat, lon) - self.radius_m)
        return outside if within_m is None else np.where(outside <= within_m, outside, np.inf)


def circle(centre: Point, radius_m: float) -> Round:
    """Return a circle: centre (latitude, longitude), radius in metres (CAP gives kilometres).

    Raises:
        Refused: the centre is not on Earth, or the radius is below 0, above 10,000 km, or no number.
    """
    lat, lon = centre
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Refused("The centre of the circle is not on Earth. Write latitude, then longitude, in degrees.")
    if not 0 <= radius_m <= MOST_RADIUS_M:
        raise Refused(f"A circle of {radius_m} m cannot be drawn. Give a radius of 0 to {MOST_RADIUS_M:,.0f} m.")
    return Round(float(lat), float(lon), float(radius_m))


def outside_m(area: Iterable[Shape], lat: Floats, lon: Floats, within_m: float | None = None) -> Floats:
    """Return how far outside an area of several shapes each point lies, in metres: 0 inside any of them."""
    found = np.full(lat.shape, np.inf)
    for shape in area:
        left = np.flatnonzero(found)
        found[left] = np.minimum(found[left], shape.outside_m(lat[left], lon[left], within_m))
    return found
