"""Taking in itineraries: each trip is noted once, changed when its row has changed, and said again it changes nothing.

A trip is found again by its name in the list, or by all that it says, under the traveller's own key: nothing about it can
be found once that key is gone.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.people import Became, Fate, person_of
from tocsin.people.facts import PlaceKind, PlaceSaid
from tocsin.people.listed import Row
from tocsin.people.state import Place
from tocsin.people.trips import Trip, read_trip
from tocsin.store.listed import stood

_encode = msgspec.json.Encoder().encode


def take_trips(house: House, rows: Sequence[Row], *, by: Id, now: datetime, dry_run: bool = False) -> list[Fate]:
    """Take in some rows of an itinerary, all that can be in one commit, and return the fate of each, in their order.

    dry_run: write nothing.

    Raises:
        Refused: others changed these trips at the same time.
    """
    trips = [_read(row) for row in rows]
    good = [trip for trip in trips if isinstance(trip, Trip)]
    persons = [person_of(house, trip.person) for trip in good]
    with house.store.look() as look:
        there = stood(look.connection, list(dict.fromkeys(persons)))
        ids = _ids(house, good, persons)
        known = look.some(Place, [id for id in ids if id])
        taking = _Taking(known, now)
        each = iter(zip(good, persons, ids, strict=True))
        for row, trip in zip(rows, trips, strict=True):
            if isinstance(trip, Refused):
                taking.refuse(row, str(trip))
                continue
            _, person, id = next(each)
            if person not in there or there[person].forgotten:
                taking.refuse(row, "person: nobody of this key is known. Take the list of people in first.")
            else:
                taking.take(row, trip, person, id)
        seen = {fact.subject: look.version(fact.subject) for fact in taking.facts}
    if taking.facts and not dry_run:
        command = f"people trips:{house.store.new_id()}"
        house.store.commit(taking.facts, at=now, by=by, command=command, expect=seen)
    return taking.fates


def _read(row: Row) -> Trip | Refused:
    try:
        return read_trip(row)
    except Refused as error:
        return error


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

    def take(self, row: Row, trip: Trip, person: Id, id: Id) -> None:
        if id in self._seen:
            self.refuse(row, "An earlier row is of the same trip.")
            return
        self._seen.add(id)
        stands = self._known.get(id)
        fields = _differences(stands, trip) if stands else ()
        if stands is not None and not fields:
            self.fates.append(Fate(line=row.line, became=Became.UNCHANGED))
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
        self.fates.append(Fate(line=row.line, became=Became.CHANGED if stands else Became.NEW, fields=fields))


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
