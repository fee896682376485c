"""What the summary of a replay says of when a warning held: its window, and what became of it; when a level was in force."""

from collections.abc import Iterable
from typing import Any

from tocsin.basis.moment import rfc3339
from tocsin.scenario.names import Names
from tocsin.warning.advisory.place import never_held, replaced_by, takes_effect
from tocsin.warning.advisory.state import Advisory
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


def in_force(names: Names, advisory: Advisory, every: Iterable[Advisory]) -> dict[str, Any] | None:
    """Return from when to when a level was in force, and what ended that; None: it never was."""
    begins, withdrawn_at, after = takes_effect(advisory), advisory.withdrawn_at, replaced_by(advisory, every)
    replaced_at = None if after is None else takes_effect(after)
    if never_held(advisory) or (replaced_at is not None and replaced_at <= begins):
        return None
    ended_at = min((one for one in (withdrawn_at, replaced_at) if one is not None), default=None)
    replaced = after is not None and ended_at == replaced_at
    return {
        "from": rfc3339(begins),
        "to": None if ended_at is None else rfc3339(ended_at),
        "how": None if ended_at is None else "replaced" if replaced else "withdrawn",
        "by": names.name(after.id) if after is not None and replaced else None,
    }
