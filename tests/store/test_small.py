"""The small parts of the store: links, secrets, keys, moments, migrations."""

import os
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased
from tocsin.store import database, migrate
from tocsin.store.columns import moment_text
from tocsin.store.keys import Keys
from tocsin.store.links import Links
from tocsin.store.secrets import load_secrets
from tocsin.store.tables import APPEND_ONLY, metadata

LINKS = Links(b"k" * 32)


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_a_link_leads_back_to_its_row_and_to_no_other_house(row: int) -> None:
    token = LINKS.token(row)
    assert LINKS.row(token) == row
    assert Links(b"l" * 32).row(token) is None


def test_links_of_many_rows_are_those_of_each() -> None:
    rows = [0, 7, 2**63 - 1]
    assert LINKS.tokens(rows) == [LINKS.token(row) for row in rows]
    assert LINKS.leaving_tokens(rows) == [LINKS.leaving_token(row) for row in rows]
    assert LINKS.tokens([]) == []


@given(st.integers(min_value=0, max_value=38), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_a_link_with_one_letter_changed_leads_nowhere(place: int, letter: str) -> None:
    token = LINKS.token(7)
    changed = token[:place] + letter + token[place + 1 :]
    assert LINKS.row(changed) in ((7,) if changed == token else (None,))


def test_a_link_has_one_spelling() -> None:
    token = LINKS.token(7)
    others = [token[:-1] + letter for letter in "abcdefghijklmnopqrstuvwxyz234567"] + [token.upper(), f"{token}="]
    assert [other for other in others if LINKS.row(other) is not None] == [token]


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_of_links_stumble(text: str) -> None:
    assert LINKS.row(text) is None


def test_links_of_neighbours_have_nothing_in_common() -> None:
    tokens = [LINKS.token(row) for row in range(200)]
    assert len({token[-8:] for token in tokens}) == 200
    assert len({token[:8] for token in tokens}) == 200


def test_secrets_are_drawn_once_and_kept_from_others(tmp_path: Path) -> None:
    first = load_secrets(tmp_path, os.urandom)
    assert load_secrets(tmp_path, os.urandom) == first
    assert (tmp_path / "record.key").stat().st_mode & 0o777 == 0o600
    assert repr(first) == "Secrets()"
    (tmp_path / "record.key").chmod(0o644)
    with pytest.raises(Refused, match="can be read by others"):
        load_secrets(tmp_path, os.urandom)


def test_a_key_cut_short_is_refused(tmp_path: Path) -> None:
    load_secrets(tmp_path, os.urandom)
    (tmp_path / "links.key").write_bytes(b"short")
    with pytest.raises(Refused, match="5 bytes"):
        load_secrets(tmp_path, os.urandom)


def test_what_is_sealed_opens_only_where_it_was_written(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.db", random.Random(1).randbytes)
    keys.ensure(["ann", "ben"])
    sealed = keys.seal("ann", "Mill Lane 4", "fact.address")
    assert keys.open("ann", sealed, "fact.address") == "Mill Lane 4"
    for person, about in (("ben", "fact.address"), ("ann", "other.address")):
        with pytest.raises(Broken, match="altered"):
            keys.open(person, sealed, about)
    keys.destroy("ann")
    keys.destroy("ann")
    assert keys.open("ann", sealed, "fact.address") == Erased()
    keys.close()
    assert b"ann" not in (tmp_path / "keys.db").read_bytes()


def test_moments_sort_as_text() -> None:
    moments = [datetime(2031, 5, 6, tzinfo=UTC) + timedelta(microseconds=n * 333_333) for n in range(9)]
    assert sorted(map(moment_text, moments)) == list(map(moment_text, moments))
    assert moment_text(datetime(2031, 5, 6, 3, tzinfo=timezone(timedelta(hours=3)))) == "2031-05-06T00:00:00.000000Z"


# An index over what a function returns is not read back from SQLite: that it is used stands in test_latest_told.py.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_the_baseline_makes_the_tables_that_the_code_knows(tmp_path: Path) -> None:
    engine = database.open_writer(tmp_path)
    migrate.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        differences = [d for d in compare_metadata(context, metadata) if "alembic_version" not in str(d)]
    assert differences == []


def test_what_is_append_only_refuses_to_be_rewritten(tmp_path: Path) -> None:
    engine = database.open_writer(tmp_path)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        names = set(connection.execute(sa.text("SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'")).scalars())
    assert names == {table.name for table in APPEND_ONLY}


def test_a_destroyed_key_is_not_in_the_journal_either(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.db", os.urandom)
    keys.ensure([f"person {n}" for n in range(50)])
    raw = keys._read(["person 7"])["person 7"]
    assert raw in (tmp_path / "keys.db").read_bytes()
    keys.destroy("person 7")
    assert (tmp_path / "keys.db-journal").exists(), "kept, so that it can be overwritten in its place"
    for file in tmp_path.iterdir():
        assert raw not in file.read_bytes(), file.name
    keys.close()
