"""The one place that appends to the record.

Sequenced: an entry has its index, in the same transaction as the facts it stands for. Integrated: it is in the tree.
Here both happen at once. Published: a signed checkpoint covers it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Randomness
from tocsin.people.facts import PersonForgotten
from tocsin.record import Checkpoint, Frontier, Signer, commitment, leaf_hash
from tocsin.record.checkpoint import write_checkpoint
from tocsin.record.entry import plain_entry, sealed_entry
from tocsin.record.note import sign_note
from tocsin.record.sealed import seal
from tocsin.store.tables import commitments, entries, seals, tree
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertIssued, AlertWindowExtended, AlertWindowRanOut
from tocsin.warning.statement.facts import StatementPublished

CADENCE = timedelta(hours=1)
CAPACITY = 256  # commitments and dummies under one seal
SALT = 32  # bytes


class Tree(msgspec.Struct, frozen=True):
    """How the record stands: its right edge, and when the next seal is due."""

    frontier: Frontier
    next_seal: datetime


def begin(connection: sa.Connection, now: datetime) -> None:
    """Start an empty record; its first seal is due one cadence later, on the hour."""
    on_the_grid = now.replace(minute=0, second=0, microsecond=0) + CADENCE
    connection.execute(tree.insert().values(one=1, size=0, frontier=Frontier().pack(), next_seal=on_the_grid))


def stand(connection: sa.Connection) -> Tree:
    """Return how the record stands."""
    row = connection.execute(sa.select(tree)).one()
    return Tree(Frontier.unpack(row.frontier), row.next_seal)


def _append(connection: sa.Connection, entry: bytes, fact_seq: int | None) -> int:
    frontier = stand(connection).frontier
    leaf = leaf_hash(entry)
    connection.execute(entries.insert().values(number=frontier.size, entry=entry, leaf=leaf, fact_seq=fact_seq))
    grown = frontier.append(leaf)
    connection.execute(tree.update().values(size=grown.size, frontier=grown.pack()))
    return frontier.size


def public_entry(fact: Fact, fact_hash: bytes) -> bytes:
    """Return the entry that a public fact leaves: what was made public, by its hash, and never about a person.

    fact_hash: of the fact as the journal keeps it, so that the two can be compared.
    """
    said: dict[str, Any] = {}
    subject = fact.subject
    match fact:
        case PersonForgotten():
            subject = ""  # that someone was forgotten, and nothing that still points to them
        case AlertIssued():
            said = {"cap_sha256": sha256_hex(fact.cap.encode()), "identifier": fact.identifier}
        case AlertWindowExtended() | AlertWindowRanOut():
            said = {"ends": fact.ends.isoformat()}
        case AdvisoryIssued():
            said = {"country": fact.country, "level": fact.level, "text_sha256": sha256_hex(fact.text.encode())}
        case StatementPublished():
            said = {"edition": fact.edition, "text_sha256": sha256_hex(fact.text.encode())}
    return plain_entry(fact.kind(), subject, fact.occurred_at, fact_sha256=fact_hash.hex(), **said)


def sha256_hex(raw: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return sha256(raw).hexdigest()


def note_public(connection: sa.Connection, fact: Fact, fact_seq: int, fact_hash: bytes) -> None:
    """Enter a public fact at once."""
    _append(connection, public_entry(fact, fact_hash), fact_seq)


def note_sealed(connection: sa.Connection, facts: Sequence[tuple[int, bytes]], randomness: Randomness) -> None:
    """Leave only a salted commitment of each fact; a later seal takes it up.

    facts: each one's place in the journal, and the bytes committed to.
    """
    waiting = []
    for seq, payload in facts:
        salt = randomness(SALT)
        waiting.append({"fact_seq": seq, "salt": salt, "commitment": commitment(salt, payload), "entry": None})
    if waiting:
        connection.execute(commitments.insert(), waiting)


def seal_interval(connection: sa.Connection, now: datetime, randomness: Randomness) -> None:
    """Seal the oldest waiting commitments under one entry, whether there are any or not, and set the next date.

    After a stop the grid goes on; it is not caught up with, for a burst of seals would tell how long we were away
    no better than their absence does.
    """
    waiting = connection.execute(
        sa.select(commitments.c.fact_seq, commitments.c.commitment)
        .where(commitments.c.entry.is_(None))
        .order_by(commitments.c.fact_seq)
        .limit(CAPACITY)
    ).all()
    due = stand(connection).next_seal
    sealed = seal([row.commitment for row in waiting], CAPACITY, randomness)
    index = _append(connection, sealed_entry(due, sealed.root), None)
    connection.execute(seals.insert().values(entry=index, leaves=b"".join(sealed.leaves)))
    if waiting:
        connection.execute(
            commitments.update()
            .where(commitments.c.fact_seq <= waiting[-1].fact_seq, commitments.c.entry.is_(None))
            .values(entry=index)
        )
    missed = max((now - due) // CADENCE, 0)
    connection.execute(tree.update().values(next_seal=due + CADENCE * (missed + 1)))


def signed_checkpoint(connection: sa.Connection, origin: str, signer: Signer) -> bytes:
    """Return the record as it stands, signed.

    Source: C2SP tlog-checkpoint v1 in a C2SP signed-note.
    """
    frontier = stand(connection).frontier
    return sign_note(write_checkpoint(Checkpoint(origin, frontier.size, frontier.root())), signer)


def waiting(connection: sa.Connection) -> int:
    """Return how many commitments wait for a seal. For the desk alone: the number must never become public."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(commitments).where(commitments.c.entry.is_(None))
    ).scalar_one()
