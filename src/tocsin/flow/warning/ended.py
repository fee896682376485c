"""When somebody ended a warning, and what had not reached everyone before that. That it is over is a word of its own, which may fail too."""

from collections.abc import Iterable
from datetime import datetime

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.flow.warning.audience import Warned
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.window import is_over


def ended_at(warning: Warned) -> datetime | None:
    """Return when somebody ended a warning, or took it back; None: nobody has."""
    if warning.retraction is not None:
        return warning.retraction.at
    window = None if isinstance(warning, Advisory) else warning.window
    if window is None or not is_over(window):
        return None
    return window.closed_at or window.decided_at


def is_about_its_end(watch: Watch, warning: Warned) -> bool:
    """Say whether what a watch stands by for came after its warning had been ended: that it is over, or was false, did not arrive."""
    ended = ended_at(warning)
    return ended is not None and watch.opened_at > ended


def failures(look: Look, warnings: Iterable[Warned]) -> list[Watch]:
    """Return the watches over these not having reached everyone that are not settled; none over a word that they are over."""
    return [
        watch
        for one in warnings
        for watch in look.all(Watch, warning=one.id, of=one.id, why=Why.FAILURE.value, settled_at=None)
        if not is_about_its_end(watch, one)
    ]
