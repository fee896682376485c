"""What did not reach everyone rings for as long as it matters: nobody is woken about a warning that may not be told any more."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from tocsin.answer.facts import WatchOpened, WatchSettled
from tocsin.answer.state import Watch
from tocsin.flow.delivery.deliver import failure_watch, not_reached
from tocsin.flow.warning.warn import decide_window
from tocsin.testing.town import Town

CALLED = "Not everyone who got a warning could be told that it is over."


@pytest.fixture(name="alert")
def _alert(town: Town) -> str:
    """An alert for three hours that Ann has and the hermit has not."""
    town.person("Ann")
    town.person("the hermit", reached=False)
    alert = town.duty_officer.issues_alert(to=["Ann", "the hermit"], hours=3)
    town.pass_time(hours=1)
    town.deputy.takes_on(alert, "silence")
    return alert


def failures(town: Town, alert: str) -> list[Watch]:
    return town.watches(alert, "failure")


def rung_at(watch: Watch) -> list[datetime]:
    return sorted({ring.at for ring in watch.rings})


def test_while_it_holds_it_rings_at_full_pace(town: Town, alert: str) -> None:
    (failed,) = failures(town, alert)
    assert len(rung_at(failed)) >= 4
    assert not failed.ladder.slows


@pytest.mark.parametrize("decision", ["stand_down", "withdraw"])
@pytest.mark.parametrize("taken_on", [False, True], ids=["nobody has it", "somebody has it"])
def test_once_it_is_over_nobody_is_rung_about_whom_it_did_not_reach(
    town: Town, alert: str, decision: str, *, taken_on: bool
) -> None:
    if taken_on:
        town.deputy.takes_on(alert, "failure")
    town.duty_officer.decides(alert, decision)
    (failed,) = failures(town, alert)
    assert failed.settled_how == {"stand_down": "stood_down", "withdraw": "withdrawn"}[decision]
    town.pass_time(hours=6)
    assert [one.rings for one in failures(town, alert)] == [failed.rings]


def test_what_ran_out_undecided_is_rung_about_ever_more_rarely_and_until_it_is_closed(town: Town, alert: str) -> None:
    town.pass_time(hours=2)
    first, again = failures(town, alert)
    assert first.settled_how == "ran_out_undecided"
    town.pass_time(days=2)
    *_, again = failures(town, alert)
    apart = [later - earlier for earlier, later in pairwise(rung_at(again))]
    assert len(failures(town, alert)) == 2
    assert apart == sorted(apart)
    assert apart[-1] > timedelta(hours=6)
    town.duty_officer.decides(alert, "stand_down")
    assert [one.settled_how for one in failures(town, alert)][-1] == "closed_after_it_ran_out"


def test_who_took_it_on_before_it_ran_out_has_it_still(town: Town, alert: str) -> None:
    town.deputy.takes_on(alert, "failure")
    town.pass_time(hours=6)
    (failed,) = failures(town, alert)
    assert failed.accepted_by == town.deputy.id
    assert failed.settled_at is None


def test_what_is_given_up_once_it_ran_out_is_rung_about_rarely_from_the_beginning(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=1)
    town.pass_time(hours=2)
    opened, _ = not_reached(town.house, town.alert(alert), town.now)
    assert [one.ladder.slows for one in opened if isinstance(one, WatchOpened)] == [True]


def test_what_is_tried_until_it_is_over_rings_nobody_afterwards(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=1_000)
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=1)
    town.pass_time(minutes=10)
    town.lines.goes_down(times=0)
    town.duty_officer.decides(alert, "stand_down")
    town.pass_time(hours=1)
    assert failures(town, alert) == []
    facts, _ = not_reached(town.house, town.alert(alert), town.now)
    opened = {one.subject for one in facts if isinstance(one, WatchOpened)}
    assert opened == {one.subject for one in facts if isinstance(one, WatchSettled)}


def test_where_another_warning_tells_all_of_them_its_own_failure_alone_is_rung_about(town: Town, alert: str) -> None:
    later = town.duty_officer.issues_alert(to=["Ann", "the hermit"], follows=alert, hours=24)
    assert [one.settled_how for one in failures(town, alert)] == ["replaced"]
    (rings,) = failures(town, later)
    assert rings.settled_at is None


def test_where_another_warning_leaves_them_out_it_is_rung_about_ever_more_rarely(town: Town, alert: str) -> None:
    town.duty_officer.issues_alert(to=["Ann"], follows=alert, hours=240)
    before, after = failures(town, alert)
    assert (before.settled_how, after.settled_at) == ("replaced", None)
    assert after.ladder.slows
    town.pass_time(hours=6)
    assert len(failures(town, alert)) == 2


def test_what_did_not_arrive_is_over_with_the_one_that_follows(town: Town, alert: str) -> None:
    later = town.duty_officer.issues_alert(to=["Ann"], follows=alert, hours=240)
    town.duty_officer.decides(later, "stand_down")
    assert all(one.settled_at is not None for one in failures(town, alert))


def test_once_its_case_is_ended_nobody_is_rung_about_whom_what_ran_out_did_not_reach(town: Town, alert: str) -> None:
    town.pass_time(hours=3)
    town.is_judged("nothing")
    town.work()
    assert failures(town, alert)[-1].settled_how == "case_ended"


@pytest.mark.parametrize("decision", ["stand_down", "withdraw"])
def test_that_it_is_over_and_does_not_arrive_rings_ever_more_rarely(town: Town, alert: str, decision: str) -> None:
    town.lines.goes_down(times=1)
    town.duty_officer.decides(alert, decision)
    town.lines.refuses("Ann")
    town.pass_time(minutes=5)
    before, of_the_end = failures(town, alert)
    assert before.settled_at is not None
    assert (of_the_end.settled_at, of_the_end.ladder.slows) == (None, True)
    assert town.phone("the deputy").last_call.message.subject == CALLED
    town.pass_time(hours=1)
    town.is_judged("nothing")  # the end of the case tells nobody that they may come back
    town.work()
    assert failures(town, alert)[-1].settled_at is None
    town.deputy.takes_on(alert, "failure")


def test_that_it_was_false_and_does_not_arrive_rings_at_full_pace(town: Town, alert: str) -> None:
    town.lines.goes_down(times=1)
    town.duty_officer.retracts(alert)
    town.lines.refuses("Ann")
    town.pass_time(minutes=5)
    before, of_the_end = failures(town, alert)
    assert before.settled_how == "retracted"
    assert (of_the_end.settled_at, of_the_end.ladder.slows) == (None, False)


def test_that_it_is_over_rings_also_where_what_failed_before_is_not_settled_yet(town: Town, alert: str) -> None:
    """What stands by for the warning is not taken for what stands by for its end."""
    decide_window(
        town.house, town.id(alert), "stand_down", why="So we think.", by=town.duty_officer.id,
        command=town.name_next("decision"), now=town.now,
    )  # fmt: skip
    later = town.now + timedelta(seconds=1)
    opened, _ = failure_watch(town.house, town.alert(alert), later, slows=True)
    assert [one.of for one in opened if isinstance(one, WatchOpened)] == [town.id(alert)]


def test_a_level_in_whose_place_another_stands_rings_nobody(town: Town) -> None:
    town.person("the hermit", reached=False)
    old = town.sets_level("BE", 2, persons=[town.id("the hermit")])
    assert [one.settled_at for one in failures(town, old)] == [None]
    town.pass_time(minutes=1)
    new = town.sets_level("BE", 3, persons=[town.id("the hermit")])
    assert [one.settled_how for one in failures(town, old)] == ["replaced"]
    town.withdraws_level(new)
    assert all(one.settled_at is not None for one in failures(town, new))
