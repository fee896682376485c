"""Moments: aware, in UTC, written as RFC 3339 with a Z. The clock is handed in, never looked at."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tocsin.basis.errors import Refused

STEADY = timedelta(minutes=1)
"""By less than this a clock is not said to be wrong: a machine's is set right by parts of a second all the time."""


class Clock(Protocol):
    """Tells the moment. Production reads the machine, a replay its script, a test its town."""

    def now(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        ...


def utc(text: str) -> datetime:
    """Read an RFC 3339 moment with any offset and return it in UTC.

    Raises:
        Refused: the text is no such moment, or has no offset.
    """
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:  # an offset may lead out of the years that there are
        raise Refused(f"{text!r} is no moment. Write it like 2024-03-07T18:00:00Z.") from error
    raise Refused(f"{text!r} names no offset. Write it like 2024-03-07T18:00:00Z or 2024-03-07T21:00:00+03:00.")


def rfc3339(moment: datetime) -> str:
    """Write a moment as RFC 3339 in UTC with a Z, without fractions that are zero."""
    text = moment.astimezone(UTC).isoformat()
    return text.replace("+00:00", "Z")


def zone(name: str) -> ZoneInfo:
    """Return the IANA time zone of that name.

    Raises:
        Refused: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused(f"{name!r} is no IANA time zone. Write one like Europe/Moscow.") from error


def by_the_wall(local: datetime, its_zone: ZoneInfo) -> datetime:
    """Return when a clock first shows a time or a later one; in UTC."""
    moment = local.replace(tzinfo=its_zone).astimezone(UTC)
    shown = moment.astimezone(its_zone).replace(tzinfo=None)
    # In a gap the moment lies as far behind the jump as the time lies in it.
    return moment if shown == local else moment - (local - _jump(local, its_zone))


def _jump(local: datetime, its_zone: ZoneInfo) -> datetime:
    """Return what the clock would have shown when it jumped over this time."""
    before = local.replace(tzinfo=its_zone, fold=0).utcoffset() or timedelta()
    low, high = local - timedelta(days=1), local
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        shown = (middle - before).replace(tzinfo=UTC).astimezone(its_zone).replace(tzinfo=None)
        low, high = (middle, high) if shown == middle else (low, middle)
    return high


def spell(length: timedelta) -> str:
    """Write a length of time the way a person says it, two units at most: '11 d 19 h', '3 h', '41 s'."""
    seconds = int(abs(length).total_seconds())
    parts = [
        (seconds // 86_400, "d"),
        (seconds % 86_400 // 3_600, "h"),
        (seconds % 3_600 // 60, "min"),
        (seconds % 60, "s"),
    ]
    first = next((place for place, (count, _) in enumerate(parts) if count), len(parts) - 1)
    return " ".join(f"{count} {unit}" for count, unit in parts[first : first + 2] if count) or "0 s"
