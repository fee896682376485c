"""Reading the steps by which a notice waits for those whose material it rests on."""

from collections.abc import Callable
from typing import Any

from tocsin.scenario.reading.case import Case
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.warn import next_hour, tear_line_of
from tocsin.scenario.reading.where_when import passed
from tocsin.scenario.steps.consent import AskConsentStep, ConsentStep, LetOutStep, RewriteStep

Base = dict[str, Any]


def _held(form: Form, case: Case) -> str:
    id = case.step(form, "notice", ("notice",), "notice", default=True)
    past = case.past.get(id)
    if past is not None and past.verb == "notice" and not past.held:
        form.say(
            "notice", f"{form.what} comes too late: {id!r} has gone out; write 'held: true' there, and let it out later"
        )
    return id


def _originator(form: Form, case: Case, notice: str) -> str:
    past = case.past.get(notice)
    named = past.originators if past is not None else ()
    said = form.text("originator", named[0] if len(named) == 1 else None)
    if said and past is not None and said not in named:
        form.say("originator", f"{form.what} asks {said!r}, whose material {notice!r} does not rest on{_of(named)}")
    return said


def _of(named: tuple[str, ...]) -> str:
    return f"; it rests on that of {', '.join(named)}" if named else ", nor on anybody's; name them under originators"


def ask_consent(form: Form, case: Case, base: Base) -> AskConsentStep:
    """Read that an originator is asked."""
    notice = _held(form, case)
    return AskConsentStep(
        **base,
        notice=notice,
        originator=_originator(form, case, notice),
        words=form.text("words"),
        by=case.author(form),
    )


def consent(form: Form, case: Case, base: Base) -> ConsentStep:
    """Read what an originator said."""
    notice = _held(form, case)
    return ConsentStep(
        **base,
        notice=notice,
        originator=_originator(form, case, notice),
        agreed=form.flag("agreed", default=True),
        giver=form.text("giver"),
        words=form.text("words"),
        given_at=passed(form, case, "given_at", case.now),
        by=case.author(form),
    )


def rewrite(form: Form, case: Case, base: Base) -> RewriteStep:
    """Read a notice that is written anew."""
    notice, by = _held(form, case), case.author(form)
    originators = form.texts("originators") if "originators" in form else None
    if originators is not None and notice in case.past:
        case.past[notice].originators = originators
    return RewriteStep(
        **base,
        notice=notice,
        tear_line=tear_line_of(form),
        originators=originators,
        release=form.texts("release") if "release" in form else None,
        by=by,
        approved_by=case.approver(form, by, break_glass=False),
    )


def let_out(form: Form, case: Case, base: Base) -> LetOutStep:
    """Read that a notice goes out."""
    notice = _held(form, case)
    past = case.past.get(notice)
    if past is not None and past.held:
        past.held, past.sealed_at = False, next_hour(base["at"])
    return LetOutStep(
        **base,
        notice=notice,
        break_glass=form.flag("break_glass"),
        grounds=form.text("grounds", ""),
        by=case.duty_officer(form),
    )


READERS: dict[str, tuple[Callable[[Form, Case, Base], Any], str | None]] = {
    "ask_consent": (ask_consent, "words"),
    "consent": (consent, "words"),
    "rewrite": (rewrite, "notice"),
    "let_out": (let_out, "notice"),
}
