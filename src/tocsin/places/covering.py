"""A shape as a few simple rings that cover it whole: whoever is in the shape is in the rings.

Simplified as usual, an outline cuts corners off, and whoever lives there is missed. Here it is widened first by as much as
may be cut off afterwards.
"""

from collections.abc import Iterator
from itertools import count
from typing import Any

import shapely

Ring = tuple[tuple[float, float], ...]

_FIRST_DEGREES = 0.001
_DECIMALS = 5  # a metre


def rings_over(shape: Any, most: int, first: float = _FIRST_DEGREES) -> tuple[Ring, ...]:
    """Return rings that cover a shape, with so many corners together at most; holes are filled.

    shape: polygons in degrees, longitude first. first: by how many degrees it is widened at least, where it has more corners. The rings have latitude first, and the last point equals the first.
    """
    filled = shapely.union_all([shapely.Polygon(part.exterior) for part in _parts(shape)])
    if _corners(filled) <= most:
        return tuple(_rings(filled))
    for step in count():
        wide = first * 2**step
        wider = shapely.simplify(shapely.buffer(filled, wide, quad_segs=2), wide * 0.9)
        wider = shapely.union_all([shapely.Polygon(part.exterior) for part in _parts(wider)])
        if _corners(wider) <= most and shapely.covers(wider, filled):
            return tuple(_rings(wider))
        if wide > 30:  # larger than any country: a box does
            break
    return tuple(_rings(shapely.box(*filled.bounds)))


def _parts(shape: Any) -> list[Any]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]


def _corners(shape: Any) -> int:
    return sum(len(part.exterior.coords) for part in _parts(shape))


def _rings(shape: Any) -> Iterator[Ring]:
    for part in _parts(shape):
        yield tuple(
            (round(lat, _DECIMALS), round((lon + 180) % 360 - 180, _DECIMALS)) for lon, lat in part.exterior.coords
        )
