"""What every channel is handed, and what it answers. Who gets what, and whether to try again, is left to flow."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Literal, Protocol

import msgspec

from tocsin.basis.errors import Refused

Now = Callable[[], datetime]

Fate = Literal["accepted", "refused", "later", "expired"]
"""accepted: the other side took it. refused: it never will. later: a new try may help. expired: no longer to be sent."""

_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")


class Parcel(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One warning to one person over one channel, ready to leave.

    id: the same at every try; it goes out as Message-ID or Idempotency-Key, so it must say nothing.
    content: ready as the channel wants it: channels.mail.letter() or channels.webhook.payload().
    not_after: the last moment at which it may be sent.

    Raises:
        Refused: the id could not stand in a header, or not_after has no offset.
    """

    id: str
    address: str
    content: bytes
    not_after: datetime
    exercise: bool

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise Refused("A parcel's id has 1 to 128 letters, digits, '-' or '_'.")
        if self.not_after.tzinfo is None:
            raise Refused(f"The not_after of parcel {self.id} names no offset. Hand in an aware moment.")

    # Address and content belong in no log, and a repr is how they would get there.
    def __repr__(self) -> str:
        return f"Parcel(id={self.id!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [("id", self.id)]


class Result(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What became of one parcel at one try.

    detail: one sentence for a person's screen; never an address, a content or the other side's own words.
    retry_after: seconds the other side asked us to wait, 3600 at most; None when it named none.
    maybe_arrived: it was handed over but no answer came; another try may be a duplicate, with the same id.
    reference: the other side's own id for it, where it gave one; it may be needed to understand its reports.
    wrong_address: it was refused because nothing that is sent to this address arrives, whatever it is.
    """

    parcel: str
    state: Fate
    detail: str
    retry_after: int | None = None
    maybe_arrived: bool = False
    reference: str = ""
    wrong_address: bool = False


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """What an account with a provider may send. per_s: on average. burst: at once, after a rest."""

    account: str
    per_s: float
    burst: int


class Channel(Protocol):
    """A way out. It keeps the promises in tests/channels/promises.py."""

    @property
    def name(self) -> str:
        """Say which channel this is, in one word."""
        ...

    def send(self, parcels: Iterable[Parcel], now: Now, *, in_flight: int = 1) -> Iterator[list[Result]]:
        """Send parcels and yield what became of them, in lists, as it becomes known: one result for each, in any order.

        Parcels are taken as they are needed. At most in_flight of them are in flight: handed to the network, or
        answered, while their result has not been asked past. So a caller that makes each list durable before it asks
        for the next loses to a crash the results of at most so many, and at most so many are sent twice, under the
        same id. With 1, each result is known, and looked at, before the next parcel leaves.

        A list is never empty. Raises nothing of its own: what the network does ends in a result; what `parcels` raises
        comes through. Close the iterator to stop early: nothing more is handed over, and what was in flight is lost
        like in a crash, so whoever wants those results takes no more parcels from its own iterable instead, and
        reads to the end. Several sends may run at once, each in its own thread; now is called from any.
        """
        ...

    def close(self) -> None:
        """Let go of whatever is kept open between two sends. A send after that opens it again."""
        ...


def accepted(parcel: Parcel, detail: str) -> Result:
    """Say that the other side took it."""
    return Result(parcel=parcel.id, state="accepted", detail=detail)


def refused(parcel: Parcel, detail: str, *, wrong_address: bool = False) -> Result:
    """Say that trying again as it stands is useless. wrong_address: and so is anything else that is sent there."""
    return Result(parcel=parcel.id, state="refused", detail=detail, wrong_address=wrong_address)


def later(parcel: Parcel, detail: str, *, retry_after: int | None = None, maybe_arrived: bool = False) -> Result:
    """Say that another try may succeed."""
    return Result(parcel=parcel.id, state="later", detail=detail, retry_after=retry_after, maybe_arrived=maybe_arrived)


def is_expired(parcel: Parcel, now: Now) -> bool:
    """Say whether its time is over."""
    return now() > parcel.not_after


def expired(parcel: Parcel) -> Result:
    """Say that it was not sent because its time was over."""
    return Result(parcel=parcel.id, state="expired", detail="Not sent: its time was over.")
