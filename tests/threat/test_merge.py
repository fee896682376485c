"""Cases merge and split, and each of it can be undone: nothing is copied, and nothing is lost."""

from datetime import timedelta

import pytest

from tests.threat.cases import NOW, SOON, bearing, case, opening, then
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Mark
from tocsin.threat.casework import close
from tocsin.threat.merge import as_one, merge, part, split
from tocsin.threat.state import Threat


def items(threat: Threat) -> list[str]:
    return sorted(one.item for one in threat.evidence)


def test_merged_they_are_read_as_one_and_parted_each_has_its_own() -> None:
    one, other = bearing(case("one"), "a"), bearing(case("other"), "b")
    facts = merge(one, other, "ann", "The same plan", NOW)
    one, other = then(one, *facts), then(other, *facts)
    assert not one.is_open
    assert items(as_one(other, {"one": one}.get)) == ["a", "b"]
    other = bearing(other, "c")
    undone = part(one, other, SOON, "ann", "Two plans", NOW)
    one, other = then(one, *undone), then(other, *undone)
    assert one.is_open
    assert one.next_step is not None
    assert (items(one), items(as_one(other, {"one": one}.get))) == (["a"], ["b", "c"])


def test_a_case_that_took_in_one_that_took_in_a_third_is_read_with_both() -> None:
    stands = {id: bearing(case(id), id.upper()) for id in ("a", "b", "c")}
    for one, into in (("a", "b"), ("b", "c")):
        facts = merge(stands[one], stands[into], "ann", "The same", NOW)
        stands |= {id: then(stands[id], *facts) for id in (one, into)}
    assert items(as_one(stands["c"], stands.get)) == ["A", "B", "C"]


def test_what_a_reader_may_not_read_is_not_read_with_the_rest() -> None:
    one, other = bearing(case("one"), "a"), bearing(case("other"), "b")
    facts = merge(one, other, "ann", "The same plan", NOW)
    assert items(as_one(then(other, *facts), lambda _id: None)) == ["b"]


def test_what_was_split_off_comes_back_when_it_is_merged() -> None:
    whole = bearing(case("whole"), "a", "b", "c")
    facts = split(whole, opening("off"), ["c"], "ann", "Another plan")
    whole, off = then(whole, *facts), then(case("off"), *facts)
    assert (items(whole), items(off), off.split_from) == (["a", "b"], ["c"], "whole")
    again = merge(off, whole, "ann", "The same after all", NOW)
    off, whole = then(off, *again), then(whole, *again)
    assert items(as_one(whole, {"off": off}.get)) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("one", "into", "why", "sentence"),
    [
        pytest.param(case("a"), case("a"), "So", "into itself", id="itself"),
        pytest.param(case("a"), case("b"), " ", "Say why", id="no reason"),
        pytest.param(
            case("a"), then(case("b"), close(case("b"), "x", "Over", NOW)), "So", "was ended", id="one that is over"
        ),
        pytest.param(
            case("a", mark=Mark.RED),
            case("b", mark=Mark.AMBER),
            "So",
            "Merge that one into this one",
            id="into a case that more may read",
        ),
        pytest.param(
            case("a", mark=Mark.RED),
            case("b", mark=Mark.RED, readers=("eve",)),
            "So",
            "may not read",
            id="into other readers' sight",
        ),
        pytest.param(case("a", exercise=True), case("b"), "So", "exercise", id="an exercise into what is meant"),
    ],
)
def test_what_cannot_be_merged(one: Threat, into: Threat, why: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        merge(one, into, "ann", why, NOW)


@pytest.mark.parametrize(
    ("moving", "sentence"),
    [
        pytest.param([], "Name the reports", id="nothing"),
        pytest.param(["a", "b"], "All that bears", id="everything"),
        pytest.param(["z"], "does not bear", id="what does not bear on it"),
    ],
)
def test_what_cannot_be_split_off(moving: list[str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        split(bearing(case(), "a", "b"), opening("off"), moving, "ann", "Another")


def test_a_case_cannot_be_parted_from_one_that_it_is_no_part_of() -> None:
    with pytest.raises(Refused, match="not part"):
        part(case("a"), case("b"), NOW + timedelta(days=1), "ann", "Two", NOW)
