"""The Moscow case: all of it is there, dated as the sources date it, and in nobody's words but ours."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from shapely.geometry import Point, Polygon

from tests.corpus import corpus
from tocsin.scenario.model import Scenario
from tocsin.scenario.read import read
from tocsin.scenario.steps.after import AnswersStep, HeardStep, OutcomeStep
from tocsin.scenario.steps.gather import IncidentStep, ReportStep, TraceStep
from tocsin.scenario.steps.step import Step
from tocsin.scenario.steps.warn import AlertStep, NoticeStep

FILE = Path(__file__).parents[2] / "scenarios/moscow-2024/scenario.yaml"
KM_A_DEGREE_EAST = 62.7  # at 55.8 degrees north


@pytest.fixture(scope="module")
def case() -> Scenario:
    return read(FILE)


def the(case: Scenario, id: str) -> Step:
    return next(step for step in case.steps if step.id == id)


def moscow(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 3, day, hour - 3, minute, tzinfo=UTC)


def test_every_step_says_where_it_is_known_from_or_why_it_is_invented(case: Scenario) -> None:
    assert [step.id for step in case.steps if not step.known.where and not step.known.invented] == []
    assert [step.id for step in case.steps if (step.known.invented or "").startswith("The scenario does not")] == []


def test_every_dated_fact_of_the_collected_case_is_there(case: Scenario) -> None:
    collected = json.loads(corpus("intel", "warning_cases", "cases.json").read_text(encoding="utf-8"))
    addresses = {entry["src"] for entry in collected["cases"][0]["events"] if "src" in entry}
    assert addresses - {where for step in case.steps for where in step.known.where} == set()


def test_no_five_words_in_a_row_are_those_of_the_press_article(case: Scenario) -> None:
    def fives(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return set(zip(*(words[n:] for n in range(5)), strict=False))

    article = corpus("articles", "terrorist-alert-ignored.txt").read_text(encoding="utf-8")
    ours = re.sub(r"https?://\S+", "", FILE.read_text(encoding="utf-8"))
    assert fives(ours) & fives(article) == set()


def test_the_alert_holds_for_48_hours_and_speaks_two_languages(case: Scenario) -> None:
    alert = the(case, "alert-7-march")
    assert isinstance(alert, AlertStep)
    assert alert.window.end - alert.window.start == timedelta(hours=48)
    assert alert.window.end.date() == datetime(2024, 3, 9, tzinfo=UTC).date()
    assert [text.language for text in alert.texts] == ["en", "ru"]


def test_nobody_decides_what_becomes_of_the_alert(case: Scenario) -> None:
    assert [step.id for step in case.steps if step.verb in ("extend", "withdraw", "stand_down")] == []


def test_the_authorities_are_told_in_confidence_on_the_same_day(case: Scenario) -> None:
    notice = the(case, "duty-to-warn")
    assert isinstance(notice, NoticeStep)
    assert notice.recipients.people == ("host-authorities",)
    assert notice.at.date() == the(case, "alert-7-march").at.date()
    assert notice.mark.value == "TLP:RED"


def test_six_embassies_have_one_origin(case: Scenario) -> None:
    reports = {step.id: step for step in case.steps if isinstance(step, ReportStep)}
    origin = {id: step.relays for id, step in reports.items() if step.relays}
    origin |= {step.report: step.origin for step in case.steps if isinstance(step, TraceStep)}
    embassies = [id for id, step in reports.items() if step.source.startswith("embassy-")]
    assert len(embassies) == 6

    def first(id: str) -> str:
        return first(origin[id]) if id in origin else id

    assert {first(id) for id in embassies} == {"own-alert"}


def test_the_dismissal_is_12_days_later_with_what_was_said_and_what_was_ordered(case: Scenario) -> None:
    dismissed = the(case, "dismissed")
    assert isinstance(dismissed, HeardStep)
    assert 11 <= (dismissed.said_at - the(case, "duty-to-warn").at).days <= 12
    assert dismissed.public
    assert dismissed.ordered


def test_two_incidents_were_published_by_the_host_before_the_dismissal_and_one_after(case: Scenario) -> None:
    dismissed = the(case, "dismissed").at
    published = [step for step in case.steps if isinstance(step, IncidentStep) and step.published_by_host]
    assert [step.id for step in published if step.published < dismissed] == ["karabulak-operation", "kaluga-cell"]
    assert [step.id for step in published if step.published > dismissed] == ["commander-held"]


def test_the_hall_lies_just_outside_the_city_that_was_named(case: Scenario) -> None:
    places = {place.id: place for place in case.places}
    city = Polygon([(lon * KM_A_DEGREE_EAST, lat * 111.3) for lat, lon in places["moscow"].polygon])
    lat, lon = places["hall"].point or (0.0, 0.0)
    hall = Point(lon * KM_A_DEGREE_EAST, lat * 111.3)
    assert city.is_valid
    assert not city.contains(hall)
    assert 0.1 < city.distance(hall) < 1.0


def test_the_outcome_is_13_days_after_the_window_and_near_the_place(case: Scenario) -> None:
    judged, alert = the(case, "judged"), the(case, "alert-7-march")
    assert isinstance(judged, OutcomeStep)
    assert isinstance(alert, AlertStep)
    assert judged.struck_at == moscow(22, 20)
    assert judged.struck_at - alert.window.end == timedelta(days=13)
    assert (judged.time, judged.place_axis, judged.course) == ("miss", "near", "carried_out")


def test_the_replay_delivers_to_at_most_seven_hundred_and_most_answer(case: Scenario) -> None:
    assert case.recipients <= 700
    answered = sum(count for step in case.steps if isinstance(step, AnswersStep) for _, count in step.kinds)
    assert answered > 0.8 * sum(group.count for group in case.groups)
    assert answered < sum(group.count for group in case.groups)


def test_no_person_is_named_who_is_not_invented(case: Scenario) -> None:
    text = FILE.read_text(encoding="utf-8").lower()
    assert [name for name in ("putin", "blinken", "kirby", "watson", "biden") if name in text] == []
