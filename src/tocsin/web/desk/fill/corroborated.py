"""What bears a warning out: incidents with their grade and their origin, and when each could have been known."""

from tocsin.basis.ids import Id
from tocsin.report.corroborate import known_before, origins, published_at
from tocsin.report.state import Incident, Report
from tocsin.threat.facts import Bearing
from tocsin.warning.notice.state import Notice
from tocsin.web.desk.fill.casefile import CaseFile
from tocsin.web.desk.views.case import Corroboration, CorroborationRow

UNJUDGED = "F6"  # STANAG 2511: neither the source nor what it says can be judged


def corroboration(file: CaseFile) -> Corroboration | None:
    """Return what bears a case out, or None while nothing does."""
    rows = tuple(_row(file, incident) for incident in file.supporting)
    reports = _bearing_out(file)
    numbers = {file.origin(report) for report in reports} | {row.origin for row in rows}
    if not numbers:
        return None
    repeated = [id for id, one in file.reports.items() if file.origin(id) in numbers and one.taken_back_at is None]
    bare = sum(not _reports(file, incident) for incident in file.supporting)
    return Corroboration(
        origins=len(numbers),
        outlets=len(repeated) + bare,
        rows=tuple(sorted(rows, key=lambda row: (row.at, row.title))),
        dismissed_at=file.dismissed.at if file.dismissed else None,
    )


def before_dismissal(file: CaseFile) -> tuple[Incident, ...]:
    """Return the incidents that bear the case out and had been published before it was dismissed."""
    dismissed = file.dismissed
    return known_before(file.supporting, file.reports, dismissed.at) if dismissed else ()


def grade(report: Report, file: CaseFile) -> str:
    """Return how far a report can be believed: its source's reliability and its own credibility, as "B2".

    Source: NATO STANAG 2511 / AJP-2.1.
    """
    source = file.sources.get(report.source)
    return f"{source.reliability.value if source else 'F'}{report.credibility}"


def _bearing_out(file: CaseFile) -> set[Id]:
    linked = {one.item for one in file.threat.evidence if one.bearing is Bearing.FOR}
    told = {report for incident in file.supporting for report in incident.reports}
    return {id for id in (linked | told) & file.reports.keys() if file.reports[id].taken_back_at is None}


def _reports(file: CaseFile, incident: Incident) -> list[Report]:
    found = [file.reports[id] for id in incident.reports if id in file.reports]
    return sorted(found, key=lambda one: (one.published_at or one.received_at, one.id))


def _row(file: CaseFile, incident: Incident) -> CorroborationRow:
    reports = _reports(file, incident)
    numbers = sorted(file.origins[id] for id in origins((one.id for one in reports), file.reports))
    number = numbers[0] if numbers else file.origins[incident.id]
    out, dismissed = published_at(incident, file.reports), file.dismissed
    first = reports[0] if reports else None
    source = file.sources.get(first.source) if first else None
    return CorroborationRow(
        at=incident.happened_at,
        published_at=file.known_at(incident),
        title=incident.what,
        grade=grade(first, file) if first else UNJUDGED,
        origin=number,
        outlets=max(
            1, sum(file.origin(id) in numbers for id, one in file.reports.items() if one.taken_back_at is None)
        ),
        place=incident.where,
        source=source.name if source else "",
        by_recipient=incident.published_by_host and _host_was_told(file),
        before_warning=out is not None and file.warned_at is not None and out < file.warned_at,
        before_dismissal=out is not None and dismissed is not None and out < dismissed.at,
        href=first.url or "" if first else "",
    )


def _host_was_told(file: CaseFile) -> bool:
    notices = [one.told for one in file.sent if isinstance(one.told, Notice)]
    return any(file.threat.host in notice.recipients for notice in notices)
