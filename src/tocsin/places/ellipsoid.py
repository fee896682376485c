"""Distances on the WGS 84 ellipsoid for many points at once: what geometry.py does for one, over arrays.

Latitudes and longitudes are arrays of degrees of one length, or single numbers beside such arrays; lengths are metres.
"""

import numpy as np
import numpy.typing as npt

from tocsin.places.geometry import distance_m

Floats = npt.NDArray[np.float64]

SPHERE_IS_OFF = 0.006
"""By what share of itself a distance on the sphere below may be wrong: 0.56 % along a meridian at the equator."""

MEAN_RADIUS_M = 6_371_008.8
_A = 6_378_137.0
_F = 1 / 298.257223563
_B = _A * (1 - _F)


def turns(from_lon: Floats | float, to_lon: Floats | float) -> Floats:
    """Return the degrees from one longitude to another, the short way round: -180 to 180."""
    return np.asarray((np.asarray(to_lon) - from_lon + 180.0) % 360.0 - 180.0)


def sphere_m(lat1: Floats | float, lon1: Floats | float, lat2: Floats | float, lon2: Floats | float) -> Floats:
    """Return distances on a sphere of the mean radius, quick and wrong by at most SPHERE_IS_OFF."""
    a, b = np.radians(lat1), np.radians(lat2)
    h = np.sin((b - a) / 2) ** 2 + np.cos(a) * np.cos(b) * np.sin(np.radians(turns(lon1, lon2)) / 2) ** 2
    return np.asarray(2 * MEAN_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, h))))


def distances_m(lat1: Floats | float, lon1: Floats | float, lat2: Floats | float, lon2: Floats | float) -> Floats:
    """Return the lengths of the shortest lines between points, exact to a millimetre as `distance_m` is.

    Source: Vincenty (1975), Survey Review 23 (176), inverse method on WGS 84.
    """
    lat1, lon1, lat2, lon2 = (np.asarray(one, dtype=np.float64) for one in np.broadcast_arrays(lat1, lon1, lat2, lon2))
    u1, u2 = (np.arctan((1 - _F) * np.tan(np.radians(lat))) for lat in (lat1, lat2))
    sin1, cos1, sin2, cos2 = np.sin(u1), np.cos(u1), np.sin(u2), np.cos(u2)
    length = np.radians(turns(lon1, lon2))
    bend, settled = length.copy(), np.zeros(length.shape, dtype=bool)
    found = np.zeros(length.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(100):
            sin_s = np.hypot(cos2 * np.sin(bend), cos1 * sin2 - sin1 * cos2 * np.cos(bend))
            cos_s = sin1 * sin2 + cos1 * cos2 * np.cos(bend)
            sigma = np.arctan2(sin_s, cos_s)
            sin_alpha = np.where(sin_s == 0, 0.0, cos1 * cos2 * np.sin(bend) / sin_s)
            cos2_alpha = 1 - sin_alpha**2
            middle = np.where(cos2_alpha > 1e-12, cos_s - 2 * sin1 * sin2 / cos2_alpha, 0.0)
            c = _F / 16 * cos2_alpha * (4 + _F * (4 - 3 * cos2_alpha))
            inner = sigma + c * sin_s * (middle + c * cos_s * (2 * middle**2 - 1))
            after = length + (1 - c) * _F * sin_alpha * inner
            ready = ~settled & ((np.abs(after - bend) < 1e-12) | (sin_s == 0))
            if ready.any():
                found[ready] = _lengths(cos2_alpha, sin_s, cos_s, middle, sigma)[ready]
                settled |= ready
            bend = after
            if settled.all():
                return found
    for place in zip(*np.nonzero(~settled), strict=True):  # almost opposite each other
        found[place] = distance_m((lat1[place], lon1[place]), (lat2[place], lon2[place]))
    return found


def _lengths(cos2_alpha: Floats, sin_s: Floats, cos_s: Floats, middle: Floats, sigma: Floats) -> Floats:
    """Return what Vincenty's series makes of the angle between two points."""
    u = cos2_alpha * (_A**2 - _B**2) / _B**2
    big_a = 1 + u / 16384 * (4096 + u * (-768 + u * (320 - 175 * u)))
    big_b = u / 1024 * (256 + u * (-128 + u * (74 - 47 * u)))
    inner = cos_s * (2 * middle**2 - 1) - big_b / 6 * middle * (4 * sin_s**2 - 3) * (4 * middle**2 - 3)
    return np.asarray(_B * big_a * (sigma - big_b * sin_s * (middle + big_b / 4 * inner)))


def flatten(lat0: Floats, lon0: Floats, lat: Floats, lon: Floats) -> tuple[Floats, Floats]:
    """Return points on planes that keep every distance and direction from a centre each, in metres east and north."""
    a, b, east = np.radians(lat0), np.radians(lat), np.radians(turns(lon0, lon))
    arc = sphere_m(lat0, lon0, lat, lon)
    azimuth = np.arctan2(np.cos(b) * np.sin(east), np.cos(a) * np.sin(b) - np.sin(a) * np.cos(b) * np.cos(east))
    return np.asarray(arc * np.sin(azimuth)), np.asarray(arc * np.cos(azimuth))


def lift(lat0: Floats, lon0: Floats, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return where points of those planes lie on the earth: the reverse of `flatten`."""
    arc, azimuth, a = np.hypot(x, y) / MEAN_RADIUS_M, np.arctan2(x, y), np.radians(lat0)
    sine = np.sin(a) * np.cos(arc) + np.cos(a) * np.sin(arc) * np.cos(azimuth)
    lat = np.arcsin(np.clip(sine, -1.0, 1.0))
    east = np.arctan2(np.sin(azimuth) * np.sin(arc) * np.cos(a), np.cos(arc) - np.sin(a) * np.sin(lat))
    return np.degrees(lat), turns(0.0, lon0 + np.degrees(east))


def degrees_wide(lat: Floats, metres: float) -> tuple[float, Floats]:
    """Return how many degrees of latitude, and of longitude at these latitudes, a length may span: rather too many."""
    north = metres / 110_500.0 * 1.001 + 1e-9
    poleward = np.abs(lat) + north
    wide = north / np.cos(np.radians(np.minimum(poleward, 89.9)))
    return north, np.where(poleward >= 89.9, 180.0, np.minimum(wide, 180.0))
