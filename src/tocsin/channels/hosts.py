"""Whom an http or https address names, and the connection to them. What is said over it is left to each channel."""

import http.client
import select
import ssl
from urllib.parse import urlsplit

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.wire import Reach, dial, resolve

LOST = (OSError, http.client.HTTPException, ValueError)
"""What the library raises when a host is gone or talks nonsense. ValueError: a length or chunk size that is none."""


class Origin(msgspec.Struct, frozen=True):
    """Whom one connection serves."""

    secure: bool
    host: str
    port: int


class Connection(http.client.HTTPConnection):
    """The library's client on a connection that was made elsewhere, where the address was checked."""

    auto_open = 0

    def __init__(self, origin: Origin, timeout_s: float) -> None:
        super().__init__(origin.host, origin.port, timeout=timeout_s)
        self.default_port = 443 if origin.secure else 80
        self.patience_s = timeout_s

    def is_idle(self) -> bool:
        """Say whether it can be used again: open, and with nothing unasked for to be read (a close is such)."""
        if self.sock is None:
            return False
        poll = select.poll()
        poll.register(self.sock, select.POLLIN)
        return not poll.poll(0)


class Line(msgspec.Struct, frozen=True):
    """How a channel connects: how far it may go, how long it waits, whom it trusts."""

    reach: Reach
    timeout_s: float
    tls: ssl.SSLContext

    def connect(self, origin: Origin) -> Connection:
        """Return an open connection.

        Raises:
            Refused: the host lies beyond reach.
            Unreachable: it does not answer.
        """
        endpoints = resolve(origin.host, origin.port, self.reach)
        connection = Connection(origin, self.timeout_s)
        try:
            connection.sock = dial(endpoints, self.timeout_s)
            if origin.secure:
                connection.sock = self.tls.wrap_socket(connection.sock, server_hostname=origin.host)
        except LOST:
            connection.close()
            raise Unreachable("The host cannot be reached, or could not prove that it is the one named.") from None
        return connection


def split(address: str) -> tuple[Origin, str]:
    """Take a URL apart into whom to connect to and what to ask them for.

    Raises:
        Refused: it is no http or https URL, or carries what it must not.
    """
    if not address.isascii() or not address.isprintable() or " " in address or "\\" in address:
        raise Refused("The address holds characters that no URL has; write them percent-encoded.")
    try:
        url = urlsplit(address)
        port = url.port
    except ValueError:
        raise Refused("The address is no URL.") from None
    if url.scheme not in ("http", "https") or not url.hostname:
        raise Refused("The address must begin with http:// or https:// and a host.")
    if url.username is not None or url.password is not None:
        raise Refused("The address must carry no user or password.")
    if port == 0:
        raise Refused("The address must not name port 0, which none can have.")
    secure = url.scheme == "https"
    target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Origin(secure, url.hostname, (443 if secure else 80) if port is None else port), target
