"""Replies that nobody has read yet: counted and picked by the database, so that no page opens all of them."""

from collections.abc import Collection

import msgspec
import sqlalchemy as sa

from tocsin.answer.replies import Reply
from tocsin.basis.ids import Id
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table

_REPLIES = state_table(Reply).name
_ABOUT = f"SELECT DISTINCT a.value FROM {_REPLIES} r, json_each(r.warnings) a WHERE r.decided_at IS NULL"
_COUNT = (
    f"SELECT count(*) FROM {_REPLIES} r WHERE r.decided_at IS NULL "
    "AND EXISTS (SELECT 1 FROM json_each(r.warnings) a WHERE a.value = ?)"
)
_SEEN = "NOT EXISTS (SELECT 1 FROM json_each(r.warnings) a WHERE a.value IN (SELECT value FROM json_each(?)))"
_ALL = f"SELECT count(*) FROM {_REPLIES} r WHERE r.decided_at IS NULL AND {_SEEN}"
_FIRST = f"SELECT r.id FROM {_REPLIES} r WHERE r.decided_at IS NULL AND {_SEEN} ORDER BY r.came_at, r.id LIMIT ?"


def about(connection: sa.Connection) -> list[Id]:
    """Return which warnings the replies may be about that nobody has read."""
    return [str(one) for (one,) in connection.exec_driver_sql(_ABOUT)]


def count(connection: sa.Connection, warning: Id) -> int:
    """Return how many replies nobody has read that may be about a warning."""
    return int(connection.exec_driver_sql(_COUNT, (warning,)).scalar_one())


def count_all(connection: sa.Connection, hidden: Collection[Id]) -> int:
    """Return how many replies nobody has read. hidden: warnings of which none of them may be about any."""
    return int(connection.exec_driver_sql(_ALL, (_listed(hidden),)).scalar_one())


def first(connection: sa.Connection, keys: Keys, hidden: Collection[Id], most: int) -> list[Reply]:
    """Return the replies that nobody has read, the oldest first. hidden: as for count_all. most: how many at most."""
    ids = [str(one) for (one,) in connection.exec_driver_sql(_FIRST, (_listed(hidden), most))]
    found = rows.some(connection, Reply, ids, keys)
    return [found[one] for one in ids]


def _listed(ids: Collection[Id]) -> str:
    return msgspec.json.encode(sorted(ids)).decode()
