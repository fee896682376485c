"""Whoever has said where they travel, or in which town they live, is warned there and then."""

from collections.abc import Sequence
from pathlib import Path

from tocsin.flow.people.file import PeopleFile
from tocsin.flow.people.rows import person_of, take_rows
from tocsin.flow.people.trips import take_trips
from tocsin.flow.warning.audience import preview
from tocsin.people.listed import Row
from tocsin.people.trips import TRIPS
from tocsin.testing.town import Town
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import Part, Within

ROUND_VIENNA = Part(within=(Within(circle=(48.2, 16.4, 30.0), name="round Vienna"),))
EVENT = """\
BEGIN:VEVENT
UID:conference
DTSTART;TZID=Europe/Vienna:20310508T090000
DTEND;TZID=Europe/Vienna:20310509T180000
LOCATION:{}
{}END:VEVENT
"""


def enters(town: Town, *names: str) -> None:
    rows = [
        Row(line=n, cells={"id": name, "name": name, "mail": f"{name}@x.example"}, speaks_of=("name", "mail"))
        for n, name in enumerate(names)
    ]
    take_rows(town.house, rows, by="console", now=town.now)


def imports(town: Town, folder: Path, person: str, where: str = "فيينا", more: str = "") -> None:
    file = folder / f"{person}.ics"
    file.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{EVENT.format(where, more)}END:VCALENDAR\n")
    rows = list(PeopleFile(file, form=TRIPS, person=person).rows())
    take_trips(town.house, rows, by="console", now=town.now)


def known_there(town: Town, persons: Sequence[str]) -> list[str]:
    """Return who of these would be told of an alert round Vienna now because they are known to be there."""
    alert = town.drafts_alert(audience=[ROUND_VIENNA])
    with town.app.store.look() as look:
        found = preview(look, look.get(Alert, town.id(alert)), tuple(town.house.carriers), town.now)
    there = {one.person for one in found.sample if one.how.value == "known"}
    return [name for name in persons if person_of(town.house, name) in there]


def test_a_traveller_is_warned_where_the_calendar_says_they_are_and_only_while_they_are(
    town: Town, tmp_path: Path
) -> None:
    names = ("ann", "bell")
    enters(town, *names)
    imports(town, tmp_path, "ann")
    assert known_there(town, names) == []
    town.pass_time(hours=49)  # it is the 8th, at nine in UTC
    assert known_there(town, names) == ["ann"]
    town.pass_time(hours=36)
    assert known_there(town, names) == []


def test_a_journey_that_is_called_off_warns_nobody(town: Town, tmp_path: Path) -> None:
    enters(town, "ann")
    imports(town, tmp_path, "ann")
    imports(town, tmp_path, "ann", more="STATUS:CANCELLED\n")
    town.pass_time(hours=49)
    assert known_there(town, ["ann"]) == []


def test_a_journey_to_another_town_of_that_name_is_not_guessed(town: Town, tmp_path: Path) -> None:
    enters(town, "ann", "bell")
    imports(town, tmp_path, "ann", where="Vienna\\, United States")
    imports(town, tmp_path, "bell", where="Springfield")
    town.pass_time(hours=49)
    assert known_there(town, ["ann", "bell"]) == []
