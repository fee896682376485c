"""What can be drawn, and what is refused in one sentence that says what would be right."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.places.areas import outlines
from tocsin.basis.errors import Refused
from tocsin.places import Point, Ring, distance_m, ellipsoid, shapes
from tocsin.places.borders import countries_of, country
from tocsin.places.shapes import Flat, Shape, circle, polygon, polygons

SQUARE: Ring = ((0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0), (0.0, 0.0))
HOLE: Ring = ((0.5, 0.5), (0.5, 1.5), (1.5, 1.5), (1.5, 0.5), (0.5, 0.5))
WORLD: Ring = ((-90.0, -180.0), (-90.0, 180.0), (90.0, 180.0), (90.0, -180.0), (-90.0, -180.0))
BOW: Ring = ((0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0))
PINCHED: Ring = ((0.0, 0.0), (0.0, 2.0), (1.0, 1.0), (2.0, 2.0), (2.0, 0.0), (1.0, 1.0), (0.0, 0.0))


def belt(lat: float) -> Ring:
    return tuple((lat, float(lon)) for lon in (*range(-180, 180, 30), -180))


def spiral(width: float) -> Ring:
    """Return a band that climbs slowly, and comes round over itself if it is too wide."""
    lons = [float(lon) for lon in range(-180, 300, 60)]
    wrapped = [(lon + 180) % 360 - 180 for lon in lons]
    lower = [(step * 5.0, lon) for step, lon in enumerate(wrapped)]
    upper = [(lat + width, lon) for lat, lon in reversed(lower)]
    return (*lower, *upper, lower[0])


def holds(shape: Shape, *spots: Point) -> list[bool]:
    lat, lon = np.array(spots, dtype=np.float64).T
    return [bool(one) for one in shape.holds(lat, lon)]


@pytest.mark.parametrize(
    ("ring", "sentence"),
    [
        pytest.param(SQUARE[:-1], "the last equal to the first", id="open"),
        pytest.param((SQUARE[0], SQUARE[1], SQUARE[0]), "four points or more", id="too few"),
        pytest.param((), "four points or more", id="empty"),
        pytest.param(((math.nan, 0.0), *SQUARE), "point 1 is not on Earth", id="nan"),
        pytest.param((*SQUARE[:2], (2.0, math.inf), SQUARE[0]), "point 3 is not on Earth", id="infinity"),
        pytest.param((*SQUARE[:2], (90.5, 2.0), SQUARE[0]), "point 3 is not on Earth", id="beyond the pole"),
        pytest.param((*SQUARE[:2], (2.0, 180.1), SQUARE[0]), "point 3 is not on Earth", id="beyond the 180th meridian"),
        pytest.param(((0.0, 0.0, 9.0), (0.0, 2.0), (2.0, 2.0), (0.0, 0.0, 9.0)), "pairs of latitude", id="a third number"),
        pytest.param((*SQUARE[:2], ("2.0", "N"), SQUARE[0]), "pairs of latitude", id="a word"),
        pytest.param(BOW, "crosses or touches itself near its point", id="crossing"),
        pytest.param(PINCHED, "crosses or touches itself near its point [36]", id="touching"),
        pytest.param(((0.0, 0.0), (0.0, 1.0), (0.0, 2.0), (0.0, 0.0)), "encloses nothing", id="a line"),
        pytest.param(((1.0, 1.0),) * 4, "encloses nothing", id="a point"),
        pytest.param(WORLD, "what is wider than 180 degrees needs points between", id="the whole world in four corners"),
        pytest.param(((0.0, 0.0), (0.0, 180.0), (5.0, 90.0), (0.0, 0.0)), "after point 1 runs half way round", id="half way"),
        pytest.param(belt(0.0), "halves the earth", id="the equator"),
        pytest.param(spiral(45.0), "crosses or touches itself", id="lying on itself, once round"),
        pytest.param(((0.0, 0.0),) * 100_001, "100,001 points; 100,000 is the most", id="too many"),
    ],
)  # fmt: skip
def test_what_is_no_ring_is_refused(ring: Any, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        polygon(ring)
    with pytest.raises(Refused, match=sentence):
        polygon(belt(-89.0) if ring == belt(0.0) else SQUARE, [ring])


@pytest.mark.parametrize(
    ("outer", "hole"),
    [
        pytest.param(SQUARE, tuple((lat + 1, lon) for lat, lon in HOLE), id="over the edge"),
        pytest.param(HOLE, SQUARE, id="round the outline"),
        pytest.param(belt(70.0), belt(60.0), id="round it, at a pole"),
        pytest.param(belt(70.0), HOLE, id="elsewhere"),
    ],
)
def test_a_hole_that_reaches_outside_is_refused(outer: Ring, hole: Ring) -> None:
    with pytest.raises(Refused, match="Hole 1 reaches outside"):
        polygon(outer, [hole])


def test_what_lies_strictly_in_a_hole_is_outside_and_its_edge_is_not() -> None:
    shape = polygon(SQUARE, [HOLE])
    assert holds(shape, (1.0, 1.0), (0.5, 1.0), (0.5, 0.5), (0.25, 1.0), (2.0, 1.0), (2.0000001, 1.0)) == [
        False, True, True, True, True, False
    ]  # fmt: skip


def test_a_hole_round_the_pole_leaves_a_belt() -> None:
    shape = polygon(belt(60.0), [belt(80.0)])
    assert holds(shape, (70.0, 0.0), (80.0, -180.0), (80.0000001, -180.0), (90.0, 0.0), (-90.0, 0.0)) == [
        True, True, False, False, False
    ]  # fmt: skip


def test_a_hole_with_a_corner_at_the_pole_leaves_the_pole() -> None:
    hole = ((80.0, 0.0), (80.0, 40.0), (90.0, 20.0), (80.0, 0.0))
    assert holds(polygon(belt(60.0), [hole]), (90.0, 0.0), (85.0, 20.0), (85.0, -20.0)) == [True, False, True]


def test_a_narrow_spiral_may_go_round_more_than_once() -> None:
    shape = polygon(spiral(5.0))
    assert holds(shape, (2.0, -180.0), (32.0, -180.0), (15.0, -180.0)) == [True, True, False]


@pytest.mark.parametrize("radius_m", [-1.0, 10_000_001.0, math.nan, math.inf])
def test_what_is_no_circle_is_refused(radius_m: float) -> None:
    with pytest.raises(Refused, match="Give a radius of 0 to 10,000,000 m"):
        circle((0.0, 0.0), radius_m)


@pytest.mark.parametrize("centre", [(91.0, 0.0), (0.0, 200.0), (math.nan, 0.0)])
def test_a_circle_round_nowhere_is_refused(centre: Point) -> None:
    with pytest.raises(Refused, match="centre of the circle is not on Earth"):
        circle(centre, 1.0)


def test_a_country_without_an_outline_is_refused() -> None:
    with pytest.raises(Refused, match="'TV' is no country with an outline here"):
        country("TV")


@given(st.lists(outlines().map(lambda one: one[0][0]), max_size=8))
def test_many_polygons_at_once_are_the_same_as_each(rings: list[Ring]) -> None:
    for many, one in zip(polygons(rings), map(polygon, rings), strict=True):
        assert many.outer.equals_exact(one.outer)
        assert [line.tolist() for line in many.lines] == [line.tolist() for line in one.lines]
        assert many.poles == one.poles


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [(BOW, "Area 1: The outline crosses"), (SQUARE[:2], "Area 1: An area needs four"), ((*SQUARE[:3], (3.0, 3.0)), "Area 1: An area needs"),
     (((math.nan, 0.0), *SQUARE), "point 6 is not on Earth")],
)  # fmt: skip
def test_a_bad_one_among_many_is_named(bad: Ring, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        polygons([SQUARE, bad, SQUARE])


BOXES = [
    (-10.0, 50.0, -5.0, 60.0),
    (170.0, -20.0, 180.0, -10.0),
    (-180.0, 60.0, -90.0, 90.0),
    (0.0, -90.0, 90.0, -45.0),
]


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(polygon(belt(55.0), [belt(85.0)]), id="belt"),
        pytest.param(polygon(((-30.0, 160.0), (-30.0, -160.0), (0.0, -160.0), (0.0, 160.0), (-30.0, 160.0))), id="over 180"),
        pytest.param(circle((89.0, 10.0), 4_000_000), id="circle over the pole"),
        pytest.param(circle((-15.0, 179.0), 900_000), id="circle over 180"),
        pytest.param(polygon(SQUARE), id="far away"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("box", BOXES)
def test_a_box_that_is_said_to_be_in_or_out_is_so_at_every_point(shape: Shape, box: tuple[float, ...]) -> None:
    west, south, east, north = (np.array([side]) for side in box)
    side = shape.sides(west, south, east, north)[0]
    lats, lons = np.meshgrid(np.linspace(south[0], north[0], 30), np.linspace(west[0], east[0], 30))
    lons[np.abs(lats) == 90] = 0.0
    inside = shape.holds(lats.ravel(), lons.ravel())
    if side == shapes.IN:
        assert inside.all()
    elif side == shapes.OUT:
        assert not inside.any()
    else:
        assert isinstance(shape, Flat) or inside.any() != inside.all() or box == BOXES[2]


def test_many_distances_are_as_exact_as_one() -> None:
    rng = np.random.default_rng(3)
    lat1, lon1, lat2, lon2 = (rng.uniform(-most, most, 500) for most in (90, 180, 90, 180))
    lat1[:6], lon1[:6] = [0, 0, 90, -90, 10, 0], [0, 0, 0, 30, 180, 0]
    lat2[:6], lon2[:6] = [0, 0.3, -90, -90, 10, 0], [0, 179.7, 0, 77, -180, 180]
    many = ellipsoid.distances_m(lat1, lon1, lat2, lon2)
    for number, metres in enumerate(many):
        one = distance_m((lat1[number], lon1[number]), (lat2[number], lon2[number]))
        assert metres == pytest.approx(one, abs=0.001)


@pytest.mark.parametrize(
    ("shape", "codes"),
    [
        pytest.param(polygon(((55.0, 37.0), (55.0, 38.0), (56.0, 38.0), (55.0, 37.0))), {"RU"}, id="Moscow"),
        pytest.param(circle((45.0, 34.2), 50_000), {"RU", "UA"}, id="Crimea, claimed by two"),
        pytest.param(circle((-16.8, 179.99), 30_000), {"FJ"}, id="on the antimeridian"),
        pytest.param(polygon(((-17.0, 179.9), (-17.0, -179.9), (-16.0, -179.9), (-17.0, 179.9))), {"FJ"}, id="across it"),
        pytest.param(polygon(belt(-89.0)), {"AQ"}, id="round the South Pole"),
        pytest.param(circle((90.0, 0.0), 1_000), set(), id="the North Pole is nobody's"),
        pytest.param(circle((-21.1, 55.5), 1_000), {"FR", "RE"}, id="overseas, by both codes"),
        pytest.param(country("LU"), {"LU", "BE", "DE", "FR"}, id="a country and its neighbours"),
        pytest.param(polygon(((0.0, -30.0), (0.0, -29.0), (1.0, -29.0), (0.0, -30.0))), set(), id="the open sea"),
    ],
)  # fmt: skip
def test_which_countries_an_area_touches(shape: Shape, codes: set[str]) -> None:
    assert countries_of([shape]) == codes
