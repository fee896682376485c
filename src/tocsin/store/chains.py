"""Which of the messages that others sent us is in force at a moment, by what was known at that moment or is known now.

Nothing is worked out ahead: who was ended by whom follows from the links at each look, so that the order in which messages came
does not matter.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import msgspec
import sqlalchemy as sa

from tocsin.cap import Alert
from tocsin.cap.chain import SOON, link_of
from tocsin.cap.read import parse
from tocsin.store.columns import moment_text
from tocsin.store.received import EARLIEST, foreign_moment

_LEFT = (
    "SELECT number, raw, source, received_at, signature FROM received WHERE number > "
    "(SELECT coalesce(max(number), 0) FROM received_chain) ORDER BY number LIMIT ?"
)
_STANDS = (
    "INSERT INTO received_chain (number, sender, identifier, sent, msg_type, status, scope, source, received_at, signature, warns, "
    "begins, ends, again, reissue_of, words, odd) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_OVER = (
    "INSERT OR IGNORE INTO received_over (sender, identifier, sent, by_number, at, received_at, source, signed, status) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
# Of messages under one name: those that came the same way, or say the same, or of which one is signed.
_BEFORE = (
    "SELECT min(number) FROM received_chain WHERE sender = ? AND identifier = ? AND sent = ? AND again IS NULL "
    "AND signature <> 'bad' AND (source = ? OR words = ? OR signature = 'good')"
)
_UNSIGNED = (
    "UPDATE received_chain SET again = ? WHERE sender = ? AND identifier = ? AND sent = ? AND again IS NULL "
    "AND signature <> 'good'"
)
_OTHERS = "SELECT count(*) FROM received_chain WHERE sender = ? AND identifier = ? AND sent = ? AND words <> ?"
_SAME_WORDS = (
    "SELECT min(number) FROM received_chain WHERE words = ? AND sender = ? AND identifier <> ? AND sent BETWEEN ? AND ?"
)
# Of one that another stands before: that had come by then.
_HIDDEN = "SELECT 1 FROM received_chain h JOIN received_chain g ON g.number = h.again WHERE h.number = {} AND g.received_at <= :known"
# Both have come by one way, be it not the way by which each came first.
_ONE_WAY = (
    "SELECT 1 FROM received_ways v JOIN received_ways w ON w.inlet = v.inlet WHERE v.number = o.by_number "
    "AND w.number = c.number AND v.at <= :known AND w.at <= :known"
)
# Whoever speaks for a sender on another way, unsigned, ends nothing of what came on this one; and no exercise ends what is real.
_ENDED = (
    "SELECT 1 FROM received_over o WHERE o.sender = c.sender AND o.identifier = c.identifier AND o.sent = c.sent "
    f"AND o.at <= :at AND o.received_at <= :known AND (o.signed OR o.source = c.source OR EXISTS ({_ONE_WAY})) AND o.status = c.status "
    f"AND NOT EXISTS ({_HIDDEN.format('o.by_number')})"
)
_COLUMNS = "c.number, c.sender, c.identifier, c.sent, c.msg_type, c.status, c.scope, c.begins, c.ends, c.again, c.reissue_of, c.odd"
_HOLDS = (
    "c.ends > :at AND c.begins <= :at AND c.warns AND c.received_at <= :known "
    f"AND NOT EXISTS ({_HIDDEN.format('c.number')}) AND NOT EXISTS ({_ENDED})"
)
_LATEST_FIRST = "ORDER BY c.sent DESC, c.number DESC"
_IN_FORCE = f"SELECT {_COLUMNS} FROM received_chain c WHERE {_HOLDS} {_LATEST_FIRST}"
_WHICH = f"SELECT c.number FROM received_chain c WHERE {_HOLDS} {_LATEST_FIRST}"
_AMONG = "SELECT value FROM json_each(:among)"
_WHICH_AMONG = f"SELECT c.number FROM received_chain c WHERE c.number IN ({_AMONG}) AND {_HOLDS}"
_THESE = f"SELECT {_COLUMNS} FROM received_chain c WHERE c.number IN ({_AMONG}) {_LATEST_FIRST}"
_CHAIN = (
    "WITH RECURSIVE chain(number) AS (SELECT number FROM received_chain WHERE number = ? "
    "UNION SELECT o.by_number FROM chain JOIN received_chain c USING (number) "
    "JOIN received_over o ON o.sender = c.sender AND o.identifier = c.identifier AND o.sent = c.sent "
    "UNION SELECT e.number FROM chain JOIN received_over o ON o.by_number = chain.number "
    "JOIN received_chain e ON e.sender = o.sender AND e.identifier = o.identifier AND e.sent = o.sent) "
    f"SELECT {_COLUMNS} FROM received_chain c JOIN chain USING (number) ORDER BY c.sent, c.number LIMIT 1000"
)


class Odd(StrEnum):
    """What is odd about a message that stands in a chain, besides its references."""

    AGAIN = "another message has the same sender, identifier and sent, and says something else"
    BAD = "its signature is bad"
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


def catch_up(connection: sa.Connection, most: int = 1_000, known: Mapping[int, Alert] = MappingProxyType({})) -> int:
    """Put what was received since into its chains; return how many messages that were.

    most: at once. known: what was read of some of them, by number; the others are read again.
    """
    # The driver itself: there are five statements a message, and what SQLAlchemy does around one takes longer than the one.
    line: Any = connection.connection.driver_connection
    left = line.execute(_LEFT, (most,)).fetchall()
    for number, raw, source, received_at, signature in left:
        alert = known.get(number) or parse(bytes(raw)).alert
        if alert is None:  # what was kept could be read then; a reader that has become stricter leaves it out
            unread = (number, "", "", received_at, "", "", "", source, received_at, signature, False, received_at)
            line.execute(_STANDS, (*unread, received_at, None, None, b"", "[]"))
            continue
        _enter(line, number, alert, source, received_at, signature)
    return len(left)


def _enter(line: Any, number: int, alert: Alert, source: str, received_at: str, signature: str) -> None:
    link, sent, is_bad = link_of(alert), foreign_moment(alert.sent), signature == "bad"
    named, odd = (alert.sender, alert.identifier, sent), list(link.odd)
    if signature == "good":
        line.execute(_UNSIGNED, (number, *named))
    again = _found(line, _BEFORE, (*named, source, link.words))
    if _found(line, _OTHERS, (*named, link.words)):
        odd.append(Odd.AGAIN.value)
    if is_bad:
        odd.append(Odd.BAD.value)
    asked = (link.words, alert.sender, alert.identifier, foreign_moment(_sooner(alert.sent)), sent)
    reissue = None if link.over else _found(line, _SAME_WORDS, asked)
    row = (
        number, *named, _word(alert.msg_type), _word(alert.status), _word(alert.scope), source, received_at, signature,
        link.warns and not is_bad, foreign_moment(link.begins), foreign_moment(link.ends), again, reissue, link.words,
        msgspec.json.encode(odd).decode(),
    )  # fmt: skip
    line.execute(_STANDS, row)
    if again is not None or is_bad:  # it ends nothing: it is not what it says it is
        return
    at, status = foreign_moment(link.ends_them), _word(alert.status)
    for one in link.over:
        of = (one.sender, one.identifier, foreign_moment(one.sent))
        line.execute(_OVER, (*of, number, at, received_at, source, signature == "good", status))


def _found(line: Any, asked: str, of: Sequence[object]) -> Any:
    [found] = line.execute(asked, of).fetchone()
    return found


def _sooner(sent: datetime) -> datetime:
    try:
        return sent - SOON
    except OverflowError:
        return EARLIEST


def _word(word: StrEnum | None) -> str:
    return "" if word is None else word.value


def in_force(connection: sa.Connection, at: datetime, *, known_by: datetime | None = None) -> list[Standing]:
    """Return the messages that are in force at a moment, the latest first; whatever their status and scope.

    known_by: by what had been received until then; None: by everything that is known now. What we could have known at a
    moment is asked with both the same.
    """
    return list(_standings(connection.execute(sa.text(_IN_FORCE), _asked(at, known_by))))


def which_in_force(
    connection: sa.Connection, at: datetime, *, known_by: datetime | None = None, among: Sequence[int] | None = None
) -> list[int]:
    """Return the numbers of the same messages, which takes a fraction of the time. among: of these alone, in no order."""
    asked = _asked(at, known_by)
    if among is None:
        return list(connection.execute(sa.text(_WHICH), asked).scalars())
    asked["among"] = msgspec.json.encode(among).decode()
    return list(connection.execute(sa.text(_WHICH_AMONG), asked).scalars())


def these(connection: sa.Connection, numbers: Sequence[int]) -> list[Standing]:
    """Return some messages, the latest first."""
    return list(_standings(connection.execute(sa.text(_THESE), {"among": msgspec.json.encode(numbers).decode()})))


def _asked(at: datetime, known_by: datetime | None) -> dict[str, str]:
    return {"at": moment_text(at), "known": "9999" if known_by is None else moment_text(known_by)}


def chain_about(connection: sa.Connection, named: Iterable[tuple[str, str, datetime]]) -> list[Standing]:
    """Return the chains of the messages that are named by sender, identifier and sent, each message once."""
    found: dict[int, Standing] = {}
    asked = "SELECT number FROM received_chain WHERE sender = ? AND identifier = ? AND sent = ?"
    for sender, identifier, sent in named:
        for number in connection.exec_driver_sql(asked, (sender, identifier, foreign_moment(sent))).scalars():
            if number not in found:
                found |= {one.number: one for one in chain_of(connection, number)}
    return list(found.values())


def chain_of(connection: sa.Connection, number: int) -> list[Standing]:
    """Return the chain of messages in which one stands, in the order in which they were sent; those not received are missing."""
    return list(_standings(connection.exec_driver_sql(_CHAIN, (number,))))


def _standings(found: sa.CursorResult[tuple[object, ...]]) -> Iterator[Standing]:
    for row in found.mappings():
        odd = list(msgspec.json.decode(row["odd"], type=tuple[str, ...]))
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
