"""What is fetched comes from where we may go, at each hop; it has an end; and what it is packed in bursts nothing."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta

import pytest

from tests.publisher import Page, Publisher, publisher
from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.channels.fetch import Answer, Fetcher, FetchSettings
from tocsin.channels.fetch.asking import MOST_OPEN

NOW = datetime(2024, 3, 7, 18, tzinfo=UTC)
MOST = 100_000


@pytest.fixture(name="met")
def _met() -> Iterator[Publisher]:
    with publisher() as found:
        yield found


def get(address: str, *, private: bool = True, timeout_s: float = 300.0, **more: str) -> Answer:
    fetcher = Fetcher(FetchSettings(allow_private=private, timeout_s=timeout_s))
    with fetcher.session() as session:
        return session.get(address, NOW, most=MOST, **more)


def test_it_says_what_it_knows_and_tells_what_the_host_calls_it(met: Publisher) -> None:
    met.says("/x", "hello", ETag='"1"', Last_Modified="Thu, 07 Mar 2024 17:00:00 GMT")
    answer = get(f"{met.url}/x", tag='"0"', modified="then")
    assert (answer.status, answer.body, answer.tag) == (200, b"hello", '"1"')
    (asked,) = met.asked
    assert (asked.heads["If-None-Match"], asked.heads["If-Modified-Since"]) == ('"0"', "then")


def test_a_session_that_may_not_reaches_no_private_network_whatever_the_settings_say(met: Publisher) -> None:
    met.says("/x", "hello")
    with Fetcher(FetchSettings(allow_private=True)).session(private=False) as session, pytest.raises(Refused):
        session.get(f"{met.url}/x", NOW, most=MOST)
    assert met.asked == []


def test_a_connection_is_used_again(met: Publisher) -> None:
    met.says("/x", "hello")
    with Fetcher(FetchSettings(allow_private=True)).session() as session:
        for _ in range(3):
            session.get(f"{met.url}/x", NOW, most=MOST)
        assert len(session._open) == 1


@pytest.mark.parametrize(
    "there",
    [
        pytest.param("http://127.0.0.1:1/", id="loopback"),
        pytest.param("http://10.0.0.1/", id="a private network"),
        pytest.param("http://169.254.169.254/latest", id="a cloud's own service"),
        pytest.param("http://[::1]/", id="IPv6 loopback"),
        pytest.param("http://[::ffff:127.0.0.1]/", id="IPv4 in IPv6"),
        pytest.param("http://2130706433/", id="a number"),
        pytest.param("http://localhost/", id="a name for it"),
        pytest.param("file:///etc/passwd", id="a file"),
        pytest.param("http://user:secret@example.org/", id="with a password"),
    ],
)
def test_it_goes_into_no_network_of_ours(there: str) -> None:
    with pytest.raises(Refused):
        get(there, private=False)


@pytest.mark.parametrize("there", ["http://10.0.0.1/", "ftp://127.0.0.1/", "http://0x7f.1/"])
def test_each_hop_is_looked_at(met: Publisher, there: str) -> None:
    """Within loopback alone, as in an exercise, a redirect leads nowhere else."""
    met.pages["/x"] = lambda _: Page(b"", 302, {"Location": there})
    with (
        Fetcher(FetchSettings(), loopback_only=True).session() as session,
        pytest.raises(Refused),
    ):
        session.get(f"{met.url}/x", NOW, most=MOST)


def test_it_follows_a_few_times_and_not_in_circles(met: Publisher) -> None:
    met.says("/a", "", 302, Location="/b")
    met.says("/b", "", 307, Location=f"{met.url}/c")
    met.says("/c", "here")
    answer = get(f"{met.url}/a")
    assert (answer.body, answer.address) == (b"here", f"{met.url}/c")
    met.says("/c", "", 301, Location="/a")
    with pytest.raises(Refused, match="more than 3 times"):
        get(f"{met.url}/a")


@pytest.mark.parametrize(
    ("body", "heads"),
    [
        pytest.param(b"x" * (MOST + 1), {}, id="long"),
        pytest.param(gzip.compress(b"\0" * 300_000_000), {"Content-Encoding": "gzip"}, id="a bomb"),
        pytest.param(gzip.compress(b"x" * 9)[:-9], {"Content-Encoding": "gzip"}, id="gzip that breaks off"),
        pytest.param(b"no gzip", {"Content-Encoding": "gzip"}, id="no gzip"),
        pytest.param(zlib.compress(b"x"), {"Content-Encoding": "br"}, id="packed otherwise"),
    ],
)
def test_what_is_too_long_or_badly_packed_is_not_read(met: Publisher, body: bytes, heads: dict[str, str]) -> None:
    met.pages["/x"] = Page(body, 200, heads)
    with pytest.raises(TocsinError):
        get(f"{met.url}/x")


def test_gzip_is_unpacked(met: Publisher) -> None:
    met.pages["/x"] = Page(gzip.compress(b"hello" * 100), 200, {"Content-Encoding": "gzip"})
    assert get(f"{met.url}/x").body == b"hello" * 100
    assert met.asked[0].heads["Accept-Encoding"] == "gzip"


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 5_000, id="an endless head"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 5_000, id="an endless body"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n" * 500, id="endless chunks"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n", b"x", id="a slow one"),
        pytest.param(b"", b"", id="one that says nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: nine\r\n\r\n", b"", id="nonsense"),
        pytest.param(b"\x00" * 100, b"", id="no HTTP"),
    ],
)  # fmt: skip
def test_whoever_does_not_end_is_cut_off(head: bytes, drip: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            with suppress(OSError):  # all may be over before this thread's first turn
                line, _ = server.accept()
                with line:
                    line.recv(65_536)
                    line.sendall(head)
                    while drip:
                        line.sendall(drip)
                        time.sleep(0.002)
                    line.recv(1)

        answering = threading.Thread(target=answer)
        answering.start()
        with pytest.raises(TocsinError):  # were it not cut off, this would never end
            get(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout_s=1.0)
        server.shutdown(socket.SHUT_RDWR)
        answering.join()


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        pytest.param({"Retry-After": "120"}, timedelta(seconds=120), id="seconds"),
        pytest.param({"Retry-After": "Thu, 07 Mar 2024 18:05:00 GMT"}, timedelta(minutes=5), id="a moment"),
        pytest.param({"Retry-After": "Thu, 07 Mar 2024 17:00:00 GMT"}, None, id="one that has passed"),
        pytest.param({"Retry-After": "soon"}, None, id="nonsense"),
        pytest.param({"Cache-Control": "public, max-age=90"}, timedelta(seconds=90), id="how long it is fresh"),
        pytest.param({"Cache-Control": "max-age=86400"}, timedelta(minutes=5), id="which is not believed for long"),
    ],
)
def test_what_a_host_asks_for_is_understood(met: Publisher, said: dict[str, str], wait: timedelta | None) -> None:
    met.pages["/x"] = Page(b"", 503, said)
    assert get(f"{met.url}/x").wait == wait


def test_nobody_there_may_be_there_later() -> None:
    with pytest.raises(Unreachable):
        get("http://127.0.0.1:1/")


def test_a_feed_that_names_many_hosts_does_not_use_up_what_this_machine_can_hold_open() -> None:
    with ExitStack() as many, Fetcher(FetchSettings(allow_private=True)).session() as session:
        for _ in range(MOST_OPEN + 3):
            host = many.enter_context(publisher())
            host.says("/x", "hello")
            session.get(f"{host.url}/x", NOW, most=MOST)
        assert len(session._open) == MOST_OPEN
