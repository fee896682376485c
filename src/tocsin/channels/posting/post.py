"""What a channel that posts says of its requests, and what it is handed of the answers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

import msgspec

from tocsin.channels.channel import Now, Parcel, Result
from tocsin.channels.hosts import Origin

_LONGEST_WAIT_S = 3_600


class Post(Protocol):
    """What a channel knows of its requests.

    reads_bodies: an answer counts when all of it is there, and not as soon as its head is.
    """

    @property
    def method(self) -> str:
        """Return the method of the requests."""
        ...

    @property
    def reads_bodies(self) -> bool:
        """Say whether the body of an answer says what became of the parcel."""
        ...

    def check(self, parcel: Parcel) -> str:
        """Return the URL that this parcel is posted to.

        Raises:
            Refused: the parcel must not leave as it stands.
        """
        ...

    def head(self, parcel: Parcel, at: datetime) -> str:
        """Return the lines of the head, beside what every request carries; see head_lines(). at: when it leaves."""
        ...

    def body(self, parcel: Parcel) -> bytes:
        """Return the body of the request."""
        ...

    def judge(self, parcel: Parcel, answer: "Answer", now: Now) -> Result:
        """Say what an answer means."""
        ...


class Answer(msgspec.Struct, frozen=True):
    """What a host answered, not to be trusted.

    retry_after: as it stood in the head. body: empty unless bodies are read; never longer than 65,536 octets.
    """

    status: int = 0
    retry_after: str | None = None
    body: bytes = b""


MOST_IN_A_ROW = 64
"""Requests that any host may agree to: they all wait for the first of them, and are tried again when it is not answered."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much there may be at a time.

    per_host, in_all: connections, to one host and together. in_a_row: requests that may leave on one connection before
    the first of them is answered (pipelining; RFC 9112, 9.3.2), for the hosts that agreed to it; to all others one.
    """

    per_host: int = 32
    in_all: int = 256
    in_a_row: Mapping[Origin, int] = {}


def head_lines(fields: Mapping[str, str]) -> str:
    """Return the fields of a head, a line each."""
    return "".join([f"{name}: {value}\r\n" for name, value in fields.items()])


def seconds_to_wait(text: str | None, now: Now) -> int | None:
    """Read a Retry-After: seconds, or the moment to wait for.

    Source: RFC 9110, 10.2.3.
    """
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return min(int(text.strip()[:9]), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
        left = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now()
    except (ValueError, OverflowError):
        return None
    return max(0, min(int(left.total_seconds()), _LONGEST_WAIT_S))
