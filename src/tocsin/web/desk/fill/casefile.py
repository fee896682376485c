"""Everything about one case that its reader may read, gathered once for the pages and drawings that show it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.facts import AnswerKind
from tocsin.basis.ids import Id
from tocsin.basis.words import Words
from tocsin.outcome.forecast import forecast_of
from tocsin.outcome.score import ScoredCase
from tocsin.outcome.state import Outcome
from tocsin.report.corroborate import origin_of, published_at, stands
from tocsin.report.state import Incident, Report, Source
from tocsin.store.account import HeardAnswer
from tocsin.store.door import Door, Told, told_at
from tocsin.threat.assess import middle
from tocsin.threat.facts import Bearing
from tocsin.threat.state import Assessment, Threat
from tocsin.warning.statement.state import Statement
from tocsin.web.desk.fill.followed import Followed, follow, follow_each
from tocsin.web.desk.fill.names import Names, title


class Glance(msgspec.Struct, frozen=True, kw_only=True):
    """One case at a glance, as a list shows it."""

    threat: Threat
    outcome: Outcome | None
    followed: tuple[Followed, ...]
    reports: Mapping[Id, Report]
    incidents: tuple[Incident, ...]

    @property
    def sent(self) -> tuple[Followed, ...]:
        """Return the warnings that went out; a statement warns of nothing."""
        return tuple(one for one in self.followed if one.sent_at and not isinstance(one.told, Statement))

    @property
    def judged(self) -> bool:
        """Say whether someone has judged what became of it."""
        return self.outcome is not None and self.outcome.judged_at is not None

    @property
    def dismissed(self) -> HeardAnswer | None:
        """Return the first dismissal by someone who was addressed by name."""
        named = {id for one in self.sent for a in one.addressees if a.single for id in a.persons}
        found = [
            answer
            for one in self.sent
            for answer in one.answers
            if answer.answer is AnswerKind.DISMISSED and answer.person in named
        ]
        return min(found, key=lambda answer: answer.at, default=None)


class CaseFile(Glance, frozen=True, kw_only=True):
    """One case. warned_at: when the first warning arrived. starts: in which report each starts, or the incident itself.

    origins: the number of each origin, as pages count them.
    """

    sources: Mapping[Id, Source]
    starts: Mapping[Id, Id]
    origins: Mapping[Id, int]
    warned_at: datetime | None

    @property
    def supporting(self) -> tuple[Incident, ...]:
        """Return the incidents that bear the threat out; those of which every source has taken its word back do not."""
        there = {one.id for one in self.incidents}
        wanted = {one.item for one in self.threat.evidence if one.item in there and one.bearing is Bearing.FOR}
        return tuple(one for one in self.incidents if one.id in wanted and stands(one, self.reports))

    def origin(self, report: Id) -> int:
        """Return the number of the origin in which a report starts."""
        return self.origins[self.starts[report]]

    def known_at(self, incident: Incident) -> datetime:
        """Return when an incident was published; where nobody says, when it was found to bear on the case."""
        linked = next(one.at for one in self.threat.evidence if one.item == incident.id)
        return published_at(incident, self.reports) or linked

    @property
    def last_assessment(self) -> Assessment | None:
        """Return the last judgement that was a forecast."""
        return forecast_of(self.threat, self.outcome)

    def scored(self) -> ScoredCase | None:
        """Return the case as the scores need it, or None while it is not judged."""
        return scored(self.threat, self.outcome, self.warned_at) if self.outcome is not None and self.judged else None


def scored(threat: Threat, outcome: Outcome, warned_at: datetime | None) -> ScoredCase:
    """Return a judged case as the scores need it. warned_at: when the first warning arrived."""
    last = forecast_of(threat, outcome)
    return ScoredCase(outcome=outcome, likelihood=middle(last.likelihood) if last else None, warned_at=warned_at)


def within(threat: Threat) -> tuple[Id, ...]:
    """Name a case, and those that it took in."""
    return (threat.id, *threat.joined.took_in)


def _in_time(told: Iterable[Told]) -> list[Told]:
    return sorted(told, key=lambda one: (told_at(one), one.id))


def glances(door: Door, threats: Sequence[Threat], names: Names, _: Words) -> list[Glance]:
    """Gather what lists show of some cases: it is asked for all of them at once."""
    about = door.told_about_each(sorted({id for threat in threats for id in within(threat)}))
    followed = follow_each(door, [one for told in about.values() for one in told], names, _)
    incidents, reports = door.incidents_about_each(threats), door.reports_about_each(threats)
    outcomes = door.outcomes(threat.id for threat in threats)
    return [
        Glance(
            threat=threat,
            outcome=outcomes.get(threat.id),
            followed=tuple(followed[one.id] for one in _in_time(one for id in within(threat) for one in about[id])),
            reports=reports[threat.id],
            incidents=tuple(incidents[threat.id]),
        )
        for threat in threats
    ]


def case_file(door: Door, threat: Threat, names: Names, _: Words) -> CaseFile:
    """Gather a case."""
    told = _in_time(one for case in within(threat) for one in door.warnings_about(case))
    reports = door.reports_about(threat)
    incidents = tuple(door.incidents_about(threat))
    starts = {id: origin_of(id, reports) for id in (*reports, *(one.id for one in incidents))}
    return CaseFile(
        threat=threat,
        outcome=door.outcome(threat.id),
        followed=tuple(follow(door, one, names, title(one, names, _), _) for one in told),
        reports=reports,
        incidents=incidents,
        sources=door.sources(report.source for report in reports.values()),
        starts=starts,
        origins=_numbered(threat, reports, incidents, starts),
        warned_at=door.first_arrival([one for one in told if not isinstance(one, Statement)]),
    )


def _numbered(
    threat: Threat, reports: Mapping[Id, Report], incidents: Iterable[Incident], starts: Mapping[Id, Id]
) -> dict[Id, int]:
    """Number the origins: those that bear the threat out first, then the others, each in the order they came in.

    An incident that no report tells of is its own origin.
    """
    bears_out = {one.item for one in threat.evidence if one.bearing is Bearing.FOR}
    entered = [(one.id not in bears_out, one.received_at, one.id) for one in reports.values()]
    for incident in incidents:
        other = incident.id not in bears_out
        entered += [(other, incident.happened_at, report) for report in incident.reports if report in reports]
        if not any(report in reports for report in incident.reports):
            entered.append((other, incident.happened_at, incident.id))
    first = dict.fromkeys(starts[id] for _other, _at, id in sorted(entered))
    return {origin: number for number, origin in enumerate(first, 1)}
