"""How each kind of value is spelled between the tags of CAP, both ways.

Reading raises ValueError with a sentence saying what would be right; writing trusts that check.py has looked.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

import msgspec

from tocsin.cap.model import Certainty, Circle, Pair, Reference, Ring

_floats = msgspec.json.Decoder(list[float]).decode
_pairs = msgspec.json.Decoder(Ring).decode
XML_SPACE = " \t\r\n"
_LONG = 8_000

_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)")
_ANY_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(\.[0-9]+)?(Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
)
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
# Neither nan, inf, 1_000 nor the digits of other scripts, all of which float() would take.
_RING = re.compile(r"[ \t\r\n]*+(?:[0-9eE+\-.]++,[0-9eE+\-.]++(?:[ \t\r\n]++|$))*+")
_COORDINATE = r"([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
_CIRCLE = re.compile(rf"{_COORDINATE},{_COORDINATE}[ \t\r\n]+{_COORDINATE}")
_NAMES = re.compile(r'"([^"]*)"(?![^ \t\r\n])|([^ \t\r\n]+)')


class Value(msgspec.Struct, frozen=True):
    """One kind of value.

    xsd: its type in the schema; a name of XML Schema, or of ours in schema.py. words: those it is one of.
    passed: reads sooner what the schema has passed; nothing where the text itself is the value.
    """

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    xsd: str = "string"
    words: tuple[str, ...] = ()
    passed: Callable[[str], Any] | None = None


def moment(text: str) -> datetime:
    """Read a moment with a numeric offset.

    Source: CAP 1.2, section 3.3.2; XML Schema 1.0 part 2, 3.2.7 (24:00:00 is the next midnight; offsets end at 14:00).
    """
    text = text.strip(XML_SPACE)
    with suppress(ValueError, OverflowError):
        if _MOMENT.fullmatch(text):
            return _from_iso(text)
    raise ValueError(f"{text[:40]!r} is no moment with a numeric offset, like 2024-03-07T18:00:00-00:00.")


def _from_iso(text: str) -> datetime:
    if text[11:19] == "24:00:00":
        return datetime.fromisoformat(f"{text[:11]}00{text[13:]}") + timedelta(days=1)
    return datetime.fromisoformat(text)


def any_moment(text: str) -> datetime:
    """Read a moment as CAP 1.1 and 1.0 let it be written: with Z too, and with parts of a second.

    Without an offset it is no moment. Parts below a millionth of a second are cut off.
    """
    text = text.strip(XML_SPACE)
    found = _ANY_MOMENT.fullmatch(text)
    with suppress(ValueError, OverflowError):
        if found:
            part = f"{found[2][:7]:0<7}" if found[2] else ""
            return _from_iso(f"{found[1]}{part}{found[3].replace('Z', '+00:00')}")
    raise ValueError(f"{text[:40]!r} is no moment with an offset from UTC, like 2024-03-07T18:00:00-00:00.")


def equated(text: str) -> Pair:
    """Read a pair as CAP 1.0 has it, name=value. Without a name it is all value."""
    name, _, value = text.partition("=")
    return (name, value) if name and len(name) < len(text) else ("", text)


def equated_text(pair: Pair) -> str:
    """Write a pair as CAP 1.0 has it."""
    return f"{pair[0]}={pair[1]}" if pair[0] else pair[1]


def moment_text(moment: datetime) -> str:
    """Write a moment with a numeric offset; UTC is -00:00, never Z.

    Source: CAP 1.2, section 3.3.2.
    """
    text = moment.isoformat()
    return text.removesuffix("+00:00") + "-00:00" if text.endswith("+00:00") else text


def language(text: str) -> str | None:
    """Read a language tag. An empty element means the default, as an absent one does."""
    tag = text.strip(XML_SPACE)
    if text and not _LANGUAGE.fullmatch(tag):
        raise ValueError(f"{tag[:40]!r} is no language tag of RFC 3066, like en-GB.")
    return tag or None


def is_language(tag: str) -> bool:
    """Say whether this has the form of a language tag of RFC 3066."""
    return bool(_LANGUAGE.fullmatch(tag))


def number(text: str) -> float:
    """Read a decimal number."""
    text = text.strip(XML_SPACE)
    if not _DECIMAL.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no decimal number.")
    return float(text)


def number_text(value: float) -> str:
    """Write a number in the fewest digits that read back the same, without an exponent."""
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def whole_number(text: str) -> int:
    """Read a whole number."""
    text = text.strip(XML_SPACE)
    if not _INTEGER.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no whole number.")
    return int(text)


def polygon(text: str) -> Ring:
    """Read a ring: pairs lat,lon with white space between. An empty element is a ring of no points."""
    return _ring(text) if len(text) < _LONG else _ring.__wrapped__(text)


def _one_line(text: str) -> str:
    return text.strip(XML_SPACE).replace("\n", " ").replace("\r", " ").replace("\t", " ")


def _paired(pairs: list[str]) -> Ring:
    try:
        # JSON's numbers are read three times as fast as Python's; +5, .5 and 05 are none of its.
        numbers = iter(_floats(f"[{','.join(pairs)}]"))
    except msgspec.DecodeError:
        numbers = iter([float(number) for pair in pairs for number in pair.split(",")])
    return tuple(zip(numbers, numbers, strict=True))


# The same outline stands in a message once a language, and in one message after another.
@lru_cache(maxsize=512)
def _ring(text: str) -> Ring:
    if "[" not in text:
        try:
            # As a list of lists a ring is read in half the time. What that is not, such as +5 or two blanks, is looked at.
            return _pairs(f"[[{_one_line(text).replace(' ', '],[')}]]")
        except msgspec.DecodeError:
            pass
    if _RING.fullmatch(text):
        with suppress(ValueError):
            return _paired(text.split())
    raise ValueError("This polygon is not a list of pairs lat,lon with white space between them.")


def polygon_text(ring: Ring) -> str:
    """Write a ring the way CAP wants it."""
    return " ".join([f"{number_text(lat)},{number_text(lon)}" for lat, lon in ring])


def circle(text: str) -> Circle:
    """Read a circle: lat,lon, a space, the radius in kilometres."""
    found = _CIRCLE.fullmatch(text.strip(XML_SPACE))
    if not found:
        raise ValueError(f"{text[:60]!r} is no circle, like 55.75,37.62 25.0 (lat,lon and kilometres).")
    return float(found[1]), float(found[2]), float(found[3])


def circle_text(circle: Circle) -> str:
    """Write a circle the way CAP wants it."""
    lat, lon, radius = map(number_text, circle)
    return f"{lat},{lon} {radius}"


def references(text: str) -> tuple[Reference, ...]:
    """Read a list of sender,identifier,sent with white space between them."""
    return tuple([_reference(triple) for triple in text.split()])


def sound_references(text: str) -> tuple[Reference, ...]:
    """Return those references of a list that can be read: one that cannot does not hide the others."""
    found = []
    for triple in text.split():
        with suppress(ValueError):
            found.append(_reference(triple))
    return tuple(found)


def _reference(triple: str) -> Reference:
    parts = triple.split(",")
    if len(parts) != 3 or not all(parts):
        raise ValueError(f"{triple[:80]!r} is no sender,identifier,sent.")
    return Reference(parts[0], parts[1], moment(parts[2]))


def references_text(references: Sequence[Reference]) -> str:
    """Write a list of references."""
    return " ".join([f"{each.sender},{each.identifier},{moment_text(each.sent)}" for each in references])


def names(text: str) -> tuple[str, ...]:
    """Read a list of names with white space between them, those that hold white space in double quotes."""
    return tuple([found[2] if found[1] is None else found[1] for found in _NAMES.finditer(text)])


def names_text(names: Sequence[str]) -> str:
    """Write a list of names."""
    return " ".join([f'"{name}"' if not name or any(c in XML_SPACE for c in name) else name for name in names])


def _same(text: str) -> str:
    return text


def _trimmed(text: str) -> str:
    return text.strip(XML_SPACE)


def choice(words: Iterable[StrEnum]) -> Value:
    """Return the kind of value that is one of these words, spelled exactly so."""
    known = {word.value: word for word in words}

    def read(text: str) -> StrEnum:
        if text not in known:
            raise ValueError(f"{text[:40]!r} is none of {', '.join(known)}.")
        return known[text]

    return Value(read, str, words=tuple(known), passed=known.__getitem__)


def _certainty_of_1_0(text: str) -> Certainty:
    """Read how sure it is. 1.2, 3.2.2: what 1.0 called Very Likely is Likely."""
    if text not in _OLD_CERTAINTY:
        raise ValueError(f"{text[:40]!r} is none of {', '.join(_OLD_CERTAINTY)}.")
    return Certainty("Likely" if text == "Very Likely" else text)


_OLD_CERTAINTY = ("Very Likely", "Likely", "Possible", "Unlikely", "Unknown")


def _passed_moment(text: str) -> datetime:
    """Read a moment that the schema of 1.2 has passed: without white space it has 25 characters."""
    return datetime.fromisoformat(text) if len(text) == 25 and text[11:13] != "24" else moment(text)


def _value(
    read: Callable[[str], Any], write: Callable[[Any], str], xsd: str = "string", words: tuple[str, ...] = ()
) -> Value:
    return Value(read, write, xsd, words, read)


TEXT = Value(_same, _same)
URI = _value(_trimmed, _same, "anyURI")
MOMENT = Value(moment, moment_text, "moment", (), _passed_moment)
ANY_MOMENT = _value(any_moment, moment_text, "dateTime")
LANGUAGE = _value(language, _same, "language")
NUMBER = _value(number, number_text, "decimal")
HEIGHT = _value(number, number_text)
WHOLE = _value(whole_number, str, "integer")
NAMES = _value(names, names_text)
LISTED = _value(names, names_text, "strings")
EQUATED = _value(equated, equated_text)
REFERENCES = _value(references, references_text)
OLD_REFERENCES = _value(references, references_text, "strings")
POLYGON = _value(polygon, polygon_text)
CIRCLE = _value(circle, circle_text)
VERY_LIKELY = _value(_certainty_of_1_0, str, words=_OLD_CERTAINTY)
