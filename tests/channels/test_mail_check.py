"""The test button of mail says in one sentence whether the relays take us, and sends nothing."""

from collections.abc import Iterator

import pytest

from tests.channels.test_mail import DESK, HELLO, Script, settings
from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.mail import MailSettings
from tocsin.channels.mail.checking import check_relays
from tocsin.channels.mail.relay import RelaySettings
from tocsin.testing.mailbox import Mailbox
from tocsin.web.serving import free_port


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as mailbox:
        yield mailbox


def test_a_relay_that_takes_us_is_told_so_and_gets_no_letter(mailbox: Mailbox) -> None:
    assert check_relays(settings(mailbox.port), loopback_only=True) == (
        "The mail relay answers and takes our sender; nothing was sent."
    )
    others = (RelaySettings(host="127.0.0.1", port=mailbox.port),)
    assert "All 2 mail relays" in check_relays(settings(mailbox.port, others=others), loopback_only=True)
    assert mailbox.count() == 0


def test_the_relay_that_is_away_is_named(mailbox: Mailbox) -> None:
    others = (RelaySettings(host="127.0.0.1", port=free_port("127.0.0.1", 0)),)
    with pytest.raises(Unreachable, match="Mail relay 2 of 2 cannot be reached"):
        check_relays(settings(mailbox.port, others=others), loopback_only=True)


@pytest.mark.parametrize(
    ("replies", "kind", "why"),
    [
        pytest.param((b"554 go away\r\n",), Unreachable, "turned us away \\(554\\)", id="turned away"),
        pytest.param((b"banana\r\n",), Unreachable, "does not answer as a mail server", id="no mail server"),
        pytest.param((*HELLO, b"550 5.7.1 who are you\r\n"), Refused, "sender \\(550 5.7.1\\)", id="our sender"),
        pytest.param((), Unreachable, "cannot be reached", id="gone at once"),
    ],
)
def test_what_is_wrong_is_said(replies: tuple[bytes, ...], kind: type[Exception], why: str) -> None:
    with Script(*replies) as server, pytest.raises(kind, match=why):
        check_relays(settings(server.port), loopback_only=False)


def test_a_silent_relay_does_not_hold_the_button(mailbox: Mailbox) -> None:
    with Script(b"", b"") as server, pytest.raises(Unreachable, match="cannot be reached"):
        check_relays(settings(server.port, 0.2), loopback_only=False)


def test_a_replay_asks_nobody_elsewhere(mailbox: Mailbox) -> None:
    with pytest.raises(Refused, match="replay"):
        check_relays(MailSettings(host="192.0.2.25", sender=DESK), loopback_only=True)
    with Script(*HELLO) as server, pytest.raises(Refused, match="replay"):
        check_relays(settings(server.port), loopback_only=True)
    with pytest.raises(Refused, match="sender"):
        check_relays(MailSettings(host="127.0.0.1", sender="desk"), loopback_only=True)
