"""Which of our alerts were in force at a moment, by what had been decided until then: one read, whatever has happened since.

No later decision changes what was: a window is extended before its end or not at all, and whatever ends, replaces or takes back an
alert bears its moment. Only until when an alert was said to hold has to be looked up in the journal.

What the public is shown now is asked of `web/public/standing.py`, not here: it goes by everything that was decided, for a moment at which
that was done may lie ahead where a clock was set right.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.store import rows
from tocsin.store.journal import decode
from tocsin.store.keys import Keys
from tocsin.store.tables import journal, state_table
from tocsin.warning.alert.facts import AlertDrafted, AlertWindowExtended
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.window import OVER, Window

_SECOND = len("2024-05-04T09:00:00")


class TakenBackAt(msgspec.Struct, frozen=True, kw_only=True):
    """When an alert was taken back."""

    at: datetime


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """Of an issued alert what says whether it is over."""

    id: Id
    window: Window | None
    retraction: TakenBackAt | None


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An alert that was in force at a moment. ends: until when, as was said then; None: without an end."""

    alert: Alert
    ends: datetime | None


def in_force(connection: sa.Connection, at: datetime, keys: Keys) -> list[Held]:
    """Return our alerts that were in force at a moment, the latest first."""
    table, newer = state_table(Alert), state_table(Alert).alias("newer")
    replaced = sa.select(newer.c.follows).where(_is_out(newer, at), newer.c.follows.is_not(None))
    # To the second, which a moment in JSON may have fractions of or not; the rest is for _holds.
    end = sa.func.substr(sa.func.json_extract(sa.cast(table.c.window, sa.Text), "$.ends"), 1, _SECOND)
    lasts = table.c.window.is_(None) | (end >= at.astimezone(UTC).isoformat()[:_SECOND])
    asked = (_is_out(table, at), table.c.begins <= at, table.c.id.not_in(replaced), lasts)
    lines = rows.some_columns(connection, Alert, Line, *asked, order="issued_at")
    ids = [one.id for one in reversed(lines) if _holds(one, at)]
    alerts, ends = rows.some(connection, Alert, ids, keys), _ends(connection, ids, at, keys)
    return [Held(alert=alerts[id], ends=ends[id]) for id in ids]


def _is_out(table: sa.FromClause, at: datetime) -> sa.ColumnElement[bool]:
    return (table.c.stage == AlertStage.ISSUED.value) & (table.c.issued_at <= at)


def _holds(line: Line, at: datetime) -> bool:
    if line.retraction is not None and line.retraction.at <= at:
        return False
    window = line.window
    if window is None:
        return True
    ended = window.stands in OVER and window.decided_at is not None and window.decided_at <= at
    return at < window.ends and not ended


def _ends(connection: sa.Connection, ids: Sequence[Id], at: datetime, keys: Keys) -> dict[Id, datetime | None]:
    """Return until when each of some alerts was said to hold, by what had been said until a moment."""
    said = (AlertDrafted, AlertWindowExtended)
    told = (journal.c.kind.in_([kind.kind() for kind in said]), journal.c.occurred_at <= at)
    found: dict[Id, datetime | None] = {}
    for row in connection.execute(sa.select(journal).where(journal.c.subject.in_(ids), *told).order_by(journal.c.seq)):
        fact = decode(row, keys).fact
        if isinstance(fact, said):
            found[fact.subject] = fact.ends
    return found
