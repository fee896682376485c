"""Repetition is not corroboration: count where things started, not who repeated them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.report.state import Incident, Report


def origin_of(report: Id, reports: Mapping[Id, Report]) -> Id:
    """Return the report in which the chain of repetition starts, as far as it is known.

    A chain that bites its own tail has no beginning we can name; its smallest id stands for all of it.
    """
    seen: list[Id] = []
    here = report
    while here not in seen:
        seen.append(here)
        known = reports.get(here)
        back = known and (known.origin or known.relays)
        if not back:
            return here
        here = back
    return min(seen[seen.index(here) :])


def origins(considered: Iterable[Id], reports: Mapping[Id, Report]) -> frozenset[Id]:
    """Return the distinct origins of some reports: five outlets that repeat one voice are one; one that was taken back is none."""
    return frozenset(origin_of(report, reports) for report in considered if not _is_taken_back(reports.get(report)))


def _is_taken_back(report: Report | None) -> bool:
    return report is not None and report.taken_back_at is not None


def stands(incident: Incident, reports: Mapping[Id, Report]) -> bool:
    """Say whether an incident still has somebody's word: of those who told of it, not all have taken theirs back."""
    told = [report for report in incident.reports if report in reports]
    return not told or any(not _is_taken_back(reports[report]) for report in told)


def published_at(incident: Incident, reports: Mapping[Id, Report]) -> datetime | None:
    """Return when an incident was first published: by its reports, or as it was noted; None where nobody says."""
    times = [reports[r].published_at or reports[r].received_at for r in incident.reports if r in reports]
    if incident.published_at is not None:
        times.append(incident.published_at)
    return min(times, default=None)


def known_before(incidents: Iterable[Incident], reports: Mapping[Id, Report], moment: datetime) -> tuple[Incident, ...]:
    """Return the incidents that had been published before a moment, oldest first."""
    dated = [(when, i) for i in incidents if (when := published_at(i, reports)) is not None and when < moment]
    return tuple(incident for _, incident in sorted(dated, key=lambda pair: (pair[0], pair[1].id)))


def refuse_published(incident: Incident) -> None:
    """Stop an incident from being first published twice.

    Raises:
        Refused: it was published before.
    """
    if incident.published_at is not None:
        raise Refused(
            f"It was first published {incident.published_at:%Y-%m-%d %H:%M} UTC. What is published later is a report of its own: "
            "link that to the case."
        )


def refuse_own_relay(report: Id, relays: Id | None) -> None:
    """Stop a report from naming itself as what it repeats.

    Raises:
        Refused: it does.
    """
    if relays == report:
        raise Refused(f"Report {report} cannot relay itself. Name the report it repeats, or none.")
