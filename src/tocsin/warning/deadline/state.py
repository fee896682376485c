"""How a deadline stands, and the only rules by which facts change that."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning import window as windows
from tocsin.warning.deadline.facts import (
    DeadlineAsked,
    DeadlineKind,
    DeadlineMet,
    DeadlineMissed,
    DeadlineMoved,
    DeadlineSet,
)
from tocsin.warning.window import Window, WindowStands


class Deadline(State, frozen=True, kw_only=True):
    """A date by which something is to be done. met_at: when it was, for good. due: when the clock next has to do with it."""

    warning: Id
    deadline_kind: DeadlineKind
    window: Window
    met_at: datetime | None
    met_how: str
    met_by: Id | None
    met_why: str
    exercise: bool
    due: datetime | None

    @property
    def missed(self) -> bool:
        """Say whether the date came and it had not been done, nor has been since."""
        return self.met_at is None and self.window.stands is WindowStands.RAN_OUT_UNDECIDED

    @property
    def waits(self) -> bool:
        """Say whether somebody is asked about it and has not answered."""
        return self.met_at is None and windows.is_undecided(self.window)


def fold_deadline(state: Deadline | None, fact: Fact) -> Deadline:
    """Return how the deadline stands after the fact."""
    if isinstance(fact, DeadlineSet):
        window = Window(begins=fact.begins, ends=fact.ends, ahead_s=fact.ahead_s)
        return Deadline(
            id=fact.subject,
            warning=fact.warning,
            deadline_kind=fact.deadline_kind,
            window=window,
            met_at=None,
            met_how="",
            met_by=None,
            met_why="",
            exercise=fact.exercise,
            due=windows.due(window),
        )
    deadline = standing(state, fact)
    if isinstance(fact, DeadlineMet):
        return replace(
            deadline,
            met_at=fact.occurred_at,
            met_how=fact.how,
            met_by=fact.decided_by,
            met_why=fact.why,
            due=None,
        )
    window = windows.fold_window(deadline.window, fact)
    return replace(deadline, window=window, due=windows.due(window))


FOLDINGS = (Folding(Deadline, (DeadlineSet, DeadlineAsked, DeadlineMoved, DeadlineMissed, DeadlineMet), fold_deadline),)
