"""Codes have names, and what is no code is left alone."""

import pytest

from tocsin.places.countries import country_name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("RU", "Russia", id="a country"),
        pytest.param("be", "Belgium", id="in small letters"),
        pytest.param("Sinai Peninsula", "Sinai Peninsula", id="a region has no code"),
    ],
)
def test_a_code_gets_its_name(code: str, name: str) -> None:
    assert country_name(code) == name
