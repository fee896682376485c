"""What the public may see: alerts, advisories, statements and the record. This door opens onto nothing else.

The connection behind it is refused every other table by the database itself, whatever a page asks for.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.record import Frontier
from tocsin.store import database, rows
from tocsin.store.keys import NoKeys
from tocsin.store.tables import entries, state_table, tree
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.statement.state import Statement

PUBLIC_STATES = (Alert, Advisory, Statement)
PUBLIC_TABLES = frozenset({state_table(kind).name for kind in PUBLIC_STATES} | {entries.name, tree.name})


class RecordStands(msgspec.Struct, frozen=True, kw_only=True):
    """How the record stands, as anyone may know it."""

    size: int
    root: bytes


class PublicDoor:
    """Looks at what is public, at one moment each time."""

    def __init__(self, data: Path) -> None:
        """Open the door onto a data directory that is set up."""
        self._engine = database.open_public(data, PUBLIC_TABLES)

    def close(self) -> None:
        """Shut it."""
        self._engine.dispose()

    @contextmanager
    def look(self) -> Iterator["PublicLook"]:
        """Look at everything public as it stood at one moment."""
        with database.ours(), self._engine.begin() as connection:
            yield PublicLook(connection)


class PublicLook:
    """One moment of what is public."""

    def __init__(self, connection: sa.Connection) -> None:
        """Look through this connection."""
        self._connection = connection

    def _states(self, kind: type[State], *where: Any, order: str) -> list[Any]:
        return rows.select(self._connection, kind, NoKeys(), *where, order=order)

    def alerts(self) -> list[Alert]:
        """Return the alerts that were issued, the latest first. Drafts are nobody's business."""
        table = state_table(Alert)
        return self._states(Alert, table.c.stage == AlertStage.ISSUED.value, order="issued_at")[::-1]

    def alert(self, id: Id) -> Alert | None:
        """Return one issued alert, or None."""
        found: Alert | None = rows.load(self._connection, Alert, id, NoKeys())
        return found if found is not None and found.stage is AlertStage.ISSUED else None

    def advisories(self) -> list[Advisory]:
        """Return all advisories, the latest first."""
        return self._states(Advisory, order="issued_at")[::-1]

    def advisory(self, id: Id) -> Advisory | None:
        """Return one advisory, or None."""
        found: Advisory | None = rows.load(self._connection, Advisory, id, NoKeys())
        return found

    def statements(self) -> list[Statement]:
        """Return all statements, the latest first."""
        return self._states(Statement, order="published_at")[::-1]

    def statement(self, id: Id) -> Statement | None:
        """Return one statement, or None."""
        found: Statement | None = rows.load(self._connection, Statement, id, NoKeys())
        return found

    def record(self) -> RecordStands:
        """Return how the record stands."""
        row = self._connection.execute(sa.select(tree.c.frontier)).one()
        frontier = Frontier.unpack(row.frontier)
        return RecordStands(size=frontier.size, root=frontier.root())

    def entry_index(self, kind: str, subject: Id) -> int | None:
        """Return the index of the first plain entry of a kind about a subject."""
        found = self._connection.execute(sa.select(entries.c.number, entries.c.entry).order_by(entries.c.number))
        for row in found:
            entry = msgspec.json.decode(row.entry)
            if entry.get("kind") == kind and entry.get("subject") == subject:
                return int(row.number)
        return None

    def changed_at(self) -> datetime | None:
        """Return when anything public last changed, for If-Modified-Since."""
        moments = [
            self._connection.execute(sa.select(sa.func.max(column))).scalar_one()
            for column in (
                state_table(Alert).c.issued_at,
                state_table(Advisory).c.issued_at,
                state_table(Statement).c.published_at,
            )
        ]
        return max((moment for moment in moments if moment is not None), default=None)
