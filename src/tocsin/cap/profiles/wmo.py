"""What weather services that keep to the practice of the WMO advise each other.

Source: WMO-No. 1109, Guidelines for Implementation of CAP, as wmo-raf/cap-composer and cap-aggregator apply it.
"""

import re
from collections.abc import Iterator
from itertools import islice

import numpy as np
import shapely

from tocsin.cap.model import Alert, Info, Ring, Scope, Status
from tocsin.cap.problem import Problem, error, warning
from tocsin.cap.profiles.common import later, numbered_infos, unknowns
from tocsin.cap.profiles.profile import Profile
from tocsin.cap.shapes import on_earth

MAX_EVENT, MAX_POINTS = 35, 100
MAX_COMPARED, MAX_COMPARED_POINTS = 500, 20_000
"""How many polygons, with how many points, an info may have for its areas to be compared with one another."""

MAX_TOLD = 20
_INSIDE_MEET = "T********"  # DE-9IM: a border in common is no overlap
_OID = re.compile(r"(?:urn:oid:)?[0-2](?:\.(?:0|[1-9][0-9]*))+(?:\.[A-Za-z0-9\-_.]+)?")


def _problems(alert: Alert) -> Iterator[Problem]:
    if not _OID.fullmatch(alert.identifier):
        yield warning("wmo-identifier", "alert/identifier", "The identifier does not begin with an OID")
    yield from unknowns(warning, "wmo", alert)
    for where, info in numbered_infos(alert):
        yield from _info_problems(info, alert, where)


def _info_problems(info: Info, alert: Alert, where: str) -> Iterator[Problem]:
    if info.event and len(info.event) > MAX_EVENT:
        yield warning("wmo-event", f"{where}/event", f"The event has more than {MAX_EVENT} characters")
    for name, moment in (("effective", info.effective), ("expires", info.expires)):
        if moment is not None and later(alert.sent, moment):
            yield warning(f"wmo-{name}", f"{where}/{name}", f"The {name} lies before the moment it was sent")
    if info.onset and info.expires and (info.expires == info.onset or later(info.onset, info.expires)):
        yield warning("wmo-expires", f"{where}/expires", "It expires before it sets in")
    if not info.areas and alert.status is Status.ACTUAL and alert.scope is Scope.PUBLIC:
        yield error("wmo-area", where, "An actual, public alert lacks <area>")
    for a, area in enumerate(info.areas, 1):
        for n, ring in enumerate(area.polygons, 1):
            if len(ring) > MAX_POINTS:
                said = f"The polygon has {len(ring):,} points; more than {MAX_POINTS} burden who receives it"
                yield warning("wmo-points", f"{where}/area[{a}]/polygon[{n}]", said)
    yield from islice(_overlaps(info, where), MAX_TOLD)


def _overlaps(info: Info, where: str) -> Iterator[Problem]:
    """Tell of areas of one info that cover the same ground, which would be coloured and counted twice."""
    rings = [(a, ring) for a, area in enumerate(info.areas, 1) for ring in area.polygons if _drawn(ring)]
    points = sum(len(ring) for _, ring in rings)
    if len(info.areas) < 2 or len(rings) > MAX_COMPARED or points > MAX_COMPARED_POINTS:
        return
    shapes = np.array([shapely.Polygon([(lon, lat) for lat, lon in ring]) for _, ring in rings], dtype=object)
    sound = shapely.is_valid(shapes)
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    told = set()
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        pair = (rings[one][0], rings[other][0])
        if pair[0] >= pair[1] or pair in told or not (sound[one] and sound[other]):
            continue
        if shapely.relate_pattern(shapes[one], shapes[other], _INSIDE_MEET):
            told.add(pair)
            yield warning("wmo-overlap", f"{where}/area[{pair[1]}]", f"The area overlaps with area {pair[0]}")


def _drawn(ring: Ring) -> bool:
    return len(ring) >= 4 and ring[0] == ring[-1] and all(map(on_earth, ring))


PROFILE = Profile(name="wmo", title="Practice of the World Meteorological Organization", problems=_problems)
