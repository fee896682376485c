"""What can happen to a statement. A draft and what was published are kept apart, as an advisory's are."""

from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id


class StatementKind(StrEnum):
    """What a statement is for."""

    CONDOLENCE = "condolence"
    POSITION = "position"
    CORRECTION = "correction"
    REAFFIRMATION = "reaffirmation"


class StatementDrafted(Fact, frozen=True, kw_only=True):
    """A statement, or a new edition of one, was written; written again before it is approved, it replaces the earlier draft.

    edition: which it is to become; the rest as in StatementPublished.
    """

    statement_kind: StatementKind
    title: str
    text: str
    author: Id
    edition: int = 1
    change: str = ""
    about: Id | None = None
    language: str = "en"
    threat: Id | None = None
    exercise: bool = False


class StatementApproved(Fact, frozen=True, kw_only=True):
    """A second person let a draft be published."""

    approver: Id


class StatementDropped(Fact, frozen=True, kw_only=True):
    """A draft will not be published."""

    dropped_by: Id
    why: str


class StatementPublished(Fact, frozen=True, kw_only=True):
    """A statement, or a new edition of one, was published. edition: 1 for the first.

    change: what is corrected by this edition, for everyone to read. about: the alert, advisory or other statement that it
    corrects, reaffirms or speaks of.
    """

    statement_kind: StatementKind
    title: str
    text: str
    author: Id
    approver: Id
    edition: int = 1
    language: str = "en"
    threat: Id | None = None
    exercise: bool = False
    change: str = ""
    about: Id | None = None


class StatementEndorsed(Fact, frozen=True, kw_only=True):
    """Someone joined the statement in public."""

    endorser: str


class EndorsementWithdrawn(Fact, frozen=True, kw_only=True):
    """Someone who had joined the statement stands behind it no more."""

    endorser: str
