"""How it goes with each inlet: when its feed is asked next, what that lists, what was kept of it, what was not and why.

These rows change with every asking; they are no facts. Each step is one transaction together with what was received by it,
so whoever is killed between two has lost nothing and takes nothing in twice.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.cap.judge import Verdict
from tocsin.cap.model import Alert
from tocsin.cap.signature import State
from tocsin.store import chains, gist, received
from tocsin.store.columns import moment_text
from tocsin.store.tables import inlet_items, inlet_stands

MOST_REFUSALS = 500
"""How many of what was not kept are remembered for each inlet, the latest."""

FORGOTTEN_AFTER = timedelta(days=90)
"""After so long an item that a feed lists no more is forgotten; its message is not."""

MOST_ITEMS = 50_000
"""How many items of one feed are known at once."""


class InletStands(msgspec.Struct, frozen=True, kw_only=True):
    """How it goes with an inlet.

    due: when its feed is asked next. tag, modified: what its server called its last answer. digest: SHA-256 of that. round:
    how often it was read. heard_at: when it last answered. failures: in a row. quiet: askings in a row without a change.
    trouble: what went wrong last. newest_sent: of the newest message that came. kept, refused: messages, in all.
    """

    inlet: Id
    due: datetime | None = None
    tag: str = ""
    modified: str = ""
    digest: bytes = b""
    round: int = 0
    asked_at: datetime | None = None
    heard_at: datetime | None = None
    failures: int = 0
    quiet: int = 0
    trouble: str = ""
    newest_sent: datetime | None = None
    kept: int = 0
    refused: int = 0


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a feed links to and that has not been fetched. tries: how many there were."""

    item: str
    tries: int = 0


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was not kept. what: an address, a file's name, or how it came."""

    what: str
    sha256: bytes
    why: str
    at: datetime | None = None


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of something that a feed lists. digest: of its message. due: when it is tried again; None: no more."""

    item: str
    digest: bytes = b""
    due: datetime | None = None
    tries: int = 0
    why: str = ""


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What came through an inlet at once. messages: to be kept. fates: of items that a feed lists."""

    inlet: Id
    at: datetime
    messages: Sequence[tuple[bytes, Verdict]] = ()
    refusals: Sequence[Refusal] = ()
    fates: Sequence[Fate] = ()


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """What a feed lists: addresses that it links to, each with what tells that it changed; and messages within, by hash."""

    links: Sequence[tuple[str, str]] = ()
    within: Sequence[bytes] = ()


# ---- what is written; each within a transaction of the caller's


def take_in(connection: sa.Connection, intake: Intake) -> set[bytes]:
    """Keep what came; return the hashes of the messages that are new."""
    hashes = [sha256(raw).digest() for raw, _ in intake.messages]
    before = known(connection, hashes)
    received.keep(connection, intake.messages, source=intake.inlet, received_at=intake.at)
    numbers = known(connection, hashes)
    fresh = {one: numbers[one] for one in hashes if one not in before and one in numbers}
    at = moment_text(intake.at)
    if numbers:
        ways = [(number, intake.inlet, at) for number in numbers.values()]
        connection.exec_driver_sql("INSERT OR IGNORE INTO received_ways (number, inlet, at) VALUES (?, ?, ?)", ways)
    _gists(connection, intake, hashes, fresh)
    read = _read(intake, hashes, fresh)
    while chains.catch_up(connection, known=read):
        pass
    _fates(connection, intake, numbers)
    _refusals(connection, intake, at)
    _count(connection, intake, len(fresh))
    return set(fresh)


def _read(intake: Intake, hashes: Sequence[bytes], fresh: dict[bytes, int]) -> dict[int, Alert]:
    """Return what was read of the messages that are new, by number. Of one well signed the verdict has only what was signed."""
    return {
        fresh[one]: verdict.alert
        for one, (_, verdict) in zip(hashes, intake.messages, strict=True)
        if one in fresh and verdict.alert is not None and verdict.signed.state is not State.GOOD
    }


def _gists(connection: sa.Connection, intake: Intake, hashes: Sequence[bytes], fresh: dict[bytes, int]) -> None:
    made = {
        fresh[one]: (fresh[one], one.hex()[:32], gist.encode(gist.gists_of(verdict.alert)).decode())
        for one, (_, verdict) in zip(hashes, intake.messages, strict=True)
        if one in fresh and verdict.alert is not None
    }
    if made:
        told = "INSERT OR IGNORE INTO received_gists (number, name, gist) VALUES (?, ?, ?)"
        connection.exec_driver_sql(told, list(made.values()))


def _fates(connection: sa.Connection, intake: Intake, numbers: dict[bytes, int]) -> None:
    if intake.fates:
        said = [
            (
                numbers.get(one.digest),
                moment_text(one.due) if one.due else None,
                one.tries,
                one.why,
                intake.inlet,
                one.item,
            )
            for one in intake.fates
        ]
        changed = "UPDATE inlet_items SET number = coalesce(?, number), due = ?, tries = ?, why = ? WHERE inlet = ? AND item = ?"
        connection.exec_driver_sql(changed, said)


def _refusals(connection: sa.Connection, intake: Intake, at: str) -> None:
    if not intake.refusals:
        return
    rows = [(intake.inlet, at, one.what[:2_000], one.sha256, one.why[:500]) for one in intake.refusals]
    told = "INSERT INTO inlet_refusals (inlet, at, what, sha256, why) VALUES (?, ?, ?, ?, ?)"
    connection.exec_driver_sql(told, rows[-MOST_REFUSALS:])
    connection.exec_driver_sql(
        "DELETE FROM inlet_refusals WHERE inlet = ? AND seq <= (SELECT seq FROM inlet_refusals WHERE inlet = ? "
        "ORDER BY seq DESC LIMIT 1 OFFSET ?)",
        (intake.inlet, intake.inlet, MOST_REFUSALS),
    )


def _count(connection: sa.Connection, intake: Intake, fresh: int) -> None:
    begin(connection, intake.inlet, None)
    sent = [verdict.alert.sent for _, verdict in intake.messages if verdict.alert is not None]
    newest = received.foreign_moment(max(sent)) if sent else ""
    connection.exec_driver_sql(
        "UPDATE inlet_stands SET kept = kept + ?, refused = refused + ?, "
        "newest_sent = nullif(max(coalesce(newest_sent, ''), ?), '') WHERE inlet = ?",
        (fresh, len(intake.refusals), newest, intake.inlet),
    )


def begin(connection: sa.Connection, inlet: Id, due: datetime | None) -> None:
    """Let an inlet have a row. due: when its feed is asked first."""
    told = "INSERT OR IGNORE INTO inlet_stands (inlet, due) VALUES (?, ?)"
    connection.exec_driver_sql(told, (inlet, moment_text(due) if due else None))


def asked(connection: sa.Connection, stands: InletStands) -> None:
    """Note how an asking went. What is counted by take_in() is left as it is."""
    begin(connection, stands.inlet, None)
    counted = ("inlet", "kept", "refused", "newest_sent")
    values = {name: value for name, value in msgspec.structs.asdict(stands).items() if name not in counted}
    connection.execute(inlet_stands.update().where(inlet_stands.c.inlet == stands.inlet).values(**values))


def listed(connection: sa.Connection, inlet: Id, number: int, listing: Listing, at: datetime) -> None:
    """Note what a feed lists at an asking, and what it lists no more. number: of the asking."""
    now = moment_text(at)
    links = [(inlet, item, stamp, number, now) for item, stamp in listing.links]
    within = [(inlet, within_item(one), "", number) for one in listing.within]
    if links:
        connection.exec_driver_sql(
            "INSERT INTO inlet_items (inlet, item, stamp, round, due) VALUES (?, ?, ?, ?, ?) ON CONFLICT (inlet, item) "
            "DO UPDATE SET round = excluded.round, gone_at = NULL, stamp = excluded.stamp, "
            "due = CASE WHEN stamp = excluded.stamp THEN due ELSE excluded.due END, "
            "tries = CASE WHEN stamp = excluded.stamp THEN tries ELSE 0 END",
            links,
        )
    if within:
        connection.exec_driver_sql(
            "INSERT INTO inlet_items (inlet, item, stamp, round) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (inlet, item) DO UPDATE SET round = excluded.round, gone_at = NULL",
            within,
        )
    # Gone is not cancelled: only that it is listed no more is noted.
    gone = "UPDATE inlet_items SET gone_at = ? WHERE inlet = ? AND round < ? AND gone_at IS NULL"
    connection.exec_driver_sql(gone, (now, inlet, number))
    old = "DELETE FROM inlet_items WHERE inlet = ? AND gone_at < ?"
    connection.exec_driver_sql(old, (inlet, moment_text(at - FORGOTTEN_AFTER)))
    too_many = items(connection, inlet)[0] - MOST_ITEMS
    if too_many > 0:
        connection.exec_driver_sql(
            "DELETE FROM inlet_items WHERE inlet = ? AND item IN (SELECT item FROM inlet_items WHERE inlet = ? "
            "AND gone_at IS NOT NULL ORDER BY gone_at LIMIT ?)",
            (inlet, inlet, too_many),
        )


def put_off(connection: sa.Connection, inlet: Id, until: datetime) -> None:
    """Let nothing that a feed links to be fetched before a moment: its server asked for that."""
    said = "UPDATE inlet_items SET due = ? WHERE inlet = ? AND due < ?"
    connection.exec_driver_sql(said, (moment_text(until), inlet, moment_text(until)))


def anew(connection: sa.Connection, inlet: Id, due: datetime) -> None:
    """Let a feed be read as if it had not been, and what was not kept of it be looked at again: it is judged otherwise now."""
    now = moment_text(due)
    begin(connection, inlet, due)
    fresh = "UPDATE inlet_stands SET due = ?, tag = '', modified = '', digest = x'', failures = 0, quiet = 0 WHERE inlet = ?"
    connection.exec_driver_sql(fresh, (now, inlet))
    connection.exec_driver_sql(
        "UPDATE inlet_items SET why = '', tries = 0, due = CASE WHEN item LIKE 'sha256:%' THEN NULL ELSE ? END "
        "WHERE inlet = ? AND why <> ''",
        (now, inlet),
    )


# ---- what is read


def within_item(digest: bytes) -> str:
    """Return under which name a message is listed that stands in its feed."""
    return f"sha256:{digest.hex()}"


def known(connection: sa.Connection, hashes: Iterable[bytes]) -> dict[bytes, int]:
    """Return which of some messages are kept, and under which numbers."""
    among = msgspec.json.encode([one.hex() for one in hashes]).decode()
    found = connection.exec_driver_sql(
        "SELECT sha256, number FROM received WHERE sha256 IN (SELECT unhex(value) FROM json_each(?))", (among,)
    )
    return {bytes(digest): int(number) for digest, number in found}


def settled(connection: sa.Connection, inlet: Id, hashes: Iterable[bytes]) -> set[bytes]:
    """Return of which messages that stand in a feed it is known what became of them."""
    among = msgspec.json.encode([within_item(one) for one in hashes]).decode()
    found = connection.exec_driver_sql(
        "SELECT item FROM inlet_items WHERE inlet = ? AND (number IS NOT NULL OR why <> '') "
        "AND item IN (SELECT value FROM json_each(?))",
        (inlet, among),
    )
    return {bytes.fromhex(item.partition(":")[2]) for (item,) in found}


def stands(connection: sa.Connection, inlet: Id) -> InletStands:
    """Return how it goes with an inlet."""
    row = connection.execute(sa.select(inlet_stands).where(inlet_stands.c.inlet == inlet)).mappings().first()
    return InletStands(**row) if row else InletStands(inlet=inlet)


def all_stand(connection: sa.Connection) -> dict[Id, InletStands]:
    """Return how it goes with each inlet."""
    return {row["inlet"]: InletStands(**row) for row in connection.execute(sa.select(inlet_stands)).mappings()}


def due(connection: sa.Connection, at: datetime) -> set[Id]:
    """Return the inlets that have something to ask for."""
    now = moment_text(at)
    asked_again = connection.exec_driver_sql("SELECT inlet FROM inlet_stands WHERE due <= ?", (now,)).scalars()
    fetched = connection.exec_driver_sql(
        "SELECT s.inlet FROM inlet_stands s WHERE EXISTS (SELECT 1 FROM inlet_items i WHERE i.inlet = s.inlet "
        "AND i.due <= ?)",
        (now,),
    ).scalars()
    return {*asked_again, *fetched}


def wanted(connection: sa.Connection, inlet: Id, at: datetime, most: int) -> list[Wanted]:
    """Return what a feed links to and is due to be fetched, what is due longest first."""
    table = inlet_items
    found = connection.execute(
        sa.select(table.c.item, table.c.tries)
        .where(table.c.inlet == inlet, table.c.due <= at)
        .order_by(table.c.due, table.c.item)
        .limit(most)
    )
    return [Wanted(item=item, tries=tries) for item, tries in found]


def items(connection: sa.Connection, inlet: Id) -> tuple[int, int]:
    """Return how many items of a feed are known, and how many of these still wait to be fetched."""
    said = "SELECT count(*), count(due) FROM inlet_items WHERE inlet = ?"
    every, waiting = connection.exec_driver_sql(said, (inlet,)).one()
    return int(every), int(waiting)


def refusals(connection: sa.Connection, inlet: Id, most: int) -> list[Refusal]:
    """Return what was not kept last."""
    said = "SELECT what, sha256, why, at FROM inlet_refusals WHERE inlet = ? ORDER BY seq DESC LIMIT ?"
    return [
        Refusal(what=what, sha256=bytes(digest), why=why, at=datetime.fromisoformat(at))
        for what, digest, why, at in connection.exec_driver_sql(said, (inlet, most))
    ]
