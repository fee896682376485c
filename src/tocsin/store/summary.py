"""What a great many have answered, summed up: what is newer than the last look is folded in, and nothing is read twice.

Of each who answered it keeps 26 bytes: who, when first and what, when last and what. What officers recorded is read each time,
for it is little. Each full stretch of the answers is laid by (shelf.py), so that a start reads the last stretch alone.
"""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa

from tocsin.answer.facts import AnswerKind
from tocsin.answer.state import Answer
from tocsin.basis.ids import Id
from tocsin.store.columns import moment_text
from tocsin.store.shelf import Shelf
from tocsin.store.tables import answers_by_link, state_table

MOST_WARNINGS = 16
FORM = "answers/1/"
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


class _Sum(msgspec.Struct, array_like=True):
    """A stretch of answers as it is laid by: see Answered, each array as its bytes. after: which number it begins after."""

    after: int
    keys: bytes
    first: bytes
    last: bytes
    first_codes: bytes
    codes: bytes


class Answered:
    """What each of some people answered, by person. It is never changed.

    keys: of who answered, sorted; first, last: microseconds; first_codes, codes: of the first answer, and of the last.
    """

    __slots__ = ("codes", "first", "first_codes", "keys", "last")

    def __init__(self, keys: Any, first: Any, last: Any, first_codes: Any, codes: Any) -> None:
        """Hold these arrays."""
        self.keys, self.first, self.last, self.first_codes, self.codes = keys, first, last, first_codes, codes

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, str]]) -> "Answered":
        """Sum up answers, each (person, answer, at), in the order in which they came."""
        moments: dict[str, int] = {}
        keys = np.fromiter((_key(person) for person, _, _ in rows), np.uint64, len(rows))
        at = np.fromiter((_micros(text, moments) for _, _, text in rows), np.int64, len(rows))
        codes = np.fromiter((_CODES[answer] for _, answer, _ in rows), np.uint8, len(rows))
        return by_person(cls(keys, at, at, codes, codes))

    def and_then(self, more: "Answered") -> "Answered":
        """Return these answers and some that came later."""
        if not len(self.keys) or not len(more.keys):
            return more if not len(self.keys) else self
        place = np.searchsorted(self.keys, more.keys)
        again = self.keys[np.minimum(place, len(self.keys) - 1)] == more.keys
        at, new = place[again], ~again
        first, first_codes = self.first.copy(), self.first_codes.copy()
        earlier = more.first[again] < first[at]
        first[at[earlier]], first_codes[at[earlier]] = more.first[again][earlier], more.first_codes[again][earlier]
        last, codes = self.last.copy(), self.codes.copy()
        later = more.last[again] >= last[at]
        last[at[later]], codes[at[later]] = more.last[again][later], more.codes[again][later]
        return Answered(
            np.insert(self.keys, place[new], more.keys[new]),
            np.insert(first, place[new], more.first[new]),
            np.insert(last, place[new], more.last[new]),
            np.insert(first_codes, place[new], more.first_codes[new]),
            np.insert(codes, place[new], more.codes[new]),
        )

    def place(self, person: Id) -> int | None:
        """Return where somebody stands among those who answered; None: they have not."""
        key = np.uint64(_key(person))
        place = int(np.searchsorted(self.keys, key))
        return place if place < len(self.keys) and self.keys[place] == key else None

    def first_of(self, person: Id) -> tuple[str, str] | None:
        """Return when somebody answered first, and what; None if they have not."""
        place = self.place(person)
        if place is None:
            return None
        return moment_text(_moment(self.first[place])), _KINDS[int(self.first_codes[place])].value

    def is_like(self, other: "Answered") -> bool:
        """Say whether both say the same."""
        return all(np.array_equal(getattr(self, one), getattr(other, one)) for one in self.__slots__)


def lay(answered: Answered, after: int) -> bytes:
    """Return a stretch of answers as it is laid by. after: which number it begins after."""
    parts = answered.keys, answered.first, answered.last, answered.first_codes, answered.codes
    return msgspec.msgpack.encode(_Sum(after, *(one.tobytes() for one in parts)))


def laid(connection: sa.Connection, shelf: Shelf, warning: Id) -> Iterator[tuple[int, Answered]]:
    """Return the stretches of the answers to a warning that were laid by, each with up to where it goes; none is left out."""
    after = 0
    for upto, body in shelf.of(connection, laid_as(warning)):
        said = _LAID.decode(body)
        if said.after != after:
            return
        after = upto
        numbers = (np.frombuffer(said.keys, np.uint64), np.frombuffer(said.first, np.int64))
        codes = (np.frombuffer(said.first_codes, np.uint8), np.frombuffer(said.codes, np.uint8))
        yield upto, Answered(*numbers, np.frombuffer(said.last, np.int64), *codes)


_LAID = msgspec.msgpack.Decoder(_Sum)


def by_person(said: Answered) -> Answered:
    """Return one place for each person: of several, the first at the earliest moment and the last at the latest."""
    if not len(said.keys):
        return said
    by_first = np.lexsort((said.first, said.keys))  # it keeps the order of what is equal
    by_last = np.lexsort((said.last, said.keys))
    keys = said.keys[by_first]
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    first, last = by_first[starts], by_last[np.concatenate((starts[1:], [len(keys)])) - 1]
    return Answered(keys[starts], said.first[first], said.last[last], said.first_codes[first], said.codes[last])


NOBODY = Answered(np.empty(0, np.uint64), *(np.empty(0, np.int64),) * 2, *(np.empty(0, np.uint8),) * 2)


class _Warning:
    """The answers to one warning. One thread at a time. seen: the answers up to this number have been folded in."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.seen = 0
        self.answered = NOBODY
        self.whole: tuple[int, list[Any], Answered] = 0, [], NOBODY  # with what officers recorded

    def catch_up(self, connection: sa.Connection, warning: Id, shelf: Shelf | None) -> None:
        if shelf is not None and not self.seen:
            for self.seen, some in laid(connection, shelf, warning):
                self.answered = self.answered.and_then(some)
        while stretch := next_stretch(connection, warning, self.seen):
            self.seen, _, some = stretch
            self.answered = self.answered.and_then(some)


def laid_as(warning: Id) -> str:
    """Return the name under which the answers to a warning are laid by. Another form of _Sum is another number."""
    return f"{FORM}{warning}"


def next_stretch(connection: sa.Connection, warning: Id, after: int) -> tuple[int, bool, Answered] | None:
    """Return up to where the next stretch of a warning's answers goes, whether it is a full one, and what it says."""
    found = connection.exec_driver_sql(_NEWS, (warning, after, AT_ONCE)).fetchall()
    if not found:
        return None
    return found[-1][3], len(found) == AT_ONCE, Answered.of([(person, answer, at) for person, answer, at, _ in found])


class Summaries:
    """The answers to the warnings that are looked at, as one process remembers them. Threads may share it."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        """Remember nothing yet. shelf: where some were laid by."""
        self._shelf = shelf
        self._lock = threading.Lock()
        self._known: OrderedDict[Id, _Warning] = OrderedDict()

    def _of(self, warning: Id) -> _Warning:
        with self._lock:
            known = self._known.setdefault(warning, _Warning())
            self._known.move_to_end(warning)
            if len(self._known) > MOST_WARNINGS:
                self._known.popitem(last=False)
        return known

    def answered(self, connection: sa.Connection, warning: Id) -> Answered:
        """Return what each person has answered."""
        known = self._of(warning)
        with known.lock:
            known.catch_up(connection, warning, self._shelf)
            recorded = [tuple(row) for row in connection.exec_driver_sql(_RECORDED, (warning,))]
            if known.whole[:2] != (known.seen, recorded):
                known.whole = known.seen, recorded, known.answered.and_then(Answered.of(recorded))
            return known.whole[2]

    def of(self, connection: sa.Connection, warning: Id) -> Summed:
        """Return what everyone has answered."""
        found = self.answered(connection, warning)
        return Summed(
            answered=len(found.keys),
            latest=_counted(found.codes),
            median_at=_moment(np.median(found.first)) if len(found.keys) else None,
        )

    def since(self, connection: sa.Connection, warning: Id, moment: datetime) -> Counter[AnswerKind]:
        """Return how many have said something since a moment, by what each said last."""
        found = self.answered(connection, warning)
        return _counted(found.codes[found.last > (moment - _EPOCH) // timedelta(microseconds=1)])

    def first_of(self, connection: sa.Connection, warning: Id, persons: Iterable[Id]) -> dict[Id, datetime]:
        """Return when each of these people answered first; who has not is left out."""
        found = self.answered(connection, warning)
        places = {person: found.place(person) for person in persons}
        return {person: _moment(found.first[place]) for person, place in places.items() if place is not None}


def _counted(codes: Any) -> Counter[AnswerKind]:
    counts = np.bincount(codes, minlength=len(_KINDS)).tolist()
    return Counter({kind: count for kind, count in zip(_KINDS, counts, strict=True) if count})


def _moment(micros: Any) -> datetime:
    return _EPOCH + timedelta(microseconds=int(micros))


def _key(person: Id) -> int:
    """Return a person as a number. Of a million, two are the same once in 10^7 times."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big")


def _micros(text: str, known: dict[str, int]) -> int:
    if text not in known:
        known[text] = (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)
    return known[text]
