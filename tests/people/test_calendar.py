"""Calendars: whose hours are whose, what is no trip is refused and not quoted, and nothing that comes by the second is counted."""

import tracemalloc
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tocsin.basis.errors import Refused
from tocsin.people.calendar import read_events
from tocsin.people.events import MOST_LINES, MOST_RULES, MOST_ZONES, Calendar, read_calendar
from tocsin.people.folding import MOST_CHARACTERS
from tocsin.people.listed import Row

EVENT = ["UID:t1", "DTSTART:20310506T080000Z", "DTEND:20310506T180000Z", "LOCATION:Wien\\, Austria"]
OFFICE = """\
BEGIN:VTIMEZONE
TZID:Office hours
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE""".splitlines()

STILL = [line for line in OFFICE if not line.startswith("RRULE")]
NAMED_ALIKE = STILL * (MOST_ZONES + 1)
TOO_MANY = [line.replace("Office hours", f"zone {n // len(STILL)}") for n, line in enumerate(NAMED_ALIKE)]


def of(*events: Sequence[str], head: Sequence[str] = (), after: Sequence[str] = ()) -> list[str]:
    each = [line for event in events for line in ("BEGIN:VEVENT", *event, "END:VEVENT")]
    return [f"{line}\r\n" for line in ("BEGIN:VCALENDAR", "VERSION:2.0", *head, *each, *after, "END:VCALENDAR")]


def rows(lines: Sequence[str], zone: str = "") -> list[Row]:
    return list(read_events(lines, read_calendar(lines), person="ann", zone_name=zone))


def one(*changed: str, zone: str = "", head: Sequence[str] = ()) -> dict[str, str]:
    """Return the cells of an event in which some lines are others."""
    said = {line.partition(":")[0].partition(";")[0]: line for line in (*EVENT, *changed)}
    (row,) = rows(of(list(said.values()), head=head), zone)
    assert not row.refused
    return dict(row.cells)


def test_an_event_is_a_row() -> None:
    (row,) = rows(of(EVENT))
    assert row.line == 3
    assert row.cells == {
        "person": "ann", "trip": "t1", "status": "", "place": "Wien, Austria", "position": "",
        "from": "2031-05-06T08:00:00Z", "until": "2031-05-06T18:00:00Z",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param("DTSTART:20310506T080000Z", "DTEND:20310506T180000Z", ("06T08:00", "06T18:00"), id="UTC"),
        pytest.param("DTSTART;TZID=Europe/Vienna:20310506T080000", "DTEND;TZID=America/New_York:20310506T180000",
                     ("06T06:00", "06T22:00"), id="two zones"),
        pytest.param("DTSTART;TZID=W. Europe Standard Time:20310506T080000", "DURATION:PT2H", ("06T06:00", "06T08:00"),
                     id="as Windows calls it"),
        pytest.param("DTSTART;TZID=/example.org/Europe/Vienna:20310506T080000", "DURATION:PT2H",
                     ("06T06:00", "06T08:00"), id="with a name before it"),
        pytest.param('DTSTART;TZID="Office hours":20310506T080000', "DTEND;TZID=Office hours:20310508T080000",
                     ("06T06:00", "08T06:00"), id="a zone that the calendar brings"),
        pytest.param("DTSTART:20310506T080000", "DTEND:20310506T180000", ("06T08:00", "06T18:00"), id="floating"),
        pytest.param("DTSTART;VALUE=DATE:20310506", "DTEND;VALUE=DATE:20310508", ("06T00:00", "08T00:00"), id="days"),
        pytest.param("DTSTART;VALUE=DATE:20310506", "X-NONE:1", ("06T00:00", "07T00:00"), id="a day without an end"),
        pytest.param("DTSTART;VALUE=DATE:20310506", "DURATION:P3D", ("06T00:00", "09T00:00"), id="three days"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("brought", ["before", "after"])
def test_hours_are_read_in_their_zone(start: str, end: str, expected: tuple[str, str], brought: str) -> None:
    lines = of(["UID:t1", start, end], **{"head" if brought == "before" else "after": OFFICE})
    (row,) = rows(lines)
    assert (row.cells["from"], row.cells["until"]) == tuple(f"2031-05-{moment}:00Z" for moment in expected)


def test_in_winter_a_zone_that_the_calendar_brings_is_an_hour_off() -> None:
    cells = one("DTSTART;TZID=Office hours:20310106T080000", "DTEND:20310107T080000Z", head=OFFICE)
    assert cells["from"] == "2031-01-06T07:00:00Z"


def test_one_calendar_does_not_lend_its_zone_to_another() -> None:
    one("DTSTART;TZID=Office hours:20310106T080000", "DTEND:20310107T080000Z", head=OFFICE)
    (row,) = rows(of([*EVENT[:1], "DTSTART;TZID=Office hours:20310106T080000", *EVENT[2:]]))
    assert "DTSTART: its time zone is not known" in row.refused


def test_days_are_read_in_the_zone_that_was_said_or_else_the_calendars() -> None:
    day = ("DTSTART;VALUE=DATE:20310506", "DTEND;VALUE=DATE:20310507")
    assert one(*day, zone="Asia/Tokyo")["from"] == "2031-05-05T15:00:00Z"
    assert one(*day, head=["X-WR-TIMEZONE:Europe/Vienna"])["from"] == "2031-05-05T22:00:00Z"
    assert one(*day, zone="Asia/Tokyo", head=["X-WR-TIMEZONE:Europe/Vienna"])["from"] == "2031-05-05T15:00:00Z"
    assert one(*day, head=["X-WR-TIMEZONE:Nowhere"])["from"] == "2031-05-06T00:00:00Z"


def test_a_position_and_a_folded_line_are_read() -> None:
    cells = one("GEO:48.2085;16.3721", "LOCATION:Hotel am Fluss\r\n \\, Wi\r\n\ten")
    assert (cells["position"], cells["place"]) == ("48.2085,16.3721", "Hotel am Fluss, Wien")


def test_what_is_called_off_is_said_by_the_event_or_by_the_calendar() -> None:
    assert one("STATUS:CANCELLED") == {"person": "ann", "trip": "t1", "status": "CANCELLED"}
    assert one(head=["METHOD:CANCEL"])["status"] == "cancelled"
    assert one("STATUS:TENTATIVE")["status"] == "TENTATIVE"


def test_photographs_alarms_and_other_components_are_passed_over() -> None:
    alarm = ["BEGIN:VALARM", "DTSTART:19990101T000000Z", "LOCATION:nowhere", "END:VALARM"]
    picture = ["ATTACH;ENCODING=BASE64:" + "A" * 9_000, *[" " + "A" * 9_000] * 5]
    lines = of([*EVENT[:2], *alarm, *picture, *EVENT[2:]], head=["BEGIN:VTODO", "UID:x", "END:VTODO", "PRODID:y"])
    (row,) = rows(lines)
    assert row.cells["until"] == "2031-05-06T18:00:00Z"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param("RRULE:FREQ=DAILY", "repeats", id="a rule"),
        pytest.param("RDATE:20310507T080000Z", "repeats", id="more days"),
        pytest.param("RECURRENCE-ID:20310506T080000Z", "repeats", id="one of a row"),
        pytest.param("DTSTART:SECRET", "DTSTART: it must", id="no moment"),
        pytest.param("DTSTART:20310231", "DTSTART: it must", id="no day"),
        pytest.param("DTSTART;VALUE=PERIOD:20310506T080000Z/PT1H", "DTSTART: it must", id="a period"),
        pytest.param("DTSTART;TZID=SECRET:20310506T080000", "zone is not known", id="no zone"),
        pytest.param("DTSTART;TZID=../../etc/passwd:20310506T080000", "zone is not known", id="a path"),
        pytest.param(f"DTSTART;TZID={'a/' * 900}:20310506T080000", "cannot be read as an event", id="a long path"),
        pytest.param("DTSTART;TZID=Europe/Vienna:00010101T000000", "out of the years", id="before all years"),
        pytest.param("DTEND;TZID=America/New_York:99991231T235959", "out of the years", id="after all years"),
        pytest.param("GEO:SECRET", "GEO: it is", id="no position"),
        pytest.param("GEO:48.2,16.4", "GEO: it is", id="a comma"),
        pytest.param(f"LOCATION:{'x' * MOST_CHARACTERS}", "too long", id="a long line"),
    ],
)
def test_what_is_wrong_with_one_event_is_told_and_not_quoted(line: str, sentence: str) -> None:
    name = line.partition(":")[0].partition(";")[0]
    bad = [line, *(each for each in EVENT if not each.startswith(name))]
    refused, good = rows(of(bad, EVENT))
    assert sentence in refused.refused
    assert "SECRET" not in refused.refused
    assert good.cells["trip"] == "t1"


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        pytest.param(EVENT[:2], "when it ends", id="no end"),
        pytest.param([*EVENT[:2], "DURATION:SECRET"], "when it ends", id="no length"),
        pytest.param([*EVENT[:2], "DURATION:P2999999D"], "out of the years", id="a length without end"),
        pytest.param([EVENT[0], *EVENT[2:]], "DTSTART: it must be there", id="no beginning"),
        pytest.param([*EVENT, EVENT[1]], "more than once", id="two beginnings"),
        pytest.param([*EVENT, EVENT[3]], "more than once", id="two places"),
        pytest.param(["UID:x"] * (MOST_LINES + 1), "more than 400", id="many lines"),
        pytest.param([], "DTSTART: it must be there", id="nothing"),
    ],
)
def test_what_is_missing_or_too_much_is_told(event: list[str], sentence: str) -> None:
    (row,) = rows(of(event))
    assert sentence in row.refused


def test_what_repeats_is_refused_without_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules and dates by the thousand take the library seconds, in each of the events of a file."""
    monkeypatch.setattr("tocsin.people.calendar.read_event", pytest.fail)
    (row,) = rows(of([*EVENT, "RRULE:FREQ=DAILY"]))
    assert row.refused.startswith("It repeats")


def test_no_more_of_a_line_is_held_than_would_be_read() -> None:
    def lines() -> Iterator[str]:
        yield from ("BEGIN:VCALENDAR", "BEGIN:VEVENT")
        for _ in range(MOST_LINES):
            yield f"LOCATION:{'x' * 100_000}"
        yield from ("END:VEVENT", "END:VCALENDAR")

    tracemalloc.start()
    (row,) = read_events(lines(), Calendar(events=1, zones={}), person="ann")
    held = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "too long" in row.refused
    assert held < 10 * MOST_LINES * MOST_CHARACTERS


@pytest.mark.parametrize(
    "rule",
    ["FREQ=SECONDLY", "FREQ=YEARLY;FREQ=SECONDLY", "FREQ=YEARLY;BYSECOND=1,2", "freq=daily", "FREQ=YEARLY\u2028RRULE:FREQ=SECONDLY", ""],
)  # fmt: skip
def test_a_zone_that_does_not_change_yearly_is_refused_before_it_is_counted_out(rule: str) -> None:
    bad = [f"RRULE:{rule}" if line.startswith("RRULE") else line for line in OFFICE]
    with pytest.raises(Refused, match="RRULE that is not read"):
        read_calendar(of(EVENT, head=bad))


@pytest.mark.parametrize(
    "zone",
    [
        pytest.param([line for line in OFFICE if not line.startswith("TZID")], id="no name"),
        pytest.param([line for line in OFFICE if not line.startswith("TZOFFSETTO")], id="no offset"),
        pytest.param([*OFFICE[:2], *OFFICE[-1:]], id="nothing in it"),
        pytest.param([line.replace("+0200", "+9900") for line in OFFICE], id="an offset of days"),
        pytest.param(TOO_MANY, id="too many"),
        pytest.param(NAMED_ALIKE, id="too many of one name"),
        pytest.param([*OFFICE[:2], *OFFICE[2:8] * (MOST_RULES + 1), "END:VTIMEZONE"], id="too many rules"),
        pytest.param(
            [
                *OFFICE[:2],
                *["BEGIN:STANDARD", *OFFICE[3:6], f"\x0c{OFFICE[6]}", "END:STANDARD"] * (MOST_RULES + 1),
                OFFICE[-1],
            ],
            id="too many rules behind a form feed",
        ),
        pytest.param([*OFFICE[:2], *OFFICE[2:7], f"RDATE:{'20310506,' * 999}20310506", *OFFICE[7:]], id="a long line"),
    ],
)
def test_what_is_no_zone_is_refused(zone: list[str]) -> None:
    with pytest.raises(Refused, match="time zone"):
        read_calendar(of(EVENT, head=zone))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["BEGIN:VCALENDAR"], id="not closed"),
        pytest.param(["BEGIN:VEVENT", "END:VEVENT"], id="no calendar"),
        pytest.param(["BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VCALENDAR"], id="closed by another"),
        pytest.param(["BEGIN:VCALENDAR", "END:VCALENDAR", "UID:x"], id="after it"),
        pytest.param(["END:VCALENDAR"], id="an end alone"),
        pytest.param(["BEGIN:VCALENDAR", *["BEGIN:X"] * 9_999], id="deep"),
    ],
)
def test_what_is_no_calendar_is_refused_whole(lines: list[str]) -> None:
    with pytest.raises(Refused):
        read_calendar(lines)


WORDS = some.sampled_from(
    [*EVENT, *OFFICE, "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", " x", "GEO:1;1"]
)


@given(some.lists(WORDS | some.text(max_size=40), max_size=30))
def test_anything_is_read_or_refused(lines: list[str]) -> None:
    try:
        found = rows(lines)
    except Refused:
        return
    assert all(row.refused or row.cells["person"] == "ann" for row in found)
