"""The steps by which a notice waits for those whose material it rests on: what they say, how they are read, what they do."""

from collections.abc import Callable
from datetime import datetime
from functools import singledispatch
from typing import Any, ClassVar

from tocsin.flow import tear_line, warn
from tocsin.flow.house import House
from tocsin.scenario.case import Case
from tocsin.scenario.form import Form
from tocsin.scenario.names import Names
from tocsin.scenario.releasing import let_stay, let_stay_too
from tocsin.scenario.steps import Step
from tocsin.scenario.warn import next_hour, tear_line_of
from tocsin.scenario.where_when import passed
from tocsin.warning.notice.facts import NoticeDrafted, ReleaseAnswered, TearLine
from tocsin.warning.notice.state import Notice

Base = dict[str, Any]


class HeldStep(Step, frozen=True, kw_only=True):
    """Something about a notice that is written and has not gone out. by: who at the desk does it."""

    notice: str
    by: str


class AskConsentStep(HeldStep, frozen=True, kw_only=True):
    """An originator is asked whether the notice may go out. words: how, and what they were shown."""

    verb: ClassVar[str] = "ask_consent"

    originator: str
    words: str


class ConsentStep(HeldStep, frozen=True, kw_only=True):
    """An originator agrees, or refuses. giver: who said so there. words: how, and where that is written."""

    verb: ClassVar[str] = "consent"

    originator: str
    agreed: bool
    giver: str
    words: str
    given_at: datetime


class RewriteStep(HeldStep, frozen=True, kw_only=True):
    """The notice is written anew. originators: whose material its grounds rest on now; None: of whom they did before.

    approved_by: who lets its words stay that occur in stricter material alone; nobody does so for their own.
    """

    verb: ClassVar[str] = "rewrite"

    tear_line: TearLine
    originators: tuple[str, ...] | None
    release: tuple[str, ...] | None
    approved_by: str


class LetOutStep(HeldStep, frozen=True, kw_only=True):
    """A second person lets the notice go out; by is who approves it. break_glass: although somebody has not answered."""

    verb: ClassVar[str] = "let_out"

    break_glass: bool


# ---- reading them


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
    return LetOutStep(**base, notice=notice, break_glass=form.flag("break_glass"), by=case.duty_officer(form))


READERS: dict[str, tuple[Callable[[Form, Case, Base], Any], str | None]] = {
    "ask_consent": (ask_consent, "words"),
    "consent": (consent, "words"),
    "rewrite": (rewrite, "notice"),
    "let_out": (let_out, "notice"),
}


# ---- doing them


@singledispatch
def agree(step: HeldStep, house: House, names: Names, command: str) -> None:  # noqa: ARG001
    """Do what a step about a notice says that has not gone out.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@agree.register
def _(step: AskConsentStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.notice), names.id(step.by)
    tear_line.ask_release(house, id, step.originator, words=step.words, by=by, command=command, now=step.at)


@agree.register
def _(step: ConsentStep, house: House, names: Names, command: str) -> None:
    by = names.id(step.by)
    answer = ReleaseAnswered(
        subject=names.id(step.notice),
        occurred_at=step.at,
        originator=step.originator,
        agreed=step.agreed,
        giver=step.giver,
        given_at=step.given_at,
        recorder=by,
        words=step.words,
    )
    tear_line.answer_release(house, answer, by=by, command=command, now=step.at)


@agree.register
def _(step: RewriteStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.notice), names.id(step.by)
    with house.store.look() as look:
        notice = look.get(Notice, id)
    rests_on = notice.originators if step.originators is None else step.originators
    draft = NoticeDrafted(
        subject=id,
        occurred_at=step.at,
        threat=notice.threat,
        author=by,
        recipients=notice.recipients,
        tear_line=step.tear_line,
        mark=notice.mark,
        readers=notice.readers,
        begins=notice.window.begins if notice.window else step.at,
        ends=notice.window.ends if notice.window else None,
        ladder=notice.ladder,
        originators=rests_on,
        follows=notice.follows,
        upheld=notice.upheld,
        in_message=notice.in_message,
        language=notice.language,
        versions=notice.versions,
        release_by=tuple(one for one in notice.release_by if one in rests_on),
        meant_for=notice.meant_for,
        meant_words=notice.meant_words,
        unnamed=notice.unnamed,
        exercise=True,
    )
    warn.draft_notice(house, draft, vouched=True, by=by, command=f"{command}:draft", now=step.at)
    let_stay(house, step.release, id, names.id(step.approved_by), command, step.at)


@agree.register
def _(step: LetOutStep, house: House, names: Names, command: str) -> None:
    id, by = names.id(step.notice), names.id(step.by)
    let_stay_too(house, id, by, f"{command}:agree", step.at)
    warn.approve_notice(
        house, id, break_glass=step.break_glass, vouched=True, by=by, command=f"{command}:approve", now=step.at
    )
    warn.send_notice(house, id, vouched=True, by=by, command=command, now=step.at)
