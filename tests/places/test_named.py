"""Towns by their names: in every script, without accents, in an address; and none where several may be meant."""

import pytest

from tocsin.places.basemap import towns
from tocsin.places.countries import country_names
from tocsin.places.named import LONGEST, find, folded, label, may_be_named, towns_named


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Vienna", "Vienna, Austria", id="by far the largest"),
        pytest.param("  wIEN ", "Vienna, Austria", id="as its people call it, in whatever capitals"),
        pytest.param("فيينا", "Vienna, Austria", id="from right to left"),
        pytest.param("تهران", "Tehran, Iran", id="Persian"),
        pytest.param("تهران‌", "Tehran, Iran", id="with a joiner that nobody sees"),
        pytest.param("ירושלים", "Jerusalem, Israel", id="Hebrew"),
        pytest.param("Київ", "Kyiv, Ukraine", id="Cyrillic"),
        pytest.param("दिल्ली", "Delhi, India", id="Devanagari"),
        pytest.param("กรุงเทพ", "Bangkok, Thailand", id="Thai"),
        pytest.param("東京都", "Tokyo, Japan", id="Japanese"),
        pytest.param("Lodz", "Łódź, Poland", id="without accents"),
        pytest.param("Hong Kong", "Hong Kong, Hong Kong", id="a part of a town that has its name"),
        pytest.param("Vienna, United States", "Vienna, United States", id="in a country"),
        pytest.param("Vienna, us", "Vienna, United States", id="in a country by its code"),
        pytest.param("Hotel Sacher, Philharmonikerstraße 4, 1010 Wien, Österreich", "Vienna, Austria", id="an address"),
        pytest.param("Atlanta, Georgia", "Atlanta, United States", id="a state that is called like a country"),
        pytest.param("Tbilisi, Georgia", "Tbilisi, Georgia", id="and the country"),
        pytest.param("Boston, MA", "Boston, United States", id="a state that is written like a country"),
        pytest.param("Singapore", "Singapore, Singapore", id="a town and its country"),
    ],
)
def test_a_town_is_found_by_what_people_write(text: str, expected: str) -> None:
    town = find(text).surely
    assert town is not None
    assert label(town) == expected


@pytest.mark.parametrize("text", ["Birmingham", "Richmond, CA", "Springfield, IL, USA"])
def test_where_several_may_be_meant_none_is_taken_and_all_are_shown(text: str) -> None:
    found = find(text)
    assert found.surely is None
    assert len(found.towns) > 1
    assert [town.population for town in found.towns] == sorted((t.population for t in found.towns), reverse=True)


@pytest.mark.parametrize(
    ("text", "country"),
    [("France", "FR"), ("AT", "AT"), ("Hotel Nowhere, Austria", "AT"), ("IL", ""), ("Georgia", ""), ("usa", "US")],
)
def test_without_a_town_a_country_may_be_meant(text: str, country: str) -> None:
    found = find(text)
    assert (found.towns, found.country) == ((), country)


@pytest.mark.parametrize("text", ["", " , ;", "Conference Room 3", "Zoom", "\n\0\ud800", "x" * 10 * LONGEST, "-", "\t"])
def test_what_names_no_town_finds_none(text: str) -> None:
    assert find(text).towns == ()


def test_in_a_country_that_is_said_the_last_part_is_no_country() -> None:
    assert {town.country for town in find("Georgia", "US").towns} <= {"US"}
    assert label(find("Birmingham", "GB").towns[0]) == "Birmingham, United Kingdom"


def test_each_country_is_found_by_its_name() -> None:
    names = [(code, name) for code, name in country_names() if "," not in name and code != "GE"]
    assert [name for code, name in names if find(f"Nowhere at all, {name}").country != code] == []


def test_the_first_and_the_last_name_of_the_file_are_found() -> None:
    assert folded("Ÿ-ß") == "y ss"
    assert towns_named("ａ coruna")[0].name == "A Coruña"


def test_what_is_told_at_once_to_be_no_name_is_none() -> None:
    names = [folded(town.name) for town in towns()[::50]]
    assert [name for name in names if towns_named(name) and not may_be_named(name)] == []
    assert sum(may_be_named(f"no town {n}") for n in range(1_000)) < 250
