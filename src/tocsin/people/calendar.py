"""Itineraries in a calendar: each event of an iCalendar file is a trip. It is read as a stream, and holds one event.

Events and time zones are cut out of the file here, and only so much of them as we want; what stands in them is read by the
icalendar library. A calendar does not say whose it is: that is said beside it.
"""

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, cast

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339, zone
from tocsin.people.folding import MOST_CHARACTERS, unfolded
from tocsin.people.listed import Row

BEGINS = "BEGIN:VCALENDAR"
MOST_LINES = 400  # of one event or time zone, of those that we read
MOST_ZONES = 50
MOST_RULES = 60  # of all zones: one that never comes true is looked for until the year 9999, for half a second
MOST_DEEP = 8  # components in components
REPEATS = ("RRULE", "RDATE", "RECURRENCE-ID")
READ = frozenset({"UID", "DTSTART", "DTEND", "DURATION", "GEO", "LOCATION", "STATUS", *REPEATS})

_NAME = re.compile(r"([A-Za-z0-9-]+)(?=[;:])")
# What is read of a time zone, in the one spelling that no library takes for more than it is. A rule that came by the
# second would be counted out one by one, for centuries. Source: RFC 5545, section 3.6.5.
OF_A_ZONE = {
    "DTSTART": re.compile(r"\d{8}(T\d{6})?", re.ASCII),
    "TZOFFSETFROM": re.compile(r"[+-]\d{4}(\d\d)?", re.ASCII),
    "TZOFFSETTO": re.compile(r"[+-]\d{4}(\d\d)?", re.ASCII),
    "RDATE": re.compile(r"\d{8}(T\d{6})?(,\d{8}(T\d{6})?)*", re.ASCII),
    "RRULE": re.compile(
        r"(?!.*FREQ=(?!YEARLY))(?!.*BY(HOUR|MINUTE|SECOND))(?=.*FREQ=)[A-Z]+=[-+A-Z0-9,]+(;[A-Z]+=[-+A-Z0-9,]+)*",
        re.ASCII | re.IGNORECASE,
    ),
}
OBSERVANCES = ("STANDARD", "DAYLIGHT")


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """What was found in a calendar on the way through it. events: how many. zones: those that it brings, by their names."""

    events: int
    zones: Mapping[str, tzinfo]


class _Piece(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in a calendar: a component, or a property of its own where name is empty. line: where it begins."""

    name: str
    line: int
    lines: Sequence[str]


def read_calendar(lines: Iterable[str]) -> Calendar:
    """Read a calendar to its end, and return what is needed to read its events.

    Raises:
        Refused: something is not closed, or a time zone in it cannot be read.
    """
    events, brought, rules, zones = 0, 0, 0, dict[str, tzinfo]()
    for piece in _pieces(lines):
        if piece.name == "VTIMEZONE":
            brought += 1
            rules += sum(line.strip().upper().startswith("RRULE") for line in piece.lines)
            if brought > MOST_ZONES or rules > MOST_RULES:
                raise Refused(
                    f"The calendar brings more than {MOST_ZONES} time zones, or {MOST_RULES} rules by which they change."
                )
            name, found = _zone(piece)
            zones[name] = found
        events += piece.name == "VEVENT"
    return Calendar(events=events, zones=zones)


def read_events(lines: Iterable[str], calendar: Calendar, *, person: str, zone_name: str = "") -> Iterator[Row]:
    """Read each event as the row of a trip. One that is wrong is refused, and the next one read.

    person: whose calendar it is, as the list of people has it. zone_name: in which days and hours are that name no time
    zone; empty: in the calendar's own, or else UTC.
    """
    default: tzinfo = zone(zone_name or "UTC")
    called_off = False
    for piece in _pieces(lines):
        if piece.name == "VCALENDAR":
            default, called_off = zone(zone_name or "UTC"), False
        elif not piece.name:
            name, _, value = piece.lines[0].partition(":")
            called_off |= (name.upper(), value.strip().upper()) == ("METHOD", "CANCEL")
            if name.upper() == "X-WR-TIMEZONE" and not zone_name:
                default = calendar.zones.get(value.strip()) or _known(value.strip()) or default
        elif piece.name == "VEVENT":
            yield _row(piece, person, _Reading(calendar.zones, default), called_off=called_off)


def _known(name: str) -> tzinfo | None:
    try:
        return zone(name)
    except Refused:
        return None


# ---- cutting


def _pieces(lines: Iterable[str]) -> Iterator[_Piece]:
    """Yield the components of a calendar, and its own properties. Each calendar begins with an empty piece of its name."""
    cutting = _Cutting()
    for number, line in unfolded(lines):
        piece = cutting.take(number, line)
        if piece is not None:
            yield piece
    if cutting.inside:
        raise Refused(f"The calendar ends before END:{cutting.inside[-1][:40]}.")


class _Cutting:
    """How far a calendar has been cut. inside: the components that are open."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self._begins = 0
        self._kept: list[str] = []

    def take(self, number: int, line: str) -> _Piece | None:
        """Take one more line; return what is whole with it."""
        word, _, name = line.strip().upper().partition(":")
        if word == "BEGIN":
            return self._begin(number, name)
        if word == "END":
            return self._end(number, name)
        if word and not self.inside:
            raise _misplaced(number)
        if len(self.inside) == 1 and word:
            return _Piece(name="", line=number, lines=[line])
        self._keep(line)
        return None

    def _begin(self, number: int, name: str) -> _Piece | None:
        if len(self.inside) >= MOST_DEEP or (not self.inside and name != "VCALENDAR"):
            raise _misplaced(number)
        self.inside.append(name)
        if len(self.inside) == 2:
            self._begins, self._kept = number, []
        elif name in OBSERVANCES:
            self._keep(f"BEGIN:{name}")
        return _Piece(name=name, line=number, lines=()) if len(self.inside) == 1 else None

    def _end(self, number: int, name: str) -> _Piece | None:
        if name in OBSERVANCES:
            self._keep(f"END:{name}")
        if not self.inside or self.inside.pop() != name:
            raise _misplaced(number)
        return _Piece(name=name, line=self._begins, lines=self._kept) if len(self.inside) == 1 else None

    def _keep(self, line: str) -> None:
        if len(self._kept) <= MOST_LINES and _is_wanted(self.inside[1:], line):
            self._kept.append(line[: MOST_CHARACTERS + 1])  # so that it can be told to be too long, and is not held


def _is_wanted(inside: Sequence[str], line: str) -> bool:
    match inside:
        case ["VEVENT"]:
            return _name(line) in READ
        case ["VTIMEZONE"]:
            return line.upper().startswith("TZID")
        case ["VTIMEZONE", "STANDARD" | "DAYLIGHT"]:
            return True
    return False


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[1].upper() if found else ""


def _misplaced(number: int) -> Refused:
    return Refused(
        f"Line {number} is not where it must be: what begins in a calendar ends, and all of it in a VCALENDAR."
    )


def _is_too_long(piece: _Piece) -> bool:
    return len(piece.lines) > MOST_LINES or any(len(line) > MOST_CHARACTERS for line in piece.lines)


# ---- time zones


def _zone(piece: _Piece) -> tuple[str, tzinfo]:
    """Read a time zone that a calendar brings.

    Raises:
        Refused: it is none. Source: RFC 5545, section 3.6.5.
    """
    from icalendar import Timezone  # noqa: PLC0415  whoever has no calendar need not wait for it

    name, ours = "", list[str]()
    for line in piece.lines:
        key, _, value = line.strip().partition(":")
        key = key.partition(";")[0].upper()
        if key == "TZID":
            name = value.strip()
        elif key in ("BEGIN", "END"):
            ours.append(line)
        elif key in OF_A_ZONE:
            if not OF_A_ZONE[key].fullmatch(value.strip()):
                raise Refused(
                    f"The time zone of line {piece.line} has a {key} that is not read. Name the zone as IANA does."
                )
            ours.append(f"{key}:{value.strip()}")
    if not name or _is_too_long(piece):
        raise Refused(
            f"The time zone of line {piece.line} has no TZID, more than {MOST_LINES} lines, or one that is too long."
        )
    try:
        # Without its name while it is read, or the library would keep it for the calendars of others.
        found = cast("Timezone", Timezone.from_ical("\r\n".join(["BEGIN:VTIMEZONE", *ours, "END:VTIMEZONE", ""])))
        found["TZID"] = "own"
        own: tzinfo = found.to_tz(lookup_tzid=False)
        datetime(2000, 1, 1, tzinfo=own).utcoffset()
    except Exception as error:
        raise Refused(f"The time zone of line {piece.line} cannot be read (RFC 5545, 3.6.5).") from error
    return name, own


# ---- events


class _Reading(msgspec.Struct, frozen=True):
    """In which time zones an event is read."""

    zones: Mapping[str, tzinfo]
    default: tzinfo


def _row(piece: _Piece, person: str, reading: _Reading, *, called_off: bool) -> Row:
    try:
        return Row(line=piece.line, cells={"person": person, **_cells(piece, reading, called_off=called_off)})
    except Refused as error:
        return Row(line=piece.line, refused=str(error))


def _cells(piece: _Piece, reading: _Reading, *, called_off: bool) -> dict[str, str]:
    """Return what an event says as the cells of a row.

    Raises:
        Refused: it repeats, or cannot be read.
    """
    if _is_too_long(piece):
        raise Refused(f"It has more than {MOST_LINES} properties that Tocsin would read, or one that is too long.")
    if any(_name(line) in REPEATS for line in piece.lines):  # before it is read: that takes seconds where it is long
        raise Refused("It repeats, or belongs to what repeats. Write each journey as an event of its own.")
    event = _event(piece.lines)
    cells = {"trip": _text(event, "UID"), "status": "cancelled" if called_off else _text(event, "STATUS")}
    if cells["status"].upper() == "CANCELLED":
        return cells
    since, until = _span(event, reading)
    return cells | {"place": _text(event, "LOCATION"), "position": _position(event), "from": since, "until": until}


def _event(lines: Sequence[str]) -> Mapping[str, Any]:
    from icalendar import Event  # noqa: PLC0415  as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has guessed which zone is meant by another's name for it
            found: Mapping[str, Any] = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    except Exception as error:
        raise Refused("It cannot be read as an event (RFC 5545, 3.6.1).") from error
    return found


def _only(event: Mapping[str, Any], name: str) -> Any:
    """Return a property; None where there is none."""
    found = event.get(name)
    if isinstance(found, list):
        raise Refused(f"{name}: it is there more than once.")
    return found


def _text(event: Mapping[str, Any], name: str) -> str:
    found = _only(event, name)
    return "" if found is None else str(found).strip()


def _position(event: Mapping[str, Any]) -> str:
    found = _only(event, "GEO")
    try:
        return "" if found is None else f"{float(found.latitude)},{float(found.longitude)}"
    except Exception as error:
        raise Refused("GEO: it is latitude;longitude in degrees, such as 48.21;16.37 (RFC 5545, 3.8.1.6).") from error


def _span(event: Mapping[str, Any], reading: _Reading) -> tuple[str, str]:
    """Return from when to when an event lasts; a day that has no end lasts to its own."""
    begins, starts_at = _when(event, "DTSTART", reading)
    if _only(event, "DTEND") is not None:
        ends, _ = _when(event, "DTEND", reading)
    else:
        ends = _after(begins, _length(event, whole_day=not isinstance(starts_at, datetime)))
    return rfc3339(begins), rfc3339(ends)


def _length(event: Mapping[str, Any], *, whole_day: bool) -> timedelta:
    found = _only(event, "DURATION")
    if found is None and whole_day:
        return timedelta(days=1)
    try:
        said = found.dt
        assert isinstance(said, timedelta)  # noqa: S101  anything else is refused below
    except Exception as error:
        raise Refused("DTEND: it does not say when it ends. Give it a DTEND, or a DURATION such as P2D.") from error
    return said


def _after(begins: datetime, length: timedelta) -> datetime:
    try:
        return begins + length
    except OverflowError as error:
        raise Refused("DURATION: it leads out of the years that there are.") from error


def _when(event: Mapping[str, Any], name: str, reading: _Reading) -> tuple[datetime, date]:
    """Return the moment of a property in UTC, and what was written: a day begins with its midnight."""
    found = _only(event, name)
    try:
        said = found.dt
        assert isinstance(said, date)  # noqa: S101  a period is none, and refused below
        local = said if isinstance(said, datetime) else datetime.combine(said, time())
        named = str(found.params.get("TZID", "")).strip('"')
    except Exception as error:
        raise Refused(f"{name}: it must be there, and be a day or a moment (RFC 5545, 3.3.4 and 3.3.5).") from error
    if local.tzinfo is None and named:
        own = reading.zones.get(named)
        if own is None:
            raise Refused(f"{name}: its time zone is not known. Name it as IANA does, such as Europe/Vienna.")
        local = local.replace(tzinfo=own)
    try:
        return (local if local.tzinfo else local.replace(tzinfo=reading.default)).astimezone(UTC), said
    except (ValueError, OverflowError) as error:
        raise Refused(f"{name}: it lies out of the years that there are.") from error
