"""A witness forgets nothing that it has cosigned, whatever is killed, and whenever."""

import errno
import os
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.web.failing_disc import FailingDisc, PowerCut
from tests.web.witnessed_logs import HISTORIES, LOG, MOST, NODES, NOON, body, note, request, set_up, witness
from tocsin.basis.errors import Broken, Refused, Unreachable
from tocsin.record import (
    Checkpoint,
    Cosigned,
    open_note,
    parse_checkpoint,
    prove_consistency,
    read_answer,
    verify_consistency,
    write_request,
)
from tocsin.web.witness import disc
from tocsin.web.witness.keeping import Kept
from tocsin.web.witness.witness import SEEN, Witness

sizes = st.integers(1, MOST)
histories = st.sampled_from(sorted(HISTORIES))


class LyingLog(RuleBasedStateMachine):
    """A log that shows both of its histories to a witness whose power fails at any step."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.home = Path(tempfile.mkdtemp())
        set_up(self.home / "w")
        (self.home / "w" / SEEN).mkdir()
        self.disc = FailingDisc(self.home / "w" / SEEN, self.patch)
        self.witness = witness(self.home / "w")
        self.cosigned: Checkpoint | None = None  # the latest that was given away

    @rule(size=sizes, history=histories)
    def ask(self, size: int, history: str) -> None:
        self.ask_from(self.known(), size, history)

    @rule(old=sizes, size=sizes, history=histories)
    def ask_from(self, old: int, size: int, history: str) -> None:
        asked = request(old, max(size, old), history)
        ruling = self.witness.answer(write_request(asked))
        if ruling.status == 200:
            said = read_answer(200, ruling.content_type, ruling.body, asked, self.witness.vkey)
            assert isinstance(said, Cosigned)
            self.judge(asked.checkpoint, history)

    def known(self) -> int:
        kept = self.witness.keeping.last(LOG.name)
        return kept.seen.size if kept else 0

    def judge(self, now: Checkpoint, history: str) -> None:
        before, self.cosigned = self.cosigned, now
        if before is not None:
            assert before.size <= now.size
            proof = prove_consistency(before.size, now.size, NODES[history])
            assert verify_consistency(before.size, now.size, proof, before.root, now.root)

    @rule(size=sizes, history=histories, steps=st.integers(0, 14), power=st.booleans())
    def ask_and_crash(self, size: int, history: str, steps: int, power: bool) -> None:
        """Kill the process after so many steps of writing; or cut the power, and with it what was not synced."""
        self.disc.left = steps
        with suppress(PowerCut):
            self.ask(size, history)
        self.disc.left = None
        self.start_again(power=power)

    @rule(power=st.booleans())
    def start_again(self, power: bool) -> None:
        if not power:
            self.disc.power_returns()
        self.witness = witness(self.home / "w")

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.home)


LyingLog.TestCase.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
TestLyingLog = LyingLog.TestCase


@pytest.mark.parametrize("steps", range(16))
def test_killed_at_any_step_it_answers_only_for_what_a_power_cut_would_leave(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    data = set_up(tmp_path / "w")
    (data / SEEN).mkdir()
    failing_disc = FailingDisc(data / SEEN, monkeypatch)
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    failing_disc.left = steps
    with suppress(PowerCut):
        found.answer(body(5, 9))
    failing_disc.left = None
    found = witness(data)  # killed, with the power on: it sees what was written, synced or not
    if found.answer(body(9, 9)).status == 200:
        failing_disc.power_returns()
        assert witness(data).answer(body(0, 9)).body == b"9\n"


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    return set_up(tmp_path / "w")


def test_what_was_cosigned_is_known_after_a_new_start(data: Path) -> None:
    assert witness(data).answer(body(0, 7)).status == 200
    again = witness(data).answer(body(0, 9))
    assert (again.status, again.body) == (409, b"7\n")
    assert witness(data).answer(body(7, 9)).status == 200


def test_of_two_at_the_same_time_the_later_is_never_rolled_back(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = witness(data)
    assert found.answer(body(0, 1)).status == 200
    last = found.keeping.last

    def slow(origin: str) -> Kept | None:
        kept = last(origin)
        time.sleep(0.002)  # long enough for the other to look at the same
        return kept

    monkeypatch.setattr(found.keeping, "last", slow)
    won: set[int] = set()
    old = 1
    while len(won) < 2 and old < 36:
        answers = at_once(found, {size: body(old, size) for size in (old + 1, old + 2)})
        kept = last(LOG.name)
        assert kept is not None
        assert sorted(answers.values()) == [200, 409]
        assert answers[kept.seen.size] == 200
        won.add(kept.seen.size - old)
        old = kept.seen.size


def at_once(found: Witness, bodies: dict[int, bytes]) -> dict[int, int]:
    """Ask for all sizes at the same time, and return each one's status."""
    answers: dict[int, int] = {}
    gate = threading.Barrier(len(bodies))

    def ask(size: int) -> None:
        gate.wait()
        answers[size] = found.answer(bodies[size]).status

    threads = [threading.Thread(target=ask, args=(size,)) for size in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_nothing_is_kept_over_what_another_kept_meanwhile(data: Path) -> None:
    keeping = witness(data).keeping
    keeping.advance(LOG.name, None, note(3))
    with pytest.raises(Refused):
        keeping.advance(LOG.name, None, note(2))
    kept = keeping.last(LOG.name)
    assert kept is not None
    assert kept.seen.size == 3


def failing(patch: pytest.MonkeyPatch, name: str, error: int, on: str = "") -> None:
    """Have one call to the disc fail, where its path ends so."""
    paths: dict[int, str] = {}
    real_open, real = os.open, getattr(os, name)

    class Os:
        def __getattr__(self, wanted: str) -> object:
            return getattr(os, wanted)

        def open(self, path: Path, *rest: int) -> int:
            handle = real_open(path, *rest)
            paths[handle] = str(path)
            return handle

    def fail(handle: int, *rest: object) -> object:
        if paths[handle].endswith(on):
            raise OSError(error, os.strerror(error))
        return real(handle, *rest)

    fake = Os()
    setattr(fake, name, fail)
    patch.setattr(disc, "os", fake)


@pytest.mark.parametrize(
    ("call", "error"),
    [pytest.param("write", errno.ENOSPC, id="full"), pytest.param("fsync", errno.EIO, id="failing")],
)
def test_a_disc_that_does_not_take_it_cosigns_nothing_and_later_goes_on(
    data: Path, monkeypatch: pytest.MonkeyPatch, call: str, error: int
) -> None:
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    with monkeypatch.context() as patch:
        failing(patch, call, error, on=".new")
        with pytest.raises(Unreachable):
            found.answer(body(5, 7))
    assert found.answer(body(5, 7)).status == 200


def test_a_disc_that_does_not_confirm_ends_all_cosigning_until_the_next_start(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    with monkeypatch.context() as patch:
        failing(patch, "fsync", errno.EIO, on=SEEN)
        with pytest.raises(Broken):
            found.answer(body(5, 7))
    for again in (body(5, 7), body(7, 7), body(7, 9)):
        with pytest.raises(Broken):
            found.answer(again)
    assert witness(data).answer(body(7, 9)).status == 200


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda raw: b"", id="emptied"),
        pytest.param(lambda raw: raw[:-1], id="cut short"),
        pytest.param(lambda raw: raw.replace(b"\n5\n", b"\n4\n"), id="another size"),
        pytest.param(lambda raw: raw[64:], id="without its hash"),
    ],
)
def test_a_file_that_was_tampered_with_is_never_built_upon(data: Path, spoil: "type[bytes]") -> None:
    assert witness(data).answer(body(0, 5)).status == 200
    (file,) = (data / SEEN).iterdir()
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.raises(Broken):
        witness(data).answer(body(5, 7))


def test_one_log_s_file_cannot_stand_for_another_s(data: Path) -> None:
    assert witness(data).answer(body(0, 5)).status == 200
    keeping = witness(data).keeping
    (file,) = (data / SEEN).iterdir()
    shutil.copy(file, keeping._file("another.example.org"))
    with pytest.raises(Broken):
        keeping.last("another.example.org")


def test_a_fork_leaves_both_checkpoints_as_evidence_that_anyone_can_check(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 9)).status == 200
    assert found.answer(body(9, 9, "false")).status == 409
    (known,) = (data / "forks").glob("fork-*.known")
    pair = [open_note(file.read_bytes(), [LOG.vkey]) for file in (known, known.with_suffix(".shown"))]
    assert [parse_checkpoint(text).size for text in pair] == [9, 9]
    assert pair[0] != pair[1]
    assert (found.evidence.count("fork"), found.evidence.count("unproven")) == (1, 0)


def test_the_same_fork_again_is_no_new_evidence_and_wrong_proofs_do_not_fill_the_disc(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    for _ in range(3):
        assert found.answer(body(5, 5, "false")).status == 409
    assert found.evidence.count("fork") == 1
    for size in range(6, MOST):
        assert found.answer(body(5, size, "false")).status == 422
    assert found.evidence.count("unproven") == MOST - 6
    for number in range(200):
        found.evidence.keep("unproven", LOG.name, b"known", b"%d" % number)
    assert found.evidence.count("unproven") == 100


def test_a_refusal_goes_out_even_when_its_evidence_cannot_be_kept(data: Path) -> None:
    found = witness(data)
    assert found.answer(body(0, 5)).status == 200
    (data / "forks").write_text("a file stands where the folder would")
    assert found.answer(body(5, 5, "false")).status == 409


def test_the_moment_of_a_cosignature_is_the_witness_s(data: Path) -> None:
    found = witness(data)
    said = read_answer(200, "", found.answer(body(0, 5)).body, request(0, 5), found.vkey)
    assert isinstance(said, Cosigned)
    assert said.at == NOON
