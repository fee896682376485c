"""How an advisory and its draft stand, and the only rules by which facts change that."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.advisory.facts import (
    AdvisoryApproved,
    AdvisoryDrafted,
    AdvisoryDropped,
    AdvisoryIssued,
    AdvisoryReviewed,
    AdvisoryWithdrawn,
    Ring,
)
from tocsin.warning.advisory.risk import Risk, risks_of
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder
from tocsin.warning.retraction import Retraction


class AdvisoryDraft(State, frozen=True, kw_only=True):
    """What is to become an advisory, and whether it did. authors: everyone who wrote at it; none of them approves it."""

    country: str
    region: str
    polygon: Ring
    level: int
    title: str
    text: str
    advice: str
    risks: tuple[Risk, ...]
    why: str
    author: Id
    authors: tuple[Id, ...]
    before: Id | None
    drafted_at: datetime
    effective_at: datetime | None
    review_at: datetime | None
    language: str
    threat: Id | None
    ladder: Ladder
    groups: tuple[Id, ...]
    persons: tuple[Id, ...]
    audience: tuple[Part, ...]
    exercise: bool
    approved_at: datetime | None = None
    approver: Id | None = None
    dropped_at: datetime | None = None
    dropped_by: Id | None = None
    dropped_why: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether it still waits for a second person."""
        return self.approved_at is None and self.dropped_at is None


class Advisory(State, frozen=True, kw_only=True):
    """One issue of an advisory. The one in force for a place is the latest that has taken effect, unless it was withdrawn."""

    country: str
    level: int
    previous_level: int | None
    title: str
    text: str
    reasons: tuple[str, ...]
    author: Id
    approver: Id
    issued_at: datetime
    review_at: datetime
    language: str
    threat: Id | None
    ladder: Ladder
    groups: tuple[Id, ...]
    persons: tuple[Id, ...]
    exercise: bool
    effective_at: datetime
    audience: tuple[Part, ...] = ()
    reviewed_at: datetime | None = None
    reviewed_by: Id | None = None
    region: str = ""
    polygon: Ring = ()
    advice: str = ""
    risks: tuple[Risk, ...] = ()
    retraction: Retraction | None = None
    withdrawn_at: datetime | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Return what it holds for: the country, and the region of it or nothing."""
        return self.country, self.region

    @property
    def because(self) -> tuple[Risk, ...]:
        """Return the risks for which the level was set."""
        return risks_of(self.risks, self.reasons)


def fold_draft(state: AdvisoryDraft | None, fact: Fact) -> AdvisoryDraft:
    """Return how the draft stands after the fact."""
    match fact:
        case AdvisoryDrafted():
            return AdvisoryDraft(
                id=fact.subject,
                country=fact.country,
                region=fact.region,
                polygon=fact.polygon,
                level=fact.level,
                title=fact.title,
                text=fact.text,
                advice=fact.advice,
                risks=fact.risks,
                why=fact.why,
                author=fact.author,
                authors=tuple(dict.fromkeys((*(state.authors if state else ()), fact.author))),
                before=fact.before,
                drafted_at=fact.occurred_at,
                effective_at=fact.effective_at,
                review_at=fact.review_at,
                language=fact.language,
                threat=fact.threat,
                ladder=fact.ladder,
                groups=fact.groups,
                persons=fact.persons,
                audience=fact.audience,
                exercise=fact.exercise,
            )
        case AdvisoryApproved():
            return replace(standing(state, fact), approved_at=fact.occurred_at, approver=fact.approver)
        case AdvisoryDropped():
            return replace(
                standing(state, fact),
                dropped_at=fact.occurred_at,
                dropped_by=fact.dropped_by,
                dropped_why=fact.why,
            )
    raise TypeError(fact.kind())


def fold_advisory(state: Advisory | None, fact: Fact) -> Advisory:
    """Return how the advisory stands after the fact."""
    match fact:
        case AdvisoryIssued():
            return Advisory(
                id=fact.subject,
                country=fact.country,
                level=fact.level,
                previous_level=fact.previous_level,
                title=fact.title,
                text=fact.text,
                reasons=fact.reasons,
                author=fact.author,
                approver=fact.approver,
                issued_at=fact.occurred_at,
                review_at=fact.review_at,
                language=fact.language,
                threat=fact.threat,
                ladder=fact.ladder,
                groups=fact.groups,
                persons=fact.persons,
                exercise=fact.exercise,
                effective_at=fact.effective_at or fact.occurred_at,
                audience=fact.audience,
                region=fact.region,
                polygon=fact.polygon,
                advice=fact.advice,
                risks=fact.risks,
            )
        case AdvisoryReviewed():
            return replace(
                standing(state, fact),
                review_at=fact.review_at,
                reviewed_at=fact.occurred_at,
                reviewed_by=fact.decided_by,
            )
        case AdvisoryWithdrawn():
            taken = Retraction(at=fact.occurred_at, retracted_by=fact.retracted_by, wordings=fact.wordings)
            return replace(standing(state, fact), retraction=taken, withdrawn_at=fact.occurred_at)
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(AdvisoryDraft, (AdvisoryDrafted, AdvisoryApproved, AdvisoryDropped), fold_draft),
    Folding(Advisory, (AdvisoryIssued, AdvisoryReviewed, AdvisoryWithdrawn), fold_advisory),
)
