"""A directory that an earlier Tocsin filled is brought up to this one, and its rows are as its journal tells."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite

from tocsin.delivery.echo import Echo
from tocsin.flow.threat import weigh
from tocsin.people.facts import PersonForgotten
from tocsin.store.database import open_writer
from tocsin.store.migrate import HEAD, WHOLE, migrate, upgrade, whole
from tocsin.testing.town import Town
from tocsin.threat.state import Threat

# An earlier window has none of these.
LATER = ("ran_out_at", "ahead_s", "closed_at", "closed_by", "closed_how", "closed_why")


def make_tables(data: Path, version: str) -> None:
    """Make the tables of an earlier version in a directory."""
    data.mkdir()
    engine = open_writer(data)
    migrate(engine, version)
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
        if table == "results":  # there each place had a row of its own
            columns = columns.replace('"seq"', "row_number() OVER (ORDER BY seq)", 1)
        line.execute(f"INSERT INTO main.{table} ({names}) SELECT {columns} FROM filled.{table}")
    line.execute("UPDATE main.person_states SET languages = '[\"fr\"]' WHERE forgotten")  # as an earlier fold left it
    unknown = ", ".join(f"'$.{name}'" for name in LATER)
    for table in ("alert_states", "notice_states"):
        line.execute(f"UPDATE main.{table} SET window = json_remove(window, {unknown}) WHERE window IS NOT NULL")
    line.commit()
    line.close()


def take_back(home: Path, old: Path, version: str) -> None:
    """Make a directory what an earlier Tocsin would have left."""
    make_tables(old, version)
    pour(home / "tocsin.db", old / "tocsin.db")
    for name in ("tocsin.db-wal", "tocsin.db-shm"):
        (home / name).unlink(missing_ok=True)
    (old / "tocsin.db").replace(home / "tocsin.db")


def test_a_new_directory_gets_at_once_what_all_the_migrations_together_come_to(tmp_path: Path) -> None:
    make_tables(tmp_path / "step by step", "head")
    (tmp_path / "at once").mkdir()
    step_by_step, at_once = (open_writer(tmp_path / name) for name in ("step by step", "at once"))
    upgrade(at_once)
    assert WHOLE.read_text() == whole(step_by_step) == whole(at_once), "say tools/tables.py"
    for engine in (step_by_step, at_once):
        with engine.begin() as connection:
            names = connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
            filled = {name for name in names if connection.execute(sa.text(f'SELECT 1 FROM "{name}"')).first()}
            assert filled == {"alembic_version"}, "no migration puts a row where there was none"
            assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalars().all() == [HEAD]
        engine.dispose()


def test_tables_of_a_version_that_is_not_yet_written_down_are_made_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = tmp_path / "earlier.sql"
    earlier.write_text(WHOLE.read_text().replace(HEAD, "0001", 1))
    monkeypatch.setattr("tocsin.store.migrate.WHOLE", earlier)
    engine = open_writer(tmp_path)
    upgrade(engine)
    assert whole(engine) == WHOLE.read_text()
    engine.dispose()


@pytest.fixture
def undated_cases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cases are opened as before version 0028, and nobody gives them a next step."""
    monkeypatch.setattr("tocsin.flow.threat.weigh.open_case", lambda threat: threat)
    monkeypatch.setattr("tocsin.flow.threat.dates.date_cases", lambda *_: None)


def test_people_of_the_first_tables_stand_as_their_journal_tells(tmp_path: Path) -> None:
    home = tmp_path / "town"
    with Town(home) as town:
        town.group("the mill", ["Ann", "Bell"])
        town.person("Cob")
        gone = PersonForgotten(subject=town.id("Cob"), occurred_at=town.now, why="Asked")  # all that was said then
        town.app.store.commit([gone], at=town.now, by="console", command="forget Cob")
        town.pass_time(minutes=5)
        town.reconcile()
    take_back(home, tmp_path / "old", "0001")
    with Town(home) as town:
        town.reconcile()
        town.person("Dee")
        town.reconcile()
    engine = open_writer(home)
    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one() == HEAD
    engine.dispose()


@pytest.mark.usefixtures("undated_cases")
def test_results_of_one_place_each_say_what_they_said_as_notes(tmp_path: Path) -> None:
    """The root of each batch, and what was heard back, are as they were committed to; and it goes on from there."""
    home = tmp_path / "town"
    with Town(home) as town:
        town.person("Ann")
        town.duty_officer.issues_alert(to=["Ann"])
        echo = Echo(
            channel="mail",
            message=town.phone("Ann").last_call.id,
            said="delivered",
            for_good=False,
            detail="It says so.",
            at=town.now,
        )
        town.app.store.add_echoes([echo])
        town.work()
        town.lines.goes_down(times=1)
        town.group("the mill", ["Bell", "Cob", "Dee"])
        town.duty_officer.issues_alert(groups=["the mill"])
        town.pass_time(minutes=5)
        town.reconcile()
    before = said(home)
    assert {"delivered", "failed", "accepted"} <= {stands for _, _, stands, *_ in before}
    take_back(home, tmp_path / "old", "0006")
    assert said(home) == before, "the earlier tables hold the same"
    with Town(home) as town:
        assert said(home) == before
        assert len(set(numbers(home))) == len(before), "each row is a note"
        town.reconcile()
        town.duty_officer.issues_alert(groups=["the mill"])
        town.pass_time(minutes=1)
        town.reconcile()
    assert said(home)[: len(before)] == before


@pytest.mark.usefixtures("undated_cases")
def test_windows_that_ran_out_before_that_was_kept_say_when_they_did(tmp_path: Path) -> None:
    home = tmp_path / "town"
    with Town(home) as town:
        told = [town.duty_officer.issues_alert(hours=1), town.duty_officer.issues_notice(to="the miller", hours=1)]
        holds = town.duty_officer.issues_alert(hours=48)
        town.pass_time(hours=3)
        town.reconcile()
        ids = [town.id(name) for name in (*told, holds)]
        before = [windows(home, id) for id in ids]
    take_back(home, tmp_path / "old", "0013")  # a notice has a deadline, for which there was no table before
    assert not any("ran_out_at" in windows(home, id) for id in ids), "the earlier rows do not tell"
    with Town(home) as town:
        assert [windows(home, id) for id in ids] == before
        town.reconcile()
    assert all(window["ran_out_at"] == window["ends"] for window in before[:2])


def test_what_was_unlinked_before_that_was_kept_is_known(tmp_path: Path) -> None:
    home = tmp_path / "town"
    with Town(home) as town:
        case, by = town.id(town.case()), town.watch_officer.id
        items = [town.id(town.report(words)) for words in ("second thoughts", "first thoughts")]
        for words in ("second thoughts", "first thoughts"):
            town.bears_on_the_case(words)
        for item in items:
            weigh.unlink_evidence(
                town.house, case, item, "Something else", by=by, command=f"unlink:{item}", now=town.now
            )
        town.reconcile()
    take_back(home, tmp_path / "old", "0049")
    with Town(home) as town:
        town.reconcile()
        with town.app.store.look() as look:
            assert look.get(Threat, case).unlinked == tuple(items)


def windows(home: Path, warning: str) -> dict[str, object]:
    """Return what the row of an alert or a notice holds of its window, without what is none."""
    line = sqlite.connect(home / "tocsin.db")
    every = "SELECT id, window FROM alert_states UNION ALL SELECT id, window FROM notice_states"
    ((kept,),) = line.execute(f"SELECT window FROM ({every}) WHERE id = ?", (warning,)).fetchall()
    line.close()
    return {name: value for name, value in json.loads(kept).items() if value not in (None, "")}


def said(home: Path) -> list[tuple[object, ...]]:
    """Return what the result log says, place by place."""
    line = sqlite.connect(home / "tocsin.db")
    found = line.execute("SELECT batch, position, stands, at, attempt, detail, again, echo FROM results ORDER BY seq")
    rows: list[tuple[object, ...]] = found.fetchall()
    line.close()
    return rows


def numbers(home: Path) -> list[int]:
    """Return under which numbers it does."""
    line = sqlite.connect(home / "tocsin.db")
    found = [seq for (seq,) in line.execute("SELECT seq FROM results")]
    line.close()
    return found
