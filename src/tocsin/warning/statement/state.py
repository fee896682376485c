"""How a statement and its draft stand, and the only rules by which facts change that."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.statement.facts import (
    EndorsementWithdrawn,
    StatementApproved,
    StatementDrafted,
    StatementDropped,
    StatementEndorsed,
    StatementKind,
    StatementPublished,
)


class Endorsement(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """That someone joined, and when; and when they stood behind it no more."""

    at: datetime
    endorser: str
    withdrawn_at: datetime | None = None


class Edition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A statement as it stood before it was corrected. until: when the next edition took its place."""

    edition: int
    statement_kind: StatementKind
    title: str
    text: str
    language: str
    published_at: datetime
    until: datetime
    author: Id
    approver: Id
    endorsements: tuple[Endorsement, ...] = ()
    change: str = ""


class StatementDraft(State, frozen=True, kw_only=True):
    """What is to become an edition of a statement. authors: everyone who wrote at it; none of them approves it."""

    statement_kind: StatementKind
    title: str
    text: str
    author: Id
    authors: tuple[Id, ...]
    edition: int
    change: str
    about: Id | None
    language: str
    threat: Id | None
    exercise: bool
    drafted_at: datetime
    approved_at: datetime | None = None
    approver: Id | None = None
    dropped_at: datetime | None = None
    dropped_by: Id | None = None
    dropped_why: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for a second person."""
        return self.approved_at is None and self.dropped_at is None


class Statement(State, frozen=True, kw_only=True):
    """A statement in its latest edition. earlier: the editions before it, the first of them first."""

    statement_kind: StatementKind
    title: str
    text: str
    author: Id
    approver: Id
    edition: int
    language: str
    threat: Id | None
    published_at: datetime
    endorsements: tuple[Endorsement, ...]
    exercise: bool
    change: str = ""
    about: Id | None = None
    earlier: tuple[Edition, ...] = ()

    @property
    def first_published_at(self) -> datetime:
        """Return when its first edition was published."""
        return self.earlier[0].published_at if self.earlier else self.published_at

    @property
    def changed_at(self) -> datetime:
        """Return when anything about it last changed."""
        return changed_at(self.published_at, self.endorsements)

    @property
    def joined(self) -> tuple[Endorsement, ...]:
        """Return who stands behind it now."""
        return tuple(one for one in self.endorsements if one.withdrawn_at is None)


def changed_at(published_at: datetime, endorsements: Sequence[Endorsement]) -> datetime:
    """Return when anything about a statement last changed."""
    joined = [moment for one in endorsements for moment in (one.at, one.withdrawn_at) if moment is not None]
    return max([published_at, *joined])


def fold_draft(state: StatementDraft | None, fact: Fact) -> StatementDraft:
    """Return how the draft stands after the fact."""
    match fact:
        case StatementDrafted():
            wrote = state.authors if state is not None and state.is_open else ()
            return StatementDraft(
                id=fact.subject,
                statement_kind=fact.statement_kind,
                title=fact.title,
                text=fact.text,
                author=fact.author,
                authors=tuple(dict.fromkeys((*wrote, fact.author))),
                edition=fact.edition,
                change=fact.change,
                about=fact.about,
                language=fact.language,
                threat=fact.threat,
                exercise=fact.exercise,
                drafted_at=fact.occurred_at,
            )
        case StatementApproved():
            return replace(standing(state, fact), approved_at=fact.occurred_at, approver=fact.approver)
        case StatementDropped():
            return replace(
                standing(state, fact),
                dropped_at=fact.occurred_at,
                dropped_by=fact.dropped_by,
                dropped_why=fact.why,
            )
    raise TypeError(fact.kind())


def fold_statement(state: Statement | None, fact: Fact) -> Statement:
    """Return how the statement stands after the fact."""
    match fact:
        case StatementPublished():
            return Statement(
                id=fact.subject,
                statement_kind=fact.statement_kind,
                title=fact.title,
                text=fact.text,
                author=fact.author,
                approver=fact.approver,
                edition=fact.edition,
                language=fact.language,
                threat=fact.threat,
                published_at=fact.occurred_at,
                # Who joined the earlier words has not joined the new ones.
                endorsements=(),
                exercise=fact.exercise,
                change=fact.change,
                about=fact.about,
                earlier=(*state.earlier, _past(state, fact.occurred_at)) if state is not None else (),
            )
        case StatementEndorsed():
            statement = standing(state, fact)
            joined = Endorsement(at=fact.occurred_at, endorser=fact.endorser)
            return replace(statement, endorsements=(*statement.endorsements, joined))
        case EndorsementWithdrawn():
            statement = standing(state, fact)
            return replace(
                statement,
                endorsements=tuple(
                    replace(one, withdrawn_at=fact.occurred_at)
                    if one.endorser == fact.endorser and one.withdrawn_at is None
                    else one
                    for one in statement.endorsements
                ),
            )
    raise TypeError(fact.kind())


def _past(state: Statement, until: datetime) -> Edition:
    return Edition(
        edition=state.edition,
        statement_kind=state.statement_kind,
        title=state.title,
        text=state.text,
        language=state.language,
        published_at=state.published_at,
        until=until,
        author=state.author,
        approver=state.approver,
        endorsements=state.endorsements,
        change=state.change,
    )


FOLDINGS = (
    Folding(StatementDraft, (StatementDrafted, StatementApproved, StatementDropped), fold_draft),
    Folding(Statement, (StatementPublished, StatementEndorsed, EndorsementWithdrawn), fold_statement),
)
