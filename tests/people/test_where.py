"""A place in one line, as somebody writes it."""

import pytest

from tocsin.basis.errors import Refused
from tocsin.people.where import Where, said

AREA = ((48.1, 16.2), (48.3, 16.2), (48.3, 16.5), (48.1, 16.2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("at", (Where(country="AT"), "", ""), id="a country"),
        pytest.param("48.21,16.37", (Where(point=(48.21, 16.37)), "", ""), id="a point"),
        pytest.param("48.21 16.37", (Where(point=(48.21, 16.37)), "", ""), id="a point with a space"),
        pytest.param("geo:48.21,16.37;u=35", (Where(point=(48.21, 16.37), within_m=35.0), "", ""), id="how far off"),
        pytest.param("48.1,16.2 48.3,16.2 48.3,16.5", (Where(areas=(AREA,)), "", ""), id="an area"),
        pytest.param("48.1,16.2 48.3,16.2 48.3,16.5 48.1,16.2", (Where(areas=(AREA,)), "", ""), id="an area, closed"),
        pytest.param("AT from 2031-05-08", (Where(country="AT"), "2031-05-08", ""), id="from a day on"),
        pytest.param("AT until 2031-05-20", (Where(country="AT"), "", "2031-05-20"), id="until a day"),
        pytest.param(
            " 48.21,16.37  from 2031-05-08 until 2031-05-20",
            (Where(point=(48.21, 16.37)), "2031-05-08", "2031-05-20"),
            id="for some days",
        ),
    ],
)
def test_a_place_in_one_line(text: str, expected: tuple[Where, str, str]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param("", "A position is latitude and longitude", id="nothing"),
        pytest.param("Austria", "A country is two letters", id="a country's name"),
        pytest.param("91,16", "no place on Earth", id="off the Earth"),
        pytest.param("48.1,16.2 48.3,16.2 91,16", "no place on Earth", id="a corner off the Earth"),
        pytest.param("AT until", "A position is latitude and longitude", id="until nothing"),
    ],
)
def test_what_is_no_place_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        said(text)
