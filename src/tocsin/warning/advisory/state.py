"""How an advisory stands, and the only rules by which facts change that."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.advisory.facts import AdvisoryIssued, AdvisoryReviewed
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder


class Advisory(State, frozen=True, kw_only=True):
    """One issue of an advisory. The one in force for a country is the latest."""

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
    audience: tuple[Part, ...] = ()
    reviewed_at: datetime | None = None
    reviewed_by: Id | None = None


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
                audience=fact.audience,
            )
        case AdvisoryReviewed():
            return replace(
                standing(state, fact),
                review_at=fact.review_at,
                reviewed_at=fact.occurred_at,
                reviewed_by=fact.decided_by,
            )
    raise TypeError(fact.kind())


FOLDINGS = (Folding(Advisory, (AdvisoryIssued, AdvisoryReviewed), fold_advisory),)
