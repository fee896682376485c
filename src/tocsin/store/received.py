"""CAP messages that others sent us: kept as they came, each with what was found of it when it came.

Messages are no facts: they are others' words, and there may be thousands an hour. What is made of one, a report or an alert
that is passed on, is a fact and names it by its number.
"""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import sqlalchemy as sa

from tocsin.cap.judge import Verdict
from tocsin.cap.problem import Problem
from tocsin.store.columns import moment_text

_KEEP = (
    "INSERT INTO received (sha256, sender, identifier, sent, source, received_at, ok, problems, signature, signed_by, raw) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)
_SAME = "SELECT number, raw FROM received WHERE sender = ? AND identifier = ? AND sent = ? ORDER BY number"
_LAST = "SELECT coalesce(max(number), 0) FROM received"
_SINCE = "SELECT * FROM received WHERE number > ? ORDER BY number LIMIT ?"
_encode = msgspec.json.Encoder().encode
_problems = msgspec.json.Decoder(tuple[Problem, ...])
_NONE = "[]"
_MIDDLE = 5_000
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it is kept. source: where it came from. problems: as they were told at its receipt.

    signature: `none`, `unverifiable`, `bad` or `good`. signed_by: the pinned key that made it.
    """

    number: int
    sender: str
    identifier: str
    sent: datetime
    source: str
    received_at: datetime
    ok: bool
    problems: tuple[Problem, ...]
    signature: str
    signed_by: str | None
    raw: bytes


def keep(
    connection: sa.Connection, messages: Iterable[tuple[bytes, Verdict]], *, source: str, received_at: datetime
) -> int:
    """Keep messages that were read, those that stand here already left out; return how many are new.

    What was refused has no alert, and is not kept.
    """
    rows = [_row(raw, verdict, source, moment_text(received_at)) for raw, verdict in messages if verdict.alert]
    if not rows:
        return 0
    before: int = connection.exec_driver_sql(_LAST).scalar_one()
    connection.exec_driver_sql(_KEEP, rows)
    asked = "SELECT count(*) FROM received WHERE number > ?"
    return int(connection.exec_driver_sql(asked, (before,)).scalar_one())


def foreign_moment(moment: datetime) -> str:
    """Return a moment from outside as it is kept. One that is no moment in UTC, in the first or last hours there are, is brought in."""
    try:
        return moment_text(moment)
    except OverflowError:
        return moment_text(EARLIEST if moment.year < _MIDDLE else LATEST)


def _row(raw: bytes, verdict: Verdict, source: str, at: str) -> tuple[object, ...]:
    alert = verdict.alert
    assert alert is not None  # noqa: S101  (keep() has looked)
    problems = _encode(verdict.problems).decode() if verdict.problems else _NONE
    return (
        hashlib.sha256(raw).digest(),
        alert.sender,
        alert.identifier,
        foreign_moment(alert.sent),
        source,
        at,
        verdict.ok,
        problems,
        verdict.signed.state.value,
        verdict.signed.key,
        raw,
    )


def since(connection: sa.Connection, number: int, most: int) -> list[Received]:
    """Return the messages that came after one, in the order in which they came. most: how many at most."""
    return [_received(row) for row in connection.exec_driver_sql(_SINCE, (number, most)).mappings()]


def of_identity(connection: sa.Connection, sender: str, identifier: str, sent: datetime) -> list[tuple[int, bytes]]:
    """Return all messages that say they are this one, by number, with their bytes: more than one is a contradiction."""
    found = connection.exec_driver_sql(_SAME, (sender, identifier, foreign_moment(sent)))
    return [(int(number), bytes(raw)) for number, raw in found]


def _received(row: sa.RowMapping) -> Received:
    return Received(
        number=row["number"],
        sender=row["sender"],
        identifier=row["identifier"],
        sent=datetime.fromisoformat(row["sent"]),
        source=row["source"],
        received_at=datetime.fromisoformat(row["received_at"]),
        ok=bool(row["ok"]),
        problems=_problems.decode(row["problems"]),
        signature=row["signature"],
        signed_by=row["signed_by"],
        raw=bytes(row["raw"]),
    )
