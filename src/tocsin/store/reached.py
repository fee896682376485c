"""Which deliveries went to an address of late. There is no table of addresses: these stand sealed, and are opened once.

What is kept of each is a number that follows from it under a key drawn at the start, in memory alone: 16 bytes a delivery.
"""

import hashlib
import os
import threading
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa

from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.people.state import Contact
from tocsin.store.columns import moment_text
from tocsin.store.keys import Keys
from tocsin.store.tables import recipients, state_table

MOST = 2_000_000  # deliveries that are remembered, the latest; 32 MB
AT_ONCE = 5_000
STRETCH = 100_000  # deliveries that are put in order together: each time all that are remembered are sorted
CHANNELS = ("mail", "sms")

_FROM = (
    f"{recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
    f"JOIN {state_table(Contact).name} c ON c.id = r.contact "
)
_ROWS = (
    f'SELECT r."row", r.person, r.contact, c.address, b.channel FROM {_FROM}'
    f"WHERE r.\"row\" > ? AND b.errand = '{Errand.WARNING.value}' AND b.warning_kind IN ('alert', 'notice', 'advisory', 'headcount') "
    "AND b.channel IN ('mail', 'sms') ORDER BY r.\"row\" LIMIT ?"
)
_ONE = f'SELECT r.person, r.contact, c.address FROM {_FROM} WHERE r."row" = ? AND b.channel = ? AND b.planned_at >= ?'
_TOP = f'SELECT max("row") FROM {recipients.name}'
_OLDEST = (
    f'SELECT min(r."row") FROM {recipients.name} r WHERE r.batch = '
    f"(SELECT id FROM {state_table(Batch).name} WHERE planned_at >= ? ORDER BY planned_at LIMIT 1)"
)


def alike(channel: str, address: str) -> str:
    """Return an address in the spelling in which two are compared. Of a mail address too, for nobody tells two by capitals."""
    return "".join(address.split()).casefold() if channel == "mail" else address.translate(_BETWEEN)


_BETWEEN = str.maketrans("", "", " \u00a0\u202f-./()")


class Reached:
    """The addresses of what went out lately, as one process remembers them. Threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        """Remember nothing yet. most: of how many deliveries, the latest."""
        self._most = most
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._last: int | None = None
        self._numbers: Any = np.empty(0, np.uint64)
        self._rows: Any = np.empty(0, np.int64)

    def rows(
        self, connection: sa.Connection, keys: Keys, channel: str, address: str, now: datetime, since: timedelta
    ) -> list[int]:
        """Return the rows of recipients whose warning went to this address, and whose address that still is.

        since: how long ago, at most.
        """
        wanted = alike(channel, address)
        with self._lock:
            while self._catch_up(connection, keys, now - since):
                pass
            number = np.uint64(self._number(channel, wanted))
            start, end = (int(np.searchsorted(self._numbers, number, side)) for side in ("left", "right"))
            maybe = self._rows[start:end].tolist()
        return [row for row in maybe if _is_of(connection, keys, row, channel, wanted, moment_text(now - since))]

    def catch_up(self, connection: sa.Connection, keys: Keys, now: datetime, since: timedelta) -> bool:
        """Open a stretch of the addresses to which something has gone since the last time; say whether there may be more."""
        with self._lock:
            return self._catch_up(connection, keys, now - since)

    def _catch_up(self, connection: sa.Connection, keys: Keys, since: datetime) -> bool:
        top = connection.exec_driver_sql(_TOP).scalar_one() or 0
        last = self._last
        if last is None:
            oldest = connection.exec_driver_sql(_OLDEST, (moment_text(since),)).scalar_one()
            last = top if oldest is None else max(oldest - 1, top - self._most)
        numbers, rows, opened = [self._numbers], [self._rows], 0
        while opened < STRETCH and (found := connection.exec_driver_sql(_ROWS, (last, AT_ONCE)).fetchall()):
            last, opened = found[-1][0], opened + len(found)
            said = keys.open_many([(person, sealed, f"{contact}.address") for _, person, contact, sealed, _ in found])
            kept = [(row, self._number(way, alike(way, one))) for (row, *_, way), one in zip(found, said, strict=True)
                    if isinstance(one, str)]  # fmt: skip
            numbers.append(np.array([number for _, number in kept], np.uint64))
            rows.append(np.array([row for row, _ in kept], np.int64))
        if len(rows) > 1:
            joined, its_rows = np.concatenate(numbers), np.concatenate(rows)
            late = np.argsort(its_rows)[-self._most :]
            order = late[np.argsort(joined[late], kind="stable")]
            self._numbers, self._rows = joined[order], its_rows[order]
        # Only now: what fails in between is read again, and nobody is left out.
        self._last = last if opened >= STRETCH else max(last, top)
        return opened >= STRETCH

    def _number(self, channel: str, address: str) -> int:
        said = f"{channel}:{address}".encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=8, key=self._key).digest(), "big")


def _is_of(connection: sa.Connection, keys: Keys, row: int, channel: str, wanted: str, since: str = "") -> bool:
    found = connection.exec_driver_sql(_ONE, (row, channel, since)).one_or_none()
    if found is None:
        return False
    person, contact, sealed = found
    said = keys.open(person, sealed, f"{contact}.address")
    return isinstance(said, str) and alike(channel, said) == wanted


def is_from(connection: sa.Connection, keys: Keys, row: int, channel: str, address: str) -> bool:
    """Say whether a recipient's contact point of that row has this address."""
    return _is_of(connection, keys, row, channel, alike(channel, address))
