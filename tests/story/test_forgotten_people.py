"""Someone asks to be forgotten, and is, at once and for good; an inquiry can ask that it wait."""

import pytest

from tocsin.answer.facts import AnswerKind
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.basis.marking import Role
from tocsin.flow.people.forget import CONSOLE, forget, hold, release
from tocsin.flow.report import receive
from tocsin.people.facts import SignInSet
from tocsin.people.state import Contact, Person
from tocsin.store import journal
from tocsin.testing.town import Town


def person(town: Town, name: str) -> Person:
    with town.app.store.look() as look:
        return look.get(Person, town.id(name))


def is_forgotten(town: Town, name: str) -> bool:
    return forget(town.house, town.id(name), why="Asked", by=CONSOLE, command=f"forget:{name}", now=town.now)


def signs_in(town: Town, name: str) -> None:
    fact = SignInSet(subject=town.id(name), occurred_at=town.now, sign_in=name, secret_hash="a hash")
    receive.add_people(town.house, (fact,), by="town", command=f"signs in:{name}", now=town.now)


def test_who_asks_to_be_forgotten_is_gone_when_we_say_so_and_what_they_answered_still_counts(town: Town) -> None:
    town.person("Ann")
    alert = town.duty_officer.issues_alert(to=["Ann"])
    town.answers("Ann", alert, "safe")
    assert is_forgotten(town, "Ann")
    assert not town.app.store.keys.holds(town.id("Ann")), "the key goes before the word is given, not some time after"
    with town.app.store.look() as look:
        assert look.get(Contact, town.id("Ann's telephone")).address == Erased()
        [answer] = look.link_answers(town.id(alert))
    assert person(town, "Ann").name == Erased()
    assert answer.answer == AnswerKind.SAFE


def test_forgetting_someone_twice_is_no_harm_and_says_that_it_was_so(town: Town) -> None:
    town.person("Ann")
    assert [is_forgotten(town, "Ann") for _ in range(3)] == [True, False, False]
    assert forget(town.house, town.id("Ann"), why="Again", by=CONSOLE, command="other", now=town.now) is False


def test_the_record_says_that_someone_was_forgotten_and_not_who(town: Town) -> None:
    town.person("Ann")
    is_forgotten(town, "Ann")
    with town.app.store.look() as look:
        entries = look.connection.exec_driver_sql("SELECT entry FROM entries").scalars().all()
    assert len([entry for entry in entries if b"PersonForgotten" in entry]) == 1
    assert not any(town.id("Ann").encode() in entry for entry in entries)


def test_what_was_planned_for_someone_forgotten_is_not_sent(town: Town) -> None:
    town.person("Ann")
    town.lines.goes_down(1)
    town.duty_officer.issues_alert(to=["Ann"])
    is_forgotten(town, "Ann")
    town.pass_time(hours=2)
    assert town.phone("Ann").calls == []


def test_a_hold_keeps_someone_from_being_forgotten_until_the_last_inquiry_is_over(town: Town) -> None:
    town.person("Ann")
    town.person("the auditor", roles=(Role.AUDITOR,))
    auditor = town.id("the auditor")
    for inquiry in ("one", "two"):
        hold(town.house, town.id("Ann"), why=f"Inquiry {inquiry}", by=auditor, command=inquiry, now=town.now)
    for inquiry in ("one", "two"):
        with pytest.raises(Refused, match="on hold") as refusal:
            is_forgotten(town, "Ann")
        assert auditor not in str(refusal.value)
        assert "Inquiry" not in str(refusal.value)
        assert town.app.store.keys.holds(town.id("Ann"))
        release(town.house, town.id("Ann"), why="Over", by=auditor, command=f"{inquiry} over", now=town.now)
    assert is_forgotten(town, "Ann")


def test_a_hold_leaves_nothing_in_the_public_record(town: Town) -> None:
    town.person("Ann")
    with town.app.store.look() as look:
        before = look.tree().frontier.size
    hold(town.house, town.id("Ann"), why="Inquiry", by=CONSOLE, command="hold", now=town.now)
    release(town.house, town.id("Ann"), why="Over", by=CONSOLE, command="release", now=town.now)
    with town.app.store.look() as look:
        assert look.tree().frontier.size == before
        held = [journal.decode(row, town.app.store.keys) for row in journal.walk(look.connection)][-2:]
    assert [(one.kind, one.by) for one in held] == [("PersonHeld", CONSOLE), ("PersonReleased", CONSOLE)]


def test_a_hold_is_the_auditors_to_place_and_to_release(town: Town) -> None:
    town.person("Ann")
    for by in (town.duty_officer.id, town.id("Ann"), town.id("a stranger")):
        with pytest.raises(Refused, match="auditor"):
            hold(town.house, town.id("Ann"), why="Inquiry", by=by, command="hold", now=town.now)
    assert person(town, "Ann").holds == 0


def test_two_who_forget_each_other_at_once_do_not_leave_the_desk_without_an_administrator(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each sees that the other is still there; the one who is slower must look again."""
    for name in ("Ann", "Bob"):
        town.person(name, roles=(Role.ADMINISTRATOR,))
        signs_in(town, name)
    commit = town.app.store.commit

    def meanwhile(*facts: object, **more: object) -> object:
        monkeypatch.undo()
        assert is_forgotten(town, "Bob")
        return commit(*facts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(town.app.store, "commit", meanwhile)
    with pytest.raises(Refused, match="has changed since you read it"):
        is_forgotten(town, "Ann")
    with pytest.raises(Refused, match="last administrator"):
        is_forgotten(town, "Ann")
    assert not person(town, "Ann").forgotten
