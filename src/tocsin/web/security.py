"""What keeps every page safe: the headers on each reply, and how often someone may try."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from threading import Lock
from types import MappingProxyType
from typing import Any, cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.web.render import CONTENT_SECURITY_POLICY

Header = tuple[bytes, bytes]

ALWAYS: tuple[Header, ...] = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

# What is behind a link or a sign-in: kept nowhere, found by no search engine, told to no other site.
PRIVATE: tuple[Header, ...] = (
    *ALWAYS,
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-robots-tag", b"noindex, nofollow"),
)

OPEN: tuple[Header, ...] = (*ALWAYS, (b"referrer-policy", b"same-origin"))

NONE: Mapping[str, str] = MappingProxyType({})

# A browser may come back by HTTPS only; said only where it came by HTTPS.
STRICT_TRANSPORT: Header = (b"strict-transport-security", b"max-age=31536000")


def with_headers(headers: Iterable[Header], wanted: Iterable[Header]) -> list[Header]:
    """Return the headers of a reply with these set, whatever stood there under their names."""
    ours = list(wanted)
    names = {name for name, _ in ours}
    return [(name, value) for name, value in headers if name.lower() not in names] + ours


def hardened(inner: ASGIApp, *, https: bool, own: Mapping[str, str] = NONE, under: Mapping[str, str] = NONE) -> ASGIApp:
    """Put the headers on whatever a site replies, its errors included, and answer HEAD as GET without the body.

    own: the content security policy of a page that has its own, by its path. under: the same, by how the path begins.
    """
    extra = (STRICT_TRANSPORT,) if https else ()
    policies = {path: ((b"content-security-policy", policy.encode()),) for path, policy in own.items()}
    below = {path: ((b"content-security-policy", policy.encode()),) for path, policy in under.items()}

    def policy_of(path: str) -> Iterable[Header]:
        return policies.get(path) or next((found for start, found in below.items() if path.startswith(start)), ())

    async def outer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await inner(scope, receive, send)
            return
        private = scope["path"].startswith("/desk")
        wanted = with_headers((*(PRIVATE if private else OPEN), *extra), policy_of(scope["path"]))
        head = scope["method"] == "HEAD"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_headers(message.get("headers", ()), wanted)
            elif message["type"] == "http.response.body" and head:
                message["body"] = b""
            await send(message)

        changed: Any = {**scope, "method": "GET"} if head else scope
        await inner(changed, receive, sent)

    return outer


Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_FORWARDED = b"x-forwarded-for"
_MOST_HOPS = 20


def from_proxies(scope: Scope, proxies: tuple[Network, ...]) -> Scope:
    """Return a request as from whoever asked the proxies in front, so that not all the world counts as one.

    proxies: whose X-Forwarded-For is believed. Each proxy adds whom it heard at the end, so it is read from there, as far as
    our own proxies go: what stands before that, anybody may have written.
    """
    client = scope.get("client")
    if client is None or not _is_among(client[0], proxies):
        return scope
    hops = b",".join(value for name, value in scope["headers"] if name == _FORWARDED).decode("latin-1").split(",")
    found = client[0]
    for hop in reversed(hops[-_MOST_HOPS:]):
        address = _address(hop.strip())
        if address is None:
            break
        found = str(address)
        if not _is_among(found, proxies):
            break
    changed: Any = {**scope, "client": (found, 0)}
    return cast("Scope", changed)


@lru_cache(maxsize=1_000)
def _is_among(host: str, proxies: tuple[Network, ...]) -> bool:
    address = _address(host)
    return address is not None and any(address in network for network in proxies)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read an address as proxies write it: 192.0.2.7, 192.0.2.7:4711, 2001:db8::7, [2001:db8::7]:4711."""
    host = text[1:].partition("]")[0] if text.startswith("[") else text
    if host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def whence(client: tuple[str, int] | None) -> str:
    """Return whom to count tries against: an address, or the network that one household has in IPv6."""
    host = client[0] if client else "nowhere"
    try:
        address = ipaddress.ip_address(host.split("%", maxsplit=1)[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


class Tries:
    """Counts tries in a minute, in memory, for as many names as it may remember; the longest unheard are forgotten."""

    def __init__(
        self, allowed: int, *, per_s: float = 60, most: int = 20_000, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Allow so many tries in so many seconds under one name."""
        self._allowed = allowed
        self._per_s = per_s
        self._most = most
        self._monotonic = monotonic
        self._seen: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, name: str) -> int:
        """Count a try; return 0 if it is allowed, else how many seconds to wait."""
        now = self._monotonic()
        with self._lock:
            began, count = self._seen.pop(name, (now, 0))
            if now - began >= self._per_s:
                began, count = now, 0
            self._seen[name] = (began, count + 1)
            if len(self._seen) > self._most:
                self._seen.popitem(last=False)
        return 0 if count < self._allowed else max(1, int(began + self._per_s - now + 0.999))

    def forget(self, name: str) -> None:
        """Start anew for a name."""
        with self._lock:
            self._seen.pop(name, None)
