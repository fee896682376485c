"""Promise 2: no warning is ignored in silence."""

from datetime import timedelta

import pytest

from tocsin.basis.marking import Role
from tocsin.flow import tend
from tocsin.flow.work import do
from tocsin.store.log import LinkAnswer
from tocsin.store.store import Store
from tocsin.testing.town import Officer, Town


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
