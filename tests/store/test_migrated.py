"""A directory that an earlier Tocsin filled is brought up to this one, and its rows are as its journal tells."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from pysqlite3 import dbapi2 as sqlite

import tocsin.store
from tocsin.people.facts import PersonForgotten
from tocsin.store.database import open_writer
from tocsin.store.migrate import HEAD
from tocsin.testing.town import Town


def make_tables(data: Path, version: str) -> None:
    """Make the tables of an earlier version in a directory."""
    data.mkdir()
    config = Config()
    config.set_main_option("script_location", str(Path(tocsin.store.__file__).parent / "schema"))
    engine = open_writer(data)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, version)
    engine.dispose()


def pour(source: Path, target: Path) -> None:
    """Copy what the earlier tables have room for."""
    line = sqlite.connect(target)
    line.execute("ATTACH ? AS filled", (str(source),))
    for (table,) in line.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall():
        if table in ("alembic_version", "sqlite_sequence"):
            continue
        then = [row[1] for row in line.execute(f"PRAGMA main.table_info({table})")]
        today = {row[1] for row in line.execute(f"PRAGMA filled.table_info({table})")}
        names = ", ".join(f'"{name}"' for name in then)
        columns = ", ".join(f'"{name}"' if name in today else "0" for name in then)
        line.execute(f"INSERT INTO main.{table} ({names}) SELECT {columns} FROM filled.{table}")
    line.execute("UPDATE main.person_states SET languages = '[\"fr\"]' WHERE forgotten")  # as an earlier fold left it
    line.commit()
    line.close()


def test_people_of_the_first_tables_stand_as_their_journal_tells(tmp_path: Path) -> None:
    home = tmp_path / "town"
    with Town(home) as town:
        town.group("the mill", ["Ann", "Bell"])
        town.person("Cob")
        gone = PersonForgotten(subject=town.id("Cob"), occurred_at=town.now, why="Asked")  # all that was said then
        town.app.store.commit([gone], at=town.now, by="console", command="forget Cob")
        town.pass_time(minutes=5)
        town.reconcile()
    make_tables(tmp_path / "old", "0001")
    pour(home / "tocsin.db", tmp_path / "old" / "tocsin.db")
    for name in ("tocsin.db-wal", "tocsin.db-shm"):
        (home / name).unlink(missing_ok=True)
    (tmp_path / "old" / "tocsin.db").replace(home / "tocsin.db")
    with Town(home) as town:
        town.reconcile()
        town.person("Dee")
        town.reconcile()
    engine = open_writer(home)
    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD
    engine.dispose()
