"""Towns in a text whose words nothing parts: 莫斯科 is Moscow, wherever in a sentence it stands."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from tocsin.lexicon import runs
from tocsin.places.named import names_from

_FIRST = "\u0e00"  # no script before Thai writes its words together
_RUNS = (4, 3, 2)  # letters of which the first run of a name may be


class _Name(NamedTuple):
    """A name of a town, its letters as they compare, and the runs of these."""

    name: str
    letters: str
    runs: frozenset[str]


def towns_within(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the names of towns in a text where nothing parts its words, from where to where: of several there the longest."""
    for stretch in runs.stretches(text) if runs.has_unparted(text) else ():
        at = 0
        while at < len(stretch.letters):
            found = next(_names_at(stretch.letters, at), None)
            if found is None:
                at += 1
                continue
            last = at + len(found.letters)
            yield *stretch.place(text, at, last), found.name
            at = last


def _names_at(letters: str, at: int) -> Iterator[_Name]:
    """Yield the names that stand somewhere, the longest first."""
    names = _names()
    every = [one for length in _RUNS for one in names.get(letters[at : at + length], ())]
    return (one for one in sorted(every, key=_length, reverse=True) if letters.startswith(one.letters, at))


def _length(one: _Name) -> int:
    return len(one.letters)


def towns_in(texts: Iterable[str], said: frozenset[str]) -> Iterator[str]:
    """Yield the names of towns in texts, without saying where. said: the runs of these texts, of which each run of a name is one."""
    for first in said & _first_runs():
        yield from (one.name for one in _names()[first] if one.runs <= said and _stands(one, texts, said))


def _stands(one: _Name, texts: Iterable[str], said: frozenset[str]) -> bool:
    """Say whether a name stands there in one piece: of a longer one each run may stand somewhere else."""
    return one.letters in said or any(
        one.letters in stretch.letters for text in texts for stretch in runs.stretches(text)
    )


@cache
def _first_runs() -> frozenset[str]:
    return frozenset(_names())


@cache
def _names() -> dict[str, tuple[_Name, ...]]:
    """Return the names that nothing parts, by their first run."""
    found: dict[str, list[_Name]] = {}
    for name in names_from(_FIRST):
        letters = runs.letters_in(name)
        if runs.tell_enough(letters) and runs.is_unparted(name):
            every = runs.cut(letters)
            found.setdefault(every[0], []).append(_Name(name, letters, frozenset(every)))
    return {first: tuple(names) for first, names in found.items()}
