"""Itineraries: each trip is noted once, changed when its row has changed, and gone with its traveller."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.flow.people.file import PeopleFile
from tocsin.flow.people.rows import Fate, person_of, take_rows
from tocsin.flow.people.trips import take_trips
from tocsin.people import where
from tocsin.people.facts import PlaceKind, PlaceRemoved
from tocsin.people.listed import Row
from tocsin.people.state import Place
from tocsin.people.trips import TRIPS, column_named, read_trip
from tocsin.testing.town import Town

CALENDAR = """\
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:t1
DTSTART;TZID=Europe/Vienna:20310506T080000
DTEND;TZID=Europe/Vienna:20310508T200000
LOCATION:Hotel am Fluss\\, 1010 Wien
END:VEVENT
BEGIN:VEVENT
UID:t2
DTSTART;VALUE=DATE:20310601
LOCATION:Springfield
END:VEVENT
BEGIN:VEVENT
UID:t3
DTSTART;VALUE=DATE:20310601
LOCATION:Room 3
END:VEVENT
BEGIN:VEVENT
UID:t4
DTSTART;VALUE=DATE:20310601
LOCATION:Germany
END:VEVENT
END:VCALENDAR
"""
HEAD = "Traveller,trip,country,position,from,to\n"
PARIS = "ann,T1,FR,,2031-05-06,2031-05-08\n"
ROME = 'ann,,,"41.9,12.5",2031-05-09T08:00:00+02:00,2031-05-09T20:00:00+02:00\n'


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Town]:
    with Town(tmp_path / "data") as town:
        take_rows(
            town.house,
            [Row(line=2, cells={"id": "ann", "name": "Ann"}, speaks_of=("name",))],
            by="console",
            now=town.now,
        )
        yield town
        town.reconcile()


def take(town: Town, text: str, *, dry_run: bool = False) -> list[Fate]:
    file = town.app.settings.data / "trips.csv"
    file.write_text(HEAD + text)
    rows = list(PeopleFile(file, form=TRIPS).rows())
    return take_trips(town.house, rows, by="console", now=town.now, dry_run=dry_run)


def take_calendar(town: Town, text: str = CALENDAR, *, dry_run: bool = False) -> list[Fate]:
    file = town.app.settings.data / "ann.ics"
    file.write_text(text)
    rows = list(PeopleFile(file, form=TRIPS, person="ann").rows())
    return take_trips(town.house, rows, by="console", now=town.now, dry_run=dry_run)


def said(fates: list[Fate]) -> list[tuple[str, tuple[str, ...]]]:
    return [(fate.became.value, fate.fields) for fate in fates]


def trips(town: Town) -> list[Place]:
    with town.app.store.look() as look:
        return look.all(Place, person=person_of(town.house, "ann"), order="since")


def test_trips_are_taken_in_and_again_they_change_nothing(town: Town) -> None:
    assert said(take(town, PARIS + ROME, dry_run=True)) == [("new", ())] * 2
    assert trips(town) == []
    assert said(take(town, PARIS + ROME)) == [("new", ())] * 2
    with town.app.store.look() as look:
        before = look.journal_size()
    assert said(take(town, PARIS + ROME)) == [("unchanged", ())] * 2
    with town.app.store.look() as look:
        assert look.journal_size() == before
    paris, rome = trips(town)
    assert (paris.place_kind, paris.since, paris.until) == (
        PlaceKind.TRIP, datetime(2031, 5, 6, tzinfo=UTC), datetime(2031, 5, 9, tzinfo=UTC),
    )  # fmt: skip
    assert where.read(rome.where) == where.Where(point=(41.9, 12.5))


def test_a_trip_that_is_named_is_changed_and_one_that_was_removed_stays_so(town: Town) -> None:
    take(town, PARIS)
    assert said(take(town, PARIS.replace("FR", "BE").replace("08", "09"))) == [("changed", ("position", "until"))]
    (trip,) = trips(town)
    gone = PlaceRemoved(subject=trip.id, occurred_at=town.now)
    town.app.store.commit([gone], at=town.now, by="ann", command="stays at home")
    assert said(take(town, PARIS.replace("FR", "BE").replace("08", "09"))) == [("unchanged", ())]
    assert said(take(town, PARIS)) == [("changed", ("from", "until"))]
    assert trips(town)[0].removed_at is None


def test_one_bad_row_stops_none_of_the_others(town: Town) -> None:
    fates = take(town, PARIS + "nobody,,FR,,2031-05-06,2031-05-08\n" + PARIS + ROME)
    assert [fate.became.value for fate in fates] == ["new", "refused", "refused", "new"]
    assert "nobody of this key" in fates[1].why
    assert "same trip" in fates[2].why


def test_with_the_traveller_the_trips_are_gone(town: Town) -> None:
    take(town, PARIS)
    town._ids["Ann"] = person_of(town.house, "ann")
    town.forgets("Ann")
    (trip,) = trips(town)
    assert isinstance(trip.where, Erased)
    (fate,) = take(town, PARIS)
    assert "nobody of this key" in fate.why


def test_each_event_of_a_calendar_is_a_trip_and_its_town_is_found_by_name(town: Town) -> None:
    vienna, springfield, room, germany = take_calendar(town, dry_run=True)
    assert trips(town) == []
    assert (vienna.became.value, vienna.line, vienna.town) == ("new", 3, "Vienna, Austria")
    assert "several towns are called so" in springfield.why
    assert "no town or country of this name" in room.why
    assert (germany.became.value, germany.town) == ("new", "")
    take_calendar(town)
    first, second = trips(town)
    assert first.since == datetime(2031, 5, 6, 6, tzinfo=UTC)
    assert where.read(first.where) == where.Where(point=(48.2085, 16.3721), within_m=10_000, country="AT")
    assert where.read(second.where) == where.Where(country="DE")
    assert [fate.became.value for fate in take_calendar(town)] == ["unchanged", "refused", "refused", "unchanged"]


def test_an_event_that_moves_is_changed_and_one_that_is_called_off_is_gone(town: Town) -> None:
    take_calendar(town)
    moved = CALENDAR.replace("20310508", "20310509")
    assert said(take_calendar(town, moved))[0] == ("changed", ("until",))
    off = CALENDAR.replace("UID:t1", "UID:t1\nSTATUS:CANCELLED")
    for _ in range(2):
        assert [one.removed_at is None for one in trips(town)] == [True, True]
        assert said(take_calendar(town, off, dry_run=True))[0] == ("changed", ("status",))
    assert said(take_calendar(town, off))[0] == ("changed", ("status",))
    assert [one.removed_at is None for one in trips(town)] == [False, True]
    assert said(take_calendar(town, off))[0] == ("unchanged", ())
    (again, *_) = take_calendar(town, moved)
    assert (again.became.value, "stays so until its dates change" in again.why) == ("unchanged", True)


def test_a_trip_in_a_table_may_name_its_town(town: Town) -> None:
    head = "person,place,country,from,until\n"
    file = town.app.settings.data / "places.csv"
    file.write_text(head + "ann,Wien,,2031-05-06,2031-05-06\nann,Birmingham,GB,2031-05-06,2031-05-06\n")
    rows = list(PeopleFile(file, form=TRIPS).rows())
    fates = take_trips(town.house, rows, by="console", now=town.now)
    assert [fate.town for fate in fates] == ["Vienna, Austria", "Birmingham, United Kingdom"]


def test_a_calendar_is_somebodys_and_a_table_says_whose_each_row_is(town: Town) -> None:
    file = town.app.settings.data / "ann.ics"
    file.write_text(CALENDAR)
    with pytest.raises(Refused, match="--person KEY"):
        PeopleFile(file, form=TRIPS)
    with pytest.raises(Refused, match="time zone"):
        PeopleFile(file, form=TRIPS, person="ann", zone="Nowhere")
    file.write_text(HEAD)
    with pytest.raises(Refused, match="each row says whose"):
        PeopleFile(file, form=TRIPS, person="ann")


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        pytest.param({"person": ""}, "person: the key", id="nobody"),
        pytest.param({"person": "S" * 201}, "person: the key", id="a long key"),
        pytest.param({"country": "", "position": ""}, "needs a position", id="nowhere"),
        pytest.param({"country": "SECRET"}, "two letters", id="no country"),
        pytest.param({"position": "SECRET"}, "country, position: A position", id="no position"),
        pytest.param({"from": "SECRET"}, "from: write a day", id="no beginning"),
        pytest.param({"until": "2031-02-31"}, "until: write a day", id="a day that is none"),
        pytest.param({"until": "9999-12-31"}, "until: ", id="the last day of all"),
        pytest.param({"until": "2031-05-05"}, "ends after it begins", id="back in time"),
        pytest.param({"until": "2041-05-05"}, "within five years", id="ten years"),
        pytest.param({"trip": "\0"}, "NUL", id="a NUL"),
        pytest.param({"status": "SECRET"}, "confirmed, tentative or cancelled", id="no status"),
        pytest.param({"status": "cancelled"}, "found by its name", id="called off without a name"),
    ],
)
def test_what_is_no_trip_is_refused_and_not_quoted(cells: dict[str, str], sentence: str) -> None:
    whole = {"person": "ann", "country": "FR", "from": "2031-05-06", "until": "2031-05-06"} | cells
    with pytest.raises(Refused, match=sentence) as refused:
        read_trip(Row(line=2, cells=whole))
    assert "SECRET" not in str(refused.value)


def test_headings() -> None:
    named = [column_named(header) for header in ("ID", "To", "from", "name", "Position")]
    assert named == ["trip", "until", "from", None, "position"]
