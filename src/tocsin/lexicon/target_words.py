"""What a word says of targets: the classes that it names, in nine languages at once. The words stand in target_words.toml.

An incident is written in whichever language its news had, and does not say which; nor does what a case names as a target.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.lexicon.folding import folded
from tocsin.lexicon.terms import KNOWN_WORDS

SHORTEST = 3  # letters of a word that says anything

# A mark that is not seen, such as between the halves of a Persian word, an accent or a vowel point parts no word.
_WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|[\u00ad\u0640\u200b-\u200f\u2060\u0300-\u036f\u064b-\u0655\u0670]|['’ʼ](?=[^\W\d_]))*"
)
_ARABIC = re.compile(r"[\u0620-\u06ff]")
# What is written together with the word behind it: and, so; by, for, as; the.
_BEFORE = re.compile(r"(?:[وف])?(?:بال|کال|لل|ال|[بلک])?(?=\w{3})")
_ENDINGS = (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("ses", "s"), ("s", ""))
_NONE = frozenset[str]()


class Word(NamedTuple):
    """A word of a text. plain: as it compares, without the ending that makes several of one. classes: of targets that it names."""

    plain: str
    classes: frozenset[str]


def words_in(text: str) -> Iterator[Word]:
    """Return the words of a text, without those that are too short to say anything or stand in every text."""
    return (word for one in _WORD.findall(text) if (word := _read(one)) is not None)


@lru_cache(maxsize=KNOWN_WORDS)
def _read(stands: str) -> Word | None:
    word = folded(stands)
    if len(word) < SHORTEST:
        return None
    classes = _classes_of(word)
    return None if not classes and word in _say_nothing() else Word(_plain(word), classes)


def _classes_of(word: str) -> frozenset[str]:
    exact, stems = _table()
    said = _said(word)
    found = [exact.get(one, _NONE) for one in said]
    found += [stems.get(one[:end], _NONE) for one in said for end in range(SHORTEST, len(one) + 1)]
    return _NONE.union(*found)


def _plain(word: str) -> str:
    if word in _table()[0]:
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) > 2 and not word.endswith("ss"):
            return word[: -len(ending)] + instead
    return word


def _said(word: str) -> tuple[str, ...]:
    if not _ARABIC.match(word):
        return tuple(dict.fromkeys((word, _plain(word))))
    behind = _BEFORE.match(word)
    return tuple(dict.fromkeys((word, word[behind.end() :] if behind is not None else word)))


@cache
def _table() -> tuple[Mapping[str, frozenset[str]], Mapping[str, frozenset[str]]]:
    """Return which classes a word names that stands so, and which one that begins so."""
    exact, stems = dict[str, frozenset[str]](), dict[str, frozenset[str]]()
    text = files("tocsin.lexicon").joinpath("target_words.toml").read_text(encoding="utf-8")
    for name, languages in tomllib.loads(text).items():
        for form in (form for forms in languages.values() for form in forms.split()):
            kept, word = (stems, form[:-1]) if form.endswith("*") else (exact, form)
            kept[folded(word)] = kept.get(folded(word), _NONE) | {name}
    return exact, stems


@cache
def _say_nothing() -> frozenset[str]:
    tables = tomllib.loads(files("tocsin.lexicon").joinpath("function_words.toml").read_text(encoding="utf-8"))
    return frozenset(folded(word) for words in tables.values() for word in words.split()) - {
        "car"
    }  # because, in French
