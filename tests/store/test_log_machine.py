"""The log as a machine: whatever is written, sealed, published, killed, refused or restored, and in whatever order, one key
never signs two records, and everything that was published stays true.

The offline verifier judges each run, from the published files alone.
"""

import errno
import shutil
import tempfile
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.store.keeping import Keeping, house
from tests.store.stopped import Killed, Stopping
from tocsin.basis.errors import Broken, Refused, Unreachable
from tocsin.flow.people.forget import forget
from tocsin.flow.record.keys import note_record
from tocsin.flow.record.publish import Publisher
from tocsin.flow.work import do
from tocsin.people.facts import ContactAdded, PersonAdded, PersonForgotten, PersonKind
from tocsin.people.state import Person
from tocsin.record import (
    open_note,
    parse_checkpoint,
    prove_consistency,
    tile_nodes,
    verify_consistency,
    verify_proof,
)
from tocsin.store.disc import Disc
from tocsin.store.folder import Folder
from tocsin.store.ledger import CADENCE
from tocsin.store.prove import Prover
from tocsin.store.reconcile import reconcile
from tocsin.store.secrets import NEXT, begin_rotation, end_rotation

CALLS = st.integers(0, 50)  # of the disc; publishing some entries makes about forty


class LogMachine(RuleBasedStateMachine):
    """One record through a life of accidents."""

    made: ClassVar[Path]  # an empty installation, made once

    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="log-machine-"))
        self.moves = 0
        shutil.copytree(self.made, self._next())
        self.keeping = Keeping(self.home / "1", seed=0)
        self.published: dict[int, bytes] = {}
        self.older: list[Path] = []

    def _next(self) -> Path:
        self.moves += 1
        return self.home / str(self.moves)

    @initialize(many=st.booleans())
    def begins(self, many: bool) -> None:
        """Many: so many entries that the first tile is full soon."""
        if many:
            self.keeping.commit(*(self.keeping.statement("We mourn with them.") for _ in range(250)))

    # ---- what happens

    @rule(text=st.sampled_from(["We mourn with them.", "We stand by what we said."]))
    def says_something_in_public(self, text: str) -> None:
        self.keeping.states(text)

    @rule(count=st.integers(1, 3))
    def notes_something_in_confidence(self, count: int) -> None:
        self.keeping.incidents(count)

    @rule(hours=st.integers(1, 3))
    def time_passes_and_is_sealed(self, hours: int) -> None:
        self.keeping.passes(hours)
        self.keeping.store.seal(self.keeping.now)

    @rule()
    def someone_is_entered(self) -> None:
        store, now = self.keeping.store, self.keeping.now
        person = store.new_id()
        self.keeping.commit(
            PersonAdded(subject=person, occurred_at=now, person_kind=PersonKind.PERSON, name="Ann"),
            ContactAdded(subject=store.new_id(), occurred_at=now, person=person, channel="mail", address="a@b.example"),
        )

    @precondition(lambda self: self._someone())
    @rule(killed=st.booleans())
    def someone_is_forgotten(self, killed: bool) -> None:
        """Killed: between the fact and the destruction of the key, which the next start then catches up with."""
        person, now = self._someone(), self.keeping.now
        if killed:
            self.keeping.commit(PersonForgotten(subject=person, occurred_at=now, why="Asked"))
            self.is_killed()
        else:
            forget(house(self.keeping), person, why="Asked", by="x", command=self.keeping.store.new_id(), now=now)

    def _someone(self) -> str:
        persons = self.keeping.store.keys.persons()
        return persons[0] if persons else ""

    @rule()
    def the_next_key_is_drawn_or_takes_over(self) -> None:
        data = self.keeping.data
        if (data / NEXT).exists():
            end_rotation(data)
        else:
            begin_rotation(data, self.keeping.randomness)
        self.keeping.close()
        self.keeping.open()
        note_record(house(self.keeping), None, self.keeping.now)

    # ---- publishing, and what may come between

    @rule()
    def publishes(self) -> None:
        self.keeping.publisher.publish(self.keeping.now)
        assert self._audit() == []

    @rule(at=CALLS)
    def is_killed_while_publishing(self, at: int) -> None:
        self.keeping.states()
        try:
            self._publish_on(Stopping(at).disc)
        except Killed:
            self.is_killed()

    @rule(at=CALLS, error=st.sampled_from([errno.ENOSPC, errno.EIO, errno.EROFS]))
    def the_disc_refuses_while_publishing(self, at: int, error: int) -> None:
        self.keeping.states()
        try:
            self._publish_on(Stopping(at, error=error).disc)
        except Unreachable:
            assert self.keeping.publisher.alarm == ""

    def _publish_on(self, disc: Disc) -> None:
        """Publish as a process does that has just started, with a disc that stops it."""
        folder = Folder(self.keeping.publisher.folder.root, disc)
        Publisher(self.keeping.store, folder).publish(self.keeping.now)

    @rule()
    def is_killed(self) -> None:
        """What lies on the disc at this moment is all that is left; the next process does what was not done."""
        self.keeping.move(self._next())
        self._do_what_waits()

    def _do_what_waits(self) -> None:
        for errand in self.keeping.store.errands():
            do(house(self.keeping), errand, self.keeping.now)

    # ---- backups

    @rule()
    def is_copied(self) -> None:
        """Copy everything but what is published, as a backup would."""
        place = self._next()
        shutil.copytree(self.keeping.data, place, ignore=shutil.ignore_patterns("record"))
        self.older = [*self.older[-3:], place]

    @precondition(lambda self: self.older)
    @rule(which=st.integers(0, 3), goes_on=st.integers(0, 3))
    def an_older_copy_is_put_back(self, which: int, goes_on: int) -> None:
        """It is put beside what was published since, and goes on for a while before it publishes.

        Where it does not know all that was published it signs nothing, and the present data is found again.
        """
        present, place = self.keeping, self._next()
        shutil.copytree(self.older[which % len(self.older)], place)
        if (present.data / "record").is_dir():
            shutil.copytree(present.data / "record", place / "record")
        restored = Keeping(place, seed=1_000 + self.moves)
        restored.now = present.now
        if (
            restored.publisher.folder.checkpoint() is None
        ):  # nothing says what was published: whoever restores begins anew
            shutil.rmtree(restored.publisher.folder.root, ignore_errors=True)
        for _ in range(goes_on):
            restored.states("We began again.")
        before = restored.publisher.folder.checkpoint()
        alarm = _alarm(restored.publisher, restored.now)
        if alarm:
            assert "Nothing is signed" in alarm or "was not signed by this record" in alarm
            assert restored.publisher.folder.checkpoint() == before
            again = Publisher(restored.store, restored.publisher.folder)
            assert _alarm(again, restored.now) == alarm, "the next process knows it, too"
            assert restored.asks("SELECT size FROM checkpoints WHERE size > :size", size=self._size()) == []
            restored.close()
        else:
            present.close()
            self.keeping = restored
            self._do_what_waits()

    def _size(self) -> int:
        return max(self.published, default=0)

    # ---- what must hold

    def _audit(self) -> list[str]:
        folder, vkeys = self.keeping.publisher.folder, self.keeping.store.vkeys()
        return folder.audit(vkeys, cadence=CADENCE, moments=True).problems

    @invariant()
    def one_size_has_one_root(self) -> None:
        note = self.keeping.publisher.folder.checkpoint()
        if note is not None:
            stands = parse_checkpoint(open_note(note, self.keeping.store.vkeys()))
            assert self.published.setdefault(stands.size, stands.root) == stands.root
            assert stands.size == self._size(), "a smaller checkpoint stands where a larger one did"

    def teardown(self) -> None:
        try:
            self._do_what_waits()
            self.keeping.publisher.publish(self.keeping.now)
            self.one_size_has_one_root()
            self._is_judged()
        finally:
            self.keeping.close()
            shutil.rmtree(self.home)

    def _is_judged(self) -> None:
        """Judge all that was ever published by what lies there now."""
        store, folder = self.keeping.store, self.keeping.publisher.folder
        assert reconcile(store) == []
        assert self._audit() == []
        sizes = sorted(self.published)
        if not sizes:
            return
        nodes = tile_nodes(folder.read, sizes[-1])
        for one, two in [*pairwise(sizes), *((size, sizes[-1]) for size in sizes)]:
            proof = prove_consistency(one, two, nodes)
            assert verify_consistency(one, two, proof, self.published[one], self.published[two])
        with store.look() as look:
            self._proves(Prover(store, look, folder), sizes[-1])
            forgotten = [person.id for person in look.all(Person) if person.forgotten]
        assert not any(map(store.keys.holds, forgotten))

    def _proves(self, prover: Prover, size: int) -> None:
        for number in {*range(size)[:5], *range(size)[-40:]}:
            assert verify_proof(prover.entry(number), self.keeping.policy()).problems == []
        rows = self.keeping.asks("SELECT fact_seq, owner FROM commitments WHERE entry < :size", size=size)
        for row in rows:
            assert verify_proof(prover.fact(row.fact_seq), self.keeping.policy()).problems == []
            if row.owner and not self.keeping.store.keys.holds(row.owner):
                with pytest.raises(Refused, match="forgotten"):
                    prover.fact(row.fact_seq, ["person_kind"])


def _alarm(publisher: Publisher, now: datetime) -> str:
    """Publish, and return why that could not be."""
    try:
        publisher.publish(now)
    except Broken as error:
        return str(error)
    return ""


@pytest.fixture(name="_machine")
def machine(tmp_path: Path) -> None:
    LogMachine.made = tmp_path / "made"
    LogMachine.made.mkdir()
    keeping = Keeping(LogMachine.made)
    note_record(house(keeping), None, keeping.now)  # as every installation does first: the key that signs it
    keeping.close()


@pytest.mark.usefixtures("_machine")
def test_no_key_signs_two_records_and_all_that_was_published_stays_true() -> None:
    run_state_machine_as_test(
        LogMachine,
        settings=settings(max_examples=35, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
