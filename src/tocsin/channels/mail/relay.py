"""The mail relay: where it is, whether it may be used, and how it is greeted. Handing letters over is left to sending.py."""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from typing import Any

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.wire import Endpoint, Reach, allow, dial, resolve

LOOPBACK_SIGN = "XTOCSINMAILBOX"
"""What testing.Mailbox says in its EHLO. A loopback relay that does not say it may be a real one that sends mail on.

Source: RFC 5321, 2.2.2: keywords in X are for agreement between two sides.
"""

LOST = (OSError, smtplib.SMTPException, ValueError)
"""What the library raises when a relay is gone or talks nonsense. ValueError: an AUTH challenge that is no base64."""

_REPLY_OCTETS = 65_536
_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


class MailSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where mail leaves, and in whose name.

    sender: the envelope's sender; answers to failed mail go there.
    timeout_s: the longest wait for one connection or one reply.
    ca_file: whom to trust for STARTTLS besides the machine's own list.
    """

    host: str
    port: int = 25
    sender: str
    timeout_s: float = 20.0
    starttls: bool = False
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None

    def __repr__(self) -> str:
        return f"MailSettings(host={self.host!r}, port={self.port})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("host", self.host), ("port", self.port)]


class Relay(smtplib.SMTP):
    """The library's client, connecting only where we looked, and never waiting without end."""

    def __init__(self, endpoints: Sequence[Endpoint], settings: MailSettings) -> None:
        self._endpoints = endpoints
        self.patience_s = settings.timeout_s
        # Without a name of its own the library would ask the DNS for this machine's, and tell it.
        super().__init__(local_hostname=settings.sender.rpartition("@")[2], timeout=settings.timeout_s)
        self._host = settings.host  # whose certificate STARTTLS checks

    def _get_socket(self, _host: str, _port: int, timeout: float) -> socket.socket:
        return dial(self._endpoints, timeout)

    def send(self, s: Any) -> None:
        """Send a command or a letter, with a new allowance of time."""
        allow(self.sock, self.patience_s, _REPLY_OCTETS)
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply, of any number of lines, within an allowance of time and size."""
        allow(self.sock, self.patience_s, _REPLY_OCTETS)
        return super().getreply()


def connect(settings: MailSettings, secure: ssl.SSLContext, *, loopback_only: bool) -> Relay:
    """Return a relay that is ready for a letter.

    Raises:
        Refused: this relay must not be used.
        Unreachable: it does not answer as it should.
    """
    reach = Reach.LOOPBACK if loopback_only else Reach.ANYWHERE
    relay = Relay(resolve(settings.host, settings.port, reach), settings)
    try:
        _greet(relay, settings, secure)
    except smtplib.SMTPResponseException as error:
        relay.close()
        raise Unreachable(f"The mail relay turned us away{said(error.smtp_code, error.smtp_error)}.") from None
    except LOST:
        relay.close()
        raise Unreachable("The mail relay cannot be reached or does not answer as a mail server.") from None
    if loopback_only and not relay.has_extn(LOOPBACK_SIGN):
        relay.close()
        raise Refused("In a replay or sandbox mail goes only to Tocsin's own mailbox; this server is another.")
    return relay


def _greet(relay: Relay, settings: MailSettings, secure: ssl.SSLContext) -> None:
    code, text = relay.connect(settings.host, settings.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    relay.ehlo_or_helo_if_needed()
    if settings.starttls:
        relay.starttls(context=secure)  # raises where the relay does not offer it: never in the clear instead
        relay.ehlo_or_helo_if_needed()
    if settings.user is not None and settings.password is not None:
        relay.login(settings.user, settings.password)


def said(code: int, text: bytes | str) -> str:
    """Quote a reply by its numbers alone: servers repeat addresses and contents in their words."""
    raw = text.encode(errors="replace") if isinstance(text, str) else text
    enhanced = _ENHANCED.match(raw)
    if not 200 <= code < 600:
        return ""
    return f" ({code} {enhanced[0].decode()})" if enhanced else f" ({code})"
