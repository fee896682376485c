"""What the public may see of others' alerts: through two views that hold what is real, for everybody, and shown."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.store.columns import moment_text
from tocsin.store.gist import Gist, decode

VIEWS = frozenset({"others_shown", "others_links"})

_COLUMNS = (
    "s.name, s.gist, s.sender, s.identifier, s.sent, s.msg_type, s.begins, s.ends, s.warns, s.publisher, s.licence, "
    "(SELECT min(l.at) FROM others_links l WHERE l.number = s.number) AS over_at, s.number"
)
_HOLDS = (
    "s.ends > :at AND s.begins <= :at AND s.warns AND s.again IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM others_links l WHERE l.number = s.number AND l.at <= :at)"
)
# CROSS JOIN: the few of the chain are looked up. Left to choose, SQLite may look through all that ever came.
_CHAIN = (
    "WITH RECURSIVE chain(number) AS (SELECT :number UNION SELECT l.by_number FROM chain JOIN others_links l USING (number) "
    "UNION SELECT l.number FROM chain JOIN others_links l ON l.by_number = chain.number) "
    f"SELECT {_COLUMNS} FROM chain CROSS JOIN others_shown s ON s.number = chain.number WHERE s.again IS NULL ORDER BY s.sent, s.number LIMIT 200"
)
_LATEST = (
    "SELECT s.name FROM others_shown s WHERE s.ends > :since AND s.begins <= :at AND s.warns AND s.again IS NULL "
    "AND NOT EXISTS (SELECT 1 FROM others_links l WHERE l.number = s.number AND l.at <= :since) "
    f"ORDER BY ({_HOLDS}) DESC, s.sent DESC, s.number DESC LIMIT :most"
)

# Only what has not ended can still change, and of what has, the last end tells when something last did.
_TURNS = (
    "SELECT s.begins FROM others_shown s WHERE s.ends > :at AND s.warns AND s.again IS NULL "
    "UNION SELECT s.ends FROM others_shown s WHERE s.ends > :at AND s.warns AND s.again IS NULL "
    "UNION SELECT l.at FROM others_shown s JOIN others_links l USING (number) WHERE s.ends > :at AND s.warns "
    "UNION SELECT * FROM (SELECT s.ends FROM others_shown s WHERE s.ends <= :at AND s.warns ORDER BY s.ends DESC LIMIT 1) "
    "UNION SELECT * FROM (SELECT s.received_at FROM others_shown s ORDER BY s.number DESC LIMIT 1)"
)


class PublicOther(msgspec.Struct, frozen=True, kw_only=True):
    """One of others' alerts as anyone may know it. name: 32 digits that are its alone. over_at: when another ended or replaced it.

    warns: it can be in force at all. publisher: whose it is, as an administrator wrote it. licence: what is said of that.
    """

    name: str
    gists: tuple[Gist, ...]
    sender: str
    identifier: str
    sent: datetime
    msg_type: str
    begins: datetime
    ends: datetime
    warns: bool
    publisher: str
    licence: str
    over_at: datetime | None

    def in_force(self, at: datetime) -> bool:
        """Say whether it holds at a moment."""
        return self.warns and self.begins <= at < self.ends and (self.over_at is None or at < self.over_at)


def count(connection: sa.Connection, at: datetime) -> int:
    """Return how many are in force at a moment."""
    asked = sa.text(f"SELECT count(*) FROM others_shown s WHERE {_HOLDS}")
    return int(connection.execute(asked, {"at": moment_text(at)}).scalar_one())


def turns(connection: sa.Connection, at: datetime) -> list[datetime]:
    """Return the moments about this one at which the list of those in force was or will be another one."""
    found = connection.execute(sa.text(_TURNS), {"at": moment_text(at)}).scalars().all()
    return [datetime.fromisoformat(moment) for moment in found]


def in_force(connection: sa.Connection, at: datetime, *, skip: int, most: int) -> list[PublicOther]:
    """Return those in force at a moment, the latest first."""
    asked = sa.text(
        f"SELECT {_COLUMNS} FROM others_shown s WHERE {_HOLDS} ORDER BY s.sent DESC, s.number DESC LIMIT :most OFFSET :skip"
    )
    return _told(connection.execute(asked, {"at": moment_text(at), "most": most, "skip": skip}).mappings().all())


def latest(connection: sa.Connection, at: datetime, *, since: datetime, most: int) -> list[str]:
    """Return the names of those in force at a moment, the latest first, then of those that were since another one."""
    moments = {"at": moment_text(at), "since": moment_text(since), "most": most}
    return list(connection.execute(sa.text(_LATEST), moments).scalars())


def raw(connection: sa.Connection, name: str) -> bytes | None:
    """Return one as it came; None where the public sees none of that name."""
    asked = sa.text("SELECT s.raw FROM others_shown s WHERE s.name = :name")
    found = connection.execute(asked, {"name": name}).scalar_one_or_none()
    return None if found is None else bytes(found)


def chain(connection: sa.Connection, name: str) -> list[PublicOther]:
    """Return the chain in which one stands, the earliest first; nothing where the public sees none of that name."""
    asked = sa.text("SELECT s.number FROM others_shown s WHERE s.name = :name")
    number = connection.execute(asked, {"name": name}).scalar_one_or_none()
    return [] if number is None else _told(connection.execute(sa.text(_CHAIN), {"number": number}).mappings().all())


def find(connection: sa.Connection, name: str) -> tuple[PublicOther, bytes, list[PublicOther]] | None:
    """Return one by its name, as it came, with the chain in which it stands; None where the public sees none of that name."""
    row = (
        connection.execute(
            sa.text(f"SELECT {_COLUMNS}, s.raw FROM others_shown s WHERE s.name = :name"), {"name": name}
        )
        .mappings()
        .first()
    )
    if row is None:
        return None
    chain = connection.execute(sa.text(_CHAIN), {"number": row["number"]}).mappings().all()
    return _told([row])[0], bytes(row["raw"]), _told(chain)


def _told(rows: Sequence[sa.RowMapping]) -> list[PublicOther]:
    return [
        PublicOther(
            name=row["name"],
            gists=decode(row["gist"]),
            sender=row["sender"],
            identifier=row["identifier"],
            sent=datetime.fromisoformat(row["sent"]),
            msg_type=row["msg_type"],
            begins=datetime.fromisoformat(row["begins"]),
            ends=datetime.fromisoformat(row["ends"]),
            warns=bool(row["warns"]),
            publisher=row["publisher"],
            licence=row["licence"],
            over_at=datetime.fromisoformat(row["over_at"]) if row["over_at"] else None,
        )
        for row in rows
    ]
