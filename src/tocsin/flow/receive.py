"""Taking in what sources say: listing them, receiving reports, tracing repetition, noting incidents."""

from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.flow.house import House
from tocsin.flow.once import once
from tocsin.people.facts import ContactAdded, GroupNamed, MemberAdded, PersonAdded, SignInSet
from tocsin.report.corroborate import refuse_own_relay
from tocsin.report.facts import IncidentNoted, ReportReceived, ReportTraced, SourceListed
from tocsin.report.state import Report, Source


@once
def list_source(house: House, source: SourceListed, *, by: Id, command: str, now: datetime) -> None:
    """Enter a source."""
    house.store.commit([source], at=now, by=by, command=command)


@once
def receive_report(house: House, report: ReportReceived, *, by: Id, command: str, now: datetime) -> None:
    """Take in a report.

    Raises:
        Refused: its source, or the report it relays, is unknown; or it relays itself.
    """
    refuse_own_relay(report.subject, report.relays)
    with house.store.look() as look:
        look.get(Source, report.source)
        if report.relays is not None:
            look.get(Report, report.relays)
    house.store.commit([report], at=now, by=by, command=command)


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
    """Note something that reports tell of.

    Raises:
        Refused: one of its reports is unknown.
    """
    with house.store.look() as look:
        for report in incident.reports:
            look.get(Report, report)
    house.store.commit([incident], at=now, by=by, command=command)


PeopleFact = PersonAdded | ContactAdded | GroupNamed | MemberAdded | SignInSet


@once
def add_people(house: House, facts: tuple[PeopleFact, ...], *, by: Id, command: str, now: datetime) -> None:
    """Enter people, their contact points and their groups, all or none."""
    house.store.commit(facts, at=now, by=by, command=command)
