"""How a scenario ends what it began: a window that ran out is closed afterwards, and a case by a duty officer's word."""

from pathlib import Path

import pytest

from tests.faults.processes import run_here, summary
from tocsin.basis.errors import Refused
from tocsin.cli.stage import set_stage
from tocsin.outcome.state import Outcome
from tocsin.scenario.read import read_text
from tocsin.scenario.steps.after import OutcomeStep
from tocsin.scenario.steps.casework import EndStep

HEAD = """\
tocsin: scenario/1
id: weir
zone: Europe/Berlin
ends: 2026-05-20
people:
  - {id: ada, roles: [watch_officer]}
  - {id: ben, roles: [duty_officer]}
  - {id: miller}
policies:
  - {id: usual, steps: [{to: ada, after: 1h}], repeat_every: 1d}
steps:
  - {at: 2026-05-01 08:00, id: water, threat: Somebody means to open the weir}
  - {at: 2026-05-01 09:00, id: keep-off, alert: {headline: Keep off, area: {circle: {centre: [52.1, 11.6], km: 1}}, window: 2h}}
  - {at: 2026-05-01 09:00, id: told, notice: {recipients: miller, tear_line: {what: The weir will be opened}}}
"""


def test_what_ran_out_is_stood_down_afterwards_and_nobody_is_rung_about_it_any_more(tmp_path: Path) -> None:
    (tmp_path / "weir.yaml").write_text(HEAD + "  - {at: 2026-05-03 09:00, stand_down: keep-off, by: ben}\n")
    played = summary(run_here("replay", tmp_path / "weir.yaml", "--json"))
    alert = next(one for one in played["warnings"] if one["id"] == "keep-off")
    assert alert["window"]["state"] == "ran_out_undecided"
    assert alert["window"]["closed"] == {"at": "2026-05-03T07:00:00Z", "how": "stand_down"}
    assert max(ring["at"] for ring in alert["escalations"]) <= "2026-05-03T07:00:00Z"
    assert played["reconcile"] is True


def test_a_case_is_ended_by_a_duty_officer_unless_it_says_by_whom() -> None:
    steps = """\
  - {at: 2026-05-03 09:00, outcome: {axes: {course: nothing}}}
  - {at: 2026-05-03 10:00, reopen: More is heard}
  - {at: 2026-05-03 11:00, close: It was a hoax}
  - {at: 2026-05-03 12:00, outcome: {axes: {course: nothing}, by: ada}}
"""
    read = read_text((HEAD + steps).encode(), Path("weir.yaml")).steps
    assert [one.by for one in read if isinstance(one, OutcomeStep | EndStep)] == ["ben", "ben", "ada"]


def test_a_desk_without_a_duty_officer_ends_its_case_too() -> None:
    alone = HEAD.split("  - {at: 2026-05-01 09:00", maxsplit=1)[0].replace("  - {id: ben, roles: [duty_officer]}\n", "")
    alone += "  - {at: 2026-05-03 09:00, outcome: {axes: {course: nothing}}}\n"
    last = read_text(alone.encode(), Path("weir.yaml")).steps[-1]
    assert isinstance(last, OutcomeStep)
    assert last.by == "ada"


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        pytest.param(
            "  - {at: 2026-05-01 10:00, id: again, reaffirm: {warning: keep-off, words: We do}}\n"
            "  - {at: 2026-05-01 10:30, stand_down: keep-off}\n",
            "names 'keep-off', which 'again' follows; decide about that one",
            id="another holds in its place",
        ),
        pytest.param(
            "  - {at: 2026-05-01 12:00, extend: {warning: keep-off, until: +1h}}\n",
            "ended at 2026-05-01 11:00; stand it down, or issue a new one that follows it",
            id="extended after its end",
        ),
    ],
)
def test_what_cannot_be_ended_says_what_can(steps: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read_text((HEAD + steps).encode(), Path("weir.yaml"))
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("event", "where"),
    [
        pytest.param("", "The weir", id="no event was written"),
        pytest.param("  - {at: 2026-05-02 09:00, event: {what: The dam breaks, place: dam}}\n", "dam", id="one was"),
    ],
)
def test_where_it_struck_is_kept_when_only_the_outcome_says_it(tmp_path: Path, event: str, where: str) -> None:
    places = "places:\n  - {id: weir, name: The weir, point: [52.1, 11.6]}\n  - {id: dam, point: [52.2, 11.6]}\n"
    judged = """\
  - at: 2026-05-03 09:00
    outcome: {axes: {course: carried_out, time: match, place: match}, struck_at: 2026-05-02 08:00, place: weir}
"""
    scenario = read_text((HEAD.replace("steps:\n", places + "steps:\n") + event + judged).encode(), Path("weir.yaml"))
    with set_stage(scenario, tmp_path / "data", "127.0.0.1", 0, "test") as stage:
        played = stage.play(lambda *_: None)
        with stage.app.house.store.look() as look:
            [outcome] = look.all(Outcome)
    assert (outcome.place_name, played["threats"][0]["outcome"]["at"]) == (where, "2026-05-02T06:00:00Z")
    assert played["reconcile"] is True
