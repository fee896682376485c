"""The one place that appends to the record.

Sequenced: an entry has its number, in the same transaction as the facts it stands for. Integrated: it is in the tree.
Published: a signed checkpoint covers it, and lies where anyone can read it. Three words, three certainties.

Entries go in here; what a seal takes up is sealing.py's matter, and what is signed is signing.py's.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Fact
from tocsin.basis.foreign import read_json
from tocsin.people.facts import PersonForgotten
from tocsin.record import (
    NOT_WITNESSED,
    Frontier,
    RecordKeyAdded,
    RecordKeyRetired,
    WitnessAdded,
    WitnessRemoved,
    leaf_hash,
)
from tocsin.record.entry import plain_entry
from tocsin.store.tables import checkpoints, commitments, entries, tree
from tocsin.warning.advisory.facts import AdvisoryIssued, AdvisoryReviewed
from tocsin.warning.alert.facts import (
    AlertClosed,
    AlertFollowed,
    AlertIssued,
    AlertRetracted,
    AlertStoodDown,
    AlertWindowExtended,
    AlertWindowRanOut,
    AlertWithdrawn,
)
from tocsin.warning.alert.message import Decided
from tocsin.warning.duty.policy import DutyPolicyChosen
from tocsin.warning.notice.facts import NoticeOpened
from tocsin.warning.statement.facts import StatementPublished

CADENCE = timedelta(hours=1)
IN_ONE_READING = 4_096  # entries


class Tree(msgspec.Struct, frozen=True):
    """How the record stands: its right edge, when the next seal is due, and up to when seals have been settled."""

    frontier: Frontier
    next_seal: datetime
    settled: datetime


def begin(connection: sa.Connection, now: datetime) -> None:
    """Start an empty record; its first seal is due one cadence later, on the hour."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    connection.execute(
        tree.insert().values(one=1, size=0, frontier=Frontier().pack(), next_seal=hour + CADENCE, settled=hour)
    )


def stand(connection: sa.Connection) -> Tree:
    """Return how the record stands."""
    row = connection.execute(_STAND).one()
    return Tree(Frontier.unpack(row.frontier), row.next_seal, row.settled)


_STAND = sa.select(tree)


def sequenced(connection: sa.Connection) -> int:
    """Return how many entries have their number, in the tree or not yet."""
    last = connection.execute(_LAST).scalar_one()
    return 0 if last is None else int(last) + 1


_LAST = sa.select(sa.func.max(entries.c.number))


def append(connection: sa.Connection, raw: Sequence[bytes], facts: Sequence[int | None]) -> int:
    """Sequence entries, each for the fact of that place in the journal; return the first one's number."""
    first = sequenced(connection)
    rows = list(zip(count(first), raw, map(leaf_hash, raw), facts, strict=False))
    connection.exec_driver_sql("INSERT INTO entries (number, entry, leaf, fact_seq) VALUES (?, ?, ?, ?)", rows)
    return first


def take_in(connection: sa.Connection, raw: Sequence[bytes]) -> Frontier:
    """Sequence entries that stand for no fact here, and take them into the tree in the same step; return its edge."""
    before = integrate(connection).frontier
    leaves = [leaf_hash(entry) for entry in raw]
    rows = list(zip(count(before.size), raw, leaves, strict=False))
    connection.exec_driver_sql("INSERT INTO entries (number, entry, leaf) VALUES (?, ?, ?)", rows)
    grown = before.extend(leaves)
    connection.execute(tree.update().values(size=grown.size, frontier=grown.pack()))
    return grown


def integrate(connection: sa.Connection) -> Tree:
    """Take what has been sequenced into the tree; return how it stands then."""
    before = stand(connection)
    frontier = before.frontier
    while leaves := _leaves(connection, frontier.size):
        frontier = frontier.extend(leaves)
    if frontier.size > before.frontier.size:
        connection.execute(tree.update().values(size=frontier.size, frontier=frontier.pack()))
    return msgspec.structs.replace(before, frontier=frontier)


def _leaves(connection: sa.Connection, first: int) -> list[bytes]:
    question = "SELECT leaf FROM entries WHERE number >= ? ORDER BY number LIMIT ?"
    return [row[0] for row in connection.exec_driver_sql(question, (first, IN_ONE_READING)).fetchall()]


def walk(connection: sa.Connection, first: int, stop: int) -> Iterator[bytes]:
    """Return the entries from first up to, not including, stop."""
    between = sa.select(entries.c.entry).where(entries.c.number >= first, entries.c.number < stop)
    yield from connection.execute(between.order_by(entries.c.number)).scalars()


def said_in(number: int, entry: Any) -> dict[str, Any]:
    """Return what an entry of ours says.

    Raises:
        Broken: it was altered beyond reading.
    """
    try:
        found: dict[str, Any] = read_json(entry, dict[str, Any])
    except Refused as error:
        raise Broken(
            f"Entry {number} of the record was altered: it cannot be read. Say `tocsin record reconcile`."
        ) from error
    return found


def root_at(connection: sa.Connection, size: int) -> bytes | None:
    """Return the root over the first so many entries; None where there are fewer."""
    signed = connection.execute(sa.select(checkpoints.c.root).where(checkpoints.c.size == size)).scalar_one_or_none()
    if signed is not None or size > sequenced(connection):
        return signed
    return frontier_at(connection, size).root()


def frontier_at(connection: sa.Connection, size: int) -> Frontier:
    """Return the right edge of the tree over the first so many entries, of which there must be as many."""
    frontier = Frontier()
    while frontier.size < size:
        frontier = frontier.extend(_leaves(connection, frontier.size)[: size - frontier.size])
    return frontier


def public_entry(fact: Fact, fact_hash: bytes) -> bytes:
    """Return the entry that a public fact leaves: what was made public, by its hash, and never about a person.

    fact_hash: of the fact as the journal keeps it, so that the two can be compared.
    """
    said: dict[str, Any] = {}
    subject = fact.subject
    match fact:
        case PersonForgotten():
            # That someone was forgotten, and nothing that still points to them. The token says who only to a keeper of
            # the key that is destroyed next: a restored backup knows by it whom to forget again.
            subject, said = "", {"token": fact.token}
        case NoticeOpened():
            subject, said = "", {"place": fact.place, "seal": fact.seal}
        case (
            AlertIssued()
            | AlertRetracted()
            | AlertWindowExtended()
            | AlertWithdrawn()
            | AlertStoodDown()
            | AlertClosed()
        ):
            said = _message(fact)
        case AlertWindowRanOut() | AlertFollowed() | AdvisoryReviewed() | DutyPolicyChosen():
            said = _few_words(fact)
        case AdvisoryIssued():
            said = {"country": fact.country, "level": fact.level, "text_sha256": sha256_hex(fact.text.encode())}
            if fact.region:
                said["region"] = fact.region
        case StatementPublished():
            said = {"edition": fact.edition, "text_sha256": sha256_hex(fact.text.encode())}
        case RecordKeyAdded() | RecordKeyRetired() | WitnessAdded() | WitnessRemoved():
            said = {"vkey": fact.vkey}
    return plain_entry(fact.kind(), subject, fact.occurred_at, fact_sha256=fact_hash.hex(), **said)


def _few_words(fact: AlertWindowRanOut | AlertFollowed | AdvisoryReviewed | DutyPolicyChosen) -> dict[str, Any]:
    match fact:
        case AlertFollowed():
            return {"followed_by": fact.followed_by}
        case AlertWindowRanOut():
            return {"ends": fact.ends.isoformat()}
        case AdvisoryReviewed():
            return {"review_at": fact.review_at.isoformat()}
    return {"pack": fact.pack, "hours": [[row.under_s, row.decide_s, row.deliver_s] for row in fact.hours]}


def _message(fact: AlertIssued | AlertRetracted | Decided) -> dict[str, Any]:
    # What was decided before such decisions had a CAP message keeps the entry that it left then.
    said = {"cap_sha256": sha256_hex(fact.cap.encode()), "identifier": fact.identifier} if fact.cap else {}
    return {**said, "ends": fact.ends.isoformat()} if isinstance(fact, AlertWindowExtended) else said


def sha256_hex(raw: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    return sha256(raw).hexdigest()


def note_public(connection: sa.Connection, facts: Sequence[tuple[int, Fact, bytes]]) -> None:
    """Enter public facts at once: each one's place in the journal, the fact, and its hash."""
    if not facts:
        return
    raw = [public_entry(fact, fact_hash) for _, fact, fact_hash in facts]
    first = append(connection, raw, [seq for seq, _, _ in facts])
    for number, (_, fact, _) in enumerate(facts, first):
        if isinstance(fact, NoticeOpened):
            # The first opening stands: it was in time, whatever is shown besides later on.
            opened = (
                (commitments.c.entry == fact.seal)
                & (commitments.c.place == fact.place)
                & commitments.c.opening.is_(None)
            )
            connection.execute(commitments.update().where(opened).values(opening=number))


def witnessed_root(connection: sa.Connection) -> bytes:
    """Return the root of the latest checkpoint that enough witnesses have seen."""
    found = connection.execute(
        sa.select(checkpoints.c.root).where(checkpoints.c.witnessed).order_by(checkpoints.c.size.desc()).limit(1)
    ).scalar_one_or_none()
    return NOT_WITNESSED if found is None else found
