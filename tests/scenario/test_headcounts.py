"""Steps of headcounts: what cannot be is said by its line, and one is played from the question to its end."""

from pathlib import Path
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.cli import stage
from tocsin.scenario.read import read_text

HEAD = """
tocsin: scenario/1
id: hall
zone: UTC
ends: 2026-05-01 20:00
people:
  - {id: ada, roles: [watch_officer]}
  - {id: ben, roles: [duty_officer]}
  - {id: porter}
  - {id: nurse}
groups:
  - {id: row, count: 10}
policies:
  - {id: quick, steps: [{to: ben, after: 30m}], repeat_every: 1h}
steps:
  - {at: 2026-05-01 09:00, id: heads, headcount: {audience: {groups: [row], people: [nurse]}, words: A fire, window: 3h}}
"""

PLAYED = """
  - {at: +5m, id: corridor, warden: {who: porter, group: row}}
  - {at: +5m, answers: {group: row, warning: heads, kinds: {safe: 4, received: 1}, within: 20m}}
  - {at: +30m, answer: {by: nurse, warning: heads, kind: need_help, words: Smoke}}
  - {at: +1m, accept: {warning: heads, recipient: nurse, cause: help, by: ben}}
  - {at: +5m, ask_again: heads}
  - {at: +30m, hand_in: {warden: porter, safe: [row-6, row-7], need_help: [row-8], gone_round: 2026-05-01 10:10}}
  - {at: +5m, relieve: corridor}
"""


def summary(tmp_path: Path, steps: str) -> dict[str, Any]:
    scenario = read_text((HEAD + steps).encode(), tmp_path / "hall.yaml")
    with stage.set_stage(scenario, tmp_path / "data", "127.0.0.1", 0, "test") as set_up:
        return set_up.play(lambda *_: None)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param("  - {at: +1h, headcount: {words: Well}}", "asks nobody", id="nobody asked"),
        pytest.param("  - {at: +1h, warden: {who: porter}}", "looks after nobody", id="nobody looked after"),
        pytest.param(
            "  - {at: +1h, warden: {who: row, group: row}}", "not listed under people", id="a group as warden"
        ),
        pytest.param("  - {at: +1h, hand_in: {warden: porter}}", "says nothing of anybody", id="an empty list"),
        pytest.param("  - {at: +1h, hand_in: {warden: porter, safe: [ada]}}", "who is not asked", id="not asked"),
        pytest.param(
            "  - {at: +1h, hand_in: {warden: porter, safe: [row-1], need_help: [row-1]}}", "both that", id="both"
        ),
        pytest.param("  - {at: +1h, relieve: heads}", "where it needs a warden", id="relieved of what"),
        pytest.param(
            "  - {at: +1h, close_headcount: {why: Done, decision: extend, until: 2026-05-01 11:00}}",
            "which it does already",
            id="no longer",
        ),
        pytest.param(
            "  - {at: +1h, close_headcount: {why: Done}}\n  - {at: +1h, close_headcount: {why: Done}}",
            "was closed before",
            id="closed twice",
        ),
    ],
)
def test_what_cannot_be_is_said_by_its_line(steps: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read_text((HEAD + steps).encode(), Path("hall.yaml"))


def test_a_headcount_is_played_from_the_question_to_its_end(tmp_path: Path) -> None:
    told = summary(tmp_path, PLAYED + "  - {at: +5m, close_headcount: {headcount: heads, why: All are found}}")
    (heads,) = told["headcounts"]
    counts = {name: heads[name] for name in ("asked", "safe", "need_help", "received", "silent")}
    assert counts == {"asked": 11, "safe": 6, "need_help": 2, "received": 1, "silent": 2}
    assert heads["need_help_untaken"] == 1, "of row-8, whom nobody has"
    assert [(one["of"], one["to"]) for one in heads["help"]][:1] == [("nurse", "ben")]
    assert {one["of"] for one in heads["help"]} == {"nurse", "row-8"}
    assert {one["why"] for one in heads["escalations"]} == {"silence"}
    assert (heads["id"], heads["asked_at"]) == ("heads", "2026-05-01T09:00:00Z")
    assert (heads["window"]["state"], heads["window"]["decided_at"]) == ("stood_down", "2026-05-01T10:26:00Z")
    assert told["reconcile"] is True


def test_one_that_nobody_decides_about_runs_out_in_the_open(tmp_path: Path) -> None:
    (heads,) = summary(tmp_path, PLAYED)["headcounts"]
    assert heads["window"]["state"] == "ran_out_undecided"
    assert heads["window"]["closed"] is None


def test_one_that_ran_out_is_closed_afterwards(tmp_path: Path) -> None:
    steps = PLAYED + "  - {at: 2026-05-01 14:00, close_headcount: {headcount: heads, why: All are found}}"
    (heads,) = summary(tmp_path, steps)["headcounts"]
    assert heads["window"]["state"] == "ran_out_undecided"
    assert heads["window"]["closed"] == {"at": "2026-05-01T14:00:00Z", "how": "stand_down"}


def test_who_was_relieved_is_relieved_once(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="was relieved before"):
        read_text((HEAD + PLAYED + "  - {at: +5m, relieve: corridor}").encode(), Path("hall.yaml"))
