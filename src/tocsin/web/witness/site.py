"""The witness on the web: POST /add-checkpoint, and GET /vkey for whoever wants to list it. A plain ASGI application."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from typing import Any

import structlog

from tocsin.basis.errors import TocsinError
from tocsin.web.witness.witness import Witness

LARGEST = 64 * 1024  # bytes of a request
BODY_S = 10.0  # for a body to come in
PLAIN = "text/plain; charset=utf-8"

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

log = structlog.get_logger()


class WitnessSite:
    """Serves one witness."""

    def __init__(self, witness: Witness, *, body_s: float = BODY_S) -> None:
        """Make it ready. body_s: seconds that a body may take to come in."""
        self._witness = witness
        self._body_s = body_s

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        try:
            await self._route(scope["method"], scope["path"], receive, send)
        except Unfit as error:
            await _reply(send, error.status, f"{error}\n".encode())
        except TocsinError as error:
            log.error("cannot cosign", why=str(error))
            await _reply(send, 503, b"This witness cannot cosign at the moment. Its operator has been told.\n")
        except Exception as error:  # noqa: BLE001  one request must not end the service, and a caller need not know why
            log.error("request failed", error=type(error).__name__)
            with suppress(Exception):  # half a reply may be out already
                await _reply(send, 500, b"Something went wrong here.\n")

    async def _route(self, method: str, path: str, receive: Receive, send: Send) -> None:
        if path == "/add-checkpoint":
            if method != "POST":
                await _reply(send, 405, b"Checkpoints are sent with POST.\n", extra=[(b"allow", b"POST")])
                return
            ruling = await asyncio.to_thread(self._witness.answer, await self._body(receive))
            await _reply(send, ruling.status, ruling.body, ruling.content_type)
        elif path == "/vkey":
            if method not in ("GET", "HEAD"):
                await _reply(send, 405, b"The key is only read.\n", extra=[(b"allow", b"GET, HEAD")])
                return
            await _reply(send, 200, f"{self._witness.vkey}\n".encode(), bare=method == "HEAD")
        else:
            await _reply(send, 404, b"There is no such page. A witness takes POST /add-checkpoint.\n")

    async def _body(self, receive: Receive) -> bytes:
        try:
            async with asyncio.timeout(self._body_s):
                return await _whole(receive)
        except TimeoutError as error:
            raise Unfit(408, "The request took too long to come in.") from error


class Unfit(Exception):  # noqa: N818  named like the errors of the house
    """A request that is not read any further."""

    def __init__(self, status: int, sentence: str) -> None:
        """Say with which status, and why."""
        super().__init__(sentence)
        self.status = status


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise Unfit(400, "The request broke off.")
        body += message.get("body", b"")
        if len(body) > LARGEST:
            raise Unfit(413, f"A request has at most {LARGEST} bytes.")
        if not message.get("more_body", False):
            return bytes(body)


async def _reply(
    send: Send,
    status: int,
    body: bytes,
    content_type: str = PLAIN,
    *,
    extra: Iterable[tuple[bytes, bytes]] = (),
    bare: bool = False,
) -> None:
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *extra,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bare else body, "more_body": False})
