"""Taking in itineraries: each trip is noted once, changed when its row has changed, and said again it changes nothing.

A trip is found again by its name in the list, or by all that it says, under the traveller's own key: nothing about it can
be found once that key is gone.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.people.rows import Became, Fate, person_of
from tocsin.people.facts import PlaceKind, PlaceRemoved, PlaceSaid
from tocsin.people.listed import Row
from tocsin.people.state import Place
from tocsin.people.trips import Trip, read_trip
from tocsin.places.named import REACH_M, find, label
from tocsin.store.listed import stood

STAYS_AWAY = "It was taken away, by its traveller or as cancelled, and stays so until its dates change."
_encode = msgspec.json.Encoder().encode


def take_trips(house: House, rows: Sequence[Row], *, by: Id, now: datetime, dry_run: bool = False) -> list[Fate]:
    """Take in some rows of an itinerary, all that can be in one commit, and return the fate of each, in their order.

    dry_run: write nothing.

    Raises:
        Refused: others changed these trips at the same time.
    """
    found = [_read(row) for row in rows]
    trips = [trip for trip, _ in found]
    good = [trip for trip in trips if isinstance(trip, Trip)]
    persons = [person_of(house, trip.person) for trip in good]
    with house.store.look() as look:
        there = stood(look.connection, list(dict.fromkeys(persons)))
        ids = _ids(house, good, persons)
        known = look.some(Place, [id for id in ids if id])
        taking = _Taking(known, now)
        each = iter(zip(good, persons, ids, strict=True))
        for row, (trip, town) in zip(rows, found, strict=True):
            if isinstance(trip, Refused):
                taking.refuse(row, str(trip))
                continue
            _, person, id = next(each)
            if person not in there or there[person].forgotten:
                taking.refuse(row, "person: nobody of this key is known. Take the list of people in first.")
            else:
                taking.take(row, trip, person, id, town)
        seen = {fact.subject: look.version(fact.subject) for fact in taking.facts}
    if taking.facts and not dry_run:
        command = f"people trips:{house.store.new_id()}"
        house.store.commit(taking.facts, at=now, by=by, command=command, expect=seen)
    return taking.fates


def _read(row: Row) -> tuple[Trip | Refused, str]:
    """Return the trip of a row, and the town that is meant by the place in it, if there is one."""
    try:
        placed, town = _placed(row)
        return read_trip(placed), town
    except Refused as error:
        return error, ""


def _placed(row: Row) -> tuple[Row, str]:
    """Put a position in the place of a town's name, where there is none yet.

    Raises:
        Refused: several towns have this name, or none has.
    """
    cells = {column: cell.strip() for column, cell in row.cells.items()}
    said = cells.get("place", "")
    if not said or cells.get("position"):
        return row, ""
    found = find(said, cells.get("country", "").upper())
    town = found.surely
    if town is not None:
        latitude, longitude = town.point
        cells |= {"position": f"geo:{latitude},{longitude};u={REACH_M}", "country": town.country}
        return replace(row, cells=cells), label(town)
    if found.towns:
        raise Refused("place: several towns are called so. Write its country behind it, or give its position.")
    if not found.country:
        raise Refused("place: no town or country of this name is known. Give a position, or a country.")
    return replace(row, cells=cells | {"country": found.country}), ""


def _ids(house: House, trips: Sequence[Trip], persons: Sequence[Id]) -> list[Id]:
    """Return under which id each trip is kept; nothing where there is no such person."""
    about = [
        (person, "trip:" + _encode(trip.name or (trip.where, trip.since, trip.until)).decode())
        for trip, person in zip(trips, persons, strict=True)
    ]
    salts = house.store.keys.salts(about)
    return [base64.b32encode(salt[:16]).decode().rstrip("=").lower() if salt else "" for salt in salts]


class _Taking:
    """Some trips, held against those that are known: the fate of each, and what is to be committed."""

    def __init__(self, known: dict[Id, Place], now: datetime) -> None:
        self._known = known
        self._now = now
        self._seen: set[Id] = set()
        self.facts: list[Fact] = []
        self.fates: list[Fate] = []

    def refuse(self, row: Row, why: str) -> None:
        self.fates.append(Fate(line=row.line, became=Became.REFUSED, why=why))

    def take(self, row: Row, trip: Trip, person: Id, id: Id, town: str) -> None:
        if id in self._seen:
            self.refuse(row, "An earlier row is of the same trip.")
            return
        self._seen.add(id)
        stands = self._known.get(id)
        if trip.called_off:
            self._call_off(row, stands)
            return
        fields = _differences(stands, trip) if stands else ()
        if stands is not None and not fields:
            why = STAYS_AWAY if stands.removed_at is not None else ""
            self.fates.append(Fate(line=row.line, became=Became.UNCHANGED, why=why, town=town))
            return
        self.facts.append(
            PlaceSaid(
                subject=id,
                occurred_at=self._now,
                person=person,
                place_kind=PlaceKind.TRIP,
                where=trip.where,
                since=trip.since,
                until=trip.until,
            )
        )
        became = Became.CHANGED if stands else Became.NEW
        self.fates.append(Fate(line=row.line, became=became, fields=fields, town=town))

    def _call_off(self, row: Row, stands: Place | None) -> None:
        if stands is None or stands.removed_at is not None:
            self.fates.append(Fate(line=row.line, became=Became.UNCHANGED))
            return
        self.facts.append(PlaceRemoved(subject=stands.id, occurred_at=self._now))
        self.fates.append(Fate(line=row.line, became=Became.CHANGED, fields=("status",)))


def _differences(stands: Place, trip: Trip) -> tuple[str, ...]:
    """Return in which columns a trip differs. One that was removed, by its traveller say, stays so until its row changes."""
    if stands.removed_at is not None:
        return ("from", "until") if (stands.since, stands.until) != (trip.since, trip.until) else ()
    compared = {
        "position": stands.where == trip.where,
        "from": stands.since == trip.since,
        "until": stands.until == trip.until,
    }
    return tuple(column for column, same in compared.items() if not same)
