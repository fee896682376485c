"""A false alarm in a scenario goes out by mail and webhook as it would in earnest, and so does its retraction."""

from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import FERRY
from tocsin.basis.errors import Refused
from tocsin.cli import stage
from tocsin.scenario.read import read, read_text
from tocsin.testing.hook import Hook
from tocsin.testing.mailbox import Mailbox

TAKEN_BACK = "Taken back, a false alarm: Smoke over the pier"


def test_over_mail_and_webhook_each_hears_first_the_one_and_then_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Any] = []

    def kept(kind: Any) -> Any:
        def open_it(*args: Any, **named: Any) -> Any:
            opened.append(kind(*args, **named))
            return opened[-1]

        return open_it

    monkeypatch.setattr(stage, "Mailbox", kept(Mailbox))
    monkeypatch.setattr(stage, "Hook", kept(Hook))
    with stage.set_stage(read(FERRY), tmp_path, "127.0.0.1", 0, "test") as set_up:
        assert set_up.play(lambda *_: None)["reconcile"]
        mailbox = next(one for one in opened if isinstance(one, Mailbox))
        hook = next(one for one in opened if isinstance(one, Hook))
        letters = [one for one in mailbox.letters_to("ferryman@people.invalid") if "Smoke" in one.subject]
        posts = [one.json() for one in hook.calls() if b"Smoke" in one.body]
    assert [TAKEN_BACK in one.subject for one in letters] == [False, True]
    assert "It was steam." in letters[1].text
    assert "/a/" not in letters[1].text, "there is nothing to answer"
    assert {one.received for one in letters} == {1}
    assert len({one.id for one in letters}) == 2
    kinds = [one["type"] for one in posts]
    assert kinds == ["tocsin.alert"] * 6 + ["tocsin.retraction"] * 6
    assert {one["data"]["id"] for one in posts} == {posts[0]["data"]["id"]}, "it names what it takes back"


HEAD = """
tocsin: scenario/1
id: weir
title: Water at the weir
zone: Europe/Berlin
invented: The whole case is invented.
people:
  - {id: ada, name: Ada, roles: [watch_officer]}
  - {id: ben, name: Ben, roles: [duty_officer]}
steps:
  - {at: 2026-05-01 09:00, id: weir-alert, alert: {headline: Keep off, area: {name: W, circle: {centre: [52.1, 11.6], km: 1}}, window: 2h}}
"""


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        pytest.param(
            "- {at: 2026-05-01 10:00, stand_down: {warning: weir-alert}}\n"
            "  - {at: 2026-05-01 10:10, retract: {warning: weir-alert, words: Wet}}",
            "was stood down before",
            id="over",
        ),
        pytest.param(
            "- {at: 2026-05-01 10:00, retract: {warning: weir-alert, words: Wet}}\n"
            "  - {at: 2026-05-01 10:10, retract: {warning: weir-alert, words: Wet}}",
            "was taken back before",
            id="twice",
        ),
        pytest.param(
            "- {at: 2026-05-09 10:00, retract: {warning: weir-alert, words: Wet}}", "comes too late", id="long ago"
        ),
        pytest.param(
            "- {at: 2026-05-01 10:00, by: ada, retract: {warning: weir-alert, words: Wet}}",
            "is no duty_officer; give one of ben",
            id="by a watch officer",
        ),
        pytest.param("- {at: 2026-05-01 10:00, retract: weir-alert}", "words", id="without a word"),
    ],
)
def test_what_cannot_be_taken_back_is_said_with_its_line(steps: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_text(f"{HEAD}  {steps}\n".encode(), Path("weir.yaml"))


def test_it_may_come_after_a_withdrawal_and_after_the_end() -> None:
    steps = (
        "  - {at: 2026-05-01 10:00, withdraw: weir-alert}\n"
        "  - {at: 2026-05-02 10:10, retract: {warning: weir-alert, words: Wet}}\n"
    )
    assert read_text(f"{HEAD}{steps}".encode(), Path("weir.yaml")).steps[-1].verb == "retract"
