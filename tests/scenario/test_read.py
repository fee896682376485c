"""What a scenario means: defaults, moments, places, and the forgiving ways of writing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.scenario.doing.warn import area_of
from tocsin.scenario.head import Audience
from tocsin.scenario.model import Scenario
from tocsin.scenario.read import read, read_text
from tocsin.scenario.steps.after import AnswersStep, StatementStep
from tocsin.scenario.steps.duty import DutyStep
from tocsin.scenario.steps.gather import AssessStep, ReportStep
from tocsin.scenario.steps.warn import AdvisoryStep, AlertStep, NoticeStep

SHORT = """\
tocsin: scenario/1
zone: Europe/Berlin
people: [miller]
steps:
  - at: 2026-05-01 08:00
    report: A caller says that the fair will be attacked.
  - at: 2026-05-01 09:00
    threat: Attack on the fair
  - at: +10m
    alert:
      headline: Keep away from the fair
      area: {circle: {centre: [52.13, 11.63], km: 2}}
"""


def scenario(text: str, name: str = "case.yaml") -> Scenario:
    return read_text(text.encode(), Path(name))


def step_at(moment: str) -> str:
    return f"tocsin: scenario/1\nzone: Europe/Moscow\nsteps:\n  - at: {moment}\n    report: x\n"


def test_twelve_lines_make_a_scenario() -> None:
    read_back = scenario(SHORT)
    report, threat, alert = read_back.steps
    assert (report.id, threat.id, alert.id) == ("report-1", "threat-1", "alert-1")
    assert isinstance(alert, AlertStep)
    assert alert.threat == "threat-1"
    assert (alert.by, alert.approved_by) == ("watch", "duty")
    assert alert.audience == Audience(people=("miller",))
    assert alert.window.end - alert.window.start == timedelta(hours=24)
    assert alert.area[0].circle is not None
    assert alert.area[0].circle.km == 2.0
    assert read_back.policy(alert.policy).rungs[0].to == ("duty",)


def test_each_step_knows_its_line() -> None:
    assert [step.line for step in scenario(SHORT).steps] == [5, 7, 9]


def test_a_desk_of_two_is_there_when_nobody_has_a_role() -> None:
    roles = {person.id: person.roles for person in scenario(SHORT).people}
    assert roles == {
        "miller": frozenset(),
        "watch": frozenset({Role.WATCH_OFFICER}),
        "duty": frozenset({Role.DUTY_OFFICER}),
    }


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("2024-03-07 20:00", id="local, a space"),
        pytest.param("2024-03-07T20:00", id="local, a T"),
        pytest.param("2024-03-07T20:00:00", id="with seconds"),
        pytest.param("'2024-03-07 20:00'", id="quoted"),
        pytest.param("2024-03-07T17:00:00Z", id="UTC by Z"),
        pytest.param("2024-03-07 17:00 UTC", id="UTC by name"),
        pytest.param("2024-03-07T18:00:00+01:00", id="another offset"),
        pytest.param("2024-03-07 18:00 +01:00", id="an offset after a space"),
    ],
)
def test_one_moment_may_be_written_in_many_ways(written: str) -> None:
    assert scenario(step_at(written)).begins == datetime(2024, 3, 7, 17, tzinfo=UTC)


def test_a_date_alone_is_midnight_there() -> None:
    assert scenario(step_at("2024-03-07")).begins == datetime(2024, 3, 6, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("48h", timedelta(hours=48), id="hours"),
        pytest.param("30m", timedelta(minutes=30), id="minutes"),
        pytest.param("1d 12h", timedelta(hours=36), id="two units"),
        pytest.param("{hours: 48}", timedelta(hours=48), id="as a number of hours"),
        pytest.param("{for: 2 days}", timedelta(days=2), id="spelt out"),
        pytest.param("{to: 2026-05-01 11:10}", timedelta(hours=2), id="until a moment"),
        pytest.param("{from: 2026-05-01 10:10, to: +3h}", timedelta(hours=3), id="from one moment on"),
    ],
)
def test_a_window_may_be_written_in_many_ways(written: str, expected: Any) -> None:
    alert = scenario(SHORT + f"      window: {written}\n").steps[-1]
    assert isinstance(alert, AlertStep)
    assert alert.window.end - alert.window.start == expected


def test_no_and_on_are_words_where_words_are_wanted() -> None:
    step = scenario(
        step_at("2024-03-07 20:00").replace("report: x", "report: {text: no, title: on, language: no}")
    ).steps[0]
    assert isinstance(step, ReportStep)
    assert (step.text, step.title, step.language) == ("no", "on", "no")


def test_by_and_id_may_stand_under_the_verb() -> None:
    beside = scenario(SHORT.replace("report: A caller", "id: call\n    by: duty\n    report: A caller"))
    under = scenario(
        SHORT.replace("report: A", "report: {id: call, by: duty, text: A").replace("attacked.", "attacked.}")
    )
    assert [(step.id, step.at) for step in under.steps] == [(step.id, step.at) for step in beside.steps]
    assert isinstance(under.steps[0], ReportStep)
    assert under.steps[0].by == "duty"


def test_the_scenario_ends_with_its_last_answer_unless_it_says_so() -> None:
    groups = SHORT.replace("people: [miller]", "groups: [{id: stalls, count: 3}]")
    answered = groups + "  - {at: +1h, answers: {kinds: {safe: 2}, within: 5h}}\n"
    assert scenario(answered).ends == scenario(answered).steps[-1].at + timedelta(hours=5)
    assert scenario(answered + "ends: 2026-06-01\n").ends == datetime(2026, 5, 31, 22, tzinfo=UTC)


def test_members_answer_in_order_and_nobody_twice() -> None:
    text = SHORT.replace("people: [miller]", "groups: [{id: stalls, count: 6}]")
    text += "  - {at: +1h, answer: {by: stalls-2, kind: safe}}\n"
    text += "  - {at: +1h, answers: {kinds: {safe: 1, received: 1}}}\n"
    text += "  - {at: +1h, answers: {kinds: {disputed: 2}}}\n"
    answered = [step.members for step in scenario(text).steps if isinstance(step, AnswersStep)]
    assert answered == [("stalls-1", "stalls-3"), ("stalls-4", "stalls-5")]


def test_what_the_story_asks_for_has_a_default() -> None:
    text = SHORT + "  - {at: +1h, assess: likely}\n  - {at: +1h, advisory: {country: de, level: 2}}\n"
    alert, view, advisory = scenario(text).steps[2:]
    assert isinstance(alert, AlertStep)
    assert isinstance(view, AssessStep)
    assert isinstance(advisory, AdvisoryStep)
    assert alert.texts[0].instruction == "Keep away from the fair"
    assert (view.likelihood, view.grounds) == ((0.55, 0.8), "The scenario does not say.")
    assert (advisory.country, [one.indicator for one in advisory.reasons]) == ("DE", ["other"])


def test_the_first_policy_is_the_default() -> None:
    policies = "policies:\n  - {id: quick, steps: [{to: miller, after: 5m}]}\n  - {id: slow, steps: [miller]}\n"
    alert = scenario(policies + SHORT).steps[-1]
    assert isinstance(alert, AlertStep)
    assert alert.policy == "quick"


def test_a_notice_is_red_and_read_by_those_who_made_it() -> None:
    notice = scenario(SHORT + "  - {at: +1h, notice: {recipients: miller, tear_line: An attack}}\n").steps[-1]
    assert isinstance(notice, NoticeStep)
    assert notice.mark is Mark.RED
    assert notice.readers == ("watch", "duty")
    assert (notice.stated.what, notice.stated.where) == ("An attack", "")
    assert notice.window is None


def test_a_statement_may_be_made_without_a_threat() -> None:
    text = "tocsin: scenario/1\nsteps:\n  - {at: 2024-01-01, statement: {title: A, text: B}}\n"
    statement = scenario(text).steps[0]
    assert isinstance(statement, StatementStep)
    assert statement.threat is None


def test_a_folder_stands_for_the_scenario_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "my case!"
    folder.mkdir()
    (folder / "scenario.yaml").write_text(SHORT, encoding="utf-8")
    assert read(folder).id == "my-case"
    assert read(folder) == read(folder / "scenario.yaml")


def test_the_fingerprint_follows_the_words() -> None:
    assert scenario(SHORT).fingerprint == scenario(SHORT).fingerprint
    assert scenario(SHORT).fingerprint != scenario(SHORT + "\n").fingerprint


def test_what_is_not_there_or_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no scenario at"):
        read(tmp_path)
    with pytest.raises(Refused, match="There is no scenario at"):
        read(tmp_path / "case.yaml")


def after(steps: str, people: str = "[miller]") -> Scenario:
    """Read a case that was opened, and what follows it."""
    return scenario(SHORT.replace("[miller]", people) + steps)


def test_a_likelihood_alone_may_be_two_numbers() -> None:
    step = after("  - {at: +1h, assess: [0.02, 0.1]}\n").steps[-1]
    assert isinstance(step, AssessStep)
    assert step.likelihood == (0.02, 0.1)
    assert step.reports is None, "on what it rests is not said"


def test_an_estimate_may_be_said_to_rest_on_nothing_in_particular_or_on_an_incident_alone() -> None:
    fire = "  - {at: +1h, id: fire, incident: {what: A fire, when: 2024-03-07 10:00}}\n"
    steps = after(
        fire + "  - {at: +1h, assess: {likelihood: likely, reports: []}}\n"
        "  - {at: +1h, assess: {likelihood: likely, incidents: [fire]}}\n"
    ).steps[-2:]
    assert [(step.reports, step.incidents) for step in steps if isinstance(step, AssessStep)] == [
        ((), ()),
        ((), ("fire",)),
    ]


def test_plus_nothing_is_the_same_moment() -> None:
    read_back = after(
        "  - {at: +0m, assess: likely}\n  - {at: +0h, alert: {headline: x, area: [{circle: {centre: [1, 2], km: 1}}],"
        " window: {from: +0h, for: 2h}}}\n"
    )
    assert len({step.at for step in read_back.steps[-3:]}) == 1
    alert = read_back.steps[-1]
    assert isinstance(alert, AlertStep)
    assert alert.window.start == alert.at


def test_a_place_said_again_by_an_alias_is_the_same_place() -> None:
    read_back = scenario(
        SHORT.replace(
            "people:", "places:\n  - &mill {id: mill, circle: {centre: [52.1, 11.6], km: 1}}\npeople:"
        ).replace("{circle: {centre: [52.13, 11.63], km: 2}}", "*mill")
    )
    alert = read_back.steps[-1]
    assert isinstance(alert, AlertStep)
    assert alert.area == read_back.places


def test_another_place_of_the_same_id_is_refused() -> None:
    with pytest.raises(Refused, match="which another place has"):
        scenario(
            SHORT.replace("people:", "places: [{id: mill, point: [52.1, 11.6]}]\npeople:").replace(
                "{circle:", "{id: mill, circle:"
            )
        )


def test_the_unstated_source_may_be_named() -> None:
    step = after("  - {at: +1h, report: {text: x, source: unstated}}\n").steps[-1]
    assert isinstance(step, ReportStep)
    assert step.source == "unstated"


@pytest.mark.parametrize("written", ["duty_officer", "Duty Officer", "duty-officer"])
def test_a_role_in_a_policy_is_written_like_any_word(written: str) -> None:
    head = f"[miller]\npolicies: [{{id: p, steps: [{{to: [{written}, OWNER]}}], suffices: {{answers: [need help]}}}}]"
    (policy,) = after("", head).policies
    assert policy.rungs[0].to == ("duty_officer", "owner")
    assert policy.suffices.answers == ("need_help",)


def test_a_case_that_was_split_off_is_named_as_any_other_where_a_duty_is_asked_about() -> None:
    steps = """\
sources: [{id: gazette}]
steps:
  - {at: 2026-05-01 08:00, id: first, report: {source: gazette, text: One.}}
  - {at: 2026-05-01 08:01, id: second, report: {source: gazette, text: Two.}}
  - {at: 2026-05-01 09:00, id: fair, threat: Attack on the fair}
  - {at: 2026-05-01 11:10, link: {report: first}}
  - {at: 2026-05-01 11:11, link: {report: second}}
  - {at: 2026-05-01 11:12, id: other, split: {title: Another, items: [second], why: It is another matter}}
  - {at: 2026-05-01 11:13, duty: {threat: other, side: public, why: They are in danger}}
"""
    last = scenario("tocsin: scenario/1\n" + steps).steps[-1]
    assert isinstance(last, DutyStep)
    assert last.threat == "other"


def test_advice_is_written_a_line_each() -> None:
    steps = "[{at: 2026-05-01, advisory: {country: DE, level: 2, advice: [Look around., Carry water.]}}]"
    level = scenario(f"tocsin: scenario/1\nsteps: {steps}").steps[0]
    assert isinstance(level, AdvisoryStep)
    assert level.advice == "Look around.\nCarry water."


def test_a_place_has_a_name_in_each_language() -> None:
    places = "places:\n  - {id: fair, name: The fair, names: {de: Das Fest, ru: Ярмарка}, point: [52, 11]}\nsteps:"
    [fair] = scenario(step_at("2026-05-01").replace("steps:", places)).places
    assert fair.names == (("de", "Das Fest"), ("ru", "Ярмарка"))
    assert area_of(fair).name_in("ru") == "Ярмарка"
