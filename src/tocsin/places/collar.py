"""The strip round a shape, so many metres wide: where to look for those who are only just outside."""

from dataclasses import dataclass

import numpy as np

from tocsin.places import ellipsoid
from tocsin.places.ellipsoid import Floats
from tocsin.places.shape import EDGE, IN, OUT, Bools, Shape, Sides


@dataclass(frozen=True, eq=False, repr=False)
class Collar:
    """All that may be at most so many metres outside a shape, and rather more; what is inside is left out where it can be."""

    shape: Shape
    metres: float

    def sides(self, west: Floats, south: Floats, east: Floats, north: Floats) -> Sides:
        """Say of each box whether it must be looked into; none lies wholly in a collar."""
        up, wide = ellipsoid.degrees_wide(np.maximum(np.abs(south), np.abs(north)), self.metres)
        sides = np.full(west.shape, OUT, dtype=np.uint8)
        for turn in (-360.0, 0.0, 360.0):  # a box made wider may reach over the 180th meridian
            near = self.shape.sides(west + turn - wide, south - up, east + turn + wide, north + up) != OUT
            sides[near] = EDGE
        looked = np.flatnonzero(sides)
        within = self.shape.sides(west[looked], south[looked], east[looked], north[looked]) == IN
        sides[looked[within]] = OUT
        return sides

    def holds(self, lat: Floats, lon: Floats) -> Bools:  # noqa: ARG002  a shape is asked for both
        """Let every point pass: how far it is, is measured next."""
        return np.ones(lat.shape, dtype=bool)

    def outside_m(self, lat: Floats, lon: Floats, within_m: float | None = None) -> Floats:
        """Return how far outside the shape itself each point lies, in metres."""
        return self.shape.outside_m(lat, lon, within_m)
