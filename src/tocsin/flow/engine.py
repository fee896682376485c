"""The engine of a running installation: it works when something is due or has come in, and never dies of an error."""

import gc
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType

import structlog

from tocsin.basis.errors import Broken, TocsinError
from tocsin.basis.moment import Clock
from tocsin.flow.delivery.echo import take_echoes
from tocsin.flow.delivery.hand import Hand
from tocsin.flow.delivery.send import send_due
from tocsin.flow.delivery.turns import Turns
from tocsin.flow.house import House
from tocsin.flow.record.publish import Publisher
from tocsin.flow.wake import wake
from tocsin.flow.watchdog import EVERY, FIRST_AFTER, Watchdog
from tocsin.flow.work import channels_due, waiting_for, work
from tocsin.store.ledger import CADENCE

log = structlog.get_logger()

LOOK_AGAIN_S = 0.5  # a timer is at most this late, and an answer waits at most this long to be taken in
AFTER_TROUBLE_S = 2.0
HELD_BACK = timedelta(seconds=10)
ASK_AGAIN = timedelta(minutes=1)  # a witness that was lost
FIRST_S = 10.0  # for so long, at most, everything else waits at a start until what fell due meanwhile has been done


NONE: Mapping[str, Callable[[], None]] = MappingProxyType({})
NO_ROUNDS: Mapping[str, Callable[[], float]] = MappingProxyType({})


class Runner:
    """A thread that does a round when it is woken or its wait is over, and never dies of an error."""

    def __init__(
        self,
        name: str,
        round_: Callable[[], float],
        stopping: threading.Event,
        *,
        after_trouble_s: float = AFTER_TROUBLE_S,
    ) -> None:
        """Be ready. round_: does what is due, and returns how many seconds to wait before the next."""
        self._after_trouble_s = after_trouble_s
        self.name = name
        self._round = round_
        self._stopping = stopping
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self.woken = threading.Event()
        self.trouble = ""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def lives(self) -> bool:
        """Say whether its thread runs, or has not begun yet."""
        return self._thread.ident is None or self._thread.is_alive()

    def stop(self) -> None:
        """Wait until the round in hand is over."""
        self.woken.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            wait = self._guarded()
            self.woken.wait(wait)
            self.woken.clear()

    def _guarded(self) -> float:
        try:
            wait = self._round()
        except Exception as error:  # noqa: BLE001  stopping would be the one thing that loses a warning
            # Shown on /readyz until it passes. A stranger's own words may quote what is confidential.
            ours = isinstance(error, TocsinError)
            self.trouble = str(error) if ours else f"A mistake of Tocsin's own ({type(error).__name__}); look at it."
            log.error("engine in trouble", kind=type(error).__name__, look=isinstance(error, Broken) or not ours)
            return self._after_trouble_s
        self.trouble = ""
        return wait


class Engine:
    """Several threads: one keeps the clock's promises, some send over each channel, one hears back, and two more.

    One of those publishes the record, one checks that nothing was let fall. So neither a slow relay, nor a slow disc, nor a
    silent witness keeps anyone from being rung, and no channel waits for another.
    """

    def __init__(
        self,
        house: House,
        clock: Clock,
        publisher: Publisher,
        *,
        senders: int = 1,
        hands: Callable[[], Hand] | None = None,
        ping: Callable[[], None] | None = None,
        chores: Mapping[str, Callable[[], None]] = NONE,
        rounds: Mapping[str, Callable[[], float]] = NO_ROUNDS,
    ) -> None:
        """Be ready to work in this house by this clock.

        senders: how many hand over on one channel at a time. hands: makes what hands over for each of them; without it, all
        is handed over in this process. ping: tells a service outside that all is well. chores: what is done every
        minute besides, each in a thread of its own, by name. rounds: the same, but each says itself in how many seconds it
        is done again.
        """
        self._publisher = publisher
        self._hands_each = senders
        self._make_hand = hands
        self._house = house
        self._clock = clock
        self._stopping = threading.Event()
        self._kept = threading.Event()
        self._kept_at: datetime | None = None
        self._keeper = Runner("keeper", self._keep, self._stopping)
        self._starter = Runner("starter", self._start_senders, self._stopping)
        self._channels: set[str] = set()  # over which something was sent already
        self._senders: dict[str, Runner] = {}
        self._hands: list[Hand] = []
        self._chores = [
            Runner(name, partial(self._minutely, do), self._stopping, after_trouble_s=EVERY.total_seconds())
            for name, do in chores.items()
        ]
        self._chores += [Runner(name, partial(self._soon, do), self._stopping) for name, do in rounds.items()]
        self._listener = Runner("listener", self._hear_back, self._stopping)
        self._clerk = Runner("publisher", self._publish, self._stopping)
        self._asked_at: datetime | None = None
        self.watchdog = Watchdog(
            house.store,
            threads=self._lives,
            trouble=lambda: self.trouble,
            chores=lambda: self.chores_in_trouble,
            ping=ping,
        )
        self._checker = Runner("watchdog", self._check, self._stopping)

    @property
    def trouble(self) -> str:
        """Return what keeps it from working, or nothing."""
        # Not what keeps the record from being published: a witness's word must not take the answer pages from anyone.
        runners = (self._keeper, self._starter, self._listener, *tuple(self._senders.values()))
        return next((runner.trouble for runner in runners if runner.trouble), "")

    @property
    def chore_trouble(self) -> str:
        """Return what keeps a chore from being done, such as reading the mail that comes back, or nothing.

        A person is told. It takes no page from anyone, for a stranger's letter must not be able to.
        """
        return next(iter(self.chores_in_trouble.values()), "")

    @property
    def chores_in_trouble(self) -> Mapping[str, str]:
        """Return which chores cannot be done, by name, and what keeps each from it."""
        return {runner.name: runner.trouble for runner in self._chores if runner.trouble}

    def start(self) -> None:
        """Begin."""
        gc.freeze()  # what is there by now stays: looking through it for garbage took a tenth of the time of a great send
        self.watchdog.begin(self._clock.now())
        self._keeper.start()
        for runner in (self._starter, self._listener, *self._chores):
            runner.start()
        self._clerk.start()
        self._checker.start()

    def take_on(self, name: str, round_: Callable[[], float]) -> None:
        """Do one thing more from now on, in a thread of its own. round_: returns how many seconds to wait before the next."""
        runner = Runner(name, round_, self._stopping)
        self._chores.append(runner)
        runner.start()

    def wait_for_what_is_due(self, most_s: float = FIRST_S) -> None:
        """Wait until what fell due while nobody was here has been done once, or this long."""
        self._kept.wait(most_s)

    def wake(self) -> None:
        """Say that something has come in."""
        for runner in (self._keeper, self._starter, self._listener):
            if not runner.woken.is_set():
                runner.woken.set()

    def stop(self) -> None:
        """Finish what is in hand, and end."""
        self._stopping.set()
        self._kept.set()
        self._keeper.stop()
        self._starter.stop()  # it begins senders
        for runner in (*self._senders.values(), self._listener, *self._chores, self._clerk, self._checker):
            runner.stop()
        for hand in self._hands:
            hand.close()

    def _keep(self) -> float:
        try:
            self._wake_what_sleeps()
            work(self._house, self._clock, sending=False)
        finally:
            self._kept.set()
        self._starter.woken.set()
        due = waiting_for(self._house).others  # what waits to be sent is the senders' to look after
        wait = LOOK_AGAIN_S if due is None else (due - self._clock.now()).total_seconds()
        return min(max(wait, 0.01), LOOK_AGAIN_S)

    def _wake_what_sleeps(self) -> None:
        """Look, at a start and whenever the clock has gone back, for what it had put off while it was ahead."""
        now = self._clock.now()
        if self._kept_at is None or now < self._kept_at:
            wake(self._house, now)
        self._kept_at = now

    def _start_senders(self) -> float:
        """Wake whoever sends over a channel on which something waits; a great send begins while the rest of it is planned."""
        self.wait_for_what_is_due()  # what is to be taken back may not have been planned before we ended
        if self._stopping.is_set():
            return LOOK_AGAIN_S
        for channel in channels_due(self._house, self._clock.now()):
            if channel not in self._channels:
                self._channels.add(channel)
                for number in range(1, self._hands_each + 1):
                    self._begin_sending(channel, f"{channel}:{number}")
            for owner, runner in self._senders.items():
                if owner.startswith(f"{channel}:"):
                    runner.woken.set()
        return LOOK_AGAIN_S

    def _begin_sending(self, channel: str, name: str) -> None:
        """Begin to send over a channel by one more hand, if hands there are; two take turns at it."""
        hand = None if self._make_hand is None else self._make_hand()
        turns = Turns()
        if hand is not None:
            self._hands.append(hand)
        for owner in (name,) if hand is None else (f"{name}a", f"{name}b"):
            runner = Runner(f"sender:{owner}", partial(self._send, channel, owner, hand, turns), self._stopping)
            self._senders[owner] = runner
            runner.start()

    def _send(self, channel: str, owner: str, hand: Hand | None, turns: Turns) -> float:
        if self._senders[owner].trouble:
            # The batch that was in hand when it failed; this thread alone sends under this name.
            self._house.store.release_all(owner)
        while not self._stopping.is_set() and send_due(self._house, self._clock.now, channel, owner, hand, turns):
            pass
        return LOOK_AGAIN_S

    def _minutely(self, do: Callable[[], None]) -> float:
        self.wait_for_what_is_due()
        if not self._stopping.is_set():
            do()
        return EVERY.total_seconds()

    def _soon(self, do: Callable[[], float]) -> float:
        self.wait_for_what_is_due()
        return LOOK_AGAIN_S if self._stopping.is_set() else do()

    def _hear_back(self) -> float:
        take_echoes(self._house, self._clock.now())
        return LOOK_AGAIN_S

    def _lives(self) -> dict[str, bool]:
        runners = (
            self._keeper,
            self._starter,
            self._listener,
            *tuple(self._senders.values()),
            *self._chores,
            self._clerk,
        )
        return {runner.name: runner.lives for runner in runners}

    def _check(self) -> float:
        since = self.watchdog.since or self._clock.now()
        if (wait := (since + FIRST_AFTER - self._clock.now()).total_seconds()) > 0:
            return wait
        self.watchdog.mind(self._clock.now)
        return EVERY.total_seconds()

    def _publish(self) -> float:
        self.wait_for_what_is_due()
        if (wait := self._until_seals_are_old()) > 0:
            return wait
        before = self._publisher.published
        now = self._clock.now()
        signed = self._publisher.publish(now)
        fresh = signed is not None and signed.size != before
        if fresh or self._asked_at is None or now - self._asked_at >= ASK_AGAIN:
            self._asked_at = now
            self._publisher.ask_witnesses()
        return LOOK_AGAIN_S

    def _until_seals_are_old(self) -> float:
        """Return how many seconds are left of the first ten of an interval, in which nothing is published.

        How long a seal takes follows from what it takes up. So it comes out at a fixed time after its hour.
        """
        now = self._clock.now()
        return (HELD_BACK - (now - datetime.min.replace(tzinfo=UTC)) % CADENCE).total_seconds()
