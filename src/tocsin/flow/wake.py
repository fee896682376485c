"""Waking what sleeps because the clock had been ahead: duties to warn, whoever is rung about anything, and what is sent.

A machine's clock that was a year on for an hour set some of their times a year on; set right, they come again in time.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from tocsin.answer import escalate
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact, State
from tocsin.flow.each import do_all
from tocsin.flow.house import House
from tocsin.warning.duty import after
from tocsin.warning.duty.state import Duty

S = TypeVar("S", bound=State)


def wake(house: House, now: datetime) -> None:
    """Set right what a clock that was ahead has put off. Done twice, it changes nothing the second time."""
    house.store.wake_batches(now)
    _wake(house, Duty, after.wake, now)
    _wake(house, Watch, escalate.wake, now)


def _wake(house: House, kind: type[S], set_right: Callable[[S, datetime], Fact | None], now: datetime) -> None:
    with house.store.look() as look:
        asleep = [(one, look.version(one.id)) for one in look.asleep(kind, now)]

    def one(state: S, seen: int) -> None:
        fact = set_right(state, now)
        if fact is not None:
            command = f"wake:{state.id}:{seen}"
            house.store.commit([fact], at=now, by="tocsin", command=command, expect={state.id: seen})

    do_all([partial(one, state, seen) for state, seen in asleep])
