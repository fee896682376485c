"""Delivering: whoever should hear is written down first, then sent to, and each result is durable before the next few.

Killed anywhere, the batch is taken again: what was accepted and noted is not sent twice, what was in flight may be,
under the same id. What was planned is either sent or on a person's screen.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from tocsin.answer.escalate import open_watch
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.errors import Broken
from tocsin.basis.fact import Erased, Fact
from tocsin.basis.ids import Id
from tocsin.channels.channel import Parcel, Result
from tocsin.delivery.facts import BatchPlanned, BatchSettled, Errand
from tocsin.delivery.plan import Address, Plan, plan_deliveries
from tocsin.delivery.retry import next_try
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.flow import messages
from tocsin.flow.house import House, Message
from tocsin.people.state import Contact, Person
from tocsin.store.log import Attempt, Recipient, recipients_root
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice

IN_FLIGHT = 20  # results that a crash may cost: at most so many go out twice, under the same id
NO_END = timedelta(days=7)  # how long a warning without a window is still worth sending

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


# ---- sending


def send_due(house: House, clock: Callable[[], datetime]) -> bool:
    """Take the next batch that waits for a sender and send it; say whether there was one."""
    taken = house.store.claim(clock(), owner="serve")
    if taken is None:
        return False
    batch_id, attempt = taken
    with house.store.look() as look:
        batch = look.get(Batch, batch_id)
        waiting = look.unsent(batch_id)
        parcels = list(_parcels(house, look, batch, waiting, clock()))
    fates = _send(house, batch, attempt, waiting, parcels, clock)
    again = _again(house, batch, attempt, fates, clock())
    if again is None:
        _settle(house, batch, clock())
    house.store.release(batch_id, again)
    return True


def _parcels(
    house: House, look: Look, batch: Batch, waiting: Sequence[Recipient], now: datetime
) -> Iterator[Parcel | None]:
    people = look.some(Person, [r.person for r in waiting])
    contacts = look.some(Contact, [r.contact for r in waiting])
    tell = _teller(house, look, batch, now)
    for recipient in waiting:
        address = contacts[recipient.contact].address
        person = people[recipient.person]
        if isinstance(address, Erased) or person.forgotten:
            yield None  # forgotten between planning and sending: there is nobody to send to any more
            continue
        yield house.carriers[batch.channel].pack(
            house.store.outgoing_id(batch.watch or batch.warning, recipient.person, batch.channel, batch.step),
            address,
            tell(person, recipient),
            batch.not_after or batch.planned_at + NO_END,
        )


def _teller(house: House, look: Look, batch: Batch, now: datetime) -> Callable[[Person, Recipient], Message]:
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        return lambda person, _: messages.call_message(watch, house.base_url, now, house.language(person.languages[0]))
    warning = find_warning(look, batch.warning)
    threat = look.find(Threat, warning.threat)
    zone = threat.zone if threat else "UTC"

    def tell(person: Person, recipient: Recipient) -> Message:
        words = house.language(person.languages[0])
        url = f"{house.base_url}/a/{house.store.links.token(recipient.row)}"
        match warning:
            case Alert():
                return messages.alert_message(warning, person.languages, zone, url, now, words)
            case Notice():
                return messages.notice_message(warning, house.organisation, url, now, words)
        return messages.advisory_message(warning, now, house.base_url, words)

    return tell


def _send(
    house: House,
    batch: Batch,
    attempt: int,
    waiting: Sequence[Recipient],
    parcels: Sequence[Parcel | None],
    clock: Callable[[], datetime],
) -> list[Result]:
    """Send what is ready and note each result; return the ones that ask for another try."""
    gone = [r for r, parcel in zip(waiting, parcels, strict=True) if parcel is None]
    house.store.add_results(
        batch.id,
        [
            Attempt(
                position=r.position, stands=DeliveryStands.SUPPRESSED, at=clock(), attempt=attempt, detail="Forgotten."
            )
            for r in gone
        ],
    )
    ready = [(r, parcel) for r, parcel in zip(waiting, parcels, strict=True) if parcel is not None]
    again: list[Result] = []
    noted: list[Attempt] = []
    results = house.carriers[batch.channel].send([parcel for _, parcel in ready], clock)
    for (recipient, _), result in zip(ready, results, strict=True):
        stands = _stands(result, batch, attempt, clock())
        if stands is DeliveryStands.FAILED:
            again.append(result)
        noted.append(
            Attempt(position=recipient.position, stands=stands, at=clock(), attempt=attempt, detail=result.detail)
        )
        if len(noted) >= IN_FLIGHT:
            house.store.add_results(batch.id, noted)
            noted = []
    house.store.add_results(batch.id, noted)
    return again


def _stands(result: Result, batch: Batch, attempt: int, now: datetime) -> DeliveryStands:
    match result.state:
        case "accepted":
            return DeliveryStands.ACCEPTED
        case "expired":
            return DeliveryStands.EXPIRED
        case "refused":
            return DeliveryStands.DEAD
    wait = next_try(attempt, now, not_after=batch.not_after)
    return DeliveryStands.DEAD if wait is None else DeliveryStands.FAILED


def _again(house: House, batch: Batch, attempt: int, failed: Sequence[Result], now: datetime) -> datetime | None:
    if not failed:
        return None
    asked = max((timedelta(seconds=result.retry_after or 0) for result in failed), default=timedelta())
    moment = next_try(attempt, now, retry_after=asked, not_after=batch.not_after, jitter=house.jitter())
    # Jitter or the provider's wish may lie past the end that _stands looked at; then the try comes as late as it can.
    return moment or next_try(attempt, now, not_after=batch.not_after)


def _settle(house: House, batch: Batch, now: datetime) -> None:
    with house.store.look() as look:
        counts, root = look.settled(batch.id)
    fact = BatchSettled(subject=batch.id, occurred_at=now, counts=counts, root=root)
    house.store.commit([fact], at=now, by="tocsin", command=f"settle:{batch.id}")


def settled_badly(counts: dict[str, int]) -> int:
    """Return for how many recipients of a batch everything failed."""
    return counts.get(DeliveryStands.DEAD.value, 0) + counts.get(DeliveryStands.EXPIRED.value, 0)
