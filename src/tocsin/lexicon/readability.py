"""How hard a text is to read, by a formula that is published for its language. Pure.

English: the grade of Flesch and Kincaid. Every other language: LIX, which counts letters and needs no syllables. LIX was
made for Swedish and has been tried on the languages of Europe; in Arabic and Persian, where short vowels are not written, and
in Turkish, where words are long, it only tells one draft from another.

Source: Kincaid et al. (1975), Derivation of new readability formulas, Naval Technical Training Command, report 8-75 (grade
level). Björnsson (1968), Läsbarhet; Björnsson (1983), Readability of newspapers in 11 languages, Reading Research Quarterly
18 (LIX).
"""

import re

import msgspec

_WORD = re.compile(r"[^\W\d_]+(?:['’\u200c-][^\W\d_]+)*")
_STOP = re.compile(r"[.!?؟。…:;؛]+(?=\s|$)|\n+")
_VOWELS = re.compile(r"[aeiouy]+")
LONG = 6  # letters; a word that has more is long


class Readability(msgspec.Struct, frozen=True):
    """What a formula gives. formula: its name. easy: whether nearly everyone can be expected to follow at first reading."""

    formula: str
    value: float
    words: int
    sentences: int
    easy: bool


EASY_GRADE, EASY_LIX = 8.0, 40.0
"""Up to where a text counts as easy: what a reader of 13 or 14 follows; LIX 40 is the upper end of plain prose."""


def readability(text: str, language: str) -> Readability | None:
    """Return how hard a text is; None where it has no words."""
    words = _WORD.findall(text)
    if not words:
        return None
    sentences = sum(1 for part in _STOP.split(text) if _WORD.search(part))
    if language.split("-", maxsplit=1)[0].lower() == "en":
        syllables = sum(_syllables(word) for word in words)
        value = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
        return Readability("Flesch-Kincaid", round(value, 1), len(words), sentences, value <= EASY_GRADE)
    long = sum(1 for word in words if sum(letter.isalpha() for letter in word) > LONG)
    value = len(words) / sentences + 100 * long / len(words)
    return Readability("LIX", round(value, 1), len(words), sentences, value <= EASY_LIX)


def _syllables(word: str) -> int:
    """Count the syllables of an English word by its groups of vowels; a silent e at its end is none."""
    small = word.lower()
    count = len(_VOWELS.findall(small))
    if small.endswith("e") and not small.endswith(("le", "ee", "ye")) and count > 1:
        count -= 1
    if small.endswith(("es", "ed")) and count > 1 and small[-3] not in "aeiouystdxzc":
        count -= 1
    return max(count, 1)
