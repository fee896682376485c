"""Several requests in a row on one connection, to hosts that agreed to it: the channels' promises, and what may break in it.

Source: RFC 9112, 9.3.2 (pipelining), 9.6 (tear-down).
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any, Self

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.channels.promises import NOON, PATIENCE_S, Promises, at_noon, each, states, taken
from tests.channels.test_sms import SmsWay
from tests.channels.test_webhook import HookWay, parcel_to
from tocsin.basis.errors import Refused
from tocsin.channels.channel import Channel, Parcel, Result
from tocsin.channels.posting import Posting
from tocsin.channels.sms import GatewayForm, GatewaySettings, Sms, SmsSettings
from tocsin.channels.sms.gateway import Gateway
from tocsin.channels.webhook import Webhook, WebhookSettings
from tocsin.testing.hook import Hook
from tocsin.testing.phones import Phones
from tocsin.testing.sink import Sink

AGREED = 8
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class AgreedWay(HookWay):
    def channel(self, *, patience_s: float = PATIENCE_S, port: int | None = None) -> Channel:
        return webhook(self.receiver.url("/"), timeout_s=patience_s)


class AgreedSmsWay(SmsWay):
    def sms(self, *, patience_s: float = PATIENCE_S, port: int | None = None, **others: Any) -> Sms:
        where = self.receiver.url("/send") if port is None else f"http://127.0.0.1:{port}/send"
        fields = {"to": "{to}", "text": "{text}", "id": "{id}"}
        taken_as = {"success_field": "status", "success_values": ["queued"], "refused_values": [400]}
        form = GatewayForm(url=where, json=fields, pipelined=AGREED, **taken_as)  # type: ignore[arg-type]
        chosen = SmsSettings(provider=GatewaySettings(form=form), timeout_s=patience_s, **others)
        return Sms(chosen, loopback_only=True)

    def elsewhere(self) -> tuple[Channel, Parcel]:
        form = GatewayForm(url="http://192.0.2.80/send", pipelined=AGREED)
        open_ = SmsSettings(provider=GatewaySettings(form=form), timeout_s=PATIENCE_S, allow_private=True)
        return Sms(open_, loopback_only=True), self.parcel("miller")


class TestWebhooksInARowKeepTheirPromises(Promises):
    @pytest.fixture
    def way(self) -> Iterator[AgreedWay]:
        with Hook() as hook:
            yield AgreedWay(hook)


class TestTextMessagesInARowKeepTheirPromises(Promises):
    @pytest.fixture
    def way(self) -> Iterator[AgreedSmsWay]:
        with Phones() as phones:
            yield AgreedSmsWay(phones)


def webhook(host: str, agreed: int = AGREED, **others: Any) -> Webhook:
    chosen: dict[str, Any] = {"timeout_s": PATIENCE_S, "pipelined": {host: agreed}} | others
    return Webhook(WebhookSettings(**chosen), loopback_only=True)


class Call:
    """A request as a host sees it. behind: how many more of its connection had come by then, before any was answered."""

    def __init__(self, id_: str, connection: int, number: int, behind: int) -> None:
        self.id = id_
        self.connection = connection
        self.number = number
        self.behind = behind


Reply = bytes | None
"""What is sent for a request; None: the connection ends without an answer to it."""


class Host:
    """A host whose every octet is the test's: requests come in a row, and are answered in it, one connection a thread."""

    def __init__(self, answer: Callable[[Call], Reply], cut: Callable[[int], int] = lambda left: left) -> None:
        """Listen. cut: of so many octets to send, how many go in the next write."""
        self.calls: list[Call] = []
        self.came: list[str] = []
        self.answered: dict[str, bytes] = {}
        self._answer, self._cut = answer, cut
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads: list[threading.Thread] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    def ids(self) -> Counter[str]:
        return Counter(self.came)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                thread = threading.Thread(target=self._serve, args=(connection, len(self._threads)))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            for count, (id_, behind) in enumerate(_requests(connection, self.came), 1):
                call = Call(id_, number, count, behind)
                with self._lock:
                    self.calls.append(call)
                reply = self._answer(call)
                if reply is None:
                    return
                # Noted before it is sent, or what was accepted might not be in it yet.
                self.answered[id_] = reply
                while reply:
                    some = max(1, self._cut(len(reply)))
                    connection.sendall(reply[:some])
                    reply = reply[some:]
                if b"Connection: close" in self.answered[id_]:
                    connection.shutdown(socket.SHUT_WR)
                    while connection.recv(65_536):
                        pass
                    return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._accepting.join(PATIENCE_S)
        for thread in self._threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive(), "a connection was never let go of"


def _requests(connection: socket.socket, came: list[str]) -> Iterator[tuple[str, int]]:
    """Yield the id of each request, and how many more had come behind it; note all that came."""
    unread, waiting = b"", list[str]()
    while some := connection.recv(1 << 20):
        unread += some
        while b"\r\n\r\n" in unread:
            head, _, rest = unread.partition(b"\r\n\r\n")
            fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
            length = int(fields["Content-Length"])
            if len(rest) < length:
                break
            unread = rest[length:]
            waiting.append(fields["Idempotency-Key"])
            came.append(waiting[-1])
        while waiting:
            yield waiting.pop(0), len(waiting)


def parcels(host: Host, count: int) -> list[Parcel]:
    return [parcel_to(f"{host.url}/{n}", f"p{n}") for n in range(count)]


def run(
    host: Host, count: int = 100, in_flight: int = 64, now: Callable[[], datetime] = at_noon, **others: Any
) -> list[Result]:
    """Send so many, and return each one's result, in their order."""
    channel = webhook(host.url, **others)
    try:
        found = {one.parcel: one for one in each(channel.send(parcels(host, count), now, in_flight=in_flight))}
    finally:
        channel.close()
    assert len(found) == count
    return [found[f"p{n}"] for n in range(count)]


def unknown(results: list[Result]) -> list[str]:
    return [result.parcel for result in results if result.maybe_arrived]


def answering(reply: bytes = OK) -> Callable[[Call], bytes]:
    return lambda _: reply


def test_only_who_agreed_gets_several_in_a_row_and_no_more_than_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.channels.posting.host._QUICK_S", PATIENCE_S)  # on a busy machine no answer is quick
    with Host(answering()) as host:
        assert set(states(run(host, 400))) == {"accepted"}
        assert max(call.behind for call in host.calls) == AGREED - 1
    with Host(answering()) as other:
        assert set(states(run(other, 100, pipelined={host.url: AGREED}))) == {"accepted"}
        assert max(call.behind for call in other.calls) == 0


def test_a_host_is_believed_only_once_it_has_answered() -> None:
    with Host(answering()) as host:
        run(host, 400)
        assert next(call.behind for call in host.calls if call.connection == 0) == 0


def test_one_connection_carries_a_crowd() -> None:
    with Sink("http") as sink:
        channel = webhook(sink.url("/"), per_host=1)
        some = [parcel_to(sink.url("/miller"), f"p{number}") for number in range(500)]
        assert set(states(each(channel.send(some, at_noon, in_flight=64)))) == {"accepted"}
        channel.close()
        tally = sink.tally()
    assert (tally.arrived, tally.twice, tally.connections) == (500, 0, 1)


@pytest.mark.parametrize("after", [0, 1, 2, 3, 7, 20, 33])
def test_whatever_a_connection_leaves_unanswered_is_unknown(after: int) -> None:
    """Each connection answers so many and then ends, in the middle of a row."""
    with Host(lambda call: OK if call.number <= after else None) as host:
        results = run(host, 200)
        assert taken(results) == Counter(host.answered.keys())
        arrived = set(host.ids()) - set(host.answered)
        assert arrived <= set(unknown(results)), "what came and was not answered may have arrived"
        assert {one.state for one in results} <= {"accepted", "later"}
        assert set(host.ids().values()) <= {1}, "nothing goes out twice in one send"


def test_what_was_unknown_goes_out_again_under_the_same_id() -> None:
    with Host(lambda call: OK if call.number != 5 else None) as host:
        first = run(host, 100)
        left = {one.parcel for one in first if one.state == "later"}
        again = each(webhook(host.url).send([one for one in parcels(host, 100) if one.id in left], at_noon))
        twice = {id_ for id_, times in host.ids().items() if times > 1}
        assert twice <= set(unknown(first))
        assert set(host.ids()) == {f"p{n}" for n in range(100)}
        assert {one.parcel for one in again} == left


@pytest.mark.parametrize("after", [1, 2, 5, 8, 13])
def test_a_host_that_says_it_leaves_has_not_failed_and_is_remembered(after: int) -> None:
    """Many servers end each connection after so many requests, and say so in the last answer."""
    last = OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    with Host(lambda call: last if call.number == after else OK) as host:
        results = run(host, 300, per_host=1)
        assert not any("Not tried" in one.detail for one in results)
        assert len(unknown(results)) < AGREED, "it is once too many, and then known"
        assert taken(results) == Counter(host.answered.keys())


@pytest.mark.parametrize("cut", [1, 2, 3, 5, 11, 40, 41, 42, 43, 44, 45, 1_000])
def test_answers_may_be_split_at_any_octet_and_each_settles_its_own(cut: int) -> None:
    statuses = {0: 200, 1: 410, 2: 503, 3: 202, 4: 404}
    fates = {200: "accepted", 410: "refused", 503: "later", 202: "accepted", 404: "refused"}

    def answer(call: Call) -> bytes:
        status = statuses[int(call.id[1:]) % 5]
        return b"HTTP/1.1 %d So\r\nX-Number: %b\r\nContent-Length: 3\r\n\r\nyes" % (status, b"x" * (call.number % 9))

    with Host(answer, lambda _: cut) as host:
        results = run(host, 120)
    assert states(results) == [fates[statuses[n % 5]] for n in range(120)]
    assert unknown(results) == []


def test_an_answer_in_chunks_and_one_in_1xx_are_one_answer_each() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n0\r\n\r\n"
    early = b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\nHTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    with Host(lambda call: early if int(call.id[1:]) % 3 == 0 else chunked) as host:
        results = run(host, 120)
    assert states(results) == ["refused" if n % 3 == 0 else "accepted" for n in range(120)]


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param(b"banana\r\n\r\n", id="nothing of the kind"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", id="a length that is none"),
        pytest.param(b"HTTP/1.1 99999 OK\r\n\r\n", id="a status that is none"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 200_000, id="a head without end"),
    ],
)
def test_nonsense_in_the_middle_leaves_what_follows_unknown(nonsense: bytes) -> None:
    with Host(lambda call: nonsense if call.id == "p60" else OK) as host:
        results = run(host, 200)
        assert results[60].state == "later"
        assert len(unknown(results)) <= AGREED
        assert set(taken(results)) <= set(host.answered) - {"p60"}
        assert states(results).count("accepted") >= 200 - AGREED


@pytest.mark.parametrize("other", [OK, OK.replace(b"OK", b"Oh")], ids=["the same", "another"])
@pytest.mark.parametrize("per_host", [1, 32])
def test_answers_that_nobody_asked_for_are_nobodys(other: bytes, per_host: int) -> None:
    """A host could answer for parcels that have not been sent yet."""
    began = time.monotonic()
    with Host(lambda call: other * 50 if call.number == 9 else OK) as host:
        results = run(host, 100, per_host=per_host)
        assert set(taken(results)) <= set(host.ids())
        assert set(host.ids().values()) == {1}
    assert time.monotonic() - began < PATIENCE_S, "that connection is good for nothing any more, and is left at once"


def test_a_close_in_the_middle_after_unasked_answers_makes_nothing_accepted_that_did_not_come() -> None:
    with Host(lambda call: OK * 3 if call.number == 1 else None) as host:
        results = run(host, 50)
        assert set(taken(results)) <= set(host.ids())


def test_a_slow_host_gets_one_at_a_time_again() -> None:
    def answer(call: Call) -> bytes:
        if int(call.id[1:]) >= 150:
            time.sleep(0.15)
        return OK

    with Host(answer) as host:
        results = run(host, 190, in_flight=32, per_host=2)
        late = [call for call in host.calls if int(call.id[1:]) >= 175]
    assert set(states(results)) == {"accepted"}
    assert max(call.behind for call in late) < AGREED // 2


def test_the_silence_of_one_ends_in_time_for_all_behind_it(monkeypatch: pytest.MonkeyPatch) -> None:
    over, late, behind = threading.Event(), threading.Event(), list[int]()
    beat = Posting.beat

    def answer(call: Call) -> Reply:
        if call.id == "p100":
            behind.append(call.behind)
            over.wait(PATIENCE_S)
            return None
        return OK

    def later(engine: Posting, moment: float) -> None:
        beat(engine, moment + 2 * PATIENCE_S * late.is_set())

    monkeypatch.setattr(Posting, "beat", later)
    with Host(answer) as host:
        channel, results = webhook(host.url), list[Result]()
        for some in channel.send(parcels(host, 150), at_noon, in_flight=64):
            results += some
            if behind and len(results) == 149 - behind[0]:
                late.set()  # all the others are answered by now, however busy the machine
        over.set()
        channel.close()
    assert len(results) == 150
    assert "p100" in unknown(results)
    assert len(unknown(results)) <= AGREED
    assert states(results).count("accepted") == 150 - len(unknown(results))


def test_time_that_is_asked_for_in_the_middle_is_given_by_all_that_has_not_left() -> None:
    busy = b"HTTP/1.1 429 Slow down\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"
    with Host(lambda call: busy if int(call.id[1:]) >= 100 else OK) as host:
        results = run(host, 2_000, in_flight=32)
        came = len(host.calls)
    assert states(results) == ["accepted"] * 100 + ["later"] * 1_900
    assert {one.retry_after for one in results[100:]} == {120}
    assert came <= 100 + 32


def test_what_expires_while_others_are_under_way_is_not_sent() -> None:
    late = threading.Event()

    def answer(call: Call) -> bytes:
        if call.id == "p50":
            late.set()
        return OK

    with Host(answer) as host:
        results = run(host, 1_000, 16, lambda: NOON + timedelta(hours=2 if late.is_set() else 0))
        assert taken(results) == host.ids()
    assert Counter(states(results)).keys() == {"accepted", "expired"}
    assert len(host.calls) <= 51 + 2 * 16


def test_two_sends_at_once_never_share_a_row() -> None:
    """Who stops one of them early must not take from the other what it has under way."""
    with Host(answering()) as host:
        channel = webhook(host.url, per_host=2)
        keeps = [parcel_to(f"{host.url}/", f"k{n}") for n in range(400)]
        stops = [parcel_to(f"{host.url}/", f"s{n}") for n in range(400)]
        told: list[Result] = []
        sending = threading.Thread(target=lambda: told.extend(each(channel.send(keeps, at_noon, in_flight=32))))
        sending.start()
        stopped = channel.send(stops, at_noon, in_flight=32)
        next(stopped)
        stopped.close()  # type: ignore[attr-defined]
        sending.join(PATIENCE_S)
        channel.close()
    assert states(told) == ["accepted"] * 400


class Moods:
    """A host that does whatever the dice say: any status, any split, ends with and without a word, nonsense."""

    def __init__(self, seed: int) -> None:
        self._dice = Random(seed)
        self._lock = threading.Lock()
        self.trouble = self._dice.choice([0.0, 0.02, 0.1])

    def answer(self, call: Call) -> Reply:
        with self._lock:
            roll, mood = self._dice.random(), self._dice.choice(["end", "nonsense", "last", "twice"])
            status = self._dice.choice([200, 200, 200, 204, 410, 503])
        length = b"" if status == 204 else b"Content-Length: 2\r\n"
        whole = b"HTTP/1.1 %d So\r\nX-Id: %b\r\n%b" % (status, call.id.encode(), length)
        body = b"" if status == 204 else b"ok"
        if roll >= self.trouble:
            return whole + b"\r\n" + body
        return {
            "end": None,
            "nonsense": b"\x00\x01banana\r\n\r\n",
            "last": whole + b"Connection: close\r\n\r\n" + body,
            "twice": (whole + b"\r\n" + body) * 2,
        }[mood]

    def cut(self, left: int) -> int:
        with self._lock:
            return self._dice.choice([1, 7, 40, left, left, left])


@given(seed=st.integers(0, 1 << 32), agreed=st.integers(2, 16), in_flight=st.sampled_from([1, 5, 32]))
@settings(max_examples=40, deadline=None)
def test_whatever_a_host_does_nothing_is_accepted_that_did_not_come(seed: int, agreed: int, in_flight: int) -> None:
    moods = Moods(seed)
    with Host(moods.answer, moods.cut) as host:
        results = run(host, 80, in_flight, agreed=agreed, pipelined={host.url: agreed})
    came = host.ids()  # now that it has read all that lay at its door
    assert set(came.values()) <= {1}, "sent twice in one send"
    # Who answers one request twice has answered the next before reading it, and nobody can tell that from its own answer.
    if not any(reply.count(b"HTTP/1.1") > 1 for reply in host.answered.values()):
        assert set(taken(results)) <= set(came), "accepted, and it never came"
        doubtful = {one.parcel for one in results if one.state == "later" and not one.maybe_arrived}
        never_answered = set(came) - set(host.answered)
        assert not never_answered & doubtful, "it came and was not answered, and may not be called unsent"
    assert max((call.behind for call in host.calls), default=0) < agreed
    if not moods.trouble:
        fates = {b"200": "accepted", b"204": "accepted", b"410": "refused", b"503": "later"}
        assert [one.state for one in results] == [fates[host.answered[one.parcel][9:12]] for one in results]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"https://hooks.example.org/path": 4}, id="a path"),
        pytest.param({"hooks.example.org": 4}, id="no scheme"),
        pytest.param({"https://hooks.example.org": 0}, id="none in a row"),
        pytest.param({"https://hooks.example.org": 65}, id="too many in a row"),
    ],
)
def test_an_agreement_that_is_none_stops_the_start(wrong: dict[str, int]) -> None:
    with pytest.raises(Refused):
        Webhook(WebhookSettings(pipelined=wrong), loopback_only=True)


@pytest.mark.parametrize("wrong", [0, 65])
def test_a_gateway_that_takes_none_or_too_many_in_a_row_stops_the_start(wrong: int) -> None:
    with pytest.raises(Refused, match="in a row"):
        Gateway(GatewaySettings(form=GatewayForm(url="https://sms.example/send", pipelined=wrong)))
