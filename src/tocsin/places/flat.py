"""A shape with straight edges: polygons with holes, and countries. How one is drawn, drawing.py says.

Nothing is simplified or cut: points are moved round the earth to the shape, not the shape to the points.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from tocsin.places.edges import Edges
from tocsin.places.ellipsoid import Floats
from tocsin.places.shape import EDGE, IN, OUT, Bools, Sides

_POINTS_AT_ONCE: Final = 5_000
_PAIRS_AT_ONCE: Final = 1_000_000


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
        stride = _POINTS_AT_ONCE if within_m is not None else max(1, _PAIRS_AT_ONCE // len(self._edges.start))
        for start in range(0, len(left), stride):
            part = left[start : start + stride]
            found[part] = self._edges.distances_m(lat[part], lon[part], within_m)
        return found

    @property
    def lines(self) -> tuple[Floats, ...]:
        """The edges, each line an array of (latitude, longitude)."""
        return self.drawn or tuple(_lines(self.outer, *self.holes))

    def _prepare(self) -> None:
        for part in (self.outer, *self.holes):
            shapely.prepare(part)  # nothing where it is done already

    @cached_property
    def _edges(self) -> Edges:
        return Edges(self.lines)


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
