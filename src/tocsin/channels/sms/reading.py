"""Reads the settings of text messages from their file. The secret is no part of it; it comes from the environment."""

import tomllib
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import fitted
from tocsin.channels.sms.gateway import GatewayForm, GatewaySettings
from tocsin.channels.sms.sending import SmsSettings
from tocsin.channels.sms.twilio import TwilioSettings


class TwilioForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says of a Twilio account. user: the SID of an API key, where the secret is one's.

    replies: the account hands on to us what people reply, so that messages may say so.
    """

    account: str
    user: str = ""
    api: str = "https://api.twilio.com"
    replies: bool = False


class SmsForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the file says. twilio or gateway: exactly one. The rest: as in SmsSettings."""

    twilio: TwilioForm | None = None
    gateway: GatewayForm | None = None
    sender: str = ""
    user: str = ""
    per_second: float = 10.0
    per_day: int = 10_000
    most_segments: int = 3
    timeout_s: float = 20.0
    allow_private: bool = False
    ca_file: str | None = None
    connections: int = 16


def read_settings(file: Path, *, secret: str, callbacks: str = "") -> SmsSettings:
    """Read the file: TOML, as docs/how-to/channels.md shows it.

    secret: Twilio's auth token or the secret of its API key, or whatever {secret} is for the gateway.
    callbacks: under which address of ours callbacks are taken; empty: none are asked for.

    Raises:
        Refused: it cannot be read, or holds what it must not. What a value may be, Sms checks.
    """
    form = _read(file)
    if (form.twilio is None) == (form.gateway is None):
        raise Refused(f"{file} must have exactly one of the tables [twilio] and [gateway].")
    if form.twilio is not None:
        if form.user:
            raise Refused(f"{file} has a user beside [twilio]; put it into that table.")
        provider: TwilioSettings | GatewaySettings = TwilioSettings(
            account=form.twilio.account,
            user=form.twilio.user or form.twilio.account,
            secret=secret,
            sender=form.sender,
            api=form.twilio.api,
            callbacks=callbacks,
            replies=form.twilio.replies,
        )
    else:
        provider = GatewaySettings(
            form=form.gateway or GatewayForm(url=""),
            sender=form.sender,
            user=form.user,
            secret=secret,
            callbacks=callbacks,
        )
    return SmsSettings(
        provider=provider,
        per_second=form.per_second,
        per_day=form.per_day,
        most_segments=form.most_segments,
        timeout_s=form.timeout_s,
        allow_private=form.allow_private,
        ca_file=form.ca_file,
        connections=form.connections,
    )


def _read(file: Path) -> SmsForm:
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Refused(f"{file} cannot be read as text.") from None
    except tomllib.TOMLDecodeError as error:  # it says where, and quotes no value
        raise Refused(f"{file} is no TOML: {error}.") from None
    try:
        found: SmsForm = fitted(table, SmsForm)
    except msgspec.ValidationError as error:  # it names the field, and no value
        raise Refused(f"{file} is not as it must be: {error}.") from None
    return found
