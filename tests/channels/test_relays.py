"""Mail relays: which is taken, how one is greeted, and what several commands in one go must not confuse."""

import base64
import hmac
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.certificates import certificate, serving
from tests.channels.independent import running
from tests.channels.promises import PATIENCE_S, Way, at_noon, each, sent, states, taken
from tests.channels.test_mail import DESK, MailWay
from tests.faults.processes import wait_until
from tocsin.channels.channel import Channel, Result
from tocsin.channels.mail import Mail, MailSettings
from tocsin.channels.mail import sending as mail_sending
from tocsin.channels.mail.relay import RelaySettings
from tocsin.channels.mail.session import Session as MailSession
from tocsin.channels.mail.session import dotted
from tocsin.testing.mailbox import Mailbox
from tocsin.testing.sink import Sink
from tocsin.web.serving import free_port

Answer = Callable[[bytes], bytes]


class Relay:
    """A relay that answers each command, or letter, as it is told to, and notes them. It offers PIPELINING.

    answers: by the command's first word. An empty answer hangs up.
    """

    def __init__(self, **answers: bytes | list[bytes]) -> None:
        self.heard: list[bytes] = []
        self.calls = 0
        self._answers = answers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.calls += 1
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._open.append(connection)
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as lines, suppress(OSError):
            greeting = self._answer("greeting", b"220 hi\r\n")
            if not greeting:
                return
            connection.sendall(greeting)
            while line := lines.readline():
                verb = line.strip().partition(b" ")[0].decode().lower()
                self.heard.append(line.strip())
                known = {"ehlo": b"250-hi\r\n250 PIPELINING\r\n", "data": b"354 go\r\n"}
                answer = self._answer(verb, known.get(verb, b"250 ok\r\n"))
                if not answer:
                    return
                connection.sendall(answer)
                if answer.startswith(b"354"):
                    letter = b""
                    while not letter.endswith(b"\r\n.\r\n") and letter != b".\r\n":
                        if not (line := lines.readline()):
                            return  # whoever wrote it has gone; to go on reading would never end
                        letter += line
                    self.heard.append(b"(letter)" if len(letter) > 3 else b"(nothing)")
                    answer = self._answer("letter", b"250 ok\r\n")
                    if not answer:
                        return
                    connection.sendall(answer)

    def _answer(self, verb: str, otherwise: bytes) -> bytes:
        answer = self._answers.get(verb, otherwise)
        if isinstance(answer, list):
            return answer.pop(0) if answer else otherwise
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def mail(*ports: int, patience_s: float = PATIENCE_S, loopback_only: bool = False, **others: Any) -> Channel:
    first, *rest = ports
    further = tuple(RelaySettings(host="127.0.0.1", port=port) for port in rest)
    here = MailSettings(host="127.0.0.1", port=first, sender=DESK, timeout_s=patience_s, others=further, **others)
    return Mail(here, loopback_only=loopback_only)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def way(mailbox: Mailbox) -> MailWay:
    return MailWay(mailbox)


# Several relays.


@pytest.mark.parametrize("in_flight", [1, 16])
@pytest.mark.parametrize(
    "first",
    [
        pytest.param({"greeting": b"554 5.7.1 go away\r\n"}, id="turns us away at the door"),
        pytest.param({"greeting": b""}, id="hangs up at once"),
        pytest.param({"greeting": b"banana\r\n"}, id="is no mail server"),
        pytest.param({"ehlo": b"421 too busy\r\n", "helo": b"421 too busy\r\n"}, id="is too busy to greet"),
        pytest.param({"mail": b"550 5.7.1 who are you\r\n"}, id="does not take our sender"),
        pytest.param({"mail": b"451 4.3.0 not now\r\n"}, id="does not take our sender now"),
        pytest.param({"mail": b""}, id="hangs up on our sender"),
    ],
)
def test_the_next_relay_is_taken_when_the_first_turns_us_away(
    mailbox: Mailbox, way: Way, first: dict[str, Any], in_flight: int
) -> None:
    with Relay(**first) as relay:
        results = sent(mail(relay.port, mailbox.port), way.parcels(50), in_flight=in_flight)
    assert set(states(results)) == {"accepted"}
    assert mailbox.ids() == taken(results)
    assert relay.calls <= 4


def test_the_next_relay_is_taken_when_nobody_listens_at_the_first(mailbox: Mailbox, way: Way) -> None:
    nowhere = free_port("127.0.0.1", 0)
    assert states(sent(mail(nowhere, mailbox.port), way.parcels(3))) == ["accepted"] * 3
    assert states(sent(mail(nowhere, nowhere), way.parcels(3))) == ["later"] * 3


def test_a_recipient_refused_by_the_first_relay_is_not_tried_at_the_next(mailbox: Mailbox, way: Way) -> None:
    with Relay(rcpt=b"550 5.1.1 none\r\n") as relay:
        assert states(sent(mail(relay.port, mailbox.port), way.parcels(3), in_flight=8)) == ["refused"] * 3
    assert mailbox.count() == 0


def test_the_first_relay_is_taken_again_when_it_is_back(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_sending, "_AWAY_S", 0.3)
    monkeypatch.setattr(mail_sending, "_HURRY_S", PATIENCE_S)  # on a busy machine it may take its time to greet us
    with Mailbox() as second:
        port = free_port("127.0.0.1", 0)
        channel = way.keep(mail(port, second.port))
        assert states(each(channel.send([way.parcel("one")], at_noon))) == ["accepted"]
        assert second.count() == 1
        with Mailbox(port) as first:
            deadline = time.monotonic() + PATIENCE_S
            while not first.count() and time.monotonic() < deadline:
                assert states(each(channel.send([way.parcel(f"p{time.monotonic_ns()}")], at_noon))) == ["accepted"]
            before = second.count()
            assert set(states(each(channel.send(way.parcels(20), at_noon, in_flight=4)))) == {"accepted"}
            assert (first.count() >= 20, second.count()) == (True, before)
            channel.close()


def test_every_relay_must_be_the_mailbox_in_a_replay(mailbox: Mailbox, way: Way) -> None:
    with Relay() as real:
        (result,) = sent(mail(real.port, loopback_only=True), [way.parcel("miller")])
        assert result.state == "refused"
        (result,) = sent(mail(real.port, mailbox.port, loopback_only=True), [way.parcel("miller")])
        assert result.state == "accepted"
        assert not any(line.startswith(b"MAIL") for line in real.heard)


def test_connections_to_a_relay_are_few_and_long(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.channels.mail.session.LINGER_S", PATIENCE_S)  # however long there is between two sends
    with Sink("smtp") as sink:
        channel = way.keep(mail(sink.port, connections=3))
        parcels = way.parcels(300)
        for start in range(0, 300, 100):
            some = parcels[start : start + 100]
            assert set(states(each(channel.send(some, at_noon, in_flight=64)))) == {"accepted"}
        channel.close()
        tally = sink.tally()
    assert (tally.arrived, tally.twice, tally.unsound) == (300, 0, 0)
    assert 2 <= tally.connections <= 3, "how soon the third is wanted, the machine says"


def test_a_relay_that_takes_only_one_connection_costs_nobody_anything(way: Way) -> None:
    with Relay(greeting=[b"220 hi\r\n", *[b"421 4.7.0 too many connections\r\n"] * 1_000]) as relay:
        results = sent(mail(relay.port), way.parcels(100), in_flight=32)
    assert set(states(results)) == {"accepted"}
    assert relay.calls < 10


# Several commands in one go.


def test_what_a_refused_recipient_leaves_open_is_ended_at_once(way: Way) -> None:
    """RFC 2920, 3.1: a server that refused every recipient may ask for the letter all the same."""
    with Relay(rcpt=[b"250 ok\r\n", b"550 5.1.1 none\r\n"], letter=[b"250 ok\r\n", b"554 5.5.1 nobody\r\n"]) as relay:
        results = sent(mail(relay.port, connections=1), way.parcels(3), in_flight=4)
        wait_until(lambda: relay.heard[-1:] == [b"QUIT"])  # whoever says it does not wait for it to be heard
    assert states(results) == ["accepted", "refused", "accepted"]
    verbs = [line.split()[0] for line in relay.heard]
    once = [b"MAIL", b"RCPT", b"DATA"]
    assert verbs == [b"EHLO", *once, b"(letter)", *once, b"(nothing)", b"RSET", *once, b"(letter)", b"QUIT"]


@pytest.mark.parametrize(
    ("answers", "fates"),
    [
        pytest.param(
            {"rcpt": [b"550 a\r\n"], "data": [b"503 b\r\n"]}, "rejected", id="recipient refused, and DATA too"
        ),
        pytest.param({"rcpt": [b"450 a\r\n"], "data": [b"554 b\r\n"]}, "busy", id="recipient later, DATA refused"),
        pytest.param({"data": [b"552 a\r\n"]}, "rejected", id="DATA refused"),
        pytest.param({"letter": [b"552 a\r\n"]}, "rejected", id="letter refused"),
        pytest.param({"letter": [b"451 a\r\n"]}, "busy", id="letter later"),
        pytest.param({"letter": [b"421 a\r\n"]}, "busy", id="letter answered by a farewell"),
        pytest.param({"rcpt": [b"421 a\r\n"]}, "busy", id="recipient answered by a farewell"),
        pytest.param({"mail": [b"250 a\r\n", b"421 enough\r\n"]}, "fine", id="enough letters on this connection"),
        pytest.param({"mail": [b"250 a\r\n", b""]}, "fine", id="gone before the second envelope"),
        pytest.param({"letter": [b""]}, "perhaps", id="gone after the first letter"),
        pytest.param({"data": [b""]}, "busy", id="gone before the first letter"),
        pytest.param({"letter": [b"banana\r\n"]}, "perhaps", id="nonsense after the first letter"),
        pytest.param({"rset": b"500 what\r\n", "rcpt": [b"550 a\r\n"]}, "rejected", id="RSET not understood"),
    ],
)
def test_one_letter_pays_for_itself_alone(way: Way, answers: dict[str, Any], fates: str) -> None:
    expected = {
        "rejected": ("refused", False),
        "busy": ("later", False),
        "perhaps": ("later", True),
        "fine": ("accepted", False),
    }[fates]
    with Relay(**answers) as relay:
        results = sent(mail(relay.port, connections=1), way.parcels(5), in_flight=8)
    first, *others = results
    assert (first.state, first.maybe_arrived) == expected
    assert states(others) == ["accepted"] * 4
    read = 5 if "letter" in answers or fates == "fine" else 4
    assert relay.heard.count(b"(letter)") == read


def test_a_reply_cut_anywhere_is_the_same_reply(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    real = MailSession.data_received
    monkeypatch.setattr(
        MailSession,
        "data_received",
        lambda self, data: [real(self, data[n : n + 1]) for n in range(len(data))],
    )
    with Relay(rcpt=b"250-2.1.5 this\r\n250 2.1.5 and that\r\n") as relay:
        assert states(sent(mail(relay.port), way.parcels(5), in_flight=4)) == ["accepted"] * 5


@pytest.mark.parametrize(
    ("content", "wire"),
    [
        pytest.param(b"a\r\nb\r\n", b"a\r\nb\r\n.\r\n", id="as it should be"),
        pytest.param(b"a", b"a\r\n.\r\n", id="without an end"),
        pytest.param(b".\r\n.a\r\n", b"..\r\n..a\r\n.\r\n", id="dots"),
        pytest.param(b"a\n.\nb", b"a\r\n..\r\nb\r\n.\r\n", id="bare LF"),
        pytest.param(b"a\r.\rb", b"a\r\n..\r\nb\r\n.\r\n", id="bare CR"),
        pytest.param(b"a\n\r.\r\n", b"a\r\n\r\n..\r\n.\r\n", id="LF CR"),
        pytest.param(b"a\r\r\n.\r\n", b"a\r\n\r\n..\r\n.\r\n", id="CR CR LF"),
        pytest.param(b"", b"\r\n.\r\n", id="nothing"),
    ],
)
def test_no_text_can_end_its_letter(content: bytes, wire: bytes) -> None:
    assert dotted(content) == wire


@given(st.lists(st.sampled_from([b"\r", b"\n", b".", b"a"]), max_size=12).map(b"".join))
def test_no_text_at_all_can_end_its_letter(content: bytes) -> None:
    wire = dotted(content)
    assert wire.endswith(b"\r\n.\r\n")
    assert b"\r\n.\r\n" not in wire[:-1]
    assert wire.count(b"\r") == wire.count(b"\n") == wire.count(b"\r\n")
    lines = re.split(rb"\r\n|\r|\n", content)
    sent_ = [line.removeprefix(b".") for line in wire.removesuffix(b".\r\n").split(b"\r\n")]
    assert [line for line in lines if line] == [line for line in sent_ if line]


# Who we are, and whether anybody listens.


class Guarded:
    """What aiosmtpd, an independent server, says it got from someone who signed in."""

    def __init__(self) -> None:
        self.letters = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.letters += bool(session.authenticated)
        return "250 OK"


def _knows(password: bytes) -> Callable[..., AuthResult]:
    def check(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"desk", password), handled=False)

    return check


@pytest.mark.parametrize("way_in", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize(("password", "fate"), [("hunter2", "accepted"), ("mistaken", "later")])
def test_we_sign_in_as_the_relay_wants_it(way: Way, tmp_path: Path, way_in: str, password: str, fate: str) -> None:
    proof, guarded = certificate(tmp_path, "127.0.0.1"), Guarded()
    port = free_port("127.0.0.1", 0)
    server = Controller(
        guarded,
        "127.0.0.1",
        port=port,
        tls_context=serving(proof),
        require_starttls=True,
        authenticator=_knows(b"hunter2"),
        auth_required=True,
        ready_timeout=PATIENCE_S,
        auth_exclude_mechanism=[{"PLAIN": "LOGIN", "LOGIN": "PLAIN"}[way_in]],
    )
    with running(server):
        channel = mail(port, starttls=True, ca_file=str(proof.file), user="desk", password=password)
        results = sent(channel, way.parcels(2))
    assert states(results) == [fate] * 2
    assert guarded.letters == (2 if fate == "accepted" else 0)
    assert password not in repr(results)


class Covered:
    """A relay under TLS, one thing at a time.

    in_the_clear: what it says after "220", before TLS begins. challenge: for CRAM-MD5.
    """

    def __init__(self, proof: ssl.SSLContext, *, in_the_clear: bytes = b"", challenge: bytes = b"") -> None:
        self.heard: list[bytes] = []
        self._proof, self._in_the_clear, self._challenge = proof, in_the_clear, challenge
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self._listener.settimeout(PATIENCE_S)
        with self._listener, suppress(OSError):
            connection, _ = self._listener.accept()
            with connection, suppress(OSError):
                connection.sendall(b"220 hi\r\n")
                connection.recv(1_000)
                connection.sendall(b"250-hi\r\n250 STARTTLS\r\n")
                connection.recv(1_000)
                connection.sendall(b"220 go on\r\n" + self._in_the_clear)
                with self._proof.wrap_socket(connection, server_side=True) as covered:
                    self._talk(covered)

    def _talk(self, covered: ssl.SSLSocket) -> None:
        self.heard.append(covered.recv(1_000))
        covered.sendall(b"250-hi\r\n250 AUTH CRAM-MD5 PLAIN\r\n")
        self.heard.append(covered.recv(1_000))
        covered.sendall(b"334 " + base64.b64encode(self._challenge) + b"\r\n")
        self.heard.append(covered.recv(1_000))
        covered.sendall(b"535 no\r\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


def test_a_challenge_is_answered_and_the_password_not_said(way: Way, tmp_path: Path) -> None:
    proof = certificate(tmp_path, "127.0.0.1")
    with Covered(serving(proof), challenge=b"<1@hi>") as relay:
        sent(
            mail(relay.port, starttls=True, ca_file=str(proof.file), user="desk", password="hunter2"),
            [way.parcel("miller")],
        )
    assert relay.heard[1:] == [
        b"AUTH CRAM-MD5\r\n",
        base64.b64encode(b"desk " + hmac.new(b"hunter2", b"<1@hi>", "md5").hexdigest().encode()) + b"\r\n",
    ]


def test_what_was_said_in_the_clear_does_not_count_under_tls(way: Way, tmp_path: Path) -> None:
    """CVE-2011-0411: someone in between could speak for the relay."""
    proof = certificate(tmp_path, "127.0.0.1")
    with Covered(serving(proof), in_the_clear=b"250-hi\r\n250 AUTH PLAIN\r\n") as relay:
        (result,) = sent(
            mail(relay.port, starttls=True, ca_file=str(proof.file), user="desk", password="hunter2"),
            [way.parcel("miller")],
        )
    assert (result.state, relay.heard) == ("later", [])


def test_results_name_no_relay_and_no_sender(way: Way) -> None:
    with Relay(mail=b"550 5.7.1 desk@town.example is not welcome at relay.example\r\n") as relay:
        results: list[Result] = sent(mail(relay.port), way.parcels(2))
    assert "example" not in repr(results)
