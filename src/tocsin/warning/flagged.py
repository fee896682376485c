"""The check of words: what in a text can only have come from material that is stricter than the text.

What it does not know it flags rather once too often: a word is looked for loosely where it may not come from, and strictly where
it may.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import TypeVar

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.lexicon.inside import asked, told
from tocsin.lexicon.terms import KNOWN_WORDS, RUN, Term, TermKind, is_cased, read, said_in, stands, terms, tongue_of
from tocsin.places.named import towns_named
from tocsin.threat.towns import towns_in, towns_within
from tocsin.warning.material import Material, is_stricter

KNOWN_TEXTS = 10_000
"""So many texts are read once for a check and kept, at one kilobyte each, and at sixteen bytes a letter where nothing parts words."""

_KNOWN_SAID = 50_000  # words of 0.4 kilobytes each: five thousand reports say some thirty thousand different ones
_MOST_TOWNS = 3  # of one name; whoever writes of a fourth flags its name all the same
_SHORTEST_TOWN = 4

UNTIL = "until"
"""The field in which a text says until when it holds: every recipient reads that too."""


class Flag(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of a notice that stands in stricter material alone. field: where, "what" or "2.what"; sources: in what else.

    Or how likely it says that it is, where that rests on such material. hints: as what it may stand there.
    """

    field: str
    start: int
    end: int
    text: str
    kind: TermKind
    key: str
    sources: tuple[Id, ...]
    hints: frozenset[str] = frozenset()


def flags(
    texts: Mapping[str, str],
    languages: Mapping[str, str],
    mark: Mark,
    recipients: Collection[Id],
    material: Iterable[Material],
    near: tuple[datetime, datetime] | None = None,
    *,
    leaves_us: bool = False,
) -> tuple[Flag, ...]:
    """Return what of these texts stands in stricter material alone, in the order of the texts.

    languages: of the fields that are not in English. near: from when to when it holds, so that Saturday is a date.
    """
    dates = _dates_near(near) if near is not None else ()
    said = [
        _Asked(name, _only_time(term) if name == UNTIL else _dated(term, dates))
        for name, text in texts.items()
        for term in _terms(text, languages.get(name, "en"))
    ]
    wanted = {hash(hint) for one in said for hint in one.hints}
    each = [(one, is_stricter(one, mark, recipients, leaves_us=leaves_us)) for one in material]
    whence = _whence([one for one, stricter in each if stricter], wanted)
    maybe = [one for one in said if any(hash(hint) in whence for hint in one.hints)]
    asks = {hash(form) for one in maybe for form in (*one.term.said, *one.parts)}
    free = _free_to_say((one for one, stricter in each if not stricter), asks) if maybe else frozenset()
    found = [flag for one in maybe if (flag := _flag(one, whence, free)) is not None]
    return tuple(
        one for name, text in texts.items() for one in _whole([flag for flag in found if flag.field == name], text)
    )


class _Asked:
    """A term of a text, and what of it is asked about. parts: what may stand inside other words, each free to say by itself."""

    def __init__(self, field: str, term: Term) -> None:
        self.field, self.term = field, term
        self.parts = term.hints if term.key.startswith(RUN) else _inside(term, asked)
        self.hints = term.hints | self.parts


def _inside(term: Term, said: Callable[[str], frozenset[str]]) -> frozenset[str]:
    """Return what a word says of words that it may stand in, or that may stand in it: of a name, or of one that may be one."""
    kind, _, word = term.key.partition(" ")
    may_be_name = kind == "name" or (kind == "word" and (term.text != term.text.lower() or not is_cased(term.text)))
    return said(word) if may_be_name else frozenset()


def _flag(one: _Asked, whence: Mapping[int, list[Id]], free: frozenset[int]) -> Flag | None:
    """Return a term as it is flagged; None: it may be said."""
    term = one.term
    if not free.isdisjoint(map(hash, term.said)):
        return None
    hints = frozenset(hint for hint in one.hints if hint not in one.parts or hash(hint) not in free)
    sources = _sources(hints, whence)
    return None if not sources else Flag(
        field=one.field, start=term.start, end=term.end, text=term.text, kind=term.kind, key=term.key, sources=sources, hints=hints,
    )  # fmt: skip


def _whole(found: Iterable[Flag], text: str) -> Iterator[Flag]:
    """Yield the flags of a text, as one those that overlap: a word that a hyphen breaks and its halves, runs and what they run into."""
    for first, *more in _overlapping(found):
        end = max((first.end, *(one.end for one in more)))
        stands = text[first.start : end]
        # What was let stay is known by its key: that of a part must not let the whole stay.
        is_known = first.end == end and not first.key.startswith(RUN)
        key = first.key if is_known else f"word {''.join(stands.split()).casefold()}"
        sources = dict.fromkeys((*first.sources, *(id for one in more for id in one.sources)))
        hints = first.hints.union(*(one.hints for one in more))
        yield msgspec.structs.replace(first, end=end, text=stands, key=key, sources=tuple(sources), hints=hints)


_Piece = TypeVar("_Piece", Flag, Term)


def _overlapping(found: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield pieces of a text in the order in which they stand, together those that overlap."""
    group: list[_Piece] = []
    end = 0
    for one in sorted(found, key=lambda piece: (piece.start, -piece.end, piece.key.startswith(RUN))):
        if group and one.start >= end:
            yield group
            group = []
        group.append(one)
        end = max(end, one.end)
    if group:
        yield group


_DAYS_AROUND = timedelta(days=7)
_MOST_DAYS = 35


def _dates_near(near: tuple[datetime, datetime]) -> tuple[tuple[str, str], ...]:
    """Return the dates about a window, each with its day of the week."""
    first, last = (near[0] - _DAYS_AROUND).date(), (near[1] + _DAYS_AROUND).date()
    every = (first + timedelta(days=number) for number in range(min((last - first).days + 1, _MOST_DAYS)))
    return tuple((f"time {one:%m-%d}", f"time day {one.isoweekday()}") for one in every)


def _only_time(term: Term) -> Term:
    """Return when a notice ends, without the numbers in it: it has some whatever it rests on."""
    return msgspec.structs.replace(term, hints=frozenset(one for one in term.hints if one.startswith("time ")))


def _dated(term: Term, dates: tuple[tuple[str, str], ...]) -> Term:
    """Return a date or a day of the week as either of the two."""
    if term.kind is not TermKind.TIME or not dates:
        return term
    also = {other for date, day in dates for one, other in ((date, day), (day, date)) if one == term.key}
    return msgspec.structs.replace(term, hints=term.hints | also) if also else term


def _whence(material: Iterable[Material], wanted: set[int]) -> dict[int, list[Id]]:
    """Return in which material these may stand."""
    said = [(one.id, _known((*one.texts, *one.noted), one.language)) for one in material]
    may_be = {one for one in set().union(*(every for _id, every in said)) if not wanted.isdisjoint(one.hints)}
    found: dict[int, list[Id]] = {}
    for id, every in said:
        for hint in wanted.intersection(hint for one in may_be.intersection(every) for hint in one.hints):
            found.setdefault(hint, []).append(id)
    return found


def _free_to_say(material: Iterable[Material], asks: set[int]) -> frozenset[int]:
    """Return which of these stand in material that may go as far as the notice."""
    said: set[_Said] = set().union(*(_known(one.texts, one.language) for one in material))
    return frozenset(stands for one in said for stands in asks.intersection(one.stands))


class _Said(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What a word says, strictly and loosely, as the hashes of it: one for all texts that it stands in.

    by_capital: it may say so for its capital alone, which a word at the head of a sentence has as well.
    """

    stands: "array[int]"
    hints: "array[int]"
    by_capital: bool = False


@lru_cache(maxsize=KNOWN_TEXTS)
def _known(texts: tuple[str, ...], language: str) -> tuple[_Said, ...]:
    """Return what stands in texts, and what may: those of a few thousand reports are kept so."""
    tongue = tongue_of(language)
    said = said_in(texts, language)
    found = {*map(_within, said.within, repeat(tongue)), *(_opening(one, tongue) for one in said.opening)}
    if said.numeric:
        hints = frozenset(hint for one in said.numeric for hint in one.hints)
        found.add(_hashed(stands(said.numeric), hints))
    if said.runs:
        hints = frozenset(f"{RUN}{one}" for one in said.runs).union(*map(_where, towns_in(texts, said.runs)))
        found.add(_hashed(hints, hints))
    return tuple(found)


@lru_cache(maxsize=_KNOWN_SAID)
def _within(word: str, tongue: str) -> _Said:
    term = read(word, tongue, opens=False)
    return _NOTHING if term is None else _placed_and_hashed(term)


def _opening(word: str, tongue: str) -> _Said:
    """Return what a word says that only opens sentences: perhaps it is no name, so that no place or month stands there."""
    known = _within(word, tongue)
    term = read(word, tongue, opens=True) if known.by_capital else None
    return known if term is None else _placed_and_hashed(term)


def _placed_and_hashed(term: Term) -> _Said:
    placed, inside = _placed(term), _inside(term, told)
    return _hashed(stands([placed]) | inside, placed.hints | inside, by_capital=placed.kind in _BY_CAPITAL)


def _hashed(stands: frozenset[str], hints: frozenset[str], *, by_capital: bool = False) -> _Said:
    return _Said(array("q", [*map(hash, stands)]), array("q", [*map(hash, hints)]), by_capital)


_BY_CAPITAL = frozenset({TermKind.PLACE, TermKind.TIME})
_NOTHING = _hashed(frozenset(), frozenset())


def stands_there(text: str, language: str, found: Iterable[Flag]) -> tuple[tuple[int, int], ...]:
    """Return where in a text that a notice rests on these flagged pieces of the notice may have come from."""
    hints = {hint for one in found for hint in one.hints}
    every = (one for one in _terms(text, language, common=True) if (one.hints | _inside(one, told)) & hints)
    return tuple((group[0].start, max(one.end for one in group)) for group in _overlapping(every))


def _sources(hints: Iterable[str], whence: Mapping[int, list[Id]]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(id for hint in sorted(hints) for id in whence.get(hash(hint), ())))


def _terms(text: str, language: str, *, common: bool = False) -> list[Term]:
    return [*(_placed(term) for term in terms(text, language, common=common)), *_towns(text)]


def _towns(text: str) -> Iterator[Term]:
    """Yield the towns that stand in a text where nothing parts its words."""
    for start, end, name in towns_within(text):
        said, where = text[start:end], _where(name)
        yield Term(TermKind.PLACE, start, end, said, f"place {''.join(said.split())}", where, where)


@lru_cache(maxsize=KNOWN_WORDS)
def _where(name: str) -> frozenset[str]:
    """Return the places that go by a name, each by its own name and country."""
    return frozenset(f"place {town.name} {town.country}" for town in towns_named(name)[:_MOST_TOWNS])


def _placed(term: Term) -> Term:
    """Return a name as the place that it is, where it is one: Moskau and Москва are the same."""
    is_cased = term.text.lower() != term.text.upper()
    if not term.key.startswith("name ") and (is_cased or not term.key.startswith("word ")):
        return term
    word = term.key.partition(" ")[2]
    stem = next((one.removeprefix("stem ") for one in term.hints if one.startswith("stem ")), word)
    where = _places(word, stem)
    if not where:
        return term
    hints = term.hints | where
    if term.kind is TermKind.WORD:  # it opens a sentence, or its script knows no capitals: perhaps a place
        return msgspec.structs.replace(term, hints=hints)
    return msgspec.structs.replace(term, kind=TermKind.PLACE, said=term.said | where, hints=hints)


@lru_cache(maxsize=KNOWN_WORDS)
def _places(word: str, stem: str) -> frozenset[str]:
    """Return the places that a name is, each by its name and country."""
    tries = (
        (word, stem, f"{stem}а", f"{stem}ь")
        if "\u0400" <= word[:1] <= "\u04ff"
        else (word, stem)
        if word != stem and not word.isascii()
        else (word,)
    )
    found = (_where(one) for one in dict.fromkeys(tries) if len(one) >= _SHORTEST_TOWN)
    return next((places for places in found if places), frozenset())
