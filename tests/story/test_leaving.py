"""Ending warnings from a letter: who agreed can take it back with one click, and anybody else's letter says nothing of it."""

from typing import Any

import pytest

from tocsin.flow.people import leave
from tocsin.people.change import is_agreed
from tocsin.people.state import Consent
from tocsin.testing.town import Town

ORDINARY: dict[str, Any] = {"severity": "Minor"}


def alert(town: Town, **more: Any) -> None:
    town.duty_officer.issues_alert(groups=["the street"], **more)


def street(town: Town) -> None:
    """Ann agreed to be warned; Ben works here, and was put on the list."""
    town.group("the street", [town.agrees(town.person("Ann")), town.person("Ben")])


def token(town: Town, person: str) -> str:
    return town.phone(person).last_call.leave_url.partition(leave.PREFIX)[2]


def told(town: Town, person: str) -> int:
    return sum(call.message.kind == "alert" for call in town.phone(person).calls)


def behind(town: Town, link: str) -> str | None:
    with town.app.store.look() as look:
        found = leave.behind(town.house, look, link)
    return None if found is None else found.person.id


def end(town: Town, link: str) -> None:
    leave.end(town.house, str(behind(town, link)), command=town.name_next("leave"), now=town.now)


def consents(town: Town) -> list[Consent]:
    with town.app.store.look() as look:
        return look.all(Consent, order="given_at")


def test_whoever_agreed_ends_warnings_and_is_still_told_of_a_danger_to_life(town: Town) -> None:
    street(town)
    alert(town, **ORDINARY)
    assert town.phone("Ann").last_call.leave_url.startswith(f"{town.house.base_url}/leave/")
    assert town.phone("Ben").last_call.leave_url == ""
    for _ in range(2):  # said twice, done once
        end(town, token(town, "Ann"))
    (consent,) = consents(town)
    assert (consent.withdrawn_at, consent.wording) == (town.now, "Warn me.")
    alert(town, **ORDINARY)
    assert (told(town, "Ann"), told(town, "Ben")) == (1, 2)
    alert(town, severity="Extreme")
    assert (told(town, "Ann"), told(town, "Ben")) == (2, 3)


def test_of_two_clicks_at_once_both_have_their_answer(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    street(town)
    alert(town, **ORDINARY)
    link, commit = token(town, "Ann"), town.app.store.commit

    def meanwhile(facts: Any, **said: Any) -> Any:
        monkeypatch.undo()
        end(town, link)
        return commit(facts, **said)

    monkeypatch.setattr(town.app.store, "commit", meanwhile)
    end(town, link)
    (consent,) = consents(town)
    assert consent.withdrawn_at == town.now


def test_what_does_not_rest_on_consent_says_nothing_of_ending_it(town: Town) -> None:
    street(town)
    alert(town, severity="Extreme")
    town.duty_officer.issues_notice(to="Ann")
    town.duty_officer.retracts(town.duty_officer.issues_alert(to=["Ben"], **ORDINARY))
    assert {call.leave_url for call in town.lines.calls} == {""}


def test_who_ended_warnings_can_agree_again_behind_the_same_link(town: Town) -> None:
    street(town)
    alert(town, **ORDINARY)
    link = token(town, "Ann")
    end(town, link)
    town.pass_time(minutes=1)
    for _ in range(2):
        leave.begin(
            town.house, str(behind(town, link)), wording="Warn me again.", language="en",
            command=town.name_next("begin"), now=town.now,
        )  # fmt: skip
    assert [(one.wording, one.withdrawn_at is None) for one in consents(town)] == [
        ("Warn me.", False), ("Warn me again.", True),
    ]  # fmt: skip
    alert(town, **ORDINARY)
    assert told(town, "Ann") == 2


def test_a_link_to_answer_ends_nothing_and_none_can_be_made(town: Town) -> None:
    street(town)
    alert(town, **ORDINARY)
    answer = town.phone("Ann").last_call.answer_url.rpartition("/")[2]
    link = token(town, "Ann")
    assert len(link) == len(answer) == 39
    assert behind(town, link) == town.id("Ann")
    with town.app.store.look() as look:
        assert town.app.store.links.row(link) is None
        known = leave.behind(town.house, look, link)
    assert known is not None
    assert is_agreed(known)
    other = "a" if link[0] != "a" else "b"
    for wrong in (answer, other + link[1:], link.upper(), link[:-1], "", "é", token(town, "Ben")):
        assert behind(town, wrong) is None


def test_with_its_reader_the_link_is_gone(town: Town) -> None:
    street(town)
    alert(town, **ORDINARY)
    link = token(town, "Ann")
    town.forgets("Ann")
    assert behind(town, link) is None
