"""The account of a warning row by row: each person and contact, each state with its moment. It takes a bounded memory.

It asks nothing of who reads; only the read door (door.py) calls it, for a warning that its reader may read.
"""

from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.store.summary import Answered
from tocsin.store.tables import recipients, results

AT_ONCE = 1_000

STATES = ("failed", "accepted", "delivered", "opened", "dead", "expired", "withdrawn", "suppressed")
"""States that come of an attempt. Of each the first moment is told, of failed the last."""


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One warning to one contact of one person, and what came of it. row: its number, in the order of planning.

    errand: warning, retraction, or follow_up: that it holds longer, or is over. Moments as they are kept, RFC 3339 in UTC. moments: by state. answer: what the person answered first, by whatever way.
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
    "AND b.errand IN ('warning', 'retraction', 'follow_up') ORDER BY r.\"row\" LIMIT ?"
)
_FOLLOW_UPS = "SELECT id FROM follow_up_states WHERE warning = ?"
_CAME = (
    f"SELECT position, stands, at, attempt, detail FROM {results.name} WHERE batch = ? AND position BETWEEN ? AND ? "
    "ORDER BY seq"
)


def told(connection: sa.Connection, warning: Id, answers: Answered, after: int, most: int) -> list[Told]:
    """Return the next rows of a warning's account, in the order of planning. after: the last row that was read; 0: none."""
    about = [warning, *connection.exec_driver_sql(_FOLLOW_UPS, (warning,)).scalars()]
    found = [row for one in about for row in connection.exec_driver_sql(_ROWS, (one, after, most)).all()]
    rows = sorted(found, key=lambda row: row[0])[:most]
    came = _came(connection, rows)
    return [_told(row, came.get((row[1], row[2]), ()), answers.first_of(row[3])) for row in rows]


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
