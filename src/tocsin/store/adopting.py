"""Adopting: a database that was restored from an older copy takes over what its published record has beyond it.

What was signed is never given up: only entries that no checkpoint of ours covers, and so nobody has been shown, make way.
Plain ones among them come again behind what was adopted, with the numbers that are free there. Seals among them are
undone, for their hours may be sealed in the published record already: what they took up waits for the next seal.

What the adopted entries stood for is lost. They stand for no fact here, and an adopted seal has no commitments.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import pairwise, takewhile
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken, Refused
from tocsin.record import Checkpoint, Seal, leaf_hash, read_entry, read_seal
from tocsin.store import ledger, signing
from tocsin.store.ledger import CADENCE
from tocsin.store.tables import commitments, entries, house, keeps, seals, tree
from tocsin.warning.notice.facts import NoticeOpened

ADOPTED = "adopted"
AT_ONCE = 256  # entries

Fetch = Callable[[int, int], Sequence[bytes]]
"""fetch(start, stop): the published entries from start up to, not including, stop; never asked for more than 256."""


class Lost(msgspec.Struct, frozen=True, kw_only=True):
    """An adopted entry whose fact is known here no more."""

    number: int
    kind: str
    at: str
    subject: str


class Adopted(msgspec.Struct, frozen=True, kw_only=True):
    """What was adopted: the entries from first up to, not including, stop. lost: the plain ones. seals: how many others.

    again: how many of ours come again behind them. unsealed: how many seals of ours were undone.
    """

    first: int
    stop: int
    lost: tuple[Lost, ...] = ()
    seals: int = 0
    again: int = 0
    unsealed: int = 0


def adopted(connection: sa.Connection) -> list[range]:
    """Return which entries were adopted."""
    kept = connection.execute(sa.select(house.c.value).where(house.c.name == ADOPTED)).scalar_one_or_none()
    return [range(first, stop) for first, stop in json.loads(kept or "[]")]


def adopt(connection: sa.Connection, checkpoint: Checkpoint, note: bytes, fetch: Fetch, now: datetime) -> Adopted:
    """Take over what the published record has beyond ours. See Store.adopt."""
    first = _shared(connection, checkpoint.size, fetch)
    signed = signing.latest(connection)
    if checkpoint.size > first:
        _refuse_parted(connection, first, 0 if signed is None else signed.size)
        ours = _make_way(connection, first)
        found = _take_over(connection, first, checkpoint, fetch)
        _put_behind(connection, ours)
        _remember(connection, range(first, checkpoint.size))
        found = msgspec.structs.replace(found, again=len(ours.plain), unsealed=ours.seals)
    elif signed is not None and checkpoint.size < signed.size:
        raise Refused(
            f"That folder ends after {checkpoint.size} entries; {signed.size} have been signed here. It is an older copy, "
            "and tells nothing of what came later."
        )
    else:
        found = Adopted(first=first, stop=first)
    signing.note_seen(connection, checkpoint, note, now)
    return found


def _shared(connection: sa.Connection, size: int, fetch: Fetch) -> int:
    """Return how many entries, from the first on, are the same here and there."""
    most = min(size, ledger.sequenced(connection))
    for start, stop in _stretches(0, most):
        pairs = zip(ledger.walk(connection, start, stop), fetch(start, stop), strict=True)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if alike < stop - start:
            return start + alike
    return most


def _stretches(first: int, stop: int) -> Iterator[tuple[int, int]]:
    """Cut a range of entries where the published bundles are cut."""
    cuts = [first, *range(first - first % AT_ONCE + AT_ONCE, stop, AT_ONCE), stop]
    return pairwise(cuts if first < stop else ())


def _refuse_parted(connection: sa.Connection, first: int, signed: int) -> None:
    if signed > first:
        raise Refused(
            f"{signed} entries have been signed here, and of those that folder has only the first {first}; then the two "
            "part. Neither continues the other, and nothing can join them. Stop every other copy of this installation; "
            "docs/how-to/backup-and-restore.md tells how to go on under a new name."
        )
    for row in _from(connection, first):
        said = ledger.said_in(row.number, row.entry)
        if said["kind"] == NoticeOpened.kind() and said["seal"] >= first:
            raise Refused(
                f"Entry {row.number} opens a notice under the seal of entry {said['seal']}, which was never published and "
                "would have to be undone. Keep this directory as it is, and ask those who look after Tocsin."
            )


def _from(connection: sa.Connection, first: int) -> Sequence[Any]:
    return connection.execute(sa.select(entries).where(entries.c.number >= first).order_by(entries.c.number)).all()


class _Ours(msgspec.Struct, frozen=True):
    """What made way. plain: entries that come again. openings: which commitment each entry of them opens."""

    plain: Sequence[Any]
    seals: int
    openings: dict[int, int]


def _make_way(connection: sa.Connection, first: int) -> _Ours:
    """Take our own entries from this number on out of the record, and free what their seals took up."""
    rows = _from(connection, first)
    found = connection.execute(
        sa.select(commitments.c.opening, commitments.c.fact_seq).where(commitments.c.opening >= first)
    )
    openings = {row.opening: row.fact_seq for row in found}
    with _rewriting(connection, entries, seals, keeps):
        for table, column in ((keeps, keeps.c.entry), (seals, seals.c.entry), (entries, entries.c.number)):
            connection.execute(table.delete().where(column >= first))
    connection.execute(
        commitments.update().where(commitments.c.entry >= first).values(entry=None, place=None, held=None)
    )
    last_kept = sa.select(sa.func.max(keeps.c.entry)).where(keeps.c.fact_seq == commitments.c.fact_seq)
    connection.execute(
        commitments.update()
        .where(commitments.c.held >= first)
        .values(held=sa.func.coalesce(last_kept.scalar_subquery(), commitments.c.entry))
    )
    plain = [row for row in rows if row.fact_seq is not None]
    return _Ours(plain, len(rows) - len(plain), openings)


@contextmanager
def _rewriting(connection: sa.Connection, *tables: sa.Table) -> Iterator[None]:
    """Let rows be removed from tables that are append-only, in this transaction alone."""
    names = tuple(table.name for table in tables)
    question = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN :names")
    triggers = connection.execute(question.bindparams(sa.bindparam("names", names, expanding=True))).all()
    for row in triggers:
        connection.exec_driver_sql(f'DROP TRIGGER "{row.name}"')
    yield
    for row in triggers:
        connection.exec_driver_sql(row.sql)


def _take_over(connection: sa.Connection, first: int, checkpoint: Checkpoint, fetch: Fetch) -> Adopted:
    frontier, lost, sealed = ledger.frontier_at(connection, first), [], 0
    last = _last_seal(connection)
    for start, stop in _stretches(first, checkpoint.size):
        raw = fetch(start, stop)
        ledger.append(connection, raw, [None] * len(raw))
        frontier = frontier.extend(map(leaf_hash, raw))
        for number, said in enumerate(map(read_entry, raw), start):
            if said["kind"] == "sealed":
                last, sealed = read_seal(said), sealed + 1
                connection.execute(
                    seals.insert().values(entry=number, at=last.at, open_by=last.open_by, dummies=b"", kept_dummies=b"")
                )
            else:
                subject = str(said.get("subject", ""))
                lost.append(Lost(number=number, kind=said["kind"], at=said["at"], subject=subject))
    if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
        raise Broken("The published folder changed while it was read. Nothing was adopted; say it again.")
    connection.execute(tree.update().values(size=frontier.size, frontier=frontier.pack(), **_dates(connection, last)))
    return Adopted(first=first, stop=checkpoint.size, lost=tuple(lost), seals=sealed)


def _last_seal(connection: sa.Connection) -> Seal | None:
    number = sa.select(sa.func.max(seals.c.entry)).scalar_subquery()
    raw = connection.execute(sa.select(entries.c.entry).where(entries.c.number == number)).scalar_one_or_none()
    return None if raw is None else read_seal(read_entry(raw))


def _dates(connection: sa.Connection, last: Seal | None) -> dict[str, datetime]:
    """Return when the next seal is due, and up to when seals are settled, after the last seal that the record has."""
    if last is None:
        return {}
    return {"next_seal": max(ledger.stand(connection).next_seal, last.at + CADENCE), "settled": last.settled}


def _put_behind(connection: sa.Connection, ours: _Ours) -> None:
    if not ours.plain:
        return
    number = ledger.append(connection, [row.entry for row in ours.plain], [row.fact_seq for row in ours.plain])
    for new, row in enumerate(ours.plain, number):
        if row.number in ours.openings:
            opened = commitments.c.fact_seq == ours.openings[row.number]
            connection.execute(commitments.update().where(opened).values(opening=new))


def _remember(connection: sa.Connection, found: range) -> None:
    kept = [[one.start, one.stop] for one in (*adopted(connection), found)]
    connection.execute(house.delete().where(house.c.name == ADOPTED))
    connection.execute(house.insert().values(name=ADOPTED, value=json.dumps(kept)))
