"""The grid of the sealed entries: whether they tell, by length or by time, more than that an interval passed.

Intervals may be missed, but none is shifted: every distance between two sealed entries is a whole multiple of one. Who
does not know that one takes the shortest there is, and then misses a shift by a whole part of it, such as a half.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.basis.moment import utc

_MOST = 1000  # different distances; so many are no grid, and what is remembered of a hostile record stays small


class Grid:
    """What the sealed entries of a record have in common, as they are read one after another."""

    def __init__(self, cadence: timedelta | None = None) -> None:
        """Begin before the first. cadence: the distance that is known; None where it is not."""
        self._cadence = cadence
        self._length: tuple[int, int] | None = None  # of the first sealed entry, and its number
        self._last: tuple[datetime, int] | None = None
        self._steps: dict[timedelta, int] = {}  # distance from the one before: the first entry that has it

    def take(self, number: int, at: str, length: int) -> Iterator[str]:
        """Take the next sealed entry, and say what is wrong with it."""
        self._length = self._length or (length, number)
        if length != self._length[0]:
            yield (
                f"Sealed entry {number} has {length} bytes, while sealed entry {self._length[1]} has {self._length[0]}."
            )
        try:
            moment = utc(at)
        except (Refused, OverflowError):  # an offset may lead out of the years that there are
            yield f"Sealed entry {number} has no moment that can be read."
            return
        if self._last and moment <= self._last[0]:
            yield f"Sealed entry {number} is not later than sealed entry {self._last[1]}."
        elif self._last and len(self._steps) <= _MOST:
            self._steps.setdefault(moment - self._last[0], number)
        self._last = moment, number

    def close(self) -> Iterator[str]:
        """Say which distances do not fit the grid."""
        if len(self._steps) > _MOST:
            yield f"The sealed entries are on no grid: they stand at more than {_MOST} different distances."
        elif self._steps:
            cadence = self._cadence or min(self._steps)
            for step, number in self._steps.items():
                if step % cadence:
                    yield (
                        f"Sealed entry {number} is off the grid: it stands {step} after the one before, which is no "
                        f"whole multiple of {cadence}."
                    )
