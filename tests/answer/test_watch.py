"""The state machine of a watch: whatever happens, it is settled, or somebody has it, or somebody will be rung."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tocsin.answer.escalate import accept, hurry, missed, note, open_watch, ring, set_ladder, settle
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch, fold_watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.warning.ladder import Ladder, Quiet, Rung

LONG_AGO = datetime(2026, 3, 27, tzinfo=UTC)
LADDERS = st.builds(
    Ladder,
    rungs=st.lists(
        st.builds(Rung, to=st.sampled_from("abc"), after_s=st.integers(0, 7_200)), min_size=1, max_size=4
    ).map(tuple),
    repeat_s=st.integers(1, 90_000),
    from_the_top=st.booleans(),
    quiet=st.none() | st.just(Quiet(begins="22:00", ends="07:00", zone="Europe/Berlin")),
)
NOBODY_OR_SOME = st.lists(st.sampled_from("abcd"), unique=True, max_size=3)


class Life(RuleBasedStateMachine):
    """One watch, whatever may befall it."""

    watch: Watch

    @initialize(ladder=LADDERS, why=st.sampled_from(list(Why)))
    def begins(self, ladder: Ladder, why: Why) -> None:
        self.now = LONG_AGO
        self.idle = 0
        self.watch = fold_watch(None, open_watch("w", warning="x", of="x", why=why, ladder=ladder, now=self.now))

    def take(self, *facts: Fact | None) -> None:
        for fact in facts:
            if fact is not None:
                self.watch = fold_watch(self.watch, fact)

    def may(self, decide: object, *args: object) -> None:
        try:
            fact = decide(*args)  # type: ignore[operator]
        except Refused:
            assert self.watch.settled_at is not None or self.watch.accepted_by is not None
        else:
            self.take(fact)

    @precondition(lambda self: self.watch.due is not None)
    @rule(whom=NOBODY_OR_SOME, late=st.integers(0, 400_000))
    def its_time_comes(self, whom: list[str], late: int) -> None:
        assert self.watch.due is not None
        before, step = self.watch.due, self.watch.step
        self.now = max(self.now, before) + timedelta(seconds=late)
        self.take(*ring(self.watch, whom, self.now))
        assert self.watch.due is not None
        is_over = self.watch.due > self.now or self.watch.step > step
        assert is_over, "it would be rung about at once again, and for ever"
        self.idle = 0 if self.watch.due > self.now else self.idle + 1
        assert self.idle <= len(self.watch.ladder.rungs), "steps at which nobody is come to an end"

    @precondition(lambda self: bool(self.watch.rings))
    @rule(which=st.integers(0, 50))
    def a_call_does_not_arrive(self, which: int) -> None:
        self.take(*missed(self.watch, which % len(self.watch.rings), self.now))

    @rule()
    def somebody_takes_it_on(self) -> None:
        self.may(accept, self.watch, "a", self.now)

    @rule()
    def somebody_will_not_wait(self) -> None:
        self.may(hurry, self.watch, "a", self.now)

    @rule(ladder=LADDERS)
    def somebody_puts_it_under_another(self, ladder: Ladder) -> None:
        self.may(set_ladder, self.watch, ladder, "a", self.now)
        self.idle = 0

    @rule()
    def somebody_notes_something(self) -> None:
        due = self.watch.due
        self.take(note(self.watch, "a", "I rang twice.", self.now))
        assert self.watch.due == due

    @rule(settled=st.sampled_from([False, False, False, True]))
    def it_is_settled(self, *, settled: bool) -> None:
        if settled:
            self.take(settle(self.watch, "answered", self.now))

    @invariant()
    def nothing_is_left_to_itself(self) -> None:
        watch = self.watch
        assert (watch.due is not None) == watch.is_waiting
        assert all(number < len(watch.rings) for number in watch.at_step)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
