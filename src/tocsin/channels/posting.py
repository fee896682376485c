"""Posts over HTTP/1.1, many requests at once: kept connections, one request at a time on each, every wait bounded.

Whom to post to, what, and what an answer means, is left to the channel. Redirects are not followed. Where a channel
reads no bodies, what an answer says in its body changes nothing.
"""

import asyncio
import select
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol, cast

import httptools
import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels import dial
from tocsin.channels.channel import Now, Parcel, Result, expired, later, refused
from tocsin.channels.flight import LINGER_S, Engine, Job, Round
from tocsin.channels.hosts import Line, Origin, split
from tocsin.channels.wire import Endpoint

PATIENCE = 2
"""Failures in a row before the rest of a send for that host is given back untried; and how many connections a host gets
before it has answered once, so that a host that hangs holds so many parcels and no more."""

_BODY_S = 2.0  # a body that dribbles in must not keep a connection
_BODY_OCTETS = 65_536
_HEAD_OCTETS = 65_536
_KNOWN_OCTETS = 2_048
_LONGEST_WAIT_S = 3_600
_ADDRESS_S = 10.0  # for how long an address, once looked up and found within reach, is connected to again
_MOST_PLACES = 4_096

_CUT = "The host gave no answer, or none that is HTTP."
_UNREACHED = "The host cannot be reached, or could not prove that it is the one named."
_SHUT = "Not tried: the host had stopped answering."
_ASKED = "Not tried: the host had asked for time."


class Post(Protocol):
    """What a channel knows of its requests.

    reads_bodies: an answer counts when all of it is there, and not as soon as its head is.
    """

    @property
    def method(self) -> str:
        """Return the method of the requests."""
        ...

    @property
    def reads_bodies(self) -> bool:
        """Say whether the body of an answer says what became of the parcel."""
        ...

    def check(self, parcel: Parcel) -> str:
        """Return the URL that this parcel is posted to.

        Raises:
            Refused: the parcel must not leave as it stands.
        """
        ...

    def head(self, parcel: Parcel, at: datetime) -> str:
        """Return the lines of the head, beside what every request carries; see head_lines(). at: when it leaves."""
        ...

    def body(self, parcel: Parcel) -> bytes:
        """Return the body of the request."""
        ...

    def judge(self, parcel: Parcel, answer: "Answer", now: Now) -> Result:
        """Say what an answer means."""
        ...


def head_lines(fields: Mapping[str, str]) -> str:
    """Return the fields of a head, a line each."""
    return "".join([f"{name}: {value}\r\n" for name, value in fields.items()])


class Answer(msgspec.Struct, frozen=True):
    """What a host answered, not to be trusted.

    retry_after: as it stood in the head. body: empty unless bodies are read; never longer than 65,536 octets.
    """

    status: int = 0
    retry_after: str | None = None
    body: bytes = b""


def seconds_to_wait(text: str | None, now: Now) -> int | None:
    """Read a Retry-After: seconds, or the moment to wait for.

    Source: RFC 9110, 10.2.3.
    """
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return min(int(text.strip()[:9]), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
        left = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()
    except (ValueError, OverflowError):
        return None
    return max(0, min(int(left.total_seconds()), _LONGEST_WAIT_S))


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How many connections there may be at a time: to one host, and in all."""

    per_host: int = 32
    in_all: int = 256


class _Job(Job):
    __slots__ = ("share", "target")
    share: "_Share"
    target: str


class _Host:
    """One origin: its connections, and who waits for one.

    most: connections it has shown to bear. proven: it has answered, and has not failed since.
    known: the last answer that came in one piece and left its connection in order, and what it says.
    """

    __slots__ = (
        "address",
        "connecting",
        "idle",
        "known",
        "looked_up",
        "most",
        "open",
        "origin",
        "proven",
        "start",
        "waiting",
    )

    def __init__(self, origin: Origin, most: int) -> None:
        self.origin = origin
        self.most = most
        self.idle: list[_Connection] = []
        self.open = 0
        self.connecting = 0
        self.proven = False
        self.waiting: dict[_Share, None] = {}
        self.address: list[Endpoint] = []
        self.looked_up = 0.0
        self.known: tuple[bytes, Answer] = b"", Answer()
        name = f"[{origin.host}]" if ":" in origin.host else origin.host
        port = "" if origin.port == (443 if origin.secure else 80) else f":{origin.port}"
        self.start = f" HTTP/1.1\r\nHost: {name}{port}\r\nAccept-Encoding: identity\r\n"


class _Share:
    """What one round has for one host.

    lost: failures in a row. shut: why the rest is given back untried. refusal: why the host must not be posted to.
    """

    __slots__ = ("handed", "host", "jobs", "lost", "refusal", "round", "shut", "wait_s")

    def __init__(self, host: _Host, round_: Round) -> None:
        self.host = host
        self.round = round_
        self.jobs: deque[_Job] = deque()
        self.handed = 0
        self.lost = 0
        self.shut = ""
        self.wait_s: int | None = None
        self.refusal = ""


class Posting(Engine):
    """The engine of every channel that posts."""

    def __init__(self, post: Post, line: Line, limits: Limits) -> None:
        self.post = post
        self._line = line
        self._limits = limits
        self.timeout_s = line.timeout_s
        self.beat_s = min(0.25, max(0.01, line.timeout_s / 8))
        self._places: dict[str, Origin] = {}
        self._hosts: dict[Origin, _Host] = {}
        self._shares: dict[Round, dict[Origin, _Share]] = {}
        self._connections: dict[_Connection, None] = {}
        self._open = 0  # with those that are being made

    def job(self, parcel: Parcel, round_: Round) -> _Job:
        """Return a parcel as it is carried here."""
        return _Job(parcel, round_)

    def take(self, round_: Round, jobs: list[Job]) -> None:
        """Sort parcels by host."""
        shares = self._shares.setdefault(round_, {})
        for job in cast("list[_Job]", jobs):
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

    def _share(self, shares: dict[Origin, _Share], origin: Origin, round_: Round) -> _Share:
        host = self._hosts.get(origin)
        if host is None:
            host = self._hosts[origin] = _Host(origin, self._limits.per_host)
        share = shares[origin] = _Share(host, round_)
        return share

    def pump(self, round_: Round) -> None:
        """Go on wherever parcels wait."""
        for share in [*self._shares.get(round_, {}).values()]:
            if round_.free <= 0:
                break
            if share.jobs:
                self._serve(share.host)

    def _serve(self, host: _Host) -> None:
        """Use what connections a host has, and make more if parcels still wait."""
        while host.idle and (share := self._pick(host)) is not None:
            connection = host.idle.pop()
            if connection.is_usable():
                self._start(connection, share)
            else:
                connection.leave()
        if host.waiting:
            self._grow(host)

    def _pick(self, host: _Host) -> _Share | None:
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

    def _pop(self, share: _Share) -> _Job:
        job = share.jobs.popleft()
        if not share.jobs:
            del share.host.waiting[share]
        return job

    def _start(self, connection: "_Connection", share: _Share | None) -> None:
        """Give a free connection the next parcel, or keep it for later."""
        host = connection.host
        while share is not None:
            job = self._pop(share)
            moment = share.round.now()
            if moment <= job.parcel.not_after:
                share.handed += 1
                share.round.hand(job)
                connection.post(job, self._request(job, moment))
                return
            self.tell(job, expired(job.parcel))
            share = self._pick(host)
        connection.rest()
        host.idle.append(connection)

    def _request(self, job: _Job, moment: datetime) -> bytes:
        parcel, post = job.parcel, self.post
        body = post.body(parcel)
        head = f"{job.target}{job.share.host.start}Content-Length: {len(body)}\r\n{post.head(parcel, moment)}\r\n"
        return f"{post.method} {head}".encode("ascii") + body

    def _grow(self, host: _Host) -> None:
        if self.is_over:
            return
        share = next(iter(host.waiting))
        while share.jobs and share.round.now() > share.jobs[0].parcel.not_after:
            job = self._pop(share)
            self.tell(job, expired(job.parcel))
        wanted = min(len(share.jobs), max(0, share.round.free)) - host.connecting
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

    async def _connect(self, host: _Host) -> None:
        connection, why, for_good = _Connection(self, host), "", False
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

    async def _reach(self, host: _Host, connection: "_Connection") -> None:
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

    def _unreached(self, host: _Host, why: str, *, for_good: bool) -> None:
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
            job = self._pop(share)
            self.tell(job, later(job.parcel, why))
            self._fail(share)
            break
        self._serve(host)

    def _fail(self, share: _Share) -> None:
        share.host.proven = False
        share.lost += 1
        if share.lost >= PATIENCE:
            self._shut(share, _SHUT)

    def _shut(self, share: _Share, why: str, wait_s: int | None = None) -> None:
        share.shut, share.wait_s = why, wait_s
        self._clear(share)

    def _clear(self, share: _Share) -> None:
        share.host.waiting.pop(share, None)
        while share.jobs:
            self._give_back(share.jobs.popleft())

    def _give_back(self, job: _Job) -> None:
        share, parcel = job.share, job.parcel
        if share.refusal:
            self.tell(job, refused(parcel, share.refusal))
        elif share.round.now() > parcel.not_after:
            self.tell(job, expired(parcel))
        else:
            self.tell(job, later(parcel, share.shut, retry_after=share.wait_s))

    def answered(self, job: _Job, answer: Answer) -> None:
        """Judge an answer. Nothing that comes after it changes the result."""
        share = job.share
        share.handed -= 1
        share.lost = 0
        share.host.proven = True
        result = self.post.judge(job.parcel, answer, share.round.now)
        self.tell(job, result)
        if result.retry_after and not share.shut:
            self._shut(share, _ASKED, result.retry_after)

    def unanswered(self, job: _Job) -> None:
        """Note that no answer came to what was handed over."""
        job.share.handed -= 1
        self.tell(job, later(job.parcel, _CUT, maybe_arrived=True))
        self._fail(job.share)

    def free(self, connection: "_Connection") -> None:
        """Go on with a connection whose exchange is over."""
        self._start(connection, self._pick(connection.host))

    def made(self, connection: "_Connection") -> None:
        """Take note of a connection."""
        self._connections[connection] = None

    def lost(self, connection: "_Connection") -> None:
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
            if connection.job is not None and connection.job.round is round_:
                connection.job = None
                connection.leave()

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


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, and then the next.

    until: when, by the loop's clock, the present answer takes too long, or an idle connection has been kept too long.
    """

    def __init__(self, engine: Posting, host: _Host) -> None:
        self.host = host
        self.job: _Job | None = None
        self.transport: asyncio.Transport | None = None
        self.until = float("inf")
        self._engine = engine
        self._parser = httptools.HttpResponseParser(self)
        self._is_clean = True  # the parser stands at the beginning of an answer
        self._is_over = True  # the answer has been read to its end
        self._octets = 0
        self._most_octets = 0
        self._status = 0
        self._retry_after: str | None = None
        self._body = bytearray()
        self._has_head = False
        self._has_length = False  # the answer says itself where it ends
        self._is_cut = False  # we hung up
        self._is_kept = False  # the other side keeps the connection open after this answer
        self._poll: select.poll | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self._engine.made(self)
        if not self.host.origin.secure:  # through TLS there is always something unasked for, such as tickets
            self._poll = select.poll()
            self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def is_usable(self) -> bool:
        """Say whether it is open, with nothing unasked for to be read (a close is such)."""
        is_open = self.transport is not None and not self.transport.is_closing()
        return is_open and not (self._poll and self._poll.poll(0))

    def post(self, job: _Job, request: bytes) -> None:
        """Send a request."""
        self.job = job
        self._is_over = False
        self._octets, self._most_octets = 0, _HEAD_OCTETS
        self._status, self._retry_after, self._has_head = 0, None, False
        self._body, self._has_length = bytearray(), False
        self.until = self._engine.loop.time() + self._engine.timeout_s
        cast("asyncio.Transport", self.transport).write(request)

    def rest(self) -> None:
        """Wait for the next request."""
        self.until = self._engine.loop.time() + LINGER_S

    def data_received(self, data: bytes) -> None:
        if self._is_over:  # unasked for
            self.leave()
            return
        if self._is_clean:
            known, answer = self.host.known
            if data == known and self.job is not None:
                self._is_over = True
                job, self.job = self.job, None
                self._engine.answered(job, answer)
                self._engine.free(self)
                return
        self._read(data)

    def _read(self, data: bytes) -> None:
        was_clean, self._is_clean = self._is_clean, False
        is_sound = self._octets > 0 or data.startswith(b"HTTP/1."[: len(data)])  # the parser would take RTSP too
        self._octets += len(data)
        if is_sound:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserError:
                is_sound = False
        enough = self._is_over if self._engine.post.reads_bodies else self._has_head
        if enough and self.job is not None:
            job, self.job = self.job, None
            self._engine.answered(job, self._answer())
        if not is_sound or (not self._is_over and self._octets > self._most_octets):
            self.give_up()
        elif self._is_over:
            self._finish(data if was_clean and len(data) <= _KNOWN_OCTETS else b"")

    def _answer(self) -> Answer:
        return Answer(self._status, self._retry_after, bytes(self._body))

    # What the parser calls. It makes errors of its own of whatever goes wrong in here, so nothing can.

    def on_message_begin(self) -> None:
        """Let no second answer follow the one that was asked for."""
        if self._is_over:
            raise httptools.HttpParserError

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the few headers that matter."""
        match name.lower():
            case b"retry-after":
                self._retry_after = value.decode("latin-1")
            case b"content-length" | b"transfer-encoding":
                self._has_length = True

    def on_headers_complete(self) -> None:
        """Take the answer as known, unless it is in 1xx: another follows that, the one that counts (RFC 9110, 15.2)."""
        self._status = self._parser.get_status_code()
        if self._status >= 200:
            self._has_head = True
            self.until = min(self.until, self._engine.loop.time() + _BODY_S)
            self._most_octets = self._octets + _BODY_OCTETS

    def on_body(self, data: bytes) -> None:
        """Keep the body where it is read; cut off, it is no longer what was agreed."""
        if self._engine.post.reads_bodies and self._has_head:
            self._body += data[: _BODY_OCTETS - len(self._body)]

    def on_message_complete(self) -> None:
        """See the answer's end."""
        self._is_over = self._has_head
        self._is_kept = self._parser.should_keep_alive()
        if not self._is_over:
            self._retry_after, self._has_length = None, False

    def _finish(self, whole: bytes) -> None:
        if not self._is_kept:
            self.leave()
            return
        self._is_clean = True
        if whole:
            self.host.known = whole, self._answer()
        self._engine.free(self)

    def give_up(self) -> None:
        """End what takes too long or makes no sense: an answer, a body, or the wait for a next request."""
        job, self.job = self.job, None
        if job is not None:
            self._engine.unanswered(job)
        self.leave()

    def leave(self) -> None:
        """Hang up at once."""
        self._is_cut = True
        if self.transport is not None:
            self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        # Later, for uvloop leaves a transport half closed if anything goes wrong in here.
        self._engine.loop.call_soon(self._ended, error)

    def _ended(self, error: Exception | None) -> None:
        """Let an answer that does not say where it ends, end here. Source: RFC 9112, 6.3, rule 8."""
        job, self.job = self.job, None
        if job is not None and error is None and self._has_head and not self._has_length and not self._is_cut:
            self._engine.answered(job, self._answer())
        elif job is not None:
            self._engine.unanswered(job)
        self._engine.lost(self)
