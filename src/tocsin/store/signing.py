"""Signing: the tree as it stands becomes a checkpoint, once for each size, and never a smaller one after a larger.

A checkpoint is written down before anyone sees it, so that whatever is killed, what was signed is known.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken
from tocsin.record import Checkpoint, Frontier, Signer
from tocsin.record.checkpoint import write_checkpoint
from tocsin.record.note import sign_note
from tocsin.store.tables import checkpoints


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint that was signed. note: with every cosignature so far. witnessed: whether those are enough."""

    size: int
    root: bytes
    at: datetime
    note: bytes
    witnessed: bool
    published: bool


def sign(
    connection: sa.Connection, frontier: Frontier, origin: str, signers: Sequence[Signer], now: datetime
) -> Signed:
    """Sign a tree and write that down; return what was signed for this size.

    Raises:
        Broken: something larger, or another tree of this size, was signed before.
    """
    last = latest(connection)
    if last is not None and last.size == frontier.size and last.root == frontier.root():
        return last
    if last is not None and last.size >= frontier.size:
        raise Broken(
            f"A record of {last.size} entries has been signed before, and this one has {frontier.size}, or another root. "
            "Nothing is signed. Restore the data that knows the larger one."
        )
    text = write_checkpoint(Checkpoint(origin, frontier.size, frontier.root()))
    found = Signed(
        size=frontier.size,
        root=frontier.root(),
        at=now,
        note=sign_note(text, *signers),
        witnessed=False,
        published=False,
    )
    connection.execute(checkpoints.insert().values(msgspec.structs.asdict(found)))
    return found


def latest(connection: sa.Connection, *, published: bool = False) -> Signed | None:
    """Return the largest checkpoint that was signed, or published."""
    question = sa.select(checkpoints).order_by(checkpoints.c.size.desc()).limit(1)
    row = connection.execute(question.where(checkpoints.c.published) if published else question).one_or_none()
    return None if row is None else Signed(**dict(row._mapping))


def note_seen(connection: sa.Connection, checkpoint: Checkpoint, note: bytes, now: datetime) -> None:
    """Write down a checkpoint that was found outside, and that is of this record, unless this size was signed here."""
    known = connection.execute(sa.select(checkpoints.c.size).where(checkpoints.c.size == checkpoint.size)).first()
    if known is None:
        seen = Signed(size=checkpoint.size, root=checkpoint.root, at=now, note=note, witnessed=False, published=True)
        connection.execute(checkpoints.insert().values(msgspec.structs.asdict(seen)))


def first_witnessed(connection: sa.Connection, number: int) -> Signed | None:
    """Return the smallest checkpoint that holds an entry and that enough witnesses have seen."""
    row = connection.execute(
        sa.select(checkpoints)
        .where(checkpoints.c.witnessed, checkpoints.c.size > number)
        .order_by(checkpoints.c.size)
        .limit(1)
    ).one_or_none()
    return None if row is None else Signed(**dict(row._mapping))


def note_published(connection: sa.Connection, size: int) -> None:
    """Write down that a checkpoint lies where anyone can read it."""
    connection.execute(checkpoints.update().where(checkpoints.c.size == size).values(published=True))


def note_cosigned(connection: sa.Connection, size: int, note: bytes, *, witnessed: bool) -> None:
    """Write down a checkpoint with the cosignatures that have come in. witnessed: whether they are enough."""
    connection.execute(checkpoints.update().where(checkpoints.c.size == size).values(note=note, witnessed=witnessed))
