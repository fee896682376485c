"""Writes the letters that the mail channel carries. Pure: the same values give the same octets."""

import hashlib
import html as markup
import re
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from tocsin.basis.errors import Refused

EXERCISE = "EXERCISE"  # never translated: it must be the same word on every screen

_POLICY = SMTP.clone(cte_type="7bit")  # not every relay on the way takes eight bits
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)


def is_mailbox(address: str) -> bool:
    """Say whether this is a plain mail address: ASCII, without quotes or comments.

    Source: RFC 5321, 4.1.2 (Dot-string form) and 4.5.3.1 (lengths).
    """
    return len(address) <= 254 and _MAILBOX.fullmatch(address) is not None


def letter(
    *,
    parcel_id: str,
    sender: str,
    sender_name: str,
    to: str,
    subject: str,
    text: str,
    html: str | None,
    sent_at: datetime,
    language: str,
    exercise: bool,
    urgent: bool,
) -> bytes:
    """Write one mail to one person, as it goes over the wire.

    The Message-ID is <parcel_id@domain of the sender> and so the same at every try. In an exercise the subject, both
    texts and a header say so.

    Raises:
        Refused: a line break or control character in a header, an address or language that is none, a text that
            cannot be written as UTF-8.

    Source: RFC 5322; RFC 3834, 5 (Auto-Submitted); RFC 2156, 5.3.4 (Importance); RFC 3282 (Content-Language).
    """
    _check(parcel_id=parcel_id, sender_name=sender_name, subject=subject, sender=sender, to=to, language=language)
    if sent_at.tzinfo is None:
        raise Refused("The mail's sent_at names no offset. Hand in an aware moment.")
    mail = EmailMessage(policy=_POLICY)
    try:
        mail["From"] = Address(display_name=sender_name, addr_spec=sender)
        mail["To"] = Address(addr_spec=to)
        mail["Subject"] = f"[{EXERCISE}] {subject}" if exercise else subject
        mail["Date"] = sent_at
        mail["Message-ID"] = f"<{parcel_id}@{sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        _mark(mail, exercise=exercise, urgent=urgent)
        _fill(mail, parcel_id, text, html, exercise=exercise)
        mail["Content-Language"] = language  # after the content, which would wipe it away
        return mail.as_bytes()
    except (MessageError, ValueError, LookupError):
        # The cause is not kept: it would quote the address or the text.
        raise Refused(f"The mail of parcel {parcel_id} cannot be written as RFC 5322 and UTF-8.") from None


def _check(**values: str) -> None:
    for name, value in values.items():
        if _CONTROL.search(value):
            raise Refused(f"The mail's {name} holds a line break or control character. Leave it out.")
    for name in ("sender", "to"):
        if not is_mailbox(values[name]):
            raise Refused(f"The mail's {name} is no plain mail address. Write it like desk@example.org.")
    if not _LANGUAGE.fullmatch(values["language"]):
        raise Refused("The mail's language is no language tag. Write it like en or pt-BR.")


def _mark(mail: EmailMessage, *, exercise: bool, urgent: bool) -> None:
    if urgent:
        mail["Importance"] = "high"
        mail["X-Priority"] = "1"
    if exercise:
        mail["X-Tocsin-Exercise"] = "yes"


def _fill(mail: EmailMessage, parcel_id: str, text: str, html: str | None, *, exercise: bool) -> None:
    banner = " ".join([EXERCISE] * 3)
    mail.set_content(f"{banner}\n\n{text}\n\n{banner}\n" if exercise else text)
    if html is None:
        return
    mail.add_alternative(_bannered(html, banner) if exercise else html, subtype="html")
    # The library would draw the boundary at random; a second try shall give the same octets.
    digest = hashlib.sha256(f"{parcel_id}\x00{text}\x00{html}".encode()).hexdigest()
    mail.set_boundary(f"=_{digest[:40]}")


def _bannered(html: str, banner: str) -> str:
    line = f"<p><strong>{markup.escape(banner)}</strong></p>"
    body = _BODY.search(html)
    at = body.end() if body else 0
    return html[:at] + line + html[at:]
