"""Distances and areas, also where maps break: at the antimeridian, at the poles, at the other end of the earth."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.places import Point, Ring, area_distance_m, away, circle_ring, distance_m, encloses, nearest_on_area

points = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    ("a", "b", "metres", "within"),
    [
        pytest.param((0.0, 0.0), (0.0, 0.0), 0.0, 0.0, id="nowhere to go"),
        pytest.param((0.0, 0.0), (0.0, 1.0), 111_319.491, 0.01, id="a degree on the equator"),
        pytest.param((0.0, 0.0), (1.0, 0.0), 110_574.389, 0.01, id="a degree north of the equator"),
        # Vincenty's own example (Geoscience Australia): Flinders Peak to Buninyong.
        pytest.param(
            (-37.95103341667, 144.42486788889), (-37.65282113889, 143.92649552778), 54_972.271, 0.01, id="Flinders"
        ),
        pytest.param((10.0, 179.5), (10.0, -179.5), 109_639.4, 1.0, id="across the antimeridian"),
        pytest.param((90.0, 0.0), (89.0, 77.0), 111_693.9, 1.0, id="from the pole any way is south"),
        pytest.param((90.0, 0.0), (90.0, 120.0), 0.0, 0.001, id="the pole is one point"),
        pytest.param((0.0, 0.0), (0.3, 179.7), 19_969_000.0, 60_000.0, id="almost opposite"),
        pytest.param((0.0, 0.0), (0.0, 180.0), 20_015_000.0, 60_000.0, id="opposite"),
    ],
)
def test_distance(a: Point, b: Point, metres: float, within: float) -> None:
    assert distance_m(a, b) == pytest.approx(metres, abs=within)
    assert distance_m(b, a) == pytest.approx(metres, abs=within)


@given(points, points)
def test_a_distance_is_the_same_both_ways_and_no_longer_than_half_the_earth(a: Point, b: Point) -> None:
    there = distance_m(a, b)
    assert 0 <= there <= 20_037_509
    assert there == pytest.approx(distance_m(b, a), rel=1e-6, abs=0.01)


@given(st.tuples(st.floats(-89.9, 89.9), st.floats(-180, 180)), st.floats(0, 360), st.floats(1, 5_000_000))
def test_what_is_so_far_away_is_so_far_away(start: Point, bearing: float, metres: float) -> None:
    assert distance_m(start, away(start, bearing, metres)) == pytest.approx(metres, abs=0.05)


SQUARE = ((0.0, 0.0), (0.0, 2.0), (2.0, 2.0), (2.0, 0.0), (0.0, 0.0))
FIJI = ((-18.0, 179.0), (-18.0, -179.0), (-16.0, -179.0), (-16.0, 179.0), (-18.0, 179.0))
CAP_OF_ICE = tuple((80.0, float(lon)) for lon in (0, 60, 120, 180, -120, -60, 0))
BAY = ((0.0, 0.0), (0.0, 3.0), (3.0, 3.0), (3.0, 2.0), (1.0, 2.0), (1.0, 1.0), (3.0, 1.0), (3.0, 0.0), (0.0, 0.0))


@pytest.mark.parametrize(
    ("point", "ring", "metres", "within"),
    [
        pytest.param((1.0, 1.0), SQUARE, 0, 0, id="inside"),
        pytest.param((0.0, 1.0), SQUARE, 0, 0.01, id="on the edge"),
        pytest.param((0.0, 0.0), SQUARE, 0, 0, id="on a corner"),
        pytest.param((1.0, 3.0), SQUARE, 111_302, 30, id="a degree east"),
        pytest.param((-1.0, 1.0), SQUARE, 110_574, 5, id="a degree south"),
        pytest.param((-1.0, -1.0), SQUARE, 156_899, 5, id="off a corner"),
        pytest.param((2.0, 1.5), BAY, 55_640, 60, id="in a bay is outside"),
        pytest.param((-17.0, 179.9), FIJI, 0, 0, id="inside, west of the antimeridian"),
        pytest.param((-17.0, -179.9), FIJI, 0, 0, id="inside, east of the antimeridian"),
        pytest.param((-17.0, 178.0), FIJI, 106_486, 60, id="outside, west of it"),
        pytest.param((-17.0, 0.0), FIJI, 16_131_000, 1_000, id="at the other end"),
        pytest.param((90.0, 0.0), CAP_OF_ICE, 0, 0, id="the pole in a ring around it"),
        pytest.param((85.0, -170.0), CAP_OF_ICE, 0, 0, id="near the pole"),
        pytest.param((79.0, 10.0), CAP_OF_ICE, 111_650, 50, id="south of it"),
        pytest.param((-90.0, 0.0), CAP_OF_ICE, 18_885_000, 5_000, id="the other pole is not in it"),
    ],
)
def test_how_far_outside_an_area(point: Point, ring: Ring, metres: float, within: float) -> None:
    assert area_distance_m(point, ring) == pytest.approx(metres, abs=within)


def test_the_same_area_run_the_other_way_round_is_the_same_area() -> None:
    assert area_distance_m((1.0, 3.0), SQUARE[::-1]) == area_distance_m((1.0, 3.0), SQUARE)
    assert area_distance_m((1.0, 1.0), SQUARE[::-1]) == 0


@given(st.tuples(st.floats(-89, 89), st.floats(-180, 180)), st.floats(1, 500), st.floats(0, 360), st.floats(0.0, 3.0))
def test_a_circle_is_as_far_away_as_its_radius_says(
    centre: Point, radius_km: float, bearing: float, share: float
) -> None:
    ring = circle_ring(centre, radius_km, corners=180)
    point = away(centre, bearing, radius_km * 1000 * share)
    expected = max(0.0, radius_km * 1000 * (share - 1))
    # A ring of 180 corners cuts at most this much off a circle; straight edges add a little at high latitudes.
    assert area_distance_m(point, ring) == pytest.approx(expected, abs=radius_km * 1000 * 0.004 + 30)


def test_every_corner_of_a_circle_lies_on_it_and_it_is_closed() -> None:
    ring = circle_ring((71.0, 179.9), 25)
    assert ring[0] == ring[-1]
    assert {round(distance_m((71.0, 179.9), corner), 2) for corner in ring} == {25_000.0}
    assert all(-180 <= lon <= 180 for _, lon in ring)


def test_the_nearest_point_lies_between() -> None:
    nearest, metres = nearest_on_area((1.0, 3.0), SQUARE)
    assert nearest == pytest.approx((1.0, 2.0), abs=0.01)
    assert metres == distance_m((1.0, 3.0), nearest)


@pytest.mark.parametrize(
    "ring",
    [
        pytest.param(SQUARE[:-1], id="open"),
        pytest.param(((0.0, 0.0), (0.0, 1.0), (0.0, 0.0)), id="too few"),
        pytest.param((), id="empty"),
    ],
)
def test_what_is_no_ring_is_refused(ring: Ring) -> None:
    with pytest.raises(Refused, match="the last equal to the first"):
        area_distance_m((0.0, 0.0), ring)


@pytest.mark.parametrize("radius", [-1, 20_000, math.nan, math.inf])
def test_what_is_no_circle_is_refused(radius: float) -> None:
    with pytest.raises(Refused, match="radius of 0 to 10,000 km"):
        circle_ring((0.0, 0.0), radius)


def box(south: float, west: float, north: float, east: float) -> Ring:
    """Return a box whose long sides have a point every 10 degrees or so, so that they run as drawn."""
    steps = max(1, math.ceil((east - west) / 10))
    lons = [west + (east - west) * step / steps for step in range(steps + 1)]
    wrapped = [(lon + 180) % 360 - 180 if lon > 180 else lon for lon in lons]
    return (
        *((south, lon) for lon in wrapped),
        *((north, lon) for lon in reversed(wrapped)),
        (south, wrapped[0]),
    )


EDGE_OF_ICE = tuple((-60.0, float(lon)) for lon in (*range(-180, 180, 30), -180))


@pytest.mark.parametrize(
    ("point", "ring", "inside"),
    [
        pytest.param((0.0, 170.0), box(-10, -170, 10, 175), True, id="far out in a box wider than half the earth"),
        pytest.param((0.0, 0.0), box(-80, -170, 80, 170), True, id="a box of more than half the earth is as drawn"),
        pytest.param((0.0, 175.0), box(-80, -170, 80, 170), False, id="and what it leaves out is outside"),
        pytest.param((85.0, 0.0), box(-80, -170, 80, 170), False, id="the pole too"),
        pytest.param((0.0, 0.0), ((-10.0, -100.0), (-10.0, 100.0), (10.0, 100.0), (10.0, -100.0), (-10.0, -100.0)), False,
                     id="four corners run the short way round"),
        pytest.param((0.0, 180.0), ((-10.0, -100.0), (-10.0, 100.0), (10.0, 100.0), (10.0, -100.0), (-10.0, -100.0)), True,
                     id="which is behind"),
        pytest.param((-60.0, 17.0), EDGE_OF_ICE, True, id="on a ring round the South Pole"),
        pytest.param((-59.9999999, 17.0), EDGE_OF_ICE, False, id="a hand's breadth north of it"),
        pytest.param((-90.0, 123.0), EDGE_OF_ICE, True, id="the South Pole, whatever its longitude"),
        pytest.param((90.0, 0.0), box(70, 10, 90, 20), True, id="the pole is one point, and the box touches it"),
        pytest.param((90.0, -100.0), box(70, 10, 90, 20), True, id="from whatever side it is written"),
        pytest.param((89.9999, -100.0), box(70, 10, 90, 20), False, id="beside the pole is beside the box"),
        pytest.param((75.0, 180.0), box(60, -180, 90, 180), True, id="a cap drawn as a box, on its seam"),
        pytest.param((-90.0, 0.0), box(60, -180, 90, 180), False, id="the other pole"),
        pytest.param((0.1, 0.3), ((0.0, 0.0), (0.1, 0.3), (0.2, 0.6), (0.5, 0.0), (0.0, 0.0)), True, id="a corner"),
    ],
)  # fmt: skip
def test_what_a_ring_encloses(point: Point, ring: Ring, inside: bool) -> None:
    assert encloses(ring, point) is inside
    assert encloses(ring[::-1], point) is inside
    assert (area_distance_m(point, ring) == 0) is inside


def test_a_ring_that_halves_the_earth_has_no_inside() -> None:
    with pytest.raises(Refused, match="nobody can tell which half"):
        encloses(tuple((0.0, float(lon)) for lon in (*range(-180, 180, 60), -180)), (1.0, 1.0))


@given(st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4), st.integers(-4, 4), st.fractions(0, 1))
def test_what_lies_on_an_edge_is_inside_to_the_last_digit(y1: int, x1: int, y2: int, x2: int, share: Fraction) -> None:
    a, b = (y1 * 0.1, x1 * 0.3), (y2 * 0.1 + 1, x2 * 0.3)
    for point in (a, b):
        assert encloses((a, b, (5.0, 50.0), a), point)
    on = (float(a[0] + (b[0] - a[0]) * share), float(a[1] + (b[1] - a[1]) * share))
    assert area_distance_m(on, (a, b, (5.0, 50.0), a)) < 1  # rounded, it may lie a hair outside; an edge sags a little


@pytest.mark.parametrize(
    "ring",
    [
        pytest.param(((85.0, -178.0), (90.0, -178.25), (83.5, 177.5), (85.0, -178.0)), id="a corner at the pole"),
        pytest.param(((85.0, -178.0), (90.0, -178.25), (90.0, 171.5), (83.5, 177.5), (85.0, -178.0)), id="an edge at the pole"),
    ],
)  # fmt: skip
def test_an_area_at_one_pole_is_far_from_the_other(ring: Ring) -> None:
    assert area_distance_m((-90.0, 0.0), ring) == pytest.approx(19_278_000, rel=0.001)
    assert area_distance_m((89.9, 0.0), ring) == pytest.approx(11_169, rel=0.01)
