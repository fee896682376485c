"""What flow is handed for each channel: the channel, together with how a message becomes what it carries."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

import msgspec

from tocsin.channels.channel import Limit, Parcel, Result
from tocsin.delivery.echo import Echo


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What one recipient is told, before a channel makes it its own.

    about: the warning's id. lines: paragraphs of plain text. Where each recipient answers is not in it: see Pack.
    unnamed: a channel does not write beside it who sends it, as far as that is left to us.
    large: it is for whoever needs large letters.
    """

    kind: str
    about: str
    subject: str
    lines: tuple[str, ...]
    language: str
    sent_at: datetime
    exercise: bool
    urgent: bool
    unnamed: bool = False
    large: bool = False

    def __repr__(self) -> str:
        return f"Message(about={self.about!r})"


Pack = Callable[[str, str, str, str], Parcel]
"""Makes one recipient's parcel of a message: the parcel's id, the address, and where to answer and to end warnings, or nothing."""


class Carrier(Protocol):
    """A channel together with the way it packs messages. Made by app, which knows both."""

    @property
    def limits(self) -> Sequence[Limit]:
        """Say how fast its account may send, and how much in a day: all of these at once; none: as fast as it can."""
        ...

    def layout(self, message: Message, not_after: datetime) -> Pack:
        """Lay a message out for all who are told it in these words, and return what makes each one's parcel of it."""
        ...

    def check(self) -> str:
        """Ask whether its account is well, without sending anything, and return the answer in one sentence.

        Raises:
            Refused: it is not, and a person must mend it; or there is nothing to ask.
            Unreachable: nobody answers.
        """
        ...

    def send(
        self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
    ) -> Iterator[list[Result]]:
        """Send, and tell of each parcel what became of it, as channels.channel.Channel says."""
        ...


@runtime_checkable
class CallsBack(Protocol):
    """A channel whose provider calls back to say what became of a message.

    undated: its calls bear no moment under their signature, so that whoever overheard one can say it again.
    """

    @property
    def undated(self) -> bool: ...  # noqa: D102

    def read_callback(self, headers: Mapping[str, str], url: str, body: bytes, now: datetime) -> Echo | None:
        """Return what a callback says; None: it is true, and nothing has become of the message yet.

        headers: under lower-case names. url: the whole address that was called.

        Raises:
            Refused: it is not to be believed, or says nothing that was asked for. The sentence quotes nothing.
        """
        ...


class Incoming(msgspec.Struct, frozen=True, kw_only=True):
    """A reply as it came in. message: its own id. address: from where. parcels: the ids of our messages that it names."""

    channel: str
    message: str
    address: str
    text: str
    at: datetime
    parcels: tuple[str, ...] = ()

    # Addresses and words belong in no log.
    def __repr__(self) -> str:
        return f"Incoming(channel={self.channel!r})"


@runtime_checkable
class TakesReplies(Protocol):
    """A channel whose provider hands on what people answer."""

    def read_incoming(self, headers: Mapping[str, str], url: str, body: bytes, now: datetime) -> Incoming | None:
        """Return a message that came in; None: it was a word for the provider itself.

        Raises:
            Refused: it is not to be believed, or none are taken. The sentence quotes nothing.
        """
        ...


@runtime_checkable
class Signs(Protocol):
    """A channel that signs what goes to each receiver with a secret of that receiver's."""

    def secrets(self, address: str) -> Sequence[str]:
        """Return a receiver's secrets, the newest first; none: nothing is signed so."""
        ...
