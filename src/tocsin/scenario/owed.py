"""The steps of the duty to warn: how they are read, and the commands of flow that they give."""

from collections.abc import Callable
from functools import singledispatch
from typing import Any

from tocsin.flow import must_warn
from tocsin.flow.house import House
from tocsin.scenario import steps as s
from tocsin.scenario.case import Case, Past
from tocsin.scenario.form import Form
from tocsin.scenario.head import Audience
from tocsin.scenario.names import Names
from tocsin.warning.duty.facts import Ended
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import QUESTIONS, Answered, Said, Test

WARN, LATER = "warn", "later"


def duty(form: Form, case: Case, base: dict[str, Any]) -> s.DutyStep:
    """Read that it is asked whether a side must be warned."""
    decide = form.text("decide", WARN)
    step = s.DutyStep(
        **base,
        side=form.word("side", tuple(one.value for one in Side)),
        who=form.text("who", ""),
        whom=case.audience(form, "whom") if "whom" in form else Audience(),
        decide=decide,
        why=form.text("why", "") if decide == LATER else form.text("why"),
        test=_said(form),
        expected=form.moment("expected", case.zone, after=case.now) if "expected" in form else None,
        by=case.duty_officer(form) if decide == WARN else case.author(form),
        threat=case.step(form, "threat", ("threat",), "threat", default=True),
    )
    if step.side in (Side.VICTIM, Side.PROTECTOR, Side.HOST) and not (step.who or step.whom.people or step.whom.groups):
        form.say("who", f"{form.what} is owed to nobody; say 'who' that is in words, or 'whom' by their ids")
    case.past[step.id] = Past("duty", step.line)
    return step


def _said(form: Form) -> dict[str, str]:
    """Read the answers to the test; what is not said is yes, as in a notice."""
    answers = dict.fromkeys(QUESTIONS, Said.YES.value)
    if "test" in form:
        inner = form.form(form.fields["test"][1], f"the test of {form.what}")
        spelled = {"true": "yes", "false": "no"}
        words = (*(one.value for one in Said), *spelled)
        answers = {name: spelled.get(said := inner.word(name, words, "yes"), said) for name in QUESTIONS}
        inner.close()
    return answers


def review_duty(form: Form, case: Case, base: dict[str, Any]) -> s.ReviewDutyStep:
    """Read the review of a proposal not to warn."""
    duty = case.step(form, "duty", ("duty",), "duty", default=True)
    return s.ReviewDutyStep(
        **base, duty=duty, agree=form.flag("agree", default=True), why=form.text("why"), by=case.duty_officer(form)
    )


def end_duty(form: Form, case: Case, base: dict[str, Any]) -> s.EndDutyStep:
    """Read what became of a danger."""
    duty = case.step(form, "duty", ("duty",), "duty", default=True)
    how = form.word("how", tuple(one.value for one in Ended))
    return s.EndDutyStep(**base, duty=duty, how=how, why=form.text("why"), by=case.duty_officer(form))


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "duty": (duty, "side"),
    "review_duty": (review_duty, "duty"),
    "end_duty": (end_duty, "duty"),
}


@singledispatch
def owe(step: s.Step, house: House, names: Names, command: str) -> None:  # noqa: ARG001
    """Do what a step of a duty to warn says.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@owe.register
def _(step: s.DutyStep, house: House, names: Names, command: str) -> None:
    ground = "" if step.decide in (WARN, LATER) else step.decide
    asked = must_warn.Asked(
        side=Side(step.side),
        who=step.who,
        whom=names.ids((*step.whom.people, *step.whom.groups)),
        warn=step.decide == WARN,
        ground=ground,
        why=step.why,
    )
    said = {
        name: Answered(said=Said(word), ground=step.why or "As the scenario has it.")
        for name, word in step.test.items()
    }
    must_warn.ask(
        house,
        names.id(step.threat),
        [asked],
        Test(**said),
        event_at=step.expected,
        ids=[names.id(step.id)],
        by=names.id(step.by),
        command=command,
        now=step.at,
    )


@owe.register
def _(step: s.ReviewDutyStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.duty), names.id(step.by)
    must_warn.review(house, id, agree=step.agree, why=step.why, by=by, command=command, now=step.at)


@owe.register
def _(step: s.EndDutyStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.duty), names.id(step.by)
    must_warn.end(house, id, Ended(step.how), why=step.why, by=by, command=command, now=step.at)
