"""That a person takes on whatever has rung somebody about a warning, as one step of a scenario."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.flow.answer import hear
from tocsin.scenario.doing.doing import Doing
from tocsin.scenario.steps.after import AcceptStep
from tocsin.store.look import Look
from tocsin.warning.alert.state import Alert
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import due


def take_on(step: AcceptStep, at: Doing) -> None:
    """Accept all that has rung and is meant.

    Raises:
        Refused: nobody had been rung about any of it by then, or nobody is any more.
    """
    with at.house.store.look() as look:
        meant = [
            watch
            for watch in look.all(Watch, warning=at.id(step.warning), order="opened_at")
            if step.recipient in (None, at.names.name(watch.of)) and step.cause in (None, watch.why.value)
        ]
        asked_at = _asked_at(look, at.id(step.warning)) if step.cause in (None, Why.WINDOW.value) else None
    rung = [watch for watch in meant if watch.rings]
    ringing = [watch for watch in rung if watch.due is not None]
    # Killed in the middle of this step, some or all of them may have been taken on by it already.
    if not ringing and not any(at.house.store.done(at.command(watch.id)) for watch in rung):
        raise Refused(_nothing(meant, asked_at, at.scenario.tzinfo))
    for watch in ringing:
        hear.accept_watch(at.house, watch.id, words=step.words, **at.said_by(at.by, watch.id))


def _asked_at(look: Look, warning: Id) -> datetime | None:
    """Return when somebody is rung about the window of a warning next; None: never, or it has none."""
    found = look.find(Alert, warning) or look.find(Notice, warning) or look.find(Headcount, warning)
    return None if found is None else due(found.window)


def _nothing(meant: Sequence[Watch], asked_at: datetime | None, zone: ZoneInfo) -> str:
    """Return why there is nothing to take on, and from when there would be something. asked_at: as of the window."""
    rung = any(watch.rings for watch in meant)
    soonest = min((watch.due for watch in meant if watch.due is not None), default=None if rung else asked_at)
    if soonest is not None:
        return (
            f"Nobody has been rung about it by then; the first would be at {soonest.astimezone(zone):%Y-%m-%d %H:%M}."
        )
    if rung:
        return "Nobody is rung about it any more: it was taken on, or is over."
    return "Nobody has been rung about it by then, and nothing waits to ring; there is nothing to take on."
