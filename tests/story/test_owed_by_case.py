"""What is told is taken in for the duties of its case alone, and at the same moment as if every duty were looked through.

Every story of tests/story is told in a town that looks through all of them after each round: see noted.py.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.story.noted import Noting, unnoted
from tests.story.test_must_warn import asks, does, duty, miller, tells
from tocsin.answer.facts import AnswerKind, Heard
from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.marking import Mark
from tocsin.delivery.echo import Echo
from tocsin.flow.answer.told import Telling, tell
from tocsin.flow.duty import must_warn, owed
from tocsin.flow.duty.must_warn import Asked
from tocsin.flow.threat import joining, weigh
from tocsin.people.facts import MemberRemoved
from tocsin.testing.town import Town
from tocsin.threat.facts import ThreatOpened
from tocsin.warning.duty.facts import Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.state import Stage


def another_case(town: Town, name: str = "the ford") -> str:
    opened = ThreatOpened(
        subject=town.id(name), occurred_at=town.now, title=name, zone="UTC", owner=town.duty_officer.id, exercise=True
    )
    weigh.open_threat(town.house, opened, by=town.watch_officer.id, command=name, now=town.now)
    return name


def in_case(town: Town, case: str, do: Callable[[], Any]) -> Any:
    before, town._case = town.case(), case
    try:
        return do()
    finally:
        town._case = before


def merges(town: Town, one: str, into: str) -> None:
    does(town, joining.merge_cases, one, town.id(into), "The same.")


def owed_to_the_miller(town: Town) -> str:
    town.person("the miller")
    (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
    return name


def both(town: Town) -> str:
    whom = tuple(town.id(town.person(one)) for one in ("Bob", "Pia"))
    (name,) = asks(town, Asked(side=Side.VICTIM, whom=whom, warn=True, why="They play there."), hours=10)
    return name


def test_what_is_told_in_one_case_asks_no_duty_of_another(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    here = owed_to_the_miller(town)
    (there,) = in_case(town, another_case(town), lambda: asks(town, miller(town, warn=True, why="So.")))
    asked: list[str] = []
    whole = owed.so_far

    def counting(look: Any, one: Any, now: Any) -> Any:
        asked.append(one.id)
        return whole(look, one, now)

    monkeypatch.setattr(owed, "so_far", counting)
    town.answers("the miller", tells(town, "the miller"), "acting")
    assert duty(town, here).stage is Stage.WATCHED
    assert duty(town, there).stage is Stage.TO_WARN
    assert set(asked) == {town.id(here)}


# ---- one cause, and no other


def two_cases_become_one(town: Town) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    in_case(town, another_case(town), lambda: tells(town, "the miller"))
    assert duty(town, name).stage is Stage.TO_WARN
    merges(town, "the ford", town.case())
    return name, Stage.TOLD


def parted_while_it_is_under_way(town: Town, owed_in: str, other: str) -> tuple[str, Stage]:
    town.person("the miller")
    (name,) = in_case(town, owed_in, lambda: asks(town, miller(town, warn=True, why="They live beside it.")))
    town.lines.is_busy("the miller", 99)
    first = in_case(town, other, lambda: tells(town, "the miller"))
    second = in_case(town, owed_in, lambda: tells(town, "the miller"))
    assert duty(town, name).warning == town.id(first)
    does(town, joining.part_cases, "the ford", "Two plans.")
    assert duty(town, name).warning == town.id(second)
    return name, Stage.DELIVERING


def a_part_is_let_go_of_while_it_is_under_way(town: Town) -> tuple[str, Stage]:
    merges(town, another_case(town), town.case())
    return parted_while_it_is_under_way(town, town.case(), "the ford")


def a_part_stands_by_itself_while_it_is_under_way(town: Town) -> tuple[str, Stage]:
    merges(town, another_case(town), town.case())
    return parted_while_it_is_under_way(town, "the ford", town.case())


def the_first_of_two(town: Town, decision: str) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    town.lines.is_busy("the miller", 99)
    first, second = tells(town, "the miller"), tells(town, "the miller")
    assert duty(town, name).warning == town.id(first)
    town.duty_officer.decides(first, decision)
    assert duty(town, name).warning == town.id(second)
    return name, Stage.DELIVERING


def the_first_of_two_is_withdrawn(town: Town) -> tuple[str, Stage]:
    return the_first_of_two(town, "withdraw")


def the_first_of_two_is_stood_down(town: Town) -> tuple[str, Stage]:
    return the_first_of_two(town, "stand_down")


def a_provider_says_later_that_it_arrived(town: Town) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    town.lines.is_busy("the miller", 99)
    notice = tells(town, "the miller")
    assert duty(town, name).stage is Stage.DELIVERING
    with town.app.store.look() as look:
        (batch,) = look.batches(town.id(notice))
    message = town.app.store.delivery_id(batch)(town.id("the miller"))
    town.app.store.add_echoes(
        [Echo(channel="mail", message=message, said="delivered", for_good=False, detail="", at=town.now)]
    )
    town.work()
    return name, Stage.TOLD


def one_has_it_while_another_is_tried_again(town: Town) -> tuple[str, Stage]:
    for one in ("Bob", "Pia"):
        town.person(one)
    (name,) = asks(town, Asked(side=Side.OWN, whom=(town.id("Bob"),), warn=True, why="So."))
    town.lines.is_busy("Pia", 99)
    alert = town.duty_officer.issues_alert(to=["Bob", "Pia"])
    with town.app.store.look() as look:
        assert [(one.count, one.settled_at) for one in look.batches(town.id(alert))] == [(2, None)]
    return name, Stage.WATCHED


def the_chief_has_read_it_for_another(town: Town) -> tuple[str, str]:
    """The police are told by their clerk, who has not read it; their chief has, as the dyke board's."""
    for one in ("the clerk", "the chief"):
        town.person(one)
    town.institution("the police", line=["the clerk", "the chief"], reached=False, patience=timedelta(minutes=20))
    town.institution("the dyke board", line=["the chief"], reached=False)
    (name,) = asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="So."), hours=47)
    notice = tells(town, "the police", "the dyke board", mark=Mark.AMBER)
    town.reads("the chief", notice)
    assert duty(town, name).stage is Stage.UNREAD
    return name, notice


def the_next_in_line_has_read_it_already(town: Town) -> tuple[str, Stage]:
    name, _ = the_chief_has_read_it_for_another(town)
    town.lines.is_busy("the chief", 99)
    town.pass_time(minutes=20)
    return name, Stage.TOLD


def it_is_handed_on_to_one_who_has_read_it_already(town: Town) -> tuple[str, Stage]:
    name, notice = the_chief_has_read_it_for_another(town)
    town.hands_on("the clerk", "the police", notice, "the chief")
    return name, Stage.TOLD


def they_name_the_code(town: Town) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    town.reads("the miller", tells(town, "the miller", mark=Mark.AMBER))
    return name, Stage.TOLD


def an_officer_writes_down_what_one_of_them_says(town: Town) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    said = Telling(
        warning=town.id(tells(town, "the miller")), recipient=town.id("the miller"), answer=AnswerKind.ACTING,
        heard=Heard.TELEPHONE, speaker="", words="I keep off it.", said_at=town.now,
    )  # fmt: skip
    tell(town.house, said, by=town.watch_officer.id, command="told", now=town.now)
    town.work()
    return name, Stage.WATCHED


def the_second_is_told_by_telephone_when_the_first_has_answered(town: Town) -> tuple[str, Stage]:
    name = both(town)
    town.lines.is_busy("Pia", 99)
    town.answers("Bob", tells(town, "Bob", "Pia"), "disputed")
    assert duty(town, name).stage is Stage.DELIVERING
    does(town, must_warn.told_otherwise, name, "By telephone.")
    assert duty(town, name).answer == "disputed"
    return name, Stage.TOLD


def an_officer_is_told_what_they_answer(town: Town) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    town.says_in_public("the miller", tells(town, "the miller"), "acting", "I keep off the bridge.")
    return name, Stage.WATCHED


def they_read_it_back(town: Town) -> tuple[str, Stage]:
    town.institution("the police")
    (name,) = asks(town, Asked(side=Side.HOST, whom=(town.id("the police"),), warn=True, why="So."))
    notice = tells(town, "the police", mark=Mark.AMBER)
    assert duty(town, name).stage is Stage.UNREAD
    town.watch_officer.takes_read_back("the police", notice)
    return name, Stage.TOLD


def it_comes_sooner_in_the_moment_in_which_they_were_told(town: Town) -> tuple[str, Stage]:
    name = owed_to_the_miller(town)
    tells(town, "the miller")
    does(town, must_warn.retime, town.case(), town.now + timedelta(hours=3), why="It cracks.")
    return name, Stage.TOLD


CAUSES = (
    two_cases_become_one,
    a_part_is_let_go_of_while_it_is_under_way,
    a_part_stands_by_itself_while_it_is_under_way,
    the_first_of_two_is_withdrawn,
    the_first_of_two_is_stood_down,
    a_provider_says_later_that_it_arrived,
    one_has_it_while_another_is_tried_again,
    the_next_in_line_has_read_it_already,
    it_is_handed_on_to_one_who_has_read_it_already,
    they_name_the_code,
    an_officer_writes_down_what_one_of_them_says,
    the_second_is_told_by_telephone_when_the_first_has_answered,
    it_comes_sooner_in_the_moment_in_which_they_were_told,
    an_officer_is_told_what_they_answer,
    they_read_it_back,
)


@pytest.mark.parametrize("happens", CAUSES, ids=lambda one: one.__name__.replace("_", " "))
def test_it_is_noted_at_once_when(town: Town, happens: Callable[[Town], tuple[str, Stage]]) -> None:
    name, stage = happens(town)
    assert duty(town, name).stage is stage


# ---- and what nobody asked for


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Town]:
    """A town in which nobody looks through every duty after each round."""
    with Town(tmp_path) as town:
        yield town
        town.reconcile()


def nobody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the rounds of work take in nothing of what was told: as if nobody had thought of what happens next."""
    monkeypatch.setattr(owed, "take_in", lambda house, errands, now: house.store.finish(*errands))


def test_what_nobody_thought_of_is_seen_within_the_hour(plain: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    name = owed_to_the_miller(plain)
    nobody_asks(monkeypatch)
    tells(plain, "the miller")
    assert duty(plain, name).stage is Stage.TO_WARN
    plain.pass_time(hours=1)
    assert duty(plain, name).stage is Stage.TOLD
    assert duty(plain, name).told_at == plain.now - timedelta(hours=1)


def test_what_nobody_thought_of_is_seen_before_it_is_said_to_be_missed(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = owed_to_the_miller(plain)
    nobody_asks(monkeypatch)
    monkeypatch.setattr(owed, "take_in_all", lambda house, now: None)
    tells(plain, "the miller")
    before = duty(plain, name)
    assert (before.stage, before.owed_by) == (Stage.TO_WARN, before.deliver_by)
    plain.pass_time(hours=(before.deliver_by - plain.now) / timedelta(hours=1))
    assert (duty(plain, name).stage, duty(plain, name).missed) == (Stage.TOLD, ())


def test_who_leaves_a_group_is_waited_for_no_more_within_the_hour(plain: Town) -> None:
    plain.group("the troupe", ["Bob", "Pia"])
    (name,) = asks(plain, Asked(side=Side.VICTIM, whom=(plain.id("the troupe"),), warn=True, why="They play there."))
    plain.lines.is_busy("Pia", 99)
    tells(plain, "Bob", "Pia")
    assert duty(plain, name).stage is Stage.DELIVERING
    plain.says(MemberRemoved(subject=plain.id("the troupe/Pia"), occurred_at=plain.now))
    plain.pass_time(hours=1)
    assert duty(plain, name).stage is Stage.TOLD


def test_one_duty_that_cannot_be_written_holds_up_none_of_the_others(
    plain: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = asks(
        plain, *(Asked(side=Side.VICTIM, whom=(plain.id(plain.person(one)),), warn=True, why="So.") for one in ("Bob", "Pia"))
    )  # fmt: skip
    whole = owed.so_far

    def failing(look: Any, one: Any, now: Any) -> Any:
        if one.id == plain.id(names[0]):
            raise Unreachable("It cannot be read.")
        return whole(look, one, now)

    with monkeypatch.context() as broken:
        broken.setattr(owed, "so_far", failing)
        with pytest.raises(Unreachable):
            tells(plain, "Bob", "Pia")
        assert [duty(plain, name).stage for name in names] == [Stage.TO_WARN, Stage.DELIVERING]
    plain.work()
    assert [duty(plain, name).stage for name in names] == [Stage.TOLD, Stage.TOLD]


# ---- whatever anyone does, in any order


ONE = st.integers(0, 5)
PEOPLE = ("Bob", "Pia", "Tess")
WHOM = st.sets(st.sampled_from((*PEOPLE, "the police")), min_size=1, max_size=3)


def machine(  # noqa: C901  one rule for each thing that may befall a duty
    tmp_path_factory: pytest.TempPathFactory,
) -> type[RuleBasedStateMachine]:
    """Return a machine in whose towns everything that may change what a duty knows does, in any order."""

    class Owed(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.town = Noting(tmp_path_factory.mktemp("town"))
            for one in PEOPLE:
                self.town.person(one)
            self.town.institution("the police", line=["Bob", "Pia"], reached=False)
            self.cases = [self.town.case(), another_case(self.town)]
            self.duties: list[str] = []
            self.warnings: list[str] = []
            self.asks(0, Side.VICTIM, {"Bob"}, warn=True)
            self.asks(1, Side.VICTIM, {"Bob", "Pia"}, warn=True)

        def teardown(self) -> None:
            self.town.reconcile()
            self.town.close()

        def may(self, do: Callable[[], Any]) -> Any:
            try:
                return do()
            except Refused:
                self.town.work()
                return None

        def on(self, step: Any, number: int, *args: Any, **named: Any) -> None:
            self.may(lambda: does(self.town, step, self.duties[number % len(self.duties)], *args, **named))

        def warned(self, number: int) -> str | None:
            return self.warnings[number % len(self.warnings)] if self.warnings else None

        # ---- the duties

        @rule(case=st.integers(0, 1), side=st.sampled_from(Side), whom=WHOM, warn=st.booleans())
        def asks(self, case: int, side: Side, whom: set[str], *, warn: bool) -> None:
            names = () if side is Side.PUBLIC else tuple(self.town.id(one) for one in sorted(whom))
            asked = Asked(side=side, whom=names, warn=warn, why="So." if warn else "")
            self.duties += in_case(self.town, self.cases[case], lambda: self.may(lambda: asks(self.town, asked))) or []

        @rule(number=ONE)
        def decides_to_warn(self, number: int) -> None:
            self.on(must_warn.decide_one, number, Asked(side=Side.VICTIM, warn=True, why="So."))

        @rule(number=ONE, part=st.sampled_from(PEOPLE))
        def tells_one_by_telephone(self, number: int, part: str) -> None:
            self.on(must_warn.told_otherwise, number, "By telephone.", parts=(self.town.id(part),))

        @rule(number=ONE)
        def ends(self, number: int) -> None:
            self.on(must_warn.end, number, Ended.EVENT, why="It fell.")

        @rule(number=ONE)
        def asks_again(self, number: int) -> None:
            self.on(must_warn.reopen, number, why="It begins again.")

        @rule(number=ONE, warning=ONE)
        def says_that_an_earlier_one_covers_it(self, number: int, warning: int) -> None:
            if one := self.warned(warning):
                self.on(must_warn.name_covering, number, self.town.id(one), why="It said the same.")

        @rule(case=st.integers(0, 1), hours=st.sampled_from((1, 3, 30)))
        def expects_it_sooner(self, case: int, hours: int) -> None:
            at = self.town.now + timedelta(hours=hours)
            self.may(lambda: does(self.town, must_warn.retime, self.cases[case], at, why="It comes."))

        # ---- the cases

        @rule(one=st.integers(0, 1))
        def merges(self, one: int) -> None:
            self.may(lambda: merges(self.town, self.cases[one], self.cases[1 - one]))

        @rule(one=st.integers(0, 1))
        def parts(self, one: int) -> None:
            self.may(lambda: does(self.town, joining.part_cases, self.cases[one], "Two plans."))

        # ---- the warnings

        @rule(case=st.integers(0, 1), whom=WHOM, mark=st.sampled_from((Mark.GREEN, Mark.AMBER)), busy=st.integers(0, 2))
        def sends(self, case: int, whom: set[str], mark: Mark, busy: int) -> None:
            for one in PEOPLE[:busy]:
                self.town.lines.is_busy(one, 2)
            do = lambda: tells(self.town, *sorted(whom), mark=mark, hours=6)  # noqa: E731
            self.warnings += [one] if (one := in_case(self.town, self.cases[case], lambda: self.may(do))) else []

        @rule(case=st.integers(0, 1), whom=WHOM)
        def issues(self, case: int, whom: set[str]) -> None:
            do = lambda: self.town.duty_officer.issues_alert(to=sorted(whom - {"the police"}), hours=6)  # noqa: E731
            self.warnings += [one] if (one := in_case(self.town, self.cases[case], lambda: self.may(do))) else []

        @rule(number=ONE, decision=st.sampled_from(("withdraw", "stand_down")))
        def decides_about_a_window(self, number: int, decision: str) -> None:
            if one := self.warned(number):
                self.may(lambda: self.town.duty_officer.decides(one, decision))

        @rule(number=ONE)
        def takes_back(self, number: int) -> None:
            if one := self.warned(number):
                self.may(lambda: self.town.duty_officer.retracts(one))

        # ---- what they say

        @rule(number=ONE, who=st.sampled_from(PEOPLE), kind=st.sampled_from(("received", "acting", "disputed")))
        def answers(self, number: int, who: str, kind: str) -> None:
            if (one := self.warned(number)) and self.was_told(one, who):
                self.town.answers(who, one, kind)

        @rule(number=ONE, who=st.sampled_from(PEOPLE))
        def names_the_code(self, number: int, who: str) -> None:
            if (one := self.warned(number)) and self.was_told(one, who):
                self.may(lambda: self.town.reads(who, one))

        @rule(number=ONE)
        def reads_it_back(self, number: int) -> None:
            if one := self.warned(number):
                self.may(lambda: self.town.watch_officer.takes_read_back("the police", one))

        def was_told(self, warning: str, who: str) -> bool:
            with self.town.app.store.look() as look:
                return self.town.id(who) in look.rows_of(self.town.id(warning))

        @rule(minutes=st.sampled_from((1, 5, 61, 400)))
        def time_passes(self, minutes: int) -> None:
            self.town.pass_time(minutes=minutes)

        @invariant()
        def nothing_waits_to_be_noted(self) -> None:
            assert unnoted(self.town) == []

    return Owed


def test_whatever_anyone_does_the_duties_of_its_case_learn_all_there_is(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    case = machine(tmp_path_factory).TestCase
    case.settings = settings(
        max_examples=4, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
    )
    case("runTest").runTest()
