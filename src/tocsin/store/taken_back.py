"""How far it has come that a warning is taken back: those who are told so, by how they stand."""

from collections import Counter

from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import DeliveryStands
from tocsin.store.look import Look


def taking_back(look: Look, warning: Id) -> dict[DeliveryStands, int]:
    """Count the places at which it is told that a warning was false. Batches that are settled are not read again."""
    batches = [batch for batch in look.batches(warning) if batch.errand is Errand.RETRACTION]
    counts: Counter[DeliveryStands] = Counter()
    for batch in batches:
        counts.update({DeliveryStands(stands): count for stands, count in batch.counts.items()})
    going = [batch for batch in batches if batch.settled_at is None]
    tried = Counter(stands for batch in going for stands in look.stands(batch.id).values())
    counts.update(tried)
    counts[DeliveryStands.READY] += sum(batch.count for batch in going) - tried.total()
    return {stands: count for stands, count in counts.items() if count}
