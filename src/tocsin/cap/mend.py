"""Mends polygons, to match people with or to draw, where that leaves nobody out; what was received stays as it is.

Safe, and done: an open ring is closed; numbers in other order of commas and spaces are paired again, if their count is
even; a ring that crosses itself becomes the area that its outline encloses, both lobes of a bow tie included, or, where it
may cross itself more often than can be followed, the hull around it. One over the 180th meridian jumps from side to side and is
sound; where its longitudes are counted on instead, to 181 and further, they are written as they should be.
Not safe, and left: fewer than three different points, and coordinates that are not on Earth. Each is named either way.
"""

import re
from collections.abc import Iterator

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from tocsin.cap.model import Alert, Point, Ring, Unread
from tocsin.cap.shapes import MAX_SIDE_PAIRS, on_earth, overlaps, side_pairs

MAX_CROSSINGS = 20_000
"""How many pairs of sides of one alert may touch where they are cut at each crossing: every one is a point of its own."""

MAX_COUNTED_ON = 360
"""Degrees to which a longitude may be counted on over the 180th meridian; beyond, it is none."""

_POLYGON = re.compile(r"alert/info\[([0-9]+)\]/area\[([0-9]+)\]/polygon\[[0-9]+\]")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_BETWEEN = re.compile(r"[\s,;]*")


class Mended(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in for a polygon when people are matched with an area.

    where: the path of its area. rings: none where it could not be mended. how: what was done, in a few words; nothing
    where the polygon was sound.
    """

    where: str
    rings: tuple[Ring, ...]
    how: str = ""


def for_matching(alert: Alert) -> Iterator[Mended]:
    """Give each polygon of an alert as people may be matched with it: none is dropped in silence."""
    mender = _Mender()
    for i, info in enumerate(alert.infos, 1):
        for a, area in enumerate(info.areas, 1):
            for ring in area.polygons:
                yield mender.mended(ring, f"alert/info[{i}]/area[{a}]", "")
    for unread in alert.unread:
        if found := _POLYGON.fullmatch(unread.where):
            yield _paired(unread, f"alert/info[{found[1]}]/area[{found[2]}]", mender)


def _paired(unread: Unread, where: str, mender: "_Mender") -> Mended:
    numbers = _NUMBER.findall(unread.text)
    rest = _NUMBER.sub("", unread.text)
    if len(numbers) % 2 or not _BETWEEN.fullmatch(rest):
        return Mended(where=where, rings=(), how="not mended: it is no list of numbers in pairs")
    values = [float(number) for number in numbers]
    return mender.mended(tuple(zip(values[::2], values[1::2], strict=True)), where, "paired again")


class _Mender:
    """Mends the polygons of one alert, each once however many languages repeat it, with so much work for all of them."""

    def __init__(self) -> None:
        self.pairs, self.crossings = MAX_SIDE_PAIRS, MAX_CROSSINGS
        self.done: dict[Ring, tuple[tuple[Ring, ...], str]] = {}

    def mended(self, ring: Ring, where: str, before: str) -> Mended:
        if ring not in self.done:
            self.done[ring] = self.rings(ring)
        rings, how = self.done[ring]
        told = how if how.startswith("not mended") else ", ".join(filter(None, (before, how)))
        return Mended(where=where, rings=rings, how=told)

    def rings(self, ring: Ring) -> tuple[tuple[Ring, ...], str]:
        """Return what stands in for a polygon, and how it was made."""
        done = []
        if not all(on_earth(point) for point in ring):
            if not all(abs(lat) <= 90 and abs(lon) <= MAX_COUNTED_ON for lat, lon in ring):
                return (), "not mended: a point is not on Earth"
            ring = tuple((lat, _in_range(lon)) for lat, lon in ring)
            done.append("longitudes over the 180th meridian written anew")
        if len(set(ring)) < 3:
            return (), "not mended: it has fewer than three different points"
        if ring[0] != ring[-1]:
            ring = (*ring, ring[0])
            done.append("closed")
        rings, how = self.untangled(ring)
        return rings, how if how.startswith("not mended") else ", ".join(filter(None, (*done, how)))

    def untangled(self, ring: Ring) -> tuple[tuple[Ring, ...], str]:
        points = np.array(ring, dtype=np.float64)[:, ::-1]
        pairs = side_pairs(points)
        if pairs > self.pairs:
            return _hull(points), "too intricate to untangle: the hull around it"
        self.pairs -= pairs
        outline = shapely.polygons(points)
        if shapely.is_valid(outline):
            return (ring,), ""
        if np.ptp(points[:, 0]) > 180:
            outline = shapely.polygons(np.column_stack([np.unwrap(points[:, 0], period=360), points[:, 1]]))
            if shapely.is_valid(outline):
                return (ring,), ""
        crossings = overlaps(points)
        if crossings > self.crossings:
            hull = shapely.convex_hull(outline)
            around = (_ring(hull),) if hull.geom_type == "Polygon" else ()
            return around, "the hull around it" if around else "not mended: it encloses nothing"
        self.crossings -= crossings
        # By the outline's lines, not by counting turns: what is enclosed twice must not fall out.
        faces = shapely.get_parts(shapely.polygonize([shapely.node(outline.exterior)]))
        parts = shapely.get_parts(shapely.coverage_union_all(faces))
        rings = tuple(_ring(part) for part in parts if part.geom_type == "Polygon")
        return rings, "untangled" if rings else "not mended: it encloses nothing"


def _hull(points: npt.NDArray[np.float64]) -> tuple[Ring, ...]:
    """Return what surely encloses a ring (longitude first) that nobody can look into: whoever is within it is in there, too."""
    lons = points[:, 0] if np.ptp(points[:, 0]) <= 180 else np.unwrap(points[:, 0], period=360)
    return (_ring(shapely.convex_hull(shapely.multipoints(np.column_stack([lons, points[:, 1]])))),)


def _ring(polygon: shapely.Polygon) -> Ring:
    points: list[Point] = [(lat, _in_range(lon)) for lon, lat in polygon.exterior.coords]
    return tuple(points)


def _in_range(lon: float) -> float:
    """Return a longitude that was counted on over the 180th meridian as it is written."""
    return lon if -180 <= lon <= 180 else (lon + 180) % 360 - 180
