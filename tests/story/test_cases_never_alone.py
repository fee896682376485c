"""No path leaves a case without an owner, a date that somebody is rung about, or an end: the flow, whatever anyone does in it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.flow.outcome import judge
from tocsin.flow.threat import cases, joining, weigh
from tocsin.flow.threat.marking import mark_case
from tocsin.outcome.facts import Course, OutcomeJudged, Verdict
from tocsin.store.reconcile import reconcile
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.threat.state import Threat
from tocsin.warning.deadline.facts import DeadlineKind
from tocsin.warning.deadline.state import Deadline

ONE = st.integers(0, 3)
"""Which of the cases, counted round."""


def machine(  # noqa: C901  one rule for each thing that may befall a case
    tmp_path_factory: pytest.TempPathFactory,
) -> type[RuleBasedStateMachine]:
    """Return a machine in whose towns everything that can befall a case does, in any order."""

    class Desk(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.town = Town(tmp_path_factory.mktemp("town"))
            self.people = [self.town.duty_officer.id, self.town.deputy.id, self.town.id("who left")]
            self.town.person("who left")
            for text in ("Lights", "Boats"):
                self.town.report(text)
            self.cases: list[str] = []
            self.opens()

        def teardown(self) -> None:
            assert reconcile(self.town.app.store) == []
            self.town.close()

        def may(self, step: Callable[..., None], *args: Any, **named: Any) -> None:
            command, by = self.town.name_next("does"), self.town.duty_officer.id
            try:
                step(self.town.house, *args, by=by, command=command, now=self.town.now, **named)
            except Refused:
                return
            self.town.work()

        def one(self, number: int) -> str:
            return self.cases[number % len(self.cases)]

        def opening(self) -> ThreatOpened:
            self.cases.append(self.town.id(self.town.name_next("case")))
            return ThreatOpened(
                subject=self.cases[-1], occurred_at=self.town.now, title="The bridge", zone="Europe/Vienna",
                owner=self.people[0], exercise=True,
            )  # fmt: skip

        # ---- what people do

        @rule()
        def opens(self) -> None:
            self.may(weigh.open_threat, self.opening())

        @rule(number=ONE, who=st.integers(0, 2), hours=st.integers(-1, 400))
        def sets_a_step(self, number: int, who: int, hours: int) -> None:
            by_when = self.town.now + timedelta(hours=hours)
            self.may(cases.set_next_step, self.one(number), "Ask", self.people[who], by_when)

        @rule(number=ONE, who=st.integers(0, 2))
        def hands_over(self, number: int, who: int) -> None:
            self.may(cases.hand_over, self.one(number), self.people[who], "So")

        @rule(number=ONE, how=st.sampled_from([Mark.GREEN, Mark.RED]), who=st.integers(0, 2))
        def marks(self, number: int, how: Mark, who: int) -> None:
            readers = (self.town.duty_officer.id, self.people[who])
            self.may(mark_case, self.one(number), how, readers, owner=self.people[who], why="So")

        @rule(number=ONE)
        def judges_how_likely(self, number: int) -> None:
            self.may(
                weigh.assess_threat, self.one(number), likelihood=(0.2, 0.4), confidence=Confidence.LOW, grounds="Two.",
                why="It is Monday.", reports=(),
            )  # fmt: skip

        @rule(number=ONE, text=st.sampled_from(["Lights", "Boats"]))
        def links(self, number: int, text: str) -> None:
            self.may(weigh.link_evidence, self.one(number), self.town.id(text), Bearing.FOR)

        @rule(number=ONE, other=ONE)
        def merges(self, number: int, other: int) -> None:
            self.may(joining.merge_cases, self.one(number), self.one(other), "The same")

        @rule(number=ONE)
        def parts(self, number: int) -> None:
            self.may(joining.part_cases, self.one(number), "Two")

        @rule(number=ONE)
        def splits(self, number: int) -> None:
            before = self.one(number)
            self.may(joining.split_case, before, self.opening(), [self.town.id("Lights")], "Another")

        @rule(number=ONE)
        def closes(self, number: int) -> None:
            self.may(cases.close_case, self.one(number), "It came to nothing")

        @rule(number=ONE)
        def reopens(self, number: int) -> None:
            self.may(cases.reopen_case, self.one(number), "It goes on")

        @rule(number=ONE)
        def judges_what_became_of_it(self, number: int) -> None:
            judged = OutcomeJudged(
                subject=self.one(number), occurred_at=self.town.now, course=Course.CARRIED_OUT, time=Verdict.MATCH,
                place=Verdict.MATCH, target=Verdict.MATCH, actor=Verdict.UNKNOWN, judge=self.people[0], why="It fell.",
            )  # fmt: skip
            self.may(judge.judge_outcome, judged)

        @rule(hours=st.integers(1, 300))
        def time_passes(self, hours: int) -> None:
            self.town.pass_time(hours=hours)

        # ---- what always holds

        @invariant()
        def nobody_is_left_alone(self) -> None:
            with self.town.app.store.look() as look:
                for threat in look.all(Threat):
                    dates = look.all(Deadline, warning=threat.id, met_at=None)
                    assert threat.owner
                    if not threat.is_open:
                        assert threat.joined.into is not None or threat.ended is not None
                        assert dates == []
                        continue
                    (step,) = [one for one in dates if one.deadline_kind is DeadlineKind.NEXT_STEP]
                    assert threat.next_step is not None
                    assert threat.next_step.by_when == step.window.ends
                    assert step.due is not None or step.missed
                    if step.missed:
                        rings = [
                            one for one in look.all(Watch, warning=threat.id, settled_at=None) if one.of == step.id
                        ]
                        assert [one.due is not None for one in rings] == [True]

    return Desk


def test_whatever_anyone_does_a_case_has_an_owner_and_a_date_or_an_end(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    case = machine(tmp_path_factory).TestCase
    case.settings = settings(
        max_examples=3, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case("runTest").runTest()
