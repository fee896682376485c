"""Reads a text message that came in: a provider calls us with it. Pure.

It is believed for its signature alone: whoever could write others' answers could silence a whole town. From whom it is, the
provider says, and networks let that be forged; so a text message says no more than that somebody sent it with this number.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tocsin.basis.errors import Refused
from tocsin.channels.sms.answers import find, spelled
from tocsin.channels.sms.callbacks import check_signature, fields_of, twilio_fields
from tocsin.channels.sms.gateway import RepliesForm
from tocsin.channels.sms.numbers import is_number


class TextReply(msgspec.Struct, frozen=True, kw_only=True):
    """A message that came in. address: the number it came from. message: the provider's id for it."""

    address: str
    message: str
    text: str

    # Numbers and words belong in no log.
    def __repr__(self) -> str:
        return "TextReply()"


def read_twilio_reply(
    headers: Mapping[str, str], url: str, body: bytes, *, tokens: Sequence[str], account: str
) -> TextReply | None:
    """Read a message that came in at Twilio. None: it was a word for Twilio itself, such as STOP, which Twilio has obeyed.

    headers, url, tokens, account: as for read_twilio_callback.

    Raises:
        Refused: the signature does not fit, it is of another account, or it is no message.

    Source: Twilio, Request parameters of the messaging webhook (From, Body, MessageSid, OptOutType).
    """
    said = twilio_fields(headers, url, body, tokens=tokens, account=account)
    if said.get("OptOutType", "").strip().upper() == "STOP":  # HELP and START may be meant for us
        return None
    return _reply(said.get("From"), said.get("MessageSid") or said.get("SmsSid"), said.get("Body"))


def read_gateway_reply(
    headers: Mapping[str, str], url: str, body: bytes, *, form: RepliesForm, secrets: Sequence[str], now: datetime
) -> TextReply | None:
    """Read a message that came in at the gateway that a form describes.

    Raises:
        Refused: the signature does not fit or is too old, or it is not in the form, or there is no body that could be signed.
    """
    if not body:
        raise Refused("The call has no body; what stands in its address is signed by nobody.")
    check_signature(headers, body, form, secrets, now)
    given = fields_of(headers, url, body)
    return _reply(*(spelled(find(given, name)) for name in (form.from_field, form.id_field, form.text_field)))


def _reply(number: str | None, message: str | None, text: str | None) -> TextReply:
    number = number if number is None or number.startswith("+") else f"+{number}"
    if number is None or not is_number(number) or not message or text is None:
        raise Refused("The call holds no message that came in.")
    return TextReply(address=number, message=message[:200], text=text)
