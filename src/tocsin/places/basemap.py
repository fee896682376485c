"""The base map that ships with Tocsin: land, borders and towns. It reads its own two files once and keeps them.

Source: Natural Earth 1:50m; GeoNames, CC BY 4.0. See SOURCES.md.
"""

import gzip
import json
import math
from bisect import bisect_left, bisect_right
from functools import cache
from importlib.resources import files

import msgspec

from tocsin.basis.errors import Refused
from tocsin.places.geometry import Point, distance_m, turn

_METRES_PER_DEGREE = 110_500.0  # of latitude, at its shortest


class Town(msgspec.Struct, frozen=True, kw_only=True):
    """A town of 15,000 people or more."""

    name: str
    point: Point
    population: int
    country: str


class NearTown(msgspec.Struct, frozen=True, kw_only=True):
    """A town and how far it is."""

    town: Town
    distance_m: float


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A coast or a border, and the box around it in degrees, so that most of the world is passed over unread."""

    points: tuple[Point, ...]
    south: float
    west: float
    north: float
    east: float


class World(msgspec.Struct, frozen=True, kw_only=True):
    """Land as rings, borders as lines, all latitude first."""

    land: tuple[Line, ...]
    borders: tuple[Line, ...]
    disputed: tuple[Line, ...]


def packaged(name: str) -> bytes:
    """Return one of the packed files, unpacked."""
    return gzip.decompress(files("tocsin.places").joinpath(name).read_bytes())


def _unpacked(flat: list[int]) -> Line:
    lat = lon = 0
    points = []
    for north, east in zip(flat[::2], flat[1::2], strict=True):
        lat, lon = lat + north, lon + east
        points.append((lat / 1000, lon / 1000))
    lats, lons = zip(*points, strict=True)
    return Line(points=tuple(points), south=min(lats), west=min(lons), north=max(lats), east=max(lons))


@cache
def world() -> World:
    """Return land and borders."""
    raw = json.loads(packaged("world.json.gz"))
    return World(**{name: tuple(_unpacked(line) for line in lines) for name, lines in raw.items()})


@cache
def towns() -> tuple[Town, ...]:
    """Return all towns, from south to north."""
    rows = (line.split("\t") for line in packaged("towns.tsv.gz").decode().splitlines())
    return tuple(
        Town(name=name, point=(float(lat), float(lon)), population=int(population), country=country)
        for lat, lon, population, country, name in rows
    )


@cache
def _latitudes() -> list[float]:
    return [town.point[0] for town in towns()]


def nearby(point: Point, radius_km: float, limit: int, *, largest_first: bool = False) -> tuple[NearTown, ...]:
    """Return the towns within a radius, nearest first, or largest first.

    Raises:
        Refused: the radius is negative or not a number, or the limit is below 1.
    """
    if not 0 <= radius_km < math.inf or limit < 1:
        raise Refused(f"Ask for one town or more within 0 km or more, not {limit} within {radius_km} km.")
    reach = radius_km * 1000 / _METRES_PER_DEGREE
    first = bisect_left(_latitudes(), point[0] - reach)
    last = bisect_right(_latitudes(), point[0] + reach)
    wide = _degrees_wide(point[0], reach)
    near = (
        NearTown(town=town, distance_m=distance_m(point, town.point))
        for town in towns()[first:last]
        if abs(turn(point[1], town.point[1])) <= wide
    )
    within = (found for found in near if found.distance_m <= radius_km * 1000)
    rank = (lambda found: (-found.town.population, found.distance_m)) if largest_first else _by_distance
    return tuple(sorted(within, key=rank)[:limit])


def _by_distance(found: NearTown) -> tuple[float, float]:
    return found.distance_m, -found.town.population


def _degrees_wide(latitude: float, reach: float) -> float:
    """Return how many degrees of longitude a reach in degrees of latitude can span: all of them near a pole."""
    poleward = abs(latitude) + reach
    return 180.0 if poleward >= 89.9 else reach / math.cos(math.radians(poleward))
