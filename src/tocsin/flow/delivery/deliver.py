"""Delivering: whoever should hear is written down first, in batches; whoever cannot be reached goes to a person at once.

Sending the batches is send.py's matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tocsin.answer.escalate import missed, open_watch
from tocsin.answer.facts import WatchSettled, Why
from tocsin.answer.replies import Reply
from tocsin.answer.state import Ring, Watch
from tocsin.basis.errors import Broken
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.facts import AudienceResolved, BatchPlanned, Errand, Lane
from tocsin.delivery.plan import RANGE, Address, Plan, plan_deliveries
from tocsin.flow.delivery import line
from tocsin.flow.delivery.undelivered import Matters, matters
from tocsin.flow.house import House
from tocsin.flow.people.on_duty import ladder_of
from tocsin.flow.threat.distrusted import barred_from
from tocsin.flow.warning import audience
from tocsin.flow.warning.audience import Listed, listed
from tocsin.flow.warning.ended import ended_at
from tocsin.people.state import Line
from tocsin.store.log import recipients_root
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.audience import RULE
from tocsin.warning.duty.state import Duty
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import Retraction

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


def is_of_no_warning(look: Look, id: Id) -> bool:
    """Say whether what somebody is called about is a case, a duty to warn or a plea, and no warning."""
    return any(look.find(kind, id) is not None for kind in (Threat, Duty, Reply))


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
        planned = look.told(warning_id).keys() | line.approached(look, warning_id)
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
            out = barred_from(look, warning)
            turns = line.begin(
                house, look, warning.id, persons, lines, ways(house, warning), addressed, now, barred=out
            )
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
        more, expect = not_reached(house, warning, now)
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
    return batches_of(
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


def taken_back(warning: Warned) -> Retraction | None:
    """Return the retraction of a warning, if there is one; of an advisory, that it was withdrawn."""
    return warning.retraction


def ways(house: House, warning: Warned) -> tuple[str, ...]:
    """Return the channels by which a warning may go: a notice by none that the house avoids."""
    return house.channels(confidential=isinstance(warning, Notice))


def is_addressed(warning: Warned) -> bool:
    """Say whether a warning names anyone besides the public: a group that turned out empty is a failure."""
    return isinstance(warning, Notice | Headcount) or bool(warning.persons or warning.groups or warning.audience)


def not_reached(house: House, warning: Warned, now: datetime) -> tuple[list[Fact], dict[Id, int]]:
    """Stand by because a warning itself did not reach everyone. Where that matters no more, it is written down, and rings nobody.

    Returns what failure_watch does.
    """
    with house.store.look() as look:
        how_far = matters(look, warning, now)
    opened, expect = failure_watch(house, warning, now, slows=how_far is Matters.RARELY)
    rings_nobody = opened if how_far is Matters.NO else ()
    return [*opened, *(WatchSettled(subject=one.subject, occurred_at=now, how="over") for one in rings_nobody)], expect


def failure_watch(
    house: House, warning: Warned, now: datetime, *, slows: bool = False
) -> tuple[list[Fact], dict[Id, int]]:
    """Stand by because something said of a warning did not reach everyone; one watch stands by for all that fails of it.

    What fails after its end is no more of what failed before. slows: it rings ever more rarely.
    Returns the facts, and the versions they rest on: a watch taken on meanwhile no longer stands by for this.
    """
    ended, ladder = ended_at(warning), ladder_of(warning).at_once()
    with house.store.look() as look:
        every = look.all(
            Watch, warning=warning.id, of=warning.id, why=Why.FAILURE.value, settled_at=None, accepted_at=None
        )
        standing_by = [one for one in every if ended is None or one.opened_at >= ended]
        if standing_by:
            return [], {standing_by[0].id: look.version(standing_by[0].id)}
    return [
        open_watch(
            house.store.new_id(),
            warning=warning.id,
            of=warning.id,
            why=Why.FAILURE,
            ladder=ladder.rarely() if slows else ladder,
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
    uncalled = _uncalled(house, watch)
    for left, (number, ring) in zip(range(len(uncalled) - 1, -1, -1), uncalled, strict=True):
        with house.store.look() as look:
            plan = _plan_call(house, look, ring)
        facts, lists = batches_of(
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
        done = None if left else errand
        house.store.commit(facts, at=now, by="tocsin", command=f"call:{watch_id}:{number}", lists=lists, done=done)
    if not uncalled:
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


def batches_of(
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
    """Return what writes down that the ranges of a plan are to be told something, and the lists of who that is."""
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
