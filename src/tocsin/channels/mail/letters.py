"""Writes the letters that the mail channel carries. Pure: the same values give the same octets.

A letter is laid out once for all who get it (LetterLayout); what differs from one to the next is put in as octets. The
library's EmailMessage, which takes a millisecond a letter, writes only the part of the head that they share.
"""

import hashlib
import html as markup
import re
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from tocsin.basis.errors import Refused
from tocsin.channels.mail.quoted import LINK, Body, Line, check_url, quoted

EXERCISE = "EXERCISE"  # never translated: it must be the same word on every screen

_POLICY = SMTP.clone(cte_type="7bit")  # not every relay on the way takes eight bits
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_PARCEL = re.compile(r"[A-Za-z0-9_-]{1,128}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_BANNER = "margin:0;padding:12px 16px;background-color:#ffd43b;color:#000000;font:20px/1.3 sans-serif;text-align:center"


def is_mailbox(address: str) -> bool:
    """Say whether this is a plain mail address: ASCII, without quotes or comments.

    Source: RFC 5321, 4.1.2 (Dot-string form) and 4.5.3.1 (lengths).
    """
    return len(address) <= 254 and _MAILBOX.fullmatch(address) is not None


class LetterLayout:
    """One message in one language from one sender, laid out once.

    sender_name: may be empty, so that the letter says no more than an address of who wrote it.
    text, html: LINK in them becomes the recipient's own answer link. html: None for a letter of plain text alone;
        channels.mail.written() makes both.
    sent_at: the Date of all these letters.
    reply_to: where answers by mail go, where that is not the sender.

    In an exercise the subject, both texts and a header say so.

    Raises:
        Refused: a line break or control character in a header, an address or language that is none, a text that
            cannot be written as UTF-8.

    Source: RFC 5322; RFC 2045, 6.7 (quoted-printable); RFC 3834, 5 (Auto-Submitted); RFC 2156, 5.3.4 (Importance);
        RFC 3282 (Content-Language).
    """

    def __init__(
        self,
        *,
        sender: str,
        sender_name: str,
        subject: str,
        text: str,
        html: str | None,
        sent_at: datetime,
        language: str,
        exercise: bool,
        urgent: bool,
        reply_to: str | None = None,
    ) -> None:
        _check_words(
            sender_name=sender_name, subject=subject, sender=sender, language=language, reply_to=reply_to or ""
        )
        _check_mailboxes(sender=sender, **({} if reply_to is None else {"reply_to": reply_to}))
        if not _LANGUAGE.fullmatch(language):
            raise Refused("The mail's language is no language tag. Write it like en or pt-BR.")
        if sent_at.tzinfo is None:
            raise Refused("The mail's sent_at names no offset. Hand in an aware moment.")
        try:
            head = EmailMessage(policy=_POLICY)
            head["From"] = Address(display_name=sender_name, addr_spec=sender)
            head["Subject"] = f"[{EXERCISE}] {subject}" if exercise else subject
            head["Date"] = sent_at
            if reply_to is not None:
                head["Reply-To"] = Address(addr_spec=reply_to)
            self._head = head.as_bytes().removesuffix(b"\r\n") + _marks(language, exercise=exercise, urgent=urgent)
            self._body = Body(_parts(text, html, exercise=exercise))
        except (MessageError, ValueError, LookupError):
            # The cause is not kept: it would quote the address or the text.
            raise Refused("The mail cannot be written as RFC 5322 and UTF-8.") from None
        self._domain = sender.rpartition("@")[2].encode()

    def __repr__(self) -> str:
        return "LetterLayout()"

    def letter(self, *, parcel_id: str, to: str, answer_url: str = "", unsubscribe_url: str = "") -> bytes:
        """Write the letter to one recipient, as it goes over the wire.

        The Message-ID is <parcel_id@domain of the sender> and so the same at every try.
        unsubscribe_url: where a single POST ends what this recipient subscribed to; empty where there is nothing to
            end. One that is not https is named without saying that a single click is enough.

        Raises:
            Refused: the id, the address or a link is none, or the text wants an answer link and there is none.

        Source: RFC 2369, 3.2 (List-Unsubscribe); RFC 8058 (List-Unsubscribe-Post, https only).
        """
        if not _PARCEL.fullmatch(parcel_id):
            raise Refused("The mail's parcel_id has 1 to 128 letters, digits, '-' or '_'.")
        if not is_mailbox(to):
            raise Refused("The mail's to is no plain mail address. Write it like desk@example.org.")
        head = b"%bTo: %b\r\nMessage-ID: <%b@%b>\r\n" % (self._head, to.encode(), parcel_id.encode(), self._domain)
        if unsubscribe_url:
            head += _way_out(unsubscribe_url)
        return head + self._body.written(answer_url)


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
    """Write one mail to one person. Whoever writes to many lays the letter out once: LetterLayout.

    Raises:
        Refused: as LetterLayout does, or a text holds a NUL.
    """
    if LINK in text or LINK in (html or ""):
        raise Refused("The mail's text holds a NUL character. Leave it out.")
    layout = LetterLayout(
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        text=text,
        html=html,
        sent_at=sent_at,
        language=language,
        exercise=exercise,
        urgent=urgent,
    )
    return layout.letter(parcel_id=parcel_id, to=to)


def _check_words(**values: str) -> None:
    for name, value in values.items():
        if _CONTROL.search(value):
            raise Refused(f"The mail's {name} holds a line break or control character. Leave it out.")


def _check_mailboxes(**values: str) -> None:
    for name, value in values.items():
        if not is_mailbox(value):
            raise Refused(f"The mail's {name} is no plain mail address. Write it like desk@example.org.")


def _marks(language: str, *, exercise: bool, urgent: bool) -> bytes:
    lines = ["Auto-Submitted: auto-generated"]
    if urgent:
        lines += ["Importance: high", "X-Priority: 1"]
    if exercise:
        lines += ["X-Tocsin-Exercise: yes"]
    lines += [f"Content-Language: {language}", ""]
    return "\r\n".join(lines).encode("ascii")


def _way_out(url: str) -> bytes:
    check_url(url)
    line = f"List-Unsubscribe: <{url}>\r\n"
    if url.startswith("https:"):
        line += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return line.encode("ascii")


def _parts(text: str, html: str | None, *, exercise: bool) -> Sequence[bytes | Line]:
    """Return the rest of the letter: MIME's own lines, and the texts in quoted-printable.

    That encoding keeps every line to itself, whatever stands in the others, so a line can be put in later.
    """
    banner = " ".join([EXERCISE] * 3)
    plain = f"{banner}\n\n{text}\n\n{banner}\n" if exercise else text
    if html is None:
        return [b"MIME-Version: 1.0\r\n", *_part("plain", plain)]
    # "=_" stands in no quoted-printable text (RFC 2045, 6.7), so no text can end its part. The digest is for readers
    # that take a boundary they saw before for the same letter; the library would draw it at random.
    edge = b"=_" + hashlib.sha256(f"{text}\x00\x00{html}".encode()).hexdigest()[:40].encode()
    head = b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary="%b"\r\n' % edge
    start = b"\r\n--%b\r\n" % edge
    rich = _bannered(html, banner) if exercise else html
    return [head, start, *_part("plain", plain), start, *_part("html", rich), b"\r\n--%b--\r\n" % edge]


def _part(kind: str, text: str) -> Sequence[bytes | Line]:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = _LINE_END.split(text)
    if lines[-1]:
        lines.append("")
    return [head.encode(), *(Line.of(line) if LINK in line else quoted(line) for line in lines[:-1])]


def _bannered(html: str, banner: str) -> str:
    line = f'<p lang="en" dir="ltr" style="{_BANNER}"><strong>{markup.escape(banner)}</strong></p>\n'
    body = _BODY.search(html)
    at = body.end() if body else 0
    return html[:at] + line + html[at:]
