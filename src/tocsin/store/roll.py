"""The roll: who is known here, by number, as audiences are put together from it. It is kept in memory and nowhere else.

What is asked of many at once stands in arrays, one place a person; where they are, in a crowd (see positions.py). What has
changed since is looked up in the journal and taken in. A roll is a value: whoever has one in hand sees one moment.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby, islice
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.people.enter import WARNED
from tocsin.people.facts import PersonKind
from tocsin.people.rule import speaks
from tocsin.people.state import FOLDINGS, Consent, Contact, ContactStands, Person, Place
from tocsin.places.sorted import EVER, Bools, Column, Numbers, Persons, sorted_unique
from tocsin.store.keys import Keys
from tocsin.store.positions import Positions, read_positions
from tocsin.store.rows import IN_ONE_ASKING
from tocsin.store.tables import journal, state_table

_PEOPLE, _CONTACTS, _CONSENTS, _PLACES = (state_table(kind) for kind in (Person, Contact, Consent, Place))
_AT_ONCE = 50_000  # rows
_ANEW = 20_000  # so many changes, and the roll is called anew
_HANGING = (Contact, Consent, Place)  # states that hang on a person
_KINDS: Final = {fact.kind(): folding.state for folding in FOLDINGS for fact in folding.facts}

NEVER: Final = EVER.min
UNASKED, AGREED, TAKEN_BACK = 0, 1, 2
"""Whether someone agreed to be warned."""


@dataclass(frozen=True, eq=False, repr=False)
class Roll:
    """Everyone, by number from 0. seq: up to which fact it was called.

    ids: of each. first: how many of them are sorted; those who came later follow. organisation, forgotten. paused_until:
    seconds since 1970 UTC; NEVER: they are not. agreed: to being warned. tongue, route: numbers of what stands in tongues and
    routes: the languages someone is told in, the best first, and the channels by which they are reached, the first to be
    tried first. positions: None until somebody asked where people are.
    """

    seq: int
    ids: Column
    first: int
    organisation: Bools
    forgotten: Bools
    paused_until: Numbers
    agreed: npt.NDArray[np.uint8]
    tongue: npt.NDArray[np.uint32]
    route: npt.NDArray[np.uint32]
    tongues: tuple[tuple[str, ...], ...] = ()
    routes: tuple[tuple[str, ...], ...] = ((),)
    positions: Positions | None = None
    later: dict[bytes, int] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def numbers(self, persons: Sequence[Id]) -> Persons:
        """Return the numbers of people, each once, sorted; those who are not known here are left out."""
        found = self.places_of(np.array([person.encode() for person in persons] or [b""]))
        return sorted_unique(found[found >= 0].astype(np.uint32))

    def places_of(self, ids: Column) -> Numbers:
        """Return the number of each id; -1 where nobody has it."""
        base = self.ids[: self.first]
        if not len(base):
            found = np.full(len(ids), -1, dtype=np.int64)
        else:
            place = np.minimum(np.searchsorted(base, ids), len(base) - 1)
            found = np.where(base[place] == ids, place, -1).astype(np.int64)
        for index in np.flatnonzero(found < 0) if self.later else ():
            found[index] = self.later.get(bytes(ids[index]), -1)
        return found

    def names(self, persons: Persons) -> list[Id]:
        """Return the ids of some people."""
        return [raw.decode() for raw in self.ids[persons].tolist()]

    def speaking(self, languages: Sequence[str]) -> Persons:
        """Return who is told in one of these languages; BCP 47, "pt" is fitted by "pt-BR"."""
        fits = [any(speaks(own, asked) for own in tongue for asked in languages) for tongue in self.tongues]
        return (
            np.flatnonzero(np.array(fits, dtype=bool)[self.tongue]).astype(np.uint32)
            if fits
            else np.zeros(0, np.uint32)
        )

    def paused(self, at: datetime) -> Bools:
        """Say of each whether they want to be left alone at a moment."""
        return np.asarray(self.paused_until > at.timestamp())


class Rolls:
    """Keeps the latest roll in memory. Those who ask at the same time wait for one another, and not each for their own."""

    def __init__(self) -> None:
        """Have nobody yet."""
        self._lock = threading.Lock()
        self._roll: Roll | None = None

    def __repr__(self) -> str:
        return "Rolls()"

    def at(self, connection: sa.Connection, keys: Keys, *, placed: bool) -> Roll:
        """Return the roll as a connection sees it, or newer. placed: with where everyone is, for which keys are needed."""
        seq = connection.execute(sa.select(sa.func.max(journal.c.seq))).scalar_one() or 0
        with self._lock:
            roll = self._roll
            changed = None if roll is None else _changed(connection, roll.seq)
            if roll is None or changed is None:
                roll = _called(connection, seq)
            elif changed:
                roll = _amended(roll, connection, keys, sorted(changed))
            stands = max(roll.seq, seq)
            if placed and roll.positions is None:
                roll = replace(roll, positions=read_positions(connection, keys, roll.places_of, None))
                stands = seq  # a connection that sees less than the roll: what it missed is looked up again
            self._roll = replace(roll, seq=stands)
            return self._roll

    def let_go(self, persons: Sequence[Id]) -> None:
        """Keep nothing of where some people are, at once: they are forgotten, or took a place back."""
        if not persons:  # most commits: they do not wait for one who calls the roll
            return
        with self._lock:
            if self._roll is not None and self._roll.positions is not None:
                gone = self._roll.numbers(persons)
                self._roll = replace(self._roll, positions=self._roll.positions.without(gone).merged())

    def drop(self) -> None:
        """Keep nothing of anybody."""
        with self._lock:
            self._roll = None


# ---- calling it


def _called(connection: sa.Connection, seq: int) -> Roll:
    ids: list[Column] = []
    columns: list[list[Column]] = [[] for _ in range(4)]
    tongues = _Numbered()
    asked = connection.execute(_people().order_by(_PEOPLE.c.id))
    for part in asked.partitions(_AT_ONCE):
        ids.append(np.array([row.id.encode() for row in part]))
        for column, values in zip(columns, _columns(part, tongues), strict=True):
            column.append(values)
    if not ids:
        ids.append(np.zeros(0, dtype="S26"))
        for column, values in zip(columns, _columns([], tongues), strict=True):
            column.append(values)
    every = np.concatenate(ids)
    organisation, forgotten, paused, tongue = (np.concatenate(column) for column in columns)
    bare = Roll(
        seq=seq,
        ids=every,
        first=len(every),
        organisation=organisation,
        forgotten=forgotten,
        paused_until=paused,
        agreed=np.zeros(len(every), dtype=np.uint8),
        tongue=tongue,
        route=np.zeros(len(every), dtype=np.uint32),
        tongues=tongues.things(),
    )
    return _reached(bare, connection, None)


def _people() -> sa.Select[Any]:
    table = _PEOPLE.c
    return sa.select(table.id, table.person_kind, table.forgotten, table.languages, table.paused_at, table.paused_until)


def _columns(part: Sequence[Any], tongues: "_Numbered") -> tuple[Column, ...]:
    return (
        np.array([row.person_kind == PersonKind.ORGANISATION.value for row in part], dtype=bool),
        np.array([row.forgotten for row in part], dtype=bool),
        np.array([_paused_until(row) for row in part], dtype=np.int64),
        np.array([tongues.number(_tongue(row.languages)) for row in part], dtype=np.uint32),
    )


def _paused_until(row: Any) -> int:
    if row.paused_at is None:
        return NEVER
    return EVER.max if row.paused_until is None else -int(-row.paused_until.timestamp() // 1)


class _Numbered:
    """Numbers for the few different things that many people have. first: what has the numbers from 0."""

    def __init__(self, first: Sequence[tuple[str, ...]] = ()) -> None:
        self._numbers = {one: number for number, one in enumerate(first)}

    def number(self, thing: tuple[str, ...]) -> int:
        return self._numbers.setdefault(thing, len(self._numbers))

    def things(self) -> tuple[tuple[str, ...], ...]:
        return tuple(self._numbers)


@lru_cache(maxsize=4_096)
def _tongue(text: str) -> tuple[str, ...]:
    return tuple(read_json(text, list[str]))


def _reached(roll: Roll, connection: sa.Connection, persons: Sequence[Id] | None) -> Roll:
    """Return a roll that knows by which ways people are reached, and what they agreed to. persons: whose; None: all."""
    route, agreed, routes = roll.route.copy(), roll.agreed.copy(), _Numbered(roll.routes)
    contacts = sa.select(_CONTACTS.c.person, _CONTACTS.c.channel).order_by(
        _CONTACTS.c.person, _CONTACTS.c.order, _CONTACTS.c.id
    )
    used = contacts.where(_CONTACTS.c.stands == ContactStands.ACTIVE.value)
    for part in _by_person(connection, used, _CONTACTS.c.person, persons):
        ways = [routes.number(tuple(dict.fromkeys(row.channel for row in own))) for _, own in part]
        _put(route, roll, [person for person, _ in part], ways)
    consents = sa.select(_CONSENTS.c.person, _CONSENTS.c.withdrawn_at).order_by(_CONSENTS.c.person)
    for part in _by_person(connection, consents.where(_CONSENTS.c.to == WARNED), _CONSENTS.c.person, persons):
        stand = [AGREED if any(row.withdrawn_at is None for row in own) else TAKEN_BACK for _, own in part]
        _put(agreed, roll, [person for person, _ in part], stand)
    return replace(roll, route=route, agreed=agreed, routes=routes.things())


def _put(column: Column, roll: Roll, persons: Sequence[bytes], values: Sequence[int]) -> None:
    places = roll.places_of(np.array(persons))
    known = places >= 0
    column[places[known]] = np.array(values)[known]


def _by_person(
    connection: sa.Connection, question: sa.Select[Any], column: Any, persons: Sequence[Id] | None
) -> Iterator[list[tuple[bytes, list[Any]]]]:
    """Yield what a question that is sorted by person finds, person by person, in parts. persons: whose; None: all."""
    asked = [question] if persons is None else [question.where(column.in_(part)) for part in _some(persons)]
    for one in asked:
        found = groupby(connection.execute(one), key=lambda row: row.person)
        while part := [(person.encode(), list(own)) for person, own in islice(found, _AT_ONCE)]:
            yield part


def _some(ids: Sequence[Id]) -> Iterator[Sequence[Id]]:
    for start in range(0, len(ids), IN_ONE_ASKING):
        yield ids[start : start + IN_ONE_ASKING]


# ---- keeping it up to date


def _changed(connection: sa.Connection, seq: int) -> set[Id] | None:
    """Return of whom something has changed since a fact; None: of so many that the roll is better called anew."""
    found = connection.execute(
        sa.select(journal.c.kind, journal.c.subject)
        .where(journal.c.seq > seq, journal.c.kind.in_(tuple(_KINDS)))
        .limit(_ANEW + 1)
    ).all()
    if len(found) > _ANEW:
        return None
    changed = {row.subject for row in found if _KINDS[row.kind] is Person}
    for kind in _HANGING:
        table = state_table(kind)
        for part in _some([row.subject for row in found if _KINDS[row.kind] is kind]):
            changed.update(connection.execute(sa.select(table.c.person).where(table.c.id.in_(part))).scalars())
    return changed


def _amended(roll: Roll, connection: sa.Connection, keys: Keys, persons: Sequence[Id]) -> Roll:
    """Return a roll in which some people stand as they do now."""
    rows = [row for part in _some(persons) for row in connection.execute(_people().where(_PEOPLE.c.id.in_(part)))]
    tongues = _Numbered(roll.tongues)
    wider = _with_room(roll, [row.id.encode() for row in rows])
    if rows:
        places = wider.places_of(np.array([row.id.encode() for row in rows]))
        columns: tuple[Column, ...] = (wider.organisation, wider.forgotten, wider.paused_until, wider.tongue)
        for column, values in zip(columns, _columns(rows, tongues), strict=True):
            column[places] = values
        wider.route[places], wider.agreed[places] = 0, UNASKED
    amended = _reached(replace(wider, tongues=tongues.things()), connection, persons)
    if amended.positions is None:
        return amended
    moved = read_positions(connection, keys, amended.places_of, persons)
    return replace(amended, positions=amended.positions.without(amended.numbers(persons)).joined(moved))


def _with_room(roll: Roll, ids: Sequence[bytes]) -> Roll:
    """Return a copy of a roll, with places for those who are new."""
    new = [one for one, place in zip(ids, roll.places_of(np.array(ids)), strict=True) if place < 0] if ids else []

    def wider(column: Column, fill: int) -> Column:
        return np.concatenate([column, np.full(len(new), fill, dtype=column.dtype)])

    return replace(
        roll,
        ids=np.concatenate([roll.ids, np.array(new)]) if new else roll.ids,
        organisation=wider(roll.organisation, 0),
        forgotten=wider(roll.forgotten, 0),
        paused_until=wider(roll.paused_until, NEVER),
        agreed=wider(roll.agreed, UNASKED),
        tongue=wider(roll.tongue, 0),
        route=wider(roll.route, 0),
        later=roll.later | {one: len(roll) + index for index, one in enumerate(new)},
    )
