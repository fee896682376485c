"""Reading the steps by which competing hypotheses are weighed."""

from collections.abc import Callable
from typing import Any

from tocsin.scenario.reading.case import Case
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.gather import claim_of
from tocsin.scenario.reading.where_when import passed
from tocsin.scenario.steps.hypotheses import HypothesisStep, SetAsideStep, WeighStep
from tocsin.threat.hypotheses.decide import DECEPTION
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight

_ASKS = tuple(one.value for one in Asks)
_WEIGHTS = tuple(one.value for one in Weight)
_CONSISTENCIES = tuple(one.value for one in Consistency)
Base = dict[str, Any]


def _about(form: Form, case: Case, base: Base) -> Base:
    asks = form.word("question", _ASKS, Asks.WHO.value)
    return {**base, "threat": case.threat(form), "by": case.author(form), "question": asks}


def hypothesis(form: Form, case: Case, base: Base) -> HypothesisStep:
    """Read what may be so."""
    about = _about(form, case, base)
    past = case.past.get(about["threat"])
    if past is not None:
        past.hypotheses = (*past.hypotheses, (about["question"], form.subject))
    return HypothesisStep(**about, words=form.text("words"), actor=case.maybe_actor(form, "actor"))


def set_aside(form: Form, case: Case, base: Base) -> SetAsideStep:
    """Read which hypothesis is weighed no more."""
    about = _about(form, case, base)
    key = form.text("hypothesis")
    _refuse_unstated(form, case, about, "hypothesis", key)
    return SetAsideStep(**about, hypothesis=key, why=form.text("why"))


def weigh(form: Form, case: Case, base: Base) -> WeighStep:
    """Read how something goes with the hypotheses."""
    about = _about(form, case, base)
    row = case.maybe_step(form, "row", ("weigh",), "weigh step")
    named = [name for name in ("row", "report", "incident") if name in form]
    if len(named) > 1:
        form.say(named[1], f"{form.what} weighs {named[0]} and {named[1]} at once; write a step for each")
    if not named and "words" not in form:
        form.say("report", f"{form.what} weighs nothing; name a report or an incident, or write words")
    report = case.maybe_step(form, "report", ("report",), "report")
    return WeighStep(
        **about,
        row=row,
        report=report,
        incident=case.maybe_step(form, "incident", ("incident",), "incident"),
        claim=claim_of(form, case, report, "claim") if "claim" in form else None,
        words=form.text("words", ""),
        relevance=form.word("relevance", _WEIGHTS, Weight.MEDIUM.value),
        credibility=form.word("credibility", _WEIGHTS) if "credibility" in form else None,
        judged=_judged(form, case, about),
        as_of=passed(form, case, "as_of", case.now),
        why=form.text("why", ""),
    )


def _judged(form: Form, case: Case, about: Base) -> dict[str, str]:
    if "judged" not in form:
        form.say("judged", f"{form.what} lacks the field 'judged'; write it like {{{DECEPTION}: C}}")
        return {}
    inner = form.form(form.fields["judged"][1], f"judged of {form.what}")
    for key in inner.fields:
        _refuse_unstated(inner, case, about, key, key)
    found = {key: inner.word(key, _CONSISTENCIES) for key in inner.fields}
    inner.close()
    return found


def _refuse_unstated(form: Form, case: Case, about: Base, field: str, key: str) -> None:
    past = case.past.get(about["threat"])
    stated = [key for asks, key in past.hypotheses if asks == about["question"]] if past else []
    known = [*stated, DECEPTION] if stated else []
    if key and past is not None and key not in known:
        hint = case.problems.guess(key, known)
        asks = about["question"]
        form.say(field, f"{form.what} names {key!r}, which is no hypothesis of the question {asks!r} yet{hint}")


READERS: dict[str, tuple[Callable[[Form, Case, Base], Any], str | None]] = {
    "hypothesis": (hypothesis, "words"),
    "set_aside": (set_aside, "hypothesis"),
    "weigh": (weigh, None),
}
