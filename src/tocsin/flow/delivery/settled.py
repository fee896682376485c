"""What follows once a batch is settled: the next contact point is tried, who is to hear more is told, receipts are gathered."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand, ReceiptsGathered
from tocsin.delivery.plan import plan_deliveries
from tocsin.delivery.state import Batch, DeliveryStands, Receipts
from tocsin.flow.delivery import line
from tocsin.flow.delivery.afterwards import (
    batches_afterwards,
    due_after,
    latest_follow_up,
    tell_who_got,
    told_afterwards,
)
from tocsin.flow.delivery.deliver import failure_watch, find_warning, not_reached, size_of, warning_batches, ways
from tocsin.flow.house import House
from tocsin.flow.threat.distrusted import NOBODY, barred_from
from tocsin.flow.warning.ended import ended_at


def settled_badly(counts: dict[str, int]) -> int:
    """Return for how many recipients of a batch everything failed."""
    return counts.get(DeliveryStands.DEAD.value, 0) + counts.get(DeliveryStands.EXPIRED.value, 0)


def fall_back(house: House, batch_id: Id, *, errand: int, now: datetime) -> None:
    """Try the next contact point of those whom a batch did not reach; whoever has none left goes to a person at once.

    Of a warning this is asked for while a batch is still being sent, and again once it is settled: for the same people it is
    done once, and whoever has a later step by then is that one's matter. A retraction goes wherever a warning went, so its
    steps run beside each other.
    """
    with house.store.look() as look:
        batch = look.get(Batch, batch_id)
        then = told_afterwards(look, batch, now)
        warning = then.warning if then is not None else find_warning(look, batch.warning)
        places = look.lost(batch_id)
        lost = [place.person for place in places]
        over = look.still_hearing(batch.warning, batch.errand, lost)
        over |= look.passed_on(batch.warning, batch.step, lost) if batch.errand is Errand.WARNING else set()
        lost = [person for person in lost if person not in over]
        tried = look.tried(batch.warning, batch.errand, lost)
        # Distrusted since, they are told of it by no other way; what follows a warning goes wherever that went.
        out = barred_from(look, warning) if batch.errand is Errand.WARNING else NOBODY
        left = [address for address in look.addresses(lost) if address[1].person not in out]
        plan = plan_deliveries(lost, left, ways(house, warning), size_of(warning), tried, house.avoid)
        turns = line.Turns(facts=(), persons=(), left=plan.unreachable)
        if batch.errand is Errand.WARNING and plan.unreachable:
            turns = line.pass_over(look, warning.id, plan.unreachable, ways(house, warning), now, out)
        instead = plan_deliveries(
            turns.persons, look.addresses(turns.persons), ways(house, warning), size_of(warning), avoid=house.avoid
        )
    if batch.errand is Errand.WARNING and ended_at(warning) is not None:
        house.store.finish(errand)  # nobody new is told of it any more
        return
    if then is not None:
        facts, lists = batches_afterwards(house, plan, then, now, step=batch.step + 1)
    else:
        facts, lists = warning_batches(house, plan, warning, now, step=batch.step + 1)
    next_facts, next_lists = warning_batches(house, instead, warning, now)
    facts += [*turns.facts, *next_facts]
    lists |= next_lists
    expect: dict[Id, int] = dict(turns.expect)
    if turns.left:
        more, standing_by = (
            not_reached(house, warning, now) if then is None else failure_watch(house, warning, now, slows=then.slows)
        )
        facts.extend(more)
        expect |= standing_by
    among = sha256(repr([place.position for place in places]).encode()).hexdigest()[:16]
    command = f"fall_back:{batch_id}:{among}"
    house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect, lists=lists, done=errand)


def gather(house: House, settled: Mapping[int, Id], now: datetime) -> None:
    """Do what follows from batches being settled, by the errands that say so.

    Whoever got a warning after it was taken back, extended or ended is written down to be told so: what was in hand then may
    have been accepted since. And once nothing more will be tried for a warning, its receipts are put under one root.
    """
    with house.store.look() as look:
        batches = look.some(Batch, tuple(settled.values()))
        of_warnings = {batch.warning for batch in batches.values() if batch.errand is Errand.WARNING}
        warnings = {warning: find_warning(look, warning) for warning in sorted(of_warnings)}
        latest = {warning: latest_follow_up(look, warning) for warning in warnings}
    last: dict[tuple[Id, Errand], int] = {}
    for errand, batch_id in settled.items():
        batch = batches[batch_id]
        last[batch.warning, batch.errand] = errand
        if batch.errand is Errand.WARNING:
            then = due_after(batch, warnings[batch.warning], latest[batch.warning], now)
            if then is not None:
                tell_who_got(house, then, batch, now)
    for errand in last.values():
        _gather_receipts(house, batches[settled[errand]], errand, now)
    house.store.finish(*settled)


def _gather_receipts(house: House, settled: Batch, errand: int, now: datetime) -> None:
    """Put the receipts of a warning under one root, once nothing more will be tried for any of its batches.

    Those of a notice stay apart, each under the commitment of its own delivery.
    """
    warning, stays_apart = settled.warning, settled.warning_kind == "notice"
    with house.store.look() as look:
        # This is asked while a thousand batches are settled; all but the last time others are still being sent.
        if settled.errand not in (Errand.WARNING, Errand.RETRACTION) or stays_apart or not look.is_sent(settled):
            return
        before = {one for gathered in look.all(Receipts, warning=warning) for one in gathered.batches}
        batches = look.all(Batch, warning=warning, errand=settled.errand.value, order="planned_at")
    left = [batch for batch in batches if batch.id not in before]
    if not left:
        return
    tree = house.store.gather(left)
    fact = ReceiptsGathered(
        subject=house.store.new_id(),
        occurred_at=now,
        warning=warning,
        batches=tuple(batch.id for batch in left),
        count=sum(batch.count for batch in left),
        receipts=tree.root.hex(),
    )
    house.store.commit([fact], at=now, by="tocsin", command=f"gather:{errand}", trees={fact.subject: tree})
