"""People who press a button, a great many at once: a process of its own that posts forms as fast as they are taken.

    with Askers() as askers:
        seconds = askers.post(port, tokens, connections=64, keep=True)

It waits for each reply before it sends the next over the same connection, and every reply must be one of thanks: of any
other it says so and stops.
"""

import argparse
import gc
import select
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import msgspec

HOST = "127.0.0.1"
BODY = b"answer=safe"
PATIENCE_S = 20.0
_HEAD = (
    b"POST /a/%s HTTP/1.1\r\nHost: town.example\r\nConnection: %s\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s"
)


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be posted: one form for each token. keep: over connections that stay, else over a new one for each."""

    port: int
    tokens: Sequence[str]
    connections: int
    keep: bool


class Askers:
    """The process, while the block runs."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tocsin.testing.askers"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603  our own
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def post(self, port: int, tokens: Sequence[str], *, connections: int, keep: bool) -> float:
        """Post one form for each token; return how many seconds that took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        task = Task(port=port, tokens=tokens, connections=connections, keep=keep)
        self._process.stdin.write(msgspec.json.encode(task) + b"\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        if not said.strip():
            raise AssertionError("Not every answer was taken.")
        return float(said)


class _Talk:
    """One connection: what is being sent on it, and what has come back."""

    __slots__ = ("came", "socket", "wanted")

    def __init__(self, port: int) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect((HOST, port))  # to this machine: it is there at once, or the line is full
        self.socket.setblocking(False)
        self.came = b""
        self.wanted = 0

    def say(self, request: bytes) -> None:
        """Send a form. It is smaller than any buffer."""
        self.came, self.wanted = b"", 0
        self.socket.sendall(request)

    def hear(self) -> bool:
        """Read on; say whether the reply is whole.

        Raises:
            AssertionError: it is not one of thanks, or broke off.
        """
        some = self.socket.recv(65_536)
        if not some:
            raise AssertionError("a reply broke off")
        self.came += some
        if not self.wanted:
            head, found, _ = self.came.partition(b"\r\n\r\n")
            if not found:
                return False
            if head[9:12] not in (b"200", b"204"):
                raise AssertionError(f"a reply began with {head[:15]!r}")
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            self.wanted = len(head) + 4 + int(length or 0)
        return len(self.came) >= self.wanted


def play(task: Task) -> float:
    """Post everything, and return how many seconds that took."""
    how = b"keep-alive" if task.keep else b"close"
    left = [_HEAD % (token.encode(), how, len(BODY), BODY) for token in task.tokens]
    poll = select.epoll()
    talks: dict[int, _Talk] = {}

    def begin() -> None:
        talk = _Talk(task.port)
        talks[talk.socket.fileno()] = talk
        poll.register(talk.socket.fileno(), select.EPOLLIN)
        talk.say(left.pop())

    begun = time.perf_counter()
    while left and len(talks) < task.connections:
        begin()
    while talks:
        ready = poll.poll(PATIENCE_S)
        if not ready:
            raise AssertionError("no reply came")
        for number, _ in ready:
            talk = talks[number]
            if not talk.hear():
                continue
            if task.keep and left:
                talk.say(left.pop())
                continue
            poll.unregister(number)
            talk.socket.close()
            del talks[number]
            if left:
                begin()
    return time.perf_counter() - begun


def main() -> None:
    """Read what is to be posted, a line each time, and say how long it took; nothing, where it failed."""
    argparse.ArgumentParser(description="Posts answers, for the bench of answers.").parse_args()
    gc.disable()
    read = msgspec.json.Decoder(Task).decode
    for line in sys.stdin.buffer:
        try:
            said = f"{play(read(line)):.6f}"
        except (AssertionError, OSError) as error:
            sys.stderr.write(f"{error}\n")
            said = ""
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
