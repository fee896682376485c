"""Proposing published incidents to the open cases they fit, in both directions: a new incident, and a case that is new or changed."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.threat.family import looked_after_with
from tocsin.report.state import Incident
from tocsin.store.look import Look
from tocsin.threat.called import Names
from tocsin.threat.facts import IncidentDeclined, IncidentProposed
from tocsin.threat.fits import Fit, How, Sought, fits, fitting, sought, told, words_of
from tocsin.threat.state import Actor, Threat

MOST_CASES = 50
"""Cases to which one incident is proposed: what fits more says little of any."""

MOST_INCIDENTS = 50
"""Incidents that are proposed to a case at once, the latest of them."""


Found = list[IncidentProposed]


def found_still(look: Look, find: Callable[[Look], Found]) -> tuple[Found, Callable[[Look], bool]]:
    """Return what somebody finds, and what asks at the commit whether they still do: a case may be opened, or an incident noted, in between.

    Where nothing was written in between, nobody waits until it has been looked for once more.
    """
    found, until = find(look), look.last_seq()
    return found, lambda look: look.last_seq() == until or find(look) == found


def proposed_to_cases(
    look: Look, incident: Incident, now: datetime, names: Names | None = None
) -> list[IncidentProposed]:
    """Return what proposes an incident to the open cases that it fits. What was not published is nobody's own news.

    names: by which actors go; None: as the actor book has it.
    """
    if incident.published_at is None:
        return []
    says = told(incident, look.actor_names() if names is None else names)
    cases = {one.id: one for one in look.open_cases(says)}
    found: dict[Id, How] = {}
    for case, how in fitting(cases.values(), says):
        looked_after = _looked_after_at(look, cases[case])
        if looked_after is not None:
            found[looked_after] = _both(found.get(looked_after, {}), how)
    return [_proposed(case, incident.id, how, now) for case, how in list(found.items())[:MOST_CASES]]


def proposed_since(look: Look, incident: Incident, now: datetime, names: Names | None = None) -> list[IncidentProposed]:
    """Return what proposes an incident that was noted before to the open cases that it fits and that do not know it yet."""
    found = proposed_to_cases(look, incident, now, names)
    there = look.some(Threat, [one.subject for one in found])
    return [one for one in found if incident.id not in _known(there[one.subject], _within(look, there[one.subject]))]


def proposed_by_name(look: Look, actor: Actor, name: str, now: datetime) -> list[IncidentProposed]:
    """Return what proposes incidents that were noted before to the open cases of an actor, whom they call by a name that is new."""
    begun = [case.since for case in look.every_open_case() if actor.id in case.actors]
    if not begun:
        return []
    new, names = Names([replace(actor, name=name, aliases=())]), Names([actor])
    found: list[IncidentProposed] = []
    of_case: Counter[Id] = Counter()
    for incident in look.incidents_since(min(begun))[::-1]:
        if not new.named_in(words_of(incident)):
            continue
        for one in proposed_since(look, incident, now, names):
            if Fit.ACTOR_NAMED in one.fits and of_case[one.subject] < MOST_INCIDENTS:
                of_case[one.subject] += 1
                found.append(one)
    return found


def _looked_after_at(look: Look, case: Sought) -> Id | None:
    """Return the open case at which a case is looked after: itself, or what took it in, over how many steps; None: it is over."""
    at, into = case.id, case.into
    while into is not None:
        threat = look.get(Threat, into)
        if threat.ended is not None:
            return None
        at, into = threat.id, threat.joined.into
    return at


def proposed_from_before(look: Look, threat: Threat, now: datetime) -> list[IncidentProposed]:
    """Return what proposes incidents that were noted before to a case that is new, or is about something else now."""
    others = _within(look, threat)
    cases = [sought(one) for one in (threat, *others)]
    known = _known(threat, others)
    found, names = [], look.actor_names()
    for incident in look.incidents_since(min(case.since for case in cases))[::-1]:
        if incident.id in known:
            continue
        says, how = told(incident, names), How()
        for case in cases:
            how = _both(how, fits(case, says))
        if how:
            found.append((incident.id, how))
    return [_proposed(threat.id, incident, how, now) for incident, how in found[:MOST_INCIDENTS]]


def _known(threat: Threat, others: Sequence[Threat]) -> set[Id]:
    """Return what was proposed to a case, or linked or declined at it or at another that is looked after with it."""
    known = {one.incident for one in threat.proposed} | {
        one.item for case in (threat, *others) for one in case.evidence
    }
    return known | {one.incident for case in others for one in case.proposed if one.declined_at is not None}


def carried_over(look: Look, one: Threat, into: Threat, now: datetime) -> list[IncidentProposed]:
    """Return what proposes to a case the incidents about which nobody has decided at another that becomes part of it."""
    known = {item.incident for item in into.proposed} | {item.item for item in into.evidence}
    waiting = {item.incident: item for case in (one, *_within(look, one)) for item in case.waiting}
    return [
        IncidentProposed(subject=into.id, occurred_at=now, incident=id, fits=item.fits, words=item.words)
        for id, item in waiting.items()
        if id not in known
    ]


def _within(look: Look, threat: Threat) -> list[Threat]:
    return list(look.some(Threat, sorted(looked_after_with(look, threat) - {threat.id})).values())


def _both(one: How, other: How) -> How:
    """Return in which respects either holds; what fits by more than words needs none."""
    return {fit: "" if "" in (one.get(fit), other.get(fit)) else one.get(fit) or other[fit] for fit in one | other}


def _proposed(threat: Id, incident: Id, how: How, now: datetime) -> IncidentProposed:
    words = tuple(how.values()) if any(how.values()) else ()
    fits = tuple(one.value for one in how)
    return IncidentProposed(subject=threat, occurred_at=now, incident=incident, fits=fits, words=words)


@once
def decline_incident(
    house: House, threat_id: Id, incident: Id, why: str, *, by: Id, command: str, now: datetime
) -> None:
    """Find that a proposed incident does not belong to a case.

    Raises:
        Refused: it was not proposed to it, or has been decided about, or no reason is given.
    """
    with house.store.look() as look:
        threat, seen = look.get(Threat, threat_id), look.version(threat_id)
    if incident not in {one.incident for one in threat.waiting}:
        raise Refused(f"Incident {incident} is not proposed to threat {threat_id}, or has been decided about.")
    if not why.strip():
        raise Refused("Say why it does not belong to the case.")
    fact = IncidentDeclined(subject=threat_id, occurred_at=now, incident=incident, by=by, why=why)
    house.store.commit([fact], at=now, by=by, command=command, expect={threat_id: seen})
