"""The latest entries of the record, as a list that can be read: the hours that were sealed one after another are one line."""

from collections.abc import Iterator
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.record import SEALED
from tocsin.store.ledger import said_in
from tocsin.store.tables import entries

READ = 512  # entries, three weeks of seals


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry, or several sealed ones on end.

    number, at, leaf: of the last of them; count: how many; since: the moment of the first. subject: what it is about,
    where that has an id.
    """

    number: int
    kind: str
    at: datetime
    leaf: bytes
    subject: Id = ""
    count: int = 1
    since: datetime


def latest(connection: sa.Connection, most: int) -> tuple[Line, ...]:
    """Return the latest lines, the last first. Where the reading ends, the last line may be cut off, and is left out."""
    lines = tuple(_folded(_read(connection)))
    whole = lines[:-1] if len(lines) > 1 and sum(line.count for line in lines) == READ else lines
    return whole[:most]


def _read(connection: sa.Connection) -> Iterator[Line]:
    for row in connection.execute(sa.select(entries).order_by(entries.c.number.desc()).limit(READ)):
        said = said_in(row.number, row.entry)
        at = datetime.fromisoformat(said["at"])
        yield Line(
            number=row.number, kind=said["kind"], at=at, leaf=row.leaf, subject=said.get("subject", ""), since=at
        )


def _folded(lines: Iterator[Line]) -> Iterator[Line]:
    last: Line | None = None
    for line in lines:
        if last is not None and line.kind == last.kind == SEALED:
            last = msgspec.structs.replace(last, count=last.count + 1, since=line.at)
            continue
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last
