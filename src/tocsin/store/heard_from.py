"""What came in last, and from whom, as far as somebody may read it: who tells in confidence alone is known to those alone who read it."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.report.state import Report, Source
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table

_REPORTS, _SOURCES = state_table(Report), state_table(Source)


def latest(connection: sa.Connection, keys: Keys, marks: Sequence[Mark], person: Id | None, most: int) -> list[Report]:
    """Return so many reports at most of these marks, or that name this person as their reader, the latest first."""
    may = sa.or_(_REPORTS.c.mark.in_(marks), _names(person))
    return rows.part(connection, Report, keys, may, order="received_at", skip=0, most=most)


def _names(person: Id | None) -> sa.ColumnElement[bool]:
    return sa.and_(_REPORTS.c.mark == Mark.RED.value, _REPORTS.c.readers.contains(f'"{person}"', autoescape=True))


def heard_from(connection: sa.Connection, sources: Collection[Id], marks: Sequence[Mark], person: Id | None) -> set[Id]:
    """Return of which of these sources there is a report of these marks, or that names this person as its reader, or none at all."""
    of = _REPORTS.c.source == _SOURCES.c.id
    asked = sa.select(_SOURCES.c.id).where(
        sa.or_(
            sa.exists().where(of, _REPORTS.c.mark.in_(marks)),
            ~sa.exists().where(of),
            sa.exists().where(of, _names(person)),
        )
    )
    return set(connection.execute(asked).scalars()) & set(sources)
