"""What can happen to a deadline. It goes by the clockwork of windows: asked about ahead of its end, and missed in the open."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.window import WindowAsked, WindowExtended, WindowRanOut


class DeadlineKind(StrEnum):
    """What must have been done by then."""

    REVIEW = "review"  # an advisory is looked at again
    OPEN_BY = "open_by"  # a sealed notice is opened, or kept sealed
    NEXT_STEP = "next_step"  # the next step about a case is done; warning is then the case
    JUDGE_AGAIN = "judge_again"  # a case is judged again, because an indicator was newly met
    MUST_WARN = "must_warn"  # it is asked whom to warn of a case that is likely or near


class DeadlineSet(Fact, frozen=True, kw_only=True):
    """Something about a warning is to be done by a date. ahead_s: how many seconds before it to ask."""

    warning: Id
    deadline_kind: DeadlineKind
    begins: datetime
    ends: datetime
    ahead_s: int
    exercise: bool = False


class DeadlineAsked(WindowAsked, frozen=True, kw_only=True):
    """The owner was asked to do it."""


class DeadlineMoved(WindowExtended, frozen=True, kw_only=True):
    """It was done, and is to be done again by another date."""


class DeadlineMissed(WindowRanOut, frozen=True, kw_only=True):
    """The date came, and it had not been done."""


class DeadlineMet(Fact, frozen=True, kw_only=True):
    """It was done, or need not be done any more. how: opened, kept or replaced. decided_by: nobody, where it followed."""

    how: str
    decided_by: Id | None = None
    why: str = ""
