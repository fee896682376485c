"""Whoever answers badly, or not at all, delays none of the others: told at the engine, over real connections.

What each bad answer means is a matter of its channel: see tests/channels.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.processes import wait_until
from tests.story.real_ways import goes_by_real_ways, is_reached, twilio_at
from tests.story.test_sending import failures, stands
from tocsin.carriers import WebhookCarrier
from tocsin.channels.webhook import WebhookSettings
from tocsin.flow.engine import Engine
from tocsin.flow.warning import warn
from tocsin.testing.hook import Hook
from tocsin.testing.mailbox import Mailbox
from tocsin.testing.phones import Phones
from tocsin.testing.town import Town

PATIENCE_S = 600.0
SOME_DAYS = timedelta(days=4)  # nobody answers here, and nobody is rung about it


class Silent:
    """Someone who takes a connection and a request, and never answers."""

    def __init__(self) -> None:
        self._door = socket.create_server(("127.0.0.1", 0))
        self._line: socket.socket | None = None
        self.asked, self.given_up = threading.Event(), threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}/"

    def _listen(self) -> None:
        with suppress(OSError):
            self._line, _ = self._door.accept()
            with self._line:
                while self._line.recv(65_536):
                    self.asked.set()
        self.given_up.set()

    def hang_up(self) -> None:
        self._door.close()
        if self._line is not None:
            with suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)


class Providers:
    """A hundred people and how each is reached, and a few among them at whom that goes wrong."""

    def __init__(self) -> None:
        self.hook, self.mailbox, self.phones = Hook(), Mailbox(), Phones()
        self.busy, self.endless, self.elsewhere, self.inside = Hook(), Hook(), Hook(), Hook()
        self.silent = Silent()
        self.busy.answer(500, times=1_000)
        self.endless.pour(times=1_000)
        self.elsewhere.redirect("/", to=self.inside.url("/metadata"))
        self.mailbox.refuse("nobody@town.example")
        self.phones.next_answers = [
            (500, b"{}"),
            (200, b'{"sid":"SM1","status":"queued","error_code":30001}'),
            (200, b"<html>Please log in"),
        ]

        self.healthy: dict[str, tuple[str, str]] = {
            **{f"web {n}": ("webhook", self.hook.url(f"/{n}")) for n in range(40)},
            **{f"mail {n}": ("mail", f"person-{n}@town.example") for n in range(30)},
            **{f"phone {n}": ("sms", f"+1500555{n:04}") for n in range(30)},
        }
        self.ill: dict[str, tuple[str, str]] = {
            "500": ("webhook", self.busy.url()),
            "silent": ("webhook", self.silent.url),
            "endless": ("webhook", self.endless.url()),
            "elsewhere": ("webhook", self.elsewhere.url()),
            "nobody": ("mail", "nobody@town.example"),
        }

    def close(self) -> None:
        self.silent.hang_up()
        for one in (self.hook, self.mailbox, self.phones, self.busy, self.endless, self.elsewhere, self.inside):
            one.close()

    def have_told_the_healthy(self) -> bool:
        """Say whether all are told; of the three text messages that were answered badly none came."""
        return (self.hook.count(), self.mailbox.count(), self.phones.count()) == (40, 30, 27)


@pytest.fixture(name="providers")
def _providers() -> Iterator[Providers]:
    providers = Providers()
    yield providers
    providers.close()


@pytest.fixture(name="town")
def _town(tmp_path: Path, providers: Providers) -> Iterator[Town]:
    """Return a town whose ways out lead to these providers, and wait ten minutes for each."""
    with Town(tmp_path / "data") as town:
        mailbox, phones = providers.mailbox, providers.phones
        goes_by_real_ways(town, sms=twilio_at(phones), mail_host="127.0.0.1", mail_port=mailbox.port)
        patient = WebhookCarrier(WebhookSettings(timeout_s=PATIENCE_S), loopback_only=True)
        town.app.house = replace(town.house, carriers={**town.house.carriers, "webhook": patient})
        yield town
        patient.close()
        town.reconcile()


def test_a_hundred_are_told_while_those_among_them_who_answer_badly_are_still_waited_for(
    town: Town, providers: Providers
) -> None:
    everyone = _mixed(providers.healthy, providers.ill)
    for person, way in everyone.items():
        is_reached(town, person, way)
    alert = town.drafts_alert(to=list(everyone), patience=SOME_DAYS)
    town.duty_officer.approves(alert)
    engine = Engine(town.house, town.clock, town.app.publisher)
    engine.start()
    try:
        warn.issue_alert(town.house, town.id(alert), by=town.duty_officer.id, command="issue", now=town.now)
        engine.wake()
        wait_until(providers.silent.asked.is_set)
        wait_until(providers.have_told_the_healthy)
        assert not providers.silent.given_up.is_set(), "they had to wait for the one who says nothing"
        providers.silent.hang_up()
        wait_until(lambda: len(stands(town, alert)) == len(everyone))
    finally:
        engine.stop()
    assert providers.inside.count() == 0, "nobody is led elsewhere"
    found = {person: state for (person, _), state in stands(town, alert).items()}
    assert {person: found.pop(person) for person in providers.ill} == {
        "500": "failed",
        "silent": "failed",
        "endless": "accepted",
        "elsewhere": "dead",
        "nobody": "dead",
    }
    assert sorted(found.values()) == ["accepted"] * 97 + ["failed"] * 3
    # And in the end everybody was told once, or is on a person's screen.
    town.pass_time(hours=12)
    found = {person: state for (person, _), state in stands(town, alert).items()}
    assert {person for person, state in found.items() if state == "dead"} == {"500", "silent", "elsewhere", "nobody"}
    assert set(found.values()) == {"accepted", "dead"}
    for provider, count in ((providers.hook, 40), (providers.mailbox, 30), (providers.phones, 30)):
        assert list(provider.ids().values()) == [1] * count
    assert failures(town, alert) == 1


def _mixed(healthy: dict[str, tuple[str, str]], ill: dict[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Return the ill among the healthy: one after each few."""
    names = list(healthy)
    for number, person in enumerate(ill):
        names.insert(3 + number * 7, person)
    return {name: (healthy | ill)[name] for name in names}
