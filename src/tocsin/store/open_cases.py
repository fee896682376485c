"""What each open case is about, kept in memory, so that a new incident is held against all of them at once; and the actors' names.

One that became part of another is among them: what it is about is looked after there, as long as that one is open.

What has changed since is looked up in the journal and read again; a case that is over is let go. It is no truth: dropped, it is
put together anew from the rows.
"""

import threading
from collections.abc import Iterator

import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import journal, state_table
from tocsin.threat.called import Names
from tocsin.threat.findable import Findable
from tocsin.threat.fits import NOBODY, Sought, Told, sought
from tocsin.threat.state import FOLDINGS, Actor, Threat

_THREATS = state_table(Threat)
_KINDS = tuple(fact.kind() for folding in FOLDINGS if folding.state is Threat for fact in folding.facts)
_ACTOR_KINDS = tuple(fact.kind() for folding in FOLDINGS if folding.state is Actor for fact in folding.facts)
_ANEW = 5_000  # so many changes, and all of them are read anew

_EMPTY = {
    name: sa.literal("[]").label(name)
    for name in ("assessments", "evidence", "accusations", "no_indications", "attributions", "questions", "proposed")
}
"""What of a case may be long, and is not asked for here: a case with thousands of links is read as one with none."""


class OpenCases:
    """Keeps what the open cases are about. Those who ask at the same time wait for one another."""

    def __init__(self) -> None:
        """Know of none yet."""
        self._lock = threading.Lock()
        self._seq = -1
        self._cases = Findable()
        self._named, self._names = -1, NOBODY

    def __repr__(self) -> str:
        return "OpenCases()"

    def candidates(self, connection: sa.Connection, keys: Keys, incident: Told) -> list[Sought]:
        """Return the cases that nobody has ended and an incident can fit, as a connection sees them, or newer."""
        with self._lock:
            self._catch_up(connection, keys)
            return self._cases.candidates(incident)

    def every(self, connection: sa.Connection, keys: Keys) -> list[Sought]:
        """Return all cases that nobody has ended, as a connection sees them, or newer."""
        with self._lock:
            self._catch_up(connection, keys)
            return self._cases.every()

    def names(self, connection: sa.Connection, keys: Keys) -> Names:
        """Return by what names the actors of the actor book go, as a connection sees them, or newer."""
        with self._lock:
            seq = connection.execute(sa.select(sa.func.max(journal.c.seq))).scalar_one() or 0
            new = sa.select(journal.c.seq).where(journal.c.seq > self._named, journal.c.kind.in_(_ACTOR_KINDS)).limit(1)
            if self._named < 0 or connection.execute(new).first() is not None:
                self._names = Names(rows.select(connection, Actor, keys, order="id"))
            self._named = max(self._named, seq)
            return self._names

    def catch_up(self, connection: sa.Connection, keys: Keys) -> None:
        """Read what has changed, so that whoever asks next need not wait for it."""
        with self._lock:
            self._catch_up(connection, keys)

    def _catch_up(self, connection: sa.Connection, keys: Keys) -> None:
        seq = connection.execute(sa.select(sa.func.max(journal.c.seq))).scalar_one() or 0
        changed = None if self._seq < 0 else self._changed(connection)
        if changed is None:
            self._cases = Findable()
        for id in changed or ():
            self._cases.drop(id)
        if changed is None or changed:
            for case in _read(connection, keys, changed):
                self._cases.put(case)
        self._seq = max(self._seq, seq)

    def drop(self) -> None:
        """Forget them: the directory is closed."""
        with self._lock:
            self._seq, self._cases = -1, Findable()
            self._named, self._names = -1, NOBODY

    def _changed(self, connection: sa.Connection) -> list[Id] | None:
        question = sa.select(journal.c.subject).where(journal.c.seq > self._seq, journal.c.kind.in_(_KINDS))
        found = connection.execute(question.limit(_ANEW + 1)).scalars().all()
        return None if len(found) > _ANEW else sorted(set(found))


def _read(connection: sa.Connection, keys: Keys, ids: list[Id] | None) -> Iterator[Sought]:
    columns = [_EMPTY.get(column.name, column) for column in _THREATS.c]
    question = sa.select(*columns).where(_THREATS.c.ended.is_(None))
    parts = (
        [ids[start : start + rows.IN_ONE_ASKING] for start in range(0, len(ids), rows.IN_ONE_ASKING)] if ids else [None]
    )
    for part in parts:
        asked = question if part is None else question.where(_THREATS.c.id.in_(part))
        for row in connection.execute(asked):
            yield sought(rows.decode(Threat, row, keys))
