"""When to try again, and when to give up and tell a person."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(minutes=30)
GIVE_UP_AFTER = 8
FALL_BACK_AFTER = 3
"""How often a contact point is tried of someone who has another one: they should hear while there is time."""


def next_try(
    attempts: int,
    now: datetime,
    *,
    retry_after: timedelta | None = None,
    not_after: datetime | None = None,
    jitter: float = 0.0,
    most: int = GIVE_UP_AFTER,
) -> datetime | None:
    """Return when to try again after so many failed attempts, or None: given up.

    The wait doubles from 15 seconds to half an hour. What the provider asks for (Retry-After) is honoured when longer.
    jitter: 0 to 1, handed in; stretches the wait by up to a quarter so that a crowd of failures does not return at once.
    not_after: the warning's own end; nothing is tried after it. most: how many attempts there are.
    """
    if attempts >= most:
        return None
    wait = min(FIRST_WAIT * (1 << max(attempts - 1, 0)), LONGEST_WAIT) * (1 + jitter / 4)
    moment = now + max(wait, retry_after or timedelta())
    if not_after is not None and moment >= not_after:
        return None
    return moment
