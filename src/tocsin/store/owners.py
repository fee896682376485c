"""Whose an address is. There is no table of addresses: these stand sealed, and each is opened once in the life of a process.

What is kept of each is a number that follows from it under a key drawn at the start, in memory alone: 34 bytes a contact point.
"""

import hashlib
import os
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np
import sqlalchemy as sa

from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.people.facts import ContactAdded, ContactChanged
from tocsin.people.state import Contact, ContactStands
from tocsin.store.keys import Keys
from tocsin.store.reached import alike
from tocsin.store.tables import journal, state_table

IN_ONE_OPENING = 5_000
FRESH = 10_000  # kept beside the rest until there are so many: to put a million in order takes a moment
_CONTACTS = state_table(Contact)
_SAYING = [ContactAdded.kind(), ContactChanged.kind()]
_OWN = (ContactStands.ACTIVE.value, ContactStands.PAUSED.value)


class Owners:
    """The addresses of everyone, as one process remembers them. Threads may share it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._key = os.urandom(32)
        self._lock = threading.Lock()
        self._seq: int | None = None
        self._numbers: Any = np.empty(0, np.uint64)
        self._contacts: Any = np.empty(0, "S26")
        self._fresh: list[tuple[int, bytes]] = []

    def __repr__(self) -> str:
        return "Owners()"

    def of(self, connection: sa.Connection, keys: Keys, channel: str, address: str) -> list[tuple[Id, Id]]:
        """Return whose an address is: people, each with the contact point. What nobody has confirmed yet is nobody's."""
        with self._lock:
            self._catch_up(connection, keys)
            number = self._number(channel, address)
            start, end = (int(np.searchsorted(self._numbers, np.uint64(number), side)) for side in ("left", "right"))
            maybe = {*self._contacts[start:end].tolist(), *(contact for one, contact in self._fresh if one == number)}
        ids = sorted(one.decode() for one in maybe)
        # It may be another's by now, or gone: what stands is opened.
        now = _sealed().where(_CONTACTS.c.id.in_(ids), _CONTACTS.c.channel == channel, _CONTACTS.c.stands.in_(_OWN))
        found = connection.execute(now).all()
        said = keys.open_many([(row.person, row.address, f"{row.id}.address") for row in found])
        return [
            (row.person, row.id)
            for row, one in zip(found, said, strict=True)
            if not isinstance(one, Erased) and alike(channel, one) == alike(channel, address)
        ]

    def _catch_up(self, connection: sa.Connection, keys: Keys) -> None:
        seq = connection.execute(sa.select(sa.func.max(journal.c.seq))).scalar_one() or 0
        if self._seq is None:
            for part in connection.execute(_sealed()).partitions(IN_ONE_OPENING):
                self._fresh += self._numbered(keys, part)
        elif seq > self._seq:
            said = sa.select(journal.c.subject).where(journal.c.seq > self._seq, journal.c.kind.in_(_SAYING))
            changed = sorted(set(connection.execute(said).scalars()))
            for start in range(0, len(changed), IN_ONE_OPENING):
                some = _sealed().where(_CONTACTS.c.id.in_(changed[start : start + IN_ONE_OPENING]))
                self._fresh += self._numbered(keys, connection.execute(some).all())
        # Only now: what fails in between is read again, and nobody is left out.
        self._seq = max(self._seq or 0, seq)
        if len(self._fresh) > FRESH:
            self._put_in_order()

    def _put_in_order(self) -> None:
        numbers = np.concatenate([self._numbers, np.array([number for number, _ in self._fresh], np.uint64)])
        contacts = np.concatenate([self._contacts, np.array([contact for _, contact in self._fresh], "S26")])
        order = np.argsort(numbers, kind="stable")
        self._numbers, self._contacts, self._fresh = numbers[order], contacts[order], []

    def _numbered(self, keys: Keys, rows: Sequence[Any]) -> list[tuple[int, bytes]]:
        said = keys.open_many([(row.person, row.address, f"{row.id}.address") for row in rows])
        return [
            (self._number(row.channel, one), row.id.encode())
            for row, one in zip(rows, said, strict=True)
            if not isinstance(one, Erased)
        ]

    def _number(self, channel: str, address: str) -> int:
        said = f"{channel}:{alike(channel, address)}".encode()
        return int.from_bytes(hashlib.blake2b(said, digest_size=8, key=self._key).digest(), "big")


def _sealed() -> sa.Select[Any]:
    return sa.select(_CONTACTS.c.id, _CONTACTS.c.person, _CONTACTS.c.channel, _CONTACTS.c.address)
