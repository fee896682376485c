"""Standing by an alert: an alert that follows it, with the same advice, the same area and the same audience."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.basis.ids import Id
from tocsin.warning.alert.facts import AlertDrafted
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.reaffirm import Upheld, refuse_reaffirming


def reaffirm_alert(
    alert: Alert,
    new: Id,
    author: Id,
    said: Sequence[Upheld],
    ends: datetime | None,
    now: datetime,
    *,
    followed_by: Id | None = None,
) -> AlertDrafted:
    """Write an alert that stands by another. followed_by: the alert that has followed that one already.

    Raises:
        Refused: it cannot be stood by, as reaffirm.refuse_reaffirming says.
    """
    refuse_reaffirming(
        alert.id,
        gone_out=alert.stage is AlertStage.ISSUED,
        window=alert.window,
        retraction=alert.retraction,
        followed_by=followed_by,
        said=said,
        ends=ends,
        now=now,
    )
    return AlertDrafted(
        subject=new,
        occurred_at=now,
        threat=alert.threat,
        author=author,
        sender=alert.sender,
        sender_name=alert.sender_name,
        wordings=alert.wordings,
        areas=alert.areas,
        begins=now,
        ends=ends,
        urgency=alert.urgency,
        severity=alert.severity,
        certainty=alert.certainty,
        category=alert.category,
        stated=alert.stated,
        ladder=alert.ladder,
        groups=alert.groups,
        persons=alert.persons,
        audience=alert.audience,
        follows=alert.id,
        reaffirms=True,
        upheld=tuple(said),
        exercise=alert.exercise,
    )
