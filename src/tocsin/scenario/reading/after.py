"""Reading the steps that come after a warning: answers, what was heard and said, what took place, what became of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_args

from tocsin.scenario.head import Group
from tocsin.scenario.reading.case import ANSWERED, WARNINGS, Case, Past
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.gather import UNSAID
from tocsin.scenario.reading.where_when import maybe_place, passed, shown
from tocsin.scenario.steps.after import (
    AcceptStep,
    AccusedStep,
    AnswersStep,
    AnswerStep,
    EndorseStep,
    EventStep,
    HeardStep,
    NoIndicationStep,
    OpenStep,
    OutcomeStep,
    ReadStep,
    StatementStep,
    UnendorseStep,
)
from tocsin.scenario.steps.step import AnswerKind, Cause, Course, How, StatementKind, Verdict


def warning_of(form: Form, case: Case) -> str:
    """Return the warning a step is about."""
    return case.step(form, "warning", WARNINGS, "warning", default=True)


def answered_of(form: Form, case: Case) -> str:
    """Return the warning, or the headcount, that a step answers or is rung about."""
    return case.step(form, "warning", ANSWERED, "warning", default=True)


def addressed(form: Form, case: Case, field: str, warning: str, *, or_group: bool = False) -> str:
    """Return one recipient, and note it if the warning is not addressed to them."""
    id = form.text(field)
    past = case.past.get(warning)
    if id in case.groups and not or_group:
        form.say(field, f"{form.what} needs one recipient, and {id!r} is a group; write a member such as '{id}-1'")
    elif id and not case.is_recipient(id):
        case.look_up(form, field, id, "recipient", case.people, "people")
    elif id and past and past.verb in ANSWERED and not _answers_for(case, past, id):
        form.say(field, f"{form.what} names {id!r}, who is no recipient of {warning!r} (line {past.line})")
    return id


def _answers_for(case: Case, past: Past, id: str) -> bool:
    """Say whether somebody was told of a warning, may be told of it for an institution, or had it handed on to them."""
    institutions = [case.people[one] for one in past.audience.people if one in case.people]
    contacts = {contact for one in institutions for contact in one.through}
    return case.hears(past.audience, id) or id in contacts or id in past.handed


def answer(form: Form, case: Case, base: dict[str, Any]) -> AnswerStep:
    """Read one recipient's answer by its link."""
    warning = answered_of(form, case)
    by, kind = addressed(form, case, "by", warning), form.choice("kind", AnswerKind)
    case.answered.setdefault(warning, set()).add(by)
    words, unread = form.text("words", ""), form.flag("unread")
    return AnswerStep(**base, warning=warning, by=by, kind=kind, words=words, unread=unread)


def read_it(form: Form, case: Case, base: dict[str, Any]) -> ReadStep:
    """Read that one recipient names the code of a notice."""
    warning = answered_of(form, case)
    return ReadStep(**base, warning=warning, by=addressed(form, case, "by", warning))


def answers(form: Form, case: Case, base: dict[str, Any]) -> AnswersStep:
    """Read how many of a group answer what."""
    warning = answered_of(form, case)
    group = case.named(form, "group", "group", case.groups, "groups", _only(case.groups))
    past = case.past.get(warning)
    if past and group in case.groups and not case.hears(past.audience, group):
        form.say("group", f"{form.what} lets the group {group!r} answer, which is no recipient of {warning!r}")
    kinds = _kinds(form)
    count = sum(number for _, number in kinds)
    told_by_place = past is not None and bool(past.audience.parts) and group not in past.audience.groups
    return AnswersStep(
        **base,
        warning=warning,
        group=group,
        kinds=kinds,
        members=_some(form, case, group, count) if told_by_place else _members(form, case, warning, group, count),
        within=form.length("within", timedelta(hours=1)),
    )


def _some(form: Form, case: Case, group: str, count: int) -> tuple[str, ...]:
    """Name nobody: who of a group is in a part of an audience is known only once the warning is out."""
    if group in case.groups and count > case.groups[group].count:
        form.say("kinds", f"{form.what} has {count} answers of the group {group!r}, which has fewer members")
    return ()


def _members(form: Form, case: Case, warning: str, group: str, count: int) -> tuple[str, ...]:
    """Return who of a group answers: in the order of their numbers, the first who have not answered yet."""
    if group not in case.groups:
        return ()
    answered, size = case.answered.setdefault(warning, set()), case.groups[group].count
    number, members = case.reached.get((warning, group), 1), list[str]()
    while number <= size and len(members) < count:
        if f"{group}-{number}" not in answered:
            members.append(f"{group}-{number}")
        number += 1
    case.reached[warning, group] = number
    if len(members) < count:
        left = f"{len(members)} of its {size} members have not answered before"
        form.say("kinds", f"{form.what} has {count} answers of the group {group!r}, but {left}")
    return tuple(members)


def _only(groups: dict[str, Group]) -> str | None:
    return next(iter(groups)) if len(groups) == 1 else None


def _kinds(form: Form) -> tuple[tuple[AnswerKind, int], ...]:
    if "kinds" not in form:
        form.say("kinds", f"{form.what} lacks the field 'kinds'; write it like {{safe: 30, received: 5}}")
        return ()
    inner = form.form(form.fields["kinds"][1], f"kinds of {form.what}")
    words: tuple[AnswerKind, ...] = get_args(AnswerKind)
    kinds = tuple((kind, inner.whole(kind, 0, 1_000_000)) for kind in words if kind in inner)
    inner.close()
    return kinds


def heard(form: Form, case: Case, base: dict[str, Any]) -> HeardStep:
    """Read an answer that came by another way than the link."""
    warning = warning_of(form, case)
    recipient = addressed(form, case, "recipient", warning)
    report = case.maybe_step(form, "report", ("report",), "report")
    published = case.past[report].published if report in case.past else None
    default_name = case.people[recipient].name if recipient in case.people else recipient
    return HeardStep(
        **base,
        warning=warning,
        recipient=recipient,
        kind=form.choice("kind", AnswerKind),
        speaker=form.text("speaker", default_name),
        public=form.text("public"),
        ordered=form.text("ordered", ""),
        how=form.choice("how", How, "public_statement"),
        by=case.author(form),
        said_at=passed(form, case, "said_at", published or case.now),
        report=report,
    )


def accept(form: Form, case: Case, base: dict[str, Any]) -> AcceptStep:
    """Read that a person takes an escalation on."""
    warning = answered_of(form, case)
    by = case.someone(form, "by")
    if by in case.people and case.people[by].kind != "person":
        form.say("by", f"{form.what} is accepted by {by!r}, an organisation; name a person, who can be asked later")
    return AcceptStep(
        **base,
        warning=warning,
        by=by,
        recipient=addressed(form, case, "recipient", warning, or_group=True) if "recipient" in form else None,
        cause=form.choice("cause", Cause) if "cause" in form else None,
        words=form.text("words", ""),
    )


def statement(form: Form, case: Case, base: dict[str, Any]) -> StatementStep:
    """Read a public word of the issuer."""
    by = case.author(form)
    corrects = case.maybe_step(form, "corrects", ("statement", "alert", "advisory"), "statement, alert or advisory")
    warning = case.maybe_step(form, "warning", ("alert", "advisory"), "warning")
    kind = form.choice("kind", StatementKind, "position")
    if kind == "correction" and corrects is None and warning is None:
        public = [id for id, past in case.past.items() if past.verb in ("alert", "advisory", "statement")]
        warning = public[-1] if public else None
        if warning is None:
            form.say("corrects", f"{form.what} is a correction, and there is nothing before it that it could correct")
    return StatementStep(
        **base,
        title=form.text("title"),
        text=form.text("text"),
        kind=kind,
        change=form.text("change", ""),
        by=by,
        approved_by=case.approver(form, by, break_glass=False),
        threat=case.maybe_threat(form),
        warning=warning,
        corrects=corrects,
        language=form.language(),
    )


def endorse(form: Form, case: Case, base: dict[str, Any]) -> EndorseStep:
    """Read that someone joins a statement."""
    return EndorseStep(
        **base,
        statement=case.step(form, "statement", ("statement",), "statement", default=True),
        name=form.text("name"),
        by=case.author(form),
        words=form.text("words", ""),
    )


def unendorse(form: Form, case: Case, base: dict[str, Any]) -> UnendorseStep:
    """Read that someone stands behind a statement no more."""
    return UnendorseStep(
        **base,
        statement=case.step(form, "statement", ("statement",), "statement", default=True),
        name=form.text("name"),
        by=case.author(form),
    )


def open_(form: Form, case: Case, base: dict[str, Any]) -> OpenStep:
    """Read that two people open a notice."""
    id = case.step(form, "notice", ("notice",), "notice", default=True)
    past = case.past.get(id) or Past("notice", 0)
    if past.sealed_at and case.now and case.now <= past.sealed_at:
        form.say(
            "notice", f"{form.what} comes too early: {id!r} is sealed at {shown(past.sealed_at, case)}, on the hour"
        )
    by = case.named(form, "by", "person", case.people, "people", past.readers[-1] if past.readers else None)
    approved_by = case.named(
        form, "approved_by", "person", case.people, "people", next((one for one in past.readers if one != by), None)
    )
    for field, person in (("by", by), ("approved_by", approved_by)):
        if past.readers and person in case.people and person not in past.readers:
            form.say(
                field, f"{form.what} names {person!r}, who may not read {id!r}; give one of {', '.join(past.readers)}"
            )
    if by == approved_by and by:
        form.say("approved_by", f"{form.what} is opened by {by!r}, who proposes it; name another of its readers")
    fields = form.texts("fields") or past.says
    for name in fields:
        if past.says and name not in past.says:
            form.say(
                "fields", f"{form.what} opens {name!r}, which {id!r} does not say; give some of {', '.join(past.says)}"
            )
    how = form.text("agreed", "")
    if past.originators and not how:
        form.say("agreed", f"{form.what} needs 'agreed': how {', '.join(past.originators)} agreed to it")
    return OpenStep(
        **base,
        notice=id,
        fields=fields,
        by=by,
        approved_by=approved_by,
        why=form.text("why", "") or UNSAID,
        agreed=tuple((name, how) for name in past.originators),
    )


def accused(form: Form, case: Case, base: dict[str, Any]) -> AccusedStep:
    """Read that someone says who is behind it."""
    return AccusedStep(
        **base,
        threat=_threat(form, case),
        party=form.text("party"),
        accuser=form.text("accuser"),
        words=form.text("words", ""),
        by=case.author(form),
    )


def _threat(form: Form, case: Case) -> str:
    return case.threat(form)


def no_indication(form: Form, case: Case, base: dict[str, Any]) -> NoIndicationStep:
    """Read that as of a moment nothing pointed to a party."""
    return NoIndicationStep(
        **base,
        threat=_threat(form, case),
        party=form.text("party"),
        as_of=passed(form, case, "as_of", case.now),
        speaker=form.text("speaker", case.issuer_name),
        words=form.text("words", ""),
        by=case.author(form),
    )


def event(form: Form, case: Case, base: dict[str, Any]) -> EventStep:
    """Read what took place."""
    return EventStep(
        **base,
        threat=_threat(form, case),
        what=form.text("what"),
        by=case.author(form),
        happened=passed(form, case, "when", case.now),
        place=maybe_place(form, case, "place"),
        description=form.text("description", ""),
    )


def outcome(form: Form, case: Case, base: dict[str, Any]) -> OutcomeStep:
    """Read what became of a threat, axis by axis; an axis that is left out is unknown."""
    node = form.fields["axes"][1] if "axes" in form else None
    axes = form.form(node, f"axes of {form.what}") if node else Form(form.problems, {}, form.what, form.line)
    if node is None:
        form.say(
            "axes", f"{form.what} lacks the field 'axes'; write at least the course, such as axes: {{course: nothing}}"
        )
    step = OutcomeStep(
        **base,
        threat=_threat(form, case),
        by=case.judge(form),
        time=axes.choice("time", Verdict, "unknown"),
        place_axis=axes.choice("place", Verdict, "unknown"),
        target=axes.choice("target", Verdict, "unknown"),
        actor=axes.choice("actor", Verdict, "unknown"),
        course=axes.choice("course", Course, "unknown"),
        struck_at=passed(form, case, "struck_at", None) if "struck_at" in form else None,
        place=maybe_place(form, case, "place"),
        why=form.text("why", ""),
    )
    axes.close()
    return step


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "answer": (answer, None),
    "answers": (answers, None),
    "read": (read_it, "by"),
    "heard": (heard, None),
    "accept": (accept, "warning"),
    "statement": (statement, None),
    "endorse": (endorse, "name"),
    "unendorse": (unendorse, "name"),
    "open": (open_, "notice"),
    "accused": (accused, None),
    "no_indication": (no_indication, "party"),
    "event": (event, "what"),
    "outcome": (outcome, None),
}
