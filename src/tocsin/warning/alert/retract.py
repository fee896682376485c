"""Taking a false alert back: the decision, and the CAP message that cancels it."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.cap import Alert as Message
from tocsin.cap import Category, Certainty, Info, MsgType, Reference, Scope, Severity, Status, Urgency, write
from tocsin.warning.alert.decide import EXERCISE_NOTE, cap_areas, whole
from tocsin.warning.alert.facts import AlertRetracted, AlertWithdrawn, Wording
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.retraction import WORTH_SENDING, TakenBack, refuse_retracting, still_holds

Headline = Callable[[str, str], str]
"""Says in a language that the alert of that headline is taken back: language (BCP 47), headline."""


def retract_alert(
    alert: Alert,
    retracted_by: Id,
    roles: Collection[Role],
    wordings: Sequence[TakenBack],
    identifier: str,
    headline: Headline,
    now: datetime,
) -> list[AlertRetracted | AlertWithdrawn]:
    """Take a false alert back, and withdraw its window with it if that still holds.

    identifier: of the CAP message that cancels it.

    Raises:
        Refused: it cannot be taken back, or not by this person, as retraction.refuse_retracting says.
    """
    refuse_retracting(
        alert.id,
        gone_out=alert.stage is AlertStage.ISSUED,
        window=alert.window,
        before=alert.retraction,
        roles=roles,
        wordings=wordings,
        now=now,
    )
    message = cancel_of(alert, wordings, identifier, headline, now)
    facts: list[AlertRetracted | AlertWithdrawn] = [
        AlertRetracted(
            subject=alert.id,
            occurred_at=now,
            retracted_by=retracted_by,
            wordings=tuple(wordings),
            identifier=identifier,
            cap=write(message).decode(),
        )
    ]
    if still_holds(alert.window, now):
        why = wordings[0].words
        facts.append(AlertWithdrawn(subject=alert.id, occurred_at=now, decided_by=retracted_by, why=why))
    return facts


def cancel_of(
    alert: Alert, wordings: Sequence[TakenBack], identifier: str, headline: Headline, sent: datetime
) -> Message:
    """Return the CAP message that cancels an alert.

    A Cancel names what it cancels (CAP 1.2, section 3.2.1, references). What it says of the event is that nothing need
    be done any more (urgency Past), that no threat to life is known (severity Minor) and that the event is not expected
    (certainty Unlikely; all section 3.2.2).
    """
    issued_at, cancelled = alert.issued_at or sent, alert.identifier or ""
    return Message(
        identifier=identifier,
        sender=alert.sender,
        sent=whole(sent),
        status=Status.EXERCISE if alert.exercise else Status.ACTUAL,
        msg_type=MsgType.CANCEL,
        scope=Scope.PUBLIC,
        note=EXERCISE_NOTE if alert.exercise else None,
        references=(Reference(sender=alert.sender, identifier=cancelled, sent=whole(issued_at)),),
        infos=tuple(_info(alert, one, headline, sent) for one in wordings),
    )


def _info(alert: Alert, said: TakenBack, headline: Headline, sent: datetime) -> Info:
    written = _written_in(alert, said.language)
    return Info(
        language=said.language,
        categories=(Category(alert.category),),
        event=written.event,
        urgency=Urgency.PAST,
        severity=Severity.MINOR,
        certainty=Certainty.UNLIKELY,
        expires=whole(sent + WORTH_SENDING),
        sender_name=alert.sender_name,
        headline=headline(said.language, written.headline),
        description=said.words,
        contact=written.contact or None,
        areas=cap_areas(alert.areas),
    )


def _written_in(alert: Alert, language: str) -> Wording:
    """Return the alert in that language, or as it was first written."""
    same = (one for one in alert.wordings if one.language.casefold() == language.casefold())
    return next(same, alert.wordings[0])
