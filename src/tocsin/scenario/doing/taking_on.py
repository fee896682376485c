"""That a person takes on whatever has rung somebody about a warning, as one step of a scenario."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.flow.answer import hear
from tocsin.flow.house import House
from tocsin.scenario.names import Names
from tocsin.scenario.steps.after import AcceptStep


def take_on(step: AcceptStep, house: House, names: Names, zone: ZoneInfo, command: Callable[[str], str]) -> None:
    """Accept all that has rung and is meant. command: the command of the step for one of these.

    Raises:
        Refused: nobody had been rung about any of it by then, or nobody is any more.
    """
    with house.store.look() as look:
        meant = [
            watch
            for watch in look.all(Watch, warning=names.id(step.warning), order="opened_at")
            if step.recipient in (None, names.name(watch.of)) and step.cause in (None, watch.why.value)
        ]
    rung = [watch for watch in meant if watch.rings]
    ringing = [watch for watch in rung if watch.due is not None]
    # Killed in the middle of this step, some or all of them may have been taken on by it already.
    if not ringing and not any(house.store.done(command(watch.id)) for watch in rung):
        raise Refused(_nothing(meant, zone))
    for watch in ringing:
        hear.accept_watch(
            house, watch.id, words=step.words, by=names.id(step.by), command=command(watch.id), now=step.at
        )


def _nothing(meant: Sequence[Watch], zone: ZoneInfo) -> str:
    """Return why there is nothing to take on, and from when there would be something."""
    soonest = min((watch.due for watch in meant if watch.due is not None), default=None)
    if soonest is not None:
        return (
            f"Nobody has been rung about it by then; the first would be at {soonest.astimezone(zone):%Y-%m-%d %H:%M}."
        )
    if any(watch.rings for watch in meant):
        return "Nobody is rung about it any more: it was taken on, or is over."
    return "Nobody has been rung about it by then, nor will be; there is nothing to take on."
