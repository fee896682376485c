"""What whoever got a warning is told afterwards, where they got it: that it was false, that it holds longer, or that it is over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.facts import Errand, Lane
from tocsin.delivery.plan import Address, Plan, plan_retraction
from tocsin.delivery.state import Batch
from tocsin.flow.delivery.deliver import batches_of, find_warning, kind_of, lane_of, size_of, taken_back, ways
from tocsin.flow.house import House
from tocsin.flow.warning.audience import Warned
from tocsin.store.look import Look
from tocsin.warning.follow_up import NEAR, FollowUp
from tocsin.warning.retraction import WORTH_SENDING


@dataclass(frozen=True)
class Afterwards:
    """What is told of a warning. about: the warning itself, or the follow-up, by which what was written down is known again.

    slows: whether people are rung ever more rarely where somebody cannot be told.
    """

    warning: Warned
    about: Id
    carries: Errand
    lane: Lane
    not_after: datetime
    slows: bool = False


def of_retraction(warning: Warned, now: datetime) -> Afterwards:
    """Return that a warning is taken back. It overtakes what it takes back."""
    return Afterwards(warning, warning.id, Errand.RETRACTION, Lane.RETRACTION, now + WORTH_SENDING)


def of_follow_up(warning: Warned, follow_up: FollowUp) -> Afterwards:
    """Return that a warning holds longer, which is as urgent as it is; or that it is over."""
    longer = follow_up.ends is not None  # who does not hear that it is over stays away longer, and is safe
    lane = lane_of(warning) if longer else Lane.BULK
    return Afterwards(warning, follow_up.id, Errand.FOLLOW_UP, lane, follow_up.not_after, slows=not longer)


def told_afterwards(look: Look, batch: Batch, now: datetime) -> Afterwards | None:
    """Return what a batch tells whoever got a warning before; None: it tells of the warning itself."""
    if batch.errand is Errand.FOLLOW_UP:
        follow_up = look.get(FollowUp, batch.warning)
        return of_follow_up(find_warning(look, follow_up.warning), follow_up)
    return of_retraction(find_warning(look, batch.warning), now) if batch.errand is Errand.RETRACTION else None


def retract(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Write down who is told that a warning was false: whoever got it, or may have, where they got it.

    Each batch of it in a commit of its own, and the first are sent meanwhile. Done again after a crash, nobody is
    written down twice.
    """
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
        batches = [batch for batch in look.batches(warning_id) if batch.errand is Errand.WARNING]
    for batch in batches:
        tell_who_got(house, of_retraction(warning, now), batch, now)
    house.store.finish(errand)


def tell_follow_up(house: House, follow_up_id: Id, *, errand: int, now: datetime) -> None:
    """Write down who is told that a warning holds longer, or is over: whoever got it before that was decided, or may have.

    What is taken back by then is told so instead.
    """
    with house.store.look() as look:
        follow_up = look.get(FollowUp, follow_up_id)
        warning = find_warning(look, follow_up.warning)
        batches = [batch for batch in look.batches(warning.id) if got_before(batch, follow_up)]
    for batch in () if taken_back(warning) is not None else batches:
        tell_who_got(house, of_follow_up(warning, follow_up), batch, now)
    house.store.finish(errand)


def got_before(batch: Batch, follow_up: FollowUp) -> bool:
    """Say whether a batch may have told of a warning before that was decided. What is planned later says the new end itself.

    The two moments were read before either was committed, so what is near is told once more rather than not at all.
    """
    return batch.errand is Errand.WARNING and batch.planned_at <= follow_up.at + NEAR


def latest_follow_up(look: Look, warning: Id) -> FollowUp | None:
    """Return what was decided last about a warning's window, and is to be told."""
    return next(iter(look.all(FollowUp, warning=warning, order="number")[::-1]), None)


def due_after(batch: Batch, warning: Warned, latest: FollowUp | None, now: datetime) -> Afterwards | None:
    """Return what whoever got a warning by this batch is to be told by now. latest: what was decided last."""
    if taken_back(warning) is not None:
        return of_retraction(warning, now)
    return of_follow_up(warning, latest) if latest is not None and got_before(batch, latest) else None


def tell_who_got(house: House, then: Afterwards, batch: Batch, now: datetime) -> None:
    """Write down those who got a warning by a batch, or may have, to be told this at the same contact points."""
    with house.store.look() as look:
        told = look.may_have_got(batch.id)
        persons = [address.person for address in told]
        before = look.tried(then.about, then.carries, persons)
        left = [address for address in told if address.contact not in before.get(address.person, ())]
        ranges = plan_retraction(left, look.addresses(persons), ways(house, then.warning), size_of(then.warning))
    if ranges:
        facts, lists = batches_afterwards(house, Plan(ranges=ranges, unreachable=()), then, now, step=batch.step)
        errand = "retract" if then.carries is Errand.RETRACTION else "follow_up"
        command = f"{errand}:{batch.id}:{house.store.new_id()}"
        house.store.commit(facts, at=now, by="tocsin", command=command, lists=lists)


def batches_afterwards(
    house: House, plan: Plan, then: Afterwards, now: datetime, step: int = 0
) -> tuple[list[Fact], dict[Id, Sequence[Address]]]:
    """Return what writes down that some are to be told this. step: see BatchPlanned."""
    return batches_of(
        house,
        plan,
        warning=then.about,
        kind=kind_of(then.warning),
        carries=then.carries,
        lane=then.lane,
        step=step,
        not_after=then.not_after,
        exercise=then.warning.exercise,
        now=now,
    )
