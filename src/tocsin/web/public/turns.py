"""The moments at which what is public changes, by what somebody did or by the clock alone. Between two, every page is the same bytes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from tocsin.store.public import LevelDates, PublicLook
from tocsin.web.public.feeds import STAYS
from tocsin.web.public.fill import RECENT, UNDECIDED
from tocsin.web.public.standing import stands

_JUST_AFTER = timedelta(microseconds=1)  # a place is overdue once its date has passed


def last_turn(look: PublicLook, now: datetime) -> datetime | None:
    """Return when anything public of ours last changed; None where there has been nothing yet."""
    return max((moment for moment in _moments(look, now) if moment <= now), default=None)


def last_of_others(look: PublicLook, now: datetime) -> datetime | None:
    """Return when the list of others' alerts last changed; None where there has never been one."""
    return max((moment for moment in look.turns_of_others(now) if moment <= now), default=None)


def next_of_others(look: PublicLook, now: datetime) -> datetime | None:
    """Return when one of others' alerts will begin or end by itself."""
    return min((moment for moment in look.turns_of_others(now) if moment > now), default=None)


def next_turn(look: PublicLook, now: datetime) -> datetime | None:
    """Return when something of ours will change by itself: a window ends, a level takes effect, a review falls due."""
    moments = [*_moments(look, now)]
    if (overdue := look.next_overdue(now)) is not None:
        moments.append(overdue + _JUST_AFTER)
    return min((moment for moment in moments if moment > now), default=None)


def _moments(look: PublicLook, now: datetime) -> Iterator[datetime]:
    for one in stands(look, now):
        yield one.line.begins
        yield one.changed_at
        yield one.changed_at + RECENT  # it leaves the first page; or later, if nobody ended it
        yield one.changed_at + UNDECIDED
        yield one.changed_at + STAYS  # it leaves the index of CAP messages and the map
        if one.line.window is not None:
            yield one.line.window.ends
            yield one.line.window.ends + RECENT
            yield one.line.window.ends + UNDECIDED
            yield one.line.window.ends + STAYS
    for level in look.level_dates():
        yield from _of_level(level)
    yield from look.statements_changed()


def _of_level(level: LevelDates) -> Iterator[datetime]:
    yield level.issued_at
    yield level.effective_at
    yield level.review_at
    for moment in (level.reviewed_at, level.withdrawn_at):
        if moment is not None:
            yield moment
