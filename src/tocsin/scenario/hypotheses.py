"""The steps by which competing hypotheses are weighed: what they say, how they are read, and what they do."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar

from tocsin.basis.ids import Id
from tocsin.flow import hypothesize
from tocsin.flow.house import House
from tocsin.scenario.case import Case
from tocsin.scenario.form import Form
from tocsin.scenario.gather import claim_of
from tocsin.scenario.looking_after import CaseStep
from tocsin.scenario.names import Names
from tocsin.scenario.where_when import passed
from tocsin.threat.hypotheses.decide import DECEPTION, Said
from tocsin.threat.hypotheses.facts import Asks, Consistency, Weight, matrix_id
from tocsin.threat.hypotheses.state import Matrix

_ASKS = tuple(one.value for one in Asks)
_WEIGHTS = tuple(one.value for one in Weight)
_CONSISTENCIES = tuple(one.value for one in Consistency)

Base = dict[str, Any]


class MatrixStep(CaseStep, frozen=True, kw_only=True):
    """Something about the hypotheses of a case. question: who is behind it, or what is planned."""

    question: str


class HypothesisStep(MatrixStep, frozen=True, kw_only=True):
    """A hypothesis is put beside the others; its key is the step's id. The first of a question opens its matrix."""

    verb: ClassVar[str] = "hypothesis"

    words: str
    actor: str | None


class SetAsideStep(MatrixStep, frozen=True, kw_only=True):
    """A hypothesis is weighed no more."""

    verb: ClassVar[str] = "set_aside"

    hypothesis: str
    why: str


class WeighStep(MatrixStep, frozen=True, kw_only=True):
    """Something that is known is held against the hypotheses. row: the earlier step whose row is judged anew; else it is a new one.

    judged: by hypothesis. as_of: up to when there was no indication. claim: counted from 0.
    """

    verb: ClassVar[str] = "weigh"

    row: str | None
    report: str | None
    incident: str | None
    claim: int | None
    words: str
    relevance: str
    credibility: str | None
    judged: dict[str, str]
    as_of: datetime
    why: str


# ---- reading them


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


# ---- doing them


def hold_against(step: MatrixStep, house: House, names: Names, command: str) -> None:
    """Do what a step about hypotheses says.

    Raises:
        Refused: the story does not allow it.
    """
    threat, asks = names.id(step.threat), Asks(step.question)
    said: dict[str, Any] = {"by": names.id(step.by), "now": step.at}
    matrix = matrix_id(threat, asks)
    match step:
        case HypothesisStep():
            _open(house, threat, asks, command, said)
            actor = None if step.actor is None else names.id(step.actor)
            hypothesize.state_hypothesis(house, matrix, step.id, step.words, actor=actor, command=command, **said)
        case SetAsideStep():
            hypothesize.set_aside(house, matrix, step.hypothesis, step.why, command=command, **said)
        case WeighStep():
            _weigh(step, house, names, matrix, command, said)


def _open(house: House, threat: Id, asks: Asks, command: str, said: dict[str, Any]) -> None:
    with house.store.look() as look:
        opened = look.find(Matrix, matrix_id(threat, asks)) is not None
    if not opened:
        hypothesize.open_matrix(house, threat, asks, command=f"{command}:matrix", **said)


def _weigh(step: WeighStep, house: House, names: Names, matrix: Id, command: str, said: dict[str, Any]) -> None:
    row, item = step.row or step.id, step.report or step.incident
    if step.row is None:
        hypothesize.enter_row(
            house,
            matrix,
            row,
            item=None if item is None else names.id(item),
            claim=step.claim,
            words=step.words,
            relevance=Weight(step.relevance),
            credibility=None if step.credibility is None else Weight(step.credibility),
            command=f"{command}:row",
            **said,
        )
    judged = [
        Said(
            row=row,
            hypothesis=key,
            consistency=Consistency(one),
            as_of=step.as_of if one == Consistency.NO_INDICATION.value else None,
        )
        for key, one in step.judged.items()
    ]
    hypothesize.judge(house, matrix, judged, why=step.why, command=command, **said)
