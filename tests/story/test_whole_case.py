"""One small case, from the first report to the scored outcome."""

import pytest
from lxml import etree
from msgspec.structs import replace

from tests.corpus import corpus
from tocsin.flow.outcome import judge
from tocsin.outcome.score import OutcomeClass, Scores, classify, score
from tocsin.testing.town import Town
from tocsin.threat.state import Threat


def test_a_case_from_the_first_report_to_the_score(town: Town) -> None:
    first = town.report("Water over the Mill Lane bridge")
    town.report("They say there is water over the bridge", by="the inn", relays=first)
    town.judges_likelihood(0.2, 0.45)
    town.person("the miller")
    town.group("the street", ["Ann", "Ben"])

    notice = town.duty_officer.issues_notice(to="the miller")
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.answers("Ann", alert, "safe")
    town.incident("A cart fell in", published_by_host=True)
    town.judges_likelihood(0.55, 0.8, why="A cart has fallen in")
    town.says_in_public("the miller", notice, "dismissed", "The bridge has always stood")

    town.pass_time(hours=36)
    for warning in (notice, alert):
        for why in ("silence", "denial", "window"):
            town.duty_officer.takes_on(warning, why)
    town.pass_time(hours=12)
    for warning in (notice, alert):
        town.duty_officer.takes_on(warning, "window")
    town.pass_time(hours=24)
    town.strikes("The bridge fell")
    town.states("Our sorrow", joined_by=["the abbot"])
    town.sets_level("BE", 3)
    town.is_judged(time="miss")

    with town.app.store.look() as look:
        cases = judge.scored_cases(look)
    assert [classify(case.outcome) for case in cases] == [OutcomeClass.LATE]
    scores = score(cases)
    assert (scores.hits, scores.misses, scores.false_alarms) == (1, 0, 0)
    assert scores.lead_s == 3 * 24 * 3600
    assert scores.brier == (1 - 0.675) ** 2


def test_how_long_before_is_told_for_each_of_those_whom_a_warning_reached(town: Town) -> None:
    for who in ("the miller", "the abbot"):
        town.person(who)
    town.group("the street", ["Ann"])
    town.duty_officer.issues_notice("the watch officer", hours=None)
    town.pass_time(hours=20)
    town.duty_officer.issues_notice("the miller", hours=None)
    town.pass_time(hours=4)
    town.duty_officer.issues_alert(groups=["the street"], hours=48)
    town.pass_time(hours=2)
    town.duty_officer.issues_notice("the abbot", "the watch officer", hours=None)
    town.pass_time(hours=22)
    town.strikes("The bridge fell")
    town.is_judged()
    with town.app.store.look() as look:
        scores = score(judge.scored_cases(look))
        hosted = replace(look.get(Threat, town.id(town.case())), host=town.id("the miller"))
        by_side = judge.reached_at(look, hosted)
    first = {side.value: (town.now - at).total_seconds() / 3600 for side, at in by_side.items()}
    assert first == {"host": 28, "public": 24, "own": 48, "others": 22}
    assert scores.lead_s == 48 * 3600, "to whomever it came first"
    assert scores.lead_by_side_s == {"public": 24 * 3600, "own": 48 * 3600, "others": 28 * 3600}


def test_an_alert_goes_out_as_cap_that_the_schema_accepts_and_says_exercise(town: Town) -> None:
    first = town.duty_officer.issues_alert(hours=2)
    town.pass_time(hours=3)
    second = town.duty_officer.issues_alert(follows=first)
    schema = etree.XMLSchema(etree.parse(corpus("cap", "schema") / "CAP-v1.2.xsd"))
    messages = []
    for name in (first, second):
        cap = town.alert(name).cap
        assert cap is not None
        messages.append(etree.fromstring(cap.encode()))
        schema.assertValid(messages[-1])
        assert messages[-1].findtext("{*}status") == "Exercise"
    update = messages[-1]
    assert update.findtext("{*}msgType") == "Update"
    assert (update.findtext("{*}references") or "").startswith(f"bell@town.example,{town.alert(first).identifier},")


def test_a_second_knock_tells_the_host_and_nobody_else_through_whom_it_goes(town: Town) -> None:
    for name in ("Rees", "the abbot"):
        town.person(name)
    town.institution("the waterways", line=("Rees",), reached=False)
    town.speaks_for("The Waterways Gazette", "the waterways")
    notice = town.duty_officer.issues_notice(to="the waterways", hours=48)
    town.pass_time(hours=1)
    town.says_in_public("the waterways", notice, "dismissed", "Scaremongering")
    town.strikes("The bridge fell")
    town.pass_time(hours=15)
    town.watch_officer.writes_knock(town.knock(notice), "the abbot")
    town.duty_officer.sends_knock(town.knock(notice))
    with town.app.store.look() as look:
        hosted = replace(look.get(Threat, town.id(town.case())), host=town.id("the waterways"))
        assert set(judge.reached_at(look, hosted)) == {"host"}


def levels(town: Town, *set_to: int, withdrawn: bool = False, course: str = "carried_out") -> Scores:
    """Set levels about the case, a day apart, then let it strike, or not; return how that scores."""
    for level in set_to:
        name = town.sets_level("NL", level, threat=town.id(town.case()))
        town.pass_time(hours=24)
        if withdrawn:
            town.withdraws_level(name)
    if course == "carried_out":
        town.strikes("The bridge fell")
    town.is_judged(course)
    with town.app.store.look() as look:
        return score(judge.scored_cases(look))


@pytest.mark.parametrize(
    ("set_to", "withdrawn", "hours"),
    [
        pytest.param((2,), False, 24, id="a level"),
        pytest.param((2, 3), False, 48, id="raised"),
        pytest.param((1,), False, None, id="no more than normal precautions"),
        pytest.param((3, 1), False, None, id="lowered again"),
        pytest.param((3,), True, None, id="withdrawn"),
    ],
)
def test_a_level_about_the_case_warns_the_public_as_long_as_it_holds(
    town: Town, set_to: tuple[int, ...], withdrawn: bool, hours: int | None
) -> None:
    scores = levels(town, *set_to, withdrawn=withdrawn)
    assert (scores.hits, scores.misses) == ((0, 1) if hours is None else (1, 0))
    assert scores.lead_by_side_s == ({} if hours is None else {"public": hours * 3600})


def test_a_level_that_stood_while_nothing_came_is_no_false_alarm(town: Town) -> None:
    assert levels(town, 3, course="nothing").false_alarms == 0
