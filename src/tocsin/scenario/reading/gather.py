"""Reading the steps that gather and weigh: report, trace, incident, threat, assess, link, unlink."""

from collections.abc import Callable
from typing import Any

from tocsin.basis.marking import Mark
from tocsin.scenario.head import Place, Source
from tocsin.scenario.reading.case import CASES, Case, Past
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.parts import mark
from tocsin.scenario.reading.where_when import ahead, maybe_place, maybe_window, passed, place_at
from tocsin.scenario.steps.gather import (
    AssessStep,
    Claim,
    FirstStep,
    IncidentStep,
    LinkStep,
    ReportStep,
    ThreatStep,
    TraceStep,
    UnlinkStep,
)
from tocsin.scenario.steps.step import Bearing, Confidence
from tocsin.threat.particulars import Method, Particulars, Severity, TargetClass, ThreatKind, Where

_KINDS = tuple(one.value for one in ThreatKind)
_CLASSES = tuple(one.value for one in TargetClass)
_METHODS = tuple(one.value for one in Method)
_SEVERITIES = tuple(one.value for one in Severity)
_TITLE = 100
UNSTATED = "unstated"
UNSAID = "The scenario does not say."


def report(form: Form, case: Case, base: dict[str, Any]) -> ReportStep:
    """Read what a source said. A title alone is its text, a text's beginning its title."""
    title, words = form.text("title", ""), form.text("text", "")
    if not title and not words:
        form.say("text", f"{form.what} says nothing; write a text")
    url = form.maybe_text("url")
    published = passed(form, case, "published", case.now)
    claims = tuple(_claim(claim) for claim in form.forms("claims", f"a claim of {form.what}", main="text"))
    case.past.setdefault(base["id"], Past("report", base["line"], published=published, claims=len(claims)))
    return ReportStep(
        **base,
        source=_source(form, case),
        title=title or _cut(words),
        text=words or title,
        credibility=form.whole("credibility", 1, 6, 6),
        mark=mark(form, Mark.CLEAR if url else Mark.AMBER),
        by=case.author(form),
        language=form.language(),
        url=url,
        published=published,
        relays=case.maybe_step(form, "relays", ("report",), "report"),
        claims=claims,
    )


def _cut(words: str) -> str:
    line = words.split("\n", 1)[0]
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


def _source(form: Form, case: Case) -> str:
    written = form.text("source", UNSTATED) or UNSTATED
    if written == UNSTATED and UNSTATED not in case.sources:
        case.sources[UNSTATED] = Source(id=UNSTATED, line=form.line, name="Source not stated")
    return case.named(form, "source", "source", case.sources, "sources", UNSTATED)


def _claim(form: Form) -> Claim:
    claim = Claim(text=form.text("text"), credibility=form.whole("credibility", 1, 6, 6))
    form.close()
    return claim


def trace(form: Form, case: Case, base: dict[str, Any]) -> TraceStep:
    """Read that a report goes back to another."""
    told, origin = case.step(form, "report", ("report",), "report"), case.step(form, "origin", ("report",), "report")
    if told and told == origin:
        form.say("origin", f"{form.what} makes the report {told!r} a relay of itself; name the report it repeats")
    return TraceStep(**base, report=told, origin=origin, by=case.author(form), why=form.text("why", ""))


def incident(form: Form, case: Case, base: dict[str, Any]) -> IncidentStep:
    """Read something that took place."""
    happened = passed(form, case, "when", case.now)
    bears_on = case.maybe_step(form, "bears_on", CASES, "threat")
    by_host = form.flag("published_by_host")
    return IncidentStep(
        **base,
        what=form.text("what"),
        by=case.author(form),
        happened=happened,
        published=passed(form, case, "published", case.now),
        published_by_host=by_host,
        mark=mark(form, Mark.CLEAR if by_host else Mark.AMBER),
        place=maybe_place(form, case, "place"),
        actor=case.maybe_actor(form, "actor"),
        reports=case.steps(form, "reports", ("report",), "report"),
        bears_on=bears_on,
        bearing=form.choice("bearing", Bearing, "for"),
    )


def threat(form: Form, case: Case, base: dict[str, Any]) -> ThreatStep:
    """Read that a case is opened."""
    by = case.author(form)
    return ThreatStep(
        **base,
        title=form.text("title"),
        by=by,
        owner=case.author(form, "owner") if "owner" in form else by,
        mark=mark(form, Mark.AMBER),
        actors=case.all_named(form, "actors", "actor", case.actors, "actors"),
        targets=form.texts("targets"),
        window=maybe_window(form, case),
        host=case.someone(form, "host") if "host" in form else None,
        particulars=particulars(form, case),
        next_step=_first_step(form, case),
    )


def particulars(form: Form, case: Case) -> Particulars:
    """Read what a case says of itself besides its title, its named targets and its window."""
    nodes = [("place", form.fields["place"][1])] if "place" in form else []
    nodes += [("places", node) for node in form.nodes("places")]
    found = [place_at(form, case, field, node) for field, node in nodes]
    return Particulars(
        threat_kind=ThreatKind(form.word("kind", _KINDS, ThreatKind.OTHER.value)),
        description=form.text("description", ""),
        intent=form.text("intent", ""),
        target_classes=tuple(TargetClass(one) for one in form.some_of("target_classes", _CLASSES)),
        places=tuple(_where(place) for place in found if place is not None),
        methods=tuple(Method(one) for one in form.some_of("methods", _METHODS)),
    )


def _where(place: Place) -> Where:
    circle = (*place.circle.centre, place.circle.km) if place.circle else None
    return Where(name=place.name, country=place.country or "", point=place.point, polygon=place.polygon, circle=circle)


def _first_step(form: Form, case: Case) -> FirstStep | None:
    if "next_step" not in form:
        return None
    inner = form.form(form.fields["next_step"][1], f"the next step of {form.what}", main="what")
    step = FirstStep(
        what=inner.text("what"),
        owner=case.author(inner, "owner") if "owner" in inner else None,
        by_when=ahead(inner, case, "by_when"),
    )
    inner.close()
    return step


def assess(form: Form, case: Case, base: dict[str, Any]) -> AssessStep:
    """Read how likely a threat is held to be, and on how good grounds."""
    said = "reports" in form or "incidents" in form
    reports = case.steps(form, "reports", ("report",), "report")
    return AssessStep(
        **base,
        threat=case.threat(form),
        by=case.author(form),
        likelihood=form.likelihood("likelihood"),
        confidence=form.choice("confidence", Confidence, "low"),
        grounds=form.text("grounds", "") or UNSAID,
        why=form.text("why", ""),
        reports=reports if said else None,
        incidents=case.steps(form, "incidents", ("incident",), "incident"),
        severity=form.word("severity", _SEVERITIES, "") or None,
        confidence_why=form.text("confidence_why", ""),
        changed=form.text("changed", ""),
    )


def link(form: Form, case: Case, base: dict[str, Any]) -> LinkStep:
    """Read that a report or an incident bears on a threat."""
    told, happened, claim = _linked(form, case)
    return LinkStep(
        **base,
        claim=claim,
        threat=case.threat(form),
        by=case.author(form),
        bearing=form.choice("bearing", Bearing, "for"),
        why=form.text("why", ""),
        report=told,
        incident=happened,
    )


def unlink(form: Form, case: Case, base: dict[str, Any]) -> UnlinkStep:
    """Read that a report or an incident does not bear on a threat after all."""
    told, happened, claim = _linked(form, case)
    return UnlinkStep(
        **base,
        claim=claim,
        threat=case.threat(form),
        by=case.author(form),
        why=form.text("why"),
        report=told,
        incident=happened,
    )


def _linked(form: Form, case: Case) -> tuple[str | None, str | None, int | None]:
    told = case.maybe_step(form, "report", ("report",), "report")
    happened = case.maybe_step(form, "incident", ("incident",), "incident")
    if (told is None) == (happened is None):
        form.say("report", f"{form.what} needs exactly one of report and incident")
    claim = claim_of(form, case, told, "claim") if "claim" in form else None
    return told, happened, claim


def claim_of(form: Form, case: Case, report: str | None, field: str) -> int:
    """Return which claim of a report a field names, counted from 0; it is written counted from 1."""
    claim = form.whole(field, 1, 1_000)
    past = case.past.get(report or "")
    if report is None or (past is not None and claim > past.claims):
        form.say(field, f"{form.what} names claim {claim} of {report!r}, which has {past.claims if past else 'none'}")
    return claim - 1


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "report": (report, "text"),
    "trace": (trace, None),
    "incident": (incident, "what"),
    "threat": (threat, "title"),
    "assess": (assess, "likelihood"),
    "link": (link, None),
    "unlink": (unlink, None),
}
