"""Escalating: no silence, denial or lapsing window is left alone until a named person has taken it on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from tocsin.answer.facts import (
    AnswerRecorded,
    WatchAccepted,
    WatchHeld,
    WatchHurried,
    WatchLadderSet,
    WatchMissed,
    WatchNoted,
    WatchOpened,
    WatchPassed,
    WatchRang,
    WatchSettled,
    WatchWoken,
    Why,
)
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.warning.ladder import Ladder, refuse_ladder, refuse_nobody_to_ring

NEVER_QUIET = frozenset(
    {Why.HELP, Why.PLEA, Why.FAILURE, Why.WINDOW, Why.DEADLINE, Why.CASE, Why.DUTY, Why.CODE, Why.HANDING}
)
"""Whoever asks for help, or heard nothing yet, cannot wait for the morning; nor does the end of what is asked about."""


def open_watch(
    watch: Id,
    *,
    warning: Id,
    of: Id,
    why: Why,
    ladder: Ladder,
    now: datetime,
    exercise: bool = False,
) -> WatchOpened:
    """Stand by until something is settled.

    Raises:
        Refused: there is nobody to ring, or it would ring without pause.
    """
    refuse_nobody_to_ring(warning, ladder)
    return WatchOpened(
        subject=watch,
        occurred_at=now,
        warning=warning,
        of=of,
        why=why,
        ladder=ladder.unmuted() if why in NEVER_QUIET else ladder,
        exercise=exercise,
    )


def should_ring(watch: Watch, now: datetime) -> bool:
    """Say whether the next person is to be rung now."""
    return watch.due is not None and watch.due <= now


def ring(watch: Watch, whom: Sequence[Id], now: datetime) -> list[WatchRang | WatchPassed | WatchHeld]:
    """Ring the next step, or wait for the end of quiet hours, or pass over a step at which there is nobody.

    whom: the people whom the step comes to at this moment, each once.
    """
    quiet = watch.ladder.quiet.until(now) if watch.ladder.quiet else None
    if quiet is not None:
        return [WatchHeld(subject=watch.id, occurred_at=now, until=quiet)]
    if not whom:
        return [WatchPassed(subject=watch.id, occurred_at=now, rung=watch.step)]
    channels = watch.ladder.rung(watch.step).channels
    return [
        WatchRang(subject=watch.id, occurred_at=now, to=to, why=watch.why, rung=watch.step, channels=channels)
        for to in whom
    ]


def missed(watch: Watch, number: int, now: datetime) -> tuple[WatchMissed, ...]:
    """Pass over someone who could not be called; once that is everyone of a step, the next is rung at once.

    Past the ladder's end its pause is kept: somebody there must be reached.
    """
    if watch.ladder.begins_anew(watch.step) or number not in watch.at_step:
        return ()
    return (WatchMissed(subject=watch.id, occurred_at=now, to=watch.rings[number].to),)


def hurry(watch: Watch, person: Id, now: datetime) -> WatchHurried:
    """Have the next step rung at once. Whoever had taken it on has it no more: somebody thinks that it was forgotten.

    Raises:
        Refused: it is settled.
    """
    _refuse_settled(watch)
    return WatchHurried(subject=watch.id, occurred_at=now, person=person)


def wake(watch: Watch, now: datetime) -> WatchWoken | None:
    """Return what sets right a watch whose last step was taken by a clock that was ahead: the next waits its time from now on."""
    if watch.due is None or watch.due <= now:
        return None
    due = now + timedelta(seconds=watch.ladder.wait_s(watch.step))
    return WatchWoken(subject=watch.id, occurred_at=now, due=min(due, watch.due))


def set_ladder(watch: Watch, ladder: Ladder, person: Id, now: datetime, policy: Id = "") -> WatchLadderSet:
    """Let a watch go on by another ladder, from its first step.

    Raises:
        Refused: there is nobody to ring by it, or the watch is settled, or somebody has it.
    """
    _refuse_over(watch)
    refuse_ladder(watch.warning, ladder)
    return WatchLadderSet(subject=watch.id, occurred_at=now, ladder=ladder, person=person, policy=policy)


def note(watch: Watch, person: Id, words: str, now: datetime) -> WatchNoted:
    """Write down what somebody tried or heard.

    Raises:
        Refused: it says nothing.
    """
    if not words.strip():
        raise Refused("A note says what you tried or heard. Write it down.")
    return WatchNoted(subject=watch.id, occurred_at=now, person=person, words=words)


def _refuse_settled(watch: Watch) -> None:
    if watch.settled_at is not None:
        at = f"{watch.settled_at:%Y-%m-%d %H:%M}"
        raise Refused(f"Watch {watch.id} was settled at {at} UTC; nobody is rung about it.")


def _refuse_over(watch: Watch) -> None:
    _refuse_settled(watch)
    if watch.accepted_by is not None:
        raise Refused(f"Watch {watch.id} was taken on by {watch.accepted_by}; nobody else is rung about it.")


def accept(watch: Watch, person: Id, now: datetime, words: str = "") -> WatchAccepted:
    """Take a watch on.

    Raises:
        Refused: it is settled, or someone else has it.
    """
    if watch.settled_at is not None:
        raise Refused(f"Watch {watch.id} was settled at {watch.settled_at:%Y-%m-%d %H:%M} UTC; nobody need take it on.")
    if watch.accepted_by is not None:
        raise Refused(f"Watch {watch.id} was taken on by {watch.accepted_by} already.")
    return WatchAccepted(subject=watch.id, occurred_at=now, person=person, words=words)


def settle(watch: Watch, how: str, now: datetime) -> WatchSettled | None:
    """Settle a watch, unless it was settled before."""
    return None if watch.settled_at is not None else WatchSettled(subject=watch.id, occurred_at=now, how=how)


def refuse_empty_answer(answer: AnswerRecorded) -> AnswerRecorded:
    """Let in what an officer recorded, if it says who spoke and in which words.

    Raises:
        Refused: it does not.
    """
    if not (answer.speaker.strip() and answer.words.strip()):
        raise Refused(f"The answer to warning {answer.warning} needs its speaker and their words.")
    return answer
