"""Where everyone on the roll is: their places, decrypted into a crowd in memory. None of it reaches a disc, a log or a repr.

A place that is a point is kept as a point; how far off it may be, beside it. One that is an area is kept as the area, and
whoever has it may be anywhere there.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
import sqlalchemy as sa

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.people import where
from tocsin.people.state import Place
from tocsin.places.crowd import STALE_AFTER, Crowd, Outside, Present
from tocsin.places.rows import Kind, places, ties
from tocsin.places.search import rows_in
from tocsin.places.shapes import Shape, polygon
from tocsin.places.sorted import EVER, NOBODY, Column, Numbers, Persons, Sorted, among, sorted_unique
from tocsin.places.watched import Watched
from tocsin.store.keys import Keys
from tocsin.store.rows import IN_ONE_ASKING
from tocsin.store.tables import state_table
from tocsin.warning.drawn import Drawn

_PLACES = state_table(Place)
_AT_ONCE = 5_000  # places opened together, so that memory does not follow their number
_FEW = 5_000  # places that came later, or of people taken out, before they are put in order with the others
LEAST = 5
"""So many people are shown together, or none of them."""


@dataclass(frozen=True, eq=False, repr=False)
class AreaPlace:
    """A place that is an area. since, until, said: as places/rows.py has them."""

    person: int
    kind: Kind
    shapes: tuple[Shape, ...]
    since: int
    until: int
    said: int

    def holds(self, at: datetime) -> bool:
        """Say whether it holds at a moment."""
        return self.since <= at.timestamp() < self.until

    def is_stale(self, at: datetime, after: timedelta) -> bool:
        """Say whether it tells where someone was, too long ago."""
        return self.kind is Kind.NOW and self.said < (at - after).timestamp()


@dataclass(frozen=True, eq=False, repr=False)
class Cell:
    """A square of the map, and how many people are in it: LEAST or more. In degrees; north and east count on from the others."""

    south: float
    west: float
    north: float
    east: float
    people: int


@dataclass(frozen=True, eq=False, repr=False)
class Positions:
    """Where people are. off: who is known only to so many metres, and these."""

    crowd: Crowd = field(default_factory=Crowd)
    areas: tuple[AreaPlace, ...] = ()
    off: dict[int, float] = field(default_factory=dict)

    @cached_property
    def _watched(self) -> Watched:
        return Watched([one.shapes for one in self.areas])

    # ---- changes

    def without(self, persons: Persons) -> "Positions":
        """Return all of it but that of some people."""
        out = set(persons.tolist())
        if not out:
            return self
        areas = tuple(one for one in self.areas if one.person not in out) if self.areas else ()
        off = {person: metres for person, metres in self.off.items() if person not in out} if self.off else {}
        return Positions(self.crowd.without(persons), areas, off)

    def joined(self, more: "Positions") -> "Positions":
        """Return both together."""
        crowd = self.crowd.added(more.crowd.places).tying(more.crowd.tied)
        if len(crowd.later) + len(crowd.gone) > _FEW:
            crowd = crowd.merged()
        return Positions(crowd, (*self.areas, *more.areas), self.off | more.off)

    def merged(self) -> "Positions":
        """Return the same in new arrays: nothing is left there of whoever was taken out."""
        return replace(self, crowd=self.crowd.merged())

    # ---- questions

    def present(self, drawn: Drawn, at: datetime) -> Present:
        """Return who is to be counted in an area at a moment, as Crowd.present says; areas count where they meet it.

        Whoever's place is outside by no more than it may be off is there, as far as anyone knows.
        """
        found = self.crowd.present(drawn.shapes, at, drawn.countries)
        known = [found.known, self._may_be_inside(drawn, at)]
        stale, elsewhere = [found.stale], [NOBODY]
        if self.areas:
            met = set(self._watched.meeting(drawn.shapes).tolist()) if drawn.shapes else set()
            held = [(index, one) for index, one in enumerate(self.areas) if one.holds(at)]
            fresh = [(index, one) for index, one in held if not one.is_stale(at, STALE_AFTER)]
            known.append(_persons(one for index, one in fresh if index in met))
            stale.append(_persons(one for index, one in held if index in met))
            elsewhere.append(_persons(one for _, one in fresh))
        inside = sorted_unique(np.concatenate(known))
        lost = _less(sorted_unique(np.concatenate(stale)), inside)
        return Present(inside, lost, _less(found.unknown, inside, lost, sorted_unique(np.concatenate(elsewhere))))

    def _may_be_inside(self, drawn: Drawn, at: datetime) -> Persons:
        if not self.off or not drawn.shapes:
            return NOBODY
        persons = np.array(sorted(self.off), dtype=np.uint32)
        near = self.crowd.how_far(drawn.shapes, persons, at)
        room = np.array([self.off[person] for person in near.persons.tolist()])
        return np.sort(near.persons[near.metres <= room])

    def outside(self, drawn: Drawn, within_m: float, at: datetime) -> Outside:
        """Return who is outside an area by so many metres or fewer, the nearest first."""
        return self.crowd.outside(drawn.shapes, within_m, at)

    def cells(self, frame: tuple[float, float, float, float], step: float, at: datetime) -> list[Cell]:
        """Count people on squares of the map, and leave out each square that has fewer than LEAST.

        frame: south, west, north, east in degrees; east counts on from west. step: of a square's sides, degrees of latitude
        and of longitude; squares stand where they stand on the whole map, so that another frame tells no more.
        """
        south, west, north, east = frame
        seen: list[Numbers] = []
        who: list[Persons] = []
        for rows, gone in ((self.crowd.places, self.crowd.gone), (self.crowd.later, NOBODY)):
            numbers = _framed(rows, south, west, north, east)
            numbers = numbers[rows.at(numbers, at) & ~among(rows["person"][numbers], gone)]
            down = np.floor((rows["lat"][numbers] / 1e7 + 90) / step).astype(np.int64)
            along = np.floor((rows["lon"][numbers] / 1e7 + 180) / step).astype(np.int64)
            seen.append(down * _WIDE + along)
            who.append(rows["person"][numbers])
        both = np.sort(np.concatenate(seen) << _PERSON | np.concatenate(who).astype(np.int64))
        once = both[np.concatenate([[True], both[1:] != both[:-1]])] if len(both) else both
        square, people = np.unique(once >> _PERSON, return_counts=True)
        return [
            Cell(down * step - 90, along * step - 180, (down + 1) * step - 90, (along + 1) * step - 180, count)
            for down, along, count in zip(
                (square // _WIDE).tolist(), (square % _WIDE).tolist(), people.tolist(), strict=True
            )
            if count >= LEAST
        ]


_WIDE, _PERSON = 1 << 18, 27  # squares from west to east; bits of a person's number


def _framed(rows: Sorted, south: float, west: float, north: float, east: float) -> Numbers:
    """Return the rows in a frame, and perhaps some beside it."""
    if east - west >= 180 or not len(rows):
        return np.arange(len(rows))
    corners = [
        (lat, (lon + 180) % 360 - 180) for lat, lon in ((south, west), (south, east), (north, east), (north, west))
    ]
    return rows_in(polygon([*corners, corners[0]]), rows)


def _persons(found: Any) -> Persons:
    return np.array(sorted({one.person for one in found}), dtype=np.uint32)


def _less(persons: Persons, *others: Persons) -> Persons:
    for other in others:
        persons = persons[~among(persons, other)]
    return persons


# ---- reading them


def read_positions(
    connection: sa.Connection,
    keys: Keys,
    numbers: Callable[[Column], Numbers],
    persons: Sequence[Id] | None,
) -> Positions:
    """Decrypt where people are. numbers: the number of each id, -1 for nobody's. persons: whose places; None: everyone's."""
    found = _Found()
    for rows in _rows(connection, persons):
        opened = keys.open_many([(row.person, row.where, f"{row.id}.where") for row in rows])
        owners = numbers(np.array([row.person.encode() for row in rows])).tolist()
        for row, owner, said in zip(rows, owners, map(where.read, opened), strict=True):
            if owner >= 0 and said is not None:
                found.take(owner, row, said)
        found.shut()
    return found.positions()


def _rows(connection: sa.Connection, persons: Sequence[Id] | None) -> Iterator[Sequence[Any]]:
    table = _PLACES.c
    columns = (table.id, table.person, table.place_kind, table.where, table.since, table.until, table.said_at)
    asked = sa.select(*columns).where(table.removed_at.is_(None))
    if persons is None:
        yield from connection.execute(asked).partitions(_AT_ONCE)
        return
    for start in range(0, len(persons), IN_ONE_ASKING):
        rows = connection.execute(asked.where(table.person.in_(persons[start : start + IN_ONE_ASKING]))).all()
        if rows:
            yield rows


class _Found:
    """Places as they are read: plain lists for a while, then arrays."""

    def __init__(self) -> None:
        self.points: list[tuple[int, float, float, int, int, int, int]] = []
        self.tied: list[tuple[int, str, int, int]] = []
        self.areas: list[AreaPlace] = []
        self.off: dict[int, float] = {}
        self._shut: list[tuple[list[Column], list[Column]]] = []

    def take(self, owner: int, row: Any, said: where.Where) -> None:
        kind = Kind[row.place_kind.upper()]
        since, until = _second(row.since, EVER.min), _second(row.until, EVER.max)
        told = _second(row.said_at, EVER.min)
        if said.country:
            self.tied.append((owner, said.country, since, until))
        if said.point is not None:
            self.points.append((owner, *said.point, kind, since, until, told))
            if said.within_m:
                self.off[owner] = max(self.off.get(owner, 0.0), said.within_m)
        if said.areas:
            self._take_areas(owner, kind, said.areas, (since, until, told))

    def _take_areas(self, owner: int, kind: Kind, rings: Sequence[Any], dates: tuple[int, int, int]) -> None:
        try:
            self.areas.append(AreaPlace(owner, kind, tuple(polygon(ring) for ring in rings), *dates))
        except Refused:  # it crosses itself, or the like: its corners stand for it
            self.points.extend((owner, *point, kind, *dates) for ring in rings for point in ring)

    def shut(self) -> None:
        """Put what was read so far into arrays."""
        points = [np.array(column) for column in zip(*self.points, strict=True)]
        tied = [np.array(column) for column in zip(*self.tied, strict=True)]
        self._shut.append((points, tied))
        self.points, self.tied = [], []

    def positions(self) -> Positions:
        points = [part for part, _ in self._shut if part]
        tied = [part for _, part in self._shut if part]
        crowd = Crowd()
        if points:
            person, lat, lon, kind, since, until, said = (
                np.concatenate(column) for column in zip(*points, strict=True)
            )
            crowd = replace(crowd, places=places(person, lat, lon, kind, since=since, until=until, said=said))
        if tied:
            person, code, since, until = (np.concatenate(column) for column in zip(*tied, strict=True))
            crowd = replace(crowd, tied=ties(person, code.tolist(), since=since, until=until))
        return Positions(crowd, tuple(self.areas), self.off)


def _second(moment: datetime | None, otherwise: int) -> int:
    return otherwise if moment is None else int(moment.timestamp() // 1)
