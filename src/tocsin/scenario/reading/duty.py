"""Reading the steps of the duty to warn."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tocsin.basis.errors import Refused
from tocsin.scenario.head import Audience
from tocsin.scenario.reading.case import Case, Past
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.where_when import ahead, passed
from tocsin.scenario.steps.duty import (
    DecideDutyStep,
    DistrustStep,
    DutyStep,
    EndDutyStep,
    LookAgainStep,
    ReopenDutyStep,
    RetimeStep,
    ReviewDutyStep,
    ToldOtherwiseStep,
    TrustStep,
)
from tocsin.warning.duty.facts import Distrust, Ended
from tocsin.warning.duty.pack import BELOW_THRESHOLD, ground_of
from tocsin.warning.duty.packs import DEFAULT
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import QUESTIONS, Said

WARN, LATER = "warn", "later"
Base = dict[str, Any]


def duty(form: Form, case: Case, base: Base) -> DutyStep:
    """Read that it is asked whether a side must be warned."""
    decide, side, test = form.text("decide", WARN), form.word("side", tuple(one.value for one in Side)), _said(form)
    if decide == BELOW_THRESHOLD and Said.NO.value not in test.values():
        form.say(
            "decide",
            f"{form.what} answers no question of its test with no; write which, such as test: {{specific: no}}",
        )
    elif decide != LATER:
        refuse_groundless(form, "decide", decide, side)
    step = DutyStep(
        **base,
        side=side,
        who=form.text("who", ""),
        whom=case.audience(form, "whom") if "whom" in form else Audience(),
        decide=decide,
        why=form.text("why", "") if decide == LATER else form.text("why"),
        test=test,
        expected=_expected(form, case),
        by=case.duty_officer(form) if decide == WARN else case.author(form),
        threat=case.threat(form),
    )
    if step.side in (Side.VICTIM, Side.PROTECTOR, Side.HOST) and not (step.who or step.whom.people or step.whom.groups):
        form.say("who", f"{form.what} is owed to nobody; say 'who' that is in words, or 'whom' by their ids")
    case.past[step.id] = Past("duty", step.line)
    return step


def refuse_groundless(form: Form, field: str, ground: str, side: str = Side.HOST) -> None:
    """Note a word that is no ground not to tell a side. side: by default one of which every ground may be said."""
    if ground in (WARN, BELOW_THRESHOLD) or not side:
        return
    try:
        ground_of(DEFAULT, ground, Side(side), distrusted=True)
    except Refused as refused:
        form.say(field, f"{field} {ground!r} of {form.what} is no such ground. {refused}".removesuffix("."))


def _expected(form: Form, case: Case) -> datetime | None:
    return form.moment("expected", case.zone, after=case.now) if "expected" in form else None


def _about(form: Form, case: Case) -> Base:
    return {"duty": case.step(form, "duty", ("duty",), "duty", default=True)}


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


def review_duty(form: Form, case: Case, base: Base) -> ReviewDutyStep:
    """Read the review of a proposal not to warn."""
    agree = form.flag("agree", default=True)
    return ReviewDutyStep(**base, **_about(form, case), agree=agree, why=form.text("why"), by=case.duty_officer(form))


def end_duty(form: Form, case: Case, base: Base) -> EndDutyStep:
    """Read what became of a danger."""
    how = form.word("how", tuple(one.value for one in Ended))
    return EndDutyStep(**base, **_about(form, case), how=how, why=form.text("why"), by=case.duty_officer(form))


def decide_duty(form: Form, case: Case, base: Base) -> DecideDutyStep:
    """Read what is decided of a duty that was asked about before."""
    decide = form.text("decide", WARN)
    refuse_groundless(form, "decide", decide)
    return DecideDutyStep(
        **base,
        **_about(form, case),
        decide=decide,
        why=form.text("why"),
        test=_said(form) if "test" in form else None,
        by=case.duty_officer(form) if decide == WARN else case.author(form),
    )


def told_otherwise(form: Form, case: Case, base: Base) -> ToldOtherwiseStep:
    """Read that they were told by another way."""
    told_at = passed(form, case, "told_at", case.now)
    by = case.duty_officer(form)
    return ToldOtherwiseStep(**base, **_about(form, case), how=form.text("how"), told_at=told_at, by=by)


def look_again(form: Form, case: Case, base: Base) -> LookAgainStep:
    """Read that somebody looked."""
    until = ahead(form, case, "until")
    by = case.duty_officer(form)
    return LookAgainStep(**base, **_about(form, case), until=until, why=form.text("why"), by=by)


def reopen_duty(form: Form, case: Case, base: Base) -> ReopenDutyStep:
    """Read that it is asked again."""
    expected, by = _expected(form, case), case.author(form)
    return ReopenDutyStep(**base, **_about(form, case), expected=expected, why=form.text("why"), by=by)


def retime(form: Form, case: Case, base: Base) -> RetimeStep:
    """Read that the event is expected at another time."""
    expected = form.moment("expected", case.zone, after=case.now)
    return RetimeStep(**base, threat=case.threat(form), expected=expected, why=form.text("why"), by=case.author(form))


def distrust(form: Form, case: Case, base: Base) -> DistrustStep:
    """Read that a host may be complicit or leak."""
    return DistrustStep(
        **base,
        threat=case.threat(form),
        host=case.someone(form, "host"),
        because=form.word("because", tuple(one.value for one in Distrust)),
        why=form.text("why"),
        by=case.author(form),
    )


def trust(form: Form, case: Case, base: Base) -> TrustStep:
    """Read that a host is trusted again."""
    host, by = case.someone(form, "host"), case.duty_officer(form)
    return TrustStep(**base, threat=case.threat(form), host=host, why=form.text("why"), by=by)


READERS: dict[str, tuple[Callable[[Form, Case, Base], Any], str | None]] = {
    "duty": (duty, "side"),
    "decide_duty": (decide_duty, "duty"),
    "review_duty": (review_duty, "duty"),
    "told_otherwise": (told_otherwise, "how"),
    "look_again": (look_again, "duty"),
    "end_duty": (end_duty, "duty"),
    "reopen_duty": (reopen_duty, "duty"),
    "retime": (retime, "expected"),
    "distrust": (distrust, "host"),
    "trust": (trust, "host"),
}
