"""How an incident stands to a case: proposed to it and not decided about, linked with a bearing, or declined."""

from enum import StrEnum

from tocsin.basis.ids import Id
from tocsin.threat.state import Proposed, Threat


class Stands(StrEnum):
    """How an incident stands to a case. What was linked is said by its bearing."""

    WAITS = "waits"
    FOR = "for"
    AGAINST = "against"
    CONTEXT = "context"
    DECLINED = "declined"


def stands_to(threat: Threat, incident: Id) -> Stands | None:
    """Return how an incident stands to a case; None: in no way, or it went with what was split off."""
    linked = next((one for one in threat.evidence if one.item == incident), None)
    if linked is not None:
        return Stands(linked.bearing.value)
    if waits_at(threat, incident) is not None:
        return Stands.WAITS
    declined = any(one.incident == incident and one.declined_at is not None for one in threat.proposed)
    return Stands.DECLINED if declined else None


def waits_at(threat: Threat, incident: Id) -> Proposed | None:
    """Return as what an incident waits for a decision at a case."""
    return next((one for one in threat.waiting if one.incident == incident), None)
