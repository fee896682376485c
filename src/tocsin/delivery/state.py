"""How a batch stands, and the only rules by which facts change that."""

from datetime import datetime
from enum import StrEnum

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.delivery.facts import (
    AudienceResolved,
    BatchPlanned,
    BatchSettled,
    EchoesTaken,
    Errand,
    Lane,
    ReceiptsGathered,
)
from tocsin.warning.audience import Counts


class DeliveryStands(StrEnum):
    """How far one warning has come to one person over one channel, from the outside in."""

    READY = "ready"
    LEASED = "leased"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    OPENED = "opened"  # never: a machine that checks links looks at a page as its reader does. Kept for who reads it
    ANSWERED = "answered"
    FAILED = "failed"  # the last try failed; another follows
    EXPIRED = "expired"  # its time was over before it could be sent
    WITHDRAWN = "withdrawn"
    SUPPRESSED = "suppressed"
    DEAD = "dead"  # given up, and on a person's screen


ARRIVED = (DeliveryStands.ACCEPTED, DeliveryStands.DELIVERED, DeliveryStands.OPENED)
"""States in which a warning lies with whoever it is for, as far as its provider says."""

ENDS = frozenset(
    {
        DeliveryStands.ACCEPTED,
        DeliveryStands.DELIVERED,
        DeliveryStands.EXPIRED,
        DeliveryStands.WITHDRAWN,
        DeliveryStands.SUPPRESSED,
        DeliveryStands.DEAD,
    }
)
"""States after which the engine tries nothing more for a recipient."""


class Batch(State, frozen=True, kw_only=True):
    """Up to 1,000 recipients of one warning over one channel."""

    warning: Id
    warning_kind: str
    errand: Errand
    channel: str
    step: int
    count: int
    root: str
    not_after: datetime | None
    watch: Id | None
    exercise: bool
    planned_at: datetime
    settled_at: datetime | None
    counts: dict[str, int]
    results_root: str | None
    receipts_root: str = ""
    lane: Lane = Lane.BULK
    more: bool = False


class Receipts(State, frozen=True, kw_only=True):
    """The receipts of some batches of one warning, under one root."""

    warning: Id
    batches: tuple[Id, ...]
    count: int
    receipts: str
    gathered_at: datetime


class EchoIntake(State, frozen=True, kw_only=True):
    """How many echoes have been taken in, by state, and the last row of the result log that is one. There is one."""

    last: int
    counts: dict[str, int]


class Audience(State, frozen=True, kw_only=True):
    """Who was addressed by one warning when it went out, in numbers. See AudienceResolved."""

    warning: Id
    counts: Counts
    ground: str
    rule: str
    exercise: bool
    resolved_at: datetime


def fold_batch(state: Batch | None, fact: Fact) -> Batch:
    """Return how the batch stands after the fact."""
    match fact:
        case BatchPlanned():
            return Batch(
                id=fact.subject,
                warning=fact.warning,
                warning_kind=fact.warning_kind,
                errand=fact.errand,
                channel=fact.channel,
                step=fact.step,
                count=fact.count,
                root=fact.root,
                not_after=fact.not_after,
                watch=fact.watch,
                exercise=fact.exercise,
                planned_at=fact.occurred_at,
                settled_at=None,
                counts={},
                results_root=None,
                lane=fact.lane,
                more=fact.more,
            )
        case BatchSettled():
            batch = standing(state, fact)
            return replace(
                batch,
                settled_at=fact.occurred_at,
                counts=fact.counts,
                results_root=fact.root,
                receipts_root=fact.receipts,
            )
    raise TypeError(fact.kind())


def fold_receipts(state: Receipts | None, fact: Fact) -> Receipts:
    """Return how the receipts stand after the fact."""
    match fact:
        case ReceiptsGathered():
            return Receipts(
                id=fact.subject,
                warning=fact.warning,
                batches=fact.batches,
                count=fact.count,
                receipts=fact.receipts,
                gathered_at=fact.occurred_at,
            )
    raise TypeError(fact.kind())


def fold_echoes(state: EchoIntake | None, fact: Fact) -> EchoIntake:
    """Return how far echoes have been taken in after the fact."""
    match fact:
        case EchoesTaken():
            counts = dict(state.counts) if state else {}
            for stands, count in fact.counts.items():
                counts[stands] = counts.get(stands, 0) + count
            return EchoIntake(id=fact.subject, last=fact.last, counts=counts)
    raise TypeError(fact.kind())


def fold_audience(state: Audience | None, fact: Fact) -> Audience:
    """Return who was addressed, after the fact."""
    match fact:
        case AudienceResolved():
            return Audience(
                id=fact.subject,
                warning=fact.warning,
                counts=fact.counts,
                ground=fact.ground,
                rule=fact.rule,
                exercise=fact.exercise,
                resolved_at=fact.occurred_at,
            )
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(Batch, (BatchPlanned, BatchSettled), fold_batch),
    Folding(Receipts, (ReceiptsGathered,), fold_receipts),
    Folding(EchoIntake, (EchoesTaken,), fold_echoes),
    Folding(Audience, (AudienceResolved,), fold_audience),
)
