"""Sending again: the same warning, once more to whoever of its people has not answered. It is no second warning.

Each gets it at the next contact point that was not tried; whoever has none left, at the first again.
"""

from datetime import datetime

from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id


class SendingAgainAsked(Fact, frozen=True, kw_only=True):
    """Somebody had a warning sent again.

    of: to whom: people, institutions and groups; none: everyone who was told. unless: whoever has answered so is left alone;
    none: whoever has answered at all. step: of the batches that follow, later than any before.
    """

    warning: Id
    step: int
    of: tuple[Id, ...] = ()
    unless: tuple[str, ...] = ()
    exercise: bool = False


class SendingAgain(State, frozen=True, kw_only=True):
    """That a warning was sent again. See SendingAgainAsked."""

    warning: Id
    step: int
    of: tuple[Id, ...]
    unless: tuple[str, ...]
    exercise: bool
    asked_at: datetime


def fold_again(state: SendingAgain | None, fact: Fact) -> SendingAgain:  # noqa: ARG001  it is asked for once
    """Return what was asked for."""
    match fact:
        case SendingAgainAsked():
            return SendingAgain(
                id=fact.subject,
                warning=fact.warning,
                step=fact.step,
                of=fact.of,
                unless=fact.unless,
                exercise=fact.exercise,
                asked_at=fact.occurred_at,
            )
    raise TypeError(fact.kind())


FOLDINGS = (Folding(SendingAgain, (SendingAgainAsked,), fold_again),)
