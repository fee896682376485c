"""The mail relays: where they are, which may be used, and how one is greeted. Handing letters over is left to session.py."""

import base64
import hmac
import re
import ssl
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.mail.status import WRONG_ADDRESS

LOOPBACK_SIGN = "XTOCSINMAILBOX"
"""What testing.Mailbox says in its EHLO. A loopback relay that does not say it may be a real one that sends mail on.

Source: RFC 5321, 2.2.2: keywords in X are for agreement between two sides.
"""

_ENHANCED = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}\b")


class RelaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """One relay: where it is, and how it is spoken to.

    ca_file: whom to trust for STARTTLS besides the machine's own list.
    """

    host: str
    port: int = 25
    starttls: bool = False
    user: str | None = None
    password: str | None = None
    ca_file: str | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(host={self.host!r}, port={self.port})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("host", self.host), ("port", self.port)]


class MailSettings(RelaySettings, frozen=True, kw_only=True):
    """Where mail leaves, and in whose name.

    sender: the envelope's sender; answers to failed mail go there.
    timeout_s: the longest wait for one connection or one reply.
    connections: at a time to one relay.
    others: relays to take when the first cannot be reached or turns us away, in order of preference.
    own_returns: each letter leaves under a sender of its own, so that a bounce names it; see bounces.return_path.
    """

    sender: str
    timeout_s: float = 20.0
    connections: int = 8
    others: tuple[RelaySettings, ...] = ()
    own_returns: bool = False


class Talk(Protocol):
    """A connection to a relay on which one thing is said at a time."""

    async def hear(self) -> tuple[int, bytes]:
        """Return the next reply: its code, or -1 where it is none, and its lines without their codes."""
        ...

    async def ask(self, command: bytes) -> tuple[int, bytes]:
        """Say something and return the reply."""
        ...

    async def cover(self, secure: ssl.SSLContext, host: str) -> None:
        """Go on under TLS.

        Raises:
            OSError: something came in the clear that was not asked for, or the other side is not that host.
        """
        ...


async def greet(
    talk: Talk, relay: RelaySettings, secure: ssl.SSLContext, name: str, *, loopback_only: bool
) -> frozenset[str]:
    """Make a relay ready for letters, and return what it offers, in capitals.

    name: what this machine is called.

    Raises:
        Refused: this relay must not be used.
        Unreachable: it turns us away, or does not offer the TLS that the settings ask for.
        OSError: it is gone, or talks nonsense.

    Source: RFC 5321, 3.1 and 3.2; RFC 3207 (STARTTLS).
    """
    _expect(*await talk.hear(), 220)
    offers = await _hello(talk, name)
    if relay.starttls:
        if "STARTTLS" not in offers:  # never in the clear instead
            raise Unreachable("The mail relay does not offer STARTTLS, and the settings ask for it.")
        _expect(*await talk.ask(b"STARTTLS"), 220)
        await talk.cover(secure, relay.host)
        offers = await _hello(talk, name)
    if relay.user is not None and relay.password is not None:
        await _sign_in(talk, relay.user.encode(), relay.password.encode(), offers)
    if loopback_only and LOOPBACK_SIGN not in offers:
        raise Refused("In a replay or sandbox mail goes only to Tocsin's own mailbox; this server is another.")
    return frozenset(offers)


def _expect(code: int, text: bytes, *wanted: int) -> None:
    if code == -1:
        raise OSError("This is no reply.")
    if code not in wanted:
        raise Unreachable(f"The mail relay turned us away{said(code, text)}.")


async def _hello(talk: Talk, name: str) -> dict[str, list[str]]:
    """Say who we are; return what is offered, by keyword."""
    code, text = await talk.ask(b"EHLO " + name.encode())
    if code != 250:  # RFC 5321, 3.2: an old server may know only HELO
        _expect(*await talk.ask(b"HELO " + name.encode()), 250)
        return {}
    found: dict[str, list[str]] = {}
    for line in text.decode("latin-1").upper().split("\n")[1:]:
        keyword, *rest = line.replace("AUTH=", "AUTH ").split() or [""]
        found.setdefault(keyword, []).extend(rest)
    return found


async def _sign_in(talk: Talk, user: bytes, password: bytes, offers: dict[str, list[str]]) -> None:
    """Sign in by whatever the relay offers that we know, the one that tells it least first.

    Source: RFC 4954; RFC 4616 (PLAIN); RFC 2195 (CRAM-MD5). LOGIN has none; it is what many servers speak.
    """
    ways: dict[str, Callable[[], Any]] = {
        "CRAM-MD5": lambda: _cram_md5(talk, user, password),
        "PLAIN": lambda: talk.ask(b"AUTH PLAIN " + base64.b64encode(b"\0" + user + b"\0" + password)),
        "LOGIN": lambda: _login(talk, user, password),
    }
    code, text = 504, b""
    for name, way in ways.items():
        if name in offers.get("AUTH", []):
            code, text = await way()
            if code in (235, 503):  # 503: we have signed in already
                return
    _expect(code, text, 235)


async def _cram_md5(talk: Talk, user: bytes, password: bytes) -> tuple[int, bytes]:
    code, text = await talk.ask(b"AUTH CRAM-MD5")
    if code != 334:
        return code, text
    try:
        digest = hmac.new(password, base64.b64decode(text, validate=True), "md5").hexdigest()
    except ValueError:
        raise OSError("The challenge is no base64.") from None
    return await talk.ask(base64.b64encode(user + b" " + digest.encode()))


async def _login(talk: Talk, user: bytes, password: bytes) -> tuple[int, bytes]:
    code, text = await talk.ask(b"AUTH LOGIN")
    for word in (user, password):
        if code != 334:
            break
        code, text = await talk.ask(base64.b64encode(word))
    return code, text


def said(code: int, text: bytes) -> str:
    """Quote a reply by its numbers alone: servers repeat addresses and contents in their words."""
    return _numbers(code, text[:12].partition(b" ")[0])


@lru_cache(maxsize=1_024)
def _numbers(code: int, first: bytes) -> str:
    enhanced = _ENHANCED.match(first)
    if not 200 <= code < 600:
        return ""
    return f" ({code} {enhanced[0].decode()})" if enhanced else f" ({code})"


def is_wrong_address(code: int, text: bytes) -> bool:
    """Say whether a reply to a recipient means that there is no such address; a number alone may mean anything."""
    enhanced = _ENHANCED.match(text[:12].partition(b" ")[0])
    return code // 100 == 5 and enhanced is not None and enhanced[0].decode() in WRONG_ADDRESS
