"""That what a notice was begun for is over, so that it goes out, if it does, on grounds of its own."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from tocsin.basis.words import N_
from tocsin.warning.duty.state import BEEN_TOLD, LEFT_UNWARNED, UNDECIDED, Duty, Stage


class Over(StrEnum):
    """What became, before the notice went out, of the duty that it was begun for, or of its case."""

    TOLD = "told"
    NOT_WARNED = "not_warned"
    ANEW = "anew"  # it is being decided again, or it is proposed that they are not warned
    EVENT = "event"
    DISRUPTED = "disrupted"
    PASSED = "passed"
    WITHDRAWN = "withdrawn"
    CASE = "case"
    UNREAD = "unread"  # whoever lets it out may not read what it was begun for, whatever became of that


SAID: Mapping[Over, str] = MappingProxyType(
    {
        Over.TOLD: N_("They have been told by now."),
        Over.NOT_WARNED: N_("It was decided since that they are not warned."),
        Over.ANEW: N_("Whether they are warned is being decided anew."),
        Over.EVENT: N_("The duty to warn that it was begun for has ended: It happened."),
        Over.DISRUPTED: N_("The duty to warn that it was begun for has ended: It was disrupted."),
        Over.PASSED: N_("The duty to warn that it was begun for has ended: It is over; nothing happened."),
        Over.WITHDRAWN: N_(
            "The duty to warn that it was begun for has ended: It was no danger, and whoever was told has been told so."
        ),
        Over.CASE: N_("The case that it is about is over."),
        Over.UNREAD: N_("What it was begun for is not yours to read, nor whether that is owed still."),
    }
)

_STAGES = ((BEEN_TOLD, Over.TOLD), (LEFT_UNWARNED, Over.NOT_WARNED), (UNDECIDED, Over.ANEW))


def of_duty(duty: Duty) -> Over | None:
    """Return how a duty to warn is over; None: it is owed as it was decided."""
    if duty.stage is Stage.ENDED:
        return Over(duty.ended_how)
    return next((over for stages, over in _STAGES if duty.stage in stages), None)
