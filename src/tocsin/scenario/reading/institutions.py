"""Reading the steps of institutions: what they restate, hand on and ask, what is none of their answers, the second knock."""

from collections.abc import Callable
from typing import Any

from tocsin.scenario.head import Audience
from tocsin.scenario.reading.after import addressed, warning_of
from tocsin.scenario.reading.case import Case, Past
from tocsin.scenario.reading.form import Form
from tocsin.scenario.steps.institutions import (
    CompareStep,
    HandOnStep,
    NoAnswerStep,
    QuestionStep,
    ReadBackStep,
    ReplyStep,
    SecondKnockStep,
)
from tocsin.scenario.steps.step import How

ASKED = ("what", "where", "when")


def _institution(form: Form, case: Case) -> dict[str, Any]:
    """Read what every word of an institution has: about which warning, whose, who spoke, how it was heard, who took it down."""
    warning = warning_of(form, case)
    recipient = addressed(form, case, "recipient", warning)
    if recipient in case.people and case.people[recipient].kind != "organisation":
        form.say("recipient", f"{form.what} is of {recipient!r}, a person; only an organisation is asked for this")
    name = case.people[recipient].name if recipient in case.people else recipient
    return {
        "warning": warning,
        "recipient": recipient,
        "how": form.choice("how", How, "telephone"),
        "speaker": form.text("speaker", name),
        "by": case.author(form),
    }


def no_answer(form: Form, case: Case, base: dict[str, Any]) -> NoAnswerStep:
    """Read that a proposed answer is none."""
    return NoAnswerStep(
        **base,
        warning=warning_of(form, case),
        report=case.step(form, "report", ("report",), "report"),
        why=form.text("why"),
        by=case.author(form),
    )


def read_back(form: Form, case: Case, base: dict[str, Any]) -> ReadBackStep:
    """Read what an institution restates."""
    said: dict[str, Any] = {name: form.text(name) for name in (*ASKED, "will_do")}
    return ReadBackStep(**base, **_institution(form, case), **said)


def compare(form: Form, case: Case, base: dict[str, Any]) -> CompareStep:
    """Read whether a read-back agrees with what was told."""
    differs = form.texts("differs")
    for one in differs:
        if one not in ASKED:
            form.say("differs", f"{form.what} differs in {one!r}; it can in {', '.join(ASKED)}")
    return CompareStep(
        **base,
        read_back=case.step(form, "read_back", ("read_back",), "read-back", default=True),
        differs=differs,
        words=form.text("words", ""),
        by=case.author(form),
    )


def hand_on(form: Form, case: Case, base: dict[str, Any]) -> HandOnStep:
    """Read to whom an institution hands a warning on."""
    tell = form.flag("tell")
    known = _institution(form, case)
    if tell:
        known["by"] = case.duty_officer(form)
    to = case.someone(form, "to")
    if known["warning"] in case.past:
        case.past[known["warning"]].handed += (to,)
    return HandOnStep(**base, **known, to=to, words=form.text("words", "They have it now."), tell=tell)


def question(form: Form, case: Case, base: dict[str, Any]) -> QuestionStep:
    """Read what an institution asks."""
    return QuestionStep(**base, **_institution(form, case), words=form.text("words"))


def reply(form: Form, case: Case, base: dict[str, Any]) -> ReplyStep:
    """Read what it is answered."""
    return ReplyStep(
        **base,
        question=case.step(form, "question", ("question",), "question", default=True),
        words=form.text("words"),
        by=case.author(form),
    )


def second_knock(form: Form, case: Case, base: dict[str, Any]) -> SecondKnockStep:
    """Read that a notice, or an alert that names it, is told an institution again, by another way."""
    alone = "warning" not in form  # the only notice, however many alerts there are
    verbs, word = (("notice",), "notice") if alone else (("notice", "alert"), "notice or alert")
    warning = case.step(form, "warning", verbs, word, default=True)
    recipient = addressed(form, case, "recipient", warning)
    through = case.someone(form, "through")
    if through and through == recipient:
        form.say("through", f"{form.what} goes to {recipient!r} itself; name another contact, or an intermediary")
    by, break_glass = case.author(form), form.flag("break_glass")
    step = SecondKnockStep(
        **base,
        warning=warning,
        recipient=recipient,
        through=through,
        quote=case.steps(form, "quote", ("incident", "report"), "incident or report") if "quote" in form else None,
        agreed=form.text("agreed", ""),
        action=form.text("action", ""),
        by=by,
        approved_by=case.approver(form, by, break_glass),
        break_glass=break_glass,
    )
    case.past[step.id] = Past("second_knock", step.line, Audience(people=(through,)))
    return step


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "no_answer": (no_answer, "report"),
    "read_back": (read_back, None),
    "compare": (compare, "read_back"),
    "hand_on": (hand_on, "to"),
    "question": (question, "words"),
    "reply": (reply, "words"),
    "second_knock": (second_knock, "through"),
}
