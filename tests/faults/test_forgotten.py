"""Someone who is forgotten is gone from the disc, and everything still fits together."""

from pathlib import Path

from pysqlite3 import dbapi2 as sqlite

from tests.faults import sender
from tocsin.basis.fact import Erased
from tocsin.flow.people.forget import CONSOLE, forget, forgotten
from tocsin.people.state import Contact, Person
from tocsin.store import journal
from tocsin.store.log import LinkAnswer
from tocsin.store.reconcile import reconcile
from tocsin.testing.mailbox import Mailbox

NAME, ADDRESS, WORDS = "Person 2", sender.address(2), "I am at my aunt's in Mill Lane"


def test_someone_who_is_forgotten_leaves_no_byte_and_no_gap(tmp_path: Path) -> None:
    with Mailbox() as mailbox:
        app = sender.opened(tmp_path, mailbox.port)
        sender.tell(app, people=4)
        sender.send(app, sender.MORNING)
        with app.store.look() as look:
            row = look.rows_of(sender.BELL)["person-2"]
            assert look.get(Person, "person-2").name == NAME
        words = app.store.seal_words(row, "person-2", WORDS)
        assert words
        app.store.add_answers([LinkAnswer(row=row, answer="safe", at=sender.MORNING, words=words)])
        key = (
            sqlite.connect(tmp_path / "keys.db").execute("SELECT key FROM keys WHERE person = 'person-2'").fetchone()[0]
        )
        assert key in (tmp_path / "keys.db").read_bytes()
        forget(app.house, "person-2", why="Asked", by=CONSOLE, command="forget", now=sender.MORNING)

        with app.store.look() as look:
            person = look.get(Person, "person-2")
            assert (person.name, person.sign_in, person.forgotten) == (Erased(), Erased(), True)
            assert look.get(Contact, "at-2").address == Erased()
            assert look.get(Person, "person-1").name == "Person 1"
            told = [journal.decode(one, app.store.keys).fact for one in journal.walk(look.connection)]
        assert [fact.name for fact in told if getattr(fact, "subject", "") == "person-2" and hasattr(fact, "name")] == [
            Erased()
        ]
        assert reconcile(app.store) == []
        app.close()

        again = sender.opened(tmp_path, mailbox.port)  # as after a restart: nothing was only forgotten in memory
        with again.store.look() as look:
            assert look.get(Contact, "at-2").address == Erased()
        assert again.store.seal_words(row, "person-2", WORDS) == ""
        assert reconcile(again.store) == []
        again.close()

    files = {file.name: file.read_bytes() for file in tmp_path.iterdir() if file.is_file()}
    assert {"tocsin.db", "keys.db"} <= files.keys()
    for name, content in files.items():
        for trace in (NAME, ADDRESS, WORDS):
            assert trace.encode() not in content, (name, trace)
        assert key not in content, name


def test_killed_between_forgetting_and_destroying_the_key_it_is_destroyed_at_the_next_start(tmp_path: Path) -> None:
    with Mailbox() as mailbox:
        app = sender.opened(tmp_path, mailbox.port)
        sender.tell(app, people=1)
        with app.store.look() as look:
            gone = forgotten(app.house, look, "person-0", "Asked", sender.MORNING)
        app.store.commit(gone, at=sender.MORNING, by="author", command="forget")
        app.close()  # before the outbox was looked at
        again = sender.opened(tmp_path, mailbox.port)
        assert again.store.keys.holds("person-0")
        sender.send(again, sender.MORNING)
        assert not again.store.keys.holds("person-0")
        told = {letter.to for letter in mailbox.letters()}
        assert told == {"bell@town.example"}, "nobody is left to be told, and one of our own hears that"
        assert reconcile(again.store) == []
        again.close()
