"""What can happen to an advisory. A change of level is a warning like any other.

A draft and what is in force are kept apart: the public site reads the one table and is refused the other.
"""

from datetime import datetime

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.advisory.risk import Risk
from tocsin.warning.audience import Part
from tocsin.warning.ladder import Ladder
from tocsin.warning.retraction import WarningRetracted

Ring = tuple[tuple[float, float], ...]
"""Four or more points, latitude first, the last equal to the first; empty: none is drawn."""


class AdvisoryDrafted(Fact, frozen=True, kw_only=True):
    """A level was written for a country or a region of it; written again before it is approved, it replaces the earlier draft.

    country: ISO 3166-1 alpha-2. region: its name; empty: the whole country. before: the advisory that stood for that place
    when this was written. effective_at: from when it holds; None: from its approval. review_at: None: the latest date that
    the house allows. why: for the desk alone. Else as in AdvisoryIssued.
    """

    country: str
    level: int
    title: str
    text: str
    author: Id
    risks: tuple[Risk, ...]
    why: str = ""
    advice: str = ""
    region: str = ""
    polygon: Ring = ()
    before: Id | None = None
    effective_at: datetime | None = None
    review_at: datetime | None = None
    language: str = "en"
    threat: Id | None = None
    ladder: Ladder = Ladder()
    groups: tuple[Id, ...] = ()
    persons: tuple[Id, ...] = ()
    audience: tuple[Part, ...] = ()
    exercise: bool = False


class AdvisoryApproved(Fact, frozen=True, kw_only=True):
    """A second person let a draft go out."""

    approver: Id


class AdvisoryDropped(Fact, frozen=True, kw_only=True):
    """A draft will not go out."""

    dropped_by: Id
    why: str


class AdvisoryIssued(Fact, frozen=True, kw_only=True):
    """A level was set for a country or region. language: BCP 47, of title, text, advice and the words of the risks.

    groups, persons, audience: who is told besides the public. audience: parts that are united with the groups and persons.
    region: its name; empty: the whole country. polygon: where the region lies, if it is drawn. advice: what to do, a line
    each. effective_at: from when it holds; None: from now. reasons: in words, where there are no risks.
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
    region: str = ""
    polygon: Ring = ()
    advice: str = ""
    risks: tuple[Risk, ...] = ()
    effective_at: datetime | None = None


class AdvisoryReviewed(Fact, frozen=True, kw_only=True):
    """Someone looked at a level again, and it stays as it is. review_at: when it is looked at next. why: for the desk."""

    review_at: datetime
    decided_by: Id
    why: str


class AdvisoryWithdrawn(WarningRetracted, frozen=True, kw_only=True):
    """No level holds there any more. wordings: why, as its readers are told."""
