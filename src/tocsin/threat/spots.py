"""Where a name may lie: the towns of a place that is only named, in whatever language and case, and those that a text names.

The gazetteer knows towns of 15,000 people or more. A name that several have is narrowed by a point and a country where they are
known; what cannot be told apart is kept, and said to be unsure.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import merge
from itertools import product

import msgspec

from tocsin.lexicon.place_words import may_be
from tocsin.lexicon.target_words import words_in
from tocsin.lexicon.terms import KNOWN_WORDS
from tocsin.places.basemap import Town, nearby
from tocsin.places.geometry import distance_m
from tocsin.places.named import Found, find, folded, may_be_named, towns_named
from tocsin.threat.towns import towns_within

Point = tuple[float, float]

NEAR_M = 50_000.0
"""How far from a place that is only a point an incident counts as there."""

RIVAL = 100_000
"""People of a town that may be meant although another of its name is by far the largest, such as London in Ontario."""

LONGEST = 1_000
"""Characters of a text that are looked at: what comes later is seldom where it happened."""

MOST_NAMES = 8
"""Towns that a text may name: one that names more tells of the world."""

LONGEST_NAME = 4  # words
MOST_TOWNS = 1_000  # that are near a point; nowhere are there so many
KNOWN_NAMES = 5_000  # and texts, that are kept with what they mean

_WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u00ad\u0640\u200b-\u200f\u2060\u0300-\u036f\u064b-\u0655\u0670]|['’ʼ](?=[^\W_]))*"
)
_JOINS = re.compile(r"[ \t\u00a0-]+")
_APOSTROPHE = re.compile(r"['’ʼ]")
_OPENS = re.compile(r"(?:^|[.!?:;\n…؟])[\s\"'«“„(¿¡]*$")
_SHORTEST = 3  # letters of a name that a text is searched for
_SHORTEST_WITHIN = 2  # where nothing parts words


class Spot(msgspec.Struct, frozen=True, gc=False):
    """The middle of a town that may be meant. name: as it stands in the text. is_sure: no other is likely to be meant."""

    point: Point
    country: str
    name: str
    is_sure: bool


def spots(name: str, country: str = "", point: Point | None = None) -> tuple[Spot, ...]:
    """Return the towns that the name of a place may mean. country, point: where it lies, if that is known."""
    return _spots(name[:LONGEST], country, point)


def spots_in(text: str, country: str = "") -> tuple[Spot, ...]:
    """Return the towns that a text may name. Where its script has capitals, what has none is no name."""
    return _spots_in(text[:LONGEST], country)


@lru_cache(maxsize=KNOWN_NAMES)
def _spots(name: str, country: str, point: Point | None) -> tuple[Spot, ...]:
    towns = _found(name, country).towns or (_found(name).towns if country else ())
    if towns:
        return _meant(name, towns, country, point)
    return tuple(one for said, towns in _named(name, is_name=True) for one in _meant(said, towns, country, point))


@lru_cache(maxsize=KNOWN_NAMES)
def _spots_in(text: str, country: str) -> tuple[Spot, ...]:
    return tuple(one for said, towns in _named(text, is_name=False) for one in _meant(said, towns, country, None))


def country_of(found: Sequence[Spot]) -> str:
    """Return the country in which all the towns lie that are surely meant; empty, if there is none or they lie in several."""
    countries = {one.country for one in found if one.is_sure}
    return countries.pop() if len(countries) == 1 else ""


def country_called(name: str) -> str:
    """Return the country that a name says, by its English name or its code, where it says no town."""
    return _found(name[:LONGEST]).country


@lru_cache(maxsize=KNOWN_NAMES)
def country_at(point: Point) -> str:
    """Return the country in which all the towns lie that are near a point; empty, where there is none or a border is near."""
    countries = {one.town.country for one in nearby(point, NEAR_M / 1_000, MOST_TOWNS)}
    return countries.pop() if len(countries) == 1 else ""


@lru_cache(maxsize=KNOWN_NAMES)
def _found(name: str, country: str = "") -> Found:
    return find(name, country)


def are_near(one: Point, other: Point) -> bool:
    """Say whether two points count as one place."""
    # A degree of latitude is some 111 km everywhere: most places are out of the question before anything is measured.
    return abs(one[0] - other[0]) <= NEAR_M / 110_000 and distance_m(one, other) <= NEAR_M


def _meant(said: str, towns: tuple[Town, ...], country: str, point: Point | None) -> tuple[Spot, ...]:
    """Return which of the towns of one name may be meant, the largest first."""
    if point is not None and (near := [town for town in towns if are_near(town.point, point)]):
        return tuple(Spot(town.point, town.country, said, is_sure=True) for town in near)
    there = tuple(town for town in towns if town.country == country) if country else towns
    surely = Found(towns=there).surely if point is None else None
    kept = (there or towns) if surely is None else (surely, *(one for one in there if one.population >= RIVAL))
    return tuple(Spot(town.point, town.country, said, is_sure=town is surely) for town in dict.fromkeys(kept))


def _named(text: str, *, is_name: bool) -> Iterator[tuple[str, tuple[Town, ...]]]:
    """Yield what of a text may name towns, as it stands, with these towns; the longer name before the shorter."""
    found = merge(_between_spaces(text, is_name=is_name), _within_words(text), key=_longest_first)
    last = names = 0
    for start, end, towns in found:
        if start >= last:
            yield text[start:end], towns
            last, names = end, names + 1
        if names == MOST_NAMES:
            return


def _longest_first(found: tuple[int, int, tuple[Town, ...]]) -> tuple[int, int]:
    start, end, _towns = found
    return start, -end


def _between_spaces(text: str, *, is_name: bool) -> Iterator[tuple[int, int, tuple[Town, ...]]]:
    words = list(_WORD.finditer(text))
    first = 0
    while first < len(words):
        last, towns = _longest(text, words[first : first + LONGEST_NAME], is_name=is_name)
        if towns:
            yield words[first].start(), words[first + last - 1].end(), towns
        first += max(last, 1)


def _within_words(text: str) -> Iterator[tuple[int, int, tuple[Town, ...]]]:
    """Yield the towns in what nothing parts. Of two characters many a plain word is, too: the name of a city has them."""
    for start, end, name in towns_within(text):
        towns = towns_named(name)
        if end - start > _SHORTEST_WITHIN or towns[0].population >= RIVAL:
            yield start, end, towns


def _longest(text: str, words: Sequence["re.Match[str]"], *, is_name: bool) -> tuple[int, tuple[Town, ...]]:
    """Return of how many words the longest name of a town is with which some words begin, and the towns."""
    if not is_name and _without_apostrophe(words[0][0])[0].islower():
        return 0, ()
    joined = 1
    while joined < len(words) and _JOINS.fullmatch(text[words[joined - 1].end() : words[joined].start()]):
        joined += 1
    for many in range(joined, 0, -1):
        if many == 1 and _says_nothing(text, words[0], is_name=is_name):
            continue
        if towns := _towns(tuple(word[0] for word in words[:many])):
            return many, towns
    return 0, ()


def _says_nothing(text: str, word: "re.Match[str]", *, is_name: bool) -> bool:
    """Say whether one word is none that a text would call a town by: Beni is a town in the middle of a sentence alone."""
    if len(folded(word[0])) < _SHORTEST:
        return True
    if word[0][0].isupper() and not is_name and not text.isupper() and not _OPENS.search(text[: word.start()]):
        return False
    said = next(words_in(word[0]), None)
    return said is None or bool(said.classes)


@lru_cache(maxsize=KNOWN_WORDS)
def _towns(words: tuple[str, ...]) -> tuple[Town, ...]:
    """Return the towns that words may name: as they stand, or else unbent, both of two of them, the first or the last of more."""
    whole = folded(" ".join(words))
    if may_be_named(whole) and (towns := towns_named(whole)):
        return towns
    bare = [folded(_without_apostrophe(word)) for word in words]
    if not all(bare) or len(bare[-1]) < _SHORTEST:
        return ()
    tries = (name for name in dict.fromkeys(_tries(bare)) if len(name) >= _SHORTEST and may_be_named(name))
    found = dict.fromkeys(town for name in tries for town in towns_named(name))
    return tuple(sorted(found, key=lambda town: -town.population))


def _tries(words: Sequence[str]) -> Iterator[str]:
    first, *between, last = (words[0], *words[1:-1], words[-1]) if len(words) > 1 else ("", words[0])
    if len(words) <= 2:
        yield from (" ".join(parts).strip() for parts in product(may_be(first) if first else ("",), may_be(last)))
        return
    yield from (" ".join((first, *between, one)) for one in may_be(last))
    yield from (" ".join((one, *between, last)) for one in may_be(first))


def _without_apostrophe(word: str) -> str:
    """Return a word without what hangs on an apostrophe: Kerman of Kerman'da, Alep of d'Alep."""
    before, *after = _APOSTROPHE.split(word, maxsplit=1)
    return before if not after or len(before) >= _SHORTEST else after[0]
