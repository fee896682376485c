"""Words for whoever acts: what each implies and excludes, when it may be used, and where a text uses one.

They stand in actor_words.toml, under a version. An alert keeps the version under which it was written.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from tocsin.basis.foreign import fitted

Use = Literal["free", "ground", "never"]
"""free: wherever it is true. ground: where the draft says on what ground. never: of nobody."""

LANGUAGES = ("en", "ar", "de", "es", "fa", "fr", "ru", "tr", "uk")

# What is written together with the word behind it: and, so; by, for, as; the.
_PARTICLES = {"ar": "(?:[وف])?(?:بال|كال|لل|ال|[بكل])?", "fa": ""}
# A vowel point or a lengthened line changes no Arabic word.
_POINTS = dict.fromkeys([*range(0x064B, 0x0653), 0x0640])


class ActorWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One word. forms: per language (BCP 47), in small letters, * for any ending. excludes: other words by name."""

    name: str
    use: Use
    implies: str
    when: str
    excludes: tuple[str, ...]
    forms: dict[str, tuple[str, ...]]


class Used(msgspec.Struct, frozen=True):
    """That a text uses a word, and how it stands there."""

    word: ActorWord
    written: str
    start: int
    end: int


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    word: tuple[ActorWord, ...]


@cache
def _file() -> _File:
    text = files("tocsin.lexicon").joinpath("actor_words.toml").read_text(encoding="utf-8")
    return fitted(tomllib.loads(text), _File)


def version() -> int:
    """Return the version of the words that are shipped."""
    return _file().version


def words() -> tuple[ActorWord, ...]:
    """Return all words, as the file has them."""
    return _file().word


def word_named(name: str) -> ActorWord | None:
    """Return a word by its name."""
    return next((one for one in words() if one.name == name), None)


@cache
def pattern(language: str) -> re.Pattern[str] | None:
    """Return what finds every word in a language, each in a group of its own; None where there are no forms in it.

    A longer form is found before a shorter one. The desk's script is handed the same.
    """
    tongue = language.split("-", maxsplit=1)[0].lower()
    parts = []
    for number, word in enumerate(words()):
        forms = sorted(word.forms.get(tongue, ()), key=len, reverse=True)
        if forms:
            parts.append(f"(?P<w{number}>{'|'.join(_form(form) for form in forms)})")
    if not parts:
        return None
    return re.compile(rf"(?<!\w){_PARTICLES.get(tongue, '')}(?:{'|'.join(parts)})(?!\w)")


def _form(form: str) -> str:
    stem, star = (form[:-1], r"\w*") if form.endswith("*") else (form, "")
    return re.escape(stem).replace(r"\ ", r"\s+") + star


def used(text: str, language: str) -> tuple[Used, ...]:
    """Return where a text uses which words, in its order."""
    finds = pattern(language)
    if finds is None:
        return ()
    # Points are taken out before, so that what is written stands as it was found; places count in the plain text.
    plain = text.translate(_POINTS) if language.split("-", maxsplit=1)[0].lower() in _PARTICLES else text
    found = []
    for match in finds.finditer(_small(plain, language)):
        number = next(int(name[1:]) for name, value in match.groupdict().items() if value is not None)
        found.append(Used(words()[number], plain[match.start() : match.end()], match.start(), match.end()))
    return tuple(found)


def _small(text: str, language: str) -> str:
    """Return a text in small letters, place by place: no letter becomes two."""
    turkish = language.split("-", maxsplit=1)[0].lower() == "tr"
    return "".join(
        {"I": "ı", "İ": "i"}.get(letter, letter.lower()) if turkish else letter.lower()[:1] for letter in text
    )


def against(found: Iterable[Used], grounds: Mapping[str, str]) -> tuple[tuple[ActorWord, str], ...]:
    """Return which words are used against their meaning, and why, in one sentence each.

    grounds: on what ground a word is used, by its name. Two that exclude each other need a ground each.
    """
    names = dict.fromkeys(one.word.name for one in found)
    faults: list[tuple[ActorWord, str]] = []
    told: set[frozenset[str]] = set()
    for name in names:
        word = word_named(name)
        if word is None:
            continue
        given = bool(grounds.get(name, "").strip())
        if word.use == "never":
            faults.append((word, f'"{name}" is said of nobody. {word.implies}'))
        elif word.use == "ground" and not given:
            faults.append((word, f'"{name}" needs a ground. {word.when}'))
        for other in word.excludes:
            pair = frozenset({name, other})
            if other in names and pair not in told and not (given and grounds.get(other, "").strip()):
                told.add(pair)
                faults.append((word, f'"{name}" and "{other}" exclude each other. {word.implies}'))
    return tuple(faults)
