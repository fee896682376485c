"""How far it has come that those who got a warning are told what became of it: by how they stand."""

from collections import Counter

from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import DeliveryStands
from tocsin.store.look import Look


def telling_afterwards(look: Look, about: Id, errand: Errand) -> dict[DeliveryStands, int]:
    """Count the places at which it is told what became of a warning. Batches that are settled are not read again.

    about: the warning, of a retraction; or the follow-up.
    """
    batches = [batch for batch in look.batches(about) if batch.errand is errand]
    counts: Counter[DeliveryStands] = Counter()
    for batch in batches:
        counts.update({DeliveryStands(stands): count for stands, count in batch.counts.items()})
    going = [batch for batch in batches if batch.settled_at is None]
    tried = Counter(stands for batch in going for stands in look.stands(batch.id).values())
    counts.update(tried)
    counts[DeliveryStands.READY] += sum(batch.count for batch in going) - tried.total()
    return {stands: count for stands, count in counts.items() if count}
