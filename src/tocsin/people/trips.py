"""Itineraries: who travels where, and from when to when, read from the rows of a table or the events of a calendar.

A sentence about what is wrong names the column and quotes nothing.
"""

import re
from datetime import datetime, timedelta

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.moment import utc
from tocsin.people import where
from tocsin.people.listed import LONGEST, LONGEST_KEY, Row
from tocsin.people.table import Form
from tocsin.people.where import Where

PERSON = "person"
COLUMNS = frozenset({PERSON, "trip", "place", "country", "position", "from", "until", "status"})
ALIASES = {
    "id": "trip",
    "traveller": PERSON,
    "traveler": PERSON,
    "begins": "from",
    "ends": "until",
    "to": "until",
    "town": "place",
}
CALLED_OFF = ("cancelled", "canceled")
LONGEST_TRIP = timedelta(days=5 * 366)


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """One trip. person: their key in the list of people. name: by which it is found again; nothing where it has none.

    called_off: it does not take place; then nothing is said of where and when.
    """

    person: str
    name: str
    where: str = ""
    since: datetime | None = None
    until: datetime | None = None
    called_off: bool = False

    def __repr__(self) -> str:
        return "Trip()"


def column_named(header: str) -> str | None:
    """Return the column that a heading means, or None for one that is not known."""
    plain = re.sub(r"[\s\-_]+", "_", header.strip().lower())
    plain = ALIASES.get(plain, plain)
    return plain if plain in COLUMNS else None


TRIPS = Form(columns=COLUMNS, named=column_named, key=PERSON, unique=False, example="person,country,from,until")


def read_trip(row: Row) -> Trip:
    """Read what a row says.

    Raises:
        Refused: something in it cannot be. The sentence names the column, and quotes nothing.
    """
    if row.refused:
        raise Refused(row.refused)
    full = {column: text for column, cell in row.cells.items() if (text := cell.strip())}
    if any(len(text) > LONGEST or "\0" in text for text in full.values()):
        raise Refused(f"A cell has more than {LONGEST} characters, or a NUL byte.")
    person, name = full.get(PERSON, ""), full.get("trip", "")
    if not person or max(len(person), len(name)) > LONGEST_KEY:
        raise Refused(
            f"{PERSON}: the key of whoever travels, as the list of people has it; {LONGEST_KEY} characters at most."
        )
    if _is_called_off(full):
        if not name:
            raise Refused("trip: a trip that is called off is found by its name, and it has none.")
        return Trip(person=person, name=name, called_off=True)
    since, until = _moment(full, "from"), _moment(full, "until", whole_day=True)
    if not since < until <= since + LONGEST_TRIP:
        raise Refused("until: a trip ends after it begins, and within five years.")
    return Trip(person=person, name=name, where=_where(full), since=since, until=until)


def _is_called_off(full: dict[str, str]) -> bool:
    status = full.get("status", "").lower()
    if status not in ("", "confirmed", "tentative", *CALLED_OFF):
        raise Refused("status: it is confirmed, tentative or cancelled.")
    return status in CALLED_OFF


def _moment(full: dict[str, str], column: str, *, whole_day: bool = False) -> datetime:
    """Read a moment, or a day in UTC. whole_day: a day that is named is still part of it."""
    text = full.get(column, "")
    is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None
    try:
        moment = utc(f"{text}T00:00:00Z" if is_day else text)
        return moment + timedelta(days=1) if is_day and whole_day else moment
    except (Refused, OverflowError) as error:  # its own sentence quotes what stands there
        raise Refused(f"{column}: write a day like 2031-05-06, or a moment like 2031-05-06T18:00:00+02:00.") from error


def _where(full: dict[str, str]) -> str:
    try:
        country = where.country(full["country"]) if "country" in full else ""
        point, within = where.position(full["position"]) if "position" in full else (None, None)
        return where.write(Where(point=point, within_m=within, country=country))
    except Refused as error:
        raise Refused(f"country, position: {error}") from error
