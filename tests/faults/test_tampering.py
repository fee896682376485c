"""Whoever alters the data behind our back is found out, and the place is named."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.faults import sender
from tests.faults.processes import run, run_here
from tocsin.app import App
from tocsin.basis.errors import Broken
from tocsin.flow.report import receive
from tocsin.people.state import Person
from tocsin.report.facts import Reliability, SourceListed
from tocsin.store.intake import links_of
from tocsin.store.latest import latest
from tocsin.store.log import LinkAnswer
from tocsin.store.reconcile import reconcile
from tocsin.store.tables import APPEND_ONLY
from tocsin.store.tally import Tally
from tocsin.testing.mailbox import Mailbox

PEOPLE = 5
SWAP_NAMES = """UPDATE person_states SET name = (SELECT name FROM person_states WHERE id = 'person-2')
WHERE id = 'person-1'"""


@pytest.fixture(name="true", scope="module")
def _true(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which an alert was sent and answered, and in which all is well."""
    data = tmp_path_factory.mktemp("true")
    with Mailbox() as mailbox:
        app = sender.opened(data, mailbox.port)
        listed = SourceListed(
            subject="caller",
            occurred_at=sender.MORNING,
            name="A caller",
            source_kind="press",
            reliability=Reliability.B,
        )
        receive.list_source(app.house, listed, by="author", command="source", now=sender.MORNING)
        sender.tell(app, PEOPLE)
        sender.send(app, sender.MORNING)
        with app.store.look() as look:
            rows = look.rows_of(sender.BELL)
        app.store.add_answers([LinkAnswer(row=rows["person-1"], answer="safe", at=sender.MORNING)])
        app.store.add_answers([LinkAnswer(row=rows["person-2"], answer="acting", at=sender.MORNING)])
        sender.send(app, sender.MORNING + timedelta(hours=2))  # two seals are taken by then
        app.publisher.publish(sender.MORNING + timedelta(hours=2))
        assert reconcile(app.store) == []
        app.close()
    return data


@pytest.fixture(name="data")
def _data(true: Path, tmp_path: Path) -> Path:
    data = tmp_path / "data"
    shutil.copytree(true, data)
    return data


@pytest.fixture(name="raw")
def _raw(data: Path) -> Iterator[Any]:
    """A connection of an intruder's, for whom no trigger stands guard."""
    line = sqlite.connect(data / "tocsin.db", isolation_level=None)
    for (name,) in line.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        line.execute(f"DROP TRIGGER {name}")
    yield line
    line.close()


def problems(data: Path) -> list[str]:
    with Mailbox() as mailbox:
        app: App = sender.opened(data, mailbox.port)
        try:
            return reconcile(app.store)
        finally:
            app.close()


ROWS = [
    ("a state", "UPDATE source_states SET reliability = 'A'", ["source_states caller differs from the journal in reliability"]),
    ("a state made unreadable", "UPDATE source_states SET reliability = 'Z'", ["source_states caller"]),
    ("a state removed", "DELETE FROM source_states", ["source_states lacks caller"]),
    ("a state invented", "INSERT INTO group_states (id, name) VALUES ('g', 'G')", ["group_states holds g"]),
    ("a sealed name", "UPDATE person_states SET name = '' WHERE id = 'person-1'", ["person_states person-1 differs"]),
    ("a sealed name swapped for another's", SWAP_NAMES, ["person-1.name"]),
    ("a sealed name of other bytes", "UPDATE person_states SET name = 'no base64' WHERE id = 'person-1'",
     ["person-1.name"]),
    ("a version", "UPDATE versions SET version = 9 WHERE subject = 'caller'", ["caller stands at version 9"]),
    ("a body in the journal", "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '\"B\"', '\"A\"') AS BLOB) WHERE kind = 'SourceListed'",
     ["Journal row 2 (SourceListed) is not what its commitment was made from", "source_states caller differs"]),
    ("a body made unreadable", "UPDATE journal SET body = 'x' WHERE kind = 'SourceListed'", ["Journal row 2"]),
    ("a body of other bytes", "UPDATE journal SET body = x'7B2273223A22FF227D' WHERE kind = 'SourceListed'",
     ["Journal row 2 does not hold a SourceListed", "Journal row 2 (SourceListed) is not what its commitment"]),
    ("a list of other bytes in a state", "UPDATE person_states SET languages = x'5B22FF225D' WHERE id = 'person-1'",
     ["person_states person-1 cannot be read"]),
    ("a body of another kind", "UPDATE journal SET body = '{}' WHERE kind = 'SourceListed'", ["Journal row 2"]),
    ("a kind in the journal", "UPDATE journal SET kind = 'NoSuch' WHERE seq = 2", ["Journal row 2"]),
    ("who did it", "UPDATE journal SET by = 'nobody' WHERE seq = 2", ["Journal row 2 (SourceListed)"]),
    ("when it was done", "UPDATE journal SET recorded_at = '2031-05-06T07:00:00.000000Z' WHERE seq = 2",
     ["Journal row 2 (SourceListed)"]),
    ("a public fact", "UPDATE journal SET by = 'nobody' WHERE kind = 'AlertIssued'",
     ["(AlertIssued) is not what its entry in the record was made from"]),
    ("a row of the journal removed", "DELETE FROM journal WHERE seq = 3", ["Journal row 3 is missing"]),
    ("the last row of the journal removed", "DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)",
     ["of which the record knows"]),
    ("an entry", "UPDATE entries SET entry = CAST(replace(CAST(entry AS TEXT), 'bell', 'ball') AS BLOB) WHERE number = 1",
     ["Entry 1 of the record was altered"]),
    ("an entry made unreadable", "UPDATE entries SET entry = 'x' WHERE number = 0",
     ["Entry 0 of the record was altered"]),
    ("an entry of other bytes", "UPDATE entries SET entry = x'7B2273223A22C3227D' WHERE number = 1",
     ["Entry 1 of the record was altered", "Journal row"]),
    ("a seal of other bytes", "UPDATE entries SET entry = x'7B2273223A22C3227D' WHERE number = (SELECT min(entry) FROM seals)",
     ["of the record was altered", "The record's seals cannot be read to the end"]),
    ("an entry with its hash", "UPDATE entries SET leaf = zeroblob(32) WHERE number = 0",
     ["Entry 0 of the record was altered"]),
    ("the last entry removed", "DELETE FROM entries WHERE number = (SELECT max(number) FROM entries)",
     ["The tree does not follow"]),
    ("the tree", "UPDATE tree SET size = size + 1", ["The tree does not follow"]),
    ("a commitment", "UPDATE commitments SET commitment = zeroblob(32) WHERE fact_seq = 2",
     ["Journal row 2 (SourceListed)", "does not have the root that the entry states"]),
    ("a salt", "UPDATE commitments SET salt = zeroblob(32) WHERE fact_seq = 2", ["Journal row 2 (SourceListed)"]),
    ("a commitment removed", "DELETE FROM commitments WHERE fact_seq = 2", ["Journal row 2 (SourceListed) has no"]),
    ("a dummy of a seal", "UPDATE seals SET dummies = zeroblob(length(dummies)) WHERE entry = (SELECT min(entry) FROM seals)",
     ["does not have the root that the entry states"]),
    ("a seal of nothing", "UPDATE seals SET kept_dummies = zeroblob(length(kept_dummies)) WHERE entry = (SELECT min(entry) FROM seals)", ["does not have the root that the entry states"]),
    ("the date of a seal", "UPDATE seals SET open_by = '2040-01-01T00:00:00.000000Z' WHERE entry = (SELECT min(entry) FROM seals)",
     ["The dates of the seal"]),
    ("a seal removed", "DELETE FROM seals WHERE entry = (SELECT min(entry) FROM seals)", ["is missing"]),
    ("the place of a commitment", "UPDATE commitments SET place = (place + 1) % 4096 WHERE fact_seq = 2",
     ["does not have the root that the entry states"]),
    ("a commitment taken from its seal", "UPDATE commitments SET entry = NULL WHERE fact_seq = 2",
     ["does not have the root that the entry states"]),
    ("a receipt", "UPDATE receipt_trees SET filled = zeroblob(length(filled)) WHERE name LIKE 'answers:%'",
     ["The receipts of rows 1 to 2 of the answer log differ"]),
    ("a receipt's root", "DELETE FROM receipt_trees WHERE length(name) = 26 AND name IN (SELECT id FROM receipts_states)",
     ["The receipts gathered of warning"]),
    ("a checkpoint", "UPDATE checkpoints SET root = zeroblob(32)", ["The checkpoint of size"]),
    ("a result", "UPDATE notes SET stands = 'dead' WHERE seq = 1", ["The results of batch"]),
    ("a result removed", "DELETE FROM notes WHERE seq = 1", ["The results of batch"]),
    ("a result added", ("INSERT INTO notes (seq, batch, positions, stands, at, attempt, detail) "
     "SELECT 999, batch, positions, 'dead', at, 2, '' FROM notes WHERE seq = 1"), ["The results of batch"]),
    ("whose result it was", "UPDATE notes SET positions = json_array(99) WHERE seq = 1", ["The results of batch"]),
    ("a result of nobody any more", "UPDATE notes SET positions = '{}' WHERE seq = 1",
     ["The logs cannot be read to the end: A note of batch"]),
    ("a result made an echo", "UPDATE notes SET echo = 1 WHERE seq = 1", ["The results of batch"]),
    ("an echo added", ("INSERT INTO notes (seq, batch, positions, stands, at, attempt, detail, echo) "
     "SELECT 999, batch, json_array(0), 'dead', at, 1, '', 1 FROM notes WHERE seq = 1"), ["The result log holds 1 echoes; 0 were"]),
    ("an answer", "UPDATE answer_log SET answer = 'dismissed' WHERE seq = 1", ["of the answer log are not those"]),
    ("an answer removed", "DELETE FROM answer_log WHERE seq = 1", ["answer log are not those"]),
    ("an answer as it was taken in", "UPDATE answers_by_link SET answer = 'dismissed' WHERE log_seq = 1",
     ["The answers taken in are not those of the answer log"]),
    ("whose answer it was", "UPDATE answers_by_link SET person = 'person-3' WHERE log_seq = 1",
     ["The answers taken in are not those of the answer log"]),
    ("who was to be told", "UPDATE recipients SET person = 'person-9' WHERE row = 1", ["The recipients of batch"]),
    ("someone who was to be told removed", "DELETE FROM recipients WHERE row = 5", ["The recipients of batch"]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), [pytest.param(change, said, id=name) for name, change, said in ROWS])
def test_an_alteration_is_named(data: Path, raw: Any, change: str, said: list[str]) -> None:
    assert raw.execute(change).rowcount == 1, "nothing was altered; the test would show nothing"
    raw.close()
    found = problems(data)
    for part in said:
        assert any(part in problem for problem in found), found


def test_an_entry_of_other_bytes_is_named_by_whoever_reads_the_record(data: Path, raw: Any) -> None:
    raw.execute("UPDATE entries SET entry = x'7B2273223A22C3227D' WHERE number = 1")
    with Mailbox() as mailbox:
        app = sender.opened(data, mailbox.port)
        with app.store.look() as look:
            for read in (lambda: Tally().count(look.connection, sender.MORNING), lambda: latest(look.connection, 9)):
                with pytest.raises(Broken, match="Entry 1 of the record was altered"):
                    read()
        app.close()


@pytest.mark.parametrize("languages", ["x'5B22FF225D'", "'{}'", "''", "7"])
def test_an_answer_is_taken_whatever_became_of_a_persons_languages(data: Path, raw: Any, languages: str) -> None:
    raw.execute(f"UPDATE person_states SET languages = {languages} WHERE id = 'person-1'")
    with Mailbox() as mailbox:
        app = sender.opened(data, mailbox.port)
        with app.store.look() as look:
            assert links_of(look, [1, 2])[1].languages == ("en",)
        app.close()


def test_the_command_names_it_too_and_says_no(data: Path, raw: Any) -> None:
    assert run_here("record", "reconcile", "--data", data, "--json").stdout == '{"ok":true,"problems":[]}\n'
    raw.execute("UPDATE notes SET stands = 'dead' WHERE seq = 1")
    done = run("record", "reconcile", "--data", data)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("The results of batch ")


def test_what_was_altered_is_not_opened_as_someones_name(data: Path, raw: Any) -> None:
    raw.execute("UPDATE person_states SET name = 'no base64' WHERE id = 'person-1'")
    with Mailbox() as mailbox:
        app = sender.opened(data, mailbox.port)
        with app.store.look() as look, pytest.raises(Broken, match=r"person-1\.name was altered"):
            look.all(Person)
        app.close()


@pytest.mark.parametrize("action", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"], ids=["changed", "removed"])
@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
def test_what_was_written_down_is_neither_changed_nor_removed(data: Path, table: str, action: str) -> None:
    line = sqlite.connect(data / "tocsin.db", isolation_level=None)
    (column,) = line.execute(f"SELECT name FROM pragma_table_info('{table}') LIMIT 1").fetchone()
    if table == "keeps":  # nothing is kept before two years have passed
        line.execute("INSERT INTO keeps VALUES (1, 1, 1)")
    assert line.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    with pytest.raises(sqlite.DatabaseError, match=f"{table} is append-only"):
        line.execute(action.format(table, column))
    line.close()
