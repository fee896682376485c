"""Finds towns by their names, in any language and script that GeoNames knows them in. It reads its own file once and keeps it.

Source: GeoNames, CC BY 4.0. See SOURCES.md.
"""

import io
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from tocsin.places.basemap import Town, nearby, packaged, towns
from tocsin.places.countries import country_name, country_names
from tocsin.places.geometry import Point, distance_m

_STRETCH = 2_000  # bytes of the names, that are searched through
LONGEST = 200  # characters of a name
NEAR_KM = 100
REACH_M = 10_000  # how far off the middle of a town somebody may be who is in it
THEREABOUTS_M = 30_000  # a town, and a part of it that has its name
FAR_LARGER = 10
"""So many times as many people as in the next town of its name, and a town is meant where nobody can be asked."""

_SIEVE = 2**21  # places: eight for each name

# Letters that are one and the same to whoever reads, and not to a keyboard.
_ALIKE = str.maketrans(
    {"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
)
# States of the United States that are written as a country is. Source: ISO 3166-1 alpha-2; USPS Publication 28, B.
_STATES = frozenset("al ar az ca co de ga id il in ky la ma md me mn mo ms mt nc ne pa sc sd tn va georgia".split())
_BETWEEN = re.compile(r"[,;/|()\n،、，]")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a text may mean: towns, the largest first. country: which it names, where it names no town in it."""

    towns: tuple[Town, ...] = ()
    country: str = ""

    @property
    def surely(self) -> Town | None:
        """Return the town that is meant where nobody can be asked: the only one thereabouts, or by far the largest."""
        if not self.towns:
            return None
        first, *others = self.towns
        rivals = (one for one in others if distance_m(first.point, one.point) > THEREABOUTS_M)
        return first if all(first.population > FAR_LARGER * one.population for one in rivals) else None


def folded(name: str) -> str:
    """Return a name without what people leave out: capitals, accents, vowel points, hyphens and the like."""
    if name.isascii() and name.isalnum():
        return name.lower()
    plain = unicodedata.normalize("NFKD", name.casefold())
    kept = (letter if unicodedata.category(letter)[0] in "LNM" else " " for letter in plain if not _is_mark(letter))
    return " ".join("".join(kept).translate(_ALIKE).split())


def _is_mark(letter: str) -> bool:
    return unicodedata.combining(letter) != 0 or letter in "ـ\u200c\u200d"


def find(text: str, country: str = "") -> Found:
    """Find the towns that a text may mean: "Vienna", "Hotel Sacher, 1010 Wien, Austria", "فيينا".

    Of several parts the last that names a town counts: addresses run from small to large. country: where it must lie, by
    its code; empty: where the last part says, by the English name of a country or its code.
    """
    parts = [part.strip() for part in _BETWEEN.split(text[:LONGEST]) if part.strip()]
    lands = (country,) if country else _lands(parts[-1]) if parts else ()
    before = parts if country or len(parts) == 1 else parts[:-1]
    if found := _last_named(before, lands) if lands else _last_named(parts, ()):
        return Found(towns=found)
    return Found(country=lands[0]) if len(lands) == 1 else Found()


def _last_named(parts: Sequence[str], lands: Sequence[str]) -> tuple[Town, ...]:
    tries = (found for part in reversed(parts) for one in (part, _without_numbers(part)) if (found := towns_named(one)))
    within = (tuple(town for town in found if not lands or town.country in lands) for found in tries)
    return next((found for found in within if found), ())


def _without_numbers(part: str) -> str:
    """Return a part of an address without its postal code."""
    return " ".join(word for word in part.split() if not any(letter.isdigit() for letter in word))


def towns_named(name: str) -> tuple[Town, ...]:
    """Return the towns that go by a name, the largest first."""
    every = towns()
    there = (every[number] for number in _numbers(folded(name[:LONGEST])))
    return tuple(sorted(there, key=lambda town: -town.population))


def may_be_named(name: str) -> bool:
    """Say whether a town may go by a folded name; of ten names that none goes by, nine are told at once. For who asks for many."""
    return bool(_sieve()[hash(name.encode()) % _SIEVE])


def names_from(first: str) -> Iterator[str]:
    """Yield the folded names of towns that begin with a letter or with one that comes behind it."""
    text = _names()
    start = text.find(b"\n" + first.encode()[:1]) + 1  # the names stand in the order of their bytes
    names = (line.partition(b"\t")[0].decode() for line in text[start:].splitlines())
    yield from (name for name in names if name >= first)


@cache
def _sieve() -> bytearray:
    sieve = bytearray(_SIEVE)
    for line in io.BytesIO(_names()):
        sieve[hash(line.rstrip(b"\n").partition(b"\t")[0]) % _SIEVE] = 1
    return sieve


def label(town: Town) -> str:
    """Return a town as it is told from others."""
    return f"{town.name}, {country_name(town.country)}"


def larger_near(town: Town) -> Town | None:
    """Return the largest town round one, by which it is told from others of its name; None where it is itself the largest."""
    largest = nearby(town.point, NEAR_KM, 1, largest_first=True)[0].town
    return largest if largest.population > town.population else None


def town_at(point: Point) -> Town | None:
    """Return the town of which this is the middle."""
    return next((one.town for one in nearby(point, 0.1, 1)), None)


def _lands(text: str) -> tuple[str, ...]:
    """Return the countries that a text may name, by their codes. CA may be Canada or California."""
    code = _codes().get(folded(text), "")
    return (code, "US") if folded(text) in _STATES else (code,) if code else ()


@cache
def _codes() -> dict[str, str]:
    codes = {code.lower(): code for code, _ in country_names()}
    return codes | {folded(name): code for code, name in country_names()} | {"usa": "US", "uk": "GB"}


@cache
def _names() -> bytes:
    return packaged("names.tsv.gz")


@cache
def _stretches() -> tuple[list[bytes], list[int]]:
    """Return where the names are cut into stretches, by the name that each begins with, and the end."""
    text = _names()
    starts = sorted({text.rfind(b"\n", 0, about) + 1 for about in range(0, len(text), _STRETCH)})
    return [text[start : text.index(b"\t", start)] for start in starts], [*starts, len(text)]


def _numbers(name: str) -> list[int]:
    """Return the numbers of the towns that go by a folded name, read in the one stretch of names in which it could stand."""
    keys, starts = _stretches()
    number = bisect_right(keys, wanted := name.encode()) - 1
    if not wanted or number < 0:
        return []
    text, first, after = _names(), starts[number], starts[number + 1]
    if not text.startswith(wanted + b"\t", first):
        first = text.find(b"\n" + wanted + b"\t", first, after) + 1
        if not first:
            return []
    return [int(one) for one in text[first : text.index(b"\n", first)].split(b"\t")[1:]]
