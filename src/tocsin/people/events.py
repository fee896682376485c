"""Events in a calendar (iCalendar): cut out of the file as a stream, one at a time, and their properties read.

Events and time zones are cut out here, and only so much of them as somebody wants; what stands in them is read by the
icalendar library. What an event is, a trip or a shift, is for those who ask.
"""

import re
import warnings
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, cast

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import zone
from tocsin.people.folding import MOST_CHARACTERS, unfolded

BEGINS = "BEGIN:VCALENDAR"
MOST_LINES = 400  # of one event or time zone, of those that we read
MOST_ZONES = 50
MOST_RULES = 60  # of all zones: one that never comes true is looked for until the year 9999, for half a second
MOST_DEEP = 8  # components in components

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


class Piece(msgspec.Struct, frozen=True, kw_only=True):
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
    for piece in _pieces(lines, ()):
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


def each_event(
    lines: Iterable[str], calendar: Calendar, wanted: Collection[str], *, zone_name: str = "", otherwise: str = "UTC"
) -> "Iterator[tuple[Piece, Reading, bool]]":
    """Yield each event, how it is read, and whether its whole calendar has been called off.

    wanted: the properties that are kept. zone_name: in which days and hours are that name no time zone; empty: in the
    calendar's own, or else in that of otherwise.
    """
    default: tzinfo = zone(zone_name or otherwise)
    called_off = False
    for piece in _pieces(lines, wanted):
        if piece.name == "VCALENDAR":
            default, called_off = zone(zone_name or otherwise), False
        elif not piece.name:
            name, _, value = piece.lines[0].partition(":")
            called_off |= (name.upper(), value.strip().upper()) == ("METHOD", "CANCEL")
            if name.upper() == "X-WR-TIMEZONE" and not zone_name:
                default = calendar.zones.get(value.strip()) or _known(value.strip()) or default
        elif piece.name == "VEVENT":
            yield piece, Reading(calendar.zones, default), called_off


def _known(name: str) -> tzinfo | None:
    try:
        return zone(name)
    except Refused:
        return None


# ---- cutting


def _pieces(lines: Iterable[str], wanted: Collection[str]) -> Iterator[Piece]:
    """Yield the components of a calendar, and its own properties. Each calendar begins with an empty piece of its name.

    wanted: the properties of an event that are kept.
    """
    cutting = _Cutting(frozenset(wanted))
    for number, line in unfolded(lines):
        piece = cutting.take(number, line)
        if piece is not None:
            yield piece
    if cutting.inside:
        raise Refused(f"The calendar ends before END:{cutting.inside[-1][:40]}.")


class _Cutting:
    """How far a calendar has been cut. inside: the components that are open."""

    def __init__(self, wanted: frozenset[str]) -> None:
        self.inside: list[str] = []
        self._wanted = wanted
        self._begins = 0
        self._kept: list[str] = []

    def take(self, number: int, line: str) -> Piece | None:
        """Take one more line; return what is whole with it."""
        word, _, name = line.strip().upper().partition(":")
        if word == "BEGIN":
            return self._begin(number, name)
        if word == "END":
            return self._end(number, name)
        if word and not self.inside:
            raise _misplaced(number)
        if len(self.inside) == 1 and word:
            return Piece(name="", line=number, lines=[line])
        self._keep(line)
        return None

    def _begin(self, number: int, name: str) -> Piece | None:
        if len(self.inside) >= MOST_DEEP or (not self.inside and name != "VCALENDAR"):
            raise _misplaced(number)
        self.inside.append(name)
        if len(self.inside) == 2:
            self._begins, self._kept = number, []
        elif name in OBSERVANCES:
            self._keep(f"BEGIN:{name}")
        return Piece(name=name, line=number, lines=()) if len(self.inside) == 1 else None

    def _end(self, number: int, name: str) -> Piece | None:
        if name in OBSERVANCES:
            self._keep(f"END:{name}")
        if not self.inside or self.inside.pop() != name:
            raise _misplaced(number)
        return Piece(name=name, line=self._begins, lines=self._kept) if len(self.inside) == 1 else None

    def _keep(self, line: str) -> None:
        if len(self._kept) <= MOST_LINES and _is_wanted(self.inside[1:], line, self._wanted):
            self._kept.append(line[: MOST_CHARACTERS + 1])  # so that it can be told to be too long, and is not held


def _is_wanted(inside: Sequence[str], line: str, wanted: Collection[str]) -> bool:
    match inside:
        case ["VEVENT"]:
            return name_of(line) in wanted
        case ["VTIMEZONE"]:
            return line.upper().startswith("TZID")
        case ["VTIMEZONE", "STANDARD" | "DAYLIGHT"]:
            return True
    return False


def name_of(line: str) -> str:
    """Return the name of the property that a line holds."""
    found = _NAME.match(line)
    return found[1].upper() if found else ""


def _misplaced(number: int) -> Refused:
    return Refused(
        f"Line {number} is not where it must be: what begins in a calendar ends, and all of it in a VCALENDAR."
    )


def is_too_long(piece: Piece) -> bool:
    """Say whether a component has more lines than are held, or one that was cut."""
    return len(piece.lines) > MOST_LINES or any(len(line) > MOST_CHARACTERS for line in piece.lines)


# ---- time zones


def _zone(piece: Piece) -> tuple[str, tzinfo]:
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
    if not name or is_too_long(piece):
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


class Reading(msgspec.Struct, frozen=True):
    """In which time zones an event is read."""

    zones: Mapping[str, tzinfo]
    default: tzinfo


def read_event(lines: Sequence[str]) -> Mapping[str, Any]:
    """Read the properties of an event.

    Raises:
        Refused: it is none.
    """
    from icalendar import Event  # noqa: PLC0415  as above

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it has guessed which zone is meant by another's name for it
            found: Mapping[str, Any] = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    except Exception as error:
        raise Refused("It cannot be read as an event (RFC 5545, 3.6.1).") from error
    return found


def only_one(event: Mapping[str, Any], name: str) -> Any:
    """Return a property; None where there is none."""
    found = event.get(name)
    if isinstance(found, list):
        raise Refused(f"{name}: it is there more than once.")
    return found


def text_of(event: Mapping[str, Any], name: str) -> str:
    """Return the words of a property; empty where there is none."""
    found = only_one(event, name)
    return "" if found is None else str(found).strip()


def length_of(event: Mapping[str, Any], *, whole_day: bool) -> timedelta:
    """Return how long an event that names no end lasts."""
    found = only_one(event, "DURATION")
    if found is None and whole_day:
        return timedelta(days=1)
    try:
        said = found.dt
        assert isinstance(said, timedelta)  # noqa: S101  anything else is refused below
    except Exception as error:
        raise Refused("DTEND: it does not say when it ends. Give it a DTEND, or a DURATION such as P2D.") from error
    return said


def later(begins: datetime, length: timedelta) -> datetime:
    """Return the moment that lies so long after another."""
    try:
        return begins + length
    except OverflowError as error:
        raise Refused("DURATION: it leads out of the years that there are.") from error


def moment_of(event: Mapping[str, Any], name: str, reading: Reading) -> tuple[datetime, date]:
    """Return the moment of a property in UTC, and what was written: a day begins with its midnight."""
    found = only_one(event, name)
    try:
        said = found.dt
        assert isinstance(said, date)  # noqa: S101  a period is none, and refused below
        named = str(found.params.get("TZID", "")).strip('"')
    except Exception as error:
        raise Refused(f"{name}: it must be there, and be a day or a moment (RFC 5545, 3.3.4 and 3.3.5).") from error
    return in_utc(local_of(said, named, name, reading), name), said


def local_of(said: date, named: str, name: str, reading: Reading) -> datetime:
    """Return a day or a moment in its time zone: a day begins with its midnight. named: the zone that stands beside it.

    Raises:
        Refused: there is no such zone.
    """
    local = said if isinstance(said, datetime) else datetime.combine(said, time())
    if local.tzinfo is None and named:
        own = reading.zones.get(named)
        if own is None:
            raise Refused(f"{name}: its time zone is not known. Name it as IANA does, such as Europe/Vienna.")
        return local.replace(tzinfo=own)
    return local if local.tzinfo else local.replace(tzinfo=reading.default)


def in_utc(local: datetime, name: str) -> datetime:
    """Return a moment in UTC.

    Raises:
        Refused: it lies out of the years that there are.
    """
    try:
        return local.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Refused(f"{name}: it lies out of the years that there are.") from error
