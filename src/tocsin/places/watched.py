"""Saved areas, by the hundred thousand, and which of them an alert's area meets: whose home, site or country is in it.

Areas meet where they have a point in common, an edge or a corner too. Nothing is simplified; holes count as holes, circles
as circles, across the 180th meridian and at the poles.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from tocsin.places import ellipsoid
from tocsin.places.disc import Round
from tocsin.places.flat import Flat, meet_flat, moved
from tocsin.places.shape import Shape

Numbers = npt.NDArray[np.int64]


class Watched:
    """Saved areas in a tree, to be asked many times. Each is one or several shapes; it is known by its number, from 0."""

    def __init__(self, areas: Iterable[Sequence[Shape]]) -> None:
        owned = [(number, shape) for number, area in enumerate(areas) for shape in area]
        self._owner = np.array([number for number, _ in owned], dtype=np.int64)
        self._shapes = [shape for _, shape in owned]
        self._flats = np.array(
            [shape.outer if isinstance(shape, Flat) else None for shape in self._shapes], dtype=object
        )
        self._corner = np.array([_corner(shape) for shape in self._shapes], dtype=np.float64).reshape(-1, 2)
        self._odd = np.array([not isinstance(shape, Flat) or bool(shape.holes) for shape in self._shapes], dtype=bool)
        self._at_pole = [
            np.array([number for number, shape in enumerate(self._shapes) if _holds_pole(shape, lat)], dtype=np.int64)
            for lat in (-90.0, 90.0)
        ]
        self._tree = shapely.STRtree([around(shape) for shape in self._shapes])
        bounds = shapely.total_bounds(self._tree.geometries) if owned else (0.0, 0.0, 0.0, 0.0)
        self._west, self._east = bounds[0], bounds[2]

    def __repr__(self) -> str:
        return "Watched()"

    def meeting(self, area: Iterable[Shape]) -> Numbers:
        """Return the numbers of all saved areas that an area meets, each once, sorted."""
        met = [self._meeting(shape) for shape in area]
        owners = np.sort(self._owner[np.concatenate([np.zeros(0, dtype=np.int64), *met])])
        return owners[np.concatenate([[True], owners[1:] != owners[:-1]])] if len(owners) else owners

    def _meeting(self, shape: Shape) -> Numbers:
        near = around(shape)
        found = [self._at_pole[side] for side, lat in enumerate((-90.0, 90.0)) if _holds_pole(shape, lat)]
        west, _, east, _ = near.bounds
        for turn in range(math.ceil((self._west - east) / 360), math.floor((self._east - west) / 360) + 1):
            close = self._tree.query(moved(near, 360.0 * turn))
            if not isinstance(shape, Flat):
                found.append(close[[meet(shape, self._shapes[one]) for one in close]] if len(close) else close)
                continue
            there = moved(shape.outer, 360.0 * turn)
            shapely.prepare(there)
            # Most areas that are met lie inside with one corner as with all, and a corner is looked at much sooner.
            touched = np.asarray(shapely.intersects_xy(there, self._corner[close, 0], self._corner[close, 1]))
            left = np.flatnonzero(~touched)
            touched[left] = shapely.intersects(there, self._flats[close[left]])
            for number in np.flatnonzero(self._odd[close] | (touched & bool(shape.holes))):
                touched[number] = meet(shape, self._shapes[close[number]])
            found.append(close[touched])
        return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def meet(one: Shape, other: Shape) -> bool:
    """Say whether two shapes have a point in common."""
    if isinstance(one, Flat) and isinstance(other, Flat):
        return meet_flat(one, other)
    if isinstance(one, Round) and isinstance(other, Round):
        apart = ellipsoid.distances_m(one.lat, one.lon, np.array([other.lat]), np.array([other.lon]))
        return bool(apart[0] <= one.radius_m + other.radius_m)
    disc, drawn = (one, other) if isinstance(one, Round) else (other, one)
    if not isinstance(disc, Round):
        raise TypeError(type(disc).__name__)
    return bool(drawn.outside_m(np.array([disc.lat]), np.array([disc.lon]), disc.radius_m)[0] <= disc.radius_m)


def _corner(shape: Shape) -> tuple[float, float]:
    """Return one point of a flat shape's edge, (longitude, latitude); of another none."""
    x, y = shapely.get_coordinates(shape.outer)[0] if isinstance(shape, Flat) else (math.nan, math.nan)
    return x, y


def _holds_pole(shape: Shape, lat: float) -> bool:
    if isinstance(shape, Flat):
        return shape.poles[int(lat > 0)]
    return bool(shape.holds(np.array([lat]), np.array([0.0]))[0])


def around(shape: Shape) -> Any:
    """Return what a tree may know of a shape: a polygon itself, a circle by a box that is rather too large."""
    if isinstance(shape, Flat):
        return shape.outer
    if isinstance(shape, Round):
        north, wide = ellipsoid.degrees_wide(np.array([shape.lat]), shape.radius_m * (1 + ellipsoid.SPHERE_IS_OFF))
        return shapely.box(shape.lon - wide[0], shape.lat - north, shape.lon + wide[0], shape.lat + north)
    raise TypeError(type(shape).__name__)
