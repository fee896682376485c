"""Rotas in a calendar (iCalendar): each event is a shift, or a series of them. Who that is, is for the one who asks to find.

A series is counted out by the clock on the wall, and each shift of it ends when that clock shows the hour at which the first
ended. RFC 5545, 3.8.5.3, would let one with a DTEND last as many seconds as the first: then on the night on which the clocks
change, nobody would be on duty for an hour, or two would.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.people.events import (
    MOST_LINES,
    Calendar,
    Piece,
    Reading,
    each_event,
    in_utc,
    is_too_long,
    later,
    length_of,
    local_of,
    moment_of,
    name_of,
    only_one,
    read_event,
    text_of,
)
from tocsin.people.rota import MOST_SHIFTS

HORIZON = timedelta(days=400)
MOST_BYTES = 1_000_000  # of a calendar
MOST_EVENTS = 5_000
MOST_SERIES = 300  # of which the dates are counted out
MOST_COUNT = 1_000  # of one series, where it says how many there are
MOST_DATES = 20_000  # characters of the dates that an event lists
MOST_WORDS = 200  # characters of a name
MOST_PEOPLE = 20  # of one event
EARLIEST = 1970

DATES = ("RDATE", "EXDATE")
READ = frozenset(
    {"UID", "SUMMARY", "ATTENDEE", "DTSTART", "DTEND", "DURATION", "STATUS", "RRULE", "RECURRENCE-ID", *DATES}
)
DAY = timedelta(days=1)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an event says. line: where it begins. spans: from when to when, in UTC, each shift of it that is not over.

    summary: who it may be. attendees: who else, each by a name and an address, where it has them. refused: why it cannot be
    read. called_off: it does not take place.
    """

    line: int
    spans: tuple[tuple[datetime, datetime], ...] = ()
    summary: str = ""
    attendees: tuple[tuple[str, str], ...] = ()
    refused: str = ""
    called_off: bool = False

    def __repr__(self) -> str:
        return f"Told(line={self.line})"


def read_shifts(lines: Iterable[str], calendar: Calendar, since: datetime, *, otherwise: str) -> list[Told]:
    """Return what each event of a calendar says about the time from a moment on, as far as HORIZON.

    otherwise: the zone of days and hours that name none, where the calendar itself names none.

    Raises:
        Refused: it holds more than a rota can.
    """
    if calendar.events > MOST_EVENTS:
        raise Refused(f"The calendar has {calendar.events} events. A rota is read from {MOST_EVENTS} at most.")
    read = [_series(*each) for each in each_event(lines, calendar, READ, otherwise=otherwise)]
    if sum(one.rule is not None for one in read) > MOST_SERIES:
        raise Refused(f"The calendar has more than {MOST_SERIES} events that repeat. Split it into several rotas.")
    moved = _moved(read)
    found, count = list[Told](), 0
    for one in read:
        spans = tuple(_spans(one, moved.get(one.uid, frozenset()), since)) if not one.said.refused else ()
        count += len(spans)
        if count > MOST_SHIFTS:
            raise Refused(f"The calendar has more than {MOST_SHIFTS} shifts in {HORIZON.days} days.")
        found.append(msgspec.structs.replace(one.said, spans=spans))
    return found


# ---- one event


class _Series(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is counted out: when its first shift begins by its clock, and how long that lasts by it.

    listed: more beginnings. left_out: beginnings in UTC, and whole days of its clock, that do not count. stands_for: the
    one of its series, by the moment or the day, that it is in place of.
    """

    said: Told
    uid: str = ""
    zone: tzinfo = UTC
    first: datetime = datetime(1, 1, 1)  # noqa: DTZ001  by its clock
    length: timedelta = timedelta()
    rule: Mapping[str, Any] | None = None
    listed: tuple[datetime, ...] = ()
    left_out: frozenset[datetime | date] = frozenset()
    stands_for: datetime | date | None = None


def _series(piece: Piece, reading: Reading, called_off: bool) -> _Series:
    try:
        return _read(piece, reading, called_off=called_off)
    except Refused as error:
        return _Series(said=Told(line=piece.line, refused=str(error)))


def _read(piece: Piece, reading: Reading, *, called_off: bool) -> _Series:
    """Return what an event says.

    Raises:
        Refused: it cannot be read.
    """
    if is_too_long(piece):
        raise Refused(f"It has more than {MOST_LINES} properties that Tocsin would read, or one that is too long.")
    if sum(len(line) for line in piece.lines if name_of(line) in DATES) > MOST_DATES:
        raise Refused("It lists too many dates. Let it repeat by a rule (RRULE).")
    rules = [line.partition(":")[2].strip() for line in piece.lines if name_of(line) == "RRULE"]
    event = read_event([line for line in piece.lines if name_of(line) != "RRULE"])
    begins, said_so = moment_of(event, "DTSTART", reading)
    start = _local(event, "DTSTART", reading)
    first = start.replace(tzinfo=None)
    is_off = called_off or text_of(event, "STATUS").upper() == "CANCELLED"
    told = Told(
        line=piece.line,
        summary=text_of(event, "SUMMARY")[: MOST_WORDS + 1],
        attendees=tuple(_attendees(event)),
        called_off=is_off,
    )
    series = _Series(said=told, uid=text_of(event, "UID"), stands_for=_stands_for(event, reading), first=first)
    if is_off:
        return series
    if begins.year < EARLIEST:
        raise Refused(f"DTSTART: it lies before {EARLIEST}.")
    if len(rules) > 1:
        raise Refused("RRULE: it is there more than once.")
    if rules and series.stands_for is not None:
        raise Refused("RRULE: an event in place of one of a series does not repeat itself.")
    zone = start.tzinfo or UTC
    return msgspec.structs.replace(
        series,
        zone=zone,
        length=_lasts(event, first, zone, reading, whole_day=not isinstance(said_so, datetime)),
        rule=_rule(rules[0], zone) if rules else None,
        listed=tuple(one.astimezone(zone).replace(tzinfo=None) for one in _dates(event, "RDATE", reading, zone)
                     if isinstance(one, datetime)),
        left_out=frozenset(_dates(event, "EXDATE", reading, zone, days=isinstance(said_so, datetime))),
    )  # fmt: skip


def _local(event: Mapping[str, Any], name: str, reading: Reading) -> datetime:
    found = only_one(event, name)
    return local_of(found.dt, str(found.params.get("TZID", "")).strip('"'), name, reading)


def _lasts(event: Mapping[str, Any], first: datetime, zone: tzinfo, reading: Reading, *, whole_day: bool) -> timedelta:
    """Return how long an event lasts by the clock of its beginning."""
    if only_one(event, "DTEND") is None:
        length = length_of(event, whole_day=whole_day)
    else:
        ends, _ = moment_of(event, "DTEND", reading)
        length = ends.astimezone(zone).replace(tzinfo=None) - first
    later(first, length)
    if length <= timedelta():
        raise Refused("DTEND: it ends before it begins.")
    if length > HORIZON:
        raise Refused(f"DTEND: a shift of more than {HORIZON.days} days is not read.")
    return length


def _attendees(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield who is written down to come: by name, where there is one, and by address."""
    found = event.get("ATTENDEE", [])
    for one in (found if isinstance(found, list) else [found])[: MOST_PEOPLE + 1]:
        name = str(one.params.get("CN", "")).strip('" ')
        scheme, _, address = str(one).strip().partition(":")
        yield name[: MOST_WORDS + 1], address[: MOST_WORDS + 1] if scheme.lower() == "mailto" else ""


def _stands_for(event: Mapping[str, Any], reading: Reading) -> datetime | date | None:
    found = only_one(event, "RECURRENCE-ID")
    if found is None:
        return None
    if "RANGE" in found.params:
        raise Refused("RECURRENCE-ID: it changes all that follow. Write them as an event of their own.")
    moment, said = moment_of(event, "RECURRENCE-ID", reading)
    return moment if isinstance(said, datetime) else said


def _dates(
    event: Mapping[str, Any], name: str, reading: Reading, zone: tzinfo, *, days: bool = False
) -> Iterator[datetime | date]:
    """Yield the dates that an event lists, as moments in UTC. days: whole days stay days."""
    found = event.get(name, [])
    for each in found if isinstance(found, list) else [found]:
        named = str(each.params.get("TZID", "")).strip('"')
        for one in each.dts:
            said = one.dt
            if not isinstance(said, date):
                raise Refused(f"{name}: a period is not read. Write each shift as an event of its own.")
            if isinstance(said, datetime):
                yield in_utc(local_of(said, named, name, reading), name)
            elif days:
                yield said
            else:
                yield in_utc(datetime.combine(said, time(), zone), name)


# ---- series

_PART = re.compile(r"([A-Z]+)=([-+A-Z0-9,]{1,400})", re.ASCII)
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MAY_SAY = {
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYMONTH"},
    "YEARLY": {"BYDAY", "BYMONTHDAY", "BYMONTH"},
}
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def _rule(text: str, zone: tzinfo) -> Mapping[str, Any]:
    """Read by which rule a series repeats: only what surely comes true again, for the rest would be looked for for ever.

    Raises:
        Refused: it says more than that. Source: RFC 5545, section 3.3.10.
    """
    said: dict[str, str] = {}
    for part in text.upper().split(";"):
        found = _PART.fullmatch(part)
        if found is None or found[1] in said:
            raise Refused("RRULE: it cannot be read (RFC 5545, 3.3.10).")
        said[found[1]] = found[2]
    often = said.pop("FREQ", "")
    if often not in _MAY_SAY:
        raise Refused("RRULE: shifts repeat by the day, week, month or year. Write others as events of their own.")
    by = {name for name in said if name.startswith("BY")}
    if by - _MAY_SAY[often] or said.keys() - by - {"INTERVAL", "COUNT", "UNTIL", "WKST"}:
        raise Refused("RRULE: it has a part that is not read. Write each shift as an event of its own.")
    every = _count(said.get("INTERVAL", "1"), "INTERVAL", 1_000)
    days = [_by_day(one, often) for one in said["BYDAY"].split(",")] if "BYDAY" in by else []
    months = _numbers(said.get("BYMONTH", ""), 12, "BYMONTH", negative=False)
    dates = _numbers(said.get("BYMONTHDAY", ""), 31, "BYMONTHDAY", negative=True)
    _refuse_never(often, every, days, months, dates)
    return {
        "freq": often,
        "interval": every,
        "count": _count(said["COUNT"], "COUNT", MOST_COUNT) if "COUNT" in said else None,
        "until": _until(said["UNTIL"], zone) if "UNTIL" in said else None,
        "wkst": _by_day(said.get("WKST", "MO"), "")[0],
        "byweekday": days or None,
        "bymonth": months or None,
        "bymonthday": dates or None,
    }


def _refuse_never(
    often: str, every: int, days: Sequence[tuple[int, int]], months: Sequence[int], dates: Sequence[int]
) -> None:
    """Stop a rule that may never come true.

    Raises:
        Refused: it may not.
    """
    counted = any(which for _, which in days)
    rare = any(abs(one) > 28 for one in dates) or any(abs(which) == 5 for _, which in days)
    longest = max(_LONGEST_MONTH[month - 1] for month in (months or range(1, 13)))
    if (
        (counted and dates)
        or (dates and min(abs(one) for one in dates) > longest)
        or (every > 1 and (rare or (months and often != "YEARLY") or (days and often == "DAILY")))
    ):
        raise Refused("RRULE: whether it ever comes true again is not sure. Write each shift as an event of its own.")


def _count(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= most):
        raise Refused(f"RRULE: {name} is a whole number from 1 to {most} here.")
    return int(text)


def _numbers(text: str, most: int, name: str, *, negative: bool) -> list[int]:
    found = []
    for one in text.split(",") if text else ():
        digits = one.removeprefix("+").removeprefix("-") if negative else one
        if not (digits.isascii() and digits.isdigit() and len(digits) < 3 and 1 <= int(digits) <= most):
            raise Refused(f"RRULE: {name} cannot be read.")
        found.append(-int(digits) if one.startswith("-") else int(digits))
    return found


def _by_day(text: str, often: str) -> tuple[int, int]:
    """Return a day of the week, from 0 for Monday, and which of its month or year it is; 0: each."""
    found = _BY_DAY.fullmatch(text)
    which = int(found[1] or 0) if found else 0
    if found is None or (found[1] and (often not in ("MONTHLY", "YEARLY") or not 1 <= abs(which) <= 5)):
        raise Refused("RRULE: BYDAY or WKST cannot be read.")
    return _WEEKDAYS.index(found[2]), which


def _until(text: str, zone: tzinfo) -> datetime:
    """Return until when a series repeats, by its clock."""
    try:
        if len(text) == len("20260301"):
            return datetime.combine(datetime.strptime(text, "%Y%m%d"), time(23, 59, 59))  # noqa: DTZ007  by its clock
        if text.endswith("Z"):
            moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            return moment.astimezone(zone).replace(tzinfo=None)
        return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007  by its clock
    except (ValueError, OverflowError) as error:
        raise Refused("RRULE: UNTIL is no day and no moment.") from error


def _moved(read: Sequence[_Series]) -> dict[str, frozenset[datetime | date]]:
    """Return for which shifts of a series, by its UID, another event stands."""
    found: dict[str, set[datetime | date]] = {}
    for one in read:
        if one.stands_for is not None and one.uid:
            found.setdefault(one.uid, set()).add(one.stands_for)
    return {uid: frozenset(stood) for uid, stood in found.items()}


def _spans(series: _Series, moved: frozenset[datetime | date], since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield each shift that is not over, from when to when, as far as HORIZON."""
    if series.said.called_off:
        return
    left_out = series.left_out if series.stands_for is not None else series.left_out | moved
    until = since + HORIZON
    for begins in sorted(set(_begins(series, since))):
        at, ends = (_at(one, series.zone) for one in (begins, begins + series.length))
        if at in left_out or begins.date() in left_out or ends <= at:
            continue
        if ends > since and at < until:
            yield at, ends


def _at(local: datetime, zone: tzinfo) -> datetime:
    # An hour that comes twice is the first of the two; one that does not come, what it would have been (RFC 5545, 3.3.5).
    return local.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _begins(series: _Series, since: datetime) -> Iterator[datetime]:
    """Yield when shifts begin, by the clock of the series; those long over may be left out."""
    last = (since + HORIZON + 2 * DAY).replace(tzinfo=None)
    yield from (one for one in (series.first, *series.listed) if one <= last)
    if series.rule is not None:
        from_then = (since - 2 * DAY).replace(tzinfo=None) - series.length
        yield from _repeated(series.rule, series.first, from_then, last)


def _repeated(rule: Mapping[str, Any], first: datetime, since: datetime, last: datetime) -> Iterator[datetime]:
    from dateutil import rrule  # noqa: PLC0415  whoever has no calendar need not wait for it

    said = dict(rule)
    often, count = said.pop("freq"), said["count"]
    step = {"DAILY": DAY, "WEEKLY": 7 * DAY}.get(often)
    if step is not None and count is None and since > first:  # what is over need not be counted out
        first += (since - first) // (step * said["interval"]) * (step * said["interval"])
    if said["byweekday"]:
        said["byweekday"] = [rrule.weekday(day, which or None) for day, which in said["byweekday"]]
    if said["until"] is not None:
        last = min(last, said["until"])
    said["until"] = None if count is not None else last
    for begins in rrule.rrule(getattr(rrule, often), dtstart=first, **said):
        if begins > last:
            return
        yield begins
