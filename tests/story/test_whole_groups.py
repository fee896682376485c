"""Who has not answered yet is found out without asking everyone again, and nobody is overlooked for that."""

from collections.abc import Callable

import pytest

from tocsin.store.silences import AT_ONCE
from tocsin.testing.town import Town
from tocsin.warning.ladder import Suffices, Which

ALL = Suffices()
STREET = [f"person {n}" for n in range(7)]


def is_over(town: Town, alert: str, of: str, suffices: Suffices = ALL) -> bool:
    with town.app.store.look() as look:
        return look.is_answered(town.id(alert), town.id(of), suffices)


@pytest.fixture(name="few")
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.store.silences.AT_ONCE", 2)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize(
    "order", [lambda: STREET, lambda: STREET[::-1], lambda: STREET[3:] + STREET[:3]], ids=["in order", "back", "mixed"]
)
def test_a_group_has_answered_when_the_last_of_it_has(town: Town, order: Callable[[], list[str]]) -> None:
    assert AT_ONCE > 1
    town.group("the street", STREET)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    for person in order():
        assert not is_over(town, alert, "the street")
        town.answers(person, alert, "safe")
    assert is_over(town, alert, "the street")
    town.reconcile()


@pytest.mark.usefixtures("few")
def test_whoever_was_told_and_joins_the_group_later_is_asked_for_too(town: Town) -> None:
    town.person("the miller")
    town.group("the street", STREET)
    alert = town.duty_officer.issues_alert(to=["the miller"], groups=["the street"])
    for person in STREET[:-1]:
        town.answers(person, alert, "safe")
    assert not is_over(town, alert, "the street")
    town.joins("the miller", "the street")
    town.answers(STREET[-1], alert, "safe")
    assert not is_over(town, alert, "the street")
    town.answers("the miller", alert, "received")
    assert is_over(town, alert, "the street")


def test_a_group_of_nobody_who_was_told_has_not_answered(town: Town) -> None:
    town.person("the miller")
    town.group("the street", STREET)
    alert = town.duty_officer.issues_alert(to=["the miller"])
    assert not is_over(town, alert, "the street")


@pytest.mark.usefixtures("few")
def test_a_share_of_all_is_counted_by_what_each_said_last(town: Town) -> None:
    town.group("the street", STREET)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    most = Suffices(which=Which.SHARE, count=50, answers=("safe", "need_help"))
    for person in STREET[:3]:
        town.answers(person, alert, "safe")
        assert not is_over(town, alert, alert, most)
    town.answers(STREET[3], alert, "received")
    assert not is_over(town, alert, alert, most), "that says nothing of how they are"
    town.answers(STREET[0], alert, "disputed")
    town.pass_time(minutes=1)
    town.answers(STREET[4], alert, "safe")
    assert not is_over(town, alert, alert, most), "one has changed their mind"
    town.says_in_public(STREET[5], alert, "safe", "We are all well.")
    assert is_over(town, alert, alert, most)
    town.reconcile()


def test_each_of_all_is_waited_for_and_who_is_called_about_it_is_none_of_them(town: Town) -> None:
    town.group("the street", STREET)
    alert = town.duty_officer.issues_alert(groups=["the street"])
    town.pass_time(minutes=40)
    assert town.phone("the deputy").calls
    for person in STREET:
        assert not is_over(town, alert, alert)
        town.answers(person, alert, "received")
    assert is_over(town, alert, alert)
