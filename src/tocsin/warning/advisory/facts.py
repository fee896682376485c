"""What can happen to an advisory. A change of level is a warning like any other."""

from datetime import datetime

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder


class AdvisoryIssued(Fact, frozen=True, kw_only=True):
    """A level was set for a country or region. language: BCP 47, of title and text.

    groups, persons, audience: who is told besides the public. audience: parts that are united with the groups and persons.
    """

    country: str
    level: int
    title: str
    text: str
    reasons: tuple[str, ...]
    author: Id
    approver: Id
    review_at: datetime
    previous_level: int | None = None
    language: str = "en"
    threat: Id | None = None
    ladder: Ladder = Ladder()
    groups: tuple[Id, ...] = ()
    persons: tuple[Id, ...] = ()
    exercise: bool = False
    audience: tuple[Part, ...] = ()


class AdvisoryReviewed(Fact, frozen=True, kw_only=True):
    """Someone looked at a level again, and it stays as it is. review_at: when it is looked at next. why: for the desk."""

    review_at: datetime
    decided_by: Id
    why: str
