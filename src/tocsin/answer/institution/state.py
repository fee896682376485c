"""How things stand with institutions, and the only rules by which facts change that. None of them ends a warning."""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.answer.facts import Heard
from tocsin.answer.institution.facts import (
    AnswerProposed,
    ApproachBegun,
    ApproachEnded,
    ApproachMoved,
    HandedOn,
    HandingAsked,
    HandingConfirmed,
    HandingRefused,
    KnockDrafted,
    KnockDropped,
    KnockOver,
    KnockRaised,
    KnockWhy,
    ProposalAttached,
    ProposalRefused,
    QuestionAnswered,
    QuestionAsked,
    Quote,
    QuoteConsented,
    ReadBackCompared,
    ReadBackGiven,
)
from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """That one in line was told."""

    at: datetime
    to: Id


class Approach(State, frozen=True, kw_only=True):
    """How far down its line an institution was told. due: when the next one is told; None while nobody will be."""

    warning: Id
    of: Id
    line: tuple[Id, ...]
    patience_s: int
    turns: tuple[Turn, ...]
    ended_at: datetime | None
    ended_how: str
    due: datetime | None

    @property
    def told(self) -> tuple[Id, ...]:
        """Return who was told so far."""
        return tuple(turn.to for turn in self.turns)


class Handing(State, frozen=True, kw_only=True):
    """That a warning was handed on, and to whom."""

    warning: Id
    recipient: Id
    to: Id
    at: datetime
    heard: Heard
    speaker: str
    words: str
    recorder: Id
    told: bool
    giver: Id | None = None


class HandingWish(State, frozen=True, kw_only=True):
    """That a contact asks for a warning to be handed on. handing: what it became. decided_by: who confirmed or refused it."""

    warning: Id
    recipient: Id
    to: Id
    giver: Id
    asked_at: datetime
    contact: Id | None
    words: str
    handing: Id | None = None
    decided_at: datetime | None = None
    decided_by: Id | None = None
    why: str = ""


class Question(State, frozen=True, kw_only=True):
    """What an institution asked, and what it was answered."""

    warning: Id
    recipient: Id
    words: str
    asked_at: datetime
    heard: Heard
    speaker: str
    giver: Id | None
    recorder: Id | None
    answered_at: datetime | None = None
    answer: str = ""
    answerer: Id | None = None


class ProposalStands(StrEnum):
    """What became of a proposed answer."""

    OPEN = "open"
    ATTACHED = "attached"
    REFUSED = "refused"


class Proposal(State, frozen=True, kw_only=True):
    """A report that may be an institution's answer. decided_by: who attached or refused it; why: it was refused."""

    warning: Id
    recipient: Id
    report: Id
    source: Id
    said_at: datetime
    proposed_at: datetime
    delay_s: int
    denials: tuple[str, ...]
    of_the_case: bool
    stands: ProposalStands = ProposalStands.OPEN
    answer: Id | None = None
    decided_at: datetime | None = None
    decided_by: Id | None = None
    why: str = ""


class ReadBack(State, frozen=True, kw_only=True):
    """What an institution restated. compared_at: when a person held it against what was told."""

    warning: Id
    recipient: Id
    what: str
    where: str
    when: str
    will_do: str
    given_at: datetime
    heard: Heard
    speaker: str
    giver: Id | None
    recorder: Id | None
    compared_at: datetime | None = None
    compared_by: Id | None = None
    differs: tuple[str, ...] = ()
    note: str = ""

    @property
    def agrees(self) -> bool | None:
        """Say whether a person found that it agrees; None while nobody has looked."""
        return None if self.compared_at is None else not self.differs


class Knock(State, frozen=True, kw_only=True):
    """That an institution is to be knocked at again. since: it denied, or was to have answered. notice: the latest draft.

    lines, left_out: of that draft. consents: the reports whose originators agreed to be quoted. dropped_by: None: nobody
    decided that, what called for it is over, and dropped_why says how (see KnockOver).
    """

    warning: Id
    recipient: Id
    why: KnockWhy
    since: datetime
    owner: Id
    consents: tuple[Id, ...] = ()
    notice: Id | None = None
    through: Id | None = None
    author: Id | None = None
    drafted_at: datetime | None = None
    lines: tuple[Quote, ...] = ()
    left_out: int = 0
    dropped_at: datetime | None = None
    dropped_by: Id | None = None
    dropped_why: str = ""


def fold_approach(state: Approach | None, fact: Fact) -> Approach:
    """Return how far an institution was told after the fact."""
    if isinstance(fact, ApproachBegun):
        return Approach(
            id=fact.subject,
            warning=fact.warning,
            of=fact.of,
            line=fact.line,
            patience_s=fact.patience_s,
            turns=(Turn(at=fact.occurred_at, to=fact.to),),
            ended_at=None,
            ended_how="",
            due=fact.occurred_at + timedelta(seconds=fact.patience_s),
        )
    approach = standing(state, fact)
    match fact:
        case ApproachMoved():
            turns = (*approach.turns, Turn(at=fact.occurred_at, to=fact.to))
            return replace(approach, turns=turns, due=fact.occurred_at + timedelta(seconds=approach.patience_s))
        case ApproachEnded():
            return replace(approach, ended_at=fact.occurred_at, ended_how=fact.how, due=None)
    raise TypeError(fact.kind())


def fold_handing(state: Handing | None, fact: Fact) -> Handing:
    """Return how a handing on stands after the fact."""
    match fact:
        case HandedOn():
            return Handing(
                id=fact.subject,
                warning=fact.warning,
                recipient=fact.recipient,
                to=fact.to,
                at=fact.occurred_at,
                heard=fact.heard,
                speaker=fact.speaker,
                words=fact.words,
                recorder=fact.recorder,
                told=fact.told,
                giver=fact.giver,
            )
    raise TypeError(fact.kind())


def fold_handing_wish(state: HandingWish | None, fact: Fact) -> HandingWish:
    """Return how it stands after the fact that somebody asks for a warning to be handed on."""
    if isinstance(fact, HandingAsked):
        return HandingWish(
            id=fact.subject,
            warning=fact.warning,
            recipient=fact.recipient,
            to=fact.to,
            giver=fact.giver,
            asked_at=fact.occurred_at,
            contact=fact.contact,
            words=fact.words,
        )
    wish = replace(standing(state, fact), decided_at=fact.occurred_at)
    match fact:
        case HandingConfirmed():
            return replace(wish, handing=fact.handing, decided_by=fact.confirmer)
        case HandingRefused():
            return replace(wish, decided_by=fact.refuser, why=fact.why)
    raise TypeError(fact.kind())


def fold_question(state: Question | None, fact: Fact) -> Question:
    """Return how a question stands after the fact."""
    match fact:
        case QuestionAsked():
            return Question(
                id=fact.subject,
                warning=fact.warning,
                recipient=fact.recipient,
                words=fact.words,
                asked_at=fact.occurred_at,
                heard=fact.heard,
                speaker=fact.speaker,
                giver=fact.giver,
                recorder=fact.recorder,
            )
        case QuestionAnswered():
            question = standing(state, fact)
            return replace(question, answered_at=fact.occurred_at, answer=fact.words, answerer=fact.answerer)
    raise TypeError(fact.kind())


def fold_proposal(state: Proposal | None, fact: Fact) -> Proposal:
    """Return how a proposed answer stands after the fact."""
    if isinstance(fact, AnswerProposed):
        return Proposal(
            id=fact.subject,
            warning=fact.warning,
            recipient=fact.recipient,
            report=fact.report,
            source=fact.source,
            said_at=fact.said_at,
            proposed_at=fact.occurred_at,
            delay_s=fact.delay_s,
            denials=fact.denials,
            of_the_case=fact.of_the_case,
        )
    proposal = standing(state, fact)
    decided = replace(proposal, decided_at=fact.occurred_at)
    match fact:
        case ProposalAttached():
            return replace(decided, stands=ProposalStands.ATTACHED, decided_by=fact.attacher, answer=fact.answer)
        case ProposalRefused():
            return replace(decided, stands=ProposalStands.REFUSED, decided_by=fact.refuser, why=fact.why)
    raise TypeError(fact.kind())


def fold_read_back(state: ReadBack | None, fact: Fact) -> ReadBack:
    """Return how a read-back stands after the fact."""
    match fact:
        case ReadBackGiven():
            return ReadBack(
                id=fact.subject,
                warning=fact.warning,
                recipient=fact.recipient,
                what=fact.what,
                where=fact.where,
                when=fact.when,
                will_do=fact.will_do,
                given_at=fact.occurred_at,
                heard=fact.heard,
                speaker=fact.speaker,
                giver=fact.giver,
                recorder=fact.recorder,
            )
        case ReadBackCompared():
            return replace(
                standing(state, fact),
                compared_at=fact.occurred_at,
                compared_by=fact.comparer,
                differs=fact.differs,
                note=fact.note,
            )
    raise TypeError(fact.kind())


def fold_knock(state: Knock | None, fact: Fact) -> Knock:
    """Return how a second knock stands after the fact."""
    if isinstance(fact, KnockRaised) and state is not None:
        return replace(state, why=fact.why, since=fact.occurred_at)
    if isinstance(fact, KnockRaised):
        return Knock(
            id=fact.subject,
            warning=fact.warning,
            recipient=fact.recipient,
            why=fact.why,
            since=fact.occurred_at,
            owner=fact.owner,
        )
    knock = standing(state, fact)
    match fact:
        case QuoteConsented():
            return replace(knock, consents=tuple(dict.fromkeys((*knock.consents, fact.report))))
        case KnockDrafted():
            return replace(
                knock,
                notice=fact.notice,
                through=fact.through,
                author=fact.author,
                drafted_at=fact.occurred_at,
                lines=fact.lines,
                left_out=fact.left_out,
            )
        case KnockDropped():
            return replace(knock, dropped_at=fact.occurred_at, dropped_by=fact.dropper, dropped_why=fact.why)
        case KnockOver():
            return replace(knock, dropped_at=fact.occurred_at, dropped_why=fact.how)
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(Approach, (ApproachBegun, ApproachMoved, ApproachEnded), fold_approach),
    Folding(Handing, (HandedOn,), fold_handing),
    Folding(HandingWish, (HandingAsked, HandingConfirmed, HandingRefused), fold_handing_wish),
    Folding(Question, (QuestionAsked, QuestionAnswered), fold_question),
    Folding(Proposal, (AnswerProposed, ProposalAttached, ProposalRefused), fold_proposal),
    Folding(ReadBack, (ReadBackGiven, ReadBackCompared), fold_read_back),
    Folding(Knock, (KnockRaised, QuoteConsented, KnockDrafted, KnockDropped, KnockOver), fold_knock),
)
