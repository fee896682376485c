"""Areas by their codes: found by code or by name, and drawn so that they cover what they stand for."""

import pytest
import shapely

from tests.corpus import corpus
from tocsin.cap.read import parse
from tocsin.places.covering import rings_over
from tocsin.places.geocodes import LISTS, _lines, coded, list_called, named


@pytest.mark.parametrize(
    ("system", "code", "name"),
    [
        pytest.param("UGC", "INZ038", "Tipton, IN", id="a zone of the weather service"),
        pytest.param("SAME", "039027", None, id="a county, by a link to another list"),
        pytest.param("EMMA_ID", "ES171", "Serran", id="a region of Europe"),
        pytest.param("NUTS3", "FR721", None, id="another, by a link"),
        pytest.param("FIPS", "EI811", None, id="a county of Ireland"),
    ],
)
def test_an_area_is_found_by_its_code(system: str, code: str, name: str | None) -> None:
    found = coded(system, code.lower())
    assert found is not None
    assert found.code == code
    assert found.rings
    assert name is None or name in found.name
    for ring in found.rings:
        assert ring[0] == ring[-1]
        assert len(ring) <= 61


def test_what_is_in_no_list_is_not_found() -> None:
    assert coded("UGC", "XXZ999") is None
    assert coded("XYZ", "INZ038") is None
    assert named("UGC", "") == ()


def test_an_area_is_found_by_its_name() -> None:
    assert "INZ038" in named("UGC", "tipton")


def test_every_list_is_there_and_every_line_can_be_drawn() -> None:
    count = dict.fromkeys(LISTS, 0)
    for system, code in _lines():
        count[system] += 1
        area = coded(system, code)
        assert area is not None
        assert all(len(ring) >= 4 for ring in area.rings), (system, code)
    assert min(count.values()) >= 50
    assert count["UGC"] > 8_000


@pytest.mark.parametrize("corners", [8, 20, 60])
def test_rings_cover_the_shape_with_few_corners(corners: int) -> None:
    star = shapely.union_all([shapely.box(x, 0, x + 0.4, 3 + x % 2) for x in range(12)] + [shapely.box(0, 0, 12, 1)])
    rings = rings_over(star, corners)
    assert sum(map(len, rings)) <= corners
    drawn = shapely.union_all([shapely.Polygon([(lon, lat) for lat, lon in ring]) for ring in rings])
    assert shapely.covers(drawn.buffer(1e-4), star)


@pytest.mark.parametrize(
    ("called", "code", "system"),
    [
        pytest.param("emma_id", "at001", "EMMA_ID", id="small letters"),
        pytest.param("EMMA-ID", "AT001", "EMMA_ID", id="another stroke"),
        pytest.param("FIPS6", "012105", "SAME", id="as CAP 1.1 of the National Weather Service has it"),
        pytest.param("fips6", "012105", "SAME", id="the same in small letters"),
        pytest.param("Nuts 3", "AT331", "NUTS3", id="with a space"),
        pytest.param("NUTS", "AT331", "NUTS3", id="without a level"),
        pytest.param("ugc", "AKC013", "UGC", id="zones and counties"),
        pytest.param("fips", "EI01", "FIPS", id="another list than FIPS6"),
    ],
)
def test_a_list_is_known_by_what_messages_call_it(called: str, code: str, system: str) -> None:
    found = coded(called, code)
    assert found is not None
    assert found == coded(system, code.upper())
    assert found.system == system


@pytest.mark.parametrize("called", ["WARNCELLID", "NUTS2", "", "SAME2", "X" * 10_000])
def test_a_list_that_is_none_of_ours_stays_one(called: str) -> None:
    assert list_called(called) is None
    assert coded(called, "012105") is None


def test_real_messages_name_areas_that_we_know() -> None:
    codes: dict[str, set[str]] = {}
    for path in corpus("cap").rglob("*.[cx][am][pl]"):
        alert = parse(path.read_bytes()).alert if "schema" not in path.parts else None
        for system, code in (
            [pair for info in alert.infos for area in info.areas for pair in area.geocodes] if alert else []
        ):
            codes.setdefault(system, set()).add(code)
    known = {system: sum(coded(system, code) is not None for code in found) for system, found in codes.items()}
    assert known["FIPS6"] == len(codes["FIPS6"]) > 20
    assert known["emma_id"] > 10
    assert known["UGC"] > 10
    assert "WARNCELLID" in known
    assert known["WARNCELLID"] == 0
