"""Signing: each size once, never a smaller after a larger, and nothing that does not follow from what was published."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite

from tests.store.keeping import START, Keeping
from tests.store.stopped import Killed, Stopping
from tocsin.basis.errors import Broken
from tocsin.flow.record.publish import Publisher
from tocsin.record import Checkpoint, Frontier, Signer, leaf_hash, open_note, parse_checkpoint, plain_entry
from tocsin.store import signing
from tocsin.store.folder import Folder
from tocsin.store.tables import metadata

ORIGIN = "warn.example.org/record"
OLD, NEW = Signer(ORIGIN, b"\x01" * 32), Signer(ORIGIN, b"\x02" * 32)
LATER = START + timedelta(days=400)


def tree(size: int, fork: int = 1 << 60) -> Frontier:
    """Return a tree of this size; from that leaf on it is another one."""
    return Frontier().extend(leaf_hash(b"%d%s" % (at, b"x" if at >= fork else b"")) for at in range(size))


@pytest.fixture(name="connection")
def _connection() -> Iterator[sa.Connection]:
    engine = sa.create_engine("sqlite://", module=sqlite)
    metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def sign(connection: sa.Connection, frontier: Frontier, *signers: Signer) -> signing.Signed:
    return signing.sign(connection, frontier, ORIGIN, signers or (OLD,), START)


def test_what_is_signed_is_a_checkpoint_of_this_tree_and_written_down(connection: sa.Connection) -> None:
    signed = sign(connection, tree(5))
    text = open_note(signed.note, [OLD.vkey])
    assert parse_checkpoint(text) == Checkpoint(ORIGIN, 5, tree(5).root())
    assert (signed.size, signed.root, signed.published, signed.witnessed) == (5, tree(5).root(), False, False)
    assert signing.latest(connection) == signed


def test_a_checkpoint_says_no_word_of_when_it_was_signed(connection: sa.Connection) -> None:
    """Nor does the signature: the same tree signed at another time, in another directory, is the same note."""
    note = sign(connection, tree(5)).note
    connection.exec_driver_sql("DELETE FROM checkpoints")
    assert signing.sign(connection, tree(5), ORIGIN, (OLD,), LATER).note == note
    assert note.partition(b"\n\n")[0].count(b"\n") == 2


def test_one_size_is_signed_once(connection: sa.Connection) -> None:
    first = sign(connection, tree(5))
    assert signing.sign(connection, tree(5), ORIGIN, (NEW,), LATER) == first
    assert connection.exec_driver_sql("SELECT count(*) FROM checkpoints").scalar_one() == 1


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(tree(4), id="a smaller one"),
        pytest.param(tree(0), id="an empty one"),
        pytest.param(tree(5, fork=4), id="another of this size"),
        pytest.param(tree(5, fork=0), id="another altogether"),
    ],
)
def test_after_a_larger_one_nothing_else_is_signed(connection: sa.Connection, other: Frontier) -> None:
    sign(connection, tree(5))
    with pytest.raises(Broken, match="A record of 5 entries has been signed before, and this one has"):
        sign(connection, other)
    assert connection.exec_driver_sql("SELECT count(*) FROM checkpoints").scalar_one() == 1


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_whatever_is_asked_for_sizes_only_grow_and_each_has_one_root(asked: list[tuple[int, int]]) -> None:
    engine = sa.create_engine("sqlite://", module=sqlite)
    metadata.create_all(engine)
    given: list[tuple[int, bytes]] = []
    with engine.begin() as connection:
        for size, fork in asked:
            try:
                signed = sign(connection, tree(size, fork))
            except Broken:
                continue
            given.append((signed.size, signed.root))
    engine.dispose()
    assert given == sorted(given, key=lambda one: one[0])
    assert len({size for size, _ in given}) == len(set(given))


def test_two_keys_sign_together_and_either_is_enough(connection: sa.Connection) -> None:
    note = sign(connection, tree(5), OLD, NEW).note
    assert open_note(note, [OLD.vkey]) == open_note(note, [NEW.vkey]) == open_note(note, [OLD.vkey, NEW.vkey])


def test_what_was_seen_elsewhere_counts_as_signed(connection: sa.Connection) -> None:
    note = sign(connection, tree(7)).note
    connection.exec_driver_sql("DELETE FROM checkpoints")
    sign(connection, tree(5))
    signing.note_seen(connection, parse_checkpoint(open_note(note, [OLD.vkey])), note, START)
    signing.note_seen(connection, Checkpoint(ORIGIN, 5, b"\x07" * 32), b"another", START)
    latest = signing.latest(connection, published=True)
    assert latest is not None
    assert (latest.size, latest.note) == (7, note)
    with pytest.raises(Broken, match="A record of 7 entries"):
        sign(connection, tree(6))


# ---- in a whole installation


@pytest.fixture(name="keeping")
def _keeping(tmp_path: Path) -> Iterator[Keeping]:
    keeping = Keeping(tmp_path / "made")
    yield keeping
    keeping.close()


def signed_sizes(keeping: Keeping) -> list[int]:
    return [row.size for row in keeping.asks("SELECT size FROM checkpoints ORDER BY size")]


def test_what_is_signed_is_written_down_before_anyone_can_see_it(keeping: Keeping) -> None:
    """Killed at each call of the disc in turn: whatever checkpoint lies in the folder, the database knows of it."""
    keeping.states()
    at, done = 0, False
    while not done:
        folder = Folder(keeping.data / f"record{at}", Stopping(at).disc)
        try:
            Publisher(keeping.store, folder).publish(keeping.now)
            done = True
        except Killed:
            at += 1
        seen = folder.checkpoint()
        assert seen is None or parse_checkpoint(open_note(seen, keeping.store.vkeys())).size in signed_sizes(keeping)
        if not done and signed_sizes(keeping):
            assert folder.read("tile/entries/000.p/2") is not None, "signed before everything it speaks of is there"
    assert at > 20
    assert signed_sizes(keeping) == [2]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE tree SET frontier = (SELECT frontier FROM other)", id="the edge of another tree"),
        pytest.param("UPDATE entries SET leaf = zeroblob(32) WHERE number = 3", id="a leaf that is not taken in yet"),
        pytest.param("UPDATE entries SET entry = X'7b7d' WHERE number = 3", id="an entry that is not taken in yet"),
        pytest.param("UPDATE entries SET entry = X'7b7d' WHERE number = 1", id="an entry that was published"),
        pytest.param("DELETE FROM entries WHERE number = 2", id="an entry taken away"),
    ],
)
def test_a_tree_that_does_not_follow_from_what_was_published_is_not_signed(keeping: Keeping, statement: str) -> None:
    keeping.states()
    keeping.publisher.publish(keeping.now)
    note = keeping.publisher.folder.checkpoint()
    keeping.states()
    with keeping.store._write() as connection:
        for guard in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        connection.exec_driver_sql("CREATE TABLE other (frontier)")
        connection.exec_driver_sql("INSERT INTO other VALUES (?)", (tree(2, fork=0).pack(),))
        assert connection.exec_driver_sql(statement).rowcount == 1
    if "number = 1" in statement:  # a partial tile of another size is written, and its entries are read again
        keeping.states()
    for publisher in (keeping.publisher, Publisher(keeping.store, keeping.publisher.folder)):
        with pytest.raises(Broken):
            publisher.publish(keeping.now)
    assert signed_sizes(keeping) == [2]
    assert keeping.publisher.folder.checkpoint() == note


def rewrites(keeping: Keeping, number: int) -> None:
    """Rewrite an entry of the record under the store, and all that follows from it, so that the database agrees with itself."""
    with keeping.store._write() as connection:
        for guard in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        raw = plain_entry("StatementPublished", "s", keeping.now, text_sha256="00" * 32)
        connection.exec_driver_sql(
            "UPDATE entries SET entry = ?, leaf = ? WHERE number = ?", (raw, leaf_hash(raw), number)
        )
        frontier = Frontier().extend(connection.exec_driver_sql("SELECT leaf FROM entries ORDER BY number").scalars())
        connection.exec_driver_sql("UPDATE tree SET size = ?, frontier = ?", (frontier.size, frontier.pack()))


@pytest.mark.parametrize("size", [2, 300, 512])
@pytest.mark.parametrize("number", [0, 1, -1])
@pytest.mark.parametrize("beside", ["as it was", "without its tiles", "gone", "rewritten, too"])
def test_a_tree_that_was_rewritten_is_not_signed(keeping: Keeping, size: int, number: int, beside: str) -> None:
    """Whether or not the published files were rewritten with it: only the checkpoint cannot be."""
    keeping.commit(*(keeping.statement(f"We mourn with them. {n}") for n in range(size)))
    keeping.publisher.publish(keeping.now)
    folder = keeping.publisher.folder
    note = folder.checkpoint()
    keeping.states()
    rewrites(keeping, number % size)
    match beside:
        case "without its tiles":
            shutil.rmtree(folder.root / "tile")
        case "gone":
            shutil.rmtree(folder.root)
        case "rewritten, too":
            shutil.rmtree(folder.root / "tile")
            Folder(folder.root).grow(0, size, keeping.store.entries)
    for publisher in (keeping.publisher, Publisher(keeping.store, folder)):
        with pytest.raises(Broken):
            publisher.publish(keeping.now)
    assert signed_sizes(keeping) == [size]
    assert folder.checkpoint() == (None if beside == "gone" else note)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_two_copies_that_write_into_one_folder_do_not_sign_by_turns(
    keeping: Keeping, tmp_path: Path, times: int
) -> None:
    keeping.states()
    keeping.publisher.publish(keeping.now)
    shutil.copytree(keeping.data, tmp_path / "copy")
    other = Keeping(tmp_path / "copy", seed=2)
    other.publisher = Publisher(other.store, keeping.publisher.folder)
    other.publisher.publish(keeping.now)  # compared once, and all was well
    keeping.states()
    note = keeping.publisher.publish(keeping.now)
    for _ in range(times):
        other.states("We began again.")
    with pytest.raises(Broken, match=r"holds 4 entries .* It is an older copy"):
        other.publisher.publish(keeping.now)
    assert note is not None
    assert keeping.publisher.folder.checkpoint() == note.note
    assert signed_sizes(other) == [2]
    other.close()
