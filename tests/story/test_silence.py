"""Promise 2: no warning is ignored in silence."""

from datetime import timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from tocsin.basis.marking import Role
from tocsin.flow import tend
from tocsin.flow.threat import cases
from tocsin.flow.warning.reaffirm import let_out, reaffirm
from tocsin.flow.work import do
from tocsin.store.log import LinkAnswer
from tocsin.store.store import Store
from tocsin.testing.town import Officer, Town
from tocsin.warning.ladder import Suffices, Which
from tocsin.warning.reaffirm import Upheld


def test_silence_for_fifteen_minutes_rings_the_deputy(town: Town) -> None:
    town.report("Water over the Mill Lane bridge")
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=15)
    assert town.phone("the deputy").last_call.about == "the miller"


def test_an_answer_in_time_rings_nobody(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=14)
    town.answers("the miller", notice, "acting")
    town.pass_time(hours=24)
    assert town.watches(notice, "silence")[0].rings == ()


def test_silence_rings_person_after_person_until_one_takes_it_on(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(hours=1)
    assert len(town.phone("the deputy").calls) == 1
    assert len(town.phone("the duty officer").calls) == 3
    town.duty_officer.takes_on(notice)
    town.pass_time(days=2)
    assert len(town.phone("the duty officer").calls) == 3
    watch = town.watches(notice, "silence")[0]
    assert (town.named(watch.accepted_by or ""), watch.settled_at) == ("the duty officer", None)


def test_a_late_answer_still_settles_what_someone_took_on(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.pass_time(minutes=15)
    town.deputy.takes_on(notice)
    town.pass_time(days=12)
    town.answers("the miller", notice, "received")
    assert town.watches(notice, "silence")[0].settled_how == "answered"


def test_a_group_is_silent_until_its_last_member_has_answered(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.answers("Ann", alert, "safe")
    town.pass_time(minutes=15)
    assert [town.named(w.of) for w in town.watches(alert, "silence") if w.rings] == ["the street"]
    town.answers("Ben", alert, "safe")
    assert town.watches(alert, "silence")[0].settled_at == town.now


def test_a_denial_rings_at_once_and_ends_nothing(town: Town) -> None:
    town.person("the mayor")
    notice = town.duty_officer.issues_notice(to="the mayor")
    town.pass_time(minutes=5)
    town.says_in_public("the mayor", notice, "dismissed", "Scaremongering", ordered="Watch the bridge")
    assert [w.why.value for w in town.watches(notice) if w.rings] == ["denial"]
    assert town.phone("the deputy").last_call.about == "the mayor"
    window = town.notice(notice).window
    assert window is not None
    assert window.stands == "open"


def test_a_denial_that_nobody_takes_on_is_rung_about_ever_more_rarely_and_every_day(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=None)
    town.answers("the miller", notice, "disputed")
    town.pass_time(days=14)
    (denial,) = town.watches(notice, "denial")
    moments = sorted({ring.at for ring in denial.rings})
    waits = [later - before for before, later in pairwise(moments)]
    assert waits == sorted(waits), "never more often than before"
    assert waits[-1] == timedelta(days=1)
    assert len(moments) < 60, "every quarter of an hour it would have been more than a thousand"


def test_someone_who_needs_help_rings_at_once(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "need_help")
    assert town.phone("the deputy").last_call.about == "Ann"


def test_an_answer_at_the_last_second_rings_nobody(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=14)
    with town.app.store.look() as look:
        row = look.rows_of(town.id(notice))[town.id("the miller")]
    town.clock.advance(timedelta(minutes=1))
    town.app.store.add_answers([LinkAnswer(row=row, answer="acting", at=town.now)])
    town.work()
    assert town.watches(notice, "silence")[0].rings == ()


def test_fifty_presses_of_one_button_ring_once(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    with town.app.store.look() as look:
        row = look.rows_of(town.id(alert))[town.id("Ann")]
    town.app.store.add_answers([LinkAnswer(row=row, answer="disputed", at=town.now)] * 50)
    town.work()
    assert len(town.watches(alert, "denial")) == 1
    assert len(town.phone("the deputy").calls) == 1


def test_sixty_who_are_silent_are_no_sixty_calls(town: Town) -> None:
    street = [town.person(f"person {n}") for n in range(60)]
    alert = town.duty_officer.issues_alert(to=street)
    for name in street[1:]:
        town.answers(name, alert, "acting")
    town.pass_time(minutes=15)
    assert len(town.phone("the deputy").calls) == 1
    watch = town.watches(alert, "silence")[0]
    assert watch.settled_at is None, "one of them is silent still"
    town.answers(street[0], alert, "acting")
    town.pass_time(minutes=1)
    assert town.watches(alert, "silence")[0].settled_at is not None


def test_an_empty_group_has_not_answered(town: Town) -> None:
    town.group("the street", [])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    assert [watch.settled_at for watch in town.watches(alert, "silence")] == [None]
    assert town.watches(alert, "failure")[0].rings


def test_who_joins_later_is_not_waited_for(town: Town) -> None:
    town.group("the street", ["Ann"])
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.joins("Ben", "the street")
    town.answers("Ann", alert, "safe")
    assert town.watches(alert, "silence")[0].settled_how == "answered"


def test_who_cannot_be_called_is_passed_over(town: Town) -> None:
    town.person("the deaf warden", roles=(Role.DUTY_OFFICER,), reached=False)
    town.deputy = Officer(town, "the deaf warden")
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=15)
    assert len(town.phone("the duty officer").calls) == 1


def test_whoever_is_called_after_someone_took_it_on_is_not_called(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller")
    town.pass_time(minutes=14)
    town.lines.goes_down(times=1)
    town.pass_time(minutes=1)
    town.duty_officer.takes_on(notice)
    town.pass_time(minutes=10)
    assert town.phone("the deputy").calls == []


def test_a_call_is_planned_and_its_errand_struck_out_in_one_commit(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.person("the miller")
    town.duty_officer.issues_notice(to="the miller", patience=timedelta(minutes=15))
    finished: list[int] = []
    monkeypatch.setattr(Store, "finish", lambda _, *errands: finished.extend(errands))
    town.clock.set(town.now + timedelta(minutes=15))
    tend.ring_due(town.house, town.now)
    for errand in (one for one in town.app.store.errands() if one.errand == "call"):
        do(town.house, errand, town.now)
    assert "call" not in {one.errand for one in town.app.store.errands()}
    assert finished == []
    monkeypatch.undo()
    town.work()
    assert town.phone("the deputy").last_call.about == "the miller"


def ends_the_case(town: Town, by: Officer) -> None:
    cases.close_case(town.house, town.id(town.case()), "It came to nothing", by=by.id, command="closed", now=town.now)
    town.work()


def settled(town: Town, warning: str) -> list[str]:
    """Return how each silence about a warning was settled; nothing of one that is still waited for."""
    return [watch.settled_how for watch in town.watches(warning, "silence")]


@pytest.mark.parametrize(
    ("hours", "by", "expected"),
    [
        pytest.param(1, "the duty officer", "case_ended", id="its window had run out"),
        pytest.param(None, "the duty officer", "case_ended", id="it had no end of its own"),
        pytest.param(1, "the watch officer", "", id="nobody ended it who may"),
    ],
)
def test_silence_is_waited_for_until_a_duty_officer_ends_the_case(
    town: Town, hours: float | None, by: str, expected: str
) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=hours)
    town.pass_time(days=3)
    assert settled(town, notice) == [""], "never, while the case is open"
    ends_the_case(town, next(one for one in (town.duty_officer, town.watch_officer) if one.id == town.id(by)))
    assert settled(town, notice) == [expected]
    calls = len(town.phone("the duty officer").calls)
    town.pass_time(days=2)
    silence = town.watches(notice, "silence")[0]
    assert (silence.rings[-1].at > town.now - timedelta(days=2)) is (expected == "")
    if hours is not None and expected:
        assert len(town.phone("the duty officer").calls) > calls, "nobody has said yet what becomes of its window"
    town.reconcile()


def test_what_still_holds_when_the_outcome_is_judged_is_waited_for_until_it_ends(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", hours=3)
    town.pass_time(hours=1)
    town.is_judged()
    town.work()
    assert settled(town, notice) == [""]
    town.pass_time(hours=3)
    assert settled(town, notice) == ["case_ended"]


def test_whoever_ends_the_warning_that_follows_waits_for_the_one_before_no_more(town: Town) -> None:
    town.person("the miller")
    first = town.duty_officer.issues_notice(to="the miller", hours=3)
    town.pass_time(hours=1)
    said, ends = [Upheld(language="", words="It still holds.")], town.now + timedelta(hours=3)
    by = town.duty_officer.id
    reaffirm(town.house, town.id(first), town.id("again"), said, ends=ends, by=by, command="again", now=town.now)
    let_out(town.house, town.id("again"), by=town.deputy.id, command="let out", now=town.now)
    town.work()
    town.deputy.decides("again", "stand_down")
    assert [*settled(town, first), *settled(town, "again")] == ["stood_down", "stood_down"]


@pytest.mark.parametrize(
    "judged_after", [pytest.param(1, id="while both hold"), pytest.param(9, id="once both are past")]
)
def test_a_warning_that_another_followed_is_waited_for_no_longer_than_that_one(town: Town, judged_after: int) -> None:
    first = town.duty_officer.issues_alert(to=[town.person("the miller")], hours=3)
    second = town.deputy.issues_alert(to=[town.person("the baker")], hours=6, follows=first)
    town.pass_time(hours=judged_after)
    town.is_judged()
    town.work()
    if judged_after < 6:
        assert [*settled(town, first), *settled(town, second)] == ["", ""], "the one that follows holds"
        town.pass_time(hours=4)
        assert [*settled(town, first), *settled(town, second)] == ["", ""], "the one before would have ended"
        town.pass_time(hours=2)
    assert [*settled(town, first), *settled(town, second)] == ["case_ended", "case_ended"]
    town.reconcile()


def test_whoever_answers_the_later_of_two_warnings_is_silent_about_neither(town: Town) -> None:
    town.group("the street", ["Ann", "Ben"])
    first = town.duty_officer.issues_alert(groups=["the street"], to=[town.person("the miller")])
    later = town.duty_officer.issues_alert(groups=["the street"], to=["the miller"], follows=first)
    for person in ("Ann", "Ben"):
        town.answers(person, later, "safe")
    how = {town.named(one.of): one.settled_how for one in town.watches(first, "silence")}
    assert how == {"the street": "followed", "the miller": ""}
    town.pass_time(days=1)
    assert {town.named(one.of) for one in town.watches(first, "silence") if one.rings} == {"the miller"}
    town.reconcile()


def test_whoever_is_silent_about_two_warnings_is_rung_about_once(town: Town) -> None:
    first = town.duty_officer.issues_alert(to=[town.person("the miller")])
    town.pass_time(minutes=10)
    later = town.duty_officer.issues_alert(to=["the miller"], follows=first)
    town.pass_time(minutes=10)
    assert [len(one.rings) > 0 for one in town.watches(first, "silence")] == [True], "the second puts nothing off"
    town.pass_time(minutes=10)
    (before,), (after,) = town.watches(first, "silence"), town.watches(later, "silence")
    assert (before.settled_how, len(after.rings) > 0) == ("followed", True)
    town.pass_time(days=1)
    assert len(town.watches(first, "silence")[0].rings) == len(before.rings)
    town.reconcile()


def test_whom_the_later_warning_does_not_address_is_waited_for_as_before(town: Town) -> None:
    first = town.duty_officer.issues_alert(to=[town.person("the miller"), town.person("the baker")])
    town.duty_officer.issues_alert(to=["the baker"], follows=first)
    town.pass_time(hours=2)
    how = {town.named(one.of): one.settled_how for one in town.watches(first, "silence")}
    assert how == {"the miller": "", "the baker": "followed"}


def test_what_somebody_has_taken_on_stays_theirs_when_the_later_warning_rings(town: Town) -> None:
    first = town.duty_officer.issues_alert(to=[town.person("the miller")])
    town.pass_time(minutes=15)
    town.deputy.takes_on(first)
    town.duty_officer.issues_alert(to=["the miller"], follows=first)
    town.pass_time(hours=2)
    (taken,) = town.watches(first, "silence")
    assert (taken.settled_how, town.named(taken.accepted_by or "")) == ("", "the deputy")


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        pytest.param(["the street", "the mill"], "followed", id="to all of them"),
        pytest.param(["the street"], "", id="to some of them"),
    ],
)
def test_of_whom_some_suffice_the_later_warning_is_waited_for_if_it_goes_to_all(
    town: Town, groups: list[str], expected: str
) -> None:
    town.group("the street", ["Ann"])
    town.group("the mill", ["Bell"])
    some = replace(town.ladder(timedelta(minutes=15)), suffices=Suffices(which=Which.SOME, count=1))
    first = town.duty_officer.issues_alert(groups=["the street", "the mill"], ladder=some)
    town.duty_officer.issues_alert(groups=groups, follows=first, ladder=some)
    town.pass_time(hours=2)
    assert settled(town, first) == [expected]
