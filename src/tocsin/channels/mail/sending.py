"""Hands letters to the relay: one connection for a batch, one answer for each letter."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from tocsin.basis.errors import Refused, Unreachable
from tocsin.channels.channel import Now, Parcel, Result, accepted, expired, is_expired, later, refused
from tocsin.channels.mail.letters import is_mailbox
from tocsin.channels.mail.relay import LOST, MailSettings, Relay, connect, said
from tocsin.channels.wire import tls

_PATIENCE = 2  # connections lost in a row before the rest of the batch is given back untried
_LINE_END = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^@>]+)@", re.IGNORECASE | re.MULTILINE)
_EXERCISE = re.compile(rb"^x-tocsin-exercise:\s*yes\s*$", re.IGNORECASE | re.MULTILINE)


class Mail:
    """The mail channel. A parcel's address is a mail address, its content a letter()."""

    name = "mail"

    def __init__(self, settings: MailSettings, *, loopback_only: bool) -> None:
        """Make the channel; nothing is connected before there is something to send.

        loopback_only: refuse any relay but a testing.Mailbox on this machine. A replay or sandbox says True.

        Raises:
            Refused: a setting cannot be right.
        """
        if not is_mailbox(settings.sender):
            raise Refused("The mail channel's sender is no plain mail address. Write it like desk@example.org.")
        if not 0 < settings.port < 65_536:
            raise Refused(f"The mail channel's port is {settings.port}. It must lie between 1 and 65535.")
        if (settings.user is None) != (settings.password is None):
            raise Refused("The mail channel needs both a user and a password, or neither.")
        if settings.user is not None and not settings.starttls:
            raise Refused("The mail channel would send its password in the clear. Set starttls.")
        secure = tls(settings.ca_file)
        self._sender = settings.sender
        self._connect = lambda: connect(settings, secure, loopback_only=loopback_only)

    def send(self, parcels: Iterable[Parcel], now: Now, *, in_flight: int = 1) -> Iterator[list[Result]]:  # noqa: ARG002
        """Send letter after letter and yield what the relay said of each."""
        call = _Call(self._sender, self._connect)
        try:
            for parcel in parcels:
                yield [call.deliver(parcel, now)]
        finally:
            call.hang_up()

    def close(self) -> None:
        """Let go of what is kept open: nothing yet."""


class _Call:
    """One batch: the open connection, if any, and how often in a row it was lost."""

    def __init__(self, sender: str, connect: Callable[[], Relay]) -> None:
        self._sender = sender
        self._connect = connect
        self._relay: Relay | None = None
        self._lost = 0

    def deliver(self, parcel: Parcel, now: Now) -> Result:
        misfit = _misfit(parcel)
        if misfit:
            return refused(parcel, misfit)
        if is_expired(parcel, now):
            return expired(parcel)
        if self._lost >= _PATIENCE:
            return later(parcel, "Not tried: the mail relay had stopped answering.")
        return self._try(parcel, now)

    def _try(self, parcel: Parcel, now: Now) -> Result:
        try:
            relay, code, text = self._begin()
            if is_expired(parcel, now):  # connecting may have taken its time
                self._reset()
                return expired(parcel)
            return self._hand_over(relay, parcel, code, text)
        except Refused as error:
            return refused(parcel, str(error))
        except Unreachable as error:
            self._drop()
            return later(parcel, str(error))
        except LOST:
            self._drop()
            return later(parcel, "The connection to the mail relay was lost before the letter was handed over.")

    def _begin(self) -> tuple[Relay, int, bytes]:
        """Open a transaction. Nothing has left yet, so a connection that died idle is simply replaced."""
        if self._relay is not None:
            with suppress(*LOST):
                code, text = self._relay.mail(self._sender)
                if code not in (-1, 421):
                    return self._relay, code, text
            self._relay.close()
        self._relay = None
        self._relay = self._connect()
        code, text = self._relay.mail(self._sender)
        return self._relay, code, text

    def _hand_over(self, relay: Relay, parcel: Parcel, code: int, text: bytes) -> Result:
        if code // 100 != 2:
            # Even a 5xx here is about us, not about the recipient: someone can mend it while the warning still holds.
            self._drop()
            return later(parcel, f"The mail relay does not take our sender{said(code, text)}.")
        code, text = relay.rcpt(parcel.address)
        if code // 100 != 2:
            return self._declined(parcel, "recipient", code, text)
        code, text = relay.docmd("DATA")
        if code != 354:
            return self._declined(parcel, "letter", code, text)
        try:
            relay.send(_dotted(parcel.content))
            code, text = relay.getreply()
        except LOST:
            self._drop()
            return later(parcel, "The mail relay gave no answer after the letter was handed over.", maybe_arrived=True)
        if code // 100 != 2:
            return self._declined(parcel, "letter", code, text, handed_over=True)
        self._lost = 0
        return accepted(parcel, f"The mail relay took it{said(code, text)}.")

    def _declined(self, parcel: Parcel, what: str, code: int, text: bytes, *, handed_over: bool = False) -> Result:
        numbers = said(code, text)
        if not 400 <= code < 600:
            self._drop()
            return later(parcel, f"The mail relay did not answer as a mail server{numbers}.", maybe_arrived=handed_over)
        if code == 421:  # it is closing the connection
            self._drop()
            return later(parcel, f"The mail relay is closing{numbers}.")
        self._lost = 0
        self._reset()
        if code < 500:
            return later(parcel, f"The mail relay does not take this {what} now{numbers}.")
        return refused(parcel, f"The mail relay refused this {what} for good{numbers}.")

    def _reset(self) -> None:
        if self._relay is None:
            return
        try:
            code, _ = self._relay.rset()
        except LOST:
            code = -1
        if code // 100 != 2:  # what it would do with the next letter is not known
            self._relay.close()
            self._relay = None

    def _drop(self) -> None:
        self._lost += 1
        if self._relay is not None:
            self._relay.close()
            self._relay = None

    def hang_up(self) -> None:
        if self._relay is None:
            return
        self._relay.patience_s = min(self._relay.patience_s, 2.0)
        with suppress(*LOST):
            self._relay.quit()
        self._relay.close()


def _misfit(parcel: Parcel) -> str | None:
    if not is_mailbox(parcel.address):
        return "The address is no plain mail address."
    head = parcel.content.partition(b"\r\n\r\n")[0]
    message_id = _MESSAGE_ID.search(head)
    if message_id is None or message_id[1] != parcel.id.encode():
        return "The letter does not carry the parcel's id as its Message-ID."
    if bool(_EXERCISE.search(head)) != parcel.exercise:
        return "The letter and the parcel disagree on whether this is an exercise."
    return None


def _dotted(content: bytes) -> bytes:
    """Write a letter as DATA wants it. Bare CR or LF would let a text end the letter and begin another.

    Source: RFC 5321, 4.5.2 (transparency) and 2.3.8 (lines).
    """
    lines = _LEADING_DOT.sub(b"..", _LINE_END.sub(b"\r\n", content))
    return lines + (b"" if lines.endswith(b"\r\n") else b"\r\n") + b".\r\n"
