"""The engine of a running installation gets over its troubles by itself, and forgets nothing that it had in hand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults import sender
from tests.faults.processes import wait_until
from tocsin.app import App
from tocsin.basis.errors import Broken, Unreachable
from tocsin.flow import engine
from tocsin.store.reconcile import reconcile
from tocsin.testing.mailbox import Mailbox

PEOPLE = 50


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


def failing(method: Callable[..., Any], error: Exception, at: int, times: int) -> Callable[..., Any]:
    """Return the method, failing from its nth call on for some times."""
    calls = iter(range(1_000_000))

    def called(*args: Any, **named: Any) -> Any:
        if at <= next(calls) < at + times:
            raise error
        return method(*args, **named)

    return called


@pytest.mark.parametrize(
    ("name", "at", "error"),
    [
        pytest.param("add_results", 1, Unreachable("The disc is full."), id="the disc is full while results are noted"),
        pytest.param("release", 0, Unreachable("The disc is full."), id="the disc is full while a batch is given back"),
        pytest.param("commit", 1, Broken("The disc failed."), id="the disc fails under a commit"),
        pytest.param("add_results", 1, KeyError("position"), id="a mistake of our own"),
    ],
)
def test_after_trouble_everyone_is_reached(
    app: App, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, name: str, at: int, error: Exception
) -> None:
    troubles: list[str] = []
    release_all = app.store.release_all

    def noted() -> None:
        troubles.append(app.engine.trouble)
        release_all()

    monkeypatch.setattr(app.store, name, failing(getattr(app.store, name), error, at, times=3))
    monkeypatch.setattr(app.store, "release_all", noted)
    app.engine.start()
    wait_until(lambda: bool(troubles) and not app.engine.trouble and len(mailbox.ids()) == PEOPLE and settled(app))
    assert reconcile(app.store) == []


def settled(app: App) -> bool:
    with app.store.look() as look:
        return (
            look.waiting(()).batch is None and bool(look.batches(sender.BELL)) and not app.store.errands(sender.MORNING)
        )
