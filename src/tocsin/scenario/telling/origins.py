"""What the summary of a replay says of where a judgement's grounds come from: how many voices they are, and not how many repeat them."""

from collections.abc import Mapping
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.ids import Id
from tocsin.report.corroborate import origins
from tocsin.report.facts import ReportTraced
from tocsin.report.state import Incident, Report
from tocsin.store.look import Look
from tocsin.threat.assess import rests_on
from tocsin.threat.state import Assessment, Threat


def counted(look: Look, threat: Threat) -> list[dict[str, int]]:
    """Return on how many origins each assessment of a case rests: as far as repetitions were known then, and are by the end.

    An incident starts where the reports that tell of it do; one of which none tells is an origin of its own.
    """
    if not threat.assessments:
        return []
    reports = {one.id: one for one in look.all(Report)}
    incidents = {one.id: one for one in look.all(Incident)}
    traced = {fact.subject: fact.occurred_at for fact in look.facts(sorted(reports)) if isinstance(fact, ReportTraced)}
    return [
        {
            "origins": _count(one, threat, _as_known(reports, traced, one.at), incidents),
            "origins_by_the_end": _count(one, threat, reports, incidents),
        }
        for one in threat.assessments
    ]


def _as_known(reports: Mapping[Id, Report], traced: Mapping[Id, datetime], at: datetime) -> dict[Id, Report]:
    """Return the reports without what was found out about their origins later."""
    return {id: replace(one, origin=None) if id in traced and traced[id] > at else one for id, one in reports.items()}


def _count(judged: Assessment, threat: Threat, reports: Mapping[Id, Report], incidents: Mapping[Id, Incident]) -> int:
    grounds = rests_on(judged, threat.evidence)
    told = {one for id in grounds & incidents.keys() for one in incidents[id].reports}
    untold = [id for id in grounds & incidents.keys() if not incidents[id].reports]
    return len(origins((grounds & reports.keys()) | told, reports)) + len(untold)
