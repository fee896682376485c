"""Counting deliveries while they are being sent.

A process keeps its counts in memory: one byte a delivery, and the warnings that were looked at longest ago make way. The
rows stay the truth, and counting them all over leads to the same.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.store.counted import Counted, is_planned
from tocsin.store.counts import Count
from tocsin.store.headcounts import Headcounts
from tocsin.store.shelf import Shelf

MOST_PLACES = 8_000_000  # bytes of memory, at one a delivery
MOST_WARNINGS = 256
COUNTS = "counts/1/"


def laid_as(warning: Id, errand: Errand) -> str:
    """Return the name under which the counts of a warning are laid by. Another form of what is laid by is another number."""
    return f"{COUNTS}{errand.value}/{warning}"


class Counting:
    """The counts of the warnings that are looked at, as one process keeps them. Threads may share it."""

    def __init__(self, most_places: int = MOST_PLACES, shelf: Shelf | None = None) -> None:
        """Hold nothing yet. most_places: of how many deliveries the counts are kept. shelf: where some were laid by."""
        self._most = most_places
        self._shelf = shelf
        self.headcounts = Headcounts()
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Id, Errand], Counted] = OrderedDict()
        self._sizes: dict[tuple[Id, Errand], int] = {}
        self._missed: OrderedDict[Id, tuple[Id, ...]] = OrderedDict()

    def of(self, connection: sa.Connection, warning: Id, now: datetime, errand: Errand = Errand.WARNING) -> Count:
        """Return how the deliveries of a warning stand, or those of its retraction. Calls to our own are none of them."""
        with self._caught_up(connection, warning, errand) as kept:
            return kept.tell(connection, now)

    def laid(self, connection: sa.Connection, warning: Id, errand: Errand) -> bytes:
        """Return the counts of a warning as they are laid by."""
        with self._caught_up(connection, warning, errand) as kept:
            return kept.lay()

    @contextmanager
    def _caught_up(self, connection: sa.Connection, warning: Id, errand: Errand) -> Iterator[Counted]:
        name = warning, errand
        with self._lock:
            kept = self._kept.setdefault(name, Counted(warning, errand))
            self._kept.move_to_end(name)
        with kept.lock:
            try:
                if self._shelf is not None and kept.is_new:
                    for _, body in self._shelf.of(connection, laid_as(warning, errand)):
                        kept.take_up(body)
                kept.catch_up(connection)
            except BaseException:  # half of it may have been counted: begin anew
                with self._lock:
                    self._kept.pop(name, None)
                raise
            size = kept.size
            yield kept
        with self._lock:
            self._sizes[name] = size
            while len(self._kept) > 1 and self._is_full():
                oldest, _ = self._kept.popitem(last=False)
                self._sizes.pop(oldest, None)

    def _is_full(self) -> bool:
        return len(self._kept) > MOST_WARNINGS or sum(self._sizes.values()) > self._most

    def missed(self, connection: sa.Connection, warning: Id, find: Callable[[], Iterable[Id]]) -> tuple[Id, ...]:
        """Return who was addressed and is in no batch, once everyone has been planned for. It is found out once.

        find: does so. Whoever joins a group later was not left out then.
        """
        with self._lock:
            if warning in self._missed:
                return self._missed[warning]
        if not is_planned(connection, warning):
            return ()
        found = tuple(find())
        with self._lock:
            self._missed[warning] = found
            if len(self._missed) > MOST_WARNINGS:
                self._missed.popitem(last=False)
        return found
