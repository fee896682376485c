"""A great many people, entered straight into the tables of a directory that nobody has open.

Afterwards all is as if they had come in by the door, but for the journal, and that nothing is kept of how they sign in: each
has a key of their own, under which name and address are sealed. By the door it would take longer than what is measured, and
here nothing is made durable before the end.
"""

import gc
import marshal
import os
from binascii import b2a_base64
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.basis.fact import Erased, State
from tocsin.basis.ids import ALPHABET, Id, Randomness, new_id
from tocsin.basis.marking import Mark
from tocsin.people.facts import PersonKind
from tocsin.people.state import Contact, Group, Membership, Person
from tocsin.store import database, rows
from tocsin.store.keys import Keys, NoKeys
from tocsin.store.opening import NONCE
from tocsin.store.tables import state_table

KEY = 32  # bytes
PARTS = sorted(ALPHABET)  # in the order of a table's index, at whose end it grows fastest
_WITHIN = 24  # letters of an id between its first and its last
_LETTERS = ALPHABET.encode() * 8  # for each of 256 octets one
_LAST_LETTERS = ALPHABET[::4].encode() * 32  # the last letter of 26 stands for three bits
_SEALED = ("address", "name")
_Key = tuple[Id, str]  # the key in hexadecimal
_Entered = tuple[Id, str, str]  # the id, and what is sealed


def enter_people(data: Path, people: int, channel: str, address: str) -> Id:
    """Enter so many people with one address each, all in one group; return the group, when all is on the disc."""
    group = new_id(os.urandom)
    with _keys(data / "keys.db") as keys, _tables(data / database.FILE) as tables:
        _insert(tables, Group(id=group, name="All"), own=())
        for made, entered in _drawn(people, address):
            keys.executemany("INSERT INTO keys VALUES (?, unhex(?))", made)  # the driver is slow with bytes
            tables.execute("DELETE FROM entered")
            tables.executemany("INSERT INTO entered VALUES (?, ?, ?)", entered)
            for state in _like(group, channel):
                _insert(tables, state, own=("id", "person", *_SEALED))
    return group


def _drawn(people: int, address: str) -> Iterator[tuple[list[_Key], list[_Entered]]]:
    """Yield people in parts, in the order of their ids. To seal takes longest, so every core does."""
    least, more = divmod(people, len(PARTS))
    counts = [least + (part < more) for part in range(len(PARTS))]
    # There are no circles to collect, and pickle, which looks for what is the same, takes three times as long as marshal.
    with ProcessPoolExecutor(mp_context=get_context("fork"), initializer=gc.disable) as workers:
        for part in workers.map(_part, PARTS, counts, [address.encode()] * len(PARTS)):
            yield marshal.loads(part)  # noqa: S302  our own


def _part(letter: str, count: int, address: bytes) -> bytes:
    """Return so many people whose ids begin with a letter: their keys, and what is entered of each."""
    chance = BytesIO(os.urandom(count * (KEY + len(_SEALED) * NONCE))).read  # asked for singly it would cost twice
    keys = [(id, chance(KEY)) for id in _ids(letter, count)]
    made = [(id, key.hex()) for id, key in keys]
    return marshal.dumps((made, [_entered(id, key, address, chance) for id, key in keys]))


def _ids(letter: str, count: int) -> list[Id]:
    """Return so many ids that begin with a letter, in order. By new_id it would take twice as long."""
    within = os.urandom(count * _WITHIN).translate(_LETTERS).decode()
    last = os.urandom(count).translate(_LAST_LETTERS).decode()
    return sorted(letter + within[at * _WITHIN : (at + 1) * _WITHIN] + last[at] for at in range(count))


def _entered(id: Id, key: bytes, address: bytes, chance: Randomness) -> _Entered:
    seal = AESGCM(key).encrypt

    def sealed(field: str, value: bytes) -> str:
        """Seal a value as store.keys does."""
        nonce = chance(NONCE)
        return b2a_base64(nonce + seal(nonce, value, f"{id}.{field}".encode()), newline=False).decode()

    return id, sealed("address", address), sealed("name", b"")


def _like(group: Id, channel: str) -> tuple[State, ...]:
    """Return what everyone's rows are like; their ids, and what is sealed, are their own."""
    person = Person(
        id="",
        person_kind=PersonKind.PERSON,
        name=Erased(),
        languages=("en",),
        roles=(),
        cleared_to=Mark.CLEAR,
        sign_in=Erased(),
        secret_hash=Erased(),
        forgotten=False,
        holds=0,
        exercise=True,
    )
    contact = Contact(id="", person="", channel=channel, address=Erased(), order=0)
    return person, contact, Membership(id="", group=group, person="")


def _insert(tables: Any, like: State, own: tuple[str, ...]) -> None:
    """Insert a row like this, or where columns are everyone's own, one for each who is being entered."""
    columns = rows.encode(like, NoKeys())
    taken = {"person": "id"} | {name: name for name in own if name != "person"}
    values = [taken[name] if name in own else "?" for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    statement = f"INSERT INTO {state_table(type(like)).name} ({names}) SELECT {', '.join(values)}"
    given = [value for name, value in columns.items() if name not in own]
    tables.execute(statement + (" FROM entered ORDER BY rowid" if own else ""), given)


@contextmanager
def _keys(file: Path) -> Iterator[Any]:
    """Open a vault to be filled in one go."""
    keys = Keys(file, os.urandom)
    with _in_one_go(keys._db, file) as line:  # noqa: SLF001  through its door each part would be made durable
        yield line
    keys.close()


@contextmanager
def _tables(file: Path) -> Iterator[Any]:
    """Open the tables to be filled in one go, and with them one for those who are being entered."""
    writer = database.open_writer(file.parent)
    line = writer.raw_connection().driver_connection
    assert line is not None
    line.execute(f"CREATE TEMP TABLE entered (id TEXT, {', '.join(f'{name} TEXT' for name in _SEALED)})")
    with _in_one_go(line, file):
        indexes = _indexes(line)
        for name, _ in indexes:
            line.execute(f"DROP INDEX {name}")
        yield line
        for _, statement in indexes:  # sorted once, instead of a place sought for each row
            line.execute(statement)
    writer.dispose()


def _indexes(line: Any) -> list[tuple[str, str]]:
    """Return the indexes of the tables that are filled, but for their keys: name, and what makes it."""
    filled = [state_table(kind).name for kind in (Person, Contact, Membership)]
    question = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (?, ?, ?)"
    return list(line.execute(question, filled).fetchall())


@contextmanager
def _in_one_go(line: Any, file: Path) -> Iterator[Any]:
    """Write without a journal and without waiting for the disc, until the end."""
    line.execute("PRAGMA journal_mode=OFF")
    line.execute("PRAGMA synchronous=OFF")
    line.execute("BEGIN IMMEDIATE")
    yield line
    line.execute("COMMIT")
    descriptor = os.open(file, os.O_RDWR)
    os.fsync(descriptor)
    os.close(descriptor)
