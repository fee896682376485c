"""Bringing the tables up to this Tocsin's version, forward only. Alembic is loaded only when there is something to do.

A new directory gets its tables at once, from a file that holds what all the migrations together come to.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from tocsin.basis.errors import Refused
from tocsin.store.database import FILE

HEAD = "0060"
SCHEMA = Path(__file__).parent / "schema"
WHOLE = SCHEMA / "whole.sql"
"""Written by tools/tables.py from the migrations. Its first line names the version it stands for."""


def upgrade(engine: sa.Engine) -> None:
    """Run the migrations that are missing.

    Raises:
        Refused: the tables are those of a later Tocsin.
    """
    if _version(engine) == HEAD:
        return
    if not _lay_whole(engine):
        migrate(engine, "head")


def migrate(engine: sa.Engine, version: str) -> None:
    """Run the migrations up to this version, one after the other.

    Raises:
        Refused: the tables are those of a later Tocsin.
    """
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCHEMA))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, version)
        except CommandError as error:
            raise Refused(f"{FILE} was written by another Tocsin ({error}). Open it with that one.") from error


def whole(engine: sa.Engine) -> str:
    """Return what lays tables like these, as WHOLE holds it."""
    made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
    with engine.begin() as connection:
        statements = connection.execute(sa.text(made)).scalars().all()
    return "".join(f"{statement};\n\n" for statement in (_first_line(HEAD), *statements))


def _first_line(version: str) -> str:
    return f"-- The tables of version {version}, written by tools/tables.py"


def _lay_whole(engine: sa.Engine) -> bool:
    """Make the tables where there are none yet, and say whether that was so and they are those of this version."""
    first, *statements = WHOLE.read_text().removesuffix(";\n\n").split(";\n\n")
    with engine.begin() as connection:
        if first != _first_line(HEAD) or _names(connection):
            return False
        line: Any = connection.connection.driver_connection
        for statement in statements:  # two hundred, each said once: SQLAlchemy would take as long over them as SQLite
            line.execute(statement)
        connection.execute(sa.text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": HEAD})
    return True


def _names(connection: sa.Connection) -> set[str]:
    return set(connection.execute(sa.text("SELECT name FROM sqlite_master")).scalars())


def _version(engine: sa.Engine) -> str | None:
    with engine.begin() as connection:
        if "alembic_version" not in _names(connection):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
