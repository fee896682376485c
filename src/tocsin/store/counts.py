"""How the deliveries of a warning stand, in numbers: one byte a delivery, a curve a moment, and what is told of them."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from tocsin.delivery.state import DeliveryStands

MOST_BUCKETS = 4_096
RECENT_S = 60

STATES = (
    DeliveryStands.READY,
    DeliveryStands.FAILED,
    DeliveryStands.ACCEPTED,
    DeliveryStands.DELIVERED,
    DeliveryStands.OPENED,
    DeliveryStands.DEAD,
    DeliveryStands.EXPIRED,
    DeliveryStands.WITHDRAWN,
    DeliveryStands.SUPPRESSED,
    DeliveryStands.ANSWERED,
)
"""A place of a batch is one byte: how it stands, and what it ever was: lost, reached, delivered, answered."""

STATE, LOST, REACHED, DELIVERED, ANSWERED = 0x0F, 0x10, 0x20, 0x40, 0x80
CODE = {stands: code for code, stands in enumerate(STATES)}
_ANSWER = CODE[DeliveryStands.ANSWERED]


def _of(*stands: DeliveryStands) -> "np.ndarray[Any, Any]":
    found = np.zeros(16, dtype=bool)
    found[[CODE[one] for one in stands]] = True
    return found


ARRIVES = _of(DeliveryStands.ACCEPTED, DeliveryStands.DELIVERED, DeliveryStands.OPENED, DeliveryStands.ANSWERED)
LANDS = _of(DeliveryStands.DELIVERED, DeliveryStands.OPENED, DeliveryStands.ANSWERED)
LOSES = _of(DeliveryStands.DEAD, DeliveryStands.EXPIRED)
ENDS = ~_of(DeliveryStands.READY, DeliveryStands.FAILED)
_SHOWN = np.array([_ANSWER if byte & ANSWERED else min(byte & STATE, _ANSWER) for byte in range(256)], dtype=np.uint8)


class Curve:
    """How many in which second; by two, four, eight seconds where these become too many."""

    def __init__(self) -> None:
        """Hold nothing yet."""
        self._width = 1
        self._counts: dict[int, int] = {}

    def add(self, seconds: Iterable[int]) -> None:
        """Count these seconds."""
        for second in seconds:
            bucket = second - second % self._width
            self._counts[bucket] = self._counts.get(bucket, 0) + 1
        while len(self._counts) > MOST_BUCKETS:
            self._width *= 2
            counts, self._counts = self._counts, {}
            for second, count in counts.items():
                bucket = second - second % self._width
                self._counts[bucket] = self._counts.get(bucket, 0) + count

    @property
    def laid(self) -> tuple[int, dict[int, int]]:
        """Return it as it is laid by."""
        return self._width, self._counts

    @classmethod
    def taken_up(cls, laid: tuple[int, dict[int, int]]) -> "Curve":
        """Return what was laid by."""
        found = cls()
        found._width, found._counts = laid
        return found

    def steps(self) -> tuple[tuple[int, int], ...]:
        """Return (second, how many), in order."""
        return tuple(sorted(self._counts.items()))


class ChannelCount(msgspec.Struct, frozen=True, kw_only=True):
    """How the deliveries of one channel stand.

    counts: by state, each delivery in one. reached, landed: how many were ever accepted, ever delivered. began: when the
    first was planned. first, last: when the first and the last was accepted. last_end: when the latest came to its end.
    last_minute: how many did in the last minute. next_try: when the next batch is due.
    """

    channel: str
    planned: int
    counts: dict[DeliveryStands, int]
    reached: int
    landed: int
    began: datetime
    first: datetime | None
    last: datetime | None
    last_end: datetime | None
    last_minute: int
    next_try: datetime | None


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """How the deliveries of one warning stand, and when its people were reached.

    people: for how many something was planned. planned: nobody is left to be planned for. accepted, delivered, answered:
    (second since 1970, how many people for the first time in it), in order.
    """

    people: int
    planned: bool
    channels: tuple[ChannelCount, ...]
    accepted: tuple[tuple[int, int], ...]
    delivered: tuple[tuple[int, int], ...]
    answered: tuple[tuple[int, int], ...]


class LaidChannel(msgspec.Struct, array_like=True):
    """The running count of a channel as it is laid by."""

    planned: int
    reached: int
    landed: int
    counts: list[int]
    began: datetime
    first: int | None
    last: int | None
    last_end: int | None
    recent: dict[int, int]


class RunningCount:
    """How the deliveries of one channel stand, as they are counted."""

    def __init__(self, began: datetime) -> None:
        """Hold nothing yet. began: when the first was planned."""
        self.planned = self.reached = self.landed = 0
        self.counts = np.zeros(len(STATES), dtype=np.int64)
        self.began = began
        self.first: int | None = None
        self.last: int | None = None
        self.last_end: int | None = None
        self.recent: dict[int, int] = {}

    @property
    def laid(self) -> LaidChannel:
        """Return it as it is laid by."""
        return LaidChannel(self.planned, self.reached, self.landed, self.counts.tolist(), self.began,
                           self.first, self.last, self.last_end, self.recent)  # fmt: skip

    @classmethod
    def taken_up(cls, laid: LaidChannel) -> "RunningCount":
        """Return what was laid by."""
        found = cls(laid.began)
        found.planned, found.reached, found.landed = laid.planned, laid.reached, laid.landed
        found.counts = np.array(laid.counts, dtype=np.int64)
        found.first, found.last, found.last_end, found.recent = laid.first, laid.last, laid.last_end, laid.recent
        return found

    def move(self, before: Any, after: Any) -> None:
        """Count places anew. before, after: their bytes."""
        self.counts -= np.bincount(_SHOWN[before], minlength=len(STATES))
        self.counts += np.bincount(_SHOWN[after], minlength=len(STATES))

    def note_reached(self, seconds: Any) -> None:
        """Count those who were reached for the first time, each with its second since 1970."""
        self.reached += len(seconds)
        if len(seconds):
            self.first = min(int(seconds.min()), self.first or int(seconds.min()))
            self.last = max(int(seconds.max()), self.last or 0)

    def note_ended(self, seconds: Any) -> None:
        """Count those who came to their end, each with its second since 1970."""
        for second, count in zip(*(part.tolist() for part in np.unique(seconds, return_counts=True)), strict=True):
            self.recent[second] = self.recent.get(second, 0) + count
            self.last_end = max(second, self.last_end or 0)
        oldest = (self.last_end or 0) - 2 * RECENT_S
        if len(self.recent) > 4 * RECENT_S:
            self.recent = {second: count for second, count in self.recent.items() if second >= oldest}

    def tell(self, name: str, in_hand: int, due: datetime | None, now: datetime) -> ChannelCount:
        """Return it as it is told. name: of the channel. in_hand: how many a worker holds. due: when the next batch is."""
        counts = {stands: int(count) for stands, count in zip(STATES, self.counts, strict=True)}
        counts[DeliveryStands.READY] -= in_hand
        counts[DeliveryStands.LEASED] = in_hand
        since = int(now.timestamp()) - RECENT_S
        return ChannelCount(
            channel=name,
            planned=self.planned,
            counts={stands: counts[stands] for stands in DeliveryStands if counts[stands]},
            reached=self.reached,
            landed=self.landed,
            began=self.began,
            first=_moment(self.first),
            last=_moment(self.last),
            last_end=_moment(self.last_end),
            last_minute=sum(count for second, count in self.recent.items() if second > since),
            next_try=due,
        )


def _moment(second: int | None) -> datetime | None:
    return None if second is None else datetime.fromtimestamp(second, UTC)
