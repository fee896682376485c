"""How a statement stands, and the only rules by which facts change that."""

from datetime import datetime

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.statement.facts import StatementEndorsed, StatementKind, StatementPublished


class Endorsement(msgspec.Struct, frozen=True, kw_only=True):
    """That someone joined, and when."""

    at: datetime
    endorser: str


class Statement(State, frozen=True, kw_only=True):
    """A statement in its latest edition."""

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
            )
        case StatementEndorsed():
            statement = standing(state, fact)
            joined = Endorsement(at=fact.occurred_at, endorser=fact.endorser)
            return replace(statement, endorsements=(*statement.endorsements, joined))
    raise TypeError(fact.kind())


FOLDINGS = (Folding(Statement, (StatementPublished, StatementEndorsed), fold_statement),)
