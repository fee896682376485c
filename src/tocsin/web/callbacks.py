"""Where providers call back: /callbacks/<channel>/<id>, and /callbacks/<channel>/in with what people answer. A plain ASGI function, without session, cookie or page.

What comes is believed only as the channel says, and made durable before anybody is thanked for it; what follows from it,
the engine does. A reply tells nothing: neither whether there is such a message, nor why it was not believed.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import structlog
from litestar.types import HTTPScope, Receive, Send

from tocsin.basis.errors import Refused
from tocsin.carriers import CALLBACKS
from tocsin.delivery.echo import Echo
from tocsin.flow.answer.reply import take_reply
from tocsin.flow.delivery.carrier import CallsBack, TakesReplies
from tocsin.web.line import Line
from tocsin.web.security import PRIVATE, Tries, whence
from tocsin.web.wiring import Installation

PREFIX = CALLBACKS
INBOUND = "in"  # below a channel's: what people answer
LARGEST = 65_536  # bytes; one of Twilio's has some 500
GUESSES = 60  # callbacks a minute from one address that are not believed
MOST_WAITING = 200_000  # echoes that may wait to be taken in; beyond, providers are asked to come again
THREADS = 2  # that take replies in
PATIENCE_S = 10  # for a body to come
METHODS = ("POST", "GET", "HEAD")

REPLIES = {
    200: b"",
    400: b"That is no callback of ours.\n",
    403: b"That is not believed.\n",
    404: b"Nobody is called back here.\n",
    405: b"A callback is a POST or a GET.\n",
    408: b"It took too long.\n",
    413: b"That is too long.\n",
    429: b"Too many tries.\n",
    503: b"Come again in a minute.\n",
}

log = structlog.get_logger()


class Callbacks:
    """Takes what providers call back to say."""

    def __init__(self, site: Installation, *, tries: Tries | None = None) -> None:
        """Begin to listen."""
        self._site = site
        self._tries = tries or Tries(GUESSES)
        self._line = Line(self._write)
        # Their own: who answers by text message may have to wait for addresses to be opened, and no answer page with them.
        self._replies = ThreadPoolExecutor(THREADS, thread_name_prefix="replies")

    def close(self) -> None:
        """Take in the replies that have come, and no more."""
        self._replies.shutdown()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one callback."""
        status, wait = 503, 0
        try:
            status = await self._status(scope, receive)
            if status in (400, 403, 404):
                wait = self._tries.wait_s(whence(scope.get("client")))
                status = 429 if wait else status
        except Exception as error:  # noqa: BLE001  whatever it is, its text may hold an id or somebody's words
            log.error("callback failed", error=type(error).__name__)
        await _reply(send, status, wait or (60 if status == 503 else 0), bare=scope["method"] == "HEAD")

    async def _status(self, scope: HTTPScope, receive: Receive) -> int:
        channel, slash, rest = scope["path"][len(PREFIX) :].partition("/")
        carrier = self._site.house.carriers.get(channel)
        if not slash or not isinstance(carrier, CallsBack):
            return 404
        if scope["method"] not in METHODS:
            return 405
        body = await _body(receive)
        if isinstance(body, int):
            return body
        if rest == INBOUND:
            return await self._reply_status(carrier, scope, body)
        try:
            echo = carrier.read_callback(_headers(scope), self._url(scope), body, self._site.clock.now())
        except Refused:
            return 403
        if echo is None:
            return 200
        if not await self._line.put(echo):
            return 503
        self._site.wake()
        return 200

    async def _reply_status(self, carrier: object, scope: HTTPScope, body: bytes) -> int:
        """Take in what somebody answered, and say with which status."""
        if not isinstance(carrier, TakesReplies):
            return 404
        try:
            said = carrier.read_incoming(_headers(scope), self._url(scope), body, self._site.clock.now())
        except Refused:
            return 403
        if said is not None and await asyncio.get_running_loop().run_in_executor(
            self._replies, take_reply, self._site.house, said
        ):
            self._site.wake()
        return 200

    def _write(self, heard: Sequence[Echo]) -> Sequence[bool]:
        """Make echoes durable, as many in one commit as have come; say of each whether there was room."""
        store = self._site.store
        has_room = store.echoes_waiting() + len(heard) <= MOST_WAITING
        if has_room:
            store.add_echoes(heard)
        return [has_room] * len(heard)

    def _url(self, scope: HTTPScope) -> str:
        """Return the address as the provider was told it, whatever a proxy in between has made of it."""
        query = scope["query_string"].decode("latin-1")
        return f"{self._site.settings.base_url}{scope['path']}{'?' if query else ''}{query}"


def _headers(scope: HTTPScope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes | int:
    """Return what was sent, or the status of a refusal to read it."""
    body: bytes = b""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message: Any = await receive()
                if message["type"] != "http.request":
                    return 400
                body += message.get("body", b"")
                if len(body) > LARGEST:
                    return 413
                if not message.get("more_body", False):
                    return body
    return 408


async def _reply(send: Send, status: int, wait: int, *, bare: bool) -> None:
    body = REPLIES[status]
    headers = [
        *PRIVATE,
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        *([(b"allow", b"POST, GET")] if status == 405 else []),
        *([(b"retry-after", str(wait).encode())] if wait else []),
    ]
    with suppress(Exception):  # nobody is there any more
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if bare else body, "more_body": False})
