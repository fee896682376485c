"""What was told, drafted or decided not to be told, the latest first, and no more of it read than somebody looks at."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from heapq import merge
from typing import Any

import sqlalchemy as sa

from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import TOLD_AT, state_table
from tocsin.warning.notice.state import Notice

AT_ONCE = 60

Place = tuple[datetime, Id]
"""Where in the list something stands: when it went out, or was begun, and its id."""


def latest_told(
    connection: sa.Connection, keys: Keys, kinds: Sequence[type[State]], marks: Sequence[Mark], after: Place | None
) -> Iterator[State]:
    """Yield what there is of these kinds, the latest first; of the notices those of these marks, and the RED ones.

    after: where what it begins behind stands.
    """
    each = [_latest(connection, keys, kind, marks, after) for kind in kinds]
    return (state for _place, state in merge(*each, key=lambda one: one[0], reverse=True))


def _latest(
    connection: sa.Connection, keys: Keys, kind: type[State], marks: Sequence[Mark], after: Place | None
) -> Iterator[tuple[Place, State]]:
    table, at = state_table(kind), TOLD_AT[kind]
    may = [table.c.mark.in_([*marks, Mark.RED])] if kind is Notice else []
    question = sa.select(at, table.c.id).where(*may).order_by(at.desc(), table.c.id.desc()).limit(AT_ONCE)
    while True:
        behind = () if after is None else _behind(at, table.c.id, after)
        places = [(row[0], row[1]) for row in connection.execute(question.where(*behind))]
        there = rows.some(connection, kind, tuple(id for _at, id in places), keys)
        for place in places:
            yield place, there[place[1]]
        if len(places) < AT_ONCE:
            return
        after = places[-1]


def _behind(at: Any, id: Any, after: Place) -> tuple[sa.ColumnElement[bool], ...]:
    return (at <= after[0], sa.or_(at < after[0], id < after[1]))
