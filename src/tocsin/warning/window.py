"""The window of a warning: from when to when it holds, and the promise that it never ends unnoticed.

Ahead of its end someone is asked to extend it, withdraw the warning or stand it down. Only the issuer's word ends
it; where nobody speaks, it ran out undecided, and that stays visible: what is said afterwards closes the matter and
changes nothing in that. The same clockwork serves whatever else has a date (warning/deadline/).
"""

from datetime import datetime, timedelta
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id

SHORTEST_NOTICE = timedelta(minutes=10)
LONGEST_NOTICE = timedelta(hours=24)


class WindowStands(StrEnum):
    """What became of a window."""

    OPEN = "open"
    EXTENDED = "extended"
    WITHDRAWN = "withdrawn"
    STOOD_DOWN = "stood_down"
    RAN_OUT_UNDECIDED = "ran_out_undecided"


HOLDS = frozenset({WindowStands.OPEN, WindowStands.EXTENDED})
OVER = frozenset({WindowStands.WITHDRAWN, WindowStands.STOOD_DOWN})
LATE = frozenset({"withdraw", "stand_down"})  # what can still be said when it has run out


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a warning holds, and who last decided about it.

    ahead_s: how many seconds before the end to ask; None: a quarter. ran_out_at: when it ended and nobody had decided.
    followed_at: since when another warning has held in its place. closed_*: who said afterwards that the danger is over (stand_down) or that it should not stand (withdraw).
    """

    begins: datetime
    ends: datetime
    stands: WindowStands = WindowStands.OPEN
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: Id | None = None
    why: str = ""
    ahead_s: int | None = None
    ran_out_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: Id | None = None
    closed_how: str = ""
    closed_why: str = ""
    followed_at: datetime | None = None


class WindowAsked(Fact, frozen=True, kw_only=True):
    """The owner was asked what should become of the window that is about to end."""

    ends: datetime


class WindowExtended(Fact, frozen=True, kw_only=True):
    """Someone decided that the warning holds longer."""

    ends: datetime
    decided_by: Id
    why: str


class WindowWithdrawn(Fact, frozen=True, kw_only=True):
    """Someone decided that the warning no longer holds, or never should have."""

    decided_by: Id
    why: str


class WindowStoodDown(Fact, frozen=True, kw_only=True):
    """Someone decided that what was warned of has passed."""

    decided_by: Id
    why: str


class WindowRanOut(Fact, frozen=True, kw_only=True):
    """The end came and nobody had decided. No all-clear was given."""

    ends: datetime


class WindowFollowed(Fact, frozen=True, kw_only=True):
    """Another warning went out that holds in its place, while it still held. Its end comes with no question, and undecides nothing."""

    followed_by: Id


class WindowClosed(Fact, frozen=True, kw_only=True):
    """Someone spoke after the end at which nobody had decided. That it ran out stays so. how: stand_down or withdraw."""

    how: str
    decided_by: Id
    why: str


class Tended(msgspec.Struct, frozen=True):
    """The two facts that the clock makes of a date: the question ahead of it, and that it came."""

    asked: type[WindowAsked]
    ran_out: type[WindowRanOut]


class WindowFacts(msgspec.Struct, frozen=True):
    """The facts by which windows of one kind of warning change. Which are public is told by their kind."""

    asked: type[WindowAsked]
    extended: type[WindowExtended]
    withdrawn: type[WindowWithdrawn]
    stood_down: type[WindowStoodDown]
    ran_out: type[WindowRanOut]
    closed: type[WindowClosed]

    @property
    def tended(self) -> Tended:
        """Return those that the clock makes."""
        return Tended(self.asked, self.ran_out)


def open_window(begins: datetime, ends: datetime, ahead_s: int | None = None) -> Window:
    """Return a window that holds from begins to ends. ahead_s: how long before its end to ask; None: a quarter.

    Raises:
        Refused: it ends before it begins, or would be asked about too early or too late.
    """
    if ends <= begins:
        raise Refused(f"A window cannot end at {ends:%Y-%m-%d %H:%M} UTC, before it begins at {begins:%H:%M}.")
    return Window(begins=begins, ends=ends, ahead_s=refuse_far_ahead(ahead_s))


def refuse_far_ahead(ahead_s: int | None) -> int | None:
    """Let a time pass by which the question shall come before the end.

    Raises:
        Refused: it is under 10 minutes, or over 24 hours.
    """
    if ahead_s is not None and not SHORTEST_NOTICE <= timedelta(seconds=ahead_s) <= LONGEST_NOTICE:
        raise Refused(f"{ahead_s} s before its end is no time to ask about a window: from 10 minutes to 24 hours are.")
    return ahead_s


def ask_at(window: Window) -> datetime:
    """Return when to ask for a decision: as it was set, or a quarter of the window ahead, 10 minutes to 24 hours.

    It is never before the middle, whatever was set.

    What was extended is asked about again in the last quarter of its extension, not at once.
    """
    length = window.ends - (window.decided_at or window.begins)
    ahead = min(max(length / 4, SHORTEST_NOTICE), LONGEST_NOTICE)
    if window.ahead_s is not None:
        ahead = timedelta(seconds=window.ahead_s)
    return window.ends - min(ahead, length / 2)


def due(window: Window | None) -> datetime | None:
    """Return when the window next needs something: a question, its end, or nothing more."""
    if window is None or window.stands not in HOLDS or window.followed_at is not None:
        return None
    return ask_at(window) if window.asked_at is None else window.ends


def is_undecided(window: Window) -> bool:
    """Say whether a decision is asked for and has not been made, be it before the end or after."""
    asked = window.stands in HOLDS and window.asked_at is not None and window.followed_at is None
    return asked or (window.stands is WindowStands.RAN_OUT_UNDECIDED and window.closed_at is None)


def fold_window(window: Window, fact: Fact) -> Window:
    """Return how the window stands after one of the facts above."""
    match fact:
        case WindowAsked():
            return replace(window, asked_at=fact.occurred_at)
        case WindowExtended():
            return replace(
                window,
                ends=fact.ends,
                stands=WindowStands.EXTENDED,
                asked_at=None,
                decided_at=fact.occurred_at,
                decided_by=fact.decided_by,
                why=fact.why,
            )
        case WindowWithdrawn():
            stands = WindowStands.WITHDRAWN
        case WindowStoodDown():
            stands = WindowStands.STOOD_DOWN
        case WindowRanOut():
            return replace(
                window,
                stands=WindowStands.RAN_OUT_UNDECIDED,
                decided_at=None,
                decided_by=None,
                why="",
                ran_out_at=fact.occurred_at,
            )
        case WindowFollowed():
            return replace(window, followed_at=fact.occurred_at)
        case WindowClosed():
            return replace(
                window,
                closed_at=fact.occurred_at,
                closed_by=fact.decided_by,
                closed_how=fact.how,
                closed_why=fact.why,
            )
        case _:
            raise TypeError(fact.kind())
    return replace(window, stands=stands, decided_at=fact.occurred_at, decided_by=fact.decided_by, why=fact.why)


def is_over(window: Window | None) -> bool:
    """Say whether somebody has ended it, in time or after it ran out."""
    return window is not None and (window.stands in OVER or window.closed_at is not None)


def has_run_out(window: Window | None, now: datetime) -> bool:
    """Say whether the end has passed and nobody had decided, be it written down already or not."""
    if window is None or window.followed_at is not None:
        return False
    return window.stands is WindowStands.RAN_OUT_UNDECIDED or (window.stands in HOLDS and window.ends <= now)


def is_followed_in_time(window: Window | None, went_out: datetime) -> bool:
    """Say whether a warning that went out at a moment takes the place of one that held, of which that is not written down yet."""
    return window is not None and window.stands in HOLDS and window.followed_at is None and went_out < window.ends


def may_be_decided(window: Window | None, now: datetime) -> bool:
    """Say whether anything can still be said about a window: in time, or afterwards where nobody spoke in time."""
    if window is None or window.closed_at is not None:
        return False
    return window.stands in HOLDS or has_run_out(window, now)


def follows_suit(window: Window | None, decision: str, ends: datetime | None, now: datetime) -> bool:
    """Say whether what was decided about one window can be decided about another, which is about the same. ends: if it is extended."""
    if window is None or not may_be_decided(window, now):
        return False
    if decision in LATE:
        return True
    return ends is not None and window.ends < ends and not has_run_out(window, now)


def refuse_late(window: Window | None, warning: Id, now: datetime) -> Window:
    """Return the window if it can still be decided about in time.

    A window that ran out stays run out: it is the truth of that night. Issue a new warning that follows it.

    Raises:
        Refused: there is none, or it has been ended already.
    """
    if window is None:
        raise Refused(f"Warning {warning} has no window to decide about.")
    if window.stands not in HOLDS:
        raise Refused(
            f"The window of warning {warning} is {window.stands.replace('_', ' ')}. Issue a new warning instead."
        )
    if now >= window.ends:
        raise Refused(
            f"The window of warning {warning} ended at {window.ends:%Y-%m-%d %H:%M} UTC. Issue a new warning."
        )
    return window


def decide(
    facts: WindowFacts,
    warning: Id,
    window: Window | None,
    decision: str,
    decided_by: Id,
    why: str,
    now: datetime,
    ends: datetime | None = None,
) -> WindowExtended | WindowWithdrawn | WindowStoodDown | WindowClosed:
    """Decide what becomes of a window: extend (to a new end), withdraw or stand_down.

    After its end, withdraw and stand_down close what ran out undecided: people are told that it is over, and the record
    keeps that nobody had said so in time. It cannot be extended then: whoever read the end has believed it since.

    Raises:
        Refused: the window can no longer be decided about, or the decision is none of the three.
    """
    if window is not None and decision in LATE and has_run_out(window, now):
        return _close(facts, warning, window, decision, decided_by, why, now)
    open_still = refuse_late(window, warning, now)
    match decision:
        case "extend" if ends is not None:
            if ends <= open_still.ends:
                raise Refused(
                    f"The window already lasts until {open_still.ends:%Y-%m-%d %H:%M} UTC; extend beyond that."
                )
            return facts.extended(subject=warning, occurred_at=now, ends=ends, decided_by=decided_by, why=why)
        case "withdraw":
            return facts.withdrawn(subject=warning, occurred_at=now, decided_by=decided_by, why=why)
        case "stand_down":
            return facts.stood_down(subject=warning, occurred_at=now, decided_by=decided_by, why=why)
    raise Refused(f"{decision!r} decides nothing about a window. Extend it (with a new end), withdraw or stand down.")


def _close(
    facts: WindowFacts, warning: Id, window: Window, decision: str, decided_by: Id, why: str, now: datetime
) -> WindowClosed:
    if window.closed_at is not None:
        raise Refused(
            f"The window of warning {warning} was closed at {window.closed_at:%Y-%m-%d %H:%M} UTC already, after it ran out."
        )
    return facts.closed(subject=warning, occurred_at=now, how=decision, decided_by=decided_by, why=why)


def tend(facts: Tended, warning: Id, window: Window | None, now: datetime) -> WindowAsked | WindowRanOut | None:
    """Return what the clock does to a window now: the question ahead of its end, its end, or nothing."""
    moment = due(window)
    if window is None or moment is None or moment > now:
        return None
    # Asleep past both moments: it ran out, and that is what people must see first.
    if window.ends <= now:
        return facts.ran_out(subject=warning, occurred_at=window.ends, ends=window.ends)
    return facts.asked(subject=warning, occurred_at=now, ends=window.ends)
