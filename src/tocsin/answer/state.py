"""How answers and watches stand, and the only rules by which facts change that."""

from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from tocsin.answer.facts import (
    AnswerKind,
    AnswerRecorded,
    AnswersTaken,
    Heard,
    WatchAccepted,
    WatchMissed,
    WatchOpened,
    WatchRang,
    WatchSettled,
    Why,
)
from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.ladder import Ladder


class Answer(State, frozen=True, kw_only=True):
    """An answer that an officer recorded."""

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


class AnswerIntake(State, frozen=True, kw_only=True):
    """How far the answer log has been taken in. There is one."""

    last: int
    counts: dict[str, int]


class Ring(msgspec.Struct, frozen=True, kw_only=True):
    """That someone was rung."""

    at: datetime
    to: Id
    why: Why


class Watch(State, frozen=True, kw_only=True):
    """Someone stands by until a thing is settled. due: when the next person is rung; None while nobody will be."""

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
        case WatchRang():
            rang = Ring(at=fact.occurred_at, to=fact.to, why=fact.why)
            wait = timedelta(seconds=watch.ladder.wait_s(fact.rung + 1))
            return replace(watch, rings=(*watch.rings, rang), due=fact.occurred_at + wait)
        case WatchMissed():
            waiting = watch.accepted_at is None and watch.settled_at is None
            return replace(watch, due=fact.occurred_at if waiting else None)
        case WatchAccepted():
            return replace(
                watch,
                accepted_by=fact.person,
                accepted_at=fact.occurred_at,
                accepted_words=fact.words,
                due=None,
            )
        case WatchSettled():
            return replace(watch, settled_at=fact.occurred_at, settled_how=fact.how, due=None)
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(Answer, (AnswerRecorded,), fold_answer),
    Folding(AnswerIntake, (AnswersTaken,), fold_intake),
    Folding(Watch, (WatchOpened, WatchRang, WatchMissed, WatchAccepted, WatchSettled), fold_watch),
)
