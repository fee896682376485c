"""The time axis of a drawing: where a moment stands, and which moments are named, in the zone of the case."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from tocsin.basis.moment import zone
from tocsin.basis.words import Words
from tocsin.web.measures import clock, day

_STEPS = tuple(
    [timedelta(minutes=minutes) for minutes in (1, 5, 10, 15, 30)]
    + [timedelta(hours=hours) for hours in (1, 2, 3, 6, 12)]
    + [timedelta(days=days) for days in (1, 2, 4, 7, 14, 28, 56, 112, 364)]
)


class Tick(msgspec.Struct, frozen=True):
    """A named moment on the axis. new_day: it begins a day where the axis is fine enough to name hours."""

    x: float
    label: str
    new_day: bool


class Axis(msgspec.Struct, frozen=True, kw_only=True):
    """Maps moments to x, from left to right."""

    starts_at: datetime
    ends_at: datetime
    left: float
    right: float
    zone: str

    def x(self, moment: datetime) -> float:
        """Return where a moment stands; one outside the stretch stands at its edge."""
        span = max((self.ends_at - self.starts_at).total_seconds(), 1.0)
        share = (moment - self.starts_at).total_seconds() / span
        return self.left + (self.right - self.left) * min(1.0, max(0.0, share))

    def ticks(self, _: Words, room: float = 92.0) -> tuple[Tick, ...]:
        """Name as many moments as have room, at midnights and whole hours of the zone."""
        wanted = (self.ends_at - self.starts_at) * room / max(self.right - self.left, 1.0)
        step = next((one for one in _STEPS if one >= wanted), _STEPS[-1])
        return tuple(self._tick(moment, step, _) for moment in self._moments(step))

    def _tick(self, moment: datetime, step: timedelta, _: Words) -> Tick:
        local = moment.astimezone(zone(self.zone))
        midnight = local.hour == 0 and local.minute == 0
        by_day = step >= timedelta(days=1) or midnight
        label = day(moment, self.zone, _) if by_day else clock(moment, self.zone)
        return Tick(self.x(moment), label, midnight and step < timedelta(days=1))

    def _moments(self, step: timedelta) -> Iterator[datetime]:
        # Counted on the clock of the wall and only then turned to UTC: across a change to summer time the ticks
        # stay at whole hours and midnights.
        there = zone(self.zone)
        local = self.starts_at.astimezone(there).replace(tzinfo=None)
        wall = local.replace(hour=0, minute=0, second=0, microsecond=0)
        before = None
        while True:
            moment = wall.replace(tzinfo=there).astimezone(UTC)
            if moment > self.ends_at:
                return
            if moment >= self.starts_at and moment != before:
                yield moment
                before = moment
            wall += step
