"""A sender that is killed loses nothing: everyone is reached, and what goes out twice is bounded and the same.

Here it hands over in its own process; in test_killed_server.py, by processes of their own.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults import sender, sends
from tocsin.app import App
from tocsin.delivery.state import Batch
from tocsin.flow.delivery.send import IN_FLIGHT
from tocsin.flow.work import do
from tocsin.store.reconcile import reconcile
from tocsin.testing.mailbox import Mailbox
from tocsin.testing.sink import Kind

PEOPLE = 300


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


@pytest.mark.parametrize(
    ("kind", "in_a_row", "kills"),
    [
        pytest.param("http", 1, 12, id="by webhook"),
        pytest.param("http", 16, 12, id="by webhook, several in a row"),
        pytest.param("smtp", 1, 4, id="by mail"),
    ],
)
def test_killed_at_any_point_of_a_great_send_nobody_is_lost_and_what_comes_twice_was_in_flight(
    tmp_path: Path, kind: Kind, in_a_row: int, kills: int
) -> None:
    found = sends.killed(tmp_path / "killed", kills, kind, in_a_row=in_a_row)
    assert found.holds(IN_FLIGHT), found.told(IN_FLIGHT)
    assert len(found.in_flight) > kills // 2, "most kills must fall while it is sent"
    assert found.twice > 0, "no kill fell while anything was in flight; the test has shown nothing"


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
