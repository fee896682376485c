"""Polygons that are wrong are mended for matching where nobody is left out by it, and none is dropped in silence."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cap import alerts as town
from tests.cap.alerts import SQUARE
from tocsin.cap import mend, read, write
from tocsin.cap.mend import Mended, for_matching
from tocsin.cap.model import Ring

RAW = write(town.ALERT).decode()


def mended(ring: Ring) -> Mended:
    [found] = for_matching(town.with_area(polygons=(ring,)))
    return found


def mended_text(text: str) -> Mended:
    [found] = for_matching(read(RAW.replace("55.0,37.0 55.0,38.0 56.0,38.0 56.0,37.0 55.0,37.0", text).encode()))
    return found


def test_a_sound_polygon_stays_as_it_is() -> None:
    assert mended(SQUARE) == Mended(where="alert/info[1]/area[1]", rings=(SQUARE,))


def test_an_open_ring_is_closed() -> None:
    assert mended(SQUARE[:-1]) == Mended(where="alert/info[1]/area[1]", rings=(SQUARE,), how="closed")


def test_both_lobes_of_a_bow_tie_are_kept() -> None:
    found = mended(((0, 0), (1, 1), (0, 1), (1, 0), (0, 0)))
    assert found.how == "untangled"
    assert len(found.rings) == 2


def test_a_ring_that_crosses_itself_all_over_gets_the_hull_around_it() -> None:
    spokes = [(5 * math.sin(n * 3.1), 5 * math.cos(n * 3.1)) for n in range(3_000)]
    found = mended((*spokes, spokes[0]))
    assert found.how == "the hull around it"
    [hull] = [shapely.Polygon(ring).buffer(1e-9) for ring in found.rings]
    assert hull.contains(shapely.MultiPoint(spokes))


@pytest.mark.parametrize("east", [10.0, 179.0], ids=["anywhere", "over the 180th meridian"])
def test_a_ring_too_intricate_to_look_into_gets_the_hull_around_it(
    monkeypatch: pytest.MonkeyPatch, east: float
) -> None:
    monkeypatch.setattr(mend, "MAX_SIDE_PAIRS", 100)
    lons = [east + n % 2 * 2 for n in range(40)]
    comb = [(n / 10, lon if lon <= 180 else lon - 360) for n, lon in enumerate(lons)]
    found = mended((*comb, comb[0]))
    assert found.how == "too intricate to untangle: the hull around it"
    [hull] = found.rings
    assert len(hull) < 8
    assert set(hull) <= set(comb)


def test_a_ring_over_the_180th_meridian_is_sound_though_a_flat_map_tangles_it() -> None:
    ring = ((0.0, 179.0), (0.0, -179.0), (1.0, 179.5), (2.0, -179.0), (2.0, 179.0), (0.0, 179.0))
    assert mended(ring) == Mended(where="alert/info[1]/area[1]", rings=(ring,))


def test_longitudes_that_are_counted_on_over_the_180th_meridian_are_brought_back() -> None:
    found = mended(((0, 179), (0, 181), (1, 181), (1, 179), (0, 179)))
    assert found.rings == (((0, 179), (0, -179), (1, -179), (1, 179), (0, 179)),)
    assert found.how == "longitudes over the 180th meridian written anew"
    assert mended(((0, 179), (0, 361), (1, 361), (0, 179))).how == "not mended: a point is not on Earth"


def test_the_lobes_of_a_bow_tie_over_the_180th_meridian_stay_where_they_are() -> None:
    found = mended(((0, 179), (2, -179), (2, 179), (0, -179), (0, 179)))
    assert found.how == "untangled"
    assert all(abs(lon) >= 179 for ring in found.rings for _, lon in ring)


def test_what_many_tangled_polygons_take_is_bounded_for_all_of_them_together() -> None:
    spokes = [(5 * math.sin(n * 3.1), 5 * math.cos(n * 3.1)) for n in range(130)]
    rings = [tuple((lat + n / 10, lon) for lat, lon in [*spokes, spokes[0]]) for n in range(4)]
    found = list(for_matching(town.with_area(polygons=tuple(rings))))
    assert [each.how for each in found] == ["untangled", "untangled", "the hull around it", "the hull around it"]


def test_a_polygon_that_two_languages_repeat_is_mended_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[shapely.Geometry] = []
    node = shapely.node

    def counted(one: shapely.Geometry) -> shapely.Geometry:
        asked.append(one)
        return node(one)

    monkeypatch.setattr(shapely, "node", counted)
    tangled = town.with_area(polygons=(((0, 0), (1, 1), (0, 1), (1, 0), (0, 0)),))
    found = list(for_matching(town.alert(infos=tangled.infos * 2)))
    assert [each.where for each in found] == ["alert/info[1]/area[1]", "alert/info[2]/area[1]"]
    assert found[0].rings == found[1].rings
    assert len(asked) == 1


def test_what_is_enclosed_twice_does_not_fall_out() -> None:
    twice = (
        (0.0, 0.0),
        (0.0, 4.0),
        (4.0, 4.0),
        (4.0, 0.0),
        (0.0, 0.0),
        (1.0, 1.0),
        (1.0, 3.0),
        (3.0, 3.0),
        (3.0, 1.0),
        (1.0, 1.0),
        (0.0, 0.0),
    )
    found = mended(twice)
    assert any(shapely.Polygon(ring).contains(shapely.Point(2, 2)) for ring in found.rings)


@pytest.mark.parametrize(
    "text",
    ["55.0, 37.0 55.0, 38.0 56.0, 38.0 56.0, 37.0 55.0, 37.0", "55 37 55 38 56 38 56 37", "55,37;55,38;56,38;56,37"],
)
def test_numbers_in_other_clothes_are_paired_again(text: str) -> None:
    found = mended_text(text)
    assert found.rings == (SQUARE,)
    assert found.how.startswith("paired again")


@pytest.mark.parametrize(
    "text", ["", "55,37", "55,37 56,38 55,37", "55,37 56,38 57", "here", "55,37 here 56,38 57,37", "95,37 96,38 97,37"]
)
def test_what_is_not_safe_to_mend_is_named(text: str) -> None:
    found = mended_text(text)
    assert found.rings == ()
    assert found.how.startswith("not mended: ")


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=9))
def test_nobody_whom_the_outline_goes_around_is_left_out(points: list[tuple[int, int]]) -> None:
    ring = tuple((float(lat), float(lon)) for lat, lon in [*points, points[0]])
    found = mended(ring)
    assert found.rings or found.how
    for lat, lon in [(0.5, 0.5), (3.3, -2.2), (-5.1, 4.7), (0.05, -7.9)]:
        if _turns(ring, lat, lon):
            assert any(shapely.Polygon(each).buffer(1e-9).contains(shapely.Point(lat, lon)) for each in found.rings)


def _turns(ring: Ring, lat: float, lon: float) -> int:
    """Count how often a ring goes around a point, by the angles that it turns through."""
    angles = np.unwrap([np.arctan2(b - lon, a - lat) for a, b in ring])
    return round(float(angles[-1] - angles[0]) / (2 * np.pi))
