"""One process at a time works in a data directory, on one story and in one manner; whoever comes second is told so."""

import signal
from pathlib import Path

import pytest

from tests.faults.processes import FERRY, kill, outside, refused_in_one_line, run, run_here, tocsin, wait_until
from tests.faults.replays import Replay

SECOND = {
    "replay": ("replay", FERRY, "--json"),
    "demo": ("demo", "--no-serve", "--json"),
    "serve": ("serve",),
    "reconcile": ("record", "reconcile"),
}


@pytest.fixture(name="live", scope="module")
def _live(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("live")
    done = run("init", "--data", data, "--name", "sorel", "--passphrase", "a bell over the town")
    assert done.returncode == 0, done.stderr
    return data


def test_whoever_comes_second_is_refused_and_the_first_goes_on_unharmed(tmp_path: Path) -> None:
    with tocsin("replay", FERRY, "--data", tmp_path, "--json") as first, outside(tmp_path) as look:
        assert wait_until(lambda: look.rows() > 150, first)
        first.send_signal(signal.SIGSTOP)  # in the middle of its story, for as long as we like
        for name, command in SECOND.items():
            line = refused_in_one_line(run_here(*command, "--data", tmp_path), code=2)
            assert f"is in use by tocsin replay (process {first.pid}). Stop that first" in line, name
        first.send_signal(signal.SIGCONT)
        said, complaints = first.communicate()
    assert (first.returncode, complaints) == (0, "")
    assert '"reconcile":true' in said


@pytest.fixture(name="other_text")
def _other_text(tmp_path: Path) -> Path:
    file = tmp_path / "ferry.yaml"
    file.write_text(FERRY.read_text().replace("A threat to the ferry", "A threat to the other ferry"))
    return file


def test_another_text_of_the_scenario_is_refused_on_the_same_directory(reference: Replay, other_text: Path) -> None:
    line = refused_in_one_line(run_here("replay", other_text, "--data", reference.data, "--json"), code=2)
    assert "holds another scenario, or an earlier text of ferry" in line


def test_what_was_played_is_never_served_or_set_up_as_real(reference: Replay) -> None:
    for command in (("serve",), ("init", "--name", "sorel", "--passphrase", "a bell over the town")):
        line = refused_in_one_line(run_here(*command, "--data", reference.data), code=2)
        assert "was made for a replay, not for a live" in line


def test_nothing_is_played_into_a_real_installation(live: Path) -> None:
    with outside(live) as look:
        before = look.rows()
        line = refused_in_one_line(run_here("replay", FERRY, "--data", live, "--json"), code=2)
        assert "was made for a live, not for a replay" in line
        assert look.rows() == before


def test_set_up_twice_is_refused(live: Path) -> None:
    done = run_here("init", "--data", live, "--name", "other", "--passphrase", "a bell over the town")
    assert "is set up already" in refused_in_one_line(done, code=2)


def test_a_server_that_was_killed_bars_nobody(live: Path) -> None:
    more = {"TOCSIN_LISTEN": "127.0.0.1:0"}
    with tocsin("serve", "--data", live, more=more) as server:
        assert wait_until((live / "control.sock").exists, server)
        kill(server)
    assert (live / "control.sock").exists(), "nothing was left behind; the test has shown nothing"
    done = run("record", "reconcile", "--data", live)
    assert (done.returncode, done.stderr) == (0, "")
    with tocsin("serve", "--data", live, more=more) as server:
        assert wait_until(lambda: run("record", "reconcile", "--data", live).returncode == 0, server)
