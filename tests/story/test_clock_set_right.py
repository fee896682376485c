"""A clock that was ahead: once it is right, what it put off is sent as soon as it would have been, and nobody is told twice."""

import dataclasses
from datetime import timedelta

import pytest

from tests.story.test_sending import stands
from tocsin.channels.channel import Limit
from tocsin.flow.wake import wake
from tocsin.flow.warning import warn
from tocsin.flow.work import work
from tocsin.testing.town import Town

AHEAD = (
    pytest.param(timedelta(hours=1), id="an hour"),
    pytest.param(timedelta(days=365), id="a year"),
)


def is_set_right(town: Town, ahead: timedelta) -> None:
    town.clock.advance(-ahead)
    wake(town.house, town.now)
    town.work()


def told(town: Town, *people: str) -> list[str]:
    return [call.to for call in town.lines.calls if call.to in people]


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_was_tried_meanwhile_is_tried_again_in_its_time(town: Town, ahead: timedelta) -> None:
    town.group("the street", ["Ann", "Ben"])
    town.lines.is_busy("Ann", times=2)
    start = town.now
    town.clock.advance(ahead)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    assert stands(town, alert) == {("Ann", "mail"): "failed", ("Ben", "mail"): "accepted"}
    is_set_right(town, ahead)
    assert told(town, "Ann", "Ben") == ["Ben"], "her quarter of a minute is not over"
    wake(town.house, town.now)  # whoever starts it again has it look once more
    town.pass_time(minutes=1)
    assert stands(town, alert) == {("Ann", "mail"): "accepted", ("Ben", "mail"): "accepted"}
    assert told(town, "Ann", "Ben") == ["Ben", "Ann"]
    assert town.phone("Ann").last_call.at == start + timedelta(seconds=45), "tried after 15 seconds, and after 30 more"


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_was_planned_meanwhile_goes_at_once(town: Town, ahead: timedelta) -> None:
    town.person("Ann")
    start = town.now
    town.clock.advance(ahead)
    alert = town.drafts_alert(to=["Ann"])
    town.duty_officer.approves(alert)
    warn.issue_alert(town.house, town.id(alert), by=town.duty_officer.id, command="issues", now=town.now)
    work(town.house, town.clock, sending=False)
    assert told(town, "Ann") == []
    is_set_right(town, ahead)
    assert told(town, "Ann") == ["Ann"]
    assert town.phone("Ann").last_call.at == start


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_an_account_may_send_grows_from_then_on(town: Town, ahead: timedelta) -> None:
    town.group("the street", ["Ann", "Ben", "Cy"])
    town.lines.limit = Limit(account="mail:1", per_s=1 / 60, burst=1)
    start = town.now
    town.clock.advance(ahead)
    town.duty_officer.issues_alert(groups=["the street"])
    assert len(told(town, "Ann", "Ben", "Cy")) == 1
    is_set_right(town, ahead)
    town.pass_time(minutes=2)
    assert sorted(told(town, "Ann", "Ben", "Cy")) == ["Ann", "Ben", "Cy"]
    assert town.lines.calls[-1].at == start + timedelta(minutes=2)


def test_what_is_in_hand_while_it_is_set_right_is_taken_up_again(town: Town) -> None:
    town.person("Ann")
    town.lines.is_busy("Ann", times=1)
    ahead = [timedelta(days=365)]

    def sets_it_right() -> float:  # between the failure and the word when the next try is
        while ahead:
            town.clock.advance(-ahead.pop())
        return 0.0

    town.app.house = dataclasses.replace(town.house, jitter=sets_it_right)
    town.clock.advance(*ahead)
    town.duty_officer.issues_alert(to=["Ann"])
    wake(town.house, town.now)
    town.pass_time(minutes=1)
    assert told(town, "Ann") == ["Ann"]
