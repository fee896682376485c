"""States as rows: one table a kind of state, one column a field, so that a person with a SQL prompt sees how things stand."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased, State
from tocsin.basis.foreign import fitted, read_json
from tocsin.basis.ids import Id
from tocsin.store.bulk import insert_many
from tocsin.store.columns import Field, Moment, fields
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table

T = TypeVar("T", bound=msgspec.Struct)

_encode = msgspec.json.Encoder(order="sorted").encode


@cache
def _fields(kind: type[State]) -> tuple[Field, ...]:
    return fields(kind)


@cache
def _read_as(kind: type[State]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the columns of a row in its order; which of them are sealed; and which hold JSON."""
    names = tuple(str(column.name) for column in state_table(kind).c)
    personal = tuple(field.name for field in _fields(kind) if field.personal)
    return names, personal, tuple(field.name for field in _fields(kind) if field.json)


def encode(state: State, keys: Keys) -> dict[str, Any]:
    """Return the columns of a state."""
    owner = str(getattr(state, state.person_field))
    columns: dict[str, Any] = {}
    for field in _fields(type(state)):
        value = getattr(state, field.name)
        if field.personal:
            columns[field.name] = keys.seal(owner, value, f"{state.id}.{field.name}")
        elif field.json:
            columns[field.name] = None if value is None else _encode(value).decode()
        else:
            columns[field.name] = value
    return columns


def decode(kind: type[State], row: sa.Row[Any], keys: Keys) -> Any:
    """Return the state that a row holds.

    Raises:
        Broken: the row holds something else.
    """
    names, personal, listed = _read_as(kind)
    columns = dict(zip(names, row, strict=True))
    owner = str(columns[kind.person_field])
    for name in personal:
        opened = keys.open(owner, columns[name], f"{columns['id']}.{name}")
        columns[name] = {"type": "erased"} if isinstance(opened, Erased) else opened
    try:
        for name in listed:
            if columns[name] is not None:
                columns[name] = () if columns[name] == "[]" else read_json(columns[name])
        return fitted(columns, kind)
    except (Refused, msgspec.MsgspecError) as error:
        raise Broken(f"{state_table(kind).name} {row.id} cannot be read: {str(error).rstrip('.')}.") from error


@cache
def _asked(kind: type[State]) -> sa.Select[Any]:
    """Return what asks for the rows of a kind of state. Moments come as they are kept: decode makes them faster than SQLAlchemy."""
    return sa.select(*map(_as_kept, state_table(kind).c))


def _as_kept(column: Any) -> Any:
    return sa.type_coerce(column, sa.Text).label(column.name) if isinstance(column.type, Moment) else column


def load(connection: sa.Connection, kind: type[State], id: Id, keys: Keys) -> Any:
    """Return the state of that id, or None."""
    row = connection.execute(_by_id(kind), {"its_id": id}).one_or_none()
    return None if row is None else decode(kind, row, keys)


@cache
def _by_id(kind: type[State]) -> sa.Select[Any]:
    table = state_table(kind)
    return _asked(kind).where(table.c.id == sa.bindparam("its_id"))


def each(connection: sa.Connection, kind: type[State]) -> list[Any]:
    """Return the rows of a kind of state as they stand, unread."""
    return list(connection.execute(sa.select(state_table(kind))))


def select(connection: sa.Connection, kind: type[State], keys: Keys, *where: Any, order: str = "id") -> list[Any]:
    """Return the states that the conditions pick, in the order of one column."""
    table = state_table(kind)
    found = connection.execute(_asked(kind).where(*where).order_by(table.c[order], table.c.id))
    return [decode(kind, row, keys) for row in found.all()]


def holding(
    connection: sa.Connection, kind: type[State], keys: Keys, holds: Mapping[str, Any], order: str = "id"
) -> list[Any]:
    """Return the states whose columns hold these values, in the order of one column."""
    question = _holding(kind, tuple((name, value is None) for name, value in holds.items()), order)
    return [decode(kind, row, keys) for row in connection.execute(question, dict(holds)).all()]


@cache
def _holding(kind: type[State], names: tuple[tuple[str, bool], ...], order: str) -> sa.Select[Any]:
    """Return a question that is asked again and again, put together once. names: of each, whether it is to hold nothing."""
    table = state_table(kind)
    where = [table.c[name].is_(None) if nothing else table.c[name] == sa.bindparam(name) for name, nothing in names]
    return _asked(kind).where(*where).order_by(table.c[order], table.c.id)


def due(connection: sa.Connection, kind: type[State], keys: Keys, now: datetime) -> list[Any]:
    """Return the states whose time has come, the longest waiting first."""
    return [decode(kind, row, keys) for row in connection.execute(_due(kind), {"now": now}).all()]


@cache
def _due(kind: type[State]) -> sa.Select[Any]:
    table = state_table(kind)
    return _asked(kind).where(table.c.due <= sa.bindparam("now")).order_by(table.c.due, table.c.id)


def naming(
    connection: sa.Connection, kind: type[State], keys: Keys, column: str, one: Id, holds: Mapping[str, Any]
) -> list[Any]:
    """Return the states that have something in a list which one column is, and whose other columns hold these values."""
    table = state_table(kind)
    listed = sa.func.json_each(table.c[column]).table_valued("value")
    named = sa.exists(sa.select(listed.c.value).where(listed.c.value == one))
    return select(connection, kind, keys, *(table.c[name] == value for name, value in holds.items()), named)


def part(
    connection: sa.Connection, kind: type[State], keys: Keys, *where: Any, order: str, skip: int, most: int
) -> list[Any]:
    """Return so many states at most of those that the conditions pick, the latest by one column first. skip: so many before."""
    table = state_table(kind)
    asked = _asked(kind).where(*where).order_by(table.c[order].desc(), table.c.id.desc())
    return [decode(kind, row, keys) for row in connection.execute(asked.offset(skip).limit(most)).all()]


def some_columns(connection: sa.Connection, kind: type[State], form: type[T], *where: Any, order: str) -> list[T]:
    """Return only what a form has of the states that the conditions pick, in the order of one column.

    form: its fields are among those of the state, and none of them is sealed. What it leaves out is not read.

    Raises:
        Broken: a row holds something else.
    """
    table = state_table(kind)
    lists = {field.name for field in _fields(kind) if field.json}
    asked = sa.select(*(_as_kept(table.c[name]) for name in form.__struct_fields__))
    found: list[T] = []
    for row in connection.execute(asked.where(*where).order_by(table.c[order], table.c.id)):
        try:
            columns = {
                name: read_json(value) if name in lists and value is not None else value
                for name, value in zip(form.__struct_fields__, row, strict=True)
            }
            found.append(fitted(columns, form))
        except (Refused, msgspec.MsgspecError) as error:
            raise Broken(f"A row of {table.name} cannot be read: {str(error).rstrip('.')}.") from error
    return found


IN_ONE_ASKING = 500


def some(connection: sa.Connection, kind: type[State], ids: Sequence[Id], keys: Keys) -> dict[Id, Any]:
    """Return the states of these ids, by id; those that do not exist are left out."""
    if len(ids) == 1:  # as nearly always
        one = load(connection, kind, ids[0], keys)
        return {} if one is None else {ids[0]: one}
    return {state.id: state for state in which(connection, kind, "id", ids, keys)}


def which(connection: sa.Connection, kind: type[State], column: str, values: Sequence[str], keys: Keys) -> list[Any]:
    """Return the states of which one column holds one of these values."""
    question = _which(kind, column)
    found = (row for some in in_parts(values) for row in connection.execute(question, {"held": list(some)}).all())
    return [decode(kind, row, keys) for row in found]


@cache
def _which(kind: type[State], column: str) -> sa.Select[Any]:
    """Return a question that is asked again and again, put together once."""
    table = state_table(kind)
    held = sa.bindparam("held", expanding=True, type_=table.c[column].type)
    return _asked(kind).where(table.c[column].in_(held)).order_by(table.c.id)


def in_parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield so many of some values at a time as are asked for at once."""
    for start in range(0, len(values), IN_ONE_ASKING):
        yield values[start : start + IN_ONE_ASKING]


def save(
    connection: sa.Connection, kind: type[State], states: Iterable[State], known: Collection[Id], keys: Keys
) -> None:
    """Write states of one kind: over what stood there for the known ids, anew for the others."""
    table = state_table(kind)
    encoded = [encode(state, keys) for state in states]
    fresh = [columns for columns in encoded if columns["id"] not in known]
    insert_many(connection, table, fresh)
    for columns in encoded:
        if columns["id"] in known:
            connection.execute(_over(kind), columns | {"its_id": columns["id"]})


@cache
def _over(kind: type[State]) -> sa.Update:
    table = state_table(kind)
    return table.update().where(table.c.id == sa.bindparam("its_id"))
