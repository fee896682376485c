"""Promise 3: no warning lapses in silence."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.testing.town import Town
from tocsin.warning.window import WindowStands


def stands(town: Town, alert: str) -> WindowStands:
    window = town.alert(alert).window
    assert window is not None
    return window.stands


def test_the_owner_is_asked_before_the_end_and_rung_again_when_it_ran_out(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=48)
    town.pass_time(hours=35)
    assert town.phone("the duty officer").calls == []
    town.pass_time(hours=1)
    assert len(town.watches(alert, "window")) == 1
    assert len(town.phone("the duty officer").calls) == 1
    town.duty_officer.takes_on(alert, "window")
    town.pass_time(hours=12)
    assert stands(town, alert) is WindowStands.RAN_OUT_UNDECIDED
    asked, ran_out = town.watches(alert, "window")
    assert asked.settled_how == "ran_out_undecided"
    assert ran_out.rings


def test_an_undecided_window_rings_until_someone_takes_it_on(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=1)
    town.pass_time(hours=3)
    rung = len(town.watches(alert, "window")[-1].rings)
    assert rung > 3
    town.deputy.takes_on(alert, "window")
    town.pass_time(days=3)
    assert len(town.watches(alert, "window")[-1].rings) == rung


def test_what_ran_out_is_rung_about_up_to_every_duty_officer_and_then_ever_more_rarely(town: Town) -> None:
    """It never stops by itself, and it is no noise: once a week at last, to everyone who could decide, with how often it was said."""
    ladder = town.steps(("the deputy", 15), repeat=15, from_the_top=True)
    town.person("the night officer", roles=(Role.DUTY_OFFICER,))
    alert = town.duty_officer.issues_alert(hours=1, ladder=ladder)
    town.pass_time(days=45)
    watch = town.watches(alert, "window")[-1]
    rings = sorted({ring.at for ring in watch.rings})
    apart = [later - earlier for earlier, later in pairwise(rings)]
    assert apart == sorted(apart)
    assert apart[-1] == timedelta(days=7)
    assert town.now - rings[-1] <= timedelta(days=7)
    assert len(rings) < 40
    last = {town.named(ring.to) for ring in watch.rings if ring.at == rings[-1]}
    assert last == {"the deputy", "the duty officer", "the night officer"}
    told = [call.message for call in town.phone("the night officer").calls if call.message.about == watch.id]
    (said,) = [line for line in told[-1].lines if line.startswith("Call ")]
    assert f"Call {len(rings)} about this since 2031-05-06" in said


def test_extending_in_time_asks_again_before_the_new_end(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=8)
    town.pass_time(hours=7)
    town.duty_officer.decides(alert, "extend", hours=24)
    assert stands(town, alert) is WindowStands.EXTENDED
    assert all(watch.settled_at for watch in town.watches(alert, "window"))
    town.pass_time(hours=23)
    assert [watch.settled_at for watch in town.watches(alert, "window")][-1] is None


@pytest.mark.parametrize(
    ("decision", "after"),
    [
        pytest.param("withdraw", WindowStands.WITHDRAWN, id="taken back"),
        pytest.param("stand_down", WindowStands.STOOD_DOWN, id="over"),
    ],
)
def test_the_issuers_word_ends_it(town: Town, decision: str, after: WindowStands) -> None:
    alert = town.duty_officer.issues_alert(hours=8)
    town.pass_time(hours=7)
    town.duty_officer.decides(alert, decision)
    town.pass_time(days=2)
    assert stands(town, alert) is after


def test_what_ran_out_is_not_extended(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=1)
    town.pass_time(hours=2)
    with pytest.raises(Refused, match="Issue a new warning"):
        town.duty_officer.decides(alert, "extend", hours=24)


@pytest.mark.parametrize("decision", ["withdraw", "stand_down"])
def test_who_speaks_after_the_end_closes_it_and_it_ran_out_all_the_same(town: Town, decision: str) -> None:
    alert = town.duty_officer.issues_alert(hours=1)
    town.pass_time(hours=2)
    town.duty_officer.decides(alert, decision)
    window = town.alert(alert).window
    assert window is not None
    assert window.stands is WindowStands.RAN_OUT_UNDECIDED
    assert window.ran_out_at == window.ends
    assert (window.closed_how, window.closed_at) == (decision, town.now)
    last = town.watches(alert, "window")[-1]
    assert last.settled_how == "closed_after_it_ran_out"
    rung = len(last.rings)
    town.pass_time(days=3)
    assert len(town.watches(alert, "window")[-1].rings) == rung
    with pytest.raises(Refused, match="closed at"):
        town.duty_officer.decides(alert, "withdraw")


def test_what_was_stood_down_in_time_is_not_closed_again(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=8)
    town.duty_officer.decides(alert, "stand_down")
    town.pass_time(days=1)
    with pytest.raises(Refused, match="stood down"):
        town.duty_officer.decides(alert, "withdraw")


def test_an_alert_is_asked_about_as_long_ahead_as_it_says(town: Town) -> None:
    town.duty_officer.issues_alert(hours=48, ask_ahead_s=3 * 3_600)
    town.pass_time(hours=44.9)
    assert town.phone("the duty officer").calls == []
    town.pass_time(hours=0.2)
    assert len(town.phone("the duty officer").calls) == 1


@pytest.mark.parametrize("ahead_s", [599, 86_401])
def test_no_alert_is_asked_about_far_too_early_or_too_late(town: Town, ahead_s: int) -> None:
    with pytest.raises(Refused, match="from 10 minutes to 24 hours"):
        town.drafts_alert(ask_ahead_s=ahead_s)


def test_the_house_says_how_long_ahead_where_the_alert_does_not(town: Town) -> None:
    town.app.house = replace(town.house, ask_ahead_s=2 * 3_600)
    alert = town.duty_officer.issues_alert(hours=48)
    town.app.house = replace(town.house, ask_ahead_s=None)  # what has gone out keeps its question
    town.pass_time(hours=45.9)
    assert town.watches(alert, "window") == []
    town.pass_time(hours=0.2)
    assert len(town.watches(alert, "window")) == 1


def test_an_extension_is_not_asked_about_at_once(town: Town) -> None:
    alert = town.duty_officer.issues_alert(hours=48)
    town.pass_time(hours=47)
    town.duty_officer.decides(alert, "extend", hours=6)
    calls = len(town.phone("the duty officer").calls)
    town.pass_time(hours=2)
    assert len(town.phone("the duty officer").calls) == calls


def test_a_draft_has_no_window_to_decide_about(town: Town) -> None:
    alert = town.drafts_alert(hours=8)
    with pytest.raises(Refused, match="has gone out"):
        town.duty_officer.decides(alert, "withdraw")
