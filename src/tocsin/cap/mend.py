"""Mends polygons for matching only, where that leaves nobody out; what was received stays as it is.

Safe, and done: an open ring is closed; numbers in other order of commas and spaces are paired again, if their count is
even; a ring that crosses itself becomes the area that its outline encloses, both lobes of a bow tie included, or, where it
may cross itself more often than can be followed, the hull around it.
Not safe, and left: fewer than three different points, and coordinates that are not on Earth. Each is named either way.
"""

import re
from collections.abc import Iterator

import msgspec
import numpy as np
import shapely

from tocsin.cap.model import Alert, Point, Ring, Unread
from tocsin.cap.shapes import MAX_SIDE_PAIRS, on_earth, side_pairs

MAX_CROSSINGS = 200_000
"""How many pairs of sides may touch where they are cut at each crossing: every one is a point of its own."""

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
    for i, info in enumerate(alert.infos, 1):
        for a, area in enumerate(info.areas, 1):
            for ring in area.polygons:
                yield _mended(ring, f"alert/info[{i}]/area[{a}]", "")
    for unread in alert.unread:
        if found := _POLYGON.fullmatch(unread.where):
            yield _paired(unread, f"alert/info[{found[1]}]/area[{found[2]}]")


def _paired(unread: Unread, where: str) -> Mended:
    numbers = _NUMBER.findall(unread.text)
    rest = _NUMBER.sub("", unread.text)
    if len(numbers) % 2 or not _BETWEEN.fullmatch(rest):
        return Mended(where=where, rings=(), how="not mended: it is no list of numbers in pairs")
    values = [float(number) for number in numbers]
    return _mended(tuple(zip(values[::2], values[1::2], strict=True)), where, "paired again")


def _mended(ring: Ring, where: str, how: str) -> Mended:
    if not all(on_earth(point) for point in ring):
        return Mended(where=where, rings=(), how="not mended: a point is not on Earth")
    if len(set(ring)) < 3:
        return Mended(where=where, rings=(), how="not mended: it has fewer than three different points")
    if ring[0] != ring[-1]:
        ring, how = (*ring, ring[0]), f"{how}, closed".removeprefix(", ")
    points = np.array(ring, dtype=np.float64)[:, ::-1]
    if side_pairs(points) > MAX_SIDE_PAIRS:
        return Mended(where=where, rings=(ring,), how=f"{how}, too intricate to untangle".removeprefix(", "))
    outline = shapely.polygons(points)
    if shapely.is_valid(outline):
        return Mended(where=where, rings=(ring,), how=how)
    if side_pairs(points) > MAX_CROSSINGS:
        hull = shapely.convex_hull(outline)
        around = [_ring(hull)] if hull.geom_type == "Polygon" else []
        return Mended(where=where, rings=tuple(around), how=f"{how}, the hull around it".removeprefix(", "))
    # By the outline's lines, not by counting turns: what is enclosed twice must not fall out.
    parts = shapely.get_parts(
        shapely.union_all(shapely.get_parts(shapely.polygonize([shapely.node(outline.exterior)])))
    )
    rings = tuple(_ring(part) for part in parts if part.geom_type == "Polygon")
    if not rings:
        return Mended(where=where, rings=(), how="not mended: it encloses nothing")
    return Mended(where=where, rings=rings, how=f"{how}, untangled".removeprefix(", "))


def _ring(polygon: shapely.Polygon) -> Ring:
    points: list[Point] = [(lat, lon) for lon, lat in polygon.exterior.coords]
    return tuple(points)
