"""The provider that speaks as Twilio does: its Messages resource, and what its codes mean.

Source: Twilio REST API 2010-04-01, Messages resource; Twilio error and warning dictionary.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.foreign import read_json
from tocsin.channels.hosts import split
from tocsin.channels.sms.numbers import is_sender
from tocsin.channels.sms.provider import Message, Verdict, by_status

_ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}")
_USER = re.compile(r"(AC|SK)[0-9a-fA-F]{32}")
_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
REFERENCE = re.compile(r"[A-Za-z0-9]{2,64}")

# Of the recipient: no other try and no mending of ours will change it.
_FOR_GOOD = {
    21211: "the number is none",
    21217: "the number is none",
    21265: "a short code cannot be sent to",
    21421: "the number is none",
    21610: "the recipient has unsubscribed by STOP",
    21614: "the number takes no text messages",
    21635: "the number is a landline",
    30004: "the recipient blocks it",
    30005: "nobody has this number",
    30006: "the number is a landline, or its carrier takes none",
}
# Of us: a person can mend it while the warning still holds, and the number is not to blame.
_OURS = {
    20003: "the account or its password is not accepted",
    20005: "the account is not active",
    20006: "access is denied",
    20404: "the account is not found",
    21212: "the sender is none",
    21219: "the account is a trial, and the number is not verified for it",
    21408: "the account may not send to this country",
    21603: "a sender is missing",
    21606: "the sender may not send text messages",
    21609: "it cannot call back at our address",
    21612: "this sender cannot reach the number",
    21659: "the sender is not of this account",
    21660: "the sender is of another account",
    21701: "the messaging service is not found",
    21703: "the messaging service has no sender",
    30002: "the account is suspended",
    63038: "the account has sent all that it may in a day",
    30034: "the sender is not registered with the carriers",
}
_NOW = {
    20429: "there are too many at a time",
    21611: "the sender's queue is full",
    30001: "the queue is full",
    30003: "the phone cannot be reached",
    30008: "the carrier gave no reason",
    30017: "the carrier is congested",
    30022: "the carrier's limit is reached",
}


class TwilioSettings(msgspec.Struct, frozen=True, kw_only=True):
    """An account.

    account: its SID. user, secret: that SID and the auth token, or the SID and secret of an API key.
    sender: a number, a short code, a name of up to 11 letters, or the SID of a messaging service.
    api: where it listens; another's, where that one speaks the same.
    callbacks: under which address callbacks are taken, without a slash at its end; each message's id is put behind it.
        Empty: none are asked for.
    replies: what people reply is handed on to us; a name has no replies.
    """

    account: str
    user: str
    secret: str
    sender: str
    api: str = "https://api.twilio.com"
    callbacks: str = ""
    replies: bool = False

    def __repr__(self) -> str:
        return f"TwilioSettings(api={self.api!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("api", self.api)]


class _Answer(msgspec.Struct):
    sid: str | None = None
    status: str | int | None = None
    error_code: int | None = None
    code: int | None = None


class Twilio:
    """Writes the requests of one account and reads the answers.

    Raises:
        Refused: a setting cannot be right. The sentence holds none of them.
    """

    method = "POST"

    def __init__(self, settings: TwilioSettings) -> None:
        _check(settings)
        self._start = f"{settings.api.rstrip('/')}/2010-04-01/Accounts/{settings.account}"
        self._url = f"{self._start}/Messages.json"
        by = "MessagingServiceSid" if _SERVICE.fullmatch(settings.sender) else "From"
        self._shared = "&" + urlencode({by: settings.sender})
        self._callbacks = settings.callbacks.rstrip("/")
        basic = base64.b64encode(f"{settings.user}:{settings.secret}".encode()).decode()
        self._check_headers = {"Authorization": f"Basic {basic}"}
        self._headers = {"Content-Type": "application/x-www-form-urlencoded", **self._check_headers}
        self.account = f"twilio:{settings.account[-6:]}"

    def __repr__(self) -> str:
        return f"Twilio({self.account!r})"

    @property
    def check_url(self) -> str:
        """Return the address of the account itself."""
        return f"{self._start}.json"

    def url(self, _message: Message) -> str:
        """Return the address of the account's messages."""
        return self._url

    def headers(self, _message: Message) -> Mapping[str, str]:
        """Return who we are."""
        return self._headers

    def check_headers(self) -> Mapping[str, str]:
        """Return who we are."""
        return self._check_headers

    def body(self, message: Message) -> bytes:
        """Write the form."""
        personal = {"To": message.to, "Body": message.text}
        if self._callbacks:
            personal["StatusCallback"] = f"{self._callbacks}/{message.id}"
        return (urlencode(personal) + self._shared).encode("ascii")

    def judge(self, status: int, body: bytes) -> Verdict:
        """Say what an answer means; a success that carries an error is none."""
        answer = _read(body)
        if 200 <= status < 300:
            if answer is None or answer.sid is None or not REFERENCE.fullmatch(answer.sid):
                return Verdict("later", f"The provider answered {status}, but not as Twilio does.", maybe_arrived=True)
            if answer.error_code is not None or answer.status in ("failed", "undelivered", "canceled"):
                return _by_code(answer.error_code) or Verdict("later", "The provider took it and failed at once.")
            return Verdict("accepted", f"The provider took it ({status}).", reference=answer.sid)
        return (_by_code(answer.code) if answer else None) or by_status(status)

    def judge_check(self, status: int, body: bytes) -> str:
        """Say how the account is."""
        answer = _read(body)
        if status == 200 and answer is not None and answer.status == "active":
            return "The account answers and is active; nothing was sent."
        if status == 200 and answer is not None and answer.status in ("suspended", "closed"):
            raise Refused(f"The account answers and is {answer.status}. Nothing can be sent before that is mended.")
        if status in (401, 403, 404):
            raise Refused(f"The provider does not know the account or its password ({status}). Look at the settings.")
        raise Unreachable(f"The provider answered {status}, and not how the account is.")


def _check(settings: TwilioSettings) -> None:
    if not _ACCOUNT.fullmatch(settings.account):
        raise Refused("The Twilio account must be its SID: AC and 32 digits of base 16.")
    if not _USER.fullmatch(settings.user) or not settings.secret:
        raise Refused(
            "The Twilio user must be the account's SID (AC...) or an API key's (SK...), and a secret with it."
        )
    if not _SERVICE.fullmatch(settings.sender) and not is_sender(settings.sender):
        raise Refused(
            "The Twilio sender must be a number like +15005550006, a short code, a name of up to 11 letters, or a "
            "messaging service's SID (MG...)."
        )
    split(settings.api)
    if settings.callbacks:
        split(settings.callbacks)
        if "?" in settings.callbacks or "#" in settings.callbacks:
            raise Refused(
                "The address for Twilio's callbacks must end with its path; each message's id is put behind it."
            )


def _read(body: bytes) -> _Answer | None:
    try:
        found: _Answer = read_json(body, _Answer)
    except Refused:
        return None
    return found


def _by_code(code: int | None) -> Verdict | None:
    """Say what one of Twilio's codes means; None where it is not known."""
    if code in _FOR_GOOD:
        sentence = f"The provider refused this number for good: {_FOR_GOOD[code]} ({code})."
        return Verdict("refused", sentence, wrong_number=True)
    if code in _OURS:
        return Verdict("later", f"The provider does not take it from us: {_OURS[code]} ({code}); look at the settings.")
    if code in _NOW:
        return Verdict("later", f"The provider does not take it now: {_NOW[code]} ({code}).")
    return None


def why(code: int) -> tuple[str, bool]:
    """Return what a code means, and whether it is the number's own fault for good; empty words for a code not known."""
    reason = _FOR_GOOD.get(code) or _OURS.get(code) or _NOW.get(code) or ""
    return reason, code in _FOR_GOOD
