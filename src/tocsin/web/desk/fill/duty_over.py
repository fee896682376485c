"""What a notice that waits says at its top where it was begun for a duty to warn that is no longer owed, or its case is over."""

from tocsin.basis.words import N_, Words
from tocsin.store.door import Door
from tocsin.threat.state import Threat
from tocsin.warning.duty.state import BEEN_TOLD, LEFT_UNWARNED, UNDECIDED, Duty, Stage
from tocsin.warning.notice.state import Notice, NoticeStage
from tocsin.web.wording import DUTY_ENDS

TOLD = N_("They have been told by now.")
NOT_WARNED = N_("It was decided since that they are not warned.")
ANEW = N_("Whether they are warned is being decided anew.")


def duty_over(door: Door, notice: Notice, _: Words) -> str:
    """Return that what a notice was begun for is over, and what follows; nothing, where it is owed or this reader may not know."""
    if notice.stage not in (NoticeStage.DRAFT, NoticeStage.APPROVED):
        return ""
    duty = door.duty(notice.duty)
    said = _of_duty(duty, _) if duty is not None else ""
    if not said and _is_over(door, door.threat(notice.threat)):
        said = _("The case that it is about is over.")
    return _("%(what)s Drop it, or send it on grounds of its own.", what=said) if said else ""


def _of_duty(duty: Duty, _: Words) -> str:
    if duty.stage is Stage.ENDED:
        how = _(DUTY_ENDS[duty.ended_how])
        return _("The duty to warn that it was begun for has ended: %(how)s.", how=how)
    kinds = ((BEEN_TOLD, TOLD), (LEFT_UNWARNED, NOT_WARNED), (UNDECIDED, ANEW))
    return next((_(words) for stages, words in kinds if duty.stage in stages), "")


def _is_over(door: Door, threat: Threat | None) -> bool:
    """Say whether a case has ended, or what it became part of in the end, as far as this reader may read it."""
    while threat is not None and threat.joined.into is not None:
        threat = door.threat(threat.joined.into)
    return threat is not None and threat.ended is not None
