"""A sender that is killed loses nothing: everyone is reached, and what goes out twice is bounded and the same."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import sender
from tests.faults.processes import PATIENCE_S, environment, kill, outside, started, wait_until
from tocsin.app import App
from tocsin.delivery.state import Batch
from tocsin.flow.send import IN_FLIGHT
from tocsin.flow.work import do
from tocsin.store.reconcile import reconcile
from tocsin.testing.mailbox import Mailbox

PEOPLE = 300
KILLS = 15


@contextmanager
def reopened(data: Path, mailbox: Mailbox) -> Iterator[App]:
    app = sender.opened(data, mailbox.port)
    yield app
    app.close()


def command(data: Path, mailbox: Mailbox) -> list[str]:
    return [sys.executable, "-m", "tests.faults.sender", str(data), str(mailbox.port), str(PEOPLE)]


def the_batch(app: App) -> Batch:
    with app.store.look() as look:
        (batch,) = look.all(Batch)
    return batch


def arrived(mailbox: Mailbox, count: int) -> Callable[[], bool]:
    return lambda: mailbox.count() >= count


def test_killed_fifteen_times_nobody_is_missed_and_little_goes_out_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    points = [PEOPLE * (n + chance.random()) / KILLS for n in range(KILLS)]
    bound = 0
    with Mailbox() as mailbox:
        for point in points:
            with started(command(tmp_path, mailbox)) as process, outside(tmp_path) as look:
                assert wait_until(arrived(mailbox, max(int(point), mailbox.count() + 1)), process), "it ended by itself"
                kill(process)
                noted = look.ask("SELECT count(DISTINCT position) FROM results") or 0
            in_flight = len(mailbox.ids()) - noted
            assert in_flight <= IN_FLIGHT, "more was sent and not noted than a crash may cost"
            bound += in_flight
        subprocess.run(command(tmp_path, mailbox), env=environment(), timeout=PATIENCE_S, check=True)

        letters = mailbox.letters()  # one a person and Message-ID, with how often it came
        assert {letter.to for letter in letters} == {sender.address(n) for n in range(PEOPLE)}, "someone is missed"
        assert len(letters) == PEOPLE, "someone got two letters that are not the same"
        assert mailbox.count() - PEOPLE <= bound
        assert bound > 0, "no kill fell while anything was in flight; the test has shown nothing"
        with reopened(tmp_path, mailbox) as app:
            assert reconcile(app.store) == []
            assert the_batch(app).counts == {"accepted": PEOPLE}
            assert the_batch(app).settled_at is not None


@pytest.mark.parametrize("kills", [pytest.param(0, id="left alone"), pytest.param(9, id="killed nine times before")])
def test_a_crash_is_no_failed_attempt(tmp_path: Path, kills: int) -> None:
    """However often the sender died, an address that is busy once is tried once more."""
    with Mailbox() as mailbox:
        with reopened(tmp_path, mailbox) as app:
            sender.tell(app, people=1)
            for errand in app.store.errands():
                do(app.house, errand, sender.MORNING)
        for _ in range(kills):
            with reopened(tmp_path, mailbox) as app:  # takes the batch, and is gone before it gives it back
                assert app.store.claim(sender.MORNING, "mail", "mail") is not None
        mailbox.be_busy(1)
        with reopened(tmp_path, mailbox) as app:
            sender.send(app, sender.MORNING + timedelta(minutes=50))
            assert the_batch(app).counts == {"accepted": 1}
            assert reconcile(app.store) == []
