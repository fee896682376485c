"""The way to witnesses goes only where it may, hands back what came, and gives up in time."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.channels.certificates import certificate, serving
from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.witness import ANSWER_LIMIT, Reply, WitnessSettings, WitnessWire
from tocsin.web.serving import free_port

PATIENCE_S = 300.0  # far more than a busy machine needs
IMPATIENCE_S = 0.3  # where nobody will answer
COSIGNED = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 5\r\n\r\nline\n"
BODY = b"old 0\n\nwarn.example.org/record\n"

Say = Callable[[socket.socket], None]


class Host:
    """Something that listens, reads a request, and then says what it was told to."""

    def __init__(self, say: Say, tls: ssl.SSLContext | None = None) -> None:
        self._say = say
        self._tls = tls
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.heard: list[bytes] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                peer, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            wire = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
            heard = wire.recv(65_536)
            while not heard.endswith(BODY) and (more := wire.recv(65_536)):
                heard += more
            self.heard.append(heard)
            self._say(wire)
            wire.close()

    def close(self) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()


def saying(raw: bytes) -> Say:
    return lambda wire: wire.sendall(raw)


@contextmanager
def host(say: Say, tls: ssl.SSLContext | None = None) -> Iterator[Host]:
    listener = Host(say, tls)
    try:
        yield listener
    finally:
        listener.close()


def post(
    url: str, *, patience_s: float = PATIENCE_S, loopback: bool = True, private: bool = False, ca: Path | None = None
) -> Reply:
    given = WitnessSettings(timeout_s=patience_s, allow_private=private, ca_file=str(ca) if ca else None)
    return WitnessWire(given, loopback_only=loopback).post(url, BODY)


def url(listener: Host, scheme: str = "http") -> str:
    return f"{scheme}://127.0.0.1:{listener.port}/w1/add-checkpoint"


def test_what_was_posted_arrives_and_what_came_back_is_handed_over_word_for_word() -> None:
    with host(saying(COSIGNED)) as listener:
        assert post(url(listener)) == Reply(200, "text/plain; charset=utf-8", b"line\n")
        head, _, body = listener.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /w1/add-checkpoint HTTP/1.1\r\n")
    assert body == BODY


@pytest.mark.parametrize("status", [201, 302, 307, 400, 403, 404, 409, 422, 500, 503, 999])
def test_every_status_is_handed_over_and_no_redirect_followed(status: int) -> None:
    with host(saying(COSIGNED)) as elsewhere:
        to = f"HTTP/1.1 {status} Odd\r\nLocation: {url(elsewhere)}\r\nContent-Length: 2\r\n\r\n7\n".encode()
        with host(saying(to)) as listener:
            assert post(url(listener)) == Reply(status, "", b"7\n")
        assert elsewhere.heard == []


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"banana\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", id="half an answer"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (ANSWER_LIMIT + 1), id="a byte too much"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n" + b"x" * 99_999, id="more was announced"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="a chunk without a size"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500, id="a head without end"),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 9_999, id="go on, go on, go on"),
    ],
)
def test_an_answer_that_is_none_is_unreachable(raw: bytes) -> None:
    with host(saying(raw)) as listener, pytest.raises(Unreachable):
        post(url(listener))


def pour(wire: socket.socket) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        wire.sendall(b"and on " * 1_000)


def dribble(wire: socket.socket) -> None:
    wire.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        wire.sendall(b"x")
        time.sleep(0.02)


def silence(wire: socket.socket) -> None:
    wire.recv(1)  # until whoever asked has gone


@pytest.mark.parametrize("say", [pour, dribble, silence], ids=["endless", "drop by drop", "silent"])
def test_nobody_holds_us_longer_than_we_said(say: Say) -> None:
    with host(say) as listener, pytest.raises(Unreachable):  # were it not given up, this would never end
        post(url(listener), patience_s=IMPATIENCE_S)


def test_nobody_there_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        post(f"http://127.0.0.1:{free_port('127.0.0.1', 0)}/add-checkpoint")


def test_a_replay_asks_nobody_beyond_this_machine() -> None:
    for far in ("http://192.0.2.80/add-checkpoint", "http://10.0.0.1/", "https://witness.example.org/"):
        with pytest.raises(Refused):
            post(far, loopback=True, private=True)


def test_our_own_network_is_asked_only_when_an_administrator_allowed_it() -> None:
    with host(saying(COSIGNED)) as listener:
        with pytest.raises(Refused):
            post(url(listener), loopback=False)
        assert listener.heard == []
        assert post(url(listener), loopback=False, private=True).status == 200


@pytest.mark.parametrize(
    "address",
    ["", "witness.example.org", "ftp://127.0.0.1/", "file:///etc/passwd", "http://u:w@127.0.0.1/", "http://127.0.0.1/a b",
     "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://[::1/", "http:///w1", "http://127.0.0.1\\@far/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        post(address)


def test_https_is_spoken_only_with_whom_the_certificate_names(tmp_path: Path) -> None:
    proof = certificate(tmp_path, "127.0.0.1")
    with host(saying(COSIGNED), serving(proof)) as listener:
        assert post(url(listener, "https"), ca=proof.file).status == 200
        with pytest.raises(Unreachable):
            post(url(listener, "https"))
    (tmp_path / "other").mkdir()
    other = certificate(tmp_path / "other", "127.0.0.2")
    with host(saying(COSIGNED), serving(other)) as listener, pytest.raises(Unreachable):
        post(url(listener, "https"), ca=other.file)
