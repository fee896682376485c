"""What the steps by which a notice waits for consent do: the same commands of flow that an officer would give."""

from functools import singledispatch

from tocsin.flow.warning import tear_line, warn
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.doing.releasing import let_stay, let_stay_too
from tocsin.scenario.steps.consent import AskConsentStep, ConsentStep, HeldStep, LetOutStep, RewriteStep
from tocsin.warning.notice.facts import NoticeDrafted, ReleaseAnswered
from tocsin.warning.notice.state import Notice


@singledispatch
def agree(step: HeldStep, at: Doing) -> None:  # noqa: ARG001
    """Do what a step about a notice says that has not gone out.

    Raises:
        Refused: the story does not allow it.
    """
    raise TypeError(type(step).__name__)


@agree.register
def _(step: AskConsentStep, at: Doing) -> None:
    id = at.id(step.notice)
    tear_line.ask_release(at.house, id, step.originator, words=step.words, **at.said)


@agree.register
def _(step: ConsentStep, at: Doing) -> None:
    answer = ReleaseAnswered(
        subject=at.id(step.notice),
        occurred_at=step.at,
        originator=step.originator,
        agreed=step.agreed,
        giver=step.giver,
        given_at=step.given_at,
        recorder=at.by,
        words=step.words,
    )
    tear_line.answer_release(at.house, answer, **at.said)


@agree.register
def _(step: RewriteStep, at: Doing) -> None:
    id = at.id(step.notice)
    with at.house.store.look() as look:
        notice = look.get(Notice, id)
    rests_on = notice.originators if step.originators is None else step.originators
    draft = NoticeDrafted(
        subject=id,
        occurred_at=step.at,
        threat=notice.threat,
        author=at.by,
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
    warn.draft_notice(at.house, draft, vouched=True, **at.said_by(at.by, "draft"))
    let_stay(at.house, step.release, id, at.id(step.approved_by), at.command(), step.at)


@agree.register
def _(step: LetOutStep, at: Doing) -> None:
    id = at.id(step.notice)
    let_stay_too(at.house, id, at.by, at.command("agree"), step.at)
    warn.approve_notice(
        at.house, id, break_glass=step.break_glass, vouched=True, grounds=step.grounds, **at.said_by(at.by, "approve")
    )  # fmt: skip
    warn.send_notice(at.house, id, vouched=True, **at.said)
