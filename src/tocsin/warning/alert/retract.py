"""Taking a false alert back: the decision, and the CAP message that cancels it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.cap import write_ours
from tocsin.warning.alert.facts import AlertRetracted, AlertWithdrawn
from tocsin.warning.alert.message import Headline, Imprint, cancel_of
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.retraction import TakenBack, refuse_retracting, still_holds


def retract_alert(
    alert: Alert,
    retracted_by: Id,
    roles: Collection[Role],
    wordings: Sequence[TakenBack],
    imprint: Imprint,
    headline: Headline,
    now: datetime,
) -> list[AlertRetracted | AlertWithdrawn]:
    """Take a false alert back, and withdraw its window with it if that still holds.

    imprint: of the CAP message that cancels it.

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
    message = cancel_of(alert, wordings, imprint, headline, now)
    facts: list[AlertRetracted | AlertWithdrawn] = [
        AlertRetracted(
            subject=alert.id,
            occurred_at=now,
            retracted_by=retracted_by,
            wordings=tuple(wordings),
            identifier=imprint.identifier,
            cap=write_ours(message).decode(),
        )
    ]
    if still_holds(alert.window, now):
        why = wordings[0].words
        facts.append(AlertWithdrawn(subject=alert.id, occurred_at=now, decided_by=retracted_by, why=why))
    return facts
