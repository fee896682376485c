"""How a warning gets on: how fast, until when, and what share of its people it had reached after how long."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import accumulate

import msgspec

from tocsin.delivery.state import DeliveryStands

LAST = timedelta(minutes=1)
SHARES = (0.5, 0.9, 0.99)

UNTRIED = (DeliveryStands.READY, DeliveryStands.LEASED)
WAITING = (*UNTRIED, DeliveryStands.FAILED)


class Motion(StrEnum):
    """Whether deliveries come to an end."""

    MOVING = "moving"
    WAITING = "waiting"  # each has been tried, and some wait for another try
    STILL = "still"  # there is something to send, and nothing came to an end in the last minute
    DONE = "done"


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How fast deliveries come to an end.

    left: how many have none yet. per_s: in the last minute. per_s_in_all: from the first moment to the last. ends_at: when
    the last would, at the pace of the last minute; None while that cannot be said.
    """

    motion: Motion
    left: int
    per_s: float
    per_s_in_all: float
    ends_at: datetime | None


def pace(
    counts: dict[DeliveryStands, int],
    *,
    last_minute: int,
    began: datetime | None,
    last_end: datetime | None,
    now: datetime,
) -> Pace:
    """Return how fast some deliveries come to an end.

    counts: of these deliveries, by state; each stands in one. last_minute: how many came to an end in it. began: when they
    were planned. last_end: when the latest came to its end.
    """
    untried = sum(counts.get(one, 0) for one in UNTRIED)
    left = sum(counts.get(one, 0) for one in WAITING)
    ended = sum(counts.values()) - left
    per_s = last_minute / _seconds(min(LAST, now - began)) if began is not None else 0.0
    in_all = ended / _seconds(last_end - began) if began is not None and last_end is not None else 0.0
    if left == 0:
        motion = Motion.DONE
    elif last_minute:
        motion = Motion.MOVING if untried else Motion.WAITING
    else:
        motion = Motion.STILL if untried else Motion.WAITING
    ends_at = now + timedelta(seconds=left / per_s) if motion is Motion.MOVING else None
    return Pace(motion=motion, left=left, per_s=per_s, per_s_in_all=in_all, ends_at=ends_at)


def _seconds(span: timedelta) -> float:
    return max(span.total_seconds(), 1.0)  # moments are counted by the second


class Reached(msgspec.Struct, frozen=True, kw_only=True):
    """How many people had been reached after how long, rising. steps: (seconds since the approval, people until then)."""

    steps: tuple[tuple[int, int], ...] = ()

    @property
    def people(self) -> int:
        """Return how many have been reached by now."""
        return self.steps[-1][1] if self.steps else 0


def reached(by_second: Sequence[tuple[int, int]], since: int, most: int) -> Reached:
    """Add people up, in at most so many steps, of which the first and the last are exact.

    by_second: (second, how many in it), in order, in the seconds that `since` is given in. What lies before is at 0.
    """
    totals = accumulate(count for _, count in by_second)
    steps = [(max(second - since, 0), total) for (second, _), total in zip(by_second, totals, strict=True)]
    if len(steps) > most:
        # Even steps in people, not in time: a curve is steep where much happens.
        kept: list[tuple[int, int]] = []
        for step in steps[:-1]:
            if not kept or step[1] - kept[-1][1] >= steps[-1][1] / (most - 2):
                kept.append(step)
        steps = [*kept, steps[-1]]
    return Reached(steps=tuple(steps))


def took(by_second: Sequence[tuple[int, int]], since: int, share: float, people: int) -> timedelta | None:
    """Return after how long a share of so many people had been reached; None: it has not been. by_second, since: see reached."""
    wanted = share * people
    total = 0
    for second, count in by_second:
        total += count
        if total and total >= wanted:
            return timedelta(seconds=max(second - since, 0))
    return None
