"""How far it still matters that a warning has not reached everyone: what nobody may be told any more wakes nobody."""

from datetime import datetime
from enum import StrEnum

from tocsin.flow.warning.advisory import is_replaced, stands_instead
from tocsin.flow.warning.audience import Warned
from tocsin.flow.warning.ended import ended_at
from tocsin.flow.warning.followed import asks_all, follower
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import has_run_out


class Matters(StrEnum):
    """How far it matters."""

    FULLY = "fully"
    RARELY = "rarely"  # it goes out no more, and nobody has said that it is over: somebody is to know, ever more rarely
    NO = "no"


def matters(look: Look, warning: Warned, now: datetime) -> Matters:
    """Say how far it matters now that a warning has not reached everyone.

    Ended by somebody's word, or followed by one that tells all of the same: no more. Where it ran out undecided, or what followed
    tells others, whoever it did not reach still does not know. That its case ended ends this then (threat/case_over.py).
    """
    if ended_at(warning) is not None:
        return Matters.NO
    later = _later(look, warning, now)
    if later is not None:
        return Matters.NO if asks_all(later, warning) else Matters.RARELY
    window = None if isinstance(warning, Advisory) else warning.window
    return Matters.RARELY if has_run_out(window, now) else Matters.FULLY


def _later(look: Look, warning: Warned, now: datetime) -> Warned | None:
    """Return what stands in a warning's place."""
    if isinstance(warning, Advisory):
        return stands_instead(look, warning, now) if is_replaced(look, warning, now) else None
    id = follower(look, warning.id)
    return look.find(Alert, id) or look.find(Notice, id)
