"""The ping tells nobody anything but that we are alive, goes only where it may, and gives up in time."""

import socket
from contextlib import suppress
from pathlib import Path

import pytest

from tests.channels.certificates import certificate, serving
from tests.channels.test_witness import Host, Say, saying, silence
from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.ping import Ping, PingSettings

PATIENCE_S = 300.0
IMPATIENCE_S = 0.3
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"
SECRET = "5a81f0d2"


class Listener(Host):
    """Hears a request that has a head alone."""

    def _answer(self, peer: socket.socket) -> None:
        with suppress(OSError), peer:
            wire = self._tls.wrap_socket(peer, server_side=True) if self._tls else peer
            heard = wire.recv(65_536)
            while b"\r\n\r\n" not in heard and (more := wire.recv(65_536)):
                heard += more
            self.heard.append(heard)
            self._say(wire)
            wire.close()


def send(say: Say, *, patience_s: float = PATIENCE_S, private: bool = True) -> list[bytes]:
    listener = Listener(say)
    try:
        url = f"http://127.0.0.1:{listener.port}/{SECRET}"
        Ping(PingSettings(url=url, timeout_s=patience_s, allow_private=private)).send()
    finally:
        listener.close()
    return listener.heard


def test_it_asks_for_the_address_and_says_nothing_else() -> None:
    (heard,) = send(saying(OK))
    lines = heard.decode().split("\r\n")
    assert lines[0] == f"GET /{SECRET} HTTP/1.1"
    assert {line.partition(":")[0].lower() for line in lines[1:] if line} == {
        "host", "accept-encoding", "user-agent", "connection"
    }  # fmt: skip


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(
            b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", id="a redirect"
        ),
        pytest.param(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", id="no such check"),
        pytest.param(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", id="it is busy"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", id="it is no web server"),
        pytest.param(b"", id="it hangs up"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200_000, id="a head without end"),
    ],
)
def test_whatever_is_no_yes_is_a_no(answer: bytes) -> None:
    with pytest.raises(Unreachable):
        send(saying(answer))


def test_silence_is_not_waited_for() -> None:
    with pytest.raises(Unreachable):
        send(silence, patience_s=IMPATIENCE_S)


def test_a_private_address_is_refused_before_anything_is_sent() -> None:
    ping = Ping(PingSettings(url=f"https://127.0.0.1:9/{SECRET}"))
    with pytest.raises(Refused) as refused:
        ping.send()
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("url", [f"http://host.example/{SECRET}", f"https://user:pw@host.example/{SECRET}", SECRET])
def test_an_address_that_will_not_do_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(Refused) as refused:
        Ping(PingSettings(url=url))
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(PingSettings(url=url))


def test_the_host_must_prove_that_it_is_the_one_named(tmp_path: Path) -> None:
    paper = certificate(tmp_path, "127.0.0.1")
    listener = Listener(saying(OK), serving(paper))
    try:
        url = f"https://127.0.0.1:{listener.port}/{SECRET}"
        Ping(PingSettings(url=url, allow_private=True, ca_file=str(paper.file))).send()
        with pytest.raises(Unreachable):
            Ping(PingSettings(url=url, allow_private=True)).send()
    finally:
        listener.close()
