"""What a text spells in another way than most: numbers and times in words, plates, telephone numbers, initials with points.

Each is found with where it stands; what it is compared with is for terms.py. Pure.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from tocsin.lexicon.folding import folded
from tocsin.lexicon.letters import UNPARTED

LONGEST_SHORT = 6
"""So many digits in pieces may be anything; more are one number, such as a telephone's."""


class Spelt(NamedTuple):
    """What stands from start to end, written together."""

    start: int
    end: int
    whole: str


_LETTER = rf"[^\W\d_{UNPARTED}]"
_BEFORE, _AFTER = rf"(?<!-)(?<![^\W{UNPARTED}])", rf"(?!-)(?![^\W{UNPARTED}])"
_ABC, _DIGITS = rf"{_LETTER}{{1,3}}", r"\d{2,6}"
# AB-1234-CD, AB-1234, 1234-CD; AB 1234 CD. AB 1234 may be a word before a number.
_CODE = re.compile(
    rf"{_BEFORE}(?:{_ABC}-{_DIGITS}(?:-?{_ABC})?|(?:{_ABC})?{_DIGITS}-{_ABC}|{_ABC} {_DIGITS} ?{_ABC}|{_ABC}{_DIGITS} {_ABC}){_AFTER}"
)
_PIECES = re.compile(
    rf"(?<![.,])(?<![^\W{UNPARTED}])\+?\d+(?:(?:[ \u00a0\u2009\u202f./-]|\)\s?|\s?\()\d+)+(?![^\W{UNPARTED}]|[.,]\d)"
)
_INITIALS = re.compile(
    rf"(?<!\.){_BEFORE}{_LETTER}(?:(?:\.{_LETTER})+|(?:\. ?{_LETTER}){{2,}}|(?:-{_LETTER}){{2,}}|(?: {_LETTER}){{2,}}){_AFTER}\.?"
)
_HEAD_OF_INITIALS = re.compile(r"[A-Z\u00c0-\u00de\u0100-\u042f][. -] ?[^\W\d_](?![^\W_])")
_MARKS = re.compile(r"[\W_]+")


def codes(plain: str, digits: Iterable[int]) -> Iterator[Spelt]:
    """Yield plates and other codes of letters and digits that are written in pieces. digits: where some begin."""
    for start in digits:
        near = plain[max(start - _LONGEST_BEFORE, 0) : start + _LONGEST_AFTER]
        if near == near.lower():
            continue
        for at in range(max(start - _LONGEST_BEFORE, 0), start + 1):
            if (match := _CODE.match(plain, at)) is not None and match[0].isupper():
                yield Spelt(*match.span(), _MARKS.sub("", match[0]))
                break


_LONGEST_BEFORE, _LONGEST_AFTER = 4, 10  # characters of a code before its digits, and from there on


def long_numbers(plain: str, digits: Iterable[int]) -> Iterator[Spelt]:
    """Yield numbers of very many digits that are written in pieces, such as those of telephones."""
    for start in digits:
        match = _PIECES.match(plain, start - 1 if plain[max(start - 1, 0)] == "+" else start)
        if match is not None:
            whole = "".join(one for one in match[0] if one.isdigit())
            if len(whole) > LONGEST_SHORT:
                yield Spelt(*match.span(), whole)


def initials(text: str) -> Iterator[Spelt]:
    """Yield capitals with points or marks between them: U.S. is US."""
    if _HEAD_OF_INITIALS.search(text) is None:
        return
    for match in _INITIALS.finditer(text):
        letters = _MARKS.sub("", match[0])
        if letters.isupper():
            yield Spelt(*match.span(), letters)


# ---- numbers in words

_A_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)?")
_BETWEEN = re.compile(r"[\s\u00ad-]+")
_AND = {"en": "and", "de": "und", "fr": "et", "es": "y", "tr": "ve"}
_TENS, _HUNDRED, _THOUSAND = 10, 100, 1000


class Words(NamedTuple):
    """The words of a language that count. single: those that are a number by themselves elsewhere.

    signs: in small letters; one of them stands in every text that has a number in words which is none of those.
    """

    values: Mapping[str, int]
    single: frozenset[str]
    signs: tuple[str, ...]


def numbers(text: str, low: str, tongue: str) -> Iterator[tuple[int, int, int]]:
    """Yield numbers in words, from where to where they stand, and which they are: three hundred and twenty.

    low: the text in small letters.
    """
    words = _words(tongue)
    if words is None or not _has(low, words.signs):
        return
    run = _Run()
    for match in _A_WORD.finditer(text):
        word = folded(match[0])
        gap = text[run.seen : match.start()]
        close = run.end and _BETWEEN.fullmatch(gap)
        if close and word == _AND.get(tongue) and run.value:
            run.seen = match.end()
            continue
        each = (words.values[word],) if word in words.values else _compound(word) if tongue == "de" else ()
        if not each or not close or not run.takes(each):
            yield from run.said(words, text)
            run = _Run()
            if not each or not run.takes(each):
                continue
            run.start = match.start()
        run.seen = run.end = match.end()
        run.words += 1
    yield from run.said(words, text)


class _Run:
    """Words of one number, as they come."""

    def __init__(self) -> None:
        self.start = self.end = self.seen = self.words = self.value = 0
        self._above, self._below = 0, 0

    def takes(self, each: tuple[int, ...]) -> bool:
        """Take the next word of it; False: it belongs to another one, or to none."""
        above, below = self._above, self._below
        for one in each:
            rest = below % _HUNDRED
            if one >= _THOUSAND:
                above, below = above + max(below, 1) * one, 0
            elif one == _HUNDRED and 0 < below < _TENS:
                below *= _HUNDRED
            elif not below if one >= _HUNDRED else not rest or (one < _TENS and rest % _TENS == 0):
                below += one
            else:
                return False
        self._above, self._below, self.value = above, below, above + below
        return True

    def said(self, words: Words, text: str) -> Iterator[tuple[int, int, int]]:
        """Yield the number, unless it is one that a word is by itself, or only an article."""
        alone = self.words == 1 and folded(text[self.start : self.end]) in words.single
        if self.words and not alone and self.value > 1:
            yield self.start, self.end, self.value


@lru_cache(maxsize=20_000)
def _compound(word: str) -> tuple[int, ...]:
    """Return the numbers that a German word is made of: dreihundertfünfundzwanzig."""
    words = _words("de")
    values = words.values if words is not None else {}
    if word in values:
        return (values[word],)
    for known, value in values.items():
        if not word.startswith(known):
            continue
        rest = word[len(known) :]
        if value < _TENS and rest.startswith("und"):  # one-and-twenty
            tens = _compound(rest.removeprefix("und"))
            if len(tens) == 1 and _TENS < tens[0] < _HUNDRED:
                return (tens[0], value)
        elif after := _compound(rest.removeprefix("und")):
            return (value, *after)
    return ()


_HAN = {
    one: number
    for number, each in enumerate(("〇零", "一", "二兩两", "三", "四", "五", "六", "七", "八", "九"))
    for one in each
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8}


def counted(said: str) -> int:
    """Return a number in digits, or in Chinese characters: 三百二十 or 三二〇."""
    if said.isdecimal():
        return int(said)
    if not any(one in _HAN_UNITS for one in said):
        return int("".join(str(_HAN[one]) for one in said))
    whole = part = digit = 0
    for one in said:
        unit = _HAN_UNITS.get(one)
        if unit is None:
            digit = _HAN[one]
        elif unit < 10**4:
            part, digit = part + (digit or 1) * unit, 0
        else:
            whole, part, digit = whole + (part + digit or 1) * unit, 0, 0
    return whole + part + digit


# ---- times in words

_MINUTES = {
    "oh five": 5, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty[\\s-]five": 25, "thirty": 30, "thirty[\\s-]five": 35,
    "forty": 40, "forty[\\s-]five": 45, "fifty": 50, "fifty[\\s-]five": 55,
}  # fmt: skip
_HOURS = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
    "fr": "une deux trois quatre cinq six sept huit neuf dix onze douze",
    "es": "una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "tr": "bir iki üç dört beş altı yedi sekiz dokuz on onbir oniki",
}
_PHRASES: Mapping[str, tuple[tuple[str, int], ...]] = {
    "en": (
        ("half past HOUR", 30), ("half HOUR", 30), ("(?:a )?quarter past HOUR", 15), ("(?:a )?quarter to HOUR", -15),
        *((f"{words} (?:minutes )?past HOUR", minute) for words, minute in _MINUTES.items()),
        *((f"{words} minutes to HOUR", -minute) for words, minute in _MINUTES.items()),
        *((f"HOUR[\\s-]{words}", minute) for words, minute in reversed(_MINUTES.items())),
        ("HOUR o['’]clock", 0),
    ),
    "de": (
        ("halb HOUR", -30), ("viertel nach HOUR", 15), ("(?:viertel vor|dreiviertel) HOUR", -15),
        ("HOUR uhr dreißig", 30), ("HOUR uhr fünfzehn", 15), ("HOUR uhr fünfundvierzig", 45), ("HOUR uhr", 0),
    ),
    "fr": (
        ("HOUR heures? et demie?", 30), ("HOUR heures? et quart", 15), ("HOUR heures? moins le quart", -15),
        ("HOUR heures? trente", 30), ("HOUR heures?", 0),
    ),
    "es": (("las? HOUR y media", 30), ("las? HOUR y cuarto", 15), ("las? HOUR menos cuarto", -15)),
    "tr": (("HOUR buçuk", 30),),
}  # fmt: skip
_SIGNS = {
    "en": ("half", "quarter", "past", "clock", "minutes to", "fifteen", "twent", "thirt", "fort", "fift", "oh five",
           *(f"{mark}{word}" for mark in " -" for word in ("ten", "five"))),
    "de": ("halb", "viertel", "uhr"), "fr": ("heure",), "es": ("media", "cuarto"), "tr": ("buçuk",),
}  # fmt: skip
"""One of these stands in every time in words."""


def times(text: str, low: str, tongue: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield times in words: from where to where, the hour, 0 to 11, and the minute. Before noon or after, they do not say.

    low: the text in small letters.
    """
    if tongue not in _PHRASES or not _has(low, _SIGNS[tongue]):
        return
    hours = {word: hour for hour, word in enumerate(_HOURS[tongue].split(), 1)}
    for match in _times(tongue).finditer(text):
        name = match.lastgroup or ""
        said = match[name].lower()
        minutes = hours.get(said, int(said) if said.isdecimal() else 0) * 60 + _PHRASES[tongue][int(name[1:])][1]
        yield *match.span(), minutes // 60 % 12, minutes % 60


@cache
def _times(tongue: str) -> "re.Pattern[str]":
    hours = "|".join((*sorted(_HOURS[tongue].split(), key=len, reverse=True), "1[0-2]|[1-9]"))
    each = (
        phrase.replace(" ", r"\s+").replace("HOUR", f"(?P<h{number}>{hours})")
        for number, (phrase, _minutes) in enumerate(_PHRASES[tongue])
    )
    return re.compile(rf"(?<![\w:.,])(?:{'|'.join(each)})(?!\w|[:.,]\d)", re.IGNORECASE)


def _has(low: str, signs: tuple[str, ...]) -> bool:
    for sign in signs:  # noqa: SIM110  run for each text, and in half the time
        if sign in low:
            return True
    return False


# ---- the table


@cache
def _words(tongue: str) -> Words | None:
    """Return the words of a language that count; None: they are not known."""
    tables = tomllib.loads((files(__package__) / "calendar.toml").read_text("utf-8"))
    if tongue not in tables["counts"]:
        return None
    single = {
        folded(form): number
        for number, forms in enumerate(tables["numbers"][tongue].split(), 2)
        for form in forms.split("|")
    }
    more = {
        folded(form): int(value)
        for forms, _, value in (one.partition("=") for one in tables["counts"][tongue].split())
        for form in forms.split("|")
    }
    every = single | more
    written = (form for forms in tables["counts"][tongue].split() for form in forms.partition("=")[0].split("|"))
    return Words(every, frozenset(single), _signs(form.lower() for form in written if every[folded(form)] > 1))


def _signs(written: Iterable[str]) -> tuple[str, ...]:
    """Return the shortest of these words that the others begin or end with."""
    kept: list[str] = []
    for form in sorted(written, key=len):
        if not any(one in form for one in kept):
            kept.append(form)
    return tuple(kept)
