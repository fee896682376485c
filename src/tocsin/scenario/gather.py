"""Reading the steps that gather and weigh: report, trace, incident, threat, assess, link."""

from collections.abc import Callable
from typing import Any

from tocsin.basis.marking import Mark
from tocsin.scenario.case import Case, Past
from tocsin.scenario.form import Form
from tocsin.scenario.head import Source
from tocsin.scenario.parts import mark
from tocsin.scenario.steps import (
    AssessStep,
    Bearing,
    Claim,
    Confidence,
    IncidentStep,
    LinkStep,
    ReportStep,
    ThreatStep,
    TraceStep,
)
from tocsin.scenario.where_when import maybe_place, maybe_window, passed

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
    case.past.setdefault(base["id"], Past("report", base["line"], published=published))
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
        claims=tuple(_claim(claim) for claim in form.forms("claims", f"a claim of {form.what}", main="text")),
    )


def _cut(words: str) -> str:
    line = words.split("\n", 1)[0]
    return line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


def _source(form: Form, case: Case) -> str:
    if "source" not in form and UNSTATED not in case.sources:
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
    bears_on = case.maybe_step(form, "bears_on", ("threat",), "threat")
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
        description=form.text("description", ""),
        actors=case.all_named(form, "actors", "actor", case.actors, "actors"),
        targets=form.texts("targets"),
        place=maybe_place(form, case, "place"),
        window=maybe_window(form, case),
        host=case.someone(form, "host") if "host" in form else None,
    )


def assess(form: Form, case: Case, base: dict[str, Any]) -> AssessStep:
    """Read how likely a threat is held to be, and on how good grounds."""
    return AssessStep(
        **base,
        threat=case.step(form, "threat", ("threat",), "threat", default=True),
        by=case.author(form),
        likelihood=form.likelihood("likelihood"),
        confidence=form.choice("confidence", Confidence, "low"),
        grounds=form.text("grounds", "") or UNSAID,
        why=form.text("why", ""),
        reports=case.steps(form, "reports", ("report",), "report"),
    )


def link(form: Form, case: Case, base: dict[str, Any]) -> LinkStep:
    """Read that a report or an incident bears on a threat."""
    told = case.maybe_step(form, "report", ("report",), "report")
    happened = case.maybe_step(form, "incident", ("incident",), "incident")
    if (told is None) == (happened is None):
        form.say("report", f"{form.what} needs exactly one of report and incident")
    return LinkStep(
        **base,
        threat=case.step(form, "threat", ("threat",), "threat", default=True),
        by=case.author(form),
        bearing=form.choice("bearing", Bearing, "for"),
        why=form.text("why", ""),
        report=told,
        incident=happened,
    )


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "report": (report, "text"),
    "trace": (trace, None),
    "incident": (incident, "what"),
    "threat": (threat, "title"),
    "assess": (assess, "likelihood"),
    "link": (link, None),
}
