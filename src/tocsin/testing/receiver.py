"""What the loopback receivers have in common: they listen, count what arrived, and misbehave when told to."""

import socket
import socketserver
import ssl
import threading
from collections import Counter
from types import TracebackType
from typing import Any, Literal, Self, cast

from tocsin.basis.errors import Refused

Fault = Literal["busy", "hang up", "lose", "leave", "silence", "nonsense", "endless"]


class Faults:
    """What a receiver shall do wrong, how often, and to whom. Safe in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._due: Counter[Fault] = Counter()
        self._refusals: dict[str, int] = {}

    def arm(self, fault: Fault, times: int) -> None:
        """Let a fault happen so many times."""
        with self._lock:
            self._due[fault] = times

    def strike(self, fault: Fault) -> bool:
        """Say whether this fault is due, and count it."""
        with self._lock:
            due = self._due[fault] > 0
            self._due[fault] -= due
            return due

    def refuse(self, address: str, code: int) -> None:
        """Let an address be refused with this code, until forgiven."""
        with self._lock:
            self._refusals[address] = code

    def refusal(self, address: str) -> int | None:
        """Return the code to refuse an address with, if it is to be."""
        with self._lock:
            return self._refusals.get(address)

    def forgive(self) -> None:
        """Have none left."""
        with self._lock:
            self._due.clear()
            self._refusals.clear()


class Receiver:
    """A server on 127.0.0.1 that takes warnings in and keeps them in memory. Made, it listens; closed, it is gone.

    Every method may be called from any thread, also while something arrives.
    """

    def __init__(self, handler: type["Handler"], port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Listen on a port; 0 takes a free one.

        Raises:
            Refused: the port is taken.
        """
        self._lock = threading.Lock()
        self.faults = Faults()
        self._arrivals: Counter[str] = Counter()
        self._lives: int | None = None
        try:
            self._server = _Server(handler, port, tls)
        except OSError as error:
            raise Refused(f"Port {port} on 127.0.0.1 cannot be listened on. Name another, or 0 for any.") from error
        self._server.receiver = self
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening and cut every open connection. What arrived can still be read."""
        self._server.shutdown()
        self._server.cut()
        self._server.server_close()
        self._thread.join()

    def count(self) -> int:
        """Say how often something was taken in, repeats included."""
        with self._lock:
            return self._arrivals.total()

    def ids(self) -> Counter[str]:
        """Say how often each id was taken in."""
        with self._lock:
            return Counter(self._arrivals)

    def connections(self) -> int:
        """Say how many connections are open."""
        return self._server.count_open()

    def be_busy(self, times: int) -> None:
        """Answer so many times that a later try may help."""
        self.faults.arm("busy", times)

    def hang_up(self, times: int = 1, *, keep: bool = True) -> None:
        """Read so many to their end and then cut the connection without an answer.

        keep: whether they count as taken in; the sender cannot know.
        """
        self.faults.arm("hang up" if keep else "lose", times)

    def leave(self, times: int = 1) -> None:
        """Take in so many, answer, and then close the connection without having announced it."""
        self.faults.arm("leave", times)

    def fall_silent(self, times: int = 1) -> None:
        """Read so many and never answer; the connection stays open until the other side gives up."""
        self.faults.arm("silence", times)

    def talk_nonsense(self, times: int = 1) -> None:
        """Answer so many times with what is no answer in this protocol."""
        self.faults.arm("nonsense", times)

    def pour(self, times: int = 1) -> None:
        """Take in so many, and begin an answer that never ends."""
        self.faults.arm("endless", times)

    def die_after(self, arrivals: int) -> None:
        """Take in so many more, then cut every connection in the middle of the next and answer nobody."""
        with self._lock:
            self._lives = arrivals

    def recover(self) -> None:
        """Behave again, in every respect."""
        self.faults.forgive()
        with self._lock:
            self._lives = None
        self._server.dead = False

    def take_in(self, name: str) -> bool:
        """Count one arrival and say whether it may be answered. False: there was no life left to take it."""
        with self._lock:
            if self._lives != 0:
                self._lives = None if self._lives is None else self._lives - 1
                self._arrivals[name] += 1
                return True
        self._server.dead = True
        self._server.cut()
        return False


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True  # a replay that was killed listens at the same port again at once
    request_queue_size = 128
    receiver: Receiver

    def __init__(self, handler: type["Handler"], port: int, tls: ssl.SSLContext | None) -> None:
        self.dead = False
        self._open: dict[socket.socket, None] = {}  # unlike a set, it can be copied while it changes
        super().__init__(("127.0.0.1", port), handler)
        if tls is not None:  # the handshake is left to the connection's own thread
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def verify_request(self, request: Any, _client_address: Any) -> bool:
        self._open[request] = None
        return not self.dead

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self._open.pop(request, None)

    def count_open(self) -> int:
        return len(self._open)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: that connections break is what this is for."""

    def cut(self) -> None:
        for request in list(self._open):
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class Handler(socketserver.StreamRequestHandler):
    """One connection to a receiver, in its own thread."""

    disable_nagle_algorithm = True

    @property
    def owner(self) -> Any:
        """Return the receiver that this connection belongs to."""
        return cast("_Server", self.server).receiver

    def handle(self) -> None:
        """Serve until the other side leaves; a broken connection is no error here."""
        try:
            self.serve()
        except OSError:
            return

    def serve(self) -> None:
        """Speak the protocol."""
        raise NotImplementedError

    def wait_for_the_other_side_to_leave(self) -> None:
        """Read on, answer nothing."""
        while self.rfile.read1(65_536):
            pass
