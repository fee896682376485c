"""The bulk logs: who is in a batch and who has it in hand, what came of each delivery, and what was answered.

These are append-only and hot; facts only sum them up (BatchPlanned, BatchSettled, AnswersTaken), and reconciling
recomputes the sums. A lease is a row a range of recipients: while it has an owner, that owner alone sends.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.delivery.plan import Address
from tocsin.delivery.state import ENDS, DeliveryStands
from tocsin.record import leaf_hash, root_of
from tocsin.store.columns import moment_text
from tocsin.store.tables import answer_log, answers_by_link, leases, recipients, results


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    """One place in a batch. row: its number in the list of all recipients, from which the answer link is made."""

    row: int
    batch: Id
    position: int
    warning: Id
    person: Id
    contact: Id


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one attempt at one place in a batch."""

    position: int
    stands: DeliveryStands
    at: datetime
    attempt: int
    detail: str = ""


class LinkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer given by link. words: sealed under the person's key, or empty."""

    row: int
    answer: str
    at: datetime
    words: str = ""


def _leaf(*parts: object) -> bytes:
    return leaf_hash(msgspec.json.encode([str(part) for part in parts]))


def root_hex(leaves: Sequence[bytes]) -> str:
    """Return the root over some leaves, in hexadecimal."""
    return root_of(leaves).hex()


def recipients_root(addresses: Iterable[Address]) -> str:
    """Return the root over a list of recipients, in hexadecimal."""
    return root_hex([_leaf(a.person, a.contact) for a in addresses])


# ---- planning and leasing


def plan(
    connection: sa.Connection, batch: Id, warning: Id, addresses: Sequence[Address], due: datetime, lane: int
) -> None:
    """Write down who is in a batch, and that it waits for a sender. lane: the lowest goes first."""
    connection.execute(
        recipients.insert(),
        [
            {"batch": batch, "position": n, "warning": warning, "person": a.person, "contact": a.contact}
            for n, a in enumerate(addresses)
        ],
    )
    connection.execute(leases.insert().values(batch=batch, lane=lane, due=due, owner=None, attempts=0))


def claim(connection: sa.Connection, now: datetime, owner: str) -> tuple[Id, int] | None:
    """Take the batch that has waited longest in the first lane that has one; return it with the number of this attempt."""
    row = connection.execute(
        sa.select(leases.c.batch, leases.c.attempts)
        .where(leases.c.due <= now, leases.c.owner.is_(None))
        .order_by(leases.c.lane, leases.c.due, leases.c.batch)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    connection.execute(
        leases.update().where(leases.c.batch == row.batch).values(owner=owner, attempts=row.attempts + 1)
    )
    return row.batch, row.attempts + 1


def release(connection: sa.Connection, batch: Id, due: datetime | None) -> None:
    """Give a batch back, to be taken again when due; or never, when it is settled."""
    connection.execute(leases.update().where(leases.c.batch == batch).values(owner=None, due=due))


def release_all(connection: sa.Connection) -> None:
    """Free what a dead sender held. Only the holder of the data lock may say this: it proves that nobody sends.

    Its attempt is not counted: we died, the provider did not refuse. Counted, a few restarts would use up all tries.
    """
    connection.execute(
        leases.update().where(leases.c.owner.is_not(None)).values(owner=None, attempts=leases.c.attempts - 1)
    )


# ---- results


def append_results(connection: sa.Connection, batch: Id, attempts: Sequence[Attempt]) -> None:
    """Write down what came of some attempts."""
    if attempts:
        connection.execute(
            results.insert(),
            [
                {
                    "batch": batch,
                    "position": a.position,
                    "stands": a.stands.value,
                    "at": a.at,
                    "attempt": a.attempt,
                    "detail": a.detail,
                }
                for a in attempts
            ],
        )


def standing(connection: sa.Connection, batch: Id) -> dict[int, DeliveryStands]:
    """Return how each attempted place of a batch stands: what came of the last attempt."""
    last = sa.select(sa.func.max(results.c.seq)).where(results.c.batch == batch).group_by(results.c.position)
    found = connection.execute(sa.select(results.c.position, results.c.stands).where(results.c.seq.in_(last)))
    return {row.position: DeliveryStands(row.stands) for row in found}


def of_batch(connection: sa.Connection, batch: Id) -> list[Recipient]:
    """Return who is in a batch, in order."""
    found = connection.execute(sa.select(recipients).where(recipients.c.batch == batch).order_by(recipients.c.position))
    return [_recipient(row) for row in found]


def _recipient(row: sa.Row[Any]) -> Recipient:
    return Recipient(
        row=row.row,
        batch=row.batch,
        position=row.position,
        warning=row.warning,
        person=row.person,
        contact=row.contact,
    )


def unsent(connection: sa.Connection, batch: Id) -> list[Recipient]:
    """Return the places of a batch for which something must still be tried."""
    stands = standing(connection, batch)
    return [r for r in of_batch(connection, batch) if stands.get(r.position) not in ENDS]


def settled(connection: sa.Connection, batch: Id) -> tuple[dict[str, int], str]:
    """Return the counts of a batch by state, and the root over its result log, in hexadecimal."""
    counts = Counter(stands.value for stands in standing(connection, batch).values())
    rows = connection.execute(sa.select(results).where(results.c.batch == batch).order_by(results.c.seq))
    leaves = [_leaf(r.position, r.stands, moment_text(r.at), r.attempt, r.detail) for r in rows]
    return dict(sorted(counts.items())), root_hex(leaves)


def recipient(connection: sa.Connection, row: int) -> Recipient | None:
    """Return the recipient of that row."""
    found = connection.execute(sa.select(recipients).where(recipients.c.row == row)).one_or_none()
    return None if found is None else _recipient(found)


def rows_of(connection: sa.Connection, warning: Id) -> dict[Id, int]:
    """Return the first row of each person who is a recipient of a warning."""
    found = connection.execute(
        sa.select(recipients.c.person, sa.func.min(recipients.c.row).label("first"))
        .where(recipients.c.warning == warning)
        .group_by(recipients.c.person)
    )
    return {row.person: row.first for row in found}


def results_of(connection: sa.Connection, warning: Id) -> list[Any]:
    """Return every attempt for a warning: batch, position, person, stands, at, attempt, detail; oldest first."""
    joined = results.join(
        recipients, (recipients.c.batch == results.c.batch) & (recipients.c.position == results.c.position)
    )
    return list(
        connection.execute(
            sa.select(results, recipients.c.person)
            .select_from(joined)
            .where(recipients.c.warning == warning)
            .order_by(results.c.seq)
        )
    )


# ---- answers by link


def append_answers(connection: sa.Connection, answers: Sequence[LinkAnswer]) -> None:
    """Write down answers as they came in. Once this is committed, their givers may be thanked."""
    connection.execute(
        answer_log.insert(),
        [{"recipient_row": a.row, "answer": a.answer, "at": a.at, "words": a.words} for a in answers],
    )


def untaken(connection: sa.Connection, after: int, most: int) -> list[Any]:
    """Return the answers that came in after a row of the log: seq, warning, person, answer, at, words."""
    joined = answer_log.join(recipients, recipients.c.row == answer_log.c.recipient_row)
    return list(
        connection.execute(
            sa.select(answer_log, recipients.c.warning, recipients.c.person)
            .select_from(joined)
            .where(answer_log.c.seq > after)
            .order_by(answer_log.c.seq)
            .limit(most)
        )
    )


def answers_root(rows: Sequence[Any]) -> str:
    """Return the root over a stretch of the answer log, in hexadecimal."""
    return root_hex([_leaf(r.seq, r.recipient_row, r.answer, moment_text(r.at), r.words) for r in rows])


def take(connection: sa.Connection, rows: Sequence[Any]) -> None:
    """Put a stretch of the log where it can be found by warning."""
    connection.execute(
        answers_by_link.insert(),
        [{"log_seq": r.seq, "warning": r.warning, "person": r.person, "answer": r.answer, "at": r.at} for r in rows],
    )


def answers_to(connection: sa.Connection, warning: Id) -> list[Any]:
    """Return the answers taken in for a warning: log_seq, person, answer, at; oldest first."""
    return list(
        connection.execute(
            sa.select(answers_by_link)
            .where(answers_by_link.c.warning == warning)
            .order_by(answers_by_link.c.at, answers_by_link.c.log_seq)
        )
    )
