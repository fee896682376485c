"""How long there is to decide and to tell, by the time that is left until the event. Settable, with the policy pack."""

import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from tocsin.basis.errors import Refused

MINUTE, HOUR = 60, 3_600
LEAST_S = MINUTE
MOST_S = 30 * 24 * HOUR
MOST_ROWS = 12


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What holds while less than so many seconds are left; of the last row, however many. Seconds from when it is asked."""

    under_s: int | None
    decide_s: int
    deliver_s: int


HOURS = (
    Row(under_s=2 * HOUR, decide_s=10 * MINUTE, deliver_s=20 * MINUTE),
    Row(under_s=24 * HOUR, decide_s=HOUR, deliver_s=2 * HOUR),
    Row(under_s=72 * HOUR, decide_s=4 * HOUR, deliver_s=8 * HOUR),
    Row(under_s=None, decide_s=24 * HOUR, deliver_s=48 * HOUR),
)
"""What holds where nothing else was set. No published rule was found that counts in hours: these are a proposal of ours."""


class Deadlines(msgspec.Struct, frozen=True, kw_only=True):
    """By when it is to be decided, and by when told. *_s: how long that is, to be counted again when it was missed."""

    decide_by: datetime
    deliver_by: datetime
    decide_s: int
    deliver_s: int


def row_for(hours: Sequence[Row], event_at: datetime | None, now: datetime) -> Row:
    """Return the row that holds now. event_at: None where nobody knows: then the last one holds."""
    left_s = None if event_at is None else (event_at - now).total_seconds()
    for row in hours:
        if row.under_s is None or (left_s is not None and left_s < row.under_s):
            return row
    return hours[-1]


def deadlines(hours: Sequence[Row], event_at: datetime | None, now: datetime) -> Deadlines:
    """Return the deadlines of what is asked now.

    Nobody is told after the event: where it comes sooner than the row allows, it is the deadline, and half of that to decide.
    What may have begun already leaves the shortest row.
    """
    row = row_for(hours, event_at, now)
    decide_by, deliver_by = now + timedelta(seconds=row.decide_s), now + timedelta(seconds=row.deliver_s)
    if event_at is not None and now < event_at < deliver_by:
        deliver_by = event_at
        decide_by = min(decide_by, now + (event_at - now) / 2)
    return Deadlines(decide_by=decide_by, deliver_by=deliver_by, decide_s=row.decide_s, deliver_s=row.deliver_s)


def expected(begins: datetime | None, ends: datetime | None, now: datetime) -> datetime | None:
    """Return when a case has it that something happens: while its window lies open, now; without a beginning, by its end."""
    if begins is None:
        return ends if ends is not None and ends > now else None
    if begins > now:
        return begins
    return now if ends is None or ends > now else None


def refuse_hours(hours: Sequence[Row]) -> tuple[Row, ...]:
    """Let a table pass by which there is a deadline at every distance.

    Raises:
        Refused: it has a hole, its rows are not in order, or it leaves no time to tell.
    """
    if not hours or len(hours) > MOST_ROWS or hours[-1].under_s is not None:
        raise Refused(f"The table of deadlines has 1 to {MOST_ROWS} rows, and the last is for all that is further off.")
    edges = [row.under_s for row in hours[:-1]]
    if any(edge is None or edge <= 0 for edge in edges) or edges != sorted(set(edges), key=lambda edge: edge or 0):
        raise Refused("The rows of the table of deadlines stand in order, the nearest event first.")
    for row in hours:
        if not LEAST_S <= row.decide_s < row.deliver_s <= MOST_S:
            raise Refused(
                "In each row of the table of deadlines it is decided after a minute or more, told later than that, "
                "and within 30 days."
            )
    for near, far in itertools.pairwise(hours):
        if far.decide_s < near.decide_s or far.deliver_s < near.deliver_s:
            raise Refused("What is nearer has the shorter deadlines. Look at the table of deadlines again.")
    return tuple(hours)
