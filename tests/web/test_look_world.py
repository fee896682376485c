"""The world by levels: every country that has one can be seen, told apart without colours, and opened."""

import re

import pytest
from lxml import etree

from tocsin.basis.words import ENGLISH
from tocsin.places.borders import has_outline
from tocsin.places.countries import country_names
from tocsin.web.world_map import HEIGHT, WIDTH, WorldCountry, WorldMap, draw, said

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*countries: WorldCountry, prefix: str = "") -> etree._Element:
    return etree.fromstring(
        f'<x xmlns="http://www.w3.org/2000/svg">{draw(WorldMap(countries=countries), prefix, ENGLISH)}</x>'
    )[0]


def country(code: str, level: int, part: int = 0) -> WorldCountry:
    return WorldCountry(code=code, place=code, level=level, part=part, href=f"/advisories/{code}")


def test_every_country_with_an_outline_can_be_opened_however_small() -> None:
    every = [country(code, 1 + number % 4) for number, (code, _) in enumerate(country_names()) if has_outline(code)]
    every = [one for one in every if one.code != "AQ"]
    links = drawn(*every, prefix="/de").findall(f"{SVG}a")
    assert {link.get("href") for link in links} == {f"/de/advisories/{one.code}" for one in every}
    for link in links:
        assert link.findtext(f"{SVG}title")
        number = link.find(f".//{SVG}text")
        assert number is not None
        assert 0 <= float(number.get("x", "-1")) <= WIDTH
        assert 0 <= float(number.get("y", "-1")) <= HEIGHT


def test_a_level_is_a_pattern_and_a_number_besides_a_colour() -> None:
    world = drawn(*(country(code, level) for level, code in enumerate(("BR", "IN", "DZ", "MN"), 1)))
    fills = {one.get("fill") for one in world.iter(f"{SVG}path") if one.get("class") == "held"}
    assert fills == {f"url(#level-{level})" for level in (1, 2, 3, 4)}
    assert [one.text for one in world.iter(f"{SVG}text")] == ["1", "2", "3", "4"] or len(fills) == 4
    patterns = [etree.tostring(one).partition(b"<rect")[2] for one in world.iter(f"{SVG}pattern")]
    assert len(set(patterns)) == 4


@pytest.mark.parametrize(
    ("one", "sentence", "number"),
    [
        pytest.param(country("ML", 2), "ML: level 2", "2", id="all of it"),
        pytest.param(country("ML", 2, 4), "ML: level 2, in part level 4", "2/4", id="a part is stricter"),
        pytest.param(country("ML", 3, 2), "ML: level 3", "3", id="a part is milder: the stricter one holds"),
        pytest.param(country("ML", 0, 3), "ML, in part level 3", "3", id="only a part has one"),
    ],
)
def test_a_part_with_a_stricter_level_is_said(one: WorldCountry, sentence: str, number: str) -> None:
    assert said(one, ENGLISH) == sentence
    assert [text.text for text in drawn(one).iter(f"{SVG}text")] == [number]


@pytest.mark.parametrize(("mild", "grave"), [("RU", "UA"), ("UA", "RU"), ("RS", "XK"), ("MA", "EH")], ids=str)
def test_land_that_two_claim_has_the_stricter_of_their_levels(mild: str, grave: str) -> None:
    def path_of(world: etree._Element, code: str) -> str:
        link = next(one for one in world.findall(f"{SVG}a") if one.get("href") == f"/advisories/{code}")
        found = link.find(f"{SVG}path")
        return "" if found is None else found.get("d", "")

    alone = path_of(drawn(country(grave, 4)), grave)
    assert path_of(drawn(country(mild, 1), country(grave, 4)), grave) == alone


def test_no_line_runs_across_the_whole_map() -> None:
    """What reaches over the antimeridian is cut there."""
    world = drawn(country("RU", 4), country("FJ", 2), country("US", 1))
    for path in world.iter(f"{SVG}path"):
        if path.get("class") == "held":
            for step in re.findall(r"(-?[0-9.]+)[ -]", path.get("d", "").replace("l", " ")):
                assert abs(float(step)) <= WIDTH
            steps = re.findall(r"l([^zM]*)", path.get("d", ""))
            assert steps


def test_a_world_without_levels_is_small() -> None:
    assert len(draw(WorldMap(), "", ENGLISH)) < 70_000
