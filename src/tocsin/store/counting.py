"""Counting deliveries while they are being sent: what is newer than the last look is folded in, and nothing is read twice.

A process keeps its counts in memory: one byte a delivery, and the warnings that were looked at longest ago make way. The
rows stay the truth, and counting them all over leads to the same.

Each look asks a warning's batches for results beyond the last one seen. That relies on numbers that follow the order of
the commits, as one writer gives them.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa

from tocsin.answer.state import Answer
from tocsin.basis.errors import Broken
from tocsin.basis.ids import Id
from tocsin.delivery.again import SendingAgain
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.store.headcounts import Headcounts
from tocsin.store.shelf import Shelf
from tocsin.store.tables import answer_log, answers_by_link, leases, notes, recipients, state_table

MOST_PLACES = 8_000_000  # bytes of memory, at one a delivery
MOST_WARNINGS = 256
PER_FALLEN = 120  # bytes, about: of somebody who was tried another way
MOST_BUCKETS = 4_096
RECENT_S = 60
ANSWERS_AT_ONCE = 50_000
COUNTS = "counts/1/"

STATES = (
    DeliveryStands.READY,
    DeliveryStands.FAILED,
    DeliveryStands.ACCEPTED,
    DeliveryStands.DELIVERED,
    DeliveryStands.OPENED,
    DeliveryStands.DEAD,
    DeliveryStands.EXPIRED,
    DeliveryStands.WITHDRAWN,
    DeliveryStands.SUPPRESSED,
    DeliveryStands.ANSWERED,
)
"""A place of a batch is one byte: how it stands, and what it ever was: lost, reached, delivered, answered."""

_STATE, _LOST, _REACHED, _DELIVERED, _ANSWERED = 0x0F, 0x10, 0x20, 0x40, 0x80
_CODE = {stands: code for code, stands in enumerate(STATES)}
_ANSWER = _CODE[DeliveryStands.ANSWERED]


def _of(*stands: DeliveryStands) -> "np.ndarray[Any, Any]":
    found = np.zeros(16, dtype=bool)
    found[[_CODE[one] for one in stands]] = True
    return found


_ARRIVES = _of(DeliveryStands.ACCEPTED, DeliveryStands.DELIVERED, DeliveryStands.OPENED, DeliveryStands.ANSWERED)
_LANDS = _of(DeliveryStands.DELIVERED, DeliveryStands.OPENED, DeliveryStands.ANSWERED)
_LOSES = _of(DeliveryStands.DEAD, DeliveryStands.EXPIRED)
_ENDS = ~_of(DeliveryStands.READY, DeliveryStands.FAILED)
_SHOWN = np.array([_ANSWER if byte & _ANSWERED else min(byte & _STATE, _ANSWER) for byte in range(256)], dtype=np.uint8)

_BATCHES = (
    f"SELECT id, channel, step, count, planned_at FROM {state_table(Batch).name} "
    "WHERE warning = ? AND errand = ? ORDER BY planned_at, id"
)
_FIRST_AGAIN = f"SELECT min(step) FROM {state_table(SendingAgain).name} WHERE warning = ?"
_TOUCHED = (
    "SELECT value FROM json_each(?) WHERE EXISTS "
    f"(SELECT 1 FROM {notes.name} n WHERE n.batch = json_each.value AND n.seq > ? AND n.positions <> '[]')"
)
_LETTER = " ".join(f"WHEN '{stands.value}' THEN '{code}'" for stands, code in _CODE.items())
# Put together by the database, which lets other threads work meanwhile; a row each would not.
_NEWS = (
    "SELECT group_concat(some), group_concat(many), group_concat(code, ''), group_concat(second) FROM ("
    "SELECT trim(positions, '[]') AS some, json_array_length(positions) AS many, "
    f"CASE stands {_LETTER} ELSE '0' END AS code, unixepoch(at) AS second "
    f"FROM {notes.name} WHERE batch = ? AND seq > ? AND positions <> '[]' ORDER BY seq)"
)
_HELD = f"SELECT batch, due, owner FROM {leases.name} WHERE due IS NOT NULL"
_ANSWERS = (
    f"SELECT r.batch, r.position, r.person, unixepoch(a.at), a.log_seq FROM {answers_by_link.name} a "
    f'JOIN {answer_log.name} l ON l.seq = a.log_seq JOIN {recipients.name} r ON r."row" = l.recipient_row '
    "WHERE a.warning = ? AND a.log_seq > ? ORDER BY a.log_seq LIMIT ?"
)
_SAID = (
    f"SELECT id, recipient, unixepoch(said_at) FROM {state_table(Answer).name} WHERE warning = ? ORDER BY said_at, id"
)
_WHERE = (
    f"SELECT person, batch, position FROM {recipients.name} "
    "WHERE warning = ? AND person IN (SELECT value FROM json_each(?))"
)
_PERSONS = f"SELECT position, person FROM {recipients.name} WHERE batch = ? ORDER BY position"
_PLANNED = "SELECT 1 FROM commands WHERE command = ?"


class Curve:
    """How many in which second; by two, four, eight seconds where these become too many."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._width = 1
        self._counts: dict[int, int] = {}

    def add(self, seconds: Iterable[int]) -> None:
        """Count these seconds."""
        for second in seconds:
            bucket = second - second % self._width
            self._counts[bucket] = self._counts.get(bucket, 0) + 1
        while len(self._counts) > MOST_BUCKETS:
            self._width *= 2
            counts, self._counts = self._counts, {}
            for second, count in counts.items():
                bucket = second - second % self._width
                self._counts[bucket] = self._counts.get(bucket, 0) + count

    @property
    def laid(self) -> tuple[int, dict[int, int]]:
        """Return it as it is laid by."""
        return self._width, self._counts

    @classmethod
    def taken_up(cls, laid: tuple[int, dict[int, int]]) -> "Curve":
        """Return what was laid by."""
        found = cls()
        found._width, found._counts = laid
        return found

    def steps(self) -> tuple[tuple[int, int], ...]:
        """Return (second, how many), in order."""
        return tuple(sorted(self._counts.items()))


class ChannelCount(msgspec.Struct, frozen=True, kw_only=True):
    """How the deliveries of one channel stand.

    counts: by state, each delivery in one. reached, landed: how many were ever accepted, ever delivered. began: when the
    first was planned. first, last: when the first and the last was accepted. last_end: when the latest came to its end.
    last_minute: how many did in the last minute. next_try: when the next batch is due.
    """

    channel: str
    planned: int
    counts: dict[DeliveryStands, int]
    reached: int
    landed: int
    began: datetime
    first: datetime | None
    last: datetime | None
    last_end: datetime | None
    last_minute: int
    next_try: datetime | None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How the deliveries of one warning stand, and when its people were reached.

    people: for how many something was planned. planned: nobody is left to be planned for. accepted, delivered, answered:
    (second since 1970, how many people for the first time in it), in order.
    """

    people: int
    planned: bool
    channels: tuple[ChannelCount, ...]
    accepted: tuple[tuple[int, int], ...]
    delivered: tuple[tuple[int, int], ...]
    answered: tuple[tuple[int, int], ...]


class _LaidChannel(msgspec.Struct, array_like=True):
    planned: int
    reached: int
    landed: int
    counts: list[int]
    began: datetime
    first: int | None
    last: int | None
    last_end: int | None
    recent: dict[int, int]


class _LaidBatch(msgspec.Struct, array_like=True):
    id: Id
    channel: str
    again: bool
    places: bytes
    keys: bytes | None


class _Laid(msgspec.Struct, array_like=True):
    """The counts of one warning as they are laid by. seen, heard: the results and answers that have been folded in."""

    people: int
    seen: int
    heard: int
    said: list[Id]
    unplanned: list[Id]
    first_again: int | None
    channels: dict[str, _LaidChannel]
    batches: list[_LaidBatch]
    fallen: bytes
    flags: bytes
    curves: dict[int, tuple[int, dict[int, int]]]


_LAID = msgspec.msgpack.Decoder(_Laid)


class _Channel:
    def __init__(self, began: datetime) -> None:
        self.planned = self.reached = self.landed = 0
        self.counts = np.zeros(len(STATES), dtype=np.int64)
        self.began = began
        self.first: int | None = None
        self.last: int | None = None
        self.last_end: int | None = None
        self.recent: dict[int, int] = {}

    @property
    def laid(self) -> _LaidChannel:
        return _LaidChannel(self.planned, self.reached, self.landed, self.counts.tolist(), self.began,
                            self.first, self.last, self.last_end, self.recent)  # fmt: skip

    @classmethod
    def taken_up(cls, laid: _LaidChannel) -> "_Channel":
        found = cls(laid.began)
        found.planned, found.reached, found.landed = laid.planned, laid.reached, laid.landed
        found.counts = np.array(laid.counts, dtype=np.int64)
        found.first, found.last, found.last_end, found.recent = laid.first, laid.last, laid.last_end, laid.recent
        return found

    def move(self, before: Any, after: Any) -> None:
        self.counts -= np.bincount(_SHOWN[before], minlength=len(STATES))
        self.counts += np.bincount(_SHOWN[after], minlength=len(STATES))

    def note_reached(self, seconds: Any) -> None:
        self.reached += len(seconds)
        if len(seconds):
            self.first = min(int(seconds.min()), self.first or int(seconds.min()))
            self.last = max(int(seconds.max()), self.last or 0)

    def note_ended(self, seconds: Any) -> None:
        for second, count in zip(*(part.tolist() for part in np.unique(seconds, return_counts=True)), strict=True):
            self.recent[second] = self.recent.get(second, 0) + count
            self.last_end = max(second, self.last_end or 0)
        oldest = (self.last_end or 0) - 2 * RECENT_S
        if len(self.recent) > 4 * RECENT_S:
            self.recent = {second: count for second, count in self.recent.items() if second >= oldest}


class _Batch:
    def __init__(self, channel: str, count: int, keys: Sequence[int] | None, *, again: bool = False) -> None:
        self.channel = channel
        self.again = again  # whoever is in it was told before, and counts anew only if that was lost
        self.places = np.zeros(count, dtype=np.uint8)
        self.keys = keys  # of the people in it, where they had been tried another way before


class _Warning:
    """The counts of one warning. One thread at a time."""

    def __init__(self, id: Id, errand: Errand) -> None:
        self.id = id
        self.errand = errand
        self.lock = threading.Lock()
        self.is_new = True  # nothing has been folded in
        self.people = 0
        self._seen = 0  # the results up to this number have been folded in
        self._heard = 0  # the answers by link up to this number
        self._said: set[Id] = set()  # the recorded answers
        self._batches: dict[Id, _Batch] = {}
        self._channels: dict[str, _Channel] = {}
        self._fallen: dict[int, int] = {}  # the flags of whoever may be in several batches: they belong to the person
        self._unplanned: set[Id] = set()  # who answered, and is in no batch
        self._first_again: int | None = None  # the step from which on people were told before
        self._doubtful: list[tuple[int, int, int]] = []  # second, flag, who: may have been counted another way
        self._curves = {flag: Curve() for flag in (_REACHED, _DELIVERED, _ANSWERED)}

    @property
    def size(self) -> int:
        """Return about how many bytes of memory it takes."""
        return sum(len(batch.places) for batch in self._batches.values()) + PER_FALLEN * len(self._fallen)

    # ---- laying by

    def lay(self) -> bytes:
        """Return the counts as they are laid by."""
        return msgspec.msgpack.encode(
            _Laid(
                people=self.people,
                seen=self._seen,
                heard=self._heard,
                said=sorted(self._said),
                unplanned=sorted(self._unplanned),
                first_again=self._first_again,
                channels={name: one.laid for name, one in self._channels.items()},
                batches=[
                    _LaidBatch(id, one.channel, one.again, one.places.tobytes(), _packed(one.keys))
                    for id, one in self._batches.items()
                ],
                fallen=_packed(list(self._fallen)) or b"",
                flags=bytes(self._fallen.values()),
                curves={flag: curve.laid for flag, curve in self._curves.items()},
            )
        )

    def take_up(self, body: bytes) -> None:
        """Begin with the counts that were laid by."""
        laid = _LAID.decode(body)
        self.people, self._seen, self._heard = laid.people, laid.seen, laid.heard
        self._said, self._unplanned, self._first_again = set(laid.said), set(laid.unplanned), laid.first_again
        self._channels = {name: _Channel.taken_up(one) for name, one in laid.channels.items()}
        for one in laid.batches:
            batch = _Batch(one.channel, 0, None if one.keys is None else _unpacked(one.keys), again=one.again)
            batch.places = np.frombuffer(one.places, dtype=np.uint8).copy()
            self._batches[one.id] = batch
        self._fallen = dict(zip(_unpacked(laid.fallen), laid.flags, strict=True))
        self._curves = {flag: Curve.taken_up(curve) for flag, curve in laid.curves.items()}

    # ---- folding

    def catch_up(self, connection: sa.Connection) -> None:
        """Fold in whatever is newer than what was seen. After an error the counts are worth nothing."""
        self.is_new = False
        top = connection.execute(sa.select(sa.func.max(notes.c.seq))).scalar_one() or 0
        self._first_again = connection.exec_driver_sql(_FIRST_AGAIN, (self.id,)).scalar_one()
        known = len(self._batches)
        for id, channel, step, count, planned_at in connection.exec_driver_sql(_BATCHES, (self.id, self.errand.value)):
            if id not in self._batches:
                self._enter(connection, id, channel, step, count, datetime.fromisoformat(planned_at))
        asked = msgspec.json.encode(list(self._batches)).decode()
        for (id,) in connection.exec_driver_sql(_TOUCHED, (asked, self._seen)).all():
            self._fold(connection, id)
        self._count_once()
        self._seen = max(top, self._seen)
        if self.errand is Errand.WARNING:  # that it is taken back asks for no answer
            if len(self._batches) > known:
                self._said.clear()  # who told an officer may be in a batch that has come since
            self._hear(connection)

    def _enter(self, connection: sa.Connection, id: Id, channel: str, step: int, count: int, at: datetime) -> None:
        keys = None
        again = self.errand is Errand.WARNING and self._first_again is not None and step >= self._first_again
        # Who has a warning by two contact points is told by both that it is taken back.
        if step or self.errand is Errand.RETRACTION:
            keys = self._keys(connection, id)
            for key in () if again else keys:
                self._fallen.setdefault(key, 0)
        self._batches[id] = _Batch(channel, count, keys, again=again)
        kept = self._channels.setdefault(channel, _Channel(at))
        kept.planned += count
        kept.counts[0] += count
        if keys is None:
            self.people += count
        elif self.errand is Errand.RETRACTION:
            self.people = len(self._fallen)

    def _fold(self, connection: sa.Connection, id: Id) -> None:
        said = connection.exec_driver_sql(_NEWS, (id, self._seen)).one()
        position, many = _numbers(said[0]), _numbers(said[1])
        size = len(self._batches[id].places)
        if (
            position is None
            or many is None
            or len(position) != many.sum()
            or ((position < 0) | (position >= size)).any()
        ):
            raise Broken(
                f"A note of batch {id} was altered: it does not say of which of its {size} places it is. "
                "Say `tocsin record reconcile`; it names everything that was altered."
            )
        code = np.repeat(np.frombuffer(said[2].encode(), dtype=np.uint8) - ord("0"), many)
        second = np.repeat(np.fromstring(said[3], dtype=np.int64, sep=","), many)
        batch, channel = self._batches[id], self._channels[self._batches[id].channel]
        places = batch.places
        before = places.copy()

        places[position[_LOSES[code]]] |= _LOST
        new = _first(position, _ARRIVES[code] & ((before[position] & _REACHED) == 0))
        places[position[new]] |= _REACHED
        channel.note_reached(second[new])
        self._note(connection, id, position[new], second[new], _REACHED)

        new = _first(position, _LANDS[code] & ((before[position] & _DELIVERED) == 0))
        places[position[new]] |= _DELIVERED
        channel.landed += len(new)
        self._note(connection, id, position[new], second[new], _DELIVERED)

        last = len(position) - 1 - _first(position[::-1], np.ones(len(position), dtype=bool))
        where = position[last]
        ended = _ENDS[code[last]] & ~_ENDS[before[where] & _STATE]
        channel.note_ended(second[last][ended])
        places[where] = (places[where] & ~np.uint8(_STATE)) | code[last]
        channel.move(before, places)
        if batch.keys is None:
            self._let_fall(connection, id, np.unique(position[_LOSES[code]]).tolist(), before)

    def _note(self, connection: sa.Connection, id: Id, where: Any, second: Any, flag: int) -> None:
        """Count people who were reached for the first time; whoever may have been another way is looked at in the end."""
        batch = self._batches[id]
        lost = (batch.places[where] & _LOST) > 0
        if batch.keys is None:
            self._curves[flag].add(second[~lost].tolist())
            where, second = where[lost], second[lost]
        keys = batch.keys or (self._keys(connection, id) if len(where) else ())
        self._doubtful += [
            (at, flag, keys[place])
            for place, at in zip(where.tolist(), second.tolist(), strict=True)
            if not batch.again or keys[place] in self._fallen  # anyone else was counted when they were first told
        ]

    def _keys(self, connection: sa.Connection, id: Id) -> list[int]:
        return [_key(person) for _, person in connection.exec_driver_sql(_PERSONS, (id,))]

    def _count_once(self) -> None:
        """Count whoever is in several batches at their first moment, whichever of these it came by."""
        for at, flag, key in sorted(self._doubtful):
            flags = self._fallen.get(key, 0)
            if not flags & flag:
                self._curves[flag].add([at])
            self._fallen[key] = flags | flag
        self._doubtful = []

    def _let_fall(self, connection: sa.Connection, id: Id, lost: Sequence[int], before: Any) -> None:
        """Remember of people what had become of a place that is lost after all: they are tried another way."""
        if lost:
            keys = self._keys(connection, id)
            for place in lost:
                flags = int(before[place]) & (_REACHED | _DELIVERED | _ANSWERED)
                self._fallen[keys[place]] = self._fallen.get(keys[place], 0) | flags

    # ---- answers

    def _hear(self, connection: sa.Connection) -> None:
        while found := connection.exec_driver_sql(_ANSWERS, (self.id, self._heard, ANSWERS_AT_ONCE)).fetchall():
            self._hear_some([row for row in found if row[0] in self._batches])
            self._heard = found[-1][4]
        said = [row for row in connection.exec_driver_sql(_SAID, (self.id,)) if row[0] not in self._said]
        if said:
            asked = msgspec.json.encode(sorted({person for _, person, _ in said})).decode()
            where: dict[Id, list[tuple[Id, int]]] = {}
            for person, id, place in connection.exec_driver_sql(_WHERE, (self.id, asked)):
                where.setdefault(person, []).append((id, place))
            for answer, person, second in said:
                if self._answer(person, [one for one in where.get(person, ()) if one[0] in self._batches]):
                    self._curves[_ANSWERED].add([second])
                self._said.add(answer)

    def _hear_some(self, rows: Sequence[Any]) -> None:
        """Count answers by link, in the order in which they came. rows: batch, place, person, second.

        Most are of people who are in one batch alone: what these said is counted together.
        """
        slow = self._in_several(rows)
        alone: dict[Id, tuple[list[int], list[int]]] = {}
        for (id, place, person, second, *_), is_slow in zip(rows, slow, strict=True):
            if not is_slow:
                places, seconds = alone.setdefault(id, ([], []))
                places.append(place)
                seconds.append(second)
            elif self._answer(person, [(id, place)]):
                self._curves[_ANSWERED].add([second])
        for id, (where, at) in alone.items():
            batch = self._batches[id]
            before = batch.places.copy()
            position = np.array(where)
            new = _first(position, (before[position] & _ANSWERED) == 0)
            batch.places[position] |= _ANSWERED
            self._channels[batch.channel].move(before, batch.places)
            self._curves[_ANSWERED].add(np.array(at)[new].tolist())

    def _in_several(self, rows: Sequence[Any]) -> list[bool]:
        """Say of each answer whether its giver may be in several batches, or answered before they were in one."""
        lost = [bool(self._batches[id].places[place] & _LOST) for id, place, *_ in rows]
        if not (self._fallen or self._unplanned or any(lost)):
            return lost
        keys = [_key(row[2]) for row in rows]
        several = {key for key, is_lost in zip(keys, lost, strict=True) if is_lost}
        return [
            key in several or key in self._fallen or row[2] in self._unplanned
            for key, row in zip(keys, rows, strict=True)
        ]

    def _answer(self, person: Id, places: Sequence[tuple[Id, int]]) -> bool:
        """Mark places as answered; say whether it is the first answer of this person."""
        if not places:
            is_new = person not in self._unplanned
            self._unplanned.add(person)
            return is_new
        key, seen, fell = _key(person), False, False
        for id, place in places:
            batch = self._batches[id]
            before = batch.places[place : place + 1].copy()
            seen |= bool(before[0] & _ANSWERED)
            fell |= bool(before[0] & _LOST)
            batch.places[place] |= _ANSWERED
            self._channels[batch.channel].move(before, batch.places[place : place + 1])
        if fell or key in self._fallen:
            flags = self._fallen.get(key, 0)
            seen |= bool(flags & _ANSWERED)
            self._fallen[key] = flags | _ANSWERED
        if person in self._unplanned:
            return False
        return not seen

    # ---- telling

    def tell(self, connection: sa.Connection, now: datetime) -> Count:
        """Return the counts as they are."""
        in_hand: dict[str, int] = {}
        due: dict[str, datetime] = {}
        for id, at, owner in connection.exec_driver_sql(_HELD):
            batch = self._batches.get(id)
            if batch is None:
                continue
            if owner is not None:
                in_hand[batch.channel] = in_hand.get(batch.channel, 0) + int(np.count_nonzero(batch.places == 0))
            else:
                moment = datetime.fromisoformat(at)
                due[batch.channel] = min(due.get(batch.channel, moment), moment)
        return Count(
            people=self.people,
            planned=_is_planned(connection, self.id),
            channels=tuple(
                _told(name, one, in_hand.get(name, 0), due.get(name), now)
                for name, one in sorted(self._channels.items())
            ),
            accepted=self._curves[_REACHED].steps(),
            delivered=self._curves[_DELIVERED].steps(),
            answered=self._curves[_ANSWERED].steps(),
        )


def _told(name: str, one: _Channel, in_hand: int, due: datetime | None, now: datetime) -> ChannelCount:
    counts = {stands: int(count) for stands, count in zip(STATES, one.counts, strict=True)}
    counts[DeliveryStands.READY] -= in_hand
    counts[DeliveryStands.LEASED] = in_hand
    since = int(now.timestamp()) - RECENT_S
    return ChannelCount(
        channel=name,
        planned=one.planned,
        counts={stands: counts[stands] for stands in DeliveryStands if counts[stands]},
        reached=one.reached,
        landed=one.landed,
        began=one.began,
        first=_moment(one.first),
        last=_moment(one.last),
        last_end=_moment(one.last_end),
        last_minute=sum(count for second, count in one.recent.items() if second > since),
        next_try=due,
    )


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)


def _key(person: Id) -> int:
    """Return a person as a number that takes little memory. Of a million, two are the same once in 10^7 times."""
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big")


def _packed(keys: Sequence[int] | None) -> bytes | None:
    return None if keys is None else np.array(keys, dtype="<u8").tobytes()


def _unpacked(keys: bytes) -> list[int]:
    found: list[int] = np.frombuffer(keys, dtype="<u8").tolist()
    return found


def _numbers(text: str) -> Any:
    """Return whole numbers between commas; None, if it is anything else."""
    return np.fromstring(text, dtype=np.int64, sep=",") if _NUMBERS.fullmatch(text) else None


_NUMBERS = re.compile(r"-?[0-9]{1,18}(,-?[0-9]{1,18})*")


def _first(position: Any, wanted: Any) -> Any:
    """Return where each position stands first among those that are wanted, in the order of the positions."""
    among = np.flatnonzero(wanted)
    return among[np.unique(position[among], return_index=True)[1]]


def laid_as(warning: Id, errand: Errand) -> str:
    """Return the name under which the counts of a warning are laid by. Another form of _Laid is another number."""
    return f"{COUNTS}{errand.value}/{warning}"


class Counting:
    """The counts of the warnings that are looked at, as one process keeps them. Threads may share it."""

    def __init__(self, most_places: int = MOST_PLACES, shelf: Shelf | None = None) -> None:
        """Hold nothing yet. most_places: of how many deliveries the counts are kept. shelf: where some were laid by."""
        self._most = most_places
        self._shelf = shelf
        self.headcounts = Headcounts()
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Id, Errand], _Warning] = OrderedDict()
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
    def _caught_up(self, connection: sa.Connection, warning: Id, errand: Errand) -> Iterator[_Warning]:
        name = warning, errand
        with self._lock:
            kept = self._kept.setdefault(name, _Warning(warning, errand))
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
        if not _is_planned(connection, warning):
            return ()
        found = tuple(find())
        with self._lock:
            self._missed[warning] = found
            if len(self._missed) > MOST_WARNINGS:
                self._missed.popitem(last=False)
        return found


def _is_planned(connection: sa.Connection, warning: Id) -> bool:
    return connection.exec_driver_sql(_PLANNED, (f"plan:{warning}",)).first() is not None
