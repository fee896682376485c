"""The slow way, point by point and obviously right, that the fast one is compared with."""

import itertools
from collections.abc import Sequence
from fractions import Fraction

from tocsin.places import Point, Ring, area_distance_m, distance_m, encloses
from tocsin.places.geometry import unroll

Outline = tuple[Ring, tuple[Ring, ...]]
Disc = tuple[Point, float]


def in_polygon(outline: Outline, point: Point) -> bool:
    outer, holes = outline
    return encloses(outer, point) and not any(encloses(hole, point) and not on_edge(hole, point) for hole in holes)


def in_circle(disc: Disc, point: Point) -> bool:
    return distance_m(disc[0], point) <= disc[1]


def on_edge(ring: Ring, point: Point) -> bool:
    """Say whether a point lies on the edge of a ring, in fractions."""
    line, _ = unroll(ring)
    if abs(point[0]) == 90:
        return any(lat == point[0] for lat, _ in line)
    return any(
        _between(a, b, (point[0], point[1] + turn))
        for a, b in itertools.pairwise(line)
        for turn in (-720, -360, 0, 360, 720)
    )


def _between(a: Point, b: Point, p: Point) -> bool:
    (ay, ax), (by, bx), (py, px) = (tuple(map(Fraction, one)) for one in (a, b, p))
    on_line = (bx - ax) * (py - ay) == (by - ay) * (px - ax)
    return on_line and min(ax, bx) <= px <= max(ax, bx) and min(ay, by) <= py <= max(ay, by)


def outside_m(outline: Outline, point: Point) -> float:
    """Return how far outside a polygon with holes a point lies: from within a hole, to its edge."""
    if in_polygon(outline, point):
        return 0.0
    outer, holes = outline
    around = [hole for hole in holes if encloses(hole, point)]
    return min(_edge_m(hole, point) for hole in around) if around else area_distance_m(point, outer)


def _edge_m(ring: Ring, point: Point) -> float:
    """Return how far a point within a ring is from its edge: as far as it is outside of each edge alone."""
    return min(area_distance_m(point, _sliver(a, b)) for a, b in itertools.pairwise(ring))


def _sliver(a: Point, b: Point) -> Ring:
    """Return an area that is hardly more than one edge."""
    thin = 1e-9
    return (a, b, (b[0] + thin, b[1]), a) if a != b else (a, (a[0] + thin, a[1]), (a[0], a[1] + thin), a)


def unions(answers: Sequence[Sequence[bool]]) -> list[bool]:
    return [any(each) for each in zip(*answers, strict=True)]
