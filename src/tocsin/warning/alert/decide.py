"""Deciding about an alert: writing it, letting it go, and what becomes of its window."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.cap import Alert as Message
from tocsin.cap import Area as CapArea
from tocsin.cap import Category, Certainty, Info, MsgType, Reference, Scope, Severity, Status, Urgency, write
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
    Wording,
)
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.approval import refuse_lone_voice
from tocsin.warning.audience import Counts, Within, refuse_unclear_parts
from tocsin.warning.drawn import refuse_undrawable
from tocsin.warning.ladder import refuse_ladder
from tocsin.warning.reaffirm import words_in

EXERCISE_NOTE = "EXERCISE: a replay of past events. Do not act on it."


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
    refuse_lone_voice(alert.id, alert.author, approver, roles, break_glass=break_glass)
    return AlertApproved(subject=alert.id, occurred_at=now, approver=approver, break_glass=break_glass, saw=saw)


def own_places(areas: Sequence[Area]) -> tuple[Within, ...]:
    """Return where an alert holds, as places that its audience may be in."""
    drawn = [Within(polygon=area.polygon, name=area.name) for area in areas if area.polygon]
    return (*drawn, *(Within(circle=area.circle, name=area.name) for area in areas if area.circle is not None))


def issue_alert(alert: Alert, follows: Alert | None, identifier: str, now: datetime) -> AlertIssued:
    """Issue an approved alert as one CAP message.

    Raises:
        Refused: nobody approved it, its window is over, or CAP would not carry it.
    """
    if alert.stage is not AlertStage.APPROVED:
        raise Refused(f"Alert {alert.id} is {alert.stage}; only an approved alert can be issued.")
    if alert.window is not None and (alert.window.ends <= now or alert.window.stands not in windows.HOLDS):
        raise Refused(f"Alert {alert.id} expired at {alert.window.ends:%Y-%m-%d %H:%M} UTC. Draft a new one.")
    message = message_of(alert, follows, identifier, now)
    return AlertIssued(subject=alert.id, occurred_at=now, identifier=identifier, cap=write(message).decode())


def message_of(alert: Alert, follows: Alert | None, identifier: str, sent: datetime) -> Message:
    """Return the alert as a CAP message.

    An exercise goes out as status Exercise, never Actual (CAP 1.2, section 3.2.1, status). An Update names what it
    replaces, for without that a receiver would show both (section 3.2.1, references).
    """
    references: tuple[Reference, ...] = ()
    if follows is not None and follows.identifier is not None and follows.issued_at is not None:
        references = (Reference(sender=follows.sender, identifier=follows.identifier, sent=whole(follows.issued_at)),)
    return Message(
        identifier=identifier,
        sender=alert.sender,
        sent=whole(sent),
        status=Status.EXERCISE if alert.exercise else Status.ACTUAL,
        msg_type=MsgType.UPDATE if references else MsgType.ALERT,
        scope=Scope.PUBLIC,
        note=EXERCISE_NOTE if alert.exercise else None,
        references=references,
        infos=_infos(alert),
    )


def _infos(alert: Alert) -> tuple[Info, ...]:
    areas = cap_areas(alert.areas)
    return tuple(
        Info(
            language=wording.language,
            categories=(Category(alert.category),),
            event=wording.event,
            urgency=Urgency(alert.urgency),
            severity=Severity(alert.severity),
            certainty=Certainty(alert.certainty),
            onset=whole(alert.begins),
            expires=whole(alert.window.ends) if alert.window else None,
            sender_name=alert.sender_name,
            headline=wording.headline,
            description=_described(alert, wording),
            instruction=wording.instruction,
            contact=wording.contact or None,
            areas=areas,
        )
        for wording in alert.wordings
    )


def _described(alert: Alert, wording: Wording) -> str:
    # The advice is unchanged; why it is stood by stands behind it, for CAP has no element of its own for that.
    said = words_in(alert.upheld, wording.language)
    return "\n\n".join(part for part in (wording.description, said) if part.strip())


def whole(moment: datetime) -> datetime:
    """Return a moment as CAP writes it: a dateTime has no fraction of a second (CAP 1.2, section 3.3.2)."""
    return moment.replace(microsecond=0)


def cap_areas(areas: Iterable[Area]) -> tuple[CapArea, ...]:
    """Return where an alert holds, as CAP has it."""
    return tuple(_area(area) for area in areas)


def _area(area: Area) -> CapArea:
    return CapArea(
        area_desc=area.name,
        polygons=(area.polygon,) if area.polygon else (),
        circles=(area.circle,) if area.circle else (),
    )


WINDOW_FACTS = windows.WindowFacts(
    AlertWindowAsked, AlertWindowExtended, AlertWithdrawn, AlertStoodDown, AlertWindowRanOut, AlertClosed
)
