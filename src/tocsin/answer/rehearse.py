"""Trying a ladder out: what would happen if nobody answered, by the very rules by which it will happen."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

import msgspec

from tocsin.answer.escalate import open_watch, ring
from tocsin.answer.facts import WatchHeld, WatchRang, Why
from tocsin.answer.state import fold_watch
from tocsin.basis.ids import Id
from tocsin.warning.ladder import Ladder, Rung

MOST = 200

Whom = Callable[[Rung, datetime], Sequence[Id]]
"""Finds whom a step comes to at a moment."""


class Happens(msgspec.Struct, frozen=True, kw_only=True):
    """What would happen at a moment. to: who would be rung; nobody, where the step is passed over, or has to wait.

    channels: over which; none: as they wish. held_until: it is quiet until then.
    """

    at: datetime
    step: int
    to: tuple[Id, ...] = ()
    channels: tuple[str, ...] = ()
    held_until: datetime | None = None


def rehearse(ladder: Ladder, begins: datetime, until: datetime, whom: Whom) -> list[Happens]:
    """Return what would happen from a silence's first moment on, if nobody answered and nobody took it on.

    Raises:
        Refused: the ladder cannot be followed.
    """
    return list(_happens(ladder, begins, until, whom))


def _happens(ladder: Ladder, begins: datetime, until: datetime, whom: Whom) -> Iterator[Happens]:
    opened = open_watch("rehearsal", warning="rehearsal", of="", why=Why.SILENCE, ladder=ladder, now=begins)
    watch = fold_watch(None, opened)
    for _ in range(MOST):
        if watch.due is None or watch.due > until:
            return
        at, step = watch.due, watch.step
        facts = ring(watch, list(whom(ladder.rung(step), at)), at)
        for fact in facts:
            watch = fold_watch(watch, fact)
        rang = [fact for fact in facts if isinstance(fact, WatchRang)]
        held = next((fact.until for fact in facts if isinstance(fact, WatchHeld)), None)
        channels = rang[0].channels if rang else ()
        yield Happens(at=at, step=step, to=tuple(fact.to for fact in rang), channels=channels, held_until=held)
