"""A scenario addresses whoever is somewhere: how that is written, what is refused, and that it plays."""

import json
from pathlib import Path

import pytest

from tests.faults.processes import run_here
from tests.scenario.test_refused import GOOD
from tocsin.basis.errors import Refused
from tocsin.scenario.head import AudiencePart
from tocsin.scenario.read import read_text
from tocsin.scenario.steps.warn import AlertStep
from tocsin.warning.audience import Within

PLAYED = """\
tocsin: scenario/1
id: pier
zone: Europe/Lisbon
people:
  - {id: inside, at: [38.70, -9.40]}
  - {id: german, at: [38.70, -9.40], language: de}
  - {id: outside, at: [38.90, -9.40]}
  - {id: somewhere, country: PT}
  - {id: willing, at: [38.70, -9.40], consent: true}
groups:
  - {id: crews, count: 12, at: [38.70, -9.40], km: 2}
places:
  - {id: pier, point: [38.70, -9.40], circle: {centre: [38.70, -9.40], km: 1}}
steps:
  - at: 2026-05-01 08:00
    threat: The pier may fall
  - at: 2026-05-01 09:00
    id: all
    alert: {headline: Leave the pier, area: pier, audience: {parts: [area]}}
  - at: 2026-05-01 10:00
    id: german-only
    alert: {headline: Leave, area: pier, audience: {parts: [{within: pier, km: 3, languages: de}], people: [outside]}}
  - at: 2026-05-01 11:00
    id: calm
    alert: {headline: The pier is closed, area: pier, severity: Minor, audience: {parts: [{within: area}]}}
"""


def with_audience(words: str) -> AlertStep:
    scenario = read_text(GOOD.replace("audience: [stalls]", f"audience: {words}").encode(), Path("fair.yaml"))
    (step,) = (one for one in scenario.steps if isinstance(one, AlertStep))
    return step


def test_whoever_is_told_for_an_institution_is_not_told_besides_where_nobody_is_named() -> None:
    head = GOOD.replace("kind: organisation}", "kind: organisation, through: [rees]}\n  - {id: rees}")
    scenario = read_text(head.replace("      audience: [stalls]\n", "").encode(), Path("fair.yaml"))
    (step,) = (one for one in scenario.steps if isinstance(one, AlertStep))
    assert (step.audience.groups, step.audience.people) == (("stalls",), ("police", "miller"))


def test_parts_are_read_into_places_groups_and_languages() -> None:
    step = with_audience(
        "{groups: [stalls], parts: [area, {within: barn, km: 2}, {within: [{country: pt}], groups: stalls, languages: de}]}"
    )
    assert step.audience.groups == ("stalls",)
    assert step.audience.parts == (
        AudiencePart(within=(Within(own=True),)),
        AudiencePart(within=(Within(circle=(52.1, 11.6, 2.0), name="barn"),)),
        AudiencePart(within=(Within(country="PT"),), groups=("stalls",), languages=("de",)),
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param("{parts: [{}]}", "says nothing and would address everybody", id="nothing"),
        pytest.param("{parts: [barn]}", "which has no polygon, no circle and no country", id="a bare point"),
        pytest.param("{parts: [{within: ground, km: 2}]}", "no point that km could be counted from", id="no point"),
        pytest.param("{parts: [nowhere]}", "'nowhere', which is not listed under places", id="an unknown place"),
        pytest.param("{parts: [{groups: crowd}]}", "'crowd', which is not listed under groups", id="an unknown group"),
        pytest.param("{parts: [{within: area, city: X}]}", "has no field 'city'", id="an unknown field"),
    ],
)
def test_what_cannot_be_made_out_is_said_on_its_line(words: str, sentence: str) -> None:
    with pytest.raises(Refused, match=r"fair\.yaml:") as refused:
        with_audience(words)
    assert sentence in str(refused.value)


def test_it_plays_and_each_hears_what_is_theirs(tmp_path: Path) -> None:
    file = tmp_path / "pier.yaml"
    file.write_text(PLAYED)
    done = run_here("replay", str(file), "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reconcile"] is True
    counts = {one["id"]: one["deliveries"] for one in told["warnings"]}
    # Three of the crews live within 1 km of the middle of a disc of 2 km with twelve on it.
    assert counts == {"all": {"accepted": 4 + 3}, "german-only": {"accepted": 2}, "calm": {"accepted": 1}}


SPREAD = PLAYED.replace("count: 12, at: [38.70, -9.40], km: 2", "count: 30, at: [38.70, -9.40], km: 3") + (
    "  - {at: +10m, answer: {warning: all, by: inside, kind: safe}}\n"
    "  - {at: +10m, answers: {warning: all, group: crews, kinds: {acting: 1, received: 1}, within: 20m}}\n"
)


def test_those_of_a_group_answer_who_were_told_because_of_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "pier.yaml").write_text(SPREAD)
    played = json.loads(run_here("replay", str(tmp_path / "pier.yaml"), "--json").stdout)
    (all_,) = (one for one in played["warnings"] if one["id"] == "all")
    crews = [one["by"] for one in all_["answers"] if one["by"].startswith("crews-")]
    assert len(crews) == 2
    assert played["reconcile"] is True


def test_more_answers_than_were_told_stop_the_replay_with_the_line(tmp_path: Path) -> None:
    (tmp_path / "pier.yaml").write_text(SPREAD.replace("received: 1", "received: 29"))
    stopped = run_here("replay", str(tmp_path / "pier.yaml"), "--json")
    assert stopped.returncode == 2
    assert "pier.yaml:27: step 'answers-1' has more answers of the group 'crews' than are left" in stopped.stderr


def test_whoever_was_left_out_without_having_agreed_is_said_to_have_been(tmp_path: Path) -> None:
    steps = "  - {at: +10m, answers: {warning: calm, group: crews, kinds: {acting: 1}, within: 20m}}\n"
    (tmp_path / "pier.yaml").write_text(PLAYED + steps)
    stopped = run_here("replay", str(tmp_path / "pier.yaml"), "--json")
    assert stopped.returncode == 2
    assert "0 of its members were told of 'calm'. What is Minor and Expected is no danger to life" in stopped.stderr
    assert "Name 'crews' in the audience, write 'consent: true'" in stopped.stderr
