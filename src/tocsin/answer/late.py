"""Whether an answer came after the warning had ended. It is taken all the same, and everybody who reads it sees that it is late."""

from datetime import datetime

from tocsin.warning.window import Window, WindowStands

_DECIDED = frozenset({WindowStands.WITHDRAWN, WindowStands.STOOD_DOWN})


def ended_at(window: Window | None) -> datetime | None:
    """Return when a warning ended, or will: at its stated end, or when somebody ended it before; None: it has no end."""
    if window is None:
        return None
    if window.stands in _DECIDED and window.decided_at is not None:
        return min(window.decided_at, window.ends)
    return window.ends


def is_late(window: Window | None, at: datetime) -> bool:
    """Say whether an answer that was given at a moment came after its warning had ended."""
    ended = ended_at(window)
    return ended is not None and at >= ended
