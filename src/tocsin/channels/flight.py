"""Keeps many parcels in flight at once: an event loop in a thread of its own, and the bound on what a crash may cost.

What is said to the other side, and over which connections, is left to each channel's engine.
"""

import asyncio
import queue
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

import uvloop

from tocsin.channels.channel import Now, Parcel, Result, later

AHEAD = 1_000
"""Parcels read before there is room for them, so that those for a host that hangs keep nobody else's waiting."""

LINGER_S = 4.0
"""How long an idle connection, and then the thread, is kept: less than the 5 s after which common servers hang up."""

_CHUNK = 256  # parcels handed to the loop at a time
_WAIT_S = 0.01  # how long results may gather before they are told, where they do not fill a list
_FAREWELL_S = 1.0  # how long the other sides are given to see that we leave
_LEAVE_S = 5.0  # how long close() waits for the thread


class Job:
    """One parcel on its way. The loop's thread alone touches it, once it is handed in."""

    __slots__ = ("handed", "parcel", "round", "said")

    def __init__(self, parcel: Parcel, round_: "Round") -> None:
        self.parcel = parcel
        self.round = round_
        self.handed = False
        self.said = False


class Round:
    """One send: its parcels that have no result yet, and how many more of them may be handed over.

    free: what may still be handed to the network before results have been asked past.
    """

    def __init__(self, now: Now, in_flight: int) -> None:
        self.now = now
        self.free = in_flight
        self.size = in_flight
        self.jobs: set[Job] = set()
        self.results: queue.SimpleQueue[tuple[list[Result], int]] = queue.SimpleQueue()
        self._told: list[Result] = []
        self._enough = in_flight // 4
        self._given_back = 0  # slots that come free once _told has been asked past
        self._due: asyncio.Handle | None = None

    def hand(self, job: Job) -> None:
        """Count a parcel as handed to the network."""
        job.handed = True
        self.free -= 1

    def take_back(self, job: Job) -> None:
        """Count it as not handed over after all: nothing of it has left."""
        job.handed = False
        self.free += 1

    def tell(self, loop: asyncio.AbstractEventLoop, job: Job, result: Result) -> None:
        """Say what became of a parcel. Only the first word counts."""
        if job.said:
            return
        job.said = True
        self.jobs.discard(job)
        self._told.append(result)
        self._given_back += job.handed
        if self._due is None:
            self._due = loop.call_soon(self._gather, loop)
        elif self._given_back == self._enough:
            self._due.cancel()
            self.flush()

    def _gather(self, loop: asyncio.AbstractEventLoop) -> None:
        # A list has a price of its own (a commit, two threads that wake): let it grow while others are under way.
        in_the_air = self.size - self.free - self._given_back
        if in_the_air and self._given_back < self._enough:
            self._due = loop.call_later(_WAIT_S, self.flush)
        else:
            self.flush()

    def flush(self) -> None:
        """Hand over what is known."""
        self._due = None
        if self._told:
            self.results.put((self._told, self._given_back))
            self._told, self._given_back = [], 0


class Engine(ABC):
    """What a channel does with parcels inside the loop. Every method runs in the loop's thread."""

    loop: asyncio.AbstractEventLoop
    beat_s = 0.25
    is_over = False
    """The thread ends; no connection is to be made any more."""

    @abstractmethod
    def job(self, parcel: Parcel, round_: Round) -> Job:
        """Return a parcel as this engine carries it. Called from the sender's thread."""

    @abstractmethod
    def take(self, round_: Round, jobs: list[Job]) -> None:
        """Take parcels in."""

    @abstractmethod
    def pump(self, round_: Round) -> None:
        """Go on with a round: some of its slots have come free."""

    @abstractmethod
    def drop(self, round_: Round) -> None:
        """Forget a round that was closed early; cut what it has under way."""

    @abstractmethod
    def beat(self, moment: float) -> None:
        """Give up what takes too long, as of the loop's clock."""

    @abstractmethod
    def hang_up(self, *, at_once: bool) -> None:
        """Forget what waits, and let go of every connection: with a word of farewell, or at once."""

    @abstractmethod
    def is_open(self) -> bool:
        """Say whether any connection is open, or, while the thread goes on, being made."""

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something meanwhile."""
        self.loop.create_task(self._watched(work))

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        # A task keeps its mistake to itself until somebody asks; nobody does, and parcels would wait for ever.
        try:
            await work
        except Exception as error:  # noqa: BLE001  whatever it is, the thread must hear of it
            self.loop.call_exception_handler({"message": "a task failed", "exception": error})

    def tell(self, job: Job, result: Result) -> None:
        """Say what became of a parcel."""
        job.round.tell(self.loop, job, result)


class _Thread:
    """One engine, running. It ends when asked to, when nobody has needed it for a while, or when a mistake stops it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.loop = engine.loop = uvloop.new_event_loop()
        self.gone = False
        self._rounds: set[Round] = set()
        self._lock = threading.Lock()
        self._mistake = ""
        self._is_halted = False
        self._idle_since = self.loop.time()
        self.loop.set_exception_handler(self._stumble)
        self._thread = threading.Thread(target=self._run, name="tocsin-sending", daemon=True)
        self._thread.start()

    def post(self, round_: Round, parcels: list[Parcel], freed: int) -> bool:
        """Hand parcels in, and slots back; say whether anybody was there to take them."""
        jobs = [self.engine.job(parcel, round_) for parcel in parcels]
        with self._lock:
            if self.gone:
                return False
            self._rounds.add(round_)
            round_.jobs.update(jobs)
            self.loop.call_soon_threadsafe(self._take, round_, jobs, freed)
        return True

    def leave(self, round_: Round) -> None:
        """Be done with a round, whether or not all of it has a result."""
        with self._lock:
            if not self.gone and round_ in self._rounds:
                self.loop.call_soon_threadsafe(self._leave, round_)

    def stop(self) -> None:
        """End, and wait for it."""
        with self._lock:
            if not self.gone:
                self.loop.call_soon_threadsafe(self._halt)
        self._thread.join(_LEAVE_S)

    def _take(self, round_: Round, jobs: list[Job], freed: int) -> None:
        round_.free += freed
        if jobs:
            self.engine.take(round_, jobs)
        self.engine.pump(round_)

    def _leave(self, round_: Round) -> None:
        self._rounds.discard(round_)
        self._idle_since = self.loop.time()
        self.engine.drop(round_)

    def _beat(self) -> None:
        if self._is_halted:  # the farewell runs the loop once more: nobody may take it for alive again
            return
        moment = self.loop.time()
        self.engine.beat(moment)
        with self._lock:
            is_needed = self._rounds or self.engine.is_open() or moment - self._idle_since < LINGER_S
            self.gone = not is_needed
        if self.gone:
            self._halt()
        else:
            self.loop.call_later(self.engine.beat_s, self._beat)

    def _stumble(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # A mistake of ours, not the network's. What it left behind cannot be trusted, so all of it goes; the sentence
        # in the context may quote an address, so only the kind of the mistake is kept.
        error = context.get("exception")
        if error is None or isinstance(error, OSError):  # the network's, after all
            return
        self._mistake = self._mistake or type(error).__name__
        self._halt()

    def _halt(self) -> None:
        if not self._is_halted:  # a second stop would cut off the farewell
            self._is_halted = True
            self.loop.stop()

    def _run(self) -> None:
        self.loop.call_soon(self._beat)
        try:
            self.loop.run_forever()
        finally:
            with self._lock:
                self.gone = True
            self._end()

    def _end(self) -> None:
        why = f"The channel broke down ({self._mistake})." if self._mistake else "The channel was closed meanwhile."
        for round_ in self._rounds:
            for job in [*round_.jobs]:
                round_.tell(self.loop, job, later(job.parcel, why, maybe_arrived=job.handed))
            round_.flush()
        self.loop.set_exception_handler(lambda *_: None)
        self.engine.is_over = True
        with suppress(Exception):
            self.loop.run_until_complete(self._farewell())
        self.loop.close()

    async def _farewell(self) -> None:
        """End what was begun, and let what is said last go out, within a moment."""
        self.engine.hang_up(at_once=bool(self._mistake))
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        until = self.loop.time() + _FAREWELL_S
        while self.engine.is_open() and self.loop.time() < until:  # noqa: ASYNC110  once a life: no engine need tell of it
            await asyncio.sleep(0.002)
        self.engine.hang_up(at_once=True)
        await asyncio.sleep(0.002)


class Flights:
    """Sends by an engine, which is made when there is something to send and remade when it broke down."""

    def __init__(self, make: Callable[[], Engine]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._thread: _Thread | None = None

    def send(self, parcels: Iterable[Parcel], now: Now, in_flight: int) -> Iterator[list[Result]]:
        """Keep what channels.channel.Channel.send promises.

        Raises:
            ValueError: in_flight is less than 1.
        """
        if in_flight < 1:
            raise ValueError(f"{in_flight} parcels in flight would be none. Allow 1 or more.")
        return _Flight(self._running, parcels, now, in_flight).results()

    def close(self) -> None:
        """Hang up, and end the thread. What is being sent ends as later."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()

    def _running(self) -> _Thread:
        with self._lock:
            if self._thread is None or self._thread.gone:
                self._thread = _Thread(self._make())
            return self._thread


class _Flight:
    """The sender's side of one send: takes parcels, hands them in, and waits for results.

    posted: parcels that were handed in and have no result here yet.
    """

    def __init__(self, running: Callable[[], _Thread], parcels: Iterable[Parcel], now: Now, in_flight: int) -> None:
        self._running = running
        self._source = iter(parcels)
        self._now = now
        self._in_flight = in_flight
        self._most = 1 if in_flight == 1 else in_flight + AHEAD
        self._trouble: Exception | None = None
        self._is_read = False
        self._ready: list[Parcel] = []
        self._posted = 0

    def results(self) -> Iterator[list[Result]]:
        self._read()
        if not self._ready and self._trouble is None:
            return
        thread, round_, freed = self._running(), self._round(), 0
        try:
            while True:
                self._read()
                if (self._ready or freed) and thread.post(round_, self._ready, freed):
                    self._posted += len(self._ready)
                    self._ready, freed = [], 0
                if not self._posted:
                    if not self._ready:
                        break
                    thread, round_, freed = self._running(), self._round(), 0  # the one before has gone
                    continue
                told, slots = self._hear(round_)
                if told:
                    self._posted -= len(told)
                    freed += slots
                    yield told
        finally:
            thread.leave(round_)
        if self._trouble is not None:
            raise self._trouble

    def _round(self) -> Round:
        return Round(self._now, self._in_flight)

    def _read(self) -> None:
        wanted = min(_CHUNK, self._most - self._posted - len(self._ready))
        if self._is_read or wanted <= 0:
            return
        try:
            for parcel in islice(self._source, wanted):
                self._ready.append(parcel)
                wanted -= 1
        except Exception as error:  # noqa: BLE001  raised again once everything taken before it has its result
            self._trouble = error
        self._is_read = wanted > 0

    def _hear(self, round_: Round) -> tuple[list[Result], int]:
        """Return what is known, waiting for it if there is nothing better to do."""
        may_read = not self._is_read and self._posted + len(self._ready) < self._most
        try:
            return round_.results.get(block=not may_read)
        except queue.Empty:
            return [], 0
