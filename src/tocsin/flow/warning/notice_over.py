"""Whether what a notice was begun for is over, as far as somebody may know."""

from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.warning.notice.over import Over, of_duty
from tocsin.warning.notice.state import Notice, NoticeStage


def over_for(door: Door, notice: Notice) -> Over | None:
    """Return how what a notice that waits was begun for is over; None: it is owed, or this reader may not know.

    A case that was over already when it was decided to warn says nothing against that.
    """
    if notice.stage not in (NoticeStage.DRAFT, NoticeStage.APPROVED):
        return None
    duty = door.duty(notice.duty)
    found = of_duty(duty) if duty is not None else None
    return found or (Over.CASE if _ended_since(door, notice) else None)


def _ended_since(door: Door, notice: Notice) -> bool:
    """Say whether a case has ended since, or what it became part of in the end, as far as this reader may read it."""
    threat: Threat | None = door.threat(notice.threat)
    while threat is not None and threat.joined.into is not None:
        threat = door.threat(threat.joined.into)
    return threat is not None and threat.ended is not None and threat.ended.at >= notice.decided_at
