"""Draws polygons, and refuses in one sentence what cannot be drawn.

Rings are as geometry.py says: (latitude, longitude) in degrees, closed, each edge straight and the short way round.
"""

import itertools
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import shapely

from tocsin.basis.errors import Refused
from tocsin.places.ellipsoid import Floats
from tocsin.places.flat import Flat, moved
from tocsin.places.geometry import Point, northern, unroll

MOST_POINTS: Final = 100_000  # in a ring


def polygon(outer: Sequence[Point], holes: Iterable[Sequence[Point]] = ()) -> Flat:
    """Return a polygon, each ring as geometry.py says: (latitude, longitude), closed, the short way round.

    Raises:
        Refused: a ring is open or has fewer than four points; a number is no degree; an edge runs exactly half way round;
            a ring encloses nothing, crosses or touches itself, or halves the earth; a hole reaches outside.
    """
    line, shell, poles = _ring(outer, "The outline")
    lines, inner, found = [line], [], list(poles)
    for number, ring in enumerate(holes, 1):
        hole, drawn, pierced = _ring(ring, f"Hole {number}")
        lats, lons = hole.T
        at = lons - 360.0 * np.floor((lons + 180.0) / 360.0)
        if not Flat(shell, (), poles).holds(lats, at).all():
            raise Refused(f"Hole {number} reaches outside the outline of its polygon. Draw it within.")
        lines.append(hole)
        inner.append(drawn)
        touched = [bool((lats == pole).any()) for pole in (-90.0, 90.0)]
        found = [was and (on or not gone) for was, on, gone in zip(found, touched, pierced, strict=True)]
    return Flat(shell, tuple(inner), (found[0], found[1]), tuple(lines))


def polygons(rings: Sequence[Sequence[Point]] | Floats) -> list[Flat]:
    """Return many polygons without holes: the same as `polygon` of each, several times as fast where they are plain.

    rings: each as `polygon` takes it; or an array of (ring, point, 2), where all have as many points.

    Raises:
        Refused: one cannot be drawn; its number is told, from 0.
    """
    sizes = np.array([len(ring) for ring in rings], dtype=np.int64)
    if not len(rings) or sizes.min() < 4:
        return [_numbered(number, ring) for number, ring in enumerate(rings)]
    together = rings if isinstance(rings, np.ndarray) else list(itertools.chain.from_iterable(rings))
    points = _points(together, "The areas together")
    first = np.cumsum(sizes) - sizes
    jumps = np.abs(np.diff(points[:, 1], append=0.0)) >= 180 - 1e-9
    jumps[first + sizes - 1] = False  # from one ring to the next
    odd = jumps | (np.abs(points[:, 0]) == 90)
    plain = ~np.logical_or.reduceat(odd, first) & (points[first] == points[first + sizes - 1]).all(axis=1)
    drawn = np.full(len(rings), None, dtype=object)
    kept = np.repeat(plain, sizes)
    numbers = np.repeat(np.cumsum(plain) - 1, sizes)[kept]
    if plain.any():
        drawn[plain] = shapely.polygons(shapely.linearrings(points[kept][:, ::-1], indices=numbers))
    good = plain & shapely.is_valid(drawn)
    return [
        Flat(drawn[number], (), (False, False)) if good[number] else _numbered(number, ring)
        for number, ring in enumerate(rings)
    ]


def _numbered(number: int, ring: Sequence[Point] | Floats) -> Flat:
    try:
        return polygon([(lat, lon) for lat, lon in ring.tolist()] if isinstance(ring, np.ndarray) else ring)
    except Refused as refused:
        raise Refused(f"Area {number}: {refused}") from None


def _ring(ring: Sequence[Point], name: str) -> tuple[Floats, Any, tuple[bool, bool]]:
    """Return a ring unrolled, as a flat polygon, and whether it holds the South and the North Pole."""
    if len(ring) > MOST_POINTS:
        raise Refused(f"{name} has {len(ring):,} points; {MOST_POINTS:,} is the most.")
    points = _points(ring, name)
    line, turns = unroll(ring)
    step, at_pole = np.abs(np.diff([lon for _, lon in line])), np.abs(points[:, 0]) == 90
    halves = np.flatnonzero((np.abs(step - 180) < 1e-9) & ~(at_pole[:-1] & at_pole[1:]))
    if len(halves):
        raise Refused(
            f"{name}: the edge after point {halves[0] + 1} runs half way round the earth, and nobody can tell which way."
            " Put a point between."
        )
    flat, poles = rolled_out(line, turns)
    _check(flat, line, name)
    return np.array(line), flat, poles


def _points(ring: Sequence[Point] | Floats, name: str) -> Floats:
    """Return a ring as an array of (latitude, longitude), all on Earth."""
    try:
        points = np.array(ring, dtype=np.float64).reshape(-1, 2)
    except (ValueError, TypeError) as error:
        raise Refused(f"{name} holds something else than pairs of latitude and longitude.") from error
    off = np.flatnonzero(~((np.abs(points[:, 0]) <= 90) & (np.abs(points[:, 1]) <= 180)))  # and so neither is it a NaN
    if len(off):
        raise Refused(f"{name}: point {off[0] + 1} is not on Earth. Write latitude, then longitude, in degrees.")
    return points


def rolled_out(line: Sequence[Point], turns: int) -> tuple[Any, tuple[bool, bool]]:
    """Return an unrolled ring as a flat polygon, and whether it holds the South and the North Pole."""
    points = np.array(line)
    on = points[:, 0].min() == -90, points[:, 0].max() == 90
    if not turns:
        return shapely.polygons(points[:, ::-1]), (bool(on[0]), bool(on[1]))
    flat, north = _round_a_pole(line)
    return flat, (bool(on[0] or not north), bool(on[1] or north))


def _round_a_pole(line: Sequence[Point]) -> tuple[Any, bool]:
    """Return the smaller side of a line round the earth as a flat polygon, and whether that is the northern one.

    It goes round three times and reaches beyond the pole, so that its seam and its top lie outside the world.
    """
    north = northern(line)
    eastward = line if line[-1][1] > line[0][1] else line[::-1]
    start = 360.0 * math.floor((eastward[0][1] + 180.0) / 360.0)
    once = [(lon - start, lat) for lat, lon in eastward]
    thrice = [*((lon - 360.0, lat) for lon, lat in once[:-1]), *once[:-1], *((lon + 360.0, lat) for lon, lat in once)]
    beyond = 91.0 if north else -91.0
    return shapely.Polygon([*thrice, (thrice[-1][0], beyond), (thrice[0][0], beyond)]), north


def _check(flat: Any, line: Sequence[Point], name: str) -> None:
    """Refuse a ring that encloses nothing, or crosses or touches itself.

    Raises:
        Refused: it does.
    """
    if flat.area == 0 and flat.convex_hull.area == 0:
        raise Refused(
            f"{name} encloses nothing. An edge runs the short way round the earth:"
            " what is wider than 180 degrees needs points between its corners."
        )
    west, _, east, _ = flat.bounds
    # Wider than the earth: it must not lie on itself. A ring round a pole has gone round three times already.
    doubled = 360 < east - west < 1080 and shapely.relate_pattern(flat, moved(flat, 360.0), "T********")
    if doubled or not flat.is_valid:
        where = shapely.is_valid_reason(flat).partition("[")[2].rstrip("]").split()
        near = f" near its point {_nearest(line, where)}" if len(where) == 2 else ""
        raise Refused(f"{name} crosses or touches itself{near}. Draw it as one line, or as several polygons.")


def _nearest(line: Sequence[Point], where: Sequence[str]) -> int:
    lon, lat = map(float, where)
    return 1 + min(range(len(line)), key=lambda i: math.hypot(line[i][0] - lat, (line[i][1] - lon + 180) % 360 - 180))
