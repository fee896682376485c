"""What people said of a subject, as the journal has it: how often, and who said something last; also without what some may not know."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.store.journal import read_body
from tocsin.store.tables import journal
from tocsin.threat.facts import EvidenceLinked, EvidenceUnlinked, IncidentDeclined, IncidentProposed, ThreatMarked
from tocsin.threat.hypotheses.facts import ConsistencyJudged, MatrixRowDropped, MatrixRowEntered, MatrixRowWeighed

OURSELVES = "tocsin"
"""By whom a fact is, of which nobody said anything: the clock brought it, or it was found out."""

NAMES: Mapping[str, str] = {
    EvidenceLinked.kind(): "item",
    EvidenceUnlinked.kind(): "item",
    IncidentProposed.kind(): "incident",
    IncidentDeclined.kind(): "incident",
    MatrixRowEntered.kind(): "row",
    MatrixRowWeighed.kind(): "row",
    MatrixRowDropped.kind(): "row",
    ConsistencyJudged.kind(): "row",
}
"""The kinds of facts of something that name something else, which is marked by itself: in which field."""


def named_by(row: Any) -> Id | None:
    """Return what else a row of the journal names. It tells as much of that as of its subject."""
    field = NAMES.get(row.kind)
    found: Id | None = read_body(row.seq, row.body)[field] if field is not None else None
    return found


def count(
    connection: sa.Connection,
    subject: Id,
    kinds: Sequence[type[Fact]] = (),
    hidden: Collection[Id] = (),
    marked_anew: int = 0,
) -> int:
    """Return how often people have said something about a subject. kinds: only such facts; none: all but the clock's.

    hidden: what is named by none of those that count. marked_anew: since a case was marked anew for the so-manieth time; 0: ever.
    """
    told = journal.c.kind.in_([one.kind() for one in kinds]) if kinds else journal.c.by != OURSELVES
    if marked_anew:
        told &= journal.c.seq >= _marked(subject, marked_anew)
    question = sa.select(sa.func.count()).select_from(journal).where(journal.c.subject == subject, told)
    return int(connection.execute(question).scalar_one()) - sum(1 for _ in _hidden(connection, subject, told, hidden))


def _marked(subject: Id, times: int) -> sa.ScalarSelect[Any]:
    """Return the number of the fact by which a case was marked anew for the so-manieth time."""
    marked = sa.select(journal.c.seq).where(journal.c.subject == subject, journal.c.kind == ThreatMarked.kind())
    return marked.order_by(journal.c.seq).offset(times - 1).limit(1).scalar_subquery()


def last(connection: sa.Connection, subject: Id, hidden: Collection[Id] = ()) -> tuple[Id, datetime] | None:
    """Return who said something about a subject last, and when. hidden: what that does not name."""
    told = journal.c.by != OURSELVES
    without = list(_hidden(connection, subject, told, hidden))
    question = (
        sa.select(journal.c.by, journal.c.recorded_at)
        .where(journal.c.subject == subject, told)
        .order_by(journal.c.seq.desc())
        .limit(1 + len(without))
    )
    seqs = connection.execute(question.add_columns(journal.c.seq)).all()
    found = next((one for one in seqs if one.seq not in set(without)), None)
    return (found.by, found.recorded_at) if found is not None else None


def _hidden(
    connection: sa.Connection, subject: Id, told: sa.ColumnElement[bool], hidden: Collection[Id]
) -> Iterator[int]:
    """Yield the numbers of the facts about a subject that name something hidden."""
    if not hidden:
        return
    question = sa.select(journal.c.seq, journal.c.kind, journal.c.body).where(
        journal.c.subject == subject, told, journal.c.kind.in_(NAMES)
    )
    for row in connection.execute(question):
        if named_by(row) in hidden:
            yield row.seq
