"""The account of a warning row by row: each person and contact, each state with its moment. It takes a bounded memory.

It asks nothing of who reads; only the read door (door.py) calls it, for a warning that its reader may read.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.store.columns import moment_text
from tocsin.store.tables import recipients, results

AT_ONCE = 1_000

STATES = ("failed", "accepted", "delivered", "opened", "dead", "expired", "withdrawn", "suppressed")
"""States that come of an attempt. Of each the first moment is told, of failed the last."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One warning to one contact of one person, and what came of it. row: its number, in the order of planning.

    errand: warning, or retraction. Moments as they are kept, RFC 3339 in UTC. moments: by state. answer: what the person answered first, by whatever way.
    """

    row: int
    person: Id
    contact: Id
    channel: str
    errand: str
    step: int
    stands: str
    ready_at: str
    moments: dict[str, str]
    attempts: int
    detail: str
    answer: str
    answered_at: str | None
    exercise: bool


_ROWS = (
    'SELECT r."row", r.batch, r.position, r.person, r.contact, b.channel, b.errand, b.step, b.planned_at, b.exercise, '
    f"l.owner IS NOT NULL FROM {recipients.name} r JOIN batch_states b ON b.id = r.batch "
    'LEFT JOIN leases l ON l.batch = r.batch WHERE r.warning = ? AND r."row" > ? '
    "AND b.errand IN ('warning', 'retraction') ORDER BY r.\"row\" LIMIT ?"
)
_CAME = (
    f"SELECT position, stands, at, attempt, detail FROM {results.name} WHERE batch = ? AND position BETWEEN ? AND ? "
    "ORDER BY seq"
)
_BY_LINK = "SELECT person, answer, at FROM answers_by_link WHERE warning = ?"
_RECORDED = "SELECT recipient, answer, said_at FROM answer_states WHERE warning = ?"
_VERSION = (
    "SELECT (SELECT max(log_seq) FROM answers_by_link WHERE warning = ?), "
    "(SELECT count(*) FROM answer_states WHERE warning = ?)"
)


class FirstAnswers:
    """What each person answered first, in 17 bytes a person: of a million answers, the whole takes 17 MB."""

    def __init__(self, connection: sa.Connection, warning: Id) -> None:
        """Read the answers to a warning."""
        found = [*connection.exec_driver_sql(_BY_LINK, (warning,)), *connection.exec_driver_sql(_RECORDED, (warning,))]
        self._kinds = sorted({answer for _, answer, _ in found})
        codes = {answer: code for code, answer in enumerate(self._kinds)}
        keys = np.fromiter((_key(person) for person, _, _ in found), dtype=np.uint64, count=len(found))
        moments = np.fromiter((_micros(at) for _, _, at in found), dtype=np.int64, count=len(found))
        kinds = np.fromiter((codes[answer] for _, answer, _ in found), dtype=np.uint8, count=len(found))
        order = np.lexsort((moments, keys))
        self._keys, first = np.unique(keys[order], return_index=True)
        self._moments, self._codes = moments[order][first], kinds[order][first]

    def of(self, person: Id) -> tuple[str, str] | None:
        """Return when somebody answered first, and what; None if they have not."""
        key = np.uint64(_key(person))
        place = int(np.searchsorted(self._keys, key))
        if place == len(self._keys) or self._keys[place] != key:
            return None
        at = _EPOCH + timedelta(microseconds=int(self._moments[place]))
        return moment_text(at), self._kinds[int(self._codes[place])]


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _key(person: Id) -> int:
    return int.from_bytes(blake2b(person.encode(), digest_size=8).digest(), "big")


@lru_cache(maxsize=1024)
def _micros(text: str) -> int:
    return (datetime.fromisoformat(text) - _EPOCH) // timedelta(microseconds=1)


def version_of_answers(connection: sa.Connection, warning: Id) -> tuple[Any, ...]:
    """Return what changes whenever there is a further answer to a warning."""
    return tuple(connection.exec_driver_sql(_VERSION, (warning, warning)).one())


def told(connection: sa.Connection, warning: Id, answers: FirstAnswers, after: int, most: int) -> list[Told]:
    """Return the next rows of a warning's account, in the order of planning. after: the last row that was read; 0: none."""
    rows = connection.exec_driver_sql(_ROWS, (warning, after, most)).all()
    came = _came(connection, rows)
    return [_told(row, came.get((row[1], row[2]), ()), answers.of(row[3])) for row in rows]


def _came(connection: sa.Connection, rows: Any) -> dict[tuple[Id, int], list[Any]]:
    among: dict[Id, tuple[int, int]] = {}
    for _, batch, position, *_rest in rows:
        low, high = among.get(batch, (position, position))
        among[batch] = min(low, position), max(high, position)
    found: dict[tuple[Id, int], list[Any]] = {}
    for batch, between in among.items():
        for position, *one in connection.exec_driver_sql(_CAME, (batch, *between)):
            found.setdefault((batch, position), []).append(one)
    return found


def _told(row: Any, came: Any, answer: tuple[str, str] | None) -> Told:
    number, _, _, person, contact, channel, errand, step, planned_at, exercise, held = row
    moments: dict[str, str] = {}
    for stands, at, _attempt, _detail in came:
        if stands == "failed":
            moments[stands] = at
        else:
            moments.setdefault(stands, at)
    stands = came[-1][0] if came else "leased" if held else "ready"
    return Told(
        row=number,
        person=person,
        contact=contact,
        channel=channel,
        errand=errand,
        step=step,
        stands="answered" if answer and errand == "warning" else stands,
        ready_at=planned_at,
        moments=moments,
        attempts=max((attempt for _, _, attempt, _ in came), default=0),
        detail=came[-1][3] if came else "",
        answer=answer[1] if answer and errand == "warning" else "",
        answered_at=answer[0] if answer and errand == "warning" else None,
        exercise=bool(exercise),
    )
