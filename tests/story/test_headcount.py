"""Are you safe? Asked of people, a group, an area or whoever was warned; counted, asked again of the silent, filled in on paper."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from tests.story.test_deadlines import leap
from tocsin.answer.facts import AnswerKind, Heard
from tocsin.basis.errors import Refused
from tocsin.flow.answer.headcount import Ticked, begin, decide, enter_sheet, looked_after, name_warden, note_printed
from tocsin.flow.answer.silence import ONE_BY_ONE
from tocsin.flow.delivery.again import send_again
from tocsin.people.facts import PersonForgotten
from tocsin.store.headcounts import HeadcountCount
from tocsin.testing.town import Officer, Town
from tocsin.warning.audience import Part, Within
from tocsin.warning.headcount.facts import HeadcountBegun
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.ladder import Ladder
from tocsin.warning.window import WindowStands


def asks(
    town: Town,
    by: Officer | None = None,
    *,
    to: Sequence[str] = (),
    groups: Sequence[str] = (),
    follows: str | None = None,
    hours: float = 4,
    minutes: int = 15,
    **more: Any,
) -> str:
    """Have an officer ask who is safe; return the headcount's name."""
    by = by or town.watch_officer
    name = town.name_next("headcount")
    asked = HeadcountBegun(
        subject=town.id(name),
        occurred_at=town.now,
        threat=None if follows else town.id(town.case()),
        author=by.id,
        ends=town.now + timedelta(hours=hours),
        ladder=Ladder() if follows else town.ladder(timedelta(minutes=minutes)),
        groups=tuple(town.id(one) for one in groups),
        persons=tuple(town.id(one) for one in to),
        follows=town.id(follows) if follows else None,
        exercise=True,
        **more,
    )
    begin(town.house, asked, by=by.id, command=name, now=town.now)
    town.work()
    return name


def count(town: Town, headcount: str) -> HeadcountCount:
    with town.app.store.look() as look:
        return look.headcount(town.id(headcount))


def state(town: Town, headcount: str) -> Headcount:
    with town.app.store.look() as look:
        return look.get(Headcount, town.id(headcount))


def as_counted(total: int, safe: int = 0, need_help: int = 0, received: int = 0) -> HeadcountCount:
    return HeadcountCount(total=total, safe=safe, need_help=need_help, received=received)


def heard(town: Town, person: str, headcount: str) -> int:
    return sum(call.message.about == town.id(headcount) for call in town.phone(person).calls)


def test_whoever_answers_is_counted_by_what_they_said_last(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell", "Cob", "Dee"])
    headcount = asks(town, groups=["the mill"])
    assert count(town, headcount) == as_counted(4)
    town.answers("Ann", headcount, "safe")
    town.answers("Bell", headcount, "received")
    town.answers("Cob", headcount, "need_help")
    assert count(town, headcount) == as_counted(4, safe=1, need_help=1, received=1)
    assert count(town, headcount).silent == 1
    town.pass_time(minutes=1)
    town.answers("Cob", headcount, "safe")
    assert count(town, headcount) == as_counted(4, safe=2, received=1)
    with town.app.store.look() as look:
        assert look.said_in_headcount(town.id(headcount), AnswerKind.NEED_HELP) == {}


def test_only_the_silent_are_asked_again_as_often_as_an_officer_wants(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell", "Cob"])
    headcount = asks(town, groups=["the mill"])
    town.answers("Ann", headcount, "safe")
    town.answers("Bell", headcount, "received")
    for asked in (2, 3):
        send_again(town.house, town.id(headcount), by=town.watch_officer.id, command=f"again {asked}", now=town.now)
        town.work()
        assert [heard(town, one, headcount) for one in ("Ann", "Bell", "Cob")] == [1, 1, asked]
    assert count(town, headcount) == as_counted(3, safe=1, received=1), "nobody is counted twice"
    town.answers("Cob", headcount, "safe")
    with pytest.raises(Refused, match="silent"):
        send_again(town.house, town.id(headcount), by=town.watch_officer.id, command="again", now=town.now)


def test_it_follows_an_alert_to_whoever_was_told_of_it(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell"])
    alert = town.duty_officer.issues_alert(groups=["the mill"], to=[town.person("Cob")])
    town.joins("Dee", "the mill")  # who was not told of it
    headcount = asks(town, follows=alert)
    assert [heard(town, one, headcount) for one in ("Ann", "Bell", "Cob", "Dee")] == [1, 1, 1, 0]
    assert state(town, headcount).threat == town.alert(alert).threat
    assert count(town, headcount).total == 3


def test_it_asks_no_officer_who_was_only_rung_about_the_alert(town: Town) -> None:
    alert = town.duty_officer.issues_alert(to=[town.person("Cob")])
    town.pass_time(minutes=16)
    assert any(watch.rings for watch in town.watches(alert, "silence"))
    headcount = asks(town, follows=alert)
    assert count(town, headcount) == as_counted(1)
    assert heard(town, "deputy", headcount) == 0


def test_it_asks_whoever_is_in_an_area(town: Town) -> None:
    town.place(town.person("Ann"), (51.05, 4.05))
    town.place(town.person("Bell"), (40.0, 4.05))
    near = Part(within=(Within(circle=(51.05, 4.05, 3.0), name="the bridge"),))
    headcount = asks(town, audience=(near,))
    assert (heard(town, "Ann", headcount), heard(town, "Bell", headcount)) == (1, 0)


def test_silence_rings_along_its_own_ladder_until_all_have_answered(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell"])
    headcount = asks(town, groups=["the mill"])
    town.answers("Ann", headcount, "safe")
    town.pass_time(minutes=16)
    (watch,) = town.watches(headcount, "silence")
    assert (watch.settled_at, len(watch.rings)) == (None, 1)
    town.answers("Bell", headcount, "safe")
    assert town.watches(headcount, "silence")[0].settled_how == "answered"


def test_whoever_needs_help_rings_at_once(town: Town) -> None:
    headcount = asks(town, to=[town.person("Ann")])
    town.answers("Ann", headcount, "need_help")
    (watch,) = town.watches(headcount, "help")
    assert watch.rings


def test_its_window_is_asked_about_and_runs_out_in_the_open(town: Town) -> None:
    headcount = asks(town, to=[town.person("Ann")], hours=4)
    town.pass_time(hours=3.1)
    assert len(town.watches(headcount, "window")) == 1
    town.pass_time(hours=1)
    window = state(town, headcount).window
    assert window is not None
    assert window.stands is WindowStands.RAN_OUT_UNDECIDED
    by = town.duty_officer.id
    decide(town.house, town.id(headcount), "stand_down", why="All found.", by=by, command="end", now=town.now)
    town.work()
    assert all(watch.settled_at for watch in town.watches(headcount, "window"))
    assert all(watch.settled_at for watch in town.watches(headcount, "silence"))


def test_who_looks_after_wardens_looks_after_their_people_too(town: Town) -> None:
    town.group("the ground floor", ["Ann", "Bell"])
    town.group("the loft", ["Cob", "the house warden"])
    for name in ("the floor warden", "the loft warden", "the house warden"):
        town.person(name)
    town.group("the wardens", ["the floor warden", "the loft warden"])
    wardens = {"floor": "the ground floor", "loft": "the loft", "house": "the wardens"}
    for name, group in wardens.items():
        name_warden(
            town.house, town.id(f"the {name} warden"), group=town.id(group), by=town.duty_officer.id, command=name, now=town.now
        )  # fmt: skip
    headcount = asks(town, groups=["the ground floor", "the loft", "the wardens"])
    with town.app.store.look() as look:
        mine = looked_after(look, look.get(Headcount, town.id(headcount)))
    said = {
        town.named(warden): {town.named(one): town.named(by) for one, by in people.items()}
        for warden, people in mine.items()
    }
    floor = {"Ann": "the floor warden", "Bell": "the floor warden"}
    loft = {"Cob": "the loft warden", "the house warden": "the loft warden"}
    own = {"the floor warden": "the house warden", "the loft warden": "the house warden"}
    assert said["the floor warden"] == floor
    assert said["the house warden"] == floor | loft | own, "two who look after each other end nowhere"
    assert said["the loft warden"] == floor | loft | own


def test_what_a_warden_brings_back_on_paper_is_entered_in_one_go(town: Town) -> None:
    town.group("the mill", ["Ann", "Bell", "Cob"])
    town.person("the warden")
    officer = town.watch_officer
    name_warden(
        town.house, town.id("the warden"), group=town.id("the mill"), by=officer.id, command="warden", now=town.now
    )
    headcount = asks(town, groups=["the mill"])
    with town.app.store.look() as look:
        mine = looked_after(look, look.get(Headcount, town.id(headcount)))
    assert {town.named(one) for one in mine[town.id("the warden")]} == {"Ann", "Bell", "Cob"}
    warden = town.id("the warden")
    note_printed(town.house, town.id(headcount), warden, by=officer.id, command="print", now=town.now)
    (sheet,) = state(town, headcount).sheets
    assert (sheet.warden, sheet.printed_by, sheet.at) == (warden, officer.id, town.now)
    went_round = town.now
    town.pass_time(minutes=10)
    ticked = {
        town.id("Ann"): Ticked(answer=AnswerKind.SAFE),
        town.id("Bell"): Ticked(answer=AnswerKind.NEED_HELP, words="Trapped on the second floor"),
    }
    for _ in range(2):  # one click, pressed twice
        enter_sheet(
            town.house,
            town.id(headcount),
            warden,
            ticked,
            at=went_round,
            by=officer.id,
            command="sheet",
            now=town.now,
        )
    town.work()
    assert count(town, headcount) == as_counted(3, safe=1, need_help=1)
    with town.app.store.look() as look:
        told = {town.named(one.recipient): one for one in look.answers(town.id(headcount))}
    assert (told["Ann"].heard, told["Ann"].own_speaker, told["Ann"].said_at) == (Heard.PAPER, "the warden", went_round)
    assert told["Bell"].own_words == "Trapped on the second floor"
    assert town.watches(headcount, "help")[0].rings


def test_later_news_is_not_undone_by_older_paper(town: Town) -> None:
    headcount = asks(town, to=[town.person("Ann"), town.person("the warden")])
    went_round = town.now
    town.pass_time(minutes=5)
    town.answers("Ann", headcount, "safe")
    ticked = {town.id("Ann"): Ticked(answer=AnswerKind.NEED_HELP)}
    by = town.watch_officer.id
    enter_sheet(
        town.house, town.id(headcount), town.id("the warden"), ticked, at=went_round, by=by, command="s", now=town.now
    )
    assert count(town, headcount) == as_counted(2, safe=1)


def test_who_may_not_ask_and_what_asks_nobody(town: Town) -> None:
    town.person("Ann")
    with pytest.raises(Refused, match="for an officer"):
        asks(town, Officer(town, "Ann"), to=["Ann"])
    with pytest.raises(Refused, match="asks nobody"):
        asks(town)
    draft = town.drafts_alert()
    with pytest.raises(Refused, match="has not gone out"):
        asks(town, follows=draft)


def test_a_stranger_on_the_paper_enters_nothing(town: Town) -> None:
    headcount = asks(town, to=[town.person("Ann"), town.person("the warden")])
    town.person("Zed")
    ticked = {town.id(one): Ticked(answer=AnswerKind.SAFE) for one in ("Ann", "Zed")}
    with pytest.raises(Refused, match="was not asked"):
        enter_sheet(
            town.house,
            town.id(headcount),
            town.id("the warden"),
            ticked,
            at=town.now,
            by=town.watch_officer.id,
            command="sheet",
            now=town.now,
        )
    assert count(town, headcount) == as_counted(2)


def test_a_year_asleep_it_has_run_out_once(town: Town) -> None:
    headcount = asks(town, to=[town.person("Ann")])
    leap(town, 365)
    assert len(town.watches(headcount, "window")) == 1


def test_whoever_was_forgotten_since_it_was_printed_holds_up_no_list(town: Town) -> None:
    headcount = asks(town, to=[town.person("Ann"), town.person("Bell"), town.person("the warden")])
    gone = PersonForgotten(subject=town.id("Bell"), occurred_at=town.now, why="Asked")
    town.app.store.commit([gone], at=town.now, by="console", command="forget Bell")
    entered(town, headcount, {one: Ticked(answer=AnswerKind.NEED_HELP) for one in ("Ann", "Bell")})
    assert [watch.of for watch in town.watches(headcount, "help")] == [town.id("Ann")]
    with town.app.store.look() as look:
        assert [one.recipient for one in look.answers(town.id(headcount))] == [town.id("Ann")]
    with pytest.raises(Refused, match="forgotten meanwhile"):
        entered(town, headcount, {"Bell": Ticked(answer=AnswerKind.SAFE)})


def test_of_a_list_on_which_very_many_need_help_somebody_is_rung_about_the_first_few_and_the_others_once(
    town: Town,
) -> None:
    people = [town.person(f"Dweller {n}") for n in range(30)]
    town.group("the mill", people)
    headcount = asks(town, groups=["the mill"], to=[town.person("the warden")])
    entered(town, headcount, {one: Ticked(answer=AnswerKind.NEED_HELP) for one in people})
    rung = [watch.of for watch in town.watches(headcount, "help")]
    assert len(rung) == ONE_BY_ONE + 1
    assert rung.count(town.id(headcount)) == 1
    assert count(town, headcount).need_help == 30


def entered(town: Town, headcount: str, ticked: dict[str, Ticked]) -> None:
    enter_sheet(
        town.house,
        town.id(headcount),
        town.id("the warden"),
        {town.id(name): tick for name, tick in ticked.items()},
        at=town.now,
        by=town.watch_officer.id,
        command=f"sheet of {', '.join(ticked)}",
        now=town.now,
    )
    town.work()
