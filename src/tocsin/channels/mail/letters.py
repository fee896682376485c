"""Writes the letters that the mail channel carries. Pure: the same values give the same octets.

A letter is laid out once for all who get it (LetterLayout); what differs from one to the next is put in as octets. The
library's EmailMessage, which takes a millisecond a letter, writes only the part of the head that they share.
"""

import binascii
import hashlib
import html as markup
import re
from collections.abc import Sequence
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

import msgspec

from tocsin.basis.errors import Refused

EXERCISE = "EXERCISE"  # never translated: it must be the same word on every screen

LINK = "\x00"
"""Stands in a text where each recipient's own answer link will. No letter may hold this character itself (RFC 5322)."""

_POLICY = SMTP.clone(cte_type="7bit")  # not every relay on the way takes eight bits
_MAILBOX = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_PARCEL = re.compile(r"[A-Za-z0-9_-]{1,128}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
# Nothing in it needs to be escaped in an HTML attribute or could end a header. RFC 3986 without & and '.
_URL = re.compile(r"https?://[A-Za-z0-9._~:/?#\[\]@!$()*+,;=%-]{1,900}")
_BANNER = "margin:0;padding:12px 16px;background-color:#ffd43b;color:#000000;font:20px/1.3 sans-serif;text-align:center"
_LONGEST = 76  # octets of a line. RFC 2045, 6.7, rule 5
_ROOM = 75  # octets that surely need no soft break


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
            self._body = _Body(_parts(text, html, exercise=exercise))
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


def _check_url(url: str) -> None:
    if not _URL.fullmatch(url):
        raise Refused("A link in a mail begins with http:// or https:// and holds no space, quote, & or angle bracket.")


def _marks(language: str, *, exercise: bool, urgent: bool) -> bytes:
    lines = ["Auto-Submitted: auto-generated"]
    if urgent:
        lines += ["Importance: high", "X-Priority: 1"]
    if exercise:
        lines += ["X-Tocsin-Exercise: yes"]
    lines += [f"Content-Language: {language}", ""]
    return "\r\n".join(lines).encode("ascii")


def _way_out(url: str) -> bytes:
    _check_url(url)
    line = f"List-Unsubscribe: <{url}>\r\n"
    if url.startswith("https:"):
        line += "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    return line.encode("ascii")


def _parts(text: str, html: str | None, *, exercise: bool) -> Sequence["bytes | _Line"]:
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


def _part(kind: str, text: str) -> Sequence["bytes | _Line"]:
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    lines = _LINE_END.split(text)
    if lines[-1]:
        lines.append("")
    return [head.encode(), *(_Line.of(line) if LINK in line else _quoted(line) for line in lines[:-1])]


def _quoted(line: str) -> bytes:
    raw = line.encode() + b"\r\n"
    quoted = binascii.b2a_qp(raw, istext=True)
    if max(map(len, quoted.split(b"\r\n"))) <= _LONGEST:
        return quoted
    # The library lets the "=20" of a space that ends a line stick out; when it quotes every space, it breaks in time.
    return binascii.b2a_qp(raw, istext=True, quotetabs=True)


def _bannered(html: str, banner: str) -> str:
    line = f'<p lang="en" dir="ltr" style="{_BANNER}"><strong>{markup.escape(banner)}</strong></p>\n'
    body = _BODY.search(html)
    at = body.end() if body else 0
    return html[:at] + line + html[at:]


class _Line(msgspec.Struct, frozen=True):
    """A line with the answer link in it.

    pieces: what stands around the link, quoted; put together with a link no longer than room, it needs no soft break.
    """

    text: str
    pieces: tuple[bytes, ...]
    room: int

    @classmethod
    def of(cls, text: str) -> "_Line":
        # Quoted in one go, since a space or dot is quoted by where in the line it stands; no text holds this mark twice.
        whole = binascii.b2a_qp(text.replace(LINK, "\x01").encode(), istext=True).replace(b"=\n", b"")
        pieces = tuple(whole.split(b"=01")) if "\x01" not in text else ()
        links = len(pieces) - 1
        return cls(text, pieces, (_ROOM - sum(map(len, pieces))) // links if links > 0 else -1)

    def written(self, url: str, quoted: bytes) -> bytes:
        if len(quoted) <= self.room:
            return quoted.join(self.pieces) + b"\r\n"
        return _quoted(self.text.replace(LINK, url))


class _Body:
    """The octets that all letters share, with the lines that hold the link between them."""

    def __init__(self, parts: Sequence[bytes | _Line]) -> None:
        self._lines = [part for part in parts if isinstance(part, _Line)]
        self._room = min((line.room for line in self._lines), default=0)
        shared = [b""]
        for part in parts:
            if isinstance(part, _Line):
                shared.append(b"")
            else:
                shared[-1] += part
        self._shared = shared
        self._pieces = self._cut()

    def _cut(self) -> list[bytes]:
        """Return what stands between one link and the next, for links that fit everywhere: nearly all of them."""
        pieces = [self._shared[0]]
        for line, after in zip(self._lines, self._shared[1:], strict=True):
            if line.room < 0:
                return []
            pieces[-1] += line.pieces[0]
            pieces += line.pieces[1:]
            pieces[-1] += b"\r\n" + after
        return pieces

    def written(self, url: str) -> bytes:
        """Return the body with this link.

        Raises:
            Refused: the link is none, or missing.
        """
        if not self._lines:
            return self._shared[0]
        _check_url(url)
        quoted = url.replace("=", "=3D").encode("ascii")
        if len(quoted) <= self._room:
            return quoted.join(self._pieces)
        out = [self._shared[0]]
        for line, after in zip(self._lines, self._shared[1:], strict=True):
            out += (line.written(url, quoted), after)
        return b"".join(out)
