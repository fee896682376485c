"""Sending: a batch is taken in hand, each result is made durable before the next few are sent, and nothing ends unsettled.

Killed anywhere, the batch is taken again: what was accepted and noted is not sent twice, what was in flight may be,
under the same id. A batch is settled only when every place in it has an end, or is on a person's screen.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased
from tocsin.basis.ids import Id
from tocsin.channels.channel import Parcel, Result, later
from tocsin.delivery.facts import BatchSettled, Errand
from tocsin.delivery.retry import FIRST_WAIT, next_try
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.flow import messages
from tocsin.flow.deliver import find_warning
from tocsin.flow.house import House, Message
from tocsin.people.state import Contact, Person
from tocsin.store.log import Attempt, Recipient
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import WindowStands

IN_FLIGHT = 20  # results that a crash may cost: at most so many go out twice, under the same id
NO_END = timedelta(days=7)  # how long a warning without a window is still worth sending

Clock = Callable[[], datetime]
Tell = Callable[[Person, Recipient], Message]


def send_due(house: House, clock: Clock) -> bool:
    """Take the next batch that waits for a sender and send it; say whether there was one.

    Raises:
        TocsinError: it could not be sent now; it has been given back, and waits for another try.
    """
    taken = house.store.claim(clock(), owner="serve")
    if taken is None:
        return False
    batch, attempt = taken
    due: datetime | None = clock() + FIRST_WAIT  # whatever goes wrong below, it is taken up again then
    try:
        due = _send_batch(house, batch, attempt, clock)
    finally:
        house.store.release(batch, due)
    return True


def _send_batch(house: House, batch_id: Id, attempt: int, clock: Clock) -> datetime | None:
    """Send a batch once; return when to try again what failed, or None: it is settled."""
    with house.store.look() as look:
        batch = look.get(Batch, batch_id)
        waiting = look.unsent(batch_id)
        tell = _teller(house, look, batch, clock())
        not_after, over = _holds(look, batch)
        people = look.some(Person, [r.person for r in waiting])
        contacts = look.some(Contact, [r.contact for r in waiting])
    ready: list[tuple[Recipient, Parcel]] = []
    unfit: list[Attempt] = []
    for place in waiting:
        if over:
            unfit.append(_attempt(place, DeliveryStands.WITHDRAWN, attempt, clock(), over))
            continue
        packed = _pack(house, batch, not_after, place, people[place.person], contacts[place.contact], tell)
        if isinstance(packed, Parcel):
            ready.append((place, packed))
        else:
            stands, detail = packed
            unfit.append(_attempt(place, stands, attempt, clock(), detail))
    house.store.add_results(batch_id, unfit)
    failed = list(_send(house, batch, attempt, ready, not_after, clock))
    again = _again(house, attempt, failed, not_after, clock()) if failed else None
    if again is None:
        _settle(house, batch, attempt, clock())
    return again


def _holds(look: Look, batch: Batch) -> tuple[datetime | None, str]:
    """Return until when a batch is worth sending, as its warning stands now, and why it no longer is, if so."""
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        taken = watch.accepted_at is not None or watch.settled_at is not None
        return None, "Somebody had taken it on." if taken else ""
    warning = find_warning(look, batch.warning)
    window = None if isinstance(warning, Advisory) else warning.window
    if window is None:
        return None, ""
    over = window.stands in (WindowStands.WITHDRAWN, WindowStands.STOOD_DOWN)
    return window.ends, "The warning had been taken back, or was over." if over else ""


def _pack(
    house: House,
    batch: Batch,
    not_after: datetime | None,
    place: Recipient,
    person: Person,
    contact: Contact,
    tell: Tell,
) -> Parcel | tuple[DeliveryStands, str]:
    """Return what goes to one recipient, or how it stands instead. What cannot be packed for one holds up nobody else."""
    if isinstance(contact.address, Erased) or person.forgotten:
        return DeliveryStands.SUPPRESSED, "Forgotten since it was planned."
    carrier = house.carriers.get(batch.channel)
    if carrier is None:
        return DeliveryStands.DEAD, f"The {batch.channel} channel is not set up any more."
    parcel_id = house.store.outgoing_id(batch.watch or batch.warning, place.person, batch.channel, batch.step)
    try:
        return carrier.pack(parcel_id, contact.address, tell(person, place), not_after or batch.planned_at + NO_END)
    except Refused as error:
        return DeliveryStands.DEAD, str(error)


def _teller(house: House, look: Look, batch: Batch, now: datetime) -> Tell:
    """Return what tells each recipient of a batch what it is about, in their language."""
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        return lambda person, _: messages.call_message(watch, house.base_url, now, house.language(person.languages[0]))
    warning = find_warning(look, batch.warning)
    threat = look.find(Threat, warning.threat)
    zone = threat.zone if threat else "UTC"

    def tell(person: Person, place: Recipient) -> Message:
        words = house.language(person.languages[0])
        url = f"{house.base_url}/a/{house.store.links.token(place.row)}"
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
    ready: Sequence[tuple[Recipient, Parcel]],
    not_after: datetime | None,
    clock: Clock,
) -> Iterator[Result]:
    """Send what is ready and note each result, a few at a time; yield the ones that ask for another try."""
    noted: list[Attempt] = []
    for (place, _), result in zip(ready, _results(house, batch, ready, clock), strict=False):
        stands = _stands(result, attempt, not_after, clock())
        noted.append(_attempt(place, stands, attempt, clock(), result.detail))
        if len(noted) >= IN_FLIGHT:
            house.store.add_results(batch.id, noted)
            noted = []
        if stands is DeliveryStands.FAILED:
            yield result
    house.store.add_results(batch.id, noted)


def _results(house: House, batch: Batch, ready: Sequence[tuple[Recipient, Parcel]], clock: Clock) -> Iterator[Result]:
    """Yield what the channel says of each parcel. Where it breaks down it has failed at that one, and no more are tried."""
    if not ready:
        return
    said = 0
    try:
        for result in house.carriers[batch.channel].send([parcel for _, parcel in ready], clock):
            yield result
            said += 1
    except Exception as error:  # noqa: BLE001  a channel's mistake counts as a failed try, or it would be tried for ever
        yield later(ready[said][1], f"The {batch.channel} channel broke down ({type(error).__name__}).")


def _attempt(place: Recipient, stands: DeliveryStands, attempt: int, at: datetime, detail: str) -> Attempt:
    return Attempt(position=place.position, stands=stands, at=at, attempt=attempt, detail=detail)


def _stands(result: Result, attempt: int, not_after: datetime | None, now: datetime) -> DeliveryStands:
    match result.state:
        case "accepted":
            return DeliveryStands.ACCEPTED
        case "expired":
            return DeliveryStands.EXPIRED
        case "refused":
            return DeliveryStands.DEAD
    wait = next_try(attempt, now, not_after=not_after)
    return DeliveryStands.DEAD if wait is None else DeliveryStands.FAILED


def _again(
    house: House, attempt: int, failed: Sequence[Result], not_after: datetime | None, now: datetime
) -> datetime | None:
    asked = max(timedelta(seconds=result.retry_after or 0) for result in failed)
    moment = next_try(attempt, now, retry_after=asked, not_after=not_after, jitter=house.jitter())
    # Jitter or the provider's wish may lie past the warning's end, where a plain wait does not.
    return moment or next_try(attempt, now, not_after=not_after)


def _settle(house: House, batch: Batch, attempt: int, now: datetime) -> None:
    """Settle a batch. What still has no end by now is given up in so many words, never left hanging."""
    with house.store.look() as look:
        left = look.unsent(batch.id)
    given_up = [_attempt(place, DeliveryStands.DEAD, attempt, now, "Given up: its time was over.") for place in left]
    house.store.add_results(batch.id, given_up)
    with house.store.look() as look:
        counts, root = look.settled(batch.id)
    receipts = house.store.receipts(batch)
    fact = BatchSettled(subject=batch.id, occurred_at=now, counts=counts, root=root, receipts=receipts.root.hex())
    house.store.commit([fact], at=now, by="tocsin", command=f"settle:{batch.id}", trees={batch.id: receipts})
