"""A sender that dies with its allowance in hand: nobody is lost, and the provider never gets more than it said.

What was taken from the bucket and not sent is gone with the sender. It is not put back: whoever cannot know whether it
was sent must not send as much again.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults import sender
from tocsin.app import App
from tocsin.flow.work import work
from tocsin.store.reconcile import reconcile
from tocsin.store.store import Store
from tocsin.testing.clock import TownClock
from tocsin.testing.mailbox import Mailbox

PEOPLE = 150
PER_S, BURST = 2, 20
DEATHS = 5
STEP_S = 5


class Died(BaseException):
    """The process is gone: no except clause of ours may catch this."""


class Deaths:
    """Lets the process die at every other call of one write, some times. Who is dead writes nothing on the way out."""

    def __init__(self, at: str, *, after: bool) -> None:
        self.count = 0
        self.is_dead = False
        self._at, self._after = at, after
        self._calls = 0

    def wrap(self, name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        def deadly(*args: Any, **named: Any) -> Any:
            if self.is_dead:
                raise Died
            if name == self._at and not self._after:
                self._strike()
            done = write(*args, **named)
            if name == self._at and self._after and done[0]:  # it got something
                self._strike()
            return done

        return deadly

    def _strike(self) -> None:
        self._calls += 1
        if self._calls % 2 == 0 and self.count < DEATHS:
            self.count += 1
            self.is_dead = True
            raise Died


def reopened(data: Path, mailbox: Mailbox, clock: TownClock) -> App:
    return sender.opened(data, mailbox.port, clock, mail_per_second=PER_S, mail_burst=BURST, mail_per_day=10_000)


@pytest.mark.parametrize(
    ("at", "after"),
    [
        pytest.param("spend", True, id="its tokens are taken and nothing is sent"),
        pytest.param("add_results", False, id="all it took is sent and nothing is noted"),
    ],
)
def test_killed_when(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str, *, after: bool) -> None:
    deaths = Deaths(at, after=after)
    clock = TownClock(sender.MORNING)
    with Mailbox() as mailbox:
        app = reopened(tmp_path, mailbox, clock)
        sender.tell(app, PEOPLE)
        sender.plan(app)
        for name in ("commit", "claim", "spend", "add_results", "release", "finish"):
            monkeypatch.setattr(Store, name, deaths.wrap(name, getattr(Store, name)))
        while not sender.is_settled(app):
            wait = timedelta(seconds=STEP_S)
            try:
                work(app.house, clock)
            except Died:
                app.close()
                deaths.is_dead = False
                app = reopened(tmp_path, mailbox, clock)
                wait = timedelta()  # the next one is there at once
            passed_s = (clock.now() - sender.MORNING).total_seconds()
            assert mailbox.count() <= BURST + PER_S * passed_s, "the provider got more than it said it would take"
            assert passed_s < 600, "nobody sends any more"
            clock.advance(wait)
        assert deaths.count == DEATHS
        assert len(mailbox.ids()) == PEOPLE
        assert reconcile(app.store) == []
        app.close()
