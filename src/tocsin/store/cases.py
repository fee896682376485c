"""Listing cases at the desk: those that nobody has ended first, and of both the latest opened, so many at a time."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table
from tocsin.threat.state import Threat

_THREATS = state_table(Threat)
_GOES_ON = _THREATS.c.ended.is_(None)


def listed(
    connection: sa.Connection,
    keys: Keys,
    marks: Sequence[Mark],
    person: Id | None,
    most: int,
    after: Threat | None = None,
) -> list[Threat]:
    """Return so many cases at most that are of these marks, or RED with a person as their owner or reader.

    after: the one behind which they begin.
    """
    may: sa.ColumnElement[bool] = _THREATS.c.mark.in_(marks)
    if person is not None:
        named = sa.or_(_THREATS.c.owner == person, _THREATS.c.readers.contains(f'"{person}"', autoescape=True))
        may = sa.or_(may, sa.and_(_THREATS.c.mark == Mark.RED, named))
    found: list[Id] = []
    if after is None or after.ended is None:
        found += _ids(connection, most, _GOES_ON, may, *_behind(after))
    if len(found) < most:
        ended = () if after is None or after.ended is None else _behind(after)
        found += _ids(connection, most - len(found), ~_GOES_ON, may, *ended)
    there = rows.some(connection, Threat, tuple(found), keys)
    return [there[id] for id in found]


def _behind(after: Threat | None) -> tuple[sa.ColumnElement[bool], ...]:
    if after is None:
        return ()
    at, id = _THREATS.c.opened_at, _THREATS.c.id
    return (at <= after.opened_at, sa.or_(at < after.opened_at, id < after.id))


def _ids(connection: sa.Connection, most: int, *where: Any) -> list[Id]:
    question = sa.select(_THREATS.c.id).where(*where)
    latest_first = question.order_by(_THREATS.c.opened_at.desc(), _THREATS.c.id.desc())
    return list(connection.execute(latest_first.limit(most)).scalars())
