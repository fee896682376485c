"""Whether what a notice was begun for is over, as far as somebody may know."""

from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.warning.notice.over import Over, of_duty
from tocsin.warning.notice.state import Notice, NoticeStage


def over_for(door: Door, notice: Notice, *, vouched: bool = False) -> Over | None:
    """Return how what a notice that waits was begun for is over; None: it is owed.

    A case that was over already when it was decided to warn says nothing against that. Where this reader may not know, that is so
    whatever became of it: to be asked tells nothing then. vouched: whoever calls it answers for what they may not know.
    """
    if notice.stage not in (NoticeStage.DRAFT, NoticeStage.APPROVED):
        return None
    duty, case = door.duty(notice.duty), _looked_after_in(door, notice)
    if duty is not None and (found := of_duty(duty)) is not None:
        return found
    if case is not None and case.ended is not None and case.ended.at >= notice.decided_at:
        return Over.CASE
    return None if vouched or may_know(door, notice) else Over.UNREAD


def may_know(door: Door, notice: Notice) -> bool:
    """Say whether a reader may know what became of the duty that a notice was begun for, and of its case."""
    of_duty = notice.duty is None or door.duty(notice.duty) is not None
    return of_duty and _looked_after_in(door, notice) is not None


def _looked_after_in(door: Door, notice: Notice) -> Threat | None:
    """Return the case of a notice, or what it became part of in the end; None: this reader may not read it."""
    threat: Threat | None = door.threat(notice.threat)
    while threat is not None and threat.joined.into is not None:
        threat = door.threat(threat.joined.into)
    return threat
