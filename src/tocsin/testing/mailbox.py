"""A mail server on loopback that keeps every letter in memory, for replays, drills and tests.

    with Mailbox() as mailbox:
        channel = Mail(MailSettings(host="127.0.0.1", port=mailbox.port, sender=...), loopback_only=True)
        ...
        assert mailbox.letters_to("miller@town.example")[0].subject == "Water over the bridge"

It sends nothing on, and says so in its greeting, which is how a mail channel in a replay knows it.
"""

import email
import re
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any

import msgspec

from tocsin.channels.mail import LOOPBACK_SIGN
from tocsin.testing.receiver import Handler, Receiver

_LONGEST_LINE = 8_192
_LONGEST_LETTER = 10_485_760
_PATH = re.compile(rb"(?:MAIL FROM|RCPT TO):\s*<([^>]*)>", re.IGNORECASE)
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One letter as one person got it.

    id: what stands before the @ in its Message-ID.
    text, html: the readable parts, decoded; html is empty if there is none.
    received: how many times it arrived.
    sender: of the envelope, the last time.
    """

    to: str
    id: str
    subject: str
    text: str
    html: str
    exercise: bool
    urgent: bool
    received: int
    raw: bytes
    sender: str = ""


class Mailbox(Receiver):
    """An SMTP server that takes mail for everybody. What it holds is lost when it is gone."""

    def __init__(self, port: int = 0, *, pipelines: bool = True) -> None:
        """Listen on a port of 127.0.0.1; 0 takes a free one.

        pipelines: offer to take several commands in one go (RFC 2920).

        Raises:
            Refused: the port is taken.
        """
        self._kept: dict[tuple[str, str], tuple[int, bytes, str]] = {}
        self.offers = [b"8BITMIME", *([b"PIPELINING"] if pipelines else []), LOOPBACK_SIGN.encode()]
        super().__init__(_Session, port)

    def refuse(self, address: str, code: int = 550) -> None:
        """Refuse mail to this address for good."""
        self.faults.refuse(address, code)

    def letters_to(self, address: str) -> list[Letter]:
        """Return the letters to this address, in the order in which they first came."""
        with self._lock:
            mine = [(key, kept) for key, kept in self._kept.items() if key[0] == address]
        return [_letter(to, id_, *kept) for (to, id_), kept in mine]

    def letters(self) -> list[Letter]:
        """Return every letter, in the order in which they first came."""
        with self._lock:
            everything = list(self._kept.items())
        return [_letter(to, id_, *kept) for (to, id_), kept in everything]

    def keep(self, to: list[str], raw: bytes, sender: str = "") -> bool:
        """Take a letter in and say whether to answer."""
        found = _MESSAGE_ID.search(raw.partition(b"\r\n\r\n")[0])
        id_ = found[1].decode("latin-1") if found else ""
        for address in to:
            if not self.take_in(id_):
                return False
            with self._lock:
                times, *_ = self._kept.get((address, id_), (0, b"", ""))
                self._kept[address, id_] = times + 1, raw, sender
        return True


def _letter(to: str, id_: str, received: int, raw: bytes, sender: str) -> Letter:
    mail: Any = email.message_from_bytes(raw, EmailMessage, policy=modern)
    return Letter(
        to=to,
        id=id_,
        subject=str(mail["Subject"] or ""),
        text=_part(mail, "plain"),
        html=_part(mail, "html"),
        exercise=mail["X-Tocsin-Exercise"] == "yes",
        urgent=mail["Importance"] == "high",
        received=received,
        raw=raw,
        sender=sender,
    )


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body(preferencelist=(kind,))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


class _Session(Handler):
    """The server's side of RFC 5321, as much of it as a sender of warnings uses."""

    def serve(self) -> None:
        self._sender: str | None = None
        self._to: list[str] = []
        self._say(b"220 localhost keeps what comes")
        while line := self.rfile.readline(_LONGEST_LINE):
            verb = line[:4].upper().strip()
            answer = self._answers.get(verb, _Session._unknown)(self, line)
            if answer is None:
                return
            self._say(answer)
            if verb == b"QUIT" or (verb == b"DATA" and self.owner.faults.strike("leave")):
                return

    def _say(self, answer: bytes) -> None:
        self.wfile.write(answer + b"\r\n")

    def _ehlo(self, _line: bytes) -> bytes | None:
        owner: Mailbox = self.owner
        *first, last = b"localhost", *owner.offers
        return b"".join(b"250-" + word + b"\r\n" for word in first) + b"250 " + last

    def _mail(self, line: bytes) -> bytes | None:
        path = _PATH.match(line)
        if path is None:
            return b"501 5.5.4 MAIL FROM:<address>"
        if self._sender is not None:  # RFC 5321, 4.1.1.2; some servers let it pass, a sender may not count on it
            return b"503 5.5.1 One letter is begun already; RSET first"
        self._sender, self._to = path[1].decode("latin-1"), []
        return b"250 2.1.0 Ok"

    def _rcpt(self, line: bytes) -> bytes | None:
        path = _PATH.match(line)
        if path is None or self._sender is None:
            return b"503 5.5.1 MAIL FROM first, then RCPT TO:<address>"
        if self.owner.faults.strike("silence"):
            self.wait_for_the_other_side_to_leave()
            return None
        if self.owner.faults.strike("nonsense"):
            return b"banana"
        if self.owner.faults.strike("busy"):
            return b"451 4.3.2 Busy; later"
        address = path[1].decode("latin-1")
        if (code := self.owner.faults.refusal(address)) is not None:
            # Real servers repeat the address in their answer; whoever keeps the answer keeps the address.
            return f"{code} 5.1.1 <{address}> is not here".encode("latin-1")
        self._to.append(address)
        return b"250 2.1.5 Ok"

    def _data(self, _line: bytes) -> bytes | None:
        if not self._to:
            return b"503 5.5.1 RCPT TO first"
        self._say(b"354 End with a dot on a line of its own")
        raw = self._letter()
        if raw is None or self.owner.faults.strike("lose"):
            return None
        to, sender = self._to, self._sender or ""
        self._sender, self._to = None, []  # RFC 5321, 4.1.1.4: whatever the answer is
        if len(raw) > _LONGEST_LETTER:
            return b"552 5.3.4 Too large"
        if not self.owner.keep(to, raw, sender) or self.owner.faults.strike("hang up"):
            return None
        if self.owner.faults.strike("endless"):
            self._pour()
        return b"250 2.0.0 Kept"

    def _pour(self) -> None:
        while True:
            self.wfile.write(b"250-and on\r\n" * 1_000)

    def _letter(self) -> bytes | None:
        lines: list[bytes] = []
        size = 0
        while line := self.rfile.readline(_LONGEST_LINE):
            if line == b".\r\n":
                return b"".join(lines)
            if size <= _LONGEST_LETTER:
                lines.append(line.removeprefix(b"."))
                size += len(line)
        return None

    def _reset(self, _line: bytes) -> bytes | None:
        self._sender, self._to = None, []
        return b"250 2.0.0 Ok"

    def _ok(self, _line: bytes) -> bytes | None:
        return b"250 2.0.0 Ok"

    def _quit(self, _line: bytes) -> bytes | None:
        return b"221 2.0.0 Bye"

    def _unknown(self, _line: bytes) -> bytes | None:
        return b"500 5.5.2 Not known here"

    _answers = {  # noqa: RUF012  a table of what answers which command, never changed
        b"EHLO": _ehlo,
        b"HELO": _ok,
        b"MAIL": _mail,
        b"RCPT": _rcpt,
        b"DATA": _data,
        b"RSET": _reset,
        b"NOOP": _ok,
        b"QUIT": _quit,
    }
