"""Taking the shifts of a rota from a calendar: all of them, or none. Said again, they are replaced by what it says now."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.people.policies import keep_rota
from tocsin.people.events import BEGINS, read_calendar
from tocsin.people.rota import Rota, RotaSaved, Shift
from tocsin.people.rota_calendar import HORIZON, MOST_BYTES, Told, read_shifts
from tocsin.store.called import plainly
from tocsin.store.look import Look


class Became(StrEnum):
    """What becomes of an event of a calendar."""

    TAKEN = "taken"
    LEFT_OUT = "left out"
    REFUSED = "refused"


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of the event that begins in a line. shifts: how many of it; to: who is on duty then; why: if not taken."""

    line: int
    became: Became
    shifts: int = 0
    to: tuple[Id, ...] = ()
    why: str = ""


def take_calendar(
    house: House,
    rota: RotaSaved,
    text: str,
    *,
    by: Id,
    command: str,
    now: datetime,
    seen: int | None = None,
    dry_run: bool = False,
) -> list[Fate]:
    """Let a rota have the shifts of a calendar, and return the fate of each of its events.

    rota: as it is otherwise: its name and zone, and hours if it keeps any. seen: see keep_rota. dry_run: write nothing.
    Nothing is written either where one event is refused.

    Raises:
        Refused: it is no calendar, none of its shifts is still to come, or somebody changed the rota meanwhile.
    """
    told = _told(text, rota.zone, now)
    with house.store.look() as look:
        whom = _Whom(look, told)
    judged = [whom.judge(one) for one in told]
    refused = any(fate.became is Became.REFUSED for fate in judged)
    shifts = {
        (person, begins, ends)
        for one, fate in zip(told, judged, strict=True)
        for begins, ends in one.spans
        for person in fate.to
    }
    if not refused and not shifts:
        raise Refused(f"The calendar has no shift in the next {HORIZON.days} days.")
    if not refused and not dry_run:
        ordered = sorted(shifts, key=lambda one: (one[1], one[2], one[0]))
        kept = tuple(Shift(person=person, begins=begins, ends=ends) for person, begins, ends in ordered)
        saved = replace(rota, members=(), first="", shifts=kept)
        keep_rota(house, saved, by=by, command=command, now=now, seen=seen)
    return judged


def of_rota(rota: Rota, now: datetime) -> RotaSaved:
    """Return a rota as a calendar changes it: it keeps its hours of duty where it had a calendar before."""
    hours = () if rota.members else rota.hours
    return RotaSaved(subject=rota.id, occurred_at=now, name=rota.name, zone=rota.zone, hours=hours)


def _told(text: str, zone_name: str, now: datetime) -> list[Told]:
    if len(text.encode()) > MOST_BYTES:
        raise Refused(f"The calendar is larger than {MOST_BYTES} bytes. Export a shorter time.")
    lines = text.removeprefix("\ufeff").split("\n")
    first = next((line for line in lines if line.strip()), "")
    if first.strip().upper() != BEGINS:
        raise Refused("That is no calendar: it begins with BEGIN:VCALENDAR (iCalendar, RFC 5545).")
    return read_shifts(lines, read_calendar(lines), now, otherwise=zone_name)


class _Whom:
    """Who is meant by the names and addresses of a calendar."""

    def __init__(self, look: Look, told: Sequence[Told]) -> None:
        names = {plainly(name) for one in told for name in (one.summary, *(name for name, _ in one.attendees))}
        self._named = look.called({name for name in names if name})
        mails = {plainly(mail) for one in told if not self._by_name(one.summary) for _, mail in one.attendees}
        self._mailed = look.mailed({mail for mail in mails if mail})

    def judge(self, told: Told) -> Fate:
        """Return what becomes of an event."""
        if told.refused:
            return Fate(line=told.line, became=Became.REFUSED, why=told.refused)
        if told.called_off:
            return Fate(line=told.line, became=Became.LEFT_OUT, why="It is cancelled.")
        if not told.spans:
            why = f"It is over, or more than {HORIZON.days} days away."
            return Fate(line=told.line, became=Became.LEFT_OUT, why=why)
        try:
            to = tuple(self._meant(told))
        except Refused as error:
            return Fate(line=told.line, became=Became.REFUSED, why=str(error))
        return Fate(line=told.line, became=Became.TAKEN, shifts=len(told.spans), to=to)

    def _meant(self, told: Told) -> list[Id]:
        if self._by_name(told.summary):
            return [_one(self._by_name(told.summary), "SUMMARY")]
        if not told.attendees:
            raise Refused("SUMMARY: nobody here is called so. Write the whole name of one person, as it is kept here.")
        return list(dict.fromkeys(_one(self._attending(*one), "ATTENDEE") for one in told.attendees))

    def _attending(self, name: str, mail: str) -> list[Id]:
        return self._by_name(name) or self._mailed.get(plainly(mail), [])

    def _by_name(self, name: str) -> list[Id]:
        return self._named.get(plainly(name), [])


def _one(found: Sequence[Id], where: str) -> Id:
    if not found:
        raise Refused(f"{where}: nobody here is called so. Write the whole name of one person, as it is kept here.")
    if len(found) > 1:
        raise Refused(f"{where}: {len(found)} people here are called so. Tell them apart by name or address.")
    return found[0]
