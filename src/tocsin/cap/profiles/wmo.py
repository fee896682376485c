"""What weather services that keep to the practice of the WMO advise each other.

Source: WMO-No. 1109, Guidelines for Implementation of CAP, as wmo-raf/cap-composer and cap-aggregator apply it.
"""

import re
from collections.abc import Iterator

from tocsin.cap.model import Alert, Info, Scope, Status
from tocsin.cap.problem import Problem, error, warning
from tocsin.cap.profiles.common import later, numbered_infos, unknowns
from tocsin.cap.profiles.profile import Profile

MAX_EVENT, MAX_POINTS = 35, 100
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


PROFILE = Profile(name="wmo", title="Practice of the World Meteorological Organization", problems=_problems)
