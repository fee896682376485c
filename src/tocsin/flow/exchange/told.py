"""The words of what is held back, found again in what would leave.

Somebody who assesses a case has read more than they may pass on. A name or a number that stands only in stricter material
gives it away, whatever the mark on the text.
"""

import re
import unicodedata
from functools import lru_cache

from tocsin.lexicon import runs
from tocsin.lexicon.folding import folded
from tocsin.lexicon.letters import MARKS, UNPARTED, UNSEEN
from tocsin.lexicon.terms import KNOWN_WORDS, is_cased

_LETTER = rf"[^\W_{UNPARTED}]"
_PIECE = rf"{_LETTER}+(?:[{UNSEEN}{MARKS}]+{_LETTER}*)*"
_WORD = re.compile(rf"{_PIECE}(?:['’.:/-]{_PIECE})*")
_BETWEEN = re.compile(r"['’.:/-]")
SHORTEST = 3


def telling(text: str) -> set[str]:
    """Return the words of a text that may give something away: names, numbers, and all of a script that has no capitals.

    Of a script that parts no words, the runs of letters in which there are some.
    """
    return {_compared(word) for word in set(_WORD.findall(text)) if _is_telling(word)} - {""} | _runs(text)


def words_of(text: str) -> set[str]:
    """Return all words of a text."""
    written = set(_WORD.findall(text))
    return {_compared(one) for word in written for one in (word, *_BETWEEN.split(word))} - {""} | _runs(text)


def _runs(text: str) -> set[str]:
    return runs.runs_in(text) if runs.has_unparted(text) else set()


def _is_telling(word: str) -> bool:
    if word.isascii() and word.isalpha():  # most are, and a case may rest on a million
        return len(word) >= SHORTEST and word[0].isupper()
    if any(letter.isdigit() for letter in word):
        return len(word) > 1
    caseless = not is_cased(word)
    return (len(word) >= SHORTEST or caseless) and (word[0].isupper() or caseless)


@lru_cache(maxsize=KNOWN_WORDS)
def _compared(word: str) -> str:
    if word.isascii():
        return folded(word)
    return folded("".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in word))
