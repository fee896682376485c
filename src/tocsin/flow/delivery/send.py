"""Sending: a batch is taken in hand, each result is made durable before many more are sent, and nothing ends unsettled.

Killed anywhere, the batch is taken again: what was accepted and noted is not sent twice, what was in flight may be,
under the same id. A batch is settled only when every place in it has an end, or is on a person's screen.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime, timedelta

from tocsin.answer.codes import AccessCode
from tocsin.answer.facts import Why
from tocsin.answer.state import Watch
from tocsin.basis.fact import Personal
from tocsin.basis.ids import Id
from tocsin.basis.words import Words, best_spoken
from tocsin.delivery.facts import ASKED_FOR, LANES, BatchSettled, Errand
from tocsin.delivery.retry import FALL_BACK_AFTER, FIRST_WAIT, GIVE_UP_AFTER, next_try
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.flow import messages
from tocsin.flow.answer.headcount_words import headcount_message
from tocsin.flow.delivery import answered, code, link
from tocsin.flow.delivery.afterwards import latest_follow_up
from tocsin.flow.delivery.carrier import Carrier, Message
from tocsin.flow.delivery.deliver import Warned, find_warning, is_of_no_warning, taken_back
from tocsin.flow.delivery.echo import mark_wrong
from tocsin.flow.delivery.hand import Hand, Order, OwnHand, Said
from tocsin.flow.delivery.turns import Turns
from tocsin.flow.house import House
from tocsin.flow.people import leave, rota_ends
from tocsin.flow.warning.advisory import is_replaced
from tocsin.flow.warning.ended import ended_at
from tocsin.people.listed import Need
from tocsin.people.rota import Rota
from tocsin.people.state import Contact, Person
from tocsin.store.institutions import stands_for
from tocsin.store.log import Attempt
from tocsin.store.look import Look
from tocsin.store.place import Place
from tocsin.store.sums import Came, Sums
from tocsin.threat.state import Threat
from tocsin.warning.advisory.place import of_country
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert
from tocsin.warning.duty.state import Duty
from tocsin.warning.follow_up import FollowUp
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice, version_for
from tocsin.warning.window import WindowStands

IN_FLIGHT = 512  # deliveries whose results a crash may cost: at most so many go out twice, under the same id
IN_HAND = 256  # of these, results that have come and are not noted yet
MANY = 100  # recipients that are worth handing to a process of its own
UNNOTED = timedelta(seconds=0.25)  # how long they may be not noted, while more are coming
WHILE_THERE_IS_TIME = 0.75  # of the time to the end: then whoever still waits for the account goes another way
LONGEST_BEFORE_FALLING_BACK = timedelta(minutes=2)  # that a provider may ask for, where there is another way
AT_ONCE = datetime.min.replace(tzinfo=UTC)
END_OF_TIME = datetime.max.replace(tzinfo=UTC)
NO_END = timedelta(days=7)  # how long a warning without a window is still worth sending

Clock = Callable[[], datetime]


def send_due(
    house: House,
    clock: Clock,
    channel: str,
    owner: str = "",
    hand: Hand | None = None,
    turns: Turns | None = None,
) -> bool:
    """Take the next batch of a channel that waits for a sender and send it; say whether there was one.

    owner: who takes it, where several send over one channel. hand: hands over what goes to many. turns: at that hand, where
    several share it: a batch is made ready while another is handed over.

    Raises:
        TocsinError: it could not be sent now; it has been given back, and waits for another try.
    """
    began = clock()
    batch = house.store.claim(began, owner or channel, channel)
    if batch is None:
        return False
    due: datetime | None = began + FIRST_WAIT  # whatever goes wrong below, it is taken up again then
    cut_off, calls_for = True, list[str]()
    try:
        sending = _Sending(house, batch, clock, hand, turns or Turns())
        due, cut_off = sending.send(), False
        calls_for = sending.calls_for
    finally:
        if due is not None:
            now = clock()
            if now < began:  # the clock was set right meanwhile, and what it showed before puts nothing off
                due = now
            house.store.release(batch, due, now, cut_off=cut_off, calls_for=calls_for)
    return True


class _Sending:
    """One batch, in hand once."""

    def __init__(self, house: House, batch: Id, clock: Clock, hand: Hand | None, turns: Turns) -> None:
        self._house, self._store, self._clock = house, house.store, clock
        self._own = OwnHand(house.carriers, house.store.secrets.links, house.store.randomness)
        self._hand = hand or self._own
        self._turns = turns
        with house.store.look() as look:
            self._batch = look.get(Batch, batch)
            warning = _warning_of(look, self._batch)
            # What is told of a warning afterwards hangs on the warning: a later word stops it.
            of = warning.id if warning is not None and self._batch.errand is Errand.FOLLOW_UP else self._batch.warning
            self._told = self._batch.watch or of
            self._version = look.version(self._told)
            self._waiting = look.unsent(batch, clock())
            # Cut off, it may never have been asked for the next way of those it had lost. Asked twice, it is done once.
            self._has_arrived = look.was_cut_off(batch)
            self._has_lost = self._has_arrived and bool(look.lost(batch))
            self._left = {place.position: _again(place) for place in self._waiting}
            self._not_after, self._over = _holds(look, self._batch, warning, clock())
            self._may_leave = leave.may_leave(look, self._batch, [place.person for place in self._waiting])
            persons = [place.person for place in self._waiting]
            self._large = look.needing(persons, Need.LARGE_TEXT) if self._batch.channel == "mail" else frozenset()
            self._message = _telling(house, look, self._batch, warning, clock())
        self._carrier = house.carriers.get(self._batch.channel)
        self._unnoted: list[Attempt] = []
        self._keys: Mapping[Id, bytes] = {}  # of those to whom it is handed over
        # Of a batch that is sent for the first time everything is at hand when it is summed up.
        is_new = len(self._waiting) == self._batch.count and not any(place.tries for place in self._waiting)
        self._came_in: list[Came] | None = [] if is_new else None
        self._wrong: dict[Id, tuple[Personal, str]] = {}  # contact points at which nothing arrives: see mark_wrong
        self._sums: Sums | None = None
        self._stopped: datetime | None = None  # since when nothing more may leave
        self._refilled: datetime | None = None  # when the account has something again

    @property
    def calls_for(self) -> list[str]:
        """Return what follows from a warning having reached somebody, or not, and must not wait for the rest of the batch."""
        if self._batch.errand is not Errand.WARNING:
            return []
        return [*(["fall_back"] if self._has_lost else []), *(["take_in"] if self._has_arrived else [])]

    def send(self) -> datetime | None:
        """Send what is due; return when to take the batch up again, or None: it is settled."""
        now = self._clock()
        if self._over:
            self._note(_untried(self._waiting, DeliveryStands.WITHDRAWN, now, self._over))
        elif self._carrier is None:
            why = f"The {self._batch.channel} channel is not set up any more."
            self._note(_untried(self._waiting, DeliveryStands.DEAD, now, why))
        elif self._not_after is not None and now >= self._not_after:
            # Not by the channel, which would say so too: what an account may send is for what can still be sent.
            never = [place for place in self._waiting if not place.tries]
            self._note(_untried(never, DeliveryStands.EXPIRED, now, "Its time was over before it could be sent."))
        else:
            self._send_by(self._carrier, [place for place in self._waiting if self._left[place.position] <= now])
        return self._stopped or self._refilled or self._next()

    def _send_by(self, carrier: Carrier, due: list[Place]) -> None:
        hand = self._hand_for(len(due))
        ready = None if carrier.limits else self._order(due)
        with self._turn_at(hand):
            if not self._stop_if_past():  # it may have waited for its turn
                granted = due[: self._granted(carrier, len(due))]
                if granted:
                    self._hand_over(hand, ready or self._order(granted), granted)
                self._pass_on(carrier, due[len(granted) :])
        mark_wrong(self._house, self._batch.id, self._wrong, now=self._clock())

    def _hand_over(self, hand: Hand, order: Order, granted: Sequence[Place]) -> None:
        noted, in_hand = self._clock(), 0
        for said in hand.send(order, self._moment, in_flight=IN_FLIGHT - IN_HAND):
            self._unnoted += self._came(said, granted)
            in_hand += sum(len(one.places) for one in said)
            self._wrong |= {
                granted[place].contact: (self._address(granted[place]), one.detail)
                for one in said
                if one.wrong_address
                for place in one.places
            }
            if in_hand >= IN_HAND or self._clock() - noted >= UNNOTED:
                self._note_all()
                noted, in_hand = self._clock(), 0
                self._stop_if_past()
        self._note_all()  # before the hand goes on to another batch: so many are in flight, and no more
        if not self._left and hand is self._hand_for(self._batch.count):
            self._sums = self._summed_by(hand)

    def _turn_at(self, hand: Hand) -> AbstractContextManager[None]:
        """Return what is held while a hand is at work for us alone."""
        return nullcontext() if hand is self._own else self._turns.turn(LANES.index(self._batch.lane))

    def _stop_if_past(self) -> bool:
        """Say whether nothing more may leave: the warning has changed since, or something goes before it."""
        if self._stopped is None and self._is_past():
            self._stopped = self._clock()
        return self._stopped is not None

    def _address(self, place: Place) -> Personal:
        return self._store.keys.open(place.person, place.address, f"{place.contact}.address")

    def _hand_for(self, recipients: int) -> Hand:
        return self._hand if recipients >= MANY else self._own

    def _moment(self) -> datetime:
        """Return what a channel is told for the time: once we have stopped, one after which nothing may leave.

        So what it had taken and not handed over yet comes back unsent.
        """
        return self._clock() if self._stopped is None else END_OF_TIME

    # ---- out

    def _granted(self, carrier: Carrier, wanted: int) -> int:
        """Return how many may go now by the account with the provider, and keep in mind when it has something again."""
        if not carrier.limits or not wanted:
            return wanted
        granted, again = self._store.spend(carrier.limits, wanted, self._clock())
        if granted < wanted:
            self._refilled = again
        return granted

    def _pass_on(self, carrier: Carrier, left: Sequence[Place]) -> None:
        """Let go, where there is another way, of those whom the account with the provider would not let us tell in time."""
        if left and self._batch.more and self._not_after is not None and self._stopped is None:
            why = "The account with the provider allows no more in time. Another way is tried instead."
            over = left[self._in_time(carrier, len(left), self._not_after) :]
            self._note(_untried(over, DeliveryStands.EXPIRED, self._clock(), why))
            self._has_lost = self._has_lost or bool(over)

    def _in_time(self, carrier: Carrier, left: int, not_after: datetime) -> int:
        """Return how many of those who are left can be told while there is time enough for another way.

        Who shares an account shares what it allows: a batch keeps as large a part of its people as all of them together can.
        """
        planned = self._batch.planned_at
        seconds = (planned + (not_after - planned) * WHILE_THERE_IS_TIME - self._clock()).total_seconds()
        if seconds <= 0:
            return 0
        if len(self._waiting) < self._batch.count:  # it was seen to when it was sent for the first time
            return left
        with self._store.look() as look:
            wanted = look.waiting_beside(self._batch.id)
        allowed = min(limit.per_s for limit in carrier.limits) * seconds
        return left if wanted <= allowed else int(left * allowed / wanted)

    def _order(self, places: list[Place]) -> Order:
        batch = self._batch
        self._keys = self._store.keys.some([place.person for place in places])
        # Calls and retractions have nothing to be answered by link.
        asks = batch.errand is Errand.WARNING
        return Order(
            batch=batch.id,
            channel=batch.channel,
            about=self._store.about(batch),
            step=batch.step,
            answers=f"{self._house.base_url}/a/" if asks else "",
            leaving=f"{self._house.base_url}{leave.PREFIX}" if self._may_leave else "",
            not_after=self._not_after or batch.planned_at + NO_END,
            messages={one: self._message(tuple(json.loads(one))) for one in {place.languages for place in places}},
            places=places,
            keys=[self._keys.get(place.person) for place in places],
            leavers=frozenset(self._may_leave),
            large=self._large,
        )

    # ---- back

    def _came(self, said: Sequence[Said], places: Sequence[Place]) -> Iterator[Attempt]:
        """Yield what is to be noted of what became of some places."""
        now = self._clock()
        for one in said:
            alike = [places[place] for place in one.places]
            match one.what:
                case "accepted":
                    yield from _attempts(alike, DeliveryStands.ACCEPTED, now, one.detail)
                case "expired" if self._stopped is not None:
                    pass  # it came back, and is left for the next time
                case "expired":
                    yield from _untried(alike, DeliveryStands.EXPIRED, now, one.detail)
                case "refused":
                    yield from _attempts(alike, DeliveryStands.DEAD, now, one.detail)
                case "forgotten":
                    yield from _untried(alike, DeliveryStands.SUPPRESSED, now, one.detail)
                case "unfit":
                    yield from _untried(alike, DeliveryStands.DEAD, now, one.detail)
                case "later":
                    for place in alike:
                        yield self._failed(place, one.detail, one.retry_after, now)

    def _failed(self, place: Place, detail: str, retry_after: int, now: datetime) -> Attempt:
        most = FALL_BACK_AFTER if self._batch.more else GIVE_UP_AFTER
        tried = place.tries + 1
        plain = next_try(tried, now, not_after=self._not_after, most=most)
        if plain is None:
            return Attempt([place.position], DeliveryStands.DEAD, now, tried, detail)
        asked = timedelta(seconds=retry_after)
        if self._batch.more and asked > LONGEST_BEFORE_FALLING_BACK:
            return Attempt([place.position], DeliveryStands.DEAD, now, tried, f"{detail} Another way is tried instead.")
        wished = next_try(
            tried, now, retry_after=asked, not_after=self._not_after, jitter=self._house.jitter(), most=most
        )
        # Jitter or the provider's wish may lie past the warning's end, where a plain wait does not.
        return Attempt([place.position], DeliveryStands.FAILED, now, tried, detail, again=wished or plain)

    def _note_all(self) -> None:
        self._note(self._unnoted)
        self._unnoted = []

    def _note(self, attempts: Sequence[Attempt]) -> None:
        if attempts:
            kept = self._store.add_results(self._batch.id, attempts)
            if self._came_in is not None:
                self._came_in += kept
        for one in attempts:
            self._has_lost = self._has_lost or one.stands is DeliveryStands.DEAD
            self._has_arrived = self._has_arrived or one.stands is DeliveryStands.ACCEPTED
            for position in one.positions:
                if one.again is None:
                    del self._left[position]
                else:
                    self._left[position] = one.again

    def _is_past(self) -> bool:
        """Say whether to stop: the warning has changed since, or something waits that goes before it."""
        if self._turns.is_wanted_before(LANES.index(self._batch.lane)):
            return True
        with self._store.look() as look:
            return look.is_past(self._batch.id, self._told, self._version, self._clock())

    # ---- the end of it

    def _next(self) -> datetime | None:
        """Return when the next place of the batch is due; None once it is settled."""
        now = self._clock()
        if self._left and (self._not_after is None or now < self._not_after):
            return max(min(self._left.values()), now)
        # What still has no end by now is given up in so many words, never left hanging.
        over = [place for place in self._waiting if place.position in self._left]
        self._note(_untried(over, DeliveryStands.DEAD, now, "Given up: its time was over."))
        self._settle(now)
        return None

    def _settle(self, now: datetime) -> None:
        sums = self._sums or self._summed()
        fact = BatchSettled(
            subject=self._batch.id,
            occurred_at=now,
            counts=sums.counts,
            root=sums.root,
            receipts=sums.receipts.root.hex(),
        )
        command = f"settle:{self._batch.id}"
        trees = {self._batch.id: sums.receipts}
        self._store.commit([fact], at=now, by="tocsin", command=command, trees=trees, settled=self._batch.id)

    def _summed(self) -> Sums:
        hand = self._hand_for(self._batch.count)
        with self._turn_at(hand):
            return self._summed_by(hand)

    def _summed_by(self, hand: Hand) -> Sums:
        return hand.sum_up(self._store.tally(self._batch, self._known()))

    def _known(self) -> tuple[list[Id], Mapping[Id, bytes], list[Came]] | None:
        """Return what Store.tally asks for, if it is at hand."""
        if self._came_in is None:
            return None
        persons = [place.person for place in self._waiting]
        # Not all may have been handed over; and whose key is destroyed is asked of again.
        keys = self._keys if len(self._keys) == len(persons) else self._store.keys.some(persons)
        return persons, keys, self._came_in


def _attempts(places: Sequence[Place], stands: DeliveryStands, at: datetime, detail: str) -> list[Attempt]:
    """Note the same of one more try at each of these places."""
    return [Attempt(some, stands, at, tries + 1, detail) for tries, some in _by_tries(places)]


def _untried(places: Sequence[Place], stands: DeliveryStands, at: datetime, detail: str) -> list[Attempt]:
    """Note an end that came without another try: whoever was never tried has surely heard nothing."""
    return [Attempt(some, stands, at, tries, detail) for tries, some in _by_tries(places)]


def _by_tries(places: Sequence[Place]) -> Iterable[tuple[int, list[int]]]:
    """Return the positions of some places, by how often each was tried."""
    tried: dict[int, list[int]] = {}
    for place in places:
        tried.setdefault(place.tries, []).append(place.position)
    return tried.items()


def _again(place: Place) -> datetime:
    """Return when the next try at a place is due."""
    return AT_ONCE if place.again is None else datetime.fromisoformat(place.again)


def _warning_of(look: Look, batch: Batch) -> Warned | None:
    """Return the warning that a batch speaks of; None: of none, but of a case, a duty, or what somebody asked for."""
    if batch.errand in ASKED_FOR or (batch.errand is Errand.CALL and is_of_no_warning(look, batch.warning)):
        return None
    follow_up = look.get(FollowUp, batch.warning) if batch.errand is Errand.FOLLOW_UP else None
    return find_warning(look, batch.warning if follow_up is None else follow_up.warning)


def _holds(look: Look, batch: Batch, warning: Warned | None, now: datetime) -> tuple[datetime | None, str]:
    """Return until when a batch is worth sending, as its warning stands now, and why it no longer is, if so."""
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        taken = watch.accepted_at is not None or watch.settled_at is not None
        return None, "Somebody had taken it on." if taken else ""
    if batch.errand is Errand.RETRACTION or warning is None:
        return batch.not_after, ""
    if batch.errand is Errand.FOLLOW_UP:
        latest = latest_follow_up(look, warning.id)
        moot = latest is None or latest.id != batch.warning or taken_back(warning) is not None
        return batch.not_after, "Something later was said of the warning." if moot else ""
    if isinstance(warning, Advisory) and is_replaced(look, warning, now):
        return None, "Another level had been set."
    window = None if isinstance(warning, Advisory) else warning.window
    over = taken_back(warning) is not None or (
        window is not None and window.stands in (WindowStands.WITHDRAWN, WindowStands.STOOD_DOWN)
    )
    return window.ends if window else None, "The warning had been taken back, or was over." if over else ""


def _telling(
    house: House, look: Look, batch: Batch, warning: Warned | None, now: datetime
) -> Callable[[tuple[str, ...]], Message]:
    """Return what tells the readers of some languages what a batch is about."""
    if batch.errand is Errand.CODE:
        asked = look.get(AccessCode, batch.warning)
        about = look.find(Notice, asked.warning)
        unnamed = about is not None and about.unnamed
        return lambda languages: code.code_message(
            house, asked, batch.exercise, now, _words(house, languages), unnamed=unnamed
        )
    if batch.errand is Errand.ROTA:
        rota = look.get(Rota, batch.warning)
        return lambda languages: rota_ends.rota_message(
            rota, house.base_url, now, _words(house, languages), exercise=batch.exercise
        )
    if batch.errand is Errand.REPLY:
        tell = answered.telling(house, look, batch, now)
        return lambda languages: tell(_words(house, languages))
    if batch.errand is Errand.CALL:
        watch = look.get(Watch, str(batch.watch))
        unsaid = "" if warning is None else _unsaid(watch, warning)
        owed = look.find(Duty, watch.warning) if watch.why is Why.DUTY else None
        owed_by = None if owed is None else owed.owed_by
        return lambda languages: messages.call_message(
            watch, house.base_url, now, _words(house, languages), unsaid=unsaid, owed_by=owed_by
        )
    if warning is None:
        contact = look.get(Contact, batch.warning)
        return lambda languages: link.link_message(house, contact, batch.exercise, now, _words(house, languages))
    threat = look.find(Threat, warning.threat)
    zone = threat.zone if threat else "UTC"
    if batch.errand is Errand.RETRACTION and isinstance(warning, Advisory):
        withdrawn, country = warning, of_country(look.levels(now, warning.country), warning)
        return lambda languages: messages.withdrawn_message(
            withdrawn, languages, zone, now, house.base_url, _words(house, languages), country=country
        )
    if batch.errand is Errand.RETRACTION and isinstance(warning, Alert | Notice):
        told = warning  # by its type: neither can be retracted that is no alert or notice
        return lambda languages: messages.retraction_message(told, languages, zone, now, _words(house, languages))
    if batch.errand is Errand.FOLLOW_UP and isinstance(warning, Alert | Notice):
        follow_up, of = look.get(FollowUp, batch.warning), warning
        return lambda languages: messages.follow_up_message(
            of, follow_up, languages, zone, now, _words(house, languages)
        )
    if isinstance(warning, Notice):
        return _noticing(house, look, batch, warning, zone, now)
    return lambda languages: message_of(house, warning, languages, zone, now)


def _unsaid(watch: Watch, warning: Warned) -> str:
    """Return what could not be told to everyone, where that is how a warning ended; else nothing."""
    ended = ended_at(warning)
    if watch.why is not Why.FAILURE or watch.of != watch.warning or ended is None or watch.opened_at < ended:
        return ""
    return messages.NOT_SAID_OVER if taken_back(warning) is None else messages.NOT_TAKEN_BACK


def _noticing(
    house: House, look: Look, batch: Batch, notice: Notice, zone: str, now: datetime
) -> Callable[[tuple[str, ...]], Message]:
    """Return what tells a notice. Each recipient of one is a batch alone, so what is written for one reaches no other."""
    stands = stands_for(look, notice.id) if notice.versions else {}
    told = {one.person for one in look.recipients(batch.id)} if notice.versions else set()
    persons = {*told, *(of for person in told for of in stands.get(person, ()))} if len(told) == 1 else set()
    known = [str(one.name) for one in look.some(Person, notice.meant_for).values()]
    meant = ", ".join((*known, *notice.meant_words))
    sender = "" if house.neutral else house.organisation

    def tell(languages: tuple[str, ...]) -> Message:
        own = version_for(notice, persons, languages)
        # What was written for them in a language is framed in it: labels of another would make it two letters in one.
        words = _words(house, (own.language, *languages) if own.recipients and own.language else languages)
        return messages.notice_message(notice, sender, zone, now, words, tear_line=own.tear_line, meant_for=meant)

    return tell


def _words(house: House, languages: tuple[str, ...]) -> Words:
    return house.language(best_spoken(house.language, languages))


def message_of(house: House, warning: Warned, languages: tuple[str, ...], zone: str, now: datetime) -> Message:
    """Return what a warning says to whoever reads these languages, before a channel makes it its own."""
    words = _words(house, languages)
    match warning:
        case Alert():
            return messages.alert_message(warning, languages, zone, now, words)
        case Notice():
            return messages.notice_message(warning, "" if house.neutral else house.organisation, zone, now, words)
    if isinstance(warning, Headcount):
        return headcount_message(warning, languages, "" if house.neutral else house.organisation, now, words)
    return messages.advisory_message(warning, zone, now, house.base_url, words)
