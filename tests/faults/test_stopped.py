"""Asked to stop, everything stops: soon, without a complaint, and with the data free for the next."""

import signal
import sys
from pathlib import Path

import pytest

from tests.faults.processes import DEMO_OF_THE_FERRY, FERRY, PATIENCE_S, outside, run_here, started, tocsin, wait_until

SOON_S = PATIENCE_S  # far more than a busy machine needs


def test_a_demo_that_serves_ends_when_asked_and_leaves_its_data_free(tmp_path: Path) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        with started([*DEMO_OF_THE_FERRY, "--port", "0", "--data", str(tmp_path)]) as demo:
            assert demo.stderr is not None
            said = ""
            while "Ctrl-C ends it" not in said:
                line = demo.stderr.readline()
                assert line, said
                said += line
            demo.send_signal(number)
            assert demo.wait(SOON_S) == 0, said
            assert "Traceback" not in demo.stderr.read()
        assert not (tmp_path / "control.sock").exists()
        assert run_here("record", "reconcile", "--data", tmp_path).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_replay_that_is_interrupted_says_so_in_one_line(tmp_path: Path, number: signal.Signals) -> None:
    with tocsin("replay", FERRY, "--data", tmp_path, "--json") as replay, outside(tmp_path) as look:
        assert wait_until(lambda: look.rows() > 60, replay)
        replay.send_signal(number)
        said, complaint = replay.communicate(timeout=SOON_S)
    assert (replay.returncode, said, complaint) == (128 + number, "", "Stopped.\n")
    assert run_here("record", "reconcile", "--data", tmp_path).returncode == 0


def test_an_interrupted_replay_leaves_no_directory_of_its_own(tmp_path: Path) -> None:
    more = {"TMPDIR": str(tmp_path)}
    with tocsin("replay", FERRY, "--json", more=more) as replay:
        assert wait_until(lambda: any(tmp_path.glob("tocsin-replay-*/tocsin.db")), replay)
        replay.send_signal(signal.SIGTERM)
        replay.wait(SOON_S)
    assert not any(tmp_path.glob("tocsin-replay-*"))


STOPPED_WHILE_A_CONNECTION_IS_PUT_BACK = """
import signal, sys, threading
from sqlalchemy.pool import base
from tocsin.cli.main import main

put_back, left = base._ConnectionFairy._reset, 300

def stopped(*args, **named):
    global left
    left -= threading.current_thread() is threading.main_thread()
    if left == 0:
        signal.raise_signal(signal.SIGINT)
    return put_back(*args, **named)

base._ConnectionFairy._reset = stopped
main(["replay", *sys.argv[1:]])
"""


def test_where_an_interruption_would_be_complained_of_it_waits_for_the_end_of_the_step(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STOPPED_WHILE_A_CONNECTION_IS_PUT_BACK, str(FERRY), "--data", str(tmp_path)]
    with started([*command, "--json"]) as replay:
        said, complaint = replay.communicate(timeout=SOON_S)
    assert (replay.returncode, said, complaint) == (128 + signal.SIGINT, "", "Stopped.\n")
    assert run_here("record", "reconcile", "--data", tmp_path).returncode == 0


HELD_BACK = """
import signal
from tocsin.cli.speak import Terminated, ends_between_steps

def caught(*numbers, let=False):
    try:
        with ends_between_steps() as let_through:
            for number in numbers:
                signal.raise_signal(number)
            print("went on", end=", ")
            if let:
                let_through()
            print("to its end", end=", ")
    except KeyboardInterrupt as error:
        print(type(error).__name__)
    else:
        print("was not asked")

caught(signal.SIGTERM, let=True)
caught(signal.SIGINT, let=True)
caught(signal.SIGINT)
caught(signal.SIGTERM, signal.SIGINT)
caught(let=True)
print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)
"""


def test_what_is_held_back_comes_where_it_is_let_through_or_at_the_end_and_at_once_if_it_comes_twice() -> None:
    # Whoever starts the tests in the background of a shell hands on that SIGINT is ignored.
    heeding = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    with started([sys.executable, "-c", heeding + HELD_BACK]) as process:
        said, complaint = process.communicate(timeout=SOON_S)
    assert (said.splitlines(), complaint) == (
        [
            "went on, Terminated",
            "went on, KeyboardInterrupt",
            "went on, to its end, KeyboardInterrupt",
            "Terminated",
            "went on, to its end, was not asked",
            "True",
        ],
        "",
    )


STOPPED_AT_EACH_LINE = """
import os, signal, sys, threading
from tocsin.cli.speak import listen_for_the_end

def traced(frame, event, _):
    global left
    left -= event == "line"
    if left == 0:
        signal.raise_signal(signal.SIGTERM)
    return traced

for line in range(1, 60):
    left = line
    wait = listen_for_the_end()
    late = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGTERM))  # for one that waits in fewer lines
    late.start()
    sys.settrace(traced)
    wait()
    sys.settrace(None)
    late.join()
print("ended each time")
"""


def test_whoever_waits_for_the_end_hears_it_at_whichever_line_it_comes() -> None:
    with started([sys.executable, "-c", STOPPED_AT_EACH_LINE]) as process:
        said, complaint = process.communicate(timeout=SOON_S)
    assert (said, complaint) == ("ended each time\n", "")
