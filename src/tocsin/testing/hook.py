"""A web server on loopback that keeps every webhook in memory, for replays, drills and tests.

with Hook() as hook:
    channel = Webhook(WebhookSettings(), loopback_only=True)
    ...                                         # a parcel to hook.url("/miller")
    assert hook.calls_to("/miller")[0].json()["type"] == "alert"
"""

import http.server
import ssl
from typing import Any

import msgspec

from tocsin.testing.receiver import Handler, Receiver

_LONGEST_BODY = 10_485_760


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One webhook as it came.

    id: its Idempotency-Key.
    """

    path: str
    id: str
    body: bytes
    exercise: bool
    headers: dict[str, str]

    def json(self) -> Any:
        """Return the body, read as JSON."""
        return msgspec.json.decode(self.body)


class Hook(Receiver):
    """An HTTP server that takes every POST, on any path, and keeps what it answered 200."""

    def __init__(self, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        """Listen on a port of 127.0.0.1; 0 takes a free one.

        tls: speak https, with the certificate in this context.

        Raises:
            Refused: the port is taken.
        """
        self._calls: list[Call] = []
        self._scheme = "http" if tls is None else "https"
        self.busy_answer: tuple[int, str | None] = (503, None)
        self.locations: dict[str, str] = {}
        super().__init__(_Session, port, tls)

    def url(self, path: str = "/") -> str:
        """Return the address of a path here."""
        return f"{self._scheme}://127.0.0.1:{self.port}{path}"

    def refuse(self, path: str, code: int = 410) -> None:
        """Answer this path with a refusal for good."""
        self.faults.refuse(path, code)

    def answer(self, code: int, times: int, retry_after: str | None = None) -> None:
        """Answer so many times with this code, and with a Retry-After if one is given."""
        self.busy_answer = code, retry_after
        self.be_busy(times)

    def redirect(self, path: str, to: str) -> None:
        """Answer this path with 302 and another address."""
        self.faults.refuse(path, 302)
        self.locations[path] = to

    def calls_to(self, path: str) -> list[Call]:
        """Return what came to this path, in order, repeats included."""
        return [call for call in self.calls() if call.path == path]

    def calls(self) -> list[Call]:
        """Return all that came, in order, repeats included."""
        with self._lock:
            return list(self._calls)

    def recover(self) -> None:
        """Behave again, in every respect."""
        super().recover()
        self.busy_answer = (503, None)
        self.locations.clear()

    def keep(self, call: Call) -> bool:
        """Take a call in and say whether to answer."""
        if not self.take_in(call.id):
            return False
        with self._lock:
            self._calls.append(call)
        return True


class _Session(Handler, http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self) -> None:
        http.server.BaseHTTPRequestHandler.handle(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: a path is an address."""

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _LONGEST_BODY))
        call = Call(
            path=self.path,
            id=self.headers.get("Idempotency-Key", ""),
            body=body,
            exercise=self.headers.get("X-Tocsin-Exercise") == "yes",
            headers={name.lower(): value for name, value in self.headers.items()},
        )
        if not self._misbehaves():
            self._take(call)

    def _misbehaves(self) -> bool:
        owner: Hook = self.owner
        if owner.faults.strike("silence"):
            self.wait_for_the_other_side_to_leave()
        elif owner.faults.strike("nonsense"):
            self.wfile.write(b"banana\r\n\r\n")
        elif owner.faults.strike("lose"):
            pass
        elif owner.faults.strike("busy"):
            code, retry_after = owner.busy_answer
            self._say(code, {} if retry_after is None else {"Retry-After": retry_after})
            return True
        elif (refusal := owner.faults.refusal(self.path)) is not None:
            location = owner.locations.get(self.path)
            self._say(refusal, {} if location is None else {"Location": location})
            return True
        else:
            return False
        self.close_connection = True
        return True

    def _take(self, call: Call) -> None:
        if not self.owner.keep(call) or self.owner.faults.strike("hang up"):
            self.close_connection = True
        elif self.owner.faults.strike("endless"):
            self._pour()
        else:
            self._say(200, {})
            self.close_connection = self.close_connection or self.owner.faults.strike("leave")

    def _say(self, code: int, headers: dict[str, str]) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _pour(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(b"and on " * 1_000)
