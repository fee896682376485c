"""The state machine of a duty to warn: whatever anyone does, it has an owner, and a moment to come back to it or an end.

A case has several duties; one of them may bring about another. Everything here is tried by anyone, at any moment, in any order.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.warning.duties import LADDER, NOW, fold
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.marking import Role
from tocsin.warning.duty import after, decide
from tocsin.warning.duty.facts import (
    Distrust,
    DutyDelivered,
    DutyEnded,
    DutyReopened,
    Ended,
    RefusalOverturned,
    RefusalUpheld,
)
from tocsin.warning.duty.hours import HOURS
from tocsin.warning.duty.pack import BELOW_THRESHOLD, NEVER, Pack
from tocsin.warning.duty.packs.everyone import EVERYONE
from tocsin.warning.duty.packs.icd_191 import ICD_191
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import BEEN_TOLD, LEFT_UNWARNED, OVER, UNDECIDED, UNTOLD, Duty, Stage
from tocsin.warning.duty.test import Answered, Said, Test, duty_found

PEOPLE = {
    "ada": frozenset({Role.WATCH_OFFICER}),
    "ben": frozenset({Role.DUTY_OFFICER}),
    "cleo": frozenset({Role.DUTY_OFFICER, Role.WATCH_OFFICER}),
    "eve": frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
}
PERSON = st.sampled_from(sorted(PEOPLE))
ANSWERED = st.builds(Answered, said=st.sampled_from(Said), ground=st.sampled_from(("", "It was checked.")))
TESTS = st.builds(Test, **dict.fromkeys(Test.__struct_fields__, ANSWERED))
LEFT = st.none() | st.timedeltas(timedelta(hours=-3), timedelta(days=20))
GROUNDS = st.sampled_from(
    sorted({BELOW_THRESHOLD, *NEVER, *(one.name for pack in (EVERYONE, ICD_191) for one in pack.grounds)})
)
WHY = st.sampled_from(("", "So it is."))


class Life(RuleBasedStateMachine):
    """The duty of one side, whatever may befall it."""

    duty: Duty

    @initialize(side=st.sampled_from(Side), left=LEFT, who=st.sampled_from(("", "the troupe", "the troupe; the crew")))
    def begins(self, side: Side, left: timedelta | None, who: str) -> None:
        self.asks(side, left, who)

    def asks(self, side: Side, left: timedelta | None, who: str) -> None:
        self.now = NOW
        self.reopened = self.missed_before = 0
        opened = decide.ask_duty(
            "d", "case", side, who=who, whom=("them",), author="ada", owner="ada", roles=PEOPLE["ada"], ladder=LADDER,
            hours=HOURS, event_at=self.event(left), now=self.now,
        )  # fmt: skip
        self.duty = fold(None, opened)
        self.earliest = self.duty.decide_by

    def event(self, left: timedelta | None) -> datetime | None:
        return None if left is None else self.now + left

    def may(self, step: Callable[[], Fact | None]) -> None:
        try:
            fact = step()
        except Refused:
            return
        before = self.duty
        self.duty = fold(self.duty, fact)
        self.saw(before, fact)

    def saw(self, before: Duty, fact: Fact | None) -> None:
        if isinstance(fact, DutyReopened):
            self.reopened += 1
            self.missed_before = len(self.duty.missed)
            self.earliest = self.duty.decide_by
        if self.duty.stage in LEFT_UNWARNED and isinstance(fact, RefusalUpheld) and before.takes_back:
            assert before.none_told  # nobody was told, nor is about to be
            assert before.denied_since
            assert self.duty.stage is Stage.BELOW
        if isinstance(fact, RefusalOverturned) and before.takes_back:
            assert (self.duty.decider, self.duty.decided_at) == (before.decider, before.decided_at)
            assert (self.duty.owed_by, self.duty.due) == (before.owed_by, before.due)
            assert self.duty.stage in UNTOLD
        if self.duty.stage in LEFT_UNWARNED:
            refusal = self.duty.refusal
            assert refusal is not None
            assert refusal.upheld
            assert refusal.reviewer != refusal.proposer  # two people
            assert refusal.reviewer is not None
            assert Role.DUTY_OFFICER in PEOPLE[refusal.reviewer]
            assert refusal.ground not in NEVER
            assert (refusal.why, refusal.reviewed_why) == ("So it is.", "So it is.")
            assert self.duty.test is not None
        if isinstance(fact, DutyEnded) and before.told_at is None:
            assert fact.how is Ended.EVENT
            assert self.duty.untold
        if isinstance(fact, RefusalUpheld) and self.duty.stage is Stage.ENDED:
            assert self.duty.untold
            assert before.refusal is not None
            assert fact.reviewer != before.refusal.proposer  # two people
        if self.duty.stage in BEEN_TOLD and isinstance(fact, DutyDelivered) and fact.warning:
            assert not before.left_words  # nobody who is named in words alone is told by a warning
        if self.duty.stage in UNTOLD:
            assert self.duty.decider is not None
            assert self.duty.test is not None

    # ---- what people do

    @rule(test=TESTS, by=PERSON, why=WHY)
    def test(self, test: Test, by: str, why: str) -> None:
        self.may(lambda: decide.answer_questions(self.duty, test, by, PEOPLE[by], self.now, why))

    @rule(by=PERSON, why=WHY)
    def warn(self, by: str, why: str) -> None:
        self.may(lambda: decide.warn_them(self.duty, by, PEOPLE[by], why, self.now))

    @rule(by=PERSON, why=WHY, ground=GROUNDS, pack=st.sampled_from((EVERYONE, ICD_191)), distrusted=st.booleans())
    def propose(self, by: str, why: str, ground: str, pack: Pack, distrusted: bool) -> None:
        before = self.duty.refusal
        self.may(
            lambda: decide.propose_refusal(
                self.duty,
                ground,
                why,
                pack=pack,
                distrusted=distrusted,
                proposer=by,
                roles=PEOPLE[by],
                now=self.now,
            )
        )
        doubt = self.duty.test is None or duty_found(self.duty.test)
        proposed = self.duty.refusal != before  # one of before it was asked again may be of this very moment
        assert not (proposed and doubt and self.duty.refusal and self.duty.refusal.ground == BELOW_THRESHOLD)

    @precondition(lambda self: self.duty.stage is Stage.ASKED)
    @rule(by=st.sampled_from(("ben", "cleo")))
    def tested_and_decided_at_once(self, by: str) -> None:
        self.may(lambda: decide.answer_questions(self.duty, Test(), by, PEOPLE[by], self.now))
        self.may(lambda: decide.warn_them(self.duty, by, PEOPLE[by], "So it is.", self.now))

    @precondition(lambda self: self.duty.to_be_told)
    @rule(by=PERSON, told=st.booleans(), minutes=st.integers(0, 9))
    def it_turns_out_to_be_a_hoax(self, by: str, told: bool, minutes: int) -> None:
        self.found_a_hoax(by, told=told, minutes=minutes)

    def found_a_hoax(self, by: str, *, told: bool, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        no = Test(credible=Answered(said=Said.NO, ground="A boy with a telephone."))
        self.may(lambda: decide.answer_questions(self.duty, no, by, PEOPLE[by], self.now, "So it is."))
        before = self.duty
        propose = partial(
            decide.propose_refusal, self.duty, BELOW_THRESHOLD, "So it is.", pack=EVERYONE, distrusted=False
        )
        self.may(lambda: propose(proposer=by, roles=PEOPLE[by], now=self.now, told=told))
        if self.duty.stage is not before.stage:
            assert not told
            assert before.none_told
            assert (self.duty.stage, self.duty.owed_by, self.duty.due) == (Stage.REVIEW, before.owed_by, before.due)

    @precondition(lambda self: self.duty.takes_back and self.duty.stage is Stage.REVIEW)
    @rule(by=st.sampled_from(("ben", "cleo")), agree=st.booleans(), told=st.sampled_from((False, False, True)))
    def another_reads_that_it_was_a_hoax(self, by: str, agree: bool, told: bool) -> None:
        self.reviewed(by, "So it is.", agree=agree, told=told)

    @rule(by=PERSON, why=WHY, agree=st.booleans(), told=st.booleans())
    def review(self, by: str, why: str, agree: bool, told: bool) -> None:
        self.reviewed(by, why, agree=agree, told=told)

    def reviewed(self, by: str, why: str, *, agree: bool, told: bool) -> None:
        before = self.duty
        self.may(
            lambda: decide.review_refusal(
                self.duty,
                agree=agree,
                why=why,
                pack=EVERYONE,
                distrusted=True,
                reviewer=by,
                roles=PEOPLE[by],
                now=self.now,
                told=told,
            )
        )
        assert not (before.takes_back and told and before.stage is Stage.REVIEW and self.duty.stage in LEFT_UNWARNED)

    @rule(by=PERSON, left=LEFT)
    def expected_at_another_time(self, by: str, left: timedelta | None) -> None:
        before, event_at = self.duty, self.event(left)
        self.may(
            lambda: decide.retime(self.duty, event_at, hours=HOURS, by=by, roles=PEOPLE[by], why="So.", now=self.now)
        )
        if before.stage in BEEN_TOLD and self.duty.owed == "tell":
            assert event_at is not None  # it comes sooner
            assert before.event_at is None or event_at < before.event_at
        elif before.due is not None and self.duty.due is not None:
            assert self.duty.due <= before.due

    @rule(by=PERSON)
    def asked_again(self, by: str) -> None:
        self.may(lambda: decide.reopen(self.duty, None, hours=HOURS, by=by, roles=PEOPLE[by], why="New.", now=self.now))

    @rule(
        by=PERSON,
        left=LEFT,
        host=st.sampled_from(("them", "found", "others")),
        contacts=st.sampled_from(((), ("found",))),
    )
    def a_host_comes_to_be_distrusted(
        self, by: str, left: timedelta | None, host: str, contacts: tuple[str, ...]
    ) -> None:
        before = self.duty
        self.may(lambda: self.distrusted(by, left, host, contacts))
        if self.duty is before:
            return
        assert before.to_be_told
        assert not before.left_words  # nobody else waits for it
        assert self.duty.stage in UNDECIDED - {Stage.REVIEW}
        assert (self.duty.test, self.duty.apart) == (before.test, before.apart)
        last = self.duty.superseded[-1]
        assert (last.decided.at, last.decided.by, last.by) == (before.decided_at, before.decider, by)

    def distrusted(self, by: str, left: timedelta | None, host: str, contacts: tuple[str, ...]) -> Fact | None:
        said = decide.distrust_host(
            "x", "case", host, Distrust.LEAKS, "So it is.", by=by, roles=PEOPLE[by], now=self.now
        )  # fmt: skip
        event_at = self.event(left)
        return decide.ask_since_distrusted(self.duty, said, event_at, contacts=contacts, hours=HOURS, now=self.now)

    @rule(warning=st.sampled_from(("w1", "w2")))
    def a_warning_goes_out(self, warning: str) -> None:
        self.may(lambda: after.serve(self.duty, warning, self.now))

    @rule()
    def it_arrives(self) -> None:
        self.may(lambda: after.told_by_warning(self.duty, self.duty.warning or "w", self.now))

    @rule()
    def it_lies_with_them_unread(self) -> None:
        self.may(lambda: after.arrive(self.duty, self.duty.warning or "w", self.now))
        assert self.duty.stage is not Stage.UNREAD or self.duty.owed == "have_it_read"

    @rule(
        by=PERSON,
        how=st.sampled_from(("", "By telephone")),
        part=st.sampled_from(("", "them", "the troupe", "the crew")),
    )
    def told_otherwise(self, by: str, how: str, part: str) -> None:
        parts = (part,) if part else ()
        self.may(lambda: after.told_otherwise(self.duty, how, by, PEOPLE[by], self.now, self.now, parts))

    @rule(by=PERSON, words=st.sampled_from(("the troupe", "the crew")))
    def who_was_named_in_words_is_found(self, by: str, words: str) -> None:
        self.may(lambda: after.name_found(self.duty, words, ("found",), by, PEOPLE[by], self.now))

    @rule(answer=st.sampled_from(("received", "acting", "disputed", "dismissed")), everyone=st.booleans())
    def they_answer(self, answer: str, everyone: bool) -> None:
        self.may(lambda: after.hear(self.duty, answer, self.now, everyone=everyone))
        # Nobody's denial ends it.
        assert self.duty.stage is not Stage.ENDED or self.duty.ended_by is not None

    @rule(by=PERSON, days=st.integers(-1, 40), why=WHY)
    def looked_at_again(self, by: str, days: int, why: str) -> None:
        until = self.now + timedelta(days=days)
        self.may(lambda: after.look_again(self.duty, until, by, PEOPLE[by], why, self.now))

    @rule(by=PERSON, how=st.sampled_from(Ended), why=WHY)
    def ends(self, by: str, how: Ended, why: str) -> None:
        self.may(lambda: after.end(self.duty, how, by, PEOPLE[by], why, self.now))

    @rule(by=PERSON, why=WHY)
    def to_end_it_untold_is_proposed(self, by: str, why: str) -> None:
        propose = partial(decide.propose_end, pack=EVERYONE, proposer=by, roles=PEOPLE[by], now=self.now)
        self.may(lambda: propose(self.duty, why))

    # ---- what the clock does

    @rule(passed=st.timedeltas(timedelta(seconds=1), timedelta(days=3)))
    def time_passes(self, passed: timedelta) -> None:
        self.now += passed
        missed = after.tend(self.duty, self.now)
        if missed is not None:
            before = self.duty
            self.duty = fold(before, missed)
            assert self.duty.stage is before.stage  # a deadline that was missed decides nothing
            assert after.first_wait_s(self.duty, self.now) == 0
        assert after.tend(self.duty, self.now) is None  # once is enough

    @rule(ahead=st.timedeltas(timedelta(minutes=2), timedelta(days=400)))
    def the_clock_is_ahead_for_a_while(self, ahead: timedelta) -> None:
        before = self.duty
        missed = after.tend(before, self.now + ahead)
        if missed is None:
            return
        self.now = max(self.now, missed.occurred_at)
        self.duty = fold(before, missed)
        woken = after.wake(self.duty, self.now)
        if woken is not None:
            self.duty = fold(self.duty, woken)
        assert self.duty.stage is before.stage
        assert self.duty.due is not None
        assert self.duty.due <= self.now + timedelta(days=1)

    @precondition(lambda self: self.duty.due is not None)
    @rule()
    def nobody_does_anything(self) -> None:
        assert self.duty.due is not None
        self.now = max(self.now, self.duty.due)
        many = len(self.duty.missed)
        self.duty = fold(self.duty, after.tend(self.duty, self.now))
        assert len(self.duty.missed) == many + 1

    # ---- what always holds

    @invariant()
    def it_has_an_owner_and_somebody_to_ring(self) -> None:
        assert self.duty.owner
        assert self.duty.ladder.rungs

    @invariant()
    def it_has_a_moment_to_come_back_to_it_or_an_end(self) -> None:
        assert (self.duty.due is None) == (self.duty.stage in OVER) == self.duty.over
        assert (self.duty.owed_by is None) == self.duty.over
        assert bool(self.duty.owed) == (not self.duty.over)

    @invariant()
    def what_is_missed_is_said_again_within_a_day(self) -> None:
        # What was missed before it was asked again, if only in that very moment, is over.
        last = self.duty.missed[-1] if len(self.duty.missed) > self.missed_before else None
        # Told, or looked at again, in the very moment in which that was missed, it is done.
        left = last is not None and last.owed == self.duty.owed and self.duty.looked_at != self.duty.since
        if last is not None and left and last.at == self.duty.since and self.duty.due is not None:
            assert self.duty.due <= self.now + timedelta(days=1)

    @invariant()
    def a_deadline_is_never_put_off(self) -> None:
        assert self.duty.decide_by <= self.earliest
        self.earliest = self.duty.decide_by

    @invariant()
    def nobody_was_told_before_it_was_decided(self) -> None:
        if self.duty.stage in BEEN_TOLD:
            assert self.duty.decided_at is not None
            assert self.duty.told_at is not None
            assert self.duty.decided_at <= self.duty.told_at


Life.TestCase.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)
TestLife = Life.TestCase


class Hoax(Life):
    """The same, from where it was decided to warn and it is proposed to take that back."""

    @initialize(side=st.sampled_from(Side), left=LEFT, who=st.sampled_from(("", "the troupe")))
    def begins(self, side: Side, left: timedelta | None, who: str) -> None:
        self.asks(side, left, who)
        self.may(lambda: decide.answer_questions(self.duty, Test(), "ada", PEOPLE["ada"], self.now))
        self.may(lambda: decide.warn_them(self.duty, "ben", PEOPLE["ben"], "So it is.", self.now))
        self.found_a_hoax("ada", told=False, minutes=1)
        assert self.duty.takes_back
        assert self.duty.stage is Stage.REVIEW


Hoax.TestCase.settings = settings(max_examples=150, stateful_step_count=20, deadline=None)
TestHoax = Hoax.TestCase
