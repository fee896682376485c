"""The map: what it shows, what it says, and where maps break."""

from itertools import combinations

import msgspec
import pytest
from lxml import etree

from tests.web.sample.march import CITY, MAP
from tests.words import pseudo
from tocsin.basis.words import ENGLISH
from tocsin.places import circle_ring
from tocsin.web import chart_map
from tocsin.web.drawing import Box, text_width
from tocsin.web.pieces import AreaView, MapView, SpotKind, SpotView

SVG = "{http://www.w3.org/2000/svg}"


def drawn(view: MapView) -> etree._Element:
    return etree.fromstring(f'<x xmlns="http://www.w3.org/2000/svg">{chart_map.draw(view, ENGLISH)}</x>')[0]


def texts(view: MapView) -> list[str]:
    return ["".join(map(str, node.itertext())) for node in drawn(view).iter(f"{SVG}text")]


def test_it_shows_the_area_the_event_and_how_far_outside_it_lies() -> None:
    said = texts(MAP)
    assert "Moscow, the city named" in said
    assert "Concert hall" in said
    assert any("outside the area warned" in text for text in said)
    kinds = [node.get("class") for node in drawn(MAP).iter()]
    assert {"area", "event", "apart", "locator", "land"} <= set(kinds)


def test_the_ground_is_drawn_once_for_all_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    chart_map._ground.cache_clear()
    first = str(chart_map.draw(MAP, ENGLISH))

    def never(*_: object) -> None:
        raise AssertionError("The ground was drawn once more.")

    monkeypatch.setattr(chart_map, "world", never)
    assert str(chart_map.draw(MAP, pseudo())) != first
    assert str(chart_map.draw(MAP, ENGLISH)) == first


def test_what_is_too_far_away_stands_at_the_edge_with_its_distance() -> None:
    assert any(text.startswith("Karabulak, 1\u202f4") and text.endswith("km") for text in texts(MAP))


def test_an_event_inside_is_said_to_be_inside() -> None:
    inside = SpotView(point=(55.75, 37.6), label="Square", kind=SpotKind.EVENT, outside_m=0.0)
    view = MapView(title="t", areas=(AreaView(label="City", rings=(CITY,)),), spots=(inside,))
    assert "inside the area warned" in " ".join(texts(view))
    assert not [node for node in drawn(view).iter() if node.get("class") == "apart"]


def test_its_description_says_the_same() -> None:
    desc = drawn(MAP).find(f"{SVG}desc")
    assert desc is not None
    assert desc.text is not None
    assert "Concert hall: " in desc.text
    assert "outside the area warned" in desc.text
    assert drawn(MAP).get("role") == "img"


def test_no_name_covers_another() -> None:
    svg = drawn(MAP)
    boxes = []
    for node in svg.iter(f"{SVG}text"):
        group = node.getparent()
        if (group is not None and group.get("class") == "towns") or "spot" in (node.get("class") or ""):
            x, y = float(node.get("x", 0)), float(node.get("y", 0))
            boxes.append(Box(x, y - 9, x + text_width("".join(map(str, node.itertext())), 11), y + 2))
    assert len(boxes) > 12
    assert not [(a, b) for a, b in combinations(boxes, 2) if a.meets(b)]


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(MapView(title="nothing at all"), id="empty"),
        pytest.param(
            MapView(title="t", spots=(SpotView(point=(0, 0), label="x", kind=SpotKind.EVENT),)), id="one point"
        ),
        pytest.param(
            MapView(title="t", areas=(AreaView(label="Fiji", rings=(circle_ring((-17.0, 180.0), 200),)),)),
            id="antimeridian",
        ),
        pytest.param(
            MapView(title="t", areas=(AreaView(label="Pole", rings=(circle_ring((90.0, 0.0), 900),)),)), id="pole"
        ),
        pytest.param(
            MapView(title="t", areas=(AreaView(label="Half", rings=(circle_ring((10.0, 20.0), 6_000),)),)),
            id="half the earth",
        ),
        pytest.param(MapView(title="t", areas=(AreaView(label="Nothing", rings=()),)), id="an area without a ring"),
    ],
)
def test_it_is_well_formed_wherever_it_is(view: MapView) -> None:
    svg = drawn(view)
    assert "nan" not in etree.tostring(svg).decode()
    assert len(etree.tostring(svg)) < 150_000


def test_around_the_antimeridian_there_is_land_and_the_area_is_one() -> None:
    view = MapView(title="t", areas=(AreaView(label="Fiji", rings=(circle_ring((-17.0, 180.0), 200),)),))
    area = next(node for node in drawn(view).iter() if node.get("class") == "area")
    numbers = [float(n) for n in area.get("d", "").replace("M", " ").replace("L", " ").replace("Z", " ").split()]
    assert max(numbers[::2]) - min(numbers[::2]) < 620
    assert any(node.get("class") == "land" for node in drawn(view).iter())


def test_hostile_names_stay_names() -> None:
    bad = '"/></text><script>alert(1)</script>'
    view = MapView(
        title=bad,
        areas=(AreaView(label=bad, rings=(CITY,)),),
        spots=(SpotView(point=(55.8, 37.5), label=bad, kind=SpotKind.EVENT, outside_m=4.0),),
    )
    assert "<script" not in chart_map.draw(view, ENGLISH)
    drawn(view)


def test_a_border_that_two_sides_claim_differently_is_dashed() -> None:
    view = MapView(title="t", areas=(AreaView(label="Isthmus", rings=(circle_ring((46.1, 33.7), 60),)),))
    assert any(node.get("class") == "border disputed" for node in drawn(view).iter())


def test_what_others_warn_of_is_dotted_named_once_and_never_moves_the_map() -> None:
    ours = MapView(title="t", areas=(AreaView(label="City", rings=(CITY,)),))
    near = AreaView(label="Met Office", rings=(circle_ring((55.8, 37.9), 20),), theirs=True)
    far = AreaView(label="Far Away", rings=(circle_ring((-40.0, 170.0), 100),), theirs=True)
    alone, beside = drawn(ours), drawn(msgspec.structs.replace(ours, areas=(*ours.areas, near, near, far)))
    assert beside.get("data-lat") == alone.get("data-lat")
    assert beside.get("data-px") == alone.get("data-px")
    kinds = [node.get("class") for node in beside.iter()]
    assert (kinds.count("area"), kinds.count("theirs"), kinds.count("theirs-name")) == (1, 1, 1)
    said = next("".join(map(str, node.itertext())) for node in beside.iter() if str(node.tag).endswith("desc"))
    assert "not by us: Met Office, Far Away" in said
    other = AreaView(label="The dam company", rings=(circle_ring((55.6, 37.3), 20),), theirs=True)
    only = drawn(MapView(title="t", areas=(near, other)))
    assert [node.get("class") for node in only.iter()].count("theirs-name") == 2
