"""The grid of the sealed entries: whether they tell, by length or by time, more than that an interval passed.

Intervals may be missed, but none is shifted: every distance between two sealed entries is a whole multiple of one. Who
does not know that one takes the shortest there is, and then misses a shift by a whole part of it, such as a half.

What stands between two of them happened between them, give or take one interval: a sealed entry is made within the interval
after its moment and carries that of the grid; and a plain one may be written down a while after it happened.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339, utc

_MOST = 1000  # different distances; so many are no grid, and what is remembered of a hostile record stays small


class Grid:
    """What the sealed entries of a record have in common, and the plain ones with them, as they are read in order."""

    def __init__(self, cadence: timedelta | None = None) -> None:
        """Begin before the first. cadence: the distance that is known; None where it is not."""
        self._cadence = cadence
        self._length: tuple[int, int] | None = None  # of the first sealed entry, and its number
        self._last: tuple[datetime, int] | None = None
        self._steps: dict[timedelta, int] = {}  # distance from the one before: the first entry that has it
        self._newest: tuple[datetime, int] | None = None  # of the plain entries since the last sealed one
        self._worst: tuple[timedelta, str] = (timedelta(), "")

    def take(self, number: int, at: str, length: int) -> Iterator[str]:
        """Take the next sealed entry, and say what is wrong with it."""
        self._length = self._length or (length, number)
        if length != self._length[0]:
            yield (
                f"Sealed entry {number} has {length} bytes, while sealed entry {self._length[1]} has {self._length[0]}."
            )
        moment = _moment(at)
        if moment is None:
            yield f"Sealed entry {number} has no moment that can be read."
            return
        if self._last and moment <= self._last[0]:
            yield f"Sealed entry {number} is not later than sealed entry {self._last[1]}."
        elif self._last and len(self._steps) <= _MOST:
            self._steps.setdefault(moment - self._last[0], number)
        self._last = moment, number
        if self._newest:
            said, plain = self._newest
            yield from self._apart(plain, said, said - moment, f"after sealed entry {number}, before which it stands")
            self._newest = None

    def pass_by(self, number: int, at: str, *, afterwards: bool) -> Iterator[str]:
        """Take the next plain entry, and say if it cannot have happened there.

        afterwards: whether it may tell of what ended long before it could be written down.
        """
        moment = _moment(at)
        if moment is None:
            yield f"Entry {number} has no moment that can be read."
            return
        if self._last and not afterwards:
            last, seal = self._last
            yield from self._apart(number, moment, last - moment, f"before sealed entry {seal}, behind which it stands")
        if self._newest is None or moment > self._newest[0]:
            self._newest = moment, number

    def _apart(self, number: int, moment: datetime, distance: timedelta, where: str) -> Iterator[str]:
        sentence = f"Entry {number} is dated {rfc3339(moment)}, {distance} {where}."
        if self._cadence is None:
            self._worst = max(self._worst, (distance, sentence))
        elif distance >= self._cadence:
            yield sentence

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
            if self._worst[0] >= cadence:
                yield self._worst[1]


def _moment(at: str) -> datetime | None:
    try:
        return utc(at)
    except (Refused, OverflowError):  # an offset may lead out of the years that there are
        return None
