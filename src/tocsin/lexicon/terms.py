"""What a text says that could be looked for in another: its names, numbers, times and other words, each in a form that compares.

Case, accents, numerals and spellings of times are evened out, endings simply cut. A term is said twice: strictly, as whoever
asks "does it stand there?" must compare it, and loosely, as whoever asks "could it come from there?" must. A capital makes a name
of a word that every text has: US is not us. Pure.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files

import msgspec

from tocsin.lexicon import runs, spelt
from tocsin.lexicon.folding import folded
from tocsin.lexicon.letters import MARKS, UNPARTED, UNSEEN


class TermKind(StrEnum):
    """What a term is."""

    WORD = "word"
    NAME = "name"
    NUMBER = "number"
    TIME = "time"
    PLACE = "place"
    ESTIMATE = "estimate"  # no word says it: whoever knows what a whole sentence is, and on what it rests, does


class Term(msgspec.Struct, frozen=True):
    """A piece of a text. said: any of these, strictly, is it; hints: any of these, loosely, may be it. key: by what it is called."""

    kind: TermKind
    start: int
    end: int
    text: str
    key: str
    said: frozenset[str]
    hints: frozenset[str]


_LETTER = rf"[^\W_{UNPARTED}]"
_JOINED = rf"[{UNSEEN}{MARKS}]|['’ʼ](?=[^\W\d_])"
_TOKEN = re.compile(rf"{_LETTER}+(?:(?:{_JOINED}){_LETTER}*)*")
_BROKEN = re.compile(
    rf"(?<![\w-])([^\W\d_{UNPARTED}]{{2,}})[-\u2010][ \t]*(?:\n[ \t]*)?([^\W\d_{UNPARTED}]{{2,}})(?![\w-])"
)
_OPENING = re.compile(rf"""[.!?:\n…؟][ \t"'«“„(¿¡]*({_TOKEN.pattern})""")
_DIGITS = re.compile(r"[0-9]+")
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_HALF = r"(?:\s*([ap])(?:m\b|\.\s?m\.))"
_CLOCK = re.compile(
    rf"(?<![\d.:/-])(?:([01]?\d|2[0-4])\s?[:.hH]\s?([0-5]\d)(?![\d:/-]|[.]\d){_HALF}?|(0?[1-9]|1[0-2]){_HALF}"
    r"|([01]\d|2[0-3])([0-5]\d)\s?(?:Z\b|hrs?\b|hours?\b|UTC\b)"
    r"|([01]?\d|2[0-4])\s?(?:Uhr\b|[hH]\b|heures?\b|часов\b|часа\b|год(?:ин[аиу]?)?\b|o['’]clock\b))",
    re.IGNORECASE,
)
_ISO = re.compile(r"(?<!\d)(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?!\d)")
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|º|-?го)?"
_LETTERS = r"([^\W\d_]+)"
_DAY_MONTH = re.compile(rf"(?<!\d){_DAY}\.?\s+(?:of\s+|de\s+)?{_LETTERS}")
_MONTH_DAY = re.compile(rf"\b{_LETTERS}\.?\s+{_DAY}(?![\d:])")
_LETTERS_ON = re.compile(rf"[^\W\d_{UNPARTED}]+")
_WORD_BACKWARDS = re.compile(r"\s+\.?[^\W\d_]+(?!\w)")
_GROUPED = r"[ \u00a0\u2009\u202f.,'’]"
_NUMBER = re.compile(rf"\d+(?:{_GROUPED}\d{{3}}(?!\d))*(?:[.,]\d+)?")
_NOON = {"noon": "12:00", "midday": "12:00", "midnight": "00:00", "mittag": "12:00", "mitternacht": "00:00", "midi": "12:00",
         "minuit": "00:00", "mediodia": "12:00", "medianoche": "00:00", "полдень": "12:00", "полночь": "00:00"}  # fmt: skip

_LATIN_ENDINGS = ("ingly", "ings", "ing", "edly", "leri", "lari", "ern", "ers", "est", "ed", "er", "es", "en", "em", "ler",
                  "lar", "dan", "den", "nin", "ly", "da", "de", "in", "os", "as", "s", "e", "n", "a", "o", "i")  # fmt: skip
_CYRILLIC_ENDINGS = ("иями", "ями", "ами", "ого", "его", "ому", "ему", "ыми", "ими", "ові", "еві", "ов", "ев", "ей", "ах", "ях",
                     "ам", "ям", "ом", "ем", "ой", "ый", "ий", "ая", "яя", "ое", "ее", "ую", "юю", "ым", "им", "их", "ых",
                     "ів", "а", "я", "о", "е", "у", "ю", "ы", "и", "і", "ї", "ь", "й")  # fmt: skip
_ARABIC_BEFORE = re.compile(r"^(?:[وف])?(?:بال|كال|کال|لل|ال|[بلکك])?(?=\w{3})")
_ROMAN = dict(zip("абвгдезиіїйклмнопрстуфхцыэє", "a b v g d e z i i i i k l m n o p r s t u f h ts i e e".split(), strict=True)) | {
    "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sh", "ю": "iu", "я": "ia", "ь": "", "ъ": ""
}  # fmt: skip


KNOWN_WORDS = 20_000
"""So many words are read once and kept: what a case rests on is read anew with each check, and says the same words."""

_HEARD_AS = (
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("sch", "sh"),
    ("tch", "ch"),
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "h"),
    ("x", "ks"),
)
_TWICE, _HEARD = re.compile(r"(.)\1+"), str.maketrans("qwyj", "kvii")
_SHORTEST_SOUND = 4  # letters; shorter names sound alike too often


def terms(text: str, language: str = "en", *, common: bool = False) -> list[Term]:
    """Return what a text says that another could be searched for, in the order in which it stands.

    language: BCP 47; by it months, days and numbers in words are known. common: also the words that every text of it has, and
        loosely the month of a date.
    """
    tongue = tongue_of(language)
    found, taken, plain = _numeric(text, tongue)
    if not common:
        found = [_asked(one) for one in found]
    shouts = _shouts(text)
    found += [one for match in _TOKEN.finditer(plain) if taken.find(1, *match.span()) < 0
              if (one := _word(match, text, tongue, common=common, shouts=shouts)) is not None]  # fmt: skip
    found += [
        term for match, word in _broken(text, taken, tongue) if (term := _whole(match, word, text, tongue)) is not None
    ]
    if runs.has_unparted(text):
        found += [_run(one, text) for one in runs.runs(text, common=common)]
    return sorted(found, key=lambda one: one.start)


def _broken(text: str, taken: bytearray, tongue: str) -> "Iterator[tuple[re.Match[str], str]]":
    """Yield words that a hyphen breaks, at the end of a line or within it, and what they are without it."""
    for match in _BROKEN.finditer(text):
        word = f"{match[1]}{match[2]}"
        if match[2].islower() and taken.find(1, *match.span()) < 0 and not _is_function_word(word, tongue):
            yield match, word


def _whole(match: "re.Match[str]", word: str, text: str, tongue: str) -> Term | None:
    start, end = match.span()
    term = _read(word, tongue, opens=_opens_sentence(text, start))
    return None if term is None else Term(term.kind, start, end, text[start:end], term.key, term.said, term.hints)


def _run(one: runs.Run, text: str) -> Term:
    key = f"{RUN}{one.letters}"
    return Term(TermKind.WORD, one.start, one.end, text[one.start : one.end], key, frozenset(), frozenset({key}))


RUN = "run "
"""How the key of a piece of a word begins, where nothing parts words: by itself it is neither said nor free to say."""


def tongue_of(language: str) -> str:
    """Return the language that a BCP 47 tag begins with."""
    return language.partition("-")[0].lower()


class Said(msgspec.Struct, frozen=True):
    """What texts say, wherever it stands.

    within: their words, as written. opening: those that only open sentences, or mean something else where they do.
    numeric: their dates, times and numbers, and what is spelt in pieces. runs: those in which there are words that nothing parts.
    """

    within: frozenset[str]
    opening: frozenset[str]
    numeric: tuple[Term, ...]
    runs: frozenset[str] = frozenset()


def said_in(texts: Iterable[str], language: str) -> Said:
    """Return what texts say without saying where: the same as their terms, in a fraction of the time."""
    within: set[str] = set()
    opening: set[str] = set()
    numeric: list[Term] = []
    unparted: set[str] = set()
    for text in texts:
        found, taken, _plain = _numeric(text, tongue_of(language))
        tokens = _TOKEN.findall(text)
        for match in _overlapping(text, found, taken):
            tokens.remove(match[0])
        # One letter further on: a text opens as its lines do.
        every = _OPENING.finditer(f"\n{text}")
        opens = [match[1] for match in every if taken.find(1, match.start(1) - 1, match.end(1) - 1) < 0]
        for one in opens:
            tokens.remove(one)
        for match, word in _broken(text, taken, tongue_of(language)):
            (opens if _opens_sentence(text, match.start()) else tokens).append(word)
        if _shouts(text):
            found += [_shouted(one) for one in {*tokens, *opens} if _is_function_word(one, tongue_of(language))]
            tokens, opens = [[_heard(one, tongue_of(language)) for one in each] for each in (tokens, opens)]
        within.update(tokens)
        opening.update(opens)
        numeric += found
        if runs.has_unparted(text):
            unparted.update(runs.runs_in(text))
    opening = {one for one in opening if one not in within or _means_either(one, tongue_of(language))}
    return Said(frozenset(within), frozenset(opening), tuple(numeric), frozenset(unparted))


def _means_either(stands: str, tongue: str) -> bool:
    """Say whether a word is another where it opens a sentence. May we? May Miller may. In May."""
    return _is_function_word(stands, tongue) and folded(stands) in _meant(tongue)


def _overlapping(text: str, numeric: Iterable[Term], taken: bytearray) -> "Iterator[re.Match[str]]":
    """Yield the words that dates, times and numbers take something of."""
    at = 0
    for one in sorted(numeric, key=lambda term: term.start):
        begins, ends = text.rfind(" ", at, one.start) + 1, text.find(" ", one.end)
        at, begins = ends if ends >= 0 else len(text), max(at, begins)
        yield from (match for match in _TOKEN.finditer(text, begins, at) if taken.find(1, *match.span()) >= 0)


def _numeric(text: str, tongue: str) -> tuple[list[Term], bytearray, str]:
    """Return dates, times and numbers, which letters of a text they take, and the text with its digits as these: 0 to 9."""
    plain = text
    if not text.isascii():
        plain = _OTHER_DIGIT.sub(lambda match: str(unicodedata.decimal(match[0])), text)
    found: list[Term] = []
    taken = bytearray(len(text))
    digits = [match.start() for match in _DIGITS.finditer(plain)]

    def take(every: Iterable[Term]) -> None:
        for term in every:
            if taken.find(1, term.start, term.end) < 0:
                taken[term.start : term.end] = b"\x01" * (term.end - term.start)
                found.append(term)

    if runs.has_unparted(text):
        take(_eastern(plain, text))
    if digits:
        take((*_dates(plain, text, tongue, digits), *_clocks(plain, text, digits)))
    low = plain.lower()
    take(_spoken(plain, low, text, tongue))
    if digits:
        take(_in_pieces(plain, text, tongue, digits))
        take(_number(match, text) for match in _each(_NUMBER, plain, digits) if not _within_word(plain, match))
    take(_counted(plain, low, text, tongue))
    take(_named_by_letters(one, text, tongue) for one in spelt.initials(text))
    return found, taken, plain


def _each(pattern: "re.Pattern[str]", plain: str, starts: Iterable[int]) -> "Iterator[re.Match[str]]":
    """Yield what `finditer` would of a pattern that matches nowhere else than from these places on: it need not try all others."""
    at = 0
    for start in starts:
        if start >= at and (match := pattern.match(plain, start)) is not None:
            yield match
            at = match.end()


def _within_word(plain: str, match: "re.Match[str]") -> bool:
    """Say whether digits belong to a name such as AK47 or M4, which is one word; 22nd is a number."""
    before = plain[match.start() - 1 : match.start()]
    after = _LETTERS_ON.match(plain, match.end())
    return (before.isalpha() and not runs.has_unparted(before)) or (
        after is not None and after[0].casefold() not in {"st", "nd", "rd", "th", "er", "e", "h"}
    )


# ---- when


def _time(match: "re.Match[str]", text: str, value: str, *, hints: Iterable[str] = ()) -> Term:
    key = f"time {value}"
    return Term(
        TermKind.TIME,
        match.start(),
        match.end(),
        text[match.start() : match.end()],
        key,
        frozenset({key}),
        _loosely(match[0], key, tuple(hints)),
    )


@lru_cache(maxsize=KNOWN_WORDS)
def _loosely(said: str, key: str, hints: tuple[str, ...]) -> frozenset[str]:
    each = re.findall(r"\d+", said)
    return frozenset({key, *hints, *(f"{_PIECE}{number.lstrip('0') or '0'}" for number in each if len(number) < 4)})


def _clocks(plain: str, text: str, digits: Sequence[int]) -> Iterator[Term]:
    for match in _each(_CLOCK, plain, digits):
        hour = int(next(one for one in (match[1], match[4], match[6], match[8]) if one))
        minute = int(match[2] or match[7] or 0)
        half = (match[3] or match[5] or "").lower()
        hour = hour % 12 + (12 if half == "p" else 0) if half else hour % 24
        yield _time(match, text, f"{hour:02}:{minute:02}")


def _dates(plain: str, text: str, tongue: str, digits: Sequence[int]) -> Iterator[Term]:
    for match in _each(_ISO, plain, digits):
        yield from _date(match, text, int(match[2]), int(match[3]))
    for match in _each(_DOTTED, plain, digits):
        day, month = int(match[1]), int(match[2])
        turned = (f"time {day:02}-{month:02}",) if day <= 12 else ()
        yield from _date(match, text, *((month, day) if month <= 12 else (day, month)), hints=turned)
    for match in _each(_DAY_MONTH, plain, digits):
        yield from _date(match, text, _months(tongue).get(folded(match[2]), 0), int(match[1]))
    for match in _each(_MONTH_DAY, plain, _words_before(plain, digits)):
        yield from _date(match, text, _months(tongue).get(folded(match[1]), 0), int(match[2]))


_COUNT = "(\\d{1,2}|[〇零一二三四五六七八九十]{1,3})"
_EASTERN_DATE = re.compile(rf"{_COUNT}\s?[月월]\s?{_COUNT}\s?[日號号일]")
_EASTERN_CLOCK = re.compile(
    rf"(?:(午後|下午|晚上|傍晚|夜|오후|저녁|밤)\s?)?(?<!\d){_COUNT}\s?[点點時时시](?![間间간候])(?:\s?{_COUNT}\s?[分분]|\s?([半반]))?"
)
_EASTERN_NUMBER = re.compile("[〇零一二兩两三四五六七八九十百千万萬億亿]{2,20}")


def _eastern(plain: str, text: str) -> Iterator[Term]:
    """Yield the dates and times of Chinese, Japanese and Korean, and the numbers that are written in Chinese characters."""
    for match in _EASTERN_DATE.finditer(plain):
        yield from _date(match, text, spelt.counted(match[1]), spelt.counted(match[2]))
    for match in _EASTERN_CLOCK.finditer(plain):
        hour, minute = spelt.counted(match[2]), 30 if match[4] else spelt.counted(match[3] or "0")
        if hour <= 24 and minute < 60:
            late = (hour % 12 + 12) if hour <= 12 else hour
            either = () if match[1] else (f"time {late % 24:02}:{minute:02}",)
            yield _time(match, text, f"{(late if match[1] else hour) % 24:02}:{minute:02}", hints=either)
    for match in _EASTERN_NUMBER.finditer(plain):
        yield _numbered(match.span(), text, spelt.counted(match[0]))


def _words_before(plain: str, digits: Iterable[int]) -> Iterator[int]:
    """Yield where the words begin that stand before digits."""
    backwards = plain[::-1]
    for start in digits:
        if (match := _WORD_BACKWARDS.match(backwards, len(plain) - start)) is not None:
            yield len(plain) - match.end()


def _date(match: "re.Match[str]", text: str, month: int, day: int, *, hints: Iterable[str] = ()) -> Iterator[Term]:
    if 1 <= month <= 12 and 1 <= day <= 31:
        yield _time(match, text, f"{month:02}-{day:02}", hints=(*hints, f"{_OF_MONTH}{month}"))


_OF_MONTH = "of month "


def _asked(term: Term) -> Term:
    """Return a date or a time as it is asked about: not another day of its month, nor a time with as many minutes; its numbers, though."""
    if term.kind is not TermKind.TIME:
        return term
    kept = (one for one in term.hints if not one.startswith(_OF_MONTH))
    return msgspec.structs.replace(term, hints=frozenset(one.replace(_PIECE, "number ") for one in kept))


_PIECE = "piece "  # a number that stands in a date or a time


def _spoken(plain: str, low: str, text: str, tongue: str) -> Iterator[Term]:
    """Yield times in words. Half past seven may be in the morning or in the evening, and strictly is neither."""
    for start, end, hour, minute in spelt.times(plain, low, tongue):
        key = f"time spoken {hour:02}:{minute:02}"
        either = {f"time {each:02}:{minute:02}" for each in (hour, hour + 12)}
        yield Term(TermKind.TIME, start, end, text[start:end], key, frozenset({key}), frozenset({key, *either}))


def _number(match: "re.Match[str]", text: str) -> Term:
    start, end = match.span()
    key, hints = _value(match[0])
    return Term(TermKind.NUMBER, start, end, text[start:end], key, frozenset({key}), hints)


@lru_cache(maxsize=KNOWN_WORDS)
def _value(digits: str) -> tuple[str, frozenset[str]]:
    value = re.sub(rf"{_GROUPED}(?=\d{{3}}(?!\d))", "", digits).replace(",", ".").lstrip("0") or "0"
    key = f"number {value}"
    more = {f"time {digits[:2]}:{digits[2:]}"} if _HOUR_AND_MINUTE.fullmatch(digits) else set()
    return key, frozenset({key, f"{_PIECE}{value}", *more, *_long(value)} | _pieces(digits))


_HOUR_AND_MINUTE = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d")


def _pieces(digits: str) -> set[str]:
    return {f"number {one.lstrip('0') or '0'}" for one in re.findall(r"\d+", digits)}


def _long(digits: str) -> tuple[str, ...]:
    """Return the last digits of a very long number: with the code of its country or without, a telephone is the same."""
    is_long = digits.isdecimal() and len(digits) > spelt.LONGEST_SHORT
    return (f"digits {digits[-spelt.LONGEST_SHORT - 1 :]}",) if is_long else ()


def _in_pieces(plain: str, text: str, tongue: str, digits: Sequence[int]) -> Iterator[Term]:
    """Yield plates, other codes and telephone numbers that are written in pieces; 1 500 000 is only grouped."""
    for one in spelt.codes(plain, digits):
        term = _named_by_letters(one, text, tongue)
        letters = {folded(part) for part in _LETTERS_ON.findall(plain[one.start : one.end]) if len(part) > 1}
        apart = {f"{how} {part}" for part in letters for how in ("as", "stem")}
        yield msgspec.structs.replace(term, hints=term.hints | apart | _pieces(plain[one.start : one.end]))
    for one in spelt.long_numbers(plain, digits):
        if _NUMBER.fullmatch(plain, one.start, one.end) is None:
            key = f"number {one.whole.lstrip('0')}"
            hints = frozenset({key, *_long(one.whole)} | _pieces(plain[one.start : one.end]))
            yield Term(TermKind.NUMBER, one.start, one.end, text[one.start : one.end], key, frozenset({key}), hints)


def _counted(plain: str, low: str, text: str, tongue: str) -> Iterator[Term]:
    """Yield numbers of several words, or above twelve."""
    for start, end, value in spelt.numbers(plain, low, tongue):
        yield _numbered((start, end), text, value)


def _numbered(span: tuple[int, int], text: str, value: int) -> Term:
    key = f"number {value}"
    return Term(TermKind.NUMBER, *span, text[slice(*span)], key, frozenset({key}), frozenset({key, f"{_PIECE}{value}"}))


# ---- words


def _word(match: "re.Match[str]", text: str, tongue: str, *, common: bool, shouts: bool) -> Term | None:
    start, end = match.span()
    said, opens = text[start:end], _opens_sentence(text, start)
    if not _is_function_word(said, tongue):
        term = _read(said, tongue, opens=opens)
    elif not common:
        term = None if shouts else _named(said, tongue, opens=opens)
    else:
        term = _read(_heard(said, tongue) if shouts else said, tongue, opens=opens)
        if shouts and term is not None:
            term = msgspec.structs.replace(term, hints=term.hints | _shouted(said).hints)
    return None if term is None else Term(term.kind, start, end, said, term.key, term.said, term.hints)


def _named_by_letters(one: spelt.Spelt, text: str, tongue: str) -> Term:
    """Return the name that letters with marks between them are."""
    said = text[one.start : one.end]
    known = _named(one.whole, tongue, opens=False) if _is_function_word(one.whole, tongue) else None
    whole = _read(one.whole, tongue, opens=False)
    term = known or whole
    if term is None or whole is None:
        key = f"name {folded(one.whole)}"
        return Term(TermKind.NAME, one.start, one.end, said, key, frozenset({key}), frozenset({key}))
    # As it stands in what a notice rests on, it is the plain word as well.
    return Term(TermKind.NAME, one.start, one.end, said, term.key, term.said, term.hints | whole.hints)


@lru_cache(maxsize=KNOWN_WORDS)
def _is_function_word(stands: str, tongue: str) -> bool:
    return folded(stands) in _function_words(tongue)


_FEWEST_SHOUTED = 4  # words; IS alone is a name


def _shouts(text: str) -> bool:
    """Say whether a whole text stands in capitals, so that they tell nothing."""
    return text.isupper() and len(text.split()) >= _FEWEST_SHOUTED


def _heard(stands: str, tongue: str) -> str:
    return stands.lower() if _is_function_word(stands, tongue) else stands


@lru_cache(maxsize=KNOWN_WORDS)
def _shouted(stands: str) -> Term:
    """Return what a word that every text has may be in a text in capitals: perhaps a name, but nobody may rely on it."""
    hints = frozenset(_as_name(folded(stands)))
    return Term(TermKind.WORD, 0, 0, stands, f"shouted {folded(stands)}", frozenset(), hints)


def _as_name(word: str) -> tuple[str, str]:
    return f"name {word}", f"caps {word}"


@lru_cache(maxsize=KNOWN_WORDS)
def _named(stands: str, tongue: str, *, opens: bool) -> Term | None:
    """Return the name that a word is by its capital alone, which every text has without one; None: it is none."""
    word, in_capitals = folded(stands), _in_capitals(stands)
    if len(word) == 1 or not stands[0].isupper() or (opens and not in_capitals) or stands in _polite(tongue):
        return None
    if word in _meant(tongue):
        return _read(stands, tongue, opens=False)
    by_name, by_capitals = _as_name(word)
    key, said = (f"name {word.upper()}", by_capitals) if in_capitals else (by_name, by_name)
    return Term(TermKind.NAME, 0, 0, stands, key, frozenset({said}), frozenset({said}))


def _in_capitals(stands: str) -> bool:
    return len(stands) > 1 and stands.isupper()


def read(stands: str, tongue: str, *, opens: bool) -> Term | None:
    """Return what a word is, wherever it stands. opens: a sentence, so that its capital tells nothing."""
    word = folded(stands)
    if not word or (len(word) == 1 and word.isascii()):
        return None
    meant = _meant(tongue).get(word)
    perhaps: set[str] = set()
    if meant is not None:
        kind, key = meant
        month = {key.replace("time month ", _OF_MONTH).replace("number ", _PIECE)}
        if not _is_function_word(stands, tongue) or not is_cased(stands) or (stands[0].isupper() and not opens):
            return Term(kind, 0, 0, stands, key, frozenset({key}), frozenset({key, *month}))
        if stands[0].isupper():  # May we? In May
            perhaps = {key, *month}
    with_digits = not stands.isalpha() and any(one.isdigit() for one in stands)
    is_name = stands[0].isupper() or with_digits
    if with_digits:  # 300kg, EUR4200
        perhaps |= {one for one in _pieces(stands) if len(one) > len("number 1")}
    # Miller is no miller, and Mills no mill: a name stands elsewhere only where it stands as one, and whole.
    as_word = (f"as {word}", f"light {_light(word)}") if opens or not is_name else ()
    said = frozenset((f"name {word}", *as_word) if is_name else as_word)
    if is_name and word in _function_words_of_any():
        by_name, by_capitals = _as_name(word)
        perhaps.add(by_name)
        if _in_capitals(stands):
            perhaps.add(by_capitals)
            said |= {by_capitals}
    hints = frozenset((f"stem {bare(word)}", f"as {word}", *perhaps, *(_sounds(word) if is_name else ())))
    kind = TermKind.NAME if is_name and not opens else TermKind.WORD
    return Term(kind, 0, 0, stands, f"{'name' if is_name else 'word'} {word}", said, hints)


_read = lru_cache(maxsize=KNOWN_WORDS)(read)


def stands(found: Iterable[Term]) -> frozenset[str]:
    """Return everything that is said, strictly, where these terms stand: a name is a word there as well."""
    every: set[str] = set()
    for one in found:
        every |= one.said
        if one.key.startswith(RUN):
            every.add(one.key)
        elif one.key.startswith("name "):
            word = one.key.removeprefix("name ")
            every |= {f"as {word}", f"light {_light(word)}"}
        elif not is_cased(one.text) and one.key.startswith("word "):
            every.add(one.key.replace("word ", "name ", 1))  # a script without capitals tells no names
    return frozenset(every)


def is_cased(text: str) -> bool:
    """Say whether words of its script begin with capitals: Georgian can be in capitals throughout, and none of its words begins with one."""
    return text.lower() != text.title()


def _opens_sentence(text: str, start: int) -> bool:
    while start and text[start - 1] in " \t\"'«“„(¿¡":
        start -= 1
    return not start or text[start - 1] in ".!?:\n…؟"


def _light(word: str) -> str:
    """Return a word without the commonest ending that leaves its sense."""
    if not word.isascii():
        return _cut(word, _CYRILLIC_ENDINGS, 4)
    if word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 4 else word


def bare(word: str) -> str:
    """Return a word without whatever may be an ending."""
    if "a" <= word[0] <= "z":
        return _cut(word, _LATIN_ENDINGS, 4)
    if "\u0400" <= word[0] <= "\u04ff":
        return _cut(word, _CYRILLIC_ENDINGS, 3)
    return _ARABIC_BEFORE.sub("", word)


def _cut(word: str, endings: tuple[str, ...], least: int) -> str:
    if not word.endswith(endings):
        return word
    order, longest = _order(endings)
    fitting = [order[end] for n in range(1, min(longest, len(word) - least) + 1) if (end := word[-n:]) in order]
    return word[: -len(endings[min(fitting)])] if fitting else word


@cache
def _order(endings: tuple[str, ...]) -> tuple[dict[str, int], int]:
    return {one: number for number, one in enumerate(endings)}, max(map(len, endings))


def _sounds(word: str) -> set[str]:
    """Return about how a name sounds, in Latin letters, with its ending and without: Крокуса, Krokus and Crocus are one."""
    return {f"sound {_sound(one)}" for one in (word, bare(word)) if len(one) > _SHORTEST_SOUND}


def _sound(word: str) -> str:
    latin = word if word.isascii() else "".join(_ROMAN.get(one, one) for one in word)
    for written, heard in _HEARD_AS:
        latin = latin.replace(written, heard)
    latin = latin.replace("ch", "\0").replace("c", "k").replace("\0", "ch").translate(_HEARD)
    return _TWICE.sub(r"\1", latin)


# ---- the tables


@cache
def _function_words(tongue: str) -> frozenset[str]:
    tables = tomllib.loads((files(__package__) / "function_words.toml").read_text("utf-8"))
    return frozenset(folded(word) for word in tables.get(tongue, "").split())


@cache
def _polite(tongue: str) -> frozenset[str]:
    """Return the words that have a capital everywhere: Sie."""
    tables = tomllib.loads((files(__package__) / "function_words.toml").read_text("utf-8"))
    return frozenset(word for word in tables.get(tongue, "").split() if word[0].isupper())


@cache
def _function_words_of_any() -> frozenset[str]:
    tables = tomllib.loads((files(__package__) / "function_words.toml").read_text("utf-8"))
    return frozenset().union(*map(_function_words, tables))


@cache
def _table(name: str, tongue: str, first: int) -> dict[str, int]:
    words = tomllib.loads((files(__package__) / "calendar.toml").read_text("utf-8"))[name].get(tongue, "")
    return {folded(form): number for number, forms in enumerate(words.split(), first) for form in forms.split("|")}


@cache
def _meant(tongue: str) -> dict[str, tuple[TermKind, str]]:
    """Return the words that are a time or a number."""
    found = {word: (TermKind.TIME, f"time {clock}") for word, clock in _NOON.items()}
    found |= {word: (TermKind.NUMBER, f"number {number}") for word, number in _table("numbers", tongue, 2).items()}
    found |= {word: (TermKind.TIME, f"time day {day}") for word, day in _table("days", tongue, 1).items()}
    return found | {word: (TermKind.TIME, f"time month {month}") for word, month in _months(tongue).items()}


def _months(tongue: str) -> dict[str, int]:
    return _table("months", tongue, 1)
