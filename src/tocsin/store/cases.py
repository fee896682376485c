"""Listing cases at the desk, so many at a time, the latest opened first; and finding one by what it is called."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.store import rows
from tocsin.store.called import plainly
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table
from tocsin.threat.state import Threat

_THREATS = state_table(Threat)
_GOES_ON = _THREATS.c.ended.is_(None)
_BY_ITSELF = sa.not_(
    _THREATS.c.joined.contains('"into":"')
)  # a quotation mark in anybody's words is written with a stroke


def listed(
    connection: sa.Connection,
    keys: Keys,
    marks: Sequence[Mark],
    person: Id | None,
    most: int,
    after: Threat | None = None,
) -> list[Threat]:
    """Return so many cases at most that may be read: those that nobody has ended, then the others.

    after: the one behind which they begin.
    """
    may = _may(marks, person)
    found: list[Id] = []
    if after is None or after.ended is None:
        found += _ids(connection, most, _GOES_ON, may, *_behind(after))
    if len(found) < most:
        ended = () if after is None or after.ended is None else _behind(after)
        found += _ids(connection, most - len(found), ~_GOES_ON, may, *ended)
    return _read(connection, keys, found)


def looked_after(
    connection: sa.Connection, keys: Keys, marks: Sequence[Mark], person: Id | None, most: int
) -> list[Threat]:
    """Return so many cases at most that may be read, and that somebody looks after by themselves."""
    return _read(connection, keys, _ids(connection, most, _GOES_ON, _BY_ITSELF, _may(marks, person)))


def titled(connection: sa.Connection, keys: Keys, marks: Sequence[Mark], person: Id | None, title: str) -> list[Threat]:
    """Return the cases that may be read and have this title, as called.plainly writes it."""
    there = connection.execute(sa.select(_THREATS.c.id, _THREATS.c.title).where(_may(marks, person)))
    return _read(connection, keys, [id for id, said in there if plainly(said) == title])


def _may(marks: Sequence[Mark], person: Id | None) -> sa.ColumnElement[bool]:
    """Return what holds of the cases of these marks, and of a RED one with this person as its owner or reader."""
    of_marks = _THREATS.c.mark.in_(marks)
    if person is None:
        return of_marks
    named = sa.or_(_THREATS.c.owner == person, _THREATS.c.readers.contains(f'"{person}"', autoescape=True))
    return sa.or_(of_marks, sa.and_(_THREATS.c.mark == Mark.RED, named))


def _read(connection: sa.Connection, keys: Keys, ids: Sequence[Id]) -> list[Threat]:
    there = rows.some(connection, Threat, tuple(ids), keys)
    return [there[id] for id in ids]


def _behind(after: Threat | None) -> tuple[sa.ColumnElement[bool], ...]:
    if after is None:
        return ()
    at, id = _THREATS.c.opened_at, _THREATS.c.id
    return (at <= after.opened_at, sa.or_(at < after.opened_at, id < after.id))


def _ids(connection: sa.Connection, most: int, *where: Any) -> list[Id]:
    question = sa.select(_THREATS.c.id).where(*where)
    latest_first = question.order_by(_THREATS.c.opened_at.desc(), _THREATS.c.id.desc())
    return list(connection.execute(latest_first.limit(most)).scalars())
