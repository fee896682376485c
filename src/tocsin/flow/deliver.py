"""Delivering: whoever should hear is written down first, in batches; whoever cannot be reached goes to a person at once.

Sending the batches is send.py's matter.
"""

from collections.abc import Sequence
from datetime import datetime

from tocsin.answer.escalate import open_watch
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Broken
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.delivery.facts import BatchPlanned, Errand
from tocsin.delivery.plan import Address, Plan, plan_deliveries
from tocsin.delivery.state import DeliveryStands
from tocsin.flow.house import House
from tocsin.store.log import recipients_root
from tocsin.store.look import Look
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice

Warned = Alert | Notice | Advisory


def find_warning(look: Look, id: Id) -> Warned:
    """Return the alert, notice or advisory of that id.

    Raises:
        Broken: a batch speaks of a warning that is not there.
    """
    found = look.find(Alert, id) or look.find(Notice, id) or look.find(Advisory, id)
    if found is None:
        raise Broken(f"A delivery speaks of warning {id}, which does not exist.")
    return found


def kind_of(warning: Warned) -> str:
    """Return the word for a kind of warning."""
    return type(warning).__name__.lower()


def audience(look: Look, warning: Warned) -> list[Id]:
    """Return everyone who is addressed by a warning, each once."""
    if isinstance(warning, Notice):
        return list(warning.recipients)
    return list(dict.fromkeys([*warning.persons, *look.members(warning.groups)]))


# ---- planning


def plan_warning(house: House, warning_id: Id, *, errand: int, now: datetime) -> None:
    """Write down who is to be reached by a warning; that some cannot be goes to a person at once."""
    with house.store.look() as look:
        warning = find_warning(look, warning_id)
        persons = audience(look, warning)
        plan = plan_deliveries(persons, look.addresses(persons), tuple(house.carriers))
    window = None if isinstance(warning, Advisory) else warning.window
    facts, lists = _batches(
        house,
        plan,
        warning=warning_id,
        kind=kind_of(warning),
        carries=Errand.WARNING,
        not_after=window.ends if window else None,
        exercise=warning.exercise,
        now=now,
    )
    if plan.unreachable:
        facts.extend(failure_watch(house, warning, now))
    house.store.commit(facts, at=now, by="tocsin", command=f"plan:{warning_id}", lists=lists, done=errand)


def failure_watch(house: House, warning: Warned, now: datetime) -> list[Fact]:
    """Stand by because a warning did not reach everyone; one watch stands by for all that fails of it."""
    with house.store.look() as look:
        standing_by = [w for w in look.all(Watch, warning=warning.id, why=Why.FAILURE.value) if w.settled_at is None]
    if any(watch.accepted_at is None for watch in standing_by):
        return []
    return [
        open_watch(
            house.store.new_id(),
            warning=warning.id,
            of=warning.id,
            why=Why.FAILURE,
            ladder=warning.ladder.at_once(),
            now=now,
            exercise=warning.exercise,
        )
    ]


def plan_call(house: House, watch_id: Id, *, errand: int, now: datetime) -> None:
    """Write down that the person last rung about a watch is to be called."""
    with house.store.look() as look:
        watch = look.get(Watch, watch_id)
        to = watch.rings[-1].to
        plan = plan_deliveries([to], look.addresses([to]), tuple(house.carriers))
    facts, lists = _batches(
        house,
        plan,
        warning=watch.warning,
        kind="call",
        carries=Errand.CALL,
        step=len(watch.rings),
        watch=watch_id,
        exercise=watch.exercise,
        now=now,
    )
    house.store.commit(facts, at=now, by="tocsin", command=f"call:{errand}", lists=lists, done=errand)


def _batches(
    house: House,
    plan: Plan,
    *,
    warning: Id,
    kind: str,
    carries: Errand,
    exercise: bool,
    now: datetime,
    step: int = 0,
    watch: Id | None = None,
    not_after: datetime | None = None,
) -> tuple[list[Fact], dict[Id, Sequence[Address]]]:
    facts: list[Fact] = []
    lists: dict[Id, Sequence[Address]] = {}
    for channel, addresses in plan.ranges:
        batch = house.store.new_id()
        lists[batch] = addresses
        facts.append(
            BatchPlanned(
                subject=batch,
                occurred_at=now,
                warning=warning,
                warning_kind=kind,
                errand=carries,
                channel=channel,
                step=step,
                count=len(addresses),
                root=recipients_root(addresses),
                not_after=not_after,
                watch=watch,
                exercise=exercise,
            )
        )
    return facts, lists


def settled_badly(counts: dict[str, int]) -> int:
    """Return for how many recipients of a batch everything failed."""
    return counts.get(DeliveryStands.DEAD.value, 0) + counts.get(DeliveryStands.EXPIRED.value, 0)
