"""Areas by their codes: SAME and UGC (United States), EMMA_ID and NUTS 3 (Europe), FIPS. It reads its own file once and keeps it.

Each is drawn with a few corners that cover it whole, so that nobody in it is missed. The file is made by tools/geocodes.py.

Source: KDE/foss-public-alert-server, from Meteoalarm and the National Weather Service. See SOURCES.md.
"""

import gzip
import itertools
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec

from tocsin.places.geometry import Ring
from tocsin.places.named import folded

LISTS = ("SAME", "UGC", "EMMA_ID", "NUTS3", "FIPS")
"""The lists, by the names that CAP messages give them (valueName)."""

_CALLED = {re.sub(r"[\W_]", "", name).upper(): name for name in LISTS} | {"FIPS6": "SAME", "NUTS": "NUTS3"}
"""What else a list is called, in capitals, without spaces and strokes.

Source: the National Weather Service's messages of CAP 1.1 call FIPS6 what its Instruction 10-1712 and its messages of 1.2 call
SAME, six digits, PSSCCC. Meteoalarm calls its list EMMA_ID, and services that send to it emma_id. NUTS, without a level, is any
(Regulation (EC) No 1059/2003); our list has the third, whose codes have five signs, as no other's.
"""


class Coded(msgspec.Struct, frozen=True):
    """An area of a list. name: as the list calls it; empty where it does not."""

    system: str
    code: str
    name: str
    rings: tuple[Ring, ...]


@cache
def _lines() -> dict[tuple[str, str], tuple[str, str]]:
    text = gzip.decompress(files("tocsin.places").joinpath("geocodes.tsv.gz").read_bytes()).decode()
    rows = (line.split("\t") for line in text.splitlines())
    return {(system, code): (name, drawn) for system, code, name, drawn in rows}


def list_called(name: str) -> str | None:
    """Return which of our lists a message means; None if it is none of them."""
    return _CALLED.get(re.sub(r"[\W_]", "", name[:40]).upper())


def coded(system: str, code: str) -> Coded | None:
    """Return the area of a code; None where the list has none of it, or is none of ours. system: as a message calls the list."""
    system = list_called(system) or ""
    found = _lines().get((system, code.strip().upper()))
    if found is None:
        return None
    name, drawn = found
    if drawn.startswith("="):
        other = _lines()[tuple(drawn[1:].split(":", 1))]  # type: ignore[index]  # two parts
        name, drawn = name or other[0], other[1]
    return Coded(system, code.strip().upper(), name, tuple(_ring(part) for part in drawn.split(";")))


def named(system: str, name: str) -> Sequence[str]:
    """Return the codes of a list whose areas are called so."""
    wanted = folded(name)
    return _by_name(system).get(wanted, ()) if wanted else ()


@cache
def _by_name(system: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for one, code in _lines():
        if one == system and (area := coded(one, code)) is not None:
            for name in {folded(area.name), folded(area.name.rpartition(",")[0])} - {""}:
                found.setdefault(name, []).append(code)
    return {name: tuple(codes) for name, codes in found.items()}


def _ring(packed: str) -> Ring:
    steps = [int(one) for one in packed.split(",")]
    lats, lons = itertools.accumulate(steps[::2]), itertools.accumulate(steps[1::2])
    points = tuple((lat / 1000, lon / 1000) for lat, lon in zip(lats, lons, strict=True))
    return (*points, points[0])
