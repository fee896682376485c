"""What the database complains of becomes ours, and none of its own words, which may quote what is confidential, goes on."""

import re
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite

from tocsin.basis.errors import Broken, Refused, TocsinError, Unreachable
from tocsin.store.database import copy_line, open_writer, ours

SECRET = "the miller of Sorel, full, locked"
TABLE = f"CREATE TABLE told (who TEXT UNIQUE, CHECK (who <> '{SECRET}'))"


def said(do: Callable[[], Any]) -> TocsinError:
    with pytest.raises(TocsinError) as told, ours():
        do()
    whole = "".join(traceback.format_exception(told.value))
    assert not any(word in whole for word in ("miller", "Sorel")), whole
    return told.value


@pytest.mark.parametrize(
    ("statement", "values", "sentence"),
    [
        pytest.param("INSERT INTO told VALUES (?)", (SECRET,), r"breaks a rule .*SQLITE_CONSTRAINT", id="a check"),
        pytest.param("INSERT INTO told VALUES (?)", ("Ann",), r"breaks a rule .*SQLITE_CONSTRAINT", id="a row twice"),
        pytest.param(f"SELEC '{SECRET}'", (), r"did not do .*SQLITE_ERROR", id="a malformed statement"),
        pytest.param(f"SELECT '{SECRET}", (), r"did not do .*SQLITE_ERROR", id="a text without an end"),
        pytest.param("SELECT json(?)", (SECRET,), r"did not do .*SQLITE_ERROR", id="a text that is no JSON"),
        pytest.param("SELECT CAST(x'FF' || ? AS TEXT)", (SECRET,), r"did not do .*OperationalError", id="no UTF-8"),
        pytest.param("SELECT ?, ?", (SECRET,), r"did not do .*ProgrammingError", id="a value too few"),
    ],
)
def test_what_it_refuses_is_told_without_its_own_words(
    tmp_path: Path, statement: str, values: tuple[str, ...], sentence: str
) -> None:
    engine = open_writer(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql("INSERT INTO told VALUES ('Ann')")
    plain = sqlite.connect(tmp_path / "tocsin.db")

    def by_engine() -> None:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement, values).fetchall()

    for do in (by_engine, lambda: plain.execute(statement, values).fetchall()):
        error = said(do)
        assert isinstance(error, Broken)
        assert re.search(sentence, str(error)), str(error)
    plain.close()


def test_a_statement_with_named_values_tells_none_of_them(tmp_path: Path) -> None:
    engine = open_writer(tmp_path)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)

    def twice() -> None:
        with engine.begin() as connection:
            for _ in range(2):
                connection.execute(sa.text("INSERT INTO told VALUES (:who)"), {"who": SECRET[:20]})

    assert isinstance(said(twice), Broken)


@pytest.mark.parametrize("name", ["told_full", "locked", "readonly"])
def test_what_fails_is_known_by_its_class_and_not_by_a_word_in_it(tmp_path: Path, name: str) -> None:
    line = sqlite.connect(tmp_path / "x.db")
    for do in (lambda: line.execute(f"SELECT * FROM {name}"), lambda: line.execute(f"SELECT {name}")):
        error = said(do)
        assert isinstance(error, Refused)
        assert "does not have the tables of this Tocsin." in str(error)
    line.close()


def test_a_disc_that_is_full_read_only_or_gone_may_work_later(tmp_path: Path) -> None:
    assert "cannot be written to" in str(said(lambda: sqlite.connect(tmp_path / "none" / "x.db")))
    file = tmp_path / "x.db"
    line = sqlite.connect(file, isolation_level=None)
    line.execute(TABLE)
    fixed = sqlite.connect(f"file:{file}?mode=ro", uri=True)
    for do in (lambda: fixed.execute("INSERT INTO told VALUES ('Ann')"), lambda: line.backup(fixed)):
        error = said(do)
        assert isinstance(error, Unreachable)
        assert "cannot be written to" in str(error)
    line.execute("BEGIN IMMEDIATE")
    other = sqlite.connect(file, timeout=0, isolation_level=None)
    assert "held by another program" in str(said(lambda: other.execute("BEGIN IMMEDIATE")))
    line.execute("ROLLBACK")
    line.execute("PRAGMA max_page_count = 3")
    assert "The disc is full" in str(said(lambda: line.execute("INSERT INTO told VALUES (zeroblob(99999))")))


def test_a_file_that_is_none_of_ours_is_refused_and_a_damaged_one_is_not_gone_on_with(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    file.write_bytes(b"no database" * 500)
    assert isinstance(said(lambda: sqlite.connect(file).execute("SELECT * FROM sqlite_master")), Refused)
    assert isinstance(said(lambda: copy_line(sqlite.connect(file), tmp_path / "copy")), Refused)
    good = tmp_path / "y.db"
    line = sqlite.connect(good, isolation_level=None)
    line.execute(TABLE)
    line.executemany("INSERT INTO told VALUES (?)", [(f"{n:0400d}",) for n in range(100)])
    line.close()
    raw = bytearray(good.read_bytes())
    raw[4096:] = b"\xa5" * (len(raw) - 4096)
    good.write_bytes(raw)
    error = said(lambda: sqlite.connect(good).execute("SELECT * FROM told").fetchall())
    assert isinstance(error, Broken)
    assert "damaged" in str(error)
