"""Distances and areas on the WGS 84 ellipsoid, right across the antimeridian and at the poles.

A point is (latitude, longitude) in degrees, latitude first, as CAP writes it. A ring is closed: its last point equals
its first. The edges of a ring run straight in latitude and longitude, the short way round; half way round, westwards.

The inside of a ring is what it encloses on a flat map that is rolled out far enough to hold it in one piece, however
wide; of a ring that runs round the earth, and so encloses a pole, the smaller side. What lies on an edge is inside.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

from tocsin.basis.errors import Refused

Point = tuple[float, float]
Ring = tuple[Point, ...]

_A = 6_378_137.0
_F = 1 / 298.257223563
_B = _A * (1 - _F)
_MEAN_RADIUS_M = 6_371_008.8
_STEP_DEGREES = 0.25  # an edge is followed in pieces this long; their sag stays below 16 m
_TORN_M = 100_000.0  # such a piece looks longer than this only near the other end of the earth, where the plane is torn


def distance_m(a: Point, b: Point) -> float:
    """Return the length in metres of the shortest line between two points.

    Exact to a millimetre; between points almost opposite each other, where the method does not converge, the length
    on a sphere, exact to 0.5 %.

    Source: Vincenty (1975), Survey Review 23 (176), inverse method on WGS 84.
    """
    if a == b:
        return 0.0
    u1, u2 = (math.atan((1 - _F) * math.tan(math.radians(p[0]))) for p in (a, b))
    sin1, cos1, sin2, cos2 = math.sin(u1), math.cos(u1), math.sin(u2), math.cos(u2)
    length = bend = math.radians(turn(a[1], b[1]))
    for _ in range(100):
        sin_s = math.hypot(cos2 * math.sin(bend), cos1 * sin2 - sin1 * cos2 * math.cos(bend))
        if sin_s == 0:
            return 0.0
        cos_s = sin1 * sin2 + cos1 * cos2 * math.cos(bend)
        sigma = math.atan2(sin_s, cos_s)
        sin_alpha = cos1 * cos2 * math.sin(bend) / sin_s
        cos2_alpha = 1 - sin_alpha**2
        middle = cos_s - 2 * sin1 * sin2 / cos2_alpha if cos2_alpha > 1e-12 else 0.0
        c = _F / 16 * cos2_alpha * (4 + _F * (4 - 3 * cos2_alpha))
        before, bend = (
            bend,
            length + (1 - c) * _F * sin_alpha * (sigma + c * sin_s * (middle + c * cos_s * (2 * middle**2 - 1))),
        )
        if abs(bend - before) < 1e-12:
            big_a, delta = _series(cos2_alpha, sin_s, cos_s, middle)
            return _B * big_a * (sigma - delta)
    return _sphere_m(a, b)


def _series(cos2_alpha: float, sin_s: float, cos_s: float, middle: float) -> tuple[float, float]:
    """Return Vincenty's A and delta sigma."""
    u = cos2_alpha * (_A**2 - _B**2) / _B**2
    big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    inner = cos_s * (2 * middle**2 - 1) - big_b / 6 * middle * (4 * sin_s**2 - 3) * (4 * middle**2 - 3)
    return big_a, big_b * sin_s * (middle + big_b / 4 * inner)


def _sphere_m(a: Point, b: Point) -> float:
    """Return the length on a sphere of the mean radius."""
    lat1, lat2 = math.radians(a[0]), math.radians(b[0])
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin(math.radians(turn(a[1], b[1])) / 2) ** 2
    return 2 * _MEAN_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def turn(from_lon: float, to_lon: float) -> float:
    """Return the degrees from one longitude to another, the short way round: -180 to 180."""
    return (to_lon - from_lon + 180.0) % 360.0 - 180.0


def away(start: Point, bearing: float, metres: float) -> Point:
    """Return the point so many metres from another, in a direction of so many degrees clockwise from north.

    Source: Vincenty (1975), Survey Review 23 (176), direct method on WGS 84.
    """
    azimuth = math.radians(bearing)
    tan_u = (1 - _F) * math.tan(math.radians(start[0]))
    cos_u = 1 / math.hypot(1, tan_u)
    sin_u = tan_u * cos_u
    sigma1 = math.atan2(tan_u, math.cos(azimuth))
    sin_alpha = cos_u * math.sin(azimuth)
    cos2_alpha = 1 - sin_alpha**2
    sigma = metres / _B
    for _ in range(100):
        middle = math.cos(2 * sigma1 + sigma)
        big_a, delta = _series(cos2_alpha, math.sin(sigma), math.cos(sigma), middle)
        before, sigma = sigma, metres / (_B * big_a) + delta
        if abs(sigma - before) < 1e-13:
            break
    sin_s, cos_s, middle = math.sin(sigma), math.cos(sigma), math.cos(2 * sigma1 + sigma)
    across = sin_u * sin_s - cos_u * cos_s * math.cos(azimuth)
    up = sin_u * cos_s + cos_u * sin_s * math.cos(azimuth)
    lat = math.atan2(up, (1 - _F) * math.hypot(sin_alpha, across))
    bend = math.atan2(sin_s * math.sin(azimuth), cos_u * cos_s - sin_u * sin_s * math.cos(azimuth))
    c = _F / 16 * cos2_alpha * (4 + _F * (4 - 3 * cos2_alpha))
    bend -= (1 - c) * _F * sin_alpha * (sigma + c * sin_s * (middle + c * cos_s * (2 * middle**2 - 1)))
    return math.degrees(lat), turn(0.0, start[1] + math.degrees(bend))


def circle_ring(centre: Point, radius_km: float, corners: int = 72) -> Ring:
    """Return a closed ring around a circle, every corner on it.

    radius_km: as a CAP circle gives it.

    Raises:
        Refused: the radius is negative, not a number, or reaches beyond a quarter of the earth.
    """
    if not 0 <= radius_km <= 10_000:
        raise Refused(f"A circle of {radius_km} km cannot be drawn. Give a radius of 0 to 10,000 km.")
    ring = [away(centre, 360 * step / corners, radius_km * 1000) for step in range(corners)]
    return (*ring, ring[0])


def area_distance_m(point: Point, ring: Sequence[Point]) -> float:
    """Return how far a point lies outside an area: 0 inside or on the edge, metres outside.

    Raises:
        Refused: the ring is open, has fewer than four points, or halves the earth.
    """
    return nearest_on_area(point, ring)[1]


def nearest_on_area(point: Point, ring: Sequence[Point]) -> tuple[Point, float]:
    """Return the point of an area that is nearest to another, and how many metres lie between: itself and 0 inside.

    Raises:
        Refused: the ring is open, has fewer than four points, or halves the earth.
    """
    if encloses(ring, point):
        return point, 0.0
    flat = [_flatten(point, p) for p in _followed(ring)]
    x, y = min((_foot(a, b) for a, b in itertools.pairwise(flat)), key=lambda foot: math.hypot(*foot))
    if math.hypot(x, y) == 0:
        return point, 0.0
    nearest = _raise(point, x, y)
    return nearest, distance_m(point, nearest)


def encloses(ring: Sequence[Point], point: Point) -> bool:
    """Say whether a point lies in a ring, or on its edge. Exact, whatever the numbers.

    The edges between the point and the North Pole are counted: after an odd number one is on the other side.

    Raises:
        Refused: the ring is open, has fewer than four points, or halves the earth.
    """
    line, turns = unroll(ring)
    lat, lon = point
    if abs(lat) == 90:
        return any(p[0] == lat for p in line) or (turns != 0 and northern(line) == (lat > 0))
    above = 0
    for a, b in itertools.pairwise(line):
        near = round((a[1] - lon) / 360)
        for x in (lon + 360.0 * k for k in (near - 1, near, near + 1)):
            if not min(a[1], b[1]) <= x <= max(a[1], b[1]):
                continue
            side = _side(a, b, (lat, x))
            if side == 0 and min(a[0], b[0]) <= lat <= max(a[0], b[0]):
                return True
            if (a[1] <= x) != (b[1] <= x):
                above += (side < 0) == (b[1] > a[1])
    odd = above % 2 == 1
    return odd if turns == 0 else odd != northern(line)


def unroll(ring: Sequence[Point]) -> tuple[list[Point], int]:
    """Return a ring with longitudes that never jump, and how often it runs round the earth: 0, or 1 eastwards.

    Raises:
        Refused: the ring is open, or has fewer than four points.
    """
    if len(ring) < 4 or tuple(ring[0]) != tuple(ring[-1]):
        raise Refused("An area needs four points or more, the last equal to the first.")
    line, east = [(ring[0][0], ring[0][1])], ring[0][1]
    for lat, lon in ring[1:]:
        east = lon + 360.0 * math.ceil((east - 180.0 - lon) / 360.0)
        line.append((lat, east))
    return line, round((line[-1][1] - line[0][1]) / 360.0)


def northern(line: Sequence[Point]) -> bool:
    """Say whether north of a line round the earth is the smaller side.

    Raises:
        Refused: both sides are as large, so that nobody can tell which is meant.
    """
    balance = sum((b[1] - a[1]) * _mean_sine(a[0], b[0]) for a, b in itertools.pairwise(line))
    mean = balance / (line[-1][1] - line[0][1])
    if abs(mean) < 1e-9:
        raise Refused("An area halves the earth, and nobody can tell which half is meant. Draw each half as two areas.")
    return mean > 0


def _mean_sine(lat1: float, lat2: float) -> float:
    """Return the mean of the sine of latitude along an edge: the area between it and the equator, per degree of turn."""
    a, b = math.radians(lat1), math.radians(lat2)
    return math.sin((a + b) / 2) * (1.0 if a == b else math.sin((b - a) / 2) / ((b - a) / 2))


def _side(a: Point, b: Point, p: Point) -> float:
    """Return on which side of an edge a point lies: above 0 to its left, 0 on its line; the sign is exact."""
    left, right = (b[1] - a[1]) * (p[0] - a[0]), (b[0] - a[0]) * (p[1] - a[1])
    if abs(left - right) > 1e-12 * (abs(left) + abs(right)):
        return left - right
    (ay, ax), (by, bx), (py, px) = ((Fraction(lat), Fraction(lon)) for lat, lon in (a, b, p))
    exact = (bx - ax) * (py - ay) - (by - ay) * (px - ax)
    return (exact > 0) - (exact < 0)


def _followed(ring: Sequence[Point]) -> Iterator[Point]:
    """Yield the points of a ring with its long edges followed in short pieces."""
    for (lat1, lon1), (lat2, lon2) in itertools.pairwise(ring):
        north, east = lat2 - lat1, turn(lon1, lon2)
        pieces = max(1, math.ceil(max(abs(north), abs(east)) / _STEP_DEGREES))
        for piece in range(pieces):
            yield lat1 + north * piece / pieces, lon1 + east * piece / pieces
    yield ring[-1]


def _flatten(centre: Point, p: Point) -> tuple[float, float]:
    """Return a point on the plane that keeps every distance and direction from the centre, in metres."""
    arc = _sphere_m(centre, p) / _MEAN_RADIUS_M
    if arc == 0:
        return 0.0, 0.0
    lat0, lat = math.radians(centre[0]), math.radians(p[0])
    east = math.radians(turn(centre[1], p[1]))
    azimuth = math.atan2(
        math.cos(lat) * math.sin(east),
        math.cos(lat0) * math.sin(lat) - math.sin(lat0) * math.cos(lat) * math.cos(east),
    )
    return arc * _MEAN_RADIUS_M * math.sin(azimuth), arc * _MEAN_RADIUS_M * math.cos(azimuth)


def _raise(centre: Point, x: float, y: float) -> Point:
    """Return where a point of that plane lies on the earth: the reverse of _flatten."""
    arc, azimuth = math.hypot(x, y) / _MEAN_RADIUS_M, math.atan2(x, y)
    lat0 = math.radians(centre[0])
    sine = math.sin(lat0) * math.cos(arc) + math.cos(lat0) * math.sin(arc) * math.cos(azimuth)
    lat = math.asin(max(-1.0, min(1.0, sine)))
    east = math.atan2(
        math.sin(azimuth) * math.sin(arc) * math.cos(lat0), math.cos(arc) - math.sin(lat0) * math.sin(lat)
    )
    return math.degrees(lat), turn(0.0, centre[1] + math.degrees(east))


def _foot(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Return the point of a flat edge that is nearest to the origin."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = dx * dx + dy * dy
    if long > _TORN_M**2:
        return min(a, b, key=lambda end: math.hypot(*end))
    along = 0.0 if long == 0 else min(1.0, max(0.0, -(a[0] * dx + a[1] * dy) / long))
    return a[0] + along * dx, a[1] + along * dy
