"""A receiver in a process of its own that keeps up with the senders, and counts what came by id: for benches and kills.

    with Sink("http") as sink:
        ...                                    # parcels to sink.url("/miller")
        assert sink.tally().twice == 0

What came stays countable when the sender is killed, and how fast the sender is does not hang on who reads the letters.
For what a letter says there is testing.Mailbox, and testing.Hook for a webhook.

Asked to, it misbehaves as providers do: see Faults.
"""

import argparse
import asyncio
import gc
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Literal, Self, cast

import msgspec
import uvloop

from tocsin.channels.mail import LOOPBACK_SIGN
from tocsin.channels.sms.sending import SINK_PATH, SINK_SIGN

Kind = Literal["http", "smtp"]

QUIET, ROUNDS = 3, 1_000
"""So many rounds of the loop in which nothing comes go before an answer, so that all that lay at the door is counted: it takes
one connection a round, and reads it in the next. Where they go on coming, it is answered after so many all the same.
"""

_SOUND_HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_REFUSALS = [
    b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status
    for status in (b"500 Internal Server Error", b"503 Service Unavailable", b"429 Too Many Requests")
]
_SIGN_HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(SINK_SIGN), SINK_SIGN)
_UNSOUND_HTTP = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Faults(msgspec.Struct, frozen=True, kw_only=True):
    """How a provider misbehaves who takes messages over HTTP.

    refused: the share of requests that are answered 500, 503 or 429, and not taken. cut: the share of those taken after
    which the connection ends without an answer. held: how many in a row are taken and never answered; held_after: once
    so many have come. The dice fall as the seed says.
    """

    refused: float = 0.0
    cut: float = 0.0
    held: int = 0
    held_after: int = 0
    seed: int = 1


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """What came.

    arrived: in all; distinct: ids among them; unsound: what was no request or letter with an id.
    connections: in all; most_open: at one time. refused, cut, held: as Faults says.
    """

    arrived: int
    distinct: int
    unsound: int
    connections: int
    most_open: int
    refused: int = 0
    cut: int = 0
    held: int = 0

    @property
    def twice(self) -> int:
        """Return how many arrivals repeat an earlier one."""
        return self.arrived - self.distinct


class Sink:
    """A sink that runs while the block does."""

    def __init__(self, kind: Kind, faults: Faults | None = None, mark: str = "") -> None:
        """Be ready. Both are for HTTP alone.

        faults: how it misbehaves; None: it does not. mark: where a request has no Idempotency-Key, its id is what stands
        between this and the next semicolon; for programs that are not ours.
        """
        self._asked = [kind, *([f"--mark={mark}"] if mark else [])]
        if faults is not None:
            self._asked.append(f"--faults={msgspec.json.encode(faults).decode()}")

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tocsin.testing.sink", *self._asked]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  our own
        self.port = int(self._ask(b""))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # its input ends, and with it the sink
        assert self._process.returncode == 0 or error is not None, "the sink broke down"

    @property
    def process(self) -> int:
        """Return the id of its process."""
        return self._process.pid

    def url(self, path: str = "/") -> str:
        """Return the address of a path here."""
        return f"http://127.0.0.1:{self.port}{path}"

    def tally(self) -> Tally:
        """Count what has come so far."""
        return msgspec.json.decode(self._ask(b"tally\n"), type=Tally)

    def ids(self) -> dict[str, int]:
        """Say how often each id came."""
        return msgspec.json.decode(self._ask(b"ids\n"), type=dict[str, int])

    def _ask(self, question: bytes) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(question)
        self._process.stdin.flush()
        return self._process.stdout.readline()


class _Count:
    """What came, by id."""

    def __init__(self) -> None:
        self.ids: dict[bytes, int] = {}
        self.heard = 0  # connections and writes
        self.arrived = 0
        self.unsound = 0
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.refused = 0
        self.cut = 0
        self.held = 0

    def add(self, id_: bytes) -> None:
        self.ids[id_] = self.ids.get(id_, 0) + 1
        self.arrived += 1

    def answer(self, question: str) -> bytes:
        if question == "ids":
            return msgspec.json.encode({id_.decode("latin-1"): times for id_, times in self.ids.items()})
        tally = Tally(
            arrived=self.arrived,
            distinct=len(self.ids),
            unsound=self.unsound,
            connections=self.connections,
            most_open=self.most_open,
            refused=self.refused,
            cut=self.cut,
            held=self.held,
        )
        return msgspec.json.encode(tally)


class _Listener(asyncio.Protocol):
    """One connection."""

    def __init__(self, count: _Count) -> None:
        self._count = count
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._count.heard += 1
        self._count.connections += 1
        self._count.open += 1
        self._count.most_open = max(self._count.most_open, self._count.open)

    def connection_lost(self, _error: Exception | None) -> None:
        self._count.open -= 1

    def _turn_away(self, answer: bytes) -> None:
        self._count.unsound += 1
        self._transport.write(answer)
        self._transport.close()
        self._rest = b""


class _Web(_Listener):
    """Takes POST on any path, if it carries an Idempotency-Key and all of its body; also several in a row."""

    mark, stop, in_body = b"\r\nIdempotency-Key: ", b"\r\n", False

    def data_received(self, data: bytes) -> None:
        self._count.heard += 1
        data = self._rest + data if self._rest else data
        answers: list[bytes] = []
        at = 0
        while at < len(data) and not self._transport.is_closing():
            head_end = data.find(b"\r\n\r\n", at)
            if head_end < 0:
                break
            length = _field(data, b"\r\nContent-Length: ", head_end, at)
            if not (data.startswith(b"POST /", at) and length.isdigit()):
                self._turn_away(_UNSOUND_HTTP)
                return
            end = head_end + 4 + int(length)
            if len(data) < end:
                break
            id_ = _field(data, self.mark, end if self.in_body else head_end, at, self.stop)
            if not id_:
                self._turn_away(_UNSOUND_HTTP)
                return
            answers.append(self._take(id_))
            at = end
        self._rest = data[at:]
        if answers and not self._transport.is_closing():
            self._transport.write(b"".join(answers))

    def _take(self, id_: bytes) -> bytes:
        """Take a message, and return what is answered."""
        self._count.add(id_)
        return _SOUND_HTTP


class _Marked(_Web):
    """Takes POST from programs that know no Idempotency-Key."""

    def __init__(self, count: _Count, mark: bytes) -> None:
        super().__init__(count)
        self.mark, self.stop, self.in_body = mark, b";", True


class _Moody(_Web):
    """Misbehaves. To a sender of text messages that may reach no real provider, it says that it is none."""

    def __init__(self, count: _Count, faults: Faults, dice: random.Random) -> None:
        super().__init__(count)
        self._faults = faults
        self._dice = dice

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET " + SINK_PATH.encode()):
            self._transport.write(_SIGN_HTTP)
            self._transport.close()
        else:
            super().data_received(data)

    def _take(self, id_: bytes) -> bytes:
        count, faults = self._count, self._faults
        if self._dice.random() < faults.refused:
            count.refused += 1
            return self._dice.choice(_REFUSALS)
        answer = super()._take(id_)
        if count.held < faults.held and len(count.ids) > faults.held_after:
            count.held += 1
            return b""
        if self._dice.random() < faults.cut:
            count.cut += 1
            self._transport.abort()
        return answer


class _Mail(_Listener):
    """Takes letters for everybody, one command after the other or many in one go (RFC 2920)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._in_letter = False
        self._expected = b"MAIL FROM:"
        self._transport.write(b"220 localhost counts what comes\r\n")

    def data_received(self, data: bytes) -> None:
        self._count.heard += 1
        data = self._rest + data if self._rest else data
        answers: list[bytes] = []
        at = 0
        while True:
            end = data.find(b"\r\n.\r\n" if self._in_letter else b"\r\n", at)
            if end < 0:
                break
            if self._in_letter:
                id_ = _field(data, b"\r\nMessage-ID: <", end, at, b"@")
                self._count.unsound += not id_
                self._count.add(id_)
                answers.append(b"250 2.0.0 Counted\r\n")
                self._in_letter, self._expected = False, b"MAIL FROM:"
                at = end + 5
            else:
                answers.append(self._command(data[at:end]))
                at = end + 2
        self._rest = data[at:] if at < len(data) else b""
        if answers:
            self._transport.write(b"".join(answers))

    def _command(self, line: bytes) -> bytes:
        if line.startswith(self._expected):
            match self._expected:
                case b"MAIL FROM:":
                    self._expected = b"RCPT TO:"
                    return b"250 2.1.0 Ok\r\n"
                case b"RCPT TO:":
                    self._expected = b"DATA"
                    return b"250 2.1.5 Ok\r\n"
            self._in_letter = True
            return b"354 Go on\r\n"
        if line.startswith(b"HELO "):
            return b"250 localhost\r\n"
        if line.startswith(b"EHLO "):
            return b"250-localhost\r\n250-PIPELINING\r\n250 " + LOOPBACK_SIGN.encode() + b"\r\n"
        if line.startswith(b"RSET"):
            self._expected = b"MAIL FROM:"
            return b"250 2.0.0 Ok\r\n"
        if line.startswith(b"QUIT"):
            return b"221 2.0.0 Bye\r\n"
        self._count.unsound += 1
        return b"503 5.5.1 Not now\r\n"


def _field(data: bytes, name: bytes, end: int, begin: int = 0, stop: bytes = b"\r\n") -> bytes:
    at = data.find(name, begin, end)
    return data[at + len(name) : data.find(stop, at + len(name))] if at >= 0 else b""


def _listeners(asked: argparse.Namespace, count: _Count) -> Callable[[], _Listener]:
    """Return what makes the listener of each connection."""
    if asked.faults is not None:
        moods = msgspec.json.decode(asked.faults, type=Faults)
        return partial(_Moody, count, moods, random.Random(moods.seed))  # noqa: S311  dice, and no secret
    if asked.mark:
        return partial(_Marked, count, asked.mark.encode())
    return partial(_Web if asked.kind == "http" else _Mail, count)


async def _serve(asked: argparse.Namespace) -> None:
    loop = asyncio.get_running_loop()
    count, over = _Count(), asyncio.Event()
    server = await loop.create_server(_listeners(asked, count), "127.0.0.1", 0, backlog=1_024)
    _say(str(server.sockets[0].getsockname()[1]).encode())

    def answer(question: str, heard: int = -1, quiet: int = 0, rounds: int = 0) -> None:
        quiet = quiet + 1 if heard == count.heard else 0
        if quiet < QUIET and rounds < ROUNDS:
            loop.call_soon(answer, question, count.heard, quiet, rounds + 1)
        else:
            _say(count.answer(question))

    def listen() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(answer, line.strip())
        loop.call_soon_threadsafe(over.set)

    threading.Thread(target=listen, daemon=True).start()
    await over.wait()
    server.close()


def _say(answer: bytes) -> None:
    sys.stdout.buffer.write(answer + b"\n")
    sys.stdout.buffer.flush()


def main(arguments: list[str] | None = None) -> None:
    """Run a sink until standard input ends: its port, and then an answer to each line of questions, on standard output."""
    parser = argparse.ArgumentParser(description="Count what is sent, by id.")
    parser.add_argument("kind", choices=["http", "smtp"])
    parser.add_argument("--faults", help="JSON, of which Faults tells; over HTTP alone")
    parser.add_argument("--mark", help="what stands before the id of a request; over HTTP alone")
    gc.disable()  # it keeps ids, which form no circles
    uvloop.run(_serve(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
