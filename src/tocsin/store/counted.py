"""The counts of one warning: what is newer than the last look is folded in, and nothing is read twice.

Each look asks the warning's batches for results beyond the last one seen. That relies on numbers that follow the order of
the commits, as one writer gives them.
"""

import re
import threading
from collections.abc import Sequence
from datetime import datetime
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
from tocsin.delivery.state import Batch
from tocsin.store.counts import (
    ANSWERED,
    ARRIVES,
    CODE,
    DELIVERED,
    ENDS,
    LANDS,
    LOSES,
    LOST,
    REACHED,
    STATE,
    Count,
    Curve,
    LaidChannel,
    RunningCount,
)
from tocsin.store.tables import answer_log, answers_by_link, leases, notes, recipients, state_table

PER_FALLEN = 120  # bytes, about: of somebody who was tried another way
ANSWERS_AT_ONCE = 50_000

_BATCHES = (
    f"SELECT id, channel, step, count, planned_at FROM {state_table(Batch).name} "
    "WHERE warning = ? AND errand = ? ORDER BY planned_at, id"
)
_FIRST_AGAIN = f"SELECT min(step) FROM {state_table(SendingAgain).name} WHERE warning = ?"
_TOUCHED = (
    "SELECT value FROM json_each(?) WHERE EXISTS "
    f"(SELECT 1 FROM {notes.name} n WHERE n.batch = json_each.value AND n.seq > ? AND n.positions <> '[]')"
)
_LETTER = " ".join(f"WHEN '{stands.value}' THEN '{code}'" for stands, code in CODE.items())
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
    channels: dict[str, LaidChannel]
    batches: list[_LaidBatch]
    fallen: bytes
    flags: bytes
    curves: dict[int, tuple[int, dict[int, int]]]


_LAID = msgspec.msgpack.Decoder(_Laid)


class _Batch:
    def __init__(self, channel: str, count: int, keys: Sequence[int] | None, *, again: bool = False) -> None:
        self.channel = channel
        self.again = again  # whoever is in it was told before, and counts anew only if that was lost
        self.places = np.zeros(count, dtype=np.uint8)
        self.keys = keys  # of the people in it, where they had been tried another way before


class Counted:
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
        self._channels: dict[str, RunningCount] = {}
        self._fallen: dict[int, int] = {}  # the flags of whoever may be in several batches: they belong to the person
        self._unplanned: set[Id] = set()  # who answered, and is in no batch
        self._first_again: int | None = None  # the step from which on people were told before
        self._doubtful: list[tuple[int, int, int]] = []  # second, flag, who: may have been counted another way
        self._curves = {flag: Curve() for flag in (REACHED, DELIVERED, ANSWERED)}

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
        self._channels = {name: RunningCount.taken_up(one) for name, one in laid.channels.items()}
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
        kept = self._channels.setdefault(channel, RunningCount(at))
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

        places[position[LOSES[code]]] |= LOST
        new = _first(position, ARRIVES[code] & ((before[position] & REACHED) == 0))
        places[position[new]] |= REACHED
        channel.note_reached(second[new])
        self._note(connection, id, position[new], second[new], REACHED)

        new = _first(position, LANDS[code] & ((before[position] & DELIVERED) == 0))
        places[position[new]] |= DELIVERED
        channel.landed += len(new)
        self._note(connection, id, position[new], second[new], DELIVERED)

        last = len(position) - 1 - _first(position[::-1], np.ones(len(position), dtype=bool))
        where = position[last]
        ended = ENDS[code[last]] & ~ENDS[before[where] & STATE]
        channel.note_ended(second[last][ended])
        places[where] = (places[where] & ~np.uint8(STATE)) | code[last]
        channel.move(before, places)
        if batch.keys is None:
            self._let_fall(connection, id, np.unique(position[LOSES[code]]).tolist(), before)

    def _note(self, connection: sa.Connection, id: Id, where: Any, second: Any, flag: int) -> None:
        """Count people who were reached for the first time; whoever may have been another way is looked at in the end."""
        batch = self._batches[id]
        lost = (batch.places[where] & LOST) > 0
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
                flags = int(before[place]) & (REACHED | DELIVERED | ANSWERED)
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
                    self._curves[ANSWERED].add([second])
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
                self._curves[ANSWERED].add([second])
        for id, (where, at) in alone.items():
            batch = self._batches[id]
            before = batch.places.copy()
            position = np.array(where)
            new = _first(position, (before[position] & ANSWERED) == 0)
            batch.places[position] |= ANSWERED
            self._channels[batch.channel].move(before, batch.places)
            self._curves[ANSWERED].add(np.array(at)[new].tolist())

    def _in_several(self, rows: Sequence[Any]) -> list[bool]:
        """Say of each answer whether its giver may be in several batches, or answered before they were in one."""
        lost = [bool(self._batches[id].places[place] & LOST) for id, place, *_ in rows]
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
            seen |= bool(before[0] & ANSWERED)
            fell |= bool(before[0] & LOST)
            batch.places[place] |= ANSWERED
            self._channels[batch.channel].move(before, batch.places[place : place + 1])
        if fell or key in self._fallen:
            flags = self._fallen.get(key, 0)
            seen |= bool(flags & ANSWERED)
            self._fallen[key] = flags | ANSWERED
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
            planned=is_planned(connection, self.id),
            channels=tuple(
                one.tell(name, in_hand.get(name, 0), due.get(name), now) for name, one in sorted(self._channels.items())
            ),
            accepted=self._curves[REACHED].steps(),
            delivered=self._curves[DELIVERED].steps(),
            answered=self._curves[ANSWERED].steps(),
        )


def is_planned(connection: sa.Connection, warning: Id) -> bool:
    """Say whether everyone has been planned for whom a warning is."""
    return connection.exec_driver_sql(_PLANNED, (f"plan:{warning}",)).first() is not None


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
