"""What every step of flow is handed: the store, the ways out, and where answers come in."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

from tocsin.basis.words import ENGLISH, Language
from tocsin.channels.channel import Parcel, Result
from tocsin.store.store import Store


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What one recipient is told, before a channel makes it its own.

    about: the warning's kind and id. lines: paragraphs of plain text. answer_url: where to answer, or empty.
    """

    kind: str
    about: str
    subject: str
    lines: tuple[str, ...]
    language: str
    sent_at: datetime
    exercise: bool
    urgent: bool
    answer_url: str = ""

    def __repr__(self) -> str:
        return f"Message(about={self.about!r})"


class Carrier(Protocol):
    """A channel together with the way it packs a message. Made by app, which knows both."""

    def pack(self, parcel_id: str, address: str, message: Message, not_after: datetime) -> Parcel:
        """Make a message ready to leave."""
        ...

    def send(
        self, parcels: Iterable[Parcel], now: Callable[[], datetime], *, in_flight: int = 1
    ) -> Iterator[list[Result]]:
        """Send, and tell of each parcel what became of it, as channels.channel.Channel says."""
        ...


@dataclass(frozen=True)
class House:
    """One installation, wired. base_url: under which the public, the answer pages and the desk are reached."""

    store: Store
    carriers: Mapping[str, Carrier]
    base_url: str
    organisation: str
    jitter: Callable[[], float]
    language: Language = lambda tag: ENGLISH  # noqa: ARG005
