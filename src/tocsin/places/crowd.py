"""Where people are, for millions: who is in an area at a moment, who may be, and who is only just outside.

A person is a number here, a place a position of one of several kinds, perhaps with dates. What belongs to a number, and
what reaches it, others know. Positions are personal: no error, repr or log line has one.

A crowd is a value: what is added or taken away makes another, which shares what did not change. Most of it is sorted
(see grid.py) and may lie in files (crowd_files.py); the latest is a second, small pile until `merged` puts it in place.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from tocsin.basis.errors import Refused
from tocsin.places import grid
from tocsin.places.borders import countries_of, country, has_outline
from tocsin.places.collar import Collar
from tocsin.places.ellipsoid import Floats
from tocsin.places.rows import NO_PLACES, NO_TIES, Kind, country_keys, numbers_of
from tocsin.places.search import rows_in
from tocsin.places.shape import Shape, outside_m
from tocsin.places.sorted import NOBODY, Bools, Numbers, Persons, Sorted, among, ranges, sorted_unique

STALE_AFTER: Final = timedelta(days=1)
MOST_OUTSIDE_M: Final = 100_000.0


@dataclass(frozen=True, eq=False, repr=False)
class Present:
    """Who is to be counted in an area at a moment. Each person is in one of the three, sorted by number.

    known: has a place there that holds. stale: was said to be somewhere in its country, but not lately. unknown: is tied
    to its country, and no place of theirs is known.
    """

    known: Persons
    stale: Persons
    unknown: Persons

    def everyone(self) -> Persons:
        """Return all three together."""
        return np.sort(np.concatenate([self.known, self.stale, self.unknown]))


@dataclass(frozen=True, eq=False, repr=False)
class Outside:
    """Who is outside an area but near it, the nearest first: numbers, and metres to the area."""

    persons: Persons
    metres: Floats


@dataclass(frozen=True, eq=False, repr=False)
class Crowd:
    """People, where they are, and what they are tied to.

    places, tied: the most of it. later, later_tied: what was added since. gone: who was taken out of the former, by number.
    """

    places: Sorted = NO_PLACES
    tied: Sorted = NO_TIES
    later: Sorted = NO_PLACES
    later_tied: Sorted = NO_TIES
    gone: Persons = field(default_factory=NOBODY.copy)

    def __len__(self) -> int:
        """Return the number of places, those of people taken out since the last `merged` included."""
        return len(self.places) + len(self.later)

    # ---- changes

    def added(self, more: Sorted) -> "Crowd":
        """Return a crowd with more places, from `places`. It costs as much as the later pile is large."""
        return replace(self, later=self.later.joined(more))

    def tying(self, more: Sorted) -> "Crowd":
        """Return a crowd with more ties, from `ties`."""
        return replace(self, later_tied=self.later_tied.joined(more))

    def without(self, persons: Iterable[int] | Persons) -> "Crowd":
        """Return a crowd without any place or tie of some people. Whoever moved is taken out and added again."""
        out = sorted_unique(numbers_of(persons))
        gone = sorted_unique(np.concatenate([self.gone, out]))
        return replace(self, later=self.later.without(out), later_tied=self.later_tied.without(out), gone=gone)

    def merged(self) -> "Crowd":
        """Return the same crowd in one pile, without a trace of those taken out. It copies all of it."""
        places_, tied = (
            most.without(self.gone).joined(more).tidied()
            for most, more in ((self.places, self.later), (self.tied, self.later_tied))
        )
        return Crowd(places_, tied)

    # ---- questions

    def within(
        self, area: Iterable[Shape], at: datetime | None = None, kinds: Collection[Kind] = tuple(Kind)
    ) -> Persons:
        """Return who has a place in an area, however old: each number once, sorted.

        area: shapes, together. at: only places that hold then; None: whenever. kinds: only such places.
        """
        shapes = tuple(area)
        return self._persons(lambda rows: _of_kind(rows, _holding(rows, _in(shapes, rows), at), kinds))

    def present(
        self,
        area: Iterable[Shape],
        at: datetime,
        countries: Collection[str] | None = None,
        stale_after: timedelta = STALE_AFTER,
    ) -> Present:
        """Return who is to be counted in an area at a moment.

        countries: those of the area; None: all that it touches. A person counts as

        1. known, with a place in the area that holds at the moment. One of kind NOW must not be stale: said longer before
           the moment than stale_after, or nobody knows when. Where else they have places makes no difference.
        2. stale, with a stale place of kind NOW in the area or anywhere in its countries; or with one anywhere, and a tie
           to one of its countries that holds at the moment.
        3. unknown, with such a tie, and no place that holds at the moment.

        So nobody is left out because too little is known of them. Who is known to be elsewhere, and only there, is.

        Source: DESIGN, section 9: an unknown position never excludes anyone from a danger to life.
        """
        shapes = tuple(area)
        codes = countries_of(shapes) if countries is None else frozenset(code.upper() for code in countries)
        wide = (*shapes, *(country(code) for code in sorted(codes) if has_outline(code)))
        fresh = (at - stale_after).timestamp()

        known = self._persons(lambda rows: _not_stale(rows, _holding(rows, _in(shapes, rows), at), fresh))
        tied = self._tied(codes, at)
        lost_here = self._persons(lambda rows: _stale(rows, _holding(rows, _in(wide, rows), at), fresh), dated=True)
        lost = self._persons(lambda rows: _stale(rows, _holding(rows, _all(rows), at), fresh), dated=True)
        stale = _less(sorted_unique(np.concatenate([lost_here, lost[among(lost, tied)]])), known)
        placed = self._persons(lambda rows: _not_stale(rows, _holding(rows, _all(rows), at), fresh), dated=True)
        return Present(known, stale, _less(self._unsettled(tied), known, stale, placed))

    def outside(
        self, area: Iterable[Shape], within_m: float, at: datetime | None = None, limit: int | None = None
    ) -> Outside:
        """Return who is outside an area by so many metres or fewer, the nearest first, then by number.

        Each is measured from the nearest of their places that hold at the moment, as `geometry.area_distance_m` measures.

        Raises:
            Refused: within_m is not from 0 to 100,000.
        """
        if not 0 <= within_m <= MOST_OUTSIDE_M:
            raise Refused(f"Nobody can be looked for {within_m} m outside. Ask for 0 to {MOST_OUTSIDE_M:,.0f} m.")
        shapes = tuple(area)
        collars = tuple(Collar(shape, within_m) for shape in shapes)
        inside = self.within(shapes, at)
        persons, metres = self._measured(
            lambda rows: _holding(rows, _in(collars, rows), at),
            lambda found: ~among(found, inside),
            lambda lat, lon: outside_m(shapes, lat, lon, within_m),
        )
        near = np.lexsort((persons, metres))[: None if limit is None else max(0, limit)]
        near = near[metres[near] <= within_m]
        return Outside(persons[near], metres[near])

    def how_far(self, area: Iterable[Shape], persons: Iterable[int] | Persons, at: datetime | None = None) -> Outside:
        """Return how far outside an area each of some people is, the nearest first: 0 m inside. Who has no place is left out.

        All places are looked through for these people: meant for tens or hundreds of them.
        """
        shapes, asked = tuple(area), sorted_unique(numbers_of(persons))
        found, metres = self._measured(
            lambda rows: _holding(rows, np.flatnonzero(among(rows["person"], asked)), at),
            lambda found: np.ones(len(found), dtype=bool),
            lambda lat, lon: outside_m(shapes, lat, lon),
        )
        near = np.lexsort((found, metres))
        return Outside(found[near], metres[near])

    # ---- how

    def _piles(self) -> tuple[tuple[Sorted, Persons], ...]:
        return (self.places, self.gone), (self.later, NOBODY)

    def _persons(self, find: Callable[[Sorted], Numbers], *, dated: bool = False) -> Persons:
        """Return whose rows are found in either pile. dated: look only through rows that have dates."""
        found = []
        for pile, gone in self._piles():
            rows = pile.dated if dated else pile
            found.append(_less(sorted_unique(rows["person"][find(rows)]), gone))
        return found[0] if not len(found[1]) else sorted_unique(np.concatenate(found))

    def _measured(
        self,
        find: Callable[[Sorted], Numbers],
        wanted: Callable[[Persons], Bools],
        measure: Callable[[Floats, Floats], Floats],
    ) -> tuple[Persons, Floats]:
        """Return people whose rows are found, and the least that is measured of their positions."""
        persons, metres = [NOBODY], [np.zeros(0)]
        for rows, gone in self._piles():
            numbers = find(rows)
            person = rows["person"][numbers]
            numbers = numbers[wanted(person) & ~among(person, gone)]
            persons.append(rows["person"][numbers])
            metres.append(measure(grid.degrees(rows["lat"][numbers]), grid.degrees(rows["lon"][numbers])))
        person, metre = np.concatenate(persons), np.concatenate(metres)
        order = np.lexsort((metre, person))
        first = order[np.diff(person[order].astype(np.int64), prepend=-1) > 0]
        return person[first], metre[first]

    def _tied(self, codes: Collection[str], at: datetime) -> Persons:
        """Return who is tied to one of these countries at a moment."""
        keys = np.sort(country_keys(codes))
        found = []
        for rows, gone in ((self.tied, self.gone), (self.later_tied, NOBODY)):
            numbers = _holding(rows, ranges(*rows.between(keys, keys)), at)
            found.append(_less(sorted_unique(rows["person"][numbers]), gone))
        return sorted_unique(np.concatenate(found))

    def _unsettled(self, persons: Persons) -> Persons:
        """Return those who have no place without dates."""
        settled = among(persons, self.places.settled) & ~among(persons, self.gone)
        return persons[~(settled | among(persons, self.later.settled))]


def _in(shapes: Sequence[Shape], rows: Sorted) -> Numbers:
    """Return the rows in any of these shapes, some of them more than once."""
    return np.concatenate([np.zeros(0, dtype=np.int64), *(rows_in(shape, rows) for shape in shapes)])


def _all(rows: Sorted) -> Numbers:
    return np.arange(len(rows))


def _holding(rows: Sorted, numbers: Numbers, at: datetime | None) -> Numbers:
    """Return those of some rows that hold at a moment."""
    return numbers if at is None else numbers[rows.at(numbers, at)]


def _of_kind(rows: Sorted, numbers: Numbers, kinds: Collection[Kind]) -> Numbers:
    """Return those of some rows that are of certain kinds."""
    if set(kinds) >= set(Kind):
        return numbers
    return numbers[np.isin(rows["kind"][numbers], [int(kind) for kind in kinds])]


def _is_stale(rows: Sorted, numbers: Numbers, fresh: float) -> Bools:
    """Say which rows tell where someone was when they last said so, before a moment (seconds since 1970)."""
    if len(rows.dates) == 1:  # a place of kind NOW always has a date
        return np.zeros(len(numbers), dtype=bool)
    late = (rows.dates[:, 2] < fresh)[rows["when"][numbers]]
    return np.asarray(late & (rows["kind"][numbers] == Kind.NOW))


def _stale(rows: Sorted, numbers: Numbers, fresh: float) -> Numbers:
    return numbers[_is_stale(rows, numbers, fresh)]


def _not_stale(rows: Sorted, numbers: Numbers, fresh: float) -> Numbers:
    return numbers[~_is_stale(rows, numbers, fresh)]


def _less(persons: Persons, *others: Persons) -> Persons:
    """Return those who are in none of the others, each sorted."""
    for other in others:
        persons = persons[~among(persons, other)]
    return persons
