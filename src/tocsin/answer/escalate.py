"""Escalating: no silence, denial or lapsing window is left alone until a named person has taken it on."""

from datetime import datetime

from tocsin.answer.facts import AnswerRecorded, WatchAccepted, WatchMissed, WatchOpened, WatchRang, WatchSettled, Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.warning.ladder import Ladder, refuse_nobody_to_ring


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
        ladder=ladder,
        exercise=exercise,
    )


def should_ring(watch: Watch, now: datetime) -> bool:
    """Say whether the next person is to be rung now."""
    return watch.due is not None and watch.due <= now


def ring(watch: Watch, now: datetime) -> WatchRang:
    """Ring the next person of the ladder; past its end, the last one again."""
    rung = len(watch.rings)
    return WatchRang(
        subject=watch.id,
        occurred_at=now,
        to=watch.ladder.whom(rung),
        why=watch.why,
        rung=rung,
    )


def missed(watch: Watch, number: int, now: datetime) -> tuple[WatchMissed, ...]:
    """Pass over someone who could not be called. Past the ladder's end its pause is kept: somebody there must be reached."""
    if number + 1 >= len(watch.ladder.rungs) or number + 1 < len(watch.rings):
        return ()
    return (WatchMissed(subject=watch.id, occurred_at=now, to=watch.rings[number].to),)


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
