"""What can happen to a matrix: it is opened, hypotheses and rows are put into it, and somebody judges how they go together."""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id, base32


class Asks(StrEnum):
    """What the hypotheses of a matrix answer. Each has a matrix of its own: who does it says little of what they plan."""

    WHO = "who"
    WHAT = "what"


class HypothesisKind(StrEnum):
    """Where a hypothesis comes from: somebody stated it, or it is the one that every matrix has."""

    STATED = "stated"
    DECEPTION = "deception"


class Consistency(StrEnum):
    """How a row goes with a hypothesis: would we see this, if that were so? No indication is no answer to it.

    Source: Good, Shrager, Stefik, Pirolli, Card and Heuer (2004), A Tool for Analyzing Competing Hypotheses, PARC.
    """

    VERY_CONSISTENT = "CC"
    CONSISTENT = "C"
    NEUTRAL = "N"
    INCONSISTENT = "I"
    VERY_INCONSISTENT = "II"
    NOT_APPLICABLE = "NA"
    NO_INDICATION = "no_indication"


class Weight(StrEnum):
    """How much a row weighs, in credibility or in relevance."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def matrix_id(threat: Id, asks: Asks) -> Id:
    """Return the id of the matrix of a case that asks this: two who open it at once open the same one."""
    return base32(sha256(f"matrix:{threat}:{asks.value}".encode()).digest()[:16])


class MatrixOpened(Fact, frozen=True, kw_only=True):
    """A matrix was opened for a case."""

    threat: Id
    asks: Asks
    by: Id


class HypothesisStated(Fact, frozen=True, kw_only=True):
    """A hypothesis was put beside the others. words: empty for deception, which is worded where it is read.

    actor: who of the actor book it is about, if anybody.
    """

    hypothesis: str
    words: str
    hypothesis_kind: HypothesisKind = HypothesisKind.STATED
    actor: Id | None = None
    by: Id


class HypothesisSetAside(Fact, frozen=True, kw_only=True):
    """A hypothesis is weighed no more. What was judged of it stays."""

    hypothesis: str
    why: str
    by: Id


class HypothesisTakenUp(Fact, frozen=True, kw_only=True):
    """A hypothesis that had been set aside is weighed again."""

    hypothesis: str
    why: str
    by: Id


class MatrixRowEntered(Fact, frozen=True, kw_only=True):
    """Something that is known, or assumed, was put into a matrix.

    item: the report or incident it rests on; None: our own words. claim: which one of a report, counted from 0; None: all of
    it. credibility: None: as the grades of the report say.
    """

    row: str
    item: Id | None
    item_kind: str
    claim: int | None
    words: str
    relevance: Weight
    credibility: Weight | None
    by: Id


class MatrixRowWeighed(Fact, frozen=True, kw_only=True):
    """Somebody changed how much a row weighs."""

    row: str
    relevance: Weight
    credibility: Weight | None
    why: str
    by: Id


class MatrixRowDropped(Fact, frozen=True, kw_only=True):
    """A row was taken out of a matrix."""

    row: str
    why: str
    by: Id


class ConsistencyJudged(Fact, frozen=True, kw_only=True):
    """Somebody judged how a row goes with a hypothesis. as_of: up to when there was no indication; None for all else."""

    row: str
    hypothesis: str
    consistency: Consistency
    as_of: datetime | None
    why: str
    by: Id


MATRIX_FACTS = (
    MatrixOpened,
    HypothesisStated,
    HypothesisSetAside,
    HypothesisTakenUp,
    MatrixRowEntered,
    MatrixRowWeighed,
    MatrixRowDropped,
    ConsistencyJudged,
)
