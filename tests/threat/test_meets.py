"""Which open cases have a place in the area of another's alert."""

from typing import Any

import pytest

from tests.threat.cases import case
from tocsin.places.borders import countries_of
from tocsin.places.shapes import Shape, circle, polygon
from tocsin.threat.fits import sought
from tocsin.threat.meets import Met, met
from tocsin.threat.particulars import Particulars, Where

SQUARE = polygon(((48.0, 16.0), (48.0, 17.0), (49.0, 17.0), (49.0, 16.0), (48.0, 16.0)))
OVER_THE_180TH = polygon(((0.0, 179.0), (0.0, -179.0), (2.0, -179.0), (2.0, 179.0), (0.0, 179.0)))
ROUND = circle((48.5, 16.5), 10_000)
POLE = polygon(((85.0, 0.0), (85.0, 120.0), (85.0, -120.0), (85.0, 0.0)))
TANGLED = ((48.5, 16.5), (60.0, 30.0), (48.5, 30.0), (60.0, 16.5), (48.5, 16.5))


def ring(south: float, west: float, north: float, east: float) -> tuple[tuple[float, float], ...]:
    return ((south, west), (south, east), (north, east), (north, west), (south, west))


@pytest.mark.parametrize(
    ("area", "place", "there"),
    [
        pytest.param(SQUARE, {"point": (48.5, 16.5)}, True, id="a point inside"),
        pytest.param(SQUARE, {"point": (49.0, 16.5)}, True, id="a point on the edge"),
        pytest.param(SQUARE, {"point": (48.5, 17.01)}, False, id="a point outside"),
        pytest.param(SQUARE, {"circle": (48.5, 17.1, 8.0)}, True, id="a circle that reaches in"),
        pytest.param(SQUARE, {"circle": (48.5, 17.1, 7.0)}, False, id="a circle that does not"),
        pytest.param(SQUARE, {"circle": (48.5, 16.5, 0.0)}, True, id="a circle without a radius"),
        pytest.param(SQUARE, {"polygon": ring(48.5, 16.9, 48.6, 17.5)}, True, id="an area that reaches in"),
        pytest.param(SQUARE, {"polygon": ring(40.0, 10.0, 50.0, 20.0)}, True, id="an area around all of it"),
        pytest.param(SQUARE, {"polygon": ring(48.5, 17.1, 48.6, 17.5)}, False, id="an area beside it"),
        pytest.param(SQUARE, {"polygon": TANGLED}, True, id="a corner of one that crosses itself"),
        pytest.param(OVER_THE_180TH, {"point": (1.0, -179.5)}, True, id="over the 180th meridian, a point"),
        pytest.param(OVER_THE_180TH, {"circle": (1.0, -178.9, 12.0)}, True, id="over the 180th meridian, a circle"),
        pytest.param(OVER_THE_180TH, {"polygon": ring(1.0, -179.2, 1.5, -178.0)}, True, id="over the 180th meridian, an area"),
        pytest.param(OVER_THE_180TH, {"polygon": ring(1.0, 0.0, 1.5, 1.0)}, False, id="on the other side of the Earth"),
        pytest.param(ROUND, {"circle": (48.6, 16.5, 2.0)}, True, id="a circle meets a circle"),
        pytest.param(ROUND, {"polygon": ring(48.55, 16.4, 49.0, 16.6)}, True, id="an area meets a circle"),
        pytest.param(POLE, {"point": (89.0, -45.0)}, True, id="round a pole"),
        pytest.param(POLE, {"circle": (84.0, 45.0, 1_000.0)}, True, id="a wide circle close to a pole"),
    ],
)  # fmt: skip
def test_a_case_is_there_with_a_place_that_the_area_meets(area: Shape, place: dict[str, Any], there: bool) -> None:
    one = sought(case(particulars=Particulars(places=(Where(name="x", **place),))))
    for among in ([area], [circle((-40.0, 100.0), 1_000), area]):
        assert met([one], among, ()) == Met(("case",) if there else ())


def test_a_case_of_which_only_the_country_is_known_may_be_there() -> None:
    places = {
        "country": Where(name="Austria", country="AT"),
        "town": Where(name="Innsbruck", country="AT", point=(47.27, 11.4)),
        "elsewhere": Where(name="France", country="FR"),
    }
    cases = [sought(case(id, particulars=Particulars(places=(place,)))) for id, place in places.items()]
    both = sought(
        case("both", particulars=Particulars(places=(places["country"], Where(name="x", point=(48.5, 16.5)))))
    )
    assert met([*cases, both], [SQUARE], countries_of([SQUARE])) == Met(("both",), ("country",))
    assert met([], [SQUARE], ()) == Met()
