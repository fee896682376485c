"""What a great many have answered, summed up: what is newer than the last look is folded in, and nothing is read twice.

Of each who answered it keeps 25 bytes: who, when first, when last, and what last. What officers recorded is read each time, for
it is little.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa

from tocsin.answer.facts import AnswerKind
from tocsin.answer.state import Answer
from tocsin.basis.ids import Id
from tocsin.store.tables import answers_by_link, state_table

MOST_WARNINGS = 16
AT_ONCE = 50_000

_KINDS = tuple(AnswerKind)
_CODES = {kind.value: code for code, kind in enumerate(_KINDS)}
_NEWS = (
    f"SELECT person, answer, at, log_seq FROM {answers_by_link.name} WHERE warning = ? AND log_seq > ? "
    "ORDER BY log_seq LIMIT ?"
)
_RECORDED = f"SELECT recipient, answer, said_at FROM {state_table(Answer).name} WHERE warning = ? ORDER BY said_at"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Summed(msgspec.Struct, frozen=True, kw_only=True):
    """What people have answered. latest: how many by what each said last. median_at: by when half of them had first answered."""

    answered: int
    latest: Counter[AnswerKind]
    median_at: datetime | None


class _Warning:
    """The answers to one warning. keys: of who answered, sorted; first, last: microseconds; codes: of the last answer."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen = 0
        self.keys: Any = np.empty(0, np.uint64)
        self.first: Any = np.empty(0, np.int64)
        self.last: Any = np.empty(0, np.int64)
        self.codes: Any = np.empty(0, np.uint8)

    def catch_up(self, connection: sa.Connection, warning: Id) -> None:
        while found := connection.exec_driver_sql(_NEWS, (warning, self.seen, AT_ONCE)).fetchall():
            self.seen = found[-1][3]
            self._fold([(person, answer, at) for person, answer, at, _ in found])

    def _fold(self, rows: Iterable[tuple[str, str, str]]) -> None:
        self.keys, self.first, self.last, self.codes = self.with_more(rows)

    def with_more(self, rows: Iterable[tuple[str, str, str]]) -> tuple[Any, Any, Any, Any]:
        """Return what this becomes with some more answers, each (person, answer, at)."""
        rows = list(rows)
        moments: dict[str, int] = {}
        keys = np.fromiter((_key(person) for person, _, _ in rows), np.uint64, len(rows))
        at = np.fromiter((_micros(text, moments) for _, _, text in rows), np.int64, len(rows))
        codes = np.fromiter((_CODES[answer] for _, answer, _ in rows), np.uint8, len(rows))
        keys, codes = np.concatenate((self.keys, keys)), np.concatenate((self.codes, codes))
        first, last = np.concatenate((self.first, at)), np.concatenate((self.last, at))
        order = np.lexsort((np.arange(len(keys)), last, keys))
        sorted_keys = keys[order]
        starts = np.flatnonzero(np.concatenate(([True], sorted_keys[1:] != sorted_keys[:-1]))) if len(keys) else order
        ends = np.concatenate((starts[1:], [len(keys)])) - 1 if len(keys) else order
        earliest = np.minimum.reduceat(first[order], starts) if len(keys) else first
        return sorted_keys[starts], earliest, last[order][ends], codes[order][ends]


class Summaries:
    """The answers to the warnings that are looked at, as one process remembers them. Threads may share it."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self._lock = threading.Lock()
        self._known: OrderedDict[Id, _Warning] = OrderedDict()

    def _of(self, warning: Id) -> _Warning:
        with self._lock:
            known = self._known.setdefault(warning, _Warning())
            self._known.move_to_end(warning)
            if len(self._known) > MOST_WARNINGS:
                self._known.popitem(last=False)
        return known

    def _now(self, connection: sa.Connection, warning: Id) -> tuple[Any, Any, Any, Any]:
        known = self._of(warning)
        with known.lock:
            known.catch_up(connection, warning)
            recorded = [
                (person, answer, at) for person, answer, at in connection.exec_driver_sql(_RECORDED, (warning,))
            ]
            return known.with_more(recorded) if recorded else (known.keys, known.first, known.last, known.codes)

    def of(self, connection: sa.Connection, warning: Id) -> Summed:
        """Return what everyone has answered."""
        keys, first, _, codes = self._now(connection, warning)
        counts = np.bincount(codes, minlength=len(_KINDS)).tolist()
        return Summed(
            answered=len(keys),
            latest=Counter({kind: count for kind, count in zip(_KINDS, counts, strict=True) if count}),
            median_at=_EPOCH + timedelta(microseconds=int(np.median(first))) if len(keys) else None,
        )

    def since(self, connection: sa.Connection, warning: Id, moment: datetime) -> Counter[AnswerKind]:
        """Return how many have said something since a moment, by what each said last."""
        _, _, last, codes = self._now(connection, warning)
        fresh = codes[last > (moment - _EPOCH) // timedelta(microseconds=1)]
        counts = np.bincount(fresh, minlength=len(_KINDS)).tolist()
        return Counter({kind: count for kind, count in zip(_KINDS, counts, strict=True) if count})

    def first_of(self, connection: sa.Connection, warning: Id, persons: Iterable[Id]) -> dict[Id, datetime]:
        """Return when each of these people answered first; who has not is left out."""
        keys, first, _, _ = self._now(connection, warning)
        found = {}
        for person in persons:
            place = int(np.searchsorted(keys, np.uint64(_key(person))))
            if place < len(keys) and int(keys[place]) == _key(person):
                found[person] = _EPOCH + timedelta(microseconds=int(first[place]))
        return found


def _key(person: Id) -> int:
    """Return a person as a number. Of a million, two are the same once in 10^7 times."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big")


def _micros(text: str, known: dict[str, int]) -> int:
    if text not in known:
        known[text] = (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    return known[text]
