"""The bulk logs: who is in a batch and who has it in hand, what came of each delivery, and what was answered.

These are append-only and hot; facts only sum them up (BatchPlanned, BatchSettled, AnswersTaken), and reconciling
recomputes the sums. A lease is a row a range of recipients: while it has an owner, that owner alone sends.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, NamedTuple, Protocol

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from tocsin.answer.state import Answer
from tocsin.basis.errors import Broken, Refused
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Id
from tocsin.basis.moment import STEADY
from tocsin.delivery.facts import LANES, BatchPlanned, Errand
from tocsin.delivery.plan import Address
from tocsin.delivery.state import ENDS, Batch, DeliveryStands
from tocsin.people.state import Contact, Person
from tocsin.store.bulk import insert_many
from tocsin.store.columns import moment_text, text_of_moment
from tocsin.store.place import Place
from tocsin.store.sums import Came, counts, results_root, root_of_texts
from tocsin.store.tables import allowances, answer_log, answers_by_link, leases, notes, recipients, results, state_table

BY_LINK = "link"
"""How an answer came of which nothing else is said."""


class Recipient(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place in a batch. row: its number in the list of all recipients, from which the answer link is made."""

    row: int
    batch: Id
    position: int
    warning: Id
    person: Id
    contact: Id


class Attempt(msgspec.Struct, frozen=True):
    """What came of an attempt at some places in a batch that went alike. again: when the next one is, if it failed."""

    positions: list[int]
    stands: DeliveryStands
    at: datetime
    attempt: int
    detail: str = ""
    again: datetime | None = None


class LinkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """An answer given by link or message. words: sealed under the person's key, or empty. heard: how it came."""

    row: int
    answer: str
    at: datetime
    words: str = ""
    heard: str = BY_LINK


def recipients_root(addresses: Iterable[Address]) -> str:
    """Return the root over a list of recipients, in hexadecimal."""
    return root_of_texts([(a.person, a.contact) for a in addresses])


# ---- planning and leasing

_CHANNELS_DUE = (
    sa.select(leases.c.channel)
    .where(leases.c.due <= sa.bindparam("now"), leases.c.owner.is_(None))
    .distinct()
    .order_by(leases.c.channel)
)
_FREED = leases.update().where(leases.c.batch == sa.bindparam("its_batch"))


def plan(connection: sa.Connection, planned: BatchPlanned, addresses: Sequence[Address], due: datetime) -> None:
    """Write down who is in a batch, and that it waits for a sender."""
    who = _write(addresses).decode()  # person, contact, channel
    connection.exec_driver_sql(_PLAN, (planned.subject, planned.warning, who))
    lease = {
        "batch": planned.subject, "channel": planned.channel, "lane": LANES.index(planned.lane),
        "due": due, "set_at": due, "owner": None, "cut_off": False,
    }  # fmt: skip
    insert_many(connection, leases, [lease])


def claim(connection: sa.Connection, now: datetime, owner: str, channel: str) -> Id | None:
    """Take the batch of a channel that has waited longest in the first lane that has one."""
    batch: Id | None = connection.exec_driver_sql(_FIRST, (channel, moment_text(now))).scalar_one_or_none()
    if batch is not None:
        connection.exec_driver_sql(_TAKE, (owner, batch))
    return batch


def is_overtaken(connection: sa.Connection, batch: Id, now: datetime) -> bool:
    """Say whether something waits that goes before a batch on its channel."""
    return connection.exec_driver_sql(_BEFORE, (batch, moment_text(now))).first() is not None


def waiting_beside(connection: sa.Connection, batch: Id) -> int:
    """Return how many are in a batch and those on its channel that do not go after it, while they are not settled."""
    found: int = connection.exec_driver_sql(_BESIDE, (batch,)).scalar_one()
    return found


def channels_due(connection: sa.Connection, now: datetime) -> list[str]:
    """Return the channels over which something waits to be sent."""
    return list(connection.execute(_CHANNELS_DUE, {"now": now}).scalars())


def release(
    connection: sa.Connection, batch: Id, due: datetime | None, now: datetime, *, cut_off: bool = False
) -> None:
    """Give a batch back, to be taken again when due; or never, when it is settled.

    cut_off: not all that came of it could be noted.
    """
    freed = {"its_batch": batch, "owner": None, "due": due, "set_at": now} | ({"cut_off": True} if cut_off else {})
    connection.execute(_FREED, freed)


def release_all(connection: sa.Connection, owner: str | None = None) -> None:
    """Free what a dead sender held, or all of them. Only the holder of the data lock may say this: nobody else sends."""
    held = leases.c.owner.is_not(None) if owner is None else leases.c.owner == owner
    connection.execute(leases.update().where(held).values(owner=None, cut_off=True))


def wake(connection: sa.Connection, now: datetime) -> None:
    """Let each batch whose due was set by a clock that was ahead wait from now on for as long as it had been meant to.

    Done twice, it changes nothing the second time.
    """
    ahead = sa.select(leases).where(leases.c.due > now, leases.c.set_at > now + STEADY)
    for row in connection.execute(ahead).all():
        due = min(row.due, now + max(row.due - row.set_at, timedelta()))
        connection.execute(leases.update().where(leases.c.batch == row.batch).values(due=due, set_at=now))
    # What an account may send grows from now on, and not only once that moment has come.
    connection.execute(allowances.update().where(allowances.c.at > now + STEADY).values(at=now))


def was_cut_off(connection: sa.Connection, batch: Id) -> bool:
    """Say whether a sender failed, or was killed, with a batch in hand."""
    return bool(connection.exec_driver_sql(_CUT_OFF, (batch,)).scalar_one_or_none())


# ---- allowances


class Bucket(Protocol):
    """What an account may send: see channels.channel.Limit."""

    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def per_s(self) -> float: ...  # noqa: D102
    @property
    def burst(self) -> int: ...  # noqa: D102


def spend(connection: sa.Connection, buckets: Sequence[Bucket], wanted: int, now: datetime) -> tuple[int, datetime]:
    """Take up to so many tokens from each of some buckets, from all the same; return how many, and when there are more.

    A bucket is filled by per_s in a second. It holds burst at most, and at the first time.
    """
    have = [tokens(connection, one, now) for one in buckets]
    taken = min([wanted, *(int(has) for has, _ in have)])
    again = now
    for one, (has, is_new) in zip(buckets, have, strict=True):
        left = has - taken
        if is_new:
            connection.execute(allowances.insert().values(account=one.account, tokens=left, at=now))
        else:
            kept = allowances.update().where(allowances.c.account == one.account)
            connection.execute(kept.values(tokens=left, at=now))
        again = max(again, now + timedelta(seconds=max(1.0 - left, 0.0) / one.per_s))
    return taken, again


def tokens(connection: sa.Connection, bucket: Bucket, now: datetime) -> tuple[float, bool]:
    """Return how many tokens a bucket has now, and whether it is asked for the first time."""
    row = connection.execute(sa.select(allowances).where(allowances.c.account == bucket.account)).one_or_none()
    if row is None:
        return float(bucket.burst), True
    # A clock that was set back adds nothing, and takes nothing.
    grown = row.tokens + bucket.per_s * max((now - row.at).total_seconds(), 0.0)
    return min(float(bucket.burst), grown), False


# ---- results


# A million recipients pass here: these statements go to the driver as they are.
_FIRST = f"SELECT batch FROM {leases.name} WHERE channel = ? AND due <= ? AND owner IS NULL ORDER BY lane, due, batch LIMIT 1"
_TAKE = f"UPDATE {leases.name} SET owner = ? WHERE batch = ?"
_CUT_OFF = f"SELECT cut_off FROM {leases.name} WHERE batch = ?"
_BEFORE = (
    f"SELECT 1 FROM {leases.name} mine JOIN {leases.name} other ON other.channel = mine.channel "
    "AND other.lane < mine.lane AND other.owner IS NULL WHERE mine.batch = ? AND other.due <= ? LIMIT 1"
)
_BESIDE = (
    f"SELECT coalesce(sum(batch.count), 0) FROM {leases.name} mine JOIN {leases.name} other ON other.channel = mine.channel "
    f"AND other.lane <= mine.lane AND other.due IS NOT NULL JOIN {state_table(Batch).name} batch ON batch.id = other.batch "
    "WHERE mine.batch = ?"
)
# Between two rows the driver lets other threads have their turn, and waits for its own: what goes in and out in one piece
# waits once.
_PLAN = (
    f"INSERT INTO {recipients.name} (batch, position, warning, person, contact) "
    "SELECT ?, key, ?, value ->> 0, value ->> 1 FROM json_each(?) ORDER BY key"
)
_NOTE = f"INSERT INTO {notes.name} (batch, positions, stands, at, attempt, detail, again) VALUES (?, ?, ?, ?, ?, ?, ?)"
_AGAIN = (
    f"SELECT position, count(*), max(CASE WHEN at <= ? THEN again END) FROM {results.name} "
    "WHERE batch = ? AND again IS NOT NULL GROUP BY position"
)
_WAITING = (
    'SELECT json_group_array(json_array(position, "row", person, contact, address, languages, forgotten)) FROM ('
    f'SELECT r.position, r."row", r.person, r.contact, c.address, p.languages, p.forgotten FROM {recipients.name} r '
    f"JOIN {state_table(Contact).name} c ON c.id = r.contact JOIN {state_table(Person).name} p ON p.id = r.person "
    "WHERE r.batch = ? ORDER BY r.position)"
)
_ALL = f"SELECT positions, stands FROM {notes.name} WHERE batch = ? ORDER BY seq"
_CAME = f"SELECT positions, stands, at, attempt, detail FROM {notes.name} WHERE batch = ? AND NOT echo ORDER BY seq"


def append_results(connection: sa.Connection, batch: Id, attempts: Sequence[Attempt]) -> list[Came]:
    """Write down what came of some attempts, and return it as it is kept."""
    kept = [(a.positions, a.stands.value, moment_text(a.at), a.attempt, a.detail) for a in attempts]
    if kept:
        again = [a.again and moment_text(a.again) for a in attempts]
        rows = [
            (batch, _write(positions).decode(), *alike, due)
            for (positions, *alike), due in zip(kept, again, strict=True)
        ]
        connection.exec_driver_sql(_NOTE, rows)
    return kept


_write = msgspec.json.Encoder().encode


def _positions(batch: Id, text: str) -> list[int]:
    try:
        found: list[int] = read_json(text, list[int])
    except Refused as error:
        raise Broken(f"A note of batch {batch} was altered: it does not say of which places it is.") from error
    return found


def came(connection: sa.Connection, batch: Id) -> list[Came]:
    """Return everything that came of sending a batch, oldest first.

    What was heard back later is no part of it: a batch is settled without waiting for that.

    Raises:
        Broken: a note was altered.
    """
    found = connection.exec_driver_sql(_CAME, (batch,)).fetchall()
    return [
        (_positions(batch, positions), stands, at, attempt, detail) for positions, stands, at, attempt, detail in found
    ]


def standing(connection: sa.Connection, batch: Id) -> dict[int, DeliveryStands]:
    """Return how each attempted place of a batch stands: what came of the last attempt, or was heard back of it.

    Raises:
        Broken: a note was altered.
    """
    stands: dict[int, DeliveryStands] = {}
    for positions, how in connection.exec_driver_sql(_ALL, (batch,)).fetchall():
        stands.update(dict.fromkeys(_positions(batch, positions), DeliveryStands(how)))
    return stands


def of_batch(connection: sa.Connection, batch: Id) -> list[Recipient]:
    """Return who is in a batch, in order."""
    found = connection.execute(sa.select(recipients).where(recipients.c.batch == batch).order_by(recipients.c.position))
    return [_recipient(row) for row in found]


def persons(connection: sa.Connection, batch: Id) -> list[Id]:
    """Return who is in a batch, in order."""
    question = f"SELECT person FROM {recipients.name} WHERE batch = ? ORDER BY position"
    return [person for (person,) in connection.exec_driver_sql(question, (batch,)).fetchall()]


def _recipient(row: sa.Row[Any]) -> Recipient:
    return Recipient(
        row=row.row,
        batch=row.batch,
        position=row.position,
        warning=row.warning,
        person=row.person,
        contact=row.contact,
    )


def unsent(connection: sa.Connection, batch: Id, now: datetime) -> list[Place]:
    """Return the places of a batch for which something must still be tried.

    Until when a clock that was ahead put a place off is not asked: the batch has waited for as long, see wake().

    Raises:
        Broken: a row was altered.
    """
    over = {position for position, stands in standing(connection, batch).items() if stands in ENDS}
    known = connection.exec_driver_sql(_AGAIN, (moment_text(now + STEADY), batch))
    tried = {position: (tries, again) for position, tries, again in known}
    try:
        found: list[Place] = read_json(connection.exec_driver_sql(_WAITING, (batch,)).scalar_one(), list[Place])
    except Refused as error:
        raise Broken(f"A row of batch {batch}, or of somebody in it, was altered: it cannot be read.") from error
    if not over and not tried:  # it is sent for the first time, as most are
        return found
    return [
        replace(place, tries=tries, again=again)
        for place in found
        if place.position not in over
        for tries, again in [tried.get(place.position, (0, None))]
    ]


def settled(connection: sa.Connection, batch: Id) -> tuple[dict[str, int], str]:
    """Return the counts of a batch by state, and the root over its result log, in hexadecimal."""
    found = came(connection, batch)
    return counts(found), results_root(found)


LOST = frozenset({DeliveryStands.DEAD, DeliveryStands.EXPIRED})
"""How a place stands that was not reached, and will not be over this channel."""

NEVER_LEFT = frozenset({DeliveryStands.EXPIRED, DeliveryStands.WITHDRAWN, DeliveryStands.SUPPRESSED})
"""What is noted of a place without a try."""


def tried(connection: sa.Connection, warning: Id, errand: Errand, persons: Sequence[Id]) -> dict[Id, set[Id]]:
    """Return which contact points of these people were written down for an errand about a warning."""
    question = (
        f"SELECT r.person, r.contact FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
        "WHERE r.warning = ? AND b.errand = ? AND r.person IN (SELECT value FROM json_each(?))"
    )
    found: dict[Id, set[Id]] = {}
    among = msgspec.json.encode(list(persons)).decode()
    for person, contact in connection.exec_driver_sql(question, (warning, errand.value, among)):
        found.setdefault(person, set()).add(contact)
    return found


def passed_on(connection: sa.Connection, warning: Id, errand: Errand, step: int, persons: Sequence[Id]) -> set[Id]:
    """Return for whom of these people a later step of an errand about a warning was written down."""
    question = (
        f"SELECT r.person FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
        "WHERE r.warning = ? AND b.errand = ? AND b.step > ? AND r.person IN (SELECT value FROM json_each(?))"
    )
    among = msgspec.json.encode(list(persons)).decode()
    found = connection.exec_driver_sql(question, (warning, errand.value, step, among))
    return {person for (person,) in found}


def may_have_got(connection: sa.Connection, batch: Id) -> list[Address]:
    """Return the contact points of a batch at which its warning arrived, or may have, in order.

    A failed try may have arrived, and so may whatever was in flight when the batch was cut off.
    """
    cut_off = was_cut_off(connection, batch)
    tries = {position for (position,) in connection.exec_driver_sql(_TRIED, (batch,))}
    places = connection.exec_driver_sql(_PLACES, (batch,))
    return [
        Address(person=person, contact=contact, channel=channel)
        for position, person, contact, channel in places
        if cut_off or position in tries
    ]


_NOT_OUT = ", ".join(f"'{one.value}'" for one in NEVER_LEFT)
_TRIED = f"SELECT DISTINCT position FROM {results.name} WHERE batch = ? AND attempt > 0 AND stands NOT IN ({_NOT_OUT})"
_PLACES = (
    f"SELECT r.position, r.person, r.contact, b.channel FROM {recipients.name} r "
    f"JOIN {state_table(Batch).name} b ON b.id = r.batch WHERE r.batch = ? ORDER BY r.position"
)


def still_hearing(connection: sa.Connection, warning: Id, errand: Errand, persons: Sequence[Id]) -> set[Id]:
    """Return who of these people was reached on an errand about a warning, or still may be."""
    question = (
        f"SELECT r.batch, r.position, r.person FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
        "WHERE b.warning = ? AND b.errand = ? AND r.person IN (SELECT value FROM json_each(?))"
    )
    among = msgspec.json.encode(list(persons)).decode()
    came_of = cache(lambda batch: standing(connection, batch))
    found = connection.exec_driver_sql(question, (warning, errand.value, among)).fetchall()
    return {person for batch, position, person in found if came_of(batch).get(position) not in LOST | NEVER_LEFT}


def recipient(connection: sa.Connection, row: int) -> Recipient | None:
    """Return the recipient of that row."""
    found = connection.execute(sa.select(recipients).where(recipients.c.row == row)).one_or_none()
    return None if found is None else _recipient(found)


def silent(connection: sa.Connection, warning: Id, unless: Sequence[str]) -> set[Id]:
    """Return who was told of a warning and has never answered it. unless: answers that count; none: any."""
    counts = "" if not unless else " AND answer IN (SELECT value FROM json_each(?))"
    by_link = f"SELECT person FROM {answers_by_link.name} WHERE warning = ?{counts}"
    recorded = f"SELECT recipient FROM {state_table(Answer).name} WHERE warning = ?{counts}"
    among = (msgspec.json.encode(list(unless)).decode(),) if unless else ()
    question = (
        f"SELECT DISTINCT r.person FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
        f"WHERE r.warning = ? AND b.errand = ? AND r.person NOT IN ({by_link} UNION {recorded})"
    )
    asked = (warning, Errand.WARNING.value, warning, *among, warning, *among)
    return {person for (person,) in connection.exec_driver_sql(question, asked)}


def rows_of(connection: sa.Connection, warning: Id) -> dict[Id, int]:
    """Return the first row of each person who is a recipient of a warning."""
    found = connection.execute(
        sa.select(recipients.c.person, sa.func.min(recipients.c.row).label("first"))
        .where(recipients.c.warning == warning)
        .group_by(recipients.c.person)
    )
    return {row.person: row.first for row in found}


def row_at(connection: sa.Connection, warning: Id, person: Id, contact: Id) -> int | None:
    """Return the first row of a recipient of a warning at one contact point; None: they were never told of it there."""
    at = (recipients.c.warning == warning, recipients.c.person == person, recipients.c.contact == contact)
    found: int | None = connection.execute(sa.select(sa.func.min(recipients.c.row)).where(*at)).scalar_one()
    return found


def told_at(connection: sa.Connection, warning: Id, errand: Errand) -> list[Id]:
    """Return which contact points were written down for an errand about a warning."""
    question = (
        f"SELECT DISTINCT r.contact FROM {recipients.name} r JOIN {state_table(Batch).name} b ON b.id = r.batch "
        "WHERE r.warning = ? AND b.errand = ?"
    )
    return [contact for (contact,) in connection.exec_driver_sql(question, (warning, errand.value))]


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


class Logged(NamedTuple):
    """A row of the answer log, and whose it is. at: as it is kept. words: sealed. heard: how it came, see answer.facts.Heard."""

    seq: int
    recipient_row: int
    answer: str
    at: str
    words: str
    heard: str
    warning: Id
    person: Id


# Thousands of answers a second pass here: these statements go to the driver as they are, and what they take and give goes
# in one piece, for between two rows the driver lets the thread that replies have its turn (see _PLAN).
_ANSWERS = {
    many: f"INSERT INTO {answer_log.name} (recipient_row, answer, at, words, heard) VALUES "
    + ", ".join(["(?, ?, ?, ?, ?)"] * many)
    for many in (256, 64, 16, 4, 1)
}
"""How so many answers are written at a time: a statement of many rows takes half of what it takes to read them from JSON."""
_UNTAKEN = (
    "SELECT json_group_array(json_array(seq, recipient_row, answer, at, words, heard, warning, person)) FROM ("
    f"SELECT l.seq, l.recipient_row, l.answer, l.at, CAST(l.words AS TEXT) words, l.heard, r.warning, r.person FROM {answer_log.name} l "
    f'JOIN {recipients.name} r ON r."row" = l.recipient_row WHERE l.seq > ? ORDER BY l.seq LIMIT ?)'
)
_TAKE_IN = (
    f"INSERT INTO {answers_by_link.name} (log_seq, warning, person, answer, at) "
    f"SELECT l.seq, r.warning, r.person, l.answer, l.at FROM {answer_log.name} l "
    f'JOIN {recipients.name} r ON r."row" = l.recipient_row WHERE l.seq BETWEEN ? AND ? ORDER BY l.seq'
)
_AGAIN_FROM = f"SELECT answer, at FROM {answers_by_link.name} WHERE person = ? AND warning = ? ORDER BY at DESC, log_seq DESC LIMIT 1"


def append_answers(connection: sa.Connection, answers: Sequence[LinkAnswer]) -> None:
    """Write down answers as they came in. Once this is committed, their givers may be thanked."""
    line: Any = connection.connection.driver_connection
    rows = [(a.row, a.answer, text_of_moment(a.at), a.words, a.heard) for a in answers]
    done = 0
    for many, statement in _ANSWERS.items():
        while len(rows) - done >= many:
            line.execute(statement, [*chain.from_iterable(rows[done : done + many])])
            done += many


def answers_end(connection: sa.Connection) -> int:
    """Return the number of the latest answer in the log; 0: there is none."""
    return connection.exec_driver_sql(f"SELECT max(seq) FROM {answer_log.name}").scalar_one() or 0


def untaken(connection: sa.Connection, after: int, most: int) -> list[Logged]:
    """Return the answers that came in after a row of the log.

    Raises:
        Broken: a row was altered.
    """
    try:
        found: list[Logged] = read_json(connection.exec_driver_sql(_UNTAKEN, (after, most)).scalar_one(), list[Logged])
    except Refused as error:
        raise Broken("A row of the answer log was altered: it cannot be read.") from error
    return found


def answers_root(rows: Sequence[Logged]) -> str:
    """Return the root over a stretch of the answer log, in hexadecimal. What came by link does not say so, as of old."""
    return root_of_texts(
        [
            (str(seq), str(row), answer, at, words, *(() if heard == BY_LINK else (heard,)))
            for seq, row, answer, at, words, heard, _, _ in rows
        ]
    )


def take(connection: sa.Connection, rows: Sequence[Logged]) -> None:
    """Put a stretch of the log where it can be found by warning."""
    connection.exec_driver_sql(_TAKE_IN, (rows[0].seq, rows[-1].seq))


def latest_answer(connection: sa.Connection, warning: Id, person: Id) -> tuple[str, datetime] | None:
    """Return what a person answered last by link or message, of what has been taken in, and when; None: nothing."""
    found = connection.exec_driver_sql(_AGAIN_FROM, (person, warning)).first()
    return None if found is None else (found[0], datetime.fromisoformat(found[1]))


def answers_to(connection: sa.Connection, warning: Id) -> list[Any]:
    """Return the answers taken in for a warning: log_seq, person, answer, at; oldest first."""
    return list(
        connection.execute(
            sa.select(answers_by_link)
            .where(answers_by_link.c.warning == warning)
            .order_by(answers_by_link.c.at, answers_by_link.c.log_seq)
        )
    )
