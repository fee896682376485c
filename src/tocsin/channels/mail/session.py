"""One connection to a mail relay: letters are handed over on it, one after the other, and each is answered for."""

import asyncio
import re
import ssl
from collections import deque
from typing import Protocol, cast

from tocsin.channels.channel import Result, accepted, expired, later, refused
from tocsin.channels.flight import LINGER_S, Job, Round
from tocsin.channels.mail.bounces import return_path
from tocsin.channels.mail.relay import is_wrong_address, said

_REPLY_OCTETS = 65_536
_NONSENSE = -1
_LINE_END = re.compile(rb"\r\n|\r|\n")
_INNER_DOT = re.compile(rb"\n\.")

_LOST_BEFORE = "The connection to the mail relay was lost before the letter was handed over."
_LOST_AFTER = "The mail relay gave no answer after the letter was handed over."


# What a reply that is still to come is about. Plain numbers: an Enum's members cost as much as the rest of the reply.
_MAIL, _RCPT, _DATA, _DOT, _RSET = range(5)
_NOTHING = 5  # the end of a letter without recipients

_CODES = {b"%d" % code: code for code in range(200, 600)}


class Engine(Protocol):
    """What a session is part of."""

    loop: asyncio.AbstractEventLoop
    timeout_s: float
    sender: bytes
    own_returns: bool

    def made(self, session: "Session") -> None:
        """Take note of a connection."""
        ...

    def lost(self, session: "Session") -> None:
        """Take note that a connection is gone, whoever left."""
        ...

    def free(self, session: "Session") -> None:
        """Go on with a session that has nothing to do."""
        ...

    def next(self, session: "Session") -> Job | None:
        """Return the next letter for a session, if there is one."""
        ...

    def tell(self, job: Job, result: Result) -> None:
        """Say what became of a letter."""
        ...

    def welcomed(self, session: "Session", job: Job) -> None:
        """Note that the relay answers as it should."""
        ...

    def failed(self, session: "Session", job: Job) -> None:
        """Note that a letter was lost to the relay and not to its own address."""
        ...

    def turned_away(self, session: "Session", job: Job, why: str) -> None:
        """Take back a letter that this relay takes from nobody like us."""
        ...

    def again(self, job: Job) -> None:
        """Take back a letter of which nothing has left."""
        ...


class Session(asyncio.Protocol):
    """One connection, from the greeting to the last letter.

    until: when, by the loop's clock, the present reply takes too long, or an idle connection has been kept too long.
    pipelines: the relay takes several commands in one go (RFC 2920).
    leaves: no more letters; a better relay is there again.
    """

    def __init__(self, engine: Engine, relay: int) -> None:
        self.relay = relay
        self.transport: asyncio.Transport | None = None
        self.until = float("inf")
        self.pipelines = False
        self.leaves = False
        self._engine = engine
        self._is_fresh = True  # nothing has been sent on it yet, so a relay that leaves now does not want us
        self._rest = b""
        self._lines: list[bytes] = []
        self._octets = 0
        self._heard: asyncio.Queue[tuple[int, bytes] | None] | None = asyncio.Queue()
        self._due: deque[tuple[int, Job | None]] = deque()
        self._has_recipient = False
        self._has_left = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self._engine.made(self)

    # The greeting: one thing at a time.

    async def hear(self) -> tuple[int, bytes]:
        """Return the next reply."""
        if self._heard is None:
            raise OSError("The greeting is over.")
        async with asyncio.timeout(self._engine.timeout_s):
            reply = await self._heard.get()
        if reply is None:
            raise OSError("The relay has left.")
        return reply

    async def ask(self, command: bytes) -> tuple[int, bytes]:
        """Say something and return the reply."""
        self._write(command + b"\r\n")
        return await self.hear()

    async def cover(self, secure: ssl.SSLContext, host: str) -> None:
        """Go on under TLS."""
        # What came in the clear must not count as if it had come under TLS (CVE-2011-0411).
        if self._rest or self._lines or self._heard is None or not self._heard.empty():
            raise OSError("The relay went on in the clear.")
        async with asyncio.timeout(self._engine.timeout_s):
            covered = await self._engine.loop.start_tls(
                cast("asyncio.Transport", self.transport), self, secure, server_hostname=host
            )
        self.transport = cast("asyncio.Transport", covered)

    @property
    def is_greeted(self) -> bool:
        """Say whether the greeting is over."""
        return self._heard is None

    def be_ready(self, *, pipelines: bool) -> None:
        """Be ready for letters: the greeting is over."""
        self.pipelines = pipelines
        self._heard = None

    # Letters.

    def begin(self, job: Job) -> None:
        """Hand a letter over; nothing else is under way."""
        self._has_recipient = False
        self._write(self._envelope(job))

    def _envelope(self, job: Job) -> bytes:
        sender = self._engine.sender
        if self._engine.own_returns:
            sender = return_path(sender.decode("ascii"), job.parcel.id).encode("ascii")
        mail = b"MAIL FROM:<" + sender + b">\r\n"
        self._due.append((_MAIL, job))
        if not self.pipelines:
            return mail
        self._due.append((_RCPT, job))
        self._due.append((_DATA, job))
        return mail + b"RCPT TO:<" + job.parcel.address.encode("ascii") + b">\r\nDATA\r\n"

    def _say(self, step: int, job: Job | None, command: bytes) -> None:
        self._due.append((step, job))
        self._write(command)

    def _write(self, words: bytes) -> None:
        self.until = self._engine.loop.time() + self._engine.timeout_s
        cast("asyncio.Transport", self.transport).write(words)

    def rest(self) -> None:
        """Wait for the next letter."""
        self._is_fresh = False
        self.until = self._engine.loop.time() + LINGER_S

    def is_usable(self) -> bool:
        """Say whether a letter may be handed over on it."""
        return self.transport is not None and not self.transport.is_closing()

    # Replies.

    def data_received(self, data: bytes) -> None:
        """Read replies, of any number of lines each.

        Source: RFC 5321, 4.2.1.
        """
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        self._octets += len(data)
        for line in lines:
            code, sign, text = _CODES.get(line[:3], _NONSENSE), line[3:4], line[4:].rstrip(b"\r")
            if sign == b"-" and code != _NONSENSE:
                self._lines.append(text)
                continue
            if self._lines:
                text, self._lines = b"\n".join([*self._lines, text]), []
            self._octets = len(self._rest)
            self._reply(code if sign in b" \r" else _NONSENSE, text)
            if self._has_left:
                return
        if self._octets > _REPLY_OCTETS:
            self._reply(_NONSENSE, b"")
        elif lines and self._due:
            self.until = self._engine.loop.time() + self._engine.timeout_s

    def _reply(self, code: int, text: bytes) -> None:
        if self._heard is not None:
            self._heard.put_nowait((code, text))
            if code == _NONSENSE:
                self.leave()
            return
        if not self._due:  # unasked for: it is about to leave
            self.leave()
            return
        step, job = self._due.popleft()
        if job is None:
            self._reset_answered(step, code)
            return
        if step == _DOT:
            self._letter_answered(job, code, text)
        elif step == _DATA:
            self._data_answered(job, code, text)
        elif step == _RCPT:
            self._recipient_answered(job, code, text)
        else:
            self._sender_answered(job, code, text)

    def _sender_answered(self, job: Job, code: int, text: bytes) -> None:
        if code // 100 == 2:
            self._is_fresh = False
            if not self.pipelines:
                self._say(_RCPT, job, b"RCPT TO:<" + job.parcel.address.encode("ascii") + b">\r\n")
            return
        self._forget(job)
        if code in (_NONSENSE, 421, 503) and not self._is_fresh:
            # It has had enough on this connection, or is out of step with it. Another one costs nobody anything.
            self._engine.again(job)
        else:
            # Even a 5xx here is about us, not about the recipient: someone can mend it while the warning still holds.
            why = f"The mail relay does not take our sender{said(code, text)}."
            self._engine.turned_away(self, job, why)
        self.leave()

    def _recipient_answered(self, job: Job, code: int, text: bytes) -> None:
        self._has_recipient = code // 100 == 2
        if not self._has_recipient:
            if self._declined(job, "recipient", code, text) and not self.pipelines:
                self._say(_RSET, None, b"RSET\r\n")
        elif not self.pipelines:
            self._say(_DATA, job, b"DATA\r\n")

    def _data_answered(self, job: Job, code: int, text: bytes) -> None:
        if not self._has_recipient:
            # RFC 2920, 3.1: a server may ask for the letter all the same; it is then ended at once.
            if code == 354:
                self._say(_NOTHING, None, b".\r\n")
            else:
                self._say(_RSET, None, b"RSET\r\n")
        elif code != 354:
            if self._declined(job, "letter", code, text):
                self._say(_RSET, None, b"RSET\r\n")
        elif job.round.now() > job.parcel.not_after:
            self._engine.tell(job, expired(job.parcel))
            self.leave()  # once DATA is begun, there is no other way to say no more (RFC 5321, 4.1.1.10)
        else:
            self._hand_over(job)

    def _hand_over(self, job: Job) -> None:
        self._due.append((_DOT, job))
        letter = dotted(job.parcel.content)
        following = self._engine.next(self) if self.pipelines and not self.leaves else None
        self._has_recipient = False
        # RFC 2920, 3.1: what follows the letter may go along with it.
        self._write(letter if following is None else letter + self._envelope(following))

    def _letter_answered(self, job: Job, code: int, text: bytes) -> None:
        if code // 100 == 2:
            self._engine.welcomed(self, job)
            self._engine.tell(job, accepted(job.parcel, f"The mail relay took it{said(code, text)}."))
        elif not self._declined(job, "letter", code, text, handed_over=True):
            return
        # RFC 5321, 4.1.1.4: the answer to a letter ends its transaction, whatever it is.
        if not self._due:
            self._engine.free(self)

    def _reset_answered(self, step: int, code: int) -> None:
        if step is _NOTHING and code != _NONSENSE:
            self._say(_RSET, None, b"RSET\r\n")
        elif code // 100 != 2:  # what it would do with the next letter is not known
            self.leave()
        elif not self._due:
            self._engine.free(self)

    def _declined(self, job: Job, what: str, code: int, text: bytes, *, handed_over: bool = False) -> bool:
        """Judge a refusal, and say whether the connection can go on."""
        numbers = said(code, text)
        if code == 421 or not 400 <= code < 600:
            why = "is closing" if code == 421 else "did not answer as a mail server"
            maybe = handed_over and code != 421
            self._engine.tell(job, later(job.parcel, f"The mail relay {why}{numbers}.", maybe_arrived=maybe))
            self._engine.failed(self, job)
            self.leave()
            return False
        self._engine.welcomed(self, job)
        if code < 500:
            result = later(job.parcel, f"The mail relay does not take this {what} now{numbers}.")
        else:
            wrong = what == "recipient" and is_wrong_address(code, text)
            why = f"The mail relay refused this {what} for good{numbers}."
            result = refused(job.parcel, why, wrong_address=wrong)
        self._engine.tell(job, result)
        return True

    # The end.

    def _forget(self, job: Job) -> None:
        self._due = deque((step, other) for step, other in self._due if other is not job)

    def leave(self) -> None:
        """Hang up at once."""
        self._has_left = True
        if self.transport is not None:
            self.transport.abort()

    def quit(self) -> None:
        """Take leave, if nothing is under way; hang up at once otherwise."""
        if self.transport is None or self._due or self._heard is not None:
            self.leave()
        elif self.is_usable():
            self.transport.write(b"QUIT\r\n")
            self.transport.close()

    def cut(self, round_: Round) -> None:
        """Hang up if a letter of this round is under way; nothing is said of it."""
        if any(job is not None and job.round is round_ for _, job in self._due):
            self._due = deque((step, job) for step, job in self._due if job is None or job.round is not round_)
            self.leave()

    def connection_lost(self, _error: Exception | None) -> None:
        """End."""
        # Later, for uvloop leaves a transport half closed if anything goes wrong in here.
        self._engine.loop.call_soon(self._ended)

    def _ended(self) -> None:
        """Say of each letter under way how far it had come."""
        if self._heard is not None:
            self._heard.put_nowait(None)
        due, self._due = self._due, deque()
        for step, job in due:
            if job is None or job.said:
                continue
            if step is _DOT:
                self._engine.tell(job, later(job.parcel, _LOST_AFTER, maybe_arrived=True))
                self._engine.failed(self, job)
            elif step is not _MAIL:
                if job.handed:
                    self._engine.tell(job, later(job.parcel, _LOST_BEFORE))
                    self._engine.failed(self, job)
            elif self._is_fresh:
                self._engine.turned_away(self, job, _LOST_BEFORE)
            else:  # it has not even read the envelope
                self._engine.again(job)
        self._engine.lost(self)


def dotted(content: bytes) -> bytes:
    """Write a letter as DATA wants it. Bare CR or LF would let a text end the letter and begin another.

    Source: RFC 5321, 4.5.2 (transparency) and 2.3.8 (lines).
    """
    if not _is_laid_out(content):
        content = _LINE_END.sub(b"\r\n", content)
    if content.startswith(b"."):
        content = b"." + content
    if _INNER_DOT.search(content):  # most have none, and to look costs less than to replace
        content = content.replace(b"\n.", b"\n..")
    return content + (b".\r\n" if content.endswith(b"\r\n") else b"\r\n.\r\n")


def _is_laid_out(content: bytes) -> bool:
    """Say whether every CR and LF is half of a CRLF: then there are as many of these as of each."""
    return content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
