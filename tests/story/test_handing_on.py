"""Handing on by link: a contact passes a notice on within the institution; each is waited for, and nobody is silenced by it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tocsin.answer.facts import Heard
from tocsin.answer.institution.facts import HandedOn
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.basis.marking import Mark
from tocsin.flow.answer import handing
from tocsin.flow.delivery.again import send_again
from tocsin.flow.people import forget
from tocsin.people.state import Contact, Person
from tocsin.store.store import Store
from tocsin.testing.town import Town

LOCK = "lock@example.org"


@pytest.fixture(name="board")
def _board(town: Town) -> str:
    for contact in ("Rees", "Holm", "Aske"):
        town.person(contact)
    return town.institution("the waterways", line=("Rees", "Holm", "Aske"), reached=False, patience=timedelta(hours=2))


def silent(town: Town, notice: str) -> dict[str, str]:
    return {town.named(one.of): one.settled_how for one in town.watches(notice, "silence")}


def test_whoever_it_is_handed_on_to_is_told_and_waited_for_and_nobody_is_silenced(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.hands_on("Rees", board, notice, "Aske", "You have the keys")
    assert len(town.phone("Aske").calls) == 1
    assert silent(town, notice) == {board: "", "Aske": ""}, "it is no answer"
    (handing,) = town.handings(notice)
    assert (town.named(handing.giver or ""), town.named(handing.to), handing.at) == ("Rees", "Aske", town.now)
    town.pass_time(minutes=15)
    assert {call.about for call in town.phone("the deputy").calls} == {board, "Aske"}, "both are rung about"


def test_the_next_in_line_is_told_all_the_same_and_whoever_has_it_is_passed_over(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.hands_on("Rees", board, notice, "Holm")
    town.pass_time(hours=2)
    assert [len(town.phone(who).calls) for who in ("Rees", "Holm", "Aske")] == [1, 1, 1]


def test_what_the_new_one_says_is_the_institutions_word_and_ends_both_silences(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.hands_on("Rees", board, notice, "Aske")
    town.answers("Aske", notice, "acting")
    assert silent(town, notice) == {board: "answered", "Aske": "answered"}
    town.pass_time(days=1)
    assert town.phone("Holm").calls == []


def test_an_answer_of_the_first_leaves_the_new_one_waited_for(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.hands_on("Rees", board, notice, "Aske")
    town.answers("Rees", notice, "received")
    assert silent(town, notice) == {board: "answered", "Aske": ""}
    send_again(town.house, town.id(notice), by=town.duty_officer.id, command="again", now=town.now)
    town.work()
    assert len(town.phone("Aske").calls) == 2


def test_a_denial_of_the_new_one_is_the_institutions(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.hands_on("Rees", board, notice, "Aske")
    town.answers("Aske", notice, "dismissed")
    assert [town.named(one.of) for one in town.watches(notice, "denial")] == [board]
    assert town.knock(notice).recipient == town.id(board)


def test_pressed_twice_it_is_sent_once(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    for _ in range(2):
        town.hands_on("Rees", board, notice, "Aske")
    assert len(town.phone("Aske").calls) == 1
    assert len(town.handings(notice)) == 1


def test_only_a_contact_of_the_same_institution_is_handed_it(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.person("the miller")
    for to in ("the miller", "Rees"):
        with pytest.raises(Refused, match="no contact of your institution"):
            town.hands_on("Rees", board, notice, to)


def test_nothing_is_handed_on_that_is_over(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.duty_officer.retracts(notice)
    with pytest.raises(Refused, match="This is over"):
        town.hands_on("Rees", board, notice, "Aske")
    with pytest.raises(Refused, match="This is over"):
        town.asks_to_hand_on("Rees", board, notice, LOCK)


def test_everyone_whom_it_was_handed_to_hears_that_it_was_false(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.hands_on("Rees", board, notice, "Aske")
    town.duty_officer.retracts(notice)
    assert town.phone("Aske").last_call.message.kind == "retraction"


# ---- somebody new


def test_somebody_new_is_told_nothing_before_a_duty_officer_confirms_it(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    wish = town.asks_to_hand_on("Rees", board, notice, LOCK)
    assert town.phone(LOCK).calls == []
    assert silent(town, notice) == {board: ""}
    (watch,) = town.watches(notice, "handing")
    assert watch.rings, "somebody is rung at once: whoever is to be told knows nothing yet"
    with pytest.raises(Refused, match="for a duty officer to decide"):
        town.watch_officer.confirms(wish)
    town.duty_officer.confirms(wish)
    assert len(town.phone(LOCK).calls) == 1
    assert town.watches(notice, "handing")[0].settled_how == "decided"
    (handing,) = town.handings(notice)
    assert (handing.giver, handing.recorder, handing.told) == (town.id("Rees"), town.duty_officer.id, True)
    assert len(silent(town, notice)) == 2
    with pytest.raises(Refused, match="decided at"):
        town.duty_officer.turns_down(wish)


def test_whoever_is_refused_is_forgotten_and_was_never_told(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    wish = town.asks_to_hand_on("Rees", board, notice, LOCK)
    with pytest.raises(Refused, match="The reason says nothing"):
        town.duty_officer.turns_down(wish, " ")
    town.watch_officer.turns_down(wish)
    with town.app.store.look() as look:
        person, contact = look.get(Person, wish.to), look.get(Contact, wish.contact or "")
    assert person.forgotten
    assert isinstance(contact.address, Erased)
    assert town.watches(notice, "handing")[0].settled_how == "decided"
    town.pass_time(days=1)
    assert town.phone(LOCK).calls == []
    assert town.handings(notice) == ()


def test_somebody_is_rung_until_each_wish_is_decided(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    first = town.asks_to_hand_on("Rees", board, notice, LOCK)
    second = town.asks_to_hand_on("Rees", board, notice, "weir@example.org", name="Orr")
    assert len(town.watches(notice, "handing")) == 1
    town.duty_officer.confirms(first)
    assert town.watches(notice, "handing")[0].settled_at is None
    town.duty_officer.turns_down(second)
    assert town.watches(notice, "handing")[0].settled_at is not None


def test_asked_twice_it_is_one_wish_and_what_is_no_address_is_refused(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    for _ in range(2):
        town.asks_to_hand_on("Rees", board, notice, LOCK)
    assert len(town.dealings(notice).wishes) == 1
    with pytest.raises(Refused, match="no mail address"):
        town.asks_to_hand_on("Rees", board, notice, "by hand")
    with pytest.raises(Refused, match="Name somebody"):
        town.asks_to_hand_on("Rees", board, notice, "orr@example.org", name=" ")


def test_a_red_notice_goes_to_nobody_by_a_link_alone(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board, mark=Mark.RED)
    with pytest.raises(Refused, match="named readers only"):
        town.hands_on("Rees", board, notice, "Aske")
    assert town.phone("Aske").calls == []


# ---- what happens meanwhile


def meanwhile(monkeypatch: pytest.MonkeyPatch, do: Callable[[], Any]) -> None:
    """Do something between the next look and its commit."""
    commit, left = Store.commit, [do]

    def commit_later(store: Store, *facts: Any, **named: Any) -> Any:
        if left:
            left.pop()()
        return commit(store, *facts, **named)

    monkeypatch.setattr(Store, "commit", commit_later)


def asks_for(town: Town, board: str, notice: str, to: str) -> None:
    """Let Rees ask for a notice to be handed on to a contact whom an officer has to confirm."""
    handing.ask_handing_to(
        town.house, town.id(notice), town.id(board), town.id(to), words="", giver=town.id("Rees"),
        command=town.name_next("asks"), now=town.now,
    )  # fmt: skip
    town.work()


def test_whoever_an_inquiry_holds_is_not_forgotten_with_the_refusal(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    wish = town.asks_to_hand_on("Rees", board, notice, LOCK)
    forget.hold(town.house, wish.to, why="Who passed it on?", by="console", command="hold", now=town.now)
    town.duty_officer.turns_down(wish)
    with town.app.store.look() as look:
        person, contact = look.get(Person, wish.to), look.get(Contact, wish.contact or "")
    assert not person.forgotten
    assert contact.address == LOCK
    assert town.dealings(notice).wishes[0].decided_at is not None


@pytest.mark.parametrize("how", ["retracted", "stood down"])
@pytest.mark.parametrize("held", [False, True])
def test_a_wish_ends_with_its_notice(town: Town, board: str, how: str, held: bool) -> None:
    notice = town.duty_officer.issues_notice(to=board, hours=4)
    wish = town.asks_to_hand_on("Rees", board, notice, LOCK)
    if held:
        forget.hold(town.house, wish.to, why="Who passed it on?", by="console", command="hold", now=town.now)
    if how == "retracted":
        town.duty_officer.retracts(notice)
    else:
        town.duty_officer.decides(notice, "stand_down")
    (watch,) = town.watches(notice, "handing")
    assert watch.settled_at is not None
    assert town.dealings(notice).wishes[0].decided_at is not None
    with town.app.store.look() as look:
        assert look.get(Person, wish.to).forgotten is not held
    town.pass_time(hours=6)
    assert len(town.watches(notice, "handing")[0].rings) == len(watch.rings)


def test_handed_on_while_it_is_taken_back_it_goes_to_nobody(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    meanwhile(monkeypatch, lambda: town.duty_officer.retracts(notice))
    with pytest.raises(Refused, match="This is over"):
        town.hands_on("Rees", board, notice, "Aske")
    assert town.phone("Aske").calls == []
    assert [one.settled_how for one in town.watches(notice, "silence")] == ["retracted"]


def test_asked_for_or_confirmed_while_it_is_taken_back_nobody_is_rung_or_told(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices = [town.duty_officer.issues_notice(to=board) for _ in range(2)]
    meanwhile(monkeypatch, lambda: town.duty_officer.retracts(notices[0]))
    with pytest.raises(Refused, match="This is over"):
        town.asks_to_hand_on("Rees", board, notices[0], LOCK)
    assert town.watches(notices[0], "handing") == []
    wish = town.asks_to_hand_on("Rees", board, notices[1], LOCK)
    meanwhile(monkeypatch, lambda: town.duty_officer.retracts(notices[1]))
    with pytest.raises(Refused, match="This is over"):
        town.duty_officer.confirms(wish)
    assert town.phone(LOCK).calls == []


def test_of_two_that_come_at_one_moment_no_more_are_let_in_than_one_link_may_say(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = town.duty_officer.issues_notice(to=board)

    def asks(address: str) -> None:
        handing.ask_handing(
            town.house, town.id(notice), town.id(board), name="Ives", post="", channel="mail", address=address,
            words="", giver=town.id("Rees"), command=address, now=town.now, most=2,
        )  # fmt: skip

    asks("weir@example.org")
    meanwhile(monkeypatch, lambda: asks("mill@example.org"))
    with pytest.raises(Refused, match="Enough was said"):
        asks(LOCK)
    assert len(town.dealings(notice).wishes) == 2
    town.work()


def test_whoever_was_forgotten_since_is_not_confirmed(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    wish = town.asks_to_hand_on("Rees", board, notice, LOCK)
    forget.forget(town.house, wish.to, why="They ask", by="console", command="forget", now=town.now)
    with pytest.raises(Refused, match="have been forgotten"):
        town.duty_officer.confirms(wish)
    town.duty_officer.turns_down(wish)
    assert town.watches(notice, "handing")[0].settled_how == "decided"


def test_whoever_was_told_since_is_not_told_twice(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board, mark=Mark.RED)
    asks_for(town, board, notice, "Holm")
    town.pass_time(hours=2)
    assert len(town.phone("Holm").calls) == 1, "it was Holm's turn"
    with pytest.raises(Refused, match="nobody is told twice"):
        town.duty_officer.confirms(town.dealings(notice).wishes[0])
    assert len(town.phone("Holm").calls) == 1


def test_two_wishes_for_one_address_make_one_notice(town: Town, board: str, monkeypatch: pytest.MonkeyPatch) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    town.pass_time(hours=2)
    first = town.asks_to_hand_on("Rees", board, notice, LOCK)
    second = town.asks_to_hand_on("Holm", board, notice, LOCK)
    meanwhile(monkeypatch, lambda: town.duty_officer.confirms(first))  # two officers press at one moment
    with pytest.raises(Refused, match="at this very address"):
        town.duty_officer.confirms(second)
    assert len(town.phone(LOCK).calls) == 1


def test_what_was_refused_may_be_asked_for_again(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(to=board, mark=Mark.RED)
    town.duty_officer.turns_down(town.asks_to_hand_on("Rees", board, notice, LOCK), "A slip of the finger")
    again = town.asks_to_hand_on("Rees", board, notice, LOCK)
    assert again.decided_at is None
    assert [one.settled_at is None for one in town.watches(notice, "handing")].count(True) == 1
    town.duty_officer.confirms(again)
    assert len(town.phone(LOCK).calls) == 1
    asks_for(town, board, notice, "Aske")
    (wish,) = [one for one in town.dealings(notice).wishes if one.decided_at is None]
    town.duty_officer.turns_down(wish)
    asks_for(town, board, notice, "Aske")
    assert sum(one.to == town.id("Aske") for one in town.dealings(notice).wishes) == 2


def test_nobody_is_shown_as_told_by_being_left_out(town: Town, board: str) -> None:
    notice = town.duty_officer.issues_notice(board, "Aske")
    with town.app.store.look() as look:
        found = handing.colleagues(town.house, look, town.notice(notice), town.id(board), town.id("Rees"))
    assert {town.named(one) for one in found} == {"Holm", "Aske"}
    town.hands_on("Rees", board, notice, "Aske")
    assert len(town.phone("Aske").calls) == 1, "they are not told twice"
    assert [town.named(one.to) for one in town.handings(notice)] == ["Aske"], (
        "and it looks as if they had been told now"
    )
    assert len(town.watches(notice, "silence")) == 2


def test_an_officer_who_was_overtaken_by_a_retraction_hands_on_nothing(
    town: Town, board: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = town.duty_officer.issues_notice(to=board)
    meanwhile(monkeypatch, lambda: town.duty_officer.retracts(notice))
    handed = HandedOn(
        subject=town.app.store.new_id(), occurred_at=town.now, warning=town.id(notice), recipient=town.id(board),
        to=town.id("Aske"), heard=Heard.TELEPHONE, speaker="Rees", words="Aske must know",
        recorder=town.duty_officer.id, told=True,
    )  # fmt: skip
    with pytest.raises(Refused, match="has changed since"):
        handing.hand_on(town.house, handed, by=town.duty_officer.id, command="hand", now=town.now)
    assert town.phone("Aske").calls == []
    assert [one.settled_how for one in town.watches(notice, "silence")] == ["retracted"]
