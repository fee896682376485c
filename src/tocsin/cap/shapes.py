"""The rules for the shapes of an area: polygons and circles, altitude and ceiling.

Source: OASIS CAP 1.2, section 3.2.4; 3.3.1 for WGS 84.
"""

import math
from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

from tocsin.cap.model import Alert, Area, Circle, Point, Ring
from tocsin.cap.problem import Problem, error, warning

MAX_SIDE_PAIRS = 20_000_000
"""How many pairs of sides the polygons of all that is judged at once may make us compare; one or two seconds."""

_SMALL = 300
_POLYGON = "cap-3.2.4-polygon"


class Glance(msgspec.Struct):
    """What one glance at the polygons of one or many alerts has shown.

    suspects: which rings, by their id(), need a closer look. left: how many pairs of sides may still be compared.
    """

    suspects: set[int]
    left: int = MAX_SIDE_PAIRS


def shape_problems(alert: Alert, seen: Glance | None = None) -> Iterator[Problem]:
    """Check every area of an alert.

    seen: at a glance, where many are judged at once; what is left of it is for all of them together.
    """
    if seen is None:
        seen = glance_at([alert])
    for i, info in enumerate(alert.infos, 1):
        for a, area in enumerate(info.areas, 1):
            if _is_plain(area) and seen.suspects.isdisjoint(map(id, area.polygons)):
                continue  # nearly all are
            where = f"alert/info[{i}]/area[{a}]"
            if area.altitude is not None or area.ceiling is not None:
                yield from _height_problems(area, where)
            for n, circle in enumerate(area.circles, 1):
                yield from _circle_problems(circle, f"{where}/circle[{n}]")
            for n, ring in enumerate(area.polygons, 1):
                if id(ring) in seen.suspects:
                    problem, pairs = _judged(ring, f"{where}/polygon[{n}]", seen.left)
                    seen.left -= pairs
                    if problem is not None:
                        yield problem


def _is_plain(area: Area) -> bool:
    return not area.circles and area.altitude is None and area.ceiling is None


def glance_at(alerts: Iterable[Alert]) -> Glance:
    """Look at the polygons of some alerts together."""
    return Glance(_suspect_rings(alerts))


def _suspect_rings(alerts: Iterable[Alert]) -> set[int]:
    """Return which rings, by their id(), need a closer look: all others were seen to be sound, at one glance."""
    # By id: an outline that stands in a message once a language was read once, and is one and the same.
    rings = {
        id(ring): ring for alert in alerts for info in alert.infos for area in info.areas for ring in area.polygons
    }
    fit = [ring for ring in rings.values() if 4 <= len(ring) <= _SMALL and ring[0] == ring[-1]]
    suspects = rings.keys() - {id(ring) for ring in fit}
    if fit:
        flat = np.fromiter(chain.from_iterable(chain.from_iterable(fit)), dtype=np.float64).reshape(-1, 2)
        if not _all_on_earth(flat):
            return set(rings)
        owner = np.repeat(np.arange(len(fit)), [len(ring) for ring in fit])
        valid = shapely.is_valid(shapely.polygons(shapely.linearrings(flat, indices=owner)))
        suspects.update(id(fit[n]) for n in np.flatnonzero(~valid).tolist())
    return suspects


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


def _judged(ring: Ring, where: str, left: int) -> tuple[Problem | None, int]:
    """Check one ring; return what is wrong with it, and the pairs of sides that took."""
    if len(ring) < 4:
        return error(_POLYGON, where, f"The polygon has {len(ring)} points; at least 4 are needed"), 0
    if ring[0] != ring[-1]:
        return error(_POLYGON, where, "The polygon is open: its last point is not its first"), 0
    points = np.array(ring, dtype=np.float64)
    if not _all_on_earth(points):
        lat, lon = next(point for point in ring if not on_earth(point))
        return error(_POLYGON, where, f"{lat},{lon} is no latitude and longitude in degrees"), 0
    pairs = side_pairs(points)
    if pairs > left:
        said = f"With {len(ring):,} points it is too intricate to see whether it crosses itself"
        return warning(_POLYGON, where, said), 0
    fault = _crossing(points[:, ::-1])
    return (error(_POLYGON, where, f"The polygon crosses or touches itself: {fault}") if fault else None), pairs


def _all_on_earth(points: npt.NDArray[np.float64]) -> bool:
    # What is no number fails the comparison.
    return bool(abs(points[:, 0]).max() <= 90 and abs(points[:, 1]).max() <= 180)


def _crossing(ring: npt.NDArray[np.float64]) -> str:
    """Say where a ring crosses itself, or nothing. One over the 180th meridian jumps from side to side on a flat map."""
    fault = _fault(ring)
    if fault and np.ptp(ring[:, 0]) > 180:
        fault = _fault(np.column_stack([np.unwrap(ring[:, 0], period=360), ring[:, 1]])) and fault
    return fault


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
    return overlaps(ring)


def overlaps(ring: npt.NDArray[np.float64]) -> int:
    """Bound from above how often a ring can cross itself: no pair of sides does that does not overlap in both x and y."""
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
