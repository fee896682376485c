"""The bridge between the event loop, where answers arrive, and the one thread that writes them down."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby

from tocsin.basis.errors import TocsinError
from tocsin.store.intake import Fate, Given, Intake, Link
from tocsin.store.store import Store

Ticket = asyncio.Future[Link | None]


class Desk:
    """Takes answers in from coroutines; each waits until its own answer is on the disc."""

    def __init__(self, store: Store) -> None:
        """Begin to take answers."""
        self._intake: Intake[Ticket] = Intake(store, _tell)
        self._intake.start()

    def close(self) -> None:
        """Write down what has come in, and stop."""
        self._intake.close()

    def alive(self) -> bool:
        """Say whether answers can be taken."""
        return self._intake.alive()

    async def take(self, given: Given) -> Link | None:
        """Return whose answer it was, once it is durable; None if nobody was ever sent such a link.

        Raises:
            TocsinError: it could not be written down.
        """
        ticket: Ticket = asyncio.get_running_loop().create_future()
        self._intake.hand_in(given, ticket)
        return await ticket


def _tell(fates: Sequence[tuple[Ticket, Fate]]) -> None:
    """Wake everyone whose answer was in a commit: one call into each loop, for a call costs more than a reply."""
    for loop, some in groupby(fates, key=lambda one: one[0].get_loop()):
        with suppress(RuntimeError):  # the loop is closed, and whoever waited on it is gone; the answer is kept
            loop.call_soon_threadsafe(_resolve, list(some))


def _resolve(fates: Sequence[tuple[Ticket, Fate]]) -> None:
    for ticket, fate in fates:
        if ticket.done():
            continue  # the giver hung up; the answer is kept
        if isinstance(fate, TocsinError):
            ticket.set_exception(fate)
        else:
            ticket.set_result(fate)
