"""What exactly goes out of a draft in one language: the text message, the mail, the webhook; and what a push would carry.

The first three are made by the very code that sends them (carriers.py), with a link as long as a real one. No channel pushes to a
phone yet: what that would carry is counted out of the same message. Nothing is sent.
"""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import msgspec

from tocsin.basis.errors import Refused
from tocsin.carriers import ANSWER, SmsCarrier, letters, payloads, texts
from tocsin.channels.mail import Button
from tocsin.channels.sms.segments import plainer, segments
from tocsin.flow.delivery.carrier import Message
from tocsin.flow.delivery.send import message_of
from tocsin.warning.alert.state import Alert
from tocsin.web.desk.heard import heard
from tocsin.web.wiring import Installation

TOKEN = "a" * 39
"""Stands for a recipient's own link: as long as a real one, and leads nowhere."""

MOST_SEGMENTS = 3  # where no account for text messages is set up
PUSH_OCTETS = 3_993
"""What a push service carries at least, encrypted: RFC 8030, 7.2 (4,096 octets) and RFC 8291, 4 (3,993 of plain text)."""


class TextPreview(msgspec.Struct, frozen=True, kw_only=True):
    """A text message as its reader gets it. lost: what of the words it does not carry; replied: whether digits are taken."""

    text: str
    encoding: str
    units: int
    messages: int
    most: int
    lost: str
    set_up: bool


class MailPreview(msgspec.Struct, frozen=True, kw_only=True):
    """A letter as its reader gets it. heard: what a screen reader says of it, in its order: what it is, the words."""

    sender: str
    subject: str
    plain: str
    html: str
    heard: tuple[tuple[str, str], ...]
    octets: int
    set_up: bool


class PushPreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a notification would say, and how many octets that takes. No channel sends it yet."""

    title: str
    body: str
    octets: int


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """What goes out in one language. page: what a screen reader says of its public page. trouble: why it could not be made."""

    language: str
    text: TextPreview | None = None
    mail: MailPreview | None = None
    push: PushPreview | None = None
    webhook: str = ""
    page: tuple[tuple[str, str], ...] = ()
    trouble: str = ""


def preview(site: Installation, alert: Alert, language: str, zone: str, now: datetime) -> Preview:
    """Return what goes out in a language."""
    message = message_of(site.house, alert, (language,), zone, now)
    link = f"{site.house.base_url}/a/{TOKEN}"
    try:
        return Preview(
            language=language,
            text=_text(site, message, link),
            mail=_mail(site, message, link),
            push=_push(message),
            webhook=_pretty(payloads(message).payload(link)),
        )
    except Refused as error:
        return Preview(language=language, trouble=str(error))


def _text(site: Installation, message: Message, link: str) -> TextPreview:
    carrier = site.house.carriers.get("sms")
    sms = carrier if isinstance(carrier, SmsCarrier) else None
    most = sms.most_segments if sms is not None else MOST_SEGMENTS
    said = texts(message, most, sms.replies_in if sms is not None else None).text(link)
    words = "\n".join([message.subject, *message.lines])
    lost = _lost(said.removesuffix(f"\n{link}"), words)
    cost = segments(said)
    return TextPreview(
        text=said,
        encoding=cost.encoding,
        units=cost.units,
        messages=cost.messages,
        most=most,
        lost=lost,
        set_up=carrier is not None,
    )


def _lost(said: str, words: str) -> str:
    """Return what of the words a text message leaves out: it ends where it was cut off, and in three points."""
    kept = said.removesuffix("...")
    if kept == said or said.endswith(words):
        return ""
    for written in (words, plainer(words)):
        start = kept.find(written[:20])
        if start >= 0 and written.startswith(kept[start:]):
            return written[len(kept) - start :].strip()
    return words[-200:]


def _mail(site: Installation, message: Message, link: str) -> MailPreview:
    house, settings = site.house, site.settings
    name = "" if house.neutral else house.organisation
    layout = letters(message, settings.mail_sender, name, (Button(site.language(message.language)(ANSWER)),))
    raw = layout.letter(parcel_id="preview", to="you@example.org", answer_url=link)
    parsed: Any = email.message_from_bytes(raw, policy=email.policy.default)
    plain, rich = (_content(parsed, kind) for kind in ("plain", "html"))
    return MailPreview(
        sender=str(parsed["From"]),
        subject=str(parsed["Subject"]),
        plain=plain,
        html=rich,
        heard=heard(rich),
        octets=len(raw),
        set_up="mail" in house.carriers,
    )


def _content(letter: EmailMessage, kind: str) -> str:
    part = letter.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _push(message: Message) -> PushPreview:
    body = "\n".join(message.lines)
    said = msgspec.json.encode({"title": message.subject, "body": body})
    return PushPreview(title=message.subject, body=body, octets=len(said))


def _pretty(raw: bytes) -> str:
    return msgspec.json.format(raw, indent=2).decode()
