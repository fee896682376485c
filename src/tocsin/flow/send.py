"""Sending: a batch is taken in hand, each result is made durable before many more are sent, and nothing ends unsettled.

Killed anywhere, the batch is taken again: what was accepted and noted is not sent twice, what was in flight may be,
under the same id. A batch is settled only when every place in it has an end, or is on a person's screen.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

from tocsin.answer.state import Watch
from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased, Personal
from tocsin.basis.ids import Id
from tocsin.channels.channel import Parcel, Result, later
from tocsin.delivery.facts import BatchSettled, Errand
from tocsin.delivery.retry import FALL_BACK_AFTER, FIRST_WAIT, GIVE_UP_AFTER, next_try
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.flow import messages
from tocsin.flow.deliver import Warned, find_warning, taken_back
from tocsin.flow.house import Carrier, House, Message, Pack
from tocsin.store.log import Attempt, Place
from tocsin.store.look import Look
from tocsin.threat.state import Threat
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import WindowStands

IN_FLIGHT = 512  # deliveries whose results a crash may cost: at most so many go out twice, under the same id
IN_HAND = 128  # of these, results that have come and are not noted yet
UNNOTED = timedelta(seconds=0.25)  # how long they may be not noted, while more are coming
LONGEST_BEFORE_FALLING_BACK = timedelta(minutes=2)  # that a provider may ask for, where there is another way
AT_ONCE = datetime.min.replace(tzinfo=UTC)
NO_END = timedelta(days=7)  # how long a warning without a window is still worth sending

Clock = Callable[[], datetime]


def send_due(house: House, clock: Clock, channel: str) -> bool:
    """Take the next batch of a channel that waits for a sender and send it; say whether there was one.

    Raises:
        TocsinError: it could not be sent now; it has been given back, and waits for another try.
    """
    batch = house.store.claim(clock(), channel, channel)
    if batch is None:
        return False
    due: datetime | None = clock() + FIRST_WAIT  # whatever goes wrong below, it is taken up again then
    cut_off = True
    try:
        due, cut_off = _Sending(house, batch, clock).send(), False
    finally:
        house.store.release(batch, due, cut_off=cut_off)
    return True


class _Sending:
    """One batch, in hand once."""

    def __init__(self, house: House, batch: Id, clock: Clock) -> None:
        self._house, self._store, self._clock = house, house.store, clock
        with house.store.look() as look:
            self._batch = look.get(Batch, batch)
            self._told = self._batch.watch or self._batch.warning
            self._version = look.version(self._told)
            self._waiting = look.unsent(batch)
            self._left = {place.position: _again(place) for place in self._waiting}
            self._not_after, self._over = _holds(look, self._batch)
            self._message = _telling(house, look, self._batch, clock())
        self._carrier = house.carriers.get(self._batch.channel)
        self._id = cache(house.store.delivery_id(self._batch))
        self._places: dict[str, Place] = {}
        self._sent: dict[str, Parcel] = {}
        self._unnoted: list[Attempt] = []
        self._stopped: datetime | None = None
        self._mistake: Exception | None = None
        self._broken = ""

    def send(self) -> datetime | None:
        """Send what is due; return when to take the batch up again, or None: it is settled."""
        now = self._clock()
        if self._over:
            self._note([_untried(place, DeliveryStands.WITHDRAWN, now, self._over) for place in self._waiting])
        elif self._carrier is None:
            why = f"The {self._batch.channel} channel is not set up any more."
            self._note([_untried(place, DeliveryStands.DEAD, now, why) for place in self._waiting])
        else:
            self._send_by(self._carrier, [place for place in self._waiting if _again(place) <= now])
        return self._stopped or self._next()

    def _send_by(self, carrier: Carrier, due: Sequence[Place]) -> None:
        noted = self._clock()
        for results in self._results(carrier, self._parcels(carrier, due)):
            self._unnoted += self._came(results)
            if len(self._unnoted) >= IN_HAND or self._clock() - noted >= UNNOTED:
                self._note_all()
                noted = self._clock()
                if self._stopped is None and self._is_past():
                    self._stopped = noted
        if self._broken and not self._unnoted:  # it counts as a try even so, or it would be tried for ever
            self._unnoted += [self._failed(place, self._broken, 0, noted) for place in due]
        self._note_all()

    def _results(self, carrier: Carrier, parcels: Iterator[Parcel]) -> Iterator[list[Result]]:
        """Yield what the channel says. Where it breaks down it has failed at what it had in hand, and tries no more."""
        try:
            yield from carrier.send(parcels, self._clock, in_flight=IN_FLIGHT - IN_HAND)
        except Exception as error:
            if error is self._mistake:
                raise
            self._broken = f"The {self._batch.channel} channel broke down ({type(error).__name__})."
            yield [later(parcel, self._broken, maybe_arrived=True) for parcel in self._sent.values()]

    # ---- out

    def _parcels(self, carrier: Carrier, due: Sequence[Place]) -> Iterator[Parcel]:
        """Yield what is to leave, until something goes before it or the account is empty."""
        try:
            yield from self._packed_parcels(carrier, due)
        except Exception as error:  # it comes back through the channel, and is none of its own
            self._mistake = error
            raise

    def _packed_parcels(self, carrier: Carrier, due: Sequence[Place]) -> Iterator[Parcel]:
        not_after = self._not_after or self._batch.planned_at + NO_END
        pack = cache(lambda languages: carrier.layout(self._message(tuple(json.loads(languages))), not_after))
        addresses = self._store.keys.open_many([(p.person, p.address, f"{p.contact}.address") for p in due])
        for place, address in zip(self._allowed(carrier, due), addresses, strict=False):
            if self._stopped is not None:
                return
            parcel = self._packed(pack, place, address)
            if parcel is not None:
                self._places[parcel.id] = place
                self._sent[parcel.id] = parcel
                yield parcel

    def _allowed(self, carrier: Carrier, due: Sequence[Place]) -> Iterator[Place]:
        """Yield places while the account with the provider has something left; then say when it has again."""
        limit = carrier.limit
        if limit is None:
            yield from due
            return
        start = 0
        while start < len(due):
            wanted = min(len(due) - start, IN_FLIGHT)
            granted, again = self._store.spend(
                limit.account, wanted, self._clock(), per_s=limit.per_s, burst=limit.burst
            )
            yield from due[start : start + granted]
            start += granted
            if granted < wanted:
                self._stopped = again
                return

    def _packed(self, pack: Callable[[str], Pack], place: Place, address: Personal) -> Parcel | None:
        """Return what goes to one recipient; what cannot be packed for one holds up nobody else."""
        if isinstance(address, Erased) or place.forgotten:
            self._unnoted.append(
                _untried(place, DeliveryStands.SUPPRESSED, self._clock(), "Forgotten since it was planned.")
            )
            return None
        try:
            return pack(place.languages)(self._id(place.person), address, self._link(place))
        except Refused as error:
            self._unnoted.append(_untried(place, DeliveryStands.DEAD, self._clock(), str(error)))
            return None

    def _link(self, place: Place) -> str:
        """Return where this recipient answers; calls, retractions and advisories have nothing to be answered by link."""
        if self._batch.errand is not Errand.WARNING or self._batch.warning_kind == "advisory":
            return ""
        return f"{self._house.base_url}/a/{self._store.links.token(place.row)}"

    # ---- back

    def _came(self, results: Sequence[Result]) -> Iterator[Attempt]:
        """Yield what is to be noted of some results."""
        now = self._clock()
        for result in results:
            place = self._places.pop(result.parcel)
            del self._sent[result.parcel]
            match result.state:
                case "accepted":
                    yield _attempt(place, DeliveryStands.ACCEPTED, now, result.detail)
                case "expired":
                    yield _untried(place, DeliveryStands.EXPIRED, now, result.detail)
                case "refused":
                    yield _attempt(place, DeliveryStands.DEAD, now, result.detail)
                case "later":
                    yield self._failed(place, result.detail, result.retry_after or 0, now)

    def _failed(self, place: Place, detail: str, retry_after: int, now: datetime) -> Attempt:
        most = FALL_BACK_AFTER if self._batch.more else GIVE_UP_AFTER
        tried = place.tries + 1
        plain = next_try(tried, now, not_after=self._not_after, most=most)
        if plain is None:
            return _attempt(place, DeliveryStands.DEAD, now, detail)
        asked = timedelta(seconds=retry_after)
        if self._batch.more and asked > LONGEST_BEFORE_FALLING_BACK:
            return _attempt(place, DeliveryStands.DEAD, now, f"{detail} Another way is tried instead.")
        wished = next_try(
            tried, now, retry_after=asked, not_after=self._not_after, jitter=self._house.jitter(), most=most
        )
        # Jitter or the provider's wish may lie past the warning's end, where a plain wait does not.
        return _attempt(place, DeliveryStands.FAILED, now, detail, again=wished or plain)

    def _note_all(self) -> None:
        self._note(self._unnoted)
        self._unnoted = []

    def _note(self, attempts: Sequence[Attempt]) -> None:
        if attempts:
            self._store.add_results(self._batch.id, attempts)
        for one in attempts:
            if one.again is None:
                del self._left[one.position]
            else:
                self._left[one.position] = one.again

    def _is_past(self) -> bool:
        """Say whether to stop: the warning has changed since, or something waits that goes before it."""
        with self._store.look() as look:
            changed = look.version(self._told) != self._version
            return changed or look.is_overtaken(self._batch.id, self._clock())

    # ---- the end of it

    def _next(self) -> datetime | None:
        """Return when the next place of the batch is due; None once it is settled."""
        now = self._clock()
        if self._left and (self._not_after is None or now < self._not_after):
            return max(min(self._left.values()), now)
        # What still has no end by now is given up in so many words, never left hanging.
        over = [place for place in self._waiting if place.position in self._left]
        self._note([_untried(place, DeliveryStands.DEAD, now, "Given up: its time was over.") for place in over])
        self._settle(now)
        return None

    def _settle(self, now: datetime) -> None:
        sums = self._store.sum_up(self._batch, self._id)
        fact = BatchSettled(
            subject=self._batch.id,
            occurred_at=now,
            counts=sums.counts,
            root=sums.root,
            receipts=sums.receipts.root.hex(),
        )
        command = f"settle:{self._batch.id}"
        self._store.commit([fact], at=now, by="tocsin", command=command, trees={self._batch.id: sums.receipts})


def _attempt(place: Place, stands: DeliveryStands, at: datetime, detail: str, again: datetime | None = None) -> Attempt:
    return Attempt(position=place.position, stands=stands, at=at, attempt=place.tries + 1, detail=detail, again=again)


def _untried(place: Place, stands: DeliveryStands, at: datetime, detail: str) -> Attempt:
    """Note an end that came without another try: whoever was never tried has surely heard nothing."""
    return Attempt(position=place.position, stands=stands, at=at, attempt=place.tries, detail=detail)


def _again(place: Place) -> datetime:
    """Return when the next try at a place is due."""
    return AT_ONCE if place.again is None else datetime.fromisoformat(place.again)


def _holds(look: Look, batch: Batch) -> tuple[datetime | None, str]:
    """Return until when a batch is worth sending, as its warning stands now, and why it no longer is, if so."""
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        taken = watch.accepted_at is not None or watch.settled_at is not None
        return None, "Somebody had taken it on." if taken else ""
    if batch.errand is Errand.RETRACTION:
        return batch.not_after, ""
    warning = find_warning(look, batch.warning)
    window = None if isinstance(warning, Advisory) else warning.window
    over = taken_back(warning) is not None or (
        window is not None and window.stands in (WindowStands.WITHDRAWN, WindowStands.STOOD_DOWN)
    )
    return window.ends if window else None, "The warning had been taken back, or was over." if over else ""


def _telling(house: House, look: Look, batch: Batch, now: datetime) -> Callable[[tuple[str, ...]], Message]:
    """Return what tells the readers of some languages what a batch is about."""
    warning = find_warning(look, batch.warning)
    retraction = taken_back(warning)
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        false = retraction is not None and watch.opened_at >= retraction.at
        return lambda languages: messages.call_message(
            watch, house.base_url, now, house.language(languages[0]), false=false
        )
    threat = look.find(Threat, warning.threat)
    zone = threat.zone if threat else "UTC"
    if batch.errand is Errand.RETRACTION and isinstance(warning, Alert | Notice):
        told = warning  # by its type: neither can be retracted that is no alert or notice
        return lambda languages: messages.retraction_message(told, languages, zone, now, house.language(languages[0]))
    return lambda languages: _message(house, warning, languages, zone, now)


def _message(house: House, warning: Warned, languages: tuple[str, ...], zone: str, now: datetime) -> Message:
    words = house.language(languages[0])
    match warning:
        case Alert():
            return messages.alert_message(warning, languages, zone, now, words)
        case Notice():
            return messages.notice_message(warning, house.organisation, now, words)
    return messages.advisory_message(warning, now, house.base_url, words)
