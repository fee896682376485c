"""Looking incidents up at the desk: the latest that a reader's marks let through, and which cases name them."""

from collections.abc import Collection, Sequence

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Incident, Report
from tocsin.store import rows
from tocsin.store.keys import Keys
from tocsin.store.tables import state_table
from tocsin.threat.state import Threat

_INCIDENTS, _REPORTS = state_table(Incident), state_table(Report)
_THREATS, _FOREIGN = state_table(Threat), state_table(ForeignObject)


class _Proposed(msgspec.Struct):
    incident: Id


class _Linked(msgspec.Struct):
    item: Id


class _Naming(msgspec.Struct, frozen=True, kw_only=True):
    id: Id
    proposed: tuple[_Proposed, ...]
    evidence: tuple[_Linked, ...]


def latest(
    connection: sa.Connection, keys: Keys, marks: Sequence[Mark], most: int, after: Incident | None = None
) -> list[Incident]:
    """Return so many incidents of these marks at most, the latest first. after: the one behind which they begin."""
    at, id = _INCIDENTS.c.happened_at, _INCIDENTS.c.id
    where: list[sa.ColumnElement[bool]] = [_INCIDENTS.c.mark.in_(marks)]
    if after is not None:
        where.append(sa.or_(at < after.happened_at, sa.and_(at == after.happened_at, id > after.id)))
    found = connection.execute(sa.select(id).where(*where).order_by(at.desc(), id).limit(most))
    ids = list(found.scalars())
    there = rows.some(connection, Incident, tuple(ids), keys)
    return [there[id] for id in ids]


def saying(
    connection: sa.Connection, keys: Keys, words: Sequence[str], marks: Sequence[Mark], most: int
) -> list[Report]:
    """Return so many reports of these marks at most of whose titles each has all the words, the latest first."""
    title = _REPORTS.c.title
    # No database folds the letters of every script alike: a word is looked for as it is most often written.
    spellings = ({one, one.lower(), one.upper(), one.capitalize()} for one in words)
    where = [sa.or_(*(title.contains(each, autoescape=True) for each in sorted(one))) for one in spellings]
    found = connection.execute(
        sa.select(_REPORTS.c.id)
        .where(_REPORTS.c.mark.in_(marks), _REPORTS.c.taken_back_at.is_(None), *where)
        .order_by(_REPORTS.c.received_at.desc(), _REPORTS.c.id)
        .limit(most)
    )
    ids = list(found.scalars())
    there = rows.some(connection, Report, tuple(ids), keys)
    return [there[id] for id in ids]


def naming(connection: sa.Connection, incidents: Collection[Id]) -> dict[Id, list[Id]]:
    """Return of each incident the cases to which it was proposed or linked."""
    found: dict[Id, list[Id]] = {one: [] for one in incidents}
    wanted = sa.or_(_THREATS.c.proposed != "[]", _THREATS.c.evidence.contains('"incident"'))
    for case in rows.some_columns(connection, Threat, _Naming, wanted, order="id"):
        named = {*(one.incident for one in case.proposed), *(one.item for one in case.evidence)}
        for incident in sorted(named & found.keys()):
            found[incident].append(case.id)
    return found


def came_as(connection: sa.Connection, keys: Keys, kind: str, marks: Sequence[Mark], most: int) -> list[ForeignObject]:
    """Return so many objects of a type and of these marks at most that became reports, the latest first."""
    there = (_FOREIGN.c.report.is_not(None), sa.not_(_FOREIGN.c.revoked), _FOREIGN.c.mark.in_(marks))
    asked = (
        sa.select(_FOREIGN.c.id)
        .where(_FOREIGN.c.foreign_type == kind, *there)
        .order_by(_FOREIGN.c.taken_at.desc(), _FOREIGN.c.id)
        .limit(most)
    )
    ids = list(connection.execute(asked).scalars())
    found = rows.some(connection, ForeignObject, tuple(ids), keys)
    return [found[id] for id in ids]


def tied_to(connection: sa.Connection, keys: Keys, source: Id, foreign_id: str) -> list[ForeignObject]:
    """Return the relationships of a source in which an object of its own is named."""
    said = _FOREIGN.c.said.contains(f'"{foreign_id}"', autoescape=True)
    asked = sa.select(_FOREIGN.c.id).where(_FOREIGN.c.source == source, _FOREIGN.c.foreign_type == "relationship", said)
    there = rows.some(connection, ForeignObject, tuple(connection.execute(asked).scalars()), keys)
    return sorted(there.values(), key=lambda one: one.id)


def resting_on(connection: sa.Connection, keys: Keys, reports: Collection[Id], marks: Sequence[Mark]) -> list[Incident]:
    """Return the incidents of these marks that rest on any of some reports, the latest first."""
    names = [_INCIDENTS.c.reports.contains(f'"{one}"', autoescape=True) for one in sorted(reports)]
    if not names:
        return []
    asked = sa.select(_INCIDENTS.c.id).where(_INCIDENTS.c.mark.in_(marks), sa.or_(*names))
    there = rows.some(connection, Incident, tuple(connection.execute(asked).scalars()), keys)
    return sorted(there.values(), key=lambda one: (one.happened_at, one.id), reverse=True)
