"""What a shape is: one part of an area, that can be asked about many boxes and points at once.

What lies on an edge is inside. Arrays are of degrees, longitudes from -180 to 180; lengths are metres.
"""

from collections.abc import Iterable
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from tocsin.places.ellipsoid import Floats

Bools = npt.NDArray[np.bool_]
Sides = npt.NDArray[np.uint8]

OUT: Final = 0
EDGE: Final = 1
IN: Final = 2


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


def outside_m(area: Iterable[Shape], lat: Floats, lon: Floats, within_m: float | None = None) -> Floats:
    """Return how far outside an area of several shapes each point lies, in metres: 0 inside any of them."""
    found = np.full(lat.shape, np.inf)
    for shape in area:
        left = np.flatnonzero(found)
        found[left] = np.minimum(found[left], shape.outside_m(lat[left], lon[left], within_m))
    return found
