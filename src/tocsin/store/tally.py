"""What anyone can count in the record, from its public entries alone: seals and their dates, openings, keys.

The entries are read once, and then only those that have been added since: a record only grows, once it is signed.
"""

import threading
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.record import (
    KEPT_DEPTH,
    OPENING,
    SEAL_DEPTH,
    SEALED,
    RecordKeyAdded,
    RecordKeyRetired,
    read_seal,
)
from tocsin.store.ledger import said_in
from tocsin.store.tables import entries
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertIssued
from tocsin.warning.statement.facts import StatementPublished

PLACES = (1 << SEAL_DEPTH) + (1 << KEPT_DEPTH)
"""In each sealed entry, real and empty alike."""

KEY_ADDED, KEY_RETIRED = RecordKeyAdded.kind(), RecordKeyRetired.kind()
PUBLISHING = frozenset(kind.kind() for kind in (AlertIssued, AdvisoryIssued, StatementPublished))
IN_ONE_READING = 4_096  # entries


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """What was counted. sealed: hours. overdue: places past their date that have not been dealt with.

    keys: each that signs or did, with the moments from which and until which it does.
    """

    sealed: int
    opened: int
    overdue: int
    keys: dict[str, tuple[datetime, datetime | None]]


class Tally:
    """Counts the entries of one record as they are added. Several threads may ask."""

    def __init__(self) -> None:
        self._one = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        self._size = 0
        self._last = b""
        self._opened = 0
        self._dates: list[tuple[datetime, datetime]] = []  # of each seal: its moment, and its open-by date
        self._settled: datetime | None = None
        self._keys: dict[str, tuple[datetime, datetime | None]] = {}
        self._numbers: dict[Id, int] = {}

    def count(self, connection: sa.Connection, now: datetime) -> Counted:
        """Count what there is."""
        with self._one:
            self._read_on(connection)
            late = sum(open_by < now for at, open_by in self._dates if self._settled is None or at > self._settled)
            return Counted(sealed=len(self._dates), opened=self._opened, overdue=late * PLACES, keys=dict(self._keys))

    def next_overdue(self, connection: sa.Connection, now: datetime) -> datetime | None:
        """Return when the next place falls overdue that has not been dealt with."""
        with self._one:
            self._read_on(connection)
            waiting = (by for at, by in self._dates if by >= now and (self._settled is None or at > self._settled))
            return min(waiting, default=None)

    def number(self, connection: sa.Connection, told: Id) -> int | None:
        """Return the number of the entry by which an alert, advisory or statement became public, or None."""
        with self._one:
            self._read_on(connection)
            return self._numbers.get(told)

    def _read_on(self, connection: sa.Connection) -> None:
        found = _after(connection, max(self._size - 1, 0))
        if self._size and next(found, None) != self._last:
            # After a restore the published record was adopted, and what had only been sequenced made way: read it anew.
            self._begin()
            found = _after(connection, 0)
        for raw in found:
            self._take(said_in(self._size, raw))
            self._size += 1
            self._last = raw

    def _take(self, said: dict[str, Any]) -> None:
        kind, at = said["kind"], datetime.fromisoformat(said["at"])
        if kind == SEALED:
            seal = read_seal(said)
            self._dates.append((seal.at, seal.open_by))
            self._settled = seal.settled
        elif kind == OPENING:
            self._opened += 1
        elif kind == KEY_ADDED:
            self._keys[said["vkey"]] = (at, None)
        elif kind == KEY_RETIRED and said["vkey"] in self._keys:
            self._keys[said["vkey"]] = (self._keys[said["vkey"]][0], at)
        elif kind in PUBLISHING:
            self._numbers[said["subject"]] = self._size  # of a statement, its latest edition


def _after(connection: sa.Connection, first: int) -> Iterator[bytes]:
    question = sa.select(entries.c.number, entries.c.entry).order_by(entries.c.number).limit(IN_ONE_READING)
    while found := connection.execute(question.where(entries.c.number >= first)).all():
        for row in found:
            yield row.entry
        first = found[-1].number + 1
