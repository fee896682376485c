"""Webhooks keep their promises, and what is particular to them: statuses, redirects, endless bodies, TLS."""

import base64
import json
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Self

import pytest

from tests.channels.certificates import certificate, serving
from tests.channels.promises import (
    IMPATIENCE_S,
    NOON,
    PATIENCE_S,
    WATER,
    Promises,
    Way,
    at_noon,
    each,
    sent,
    states,
    taken,
)
from tocsin.basis.errors import Refused
from tocsin.channels.channel import Channel, Parcel, Result
from tocsin.channels.webhook import Webhook, WebhookSettings, check_signature, payload
from tocsin.testing.hook import Hook
from tocsin.testing.receiver import Fault
from tocsin.testing.sink import Sink
from tocsin.web.serving import free_port


class Answers:
    """A host that answers each call with the next of these octets, and then hangs up."""

    def __init__(self, *answers: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answers = answers
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self._listener.settimeout(PATIENCE_S)
        with self._listener, suppress(OSError):
            for answer in self._answers:
                connection, _ = self._listener.accept()
                with connection, suppress(OSError):
                    connection.recv(65_536)
                    connection.sendall(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def parcel_to(url: str, name: str) -> Parcel:
    content = payload(kind="alert", sent_at=NOON, data={"headline": WATER}, exercise=False)
    return Parcel(id=name, address=url, content=content, not_after=NOON + timedelta(hours=1), exercise=False)


class HookWay(Way):
    receiver: Hook

    def channel(self, *, patience_s: float = PATIENCE_S, port: int | None = None) -> Channel:
        return Webhook(WebhookSettings(timeout_s=patience_s), loopback_only=True)

    def elsewhere(self) -> tuple[Channel, Parcel]:
        open_ = WebhookSettings(timeout_s=PATIENCE_S, allow_private=True)
        return Webhook(open_, loopback_only=True), self.parcel_to("http://192.0.2.80/miller")

    def address(self, name: str, port: int | None = None) -> str:
        return self.receiver.url(f"/{name}") if port is None else f"http://127.0.0.1:{port}/{name}"

    def content(self, parcel_id: str, address: str, *, exercise: bool) -> bytes:
        return payload(kind="alert", sent_at=NOON, data={"headline": WATER}, exercise=exercise)

    def hostile(self) -> list[str]:
        port = self.receiver.port
        return [
            "",
            "miller",
            "//127.0.0.1/",
            f"ftp://127.0.0.1:{port}/",
            "file:///etc/passwd",
            f"http://127.0.0.1:{port}/a\r\nHost: far",
            f"http://127.0.0.1:{port}/a b",
            f"http://127.0.0.1:{port}/ü",
            f"http://user:word@127.0.0.1:{port}/",
            f"http://127.0.0.1:{port}\\@far/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:99999/",
            "http://[::1/",
            "http:///miller",
        ]

    def unmistakable(self, parcel_id: str) -> bool:
        (found,) = (call for call in self.receiver.calls() if call.id == parcel_id)
        assert found.json()["exercise"] == found.exercise, "the head and the body disagree"
        return found.exercise

    def refuse(self, name: str) -> None:
        self.receiver.refuse(f"/{name}")

    def parcel_to(self, url: str, name: str = "miller") -> Parcel:
        return parcel_to(url, name)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as hook:
        yield hook


@pytest.fixture
def way(hook: Hook) -> HookWay:
    return HookWay(hook)


class TestWebhookKeepsItsPromises(Promises):
    pass


def test_a_call_carries_its_id_and_its_body(hook: Hook, way: HookWay) -> None:
    way.send([way.parcel("miller")])
    (call,) = hook.calls_to("/miller")
    assert call.json() == {
        "type": "alert",
        "timestamp": "2024-03-07T12:00:00Z",
        "exercise": False,
        "data": {"headline": WATER},
    }
    assert call.headers["webhook-id"] == call.headers["idempotency-key"] == call.id == "id-miller"
    assert call.headers["content-type"] == "application/json"


def test_a_query_goes_along_and_a_fragment_does_not(hook: Hook, way: HookWay) -> None:
    way.send([way.parcel_to(hook.url("/miller?key=a%20b#top"))])
    assert [call.path for call in hook.calls()] == ["/miller?key=a%20b"]


@pytest.mark.parametrize(
    ("code", "fate"),
    [
        *((code, "accepted") for code in (200, 201, 202, 204, 299)),
        *((code, "refused") for code in (300, 301, 302, 303, 304, 307, 308)),
        *((code, "refused") for code in (400, 401, 403, 404, 405, 410, 413, 422, 451, 499)),
        *((code, "later") for code in (408, 425, 429, 500, 501, 502, 503, 504, 507, 599, 600, 999)),
    ],
)
def test_each_status_means_one_thing(hook: Hook, way: HookWay, code: int, fate: str) -> None:
    hook.answer(code, times=1)
    assert states(way.send([way.parcel("miller")])) == [fate]


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        pytest.param("120", 120, id="seconds"),
        pytest.param("0", 0, id="at once"),
        pytest.param("86400", 3600, id="never more than an hour"),
        pytest.param("9" * 400, 3600, id="more digits than a number has"),
        pytest.param("Thu, 07 Mar 2024 12:05:00 GMT", 300, id="a moment"),
        pytest.param("Thu, 07 Mar 2024 11:00:00 GMT", 0, id="a moment gone by"),
        pytest.param("Fri, 07 Mar 2025 12:00:00 GMT", 3600, id="a moment far off"),
        pytest.param("Thu, 07 Mar 9999999999999999999999 12:00:00 GMT", None, id="a moment that is none"),
        pytest.param("soon", None, id="a word"),
        pytest.param("-5", None, id="less than nothing"),
        pytest.param("٣", None, id="digits of another script"),
        pytest.param(None, None, id="none named"),
    ],
)
@pytest.mark.parametrize("code", [429, 503])
def test_a_host_that_asks_for_time_is_given_it(
    hook: Hook, way: HookWay, code: int, retry_after: str | None, seconds: int | None
) -> None:
    hook.answer(code, times=1, retry_after=retry_after and retry_after.encode().decode("latin-1"))
    (result,) = way.send([way.parcel("miller")])
    assert (result.state, result.retry_after) == ("later", seconds)


def test_a_redirect_is_never_followed(hook: Hook, way: HookWay) -> None:
    with Hook() as inside:
        hook.redirect("/miller", to=inside.url("/metadata"))
        assert states(way.send([way.parcel("miller")])) == ["refused"]
        assert inside.count() == 0


def test_a_body_without_end_is_cut_and_the_next_one_goes_out(hook: Hook, way: HookWay) -> None:
    hook.pour()
    assert states(way.send(way.parcels(3))) == ["accepted"] * 3
    assert hook.count() == 3


def test_one_dead_host_does_not_keep_the_others_waiting(hook: Hook, way: HookWay) -> None:
    with Hook() as gone:
        nobody = gone.url("/")
    mixed = [p for n in range(10) for p in (way.parcel_to(nobody, f"s{n}"), way.parcel(f"p{n}"))]
    results = way.send(mixed)
    assert states(results) == ["later", "accepted"] * 10
    assert sum("Not tried" in result.detail for result in results) == 8


@pytest.mark.parametrize("fault", ["silence", "busy", "endless", "nonsense", "lose"])
def test_one_bad_host_among_ten_delays_none_of_the_others(hook: Hook, way: HookWay, fault: Fault) -> None:
    with Hook() as bad:
        bad.faults.arm(fault, 10_000)
        parcels = [way.parcel_to((bad if n % 10 == 0 else hook).url(f"/{n}"), f"p{n}") for n in range(500)]
        channel, results = way.keep(way.channel()), list[Result]()
        for some in channel.send(parcels, at_noon, in_flight=32):
            results += some
            if taken(results).total() >= 450 and fault == "silence":
                channel.close()  # or it would take all of the patience to see how the others end
        assert len(results) == 500
        assert Counter(states(results))["accepted"] == 450 + (bad.count() if fault == "endless" else 0)


def test_a_host_that_asked_for_time_is_given_it_by_all_that_is_for_it(hook: Hook, way: HookWay) -> None:
    hook.answer(429, times=1_000, retry_after="120")
    with Hook() as other:
        parcels = [way.parcel_to((hook if n % 2 else other).url(f"/{n}"), f"p{n}") for n in range(200)]
        results = way.send(parcels, in_flight=8)
    asked = results[1::2]
    assert set(states(results[::2])) == {"accepted"}
    assert {(result.state, result.retry_after) for result in asked} == {("later", 120)}
    assert sum("Not tried" in result.detail for result in asked) >= 90
    assert hook.count() == 0


def test_connections_are_bounded_for_one_host_and_in_all() -> None:
    with Sink("http") as one, Sink("http") as two, Sink("http") as three:
        bounds = WebhookSettings(timeout_s=PATIENCE_S, per_host=3, in_all=4)
        channel = Webhook(bounds, loopback_only=True)
        sinks = one, two, three
        parcels = [parcel_to(sinks[n % 3].url(f"/{n}"), f"p{n}") for n in range(600)]
        for start in range(0, 600, 200):
            assert set(states(each(channel.send(parcels[start : start + 200], at_noon, in_flight=64)))) == {"accepted"}
        channel.close()
        tallies = [sink.tally() for sink in sinks]
    assert [tally.arrived for tally in tallies] == [200] * 3
    assert [tally.twice for tally in tallies] == [0] * 3
    assert all(1 <= tally.most_open <= 3 for tally in tallies)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"per_host": 0}, id="no connection"),
        pytest.param({"per_host": 9, "in_all": 8}, id="more to one host than in all"),
        pytest.param({"in_all": 100_000}, id="more than a machine has"),
        pytest.param({"timeout_s": 0.0}, id="no time"),
        pytest.param({"ca_file": "/nowhere.pem"}, id="no such certificates"),
        pytest.param({"signing_keys": ("secret",)}, id="a key that is none"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        Webhook(WebhookSettings(**wrong), loopback_only=True)


def test_a_webhook_is_signed_when_there_is_a_key(hook: Hook, way: HookWay) -> None:
    key = "whsec_" + base64.b64encode(b"k" * 32).decode()
    signing = WebhookSettings(timeout_s=PATIENCE_S, signing_keys=(key,))
    assert key not in repr(signing)
    assert states(sent(Webhook(signing, loopback_only=True), [way.parcel("miller")])) == ["accepted"]
    (call,) = hook.calls()
    check_signature(call.headers, call.body, [key], NOON)


def test_an_answer_in_1xx_is_not_the_answer(way: HookWay) -> None:
    with Answers(b"HTTP/1.1 103 Early Hints\r\nRetry-After: 9\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n") as server:
        (result,) = way.send([way.parcel_to(server.url)])
    assert (result.state, result.detail) == ("accepted", "The host took it (204).")


@pytest.mark.parametrize(
    ("answer", "fate"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", "later", id="a head without end"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 50_000 + b"\r\n", "later", id="headers without end"),
        pytest.param(b"RTSP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "later", id="another protocol"),
        pytest.param(b"HTTP/2 200 OK\r\n\r\n", "later", id="another version"),
        pytest.param(b"HTTP/1.1 2", "later", id="gone in the middle"),
        pytest.param(b"HTTP/1.1 101 Go on\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "later", id="an upgrade"),
        pytest.param(b"HTTP/1.1 200 OK\r\n\r\nand then", "accepted", id="a body until the end"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "accepted", id="no chunk"),
        pytest.param(b"HTTP/1.0 200 OK\r\n\r\n", "accepted", id="an old server"),
    ],
)
def test_whatever_comes_back_has_one_meaning(way: HookWay, answer: bytes, fate: str) -> None:
    with Answers(answer) as server:
        assert states(way.send([way.parcel_to(server.url)])) == [fate]


def test_a_second_answer_is_not_taken_for_the_next_ones(way: HookWay) -> None:
    """A host could answer for another parcel before it has even been sent."""
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    with Answers(ok + ok, b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n") as server:
        results = way.send([way.parcel_to(server.url, "one"), way.parcel_to(server.url, "two")])
    assert states(results) == ["accepted", "later"]


def test_an_address_that_does_not_answer_leaves_time_for_the_next(
    hook: Hook, way: HookWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with IPv6 that leads nowhere, which is common."""
    nowhere = free_port("127.0.0.1", 0)
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in (nowhere, hook.port)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    assert states(way.send([way.parcel_to("http://localhost/")])) == ["accepted"]


def test_a_look_up_that_hangs_keeps_nobody_waiting(hook: Hook, way: HookWay, monkeypatch: pytest.MonkeyPatch) -> None:
    answered = threading.Event()
    real = socket.getaddrinfo

    def look_up(host: str, *asked: Any, **how: Any) -> list[Any]:
        if host != "127.0.0.1":
            answered.wait(PATIENCE_S)
        return list(real("127.0.0.1", *asked, **how))

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    channel = way.keep(Webhook(WebhookSettings(timeout_s=PATIENCE_S, allow_private=True), loopback_only=False))
    slow = [way.parcel_to(f"http://slow-{n}.example/", f"slow{n}") for n in range(20)]
    results: list[Result] = []
    for some in channel.send([*slow, *way.parcels(20)], at_noon, in_flight=8):
        results += some
        if len(results) == 20:
            channel.close()  # or it would take all of the patience to see how the others end
    assert states(results) == ["accepted"] * 20 + ["later"] * 20
    hurried = Webhook(WebhookSettings(timeout_s=IMPATIENCE_S, allow_private=True), loopback_only=False)
    assert states(sent(hurried, slow, in_flight=8)) == ["later"] * 20
    answered.set()


def test_a_connection_is_used_again_as_long_as_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.channels.posting.connection.LINGER_S", PATIENCE_S)  # however long between two sends
    with Sink("http") as sink:
        channel = Webhook(WebhookSettings(timeout_s=PATIENCE_S), loopback_only=True)
        for start in (0, 10):
            parcels = [parcel_to(sink.url("/miller"), f"p{start + number}") for number in range(10)]
            assert states(each(channel.send(parcels, at_noon))) == ["accepted"] * 10
        channel.close()
        assert (sink.tally().arrived, sink.tally().connections) == (20, 1)


def test_an_address_is_looked_up_once_for_many_connections(
    hook: Hook, way: HookWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []
    real = socket.getaddrinfo

    def look_up(*asked: Any, **how: Any) -> list[Any]:
        looks.append(asked)
        return list(real(*asked, **how))

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    channel = way.channel()
    assert set(states(each(channel.send(way.parcels(200), at_noon, in_flight=16)))) == {"accepted"}
    channel.close()
    assert 1 <= len(looks) <= 2  # two connections are made side by side until the host has answered


def test_a_name_that_answers_differently_the_second_time_is_asked_once(
    hook: Hook, way: HookWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name could be public when it is checked and private when it is connected to, if it were looked up twice."""
    answers = iter(["127.0.0.1", "192.0.2.1"])

    def look_up(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    opened = Webhook(WebhookSettings(timeout_s=PATIENCE_S, allow_private=True), loopback_only=False)
    parcel = way.parcel_to(f"http://rebind.example:{hook.port}/")
    assert states(sent(opened, [parcel])) == ["accepted"]
    assert hook.calls()[0].headers["host"] == f"rebind.example:{hook.port}"


def test_a_name_with_one_forbidden_address_among_good_ones_is_refused(
    way: HookWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: both)
    channel = Webhook(WebhookSettings(timeout_s=PATIENCE_S), loopback_only=False)
    assert states(sent(channel, [way.parcel_to("http://mixed.example/")])) == ["refused"]


def test_a_name_that_cannot_be_looked_up_now_is_try_later(way: HookWay, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody_there(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", nobody_there)
    channel = Webhook(WebhookSettings(timeout_s=PATIENCE_S), loopback_only=False)
    assert states(sent(channel, [way.parcel_to("http://gone.example/")])) == ["later"]


def test_a_replay_asks_nobody_where_a_name_is(way: HookWay, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look-up would tell the resolver whom the replay would have warned."""
    looks: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **_: looks.append(asked))
    assert states(way.send([way.parcel_to("http://ministry.example/")])) == ["refused"]
    assert looks == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"])
def test_the_machine_itself_is_out_of_reach_unless_settings_say_otherwise(hook: Hook, way: HookWay, host: str) -> None:
    parcel = way.parcel_to(f"http://{host}:{hook.port}/")
    guarded = Webhook(WebhookSettings(timeout_s=PATIENCE_S), loopback_only=False)
    assert states(sent(guarded, [parcel])) == ["refused"]
    assert hook.count() == 0


def test_settings_can_allow_private_addresses(hook: Hook, way: HookWay) -> None:
    opened = Webhook(WebhookSettings(timeout_s=PATIENCE_S, allow_private=True), loopback_only=False)
    assert states(sent(opened, [way.parcel("miller")])) == ["accepted"]


def test_tls_is_checked_for_the_very_host(way: HookWay, tmp_path_factory: pytest.TempPathFactory) -> None:
    ours = certificate(tmp_path_factory.mktemp("ours"), "127.0.0.1")
    other = certificate(tmp_path_factory.mktemp("other"), "127.0.0.2")
    for proof, trusted, fate in [(ours, ours, "accepted"), (other, other, "later"), (ours, None, "later")]:
        ca_file = None if trusted is None else str(trusted.file)
        channel = Webhook(WebhookSettings(timeout_s=PATIENCE_S, ca_file=ca_file), loopback_only=True)
        with Hook(tls=serving(proof)) as hook:
            assert states(sent(channel, [way.parcel_to(hook.url("/miller"))])) == [fate]
            assert hook.count() == (fate == "accepted")


def test_data_that_is_no_json_is_refused() -> None:
    with pytest.raises(Refused):
        payload(kind="alert", sent_at=NOON, data={"a": object()}, exercise=False)
    body = json.loads(
        payload(kind="alert", sent_at=NOON, data={"when": datetime(2024, 3, 7, tzinfo=NOON.tzinfo)}, exercise=True)
    )
    assert body["exercise"] is True
