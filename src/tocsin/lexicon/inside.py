"""One word inside another: what a word tells of itself, and what it asks of others, where languages write more on to a word.

Mühlenhof stands in Mühlenhofgelände, Сидорова in Сидоровой, كركوس in وبكركوس. What asks and what tells differ, for a word in a longer
one is a find, and two long words with one part in common are none. Pure.
"""

from collections.abc import Iterator
from functools import lru_cache

from tocsin.lexicon.terms import KNOWN_WORDS, bare, is_cased

_LEAST_NAME = 5
"""Letters of a name that is looked for inside others, or that others begin like; shorter ones stand in too many."""

_LONGEST_ENDING = 3
_LONGEST = 40  # letters of a word that is looked into

# Letters of a run that tells something, where nothing shows which words are names: by the letters that a script has.
_RUN, _RUN_OF_SYLLABLES, _RUN_OF_CONSONANTS = 5, 3, 4


@lru_cache(maxsize=KNOWN_WORDS)
def asked(word: str) -> frozenset[str]:
    """Return what stands elsewhere if a word, or what begins like it, stands there as a part. word: folded; a name where it can be one."""
    if is_cased(word):
        return frozenset((*_beginnings(word), *(f"whole {one}" for one in _parts(word)), f"part {word}"))
    return frozenset(_runs(word))


@lru_cache(maxsize=KNOWN_WORDS)
def told(word: str) -> frozenset[str]:
    """Return what stands where a word does, for those who ask."""
    if is_cased(word):
        whole = (f"whole {word}",) if len(word) >= _LEAST_NAME else ()
        return frozenset((*_beginnings(word), *(f"part {one}" for one in _parts(word)), *whole))
    return frozenset(_runs(word))


def _beginnings(word: str) -> Iterator[str]:
    for length in range(max(_LEAST_NAME, len(word) - _LONGEST_ENDING), min(len(word), _LONGEST) + 1):
        yield f"begins {word[:length]}"


def _parts(word: str) -> Iterator[str]:
    """Yield what a word begins and ends with that could be a name."""
    for length in range(_LEAST_NAME, min(len(word), _LONGEST)):
        yield word[:length]
        yield word[-length:]


def _runs(word: str) -> Iterator[str]:
    core = bare(word)
    length = (
        _RUN_OF_SYLLABLES
        if "\u1200" <= word[0] <= "\u139f"
        else _RUN_OF_CONSONANTS
        if "\u0590" <= word[0] <= "\u08ff"
        else _RUN
    )
    for start in range(min(len(core), _LONGEST) - length + 1):
        yield f"run {core[start : start + length]}"
