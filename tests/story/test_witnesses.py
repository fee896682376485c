"""Three organisations each run a witness. Two are enough, none holds anything up, and no fork gets past them."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.processes import kill, tocsin, wait_until
from tests.web.witnessed_logs import LOG, NODES, Noon, note
from tocsin.basis.errors import Refused
from tocsin.channels.witness import WitnessSettings, WitnessWire
from tocsin.flow.record.witness import Ahead, Lost, Outcome, WitnessAddress, gather
from tocsin.record import Cosigned, Fork, Judged, add_signatures, judge, open_note, read_policy
from tocsin.web.serving import Serving, free_port, start
from tocsin.web.witness.site import WitnessSite
from tocsin.web.witness.witness import Witness, list_log, make_witness

NAMES = ("university.example.org/witness", "newspaper.example.net/w1", "ngo.example.com/tocsin")
DEADLINE_S = 120.0


class Organisation:
    """Somebody who runs a witness."""

    def __init__(self, home: Path, name: str) -> None:
        self.home = home / name.partition(".")[0]
        self.vkey = make_witness(self.home, name, os.urandom).vkey
        list_log(self.home, LOG.vkey)
        self.port = 0
        self.serving: Serving | None = None

    def open(self) -> None:
        self.serving = start(WitnessSite(Witness(self.home, Noon())), "127.0.0.1", self.port)
        self.port = self.serving.port

    def close(self) -> None:
        if self.serving is not None:
            self.serving.stop()
            self.serving = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture(name="three")
def _three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Organisation]]:
    monkeypatch.setattr("tocsin.web.serving.STOPS_WITHIN_S", DEADLINE_S)  # it must have stopped before it opens again
    three = [Organisation(tmp_path, name) for name in NAMES]
    for one in three:
        one.open()
    yield three
    for one in three:
        one.close()


def ask(three: list[Organisation], size: int, history: str = "true", old: int = 0) -> list[Outcome]:
    wire = WitnessWire(WitnessSettings(timeout_s=DEADLINE_S), loopback_only=True)
    addresses = [WitnessAddress(one.vkey, one.url, old) for one in three]
    return gather(wire.post, note(size, history), NODES[history], addresses, DEADLINE_S)


def judged(three: list[Organisation], size: int, outcomes: list[Outcome]) -> Judged:
    """Judge the checkpoint as a reader does: with the policy, and with nothing else."""
    witnesses = "".join(f"witness W{place} {one.vkey}\n" for place, one in enumerate(three))
    policy = f"log {LOG.vkey}\n{witnesses}group enough 2 W0 W1 W2\nquorum enough\n"
    lines = [said.line for said in outcomes if isinstance(said, Cosigned)]
    return judge(read_policy(policy.encode()), add_signatures(note(size), lines))


def kinds(outcomes: list[Outcome]) -> list[str]:
    return [type(said).__name__ for said in outcomes]


def test_two_of_three_are_enough_and_who_was_away_catches_up(three: list[Organisation]) -> None:
    said = ask(three, 9)
    assert kinds(said) == ["Cosigned"] * 3
    assert [name for name, _ in judged(three, 9, said).witnessed] == ["W0", "W1", "W2"]

    three[2].close()
    said = ask(three, 12, old=9)
    assert kinds(said) == ["Cosigned", "Cosigned", "Lost"]
    assert len(judged(three, 12, said).witnessed) == 2

    three[1].close()
    said = ask(three, 15, old=12)
    assert kinds(said) == ["Cosigned", "Lost", "Lost"]
    with pytest.raises(Refused):
        judged(three, 15, said)

    three[1].open()
    three[2].open()
    said = ask(three, 20, old=15)
    assert kinds(said) == ["Cosigned"] * 3
    assert len(judged(three, 20, said).witnessed) == 3


def test_a_log_restored_from_an_old_copy_hears_that_it_is_behind(three: list[Organisation]) -> None:
    ask(three, 20)
    assert ask(three, 12) == [Ahead(20)] * 3


def test_a_second_history_is_refused_by_everyone_and_leaves_proof_of_itself(three: list[Organisation]) -> None:
    ask(three, 20)
    for size in (20, 25):
        said = ask(three, size, "false")
        assert kinds(said) == ["Fork"] * 3
        assert all(isinstance(one, Fork) and "size 20" in one.why for one in said)
    for one in three:
        (known,) = (one.home / "forks").glob("fork-*.known")
        shown = known.with_suffix(".shown")
        assert open_note(known.read_bytes(), [LOG.vkey]) != open_note(shown.read_bytes(), [LOG.vkey])


def test_the_policy_on_the_how_to_page_asks_for_two_of_three() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "run-a-witness.md").read_text()
    (example,) = (block for block in page.split("```") if "quorum" in block)
    policy = read_policy(example.encode())
    assert [group.needed for group in policy.groups] == [2]
    assert [bool(one.url) for one in policy.witnesses] == [True] * 3


def test_nobody_to_be_reached_delays_nothing(three: list[Organisation]) -> None:
    for one in three:
        one.close()
    began = time.monotonic()
    said = ask(three, 9)
    assert all(isinstance(one, Lost) for one in said)
    assert time.monotonic() - began < DEADLINE_S / 2


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_witness_that_is_killed_and_started_again_knows_what_it_cosigned(tmp_path: Path) -> None:
    one = Organisation(tmp_path, NAMES[0])
    one.port = free_port("127.0.0.1", 0)
    heard = []
    for asked in ([(9, "true")], [(9, "false"), (5, "true"), (12, "true")]):
        with tocsin("witness", "serve", "--data", one.home, "--listen", f"127.0.0.1:{one.port}") as process:
            assert wait_until(lambda: listens(one.port), process)
            for size, history in asked:
                heard += ask([one], size, history)
            kill(process)
    assert kinds(heard) == ["Cosigned", "Fork", "Ahead", "Cosigned"]
