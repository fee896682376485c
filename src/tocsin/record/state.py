"""How the record's keys and witnesses stand, and the only rules by which facts change that."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.record.facts import RecordKeyAdded, RecordKeyRetired, WitnessAdded, WitnessRemoved


class RecordKey(State, frozen=True, kw_only=True):
    """A key that signs the record, or did."""

    vkey: str
    added_at: datetime
    retired_at: datetime | None = None


class RecordWitness(State, frozen=True, kw_only=True):
    """A witness that is asked, or was."""

    name: str
    vkey: str
    added_at: datetime
    removed_at: datetime | None = None


def fold_key(state: RecordKey | None, fact: Fact) -> RecordKey:
    """Return how the key stands after the fact."""
    match fact:
        case RecordKeyAdded():
            return RecordKey(id=fact.subject, vkey=fact.vkey, added_at=fact.occurred_at)
        case RecordKeyRetired():
            return replace(standing(state, fact), retired_at=fact.occurred_at)
    raise TypeError(fact.kind())


def fold_witness(state: RecordWitness | None, fact: Fact) -> RecordWitness:
    """Return how the witness stands after the fact."""
    match fact:
        case WitnessAdded():
            return RecordWitness(id=fact.subject, name=fact.name, vkey=fact.vkey, added_at=fact.occurred_at)
        case WitnessRemoved():
            return replace(standing(state, fact), removed_at=fact.occurred_at)
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(RecordKey, (RecordKeyAdded, RecordKeyRetired), fold_key),
    Folding(RecordWitness, (WitnessAdded, WitnessRemoved), fold_witness),
)
