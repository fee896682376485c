"""The engine of a running installation gets over its troubles by itself, and forgets nothing that it had in hand."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults import sender
from tests.faults.processes import PATIENCE_S, wait_until
from tocsin.app import App
from tocsin.basis.errors import Broken, Unreachable
from tocsin.flow import engine
from tocsin.store.reconcile import reconcile
from tocsin.testing.clock import TownClock
from tocsin.testing.mailbox import Mailbox

PEOPLE = 400  # so many that what came is noted more than once


@pytest.fixture(name="mailbox")
def _mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture(name="app")
def _app(tmp_path: Path, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    monkeypatch.setattr(engine, "AFTER_TROUBLE_S", 0.02)
    app = sender.opened(tmp_path, mailbox.port)
    sender.tell(app, PEOPLE)
    yield app
    app.close()


class Failing:
    """A method that fails from one call on for some times, and works before and after."""

    def __init__(self, method: Callable[..., Any], error: Exception, at: int, times: int) -> None:
        self.calls = self.failed = 0
        self._method, self._error, self._due = method, error, range(at, at + times)

    def __call__(self, *args: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls - 1 in self._due:
            self.failed += 1
            raise self._error
        return self._method(*args, **named)


@pytest.mark.parametrize(
    ("name", "at", "error"),
    [
        pytest.param("add_results", 1, Unreachable("The disc is full."), id="the disc is full while results are noted"),
        pytest.param("commit", 1, Broken("The disc failed."), id="the disc fails under a commit"),
        pytest.param("add_results", 1, KeyError("position"), id="a mistake of our own"),
    ],
)
def test_after_trouble_everyone_is_reached(
    app: App, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, name: str, at: int, error: Exception
) -> None:
    failing = Failing(getattr(app.store, name), error, at, times=3)
    monkeypatch.setattr(app.store, name, failing)
    app.engine.start()
    wait_until(lambda: everyone_is_reached(app, mailbox) and failing.failed == 3 and not app.engine.trouble)
    assert reconcile(app.store) == []


def test_a_batch_that_cannot_be_given_back_is_taken_from_its_sender(
    app: App, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Unreachable("The disc is full.")
    settling, giving_back = Failing(app.store.commit, full, 0, times=1), Failing(app.store.release, full, 0, times=1)
    plain = app.store.commit
    monkeypatch.setattr(
        app.store, "commit", lambda *args, **named: (settling if "settled" in named else plain)(*args, **named)
    )
    monkeypatch.setattr(app.store, "release", giving_back)
    app.engine.start()
    wait_until(lambda: everyone_is_reached(app, mailbox) and giving_back.failed == 1 and not app.engine.trouble)
    assert settling.failed == 1
    assert reconcile(app.store) == []


def everyone_is_reached(app: App, mailbox: Mailbox) -> bool:
    assert isinstance(app.clock, TownClock)
    app.clock.advance(timedelta(seconds=1))  # what failed is tried again after a while
    time.sleep(0.02)
    return len(mailbox.ids()) == PEOPLE and sender.is_settled(app)


def test_what_is_due_comes_first_at_a_start_and_chores_wait_for_it(tmp_path: Path) -> None:
    done: list[str] = []
    with Mailbox() as mailbox:
        app = sender.opened(tmp_path, mailbox.port)
        motor = engine.Engine(app.house, app.clock, app.publisher, chores={"sweep": lambda: done.append("swept")})
        keep = motor._keep
        held = threading.Event()

        def slowly() -> float:
            held.wait(PATIENCE_S)
            done.append("kept")
            return keep()

        motor._keeper._round = slowly
        motor.start()
        motor.wait_for_what_is_due(0.3)
        assert done == []
        held.set()
        wait_until(lambda: "swept" in done)
        motor.stop()
        app.close()
    assert done[0] == "kept"  # and perhaps once more, before whoever sweeps has had its turn


def test_a_start_that_is_stopped_at_once_waits_for_nothing(tmp_path: Path) -> None:
    with Mailbox() as mailbox:
        app = sender.opened(tmp_path, mailbox.port)
        motor = engine.Engine(app.house, app.clock, app.publisher, chores={"sweep": lambda: None})
        motor._keeper._round = lambda: 60.0  # it never comes to its end
        motor.start()
        motor.stop()
        app.close()


def test_a_clock_that_goes_back_wakes_what_it_had_put_off_and_a_start_looks_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[datetime] = []
    monkeypatch.setattr(engine, "wake", lambda _house, now: woken.append(now))
    with Mailbox() as mailbox:
        app = sender.opened(tmp_path, mailbox.port)
        start = app.clock.now()
        moments = [start, start + timedelta(days=365), start + timedelta(days=366), start + timedelta(seconds=1)]
        motor = engine.Engine(app.house, app.clock, app.publisher)
        for moment in moments:
            motor._clock = TownClock(moment)
            motor._keep()
        app.close()
    assert woken == [moments[0], moments[-1]]
