"""Rotas: who is on duty when. People take turns by the clock on the wall, or as a calendar says; somebody may step in.

A turn ends when the clock of the rota's place shows that hour, in summer as in winter. Where the clock jumps over it, the
turn ends with the jump; where it shows it twice, the first time.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.moment import by_the_wall, zone

MOST_MEMBERS = 200
MOST_SHIFTS = 5_000
MOST_HOURS = 50
MOST_TURNS = 366  # of one kind, in one turn
MOST_CHANGES = 2_000  # that are looked at to say who comes next
LONGEST_NAME = 200  # characters

YEARS = range(1970, 2200)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Turn(StrEnum):
    """In what the length of a turn is counted."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


class Hours(msgspec.Struct, frozen=True, kw_only=True):
    """On some days of the week, from an hour until another; past midnight where that is no later.

    days: 0 is Monday. begins, ends: HH:MM, by the clock of the rota's place.
    """

    days: tuple[int, ...]
    begins: str
    ends: str


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is on duty from one moment until another. person: None, nobody is."""

    person: Id | None
    begins: datetime
    ends: datetime


class Stand(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody stands in: for whoever is on duty, or for one of those. person: None, nobody does. id: by which it is dropped."""

    id: Id
    person: Id | None
    begins: datetime
    ends: datetime
    instead_of: Id | None = None


class RotaSaved(Fact, frozen=True, kw_only=True):
    """A rota is as it says here from now on, whatever it was before; those who stand in stay.

    zone: IANA. members: in the order of their turns. first: when the first turn of the first of them begins, as the clock
    there shows it, without an offset. every: how many hours, days or weeks a turn lasts. hours: outside of which nobody is on
    duty; none: around the clock. shifts: from a calendar, instead of turns.
    """

    name: str
    zone: str
    members: tuple[Id, ...] = ()
    first: str = ""
    turn: Turn = Turn.WEEK
    every: int = 1
    hours: tuple[Hours, ...] = ()
    shifts: tuple[Shift, ...] = ()


class StandInAdded(Fact, frozen=True, kw_only=True):
    """Somebody stands in on a rota for a while."""

    stand: Stand


class StandInDropped(Fact, frozen=True, kw_only=True):
    """Somebody does not stand in after all."""

    stand: Id


class RotaDropped(Fact, frozen=True, kw_only=True):
    """A rota is no longer kept. Where a policy names it, nobody is on duty."""


class Rota(State, frozen=True, kw_only=True):
    """A rota as it is kept. See RotaSaved."""

    name: str
    zone: str
    members: tuple[Id, ...]
    first: str
    turn: Turn
    every: int
    hours: tuple[Hours, ...]
    shifts: tuple[Shift, ...]
    stands: tuple[Stand, ...] = ()
    dropped_at: datetime | None = None


def runs_out_at(rota: Rota) -> datetime | None:
    """Return when the last shift of a rota from a calendar ends; None: people take turns in it, and it never does."""
    if rota.members or not rota.shifts:
        return None
    return max(one.ends for one in rota.shifts)


def ending(rotas: Iterable[Rota], now: datetime, ahead: timedelta) -> list[tuple[Rota, datetime]]:
    """Return the rotas that run out within some time, or have, and when; the soonest first."""
    found = [(one, ends) for one in rotas if (ends := runs_out_at(one)) is not None and ends - ahead <= now]
    return sorted(found, key=lambda both: (both[1], both[0].id))


def fold_rota(state: Rota | None, fact: Fact) -> Rota:
    """Return how the rota stands after the fact."""
    if isinstance(fact, RotaSaved):
        return Rota(
            id=fact.subject,
            name=fact.name,
            zone=fact.zone,
            members=fact.members,
            first=fact.first,
            turn=fact.turn,
            every=fact.every,
            hours=fact.hours,
            shifts=fact.shifts,
            stands=state.stands if state else (),
        )
    rota = standing(state, fact)
    match fact:
        case StandInAdded():
            return replace(rota, stands=(*rota.stands, fact.stand))
        case StandInDropped():
            return replace(rota, stands=tuple(one for one in rota.stands if one.id != fact.stand))
        case RotaDropped():
            return replace(rota, dropped_at=fact.occurred_at)
    raise TypeError(fact.kind())


FOLDINGS = (Folding(Rota, (RotaSaved, StandInAdded, StandInDropped, RotaDropped), fold_rota),)


# ---- what may be kept


def save_rota(rota: RotaSaved) -> RotaSaved:
    """Let in a rota by which somebody can be found.

    Raises:
        Refused: it has no name, nobody takes turns, or a moment of it cannot be read.
    """
    if not rota.name.strip() or len(rota.name) > LONGEST_NAME:
        raise Refused(f"Give the rota a name of 1 to {LONGEST_NAME} characters.")
    zone(rota.zone)
    if bool(rota.members) == bool(rota.shifts):
        raise Refused("A rota has people who take turns, or the shifts of a calendar: one of the two.")
    if len(rota.members) > MOST_MEMBERS or len(rota.shifts) > MOST_SHIFTS or len(rota.hours) > MOST_HOURS:
        raise Refused(f"A rota has {MOST_MEMBERS} people, {MOST_SHIFTS} shifts and {MOST_HOURS} sets of hours at most.")
    if rota.members:
        if _local(rota.first).year not in YEARS:
            raise Refused(f"The first turn begins in the years {YEARS[0]} to {YEARS[-1]}.")
        if not 1 <= rota.every <= MOST_TURNS:
            raise Refused(f"A turn lasts 1 to {MOST_TURNS} hours, days or weeks; this says {rota.every}.")
    for hours in rota.hours:
        _clock(hours.begins), _clock(hours.ends)
        if not hours.days or not set(hours.days) <= set(range(7)):
            raise Refused("Hours of duty need their days, counted from 0 for Monday to 6 for Sunday.")
    for shift in rota.shifts:
        _refuse_backwards(shift.begins, shift.ends)
    return rota


def stand_in(rota: Rota, stand: Stand, now: datetime) -> StandInAdded:
    """Let somebody stand in.

    Raises:
        Refused: it ends before it begins, or for somebody who takes no turns there.
    """
    _refuse_backwards(stand.begins, stand.ends)
    if rota.dropped_at is not None:
        raise Refused(f"The rota {rota.name} is no longer kept.")
    taking_turns = {*rota.members, *(shift.person for shift in rota.shifts)}
    if stand.instead_of is not None and stand.instead_of not in taking_turns:
        raise Refused(f"{stand.instead_of} takes no turns on the rota {rota.name}; nobody can stand in for them.")
    return StandInAdded(subject=rota.id, occurred_at=now, stand=stand)


def _refuse_backwards(begins: datetime, ends: datetime) -> None:
    if begins.year not in YEARS or ends.year not in YEARS:
        raise Refused(f"Somebody is on duty in the years {YEARS[0]} to {YEARS[-1]}.")
    if ends <= begins:
        raise Refused(
            f"Nobody is on duty until {ends:%Y-%m-%d %H:%M} from {begins:%Y-%m-%d %H:%M} UTC: turn them round."
        )


def _local(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise Refused(f"{text!r} is no moment by the clock on the wall. Write it like 2026-03-02T09:00.")
    return found


def _clock(text: str) -> time:
    try:
        found = time.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None or len(text) != len("09:00"):
        raise Refused(f"{text!r} is no hour of the day. Write it like 09:00.")
    return found


# ---- who is on duty


def on_duty(rota: Rota, at: datetime) -> tuple[Id, ...]:
    """Return who is on duty at a moment; several, where shifts of a calendar overlap; nobody, in a gap."""
    if rota.dropped_at is not None and rota.dropped_at <= at:
        return ()
    found = list(dict.fromkeys(_regular(rota, at)))
    for stand in rota.stands:  # the one that was said last counts
        if stand.begins <= at < stand.ends:
            found = _with(stand, found)
    return tuple(found)


def _with(stand: Stand, found: Sequence[Id]) -> list[Id]:
    if stand.instead_of is not None and stand.instead_of not in found:
        return list(found)
    left = [] if stand.instead_of is None else [one for one in found if one != stand.instead_of]
    return left if stand.person is None or stand.person in left else [*left, stand.person]


def _regular(rota: Rota, at: datetime) -> Iterator[Id]:
    if rota.hours and not any(_within(hours, at, zone(rota.zone)) for hours in rota.hours):
        return
    if not rota.members:
        yield from (shift.person for shift in rota.shifts if shift.person and shift.begins <= at < shift.ends)
        return
    turns = _turns(rota)
    number = turns.number(at)
    if number >= 0:
        yield rota.members[number % len(rota.members)]


def _within(hours: Hours, at: datetime, its_zone: ZoneInfo) -> bool:
    today = at.astimezone(its_zone).date()
    return any(begins <= at < ends for begins, ends in _spans(hours, (today - DAY, today), its_zone))


def _spans(hours: Hours, days: Iterable[date], its_zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """Yield from when to when hours last that begin on some days; in UTC."""
    begins, ends = _clock(hours.begins), _clock(hours.ends)
    for day in days:
        if day.weekday() in hours.days:
            until = datetime.combine(day if begins < ends else day + DAY, ends)
            yield by_the_wall(datetime.combine(day, begins), its_zone), by_the_wall(until, its_zone)


class _Turns(msgspec.Struct, frozen=True):
    """When turns begin: the first by the clock on the wall, and then one after another."""

    zone: ZoneInfo
    first: datetime
    step: timedelta
    by_wall: bool

    def begins(self, number: int) -> datetime:
        """Return when a turn begins, counted from 0; in UTC."""
        if self.by_wall:
            return by_the_wall(self.first + number * self.step, self.zone)
        return by_the_wall(self.first, self.zone) + number * self.step

    def number(self, at: datetime) -> int:
        """Return which turn it is; negative: the first has not begun."""
        local = at.astimezone(self.zone).replace(tzinfo=None)
        number = (local - self.first) // self.step
        while self.begins(number) > at:  # the clock was set, meanwhile or since
            number -= 1
        while self.begins(number + 1) <= at:
            number += 1
        return number


def _turns(rota: Rota) -> _Turns:
    step = {Turn.HOUR: HOUR, Turn.DAY: DAY, Turn.WEEK: 7 * DAY}[rota.turn] * rota.every
    # Turns of eight or twelve hours begin at the same hours every day; those of seven hours wander, as real time does.
    by_wall = step % DAY == timedelta() or DAY % step == timedelta()
    return _Turns(zone(rota.zone), _local(rota.first), step, by_wall)


# ---- who comes next


def shifts(rota: Rota, since: datetime, until: datetime) -> list[tuple[tuple[Id, ...], datetime, datetime]]:
    """Return who is on duty one after the other: (who, from, until), gaps included."""
    found: list[tuple[tuple[Id, ...], datetime, datetime]] = []
    rota = replace(rota, shifts=tuple(one for one in rota.shifts if one.begins < until and since < one.ends))
    changes = sorted({since, until, *_changes(rota, since, until)})[: MOST_CHANGES + 1]
    for begins, ends in pairwise(changes):
        who = on_duty(rota, begins)
        if found and found[-1][0] == who:
            found[-1] = (who, found[-1][1], ends)
        else:
            found.append((who, begins, ends))
    return found


def _changes(rota: Rota, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield each moment between two at which somebody else may be on duty."""
    fixed = [edge for shift in rota.shifts for edge in (shift.begins, shift.ends)]
    fixed += [edge for stand in rota.stands for edge in (stand.begins, stand.ends)]
    if rota.dropped_at is not None:
        fixed.append(rota.dropped_at)
    yield from (edge for edge in fixed if since < edge < until)
    yield from _hours_begin_and_end(rota, since, until)
    if rota.members:
        turns = _turns(rota)
        number = max(turns.number(since) + 1, 0)
        for n in range(number, number + MOST_CHANGES):
            if (begins := turns.begins(n)) >= until:
                break
            yield begins


def _hours_begin_and_end(rota: Rota, since: datetime, until: datetime) -> Iterator[datetime]:
    if not rota.hours:
        return
    its_zone = zone(rota.zone)
    first, last = since.astimezone(its_zone).date() - DAY, until.astimezone(its_zone).date()
    days = [first + n * DAY for n in range((last - first).days + 1)]
    for hours in rota.hours:
        yield from (edge for span in _spans(hours, days, its_zone) for edge in span if since < edge < until)
