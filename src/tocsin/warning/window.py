"""The window of a warning: from when to when it holds, and the promise that it never ends unnoticed.

Ahead of its end someone is asked to extend it, withdraw the warning or stand it down. Only the issuer's word ends
it; where nobody speaks, it ran out undecided, and that stays visible.
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


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """From when to when a warning holds, and who last decided about it."""

    begins: datetime
    ends: datetime
    stands: WindowStands = WindowStands.OPEN
    asked_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: Id | None = None
    why: str = ""


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


class WindowFacts(msgspec.Struct, frozen=True):
    """The five facts by which windows of one kind of warning change. Which are public is told by their kind."""

    asked: type[WindowAsked]
    extended: type[WindowExtended]
    withdrawn: type[WindowWithdrawn]
    stood_down: type[WindowStoodDown]
    ran_out: type[WindowRanOut]


def open_window(begins: datetime, ends: datetime) -> Window:
    """Return a window that holds from begins to ends.

    Raises:
        Refused: it ends before it begins.
    """
    if ends <= begins:
        raise Refused(f"A window cannot end at {ends:%Y-%m-%d %H:%M} UTC, before it begins at {begins:%H:%M}.")
    return Window(begins=begins, ends=ends)


def ask_at(window: Window) -> datetime:
    """Return when to ask for a decision: a quarter of the window ahead, 10 minutes to 24 hours, not before its middle.

    What was extended is asked about again in the last quarter of its extension, not at once.
    """
    length = window.ends - (window.decided_at or window.begins)
    ahead = min(max(length / 4, SHORTEST_NOTICE), LONGEST_NOTICE, length / 2)
    return window.ends - ahead


def due(window: Window | None) -> datetime | None:
    """Return when the window next needs something: a question, its end, or nothing more."""
    if window is None or window.stands not in HOLDS:
        return None
    return ask_at(window) if window.asked_at is None else window.ends


def is_undecided(window: Window) -> bool:
    """Say whether a decision is asked for and has not been made, be it before the end or after."""
    asked = window.stands in HOLDS and window.asked_at is not None
    return asked or window.stands is WindowStands.RAN_OUT_UNDECIDED


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
            return replace(window, stands=WindowStands.RAN_OUT_UNDECIDED, decided_at=None, decided_by=None, why="")
        case _:
            raise TypeError(fact.kind())
    return replace(window, stands=stands, decided_at=fact.occurred_at, decided_by=fact.decided_by, why=fact.why)


def refuse_late(window: Window | None, warning: Id, now: datetime) -> Window:
    """Return the window if it can still be decided about.

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
) -> WindowExtended | WindowWithdrawn | WindowStoodDown:
    """Decide what becomes of a window: extend (to a new end), withdraw or stand_down.

    Raises:
        Refused: the window can no longer be decided about, or the decision is none of the three.
    """
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


def tend(facts: WindowFacts, warning: Id, window: Window | None, now: datetime) -> WindowAsked | WindowRanOut | None:
    """Return what the clock does to a window now: the question ahead of its end, its end, or nothing."""
    moment = due(window)
    if window is None or moment is None or moment > now:
        return None
    # Asleep past both moments: it ran out, and that is what people must see first.
    if window.ends <= now:
        return facts.ran_out(subject=warning, occurred_at=window.ends, ends=window.ends)
    return facts.asked(subject=warning, occurred_at=now, ends=window.ends)
