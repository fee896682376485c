"""Which levels were in force: the question to the rows and the rule in words say the same, whatever was planned or played."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tocsin.store import database, levels, migrate, rows
from tocsin.store.keys import NoKeys
from tocsin.warning.advisory import place
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.ladder import Ladder


@pytest.fixture(name="empty", scope="module")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    made = database.open_writer(tmp_path_factory.mktemp("levels"))
    migrate.upgrade(made)
    yield made
    made.dispose()


START = datetime(2026, 1, 1, tzinfo=UTC)
EVENTS = st.tuples(st.integers(0, 9), st.integers(0, 9), st.none() | st.integers(0, 9), st.booleans())


@given(st.lists(EVENTS, max_size=6), st.integers(0, 20))
def test_the_question_to_the_rows_is_what_the_rule_says(
    empty: sa.Engine, events: list[tuple[int, int, int | None, bool]], day: int
) -> None:
    at = START + timedelta(days=day)
    every = [
        Advisory(
            id=f"{number}", country="FR", level=1, previous_level=None, title="", text="", reasons=(), author="a",
            approver="b", issued_at=START + timedelta(days=issued), effective_at=START + timedelta(days=issued + ahead),
            withdrawn_at=None if withdrawn is None else START + timedelta(days=issued + withdrawn), review_at=START,
            language="en", threat=None, ladder=Ladder(), groups=(), persons=(), exercise=exercise,
        )
        for number, (issued, ahead, withdrawn, exercise) in enumerate(events)
    ]  # fmt: skip
    with empty.connect() as connection, connection.begin() as all_of_it:
        rows.save(connection, Advisory, every, (), NoKeys())
        found = set(connection.execute(levels.in_force(at)).scalars())
        all_of_it.rollback()
    assert found == {one.id for one in place.in_force(every, at)}
    assert len(found) <= 1
