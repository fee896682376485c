"""Which delivery a message was, by the id under which it went out. There is no table of ids: they are made again.

Writing such a table would cost every delivery, and what comes back is asked for rarely. So the ids of the last month are
made again from the rows when the first one is asked for, and kept in memory as numbers: 16 bytes a delivery.
"""

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import sqlalchemy as sa

from tocsin.basis.ids import Id, number_of
from tocsin.delivery.state import Batch
from tocsin.store.columns import moment_text
from tocsin.store.tables import recipients, state_table

MOST = 6_000_000
"""Deliveries that are remembered, the latest; 96 MB."""

AT_ONCE = 20_000  # rows that are read at a time
MOST_PARTS = 8

_OURS = re.compile(r"[a-z2-7]{26}")
_ROWS = f'SELECT "row", batch, person FROM {recipients.name} WHERE "row" > ? ORDER BY "row" LIMIT ?'
_TOP = f'SELECT max("row") FROM {recipients.name}'
_OLDEST = (
    f'SELECT min(r."row") FROM {recipients.name} r WHERE r.batch = '
    f"(SELECT id FROM {state_table(Batch).name} WHERE planned_at >= ? ORDER BY planned_at LIMIT 1)"
)

NumbersOf = Callable[[Id], Callable[[Id], int]]
"""Tells of a batch what tells of a person the number of the id under which it went out to them; see basis.ids.

It has 60 bits: of six million ids, two are alike once in 60,000 times, and then both are looked at whole.
"""


class Outgoing:
    """The ids of what went out lately, as one process remembers them. Threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        """Remember nothing yet. most: of how many deliveries, the latest."""
        self._most = most
        self._lock = threading.Lock()
        self._last: int | None = None  # the rows up to this one are remembered
        self._parts: list[tuple[Any, Any]] = []  # ids as sorted numbers, and the row of each

    @property
    def size(self) -> int:
        """Return how many bytes of memory it takes."""
        return sum(int(ids.nbytes + rows.nbytes) for ids, rows in self._parts)

    def rows(
        self, connection: sa.Connection, id: str, numbers_of: NumbersOf, now: datetime, since: timedelta
    ) -> list[int]:
        """Return the rows of recipients that an id may be of; whoever asks compares the whole id.

        since: how long ago its batch may have been planned, at most.
        """
        if not _OURS.fullmatch(id):
            return []
        number = number_of(id)
        with self._lock:
            found = self._find(number)
            if not found and self._catch_up(connection, numbers_of, now - since):
                found = self._find(number)
        return found

    def _find(self, number: int) -> list[int]:
        found: list[int] = []
        for ids, rows in self._parts:
            start, end = (
                np.searchsorted(ids, np.uint64(number), "left"),
                np.searchsorted(ids, np.uint64(number), "right"),
            )
            found += rows[start:end].tolist()
        return found

    def _catch_up(self, connection: sa.Connection, numbers_of: NumbersOf, since: datetime) -> bool:
        """Remember what has been planned since the last time; say whether anything was."""
        top = connection.exec_driver_sql(_TOP).scalar_one() or 0
        if self._last is None:
            oldest = connection.exec_driver_sql(_OLDEST, (moment_text(since),)).scalar_one()
            self._last = top if oldest is None else max(oldest - 1, top - self._most)
        if top <= self._last:
            return False
        fresh = list(_numbered(connection, self._last, numbers_of))
        self._last = top
        self._parts = _kept([*self._parts, *([_joined(fresh)] if fresh else [])], self._most)
        return True


def _numbered(connection: sa.Connection, after: int, numbers_of: NumbersOf) -> Iterator[tuple[Any, Any]]:
    """Yield the ids of all rows after one, as numbers, with their rows."""
    of_batch = cache(numbers_of)
    while found := connection.exec_driver_sql(_ROWS, (after, AT_ONCE)).fetchall():
        after = found[-1][0]
        ids = np.fromiter((of_batch(batch)(person) for _, batch, person in found), np.uint64, len(found))
        rows = np.fromiter((row for row, _, _ in found), np.int64, len(found))
        yield ids, rows


def _kept(parts: Sequence[tuple[Any, Any]], most: int) -> list[tuple[Any, Any]]:
    """Put many parts into one, and let the oldest rows go where these are too many."""
    count = sum(len(rows) for _, rows in parts)
    if len(parts) <= MOST_PARTS and count <= most:
        return list(parts)
    ids, rows = _joined(parts)
    if count > most:
        late = rows > np.partition(rows, count - most - 1)[count - most - 1]
        ids, rows = ids[late], rows[late]
    return [(ids, rows)]


def _joined(parts: Sequence[tuple[Any, Any]]) -> tuple[Any, Any]:
    ids, rows = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(ids, kind="stable")
    return ids[order], rows[order]
