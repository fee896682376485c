"""The base map that ships: towns are where they are, and lines that two sides claim differently are told apart."""

from importlib.resources import files

import pytest

from tocsin.basis.errors import Refused
from tocsin.places import Point, distance_m, nearby, world

HALL = (55.8258, 37.3903)


def test_the_nearest_town_to_the_hall_is_krasnogorsk_or_a_part_of_moscow() -> None:
    found = nearby(HALL, 10, 5)
    assert "Krasnogorsk" in [near.town.name for near in found]
    assert [near.distance_m for near in found] == sorted(near.distance_m for near in found)
    assert all(near.distance_m <= 10_000 for near in found)


def test_the_largest_town_around_is_moscow() -> None:
    assert nearby(HALL, 40, 1, largest_first=True)[0].town.name == "Moscow"


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        pytest.param((-16.8, 179.9), "Labasa", id="west of the antimeridian"),
        pytest.param((-16.8, -179.9), "Labasa", id="and from the east of it"),
    ],
)
def test_towns_are_found_across_the_antimeridian(point: Point, expected: str) -> None:
    assert expected in [near.town.name for near in nearby(point, 120, 20)]


def test_near_the_pole_every_longitude_is_near() -> None:
    found = nearby((89.9, -150.0), 2_400, 50)
    assert {"Norilsk", "Tromsø", "Murmansk"} <= {near.town.name for near in found}
    assert all(near.distance_m == pytest.approx(distance_m((89.9, -150.0), near.town.point)) for near in found)


def test_nothing_is_found_where_nothing_is() -> None:
    assert nearby((-60.0, -120.0), 50, 5) == ()


@pytest.mark.parametrize(("radius", "limit"), [(-1, 5), (10, 0), (float("nan"), 5), (float("inf"), 5)])
def test_a_senseless_wish_is_refused(radius: float, limit: int) -> None:
    with pytest.raises(Refused):
        nearby(HALL, radius, limit)


def test_the_world_has_land_borders_and_disputed_lines() -> None:
    ground = world()
    assert len(ground.land) > 1_000
    assert len(ground.borders) > 200
    crimea = [p for line in ground.disputed for p in line.points if 45 < p[0] < 46.5 and 32 < p[1] < 36]
    assert crimea
    assert not [p for line in ground.borders for p in line.points if 45.9 < p[0] < 46.3 and 33.5 < p[1] < 34.5]


def test_the_packaged_files_stay_small() -> None:
    sizes = [files("tocsin.places").joinpath(name).stat().st_size for name in ("world.json.gz", "towns.tsv.gz")]  # type: ignore[attr-defined]
    assert sum(sizes) < 1_200_000
    assert files("tocsin.places").joinpath("names.tsv.gz").stat().st_size < 1_800_000  # type: ignore[attr-defined]
