"""The site behind a real web server and a real socket."""

import http.client
import socket
from collections.abc import Callable, Iterator

import pytest

from tests.faults.processes import PATIENCE_S, wait_until
from tests.web.installation import Installation
from tocsin.basis.errors import Refused
from tocsin.web import serving as web
from tocsin.web.serving import Serving, start


@pytest.fixture(autouse=True)
def _has_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for whatever must end by itself, however busy the machine."""
    monkeypatch.setattr("tocsin.web.serving.STOPS_WITHIN_S", PATIENCE_S)


@pytest.fixture(name="serving")
def _serving(town: Installation) -> Iterator[Serving]:
    serving = start(town.site, "127.0.0.1", 0)
    yield serving
    serving.stop()


def ask(serving: Serving, method: str, path: str, body: str = "") -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(serving.host, serving.port, timeout=60)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body or None, headers)
        reply = connection.getresponse()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read()
    finally:
        connection.close()


def test_an_answer_over_a_real_connection_is_there_when_the_reply_is(town: Installation, serving: Serving) -> None:
    link = f"/a/{town.token(town.alert())}"
    assert ask(serving, "GET", link)[0] == 200
    status, headers, page = ask(serving, "POST", link, "answer=safe")
    assert [answer for answer, _ in town.answers()] == ["safe"]
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert b"We know that you are safe." in page


def test_public_pages_and_the_desk_are_served(town: Installation, serving: Serving) -> None:
    alert = town.alert()
    for path in ("/", f"/alerts/{alert}.cap", "/feeds/atom.xml", "/desk/sign-in", "/static/tocsin.css", "/readyz"):
        status, headers, body = ask(serving, "GET", path)
        assert status == 200, path
        assert body
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
    status, headers, body = ask(serving, "HEAD", "/")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1_000


def test_a_taken_port_is_one_sentence(town: Installation, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(
            Refused, match=rf"Port {port} on 127\.0\.0\.1 is taken\. Stop what listens there, or say --port N\."
        ):
            start(town.site, "127.0.0.1", port)
    assert "".join(capfd.readouterr()) == ""


def test_an_address_that_is_not_ours_is_one_sentence(town: Installation) -> None:
    with pytest.raises(Refused, match=r"Nothing can listen on 192\.0\.2\.1"):
        start(town.site, "192.0.2.1", 0)


def test_a_port_just_left_can_be_taken_again(town: Installation) -> None:
    first = start(town.site, "127.0.0.1", 0)
    ask(first, "GET", "/healthz")
    first.stop()
    second = start(town.site, "127.0.0.1", first.port)
    try:
        assert ask(second, "GET", "/healthz")[0] == 200
    finally:
        second.stop()


def test_it_stops_in_good_time_with_a_connection_still_open(town: Installation) -> None:
    serving = start(town.site, "127.0.0.1", 0)
    with socket.create_connection((serving.host, serving.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert idle.recv(4_096)
        serving.stop()
        assert not serving._thread.is_alive()


class StandsStill:
    """A clock of a machine that stands still for an hour when somebody waits, and everything comes up meanwhile."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.until: Callable[[], bool] = bool

    def monotonic(self) -> float:
        return self.now_s

    def sleep(self, _seconds: float) -> None:
        wait_until(self.until)
        self.now_s += 3_600


def test_one_that_came_up_while_the_machine_stood_still_has_started(
    town: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = StandsStill()
    monkeypatch.setattr(web, "time", clock)
    serving = Serving(town.site, "127.0.0.1", web.free_port("127.0.0.1", 0))
    clock.until = lambda: web._listens(serving.host, serving.port)
    serving.begin()
    serving.stop()


def test_serving_says_nothing_on_the_screen(town: Installation, capfd: pytest.CaptureFixture[str]) -> None:
    serving = start(town.site, "127.0.0.1", 0)
    link = f"/a/{town.token(town.alert())}"
    ask(serving, "GET", link)
    ask(serving, "POST", link, "answer=safe")
    ask(serving, "GET", "/nowhere")
    serving.stop()
    assert "".join(capfd.readouterr()) == ""
