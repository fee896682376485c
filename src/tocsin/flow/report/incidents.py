"""Noting an incident by hand: what a person who has read the reports says happened, where, when, and by whose word it is known.

Nothing is noted by itself, whatever came in. To which open cases it is proposed, `receive` sees to; a person links it.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Reader, Role, may_read, not_beyond
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.report import receive
from tocsin.flow.seen import refuse_stale
from tocsin.flow.threat.fitting import proposed_since, proposed_to_cases
from tocsin.places.countries import country_name
from tocsin.places.named import find, label
from tocsin.report.corroborate import refuse_published
from tocsin.report.facts import IncidentCorrected, IncidentNoted, IncidentPublished
from tocsin.report.state import Incident, Report, fold_incident
from tocsin.store.door import Door
from tocsin.threat.facts import IncidentProposed
from tocsin.threat.state import Actor, Threat

OFFICERS = frozenset({Role.WATCH_OFFICER, Role.DUTY_OFFICER})
LONGEST = 300  # characters of what happened, and of where
_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,9})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,9})?)")


@once
def note(house: House, incident: IncidentNoted, reader: Reader, *, by: Id, command: str, now: datetime) -> None:
    """Note an incident for somebody who may read what it rests on. Once it is published, it is proposed to the cases that it fits.

    Raises:
        Refused: see would_reach.
    """
    would_reach(house, incident, reader, now)
    receive.note_incident(house, incident, by=by, command=command, now=now)


def would_reach(house: House, incident: IncidentNoted, reader: Reader, now: datetime) -> list[Threat]:
    """Return to which cases that its writer may read an incident would be proposed.

    Raises:
        Refused: they may not note it, it says too little or what cannot be, or it would go further than a report that it rests on.
    """
    refuse_others(reader)
    refuse_unsaid(incident, now)
    with house.store.look() as look:
        door = Door(look, reader)
        if incident.actor is not None:
            look.get(Actor, incident.actor)
        refuse_further(incident.mark, _readable(door, incident.reports), reader)
        return _reached(door, proposed_to_cases(look, fold_incident(None, incident), now))


@once
def publish(house: House, published: IncidentPublished, reader: Reader, *, by: Id, command: str, now: datetime) -> None:
    """Note that what happened was published since, for somebody who may read the incident. It is proposed to the cases that it fits.

    Raises:
        Refused: see would_reach_now.
    """
    would_reach_now(house, published, reader, now)
    receive.publish_incident(house, published, by=by, command=command, now=now)


def would_reach_now(house: House, published: IncidentPublished, reader: Reader, now: datetime) -> list[Threat]:
    """Return to which cases that a reader may read an incident would be proposed once it is said to be published.

    Raises:
        Refused: they may not say so, there is no such incident, it was published before, or not when they say, or it would go
            further than a report that it rests on.
    """
    refuse_others(reader)
    with house.store.look() as look:
        door = Door(look, reader)
        incident = door.incidents([published.subject]).get(published.subject)
        if incident is None:
            raise Refused("There is no such incident that you may read.")
        refuse_published(incident)
        _refuse_moment(incident.happened_at, published.occurred_at, now)
        refuse_further(incident.mark, _readable(door, published.reports), reader)
        return _reached(door, proposed_since(look, fold_incident(incident, published), now))


@once
def correct(
    house: House,
    noted: IncidentNoted,
    why: str,
    reader: Reader,
    *,
    seen: int | None = None,
    by: Id,
    command: str,
    now: datetime,
) -> None:
    """Write an incident down anew, for somebody who may read it. noted: as it should have been. It is proposed to what it fits then.

    What it rests on and they may not read, it rests on still.
    seen: how often something had been said of it when they looked; None: however often.

    Raises:
        Refused: they may not, there is no such incident, nothing in it has changed, it says too little or what cannot be, no
            reason is given, or it would go further than what it rests on.
    """
    refuse_others(reader)
    refuse_unsaid(noted, now)
    if not why.strip():
        raise Refused("Say what was wrong with it.")
    with house.store.look() as look:
        door = Door(look, reader)
        incident = door.incidents([noted.subject]).get(noted.subject)
        if incident is None:
            raise Refused("There is no such incident that you may read.")
        refuse_stale(look, incident.id, seen, by)
        if noted.actor is not None:
            look.get(Actor, noted.actor)
        corrected = _corrected(incident, noted, _resting_still(door, incident, noted, reader), why, by, now)
    receive.correct_incident(house, corrected, by=by, command=command, now=now)


def _resting_still(door: Door, incident: Incident, noted: IncidentNoted, reader: Reader) -> tuple[Id, ...]:
    """Return on what an incident rests once it is written down anew."""
    refuse_further(noted.mark, _readable(door, [one for one in noted.reports if one not in incident.reports]), reader)
    hidden = [one for one in incident.reports if door.report(one) is None]
    if hidden and not not_beyond(incident.mark, noted.mark):
        raise Refused(
            "It rests on what you may not read, and goes no further than it does now. Choose a stricter mark."
        )
    for one in noted.reports:
        report = door.report(one)
        if report is not None and not not_beyond(report.mark, noted.mark):
            raise Refused(
                f"{(report.title or report.text)[:80]!r} is marked {report.mark}, and the incident {noted.mark}: what rests on a report "
                "goes no further than that. Mark it so, or leave the report out."
            )
    return tuple(dict.fromkeys([*hidden, *noted.reports]))


def _corrected(
    incident: Incident, noted: IncidentNoted, reports: tuple[Id, ...], why: str, by: Id, now: datetime
) -> IncidentCorrected:
    corrected = IncidentCorrected(
        subject=incident.id,
        occurred_at=now,
        what=noted.what,
        where=noted.where,
        happened_at=noted.occurred_at,
        point=noted.point,
        actor=noted.actor,
        reports=reports,
        published_at=noted.published_at,
        published_by_host=noted.published_by_host,
        mark=noted.mark,
        country=noted.country,
        why=why.strip(),
        by=by,
    )
    stands = fold_incident(incident, corrected)
    same = replace(
        stands,
        corrected_at=incident.corrected_at,
        corrected_why=incident.corrected_why,
        reports=incident.reports if set(stands.reports) == set(incident.reports) else stands.reports,
    )
    if same == incident:
        raise Refused("Nothing in it has changed.")
    return corrected


def refuse_others(reader: Reader) -> None:
    """Stop whoever is no officer.

    Raises:
        Refused: they are none.
    """
    if not reader.roles & OFFICERS:
        raise Refused("Only a watch officer or a duty officer notes an incident.")


def _readable(door: Door, ids: Iterable[Id]) -> list[Report]:
    found = [door.report(one) for one in ids]
    if None in found:
        raise Refused("There is no such report that you may read. Choose those that it rests on anew.")
    return [one for one in found if one is not None]


def _reached(door: Door, proposed: Iterable[IncidentProposed]) -> list[Threat]:
    return [one for one in (door.threat(each.subject) for each in proposed) if one is not None]


def refuse_unsaid(incident: IncidentNoted, now: datetime) -> None:
    """Stop an incident that says too little, or what cannot be.

    Raises:
        Refused: it does.
    """
    happened, published = incident.occurred_at, incident.published_at
    if not incident.what.strip():
        raise Refused("Say in one line what happened.")
    if max(len(incident.what), len(incident.where)) > LONGEST:
        raise Refused(f"Say what happened, and where, in {LONGEST} characters each.")
    if happened > now:
        raise Refused("It cannot have happened yet. Write when it did; what may happen is a case.")
    if published is not None:
        _refuse_moment(happened, published, now)
    if incident.published_by_host and published is None:
        raise Refused("Write when the host published it: what was not published is proposed to no case.")
    if incident.country and country_name(incident.country) == incident.country:
        raise Refused(f"There is no country {incident.country[:20]!r}. Write its code, like RU.")
    if incident.point is not None and not (abs(incident.point[0]) <= 90 and abs(incident.point[1]) <= 180):
        raise Refused("A latitude is from -90 to 90 and a longitude from -180 to 180.")


def _refuse_moment(happened: datetime, published: datetime, now: datetime) -> None:
    if not happened <= published <= now:
        raise Refused("It was published after it happened, and before now. Write when.")


def refuse_further(mark: Mark, reports: Iterable[Report], reader: Reader) -> None:
    """Stop an incident from going further than what it rests on, and from going where its writer does not see it again.

    Raises:
        Refused: it would.
    """
    # RED is for named readers, and an incident names none.
    if not may_read(reader, mark):
        raise Refused(
            f"You may not read an incident that is marked {mark}, and would not see it again. Choose another mark."
        )
    for report in reports:
        called = (report.title or report.text)[:80]
        if report.mark is Mark.RED:
            raise Refused(
                f"{called!r} is RED, for its named readers alone, and an incident has none. Leave it out here, and link the "
                "report itself to the case."
            )
        if report.taken_back_at is not None:
            raise Refused(f"The source of {called!r} has taken it back: nothing rests on it. Leave it out.")
        if not not_beyond(report.mark, mark):
            raise Refused(
                f"{called!r} is marked {report.mark}, and the incident {mark}: what rests on a report goes no further than that. "
                "Mark it so, or leave the report out."
            )


def where_it_is(where: str, town: str, point: str, country: str) -> tuple[str, tuple[float, float] | None, str]:
    """Return where it happened: by what name, at what point, and in which country. The town or the point finds it on the map.

    Raises:
        Refused: the point is none, or no town, or more than one, is called so.
    """
    if town and point:
        raise Refused("Write a town or a point, and not both: nobody can tell which of them is meant.")
    if point:
        found = _POINT.fullmatch(point)
        if found is None:
            raise Refused("Write the point as latitude,longitude, such as 55.75,37.62.")
        return where, (float(found.group(1)), float(found.group(2))), country
    if not town:
        return where, None, country
    known = find(town, country)
    one = known.surely or (known.towns[0] if len(known.towns) == 1 else None)
    if one is None and known.towns:
        several = "; ".join(label(each) for each in known.towns[:5])
        raise Refused(f"Several places are called {town[:80]!r}: {several}. Choose the country, or write the point.")
    if one is None:
        raise Refused(f"No town called {town[:80]!r} is known here. Choose another near by, or write the point.")
    return where or one.name, one.point, one.country
