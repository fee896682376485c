"""When a feed is asked again: how often it shall be, what its server asks for, and how it went. Pure rules.

Source: RFC 9110, 10.2.3 (Retry-After), 15.5.21 and 15.6.4 (429, 503).
"""

from datetime import timedelta

MOST_QUIET = 3
"""A feed in which nothing changes is asked at most so many times as seldom."""

QUIET_AFTER = 30
"""After so many askings in a row that found nothing changed, it is asked more seldom."""

LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_OBEYED = timedelta(hours=6)
"""For no longer than this do we stay away because a server asks us to: a slip of theirs must not make us deaf."""

AGAIN = timedelta(minutes=1)
GIVEN_UP_AFTER = 10
"""An alert that a feed links to and that cannot be had is asked for so many times."""


def next_asking(
    every: timedelta, *, failures: int, quiet: int, asked_to_wait: timedelta | None, chance: float
) -> timedelta:
    """Return after how long a feed is asked again.

    failures: askings in a row that failed. quiet: that found nothing changed. asked_to_wait: what its server asked for.
    chance: 0 to 1, so that many who failed at one moment do not all come back at the next.
    """
    wait, spread = every * min(1 + quiet // QUIET_AFTER, MOST_QUIET), 0.05
    if failures:
        wait, spread = min(every * int(2 ** min(failures, 12)), max(LONGEST_BACK_OFF, every)), 0.25
    wait *= 1 + chance * spread
    return max(wait, min(asked_to_wait or timedelta(), LONGEST_OBEYED))


def next_try(tries: int, *, asked_to_wait: timedelta | None, chance: float) -> timedelta | None:
    """Return after how long an alert is asked for again that could not be had; None: no more.

    tries: how many there were.
    """
    if tries >= GIVEN_UP_AFTER:
        return None
    wait = min(AGAIN * int(2 ** min(tries - 1, 12)), LONGEST_BACK_OFF) * (1 + chance * 0.25)
    return max(wait, min(asked_to_wait or timedelta(), LONGEST_OBEYED))
