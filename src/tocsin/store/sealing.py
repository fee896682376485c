"""Sealing: what waits is taken up by the sealed entry of its hour, and what comes up to its open-by date is settled.

Every hour, on the hour, whether anything happened or not. Each seal takes the oldest that wait, up to its 4,096 places,
and gives up to 64 places to what is kept beyond its date: what may still be wanted (KEPT), has not been opened, and stands
under a seal whose open-by date is a week away or less. At its date a seal is settled, whatever it held: what was neither
opened nor kept will never count any more. The week is there so that a stop of the machine, or a busy day two years ago,
does not let a date pass.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id, Randomness
from tocsin.record import (
    KEPT_DEPTH,
    SEAL_DEPTH,
    Seal,
    commit_fields,
    pack_dummies,
)
from tocsin.record.entry import sealed_entry
from tocsin.record.sealed import HORIZON, seal
from tocsin.store import ledger
from tocsin.store.bulk import insert_many
from tocsin.store.ledger import CADENCE
from tocsin.store.tables import commitments, journal, keeps, seals, tree
from tocsin.warning.notice.facts import DutyDecided, NoticeGroundsSaid, NoticeSent

AHEAD = timedelta(days=7)
SALT = 32  # bytes
KEPT = frozenset(kind.kind() for kind in (DutyDecided, NoticeGroundsSaid, NoticeSent))
"""What may have to be shown one day, and so is kept beyond its open-by date until it is: that, and what, was told."""


class Sealing(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fact that leaves only a commitment. owner: the person from whose key the salt follows; None: it is kept here."""

    seq: int
    fields: Mapping[str, Any]
    salt: bytes
    owner: Id | None = None


def note_sealed(connection: sa.Connection, facts: Sequence[Sealing]) -> None:
    """Leave only a salted commitment of each fact; a later seal takes it up."""
    waiting = [
        {
            "fact_seq": one.seq,
            "salt": None if one.owner else one.salt,
            "owner": one.owner,
            "commitment": commit_fields(one.salt, one.fields),
        }
        for one in facts
    ]
    insert_many(connection, commitments, waiting)


def seal_interval(
    connection: sa.Connection, now: datetime, randomness: Randomness, horizon: timedelta = HORIZON
) -> None:
    """Seal the oldest waiting commitments under one entry, whether there are any or not, and set the next date.

    It stands at the last moment of the grid, and takes up only what had been written down by then: "sealed at noon"
    must never be said of what was written in the afternoon. After a stop the grid goes on; it is not caught up with, for
    a burst of seals would tell how long we were away no better than their absence does.
    """
    stood = ledger.stand(connection)
    at = stood.next_seal + CADENCE * max((now - stood.next_seal) // CADENCE, 0)
    waiting = connection.execute(_WAITING_AT, {"at": at}).all()
    kept = connection.execute(_TO_KEEP, {"due": at, "ahead": at + AHEAD}).all()
    settled = _settled(connection, stood.settled, at)
    sealed = seal([row.commitment for row in waiting], SEAL_DEPTH, randomness)
    again = seal([row.commitment for row in kept], KEPT_DEPTH, randomness)
    said = Seal(
        at=at,
        open_by=at + horizon,
        root=sealed.root,
        kept=again.root,
        settled=settled,
        after=ledger.witnessed_root(connection),
    )
    number = ledger.append(connection, [sealed_entry(said)], [None])
    row = {
        "entry": number,
        "at": at,
        "open_by": said.open_by,
        "dummies": pack_dummies(sealed.dummies),
        "kept_dummies": pack_dummies(again.dummies),
    }
    connection.execute(_SEAL, row)
    _place(connection, number, waiting, sealed.places)
    _keep(connection, number, kept, again.places)
    connection.execute(_SEALED, {"next_seal": at + CADENCE, "settled": settled})


# An hour in which nothing happened asks all of this too, so the questions are put together once.
_SEAL = seals.insert()
_SEALED = tree.update().values(next_seal=sa.bindparam("next_seal"), settled=sa.bindparam("settled"))
_LAST_SETTLED = sa.select(sa.func.max(seals.c.at)).where(seals.c.open_by <= sa.bindparam("by"))
_WAITING_AT = (
    sa.select(commitments.c.fact_seq, commitments.c.commitment)
    .select_from(commitments.join(journal, journal.c.seq == commitments.c.fact_seq))
    .where(commitments.c.entry.is_(None), journal.c.recorded_at <= sa.bindparam("at"))
    # A bulk import must not make a notice wait; nobody sees the order, for places are drawn by lot.
    .order_by(journal.c.kind.in_(KEPT).desc(), commitments.c.fact_seq)
    .limit(1 << SEAL_DEPTH)
)
# What is kept under the entry that is due: the first 64 of what may be wanted, and comes up to its date.
_TO_KEEP = (
    sa.select(commitments.c.fact_seq, commitments.c.commitment)
    .select_from(
        commitments.join(journal, journal.c.seq == commitments.c.fact_seq).join(
            seals, seals.c.entry == commitments.c.held
        )
    )
    .where(
        seals.c.open_by >= sa.bindparam("due"),
        seals.c.open_by <= sa.bindparam("ahead"),
        commitments.c.opening.is_(None),
        journal.c.kind.in_(KEPT),
    )
    .order_by(commitments.c.held, commitments.c.fact_seq)
    .limit(1 << KEPT_DEPTH)
)


def _place(connection: sa.Connection, number: int, rows: Sequence[Any], places: Sequence[int]) -> None:
    if rows:
        connection.execute(
            commitments.update()
            .where(commitments.c.fact_seq == sa.bindparam("its_seq"))
            .values(entry=number, held=number, place=sa.bindparam("its_place")),
            [{"its_seq": row.fact_seq, "its_place": place} for row, place in zip(rows, places, strict=True)],
        )


def _keep(connection: sa.Connection, number: int, rows: Sequence[Any], places: Sequence[int]) -> None:
    if rows:
        found = list(zip(rows, places, strict=True))
        connection.execute(
            keeps.insert(), [{"entry": number, "place": place, "fact_seq": row.fact_seq} for row, place in found]
        )
        connection.execute(
            commitments.update().where(commitments.c.fact_seq == sa.bindparam("its_seq")).values(held=number),
            [{"its_seq": row.fact_seq} for row, _ in found],
        )


def _settled(connection: sa.Connection, before: datetime, due: datetime) -> datetime:
    """Return up to when seals are settled by the entry that is due. It never depends on what they held."""
    last = connection.execute(_LAST_SETTLED, {"by": due + CADENCE}).scalar_one()
    return before if last is None else max(before, last)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a fact is sealed: the entry and the place it was sealed under first, and until when it may be opened now."""

    entry: int
    place: int
    open_by: datetime


def place_of(connection: sa.Connection, kind: str, subject: Id) -> Place | None:
    """Return where the latest fact of a kind about a subject is sealed; None while it waits for a seal."""
    seq = connection.execute(
        sa.select(sa.func.max(journal.c.seq)).where(journal.c.kind == kind, journal.c.subject == subject)
    ).scalar_one()
    joined = commitments.join(seals, seals.c.entry == commitments.c.held)
    row = connection.execute(
        sa.select(commitments.c.entry, commitments.c.place, seals.c.open_by)
        .select_from(joined)
        .where(commitments.c.fact_seq == seq)
    ).one_or_none()
    return None if row is None else Place(entry=row.entry, place=row.place, open_by=row.open_by)


def overdue(connection: sa.Connection, now: datetime) -> int:
    """Return how many places are past their open-by date and have not been settled: real and dummy, as anyone counts."""
    settled = ledger.stand(connection).settled
    late = sa.select(sa.func.count()).select_from(seals).where(seals.c.open_by < now, seals.c.at > settled)
    return int(connection.execute(late).scalar_one()) * ((1 << SEAL_DEPTH) + (1 << KEPT_DEPTH))


def waiting(connection: sa.Connection) -> int:
    """Return how many commitments wait for a seal. For the desk alone: the number must never become public."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(commitments).where(commitments.c.entry.is_(None))
    ).scalar_one()
