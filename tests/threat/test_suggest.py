"""A suggested likelihood says how it came about, moves the way each sign points, and is never a person's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.threat.cases import case
from tests.threat.test_indicators import listed, noted
from tocsin.threat.facts import Bearing
from tocsin.threat.indicators import Checklist, Observed
from tocsin.threat.suggest import NOT_CERTAIN, Because, Origin, suggest

FOR, AGAINST = Bearing.FOR, Bearing.AGAINST


def origin(id: str, bearing: Bearing = FOR, reliability: str = "B", credibility: int = 2) -> Origin:
    return Origin(id=id, title=f"Origin {id}", bearing=bearing, reliability=reliability, credibility=credibility)


def checklist(**stands: Observed) -> Checklist:
    threat = listed(case(), *stands)
    for key, how in stands.items():
        threat = noted(threat, key, how)
    return threat.checklist


def middle(*origins: Origin, marks: Checklist | None = None) -> float:
    suggestion = suggest(marks or Checklist(), origins)
    assert suggestion is not None
    return suggestion.terms[-1].likelihood


@pytest.mark.parametrize(
    ("less", "more"),
    [
        pytest.param([origin("a")], [origin("a"), origin("b")], id="a second origin"),
        pytest.param([origin("a", reliability="D")], [origin("a", reliability="A")], id="a better source"),
        pytest.param([origin("a", credibility=4)], [origin("a", credibility=1)], id="a claim that is better believed"),
        pytest.param([origin("a"), origin("b", AGAINST)], [origin("a")], id="nothing against it"),
        pytest.param([origin("a", reliability="E")], [origin("a", reliability="F")], id="unknown is not unreliable"),
    ],
)
def test_each_sign_moves_it_the_way_it_points(less: list[Origin], more: list[Origin]) -> None:
    assert middle(*less) < middle(*more)


@pytest.mark.parametrize(
    ("stands", "because", "rises"),
    [
        pytest.param(Observed.OBSERVED, Because.SEEN, True, id="observed"),
        pytest.param(Observed.NOT_OBSERVED, Because.NOT_SEEN, False, id="looked for and not observed"),
    ],
)
def test_an_indicator_is_one_term(stands: Observed, because: Because, rises: bool) -> None:
    suggestion = suggest(checklist(maps=stands), [])
    assert suggestion is not None
    start, term = suggestion.terms
    assert (term.because, term.what) == (because, "maps is seen")
    assert (term.likelihood > start.likelihood) is rises


def test_where_nothing_is_known_nothing_is_suggested() -> None:
    assert suggest(checklist(maps=Observed.UNKNOWN), []) is None


def test_what_is_unknown_widens_the_range_and_moves_nothing() -> None:
    known, half = checklist(maps=Observed.OBSERVED), checklist(maps=Observed.OBSERVED, arms=Observed.UNKNOWN)
    narrow, wide = suggest(known, []), suggest(half, [])
    assert narrow is not None
    assert wide is not None
    assert narrow.terms[-1].likelihood == wide.terms[-1].likelihood
    assert wide.likelihood[0] < narrow.likelihood[0] < narrow.likelihood[1] < wide.likelihood[1]


@given(
    st.lists(
        st.builds(
            Origin,
            id=st.uuids().map(str),
            title=st.just("It"),
            bearing=st.sampled_from([FOR, AGAINST]),
            reliability=st.sampled_from("ABCDEF"),
            credibility=st.integers(1, 6),
        ),
        min_size=1,
        max_size=60,
        unique_by=lambda one: one.id,
    )
)
def test_whatever_is_known_it_is_a_range_whose_terms_multiply_to_it(origins: list[Origin]) -> None:
    suggestion = suggest(Checklist(), origins)
    assert suggestion is not None
    low, high = suggestion.likelihood
    assert 0 < low <= high <= NOT_CERTAIN
    assert len(suggestion.terms) == 1 + len(origins)
    assert suggestion == suggest(Checklist(), origins[::-1]), "the order of what was heard says nothing"
