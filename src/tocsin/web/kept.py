"""Keeps what the public reads, ready to be sent: each page is made once, packed once, and sent to millions.

It stands in front of the public site and knows nothing of what a page says. What is kept goes as soon as something public
has changed or the clock changes it, and after two seconds in any case; so nobody reads what is older than that.
"""

import asyncio
import gzip
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from tocsin.basis.errors import TocsinError
from tocsin.basis.moment import Clock
from tocsin.web.public.pages import READ_FEEDS
from tocsin.web.public.reply import IN_ADDRESS, PREFIX, named, wanted

KEPT_S = 2.0
MOST = 64 * 1024 * 1024  # bytes of all that is kept
SMALL = 256  # bytes: what is smaller is not worth packing
PUBLIC = ("/alerts", "/advisories", "/statements", "/others", "/feeds/", "/record", "/static/", "/robots.txt")
FILES = ("/record/tile", "/record/checkpoint")  # they lie on the disc as they are, and are looked at there each time
PAGES = ("/alerts", "/advisories", "/statements", "/others", "/record")
_PACKED = (b"text/", b"application/atom+xml", b"application/rss+xml", b"application/cap+xml", b"application/geo+json",
           b"application/json", b"image/svg+xml")  # fmt: skip

NOTHING: Message = {"type": "http.response.body", "body": b"", "more_body": False}

Header = tuple[bytes, bytes]
Key = tuple[str, str, tuple[str, ...]]


class Way(msgspec.Struct, frozen=True):
    """One way of sending a page: what goes first, and its bytes."""

    start: Message
    body: Message


class Leaf(msgspec.Struct, frozen=True):
    """A page that is ready. dies_at: by the monotonic clock."""

    tag: str
    changed_at: datetime | None
    plain: Way
    packed: Way
    unchanged: Way
    unchanged_packed: Way
    size: int
    dies_at: float


class Era(msgspec.Struct, frozen=True):
    """From one change of what is public to the next. until: when the clock alone changes something."""

    version: int
    until: datetime | None


def split(path: str) -> tuple[str, str]:
    """Return the language that stands before the address of a page or feed, or nothing, and the rest of it."""
    first, slash, rest = path[1:].partition("/")
    if not (slash and IN_ADDRESS.fullmatch(first)):
        return "", path
    inner = f"/{rest}"
    is_page = "." not in rest and (not rest or inner.startswith(PAGES))
    return (first, inner) if is_page or inner in READ_FEEDS else ("", path)


class Kept:
    """An ASGI application that keeps what another answers to anybody."""

    def __init__(
        self,
        inner: ASGIApp,
        *,
        clock: Clock,
        version: Callable[[], int],
        next_turn: Callable[[datetime], datetime | None],
    ) -> None:
        """Stand before this one. version: another number after each change. next_turn: when the clock alone makes one."""
        self._inner = inner
        self._clock = clock
        self._version = version
        self._next_turn = next_turn
        self._era: Era | None = None
        self._leaves: OrderedDict[Key, Leaf] = OrderedDict()
        self._size = 0
        self._making: dict[Key, asyncio.Event] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is kept, or make it and keep it."""
        if scope["type"] != ScopeType.HTTP:
            await self._inner(scope, receive, send)
            return
        prefix, path = split(scope["path"])
        changed: Any = {**scope, "path": path, "raw_path": path.encode(), PREFIX: prefix} if prefix else scope
        if scope["method"] not in ("GET", "HEAD") or scope["query_string"] or not _is_public(path):
            await self._inner(changed, receive, send)
            return
        asked = dict(scope["headers"])
        found = await self._leaf(_key(prefix, path, asked), changed, receive)
        if isinstance(found, Leaf):
            way = _way(found, asked)
            await send(way.start)
            await send(NOTHING if scope["method"] == "HEAD" else way.body)
            return
        for message in found:
            no_body = scope["method"] == "HEAD" and message["type"] == "http.response.body"
            await send(NOTHING if no_body else message)

    async def _leaf(self, key: Key, scope: HTTPScope, receive: Receive) -> Leaf | list[Message]:
        """Return what is kept, made now if need be; or what was said where there is no page: that is kept for nobody."""
        if (leaf := self._fresh(key)) is not None:
            return leaf
        if (other := self._making.get(key)) is not None:
            await other.wait()
            if (leaf := self._fresh(key)) is not None:
                return leaf
        self._making[key] = done = asyncio.Event()
        try:
            return await self._make(key, scope, receive)
        finally:
            if self._making.get(key) is done:
                del self._making[key]
            done.set()

    def _fresh(self, key: Key) -> Leaf | None:
        era, leaf = self._era, self._leaves.get(key)
        if leaf is None or era is None or era.version != self._version():
            return None
        if leaf.dies_at <= time.monotonic() or (era.until is not None and era.until <= self._clock.now()):
            return None
        return leaf

    async def _make(self, key: Key, scope: HTTPScope, receive: Receive) -> Leaf | list[Message]:
        era: Era | None = None
        with suppress(TocsinError):  # the site itself says what is wrong
            era = await self._this_era()
        headers = [(name, value) for name, value in scope["headers"] if not name.startswith(b"if-")]
        heard: list[Message] = []

        async def hear(message: Message) -> None:
            heard.append(message)

        await self._inner({**scope, "method": "GET", "headers": headers}, receive, hear)
        if era is None or heard[0]["type"] != "http.response.start" or heard[0]["status"] != 200:
            return heard
        body = b"".join(message.get("body", b"") for message in heard[1:] if message["type"] == "http.response.body")
        leaf = await asyncio.to_thread(_ready, list(heard[0]["headers"]), body)
        if era is self._era and era.version == self._version():
            self._keep(key, leaf)
        return leaf

    async def _this_era(self) -> Era:
        now, era = self._clock.now(), self._era
        if era is None or era.version != self._version() or (era.until is not None and era.until <= now):
            version = self._version()  # before anything is read: what changes meanwhile ends this era
            era = Era(version, await asyncio.to_thread(self._next_turn, now))
            self._era, self._size = era, 0
            self._leaves.clear()
        return era

    def _keep(self, key: Key, leaf: Leaf) -> None:
        if (before := self._leaves.pop(key, None)) is not None:
            self._size -= before.size
        self._leaves[key] = leaf
        self._size += leaf.size
        while self._size > MOST and len(self._leaves) > 1:
            self._size -= self._leaves.popitem(last=False)[1].size


def _is_public(path: str) -> bool:
    return path == "/" or (path.startswith(PUBLIC) and not path.startswith(FILES))


def _key(prefix: str, path: str, asked: dict[bytes, bytes]) -> Key:
    if prefix or "." in path or path.startswith(("/feeds/", "/static/")):
        return prefix, path, ()
    return "", path, tuple(wanted("", asked.get(b"accept-language", b"").decode("latin-1")))


def _way(leaf: Leaf, asked: dict[bytes, bytes]) -> Way:
    takes = _takes_gzip(asked.get(b"accept-encoding", b""))
    tags, since = asked.get(b"if-none-match"), asked.get(b"if-modified-since")
    if tags is not None:
        if named(tags.decode("latin-1"), leaf.tag):
            return leaf.unchanged_packed if takes else leaf.unchanged
    elif since is not None and leaf.changed_at is not None:
        with suppress(ValueError, OverflowError, TypeError):
            if leaf.changed_at <= parsedate_to_datetime(since.decode("latin-1")).replace(tzinfo=UTC):
                return leaf.unchanged_packed if takes else leaf.unchanged
    return leaf.packed if takes else leaf.plain


def _takes_gzip(accepted: bytes) -> bool:
    for part in accepted.split(b","):
        name, _, weight = part.strip().partition(b";")
        if name.strip() == b"gzip":
            return weight.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False


def _ready(headers: list[Header], body: bytes) -> Leaf:
    """Pack a page, and write the heads of every way to send it."""
    said = {name.lower(): value for name, value in headers}
    is_packed = len(body) > SMALL and said.get(b"content-type", b"").startswith(_PACKED)
    small = pack(body) if is_packed else body
    kept = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"etag", b"vary")]
    if is_packed:
        kept.append((b"vary", b", ".join(filter(None, (said.get(b"vary"), b"Accept-Encoding")))))
    elif b"vary" in said:
        kept.append((b"vary", said[b"vary"]))
    tag = said.get(b"etag", b"")
    strong = [(b"etag", tag)] if tag else []
    # RFC 9110, 8.8.3.3: the packed bytes are others, under the same address, that mean the same.
    weak = [(b"etag", b"W/" + tag)] if tag else []
    packed = [*kept, *weak, (b"content-encoding", b"gzip")] if is_packed else [*kept, *strong]
    changed = said.get(b"last-modified")
    return Leaf(
        tag=tag.decode("latin-1"),
        changed_at=None if changed is None else parsedate_to_datetime(changed.decode("latin-1")),
        plain=_sent(200, [*kept, *strong], body),
        packed=_sent(200, packed, small),
        unchanged=_sent(304, [*kept, *strong], b"", length=False),
        unchanged_packed=_sent(304, [*kept, *(weak if is_packed else strong)], b"", length=False),
        size=len(body) + len(small),
        dies_at=time.monotonic() + KEPT_S,
    )


def pack(body: bytes) -> bytes:
    """Pack a page: the same bytes for the same page."""
    return gzip.compress(body, compresslevel=9, mtime=0)


def _sent(status: int, headers: list[Header], body: bytes, *, length: bool = True) -> Way:
    whole = [*headers, (b"content-length", str(len(body)).encode())] if length else headers
    return Way(
        start={"type": "http.response.start", "status": status, "headers": whole},
        body={"type": "http.response.body", "body": body, "more_body": False},
    )
