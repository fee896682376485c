"""The engine of every channel that posts: whose turn it is at which host, over which connection, and what came of it."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import cast

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels import dial
from tocsin.channels.channel import Parcel, expired, later, refused
from tocsin.channels.flight import Engine, Job, Round
from tocsin.channels.hosts import Line, Origin, split
from tocsin.channels.posting.connection import Connection
from tocsin.channels.posting.host import Host, Request, Share
from tocsin.channels.posting.post import Answer, Limits, Post

PATIENCE = 2
"""Failures in a row before the rest of a send for that host is given back untried; and how many connections a host gets
before it has answered once, so that a host that hangs holds so many parcels and no more."""

_ADDRESS_S = 10.0  # for how long an address, once looked up and found within reach, is connected to again
_MOST_PLACES = 4_096

_CUT = "The host gave no answer, or none that is HTTP."
_SHORT = "The host took no more on that connection."
_UNREACHED = "The host cannot be reached, or could not prove that it is the one named."
_SHUT = "Not tried: the host had stopped answering."
_ASKED = "Not tried: the host had asked for time."


class Posting(Engine):
    """The engine of every channel that posts."""

    def __init__(self, post: Post, line: Line, limits: Limits) -> None:
        self.post = post
        self._line = line
        self._limits = limits
        self.timeout_s = line.timeout_s
        self.reads_bodies = post.reads_bodies
        self.beat_s = min(0.25, max(0.01, line.timeout_s / 8))
        self._places: dict[str, Origin] = {}
        self._hosts: dict[Origin, Host] = {}
        self._shares: dict[Round, dict[Origin, Share]] = {}
        self._connections: dict[Connection, None] = {}
        self._open = 0  # with those that are being made

    def job(self, parcel: Parcel, round_: Round) -> Request:
        """Return a parcel as it is carried here."""
        return Request(parcel, round_)

    def take(self, round_: Round, jobs: list[Job]) -> None:
        """Sort parcels by host."""
        shares = self._shares.setdefault(round_, {})
        for job in cast("list[Request]", jobs):
            try:
                origin, job.target = self._place(self.post.check(job.parcel))
            except Refused as error:
                self.tell(job, refused(job.parcel, str(error)))
                continue
            share = shares.get(origin) or self._share(shares, origin, round_)
            job.share = share
            if share.refusal or share.shut:
                self._give_back(job)
            else:
                share.jobs.append(job)
                share.host.waiting[share] = None

    def _place(self, url: str) -> tuple[Origin, str]:
        """Take a URL apart as hosts.split does, which is asked once for each host."""
        after = url.find("/", 8)
        start = url[:after]
        origin = self._places.get(start) if after > 0 else None
        if origin is None or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
            origin, target = split(url)
            if after > 0 and "?" not in start and "#" not in start:
                if len(self._places) >= _MOST_PLACES:
                    self._places.clear()
                self._places[start] = origin
            return origin, target
        return origin, url[after:].partition("#")[0]

    def _share(self, shares: dict[Origin, Share], origin: Origin, round_: Round) -> Share:
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = Host(origin, self._limits.per_host, self._limits.in_a_row.get(origin, 1))
        share = shares[origin] = Share(host, round_)
        return share

    def pump(self, round_: Round) -> None:
        """Go on wherever parcels wait."""
        for share in [*self._shares.get(round_, {}).values()]:
            if round_.free <= 0:
                break
            if share.jobs:
                self._serve(share.host)

    def _serve(self, host: Host) -> None:
        """Use what connections a host has, and make more if parcels still wait."""
        while host.idle and (share := self._pick(host)) is not None:
            connection = host.idle.pop()
            if connection.is_usable():
                self._start(connection, share)
            else:
                connection.leave()
        if host.waiting:
            self._grow(host)

    def _pick(self, host: Host) -> Share | None:
        """Return whose turn it is at a host; with several rounds, each in turn."""
        for share in host.waiting:
            round_ = share.round
            # Half of what may be in flight is for the others, if there are others.
            if round_.free > 0 and (
                share.handed * 2 < round_.size or len(self._shares[round_]) == 1 or not share.handed
            ):
                if len(host.waiting) > 1:
                    del host.waiting[share]
                    host.waiting[share] = None
                return share
        return None

    def _start(self, connection: Connection, share: Share | None) -> None:
        """Give a free connection the next parcels, or keep it for later."""
        host = connection.host
        while share is not None:
            moment = share.round.now()
            jobs = self._next(connection, share, moment)
            if jobs:
                connection.post(jobs, b"".join([self._request(job, moment) for job in jobs]))
                return
            share = self._pick(host)
        connection.rest()
        host.idle.append(connection)

    def _next(self, connection: Connection, share: Share, moment: datetime) -> list[Request]:
        """Return the next parcels of a share for one connection, and see to those before them that have expired."""
        round_, jobs = share.round, list[Request]()
        most = min(connection.room, round_.free)
        if len(self._shares[round_]) > 1:
            most = min(most, max(1, round_.size // 2 - share.handed))
        while share.jobs and len(jobs) < most:
            job = share.pop()
            if moment <= job.parcel.not_after:
                round_.hand(job)
                jobs.append(job)
            else:
                self.tell(job, expired(job.parcel))
        share.handed += len(jobs)
        return jobs

    def _request(self, job: Request, moment: datetime) -> bytes:
        parcel, post = job.parcel, self.post
        body = post.body(parcel)
        head = f"{job.target}{job.share.host.start}Content-Length: {len(body)}\r\n{post.head(parcel, moment)}\r\n"
        return f"{post.method} {head}".encode("ascii") + body

    def _grow(self, host: Host) -> None:
        if self.is_over:
            return
        share = next(iter(host.waiting))
        while share.jobs and share.round.now() > share.jobs[0].parcel.not_after:
            job = share.pop()
            self.tell(job, expired(job.parcel))
        wanted = -(-min(len(share.jobs), max(0, share.round.free)) // host.row) - host.connecting
        room = min(host.most, self._limits.per_host if host.proven else PATIENCE) - host.open
        for _ in range(min(wanted, room)):
            if self._open >= self._limits.in_all and not self._make_room():
                return
            host.open += 1
            host.connecting += 1
            self._open += 1
            self.begin(self._connect(host))

    def _make_room(self) -> bool:
        for host in self._hosts.values():
            if host.idle:
                host.idle.pop().leave()
                return True
        return False

    async def _connect(self, host: Host) -> None:
        connection, why, for_good = Connection(self, host), "", False
        try:
            await self._reach(host, connection)
        except Refused as error:
            why, for_good = str(error), True
        except Unreachable as error:
            why = str(error)
        except (OSError, ValueError):
            why = _UNREACHED
        host.connecting -= 1
        if connection.transport is None:
            host.open -= 1
            self._open -= 1
        if not why and connection.is_usable():
            self._start(connection, self._pick(host))
        else:
            connection.leave()
            self._unreached(host, why or _UNREACHED, for_good=for_good)

    async def _reach(self, host: Host, connection: Connection) -> None:
        origin, line = host.origin, self._line
        async with asyncio.timeout(line.timeout_s):
            if not host.address or self.loop.time() - host.looked_up > _ADDRESS_S:
                host.address = await dial.look_up(origin.host, origin.port, line.reach)
                host.looked_up = self.loop.time()
            wire = await dial.connect(host.address, line.timeout_s)
            try:
                name = origin.host if origin.secure else None
                ssl = line.tls if origin.secure else None
                await self.loop.create_connection(lambda: connection, sock=wire, ssl=ssl, server_hostname=name)
            except BaseException:
                wire.close()
                raise

    def _unreached(self, host: Host, why: str, *, for_good: bool) -> None:
        if for_good:
            for share in [*host.waiting]:
                share.refusal = why
                self._clear(share)
            return
        if host.open > host.connecting:  # it takes the ones that it has, and no more
            host.most = host.open
            return
        host.address = []
        for share in host.waiting:
            job = share.pop()
            self.tell(job, later(job.parcel, why))
            self._fail(share)
            break
        self._serve(host)

    def _fail(self, share: Share) -> None:
        share.host.has_failed()
        share.lost += 1
        if share.lost >= PATIENCE:
            self._shut(share, _SHUT)

    def _shut(self, share: Share, why: str, wait_s: int | None = None) -> None:
        share.shut, share.wait_s = why, wait_s
        self._clear(share)

    def _clear(self, share: Share) -> None:
        share.host.waiting.pop(share, None)
        while share.jobs:
            self._give_back(share.jobs.popleft())

    def _give_back(self, job: Request) -> None:
        share, parcel = job.share, job.parcel
        if share.refusal:
            self.tell(job, refused(parcel, share.refusal))
        elif share.round.now() > parcel.not_after:
            self.tell(job, expired(parcel))
        else:
            self.tell(job, later(parcel, share.shut, retry_after=share.wait_s))

    def answered(self, jobs: Sequence[Request], answer: Answer) -> None:
        """Judge an answer that some requests of one share got. Nothing that comes after it changes the results."""
        share = jobs[0].share
        share.handed -= len(jobs)
        share.lost = 0
        share.host.proven = True
        for job in jobs:
            result = self.post.judge(job.parcel, answer, share.round.now)
            self.tell(job, result)
            if result.retry_after and not share.shut:
                self._shut(share, _ASKED, result.retry_after)

    def cut_short(self, connection: Connection, jobs: Sequence[Request]) -> None:
        """Note that a host closes a connection after so many answers, and what was written there beyond them."""
        connection.host.longest = connection.answers
        self._give_up(jobs, _SHORT)

    def unanswered(self, jobs: Sequence[Request]) -> None:
        """Note that no answer came to what was handed over: for the host that is one failure, however much it was."""
        self._give_up(jobs, _CUT)
        self._fail(jobs[0].share)

    def _give_up(self, jobs: Sequence[Request], why: str) -> None:
        jobs[0].share.handed -= len(jobs)
        for job in jobs:
            self.tell(job, later(job.parcel, why, maybe_arrived=True))

    def free(self, connection: Connection, requests: int) -> None:
        """Go on with a connection on which all is answered."""
        connection.host.has_answered(requests, self.loop.time() - connection.since)
        if requests > 1 and not connection.is_usable():  # a close that comes unannounced would cost as many again
            connection.leave()
            return
        self._start(connection, self._pick(connection.host))

    def made(self, connection: Connection) -> None:
        """Take note of a connection."""
        self._connections[connection] = None

    def lost(self, connection: Connection) -> None:
        """Take note that a connection is gone, whoever left."""
        self._connections.pop(connection, None)
        host = connection.host
        host.open -= 1
        self._open -= 1
        with suppress(ValueError):
            host.idle.remove(connection)
        if host.open == host.connecting:
            host.most = self._limits.per_host
        self._serve(host)
        if self._open < self._limits.in_all:
            for other in [*self._hosts.values()]:
                if other.waiting and not other.open:
                    self._serve(other)

    def drop(self, round_: Round) -> None:
        """Forget a round, and cut what it has under way."""
        for share in self._shares.pop(round_, {}).values():
            share.host.waiting.pop(share, None)
            share.jobs.clear()
        for connection in [*self._connections]:
            if connection.jobs and connection.jobs[0].round is round_:
                connection.forget()

    def beat(self, moment: float) -> None:
        """Give up what takes too long."""
        for connection in [*self._connections]:
            if moment > connection.until:
                connection.give_up()
        for origin, host in [*self._hosts.items()]:
            if not host.open and not host.waiting:
                del self._hosts[origin]

    def is_open(self) -> bool:
        """Say whether any connection is open, or, while the thread goes on, being made."""
        return bool(self._connections) or (self._open > 0 and not self.is_over)

    def hang_up(self, *, at_once: bool) -> None:  # noqa: ARG002  HTTP/1.1 has no farewell
        """Forget what waits, and let go of every connection."""
        for host in self._hosts.values():
            host.waiting.clear()
        for connection in [*self._connections]:
            connection.leave()
