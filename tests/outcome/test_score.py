"""Promise 8: the warner is scored too."""

from datetime import UTC, datetime, timedelta
from functools import reduce

import pytest

from tocsin.basis.fact import Fact
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.outcome.score import OutcomeClass, ScoredCase, brier, classify, is_false_alarm, is_hit, is_miss, score
from tocsin.outcome.state import Outcome, fold_outcome

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)


def judged(course: str, time: str = "match", place: str = "match") -> Outcome:
    state = None
    if course == "carried_out":
        state = fold_outcome(state, EventStruck(subject="t", occurred_at=NOW, what="It", place="there"))
    fact = OutcomeJudged(
        subject="t",
        occurred_at=NOW + timedelta(days=1),
        course=Course(course),
        time=Verdict(time),
        place=Verdict(place),
        target=Verdict.MATCH,
        actor=Verdict.UNKNOWN,
        judge="j",
        why="",
    )
    return fold_outcome(state, fact)


def case(outcome: Outcome, warned: timedelta | None = timedelta(days=-2), likelihood: float | None = 0.7) -> ScoredCase:
    return ScoredCase(outcome=outcome, likelihood=likelihood, warned_at=None if warned is None else NOW + warned)


def struck(days: int) -> EventStruck:
    return EventStruck(subject="t", occurred_at=NOW + timedelta(days=days), what="It", place="there")


def says(days: int | None) -> OutcomeJudged:
    when = None if days is None else NOW + timedelta(days=days)
    one = Verdict.MATCH
    return OutcomeJudged(
        subject="t", occurred_at=NOW + timedelta(days=9), course=Course.CARRIED_OUT, time=one, place=one, target=one, actor=one,
        judge="j", why="", struck_at=when,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        pytest.param([struck(0), struck(5), says(None)], 0, id="the first of several"),
        pytest.param([struck(5), struck(0), says(None)], 0, id="noted later"),
        pytest.param([struck(0), struck(5), says(5)], 5, id="as it was judged"),
        pytest.param([says(0), struck(5)], 0, id="what comes after the judgement"),
        pytest.param([struck(2), says(None), struck(0)], 2, id="noted after the judgement"),
    ],
)
def test_the_time_is_counted_to_the_first_blow_or_to_the_one_that_was_judged(facts: list[Fact], days: int) -> None:
    outcome = reduce(fold_outcome, facts, None)
    assert outcome is not None
    assert outcome.struck_at == NOW + timedelta(days=days)


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        pytest.param(judged("carried_out"), OutcomeClass.EXACT, id="as warned"),
        pytest.param(judged("carried_out", time="miss"), OutcomeClass.LATE, id="after the window"),
        pytest.param(judged("carried_out", place="miss"), OutcomeClass.ELSEWHERE, id="another place"),
        pytest.param(judged("carried_out", time="miss", place="near"), OutcomeClass.LATE, id="late and just outside"),
        pytest.param(judged("carried_out", time="miss", place="miss"), OutcomeClass.ELSEWHERE, id="late, elsewhere"),
        pytest.param(
            judged("carried_out", time="unknown", place="unknown"), OutcomeClass.UNKNOWN, id="nothing to compare with"
        ),
        pytest.param(judged("disrupted"), OutcomeClass.DISRUPTED, id="stopped"),
        pytest.param(judged("nothing"), OutcomeClass.NOTHING, id="nothing came"),
        pytest.param(judged("unknown"), OutcomeClass.UNKNOWN, id="never known"),
    ],
)
def test_the_class_follows_from_the_axes(outcome: Outcome, word: OutcomeClass) -> None:
    assert classify(outcome) is word


@pytest.mark.parametrize(
    ("one", "counts"),
    [
        pytest.param(case(judged("carried_out")), (1, 0, 0), id="hit"),
        pytest.param(case(judged("carried_out", time="miss")), (1, 0, 0), id="late is a hit"),
        pytest.param(case(judged("carried_out", place="miss")), (0, 1, 0), id="elsewhere is a miss"),
        pytest.param(case(judged("carried_out"), warned=None), (0, 1, 0), id="never warned"),
        pytest.param(
            case(judged("carried_out", "unknown", "unknown")), (0, 0, 0), id="carried out, nobody compared it"
        ),
        pytest.param(case(judged("carried_out", "unknown", "unknown"), None), (0, 1, 0), id="never warned of any"),
        pytest.param(case(judged("carried_out"), warned=timedelta(hours=1)), (0, 1, 0), id="warned after it struck"),
        pytest.param(case(judged("nothing")), (0, 0, 1), id="false alarm"),
        pytest.param(case(judged("nothing"), warned=None), (0, 0, 0), id="rightly not warned"),
        pytest.param(case(judged("disrupted")), (0, 0, 0), id="a foiled plot is no false alarm"),
        pytest.param(case(judged("unknown")), (0, 0, 0), id="unknown counts nowhere"),
        pytest.param(case(Outcome(id="t")), (0, 0, 0), id="not judged yet"),
    ],
)
def test_what_counts_as_what(one: ScoredCase, counts: tuple[int, int, int]) -> None:
    scores = score([one])
    assert (scores.hits, scores.misses, scores.false_alarms) == counts
    assert scores.disrupted == (one.outcome.course is Course.DISRUPTED)
    assert sum((is_hit(one), is_miss(one), is_false_alarm(one))) == sum(counts) or one.outcome.judged_at is None


def test_lead_is_the_mean_over_hits_and_brier_over_what_could_be_forecast() -> None:
    scores = score(
        [
            case(judged("carried_out"), warned=timedelta(days=-2), likelihood=0.8),
            case(judged("carried_out"), warned=timedelta(days=-4), likelihood=0.6),
            case(judged("nothing"), likelihood=0.5),
            case(judged("disrupted"), likelihood=0.1),
        ]
    )
    assert scores.lead_s == 3 * 24 * 3600
    assert scores.brier == pytest.approx((0.04 + 0.16 + 0.25) / 3)


def test_a_forecast_is_not_made_true_by_a_blow_elsewhere() -> None:
    assert score([case(judged("carried_out", place="miss"), likelihood=0.9)]).brier == pytest.approx(0.81)
    assert score([case(judged("carried_out", place="near"), likelihood=0.9)]).brier == pytest.approx(0.01)
    assert score([case(judged("carried_out", "unknown", "unknown"), likelihood=0.9)]).brier is None


def test_without_cases_there_are_no_scores() -> None:
    scores = score([])
    assert (scores.hits, scores.lead_s, scores.brier) == (0, None, None)


@pytest.mark.parametrize(("likelihood", "struck", "error"), [(1.0, True, 0.0), (1.0, False, 1.0), (0.5, True, 0.25)])
def test_brier_is_the_squared_error(likelihood: float, struck: bool, error: float) -> None:
    assert brier(likelihood, struck) == error
