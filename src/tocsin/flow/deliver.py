"""Delivering: whoever should hear is written down first, in batches; whoever cannot be reached goes to a person at once.

Sending the batches is send.py's matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tocsin.answer.escalate import missed, open_watch
from tocsin.answer.facts import Why
from tocsin.answer.state import Ring, Watch
from tocsin.basis.errors import Broken
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.facts import AudienceResolved, BatchPlanned, Errand, Lane, ReceiptsGathered
from tocsin.delivery.plan import RANGE, Address, Plan, plan_deliveries, plan_retraction
from tocsin.delivery.state import Batch, DeliveryStands, Receipts
from tocsin.flow import audience, line
from tocsin.flow.audience import Listed, listed
from tocsin.flow.duty import ladder_of
from tocsin.flow.house import House
from tocsin.people.state import Line
from tocsin.store.log import recipients_root
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import RULE
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import WORTH_SENDING, Retraction

Warned = audience.Warned
AT_ONCE = 5_000  # recipients in one commit: the first are sent to, and results noted, while the next are written down
IMMEDIATE = "Immediate"  # CAP 1.2, 3.2.2, urgency


def find_warning(look: Look, id: Id) -> Warned:
    """Return the alert, notice, advisory or headcount of that id.

    Raises:
        Broken: a batch speaks of a warning that is not there.
    """
    found = look.find(Alert, id) or look.find(Notice, id) or look.find(Advisory, id) or look.find(Headcount, id)
    if found is None:
        raise Broken(f"A delivery speaks of warning {id}, which does not exist.")
    return found


def kind_of(warning: Warned) -> str:
    """Return the word for a kind of warning."""
    return type(warning).__name__.lower()


# ---- planning


def plan_warning(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Write down who is to be reached by a warning; that some cannot be goes to a person at once.

    A great many are written down in several commits, and the first are sent to meanwhile. Whoever has been written down
    is left out when this is done again after a crash: who is addressed is asked of the moment at which it went out.
    """
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
        whom = listed(look, warning, ways(house, warning), went_out_at(warning) or now)
        planned = look.rows_of(warning_id).keys() | line.approached(look, warning_id)
        lines = line.lines(look)
    left = (kept for part in whom.parts(AT_ONCE) if (kept := [person for person in part if person not in planned]))
    part, unreachable = next(left, []), list[Id]()
    while (more := next(left, None)) is not None:
        unreachable += _plan(house, warning, part, now, lines)
        part = more
    _plan(house, warning, part, now, lines, last=Last(errand=errand, whom=whom, unreachable=unreachable))


def went_out_at(warning: Warned) -> datetime | None:
    """Return when a warning went out; None: it has not."""
    return warning.sent_at if isinstance(warning, Notice) else warning.issued_at


@dataclass(frozen=True)
class Last:
    """That the last part of an audience is being written down. unreachable: of the parts before."""

    errand: int
    whom: Listed
    unreachable: Sequence[Id]


def _plan(
    house: House,
    warning: Warned,
    persons: Sequence[Id],
    now: datetime,
    lines: Mapping[Id, Line],
    *,
    last: Last | None = None,
) -> tuple[Id, ...]:
    """Write some of an audience down, and with the last of it who that was; return those who cannot be reached.

    lines: of the institutions that have one; there the first contact is told in the institution's place.
    """
    begun: tuple[Fact, ...] = ()
    with house.store.look() as look:
        if not lines.keys().isdisjoint(persons):
            addressed = audience.named(look, warning)
            turns = line.begin(house, look, warning.id, persons, lines, ways(house, warning), addressed, now)
            persons, begun = turns.persons, turns.facts
        plan = plan_deliveries(
            persons, look.addresses(persons), ways(house, warning), size_of(warning), avoid=house.avoid
        )
    facts, lists = warning_batches(house, plan, warning, now)
    facts.extend(begun)
    nobody = last is not None and is_addressed(warning) and not last.whom.size
    if last is not None and is_addressed(warning):
        facts.append(_resolved(house, warning, last, plan.unreachable, now))
    expect: dict[Id, int] = {}
    if plan.unreachable or nobody:
        more, expect = failure_watch(house, warning, now)
        facts.extend(more)
    # The last one has the name by which reconciling knows that nothing was left out.
    command = f"plan:{warning.id}" if last is not None else f"plan:{warning.id}:{house.store.new_id()}"
    done = None if last is None else last.errand
    house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect, lists=lists, done=done)
    return plan.unreachable


def _resolved(house: House, warning: Warned, last: Last, unreachable: Sequence[Id], now: datetime) -> AudienceResolved:
    return AudienceResolved(
        subject=house.store.new_id(),
        occurred_at=now,
        warning=warning.id,
        counts=last.whom.counts((*last.unreachable, *unreachable)),
        ground=last.whom.ground,
        rule=RULE,
        exercise=warning.exercise,
    )


def size_of(warning: Warned) -> int:
    """Return how many recipients of a warning are in one batch at most."""
    # Each recipient of a notice is delivered to alone: a receipt must not tell by its hour how it went with another.
    return 1 if isinstance(warning, Notice) else RANGE


def lane_of(warning: Warned) -> Lane:
    """Return what a warning goes before. Whoever is told in confidence is in danger, or can avert it."""
    immediate = isinstance(warning, Alert) and warning.urgency == IMMEDIATE
    return Lane.DANGER if isinstance(warning, Notice | Headcount) or immediate else Lane.BULK


def warning_batches(
    house: House, plan: Plan, warning: Warned, now: datetime, step: int = 0
) -> tuple[list[Fact], dict[Id, Sequence[Address]]]:
    """Return what writes down that some are to be told of a warning. step: see BatchPlanned."""
    window = None if isinstance(warning, Advisory) else warning.window
    return _batches(
        house,
        plan,
        warning=warning.id,
        kind=kind_of(warning),
        carries=Errand.WARNING,
        lane=lane_of(warning),
        step=step,
        not_after=window.ends if window else None,
        exercise=warning.exercise,
        now=now,
    )


def ways(house: House, warning: Warned) -> tuple[str, ...]:
    """Return the channels by which a warning may go: a notice by none that the house avoids."""
    return house.channels(confidential=isinstance(warning, Notice))


def is_addressed(warning: Warned) -> bool:
    """Say whether a warning names anyone besides the public: a group that turned out empty is a failure."""
    return isinstance(warning, Notice | Headcount) or bool(warning.persons or warning.groups or warning.audience)


def failure_watch(house: House, warning: Warned, now: datetime) -> tuple[list[Fact], dict[Id, int]]:
    """Stand by because a warning did not reach everyone; one watch stands by for all that fails of it.

    Returns the facts, and the versions they rest on: a watch taken on meanwhile no longer stands by for this.
    """
    with house.store.look() as look:
        standing_by = look.all(Watch, warning=warning.id, why=Why.FAILURE.value, settled_at=None, accepted_at=None)
        if standing_by:
            return [], {standing_by[0].id: look.version(standing_by[0].id)}
    return [
        open_watch(
            house.store.new_id(),
            warning=warning.id,
            of=warning.id,
            why=Why.FAILURE,
            ladder=ladder_of(warning).at_once(),
            now=now,
            exercise=warning.exercise,
        )
    ], {}


def plan_calls(house: House, watch_id: Id, *, errand: int, now: datetime) -> None:
    """Write down whom to call about a watch: everyone who was rung and has not been called yet.

    Whoever has no address is passed over, and the next is rung at once.
    """
    with house.store.look() as look:
        watch = look.get(Watch, watch_id)
    for number, ring in _uncalled(house, watch):
        with house.store.look() as look:
            plan = _plan_call(house, look, ring)
        facts, lists = _batches(
            house,
            plan,
            warning=watch.warning,
            kind="call",
            carries=Errand.CALL,
            lane=Lane.CALL,
            step=number,
            watch=watch_id,
            exercise=watch.exercise,
            now=now,
        )
        facts.extend(missed(watch, number, now) if plan.unreachable else ())
        house.store.commit(facts, at=now, by="tocsin", command=f"call:{watch_id}:{number}", lists=lists)
    house.store.finish(errand)


def _plan_call(house: House, look: Look, ring: Ring) -> Plan:
    """Choose how someone is called: over all of the channels that the step names, or, where they have none of these, as ever."""
    ways, addresses = house.channels(confidential=False), look.addresses([ring.to])
    named = [plan_deliveries([ring.to], addresses, (channel,)) for channel in ring.channels if channel in ways]
    ranges = tuple(one for plan in named for one in plan.ranges)
    if ranges:
        return Plan(ranges=ranges, unreachable=())
    return plan_deliveries([ring.to], addresses, ways, avoid=house.avoid)


def _uncalled(house: House, watch: Watch) -> list[tuple[int, Ring]]:
    """Return the rings for which nobody has been called yet, with their numbers. They follow the ones that were called."""
    uncalled: list[tuple[int, Ring]] = []
    for number, ring in reversed(list(enumerate(watch.rings))):
        if house.store.done(f"call:{watch.id}:{number}"):
            break
        uncalled.append((number, ring))
    return uncalled[::-1]


def _batches(
    house: House,
    plan: Plan,
    *,
    warning: Id,
    kind: str,
    carries: Errand,
    lane: Lane,
    exercise: bool,
    now: datetime,
    step: int = 0,
    watch: Id | None = None,
    not_after: datetime | None = None,
) -> tuple[list[Fact], dict[Id, Sequence[Address]]]:
    facts: list[Fact] = []
    lists: dict[Id, Sequence[Address]] = {}
    for one in plan.ranges:
        batch = house.store.new_id()
        lists[batch] = one.addresses
        facts.append(
            BatchPlanned(
                subject=batch,
                occurred_at=now,
                warning=warning,
                warning_kind=kind,
                errand=carries,
                channel=one.channel,
                step=step,
                count=len(one.addresses),
                root=recipients_root(one.addresses),
                not_after=not_after,
                watch=watch,
                exercise=exercise,
                lane=lane,
                more=one.more,
            )
        )
    return facts, lists


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
        warning = find_warning(look, batch.warning)
        places = look.lost(batch_id)
        lost = [place.person for place in places]
        over = look.still_hearing(warning.id, batch.errand, lost)
        over |= look.passed_on(batch.warning, batch.step, lost) if batch.errand is Errand.WARNING else set()
        lost = [person for person in lost if person not in over]
        tried = look.tried(batch.warning, batch.errand, lost)
        plan = plan_deliveries(lost, look.addresses(lost), ways(house, warning), size_of(warning), tried, house.avoid)
        turns = line.Turns(facts=(), persons=(), left=plan.unreachable)
        if batch.errand is Errand.WARNING and plan.unreachable:
            turns = line.pass_over(look, warning.id, plan.unreachable, ways(house, warning), now)
        instead = plan_deliveries(
            turns.persons, look.addresses(turns.persons), ways(house, warning), size_of(warning), avoid=house.avoid
        )
    if batch.errand is Errand.WARNING and taken_back(warning) is not None:
        house.store.finish(errand)  # nobody new is told of it any more
        return
    carries = _retraction_batches if batch.errand is Errand.RETRACTION else warning_batches
    facts, lists = carries(house, plan, warning, now, step=batch.step + 1)
    next_facts, next_lists = warning_batches(house, instead, warning, now)
    facts += [*turns.facts, *next_facts]
    lists |= next_lists
    expect: dict[Id, int] = dict(turns.expect)
    if turns.left:
        more, standing_by = failure_watch(house, warning, now)
        facts.extend(more)
        expect |= standing_by
    among = sha256(repr([place.position for place in places]).encode()).hexdigest()[:16]
    command = f"fall_back:{batch_id}:{among}"
    house.store.commit(facts, at=now, by="tocsin", command=command, expect=expect, lists=lists, done=errand)


# ---- taking back


def retract(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Write down who is told that a warning was false: whoever got it, or may have, where they got it.

    Each batch of it in a commit of its own, and the first are sent meanwhile. Done again after a crash, nobody is
    written down twice.
    """
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
        batches = [batch for batch in look.batches(warning_id) if batch.errand is Errand.WARNING]
    for batch in batches:
        _take_back(house, warning, batch, now)
    house.store.finish(errand)


def taken_back(warning: Warned) -> Retraction | None:
    """Return the retraction of a warning, if there is one; of an advisory, that it was withdrawn."""
    return warning.retraction


def _take_back(house: House, warning: Warned, batch: Batch, now: datetime) -> None:
    with house.store.look() as look:
        told = look.may_have_got(batch.id)
        persons = [address.person for address in told]
        before = look.tried(warning.id, Errand.RETRACTION, persons)
        left = [address for address in told if address.contact not in before.get(address.person, ())]
        ranges = plan_retraction(left, look.addresses(persons), ways(house, warning), size_of(warning))
    if ranges:
        plan = Plan(ranges=ranges, unreachable=())
        facts, lists = _retraction_batches(house, plan, warning, now, step=batch.step)
        command = f"retract:{batch.id}:{house.store.new_id()}"
        house.store.commit(facts, at=now, by="tocsin", command=command, lists=lists)


def _retraction_batches(
    house: House, plan: Plan, warning: Warned, now: datetime, step: int = 0
) -> tuple[list[Fact], dict[Id, Sequence[Address]]]:
    return _batches(
        house,
        plan,
        warning=warning.id,
        kind=kind_of(warning),
        carries=Errand.RETRACTION,
        lane=Lane.RETRACTION,
        step=step,
        not_after=now + WORTH_SENDING,
        exercise=warning.exercise,
        now=now,
    )


# ---- receipts


def gather(house: House, settled: Mapping[int, Id], now: datetime) -> None:
    """Do what follows from batches being settled, by the errands that say so.

    Whoever got a warning after it was taken back is written down to be told so: what was in hand then may have been
    accepted since. And once nothing more will be tried for a warning, its receipts are put under one root.
    """
    with house.store.look() as look:
        batches = look.some(Batch, tuple(settled.values()))
        of_warnings = {batch.warning for batch in batches.values() if batch.errand is Errand.WARNING}
        warnings = {warning: find_warning(look, warning) for warning in sorted(of_warnings)}
    last: dict[tuple[Id, Errand], int] = {}
    for errand, batch_id in settled.items():
        batch = batches[batch_id]
        last[batch.warning, batch.errand] = errand
        if batch.errand is Errand.WARNING and taken_back(warnings[batch.warning]) is not None:
            _take_back(house, warnings[batch.warning], batch, now)
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
