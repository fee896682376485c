"""The provider that is told of in the settings' file: any gateway that takes a text message as one HTTP request.

How a request is written, templates.py knows; here stands what the file may say, and what an answer means.
"""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.basis.foreign import read_json
from tocsin.channels.hosts import split
from tocsin.channels.posting import MOST_IN_A_ROW
from tocsin.channels.sms.answers import find, spelled
from tocsin.channels.sms.numbers import is_sender
from tocsin.channels.sms.provider import OURS_TO_MEND, Message, Verdict, by_status
from tocsin.channels.sms.templates import Pens, header_value

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_NOT_YOURS = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type", "accept-encoding"})
_REFERENCE = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class CallbackForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the gateway calls back to say what became of a message.

    signature_header: which header carries an HMAC-SHA256 of the body, after signature_prefix, in hex or base64; none: it
        does not sign, and is believed for the address alone.
    timestamp_header: which carries the seconds since 1970 that stand, with a point, before the body when it is signed.
    id_field, state_field, code_field: as success_field. id_field: only where callbacks are signed; else, and without it,
        the message is the one of the address.
    sent, delivered, failed, failed_for_good, nothing_yet: what stands in state_field for each.
    """

    state_field: str
    delivered: list[str | int | bool]
    failed: list[str | int | bool]
    failed_for_good: list[str | int | bool] = []
    sent: list[str | int | bool] = []
    nothing_yet: list[str | int | bool] = []
    id_field: str = ""
    code_field: str = ""
    signature_header: str = ""
    signature_prefix: str = ""
    signature_encoding: Literal["hex", "base64"] = "hex"
    timestamp_header: str = ""
    tolerance_s: int = 300


class RepliesForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the gateway hands on a message that came in. It must sign, as CallbackForm tells; the rest says where what stands."""

    signature_header: str
    from_field: str
    text_field: str
    id_field: str
    signature_prefix: str = ""
    signature_encoding: Literal["hex", "base64"] = "hex"
    timestamp_header: str = ""
    tolerance_s: int = 300


class GatewayForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of it.

    url, headers, form, json: with {to}, {to_digits} (without the plus), {text}, {id}, {callback}, {from}, {user},
        {secret} and {basic} (user and secret as HTTP's basic authentication wants them) where these belong; a brace
        that means itself is doubled. form or json, or neither.
    success_status: which statuses mean that it was taken; none: all in 200 to 299.
    success_field, success_values: where in a JSON answer the outcome stands, as names and numbers with points between,
        and which values mean that it was taken. refused_values: which mean that it never will be, for this number.
    reference_field: where the gateway's own id for the message stands.
    pipelined: how many requests in a row it agreed to take on one connection, before it has answered the first.
    check_url: what can be asked with GET and the same headers, to know that the account is well.
    callback: how it says later what became of a message. replies: how it hands on messages that come in.
    """

    url: str
    method: Literal["POST", "PUT", "GET"] = "POST"
    headers: dict[str, str] = {}
    form: dict[str, str] | None = None
    json: Any = None
    success_status: list[int] = []
    success_field: str = ""
    success_values: list[str | int | bool] = []
    refused_values: list[str | int | bool] = []
    reference_field: str = ""
    check_url: str = ""
    pipelined: int = 1
    callback: CallbackForm | None = None
    replies: RepliesForm | None = None


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """A gateway: its form, and what does not belong into a file that others may read.

    callbacks: as in TwilioSettings.
    """

    form: GatewayForm
    sender: str = ""
    user: str = ""
    secret: str = ""
    callbacks: str = ""

    def __repr__(self) -> str:
        return "GatewaySettings()"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return []


class Gateway:
    """Writes the requests that a form describes and reads the answers.

    Raises:
        Refused: a placeholder is unknown or stands where it cannot, or a setting cannot be right.
    """

    def __init__(self, settings: GatewaySettings) -> None:
        form = settings.form
        _check(settings)
        self._form = form
        self._success = frozenset(map(spelled, form.success_values))
        self._refusal = frozenset(map(spelled, form.refused_values))
        pens = Pens(settings.sender, settings.user, settings.secret, settings.callbacks)
        self.method = form.method
        self.url = pens.url(form.url)
        self._headers = {
            name: pens.of(value, f"header {name}", header_value, ("id",)) for name, value in form.headers.items()
        }
        self._kind, self.body = pens.body(form.form, form.json)
        self.check_url = form.check_url
        self.account = f"gateway:{split(form.url.partition('{')[0])[0].host}"

    def __repr__(self) -> str:
        return f"Gateway({self.account!r})"

    def headers(self, message: Message) -> Mapping[str, str]:
        """Write the head."""
        return self._kind | {name: pen(message) for name, pen in self._headers.items()}

    def check_headers(self) -> Mapping[str, str]:
        """Write the head of a question: the same, of no message."""
        nothing = Message("check", "", "")
        return {name: pen(nothing) for name, pen in self._headers.items()}

    def judge(self, status: int, body: bytes) -> Verdict:
        """Say what an answer means; a success that carries an error is none."""
        form = self._form
        taken = status in form.success_status if form.success_status else 200 <= status < 300
        if not taken:
            return self._refused_in(body) or by_status(status)
        if form.success_field:
            outcome = spelled(_find(body, form.success_field))
            if outcome in self._refusal:
                return Verdict(
                    "refused", f"The provider refused it for good, in its answer ({status}).", wrong_number=True
                )
            if outcome is None:
                return Verdict("later", f"The provider answered {status}, but not as agreed.", maybe_arrived=True)
            if outcome not in self._success:
                return Verdict("later", f"The provider answered {status} and that it did not take it.")
        reference = spelled(_find(body, form.reference_field)) if form.reference_field else None
        known = reference if reference is not None and _REFERENCE.fullmatch(reference) else ""
        return Verdict("accepted", f"The provider took it ({status}).", reference=known)

    def _refused_in(self, body: bytes) -> Verdict | None:
        field = self._form.success_field
        if field and spelled(_find(body, field)) in self._refusal:
            return Verdict("refused", "The provider refused it for good, in its answer.", wrong_number=True)
        return None

    def judge_check(self, status: int, _body: bytes) -> str:
        """Say how the account is."""
        if 200 <= status < 300:
            return f"The gateway answers and knows the account ({status}); nothing was sent."
        if status in OURS_TO_MEND:
            raise Refused(f"The gateway does not know the account or the address ({status}). Look at the settings.")
        raise Unreachable(f"The gateway answered {status}, and not how the account is.")


def _check(settings: GatewaySettings) -> None:
    form = settings.form
    if form.form is not None and form.json is not None:
        raise Refused("An SMS gateway takes a form or JSON; its file has both.")
    if form.method == "GET" and (form.form is not None or form.json is not None):
        raise Refused("A GET has no body. Put what the SMS gateway wants into its url, or say POST.")
    if settings.sender and not is_sender(settings.sender):
        raise Refused(
            "The sender of text messages must be a number like +15005550006, a short code, or a name of up to 11 letters."
        )
    if bool(form.success_field) != bool(form.success_values):
        raise Refused("The SMS gateway's success_field and success_values belong together; its file has one of them.")
    if form.refused_values and not form.success_field:
        raise Refused("The SMS gateway's refused_values need a success_field in which to look for them.")
    if not all(100 <= status <= 599 for status in form.success_status):
        raise Refused("The SMS gateway's success_status must hold HTTP statuses, 100 to 599.")
    if not 1 <= form.pipelined <= MOST_IN_A_ROW:
        raise Refused(f"The SMS gateway takes {form.pipelined} requests in a row. It must be 1 to {MOST_IN_A_ROW}.")
    if form.callback is not None:
        _check_callback(form.callback, settings.secret)
    _check_headers(form.headers)
    for address in filter(None, (form.check_url, settings.callbacks)):
        split(address)


def _check_headers(headers: Mapping[str, str]) -> None:
    for name in headers:
        if not _TOKEN.fullmatch(name) or name.lower() in _NOT_YOURS:
            raise Refused(f"The SMS gateway's file sets the header {name!r}, which is none or not its to set.")


def _check_callback(form: CallbackForm, secret: str) -> None:
    if form.signature_header and not secret:
        raise Refused("The SMS gateway's callbacks are signed, and there is no secret to check them with.")
    if form.timestamp_header and not form.signature_header:
        raise Refused("The SMS gateway's timestamp_header is worth nothing without a signature_header.")
    if not 1 <= form.tolerance_s <= 86_400:
        raise Refused(f"The SMS gateway's tolerance_s is {form.tolerance_s}. It must be 1 to 86400.")
    values = [*form.delivered, *form.failed, *form.failed_for_good, *form.sent, *form.nothing_yet]
    if len({*map(spelled, values)}) != len(values):
        raise Refused("One value of the SMS gateway's state_field means two things.")


def _find(body: bytes, path: str) -> Any:
    try:
        return find(read_json(body), path)
    except Refused:
        return None
