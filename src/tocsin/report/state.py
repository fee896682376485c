"""How sources, reports and incidents stand, and the only rules by which facts change that."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.report.facts import (
    Claim,
    IncidentCorrected,
    IncidentNoted,
    IncidentPublished,
    Reliability,
    ReportReceived,
    ReportRevised,
    ReportTakenBack,
    ReportTraced,
    SourceLinked,
    SourceListed,
)


class Source(State, frozen=True, kw_only=True):
    """Who says things. organisation: whose word its publications are, where an officer found that."""

    name: str
    source_kind: str
    reliability: Reliability
    why: str
    organisation: Id | None = None


class Report(State, frozen=True, kw_only=True):
    """What a source said. origin: the report it was traced to, where someone traced it.

    revised_at: when its source last said it anew. taken_back_at: when its source took it back.
    """

    source: Id
    title: str
    text: str
    received_at: datetime
    published_at: datetime | None
    url: str | None
    language: str
    credibility: int
    claims: tuple[Claim, ...]
    mark: Mark
    readers: tuple[Id, ...]
    relays: Id | None
    origin: Id | None
    exercise: bool
    revised_at: datetime | None = None
    taken_back_at: datetime | None = None


class Incident(State, frozen=True, kw_only=True):
    """Something that happened in the world. corrected_why: what was wrong when it was last written down anew."""

    what: str
    where: str
    happened_at: datetime
    point: tuple[float, float] | None
    actor: Id | None
    reports: tuple[Id, ...]
    published_at: datetime | None
    published_by_host: bool
    mark: Mark
    country: str = ""
    corrected_at: datetime | None = None
    corrected_why: str = ""


def fold_source(state: Source | None, fact: Fact) -> Source:
    """Return how the source stands after the fact."""
    match fact:
        case SourceListed():
            return Source(
                id=fact.subject,
                name=fact.name,
                source_kind=fact.source_kind,
                reliability=fact.reliability,
                why=fact.why,
            )
        case SourceLinked():
            return replace(standing(state, fact), organisation=fact.organisation)
    raise TypeError(fact.kind())


def fold_report(state: Report | None, fact: Fact) -> Report:
    """Return how the report stands after the fact."""
    match fact:
        case ReportReceived():
            return Report(
                id=fact.subject,
                source=fact.source,
                title=fact.title,
                text=fact.text,
                received_at=fact.occurred_at,
                published_at=fact.published_at,
                url=fact.url,
                language=fact.language,
                credibility=fact.credibility,
                claims=fact.claims,
                mark=fact.mark,
                readers=fact.readers,
                relays=fact.relays,
                origin=None,
                exercise=fact.exercise,
            )
        case ReportTraced():
            return replace(standing(state, fact), origin=fact.origin)
        case ReportRevised():
            return replace(
                standing(state, fact),
                title=fact.title,
                text=fact.text,
                published_at=fact.published_at,
                url=fact.url,
                language=fact.language,
                claims=fact.claims,
                mark=fact.mark,
                readers=fact.readers,
                revised_at=fact.occurred_at,
                taken_back_at=None,
            )
        case ReportTakenBack():
            return replace(standing(state, fact), taken_back_at=fact.occurred_at)
    raise TypeError(fact.kind())


def fold_incident(state: Incident | None, fact: Fact) -> Incident:
    """Return how the incident stands after the fact."""
    match fact:
        case IncidentNoted():
            return Incident(
                id=fact.subject,
                what=fact.what,
                where=fact.where,
                happened_at=fact.occurred_at,
                point=fact.point,
                actor=fact.actor,
                reports=fact.reports,
                published_at=fact.published_at,
                published_by_host=fact.published_by_host,
                mark=fact.mark,
                country=fact.country,
            )
        case IncidentCorrected():
            return replace(
                standing(state, fact),
                what=fact.what,
                where=fact.where,
                happened_at=fact.happened_at,
                point=fact.point,
                actor=fact.actor,
                reports=fact.reports,
                published_at=fact.published_at,
                published_by_host=fact.published_by_host,
                mark=fact.mark,
                country=fact.country,
                corrected_at=fact.occurred_at,
                corrected_why=fact.why,
            )
        case IncidentPublished():
            incident = standing(state, fact)
            return replace(
                incident,
                published_at=fact.occurred_at,
                published_by_host=fact.by_host,
                reports=tuple(dict.fromkeys([*incident.reports, *fact.reports])),
            )
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(Source, (SourceListed, SourceLinked), fold_source),
    Folding(Report, (ReportReceived, ReportRevised, ReportTakenBack, ReportTraced), fold_report),
    Folding(Incident, (IncidentNoted, IncidentPublished, IncidentCorrected), fold_incident),
)
