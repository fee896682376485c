"""How the fields of facts and states are written down: moments as sortable text, personal values sealed, lists as JSON."""

import types
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import sqlalchemy as sa

from tocsin.basis.fact import Erased


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment. SQLite keeps it as text of one width, so that it sorts and a person can read it."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Let PostgreSQL keep its own kind of moment."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(sa.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.Text())

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        """Write a moment."""
        if value is None or dialect.name == "postgresql":
            return value
        return moment_text(value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002
        """Read a moment."""
        if value is None or isinstance(value, datetime):
            return value
        return datetime.fromisoformat(value)


def text_of_moment(moment: datetime) -> str:
    """Return a moment as SQLite keeps it: always 27 characters."""
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:26]}Z"


moment_text = lru_cache(maxsize=256)(text_of_moment)
"""The same, remembered: all facts of a commit ask for the same few. Of what comes once it costs more than it saves."""


class Field(msgspec.Struct, frozen=True):
    """One field of a fact or state, and how it is kept."""

    name: str
    personal: bool
    json: bool
    column: Any


PLAIN: dict[type, Any] = {str: sa.Text, bool: sa.Boolean, int: sa.BigInteger, float: sa.Float, datetime: Moment}


def fields(kind: type[msgspec.Struct]) -> tuple[Field, ...]:
    """Return how each field of a struct is kept, in the order of its definition."""
    hints = get_type_hints(kind)
    return tuple(_field(name, hints[name]) for name in kind.__struct_fields__)


def _field(name: str, hint: Any) -> Field:
    options = _options(hint)
    bare = [option for option in options if option is not type(None)]
    if Erased in options:
        return Field(name, personal=True, json=False, column=sa.Column(name, sa.Text, nullable=False))
    nullable = len(bare) < len(options)
    only = bare[0] if len(bare) == 1 else None
    if isinstance(only, type) and issubclass(only, Enum):
        only = str
    if only in PLAIN:
        return Field(name, personal=False, json=False, column=sa.Column(name, PLAIN[only], nullable=nullable))
    return Field(name, personal=False, json=True, column=sa.Column(name, sa.Text, nullable=nullable))


def _options(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
