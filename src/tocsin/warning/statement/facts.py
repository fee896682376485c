"""What can happen to a statement."""

from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id


class StatementKind(StrEnum):
    """What a statement is for."""

    CONDOLENCE = "condolence"
    POSITION = "position"
    CORRECTION = "correction"
    REAFFIRMATION = "reaffirmation"


class StatementPublished(Fact, frozen=True, kw_only=True):
    """A statement, or a new version of one, was published. edition: 1 for the first."""

    statement_kind: StatementKind
    title: str
    text: str
    author: Id
    approver: Id
    edition: int = 1
    language: str = "en"
    threat: Id | None = None
    exercise: bool = False


class StatementEndorsed(Fact, frozen=True, kw_only=True):
    """Someone joined the statement in public."""

    endorser: str
