"""Itineraries in a calendar: each event of an iCalendar file is a trip. It is read as a stream, and holds one event.

A calendar does not say whose it is: that is said beside it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.people.events import (
    MOST_LINES,
    Calendar,
    Piece,
    Reading,
    each_event,
    is_too_long,
    later,
    length_of,
    moment_of,
    name_of,
    only_one,
    read_event,
    text_of,
)
from tocsin.people.listed import Row

REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
READ = frozenset({"UID", "DTSTART", "DTEND", "DURATION", "GEO", "LOCATION", "STATUS", *REPEATS})


def read_events(lines: Iterable[str], calendar: Calendar, *, person: str, zone_name: str = "") -> Iterator[Row]:
    """Read each event as the row of a trip. One that is wrong is refused, and the next one read.

    person: whose calendar it is, as the list of people has it. zone_name: in which days and hours are that name no time
    zone; empty: in the calendar's own, or else UTC.
    """
    for piece, reading, called_off in each_event(lines, calendar, READ, zone_name=zone_name):
        yield _row(piece, person, reading, called_off=called_off)


def _row(piece: Piece, person: str, reading: Reading, *, called_off: bool) -> Row:
    try:
        return Row(line=piece.line, cells={"person": person, **_cells(piece, reading, called_off=called_off)})
    except Refused as error:
        return Row(line=piece.line, refused=str(error))


def _cells(piece: Piece, reading: Reading, *, called_off: bool) -> dict[str, str]:
    """Return what an event says as the cells of a row.

    Raises:
        Refused: it repeats, or cannot be read.
    """
    if is_too_long(piece):
        raise Refused(f"It has more than {MOST_LINES} properties that Tocsin would read, or one that is too long.")
    if any(name_of(line) in REPEATS for line in piece.lines):  # before it is read: that takes seconds where it is long
        raise Refused("It repeats, or belongs to what repeats. Write each journey as an event of its own.")
    event = read_event(piece.lines)
    cells = {"trip": text_of(event, "UID"), "status": "cancelled" if called_off else text_of(event, "STATUS")}
    if cells["status"].upper() == "CANCELLED":
        return cells
    since, until = _span(event, reading)
    return cells | {"place": text_of(event, "LOCATION"), "position": _position(event), "from": since, "until": until}


def _position(event: Mapping[str, Any]) -> str:
    found = only_one(event, "GEO")
    try:
        return "" if found is None else f"{float(found.latitude)},{float(found.longitude)}"
    except Exception as error:
        raise Refused("GEO: it is latitude;longitude in degrees, such as 48.21;16.37 (RFC 5545, 3.8.1.6).") from error


def _span(event: Mapping[str, Any], reading: Reading) -> tuple[str, str]:
    """Return from when to when an event lasts; a day that has no end lasts to its own."""
    begins, starts_at = moment_of(event, "DTSTART", reading)
    if only_one(event, "DTEND") is not None:
        ends, _ = moment_of(event, "DTEND", reading)
    else:
        ends = later(begins, length_of(event, whole_day=not isinstance(starts_at, datetime)))
    return rfc3339(begins), rfc3339(ends)
