"""What the steps by which a notice waits for consent do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.flow.house import House
from tocsin.flow.warning import tear_line, warn
from tocsin.scenario.doing.releasing import let_stay, let_stay_too
from tocsin.scenario.names import Names
from tocsin.scenario.steps.consent import AskConsentStep, ConsentStep, HeldStep, LetOutStep, RewriteStep
from tocsin.warning.notice.facts import NoticeDrafted, ReleaseAnswered
from tocsin.warning.notice.state import Notice


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
        house, id, break_glass=step.break_glass, vouched=True, grounds=step.grounds, by=by, command=f"{command}:approve", now=step.at
    )  # fmt: skip
    warn.send_notice(house, id, vouched=True, by=by, command=command, now=step.at)
