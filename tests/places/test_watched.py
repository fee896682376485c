"""Saved areas are met by an alert as each of them alone would be, wherever on earth they lie."""

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places.areas import discs, outlines
from tests.places.test_shapes import belt
from tocsin.places import away
from tocsin.places.borders import country
from tocsin.places.shapes import Flat, Shape, circle, polygon
from tocsin.places.watched import Watched, meet

saved = st.one_of(outlines().map(lambda one: one[1]), discs.map(lambda disc: circle(*disc)))


@settings(max_examples=120, deadline=None)
@given(st.lists(st.lists(saved, max_size=2), max_size=6), st.lists(saved, min_size=1, max_size=2))
def test_it_finds_what_looking_at_each_finds(areas: list[list[Shape]], alert: list[Shape]) -> None:
    one_by_one = [number for number, area in enumerate(areas) if any(meet(a, b) for a in area for b in alert)]
    assert Watched(areas).meeting(alert).tolist() == one_by_one


@settings(max_examples=120, deadline=None)
@given(outlines(), outlines())
def test_two_polygons_meet_if_a_corner_lies_in_the_other_or_their_edges_cross(
    one: tuple[object, Flat], other: tuple[object, Flat]
) -> None:
    # Told without the geometry of either as a whole: by points and by single edges, all the ways round.
    (_, a), (_, b) = one, other
    corners = any(_has_a_corner_in(x, y) for x, y in ((a, b), (b, a)))
    crossing = any(
        shapely.intersects(_edges(a), shapely.transform(_edges(b), lambda xy, by=360.0 * turn: xy + [by, 0.0]))  # noqa: RUF005
        for turn in range(-3, 4)
    )
    poles = any(x and y for x, y in zip(a.poles, b.poles, strict=True))
    assert meet(a, b) == meet(b, a) == (corners or crossing or poles)


def _edges(shape: Flat) -> object:
    return shapely.multilinestrings([shapely.linestrings(line[:, ::-1]) for line in shape.lines])


def _has_a_corner_in(shape: Flat, other: Flat) -> bool:
    lat, lon = np.concatenate(shape.lines).T
    lon = (lon + 180) % 360 - 180
    return bool((shape.holds(lat, lon) & other.holds(lat, lon)).any())


def box(south: float, west: float, north: float, east: float) -> Flat:
    return polygon(((south, west), (south, east), (north, east), (north, west), (south, west)))


HOME, FIJI_HOME, FAR = box(55.7, 37.5, 55.8, 37.6), box(-17.0, -179.99, -16.9, -179.9), box(0.0, 0.0, 1.0, 1.0)


def test_across_the_antimeridian_and_at_the_pole() -> None:
    watched = Watched([[HOME], [FIJI_HOME], [box(89.0, 10.0, 90.0, 20.0)], [], [FAR, HOME]])
    assert watched.meeting([box(-18.0, 179.0, -16.0, -179.95)]).tolist() == [1]
    assert watched.meeting([box(-18.0, 179.0, -16.0, -179.995)]).tolist() == []
    assert watched.meeting([circle((-16.95, 179.9), 12_000)]).tolist() == [1]
    assert watched.meeting([box(89.0, -170.0, 90.0, -160.0)]).tolist() == [2]  # they share the pole, and nothing else
    assert watched.meeting([polygon(belt(89.5))]).tolist() == [2]
    assert watched.meeting([country("RU")]).tolist() == [0, 4]
    assert watched.meeting([HOME, box(0.5, 0.5, 2.0, 2.0)]).tolist() == [0, 4]
    assert watched.meeting([]).tolist() == []
    assert Watched([]).meeting([HOME]).tolist() == []


def test_what_lies_in_a_hole_is_not_met_and_what_touches_is() -> None:
    ring = ((0.0, 0.0), (0.0, 9.0), (9.0, 9.0), (9.0, 0.0), (0.0, 0.0))
    hole = ((2.0, 2.0), (2.0, 7.0), (7.0, 7.0), (7.0, 2.0), (2.0, 2.0))
    watched = Watched([[polygon(ring, [hole])]])
    assert watched.meeting([box(3.0, 3.0, 4.0, 4.0)]).tolist() == []
    assert watched.meeting([box(3.0, 3.0, 4.0, 7.0)]).tolist() == [0]
    assert watched.meeting([box(-1.0, -1.0, 0.0, 0.0)]).tolist() == [0]
    assert watched.meeting([circle((4.5, 4.5), 200_000)]).tolist() == []
    assert watched.meeting([circle((4.5, 4.5), 280_000)]).tolist() == [0]


def test_circles_meet_by_the_metre() -> None:
    watched = Watched([[circle((60.0, 179.9), 10_000)]])
    assert watched.meeting([circle(away((60.0, 179.9), 90.0, 15_000.1), 5_000)]).tolist() == []
    assert watched.meeting([circle(away((60.0, 179.9), 90.0, 14_999.9), 5_000)]).tolist() == [0]


def test_it_says_nothing_of_anyone_in_its_repr() -> None:
    assert repr(Watched([[HOME]])) == "Watched()"
