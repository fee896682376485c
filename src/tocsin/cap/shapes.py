"""The rules for the shapes of an area: polygons and circles, altitude and ceiling.

Source: OASIS CAP 1.2, section 3.2.4; 3.3.1 for WGS 84.
"""

import math
from collections.abc import Generator, Iterator

import numpy as np
import numpy.typing as npt
import shapely

from tocsin.cap.model import Alert, Area, Circle, Point, Ring
from tocsin.cap.problem import Problem, error, warning

MAX_SIDE_PAIRS = 20_000_000
"""How many pairs of sides one alert's polygons may make us compare; about a third of a second."""

_SMALL = 32
_POLYGON = "cap-3.2.4-polygon"


def shape_problems(alert: Alert) -> Iterator[Problem]:
    """Check every area of an alert."""
    left = MAX_SIDE_PAIRS
    for i, info in enumerate(alert.infos, 1):
        for a, area in enumerate(info.areas, 1):
            where = f"alert/info[{i}]/area[{a}]"
            yield from _height_problems(area, where)
            for n, circle in enumerate(area.circles, 1):
                yield from _circle_problems(circle, f"{where}/circle[{n}]")
            for n, ring in enumerate(area.polygons, 1):
                left -= yield from _polygon_problems(ring, f"{where}/polygon[{n}]", left)


def _height_problems(area: Area, where: str) -> Iterator[Problem]:
    for name, height in (("altitude", area.altitude), ("ceiling", area.ceiling)):
        if height is not None and not math.isfinite(height):
            yield error(f"cap-3.2.4-{name}", f"{where}/{name}", f"The {name} is no finite number of feet")
    if area.ceiling is not None and area.altitude is None:
        yield error("cap-3.2.4-ceiling", f"{where}/ceiling", "A ceiling stands without an altitude")
    elif area.ceiling is not None and area.altitude is not None and area.ceiling < area.altitude:
        yield error("cap-3.2.4-ceiling", f"{where}/ceiling", "The ceiling lies below the altitude")


def _circle_problems(circle: Circle, where: str) -> Iterator[Problem]:
    lat, lon, radius = circle
    if not on_earth((lat, lon)):
        yield error("cap-3.2.4-circle", where, f"{lat},{lon} is no latitude and longitude in degrees")
    if not (radius >= 0 and math.isfinite(radius)):
        yield error("cap-3.2.4-circle", where, f"{radius} is no radius in kilometres")


def _polygon_problems(ring: Ring, where: str, left: int) -> Generator[Problem, None, int]:
    """Check one ring and return the pairs of sides that took."""
    off = next((point for point in ring if not on_earth(point)), None)
    if len(ring) < 4:
        yield error(_POLYGON, where, f"The polygon has {len(ring)} points; at least 4 are needed")
    elif ring[0] != ring[-1]:
        yield error(_POLYGON, where, "The polygon is open: its last point is not its first")
    elif off is not None:
        yield error(_POLYGON, where, f"{off[0]},{off[1]} is no latitude and longitude in degrees")
    else:
        return (yield from _crossing_problems(np.array(ring, dtype=np.float64)[:, ::-1], where, left))
    return 0


def _crossing_problems(ring: npt.NDArray[np.float64], where: str, left: int) -> Generator[Problem, None, int]:
    pairs = side_pairs(ring)
    if pairs > left:
        yield warning(
            _POLYGON, where, f"With {len(ring):,} points it is too intricate to see whether it crosses itself"
        )
        return 0
    fault = _fault(ring)
    # A ring over the 180th meridian jumps from side to side on a flat map; it is judged unrolled as well.
    if fault and np.ptp(ring[:, 0]) > 180:
        fault = _fault(np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]])) and fault
    if fault:
        yield error(_POLYGON, where, f"The polygon crosses or touches itself: {fault}")
    return pairs


def _fault(ring: npt.NDArray[np.float64]) -> str:
    """Say what makes a ring (longitude first) invalid, or nothing."""
    polygon = shapely.polygons(ring)
    return "" if shapely.is_valid(polygon) else f"{shapely.is_valid_reason(polygon)} (longitude, latitude)"


def side_pairs(ring: npt.NDArray[np.float64]) -> int:
    """Count, or bound from above, the pairs of sides that could touch: those that overlap in both x and y.

    GEOS compares these pairs. Usually they are few, but a comb of long slanting teeth makes them a square: 41,000
    points would take half a minute.
    """
    if len(ring) <= _SMALL:
        return len(ring) ** 2
    return min(_overlaps(ring[:, 0]), _overlaps(ring[:, 1]))


def _overlaps(line: npt.NDArray[np.float64]) -> int:
    """Count the pairs of sides whose extents along one axis overlap: of the later one to start, those still open."""
    starts = np.sort(np.minimum(line[:-1], line[1:]))
    ends = np.sort(np.maximum(line[:-1], line[1:]))
    ended_before = np.searchsorted(ends, starts, side="left")
    return int((np.arange(len(starts)) - ended_before).sum())


def on_earth(point: Point) -> bool:
    """Say whether this is a latitude and longitude in degrees."""
    lat, lon = point
    return -90 <= lat <= 90 and -180 <= lon <= 180
