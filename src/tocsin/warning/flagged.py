"""The check of words: what in a text can only have come from material that is stricter than the text.

What it does not know it flags rather once too often: a word is looked for loosely where it may not come from, and strictly where
it may.
"""

from array import array
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat

import msgspec

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.lexicon.terms import KNOWN_WORDS, Term, TermKind, read, said_in, stands, terms, tongue_of
from tocsin.places.named import towns_named
from tocsin.warning.material import Material, is_stricter

KNOWN_TEXTS = 10_000
"""So many texts are read once for a check and kept, at one kilobyte each: a text is checked anew while it is written."""

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
        (name, _only_time(term) if name == UNTIL else _dated(term, dates))
        for name, text in texts.items()
        for term in _terms(text, languages.get(name, "en"))
    ]
    wanted = {hash(hint) for _name, term in said for hint in term.hints}
    each = [(one, is_stricter(one, mark, recipients, leaves_us=leaves_us)) for one in material]
    whence = _whence([one for one, stricter in each if stricter], wanted)
    maybe = [(name, term, sources) for name, term in said if (sources := _sources(term, whence))]
    free = _free_to_say(one for one, stricter in each if not stricter) if maybe else frozenset()
    return tuple(
        Flag(
            field=name,
            start=term.start,
            end=term.end,
            text=term.text,
            kind=term.kind,
            key=term.key,
            sources=sources,
            hints=term.hints,
        )
        for name, term, sources in maybe
        if free.isdisjoint(map(hash, term.said))
    )


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


def _free_to_say(material: Iterable[Material]) -> frozenset[int]:
    """Return what stands in material that may go as far as the notice."""
    said: set[_Said] = set().union(*(_known(one.texts, one.language) for one in material))
    return frozenset(stands for one in said for stands in one.stands)


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
    placed = _placed(term)
    return _hashed(stands([placed]), placed.hints, by_capital=placed.kind in _BY_CAPITAL)


def _hashed(stands: frozenset[str], hints: frozenset[str], *, by_capital: bool = False) -> _Said:
    return _Said(array("q", [*map(hash, stands)]), array("q", [*map(hash, hints)]), by_capital)


_BY_CAPITAL = frozenset({TermKind.PLACE, TermKind.TIME})
_NOTHING = _hashed(frozenset(), frozenset())


def stands_there(text: str, language: str, found: Iterable[Flag]) -> tuple[tuple[int, int], ...]:
    """Return where in a text that a notice rests on these flagged pieces of the notice may have come from."""
    hints = {hint for one in found for hint in one.hints}
    return tuple((term.start, term.end) for term in _terms(text, language, common=True) if term.hints & hints)


def _sources(term: Term, whence: Mapping[int, list[Id]]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(id for hint in sorted(term.hints) for id in whence.get(hash(hint), ())))


def _terms(text: str, language: str, *, common: bool = False) -> list[Term]:
    return [_placed(term) for term in terms(text, language, common=common)]


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
    found = (towns_named(one) for one in dict.fromkeys(tries) if len(one) >= _SHORTEST_TOWN)
    towns = next((towns for towns in found if towns), ())[:_MOST_TOWNS]
    return frozenset(f"place {town.name} {town.country}" for town in towns)
