"""How answers and watches stand, and the only rules by which facts change that."""

from datetime import datetime, timedelta
from typing import ClassVar

import msgspec
from msgspec.structs import replace

from tocsin.answer.facts import (
    AnswerKind,
    AnswerRecorded,
    AnswersTaken,
    AnswerTold,
    Heard,
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
from tocsin.basis.fact import Erased, Fact, Folding, Personal, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.ladder import Ladder


class Answer(State, frozen=True, kw_only=True):
    """An answer that an officer recorded. own_*: what a person said, who may have it forgotten; of an institution nothing."""

    person_field: ClassVar[str] = "recipient"

    warning: Id
    recipient: Id
    answer: AnswerKind
    heard: Heard
    said_at: datetime
    speaker: str
    words: str
    ordered: str
    source: str
    recorder: Id
    own_speaker: Personal = Erased()
    own_words: Personal = Erased()


class AnswerIntake(State, frozen=True, kw_only=True):
    """How far the answer log has been taken in. There is one."""

    last: int
    counts: dict[str, int]


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """That someone was rung. channels: over which; none: as they wish."""

    at: datetime
    to: Id
    why: Why
    channels: tuple[str, ...] = ()


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wrote down about a watch."""

    at: datetime
    by: Id
    words: str


class Watch(State, frozen=True, kw_only=True):
    """Someone stands by until a thing is settled. due: when the next step is rung; None while none will be.

    step: the next one, counted from 0. at_step: which rings belong to the one before, and arrived as far as we know.
    held_until: it waits for the end of quiet hours.
    """

    warning: Id
    of: Id
    why: Why
    ladder: Ladder
    opened_at: datetime
    rings: tuple[Ring, ...]
    accepted_by: Id | None
    accepted_at: datetime | None
    accepted_words: str
    settled_at: datetime | None
    settled_how: str
    exercise: bool
    due: datetime | None
    step: int = 0
    at_step: tuple[int, ...] = ()
    held_until: datetime | None = None
    notes: tuple[Note, ...] = ()

    @property
    def is_waiting(self) -> bool:
        """Say whether nobody has taken it on, and it is not settled: somebody will be rung."""
        return self.accepted_at is None and self.settled_at is None


def fold_answer(state: Answer | None, fact: Fact) -> Answer:
    """Return how the answer stands after the fact."""
    match fact:
        case AnswerRecorded():
            return Answer(
                id=fact.subject,
                warning=fact.warning,
                recipient=fact.recipient,
                answer=fact.answer,
                heard=fact.heard,
                said_at=fact.occurred_at,
                speaker=fact.speaker,
                words=fact.words,
                ordered=fact.ordered,
                source=fact.source,
                recorder=fact.recorder,
            )
        case AnswerTold():
            return Answer(
                id=fact.subject,
                warning=fact.warning,
                recipient=fact.recipient,
                answer=fact.answer,
                heard=fact.heard,
                said_at=fact.occurred_at,
                speaker="",
                words="",
                ordered="",
                source="",
                recorder=fact.recorder,
                own_speaker=fact.speaker,
                own_words=fact.words,
            )
    raise TypeError(fact.kind())


def fold_intake(state: AnswerIntake | None, fact: Fact) -> AnswerIntake:
    """Return how far the log has been taken in after the fact."""
    match fact:
        case AnswersTaken():
            counts = dict(state.counts) if state else {}
            for kind, count in fact.counts.items():
                counts[kind] = counts.get(kind, 0) + count
            return AnswerIntake(id=fact.subject, last=fact.last, counts=counts)
    raise TypeError(fact.kind())


def fold_watch(state: Watch | None, fact: Fact) -> Watch:
    """Return how the watch stands after the fact."""
    if isinstance(fact, WatchOpened):
        return Watch(
            id=fact.subject,
            warning=fact.warning,
            of=fact.of,
            why=fact.why,
            ladder=fact.ladder,
            opened_at=fact.occurred_at,
            rings=(),
            accepted_by=None,
            accepted_at=None,
            accepted_words="",
            settled_at=None,
            settled_how="",
            exercise=fact.exercise,
            due=fact.occurred_at + timedelta(seconds=fact.ladder.wait_s(0)),
        )
    watch = standing(state, fact)
    match fact:
        case WatchAccepted():
            return replace(
                watch,
                accepted_by=fact.person,
                accepted_at=fact.occurred_at,
                accepted_words=fact.words,
                due=None,
                held_until=None,
            )
        case WatchSettled():
            settled = replace(watch, settled_at=fact.occurred_at, settled_how=fact.how)
            return replace(settled, due=None, held_until=None)
        case WatchNoted():
            note = Note(at=fact.occurred_at, by=fact.person, words=fact.words)
            return replace(watch, notes=(*watch.notes, note))
    return _on_the_ladder(watch, fact)


def _on_the_ladder(watch: Watch, fact: Fact) -> Watch:
    match fact:
        case WatchRang():
            rang = Ring(at=fact.occurred_at, to=fact.to, why=fact.why, channels=fact.channels)
            others = watch.at_step if fact.rung + 1 == watch.step else ()
            at_step = (*others, len(watch.rings))
            stepped = replace(watch, rings=(*watch.rings, rang), step=fact.rung + 1, at_step=at_step)
            return replace(stepped, due=_after(stepped, fact), held_until=None)
        case WatchPassed():
            # After the last step its pause is kept: a ladder that has nobody at all must not spin.
            anew = watch.ladder.begins_anew(fact.rung + 1)
            stepped = replace(watch, step=fact.rung + 1, at_step=(), held_until=None)
            return replace(stepped, due=_after(stepped, fact) if anew else fact.occurred_at)
        case WatchMissed():
            left = tuple(number for number in watch.at_step if watch.rings[number].to != fact.to)
            due = fact.occurred_at if not left else watch.due
            return replace(watch, at_step=left, due=due if watch.is_waiting else None)
        case WatchHeld():
            return replace(watch, due=fact.until, held_until=fact.until)
        case WatchHurried():
            # Somebody will not wait, and so it does not wait for the morning any more either.
            free = replace(watch, accepted_by=None, accepted_at=None, accepted_words="", ladder=watch.ladder.unmuted())
            return replace(free, due=fact.occurred_at, held_until=None)
        case WatchWoken():
            return replace(watch, due=fact.due, held_until=None)
        case WatchLadderSet():
            put = replace(watch, ladder=fact.ladder, step=0, at_step=(), held_until=None)
            return replace(put, due=fact.occurred_at + timedelta(seconds=fact.ladder.wait_s(0)))
    raise TypeError(fact.kind())


def _after(watch: Watch, fact: Fact) -> datetime:
    """Return when the next step is due."""
    return fact.occurred_at + timedelta(seconds=watch.ladder.wait_s(watch.step))


_OF_A_WATCH = (
    WatchOpened,
    WatchRang,
    WatchPassed,
    WatchHeld,
    WatchHurried,
    WatchWoken,
    WatchLadderSet,
    WatchMissed,
    WatchNoted,
    WatchAccepted,
    WatchSettled,
)

FOLDINGS = (
    Folding(Answer, (AnswerRecorded, AnswerTold), fold_answer),
    Folding(AnswerIntake, (AnswersTaken,), fold_intake),
    Folding(Watch, _OF_A_WATCH, fold_watch),
)
