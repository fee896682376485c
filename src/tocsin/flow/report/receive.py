"""Taking in what sources say: listing them, receiving reports, tracing repetition, noting incidents."""

from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.flow.report.proposing import proposals
from tocsin.flow.threat.fitting import found_still, proposed_since, proposed_to_cases
from tocsin.people.facts import (
    ConsentGiven,
    ContactAdded,
    GroupNamed,
    LineSet,
    MemberAdded,
    PersonAdded,
    PlaceSaid,
    SignInSet,
)
from tocsin.people.state import Group, Person
from tocsin.report.corroborate import refuse_own_relay, refuse_published
from tocsin.report.facts import (
    IncidentCorrected,
    IncidentNoted,
    IncidentPublished,
    ReportReceived,
    ReportTraced,
    SourceListed,
)
from tocsin.report.state import Incident, Report, Source, fold_incident, fold_report


@once
def list_source(house: House, source: SourceListed, *, by: Id, command: str, now: datetime) -> None:
    """Enter a source.

    Raises:
        Refused: there is one of that id.
    """
    with house.store.look() as look:
        look.refuse_taken(Source, source.subject)
    house.store.commit([source], at=now, by=by, command=command)


@once
def receive_report(house: House, report: ReportReceived, *, by: Id, command: str, now: datetime) -> None:
    """Take in a report; where it is the word of an institution that was warned, it is proposed as its answer.

    Raises:
        Refused: its source, or the report it relays, is unknown; or it relays itself.
    """
    refuse_own_relay(report.subject, report.relays)
    with house.store.look() as look:
        source = look.get(Source, report.source)
        look.refuse_taken(Report, report.subject)
        if report.relays is not None:
            look.get(Report, report.relays)
        proposed = proposals(house, look, fold_report(None, report), source, now)
    expect = {one.subject: 0 for one in proposed}
    house.store.commit([report, *proposed], at=now, by=by, command=command, expect=expect)


@once
def trace_report(house: House, traced: ReportTraced, *, by: Id, command: str, now: datetime) -> None:
    """Note where a report's chain of repetition starts.

    Raises:
        Refused: one of the two is unknown, or a report is traced to itself.
    """
    refuse_own_relay(traced.subject, traced.origin)
    with house.store.look() as look:
        look.get(Report, traced.subject)
        look.get(Report, traced.origin)
        seen = look.version(traced.subject)
    house.store.commit([traced], at=now, by=by, command=command, expect={traced.subject: seen})


@once
def note_incident(house: House, incident: IncidentNoted, *, by: Id, command: str, now: datetime) -> None:
    """Note something that reports tell of. Once it is published, it is proposed to the open cases that it fits.

    Raises:
        Refused: one of its reports is unknown.
    """
    with house.store.look() as look:
        look.refuse_taken(Incident, incident.subject)
        for report in incident.reports:
            look.get(Report, report)
        stands = fold_incident(None, incident)
        proposed, still = found_still(look, lambda look: proposed_to_cases(look, stands, now))
    facts = [incident, *proposed]
    house.store.commit(facts, at=now, by=by, command=command, expect={incident.subject: 0}, still=still)


@once
def publish_incident(house: House, published: IncidentPublished, *, by: Id, command: str, now: datetime) -> None:
    """Note that what happened was published since, and propose it to the open cases that it fits.

    Raises:
        Refused: the incident, or one of the reports, is unknown, or it had been published before.
    """
    with house.store.look() as look:
        incident, seen = look.get(Incident, published.subject), look.version(published.subject)
        refuse_published(incident)
        for report in published.reports:
            look.get(Report, report)
        stands = fold_incident(incident, published)
        proposed, still = found_still(look, lambda look: proposed_since(look, stands, now))
    facts = [published, *proposed]
    house.store.commit(facts, at=now, by=by, command=command, expect={published.subject: seen}, still=still)


@once
def correct_incident(house: House, corrected: IncidentCorrected, *, by: Id, command: str, now: datetime) -> None:
    """Write an incident down anew, and propose it to the open cases that it fits then. Where it is linked, it stays.

    Raises:
        Refused: the incident, or one of its reports, is unknown.
    """
    with house.store.look() as look:
        incident, seen = look.get(Incident, corrected.subject), look.version(corrected.subject)
        for report in corrected.reports:
            look.get(Report, report)
        stands = fold_incident(incident, corrected)
        proposed, still = found_still(look, lambda look: proposed_since(look, stands, now))
    facts = [corrected, *proposed]
    house.store.commit(facts, at=now, by=by, command=command, expect={corrected.subject: seen}, still=still)


PeopleFact = PersonAdded | ContactAdded | GroupNamed | MemberAdded | SignInSet | PlaceSaid | ConsentGiven | LineSet


@once
def add_people(house: House, facts: tuple[PeopleFact, ...], *, by: Id, command: str, now: datetime) -> None:
    """Enter people, their contact points and their groups, all or none.

    Raises:
        Refused: a person or group of that id is there already, or someone is spoken of who is not, or is forgotten.
    """
    new = {fact.subject for fact in facts if isinstance(fact, PersonAdded)}
    spoken_of = {str(getattr(f, "person", f.subject)) for f in facts if not isinstance(f, PersonAdded | GroupNamed)}
    with house.store.look() as look:
        known = look.some(Person, [*new, *spoken_of])
        named = [fact.subject for fact in facts if isinstance(fact, GroupNamed)]
        groups = look.some(Group, named)
        seen = dict.fromkeys([*new, *named], 0) | {one: look.version(one) for one in spoken_of - new}
    for taken in sorted({*(new & known.keys()), *groups}):
        raise Refused(f"{taken} is entered already. Someone new needs an id of their own.")
    for person in sorted(spoken_of - new):
        if person not in known or known[person].forgotten:
            raise Refused(f"There is nobody {person} here, or they have been forgotten.")
    house.store.commit(facts, at=now, by=by, command=command, expect=seen)
