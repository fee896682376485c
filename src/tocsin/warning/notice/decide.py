"""Deciding about a notice: whether there is a duty, what may be told, and what becomes of its window."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import OPEN, Mark, Role
from tocsin.warning import window as windows
from tocsin.warning.approval import refuse_lone_voice
from tocsin.warning.ladder import refuse_ladder
from tocsin.warning.notice.facts import (
    DutyDecided,
    DutyTest,
    NoticeApproved,
    NoticeClosed,
    NoticeDrafted,
    NoticeRetracted,
    NoticeSent,
    NoticeStoodDown,
    NoticeWindowAsked,
    NoticeWindowExtended,
    NoticeWindowRanOut,
    NoticeWithdrawn,
)
from tocsin.warning.notice.state import Notice, NoticeStage, carries_its_words
from tocsin.warning.retraction import TakenBack, refuse_retracting, still_holds


def duty_found(test: DutyTest) -> bool:
    """Say whether the test finds a duty to warn: every one of its five questions answered with yes."""
    return all(msgspec.structs.astuple(test))


def decide_duty(
    notice: Id,
    threat: Id,
    decider: Id,
    roles: Collection[Role],
    *,
    tell: bool,
    test: DutyTest,
    why: str,
    ground_not_to: str = "",
    now: datetime,
) -> DutyDecided:
    """Write down the decision to tell or not to tell, and its grounds.

    Raises:
        Refused: the decider is no duty officer, nothing is said of why, or a duty was found and a refusal names no
            ground.
    """
    if Role.DUTY_OFFICER not in roles:
        raise Refused(f"Whether to tell about threat {threat} is for a duty officer to decide; {decider} is none.")
    if not why.strip():
        raise Refused(f"The decision about threat {threat} says nothing of why. Write it down in a sentence.")
    if not tell and duty_found(test) and not ground_not_to.strip():
        raise Refused(f"The test finds a duty to warn about threat {threat}. Name the ground for not telling.")
    return DutyDecided(
        subject=notice,
        occurred_at=now,
        threat=threat,
        decider=decider,
        tell=tell,
        test=test,
        why=why,
        ground_not_to=ground_not_to,
    )


def draft_notice(notice: Notice, draft: NoticeDrafted) -> NoticeDrafted:
    """Let a draft in if it was decided to tell and someone is to be told something.

    Raises:
        Refused: the decision was not to tell, nobody is named to tell or to ring, the tear-line says nothing, or the messages
            are to carry what its mark lets travel in none.
    """
    if notice.stage is not NoticeStage.DECIDED:
        raise Refused(f"Notice {notice.id} is {notice.stage}; a draft follows a decision to tell.")
    if not draft.recipients:
        raise Refused(f"Notice {notice.id} names nobody to tell.")
    if not draft.tear_line.what.strip():
        raise Refused(f"The tear-line of notice {notice.id} does not say what is threatened.")
    if draft.in_message and draft.mark not in OPEN and draft.mark is not Mark.AMBER:
        raise Refused(
            f"Notice {notice.id} is marked {draft.mark}: no message carries its words. Mark it AMBER, or take in_message out."
        )
    refuse_ladder(draft.subject, draft.ladder)
    if draft.ends is not None:
        windows.open_window(draft.begins, draft.ends, draft.ask_ahead_s)
    return draft


def approve_notice(
    notice: Notice, approver: Id, roles: Collection[Role], now: datetime, *, break_glass: bool = False
) -> NoticeApproved:
    """Let a notice go out. It names people and cannot be called back, so a second person reads it first.

    Raises:
        Refused: it is no draft, or its author approves it.
    """
    if notice.stage is not NoticeStage.DRAFT or notice.author is None:
        raise Refused(f"Notice {notice.id} is {notice.stage}; only a draft can be approved.")
    refuse_lone_voice(notice.id, notice.author, approver, roles, break_glass=break_glass)
    return NoticeApproved(subject=notice.id, occurred_at=now, approver=approver, break_glass=break_glass)


def send_notice(notice: Notice, now: datetime) -> NoticeSent:
    """Hand an approved notice to delivery.

    Raises:
        Refused: nobody approved it, or its window is over.
    """
    if notice.stage is not NoticeStage.APPROVED:
        raise Refused(f"Notice {notice.id} is {notice.stage}; only an approved notice can be sent.")
    if notice.window is not None and notice.window.ends <= now:
        raise Refused(f"Notice {notice.id} expired at {notice.window.ends:%Y-%m-%d %H:%M} UTC. Draft a new one.")
    window = notice.window
    return NoticeSent(
        subject=notice.id,
        occurred_at=now,
        tear_line=notice.tear_line,
        begins=window.begins if window else None,
        ends=window.ends if window else None,
        mark=notice.mark,
        carried=carries_its_words(notice),
    )


def retract_notice(
    notice: Notice, retracted_by: Id, roles: Collection[Role], wordings: Sequence[TakenBack], now: datetime
) -> list[NoticeRetracted | NoticeWithdrawn]:
    """Take a false notice back, and withdraw its window with it if that still holds.

    Raises:
        Refused: it cannot be taken back, or not by this person, as retraction.refuse_retracting says.
    """
    refuse_retracting(
        notice.id,
        gone_out=notice.stage is NoticeStage.SENT,
        window=notice.window,
        before=notice.retraction,
        roles=roles,
        wordings=wordings,
        now=now,
    )
    facts: list[NoticeRetracted | NoticeWithdrawn] = [
        NoticeRetracted(subject=notice.id, occurred_at=now, retracted_by=retracted_by, wordings=tuple(wordings))
    ]
    if still_holds(notice.window, now):
        why = wordings[0].words
        facts.append(NoticeWithdrawn(subject=notice.id, occurred_at=now, decided_by=retracted_by, why=why))
    return facts


WINDOW_FACTS = windows.WindowFacts(
    NoticeWindowAsked, NoticeWindowExtended, NoticeWithdrawn, NoticeStoodDown, NoticeWindowRanOut, NoticeClosed
)
