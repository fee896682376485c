"""What was counted is laid by; a start goes on from there, and what was altered, torn or left out is counted anew."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.store.test_counting import Log
from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import Unreachable
from tocsin.delivery.facts import Errand
from tocsin.store import laying, summary
from tocsin.store.counting import Counting, laid_as
from tocsin.store.database import open_writer
from tocsin.store.laying import Laying, differ
from tocsin.store.shelf import Shelf
from tocsin.store.store import Store
from tocsin.store.summary import Summaries
from tocsin.store.tables import laid_by, metadata
from tocsin.testing.town import Town

KEY = b"k" * 32
COUNTS, ANSWERS = laid_as("w", Errand.WARNING), "answers/1/w"


@pytest.fixture(name="engine", scope="module")
def _engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = open_writer(tmp_path_factory.mktemp("laying"))
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture(name="log")
def _log(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Log]:
    monkeypatch.setattr(laying, "MUCH", 4)
    monkeypatch.setattr(summary, "AT_ONCE", 2)
    with engine.connect() as connection:
        log = Log(connection)
        log.plan("mail", ["Ann", "Ben", "Cem", "Dan", "Eve"])
        for row in range(5):
            log.result("b0", row, "accepted")
            log.link(row)
        yield log
        connection.rollback()


def lay_by(log: Log, shelf: Shelf, counting: Counting | None = None) -> list[str]:
    found = Laying(shelf, counting or Counting(shelf=shelf)).due(log.connection)
    for one in found:
        shelf.lay(log.connection, *one)
    return [name for name, _, _ in found]


def test_what_is_laid_by_is_read_on_from_and_nothing_before_it(log: Log) -> None:
    shelf = Shelf(KEY)
    assert lay_by(log, shelf) == [COUNTS, ANSWERS, ANSWERS, "looked/1"]
    assert list(differ(log.connection, shelf)) == []
    # Gone behind our back: whoever read it again would miss it.
    log.connection.exec_driver_sql("DELETE FROM answers_by_link WHERE log_seq < 5")
    log.plan("sms", ["Fay"])
    log.result("b1", 0, "dead")
    log.link(5)
    log.connection.exec_driver_sql("UPDATE answers_by_link SET answer = 'safe' WHERE person = 'Fay'")
    found = Counting(shelf=shelf).of(log.connection, "w", log.now)
    assert (found.people, sum(many for _, many in found.answered)) == (6, 6)
    summed = Summaries(shelf).of(log.connection, "w")
    assert summed.latest == {AnswerKind.RECEIVED: 5, AnswerKind.SAFE: 1}
    assert len(list(differ(log.connection, shelf))) == 2  # and reconciling says that the logs come to something else


def test_nothing_is_laid_by_twice_nor_while_little_is_new(log: Log) -> None:
    shelf = Shelf(KEY)
    lay_by(log, shelf)
    assert lay_by(log, shelf) == []
    log.link(0)
    assert lay_by(log, shelf) == [ANSWERS, "looked/1"]  # the sixth answer makes another stretch of two full
    assert list(differ(log.connection, shelf)) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"body": b"torn"}, id="torn"),
        pytest.param({"body": "no bytes"}, id="of another kind"),
        pytest.param({"mark": b"x" * 32}, id="under another mark"),
    ],
)
def test_what_was_altered_is_named_and_counted_anew(log: Log, change: dict[str, object]) -> None:
    shelf = Shelf(KEY)
    lay_by(log, shelf)
    for column, value in change.items():
        log.connection.exec_driver_sql(f"UPDATE laid_by SET {column} = ?", (value,))
    assert Counting(shelf=shelf).of(log.connection, "w", log.now).people == 5
    assert Summaries(shelf).of(log.connection, "w").answered == 5
    assert [sentence.split()[5] for sentence in differ(log.connection, shelf)] == [ANSWERS, COUNTS, "looked/1"]


def test_another_directorys_counts_are_none_of_ours(log: Log) -> None:
    lay_by(log, Shelf(b"j" * 32))
    assert list(Shelf(KEY).of(log.connection, COUNTS)) == []


def test_after_a_stretch_that_is_missing_everything_is_read(log: Log) -> None:
    shelf = Shelf(KEY)
    lay_by(log, shelf)
    log.connection.execute(laid_by.delete().where(laid_by.c.name == ANSWERS, laid_by.c.upto == 2))
    assert Summaries(shelf).of(log.connection, "w").answered == 5
    assert list(differ(log.connection, shelf)) == []
    log.link(0)
    lay_by(log, shelf)  # they are all laid by again
    log.connection.exec_driver_sql("DELETE FROM answers_by_link")
    assert Summaries(shelf).of(log.connection, "w").answered == 5


def test_counts_laid_by_that_are_wrong_are_found_by_reconciling(log: Log) -> None:
    shelf, other = Shelf(KEY), Counting()
    name = laid_as("w", Errand.WARNING)
    early = other.laid(log.connection, "w", Errand.WARNING)
    log.connection.exec_driver_sql("UPDATE notes SET stands = 'dead' WHERE seq = (SELECT min(seq) FROM notes)")
    shelf.lay(log.connection, name, 0, early)
    (said,) = differ(log.connection, shelf)
    assert said.startswith("The counts of w that were laid by are not those of its logs.")


GIVEN = st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(AnswerKind), st.integers(0, 9)), max_size=12)


@given(answers=GIVEN, cut=st.integers(0, 12))
def test_stretch_by_stretch_it_comes_to_the_same(answers: list[tuple[str, AnswerKind, int]], cut: int) -> None:
    rows = [(person, kind.value, f"2031-05-06T08:0{minute}:00.000000Z") for person, kind, minute in answers]
    whole = summary.Answered.of(rows)
    parts = summary.Answered.of(rows[:cut]).and_then(summary.Answered.of(rows[cut:]))
    assert parts.is_like(whole)


def test_on_a_full_disc_nothing_is_left_out_later(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    store = town.app.store
    monkeypatch.setattr(laying, "MUCH", 1)
    monkeypatch.setattr(summary, "AT_ONCE", 1)
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "safe")
    with monkeypatch.context() as full:
        full.setattr(Shelf, "lay", _full)
        with pytest.raises(Unreachable):
            store.lay_by()
    store.lay_by()
    assert laid(store) == [f"answers/1/{town.id(alert)}", laid_as(town.id(alert), Errand.WARNING), "looked/1"]


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path) as town:
        yield town
        town.reconcile()


def _full(*_: object) -> None:
    raise Unreachable("The disc is full.")


def laid(store: Store) -> list[str]:
    with store.look() as look:
        return sorted(look.connection.execute(sa.select(laid_by.c.name)).scalars())


def test_a_shelf_says_what_bears_no_mark(tmp_path: Path) -> None:
    engine = open_writer(tmp_path)
    metadata.create_all(engine)
    with engine.begin() as connection:
        shelf = Shelf(KEY)
        shelf.lay(connection, "a", 1, b"one")
        shelf.lay(connection, "a", 1, b"two")
        shelf.lay(connection, "b", 1, b"three")
        assert list(shelf.of(connection, "a")) == [(1, b"two")]
        connection.exec_driver_sql("UPDATE laid_by SET upto = 2 WHERE name = 'b'")
        assert shelf.unmarked(connection) == ["b"]
    engine.dispose()
