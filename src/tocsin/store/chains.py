"""Which of the messages that others sent us is in force at a moment, by what was known at that moment or is known now.

Nothing is worked out ahead: who was ended by whom follows from the links at each look, so that the order in which messages came
does not matter.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

import msgspec
import sqlalchemy as sa

from tocsin.cap import Alert
from tocsin.cap.chain import SOON, link_of
from tocsin.cap.read import parse
from tocsin.store.columns import moment_text

_LEFT = (
    "SELECT number, raw, source, received_at, signature FROM received WHERE number > "
    "(SELECT coalesce(max(number), 0) FROM received_chain) ORDER BY number LIMIT ?"
)
_STANDS = (
    "INSERT INTO received_chain (number, sender, identifier, sent, msg_type, status, scope, source, received_at, warns, begins, "
    "ends, again, reissue_of, words, odd) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_OVER = (
    "INSERT OR IGNORE INTO received_over (sender, identifier, sent, by_number, at, received_at, source, signed) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_BEFORE = "SELECT min(number) FROM received_chain WHERE sender = ? AND identifier = ? AND sent = ?"
_SAME_WORDS = (
    "SELECT min(number) FROM received_chain WHERE words = ? AND sender = ? AND identifier <> ? AND sent BETWEEN ? AND ?"
)
# Whoever speaks for a sender on another way, unsigned, ends nothing of what came on this one.
_ENDED = (
    "SELECT 1 FROM received_over o WHERE o.sender = c.sender AND o.identifier = c.identifier AND o.sent = c.sent "
    "AND o.at <= :at AND o.received_at <= :known AND (o.signed OR o.source = c.source)"
)
_IN_FORCE = (
    "SELECT c.number, c.sender, c.identifier, c.sent, c.msg_type, c.status, c.scope, c.begins, c.ends, c.again, c.reissue_of, c.odd "
    "FROM received_chain c WHERE c.ends > :at AND c.begins <= :at AND c.warns AND c.again IS NULL AND c.received_at <= :known "
    f"AND NOT EXISTS ({_ENDED}) ORDER BY c.sent DESC, c.number DESC"
)
_CHAIN = (
    "WITH RECURSIVE chain(number) AS (SELECT number FROM received_chain WHERE number = ? "
    "UNION SELECT o.by_number FROM chain JOIN received_chain c USING (number) "
    "JOIN received_over o ON o.sender = c.sender AND o.identifier = c.identifier AND o.sent = c.sent "
    "UNION SELECT e.number FROM chain JOIN received_over o ON o.by_number = chain.number "
    "JOIN received_chain e ON e.sender = o.sender AND e.identifier = o.identifier AND e.sent = o.sent) "
    "SELECT c.number, c.sender, c.identifier, c.sent, c.msg_type, c.status, c.scope, c.begins, c.ends, c.again, c.reissue_of, c.odd "
    "FROM received_chain c JOIN chain USING (number) ORDER BY c.sent, c.number"
)


class Odd(StrEnum):
    """What is odd about a message that stands in a chain, besides its references."""

    AGAIN = "says that it is an earlier message, and is not"
    REISSUE = "the same words under another identifier, soon after"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """One message as it stands. number: of what was received. odd: what a person should look at."""

    number: int
    sender: str
    identifier: str
    sent: datetime
    msg_type: str
    status: str
    scope: str
    begins: datetime
    ends: datetime
    odd: tuple[str, ...]


def catch_up(connection: sa.Connection, most: int = 1_000) -> int:
    """Put what was received since into its chains; return how many messages that were. most: at once."""
    left = connection.exec_driver_sql(_LEFT, (most,)).all()
    for number, raw, source, received_at, signature in left:
        alert = parse(bytes(raw)).alert
        if alert is None:  # what was kept could be read then; a reader that has become stricter leaves it out
            alert_row = (number, "", "", received_at, "", "", "", source, received_at, False, received_at, received_at)
            connection.exec_driver_sql(_STANDS, (*alert_row, None, None, b"", "[]"))
            continue
        _enter(connection, number, alert, source, received_at, signature)
    return len(left)


def _enter(connection: sa.Connection, number: int, alert: Alert, source: str, received_at: str, signature: str) -> None:
    link, sent = link_of(alert), moment_text(alert.sent)
    again = connection.exec_driver_sql(_BEFORE, (alert.sender, alert.identifier, sent)).scalar_one()
    soon = moment_text(alert.sent - SOON)
    asked = (link.words, alert.sender, alert.identifier, soon, sent)
    reissue = None if link.over else connection.exec_driver_sql(_SAME_WORDS, asked).scalar_one()
    row = (
        number, alert.sender, alert.identifier, sent, _word(alert.msg_type), _word(alert.status), _word(alert.scope), source,
        received_at, link.warns, moment_text(link.begins), moment_text(link.ends), again, reissue, link.words,
        msgspec.json.encode(link.odd).decode(),
    )  # fmt: skip
    connection.exec_driver_sql(_STANDS, row)
    if again is not None or signature == "bad":  # it ends nothing: it is not what it says it is
        return
    for named in link.over:
        moment = moment_text(named.sent)
        over = (named.sender, named.identifier, moment, number, sent, received_at, source, signature == "good")
        connection.exec_driver_sql(_OVER, over)


def _word(word: StrEnum | None) -> str:
    return "" if word is None else word.value


def in_force(connection: sa.Connection, at: datetime, *, known_by: datetime | None = None) -> list[Standing]:
    """Return the messages that are in force at a moment, the latest first; whatever their status and scope.

    known_by: by what had been received until then; None: by everything that is known now. What we could have known at a
    moment is asked with both the same.
    """
    known = "9999" if known_by is None else moment_text(known_by)
    found = connection.execute(sa.text(_IN_FORCE), {"at": moment_text(at), "known": known})
    return list(_standings(found))


def chain_of(connection: sa.Connection, number: int) -> list[Standing]:
    """Return the chain of messages in which one stands, in the order in which they were sent; those not received are missing."""
    return list(_standings(connection.exec_driver_sql(_CHAIN, (number,))))


def _standings(found: sa.CursorResult[tuple[object, ...]]) -> Iterator[Standing]:
    for row in found.mappings():
        odd = list(msgspec.json.decode(row["odd"], type=tuple[str, ...]))
        odd += [Odd.AGAIN.value] if row["again"] is not None else []
        odd += [Odd.REISSUE.value] if row["reissue_of"] is not None else []
        yield Standing(
            number=row["number"],
            sender=row["sender"],
            identifier=row["identifier"],
            sent=datetime.fromisoformat(row["sent"]),
            msg_type=row["msg_type"],
            status=row["status"],
            scope=row["scope"],
            begins=datetime.fromisoformat(row["begins"]),
            ends=datetime.fromisoformat(row["ends"]),
            odd=tuple(odd),
        )
