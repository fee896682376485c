"""Others' messages, as the desk and the command line read them: what is in force at a moment, and all about each one."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id
from tocsin.cap.problem import Problem
from tocsin.store import chains, gist
from tocsin.store.chains import Standing
from tocsin.store.gist import Gist

_problems = msgspec.json.Decoder(tuple[Problem, ...]).decode


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """By which inlet a message came, and when. gone_at: since when its feed lists it no more, which is no cancel."""

    inlet: Id
    at: datetime
    gone_at: datetime | None = None


class Stranger(msgspec.Struct, frozen=True, kw_only=True):
    """One of others' messages. name: 32 digits that are its alone. standing: in its chain. ways: by which it came."""

    name: str
    standing: Standing
    gists: tuple[Gist, ...]
    ways: tuple[Way, ...]

    @property
    def vanished(self) -> datetime | None:
        """Return since when no feed lists it any more that did."""
        gone = [way.gone_at for way in self.ways]
        return max(at for at in gone if at is not None) if gone and all(gone) else None


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A message with all that was found of it at its receipt."""

    stranger: Stranger
    received_at: datetime
    ok: bool
    problems: tuple[Problem, ...]
    signature: str
    signed_by: str | None
    raw: bytes


def in_force(
    connection: sa.Connection, at: datetime, *, known_by: datetime | None = None, skip: int = 0, most: int = 1_000
) -> tuple[int, list[Stranger]]:
    """Return how many messages are in force at a moment, and some of them, the latest first; see chains.in_force."""
    found = chains.which_in_force(connection, at, known_by=known_by)
    return len(found), _told(connection, chains.these(connection, found[skip : skip + most]))


def chain_of(connection: sa.Connection, number: int) -> list[Stranger]:
    """Return the chain in which a message stands."""
    return _told(connection, chains.chain_of(connection, number))


def find(connection: sa.Connection, name: str) -> Received | None:
    """Return a message by its name."""
    row = connection.execute(
        sa.text(
            "SELECT r.number, r.received_at, r.ok, r.problems, r.signature, r.signed_by, r.raw FROM received r "
            "JOIN received_gists g ON g.number = r.number WHERE g.name = :name"
        ),
        {"name": name},
    ).first()
    if row is None:
        return None
    (stranger,) = _told(connection, chains.these(connection, [row.number]))
    return Received(
        stranger=stranger,
        received_at=datetime.fromisoformat(row.received_at),
        ok=bool(row.ok),
        problems=_problems(row.problems),
        signature=row.signature,
        signed_by=row.signed_by,
        raw=bytes(row.raw),
    )


def names(connection: sa.Connection, said: str, most: int = 20) -> list[str]:
    """Return the names of the messages that somebody means by an identifier, or the beginning of a name; the latest first."""
    found = connection.exec_driver_sql(
        "SELECT g.name FROM received_gists g JOIN received_chain c ON c.number = g.number "
        "WHERE c.identifier = ? OR (length(?) >= 8 AND g.name BETWEEN ? AND ? || 'g') ORDER BY c.number DESC LIMIT ?",
        (said, said, said, said, most),
    )
    return list(found.scalars())


def _told(connection: sa.Connection, found: Sequence[Standing]) -> list[Stranger]:
    among = msgspec.json.encode([one.number for one in found]).decode()
    told = {
        number: (name, gist.decode(said))
        for number, name, said in connection.exec_driver_sql(
            "SELECT number, name, gist FROM received_gists WHERE number IN (SELECT value FROM json_each(?))", (among,)
        )
    }
    ways = _ways(connection, among)
    return [
        Stranger(name=told[one.number][0], standing=one, gists=told[one.number][1], ways=ways.get(one.number, ()))
        for one in found
        if one.number in told
    ]


def _ways(connection: sa.Connection, among: str) -> dict[int, tuple[Way, ...]]:
    rows = connection.exec_driver_sql(
        "SELECT w.number, w.inlet, w.at, max(i.gone_at), count(i.item) - count(i.gone_at) FROM received_ways w "
        "LEFT JOIN inlet_items i ON i.number = w.number AND i.inlet = w.inlet "
        "WHERE w.number IN (SELECT value FROM json_each(?)) GROUP BY w.number, w.inlet ORDER BY w.at",
        (among,),
    )
    found: dict[int, tuple[Way, ...]] = {}
    for number, inlet, at, gone, still in rows:
        gone_at = datetime.fromisoformat(gone) if gone and not still else None
        way = Way(inlet=inlet, at=datetime.fromisoformat(at), gone_at=gone_at)
        found[number] = (*found.get(number, ()), way)
    return found
