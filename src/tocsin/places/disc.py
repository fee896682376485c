"""A circle on the ellipsoid."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tocsin.basis.errors import Refused
from tocsin.places import ellipsoid
from tocsin.places.ellipsoid import Floats
from tocsin.places.geometry import Point
from tocsin.places.shape import EDGE, IN, OUT, Bools, Sides

MOST_RADIUS_M: Final = 10_000_000.0  # a quarter of the way round the earth


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
