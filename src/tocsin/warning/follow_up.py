"""What whoever got a warning is told afterwards: that it holds longer, or that it is over.

They were told until when it holds. Who is not told of a decision about that acts on an end that is none, or stays away for nothing.
"""

from datetime import datetime, timedelta

from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id
from tocsin.warning.retraction import WORTH_SENDING
from tocsin.warning.window import Window, WindowClosed, WindowExtended, WindowStoodDown, WindowWithdrawn

Decided = WindowExtended | WindowWithdrawn | WindowStoodDown | WindowClosed


NEAR = timedelta(minutes=1)
"""Within which nobody can say whether a batch was planned before a decision, or after it."""


class FollowUpDue(Fact, frozen=True, kw_only=True):
    """It was decided about a window, and whoever got the warning is to be told. ends: until when it holds now; None: it is over.

    number: how many were due of this warning before. all_clear: it is over because what was warned of has passed.
    """

    warning: Id
    number: int
    ends: datetime | None
    all_clear: bool = False
    exercise: bool = False


class FollowUp(State, frozen=True, kw_only=True):
    """What is to be told of a warning, and since when."""

    warning: Id
    number: int
    at: datetime
    ends: datetime | None
    all_clear: bool
    exercise: bool

    @property
    def not_after(self) -> datetime:
        """Return until when it is worth sending."""
        return self.ends or self.at + WORTH_SENDING


def follow_up(new: Id, fact: Decided, window: Window, *, number: int, exercise: bool) -> FollowUpDue | None:
    """Return what is to be told of a decision about a window; nothing where the window ended so long ago that nobody asks."""
    if isinstance(fact, WindowClosed) and fact.occurred_at - window.ends > WORTH_SENDING:
        return None
    clear = isinstance(fact, WindowStoodDown) or (isinstance(fact, WindowClosed) and fact.how == "stand_down")
    return FollowUpDue(
        subject=new,
        occurred_at=fact.occurred_at,
        warning=fact.subject,
        number=number,
        ends=fact.ends if isinstance(fact, WindowExtended) else None,
        all_clear=clear,
        exercise=exercise,
    )


def fold_follow_up(_state: FollowUp | None, fact: Fact) -> FollowUp:
    """Return the follow-up that a fact begins; nothing changes it."""
    if not isinstance(fact, FollowUpDue):
        raise TypeError(fact.kind())
    return FollowUp(
        id=fact.subject,
        warning=fact.warning,
        number=fact.number,
        at=fact.occurred_at,
        ends=fact.ends,
        all_clear=fact.all_clear,
        exercise=fact.exercise,
    )


FOLDINGS = (Folding(FollowUp, (FollowUpDue,), fold_follow_up),)
