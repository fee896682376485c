"""The rules about who is left out, as tables."""

from itertools import product

import pytest

from tocsin.basis.errors import Refused
from tocsin.cap import Severity, Urgency
from tocsin.warning.audience import (
    Counts,
    Part,
    Within,
    changed_much,
    is_danger_to_life,
    is_level_of_danger,
    placed,
    refuse_unclear_parts,
)
from tocsin.warning.drawn import drawn, refuse_undrawable

GRAVE = {("Extreme", "Immediate"), ("Extreme", "Expected"), ("Severe", "Immediate"), ("Severe", "Expected")}
RING = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))


def test_of_all_that_cap_knows_four_are_a_danger_to_life() -> None:
    every = {(severity.value, urgency.value) for severity, urgency in product(Severity, Urgency)}
    assert {pair for pair in every if is_danger_to_life(*pair)} == GRAVE


def test_only_the_gravest_level_is_a_danger_to_life() -> None:
    assert [level for level in (1, 2, 3, 4) if is_level_of_danger(level)] == [4]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        pytest.param(100, 110, False, id="a tenth more"),
        pytest.param(100, 111, True, id="more than a tenth more"),
        pytest.param(100, 90, False, id="a tenth fewer"),
        pytest.param(100, 89, True, id="more than a tenth fewer"),
        pytest.param(0, 0, False, id="still nobody"),
        pytest.param(0, 1, True, id="somebody where there was nobody"),
        pytest.param(1, 0, True, id="nobody where there was somebody"),
    ],
)
def test_a_change_of_more_than_a_tenth_is_much(before: int, after: int, expected: bool) -> None:
    assert changed_much(Counts(known=before), Counts(known=after)) is expected


def test_who_cannot_be_told_is_addressed_all_the_same() -> None:
    counts = Counts(named=1, known=20, stale=3, unknown=4, no_contact=5)
    assert (counts.addressed, counts.told) == (28, 23)


def test_own_areas_stand_where_the_part_says_own() -> None:
    own = (Within(polygon=RING), Within(circle=(51.0, 4.0, 1.0)))
    assert placed(Part(within=(Within(country="FR"), Within(own=True))), own) == (Within(country="FR"), *own)
    assert drawn((Within(polygon=RING),)).countries == {"BE"}


def test_a_country_without_an_outline_is_one_all_the_same() -> None:
    found = drawn((Within(country="TV"),))
    assert found.countries == {"TV"}
    assert found.shapes == ()


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(Part(within=(Within(own=True),)), id="its own areas"),
        pytest.param(Part(within=(Within(country="FR"), Within(circle=(0.0, 0.0, 5.0)))), id="a country, a circle"),
        pytest.param(Part(groups=("g",)), id="a group"),
        pytest.param(Part(posts=("p",), languages=("fr",)), id="a post, a language"),
    ],
)
def test_what_is_clear_is_let_in(part: Part) -> None:
    refuse_unclear_parts("w", (part,))
    refuse_undrawable("w", (part,), (Within(polygon=RING),))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Within(circle=(91.0, 4.0, 5.0)), id="a circle off the earth"),
        pytest.param(Within(circle=(51.0, 4.0, -1.0)), id="a radius below nothing"),
        pytest.param(Within(circle=(51.0, 4.0, float("nan"))), id="a radius that is no number"),
        pytest.param(Within(polygon=RING[:-1]), id="an open ring"),
        pytest.param(Within(country="fr"), id="a country in small letters"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_part(place: Within) -> None:
    with pytest.raises(Refused, match=r"^Part 2 of the audience of w "):
        refuse_undrawable("w", (Part(groups=("g",)), Part(within=(place,))), ())
