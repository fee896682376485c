"""One connection over HTTP/1.1: requests in one write, their answers in the order of the requests, and then the next.

Which requests leave, and what becomes of them, is the engine's to say.
"""

import asyncio
import select
from collections import deque
from collections.abc import Sequence
from typing import Protocol, cast

import httptools

from tocsin.channels.flight import LINGER_S
from tocsin.channels.posting.host import Host, Request
from tocsin.channels.posting.post import Answer

_BODY_S = 2.0  # a body that dribbles in must not keep a connection
_BODY_OCTETS = 65_536
_HEAD_OCTETS = 65_536
_KNOWN_OCTETS = 2_048


class Owner(Protocol):
    """Whoever gives a connection its requests."""

    loop: asyncio.AbstractEventLoop
    timeout_s: float
    reads_bodies: bool

    def made(self, connection: "Connection") -> None:
        """Take note of a connection."""
        ...

    def answered(self, jobs: Sequence[Request], answer: Answer) -> None:
        """Take the answer that each of these got."""
        ...

    def cut_short(self, connection: "Connection", jobs: Sequence[Request]) -> None:
        """Take note that the host said it takes no more on this connection, and these were written already."""
        ...

    def unanswered(self, jobs: Sequence[Request]) -> None:
        """Take note that no answer came to what was handed over."""
        ...

    def free(self, connection: "Connection", requests: int) -> None:
        """Go on with a connection on which so many requests in a row are answered."""
        ...

    def lost(self, connection: "Connection") -> None:
        """Take note that a connection is gone, whoever left."""
        ...


class Connection(asyncio.Protocol):
    """One connection.

    jobs: what was written and has no answer yet, in order. since: when the last of it was written, by the loop's clock.
    until: when the answers take too long, or an idle connection has been kept too long. answers: read to their end, in all.
    """

    def __init__(self, owner: Owner, host: Host) -> None:
        self.host = host
        self.jobs: deque[Request] = deque()
        self.transport: asyncio.Transport | None = None
        self.since = 0.0
        self.until = float("inf")
        self.answers = 0
        self._owner = owner
        self._poll: select.poll | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._in_a_row = 0  # requests that left last
        self._unread = 0  # answers to them that are not read to their end
        self._is_kept = True  # the other side keeps the connection open
        self._is_cut = False  # we hung up
        # The answer that is being read.
        self._is_begun = False
        self._octets = 0
        self._most_octets = 0
        self._status = 0
        self._retry_after: str | None = None
        self._body = bytearray()
        self._has_head = False
        self._has_length = False  # it says itself where it ends
        self._found: list[Answer] = []  # those that count by now, and are not told yet

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self._owner.made(self)
        if not self.host.origin.secure:  # through TLS there is always something unasked for, such as tickets
            self._poll = select.poll()
            self._poll.register(transport.get_extra_info("socket").fileno(), select.POLLIN)

    def is_usable(self) -> bool:
        """Say whether it is open, with nothing unasked for to be read (a close is such)."""
        is_open = self.transport is not None and not self.transport.is_closing()
        return is_open and not (self._poll and self._poll.poll(0))

    @property
    def room(self) -> int:
        """Return how many requests may leave in a row."""
        host = self.host
        return min(host.row, max(1, host.longest - self.answers)) if host.longest else host.row

    def post(self, jobs: Sequence[Request], requests: bytes) -> None:
        """Send requests, all that came before them being answered."""
        self.jobs.extend(jobs)
        self._in_a_row = self._unread = len(jobs)
        self._octets, self._most_octets = 0, _HEAD_OCTETS
        self.since = self._owner.loop.time()
        self.until = self.since + self._owner.timeout_s
        cast("asyncio.Transport", self.transport).write(requests)

    def rest(self) -> None:
        """Wait for the next requests."""
        self.until = self._owner.loop.time() + LINGER_S

    # ---- answers

    def data_received(self, data: bytes) -> None:
        """Read answers."""
        if self._unread and not self._is_begun:
            data = self._read_known(data)
        if data:
            if not self._unread:  # unasked for
                self.leave()
                return
            self._read(data)
        elif not self._unread:
            self._owner.free(self, self._in_a_row)

    def _read_known(self, data: bytes) -> bytes:
        """Take the answers that say, octet for octet, what an earlier one said; return what comes after them."""
        known, answer = self.host.known
        if not data.startswith(known) or not known:
            return data
        size, number = len(known), 1
        while number < self._unread and data.startswith(known, number * size):
            number += 1
        self._unread -= number
        self.answers += number
        self._tell(number, answer)
        return data[number * size :]

    def _read(self, data: bytes) -> None:
        is_sound = self._is_begun or data.startswith(b"HTTP/1."[: len(data)])  # the parser would take RTSP too
        was_begun, unread = self._is_begun, self._unread
        self._octets += len(data)
        if is_sound:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserError:
                is_sound = False
        found, self._found = self._found, []
        for answer in found:
            self._tell(1, answer)
        if not self._is_kept:
            self._end_here()
        elif not is_sound or (self._is_begun and self._octets > self._most_octets):
            self.give_up()
        elif not self._is_begun:
            if not was_begun:
                self._keep_in_mind(data, unread - self._unread)
            if not self._unread:
                self._owner.free(self, self._in_a_row)

    def _tell(self, number: int, answer: Answer) -> None:
        """Tell of the next answers. Nothing that comes after them changes what they said."""
        jobs = [self.jobs.popleft() for _ in range(min(number, len(self.jobs)))]
        if jobs:
            self._owner.answered(jobs, answer)

    def _keep_in_mind(self, data: bytes, answers: int) -> None:
        """Remember what an answer looks like, if all of these looked the same."""
        size = len(data) // max(answers, 1)
        if size <= _KNOWN_OCTETS and data[:size] * answers == data:
            self.host.known = data[:size], self._answer()

    def _answer(self) -> Answer:
        return Answer(self._status, self._retry_after, bytes(self._body))

    # What the parser calls. It makes errors of its own of whatever goes wrong in here, so nothing can.

    def on_message_begin(self) -> None:
        """Let no answer follow those that were asked for."""
        if not self._unread or not self._is_kept:
            raise httptools.HttpParserError
        self._is_begun = True
        self._status, self._retry_after, self._has_head = 0, None, False
        self._body, self._has_length = bytearray(), False

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
            self.until = min(self.until, self._owner.loop.time() + _BODY_S)
            self._most_octets = self._octets + _BODY_OCTETS
            if not self._owner.reads_bodies:
                self._found.append(self._answer())

    def on_body(self, data: bytes) -> None:
        """Keep the body where it is read; cut off, it is no longer what was agreed."""
        if self._owner.reads_bodies and self._has_head:
            self._body += data[: _BODY_OCTETS - len(self._body)]

    def on_message_complete(self) -> None:
        """See the answer's end."""
        if not self._has_head:  # in 1xx
            return
        if self._owner.reads_bodies:
            self._found.append(self._answer())
        self._is_begun = self._has_head = False
        self._is_kept = self._parser.should_keep_alive()
        self._unread -= 1
        self.answers += 1
        self._octets, self._most_octets = 0, _HEAD_OCTETS
        self.until = self.since + self._owner.timeout_s

    # ---- the end

    def _end_here(self) -> None:
        """Leave, as the other side announced that it will."""
        jobs = self._taken()
        if jobs:
            self._owner.cut_short(self, jobs)
        self.leave()

    def give_up(self) -> None:
        """End what takes too long or makes no sense: an answer, a body, or the wait for a next request."""
        jobs = self._taken()
        if jobs:
            self._owner.unanswered(jobs)
        self.leave()

    def forget(self) -> None:
        """End, and say nothing of what is under way."""
        self._taken()
        self.leave()

    def leave(self) -> None:
        """Hang up at once."""
        self._is_cut = True
        if self.transport is not None:
            self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        """End."""
        # Later, for uvloop leaves a transport half closed if anything goes wrong in here.
        self._owner.loop.call_soon(self._ended, error)

    def _ended(self, error: Exception | None) -> None:
        """Let an answer that does not say where it ends, end here. Source: RFC 9112, 6.3, rule 8."""
        if error is None and self._has_head and not self._has_length and not self._is_cut and self._owner.reads_bodies:
            self._tell(1, self._answer())
        jobs = self._taken()
        if jobs:
            self._owner.unanswered(jobs)
        self._owner.lost(self)

    def _taken(self) -> list[Request]:
        jobs = [*self.jobs]
        self.jobs.clear()
        return jobs
