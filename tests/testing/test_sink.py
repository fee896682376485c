"""A sink that misbehaves does so as it was told, and says how often."""

import http.client
import json
import os
import signal
import socket
from contextlib import ExitStack, closing

import pytest

from tests.faults.processes import wait_until
from tocsin.channels.sms.sending import SINK_PATH, SINK_SIGN
from tocsin.testing.sink import Faults, Kind, Sink

POSTS = 40


def post(sink: Sink, number: int, held: int = 0) -> int | None:
    """Post a message, and return the status of the answer, or None: there was none.

    held: no answer is waited for once the sink has held so many.
    """
    with closing(http.client.HTTPConnection("127.0.0.1", sink.port, timeout=60)) as connection:
        try:
            connection.request("POST", "/", b"hear", {"Idempotency-Key": str(number)})
            if held:
                wait_until(lambda: sink.tally().held == held)
                connection.sock.settimeout(0.2)
            return connection.getresponse().status
        except OSError:
            return None


def test_what_it_refuses_for_now_it_has_not_taken() -> None:
    with Sink("http", Faults(refused=0.5)) as sink:
        statuses = [post(sink, number) for number in range(POSTS)]
        tally = sink.tally()
    assert set(statuses) == {200, 429, 500, 503}
    assert tally.arrived == statuses.count(200)
    assert tally.refused == POSTS - statuses.count(200)


def test_what_it_hangs_up_on_it_has_taken() -> None:
    with Sink("http", Faults(cut=0.5)) as sink:
        statuses = [post(sink, number) for number in range(POSTS)]
        tally = sink.tally()
    assert set(statuses) == {200, None}
    assert (tally.arrived, tally.cut) == (POSTS, statuses.count(None))


def test_once_it_takes_a_row_of_them_and_says_nothing() -> None:
    with Sink("http", Faults(held=2, held_after=3)) as sink:
        statuses = [post(sink, number, held={3: 1, 4: 2}.get(number, 0)) for number in range(7)]
        tally = sink.tally()
    assert statuses == [200, 200, 200, None, None, 200, 200]
    assert (tally.arrived, tally.held) == (7, 2)


def test_it_says_that_it_is_no_real_provider() -> None:
    with Sink("http", Faults()) as sink, closing(http.client.HTTPConnection("127.0.0.1", sink.port)) as connection:
        connection.request("GET", SINK_PATH)
        assert connection.getresponse().read() == SINK_SIGN


@pytest.mark.parametrize("kind", ["http", "smtp"])
def test_unasked_it_misbehaves_in_nothing(kind: str) -> None:
    with Sink(kind) as sink:  # type: ignore[arg-type]
        tally = sink.tally()
    assert (tally.refused, tally.cut, tally.held) == (0, 0, 0)


def told(connection: http.client.HTTPConnection, body: bytes) -> int:
    connection.request("POST", "/", body)
    with connection.getresponse() as answer:
        answer.read()
        return answer.status


def test_of_programs_that_know_no_key_it_counts_by_what_stands_behind_a_mark() -> None:
    with Sink("http", mark="ref=") as sink, closing(http.client.HTTPConnection("127.0.0.1", sink.port)) as connection:
        for body in (b"Keep away. ref=one;", b"ref=two; Keep away.", b"ref=one;"):
            assert told(connection, body) == 200
        assert told(connection, b"Keep away.") == 400
        assert (sink.ids(), sink.tally().unsound) == ({"one": 2, "two": 1}, 1)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        pytest.param("http", b"POST / HTTP/1.1\r\nIdempotency-Key: %d\r\nContent-Length: 0\r\n\r\n", id="http"),
        pytest.param(
            "smtp", b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nA: b\r\nMessage-ID: <%d@b>\r\n\r\n.\r\n", id="smtp"
        ),
    ],
)
def test_what_lay_at_its_door_when_it_was_asked_is_counted(kind: Kind, said: bytes) -> None:
    """Asked what had come by a kill, one that was late said too little, and what came twice was then more than had been in flight."""
    with Sink(kind) as sink, ExitStack() as stack:
        for number in range(40):
            line = stack.enter_context(socket.create_connection(("127.0.0.1", sink.port)))
            line.sendall(said % number)
            if number == 0:
                assert line.recv(1_000), "it is at work"
                os.kill(sink.process, signal.SIGSTOP)
        assert sink._process.stdin is not None
        sink._process.stdin.write(b"tally\n")
        sink._process.stdin.flush()
        os.kill(sink.process, signal.SIGCONT)
        assert sink._process.stdout is not None
        assert json.loads(sink._process.stdout.readline())["distinct"] == 40
