"""What the steps by which a case comes about do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import Claim, IncidentNoted, ReportReceived, ReportTraced
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.steps.gather import (
    AssessStep,
    IncidentStep,
    LinkStep,
    ReportStep,
    ThreatStep,
    TraceStep,
    UnlinkStep,
)
from tocsin.scenario.steps.step import Step
from tocsin.threat.facts import Bearing, Confidence, ThreatOpened
from tocsin.threat.particulars import Severity


@singledispatch
def gather(step: Step, at: Doing) -> None:  # noqa: ARG001
    """Do what a step about a report, an incident or the case itself says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@gather.register
def _(step: ReportStep, at: Doing) -> None:
    report = ReportReceived(
        subject=at.id(step.id),
        occurred_at=step.at,
        source=at.id(step.source),
        title=step.title,
        text=step.text,
        published_at=step.published,
        url=step.url or next((w for w in step.known.where if w.startswith("http")), None),
        language=step.language,
        credibility=step.credibility,
        claims=tuple(Claim(text=c.text, credibility=c.credibility) for c in step.claims),
        mark=step.mark,
        readers=(at.by,),
        relays=at.id_or_none(step.relays),
        exercise=True,
    )
    receive.receive_report(at.house, report, **at.said)


@gather.register
def _(step: TraceStep, at: Doing) -> None:
    traced = ReportTraced(subject=at.id(step.report), occurred_at=step.at, origin=at.id(step.origin), why=step.why)
    receive.trace_report(at.house, traced, **at.said)


@gather.register
def _(step: IncidentStep, at: Doing) -> None:
    incident = IncidentNoted(
        subject=at.id(step.id),
        occurred_at=step.happened,
        what=step.what,
        where=step.place.name if step.place else "",
        point=step.place.point if step.place else None,
        actor=at.id_or_none(step.actor),
        reports=at.names.ids(step.reports),
        published_at=step.published,
        published_by_host=step.published_by_host,
        mark=step.mark,
        country=(step.place.country or "") if step.place else "",
    )
    receive.note_incident(at.house, incident, **at.said)
    if step.bears_on is not None:
        _link(at, step.bears_on, step.id, step.bearing)


@gather.register
def _(step: ThreatStep, at: Doing) -> None:
    threat = ThreatOpened(
        subject=at.id(step.id),
        occurred_at=step.at,
        title=step.title,
        zone=at.scenario.zone,
        owner=at.id(step.owner),
        actors=at.names.ids(step.actors),
        targets=step.targets,
        place=step.particulars.places[0].name if step.particulars.places else "",
        host=at.id_or_none(step.host),
        begins=step.window.start if step.window else None,
        ends=step.window.end if step.window else None,
        mark=step.mark,
        readers=(at.by,),
        exercise=True,
        particulars=step.particulars,
        next_step=step.next_step.what if step.next_step else "",
        next_owner=at.id_or_none(step.next_step.owner) if step.next_step else None,
        next_by=step.next_step.by_when if step.next_step else None,
    )
    weigh.open_threat(at.house, threat, **at.said)


@gather.register
def _(step: AssessStep, at: Doing) -> None:
    weigh.assess_threat(
        at.house,
        at.id(step.threat),
        likelihood=step.likelihood,
        confidence=Confidence(step.confidence),
        grounds=step.grounds,
        why=step.why,
        reports=None if step.reports is None else at.names.ids(step.reports),
        incidents=at.names.ids(step.incidents),
        severity=Severity(step.severity) if step.severity else None,
        confidence_why=step.confidence_why,
        changed=step.changed,
        **at.said,
    )


@gather.register
def _(step: LinkStep, at: Doing) -> None:
    _link(at, step.threat, step.report or step.incident or "", step.bearing, step.claim, step.why)


def _link(at: Doing, threat: str, item: str, bearing: str, claim: int | None = None, why: str = "") -> None:
    weigh.link_evidence(
        at.house, at.id(threat), at.id(item), Bearing(bearing), claim=claim, why=why, **at.said_by(at.by, "link")
    )


@gather.register
def _(step: UnlinkStep, at: Doing) -> None:
    item = at.id(step.report or step.incident or "")
    weigh.unlink_evidence(at.house, at.id(step.threat), item, step.why, claim=step.claim, **at.said)
