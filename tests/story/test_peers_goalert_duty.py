"""GoAlert's scenarios about who is on duty and who is rung next, told in the town: each names the file of its smoke test.

Told elsewhere, and not again here: the turns themselves across every change of the clocks (tests/people/test_rota.py);
what a policy does besides (test_policies.py); replies and several acknowledgements by message (the stories of replies).
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.basis.moment import utc
from tocsin.flow.people import policies
from tocsin.people.rota import Stand, Turn
from tocsin.testing.town import Officer, Town

CHICAGO = "America/Chicago"


def manned(town: Town) -> Town:
    for name in ("Bob", "Ben", "Jane"):
        town.person(name, roles=(Role.WATCH_OFFICER,))
    town.person("the miller")
    return town


@pytest.fixture
def desk(town: Town) -> Town:
    """A town with Bob and Ben, who take turns, and the miller, who never answers."""
    return manned(town)


@pytest.fixture
def autumn(tmp_path: Path) -> Iterator[Town]:
    """The same town on the day before the clocks go back."""
    with Town(tmp_path, utc("2031-11-01T08:00:00Z")) as town:
        yield manned(town)
        town.reconcile()


def at(town: Town, moment: str) -> None:
    town.pass_time(hours=(utc(moment) - town.now) / timedelta(hours=1))


def names(town: Town) -> list[str]:
    return [name for name, _ in town.rung()]


def test_a_daily_rotation_flips_at_its_hour_on_the_far_side_of_a_change_of_the_clocks(autumn: Town) -> None:
    """rotationdst_test.go: started before the clocks changed, it flips a minute later on this side of it."""
    autumn.rota("daily", "Bob", "Ben", first="2031-11-01T09:05", turn=Turn.DAY, zone=CHICAGO)
    ladder = autumn.steps(("rota:daily", 0), ("Jane", 6000))
    at(autumn, "2031-11-03T15:00:00Z")  # 09:00 there, two hours-of-the-wall days on; the clocks went back on the 2nd
    autumn.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    at(autumn, "2031-11-03T15:10:00Z")
    autumn.duty_officer.issues_alert(to=["the miller"], ladder=ladder)
    assert names(autumn) == ["Ben", "Bob"]


def test_a_daily_rotation_goes_round(desk: Town) -> None:
    """rotationdaily_test.go."""
    desk.rota("daily", "Bob", "Ben", first="2031-05-06T09:00", turn=Turn.DAY, zone=CHICAGO)
    for day in (7, 8, 9):
        at(desk, f"2031-05-{day:02}T20:00:00Z")
        desk.duty_officer.issues_alert(
            to=["the miller"], ladder=desk.steps(("rota:daily", 0), ("Jane", 6000)), hours=None
        )
    assert names(desk)[:3] == ["Ben", "Bob", "Ben"]


def test_whoever_is_first_is_on_duty_from_the_first_moment_on(desk: Town) -> None:
    """rotationgap_test.go: the numbering of its members has a gap, and still the first is on duty."""
    desk.rota("weekly", "Bob", "Ben", first="2031-05-06T10:00", turn=Turn.WEEK, zone="Europe/Vienna")  # now
    desk.duty_officer.issues_alert(to=["the miller"], ladder=desk.steps(("rota:weekly", 0), ("Jane", 600)))
    assert names(desk) == ["Bob"]


def test_a_ladder_whose_first_step_is_not_numbered_first_is_begun_at_its_first_step(desk: Town) -> None:
    """escalationgap_test.go: steps are kept in their order here, and have no numbers that could have a gap."""
    policy = desk.keeps_policy("two steps", desk.steps(("Bob", 5), ("Ben", 60)))
    desk.keeps_policy("two steps", desk.steps(("Ben", 60)))
    alert = desk.duty_officer.issues_alert(to=["the miller"], ladder=desk.steps(("Jane", 600)))
    watch = desk.watches(alert, "silence")[0]
    policies.put_under(desk.house, watch.id, policy, by=desk.duty_officer.id, command="put", now=desk.now)
    desk.work()
    assert names(desk) == ["Ben"]


def test_a_step_with_nobody_on_duty_is_skipped_at_once(desk: Town) -> None:
    """escalationskipifempty_test.go, the first of three. Not skipping, the second, cannot be chosen here."""
    desk.rota("begins next year", "Bob", first="2032-01-01T00:00")
    desk.duty_officer.issues_alert(to=["the miller"], ladder=desk.steps(("rota:begins next year", 0), ("Ben", 60)))
    assert names(desk) == ["Ben"]


def test_a_ladder_with_nowhere_to_go_rings_every_duty_officer_and_does_not_spin(desk: Town) -> None:
    """escalationskipifempty_test.go, the third. No such policy can be saved; a rota may run empty under a ladder."""
    desk.rota("begins next year", "Bob", first="2032-01-01T00:00")
    ladder = desk.steps(("rota:begins next year", 0), ("rota:begins next year", 5), repeat=60)
    alert = desk.duty_officer.issues_alert(to=["the miller"], ladder=ladder, hours=None)
    assert sorted(names(desk)) == ["the deputy", "the duty officer"]
    assert desk.watches(alert, "silence")[0].due == desk.now + timedelta(minutes=60)


def test_only_the_ladder_it_is_under_now_is_gone_by(desk: Town) -> None:
    """policyreassignment_test.go: put under another policy its first step is rung at once, and put back again."""
    one = desk.keeps_policy("one", desk.steps(("Bob", 30), ("Bob", 60)))
    two = desk.keeps_policy("two", desk.steps(("Ben", 60), repeat=6000))
    alert = desk.duty_officer.issues_alert(to=["the miller"], ladder=desk.steps(("Bob", 0), ("Bob", 30)), hours=None)
    watch = desk.watches(alert, "silence")[0].id
    assert names(desk) == ["Bob"]
    policies.put_under(desk.house, watch, two, by=desk.duty_officer.id, command="to two", now=desk.now)
    desk.work()
    assert names(desk) == ["Bob", "Ben"]
    desk.pass_time(minutes=30)
    assert names(desk) == ["Bob", "Ben"]
    policies.put_under(desk.house, watch, one, by=desk.duty_officer.id, command="to one", now=desk.now)
    desk.work()
    assert names(desk) == ["Bob", "Ben", "Bob"]


def test_what_somebody_has_is_escalated_by_hand_and_the_second_step_is_rung(desk: Town) -> None:
    """manualescalationnotification_test.go."""
    alert = desk.duty_officer.issues_alert(to=["the miller"], ladder=desk.steps(("Bob", 0), ("Jane", 60)))
    Officer(desk, "Bob").takes_on(alert)
    watch = desk.watches(alert, "silence")[0].id
    policies.escalate(desk.house, watch, by=desk.duty_officer.id, command="escalate", now=desk.now)
    desk.work()
    assert names(desk) == ["Bob", "Jane"]


def test_of_two_who_stand_in_at_the_same_time_by_two_hands_one_is_told_to_look_again(desk: Town) -> None:
    """overrideconflict_test.go: two transactions at once, and one of them fails."""
    desk.rota("weekly", "Bob", "Ben", turn=Turn.WEEK)
    rota = desk.id("weekly")
    with desk.app.store.look() as look:
        seen = look.version(rota)
    desk.stands_in("weekly", "Jane", "2031-05-06T09:00:00Z", "2031-05-06T17:00:00Z")
    with pytest.raises(Refused):
        desk.app.store.commit([], at=desk.now, by="x", command="the slower hand", expect={rota: seen})


def test_each_of_several_recipients_is_waited_for_whoever_answers_first(desk: Town) -> None:
    """multiack_test.go, the first three of five: the others are still asked after, the one is not, and both are kept."""
    for name in ("host 1", "host 2"):
        desk.person(name)
    alert = desk.duty_officer.issues_alert(to=["host 1", "host 2"], ladder=desk.steps(("Bob", 30), repeat=600))
    desk.answers("host 1", alert, "received")
    desk.pass_time(minutes=31)
    assert [desk.named(watch.of) for watch in desk.watches(alert, "silence") if watch.rings] == ["host 2"]
    desk.answers("host 2", alert, "received")
    with desk.app.store.look() as look:
        assert len(look.link_answers(desk.id(alert))) == 2
    assert all(watch.settled_how == "answered" for watch in desk.watches(alert, "silence"))


def test_whoever_was_rung_before_is_rung_again_at_a_later_step(desk: Town) -> None:
    """multiack_test.go, the fourth: what somebody did at one step does not silence the next."""
    alert = desk.duty_officer.issues_alert(
        to=["the miller"], ladder=desk.steps(("Bob", 0), (["Bob", "Jane"], 60), repeat=600), hours=None
    )
    Officer(desk, "Bob").takes_on(alert)
    watch = desk.watches(alert, "silence")[0].id
    policies.escalate(desk.house, watch, by=desk.duty_officer.id, command="escalate", now=desk.now)
    desk.work()
    assert sorted(names(desk)) == ["Bob", "Bob", "Jane"]


def test_stood_down_nobody_is_asked_after_any_more(desk: Town) -> None:
    """multiack_test.go, the fifth: closing still cancels."""
    alert = desk.duty_officer.issues_alert(to=["the miller"], ladder=desk.steps(("Bob", 30)))
    desk.duty_officer.decides(alert, "stand_down")
    desk.pass_time(hours=2)
    assert names(desk) == []


def test_whoever_stands_in_from_the_middle_of_a_turn_is_the_one_who_is_rung(desk: Town) -> None:
    """Schedule overrides, as GoAlert's add, remove and replace."""
    desk.rota("weekly", "Bob", "Ben", first="2031-05-05T00:00", turn=Turn.WEEK)
    desk.stands_in("weekly", "Jane", "2031-05-06T12:00:00Z", "2031-05-06T14:00:00Z", instead_of="Bob")
    desk.stands_in("weekly", None, "2031-05-06T16:00:00Z", "2031-05-06T18:00:00Z")
    ladder = desk.steps(("rota:weekly", 0), ("the deputy", 6000))
    for hour in (11, 13, 15, 17):
        at(desk, f"2031-05-06T{hour}:00:00Z")
        desk.duty_officer.issues_alert(to=["the miller"], ladder=ladder, hours=None)
    first = {hour: [name for name, when in desk.rung() if when == f"06 {hour + 2}:00"] for hour in (11, 13, 15, 17)}
    assert first == {11: ["Bob"], 13: ["Jane"], 15: ["Bob"], 17: ["the deputy"]}


def test_a_stand_in_that_ends_before_it_begins_is_refused(desk: Town) -> None:
    desk.rota("weekly", "Bob", "Ben")
    backwards = Stand(id="x", person=desk.id("Jane"), begins=desk.now, ends=desk.now - timedelta(hours=1))
    with pytest.raises(Refused, match="turn them round"):
        policies.add_stand_in(desk.house, desk.id("weekly"), backwards, by="x", command="x", now=desk.now)
