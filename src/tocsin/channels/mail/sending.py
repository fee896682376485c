"""Hands letters to the relays: many at once, over a few long connections, one answer for each letter."""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Iterable, Iterator
from typing import cast

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels import dial
from tocsin.channels.channel import Now, Parcel, Result, expired, later, refused
from tocsin.channels.flight import Engine, Flights, Job, Round
from tocsin.channels.mail.bounces import return_path
from tocsin.channels.mail.letters import is_mailbox
from tocsin.channels.mail.relay import MailSettings, RelaySettings, greet
from tocsin.channels.mail.session import Session
from tocsin.channels.wire import Reach, tls

_PATIENCE = 2
"""Failures in a row, of every relay, before the rest of a send is given back untried; and how many connections a relay
gets before it has taken a letter, so that one that hangs holds so many and no more."""

_AWAY_S = 60.0  # for how long a relay that could not be reached stands behind the others
_HURRY_S = 5.0  # the longest wait for a connection while there is another relay to try
_MOST_CONNECTIONS = 512

_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
_EXERCISE = re.compile(rb"^x-tocsin-exercise:\s*yes\s*$", re.IGNORECASE | re.MULTILINE)

_UNREACHED = "The mail relay cannot be reached or does not answer as a mail server."
_SHUT = "Not tried: the mail relay had stopped answering."


class Mail:
    """The mail channel. A parcel's address is a mail address, its content a letter()."""

    name = "mail"

    def __init__(self, settings: MailSettings, *, loopback_only: bool) -> None:
        """Make the channel; nothing is connected before there is something to send.

        loopback_only: refuse any relay but a testing.Mailbox on this machine. A replay or sandbox says True.

        Raises:
            Refused: a setting cannot be right.
        """
        if not is_mailbox(settings.sender):
            raise Refused("The mail channel's sender is no plain mail address. Write it like desk@example.org.")
        if settings.own_returns:
            return_path(settings.sender, "x" * 26)  # as long as our ids
        if not 1 <= settings.connections <= _MOST_CONNECTIONS:
            raise Refused(
                f"The mail channel has {settings.connections} connections. "
                f"It must have at least 1 and no more than {_MOST_CONNECTIONS}."
            )
        if settings.timeout_s <= 0:
            raise Refused(f"The mail channel's timeout is {settings.timeout_s} s. It must be more than 0.")
        relays = [settings, *settings.others]
        for relay in relays:
            _check(relay)
        secure = [tls(relay.ca_file) for relay in relays]
        self._flights = Flights(
            lambda: _Relaying(settings, list(zip(relays, secure, strict=True)), loopback_only=loopback_only)
        )

    def send(self, parcels: Iterable[Parcel], now: Now, *, in_flight: int = 1) -> Iterator[list[Result]]:
        """Hand letters over and yield what the relay said of each."""
        return self._flights.send(parcels, now, in_flight)

    def close(self) -> None:
        """Hang up."""
        self._flights.close()


def _check(relay: RelaySettings) -> None:
    if not 0 < relay.port < 65_536:
        raise Refused(f"The mail channel's port is {relay.port}. It must lie between 1 and 65535.")
    if (relay.user is None) != (relay.password is None):
        raise Refused("The mail channel needs both a user and a password, or neither.")
    if relay.user is not None and not relay.starttls:
        raise Refused("The mail channel would send its password in the clear. Set starttls.")


class _Relay:
    """One relay as it stands.

    most: connections that it has shown to bear. proven: it has taken a letter, and has not failed since.
    back_at: by the loop's clock, until when it stands behind the others.
    """

    def __init__(self, place: int, settings: RelaySettings, secure: ssl.SSLContext, most: int) -> None:
        self.place = place
        self.settings = settings
        self.secure = secure
        self.most = most
        self.open = 0
        self.proven = False
        self.back_at = 0.0


class _Batch:
    """One round: the letters that wait, failures in a row, and why the rest is given back, if it is."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        self.jobs: deque[_Job] = deque()
        self.lost = 0
        self.shut = ""
        self.refusal = ""


class _Job(Job):
    __slots__ = ("batch", "turned_away")

    def __init__(self, parcel: Parcel, round_: Round) -> None:
        super().__init__(parcel, round_)
        self.batch: _Batch
        self.turned_away: set[int] = set()  # relays, by place


class _Relaying(Engine):
    """The engine of the mail channel."""

    def __init__(
        self, settings: MailSettings, relays: list[tuple[RelaySettings, ssl.SSLContext]], *, loopback_only: bool
    ) -> None:
        self.timeout_s = settings.timeout_s
        self.sender = settings.sender.encode("ascii")
        self.own_returns = settings.own_returns
        self.beat_s = min(0.25, max(0.01, settings.timeout_s / 8))
        self._name = settings.sender.rpartition("@")[2]  # this machine's own would have to be asked for in the DNS
        self._loopback_only = loopback_only
        self._connections = settings.connections
        self._relays = [
            _Relay(place, relay, secure, settings.connections) for place, (relay, secure) in enumerate(relays)
        ]
        self._batches: dict[Round, _Batch] = {}
        self._waiting: dict[_Batch, None] = {}
        self._sessions: dict[Session, None] = {}
        self._idle: list[Session] = []
        self._connecting = 0

    def job(self, parcel: Parcel, round_: Round) -> _Job:
        """Return a parcel as it is carried here."""
        return _Job(parcel, round_)

    def take(self, round_: Round, jobs: list[Job]) -> None:
        """Put letters in the queue, if they are letters."""
        batch = self._batches.setdefault(round_, _Batch(round_))
        self._look_back()
        for job in cast("list[_Job]", jobs):
            job.batch = batch
            misfit = _misfit(job.parcel)
            if misfit:
                self.tell(job, refused(job.parcel, misfit))
            elif batch.shut or batch.refusal:
                self._give_back(job)
            else:
                batch.jobs.append(job)
                self._waiting[batch] = None

    def pump(self, round_: Round) -> None:  # noqa: ARG002  what waits is one queue
        """Go on."""
        self._serve()

    def _serve(self) -> None:
        """Use what connections there are, and make more if letters still wait."""
        while self._idle and self._pick() is not None:
            session = self._idle.pop()
            if session.is_usable():
                self.free(session)
        if self._waiting:
            self._grow()

    def _pick(self) -> _Batch | None:
        """Return whose turn it is; with several rounds, each in turn."""
        for batch in self._waiting:
            if batch.round.free > 0:
                if len(self._waiting) > 1:
                    del self._waiting[batch]
                    self._waiting[batch] = None
                return batch
        return None

    def _pop(self, batch: _Batch) -> _Job:
        job = batch.jobs.popleft()
        if not batch.jobs:
            del self._waiting[batch]
        return job

    def next(self, session: Session) -> Job | None:
        """Return the next letter for a session, counted as handed over, or nothing."""
        if len(self._relays) > 1:
            session.leaves = session.leaves or self._is_behind(self._relays[session.relay])
        while not session.leaves and (batch := self._pick()) is not None:
            job = self._pop(batch)
            if batch.round.now() <= job.parcel.not_after:
                batch.round.hand(job)
                return job
            self.tell(job, expired(job.parcel))
        return None

    def free(self, session: Session) -> None:
        """Give a session the next letter, or keep it for later."""
        job = self.next(session)
        if job is not None:
            session.begin(job)
        elif session.leaves:
            session.quit()
        else:
            session.rest()
            self._idle.append(session)

    def _is_behind(self, relay: _Relay) -> bool:
        """Say whether a relay has just turned us away, and there is one that has not."""
        moment = self.loop.time()
        return relay.back_at > moment and any(other.back_at <= moment for other in self._relays)

    def _order(self) -> list[_Relay]:
        """Return the relays in order of preference; the ones that were away lately stand behind."""
        moment = self.loop.time()
        return sorted(self._relays, key=lambda relay: (relay.back_at > moment, relay.place))

    def _grow(self) -> None:
        if self.is_over:
            return
        batch = next(iter(self._waiting))
        while batch.jobs and batch.round.now() > batch.jobs[0].parcel.not_after:
            job = self._pop(batch)
            self.tell(job, expired(job.parcel))
        best, *others = self._order()
        wanted = min(len(batch.jobs), max(0, batch.round.free)) - self._connecting
        room = min(best.most, self._connections if best.proven else _PATIENCE) - best.open
        for _ in range(min(wanted, room)):
            self._begin_connecting(best, others)

    def _begin_connecting(self, best: _Relay, others: list[_Relay]) -> None:
        self._connecting += 1
        best.open += 1
        self.begin(self._connect(best, others))

    async def _connect(self, relay: _Relay, others: list[_Relay]) -> None:
        """Make a connection to the first relay that takes us."""
        refusals = set()
        while True:
            session, why, for_good = Session(self, relay.place), "", False
            try:
                await self._reach(relay, session, hurried=bool(others))
            except Refused as error:
                why, for_good = str(error), True
            except Unreachable as error:
                why = str(error)
            except (OSError, ValueError):
                why = _UNREACHED
            if not why and session.is_usable():
                self._connecting -= 1
                self._reached(session)
                return
            if session.transport is None:
                relay.open -= 1
            session.leave()
            refusals.add(for_good)
            others = self._away(relay, session, others)
            if not others:
                break
            relay, *others = others
            relay.open += 1
        self._connecting -= 1
        if not any(other is not session and other.is_usable() for other in self._sessions):
            self._unreached(why or _UNREACHED, for_good=refusals == {True})

    def _away(self, relay: _Relay, session: Session, others: list[_Relay]) -> list[_Relay]:
        """Note that a relay took no further connection; return which ones to try instead."""
        alive = [other for other in self._sessions if other is not session and other.is_usable()]
        same = sum(other.relay == relay.place for other in alive)
        if same:  # it takes the connections that it has, and no more
            relay.most = same
        else:
            relay.back_at, relay.proven = self.loop.time() + _AWAY_S, False
        return [] if alive else others

    async def _reach(self, relay: _Relay, session: Session, *, hurried: bool) -> None:
        where = relay.settings
        reach = Reach.LOOPBACK if self._loopback_only else Reach.ANYWHERE
        patience = min(self.timeout_s, _HURRY_S) if hurried else self.timeout_s
        async with asyncio.timeout(patience):
            endpoints = await dial.look_up(where.host, where.port, reach)
            wire = await dial.connect(endpoints, patience)
        try:
            await self.loop.create_connection(lambda: session, sock=wire)
        except BaseException:
            wire.close()
            raise
        async with asyncio.timeout(patience if hurried else None):
            offers = await greet(session, where, relay.secure, self._name, loopback_only=self._loopback_only)
        session.be_ready(pipelines="PIPELINING" in offers)

    def _reached(self, session: Session) -> None:
        for other in [*self._sessions]:
            if other.relay > session.relay:
                other.leaves = True
        for other in [idle for idle in self._idle if idle.leaves]:
            self._idle.remove(other)
            other.quit()
        self.free(session)

    def _unreached(self, why: str, *, for_good: bool) -> None:
        for batch in [*self._waiting]:
            if for_good:
                batch.refusal = why
                self._clear(batch)
                continue
            job = self._pop(batch)
            self.tell(job, later(job.parcel, why))
            self._count(batch)
            break
        self._serve()

    def _count(self, batch: _Batch) -> None:
        batch.lost += 1
        if batch.lost >= _PATIENCE * len(self._relays):
            batch.shut = _SHUT
            self._clear(batch)

    def _clear(self, batch: _Batch) -> None:
        self._waiting.pop(batch, None)
        while batch.jobs:
            self._give_back(batch.jobs.popleft())

    def _give_back(self, job: _Job) -> None:
        batch, parcel = job.batch, job.parcel
        if batch.refusal:
            self.tell(job, refused(parcel, batch.refusal))
        elif batch.round.now() > parcel.not_after:
            self.tell(job, expired(parcel))
        else:
            self.tell(job, later(parcel, batch.shut))

    # What sessions report.

    def made(self, session: Session) -> None:
        """Take note of a connection."""
        self._sessions[session] = None

    def lost(self, session: Session) -> None:
        """Take note that a connection is gone, whoever left."""
        self._sessions.pop(session, None)
        if session in self._idle:
            self._idle.remove(session)
        relay = self._relays[session.relay]
        relay.open -= 1
        if not relay.open:
            relay.most = self._connections
        if session.is_greeted:  # one that is not has somebody waiting for it, who goes on to the next relay
            self._serve()

    def welcomed(self, session: Session, job: Job) -> None:
        """Note that a relay answers as it should."""
        cast("_Job", job).batch.lost = 0
        relay = self._relays[session.relay]
        relay.proven, relay.back_at = True, 0.0

    def failed(self, session: Session, job: Job) -> None:
        """Note that a letter was lost to the relay and not to its own address."""
        self._turn_from(session)
        self._count(cast("_Job", job).batch)

    def turned_away(self, session: Session, job: Job, why: str) -> None:
        """Let another relay try a letter that this one takes from nobody like us, if there is another."""
        self._turn_from(session)
        job = cast("_Job", job)
        job.turned_away.add(session.relay)
        if len(job.turned_away) < len(self._relays):
            self.again(job)
        else:
            self.tell(job, later(job.parcel, why))
            self._count(job.batch)

    def _turn_from(self, session: Session) -> None:
        relay = self._relays[session.relay]
        relay.proven = False
        relay.back_at = self.loop.time() + _AWAY_S

    def again(self, job: Job) -> None:
        """Put a letter of which nothing has left back at the head of the queue."""
        job.round.take_back(job)
        batch = cast("_Job", job).batch
        if batch.shut or batch.refusal:
            self._give_back(cast("_Job", job))
        elif job.round in self._batches:
            batch.jobs.appendleft(cast("_Job", job))
            self._waiting[batch] = None

    def drop(self, round_: Round) -> None:
        """Forget a round, and cut what it has under way."""
        batch = self._batches.pop(round_, None)
        if batch is not None:
            self._waiting.pop(batch, None)
            for session in [*self._sessions]:
                session.cut(round_)

    def beat(self, moment: float) -> None:
        """Give up what takes too long, and look whether a better relay is there again."""
        for session in [*self._sessions]:
            if moment > session.until:
                session.quit()
        self._look_back()

    def _look_back(self) -> None:
        best = self._order()[0]
        if self._batches and not best.open and any(session.relay > best.place for session in self._sessions):
            self._begin_connecting(best, [])

    def is_open(self) -> bool:
        """Say whether any connection is open, or, while the thread goes on, being made."""
        return bool(self._sessions) or (self._connecting > 0 and not self.is_over)

    def hang_up(self, *, at_once: bool) -> None:
        """Forget what waits, and let go of every connection."""
        self._waiting.clear()
        for session in [*self._sessions]:
            if at_once:
                session.leave()
            else:
                session.quit()


def _misfit(parcel: Parcel) -> str | None:
    if not is_mailbox(parcel.address):
        return "The address is no plain mail address."
    head = parcel.content[: parcel.content.find(b"\r\n\r\n") + 1 or None]
    small = head.lower()
    if not _is_named(head, small, parcel.id.encode()):
        return "The letter does not carry the parcel's id as its Message-ID."
    if (b"x-tocsin-exercise" in small and bool(_EXERCISE.search(head))) != parcel.exercise:
        return "The letter and the parcel disagree on whether this is an exercise."
    return None


def _is_named(head: bytes, small: bytes, id_: bytes) -> bool:
    """Say whether this is the first Message-ID in a head. small: the head in small letters."""
    at = small.find(b"\nmessage-id: <")
    if at >= 0 and small.find(b"message-id") == at + 1:  # as letter() writes it; everything else takes longer
        return head.startswith(id_ + b"@", at + 14)
    found = _MESSAGE_ID.search(head)
    return found is not None and found[1] == id_
