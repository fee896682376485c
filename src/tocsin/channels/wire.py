"""Connections that go only where they may, and give up in time. What is said over them is left to each channel."""

import ipaddress
import math
import re
import socket
import ssl
import time
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import Any, cast

from tocsin.basis.errors import Refused, Unreachable


class Reach(StrEnum):
    """How far a channel may go."""

    LOOPBACK = "loopback"  # this machine and nothing else: replay and sandbox
    PUBLIC = "public"  # the public internet; never into our own network
    ANYWHERE = "anywhere"  # a private network too, because an administrator said so


Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Endpoint = tuple[socket.AddressFamily, Any]

# Hosts like 2130706433 or 0x7f.1, which a look-up would quietly read as 127.0.0.1. Source: WHATWG URL, 3.5.
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Python 3.11 takes these for public, but they tunnel to, or stand for, addresses of somebody's own network.
_TUNNELS: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = (
    ipaddress.IPv4Network("192.0.0.0/24"),
    ipaddress.IPv4Network("192.88.99.0/24"),
    ipaddress.IPv6Network("64:ff9b:1::/48"),
    ipaddress.IPv6Network("2001::/23"),
    ipaddress.IPv6Network("2002::/16"),
    ipaddress.IPv6Network("3fff::/20"),
    ipaddress.IPv6Network("fec0::/10"),
)


def within(address: str, reach: Reach) -> bool:
    """Say whether a numeric address lies within reach.

    Source: IANA special-purpose address registries (RFC 6890); RFC 4291, 2.5.5 (v4-mapped); RFC 6052 (NAT64).
    """
    ip = _unwrapped(ipaddress.ip_address(address))
    if reach is Reach.LOOPBACK:
        return ip.is_loopback
    if ip.is_multicast or ip.is_unspecified:
        return False
    if reach is Reach.ANYWHERE:
        return True
    return ip.is_global and not ip.is_reserved and not any(ip in tunnel for tunnel in _TUNNELS)


def _unwrapped(ip: Address) -> Address:
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def resolve(host: str, port: int, reach: Reach) -> list[Endpoint]:
    """Look a host up, once, and return where to connect. Within loopback no name but localhost is looked up.

    Raises:
        Refused: any of its addresses lies beyond reach, or the name is none.
        Unreachable: it could not be looked up now.
    """
    if not _may_look_up(host, reach):
        raise Refused(_BEYOND[reach])
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Unreachable("The host's name could not be looked up.") from None
    except (UnicodeError, ValueError):
        raise Refused("The host's name is not one.") from None
    # One forbidden address is enough: whoever answers for the name could choose it at the next look-up.
    if not all(within(cast(str, where[0]), reach) for *_, where in found):
        raise Refused(_BEYOND[reach])
    return [(family, where) for family, _, _, _, where in found]


def _may_look_up(host: str, reach: Reach) -> bool:
    try:
        return within(host, reach)
    except ValueError:
        if _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]):
            return False
        # To ask the DNS is to leave this machine, and tells others whom a replay would have warned.
        return reach is not Reach.LOOPBACK or host.lower() == "localhost"


_BEYOND = {
    Reach.LOOPBACK: "Only this machine may be reached in a replay or sandbox; this address lies elsewhere.",
    Reach.PUBLIC: "The address lies in a private or reserved network; the channel's settings do not allow that.",
    Reach.ANYWHERE: "The address is none that one can connect to.",
}


class Allowance:
    """How long, and how much, one exchange may still take. Without it a slow or endless answer would hold us."""

    def __init__(self, seconds: float, octets: int | None = None) -> None:
        self._until = time.monotonic() + seconds
        self._octets: float = math.inf if octets is None else octets

    def seconds(self) -> float:
        """Return what is left of the time.

        Raises:
            TimeoutError: nothing is.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("The answer took too long.")
        return left

    def spend(self, octets: int) -> int:
        """Count what came in.

        Raises:
            OSError: it was too much.
        """
        self._octets -= octets
        if self._octets < 0:
            raise OSError("The answer was too long.")
        return octets


class Wire(socket.socket):
    """A TCP connection whose reading keeps to an allowance."""

    allowance: Allowance | None = None

    def recv_into(self, *args: Any, **options: Any) -> int:
        """Read what is there, within the allowance."""
        if self.allowance is None:
            return super().recv_into(*args, **options)
        self.settimeout(self.allowance.seconds())
        return self.allowance.spend(super().recv_into(*args, **options))


class TlsWire(ssl.SSLSocket):
    """The same through TLS."""

    allowance: Allowance | None = None

    def recv_into(self, *args: Any, **options: Any) -> int:
        """Read what is there, within the allowance."""
        if self.allowance is None:
            return super().recv_into(*args, **options)
        self.settimeout(self.allowance.seconds())
        return self.allowance.spend(super().recv_into(*args, **options))


def allow(wire: socket.socket | None, seconds: float, octets: int) -> None:
    """Begin an exchange: from now, this much time for all of it and this many octets to read."""
    if isinstance(wire, Wire | TlsWire):
        wire.settimeout(seconds)
        wire.allowance = Allowance(seconds, octets)


def dial(endpoints: Sequence[Endpoint], seconds: float) -> Wire:
    """Connect to the first endpoint that answers.

    Raises:
        OSError: none did, in the time given for all of them.
    """
    allowance = Allowance(seconds)
    problem: OSError = OSError("There is nowhere to connect to.")
    for family, where in endpoints:
        wire = Wire(family, socket.SOCK_STREAM)
        try:
            wire.settimeout(allowance.seconds())
            wire.connect(where)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            wire.close()
            problem = error
        else:
            return wire
    raise problem


def tls(ca_file: str | None) -> ssl.SSLContext:
    """Return how TLS is spoken: certificates checked, and for the very host that was named.

    ca_file: whom to trust besides the machine's own list, in PEM.

    Raises:
        Refused: the file cannot be read as certificates.
    """
    if ca_file is None:
        return _trusting_the_machine()
    context = _trusting()
    try:
        context.load_verify_locations(cafile=ca_file)
    except (OSError, ValueError) as error:
        raise Refused(f"{ca_file} cannot be read as a list of certificates (PEM).") from error
    return context


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.sslsocket_class = TlsWire
    return context


_trusting_the_machine = cache(_trusting)  # reading the machine's list takes 40 ms
