"""Reading the steps of headcounts: asked, asked again, wardens named and relieved, what they hand in, and the end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tocsin.scenario.head import Audience
from tocsin.scenario.reading.audience import audience
from tocsin.scenario.reading.case import Case, Past
from tocsin.scenario.reading.form import Form
from tocsin.scenario.reading.where_when import passed, shown, window
from tocsin.scenario.steps.headcounts import (
    AskAgainStep,
    CloseHeadcountStep,
    HandInStep,
    HeadcountStep,
    RelieveStep,
    WardenStep,
)
from tocsin.scenario.steps.step import Decision

DEFAULT_WINDOW = timedelta(hours=4)
HEADCOUNT = ("headcount",)


def headcount(form: Form, case: Case, base: dict[str, Any]) -> HeadcountStep:
    """Read that it is asked who is safe."""
    follows = case.maybe_step(form, "follows", ("alert",), "alert")
    asked = audience(form, case, "audience")
    if follows is None and not (asked.groups or asked.people or asked.parts):
        form.say("audience", f"{form.what} asks nobody; write an audience, or the alert that it follows")
    holds = window(form, case, DEFAULT_WINDOW)
    if case.now and holds.end <= case.now:
        form.say("window", f"the window of {form.what} ended at {shown(holds.end, case)}, before the step itself")
    step = HeadcountStep(
        **base,
        audience=asked,
        follows=follows,
        words=form.text("words", ""),
        language=form.language(),
        ends=holds.end,
        policy=case.named(form, "policy", "policy", case.policies, "policies", next(iter(case.policies))),
        by=case.author(form),
        threat=case.maybe_threat(form),
    )
    before = case.past[follows].audience if follows in case.past else Audience()
    everyone = Audience(
        groups=tuple(dict.fromkeys((*asked.groups, *before.groups))),
        people=tuple(dict.fromkeys((*asked.people, *before.people))),
        parts=(*asked.parts, *before.parts),
    )
    case.past[step.id] = Past("headcount", step.line, everyone, holds.end)
    return step


def _headcount(form: Form, case: Case) -> str:
    return case.step(form, "headcount", HEADCOUNT, "headcount", default=True)


def ask_again(form: Form, case: Case, base: dict[str, Any]) -> AskAgainStep:
    """Read that the silent are asked again."""
    return AskAgainStep(**base, headcount=_headcount(form, case), by=case.author(form))


def warden(form: Form, case: Case, base: dict[str, Any]) -> WardenStep:
    """Read that somebody looks after a group, or some people."""
    step = WardenStep(
        **base,
        who=_one(form, case, "who"),
        group=case.named(form, "group", "group", case.groups, "groups", None) if "group" in form else None,
        persons=_some(form, case, "persons"),
        by=case.author(form),
    )
    if (step.group is None) == (not step.persons):
        form.say("group", f"{form.what} looks after nobody, or after two things; write 'group', or 'persons'")
    return step


def relieve(form: Form, case: Case, base: dict[str, Any]) -> RelieveStep:
    """Read that a warden looks after them no longer."""
    id = case.step(form, "warden", ("warden",), "warden", default=True)
    past = case.past.get(id)
    if past is not None and past.decided:
        form.say("warden", f"{form.what} comes too late: {id!r} was {past.decided} before")
    elif past is not None and past.verb == "warden":
        past.decided = "relieved"
    return RelieveStep(**base, warden=id, by=case.author(form))


def hand_in(form: Form, case: Case, base: dict[str, Any]) -> HandInStep:
    """Read what a warden brings back on paper."""
    id = _headcount(form, case)
    step = HandInStep(
        **base,
        headcount=id,
        warden=_one(form, case, "warden"),
        safe=_asked(form, case, "safe", id),
        need_help=_asked(form, case, "need_help", id),
        words=form.text("words", ""),
        gone_round=passed(form, case, "gone_round", case.now),
        by=case.author(form),
    )
    if not (step.safe or step.need_help):
        form.say("safe", f"{form.what} says nothing of anybody; write who is 'safe', and who has 'need_help'")
    for one in set(step.safe) & set(step.need_help):
        form.say("safe", f"{form.what} says of {one!r} both that they are safe and that they need help")
    return step


def close_headcount(form: Form, case: Case, base: dict[str, Any]) -> CloseHeadcountStep:
    """Read what is decided about a headcount: it ends, or goes on, or is asked no more."""
    id, decision = _headcount(form, case), form.choice("decision", Decision, "stand_down")
    past = case.past.get(id)
    until = None
    if decision == "extend":
        until = form.moment("until", case.zone, after=past.ends if past else case.now)
        if past and past.ends and until <= past.ends:
            form.say("until", f"{form.what} lets {id!r} go on until {shown(until, case)}, which it does already")
    if past is not None and past.verb == "headcount":
        if past.decided:
            form.say("headcount", f"{form.what} comes too late: {id!r} was {past.decided} before")
        elif until is not None and past.ends and case.now and case.now >= past.ends:
            form.say("headcount", f"{form.what} comes too late: {id!r} ended at {shown(past.ends, case)}")
        past.ends = until or past.ends
        past.decided = "" if decision == "extend" else "closed"
    return CloseHeadcountStep(
        **base, headcount=id, decision=decision, until=until, why=form.text("why"), by=case.duty_officer(form)
    )


def _one(form: Form, case: Case, field: str) -> str:
    id = form.text(field)
    if id in case.groups or (id and not case.is_recipient(id)):
        case.look_up(form, field, id, "person", case.people, "people")
    return id


def _some(form: Form, case: Case, field: str) -> tuple[str, ...]:
    ids = form.texts(field)
    for id in ids:
        if id in case.groups or not case.is_recipient(id):
            case.look_up(form, field, id, "person", case.people, "people")
    return ids


def _asked(form: Form, case: Case, field: str, headcount: str) -> tuple[str, ...]:
    ids, past = _some(form, case, field), case.past.get(headcount)
    for id in ids:
        known = past is not None and past.verb == "headcount" and case.is_recipient(id)
        if past is not None and known and not case.hears(past.audience, id):
            form.say(field, f"{form.what} names {id!r}, who is not asked in {headcount!r} (line {past.line})")
    return ids


READERS: dict[str, tuple[Callable[[Form, Case, dict[str, Any]], Any], str | None]] = {
    "headcount": (headcount, None),
    "ask_again": (ask_again, "headcount"),
    "warden": (warden, "who"),
    "relieve": (relieve, "warden"),
    "hand_in": (hand_in, "warden"),
    "close_headcount": (close_headcount, "headcount"),
}
