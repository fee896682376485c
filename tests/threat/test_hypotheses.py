"""Competing hypotheses: what may be done to a matrix, and what it comes to."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.threat.cases import NOW
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.threat.hypotheses.decide import (
    DECEPTION,
    MOST_HYPOTHESES,
    Said,
    drop_row,
    enter_row,
    judge,
    open_matrix,
    set_aside,
    state_hypothesis,
    take_up,
    weigh_row,
)
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.score import (
    Amount,
    Piece,
    Removed,
    Strand,
    amount,
    diagnosticity,
    order,
    removals,
    score,
    without_origin,
    without_source,
)
from tocsin.threat.hypotheses.state import Matrix, fold_matrix

CC, C, N, I, II, NA = (Consistency(one) for one in ("CC", "C", "N", "I", "II", "NA"))  # noqa: E741  as analysts write them
NONE_YET = Consistency.NO_INDICATION
HIGH, MEDIUM, LOW = Weight.HIGH, Weight.MEDIUM, Weight.LOW


def then(matrix: Matrix | None, *facts: Fact) -> Matrix:
    for fact in facts:
        matrix = fold_matrix(matrix, fact)
    assert matrix is not None
    return matrix


def matrix(*hypotheses: str, rows: int = 0) -> Matrix:
    found = then(None, *open_matrix("case", Asks.WHO, "ann", NOW))
    for key in hypotheses:
        found = then(found, state_hypothesis(found, key, f"It was {key}", by="ann", now=NOW))
    for number in range(rows):
        found = then(found, enter_row(found, f"r{number}", words=f"Seen {number}", by="ann", now=NOW))
    return found


def piece(
    row: str, *origins: str, credibility: Weight = MEDIUM, relevance: Weight = MEDIUM, **judged: Consistency
) -> Piece:
    strands = tuple(Strand(origin=one, sources=frozenset({f"source of {one}"})) for one in origins)
    return Piece(row=row, strands=strands, credibility=credibility, relevance=relevance, judged=judged)


def scores(pieces: list[Piece], *hypotheses: str) -> dict[str, float]:
    return {one.hypothesis: one.inconsistency for one in score(pieces, hypotheses)}


# ---- what may be done


def test_deception_stands_in_every_matrix_from_the_first_moment_and_is_never_set_aside() -> None:
    for asks in Asks:
        opened = then(None, *open_matrix("case", asks, "ann", NOW))
        assert [one.key for one in opened.weighed] == [DECEPTION]
        with pytest.raises(Refused, match="never set aside"):
            set_aside(opened, DECEPTION, "It is far-fetched", "ann", NOW)


def test_each_question_has_a_matrix_of_its_own() -> None:
    assert matrix_id("case", Asks.WHO) != matrix_id("case", Asks.WHAT) != matrix_id("other", Asks.WHAT)
    assert matrix_id("case", Asks.WHO) == matrix_id("case", Asks.WHO)


def test_a_hypothesis_is_set_aside_with_a_reason_and_taken_up_again() -> None:
    two = matrix("a", "b")
    aside = then(two, set_aside(two, "a", "They were all held that week", "ann", NOW))
    assert [one.key for one in aside.weighed] == [DECEPTION, "b"]
    found = aside.hypothesis("a")
    assert found is not None
    assert found.aside is not None
    assert (found.aside.by, found.aside.why) == ("ann", "They were all held that week")
    with pytest.raises(Refused, match="already"):
        set_aside(aside, "a", "Again", "ann", NOW)
    assert len(then(aside, take_up(aside, "a", "They were let go", "ann", NOW)).weighed) == 3


@pytest.mark.parametrize(
    ("key", "words", "sentence"),
    [
        pytest.param("c", " ", "Write it down", id="says nothing"),
        pytest.param("a", "Somebody else", "already", id="a name that is taken"),
        pytest.param("c", "it was A", "stands there already", id="the same words"),
        pytest.param("c", "x" * 4001, "4001 characters", id="a book"),
    ],
)
def test_what_is_no_hypothesis(key: str, words: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        state_hypothesis(matrix("a"), key, words, by="ann", now=NOW)


def test_more_hypotheses_than_anybody_weighs_are_refused() -> None:
    full = matrix(*(f"h{number}" for number in range(MOST_HYPOTHESES - 1)))
    with pytest.raises(Refused, match="Set one aside"):
        state_hypothesis(full, "more", "More", by="ann", now=NOW)


def test_every_judgement_is_kept_with_who_made_it_when_and_why() -> None:
    two = matrix("a", rows=1)
    once = then(two, *judge(two, [Said(row="r0", hypothesis="a", consistency=I)], "They have no boats", "ann", NOW))
    later = NOW + timedelta(hours=1)
    twice = then(once, *judge(once, [Said(row="r0", hypothesis="a", consistency=C)], "They bought some", "ben", later))
    row = twice.row("r0")
    assert row is not None
    cell = row.cell("a")
    assert cell is not None
    assert [(one.by, one.at, one.consistency, one.why) for one in cell.judgements] == [
        ("ann", NOW, I, "They have no boats"),
        ("ben", later, C, "They bought some"),
    ]
    assert cell.latest.consistency is C


def test_what_is_judged_as_before_is_not_written_down_again() -> None:
    two = matrix("a", rows=2)
    once = then(two, *judge(two, [Said(row="r0", hypothesis="a", consistency=I)], "", "ann", NOW))
    same, new = Said(row="r0", hypothesis="a", consistency=I), Said(row="r1", hypothesis="a", consistency=II)
    assert [one.row for one in judge(once, [same, new], "", "ann", NOW)] == ["r1"]
    with pytest.raises(Refused, match="Nothing was judged otherwise"):
        judge(once, [same], "", "ann", NOW)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        pytest.param({"row": "r9"}, "no row", id="no such row"),
        pytest.param({"hypothesis": "z"}, "no hypothesis", id="no such hypothesis"),
        pytest.param({"hypothesis": "b"}, "set aside", id="a hypothesis that is set aside"),
        pytest.param({"consistency": NONE_YET}, "as of when", id="no indication, without a date"),
        pytest.param({"consistency": NONE_YET, "as_of": NOW + timedelta(1)}, "still to come", id="as of tomorrow"),
        pytest.param({"as_of": NOW}, "Only where there is no indication", id="a date where none belongs"),
        pytest.param({"seen": 1}, "meanwhile", id="another judged it meanwhile"),
    ],
)
def test_what_cannot_be_judged(said: dict[str, object], sentence: str) -> None:
    two = matrix("a", "b", rows=1)
    aside = then(two, set_aside(two, "b", "No", "ann", NOW))
    fine = Said(row="r0", hypothesis="a", consistency=I)
    with pytest.raises(Refused, match=sentence):
        judge(aside, [replace(fine, **said)], "", "ann", NOW)


def test_a_row_is_weighed_anew_with_a_reason_and_dropped_with_one() -> None:
    one = matrix("a", rows=1)
    heavier = then(one, weigh_row(one, "r0", HIGH, LOW, "It names the hall", "ben", NOW))
    row = heavier.row("r0")
    assert row is not None
    assert [(each.relevance, each.by) for each in row.weighings] == [(MEDIUM, "ann"), (HIGH, "ben")]
    with pytest.raises(Refused, match="already"):
        weigh_row(heavier, "r0", HIGH, LOW, "Again", "ben", NOW)
    gone = then(heavier, drop_row(heavier, "r0", "It was a film", "ben", NOW))
    assert gone.rows == ()
    assert gone.row("r0") is not None, "what was judged of it stays"
    with pytest.raises(Refused, match="no row"):
        drop_row(gone, "r0", "Again", "ben", NOW)


def test_one_report_stands_in_a_matrix_once_and_each_of_its_claims_once() -> None:
    one = matrix("a")
    one = then(one, enter_row(one, "r0", item="report", item_kind="report", by="ann", now=NOW))
    with pytest.raises(Refused, match="already"):
        enter_row(one, "r1", item="report", item_kind="report", by="ann", now=NOW)
    assert enter_row(one, "r1", item="report", item_kind="report", claim=0, by="ann", now=NOW).claim == 0
    with pytest.raises(Refused, match="Name a report"):
        enter_row(one, "r2", words=" ", by="ann", now=NOW)
    two = then(one, enter_row(one, "r2", words="Nobody claims it", by="ann", now=NOW))
    with pytest.raises(Refused, match="count twice"):
        enter_row(two, "r3", words="nobody claims it ", by="ann", now=NOW)


# ---- what it comes to


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        pytest.param([], 0, id="nothing"),
        pytest.param([piece("r", "o", a=CC)], 0, id="what fits it proves nothing"),
        pytest.param([piece("r", "o", a=I)], 1, id="inconsistent"),
        pytest.param([piece("r", "o", a=II)], 2, id="very inconsistent"),
        pytest.param([piece("r", "o", a=N)], 0, id="neutral"),
        pytest.param([piece("r", "o", a=NONE_YET)], 0, id="no indication is not evidence against"),
        pytest.param([piece("r", "o", credibility=HIGH, relevance=HIGH, a=II)], 4, id="good grounds, and to the point"),
        pytest.param([piece("r", "o", credibility=LOW, relevance=LOW, a=I)], 0.5, id="poor grounds, beside the point"),
        pytest.param([piece("r", "o", credibility=HIGH, a=I)], 1.41, id="good grounds"),
        pytest.param([piece("r", "o", a=I), piece("s", "p", a=I)], 2, id="two origins"),
        pytest.param([piece("r", "o", a=I), piece("s", "o", a=II)], 2, id="one origin counts once, by its gravest"),
        pytest.param([piece("r", "o", "p", a=I)], 1, id="what two tell is one thing"),
        pytest.param([piece("r", "o", "p", a=I), piece("s", "o", a=I)], 1.5, id="what one of them says besides"),
    ],
)
def test_what_speaks_against_a_hypothesis(pieces: list[Piece], expected: float) -> None:
    assert scores(pieces, "a") == {"a": expected}


def test_those_against_which_equally_little_speaks_share_a_place() -> None:
    stand = score([piece("r", "o", a=C, b=I, c=C, d=II)], ["a", "b", "c", "d"])
    assert [(one.hypothesis, one.place) for one in stand] == [("a", 1), ("c", 1), ("b", 3), ("d", 4)]
    assert order(stand) == (frozenset("ac"), frozenset("b"), frozenset("d"))


def test_what_nobody_has_tested_has_no_place_and_stands_last() -> None:
    stand = score([piece("r", "o", a=II, c=NONE_YET, d=NA)], ["c", "d", "b", "a"])
    assert [(one.hypothesis, one.place, one.open) for one in stand] == [
        ("a", 1, 0),
        ("c", None, 0),
        ("d", None, 0),
        ("b", None, 1),
    ]


@pytest.mark.parametrize(
    ("judged", "tells"),
    [
        pytest.param({}, None, id="judged by nobody"),
        pytest.param({"a": II}, None, id="held against one alone"),
        pytest.param({"a": II, "b": NONE_YET}, None, id="no indication tells nothing apart"),
        pytest.param({"a": C, "b": C}, 0, id="fits both alike"),
        pytest.param({"a": II, "b": II}, 0, id="against both alike"),
        pytest.param({"a": CC, "b": C}, 1, id="fits one a little better"),
        pytest.param({"a": C, "b": I, "c": N}, 2, id="for one, against another"),
        pytest.param({"a": CC, "b": II}, 4, id="as far apart as can be"),
    ],
)
def test_how_well_a_row_tells_hypotheses_apart(judged: dict[str, Consistency], tells: int | None) -> None:
    assert diagnosticity(replace(piece("r", "o"), judged=judged), ["a", "b", "c"]) == tells


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (0, Amount.NOTHING),
        (0.5, Amount.LITTLE),
        (1, Amount.LITTLE),
        (1.41, Amount.SOME),
        (3, Amount.SOME),
        (4, Amount.MUCH),
    ],
)
def test_a_score_has_a_word(number: float, word: Amount) -> None:
    assert amount(number) is word


def test_the_order_may_hang_on_one_origin_and_that_is_said() -> None:
    pieces = [piece("r", "o", a=II, b=C), piece("s", "p", a=C, b=I)]
    without = {(one.removed, one.id): one for one in removals(pieces, ["a", "b"])}
    one = without[Removed.ORIGIN, "o"]
    assert (one.changes, one.first_changes, one.rows) == (True, True, 1)
    assert one.order == (frozenset("a"), frozenset("b"))
    other = without[Removed.ORIGIN, "p"]
    assert (other.changes, other.first_changes) == (False, False)
    assert without[Removed.SOURCE, "source of o"].first_changes


def test_who_merely_repeats_can_be_thought_away_and_the_order_stands() -> None:
    told = Strand(origin="o", sources=frozenset({"first", "paper"}))
    pieces = [
        Piece(row="r", strands=(told,), credibility=MEDIUM, relevance=MEDIUM, judged={"a": II, "b": C}),
        piece("s", "o", a=II, b=C),
    ]
    (paper,) = (one for one in removals(pieces, ["a", "b"]) if one.id == "paper")
    assert not paper.changes


PIECES = st.lists(
    st.builds(
        Piece,
        row=st.uuids().map(str),
        strands=st.lists(
            st.builds(
                Strand,
                origin=st.sampled_from("opq"),
                sources=st.frozensets(st.sampled_from(["x", "y"]), max_size=2),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        credibility=st.sampled_from(Weight),
        relevance=st.sampled_from(Weight),
        judged=st.dictionaries(st.sampled_from("abc"), st.sampled_from(Consistency)),
    ),
    max_size=12,
)
ALONE = PIECES.map(lambda pieces: [replace(one, strands=one.strands[:1]) for one in pieces])


@given(ALONE, st.sampled_from("opq"))
def test_without_an_origin_is_as_if_its_rows_had_never_been_entered(pieces: list[Piece], origin: str) -> None:
    never = [one for one in pieces if origin not in one.origins]
    assert score(without_origin(pieces, origin), "abc") == score(never, "abc")
    found = [one.order for one in removals(pieces, "abc") if (one.removed, one.id) == (Removed.ORIGIN, origin)]
    assert found == ([order(score(never, "abc"))] if len(never) < len(pieces) else [])


@given(PIECES, st.sampled_from("xy"))
def test_without_a_source_nothing_is_left_that_it_said(pieces: list[Piece], source: str) -> None:
    left = without_source(pieces, source)
    assert all(source not in strand.sources for one in left for strand in one.strands)
    assert {one.row for one in left} >= {
        one.row for one in pieces if all(source not in strand.sources for strand in one.strands)
    }


@given(PIECES.filter(bool), st.integers(1, 5), st.data())
def test_however_often_one_origin_is_repeated_it_counts_once(
    pieces: list[Piece], times: int, data: st.DataObject
) -> None:
    said = data.draw(st.sampled_from(pieces))
    again = [replace(said, row=f"again {number}") for number in range(times)]
    assert scores([*pieces, *again], *"abc") == scores(pieces, *"abc")


@given(PIECES, st.lists(st.sampled_from(Consistency), min_size=1, max_size=6))
def test_all_that_one_origin_says_weighs_no_more_than_its_gravest(pieces: list[Piece], said: list[Consistency]) -> None:
    talk = [piece(f"talk {number}", "talker", a=one) for number, one in enumerate(said)]
    gravest = max(score([one], ["a"])[0].inconsistency for one in talk)
    assert scores([*pieces, *talk], "a")["a"] <= scores(pieces, "a")["a"] + gravest + 0.011  # each is rounded


@given(PIECES)
def test_the_order_of_the_rows_says_nothing(pieces: list[Piece]) -> None:
    assert score(pieces, "abc") == score(pieces[::-1], "abc")
