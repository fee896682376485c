"""Mail keeps its promises, and what is particular to it: letters, relays, replies."""

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import BinaryIO, Self

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.certificates import certificate, serving
from tests.channels.independent import running
from tests.channels.promises import NOON, PATIENCE_S, WATER, Promises, Way, sent, states
from tocsin.basis.errors import Refused
from tocsin.channels.channel import Channel, Parcel
from tocsin.channels.mail import Mail, MailSettings, letter
from tocsin.testing.mailbox import Mailbox
from tocsin.web.serving import free_port

DESK = "desk@town.example"


def settings(port: int, patience_s: float = PATIENCE_S, **others: object) -> MailSettings:
    return MailSettings(host="127.0.0.1", port=port, sender=DESK, timeout_s=patience_s, **others)  # type: ignore[arg-type]


def written(**others: object) -> bytes:
    values: dict[str, object] = {
        "parcel_id": "id",
        "sender": DESK,
        "sender_name": "The watch desk",
        "to": "miller@town.example",
        "subject": WATER,
        "text": WATER,
        "html": f"<html><body class=a><p>{WATER}</p></body></html>",
        "sent_at": NOON,
        "language": "en",
        "exercise": False,
        "urgent": False,
    }
    return letter(**(values | others))  # type: ignore[arg-type]


class MailWay(Way):
    receiver: Mailbox

    def channel(self, *, patience_s: float = PATIENCE_S, port: int | None = None) -> Channel:
        return Mail(settings(port or self.receiver.port, patience_s), loopback_only=True)

    def elsewhere(self) -> tuple[Channel, Parcel]:
        far = MailSettings(host="192.0.2.25", sender=DESK, timeout_s=PATIENCE_S)
        return Mail(far, loopback_only=True), self.parcel("miller")

    def address(self, name: str, port: int | None = None) -> str:
        return f"{name}@town.example"

    def content(self, parcel_id: str, address: str, *, exercise: bool) -> bytes:
        return written(parcel_id=parcel_id, to=address, exercise=exercise)

    def hostile(self) -> list[str]:
        return [
            "",
            "miller",
            "a@b\r\nRCPT TO:<c@d>",
            "a b@c",
            "<a@b>",
            "a@b@c",
            "ü@town.example",
            "a@",
            "x" * 300 + "@b",
        ]

    def unmistakable(self, parcel_id: str) -> bool:
        (found,) = (letter for letter in self.receiver.letters() if letter.id == parcel_id)
        in_sight = [found.subject.startswith("[EXERCISE]"), found.text.startswith("EXERCISE"), "EXERCISE" in found.html]
        assert len({*in_sight, found.exercise}) == 1, "marked in one place and not in another"
        return found.exercise

    def refuse(self, name: str) -> None:
        self.receiver.refuse(self.address(name))


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


@pytest.fixture
def way(mailbox: Mailbox) -> MailWay:
    return MailWay(mailbox)


class TestMailKeepsItsPromises(Promises):
    pass


class TestMailThatSaysOneThingAtATimeKeepsItsPromises(Promises):
    @pytest.fixture
    def way(self) -> Iterator[MailWay]:
        with Mailbox(pipelines=False) as mailbox:
            yield MailWay(mailbox)


def test_a_letter_arrives_as_it_was_meant(mailbox: Mailbox, way: MailWay) -> None:
    text = "Вода выше моста.\n.\n..\nFrom here on:\n" + "long " * 400
    address = "miller@town.example"
    content = written(parcel_id="id", to=address, subject="Вода " * 40, text=text, sender_name="Дежурный, «пост»")
    way.send([Parcel(id="id", address=address, content=content, not_after=NOON, exercise=False)])
    (found,) = mailbox.letters_to(address)
    assert found.text.rstrip("\n") == text.rstrip("\n")
    assert found.subject.split() == ["Вода"] * 40
    assert (found.id, found.received, found.urgent, found.exercise) == ("id", 1, False, False)
    assert f"<p>{WATER}</p>" in found.html


def test_a_letter_says_who_when_and_that_a_machine_wrote_it() -> None:
    mail = email.message_from_bytes(written(urgent=True), policy=email.policy.default)
    assert mail["From"] == "The watch desk <desk@town.example>"
    assert mail["Message-ID"] == "<id@town.example>"
    assert mail["Date"].datetime == NOON
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Importance"] == "high"
    assert mail["Content-Language"] == "en"
    assert mail.get_content_type() == "multipart/alternative"


def test_a_letter_is_seven_bits_with_short_lines_and_the_same_every_time() -> None:
    first = written(subject="Вода" * 50, text="Вода " * 500, exercise=True)
    assert first == written(subject="Вода" * 50, text="Вода " * 500, exercise=True)
    assert first.isascii()
    assert max(len(line) for line in first.split(b"\r\n")) <= 998
    assert b"\n" not in first.replace(b"\r\n", b"")


def test_a_letter_without_html_is_plain_text() -> None:
    mail = email.message_from_bytes(written(html=None), policy=email.policy.default)
    assert mail.get_content_type() == "text/plain"


def test_a_long_domain_keeps_the_message_id_whole(mailbox: Mailbox, way: MailWay) -> None:
    id_, domain = "a" * 26, ".".join(["town" * 12] * 3)
    content = written(parcel_id=id_, sender=f"desk@{domain}")
    parcel = Parcel(id=id_, address="a@town.example", content=content, not_after=NOON, exercise=False)
    assert states(way.send([parcel])) == ["accepted"]
    assert mailbox.ids() == {id_: 1}


@pytest.mark.parametrize("field", ["parcel_id", "sender", "sender_name", "to", "subject", "language"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0", "\x85", "\u2028"])
def test_no_value_can_begin_a_header_of_its_own(field: str, break_: str) -> None:
    with pytest.raises(Refused) as refusal:
        written(**{field: f"a@b.example{break_}Bcc: spy@far.example"})
    assert "spy" not in str(refusal.value)


@given(subject=st.text(), name=st.text(), text=st.text(), html=st.none() | st.text(), exercise=st.booleans())
def test_any_words_make_a_sound_letter_or_are_refused(
    subject: str,
    name: str,
    text: str,
    html: str | None,
    exercise: bool,
) -> None:
    try:
        raw = written(subject=subject, sender_name=name, text=text, html=html, exercise=exercise)
    except Refused:
        return
    head = raw.partition(b"\r\n\r\n")[0]
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert raw.isascii()
    assert head.count(b"Message-ID: <id@town.example>") == 1
    assert (b"X-Tocsin-Exercise: yes" in head) == exercise
    assert mail["To"] == "miller@town.example"
    assert "Bcc" not in mail
    assert len(mail.defects) == 0


def test_words_that_are_no_unicode_are_refused() -> None:
    with pytest.raises(Refused):
        written(text="\ud800")
    with pytest.raises(Refused):
        written(sent_at=datetime(2024, 3, 7))  # noqa: DTZ001


def test_a_text_cannot_end_its_letter_and_begin_another(mailbox: Mailbox, way: MailWay) -> None:
    smuggled = written() + b"\n.\nMAIL FROM:<a@b>\r.\r" + b"\r\n.\r\nRSET\r\n"
    parcel = Parcel(id="id", address="miller@town.example", content=smuggled, not_after=NOON, exercise=False)
    assert states(way.send([parcel, way.parcel("next")])) == ["accepted", "accepted"]
    assert mailbox.count() == 2
    raw = mailbox.letters()[0].raw.replace(b"\r\n", b"")
    assert not {*b"\r\n"} & {*raw}  # a bare CR or LF is what servers disagree about


def test_a_letter_under_another_id_is_refused(mailbox: Mailbox, way: MailWay) -> None:
    address = "miller@town.example"
    content = written(parcel_id="another", to=address)
    parcel = Parcel(id="id", address=address, content=content, not_after=NOON, exercise=False)
    assert states(way.send([parcel])) == ["refused"]
    assert mailbox.count() == 0


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"sender": "desk"}, id="sender is no address"),
        pytest.param({"port": 0}, id="port 0"),
        pytest.param({"port": 70_000}, id="port 70000"),
        pytest.param({"user": "desk"}, id="user without password"),
        pytest.param({"user": "desk", "password": "x"}, id="password in the clear"),
        pytest.param({"ca_file": "/nowhere.pem"}, id="no such certificates"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_at_once(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {"host": "127.0.0.1", "port": 25, "sender": DESK}
    with pytest.raises(Refused):
        Mail(MailSettings(**(right | wrong)), loopback_only=True)  # type: ignore[arg-type]


def test_settings_in_print_hold_no_password() -> None:
    secret = MailSettings(host="h", sender=DESK, starttls=True, user="u", password="hunter2")
    assert "hunter2" not in repr(secret) + repr(secret.__rich_repr__())


class Script:
    """A server that answers each line, or letter, with the next of its replies, and then hangs up."""

    def __init__(self, *replies: bytes, calls: int = 1) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._replies = replies
        self._calls = calls
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        self._listener.settimeout(PATIENCE_S)  # a call that never comes fails the test, not the run
        with self._listener, suppress(TimeoutError):
            for _ in range(self._calls):
                connection, _address = self._listener.accept()
                with connection, connection.makefile("rb") as lines, suppress(OSError):
                    self._answer(connection, lines)

    def _answer(self, connection: socket.socket, lines: BinaryIO) -> None:
        for reply in self._replies:
            connection.sendall(reply)
            line = lines.readline()
            while reply.startswith(b"354") and line not in (b".\r\n", b""):
                line = lines.readline()
            if not line:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


HELLO = (b"220 hi\r\n", b"250 hi\r\n")


@pytest.mark.parametrize(
    ("replies", "fate", "maybe"),
    [
        pytest.param((b"554 go away\r\n",), "later", False, id="turned away at the door"),
        pytest.param((b"\xff\xfe\r\n",), "later", False, id="noise for a greeting"),
        pytest.param((b"220 " + b"x" * 100_000 + b"\r\n",), "later", False, id="a greeting without end"),
        pytest.param((b"220-more\r\n" * 20_000,), "later", False, id="a greeting of endless lines"),
        pytest.param((*HELLO, b"550 5.7.1 who are you\r\n"), "later", False, id="our sender refused: ours to mend"),
        pytest.param((*HELLO, b"250 ok\r\n", b"550 5.1.1 none\r\n", b"250 ok\r\n"), "refused", False, id="550"),
        pytest.param((*HELLO, b"250 ok\r\n", b"450 4.2.1 later\r\n", b"250 ok\r\n"), "later", False, id="450"),
        pytest.param((*HELLO, b"250 ok\r\n", b"421 bye\r\n"), "later", False, id="421"),
        pytest.param(
            (*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"554 no\r\n", b"250 ok\r\n"), "refused", False, id="DATA 554"
        ),
        pytest.param((*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"250 what\r\n"), "later", False, id="DATA answered 250"),
        pytest.param((*HELLO, b"250 ok\r\n", b"250 ok\r\n"), "later", False, id="gone before DATA is answered"),
        pytest.param((*HELLO, b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n"), "later", True, id="gone after the letter"),
    ],
)
def test_each_reply_means_one_thing(replies: tuple[bytes, ...], fate: str, maybe: bool, way: MailWay) -> None:
    with Script(*replies) as server:
        channel = Mail(settings(server.port), loopback_only=False)
        (result,) = sent(channel, [way.parcel("miller")])
    assert (result.state, result.maybe_arrived) == (fate, maybe)


@pytest.mark.parametrize(
    ("reply", "wrong"),
    [
        pytest.param(b"550 5.1.1 none", True, id="no such mailbox"),
        pytest.param(b"550 5.1.10 no mail here", True, id="a domain that takes no mail"),
        pytest.param(b"550 5.7.1 not from you", False, id="not from us"),
        pytest.param(b"552 5.2.2 full", False, id="a full mailbox"),
        pytest.param(b"550 no", False, id="a number alone"),
        pytest.param(b"450 5.1.1 greylisted", False, id="for now"),
    ],
)
def test_only_what_is_said_of_the_address_marks_it(reply: bytes, wrong: bool, way: MailWay) -> None:
    with Script(*HELLO, b"250 ok\r\n", reply + b"\r\n", b"250 ok\r\n") as server:
        (result,) = sent(Mail(settings(server.port), loopback_only=False), [way.parcel("miller")])
    assert result.wrong_address is wrong


def test_a_relay_that_ends_a_session_after_some_letters_is_called_again(way: MailWay) -> None:
    """Many relays answer 421 to the next MAIL once they have taken their fill."""
    ok, go = b"250 ok\r\n", b"354 go\r\n"
    whole = (*HELLO, ok, ok, go, ok)
    with Script(*whole, b"421 enough\r\n", calls=3) as server:
        channel = Mail(settings(server.port), loopback_only=False)
        assert states(sent(channel, way.parcels(3))) == ["accepted"] * 3


def test_a_mail_server_on_this_machine_that_might_send_mail_on_is_not_used_in_a_replay(way: MailWay) -> None:
    """Postfix on localhost is loopback too, and a drill through it would reach real people."""
    with Script(*HELLO, b"250 ok\r\n") as server:
        (result,) = sent(Mail(settings(server.port), loopback_only=True), [way.parcel("miller")])
    assert result.state == "refused"


class Keeper:
    """What aiosmtpd, an independent server, says it got."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


def test_an_independent_server_reads_the_same_over_tls(way: MailWay, tmp_path_factory: pytest.TempPathFactory) -> None:
    proof = certificate(tmp_path_factory.mktemp("tls"), "127.0.0.1")
    keeper = Keeper()
    port = free_port("127.0.0.1", 0)
    server = Controller(
        keeper, "127.0.0.1", port=port, tls_context=serving(proof), require_starttls=True, ready_timeout=PATIENCE_S
    )
    with running(server):
        patient = settings(port, starttls=True, ca_file=str(proof.file))
        assert states(sent(Mail(patient, loopback_only=False), way.parcels(3))) == ["accepted"] * 3
        (stranger,) = sent(Mail(settings(port, starttls=True), loopback_only=False), [way.parcel("x")])
    assert stranger.state == "later"
    assert [envelope.rcpt_tos for envelope in keeper.envelopes] == [[f"p{n}@town.example"] for n in range(3)]
    assert [envelope.content for envelope in keeper.envelopes] == [p.content for p in way.parcels(3)]


def test_a_relay_without_tls_gets_nothing_when_tls_is_asked_for(mailbox: Mailbox, way: MailWay) -> None:
    channel = Mail(settings(mailbox.port, starttls=True), loopback_only=True)
    assert states(sent(channel, way.parcels(2))) == ["later", "later"]
    assert mailbox.count() == 0


def test_a_mailbox_on_a_taken_port_is_refused(mailbox: Mailbox) -> None:
    with pytest.raises(Refused):
        Mailbox(port=mailbox.port)


def test_a_parcel_that_could_break_a_header_cannot_be_made() -> None:
    with pytest.raises(Refused):
        Parcel(id="a\r\nb", address="a@b", content=b"", not_after=NOON + timedelta(1), exercise=False)
    with pytest.raises(Refused):
        Parcel(id="a", address="a@b", content=b"", not_after=datetime(2024, 3, 7), exercise=False)  # noqa: DTZ001
