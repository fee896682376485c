"""What is told again, handed on, taken back or answered goes no further than it may: whoever it goes to now was not asked about."""

from datetime import timedelta
from typing import Any

import pytest

from tests.story.test_said_before import revises
from tests.story.test_tear_lines import MARKER, flagged, hears, release, send, told, write
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark, Role
from tocsin.flow.threat import weigh
from tocsin.flow.warning import warn
from tocsin.flow.warning.public_words import Answers
from tocsin.flow.warning.reaffirm import reaffirm
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import TakenBack

__all__ = ["told"]

ASIDE = "Quillwort"  # whom a RED report names, that some alone may read


def stands_by(town: Town, notice: str, again: str, words: str = "It is no joke.") -> None:
    reaffirm(
        town.house, town.id(notice), town.id(again), [Upheld(language="", words=words)], ends=town.now + timedelta(hours=24),
        by=town.duty_officer.id, command=town.name_next("stands by"), now=town.now,
    )  # fmt: skip


def red(town: Town, **more: Any) -> dict[str, Any]:
    return {"mark": Mark.RED, "in_message": "", "readers": (town.watch_officer.id, town.duty_officer.id), **more}


def test_what_was_let_stay_is_asked_again_once_it_stands_in_something_else(told: Town) -> None:
    write(told, "notice", f"{MARKER} fears for it")
    release(told, "notice", f"name {MARKER.casefold()}", by=told.deputy.id)
    hears(told, f"{MARKER} is paid by us", Mark.RED, (told.duty_officer.name,))
    with pytest.raises(Refused, match="stricter material"):
        send(told, "notice")


def test_what_one_was_told_as_a_named_reader_is_flagged_for_another_in_what_follows(told: Town) -> None:
    hears(told, f"{ASIDE} saw it", Mark.RED, ("the miller",))
    write(told, "notice", f"{ASIDE} saw it", **red(told))
    assert ASIDE not in flagged(told, "notice")
    send(told, "notice")
    stands_by(told, "notice", "again")
    assert ASIDE not in flagged(told, "again")
    both = (told.id("the miller"), told.id("the smith"))
    write(told, "again", f"{ASIDE} saw it", **red(told, recipients=both, follows=told.id("notice")))
    assert ASIDE in flagged(told, "again")


def test_what_follows_under_a_laxer_mark_is_checked_as_if_it_were_new(told: Town) -> None:
    told.person("one of ours", roles=(Role.WATCH_OFFICER,))
    ours = {"recipients": (told.id("one of ours"),), "mark": Mark.AMBER_STRICT, "in_message": ""}
    write(told, "notice", f"{MARKER} fears for it", **ours)
    assert not flagged(told, "notice")
    send(told, "notice")
    write(told, "again", f"{MARKER} fears for it", **(ours | {"mark": Mark.AMBER}), follows=told.id("notice"))
    assert flagged(told, "again") == [MARKER]


def test_why_a_notice_is_stood_by_is_checked_as_all_that_it_says(told: Town) -> None:
    write(told, "notice", "They fear for it")
    send(told, "notice")
    stands_by(told, "notice", "again", f"{MARKER} says so again.")
    assert flagged(told, "again") == [MARKER]
    with pytest.raises(Refused, match="stricter material"):
        send(told, "again", by=told.deputy.id)
    release(told, "again", f"name {MARKER.casefold()}", by=told.deputy.id)
    send(told, "again", by=told.deputy.id)


def knocked(town: Town, what: str, notice_mark: Mark = Mark.RED) -> str:
    """Tell the waterways board in confidence, and let it call that scaremongering."""
    town.person("Rees")
    town.person("the abbot")
    town.institution("the waterways", line=("Rees",), reached=False)
    town.speaks_for("The Waterways Gazette", "the waterways")
    ours = {"readers": (town.watch_officer.id, town.duty_officer.id, town.deputy.id), "in_message": "", "ends": None}
    write(town, "notice", what, mark=notice_mark, recipients=(town.id("the waterways"),), **ours)
    return "notice"


def denies(town: Town, notice: str) -> None:
    town.pass_time(days=1)
    town.says_in_public("the waterways", notice, "dismissed", "Scaremongering")


def test_what_one_was_told_as_a_named_reader_is_not_told_to_another_by_a_second_knock(told: Town) -> None:
    hears(told, f"{ASIDE} saw it", Mark.RED, ("the waterways",))
    notice = knocked(told, f"{ASIDE} saw it")
    assert ASIDE not in flagged(told, notice)
    send(told, notice)
    denies(told, notice)
    again = told.duty_officer.writes_knock(told.knock(notice), "the abbot")
    assert ASIDE in flagged(told, again)
    with pytest.raises(Refused, match="stricter material"):
        told.deputy.sends_knock(told.knock(notice))
    assert not told.phone("the abbot").calls


def test_what_was_let_stay_for_an_institution_is_told_it_again_by_another_way(told: Town) -> None:
    notice = knocked(told, f"{MARKER} fears for it", Mark.AMBER)
    release(told, notice, f"name {MARKER.casefold()}", by=told.deputy.id)
    send(told, notice)
    denies(told, notice)
    again = told.duty_officer.writes_knock(told.knock(notice), "the abbot")
    assert not flagged(told, again)
    told.deputy.sends_knock(told.knock(notice))


def test_a_quotation_in_other_words_is_checked(told: Town) -> None:
    notice = knocked(told, "They fear for it", Mark.AMBER)
    send(told, notice)
    denies(told, notice)
    told.report("Told: Divers find a crack", by="the ferryman", mark=Mark.CLEAR)
    told.incident("Divers find a crack", told_by=["Told: Divers find a crack"])
    knock = told.knock(notice)
    again = told.duty_officer.writes_knock(
        knock, "the abbot", "Divers find a crack", words=f"{MARKER} was right: a crack"
    )
    assert flagged(told, again) == [MARKER]
    with pytest.raises(Refused, match="stricter material"):
        told.deputy.sends_knock(knock)
    again = told.duty_officer.writes_knock(
        knock, "the abbot", "Divers find a crack", words="Divers of yours found a crack"
    )
    assert not flagged(told, again)
    told.deputy.sends_knock(knock)


def test_why_something_bears_on_a_case_frees_no_word_of_what_is_stricter_than_the_case(told: Town) -> None:
    told.report(f"{ASIDE} saw it", mark=Mark.RED, readers=(told.duty_officer.name,))
    weigh.link_evidence(
        told.house, told.id(told.case()), told.id(f"{ASIDE} saw it"), Bearing.FOR, why=f"{ASIDE} was right before.",
        by=told.duty_officer.id, command="link", now=told.now,
    )  # fmt: skip
    write(told, "notice", f"{ASIDE} fears for it")
    assert flagged(told, "notice") == [ASIDE]


def test_an_incident_goes_no_further_than_its_reports_go_by_now(told: Town) -> None:
    town, first = told, "There are lanterns"
    town.report(first, mark=Mark.AMBER)
    town.incident(f"{ASIDE} lit them", told_by=[first])
    write(town, "notice", f"{ASIDE} fears for it")
    assert not flagged(town, "notice")
    town.pass_time(minutes=5)
    revises(town, first, "There are some", Mark.AMBER_STRICT)
    assert flagged(town, "notice") == [ASIDE]


def takes_back(town: Town, by: str, words: str) -> None:
    said, command = [TakenBack(language="", words=words)], town.name_next("takes back")
    warn.retract(town.house, town.id("notice"), said, answers=Answers(), by=by, command=command, now=town.now)
    town.work()


def test_why_a_notice_is_taken_back_tells_no_more_of_the_case_than_the_notice_may(told: Town) -> None:
    write(told, "notice", "They fear for it")
    send(told, "notice")
    told.person("a newcomer", roles=(Role.DUTY_OFFICER,))
    hears(told, f"{ASIDE} saw it", Mark.RED, (told.duty_officer.name,))
    with pytest.raises(Refused, match=f"stricter material alone: {ASIDE}"):
        takes_back(told, told.duty_officer.id, f"It was false: {ASIDE} made it up.")
    with pytest.raises(Refused, match="Say less") as refused:
        takes_back(told, told.deputy.id, f"It was false: {ASIDE} made it up.")
    assert ASIDE not in str(refused.value)
    takes_back(told, told.duty_officer.id, "It was false: they made it up. They fear nothing.")
    assert told.notice("notice").retraction is not None


def test_what_an_institution_is_answered_tells_no_more_of_the_case_than_the_notice_may(told: Town) -> None:
    notice = knocked(told, "They fear for it", Mark.AMBER)
    send(told, notice)
    asked = told.asks_by_link("Rees", "the waterways", notice, "Who says so? Is it at 19:30?")
    with pytest.raises(Refused, match="stricter material alone"):
        told.duty_officer.replies(asked, f"{MARKER} says so.")
    told.duty_officer.replies(asked, "Somebody whom we trust. Not at 19:30.")
    assert told.questions(notice)[0].answer


def test_what_a_named_reader_was_told_is_handed_on_to_nobody_who_is_not_named(told: Town) -> None:
    hears(told, f"{ASIDE} saw it", Mark.RED, ("the waterways",))
    notice = knocked(told, f"{ASIDE} saw it")
    send(told, notice)
    wish = told.asks_to_hand_on("Rees", "the waterways", notice, "ives@example.org")
    with pytest.raises(Refused, match="Write them a notice of their own"):
        told.duty_officer.confirms(wish)
    with pytest.raises(Refused, match="Write them a notice of their own"):
        told.duty_officer.notes_handing("the waterways", notice, "the abbot", told=True)
    assert not told.phone("the abbot").calls


def test_what_rests_on_no_named_reader_alone_is_handed_on(told: Town) -> None:
    notice = knocked(told, "They fear for it")
    send(told, notice)
    told.duty_officer.notes_handing("the waterways", notice, "the abbot", told=True)
    assert told.phone("the abbot").calls


def test_a_report_that_is_said_anew_between_the_check_and_the_commit_is_looked_at_too(
    told: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = "There are lanterns"
    hears(told, first, Mark.GREEN)
    write(told, "notice", f"{ASIDE} fears for it")
    commit = told.house.store.commit

    def meanwhile(*facts: Any, **more: Any) -> Any:
        monkeypatch.undo()
        revises(told, first, f"{ASIDE} lit them", Mark.RED)
        return commit(*facts, **more)

    monkeypatch.setattr(told.house.store, "commit", meanwhile)
    with pytest.raises(Refused, match="changed"):
        warn.approve_notice(told.house, told.id("notice"), by=told.duty_officer.id, command="approve", now=told.now)
    assert ASIDE in flagged(told, "notice")
