"""Replies that nobody could read, or place: each is kept in its giver's own words until a person has decided what it says."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from msgspec.structs import replace

from tocsin.answer.facts import AnswerKind, Heard
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, Folding, Personal, State, standing
from tocsin.basis.ids import Id


class WhyKept(StrEnum):
    """Why a person has to look at a reply."""

    NOT_UNDERSTOOD = "not_understood"
    WHICH_WARNING = "which_warning"
    WHO = "who"
    NO_WARNING = "no_warning"  # it answers a call, a code or a link of ours


class ReplyKept(Fact, frozen=True, kw_only=True):
    """A reply came that says no answer for sure. person: whose address it came from; of several, one.

    occurred_at: when it came. warnings: which it may be about, the latest first; none: it answers what is no warning, and its
    sender was told of none lately. others: who else may have sent it.
    """

    person_field: ClassVar[str] = "person"

    person: Id
    heard: Heard
    words: Personal
    why: WhyKept
    warnings: tuple[Id, ...]
    others: tuple[Id, ...] = ()


class ReplyDecided(Fact, frozen=True, kw_only=True):
    """A person read it. warning, answer: what it says to which, which stands as an answer by itself; None: no answer."""

    person: Id
    warning: Id | None = None
    answer: AnswerKind | None = None


class Reply(State, frozen=True, kw_only=True):
    """A reply that was kept. decided_by: who has read it; None: nobody yet."""

    person_field: ClassVar[str] = "person"

    person: Id
    heard: Heard
    came_at: datetime
    words: Personal
    why: WhyKept
    warnings: tuple[Id, ...]
    others: tuple[Id, ...]
    decided_at: datetime | None = None
    decided_by: Id | None = None
    answer: AnswerKind | None = None


def fold_reply(state: Reply | None, fact: Fact) -> Reply:
    """Return how the reply stands after the fact."""
    if isinstance(fact, ReplyKept):
        return Reply(
            id=fact.subject,
            person=fact.person,
            heard=fact.heard,
            came_at=fact.occurred_at,
            words=fact.words,
            why=fact.why,
            warnings=fact.warnings,
            others=fact.others,
        )
    reply = standing(state, fact)
    match fact:
        case ReplyDecided():
            return replace(reply, decided_at=fact.occurred_at, decided_by=fact.person, answer=fact.answer)
    raise TypeError(fact.kind())


FOLDINGS = (Folding(Reply, (ReplyKept, ReplyDecided), fold_reply),)


def decide(
    reply: Reply, person: Id, now: datetime, *, warning: Id | None = None, answer: AnswerKind | None = None
) -> ReplyDecided:
    """Say what a reply says; or, without an answer, that it says none.

    Raises:
        Refused: somebody has done so, or an answer needs its warning.
    """
    if reply.decided_at is not None:
        raise Refused(f"Reply {reply.id} was read by {reply.decided_by} already.")
    if (warning is None) != (answer is None):
        raise Refused("Say both to which warning it answers and what, or neither.")
    return ReplyDecided(subject=reply.id, occurred_at=now, person=person, warning=warning, answer=answer)
