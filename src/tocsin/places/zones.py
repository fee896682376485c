"""Whose clock holds in a country: its IANA time zones.

Source: zone.tab of the IANA time zone database, public domain; it comes with the package tzdata.
"""

from datetime import datetime
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _where, name = line.split("\t")[:3]
            found.setdefault(country, []).append(name)
    return {country: tuple(names) for country, names in found.items()}


def zones_of(country: str) -> tuple[str, ...]:
    """Return the zones of a country by its ISO 3166-1 code, those of many people first; none, where it is not known."""
    return _zones().get(country.upper(), ())


def clocks_of(country: str, now: datetime) -> tuple[str, ...]:
    """Return the zones of a country whose clocks show different times now."""
    return tuple({now.astimezone(ZoneInfo(one)).utcoffset(): one for one in zones_of(country)[::-1]}.values())[::-1]
