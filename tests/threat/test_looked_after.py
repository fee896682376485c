"""No path leaves a case without an owner, a date or an end; and none enters a private person as an actor."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from msgspec.structs import replace

from tests.threat.cases import NOW, SOON, bearing, case, opening, then
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, not_beyond
from tocsin.threat import casework, merge
from tocsin.threat.facts import ActorKind, ActorListed, Confidence, ThreatOpened
from tocsin.threat.marked import mark_anew, refuse_apart
from tocsin.threat.particulars import Particulars, Where
from tocsin.threat.state import Threat, fold_threat


@pytest.mark.parametrize(
    ("kind", "listed_by", "is_let_in"),
    [
        pytest.param(ActorKind.PERSON, "", False, id="a person on our word alone"),
        pytest.param(ActorKind.PERSON, "  ", False, id="a person with an empty listing"),
        pytest.param(ActorKind.PERSON, "United Nations 1267 list", True, id="a person by an official listing"),
        pytest.param(ActorKind.PERSON, "Charge of the public prosecutor, 3 May", True, id="a person by a charge"),
        pytest.param(ActorKind.GROUP, "", True, id="a group"),
    ],
)
def test_who_may_stand_in_the_actor_book(kind: ActorKind, listed_by: str, is_let_in: bool) -> None:
    actor = ActorListed(subject="one", occurred_at=NOW, name="Someone", actor_kind=kind, listed_by=listed_by)
    if is_let_in:
        casework.refuse_unlisted(actor)
    else:
        with pytest.raises(Refused, match="official listing or charge"):
            casework.refuse_unlisted(actor)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"title": " "}, id="no title"),
        pytest.param({"owner": ""}, id="nobody to look after it"),
        pytest.param({"begins": SOON, "ends": NOW}, id="a window that ends before it begins"),
        pytest.param({"next_by": NOW}, id="a first step that is due already"),
        pytest.param({"next_by": NOW + timedelta(days=400)}, id="a first step in more than a year"),
        pytest.param({"particulars": Particulars(places=(Where(name=""),))}, id="a place without a name"),
        pytest.param(
            {"particulars": Particulars(places=(Where(name="x", point=(91, 0)),))}, id="a place beyond the pole"
        ),
        pytest.param({"particulars": Particulars(intent="x" * 4_001)}, id="an endless text"),
    ],
)
def test_a_case_that_cannot_be_opened(said: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        casework.open_case(opening(**said))


def test_whoever_opens_a_case_and_says_nothing_more_has_a_week_to_look_at_it() -> None:
    step = case().next_step
    assert step is not None
    assert (step.owner, step.by_when) == ("owner", NOW + casework.LOOK_AGAIN)
    assert step.what


def test_what_the_owner_was_to_do_goes_with_the_case_and_what_another_was_to_do_does_not() -> None:
    handed = then(case(), casework.hand_over(case(), "deputy", "owner", "On leave", NOW))
    assert handed.owner == "deputy"
    assert handed.next_step is not None
    assert handed.next_step.owner == "deputy"
    others = case(next_owner="analyst")
    handed = then(others, casework.hand_over(others, "deputy", "owner", "On leave", NOW))
    assert handed.next_step is not None
    assert handed.next_step.owner == "analyst"


def test_an_actor_stands_with_how_sure_we_are_and_goes_with_a_reason() -> None:
    known = case(actors=("lanterns",))
    assert known.attributions == ()
    sure = then(known, casework.attribute(known, "lanterns", Confidence.LOW, "owner", "A claim alone", NOW))
    sure = then(sure, casework.attribute(sure, "lanterns", Confidence.HIGH, "owner", "Two origins", NOW))
    assert [(one.actor, one.confidence) for one in sure.attributions] == [("lanterns", Confidence.HIGH)]
    with pytest.raises(Refused, match="why"):
        casework.attribute(sure, "lanterns", Confidence.HIGH, "owner", " ", NOW)
    gone = then(sure, casework.drop_actor(sure, "lanterns", "owner", "It was others", NOW))
    assert (gone.actors, gone.attributions) == ((), ())
    with pytest.raises(Refused, match="not on"):
        casework.drop_actor(gone, "lanterns", "owner", "Again", NOW)


def test_an_open_question_is_closed_once_and_with_words() -> None:
    asked = then(case(), casework.raise_question(case(), "q", "Which day?", "owner", NOW))
    with pytest.raises(Refused, match="found out"):
        casework.close_question(asked, "q", "", "owner", NOW)
    closed = then(asked, casework.close_question(asked, "q", "The second", "owner", NOW))
    assert [(one.words, one.answer) for one in closed.questions] == [("Which day?", "The second")]
    with pytest.raises(Refused, match="already"):
        casework.close_question(closed, "q", "The third", "owner", NOW)


def test_a_description_that_changes_nothing_is_not_written_down() -> None:
    same = case()
    with pytest.raises(Refused, match="Nothing was changed"):
        casework.describe(
            same,
            title=same.title,
            targets=same.targets,
            host=None,
            begins=None,
            ends=None,
            particulars=same.particulars,
            by="owner",
            why="",
            now=NOW,
        )


class Desk(RuleBasedStateMachine):
    """A desk that does anything it is allowed to, in any order; what is refused changes nothing."""

    cases: Bundle[Id] = Bundle("cases")

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.stands: dict[Id, Threat] = {}

    def take(self, facts: Sequence[Fact]) -> None:
        for fact in facts:
            self.stands[fact.subject] = fold_threat(self.stands.get(fact.subject), fact)

    @rule(target=cases, owner=st.sampled_from(["ann", "ben"]), by_days=st.one_of(st.none(), st.integers(1, 300)))
    def opens(self, owner: str, by_days: int | None) -> Id:
        id = f"case{len(self.stands)}"
        said = replace(opening(id, owner=owner), occurred_at=self.now)
        if by_days is not None:
            said = replace(said, next_by=self.now + timedelta(days=by_days))
        self.take([casework.open_case(said)])
        self.stands[id] = bearing(self.stands[id], "one", "two", id)
        return id

    @rule(one=cases, owner=st.sampled_from(["ann", "ben", "cleo"]), days=st.integers(-1, 400))
    def sets_a_step(self, one: Id, owner: str, days: int) -> None:
        self.may(
            lambda: [
                casework.set_next_step(
                    self.stands[one], "Ask", owner, self.now + timedelta(days=days), by="ann", now=self.now
                )
            ]
        )

    @rule(one=cases, owner=st.sampled_from(["ann", "ben", "cleo", ""]))
    def hands_over(self, one: Id, owner: str) -> None:
        self.may(lambda: [casework.hand_over(self.stands[one], owner, "ann", "So", self.now)])

    @rule(
        one=cases,
        how=st.sampled_from([Mark.GREEN, Mark.AMBER, Mark.RED]),
        readers=st.sampled_from([("ann",), ("ann", "ben"), ("cleo",)]),
        owner=st.sampled_from(["", "ann", "cleo"]),
        next_owner=st.sampled_from(["", "ann", "cleo"]),
    )
    def marks(self, one: Id, how: Mark, readers: tuple[Id, ...], owner: str, next_owner: str) -> None:
        stands = self.stands[one]

        def decide() -> list[Fact]:
            fact = mark_anew(stands, how, readers, owner=owner, next_owner=next_owner, by="ann", why="So", now=self.now)
            into = None if stands.joined.into is None else self.stands[stands.joined.into]
            refuse_apart(then(stands, fact), into, [self.stands[id] for id in stands.joined.took_in])
            return [fact]

        self.may(decide)

    @rule(one=cases, why=st.sampled_from(["It came to nothing", " "]))
    def closes(self, one: Id, why: str) -> None:
        self.may(lambda: [casework.close(self.stands[one], "ann", why, self.now)])

    @rule(one=cases, days=st.integers(-1, 10))
    def reopens(self, one: Id, days: int) -> None:
        self.may(
            lambda: casework.reopen(self.stands[one], self.now + timedelta(days=days), "ann", "It goes on", self.now)
        )

    @rule(one=cases, other=cases)
    def merges(self, one: Id, other: Id) -> None:
        self.may(lambda: merge.merge(self.stands[one], self.stands[other], "ann", "The same", self.now))

    @rule(one=cases, other=cases)
    def parts(self, one: Id, other: Id) -> None:
        by_when = self.now + timedelta(days=1)
        self.may(lambda: merge.part(self.stands[one], self.stands[other], by_when, "ann", "Two", self.now))

    @rule(target=cases, one=cases, item=st.sampled_from(["one", "two", "nothing"]))
    def splits(self, one: Id, item: str) -> Id:
        id = f"case{len(self.stands)}"
        off: ThreatOpened = replace(opening(id, owner="ben"), occurred_at=self.now)
        return id if self.may(lambda: merge.split(self.stands[one], off, [item], "ann", "Another")) else one

    @rule(hours=st.integers(1, 500))
    def passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def may(self, decide: Callable[[], Sequence[Fact]]) -> bool:
        try:
            facts = decide()
        except Refused:
            return False
        self.take(facts)
        return True

    @invariant()
    def nobody_is_left_alone(self) -> None:
        for threat in self.stands.values():
            assert threat.owner
            if threat.is_open:
                assert threat.next_step is not None, threat
                assert threat.next_step.owner
                assert threat.next_step.by_when > threat.next_step.set_at

    @invariant()
    def whoever_reads_a_case_reads_what_is_looked_after_with_it(self) -> None:
        for threat in self.stands.values():
            for one in (self.stands[id] for id in threat.joined.took_in):
                assert not_beyond(one.mark, threat.mark)

    @invariant()
    def whoever_is_part_of_a_case_comes_to_one_that_has_it(self) -> None:
        for threat in self.stands.values():
            seen = [threat.id]
            while (into := self.stands[seen[-1]].joined.into) is not None:
                assert seen[-1] in self.stands[into].joined.took_in
                assert into not in seen, "it goes round in a circle"
                seen.append(into)

    @invariant()
    def nothing_that_bore_on_a_case_is_lost(self) -> None:
        for threat in self.stands.values():
            for split in threat.joined.splits:
                there = {one.item for one in self.stands[split.off].evidence}
                moved_on = {item for further in self.stands[split.off].joined.splits for item in further.items}
                assert set(split.items) <= there | moved_on


TestDesk = Desk.TestCase
TestDesk.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("begins", "ends", "after"), [
    pytest.param(None, None, 7 * 24 * HOUR, id="nobody knows when: in a week"),
    pytest.param(60 * 24 * HOUR, None, 7 * 24 * HOUR, id="far off: in a week"),
    pytest.param(6 * HOUR, 9 * HOUR, 3 * HOUR, id="half of what is left until it begins"),
    pytest.param(None, 9 * HOUR, 4.5 * HOUR, id="without a beginning, half of what is left to its end"),
    pytest.param(-HOUR, 9 * HOUR, 4.5 * HOUR, id="it may have begun"),
    pytest.param(-HOUR, None, 24 * HOUR, id="it may have begun, and nobody knows its end"),
    pytest.param(-9 * HOUR, -HOUR, 7 * 24 * HOUR, id="it is over"),
])  # fmt: skip
def test_by_when_a_case_is_looked_at_again(begins: timedelta | None, ends: timedelta | None, after: timedelta) -> None:
    moments = [None if one is None else NOW + one for one in (begins, ends)]
    assert casework.look_by(moments[0], moments[1], NOW) == NOW + after
