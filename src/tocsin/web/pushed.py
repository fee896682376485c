"""Where programs push others' alerts: POST /api/v1/cap, with the token of an inlet. A plain ASGI function, without session or cookie.

What is thanked for is durable. Pushed twice, it is kept once. Whoever has no token that holds learns nothing: neither which
inlets there are nor which are off.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from hmac import compare_digest
from typing import Any

import msgspec
import structlog
from litestar.types import HTTPScope, Receive, Send

from tocsin.cap.xml import LARGE
from tocsin.flow.others.inlets import hash_of
from tocsin.flow.others.intake import Became, Came, Taken, take_many
from tocsin.report.inlet import Inlet, InletKind
from tocsin.web.line import Line
from tocsin.web.security import PRIVATE, Tries, whence
from tocsin.web.wiring import Installation

PATH = "/api/v1/cap"
GUESSES = 60  # requests a minute from one address without a token that holds
MOST_A_MINUTE = 6_000  # through one inlet
IN_HAND = 64 * 1024 * 1024  # bytes of all bodies together
AT_ONCE = 100
PATIENCE_S = 30  # for a body to come
_NOBODY = "0" * 64

log = structlog.get_logger()

SORRY = {
    400: "The request broke off.",
    401: "Say whose alerts these are: Authorization: Bearer, and the token of an inlet.",
    405: "Alerts are pushed with POST.",
    408: "The body took too long.",
    413: f"A body has at most {LARGE.bytes:,} bytes.",
    429: "Too many requests.",
    503: "Come again in a moment.",
}


class Push(msgspec.Struct, frozen=True):
    """What somebody pushed."""

    inlet: Inlet
    raw: bytes


class Pushed(msgspec.Struct, frozen=True):
    """What is answered: what became of each message."""

    inlet: str
    messages: tuple[Taken, ...]


class PushedAlerts:
    """Takes what programs push."""

    def __init__(self, site: Installation, *, guesses: Tries | None = None, most: Tries | None = None) -> None:
        """Begin to listen."""
        self._site = site
        self._guesses = guesses or Tries(GUESSES)
        self._most = most or Tries(MOST_A_MINUTE)
        self._line = Line(self._write, AT_ONCE)
        self._in_hand = 0

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            status, body, wait = await self._answer(scope, receive)
        except Exception as error:  # noqa: BLE001  whatever it is, its text may quote a stranger
            log.error("push failed", error=type(error).__name__)
            status, body, wait = 503, None, 5
        told = msgspec.json.encode(body if body is not None else {"error": SORRY[status]}) + b"\n"
        await _reply(send, status, told, wait)

    async def _answer(self, scope: HTTPScope, receive: Receive) -> tuple[int, Pushed | None, int]:
        if scope["method"] != "POST":
            return 405, None, 0
        inlet = await asyncio.to_thread(self._inlet, _token(scope))
        if inlet is None:
            wait = self._guesses.wait_s(whence(scope.get("client")))
            return (429, None, wait) if wait else (401, None, 0)
        if wait := self._most.wait_s(inlet.id):
            return 429, None, wait
        return await self._take(inlet, receive)

    async def _take(self, inlet: Inlet, receive: Receive) -> tuple[int, Pushed | None, int]:
        body = bytearray()
        try:
            if status := await self._read(receive, body):
                return status, None, 1 if status == 503 else 0
            taken = await self._line.put(Push(inlet, bytes(body)))
        finally:
            self._in_hand -= len(body)
        refused = all(one.became is Became.REFUSED for one in taken)
        return 422 if refused else 200, Pushed(inlet.name, taken), 0

    async def _read(self, receive: Receive, body: bytearray) -> int:
        """Read a body; return the status of a refusal to, or 0."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while True:
                    message: Any = await receive()
                    if message["type"] != "http.request":
                        return 400
                    some = message.get("body", b"")
                    body += some
                    self._in_hand += len(some)
                    if len(body) > LARGE.bytes:
                        return 413
                    if self._in_hand > IN_HAND:
                        return 503
                    if not message.get("more_body", False):
                        return 0
        return 408

    def _inlet(self, token: str) -> Inlet | None:
        """Return whose token this is. All are compared, and each in the same time."""
        said, found = hash_of(token), None
        with self._site.store.look() as look:
            every: list[Inlet] = look.all(Inlet)
        for one in every:
            same = compare_digest(said, one.token or _NOBODY)
            found = one if same and one.is_on and one.kind is InletKind.PUSH else found
        return found

    def _write(self, pushes: Sequence[Push]) -> Sequence[tuple[Taken, ...]]:
        at, told = self._site.clock.now(), dict[int, tuple[Taken, ...]]()
        for inlet in {push.inlet.id: push.inlet for push in pushes}.values():
            numbers = [number for number, push in enumerate(pushes) if push.inlet.id == inlet.id]
            came = [Came(raw=pushes[number].raw, what="pushed") for number in numbers]
            told |= dict(zip(numbers, take_many(self._site.store, inlet, came, at), strict=True))
        return [told[number] for number in range(len(pushes))]


def _token(scope: HTTPScope) -> str:
    said = next((value for name, value in scope["headers"] if name.lower() == b"authorization"), b"")
    scheme, _, token = said.decode("latin-1").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _reply(send: Send, status: int, body: bytes, wait: int) -> None:
    headers = [
        *PRIVATE,
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *([(b"allow", b"POST")] if status == 405 else []),
        *([(b"www-authenticate", b"Bearer")] if status == 401 else []),
        *([(b"retry-after", str(wait).encode())] if wait else []),
    ]
    with suppress(Exception):  # nobody is there any more
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})
