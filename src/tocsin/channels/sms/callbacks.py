"""Reads what a provider calls back to say of a text message: that it was sent, delivered, or failed. Pure.

A callback comes to our door from anybody who finds it. It is believed for its signature, or, from a gateway that does not
sign, for having come to an address that only the gateway was told: each has the message's own unguessable id at its end.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import SplitResult, parse_qsl, urlsplit

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.channels.sms.answers import find, spelled
from tocsin.channels.sms.gateway import CallbackForm, RepliesForm
from tocsin.channels.sms.twilio import REFERENCE, why

State = Literal["sent", "delivered", "failed"]

LARGEST = 65_536
"""Octets of a callback; one of Twilio's has some 500."""

_MOST_FIELDS = 200
_PARCEL = re.compile(r"[A-Za-z0-9_-]{1,128}")
_CODE = re.compile(r"[A-Za-z0-9._-]{1,32}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_KEEP_PORTS = {"http": 80, "https": 443}

_TWILIO: dict[str, State | None] = {
    "accepted": None, "scheduled": None, "queued": None, "sending": None,
    "sent": "sent", "delivered": "delivered", "read": "delivered",
    "failed": "failed", "undelivered": "failed", "canceled": "failed",
}  # fmt: skip
_SENTENCES: dict[State, str] = {
    "sent": "The carrier took it.",
    "delivered": "It is on the phone.",
    "failed": "It did not arrive.",
}


class Callback(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one message, as its provider says.

    key: the same for the same callback said again; who has seen it has nothing to do.
    code: the provider's own, where there is one. for_good: another try of this number is useless.
    at: when it came to us. Callbacks may overtake each other; "sent" after an end says nothing new.
    detail: one sentence for a person's screen, never the provider's own words.
    """

    key: str
    parcel: str
    state: State
    code: str | None
    for_good: bool
    at: datetime
    detail: str


def read_twilio_callback(
    headers: Mapping[str, str], url: str, body: bytes, *, tokens: Sequence[str], account: str, now: datetime
) -> Callback | None:
    """Read a status callback of Twilio's. None: it is true, and nothing has become of the message yet.

    headers: under lower-case names. url: the whole address that was called, as it stood in StatusCallback: our own
        settings' with the message's id at its end, whatever a proxy made of it. tokens: the account's auth token, and
        during a change both; no API key's secret. account: its SID.

    Raises:
        Refused: the signature does not fit, it is of another account, or it says nothing that we asked for.

    Source: Twilio, Secure webhooks (X-Twilio-Signature); Messages resource, status values.
    """
    said = twilio_fields(headers, url, body, tokens=tokens, account=account)
    status = said.get("MessageStatus", said.get("SmsStatus", ""))
    reference = said.get("MessageSid", said.get("SmsSid", ""))
    if status not in _TWILIO or not REFERENCE.fullmatch(reference):
        raise Refused("The callback says nothing of a message that we sent.")
    state = _TWILIO[status]
    if state is None:
        return None
    code = said.get("ErrorCode", "")
    number = int(code) if code.isascii() and code.isdigit() and len(code) <= 6 else None
    reason, for_good = why(number) if number is not None else ("", False)
    detail = f"It did not arrive: {reason} ({number})." if state == "failed" and reason else _SENTENCES[state]
    return _callback(_parcel(url), state, None if number is None else str(number), now, detail, for_good=for_good)


def twilio_fields(
    headers: Mapping[str, str], url: str, body: bytes, *, tokens: Sequence[str], account: str
) -> dict[str, str]:
    """Return what a call of Twilio's says, once it is known to be Twilio's, and about this account.

    Raises:
        Refused: the signature does not fit, or it is of another account.
    """
    fields = _form(headers, body)
    signature = headers.get("x-twilio-signature", "")
    if not any(
        _is_signed(signature, token, variant, fields) for token in tokens if token for variant in _variants(url)
    ):
        raise Refused("The callback carries no signature of Twilio's that fits.")
    said = dict(fields)
    if said.get("AccountSid") != account:
        raise Refused("The callback is of another Twilio account.")
    return said


def read_gateway_callback(
    headers: Mapping[str, str], url: str, body: bytes, *, form: CallbackForm, secrets: Sequence[str], now: datetime
) -> Callback | None:
    """Read a callback of the gateway that a form describes. None: it is true, and nothing has become of the message yet.

    headers, url: as for read_twilio_callback. secrets: what signs; unused where the form names no signature_header.

    Raises:
        Refused: the signature does not fit or is too old, or it is not in the form.
    """
    if len(body) > LARGEST:
        raise Refused(f"The callback is larger than {LARGEST} octets.")
    if form.signature_header:
        check_signature(headers, body, form, secrets, now)
    given = fields_of(headers, url, body)
    state_said = spelled(find(given, form.state_field))
    state = _state(state_said, form)
    if state_said is None or (state is None and state_said not in map(spelled, form.nothing_yet)):
        raise Refused("The callback does not say in the agreed words what became of the message.")
    # Believed for its address alone, it counts only for the message of that address.
    named = spelled(find(given, form.id_field)) if form.id_field and form.signature_header else None
    parcel = _parcel(url) if named is None else _checked(named)
    if state is None:
        return None
    code = spelled(find(given, form.code_field)) if form.code_field else None
    code = code if code is not None and _CODE.fullmatch(code) else None
    for_good = state_said in map(spelled, form.failed_for_good)
    detail = f"It did not arrive ({code})." if state == "failed" and code else _SENTENCES[state]
    return _callback(parcel, state, code, now, detail, for_good=for_good)


def _callback(parcel: str, state: State, code: str | None, now: datetime, detail: str, *, for_good: bool) -> Callback:
    key = hashlib.sha256(f"{parcel}.{state}.{code or ''}".encode()).hexdigest()[:32]
    return Callback(key=key, parcel=parcel, state=state, code=code, for_good=for_good, at=now, detail=detail)


def _form(headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" or len(body) > LARGEST:
        raise Refused("The callback is no form, or too large for one.")
    try:
        return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict")
    except ValueError:
        raise Refused("The callback is no form.") from None


def _is_signed(signature: str, token: str, url: str, fields: Sequence[tuple[str, str]]) -> bool:
    # Names in order, and under one name each value once, in order, as Twilio's own libraries do it.
    signed = url + "".join(name + value for name, value in sorted(set(fields)))
    expected = base64.b64encode(hmac.digest(token.encode(), signed.encode(), hashlib.sha1))
    return hmac.compare_digest(signature.encode(), expected)


def _variants(url: str) -> list[str]:
    """Return the address with and without the port that goes without saying: Twilio signs now the one, now the other."""
    try:
        parts = urlsplit(url)
        port, usual = parts.port, _KEEP_PORTS.get(parts.scheme)
    except ValueError:
        return [url]
    if not parts.hostname or usual is None or port not in (None, usual):
        return [url]
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return [url, *(_with(parts, netloc) for netloc in (name, f"{name}:{usual}"))]


def _with(parts: SplitResult, netloc: str) -> str:
    return parts._replace(netloc=netloc).geturl()


def _parcel(url: str) -> str:
    try:
        return _checked(urlsplit(url).path.rpartition("/")[2])
    except ValueError:
        raise Refused("The callback's address is none.") from None


def _checked(parcel: str) -> str:
    if not _PARCEL.fullmatch(parcel):
        raise Refused("The callback names no message.")
    return parcel


def check_signature(
    headers: Mapping[str, str], body: bytes, form: CallbackForm | RepliesForm, secrets: Sequence[str], now: datetime
) -> None:
    """Believe a call for its signature.

    Raises:
        Refused: it does not fit, or is too old.
    """
    signed = body
    if form.timestamp_header:
        seconds = headers.get(form.timestamp_header.lower(), "")
        if not _SECONDS.fullmatch(seconds):
            raise Refused("The callback does not say when it was signed.")
        at = datetime.fromtimestamp(0, UTC) + timedelta(seconds=min(int(seconds), 99_999_999_999))
        if abs(now - at) > timedelta(seconds=form.tolerance_s):
            raise Refused("The callback was signed too long ago, or ahead of time.")
        signed = seconds.encode() + b"." + body
    given = headers.get(form.signature_header.lower(), "").removeprefix(form.signature_prefix).encode()
    for secret in filter(None, secrets):
        digest = hmac.digest(secret.encode(), signed, hashlib.sha256)
        expected = digest.hex().encode() if form.signature_encoding == "hex" else base64.b64encode(digest)
        if hmac.compare_digest(given.lower() if form.signature_encoding == "hex" else given, expected):
            return
    raise Refused("The callback carries no signature that fits.")


def fields_of(headers: Mapping[str, str], url: str, body: bytes) -> Any:
    """Return what a callback holds: JSON, a form, or, without a body, the query of its address."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return read_json(body)
        except Refused:
            raise Refused("The callback is no JSON.") from None
    if body:
        return dict(_form(headers, body))
    try:
        query = urlsplit(url).query
        return dict(parse_qsl(query, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"))
    except ValueError:
        raise Refused("The callback's address is none.") from None


def _state(said: str | None, form: CallbackForm) -> State | None:
    kinds: Sequence[tuple[State, Sequence[str | int | bool]]] = (
        ("delivered", form.delivered),
        ("failed", [*form.failed, *form.failed_for_good]),
        ("sent", form.sent),
    )
    return next((state for state, values in kinds if said in map(spelled, values)), None) if said else None
