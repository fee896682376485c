"""What an answer page replies."""

from typing import NamedTuple

from litestar.types import Send

from tocsin.web.security import Header


class Reply(NamedTuple):
    """One reply. headers: what many replies have in common. extra: what this one has besides; its length is added."""

    status: int
    body: bytes
    headers: tuple[Header, ...]
    extra: tuple[Header, ...] = ()


async def hand_out(reply: Reply, send: Send, *, bare: bool) -> None:
    """Send a reply by ASGI. bare: without its body, as to a HEAD."""
    headers = [*reply.headers, *reply.extra, (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if bare else reply.body, "more_body": False})
