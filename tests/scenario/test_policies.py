"""Rotas and policies of a scenario: what cannot be is said by its line, and what can be is played."""

from pathlib import Path
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.cli import stage
from tocsin.scenario.read import read_text

CASE = """
tocsin: scenario/1
id: weir
zone: Europe/Vienna
ends: 2026-05-03 08:00
people:
  - {id: ada, roles: [watch_officer]}
  - {id: ben, roles: [duty_officer]}
  - {id: cleo, roles: [duty_officer]}
  - {id: abbot}
  - {id: miller}
rotas:
  - {id: nights, members: [ada, cleo], first: 2026-04-30 20:00, turn: 1 day}
policies:
  - POLICY
steps:
  - {at: 2026-05-01 08:00, id: weir, threat: The weir breaks, by: ben}
  - at: 2026-05-01 19:50
    id: told
    alert: {headline: Go up, severity: Minor, urgency: Future, audience: [abbot, miller], by: ada, approved_by: ben,
            area: {circle: {centre: [48.2, 16.3], km: 2}}, window: 90d}
"""
STEPS = "{to: nights, after: 5m}, {to: nights, after: 15m}, {to: [ben, owner], after: 1h}"


def read(policy: str, more: str = "") -> Any:
    return read_text((CASE.replace("POLICY", policy) + more).encode(), Path("weir.yaml"))


def rung(tmp_path: Path, policy: str, more: str = "") -> list[tuple[str, str]]:
    with stage.set_stage(read(policy, more), tmp_path / "data", "127.0.0.1", 0, "test") as set_up:
        found = set_up.play(lambda *_: None)
    assert found["reconcile"] is True
    (told,) = found["warnings"]
    return [(one["to"], one["at"][8:16]) for one in told["escalations"] if one["why"] == "silence"]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ("{id: p, steps: [{to: nobody, after: 5m}]}", "not listed under people or rotas"),
        ("{id: p, steps: [{after: 5m}]}", "lacks the field 'to'"),
        ("{id: p, steps: [ben], suffices: {which: share, count: 101}}", "101 answers can never suffice"),
        ("{id: p, steps: [ben], suffices: {which: some, answers: [yes_sir]}}", "is no answer"),
        ("{id: p, steps: [ben], suffices: most}", "must be one of"),
        ('{id: p, steps: [ben], quiet: {from: "25:00", to: "07:00"}}', "no hour of the day"),
        ('{id: p, steps: [ben], quiet: {from: "07:00", to: "07:00"}}', "all day"),
        ('{id: p, steps: [ben], quiet: {from: "07:00"}}', "lacks the field 'to'"),
    ],
)
def test_what_leads_nowhere_is_said_by_its_line(policy: str, said: str) -> None:
    with pytest.raises(Refused, match=said):
        read(policy)


@pytest.mark.parametrize(
    ("rota", "said"),
    [
        ("{id: nights, members: [], first: 2026-04-30 20:00}", "has no members"),
        ("{id: nights, members: [nobody], first: 2026-04-30 20:00}", "not listed under people"),
        ("{id: nights, members: [ada], first: 2026-04-30T20:00Z}", "without an offset"),
        ("{id: nights, members: [ada], first: soon}", "no moment by the clock"),
        ("{id: nights, members: [ada], first: 2026-04-30 20:00, turn: 3 fortnights}", "no length of a turn"),
        ("{id: nights, members: [ada]}", "lacks the field 'first'"),
    ],
)
def test_a_rota_that_finds_nobody_is_said_by_its_line(rota: str, said: str) -> None:
    text = CASE.replace("{id: nights, members: [ada, cleo], first: 2026-04-30 20:00, turn: 1 day}", rota)
    with pytest.raises(Refused, match=said):
        read_text(text.replace("POLICY", "{id: p, steps: [ben]}").encode(), Path("weir.yaml"))


def test_whoever_is_on_duty_is_told_and_then_the_owner(tmp_path: Path) -> None:
    found = rung(tmp_path, f"{{id: p, steps: [{STEPS}], repeat_every: 30d, suffices: {{which: some, count: 2}}}}")
    assert found[:3] == [("ada", "01T17:55"), ("cleo", "01T18:05"), ("ben", "01T18:50")]


def test_of_two_one_suffices_and_the_steps_begin_anew(tmp_path: Path) -> None:
    policy = f"{{id: p, steps: [{STEPS}], repeat_every: 2h, from_the_top: true, suffices: {{which: some}}}}"
    answered = "  - {at: 2026-05-02 00:00, answer: {by: abbot, kind: acting}}\n"
    found = rung(tmp_path, policy, answered)
    assert [to for to, _ in found] == ["ada", "cleo", "ben", "cleo", "cleo", "ben"]


def test_what_is_not_grave_waits_for_the_morning(tmp_path: Path) -> None:
    policy = f'{{id: p, steps: [{STEPS}], repeat_every: 30d, quiet: {{from: "20:00", to: "07:00"}}}}'
    found = rung(tmp_path, policy)
    assert sorted({at for _, at in found}) == ["01T17:55", "02T05:00", "02T05:45"]
