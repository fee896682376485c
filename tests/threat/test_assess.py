"""Judging: every boundary value gets the word that half-open bins give it, and no judgement goes without grounds."""

from datetime import UTC, datetime

import pytest

from tocsin.basis.errors import Refused
from tocsin.threat.assess import assess, estimative_word, middle
from tocsin.threat.facts import Confidence, ThreatOpened
from tocsin.threat.state import Threat, fold_threat

NOW = datetime(2031, 5, 6, tzinfo=UTC)
CASE = fold_threat(None, ThreatOpened(subject="case", occurred_at=NOW, title="Case", zone="UTC", owner="owner"))


@pytest.mark.parametrize(
    ("likelihood", "word"),
    [
        pytest.param(0.0, "almost no chance", id="nothing"),
        pytest.param(0.049, "almost no chance", id="below 5"),
        pytest.param(0.05, "very unlikely", id="at 5"),
        pytest.param(0.20, "unlikely", id="at 20"),
        pytest.param(0.45, "roughly even chance", id="at 45"),
        pytest.param(0.549, "roughly even chance", id="below 55"),
        pytest.param(0.55, "likely", id="at 55"),
        pytest.param(0.80, "very likely", id="at 80"),
        pytest.param(0.95, "almost certain", id="at 95"),
        pytest.param(1.0, "almost certain", id="certain"),
    ],
)
def test_each_edge_belongs_to_the_word_above(likelihood: float, word: str) -> None:
    assert estimative_word(likelihood) == word


@pytest.mark.parametrize("likelihood", [-0.01, 1.01, float("nan")])
def test_what_is_no_likelihood_has_no_word(likelihood: float) -> None:
    with pytest.raises(Refused):
        estimative_word(likelihood)


@pytest.mark.parametrize(
    ("likelihood", "grounds"),
    [
        pytest.param((0.8, 0.5), "Seen", id="the high end first"),
        pytest.param((-0.1, 0.5), "Seen", id="below nothing"),
        pytest.param((0.5, 1.1), "Seen", id="above certain"),
        pytest.param((0.5, 0.8), "  ", id="no grounds"),
    ],
)
def test_a_judgement_that_is_none_is_refused(likelihood: tuple[float, float], grounds: str) -> None:
    with pytest.raises(Refused):
        judged(CASE, likelihood, grounds)


def judged(case: Threat, likelihood: tuple[float, float], grounds: str) -> Threat:
    fact = assess(
        case,
        likelihood=likelihood,
        confidence=Confidence.LOW,
        grounds=grounds,
        why="",
        assessor="someone",
        reports=(),
        now=NOW,
    )
    return fold_threat(case, fact)


def test_each_judgement_is_kept_beside_the_ones_before() -> None:
    case = judged(judged(CASE, (0.1, 0.2), "Heard"), (0.5, 0.8), "Seen")
    assert [(a.likelihood, a.grounds) for a in case.assessments] == [((0.1, 0.2), "Heard"), ((0.5, 0.8), "Seen")]
    assert middle(case.assessments[-1].likelihood) == pytest.approx(0.65)
