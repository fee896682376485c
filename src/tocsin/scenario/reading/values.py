"""Reading one written value: a moment, a length of time, a point, a likelihood. What cannot be read is Refused.

A refusal here finishes the sentence "at '2024-13-01' of step 'x' ..."; the form puts file, line and subject before it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tocsin.basis.errors import Refused
from tocsin.basis.moment import zone
from tocsin.scenario.head import Point

_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LENGTH = re.compile(r"(\d{1,6}(?:\.\d+)?)\s*(seconds?|s|minutes?|min|m|hours?|h|days?|d|weeks?|w)\b")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?(-[A-Za-z0-9]{2,8})*")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LONGEST = timedelta(days=3_660)

# The two columns of terms as printed in ICD 203, Analytic Standards (2015), section D.6.e(2)(a).
ICD_203: dict[str, tuple[float, float]] = {
    "almost no chance": (0.01, 0.05),
    "remote": (0.01, 0.05),
    "very unlikely": (0.05, 0.20),
    "highly improbable": (0.05, 0.20),
    "unlikely": (0.20, 0.45),
    "improbable": (0.20, 0.45),
    "roughly even chance": (0.45, 0.55),
    "roughly even odds": (0.45, 0.55),
    "likely": (0.55, 0.80),
    "probable": (0.55, 0.80),
    "very likely": (0.80, 0.95),
    "highly probable": (0.80, 0.95),
    "almost certain": (0.95, 0.99),
    "nearly certain": (0.95, 0.99),
}


def moment(text: str, zone: ZoneInfo, after: datetime | None = None) -> datetime:
    """Read a moment and return it in UTC.

    zone: whose clock is meant where no offset is written. after: what '+2h' counts from.
    """
    if text.startswith("+") and after is not None:
        return after + _span(text[1:])
    tidy = re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", text.strip())
    tidy = re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", tidy)
    try:
        read = datetime.fromisoformat(tidy)
    except ValueError as error:
        raise Refused("is no moment; write it like 2024-03-07 20:00 or 2024-03-07T20:00:00+03:00") from error
    if not 1900 <= read.year <= 2199:
        raise Refused("is outside the years 1900 to 2199")
    if read.tzinfo is not None:
        return read.astimezone(UTC)
    there = read.replace(tzinfo=zone).astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != read:
        raise Refused(f"does not exist in {zone.key}, where the clocks were put forward then; write an offset")
    return there


def length(text: str) -> timedelta:
    """Read a length of time such as '30m', '48h', '7d' or '1d 12h', longer than nothing."""
    total = _span(text)
    if not total:
        raise Refused("must be longer than nothing and at most ten years")
    return total


def _span(text: str) -> timedelta:
    rest = text.strip().casefold()
    parts = _LENGTH.findall(rest)
    if not parts or _LENGTH.sub("", rest).strip():
        raise Refused("is no length of time; write it like 30m, 48h, 7d or 1d 12h")
    total = timedelta(seconds=sum(float(count) * _UNITS[unit[0]] for count, unit in parts))
    if total > _LONGEST:
        raise Refused("must be longer than nothing and at most ten years")
    return total


def whole(text: str, low: int, high: int) -> int:
    """Read a whole number between two bounds."""
    try:
        read = int(text) if len(text) < 20 else None
    except ValueError:
        read = None
    if read is None or not low <= read <= high:
        raise Refused(f"must be a whole number from {low} to {high}")
    return read


def decimal(text: str, low: float, high: float) -> float:
    """Read a number between two bounds."""
    try:
        read = float(text)
    except ValueError as error:
        raise Refused(f"must be a number from {low:g} to {high:g}") from error
    if not low <= read <= high:
        raise Refused(f"must be a number from {low:g} to {high:g}")
    return read


def word(text: str) -> str:
    """Return one of several words as it is compared: small letters, '_' for '-' and ' '."""
    return text.strip().casefold().replace("-", "_").replace(" ", "_")


def flag(text: str) -> bool:
    """Read true or false, in any of the ways that YAML has known."""
    if text.casefold() in ("true", "yes", "on"):
        return True
    if text.casefold() in ("false", "no", "off"):
        return False
    raise Refused("must be true or false")


def identifier(text: str) -> str:
    """Read an id."""
    if not _ID.fullmatch(text):
        raise Refused("is no id; use up to 64 letters, digits, '.', '_' and '-', beginning with a letter or digit")
    return text


def language(text: str) -> str:
    """Read a language tag. Source: RFC 5646 (BCP 47), its common part."""
    if not _LANGUAGE.fullmatch(text):
        raise Refused("is no language tag; write it like en, ru, zh-Hant or pt-BR")
    return text


def zone_name(text: str) -> str:
    """Read the name of a time zone."""
    try:
        return zone(text).key
    except Refused as error:
        raise Refused("is no IANA time zone; write one like Europe/Moscow") from error


def country(text: str) -> str:
    """Read a country code. Source: ISO 3166-1, alpha-2."""
    if not re.fullmatch(r"[A-Za-z]{2}", text):
        raise Refused("is no country code; write two letters like RU (ISO 3166-1 alpha-2)")
    return text.upper()


def point(numbers: Sequence[str]) -> Point:
    """Read [latitude, longitude]."""
    if len(numbers) != 2:
        raise Refused("is no point; write it like [55.75, 37.62], latitude first")
    try:
        return decimal(numbers[0], -90, 90), decimal(numbers[1], -180, 180)
    except Refused as error:
        raise Refused("is no point: latitude is from -90 to 90, longitude from -180 to 180, latitude first") from error


def ring(points: Sequence[Point]) -> tuple[Point, ...]:
    """Check an area's edge. Source: OASIS CAP 1.2, section 3.2.4, polygon."""
    if len(points) < 4:
        raise Refused(f"has {len(points)} points; an area needs at least four, the last equal to the first")
    if points[0] != points[-1]:
        raise Refused("is open; end it with its first point")
    if len(set(points)) < 3:
        raise Refused("encloses nothing; it needs three different points at least")
    return tuple(points)


def likelihood(words: Sequence[str]) -> tuple[float, float]:
    """Read [low, high], one number, or a term of ICD 203."""
    if len(words) == 1 and words[0].casefold() in ICD_203:
        return ICD_203[words[0].casefold()]
    if len(words) not in (1, 2):
        raise Refused("is no likelihood; write [low, high] such as [0.2, 0.45], or a term such as unlikely")
    try:
        low, high = decimal(words[0], 0, 1), decimal(words[-1], 0, 1)
    except Refused as error:
        raise Refused(
            "is no likelihood; write probabilities from 0 to 1 such as [0.2, 0.45], or a term such as unlikely"
        ) from error
    if low > high:
        raise Refused(f"has its low end above its high end; write [{high:g}, {low:g}]")
    return low, high
