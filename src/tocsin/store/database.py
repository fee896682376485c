"""Opening the database: one connection writes, others only look; what it complains of becomes ours at this door."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import QueuePool, StaticPool
from sqlalchemy.util import LRUCache

from tocsin.basis.errors import Broken, Refused, TocsinError, Unreachable

FILE = "tocsin.db"


def _connect(file: Path, *pragmas: str) -> Any:
    connection = sqlite.connect(file, check_same_thread=False, isolation_level=None, timeout=30)
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Alike(SQLiteDialect_pysqlite):
    """SQLite as each of our engines speaks it. All speak alike, so that what was compiled for one holds for all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike)

    def __hash__(self) -> int:
        return hash(Alike)


registry.register("sqlite.alike", __name__, Alike.__name__)
_COMPILED: Any = LRUCache(2_000)  # statements; there are some hundreds, and each is compiled once a process


def _engine(connect: Any, pool: Any, begin: str, **options: Any) -> sa.Engine:
    engine = sa.create_engine(
        "sqlite+alike://",
        module=sqlite,
        creator=connect,
        poolclass=pool,
        hide_parameters=True,
        execution_options={"compiled_cache": _COMPILED},
        **options,
    )
    # The driver would begin only at the first write; we say when, and a writer takes its place at once.
    sa.event.listen(engine, "begin", lambda connection: connection.connection.driver_connection.execute(begin))
    return engine


def open_writer(data: Path) -> sa.Engine:
    """Return the one engine that writes. FULL: a commit is on the disc before it is called done."""
    file = data / FILE
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "temp_store=MEMORY")
    return _engine(lambda: _connect(file, *pragmas), StaticPool, "BEGIN IMMEDIATE")


def open_reader(data: Path) -> sa.Engine:
    """Return an engine whose connections can only look. Each transaction sees one moment."""
    file = data / FILE
    return _engine(lambda: _connect(file, "query_only=ON"), QueuePool, "BEGIN", pool_size=4, max_overflow=12)


def open_public(data: Path, tables: frozenset[str], views: frozenset[str] = frozenset()) -> sa.Engine:
    """Return an engine that can look at these tables and views and at nothing else, whatever it is asked.

    views: what a view holds may be read through it, and not otherwise.
    """

    def allow(action: int, table: str | None, _column: str | None, _database: str | None, view: str | None) -> int:
        if action == sqlite.SQLITE_READ and table not in tables and table not in views and view not in views:
            return int(sqlite.SQLITE_DENY)
        return int(sqlite.SQLITE_OK)

    def connect() -> Any:
        connection = _connect(data / FILE, "query_only=ON")
        connection.set_authorizer(allow)
        return connection

    return _engine(connect, QueuePool, "BEGIN", pool_size=2, max_overflow=12)


def copy(connection: sa.Connection, to: Path) -> None:
    """Copy the database as this look at it sees it, whoever goes on writing, into a file that is not there yet.

    The copy is not on the disc when this returns, and holds nothing worth keeping if it does not.
    """
    copy_line(connection.connection.driver_connection, to)


def copy_line(source: Any, to: Path) -> None:
    """Copy what a line of the driver's own sees; see copy."""
    os.close(os.open(to, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    target = _connect(to, "journal_mode=OFF", "synchronous=OFF")
    try:
        source.backup(target)
    finally:
        target.close()


@contextmanager
def ours() -> Iterator[None]:
    """Turn what the database says into our own errors, and none of its own words: they may quote what is confidential.

    Raises:
        Unreachable: the disc is full or read-only, or someone else has the file; it may work later.
        Broken: the file is damaged, the disc failed under it, or it did not do what it was asked.
        Refused: the file is no database of ours.
    """
    try:
        yield
    except TocsinError:
        raise
    except sa.exc.DBAPIError as error:
        raise _ours(error.orig) from None  # nor may a traceback quote it
    except sqlite.Error as error:
        raise _ours(error) from None


_SENTENCES = {
    "database or disk is full": sqlite.SQLITE_FULL,
    "attempt to write a readonly database": sqlite.SQLITE_READONLY,
    "unable to open database file": sqlite.SQLITE_CANTOPEN,
    "database is locked": sqlite.SQLITE_BUSY,
    "database table is locked": sqlite.SQLITE_LOCKED,
    "file is not a database": sqlite.SQLITE_NOTADB,
    "disk I/O error": sqlite.SQLITE_IOERR,
    "database disk image is malformed": sqlite.SQLITE_CORRUPT,
}
"""What stands for a class of failure where the driver names none, as when it copies. SQLite's own, word for word."""


def _ours(error: BaseException | None) -> TocsinError:
    said = str(error)
    match getattr(error, "sqlite_errorcode", None) or _SENTENCES.get(said):
        case sqlite.SQLITE_FULL:
            return Unreachable("The disc is full; nothing was written. Make room, then try again.")
        case sqlite.SQLITE_READONLY | sqlite.SQLITE_CANTOPEN | sqlite.SQLITE_PERM:
            return Unreachable("The data directory cannot be written to. Check its disc and its owner, then try again.")
        case sqlite.SQLITE_BUSY | sqlite.SQLITE_LOCKED:
            return Unreachable("The database is held by another program. Close that, then try again.")
        case sqlite.SQLITE_NOTADB:
            return Refused(f"{FILE} is no database of Tocsin's. Name another data directory.")
        case sqlite.SQLITE_ERROR if said.startswith(("no such table", "no such column")):
            return Refused(f"{FILE} does not have the tables of this Tocsin. Open it with the Tocsin that made it.")
        case sqlite.SQLITE_IOERR:
            return Broken("The disc failed under the database. Stop, and look at the disc before anything else.")
        case sqlite.SQLITE_CORRUPT:
            return Broken(
                "The database is damaged. Stop, look at the disc before anything else, then restore a backup."
            )
        case sqlite.SQLITE_CONSTRAINT:
            return Broken(f"What was to be written breaks a rule of the database ({_class(error)}). {_LOOK}")
    return Broken(f"The database did not do what it was asked ({_class(error)}). {_LOOK}")


_LOOK = "It was altered, or this is a mistake of Tocsin's own: say `tocsin record reconcile`, and tell us."


def _class(error: BaseException | None) -> str:
    return getattr(error, "sqlite_errorname", None) or type(error).__name__
