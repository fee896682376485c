"""Proposing published incidents to the open cases they fit, in both directions: a new incident, and a case that is new or changed."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.report.state import Incident
from tocsin.store.look import Look
from tocsin.threat.facts import IncidentDeclined, IncidentProposed
from tocsin.threat.fits import Fit, fits, fitting, sought, told
from tocsin.threat.state import Threat

MOST_CASES = 50
"""Cases to which one incident is proposed: what fits more says little of any."""

MOST_INCIDENTS = 50
"""Incidents that are proposed to a case at once, the latest of them."""


def proposed_to_cases(look: Look, incident: Incident, now: datetime) -> list[IncidentProposed]:
    """Return what proposes an incident to the open cases that it fits. What was not published is nobody's own news."""
    if incident.published_at is None:
        return []
    says = told(incident)
    found = fitting(look.open_cases(says), says)
    return [_proposed(case, incident.id, how, now) for case, how in found[:MOST_CASES]]


def proposed_from_before(look: Look, threat: Threat, now: datetime) -> list[IncidentProposed]:
    """Return what proposes incidents that were noted before to a case that is new, or is about something else now."""
    case = sought(threat)
    known = {one.item for one in threat.evidence} | {one.incident for one in threat.proposed}
    found = [
        (incident.id, how)
        for incident in look.incidents_since(case.since)[::-1]
        if incident.id not in known and (how := fits(case, told(incident)))
    ]
    return [_proposed(threat.id, incident, how, now) for incident, how in found[:MOST_INCIDENTS]]


def _proposed(threat: Id, incident: Id, how: Iterable[Fit], now: datetime) -> IncidentProposed:
    return IncidentProposed(subject=threat, occurred_at=now, incident=incident, fits=tuple(one.value for one in how))


@once
def decline_incident(
    house: House, threat_id: Id, incident: Id, why: str, *, by: Id, command: str, now: datetime
) -> None:
    """Find that a proposed incident does not belong to a case.

    Raises:
        Refused: it was not proposed to it, or has been decided about, or no reason is given.
    """
    with house.store.look() as look:
        threat, seen = look.get(Threat, threat_id), look.version(threat_id)
    if incident not in {one.incident for one in threat.waiting}:
        raise Refused(f"Incident {incident} is not proposed to threat {threat_id}, or has been decided about.")
    if not why.strip():
        raise Refused("Say why it does not belong to the case.")
    fact = IncidentDeclined(subject=threat_id, occurred_at=now, incident=incident, by=by, why=why)
    house.store.commit([fact], at=now, by=by, command=command, expect={threat_id: seen})
