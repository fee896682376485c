"""Deciding about a deadline: setting it, doing what it asks for, and finding that it asks for nothing any more."""

from datetime import datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.warning.deadline.facts import (
    DeadlineAsked,
    DeadlineKind,
    DeadlineMet,
    DeadlineMissed,
    DeadlineMoved,
    DeadlineSet,
)
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.window import Tended

TENDED = Tended(DeadlineAsked, DeadlineMissed)
AHEAD = timedelta(days=30)
"""How long before a date its owner is asked, where an installation says nothing else."""


def set_deadline(
    deadline: Id,
    warning: Id,
    kind: DeadlineKind,
    *,
    begins: datetime,
    ends: datetime,
    ahead: timedelta,
    now: datetime,
    exercise: bool,
) -> DeadlineSet:
    """Set a date by which something is to be done. A date that has passed already is missed at once, and in the open."""
    return DeadlineSet(
        subject=deadline,
        occurred_at=now,
        warning=warning,
        deadline_kind=kind,
        begins=min(begins, ends),
        ends=ends,
        ahead_s=int(ahead.total_seconds()),
        exercise=exercise,
    )


def move(deadline: Deadline, ends: datetime, by: Id, why: str, now: datetime) -> DeadlineMoved:
    """Note that it was done, be it late, and when it is to be done again.

    Raises:
        Refused: it is met for good, no reason is given, or the next date has passed.
    """
    _refuse_idle(deadline, why)
    if ends <= now:
        raise Refused(f"The next date, {ends:%Y-%m-%d}, has passed. Name a later one.")
    return DeadlineMoved(subject=deadline.id, occurred_at=now, ends=ends, decided_by=by, why=why)


def meet(deadline: Deadline, how: str, by: Id, why: str, now: datetime) -> DeadlineMet:
    """Note that it was done for good, be it late.

    Raises:
        Refused: it was before, or no reason is given.
    """
    _refuse_idle(deadline, why)
    return DeadlineMet(subject=deadline.id, occurred_at=now, how=how, decided_by=by, why=why)


def _refuse_idle(deadline: Deadline, why: str) -> None:
    if deadline.met_at is not None:
        raise Refused(f"That date of warning {deadline.warning} is settled since {deadline.met_at:%Y-%m-%d %H:%M} UTC.")
    if not why.strip():
        raise Refused("Say why: that somebody looked at it again is written down with their grounds.")
