"""Areas as GeoJSON: what RFC 7946 asks of an outline."""

import math

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tocsin.places import circle_ring
from tocsin.places.geojson import multi_polygon

SQUARE = ((10.0, 20.0), (10.0, 21.0), (11.0, 21.0), (11.0, 20.0), (10.0, 20.0))


def shape(rings: list[tuple[tuple[float, float], ...]]) -> shapely.MultiPolygon:
    drawn = multi_polygon(rings)
    assert drawn is not None
    found = shapely.from_geojson(str(drawn).replace("'", '"'))
    assert isinstance(found, shapely.MultiPolygon)
    return found


@pytest.mark.parametrize("ring", [SQUARE, SQUARE[::-1]], ids=["clockwise", "anticlockwise"])
def test_longitude_comes_first_and_the_outline_runs_anticlockwise(ring: tuple[tuple[float, float], ...]) -> None:
    drawn = multi_polygon([ring])
    assert drawn is not None
    (outline,) = drawn["coordinates"][0]
    assert outline[0] == outline[-1]
    assert {tuple(point) for point in outline} == {(lon, lat) for lat, lon in SQUARE}
    assert shapely.LinearRing(outline).is_ccw


def test_what_crosses_the_antimeridian_is_cut_there() -> None:
    fiji = ((-16.0, 179.0), (-16.0, -179.0), (-18.0, -179.0), (-18.0, 179.0), (-16.0, 179.0))
    cut = shape([fiji])
    assert sorted(part.bounds for part in cut.geoms) == [(-180.0, -18.0, -179.0, -16.0), (179.0, -18.0, 180.0, -16.0)]


def test_a_circle_round_a_pole_reaches_all_the_way_round() -> None:
    west, _, east, north = shape([circle_ring((90.0, 0.0), 500.0)]).bounds
    assert (west, east, north) == (-180.0, 180.0, 90.0)


def test_what_cannot_be_drawn_is_left_out_and_the_rest_stays() -> None:
    bow = ((0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0))
    assert multi_polygon([bow]) is None
    assert len(shape([bow, SQUARE]).geoms) == 1


@given(st.floats(-80, 80), st.floats(-180, 180), st.floats(1, 2_000))
def test_nothing_is_lost_by_cutting(lat: float, lon: float, radius_km: float) -> None:
    ring = circle_ring((lat, lon), radius_km)
    cut = shape([ring])
    assert cut.bounds[0] >= -180.0
    assert cut.bounds[2] <= 180.0
    whole = shape([circle_ring((lat, 0.0), radius_km)])
    assert math.isclose(
        cut.area, whole.area, rel_tol=1e-4
    )  # points are rounded to a centimetre, circles of a kilometre and up
