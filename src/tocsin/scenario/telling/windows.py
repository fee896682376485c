"""What the summary of a replay says of a window: from when to when, what became of it, and what was said once it had run out."""

from typing import Any

from tocsin.basis.moment import rfc3339
from tocsin.warning.window import HOLDS, Window


def window_of(window: Window | None) -> dict[str, Any] | None:
    """Return how a window stands; None: there is none."""
    if window is None:
        return None
    return {
        "from": rfc3339(window.begins),
        "to": rfc3339(window.ends),
        "state": "followed" if window.followed_at is not None and window.stands in HOLDS else window.stands.value,
        "decided_at": None if window.decided_at is None else rfc3339(window.decided_at),
        "closed": {"at": rfc3339(window.closed_at), "how": window.closed_how} if window.closed_at else None,
    }
