"""The outlines of countries, and which of them an area touches. It reads its own file once and keeps it.

They are drawn at 1:50m, where a coast may be off by a kilometre or two, and widened by 0.05 degrees (5.5 km north and
south), so that nobody on a beach or an island is left out; along a border a few of the neighbours are let in.

Source: Natural Earth 1:50m. See SOURCES.md.
"""

import gzip
import itertools
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely

from tocsin.basis.errors import Refused
from tocsin.places.disc import Round
from tocsin.places.drawing import rolled_out
from tocsin.places.flat import Flat, meet_flat, moved
from tocsin.places.geometry import Point, unroll
from tocsin.places.shape import Shape

WIDER_DEGREES = 0.05


@cache
def _packed() -> dict[str, list[list[list[int]]]]:
    found: dict[str, list[list[list[int]]]] = json.loads(
        gzip.decompress(files("tocsin.places").joinpath("borders.json.gz").read_bytes())
    )
    return found


def _rolled(packed: list[int]) -> tuple[Any, tuple[bool, bool]]:
    lats, lons = itertools.accumulate(packed[::2]), itertools.accumulate(packed[1::2])
    return rolled_out(*unroll([(lat / 1000, lon / 1000) for lat, lon in zip(lats, lons, strict=True)]))


def outlines() -> dict[str, list[tuple[Point, ...]]]:
    """Return the outer lines of every country by its code, latitude first, as they are; disputed land is in each claimant's."""
    return {code: [_points(outer) for outer, *_ in parts] for code, parts in _packed().items()}


def _points(packed: list[int]) -> tuple[Point, ...]:
    lats, lons = itertools.accumulate(packed[::2]), itertools.accumulate(packed[1::2])
    return tuple((lat / 1000, lon / 1000) for lat, lon in zip(lats, lons, strict=True))


def has_outline(code: str) -> bool:
    """Say whether there is an outline under a code: there is none of Gibraltar, Tokelau and Tuvalu."""
    return code.upper() in _packed()


@cache
def country(code: str) -> Flat:
    """Return the shape of a country or territory, by its ISO 3166-1 alpha-2 code; disputed land is in each claimant's.

    Raises:
        Refused: there is no outline under that code.
    """
    if not has_outline(code):
        raise Refused(f"{code!r} is no country with an outline here. Write two letters such as FR, or draw the area.")
    parts, poles = [], (False, False)
    for outer, *holes in _packed()[code.upper()]:
        land, held = _rolled(outer)
        water = [
            moved(hole, 360.0 * round((land.centroid.x - hole.centroid.x) / 360)) for hole, _ in map(_rolled, holes)
        ]
        parts.append(shapely.difference(shapely.make_valid(land), shapely.union_all(shapely.make_valid(water))))
        poles = (poles[0] or held[0], poles[1] or held[1])
    wider = shapely.union_all(shapely.buffer(parts, WIDER_DEGREES, quad_segs=2))
    return Flat(wider, (), poles)


def lies_in(code: str, point: Point) -> bool:
    """Say whether a point, latitude first, lies in a country that has an outline here, or within a few kilometres of it."""
    latitude, longitude = point
    return bool(country(code).holds(np.array([latitude]), np.array([longitude]))[0])


def countries_of(area: Iterable[Shape]) -> frozenset[str]:
    """Return the codes of all countries that an area touches, the sea within a few kilometres of their coasts included."""
    shapes = tuple(area)
    return frozenset(code for code in _packed() if any(_touches(country(code), shape) for shape in shapes))


def _touches(land: Flat, shape: Shape) -> bool:
    if isinstance(shape, Flat):
        return meet_flat(shape, land)
    if isinstance(shape, Round):
        nearest = land.outside_m(np.array([shape.lat]), np.array([shape.lon]), within_m=shape.radius_m)
        return bool(nearest[0] <= shape.radius_m)
    raise TypeError(type(shape).__name__)
