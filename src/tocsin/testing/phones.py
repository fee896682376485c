"""Phones on loopback: a provider of text messages that keeps every one in memory, for replays, drills and tests.

It speaks as Twilio does, and beside that as any gateway that takes a form, JSON or a query at /send.

with Phones() as phones:
    channel = Sms(SmsSettings(provider=phones.twilio()), loopback_only=True)
    ...                                         # a parcel to +15005550006
    assert "bridge" in phones.messages_to("+15005550006")[0].text
"""

import base64
import http.server
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from tocsin.channels.sms.sending import SINK_PATH, SINK_SIGN
from tocsin.channels.sms.twilio import TwilioSettings
from tocsin.testing.receiver import Handler, Receiver

ACCOUNT = "AC" + "0" * 32
SECRET = "not-a-secret"  # noqa: S105  of a provider that is none
_LONGEST_BODY = 1_048_576


class TextMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One text message as it came. id: ours, as its callback or the gateway's own field named it."""

    to: str
    sender: str
    text: str
    id: str
    callback: str
    headers: dict[str, str]


class Phones(Receiver):
    """A provider that takes every message to whatever number, and keeps it."""

    def __init__(self, port: int = 0) -> None:
        """Listen on a port of 127.0.0.1; 0 takes a free one.

        Raises:
            Refused: the port is taken.
        """
        self._messages: list[TextMessage] = []
        self.account_status = "active"
        self.next_answers: list[tuple[int, bytes]] = []
        super().__init__(_Session, port)

    def url(self, path: str = "/") -> str:
        """Return the address of a path here."""
        return f"http://127.0.0.1:{self.port}{path}"

    def twilio(self, sender: str = "+15005550001", port: int | None = None) -> TwilioSettings:
        """Return the settings of an account here."""
        api = f"http://127.0.0.1:{port or self.port}"
        callbacks = "https://warn.town.example/callbacks/sms"
        return TwilioSettings(account=ACCOUNT, user=ACCOUNT, secret=SECRET, sender=sender, api=api, callbacks=callbacks)

    def refuse(self, number: str, code: int = 21_211) -> None:
        """Refuse a number for good, with one of Twilio's codes."""
        self.faults.refuse(number, code)

    def answer(self, status: int, body: bytes, times: int = 1) -> None:
        """Answer so many messages with this, and keep none of them."""
        self.next_answers = [(status, body)] * times

    def messages(self) -> list[TextMessage]:
        """Return all that came, in order, repeats included."""
        with self._lock:
            return list(self._messages)

    def messages_to(self, number: str) -> list[TextMessage]:
        """Return what came to a number, in order, repeats included."""
        return [message for message in self.messages() if message.to == number]

    def keep(self, message: TextMessage) -> bool:
        """Take a message in and say whether to answer."""
        if not self.take_in(message.id):
            return False
        with self._lock:
            self._messages.append(message)
        return True


class _Session(Handler, http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self) -> None:
        http.server.BaseHTTPRequestHandler.handle(self)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing: what comes in is what somebody is told."""

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == SINK_PATH:
            self._say(200, SINK_SIGN)
        elif path == f"/2010-04-01/Accounts/{ACCOUNT}.json":
            status = {"sid": ACCOUNT, "status": self.owner.account_status}
            self._say(*((200, msgspec.json.encode(status)) if self._is_known() else (401, b'{"code":20003}')))
        else:
            self._take()

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def _is_known(self) -> bool:
        basic = base64.b64encode(f"{ACCOUNT}:{SECRET}".encode()).decode()
        return bool(self.headers.get("Authorization") == f"Basic {basic}")

    def _take(self) -> None:
        owner: Phones = self.owner
        message = self._message(self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _LONGEST_BODY)))
        if self._misbehaves(message.to):
            return
        if owner.next_answers:
            self._say(*owner.next_answers.pop(0))
        elif not owner.keep(message) or owner.faults.strike("hang up"):
            self.close_connection = True
        else:
            reference = f"SM{len(message.text):032x}"
            self._say(201, msgspec.json.encode({"sid": reference, "status": "queued", "error_code": None}))
            self.close_connection = self.close_connection or owner.faults.strike("leave")

    def _message(self, body: bytes) -> TextMessage:
        """Read a message in whichever of the shapes it comes."""
        if "json" in self.headers.get("Content-Type", ""):
            given = msgspec.json.decode(body, type=dict[str, Any])
        else:
            given = dict(parse_qsl(body.decode() or urlsplit(self.path).query, keep_blank_values=True))
        callback = str(given.get("StatusCallback", given.get("callback", "")))
        return TextMessage(
            to=str(given.get("To", given.get("to", ""))),
            sender=str(given.get("From", given.get("MessagingServiceSid", given.get("from", "")))),
            text=str(given.get("Body", given.get("text", ""))),
            id=str(given.get("id", callback.rpartition("/")[2])),
            callback=callback,
            headers={name.lower(): value for name, value in self.headers.items()},
        )

    def _misbehaves(self, number: str) -> bool:
        faults = self.owner.faults
        if faults.strike("silence"):
            self.wait_for_the_other_side_to_leave()
        elif faults.strike("nonsense"):
            self.wfile.write(b"banana\r\n\r\n")
        elif faults.strike("lose"):
            pass
        elif faults.strike("busy"):
            self._say(429, b'{"code":20429,"message":"Too many requests","status":429}')
            return True
        elif (code := faults.refusal(number)) is not None:
            # Providers repeat the number in their words; whoever keeps the words keeps the number.
            self._say(400, msgspec.json.encode({"code": code, "message": f"not {number}", "status": 400}))
            return True
        else:
            return False
        self.close_connection = True
        return True

    def _say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
