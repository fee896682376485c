"""The duty to warn as tables: a named row for each line of what is known of how it is done, and of what it must not become."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import msgspec
import pytest
from msgspec.structs import replace

from tests.warning.duties import (
    ADMINISTRATOR,
    DUTY,
    FOUND,
    LADDER,
    NOW,
    WATCH,
    asked,
    fold,
    proposed,
    questioned,
    said_no,
    taken,
    told,
)
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.marking import Role
from tocsin.warning.duty import after, decide
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.hours import HOURS, Row, deadlines, expected, refuse_hours
from tocsin.warning.duty.pack import BELOW_THRESHOLD, NEVER, Pack, Read, ground_of
from tocsin.warning.duty.packs import DEFAULT, PACKS
from tocsin.warning.duty.packs.everyone import EVERYONE
from tocsin.warning.duty.packs.icd_191 import ICD_191
from tocsin.warning.duty.policy import UNCHOSEN, choose_policy, fold_policy
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import FURTHEST, DistrustedHost, Duty, Stage, fold_distrust, words_of
from tocsin.warning.duty.test import QUESTIONS, Answered, Said, Test, duty_found
from tocsin.warning.ladder import Kind, Ladder, Rung


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def hrs(n: float) -> timedelta:
    return timedelta(hours=n)


@pytest.mark.parametrize(("test", "found"), [
    pytest.param(FOUND, True, id="1 threshold: all five are answered with yes"),
    *(pytest.param(said_no(one), False, id=f"1 threshold: it is not {one}") for one in QUESTIONS),
    pytest.param(said_no(*QUESTIONS), False, id="1 threshold: nothing of it holds"),
    pytest.param(Test(), True, id="2 doubt: nothing is known for sure, and that is no no"),
    pytest.param(Test(credible=Answered(said=Said.YES)), True, id="2 doubt: four are unknown"),
    pytest.param(
        Test(grave=Answered(said=Said.NO, ground="A nuisance"), credible=Answered(said=Said.YES)),
        False,
        id="1 threshold: one no among others outweighs the doubt",
    ),
])  # fmt: skip
def test_the_threshold(test: Test, found: bool) -> None:
    assert duty_found(test) is found
    assert questioned(asked(), test).stage is (Stage.FOUND if found else Stage.DENIED)


def test_1_the_test_asks_for_no_nationality() -> None:
    assert QUESTIONS == ("credible", "specific", "impending", "grave", "directed")


def test_a_no_without_a_ground_is_none() -> None:
    with pytest.raises(Refused, match="needs its ground"):
        decide.answer_questions(asked(), said_no("credible", ground=" "), "ada", WATCH, NOW)


@pytest.mark.parametrize(("side", "who", "whom", "refused"), [
    pytest.param(Side.VICTIM, "The congregation", (), False, id="3 recipient: the intended victim, in words"),
    pytest.param(Side.VICTIM, "", ("miller",), False, id="3 recipient: the intended victim, by id"),
    pytest.param(Side.PROTECTOR, "The hall's guards", (), False, id="3 recipient: those who protect them"),
    pytest.param(Side.HOST, "", ("police",), False, id="3 recipient: the host"),
    pytest.param(Side.PUBLIC, "", (), False, id="3 recipient: the public needs no name"),
    pytest.param(Side.OWN, "", (), False, id="3 recipient: our own people need none"),
    pytest.param(Side.VICTIM, "", (), True, id="3 recipient: a victim who is nobody"),
    pytest.param(Side.HOST, " ", (), True, id="3 recipient: a host that is nobody"),
])  # fmt: skip
def test_who_is_owed_a_warning(side: Side, who: str, whom: tuple[str, ...], refused: bool) -> None:
    def ask() -> None:
        decide.ask_duty("d", "case", side, who=who, whom=whom, author="ada", owner="ada", roles=WATCH, ladder=LADDER,
                        hours=HOURS, event_at=None, now=NOW)  # fmt: skip

    if refused:
        with pytest.raises(Refused, match="Say who"):
            ask()
    else:
        ask()


@pytest.mark.parametrize(("pack", "ground", "side", "distrusted", "refused"), [
    pytest.param(ICD_191, "already_aware", Side.VICTIM, False, "", id="4a already aware"),
    pytest.param(ICD_191, "takes_part_in_conflict", Side.VICTIM, False, "", id="4b takes part in armed conflict"),
    pytest.param(ICD_191, "violent_criminal", Side.VICTIM, False, "", id="4c terrorist, assassin, trafficker"),
    pytest.param(ICD_191, "violent_criminal", Side.PUBLIC, False, "cannot be said", id="4c of the public: never"),
    pytest.param(ICD_191, "violent_criminal", Side.HOST, False, "cannot be said", id="4c of a host: it is no victim"),
    pytest.param(ICD_191, "endangers_ours", Side.HOST, False, "", id="4d endangers own people, sources, methods"),
    pytest.param(ICD_191, "endangers_a_partner", Side.VICTIM, False, "", id="4e endangers those who supplied it"),
    pytest.param(ICD_191, "no_way", Side.VICTIM, False, "", id="4f no reasonable way"),
    pytest.param(EVERYONE, "violent_criminal", Side.VICTIM, False, "knows no ground", id="4c default: no conduct counts"),
    pytest.param(EVERYONE, "takes_part_in_conflict", Side.VICTIM, False, "knows no ground", id="4b default: no conduct counts"),
    pytest.param(EVERYONE, "endangers_ours", Side.VICTIM, False, "knows no ground", id="4d default: sources are no lives"),
    pytest.param(EVERYONE, "costs_a_life", Side.VICTIM, False, "", id="4d default: another life"),
    pytest.param(EVERYONE, "already_aware", Side.PUBLIC, False, "", id="4a default: they know"),
    pytest.param(EVERYONE, "no_way", Side.VICTIM, False, "", id="4f default: no way"),
    pytest.param(EVERYONE, "distrusted_host", Side.HOST, True, "", id="host that may be complicit, distrusted"),
    pytest.param(EVERYONE, "distrusted_host", Side.HOST, False, "is distrusted", id="host that may be complicit, unmarked"),
    pytest.param(EVERYONE, "distrusted_host", Side.VICTIM, True, "cannot be said", id="a distrusted host excuses no silence towards the victim"),
    pytest.param(EVERYONE, "distrusted_host", Side.PUBLIC, True, "cannot be said", id="nor towards the public"),
    *(pytest.param(pack, name, side, True, "is no ground|is no\\b", id=f"5 not a ground: {name}, {pack.name}, {side}")
      for pack in PACKS.values() for name in NEVER for side in (Side.HOST, Side.VICTIM)),
    pytest.param(EVERYONE, "", Side.VICTIM, False, "knows no ground", id="no ground at all"),
])  # fmt: skip
def test_the_grounds(pack: Pack, ground: str, side: Side, distrusted: bool, refused: str) -> None:
    if refused:
        with pytest.raises(Refused, match=refused):
            ground_of(pack, ground, side, distrusted=distrusted)
    else:
        assert ground_of(pack, ground, side, distrusted=distrusted).source


def test_5_no_pack_holds_what_is_never_a_ground() -> None:
    assert not {one.name for pack in PACKS.values() for one in pack.grounds} & set(NEVER)


def test_each_line_of_a_pack_says_where_it_comes_from() -> None:
    assert all(one.source and one.words for pack in PACKS.values() for one in pack.grounds)
    assert {one.read for one in ICD_191.grounds} == {Read.QUOTED, Read.RECALLED}
    assert DEFAULT is EVERYONE


def refuse(
    duty: Duty, ground: str = "no_way", by: str = "ben", roles: frozenset[Role] = DUTY, why: str = "So."
) -> Fact:
    return decide.propose_refusal(duty, ground, why, pack=EVERYONE, distrusted=False, proposer=by, roles=roles, now=NOW)


def review(
    duty: Duty, by: str = "cleo", roles: frozenset[Role] = DUTY, *, agree: bool = True, why: str = "I read it."
) -> Fact:
    return decide.review_refusal(
        duty, agree=agree, why=why, pack=EVERYONE, distrusted=False, reviewer=by, roles=roles, now=NOW
    )


FOUND_ = questioned(asked())
BELOW = questioned(asked(), said_no("impending"))
REVIEWED = proposed(FOUND_)


@pytest.mark.parametrize(("decision", "refused"), [
    pytest.param(lambda: decide.warn_them(FOUND_, "ben", DUTY, "So.", NOW), "", id="6 to warn: a duty officer's word"),
    pytest.param(lambda: decide.warn_them(FOUND_, "ada", WATCH, "So.", NOW), "duty officer", id="6 to warn: no watch officer's"),
    pytest.param(lambda: decide.warn_them(FOUND_, "ben", DUTY, " ", NOW), "Say why", id="10 to warn: with a reason"),
    pytest.param(lambda: decide.warn_them(asked(), "ben", DUTY, "So.", NOW), "five questions", id="10 to warn: after the test"),
    pytest.param(lambda: decide.warn_them(BELOW, "ben", DUTY, "So.", NOW), "", id="2 to warn: though below the threshold"),
    pytest.param(lambda: decide.warn_them(REVIEWED, "dan", DUTY, "So.", NOW), "", id="2 to warn: while not to is proposed"),
    pytest.param(lambda: decide.warn_them(taken(FOUND_), "dan", DUTY, "So.", NOW), "decided already", id="6 to warn: once"),
    pytest.param(lambda: refuse(FOUND_, by="ada", roles=WATCH), "", id="6 not to: a watch officer may propose it"),
    pytest.param(lambda: refuse(FOUND_, roles=frozenset({Role.AUDITOR})), "for an officer", id="6 not to: an auditor may not"),
    pytest.param(lambda: refuse(FOUND_, why=""), "Say why", id="6 not to: a written reason"),
    pytest.param(lambda: refuse(asked()), "five questions", id="10 not to: after the test"),
    pytest.param(lambda: refuse(FOUND_, BELOW_THRESHOLD), "toward warning", id="2 not to: doubt is not below the threshold"),
    pytest.param(lambda: refuse(questioned(asked(), Test()), BELOW_THRESHOLD), "toward warning", id="2 not to: nor is not knowing"),
    pytest.param(lambda: refuse(BELOW, BELOW_THRESHOLD), "", id="1 not to: below the threshold"),
    pytest.param(lambda: refuse(REVIEWED), "proposed already", id="6 not to: one proposal at a time"),
    pytest.param(lambda: refuse(taken(FOUND_)), "decided already", id="6 not to: not once it is decided to warn"),
    pytest.param(lambda: review(REVIEWED), "", id="6 review: a second senior person"),
    pytest.param(lambda: review(REVIEWED, by="ben"), "Ask another", id="6 review: author is not approver"),
    pytest.param(lambda: review(REVIEWED, by="ben", agree=False), "", id="2 review: one may think better of it alone"),
    pytest.param(lambda: review(REVIEWED, by="ada", roles=WATCH), "duty officer", id="6 review: a senior officer"),
    pytest.param(lambda: review(REVIEWED, why=""), "Say why", id="6 review: a written reason"),
    pytest.param(lambda: review(FOUND_), "nothing to review", id="6 review: of something"),
])  # fmt: skip
def test_who_decides(decision: Callable[[], object], refused: str) -> None:
    if refused:
        with pytest.raises(Refused, match=refused):
            decision()
    else:
        decision()


def test_6_a_proposal_not_to_warn_stops_no_clock() -> None:
    assert (REVIEWED.due, REVIEWED.owed) == (FOUND_.due, "review")


def test_6_a_refusal_keeps_everything_that_a_decision_to_warn_keeps() -> None:
    refused = fold(REVIEWED, review(REVIEWED))
    (kept,) = refused.refusals
    assert refused.stage is Stage.REFUSED
    assert (kept.proposer, kept.ground, kept.pack, kept.why) == ("ben", "no_way", "everyone", "We tried all day.")
    assert (kept.upheld, kept.reviewer, kept.reviewed_at, kept.reviewed_why) == (True, "cleo", NOW, "I read it.")
    assert refused.test == FOUND


def test_2_who_does_not_agree_decides_to_warn() -> None:
    warned = fold(REVIEWED, review(REVIEWED, agree=False))
    assert (warned.stage, warned.decider, warned.due) == (Stage.TO_WARN, "cleo", warned.deliver_by)
    assert warned.refusals[0].upheld is False


LATER = NOW + minutes(20)


def anew(duty: Duty, test: Test = said_no("credible"), *, now: datetime = LATER) -> Duty:  # noqa: B008  frozen
    return fold(duty, decide.answer_questions(duty, test, "ada", WATCH, now, "A boy with a telephone."))


def back(duty: Duty, ground: str = BELOW_THRESHOLD, *, by: str = "ada", told: bool = False) -> Duty:
    roles = WATCH if by == "ada" else DUTY
    fact = decide.propose_refusal(
        duty, ground, "A hoax.", pack=EVERYONE, distrusted=False, proposer=by, roles=roles, now=LATER, told=told
    )
    return fold(duty, fact)


def agreed(duty: Duty, by: str = "cleo", *, agree: bool = True, told: bool = False) -> Duty:
    fact = decide.review_refusal(
        duty, agree=agree, why="The police have him.", pack=EVERYONE, distrusted=False, reviewer=by, roles=DUTY,
        now=LATER, told=told,
    )  # fmt: skip
    return fold(duty, fact)


WARNED = taken(FOUND_)
HOAX = anew(WARNED)
PHONED = fold(
    WARNED, after.told_otherwise(replace(WARNED, who="guests"), "By telephone.", "ben", DUTY, NOW, NOW, ("them",))
)


@pytest.mark.parametrize(("decision", "refused"), [
    pytest.param(lambda: back(HOAX), "", id="6 taken back: a watch officer may propose it"),
    pytest.param(lambda: back(WARNED), "decided already", id="6 taken back: not while the test finds a duty"),
    pytest.param(lambda: back(anew(WARNED, Test())), "decided already", id="2 taken back: doubt is no no"),
    pytest.param(lambda: back(taken(BELOW)), "Answer the test anew", id="6 taken back: it was decided in spite of that no"),
    pytest.param(lambda: back(anew(taken(BELOW))), "", id="6 taken back: another no since it was decided"),
    pytest.param(lambda: back(HOAX, "no_way"), "below the threshold alone", id="6 taken back: by no ground of a pack"),
    pytest.param(lambda: back(HOAX, told=True), "have been told", id="8 taken back: not once somebody was told"),
    pytest.param(lambda: back(anew(fold(WARNED, after.serve(WARNED, "w", NOW)))), "have been told", id="8 taken back: not once a warning is on its way"),
    pytest.param(lambda: back(anew(PHONED)), "have been told", id="8 taken back: not once one of them was told by telephone"),
    pytest.param(lambda: back(anew(told(WARNED))), "decided already", id="8 taken back: not once they all were told"),
    pytest.param(lambda: back(back(HOAX)), "proposed already", id="6 taken back: one proposal at a time"),
    pytest.param(lambda: agreed(back(HOAX)), "", id="6 taken back: a second person agrees"),
    pytest.param(lambda: agreed(back(HOAX, by="ben"), "ben"), "Ask another", id="6 taken back: its proposer does not"),
    pytest.param(lambda: agreed(back(HOAX), told=True), "have been told", id="8 taken back: not where somebody was told meanwhile"),
    pytest.param(lambda: agreed(back(HOAX), agree=False, told=True), "", id="8 taken back: whoever does not agree may say so"),
    pytest.param(lambda: agreed(anew(back(HOAX), FOUND)), "toward warning", id="2 taken back: not where the no is one no more"),
])  # fmt: skip
def test_who_takes_back_that_they_are_warned(decision: Callable[[], object], refused: str) -> None:
    if refused:
        with pytest.raises(Refused, match=refused):
            decision()
    else:
        decision()


def test_6_that_they_are_warned_is_taken_back_by_two_and_stays_written_down() -> None:
    waits = back(HOAX)
    assert (waits.stage, waits.owed, waits.owed_by, waits.due) == (Stage.REVIEW, "review", HOAX.owed_by, HOAX.due)
    assert after.first_wait_s(waits, LATER) == 0  # a second person is rung at once
    below = agreed(waits)
    assert (below.stage, below.due, below.decider, below.why) == (Stage.BELOW, None, "cleo", "The police have him.")
    (kept,) = below.refusals
    assert (kept.proposer, kept.at, kept.why, kept.reviewer) == ("ada", LATER, "A hoax.", "cleo")
    assert kept.takes_back is not None
    assert (kept.takes_back.by, kept.takes_back.at, kept.takes_back.why) == ("ben", NOW, WARNED.why)
    assert WARNED.why in words_of(below)


def test_6_where_nobody_agrees_they_are_warned_as_it_was_decided_and_no_later() -> None:
    late = replace(back(HOAX), due=LATER, missed=())
    kept = agreed(late, agree=False)
    assert (kept.stage, kept.decider, kept.decided_at, kept.why) == (Stage.TO_WARN, "ben", NOW, WARNED.why)
    assert (kept.owed_by, kept.due) == (WARNED.owed_by, LATER)


def test_8_what_goes_out_while_it_waits_for_its_reviewer_lets_nobody_agree() -> None:
    waits = back(HOAX)
    served = fold(waits, after.serve(waits, "w", LATER))
    with pytest.raises(Refused, match="have been told"):
        agreed(served)
    assert agreed(served, agree=False).stage is Stage.DELIVERING
    assert fold(served, after.told_by_warning(served, "w", LATER)).stage is Stage.TOLD


def test_1_below_the_threshold_is_an_end_of_its_own() -> None:
    below = proposed(BELOW, BELOW_THRESHOLD)
    assert fold(below, review(below)).stage is Stage.BELOW


# ---- 8 to 11: telling, and the clock


@pytest.mark.parametrize(("left", "decided_in", "told_in"), [
    pytest.param(hrs(1), minutes(10), minutes(20), id="11 under 2 h"),
    pytest.param(hrs(2) - minutes(1), minutes(10), minutes(20), id="11 just under 2 h"),
    pytest.param(hrs(2), hrs(1), hrs(2), id="11 2 h is under 24"),
    pytest.param(hrs(23), hrs(1), hrs(2), id="11 under 24 h"),
    pytest.param(hrs(24), hrs(4), hrs(8), id="11 24 h is under 72"),
    pytest.param(hrs(48), hrs(4), hrs(8), id="11 under 72 h"),
    pytest.param(hrs(72), hrs(24), hrs(48), id="11 72 h is further"),
    pytest.param(timedelta(days=12), hrs(24), hrs(48), id="11 twelve days, as in Moscow"),
    pytest.param(None, hrs(24), hrs(48), id="11 nobody knows when"),
    pytest.param(hrs(-1), minutes(10), minutes(20), id="11 it may have begun"),
    pytest.param(minutes(8), minutes(4), minutes(8), id="11 nobody is told after the event"),
    pytest.param(minutes(15), minutes(7.5), minutes(15), id="11 half of what is left to decide"),
])  # fmt: skip
def test_the_deadlines(left: timedelta | None, decided_in: timedelta, told_in: timedelta) -> None:
    by = deadlines(HOURS, None if left is None else NOW + left, NOW)
    assert (by.decide_by, by.deliver_by) == (NOW + decided_in, NOW + told_in)


ROW = Row(under_s=None, decide_s=600, deliver_s=1_200)


@pytest.mark.parametrize("hours", [
    pytest.param((), id="none"),
    pytest.param((Row(under_s=7_200, decide_s=600, deliver_s=1_200),), id="nothing for what is further off"),
    pytest.param((ROW, ROW), id="two that are for everything"),
    pytest.param((Row(under_s=None, decide_s=600, deliver_s=600),), id="no time to tell"),
    pytest.param((Row(under_s=None, decide_s=0, deliver_s=600),), id="no time to decide"),
    pytest.param((Row(under_s=None, decide_s=600, deliver_s=31 * 86_400),), id="a month and more"),
    pytest.param((Row(under_s=7_200, decide_s=1_200, deliver_s=2_400), ROW), id="the nearer has the longer"),
    pytest.param(
        (Row(under_s=9, decide_s=60, deliver_s=90), Row(under_s=7, decide_s=60, deliver_s=90), ROW), id="out of order"
    ),
])  # fmt: skip
def test_a_table_of_deadlines_with_a_hole_is_refused(hours: tuple[Row, ...]) -> None:
    with pytest.raises(Refused, match=r"table of deadlines"):
        refuse_hours(hours)


TAKEN = taken(FOUND_)
TOLD = told(TAKEN)


@pytest.mark.parametrize(("duty", "owed", "by", "wait_s"), [
    pytest.param(FOUND_, "decide", FOUND_.decide_by, 0, id="11 to decide: the owner is rung at once"),
    pytest.param(REVIEWED, "review", FOUND_.decide_by, 0, id="6 to review: a second person is rung at once"),
    pytest.param(TAKEN, "tell", FOUND_.deliver_by, 4 * 3_600, id="8 to tell: rung at half the time"),
    pytest.param(TOLD, "hear", NOW + hrs(24), None, id="11 to hear: silence at half the time that is left"),
    pytest.param(
        fold(TOLD, after.hear(TOLD, "received", NOW)), "look_again", NOW + hrs(48), None, id="12 to look again"
    ),
])  # fmt: skip
def test_a_missed_deadline_escalates_and_never_lapses(duty: Duty, owed: str, by: object, wait_s: int | None) -> None:
    assert (duty.owed, duty.owed_by, after.first_wait_s(duty, NOW)) == (owed, by, wait_s)
    assert duty.due is not None
    assert after.tend(duty, duty.due - timedelta(seconds=1)) is None
    late = duty
    for _ in range(3):
        assert late.due is not None
        missed = after.tend(late, late.due + hrs(5))
        assert missed is not None
        late = fold(late, missed)
        assert late.due is not None
        assert (late.owed, late.owed_by, after.first_wait_s(late, NOW)) == (owed, duty.owed_by, 0)
    assert [one.owed for one in late.missed] == [owed] * 3


def missed_for(duty: Duty, span: timedelta) -> list[Duty]:
    """Let the clock alone see to a duty for so long; return how it stood at each miss."""
    stands = []
    while duty.due is not None and duty.due < NOW + span:
        fact = after.tend(duty, duty.due)
        assert fact is not None
        duty = fold(duty, fact)
        stands.append(duty)
    return stands


def test_what_nobody_does_for_weeks_is_said_ever_more_rarely_and_goes_on() -> None:
    stands = missed_for(proposed(questioned(asked(event_in=hrs(0)))), timedelta(days=17))
    gaps = [one.due - one.since for one in stands if one.due is not None]
    assert gaps[:7] == [timedelta(minutes=many) for many in (10, 10, 20, 40, 60, 60, 60)]
    assert gaps == sorted(gaps)
    assert not any(gap.microseconds for gap in gaps)
    assert gaps[-1] == timedelta(days=1)
    assert len(stands) < 60
    ladders = [after.ladder_now(one, NOW) for one in (stands[0], stands[-1])]
    assert [one.repeat_s for one in ladders if one] == [150, 24 * 3_600]


def test_an_officer_is_not_called_four_times_a_day_about_what_nobody_did_for_weeks() -> None:
    late = [one for one in missed_for(proposed(questioned(asked(event_in=hrs(0)))), timedelta(days=17)) if one.owed_by]
    said = [(one, ladder) for one in late if (ladder := after.ladder_now(one, one.since)) is not None]
    for one, ladder in said:
        assert one.due is not None
        assert one.owed_by is not None
        between_s = int((one.due - one.since).total_seconds())
        once = one.since - one.owed_by >= timedelta(days=1)
        assert ladder.repeat_s == max(between_s if once else between_s // 4, 60)


def test_nobody_is_called_again_and_again_on_the_night_itself_to_look_again_at_who_has_been_told() -> None:
    watched = fold(TOLD, after.hear(TOLD, "acting", NOW))
    stands = missed_for(watched, timedelta(days=4))
    assert stands
    for one in stands:
        ladder = after.ladder_now(one, one.since)
        assert ladder is not None
        assert one.due is not None
        assert ladder.repeat_s >= int((one.due - one.since).total_seconds())


def test_what_was_missed_is_said_again_before_half_of_the_time_until_the_event_has_passed() -> None:
    duty = asked(event_in=hrs(71))
    stands = missed_for(duty, hrs(71))
    for one in stands:
        assert one.due is not None
        assert one.event_at is not None
        assert one.due - one.since <= max(timedelta(seconds=duty.decide_s), (one.event_at - one.since) / 2)
    assert stands[-1].since > NOW + hrs(66)


def test_who_is_named_in_words_alone_is_said_where_nobody_may_look_again_yet() -> None:
    named = replace(fold(TAKEN, after.serve(TAKEN, "n", NOW)), who="guests of the inn")
    with pytest.raises(Refused, match=r"told by no warning: guests of the inn\. Say by which other way"):
        after.look_again(named, NOW + hrs(2), "ben", DUTY, "It goes on.", NOW)


def test_12_the_end_of_a_window_is_not_the_end_of_a_threat() -> None:
    watched = fold(TOLD, after.hear(TOLD, "acting", NOW))
    until = NOW + timedelta(days=2)
    longer = fold(watched, after.look_again(watched, until, "ben", DUTY, "It has not come.", NOW))
    assert (longer.stage, longer.due) == (Stage.WATCHED, until)


@pytest.mark.parametrize("answer", ["received", "acting", "disputed", "dismissed"])
def test_8_each_answer_is_kept_and_the_danger_goes_on(answer: str) -> None:
    heard = fold(TOLD, after.hear(TOLD, answer, NOW))
    assert (heard.stage, heard.answer, heard.over) == (Stage.WATCHED, answer, False)
    assert after.hear(heard, answer, NOW) is None


@pytest.mark.parametrize(("side", "stage"), [
    pytest.param(Side.VICTIM, Stage.TOLD, id="the victim answers"),
    pytest.param(Side.PROTECTOR, Stage.TOLD, id="who protects them answers"),
    pytest.param(Side.HOST, Stage.TOLD, id="the host answers"),
    pytest.param(Side.PUBLIC, Stage.WATCHED, id="of the public no answer is awaited"),
    pytest.param(Side.OWN, Stage.WATCHED, id="our own people answer to the warning itself"),
])  # fmt: skip
def test_whose_answer_is_awaited(side: Side, stage: Stage) -> None:
    assert told(taken(questioned(asked(side)))).stage is stage


def other_way(duty: Duty, how: str = "By telephone", at: timedelta = timedelta(0)) -> object:
    return after.told_otherwise(duty, how, "ben", DUTY, NOW + at, NOW)


@pytest.mark.parametrize(("decision", "refused"), [
    pytest.param(lambda: other_way(TAKEN), "", id="8 told through somebody they trust"),
    pytest.param(lambda: other_way(TAKEN, how=""), "Say how", id="8 told, nobody says how"),
    pytest.param(lambda: other_way(TAKEN, at=hrs(1)), "not later than now", id="8 told tomorrow"),
    pytest.param(lambda: other_way(TAKEN, at=-hrs(1)), "", id="8 told before it was decided, and before it was asked"),
    pytest.param(lambda: other_way(TAKEN, at=-hrs(25)), "Look at the time", id="8 told before the day on which it was asked"),
    pytest.param(lambda: other_way(msgspec.structs.replace(TAKEN, reopened_at=NOW), at=-hrs(1)), "Look at the time",
                 id="8 told before it was asked again"),
    pytest.param(lambda: other_way(FOUND_), "once it is decided", id="8 told before anyone decided"),
    pytest.param(lambda: other_way(TOLD), "have not been told", id="8 told twice"),
    pytest.param(lambda: after.serve(FOUND_, "w", NOW), "once it is decided", id="8 a warning serves what is decided"),
    pytest.param(lambda: after.serve(TOLD, "w", NOW), "have been told", id="8 a warning serves once"),
    *(pytest.param(lambda how=how: after.end(FOUND_, how, "ben", DUTY, "So.", NOW), "have not been told",
                   id=f"6 {how} is no way round the review") for how in (Ended.PASSED, Ended.WITHDRAWN)),
    *(pytest.param(lambda how=how: after.end(TAKEN, how, "ben", DUTY, "So.", NOW), "have not been told",
                   id=f"6 {how}, once decided, is none either") for how in (Ended.PASSED, Ended.WITHDRAWN)),
    *(pytest.param(lambda how=how: after.end(FOUND_, how, "ben", DUTY, "So.", NOW), "",
                   id=f"{how} before it was decided") for how in (Ended.EVENT,)),
    *(pytest.param(lambda duty=duty: after.end(duty, Ended.DISRUPTED, "ben", DUTY, "So.", NOW), "another duty officer agrees",
                   id=f"6 disrupted, {duty.stage}, takes two") for duty in (asked(), FOUND_, TAKEN)),
    *(pytest.param(lambda how=how: after.end(TOLD, how, "ben", DUTY, "So.", NOW), "", id=f"{how} once told")
      for how in Ended),
    pytest.param(lambda: after.end(TOLD, Ended.EVENT, "ada", WATCH, "So.", NOW), "duty officer", id="ended by a watch officer"),
    pytest.param(lambda: after.end(TOLD, Ended.EVENT, "ben", DUTY, "", NOW), "Say why", id="ended without a reason"),
    pytest.param(lambda: after.look_again(TAKEN, NOW + hrs(1), "ben", DUTY, "So.", NOW), "before they have been told",
                 id="looked at again before it was told"),
    pytest.param(lambda: after.look_again(TOLD, NOW, "ben", DUTY, "So.", NOW), "later than now", id="looked at again never"),
    pytest.param(lambda: after.look_again(TOLD, NOW + timedelta(days=31), "ben", DUTY, "So.", NOW), "within 30 days",
                 id="looked at again in a month"),
])  # fmt: skip
def test_telling_and_ending(decision: Callable[[], object], refused: str) -> None:
    if refused:
        with pytest.raises(Refused, match=refused):
            decision()
    else:
        decision()


def test_who_ended_it_before_they_were_told_is_seen_to_have() -> None:
    ended = fold(TAKEN, after.end(TAKEN, Ended.EVENT, "ben", DUTY, "It came sooner.", NOW))
    assert (ended.stage, ended.untold, ended.due) == (Stage.ENDED, True, None)


SERVED = fold(TAKEN, after.serve(TAKEN, "w", NOW))


def to_end(duty: Duty, why: str = "They are held.", roles: frozenset[Role] = DUTY) -> Duty:
    return fold(duty, decide.propose_end(duty, why, pack=EVERYONE, proposer="ben", roles=roles, now=NOW))


def says(duty: Duty, *, agree: bool, reviewer: str = "cleo") -> Duty:
    reviewed = decide.review_refusal(
        duty, agree=agree, why="I rang them.", pack=EVERYONE, distrusted=False, reviewer=reviewer, roles=DUTY, now=NOW
    )
    return fold(duty, reviewed)


@pytest.mark.parametrize("duty", [asked(), FOUND_, BELOW, TAKEN, SERVED], ids=lambda duty: duty.stage.value)
def test_6_an_end_before_they_were_told_because_it_was_disrupted_takes_two(duty: Duty) -> None:
    proposed_end = to_end(duty)
    assert (proposed_end.stage, proposed_end.owed, proposed_end.due) == (Stage.REVIEW, "review", duty.due)
    with pytest.raises(Refused, match="Ask another duty officer"):
        says(proposed_end, agree=True, reviewer="ben")
    ended = says(proposed_end, agree=True)
    assert (ended.stage, ended.ended_how, ended.ended_by, ended.untold) == (Stage.ENDED, "disrupted", "cleo", True)
    back = says(proposed_end, agree=False)
    assert (back.stage, back.owed, back.due, back.decider) == (duty.stage, duty.owed, duty.due, duty.decider)


@pytest.mark.parametrize(("decision", "refused"), [
    pytest.param(lambda: to_end(TOLD), "one duty officer ends it", id="told"),
    pytest.param(lambda: to_end(to_end(TAKEN)), "proposed already", id="twice"),
    pytest.param(lambda: to_end(TAKEN, why=""), "Say why", id="without a reason"),
    pytest.param(lambda: to_end(TAKEN, roles=WATCH), "duty officer", id="by a watch officer"),
    pytest.param(lambda: decide.warn_them(to_end(TAKEN), "ben", DUTY, "So.", NOW), "decided already", id="warned twice"),
    pytest.param(lambda: proposed(FOUND_, "disrupted"), "knows no ground", id="as a ground of a pack"),
])  # fmt: skip
def test_6_who_may_propose_to_end_it_untold(decision: Callable[[], object], refused: str) -> None:
    with pytest.raises(Refused, match=refused):
        decision()


def test_8_what_arrives_while_its_end_is_reviewed_has_told_them() -> None:
    waits = to_end(TAKEN)
    served = fold(waits, after.serve(waits, "w", NOW))
    assert (served.stage, says(served, agree=False).stage) == (Stage.REVIEW, Stage.DELIVERING)
    assert fold(served, after.told_by_warning(served, "w", NOW)).stage is Stage.TOLD
    assert other_way(to_end(TAKEN)) is not None


# ---- time moved, asked again


def _retimed(duty: Duty, left: timedelta) -> Fact:
    return decide.retime(duty, NOW + left, hours=HOURS, by="ada", roles=WATCH, why="A second caller.", now=NOW)


def test_a_nearer_event_brings_deadlines_closer_and_a_further_one_moves_none() -> None:
    nearer = fold(FOUND_, _retimed(FOUND_, minutes(90)))
    assert (nearer.decide_by, nearer.deliver_by, nearer.due) == (
        NOW + minutes(10),
        NOW + minutes(20),
        NOW + minutes(10),
    )
    further = fold(nearer, _retimed(nearer, timedelta(days=9)))
    assert (further.decide_by, further.deliver_by, further.due) == (nearer.decide_by, nearer.deliver_by, nearer.due)


@pytest.mark.parametrize(("duty", "waits"), [
    pytest.param(FOUND_, (0, 900, 900), id="four hours to decide"),
    pytest.param(fold(FOUND_, _retimed(FOUND_, minutes(90))), (0, 150, 150), id="sooner, ten minutes"),
    pytest.param(fold(FOUND_, _retimed(FOUND_, minutes(8))), (0, 60, 60), id="so soon that it is to be decided in four"),
    pytest.param(fold(TAKEN, _retimed(TAKEN, minutes(90))), (0, 300, 300), id="decided, and twenty minutes to tell"),
    pytest.param(TAKEN, (4 * 3_600, 900, 900), id="decided, and eight hours to tell"),
    pytest.param(fold(REVIEWED, review(REVIEWED)), None, id="it is over"),
])  # fmt: skip
def test_nobody_on_the_ladder_waits_longer_than_a_quarter_of_the_time_there_is(
    duty: Duty, waits: tuple[int, ...] | None
) -> None:
    rungs = (*LADDER.rungs, Rung(to="duty_officer", after_s=900, kind=Kind.ROLE))
    ladder = after.ladder_now(msgspec.structs.replace(duty, ladder=Ladder(rungs=rungs, repeat_s=900)), NOW)
    assert (None if ladder is None else (*(one.after_s for one in ladder.rungs), ladder.repeat_s)) == waits


@pytest.mark.parametrize(("begins", "ends", "at"), [
    pytest.param(None, None, None, id="nobody knows"),
    pytest.param(hrs(5), hrs(6), hrs(5), id="when it begins"),
    pytest.param(-hrs(1), hrs(1), hrs(0), id="it may have begun"),
    pytest.param(-hrs(1), None, hrs(0), id="it may have begun, and has no end"),
    pytest.param(None, hrs(1), hrs(1), id="without a beginning, by its end"),
    pytest.param(None, -hrs(1), None, id="without a beginning, and over"),
    pytest.param(-hrs(2), -hrs(1), None, id="over"),
])  # fmt: skip
def test_when_a_case_has_it_that_something_happens(
    begins: timedelta | None, ends: timedelta | None, at: timedelta | None
) -> None:
    moment = [None if one is None else NOW + one for one in (begins, ends, at)]
    assert expected(moment[0], moment[1], NOW) == moment[2]


@pytest.mark.parametrize(("duty", "left", "follows"), [
    pytest.param(FOUND_, minutes(50), True, id="sooner"),
    pytest.param(questioned(asked(event_in=None)), hrs(100), True, id="known, where nobody knew"),
    pytest.param(FOUND_, timedelta(days=9), False, id="later takes somebody's word"),
    pytest.param(FOUND_, None, False, id="not known any more"),
    pytest.param(fold(REVIEWED, review(REVIEWED)), minutes(50), False, id="it is over"),
])  # fmt: skip
def test_a_duty_follows_its_case_where_it_comes_sooner(duty: Duty, left: timedelta | None, follows: bool) -> None:
    event_at = None if left is None else NOW + left
    fact = decide.follow_case(duty, event_at, hours=HOURS, by="ada", why="So.", now=NOW)
    assert (fact is not None) is follows
    if fact is not None:
        assert (fact.event_at, fact.decide_by) == (
            event_at,
            min(deadlines(HOURS, event_at, NOW).decide_by, duty.decide_by),
        )


DELIVERED = fold(TAKEN, after.serve(TAKEN, "w", NOW))
KNOWS = fold(DELIVERED, after.told_by_warning(DELIVERED, "w", NOW))
HEARD_FROM = fold(KNOWS, after.hear(KNOWS, "acting", NOW))


@pytest.mark.parametrize("told", [
    pytest.param(DELIVERED, id="it is on its way"),
    pytest.param(KNOWS, id="told"),
    pytest.param(HEARD_FROM, id="they answered"),
])  # fmt: skip
def test_whoever_was_told_that_it_comes_later_is_owed_that_it_comes_sooner(told: Duty) -> None:
    later = NOW + hrs(9)
    anew = fold(
        told, decide.retime(told, later + minutes(50), hours=HOURS, by="ada", roles=WATCH, why="So.", now=later)
    )
    assert (anew.stage, anew.owed, anew.told_at, anew.warning, anew.answer) == (Stage.TO_WARN, "tell", None, None, "")
    assert anew.sooner_at == later
    assert (
        anew.due == anew.owed_by == min(later + minutes(20), told.deliver_by if told is DELIVERED else later + hrs(1))
    )
    assert after.first_wait_s(anew, later) == 0  # nobody may know of it but who wrote it
    assert anew.decider == told.decider


@pytest.mark.parametrize("left", [
    pytest.param(timedelta(days=9), id="later"),
    pytest.param(hrs(48), id="as it was expected"),
])  # fmt: skip
def test_that_it_comes_no_sooner_is_owed_to_nobody_who_was_told(left: timedelta) -> None:
    assert fold(KNOWS, _retimed(KNOWS, left)).told_at == NOW


def test_what_an_earlier_tocsin_brought_closer_stays_told() -> None:
    before = msgspec.structs.replace(
        decide.retime(KNOWS, NOW + minutes(50), hours=HOURS, by="ada", roles=WATCH, why="So.", now=NOW), sooner=False
    )
    assert fold(KNOWS, before).stage is Stage.TOLD


def test_what_was_refused_can_be_asked_again() -> None:
    refused = fold(REVIEWED, review(REVIEWED))
    again = decide.reopen(refused, None, hours=HOURS, by="ada", roles=WATCH, why="They have a telephone now.", now=NOW)
    opened = fold(refused, again)
    assert (opened.stage, opened.test, opened.due, len(opened.refusals)) == (Stage.ASKED, None, NOW + hrs(24), 1)
    with pytest.raises(Refused, match="being asked already"):
        decide.reopen(opened, None, hours=HOURS, by="ada", roles=WATCH, why="Again.", now=NOW)


# ---- 9 and 13: no double standard; the host


OWN, PUBLIC = asked(Side.OWN, id="own"), asked(Side.PUBLIC, id="public")


@pytest.mark.parametrize(("decided", "others", "owed"), [
    pytest.param(OWN, (OWN,), True, id="9 our own are told, and nobody asked about the public"),
    pytest.param(OWN, (OWN, PUBLIC), False, id="9 it is being asked about the public"),
    pytest.param(OWN, (OWN, fold(proposed(questioned(PUBLIC)), review(proposed(questioned(PUBLIC))))), True, id="9 what was refused was so before our own were told"),
    pytest.param(OWN, (OWN, asked(Side.HOST, id="host")), True, id="9 the host is not the public"),
    pytest.param(asked(Side.VICTIM), (), False, id="9 the victim's warning is no double standard"),
])  # fmt: skip
def test_no_double_standard(decided: Duty, others: tuple[Duty, ...], owed: bool) -> None:
    assert decide.public_is_owed(decided, others) is owed


DISTRUSTED = fold_distrust(
    None,
    decide.distrust_host("m", "case", "police", Distrust.LEAKS, "Two of them sold it.", by="ada", roles=WATCH, now=NOW),
)
HOST = questioned(asked(Side.HOST, whom=("police",)))


@pytest.mark.parametrize(("whom", "held", "expected"), [
    pytest.param(("police",), (DISTRUSTED,), True, id="the distrusted host"),
    pytest.param(("rees",), (DISTRUSTED,), True, id="who can be told there"),
    pytest.param(("guard",), (DISTRUSTED,), False, id="another, in whose case some host is distrusted"),
    pytest.param(("police", "guard"), (DISTRUSTED,), False, id="several, one of whom is not"),
    pytest.param(("police",), (), False, id="nobody is"),
    pytest.param((), (DISTRUSTED,), False, id="named in words alone"),
])  # fmt: skip
def test_who_is_distrusted_is_said_of_each_duty(
    whom: tuple[str, ...], held: tuple[DistrustedHost, ...], expected: bool
) -> None:
    duty = msgspec.structs.replace(HOST, whom=whom)
    assert decide.is_distrusted(duty, held, {"police": ("rees",)}) is expected


@pytest.mark.parametrize(("pack", "distrusted", "refused"), [
    pytest.param(EVERYONE, True, "", id="it stands as it was proposed"),
    pytest.param(EVERYONE, False, "is distrusted", id="the host is trusted again"),
    pytest.param(ICD_191, True, "knows no ground", id="the pack knows it no more"),
])  # fmt: skip
def test_whoever_agrees_agrees_to_a_ground_that_still_is_one(pack: Pack, distrusted: bool, refused: str) -> None:
    fact = decide.propose_refusal(
        HOST, "distrusted_host", "They sold it.", pack=EVERYONE, distrusted=True, proposer="ben", roles=DUTY, now=NOW
    )
    waiting = fold(HOST, fact)
    agree = partial(
        decide.review_refusal,
        waiting,
        why="So.",
        pack=pack,
        distrusted=distrusted,
        reviewer="cleo",
        roles=DUTY,
        now=NOW,
    )
    if refused:
        with pytest.raises(Refused, match=refused):
            agree(agree=True)
    assert fold(waiting, agree(agree=False)).stage is Stage.TO_WARN
    assert refused or fold(waiting, agree(agree=True)).stage is Stage.REFUSED


@pytest.mark.parametrize(("recipients", "distrusted", "duties", "refused"), [
    pytest.param(("miller", "police"), (DISTRUSTED,), (), True, id="13 through a host that may leak"),
    pytest.param(("miller",), (DISTRUSTED,), (), False, id="13 round it"),
    pytest.param(("police",), (), (), False, id="13 a host that nobody distrusted"),
    pytest.param(("police",), (DISTRUSTED,), (HOST,), True, id="13 while it is not decided to tell the host"),
    pytest.param(("police",), (DISTRUSTED,), (taken(HOST),), False, id="13 where it was decided to tell the host itself"),
    pytest.param(("police",), (DISTRUSTED,), (taken(questioned(asked(Side.VICTIM))),), True, id="13 another's duty lets nothing through"),
])  # fmt: skip
def test_nothing_goes_through_a_distrusted_host(
    recipients: tuple[str, ...], distrusted: tuple[DistrustedHost, ...], duties: tuple[Duty, ...], refused: bool
) -> None:
    if refused:
        with pytest.raises(Refused, match="may leak"):
            decide.refuse_through(recipients, distrusted, duties)
    else:
        decide.refuse_through(recipients, distrusted, duties)


def test_a_host_that_is_cleared_is_like_any_other() -> None:
    with pytest.raises(Refused, match="duty officer"):
        decide.trust_host(DISTRUSTED, "They were tried.", by="ada", roles=WATCH, now=NOW)
    cleared = fold_distrust(
        DISTRUSTED, decide.trust_host(DISTRUSTED, "They were tried.", by="ben", roles=DUTY, now=NOW)
    )
    decide.refuse_through(("police",), (cleared,), ())


@pytest.mark.parametrize(("roles", "beside", "why", "refused"), [
    pytest.param(WATCH, ("there",), "So.", "duty officer", id="a watch officer"),
    pytest.param(DUTY, ("there",), " ", "reason|why", id="no reason"),
    pytest.param(DUTY, (), "So.", "Look again", id="of nothing"),
    pytest.param(DUTY, ("elsewhere",), "So.", "Look again", id="of what is not asked"),
    pytest.param(DUTY, ("there",), "So.", "", id="with a reason"),
])  # fmt: skip
def test_a_host_stays_distrusted_by_a_duty_officers_word(
    roles: frozenset[Role], beside: tuple[str, ...], why: str, refused: str
) -> None:
    keep = partial(decide.keep_distrusted, DISTRUSTED, ("there",), beside, why, by="ben", roles=roles, now=NOW)
    if refused:
        with pytest.raises(Refused, match=refused):
            keep()
        return
    kept = fold_distrust(DISTRUSTED, keep())
    assert kept.trusted_at is None
    assert [(one.by, one.at, one.why) for one in kept.kept] == [("ben", NOW, "So.")]


def test_nobody_to_ring_about_it_is_refused() -> None:
    with pytest.raises(Refused, match="names nobody to ring"):
        decide.ask_duty("d", "case", Side.PUBLIC, author="ada", owner="ada", roles=WATCH, ladder=Ladder(), hours=HOURS,
                        event_at=None, now=NOW)  # fmt: skip


# ---- the policy


def test_the_policy_is_an_administrators_to_choose_with_a_reason_and_every_choice_is_kept() -> None:
    for roles, pack, why in ((DUTY, "icd_191", "So."), (ADMINISTRATOR, "none", "So."), (ADMINISTRATOR, "icd_191", "")):
        with pytest.raises(Refused):
            choose_policy(pack, HOURS, why, by="eve", roles=roles, now=NOW)
    first = fold_policy(
        None, choose_policy("icd_191", HOURS, "We are bound by it.", by="eve", roles=ADMINISTRATOR, now=NOW)
    )
    second = fold_policy(first, choose_policy("everyone", (ROW,), "We left.", by="eve", roles=ADMINISTRATOR, now=NOW))
    assert (UNCHOSEN.pack, first.pack, second.pack, second.hours) == ("everyone", "icd_191", "everyone", (ROW,))
    assert [one.why for one in second.chosen] == ["We are bound by it.", "We left."]


def test_2_whoever_agrees_that_it_is_below_the_threshold_agrees_to_a_test_that_says_so() -> None:
    below = proposed(questioned(asked(), said_no("credible")), BELOW_THRESHOLD)
    found = fold(below, decide.answer_questions(below, FOUND, "ada", WATCH, NOW, "Another witness."))
    with pytest.raises(Refused, match="doubt"):
        review(found, why="So it is.")
    left = fold(found, review(found, agree=False, why="It is."))
    assert left.stage is Stage.TO_WARN


@pytest.mark.parametrize("side", [Side.VICTIM, Side.PUBLIC])
def test_an_event_that_is_years_away_puts_the_next_look_no_further_off_than_a_person_may(side: Side) -> None:
    far = told(taken(questioned(asked(side, event_in=timedelta(days=9_000)))))
    assert far.due is not None
    assert far.due <= NOW + FURTHEST
