"""Whoever got a warning hears that it holds longer, or that it is over, where they got it."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.flow.delivery import afterwards
from tocsin.flow.delivery.send import _Sending
from tocsin.flow.delivery.turns import Turns
from tocsin.flow.warning.warn import decide_window
from tocsin.store.reconcile import reconcile
from tocsin.testing.town import Town
from tocsin.warning.follow_up import FollowUp


def heard(town: Town, person: str) -> list[str]:
    """Return the kinds of what somebody was told, in order."""
    return [one.message.kind for one in town.phone(person).calls]


def last(town: Town, person: str) -> str:
    message = town.phone(person).calls[-1].message
    return "\n".join((message.subject, *message.lines))


def decide(town: Town, alert: str, decision: str, *, hours: float | None = None) -> None:
    """Decide about an alert's window, and do nothing else yet."""
    ends = None if hours is None else town.now + timedelta(hours=hours)
    decide_window(
        town.house, town.id(alert), decision, why="So we think.", ends=ends, by=town.duty_officer.id,
        command=town.name_next("decision"), now=town.now,
    )  # fmt: skip


def test_who_was_told_until_when_is_told_the_new_end_and_what_to_do(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell"])
    alert = town.duty_officer.issues_alert(groups=["the mill"], hours=4)
    town.pass_time(hours=3)
    town.duty_officer.decides(alert, "extend", hours=6)
    for person in ("Ann", "Bell"):
        assert heard(town, person) == ["alert", "follow_up"]
        assert "Still in force: Keep off the bridge" in last(town, person)
        assert "in force until" in last(town, person)
        assert town.alert(alert).wordings[0].instruction in last(town, person)


@pytest.mark.parametrize(
    ("decision", "says"),
    [("stand_down", "All clear: Keep off the bridge"), ("withdraw", "Withdrawn: Keep off the bridge")],
)
def test_who_was_told_hears_that_it_is_over(town: Town, decision: str, says: str) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    town.pass_time(hours=1)
    town.duty_officer.decides(alert, decision)
    assert says in last(town, "Ann")
    assert town.alert(alert).wordings[0].instruction not in last(town, "Ann")


def test_each_extension_is_told_once_and_only_the_latest_matters(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    for _ in range(3):
        town.pass_time(hours=2)
        town.duty_officer.decides(alert, "extend", hours=6)
    assert heard(town, "Ann") == ["alert", *["follow_up"] * 3]


def test_who_could_not_be_told_in_time_hears_the_latest_only(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    town.lines.goes_down(times=2)
    town.duty_officer.decides(alert, "extend", hours=6)
    town.duty_officer.decides(alert, "stand_down")
    town.pass_time(hours=1)
    assert heard(town, "Ann") == ["alert", "follow_up"]
    assert "All clear" in last(town, "Ann")


def test_who_is_told_after_the_decision_hears_the_new_end_at_once(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(times=1)
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=4)
    town.duty_officer.decides(alert, "extend", hours=9)
    town.pass_time(minutes=30)
    (told,) = [one.message for one in town.phone("Ann").calls if one.message.kind == "alert"]
    assert "In force until 2031-05-06 19:00 (Europe/Brussels)." in told.lines


def test_what_is_taken_back_is_told_as_taken_back_and_no_more(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    town.duty_officer.retracts(alert)
    assert heard(town, "Ann") == ["alert", "retraction"]


def test_who_is_not_reached_where_they_got_it_is_told_the_next_way(town: Town) -> None:
    town.person("Ann")
    town.gets_a_radio("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"], hours=4)
    town.lines.goes_down(times=100)
    town.duty_officer.decides(alert, "extend", hours=9)
    town.pass_time(minutes=2)
    assert [one.message.kind for one in town.heard_by_radio("Ann").calls] == ["follow_up"]


@pytest.mark.parametrize("decision", ["extend", "stand_down"])
def test_that_an_extension_reaches_nobody_calls_a_person_and_that_it_is_over_does_so_more_rarely(
    town: Town, decision: str
) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    town.lines.refuses("Ann")
    town.duty_officer.decides(alert, decision, hours=9 if decision == "extend" else None)
    town.pass_time(minutes=2)
    (failure,) = [one for one in town.watches(alert, "failure") if one.settled_at is None]
    assert failure.rings
    assert failure.ladder.slows is (decision == "stand_down")


def test_of_a_confidential_notice_nothing_is_said_but_that_it_changed(town: Town) -> None:
    town.person("the miller")
    notice = town.duty_officer.issues_notice(to="the miller", what="They mean the mill", mark=Mark.RED, hours=4)
    town.duty_officer.decides(notice, "extend", hours=9)
    assert "behind the link" in last(town, "the miller")
    assert "mill" not in last(town, "the miller").replace("the miller", "")
    assert "until 2" not in last(town, "the miller")


def test_late_words_about_what_ran_out_are_told_while_somebody_still_asks(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    town.pass_time(hours=5)
    town.duty_officer.decides(alert, "stand_down")
    assert "All clear" in last(town, "Ann")
    old = town.duty_officer.issues_alert(to=[town.person("Bell")], hours=4)
    town.pass_time(hours=5)
    for why in ("silence", "window"):
        town.deputy.takes_on(old, why)  # or somebody would be rung, every few minutes, for nine days
    town.pass_time(hours=24 * 9)
    town.duty_officer.decides(old, "stand_down")
    assert "follow_up" not in heard(town, "Bell")


def test_killed_after_the_decision_everyone_is_told_once_and_reconciling_sees_who_would_not_be(town: Town) -> None:
    """The decision and the errand to tell are one commit; the errand done twice writes nobody down twice."""
    town.group("the mill", ["Ann", "Bell", "Cob"])
    alert = town.duty_officer.issues_alert(groups=["the mill"], hours=4)
    town.pass_time(hours=1)
    decide(town, alert, "extend", hours=9)
    (errand,) = [one for one in town.app.store.errands() if one.errand == "follow_up"]
    assert not [line for line in reconcile(town.app.store) if "will not be told" in line], "the errand waits"
    afterwards.tell_follow_up(town.house, errand.subject, errand=errand.seq, now=town.now)
    afterwards.tell_follow_up(town.house, errand.subject, errand=errand.seq, now=town.now)
    town.work()
    for person in ("Ann", "Bell", "Cob"):
        assert heard(town, person) == ["alert", "follow_up"]


def test_reconciling_names_whoever_would_not_be_told(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    town.pass_time(hours=1)
    monkeypatch.setattr(afterwards, "tell_who_got", lambda *_args: None)
    town.duty_officer.decides(alert, "extend", hours=9)
    assert [line for line in reconcile(town.app.store) if "will not be told" in line]
    monkeypatch.undo()
    town.duty_officer.decides(alert, "stand_down")
    assert not [line for line in reconcile(town.app.store) if "will not be told" in line], "the latest word counts"


def test_a_later_word_stops_the_earlier_one_while_it_goes_out(town: Town) -> None:
    """What a follow-up tells hangs on its warning: once that has changed, whoever sends looks again, and sends no more of it."""
    town.group("the mill", ["Ann", "Bell", "Cob"])
    alert = town.duty_officer.issues_alert(groups=["the mill"], hours=4)
    town.pass_time(hours=1)
    decide(town, alert, "extend", hours=9)
    (errand,) = [one for one in town.app.store.errands() if one.errand == "follow_up"]
    afterwards.tell_follow_up(town.house, errand.subject, errand=errand.seq, now=town.now)
    with town.app.store.look() as look:
        (batch,) = look.batches(errand.subject)
    begun = _Sending(town.house, batch.id, lambda: town.now, None, Turns())
    assert not begun._is_past()
    decide(town, alert, "withdraw")
    assert begun._is_past()
    town.work()
    for person in ("Ann", "Bell", "Cob"):
        assert heard(town, person) == ["alert", "follow_up"]
        assert "Withdrawn" in last(town, person)


def test_a_batch_that_was_planned_in_the_same_moment_is_told_rather_than_not(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    with town.app.store.look() as look:
        (batch,) = look.batches(town.id(alert))
    town.pass_time(minutes=0)
    follow_up = FollowUp(
        id="f", warning=batch.warning, number=0, at=batch.planned_at - timedelta(milliseconds=200), ends=None,
        all_clear=False, exercise=True,
    )  # fmt: skip
    assert afterwards.got_before(batch, follow_up)
    assert not afterwards.got_before(batch, replace(follow_up, at=batch.planned_at - timedelta(minutes=2)))


def test_an_alert_in_whose_place_another_stands_is_not_decided_about(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Ann")], hours=4)
    newer = town.duty_officer.issues_alert(to=["Ann"], hours=9, follows=alert)
    with pytest.raises(Refused, match="followed by"):
        town.duty_officer.decides(alert, "withdraw")
    assert heard(town, "Ann") == ["alert", "alert"]
    town.duty_officer.decides(newer, "withdraw")
    assert heard(town, "Ann")[-1] == "follow_up"
