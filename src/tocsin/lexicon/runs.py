"""Runs of letters by which a word is found again inside what stands in another text.

Chinese, Japanese and Thai part no words, Korean and Arabic write more on to them, and German makes one of two. So a text is not asked
there whether it has the same word, but whether it has the same run of letters: two characters of Chinese, three of kana, four
of Thai. Pure.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.lexicon.folding import folded
from tocsin.lexicon.letters import HAN, HANGUL, KANA, SOUTHEAST, UNPARTED, UNSEEN, YI

_KNOWN_SIGNS = 20_000
_HANGUL_SIGN = "[\u1100-\u115e\ua960-\ua97c]+[\u1161-\u11a7\ud7b0-\ud7c6]*[\u11a8-\u11ff\ud7cb-\ud7fb]*"
_SIGN = re.compile(f"{_HANGUL_SIGN}|[{UNPARTED}][{UNSEEN}\u3099\u309a\uff9e\uff9f]*")
_WITHIN_NAMES = "\u00b7\u0f0b\u0f0c\u30fb\uff65"  # points between the parts of a name
_STRETCH = re.compile(
    rf"[{HANGUL}](?:[{UNSEEN}]*[{HANGUL}])*"
    # A line ends anywhere in a word.
    rf"|[{HAN}{KANA}{YI}{SOUTHEAST}](?:[{UNSEEN}{_WITHIN_NAMES}]*\s?[{HAN}{KANA}{YI}{SOUTHEAST}])*[\uff9e\uff9f]*"
)
_ANY = re.compile(f"[{UNPARTED}]")
_NOTHING_ELSE = re.compile(rf"(?:(?:{_SIGN.pattern})\s?)+")

# What a letter tells, so that a run of two characters of Chinese tells as much as one of three kana or of four letters.
_OF_HAN, _OF_KANA, _OF_LETTER = 6, 4, 3
_ENOUGH, _MORE = 12, 18
_TELLS = (
    (re.compile(f"[{HAN}{YI}\uac00-\ud7a3]"), _OF_HAN),
    (re.compile(f"[{KANA}]"), _OF_KANA),
)


class Run(NamedTuple):
    """Some letters that stand from start to end, as they compare."""

    start: int
    end: int
    letters: str


class Stretch(NamedTuple):
    """Letters as they compare, where the sign of each stands, and where all of them do."""

    letters: str
    signs: list[tuple[int, int]]
    span: tuple[int, int]

    def place(self, text: str, first: int, last: int) -> tuple[int, int]:
        """Return from where to where in the text some of the letters stand, with what belongs to them."""
        return _with_marks(text, self.signs[first][0], self.signs[last - 1][1])


def has_unparted(text: str) -> bool:
    """Say whether there are words in a text that nothing parts."""
    return not text.isascii() and _ANY.search(text) is not None


def is_unparted(text: str) -> bool:
    """Say whether nothing else stands in a text."""
    return _NOTHING_ELSE.fullmatch(text) is not None


def runs(text: str, *, common: bool = True) -> Iterator[Run]:
    """Yield the runs of a text in scripts that part no words: the shortest that tell something, and half as much again.

    Of a name each short one may stand in others, and the longer one does not. common: also those of words that every text has.
    """
    for stretch in stretches(text):
        says_nothing = () if common else [one.span() for one in _function_words().finditer(text, *stretch.span)]
        taken = {at for span in says_nothing for at in range(*span)}
        for first, last in _cut(stretch.letters):
            if not taken.issuperset(range(stretch.signs[first][0], stretch.signs[last - 1][1])):
                yield Run(*stretch.place(text, first, last), stretch.letters[first:last])


def stretches(text: str) -> Iterator[Stretch]:
    """Yield what stands in a text without a break in scripts that part no words."""
    for found in _STRETCH.finditer(text):
        signs = [(one.span(), letter) for one in _SIGN.finditer(text, *found.span()) for letter in _letters(one[0])]
        yield Stretch("".join(letter for _span, letter in signs), [span for span, _letter in signs], found.span())


def _with_marks(text: str, start: int, end: int) -> tuple[int, int]:
    """Return from where to where letters stand with the vowel signs that belong to them."""
    while start and unicodedata.category(text[start])[0] == "M":
        start -= 1
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    return start, end


@cache
def _function_words() -> "re.Pattern[str]":
    table = tomllib.loads((files(__package__) / "function_words.toml").read_text("utf-8"))
    words = {one for words in table.values() for one in words.split() if has_unparted(one)}
    return re.compile("|".join(sorted(words, key=len, reverse=True)))


def runs_in(text: str) -> set[str]:
    """Return the letters of the runs of a text, without saying where."""
    found: set[str] = set()
    for stretch in _STRETCH.findall(text):
        found.update(cut(letters_in(stretch)))
    return found


def cut(letters: str) -> list[str]:
    """Return the runs of letters as they compare."""
    return [letters[first:last] for first, last in _cut(letters)]


def letters_in(text: str) -> str:
    """Return the letters of a text in these scripts as they compare, and nothing else of it."""
    return "".join(map(_letters, _SIGN.findall(text)))


def _cut(letters: str) -> Iterator[tuple[int, int]]:
    """Yield from which to which letter the runs of a stretch go: one that is shorter than any is one itself."""
    each = [_tells(one) for one in letters]
    if len(letters) > 1 and sum(each) < _ENOUGH:
        yield 0, len(letters)
        return
    for enough in (_ENOUGH, _MORE):
        if len(set(each)) == 1:  # as most are, and in half the time
            length = -(-enough // each[0])
            yield from zip(range(len(each) - length + 1), range(length, len(each) + 1), strict=True)
            continue
        last = tells = 0
        for first, one in enumerate(each):
            while last < len(each) and tells < enough:
                tells += each[last]
                last += 1
            if tells < enough:
                break
            yield first, last
            tells -= one


def tell_enough(letters: str) -> bool:
    """Say whether some letters are as much as a run."""
    return sum(map(_tells, letters)) >= _ENOUGH


@lru_cache(maxsize=_KNOWN_SIGNS)
def _tells(letter: str) -> int:
    return next((tells for pattern, tells in _TELLS if pattern.match(letter)), _OF_LETTER)


@lru_cache(maxsize=_KNOWN_SIGNS)
def _letters(sign: str) -> str:
    """Return the letters of a sign as they compare: kana are one alphabet, and simplified characters stand for all."""
    return folded(sign).translate(_one_form())


@cache
def _one_form() -> dict[int, int]:
    table = tomllib.loads((files(__package__) / "han.toml").read_text("utf-8"))
    han = zip(map(ord, table["traditional"]), map(ord, table["simplified"]), strict=True)
    return dict(han) | {one: one - 0x60 for one in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
