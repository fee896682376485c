"""Deciding about an alert: writing it, letting it go, and what becomes of its window."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.cap import write_ours
from tocsin.warning import window as windows
from tocsin.warning.alert.facts import (
    AlertApproved,
    AlertClosed,
    AlertDrafted,
    AlertIssued,
    AlertStoodDown,
    AlertWindowAsked,
    AlertWindowExtended,
    AlertWindowRanOut,
    AlertWithdrawn,
    Area,
)
from tocsin.warning.alert.message import Imprint, message_of
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.approval import refuse_lone_voice
from tocsin.warning.audience import Counts, Within, refuse_unclear_parts
from tocsin.warning.drawn import refuse_undrawable
from tocsin.warning.ladder import refuse_ladder


def draft_alert(draft: AlertDrafted) -> AlertDrafted:
    """Let a draft in if its reader could act on it.

    Raises:
        Refused: it says nothing in any language, names no area and nobody to ring, its window is none, or nobody could
            make out whom it addresses.
    """
    if not draft.wordings:
        raise Refused(f"Alert {draft.subject} has no text. Write it in one language at least.")
    for wording in draft.wordings:
        if not (wording.headline.strip() and wording.instruction.strip()):
            raise Refused(f"Alert {draft.subject} needs a headline and an instruction in {wording.language}.")
    if not draft.areas:
        raise Refused(f"Alert {draft.subject} names no area. Say where it holds.")
    refuse_ladder(draft.subject, draft.ladder)
    refuse_unclear_parts(draft.subject, draft.audience)
    refuse_undrawable(draft.subject, draft.audience, own_places(draft.areas))
    if draft.ends is not None:
        windows.open_window(draft.begins, draft.ends, draft.ask_ahead_s)
    return draft


def approve_alert(
    alert: Alert,
    approver: Id,
    roles: Collection[Role],
    now: datetime,
    *,
    break_glass: bool = False,
    saw: Counts | None = None,
) -> AlertApproved:
    """Let an alert go out. saw: how many it would be for now, as the approver could see.

    Raises:
        Refused: it is no draft any more, or its author approves it.
    """
    if alert.stage is not AlertStage.DRAFT:
        raise Refused(f"Alert {alert.id} is {alert.stage} already.")
    refuse_lone_voice(alert.id, {alert.author}, approver, roles, break_glass=break_glass)
    return AlertApproved(subject=alert.id, occurred_at=now, approver=approver, break_glass=break_glass, saw=saw)


def own_places(areas: Sequence[Area]) -> tuple[Within, ...]:
    """Return where an alert holds, as places that its audience may be in."""
    drawn = [Within(polygon=area.polygon, name=area.name) for area in areas if area.polygon]
    return (*drawn, *(Within(circle=area.circle, name=area.name) for area in areas if area.circle is not None))


def issue_alert(alert: Alert, follows: Alert | None, imprint: Imprint, now: datetime) -> AlertIssued:
    """Issue an approved alert as one CAP message. follows: see message_of.

    Raises:
        Refused: nobody approved it, its window is over, or CAP would not carry it.
    """
    if alert.stage is not AlertStage.APPROVED:
        raise Refused(f"Alert {alert.id} is {alert.stage}; only an approved alert can be issued.")
    if alert.window is not None and (alert.window.ends <= now or alert.window.stands not in windows.HOLDS):
        raise Refused(f"Alert {alert.id} expired at {alert.window.ends:%Y-%m-%d %H:%M} UTC. Draft a new one.")
    message = message_of(alert, follows, imprint, now)
    return AlertIssued(
        subject=alert.id, occurred_at=now, identifier=imprint.identifier, cap=write_ours(message).decode()
    )


WINDOW_FACTS = windows.WindowFacts(
    AlertWindowAsked, AlertWindowExtended, AlertWithdrawn, AlertStoodDown, AlertWindowRanOut, AlertClosed
)
