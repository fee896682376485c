"""Turns at a hand: while one batch is handed over, others stand ready, so that the hand never waits to be given one."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition


class Turns:
    """Lets one sender at a time have the hand, whoever's batch goes first before the others."""

    def __init__(self) -> None:
        """The hand is free."""
        self._changed = Condition()
        self._waiting: list[int] = []
        self._taken = False

    @contextmanager
    def turn(self, lane: int) -> Iterator[None]:
        """Wait for the hand, and have it. lane: of the batch that is to be handed over; the lowest goes first."""
        with self._changed:
            self._waiting.append(lane)
            try:
                self._changed.wait_for(lambda: not self._taken and lane == min(self._waiting))
                self._taken = True
            finally:
                self._waiting.remove(lane)
        try:
            yield
        finally:
            with self._changed:
                self._taken = False
                self._changed.notify_all()

    def is_wanted_before(self, lane: int) -> bool:
        """Say whether a batch stands ready that goes before one of a lane."""
        with self._changed:
            return any(waiting < lane for waiting in self._waiting)
