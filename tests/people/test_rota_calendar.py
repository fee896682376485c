"""Shifts in a calendar: counted out by the clock on the wall, moved and called off one by one, and never for ever."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.people.test_calendar import OFFICE, of
from tocsin.basis.errors import Refused
from tocsin.people.events import read_calendar
from tocsin.people.rota import MOST_SHIFTS
from tocsin.people.rota_calendar import HORIZON, MOST_EVENTS, MOST_SERIES, Told, read_shifts

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ZONES = ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu", "UTC")
HOUR = timedelta(hours=1)


def told(
    *events: Sequence[str], now: datetime = NOW, zone: str = "Europe/Berlin", head: Sequence[str] = ()
) -> list[Told]:
    lines = of(*events, head=head)
    return read_shifts(lines, read_calendar(lines), now, otherwise=zone)


def one(*lines: str, now: datetime = NOW, zone: str = "Europe/Berlin", head: Sequence[str] = ()) -> Told:
    (found,) = told(["UID:u", "SUMMARY:Ann", *lines], now=now, zone=zone, head=head)
    return found


def spans(*lines: str, **more: str) -> list[str]:
    """Return from when to when shifts are, in Berlin."""
    found = one(*lines, **more)  # type: ignore[arg-type]
    assert not found.refused
    berlin = ZoneInfo("Europe/Berlin")
    return [f"{a.astimezone(berlin):%d.%m. %H:%M}–{b.astimezone(berlin):%d.%m. %H:%M}" for a, b in found.spans]


NIGHT = ("DTSTART;TZID=Europe/Berlin:20260327T200000", "DTEND;TZID=Europe/Berlin:20260328T080000")


def test_a_shift_is_one() -> None:
    found = one(*NIGHT)
    assert (found.summary, found.line) == ("Ann", 3)
    assert found.spans == ((datetime(2026, 3, 27, 19, tzinfo=UTC), datetime(2026, 3, 28, 7, tzinfo=UTC)),)


def test_nights_begin_and_end_at_the_same_hours_when_the_clocks_change() -> None:
    assert spans(*NIGHT, "RRULE:FREQ=DAILY;COUNT=3") == [
        "27.03. 20:00–28.03. 08:00",
        "28.03. 20:00–29.03. 08:00",  # eleven hours
        "29.03. 20:00–30.03. 08:00",
    ]
    first, short, last = one(*NIGHT, "RRULE:FREQ=DAILY;COUNT=3").spans
    assert [b - a for a, b in (first, short, last)] == [12 * HOUR, 11 * HOUR, 12 * HOUR]
    assert (first[1] <= short[0], short[1] <= last[0]) == (True, True)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(["RRULE:FREQ=WEEKLY;BYDAY=FR,SA;UNTIL=20260404"], ["27", "28", "03", "04"], id="days of the week"),
        pytest.param(["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=3"], ["27", "10", "24"], id="every other week"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260329T180000Z"], ["27", "28", "29"], id="until a moment in UTC"),
        pytest.param(["RRULE:FREQ=DAILY;UNTIL=20260329T195959"], ["27", "28"], id="until a moment of its clock"),
        pytest.param(["RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=3"], ["27", "24", "29"], id="the last Friday"),
        pytest.param(["RRULE:FREQ=MONTHLY;BYMONTHDAY=-5;COUNT=2"], ["27", "26"], id="five days before the end"),
        pytest.param(["RRULE:FREQ=YEARLY"], ["27", "27"], id="each year"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20260328T200000,20260329T200000"],
                     ["27", "30"], id="without two"),
        pytest.param(["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260328"], ["27", "29"], id="without a day"),
        pytest.param(["RDATE;TZID=Europe/Berlin:20260405T200000", "RDATE:20260406T180000Z"], ["27", "05", "06"],
                     id="and two more"),
    ],
)  # fmt: skip
def test_a_series_is_counted_out(lines: list[str], expected: list[str]) -> None:
    assert [each[:2] for each in spans(*NIGHT, *lines)] == expected


def test_one_of_a_series_is_moved_and_one_is_called_off() -> None:
    series = ["UID:u", "SUMMARY:Ann", *NIGHT, "RRULE:FREQ=DAILY;COUNT=3"]
    moved = ["UID:u", "SUMMARY:Ben", "RECURRENCE-ID;TZID=Europe/Berlin:20260328T200000",
             "DTSTART;TZID=Europe/Berlin:20260328T220000", "DURATION:PT2H"]  # fmt: skip
    off = ["UID:u", "SUMMARY:Ann", "RECURRENCE-ID:20260329T180000Z", "DTSTART:20260329T180000Z", "STATUS:CANCELLED"]
    of_ann, of_ben, cancelled = told(series, moved, off)
    assert [a.day for a, _ in of_ann.spans] == [27]
    assert [(a.hour, b - a) for a, b in of_ben.spans] == [(21, 2 * HOUR)]
    assert (cancelled.called_off, cancelled.spans) == (True, ())


def test_a_calendar_that_is_called_off_has_no_shift() -> None:
    found = one(*NIGHT, head=["METHOD:CANCEL"])
    assert (found.called_off, found.spans) == (True, ())


def test_what_is_over_is_left_out_and_what_is_on_now_is_not() -> None:
    assert spans("DTSTART:20260301T000000Z", "DTEND:20260301T120000Z") == []
    assert len(spans("DTSTART:20260301T000000Z", "DTEND:20260301T120001Z")) == 1
    later = NOW + HORIZON
    assert spans(f"DTSTART:{later:%Y%m%dT%H%M%SZ}", "DURATION:PT1H") == []


def test_a_series_that_began_long_ago_is_counted_from_now_in_its_own_step() -> None:
    first = date(1999, 3, 5)  # a Friday
    found = one(
        "DTSTART;TZID=Europe/Berlin:19990305T090000", "DURATION:PT8H", "RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,FR"
    )
    days = [a.astimezone(ZoneInfo("Europe/Berlin")).date() for a, _ in found.spans]
    monday = first - timedelta(days=4)
    assert {(day - monday).days // 7 % 3 for day in days} == {0}
    assert {day.weekday() for day in days} == {0, 4}
    assert days[0] > NOW.date() - timedelta(days=21)


def test_days_and_floating_hours_are_those_of_the_rota_or_of_the_calendar() -> None:
    assert spans("DTSTART;VALUE=DATE:20260329") == ["29.03. 00:00–30.03. 00:00"]  # a day of 23 hours
    assert spans("DTSTART:20260329T090000", "DURATION:PT1H", zone="UTC") == ["29.03. 11:00–29.03. 12:00"]
    found = one("DTSTART:20260329T090000", "DURATION:PT1H", head=["X-WR-TIMEZONE:America/New_York"])
    assert found.spans[0][0] == datetime(2026, 3, 29, 13, tzinfo=UTC)


def test_a_zone_that_the_calendar_brings_is_right_in_summer_and_winter() -> None:
    found = one('DTSTART;TZID="Office hours":20260328T090000', "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", head=OFFICE)
    assert [a.hour for a, _ in found.spans] == [8, 7]


def test_who_is_meant_stands_in_the_summary_or_among_those_who_come() -> None:
    found = one(
        *NIGHT, 'ATTENDEE;CN="Lee, Ann":mailto:ann@example.org', "ATTENDEE:MAILTO:ben@example.org", "ATTENDEE:tel:1"
    )
    assert found.attendees == (("Lee, Ann", "ann@example.org"), ("", "ben@example.org"), ("", ""))
    assert "Ann" not in repr(found)


# ---- against another's reckoning


def wall(local: datetime, zone: ZoneInfo) -> datetime:
    """Find a moment by trying: the first whose clock shows this; in a gap, counted on from the offset before it."""
    offsets = {(local + timedelta(days=n)).replace(tzinfo=zone).utcoffset() or timedelta() for n in (-1, 0, 1)}
    tried = sorted(local.replace(tzinfo=UTC) - offset for offset in offsets)
    fitting = [one for one in tried if one.astimezone(zone).replace(tzinfo=None) == local]
    before = (local - timedelta(days=1)).replace(tzinfo=zone).utcoffset() or timedelta()
    return fitting[0] if fitting else local.replace(tzinfo=UTC) - before


@given(
    zone=some.sampled_from(ZONES),
    day=some.dates(date(2025, 6, 1), date(2026, 12, 31)),
    minutes=some.integers(0, 24 * 60 - 1),
    lasts=some.integers(1, 30 * 60),
    every=some.integers(1, 4),
    weekly=some.booleans(),
    days=some.sets(some.integers(0, 6), min_size=1),
)
def test_whatever_the_clocks_do_shifts_are_where_another_reckoning_has_them(
    zone: str, day: date, minutes: int, lasts: int, every: int, weekly: bool, days: set[int]
) -> None:
    first = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)
    there, ends = ZoneInfo(zone), first + timedelta(minutes=lasts)
    named = "" if zone == "UTC" else f";TZID={zone}"
    mark = "Z" if zone == "UTC" else ""
    words = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    rule = f"FREQ=WEEKLY;BYDAY={','.join(words[one] for one in sorted(days))}" if weekly else "FREQ=DAILY"
    found = one(
        f"DTSTART{named}:{first:%Y%m%dT%H%M%S}{mark}",
        f"DTEND{named}:{ends:%Y%m%dT%H%M%S}{mark}",
        f"RRULE:{rule};INTERVAL={every}",
    )
    if found.refused:  # it ends in the hour that comes twice, before it begins
        assert wall(ends, there) <= wall(first, there) or (ends - first) < HOUR
        return
    length = wall(ends, there).astimezone(there).replace(tzinfo=None) - first
    monday = day - timedelta(days=day.weekday())
    expected = set()
    for n in range(-40, 402 + (NOW.date() - day).days):
        each = day + timedelta(days=n) if n >= 0 else day
        due = (
            (each - monday).days // 7 % every == 0 and each.weekday() in days
            if weekly
            else (each - day).days % every == 0
        )
        begins = datetime.combine(each, first.time())
        span = (wall(begins, there), wall(begins + length, there))
        if (due or each == day) and span[0] < span[1] and span[1] > NOW and span[0] < NOW + HORIZON:
            expected.add(span)
    assert set(found.spans) == expected


# ---- what is wrong, and what is hostile


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["DTSTART:20260327T200000Z"], "does not say when it ends"),
        (["DTSTART:20260327T200000Z", "DTEND:20260327T200000Z"], "ends before it begins"),
        (["DTSTART:20260327T200000Z", "DTEND:20280327T200000Z"], "more than 400 days"),
        (["DTSTART:19690101T000000Z", "DURATION:PT1H"], "before 1970"),
        (["DTSTART:soon", "DURATION:PT1H"], "DTSTART|cannot be read"),
        (["DURATION:PT1H"], "DTSTART"),
        (["DTSTART;TZID=Mars/Olympus:20260327T200000", "DURATION:PT1H"], "zone is not known"),
        ([*NIGHT, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "more than once"),
        ([*NIGHT, "RRULE:FREQ=HOURLY"], "by the day, week, month or year"),
        ([*NIGHT, "RRULE:FREQ=SECONDLY"], "by the day, week, month or year"),
        ([*NIGHT, "RRULE:COUNT=3"], "by the day, week, month or year"),
        ([*NIGHT, "RRULE:FREQ=DAILY;BYSETPOS=1"], "not read"),
        ([*NIGHT, "RRULE:FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2"], "not read"),
        ([*NIGHT, "RRULE:FREQ=DAILY;BYSECOND=1"], "not read"),
        ([*NIGHT, "RRULE:FREQ=DAILY;COUNT=0"], "COUNT"),
        ([*NIGHT, "RRULE:FREQ=DAILY;COUNT=999999999"], "COUNT"),
        ([*NIGHT, "RRULE:FREQ=DAILY;INTERVAL=0"], "INTERVAL"),
        ([*NIGHT, "RRULE:FREQ=DAILY;UNTIL=soon"], "UNTIL"),
        ([*NIGHT, "RRULE:FREQ=DAILY;UNTIL=20261399"], "UNTIL"),
        ([*NIGHT, "RRULE:FREQ=DAILY;FREQ=WEEKLY"], "cannot be read"),
        ([*NIGHT, "RRULE:FREQ=WEEKLY;BYDAY=1MO"], "BYDAY"),
        ([*NIGHT, "RRULE:FREQ=MONTHLY;BYDAY=6MO"], "BYDAY"),
        ([*NIGHT, "RRULE:FREQ=MONTHLY;BYMONTHDAY=32"], "BYMONTHDAY"),
        ([*NIGHT, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], "comes true again"),
        ([*NIGHT, "RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29"], "comes true again"),
        ([*NIGHT, "RRULE:FREQ=MONTHLY;INTERVAL=12;BYMONTH=4"], "comes true again"),
        ([*NIGHT, "RRULE:FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20"], "comes true again"),
        ([*NIGHT, "RRULE:FREQ=DAILY;INTERVAL=7;BYDAY=MO"], "comes true again"),
        ([*NIGHT, "RRULE:" + "FREQ=DAILY;" * 500], "too long|cannot be read"),
        ([*NIGHT, "RDATE;VALUE=PERIOD:20260401T080000Z/PT1H"], "period"),
        ([*NIGHT, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260327T190000Z"], "all that follow"),
        ([*NIGHT, "RECURRENCE-ID:20260327T190000Z", "RRULE:FREQ=DAILY"], "does not repeat itself"),
        ([*NIGHT, *["RDATE:" + ",".join(["20260401T080000Z"] * 200)] * 10], "too many dates"),
        ([*NIGHT, *["EXDATE:20260401T080000Z"] * 401], "properties"),
        ([*NIGHT, "DTSTART:20260327T200000Z"], "more than once"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(lines: list[str], sentence: str) -> None:
    found = one(*lines)
    assert not found.spans
    with pytest.raises(Refused, match=sentence):
        raise Refused(found.refused)


def test_too_many_events_series_or_shifts_are_refused_whole() -> None:
    hour = ["SUMMARY:Ann", "DTSTART:20260327T200000Z", "DURATION:PT1H"]
    with pytest.raises(Refused, match=f"{MOST_EVENTS} at most"):
        told(*[hour] * (MOST_EVENTS + 1))
    with pytest.raises(Refused, match=f"more than {MOST_SERIES} events that repeat"):
        told(*[[*hour, "RRULE:FREQ=YEARLY"]] * (MOST_SERIES + 1))
    with pytest.raises(Refused, match=f"more than {MOST_SHIFTS} shifts"):
        told(*[[*hour, "RRULE:FREQ=DAILY"]] * 14)


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SA", "FREQ=YEARLY;BYMONTH=2;BYDAY=5MO", "FREQ=DAILY;BYMONTH=2;BYDAY=MO",
     "FREQ=DAILY;COUNT=1000", "FREQ=YEARLY;INTERVAL=1000", "FREQ=MONTHLY;INTERVAL=999", "FREQ=WEEKLY;INTERVAL=1000"],
)  # fmt: skip
def test_a_rule_that_comes_true_seldom_is_read_all_the_same(rule: str) -> None:
    assert not one("DTSTART:19700101T080000Z", "DURATION:PT1H", f"RRULE:{rule}").refused


@given(some.lists(some.sampled_from([
    "BEGIN:VEVENT", "END:VEVENT", *NIGHT, "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;BYDAY=MO", "UID:u", "SUMMARY:",
    "DTSTART:99991231T235959Z", "DTSTART:00010101T000000Z", "DTSTART;VALUE=DATE:99991231", "DURATION:P9999999D", "DURATION:-PT1H",
    "RDATE:99991231T235959Z", "EXDATE:00010101T000000Z", "RECURRENCE-ID:20260327T190000Z", "ATTENDEE:x", "RDATE:", "EXDATE:", "ATTENDEE:",
    "RRULE:FREQ=DAILY;UNTIL=00010101", "RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z", "DTEND;TZID=America/New_York:99991231T235959",
])))  # fmt: skip
def test_whatever_stands_in_it_it_is_read_or_refused(lines: list[str]) -> None:
    whole = ["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]
    try:
        for found in read_shifts(whole, read_calendar(whole), NOW, otherwise="UTC"):
            assert all(a < b for a, b in found.spans)
    except Refused:
        pass
