"""The names of countries, by their ISO 3166-1 codes."""

from functools import cache
from importlib.resources import files

FILE = "countries.tsv"


@cache
def _names() -> dict[str, str]:
    lines = files("tocsin.places").joinpath(FILE).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", maxsplit=1) for line in lines)


def country_name(code: str) -> str:
    """Return the English name of a country or territory; what is no two-letter code stays as it is.

    Source: GeoNames, countryInfo.
    """
    return _names().get(code.upper(), code)


def country_names() -> tuple[tuple[str, str], ...]:
    """Return each code with its English name, in the order of the names."""
    return tuple(sorted(_names().items(), key=lambda one: one[1]))
