"""Groups by rule, and where someone is, as tables."""

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.people import where
from tocsin.people.rule import Candidate, Rule, check, fits
from tocsin.people.where import Where

DUTY = ("school", "duty manager")
ANN = Candidate(languages=["fr-BE", "en"], posts=[DUTY, ("mill", "nurse")], countries=["BE"])
SQUARE = ((50.0, 4.0), (50.0, 5.0), (51.0, 5.0), (50.0, 4.0))


@pytest.mark.parametrize(
    ("rule", "belongs"),
    [
        pytest.param(Rule(posts=("duty manager",)), True, id="a post she holds"),
        pytest.param(Rule(posts=("chair",)), False, id="a post she does not hold"),
        pytest.param(Rule(organisations=("mill",)), True, id="an organisation where she holds a post"),
        pytest.param(Rule(organisations=("mill",), posts=("duty manager",)), False, id="that post, but elsewhere"),
        pytest.param(Rule(organisations=("mill", "school"), posts=("duty manager",)), True, id="that post there"),
        pytest.param(Rule(languages=("fr",)), True, id="a kind of the language asked for"),
        pytest.param(Rule(languages=("FR-be",)), True, id="whatever the case"),
        pytest.param(Rule(languages=("fr-CA",)), False, id="another kind of it"),
        pytest.param(Rule(languages=("f",)), False, id="a letter is no language"),
        pytest.param(Rule(countries=("NL", "BE")), True, id="one of two countries"),
        pytest.param(Rule(countries=("NL",)), False, id="another country"),
        pytest.param(Rule(languages=("en",), countries=("NL",)), False, id="each part must fit"),
    ],
)
def test_who_belongs_by_rule(rule: Rule, belongs: bool) -> None:
    assert fits(check(rule), ANN) is belongs
    assert not fits(rule, Candidate())


@pytest.mark.parametrize("rule", [Rule(), Rule(countries=("be",)), Rule(countries=("BEL",))])
def test_a_rule_says_something(rule: Rule) -> None:
    with pytest.raises(Refused):
        check(rule)


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Where(point=(48.2, 16.4)), id="a point"),
        pytest.param(Where(point=(-90, 180), within_m=0.0, country="AQ"), id="the end of the world"),
        pytest.param(Where(country="FR"), id="only a country"),
        pytest.param(Where(areas=(SQUARE,)), id="an area"),
    ],
)
def test_a_place_is_kept_as_it_was_said(place: Where) -> None:
    assert where.read(where.write(place)) == place
    assert repr(place) == "Where()"


@pytest.mark.parametrize(
    ("place", "sentence"),
    [
        pytest.param(Where(), "needs a position", id="nothing"),
        pytest.param(Where(within_m=5.0), "needs a position", id="only how far off"),
        pytest.param(Where(point=(90.1, 0)), "no place on Earth", id="beyond the pole"),
        pytest.param(Where(point=(float("nan"), 0)), "no place on Earth", id="no number"),
        pytest.param(Where(areas=(SQUARE[:3],)), "closed ring", id="an open ring"),
        pytest.param(Where(point=(0, 0), within_m=float("inf")), "length in metres", id="anywhere"),
        pytest.param(Where(country="FRA"), "two letters", id="three letters"),
        pytest.param(Where(areas=((SQUARE[0],) * 10_001,)), "is the most", id="too many points"),
    ],
)
def test_what_is_no_place_is_refused(place: Where, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        where.write(place)


def test_an_erased_place_is_nowhere_and_an_altered_one_is_refused() -> None:
    assert where.read(Erased()) is None
    for kept in ("{}x", '{"point":[1]}', '{"where":1}'):
        with pytest.raises(Refused):
            where.read(kept)


@pytest.mark.parametrize(
    ("text", "point", "within"),
    [
        pytest.param("48.21,16.37", (48.21, 16.37), None, id="comma"),
        pytest.param(" 48.21  16.37 ", (48.21, 16.37), None, id="spaces"),
        pytest.param("geo:48.21,16.37;u=35", (48.21, 16.37), 35.0, id="a geo URI"),
        pytest.param("geo:-48.21,16.37,183;crs=wgs84", (-48.21, 16.37), None, id="a geo URI with a height"),
    ],
)
def test_positions_are_read(text: str, point: tuple[float, float], within: float | None) -> None:
    assert where.position(text) == (point, within)


@pytest.mark.parametrize(
    "text", ["", "48.21", "Paris", "48,21,16,37", "geo:1,2;crs=moon", "91,0", "geo:1,2;u=-1", "1;2"]
)
def test_what_is_no_position_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(Refused) as refused:
        where.position(text)
    assert "Paris" not in str(refused.value)
