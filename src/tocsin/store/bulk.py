"""Many rows at once. A bulk import writes some twenty rows for each person, and what costs is not the disc but each row's way.

SQLAlchemy handles each value of each row by itself; here a table is looked at once, and the driver is handed tuples.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from tocsin.store.columns import Moment, moment_text


def insert_many(
    connection: sa.Connection, table: sa.Table, rows: Sequence[Mapping[str, Any]], or_else: str = ""
) -> None:
    """Insert rows, each with the same columns as the first. or_else: what to do where one is there already, as SQL says it."""
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name != "sqlite":
        connection.execute(sa.text(_statement(table, names, tuple(f":{name}" for name in names), or_else)), list(rows))
        return
    statement = _statement(table, names, ("?",) * len(names), or_else)
    columns = _columns(table, names)
    connection.exec_driver_sql(
        statement, [tuple([_text(row[name]) if moment else row[name] for name, moment in columns]) for row in rows]
    )


@cache
def _statement(table: sa.Table, names: tuple[str, ...], places: tuple[str, ...], or_else: str) -> str:
    spelt = ", ".join(f'"{name}"' for name in names)
    return f'INSERT INTO "{table.name}" ({spelt}) VALUES ({", ".join(places)}) {or_else}'


@cache
def _columns(table: sa.Table, names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    return tuple((name, isinstance(table.c[name].type, Moment)) for name in names)


def _text(value: Any) -> Any:
    return None if value is None else moment_text(value)
