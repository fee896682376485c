"""What the public may see: alerts, advisories, statements and the record. This door opens onto nothing else.

The connection behind it is refused every other table by the database itself, whatever a page asks for.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from tocsin.basis.fact import State
from tocsin.basis.ids import Id
from tocsin.record import Frontier
from tocsin.store import database, levels, public_others, rows
from tocsin.store.keys import NoKeys
from tocsin.store.latest import Line, latest
from tocsin.store.public_others import PublicOther
from tocsin.store.tables import checkpoints, entries, state_table, tree
from tocsin.store.tally import Counted, Tally
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.statement.state import Endorsement, Statement, changed_at
from tocsin.warning.window import Window

__all__ = ["Issued", "LevelDates", "PublicDoor", "PublicLook", "PublicOther", "RecordStands"]

T = TypeVar("T")

_ISSUED = state_table(Alert).c.stage == AlertStage.ISSUED.value

PUBLIC_STATES = (Alert, Advisory, Statement)
PUBLIC_TABLES = frozenset(
    {state_table(kind).name for kind in PUBLIC_STATES} | {entries.name, tree.name, checkpoints.name}
)


class RecordStands(msgspec.Struct, frozen=True, kw_only=True):
    """How the record stands, as anyone may know it."""

    size: int
    root: bytes


class TakenBackAt(msgspec.Struct, frozen=True, kw_only=True):
    """When an alert was taken back."""

    at: datetime


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """Of an issued alert what says how it stands, without its words: there may be thousands of old ones."""

    id: Id
    issued_at: datetime
    begins: datetime
    severity: str
    follows: Id | None
    reaffirms: bool
    window: Window | None
    retraction: TakenBackAt | None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """Of a statement what says when it changed."""

    published_at: datetime
    endorsements: tuple[Endorsement, ...]


class LevelDates(msgspec.Struct, frozen=True, kw_only=True):
    """Of an advisory, when something about it changes."""

    issued_at: datetime
    effective_at: datetime
    review_at: datetime
    reviewed_at: datetime | None
    withdrawn_at: datetime | None


class PublicDoor:
    """Looks at what is public, at one moment each time."""

    def __init__(self, data: Path) -> None:
        """Open the door onto a data directory that is set up."""
        self._engine = database.open_public(data, PUBLIC_TABLES, public_others.VIEWS)
        self._tally = Tally()

    def close(self) -> None:
        """Shut it."""
        self._engine.dispose()

    @contextmanager
    def look(self) -> Iterator["PublicLook"]:
        """Look at everything public as it stood at one moment."""
        with database.ours(), self._engine.begin() as connection:
            yield PublicLook(connection, self._tally)


class PublicLook:
    """One moment of what is public."""

    def __init__(self, connection: sa.Connection, tally: Tally) -> None:
        """Look through this connection. tally: what was counted before."""
        self._connection = connection
        self._tally = tally
        self._read: dict[str, Any] = {}

    def _once(self, name: str, read: Callable[[], T]) -> T:
        """Read a thing once: it is one moment, and a whole site is written from one look."""
        if name not in self._read:
            self._read[name] = read()
        found: T = self._read[name]
        return found

    def _states(self, kind: type[State], *where: Any, order: str) -> list[Any]:
        return rows.select(self._connection, kind, NoKeys(), *where, order=order)

    def alerts(self) -> Sequence[Alert]:
        """Return the alerts that were issued, the latest first. Drafts are nobody's business."""
        return self._once("alerts", lambda: self._states(Alert, _ISSUED, order="issued_at")[::-1])

    def issued(self) -> Sequence[Issued]:
        """Return of each alert that was issued what says how it stands, the latest first."""
        return self._once(
            "issued", lambda: rows.some_columns(self._connection, Alert, Issued, _ISSUED, order="issued_at")[::-1]
        )

    def some_alerts(self, ids: Sequence[Id]) -> Mapping[Id, Alert]:
        """Return some issued alerts, by id."""
        if "alerts" in self._read:
            return {id: one for id in ids if (one := self.alert(id)) is not None}
        return rows.some(self._connection, Alert, ids, NoKeys())

    def alert(self, id: Id) -> Alert | None:
        """Return one issued alert, or None."""
        if "alerts" in self._read:
            return self._once("by id", lambda: {one.id: one for one in self.alerts()}).get(id)
        found: Alert | None = rows.load(self._connection, Alert, id, NoKeys())
        return found if found is not None and found.stage is AlertStage.ISSUED else None

    def advisories(self, country: str = "") -> Sequence[Advisory]:
        """Return all advisories, the latest first. country: of one alone."""
        where = (state_table(Advisory).c.country == country,) if country else ()
        return self._once(f"advisories:{country}", lambda: self._states(Advisory, *where, order="issued_at")[::-1])

    def level_dates(self) -> Sequence[LevelDates]:
        """Return when something about each advisory changes."""
        return self._once("dates", lambda: rows.some_columns(self._connection, Advisory, LevelDates, order="issued_at"))

    def advisory(self, id: Id) -> Advisory | None:
        """Return one advisory, or None."""
        found: Advisory | None = rows.load(self._connection, Advisory, id, NoKeys())
        return found

    def statements(self) -> Sequence[Statement]:
        """Return all statements, the latest first."""
        return self._once("statements", lambda: self._states(Statement, order="published_at")[::-1])

    def latest_statements(self, *, skip: int, most: int) -> list[Statement]:
        """Return some statements, the latest first."""
        if "statements" in self._read:
            return list(self.statements()[skip : skip + most])
        return rows.part(self._connection, Statement, NoKeys(), order="published_at", skip=skip, most=most)

    def statements_changed(self) -> list[datetime]:
        """Return when each statement last changed, the one published first before the others."""
        lines = self._once("said", lambda: rows.some_columns(self._connection, Statement, Said, order="published_at"))
        return [changed_at(one.published_at, one.endorsements) for one in lines]

    def statement(self, id: Id) -> Statement | None:
        """Return one statement, or None."""
        found: Statement | None = rows.load(self._connection, Statement, id, NoKeys())
        return found

    def statements_about(self, id: Id) -> list[Statement]:
        """Return the statements about an alert, an advisory or a statement, the latest first."""
        if "statements" in self._read:
            return [one for one in self.statements() if one.about == id]
        return self._states(Statement, state_table(Statement).c.about == id, order="published_at")[::-1]

    def levels(self, at: datetime) -> list[Advisory]:
        """Return the advisories that were in force at a moment, by country and region."""
        table = state_table(Advisory)
        return sorted(
            self._states(Advisory, table.c.id.in_(levels.in_force(at)), order="id"), key=lambda one: one.place
        )

    def others(self, at: datetime, *, skip: int, most: int) -> tuple[int, list[PublicOther]]:
        """Return how many of others' alerts are in force at a moment, and some of them, the latest first."""
        found = public_others.in_force(self._connection, at, skip=skip, most=most)
        return public_others.count(self._connection, at), found

    def turns_of_others(self, at: datetime) -> list[datetime]:
        """Return the moments about this one at which the list of others' alerts in force was or will be another one."""
        return self._once(f"turns:{at}", lambda: public_others.turns(self._connection, at))

    def latest_others(self, at: datetime, *, since: datetime, most: int) -> list[str]:
        """Return the names of those in force at a moment, the latest first, and then of those that have been since another one."""
        return public_others.latest(self._connection, at, since=since, most=most)

    def raw_of_other(self, name: str) -> bytes | None:
        """Return one of others' alerts as it came."""
        return public_others.raw(self._connection, name)

    def chain_of_other(self, name: str) -> list[PublicOther]:
        """Return the chain in which one of others' alerts stands, the earliest first; nothing where the public sees none."""
        return public_others.chain(self._connection, name)

    def other(self, name: str) -> tuple[PublicOther, bytes, list[PublicOther]] | None:
        """Return one of others' alerts, as it came, with its chain; or None."""
        return public_others.find(self._connection, name)

    def record(self) -> RecordStands:
        """Return how the record stands."""
        row = self._connection.execute(sa.select(tree.c.frontier)).one()
        frontier = Frontier.unpack(row.frontier)
        return RecordStands(size=frontier.size, root=frontier.root())

    def signed_at(self, size: int) -> datetime | None:
        """Return when the record was signed at that size, or None if it never was."""
        found: datetime | None = self._connection.execute(
            sa.select(checkpoints.c.at).where(checkpoints.c.size == size)
        ).scalar_one_or_none()
        return found

    def published_size(self) -> int:
        """Return how many entries the published checkpoint covers."""
        largest = sa.select(sa.func.max(checkpoints.c.size)).where(checkpoints.c.published)
        return self._once("published", lambda: int(self._connection.execute(largest).scalar_one() or 0))

    def counted(self, now: datetime) -> Counted:
        """Count what anyone can count in the record."""
        return self._tally.count(self._connection, now)

    def next_overdue(self, now: datetime) -> datetime | None:
        """Return when the next sealed place falls overdue."""
        return self._tally.next_overdue(self._connection, now)

    def entry_of(self, told: Id) -> tuple[int, bytes] | None:
        """Return the entry by which an alert, advisory or statement became public: its number, its leaf hash."""
        number = self._tally.number(self._connection, told)
        if number is None:
            return None
        leaf: bytes = self._connection.execute(sa.select(entries.c.leaf).where(entries.c.number == number)).scalar_one()
        return number, leaf

    def latest(self, most: int) -> tuple[Line, ...]:
        """Return the latest entries, the last first; sealed hours on end are one line."""
        return latest(self._connection, most)
