"""Each person's own key, kept apart from the data: $TOCSIN_DATA/keys.db.

Destroying a key makes everything personal about that person unreadable, wherever a copy of the data lies. The file is
never in WAL mode, always deletes securely, and its journal is overwritten, so that a destroyed key is gone from the disc
as well.
"""

import base64
import hmac
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pysqlite3 import dbapi2 as sqlite

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.fact import Erased, Personal
from tocsin.basis.ids import Id, Randomness
from tocsin.store.database import copy_line, ours
from tocsin.store.opening import NONCE, open_with, opened, salt_of

KEPT_OPEN = 100_000  # keys in memory; beyond, they are read again
FORGOTTEN = b"tocsin/forgotten/v1\0"


def _hash(person: Id) -> bytes:
    return sha256(person.encode()).digest()


def _token(key: bytes) -> str:
    return hmac.digest(key, FORGOTTEN, sha256).hex()


def _destroyed(line: Any) -> set[bytes]:
    with ours():
        return {hashed for (hashed,) in line.execute("SELECT person FROM destroyed")}


def destroyed_in(file: Path) -> set[bytes]:
    """Return whose keys had been destroyed when a vault was copied, by the hashes of their ids."""
    line = sqlite.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return _destroyed(line)
    finally:
        line.close()


def is_among(person: Id, hashed: set[bytes]) -> bool:
    """Say whether a person's key is one of the destroyed."""
    return _hash(person) in hashed


class Keys:
    """The vault of personal keys."""

    def __init__(self, file: Path, randomness: Randomness) -> None:
        """Open the vault, and make it when there is none."""
        self._randomness = randomness
        self._lock = threading.Lock()
        self._raw: dict[Id, bytes] = {}
        self._open: dict[Id, AESGCM] = {}
        os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
        self._journal = file.with_name(f"{file.name}-journal")
        self._db = sqlite.connect(file, check_same_thread=False, isolation_level=None)
        for pragma in ("journal_mode=PERSIST", "synchronous=EXTRA", "secure_delete=ON"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE IF NOT EXISTS keys (person TEXT PRIMARY KEY, key BLOB NOT NULL) WITHOUT ROWID")
        # That a key was destroyed, by the hash of a random id: nobody can be found by it, and it is never made again.
        self._db.execute("CREATE TABLE IF NOT EXISTS destroyed (person BLOB PRIMARY KEY) WITHOUT ROWID")
        self._wipe_journal()  # in case a crash came between destroying a key and this

    def ensure(self, persons: Iterable[Id]) -> None:
        """Make a key for each person who has none, and return when all of them are on the disc.

        A crash after this and before the commit leaves a key that opens nothing, which harms nobody.

        Raises:
            Refused: a person has been forgotten.
        """
        with self._lock:
            wanted = sorted(set(persons))
            there = self._read(wanted)
            missing = [person for person in wanted if person not in there]
            if not missing:
                return
            self._refuse_destroyed(missing)
            made = [(person, self._randomness(32)) for person in missing]
            with self._writing():
                self._db.executemany("INSERT INTO keys VALUES (?, ?)", made)
            self._raw.update(made)

    def _refuse_destroyed(self, persons: Sequence[Id]) -> None:
        hashed = {_hash(person).hex(): person for person in persons}
        question = "SELECT value FROM json_each(?) WHERE unhex(value) IN (SELECT person FROM destroyed)"
        with ours():
            found = self._db.execute(question, (msgspec.json.encode(list(hashed)).decode(),)).fetchone()
        if found is not None:
            raise Refused(f"{hashed[found[0]]} has been forgotten; nothing more can be written about them.")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Write all or nothing, and let the next one begin afresh."""
        with ours():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def _key(self, person: Id) -> AESGCM | None:
        with self._lock:
            if person not in self._open:
                raw = self._read([person]).get(person)
                if raw is None:
                    return None
                self._open[person] = AESGCM(raw)
            return self._open[person]

    def _read(self, persons: Sequence[Id]) -> dict[Id, bytes]:
        """Return the keys of those who have one."""
        missing = [person for person in persons if person not in self._raw]
        if missing:
            if len(self._raw) > KEPT_OPEN:
                self._raw.clear()
                self._open.clear()
                missing = list(persons)
            # In one piece: between two rows the driver would let other threads have their turn.
            question = (
                "SELECT json_group_array(person), group_concat(hex(key), ' ') FROM keys "
                "WHERE person IN (SELECT value FROM json_each(?))"
            )
            with ours():
                who, keys = self._db.execute(question, (msgspec.json.encode(missing).decode(),)).fetchone()
            self._raw.update(zip(msgspec.json.decode(who), map(bytes.fromhex, (keys or "").split(" ")), strict=False))
        return {person: self._raw[person] for person in persons if person in self._raw}

    def salts(self, about: Sequence[tuple[Id, str]]) -> list[bytes | None]:
        """Return the salt that each person's own key gives for each purpose; None where the key has been destroyed.

        about: pairs of a person and what the salt is for.
        """
        with self._lock:
            keys = self._read([*dict.fromkeys(person for person, _ in about)])
        return [salt_of(keys[who], what) if who in keys else None for who, what in about]

    def token(self, person: Id) -> str:
        """Return what a person's key gives for the word "forgotten", in hexadecimal; nothing without a key."""
        with self._lock:
            key = self._read([person]).get(person)
        return "" if key is None else _token(key)

    def tokens(self) -> Iterator[tuple[Id, str]]:
        """Yield everyone who has a key, and what it gives for the word "forgotten"."""
        with self._lock, ours():
            found = self._db.execute("SELECT person, key FROM keys ORDER BY person").fetchall()
        for person, key in found:
            yield person, _token(key)

    def destroyed(self) -> set[bytes]:
        """Return whose keys were destroyed, by the hashes of their ids; see is_among."""
        with self._lock:
            return _destroyed(self._db)

    def persons(self) -> list[Id]:
        """Return everyone who has a key."""
        with self._lock, ours():
            return [person for (person,) in self._db.execute("SELECT person FROM keys ORDER BY person")]

    def holds(self, person: Id) -> bool:
        """Say whether there is a key for this person."""
        return self._key(person) is not None

    def seal(self, person: Id, value: Personal, about: str) -> str:
        """Encrypt a personal value under the person's key, bound to what it is about.

        Raises:
            Broken: the person has no key; the door that commits makes one first.
        """
        if isinstance(value, Erased):
            return ""
        key = self._key(person)
        if key is None:
            raise Broken(f"There is no key for person {person}; nothing personal can be written about them.")
        nonce = self._randomness(NONCE)
        return base64.b64encode(nonce + key.encrypt(nonce, value.encode(), about.encode())).decode()

    def open(self, person: Id, sealed: str, about: str) -> Personal:
        """Decrypt a personal value; Erased when the person's key has been destroyed.

        Raises:
            Broken: the value was altered, or stands where it was not written.
        """
        key = self._key(person) if sealed else None
        return Erased() if key is None else opened(key, person, sealed, about)

    def open_many(self, values: Sequence[tuple[Id, str, str]]) -> list[Personal]:
        """Decrypt personal values of many people, each as open does: person, sealed value, what it is about."""
        keys = self.some([person for person, _, _ in values])
        return [
            open_with(keys[person], person, sealed, about) if sealed and person in keys else Erased()
            for person, sealed, about in values
        ]

    def some(self, persons: Sequence[Id]) -> dict[Id, bytes]:
        """Return the keys of those who have one, for open_with."""
        with self._lock:
            return self._read([*dict.fromkeys(persons)])

    def destroy(self, person: Id) -> None:
        """Destroy a person's key, for good. Destroying it twice is no harm."""
        with self._lock:
            with self._writing():
                self._open.pop(person, None)
                self._raw.pop(person, None)
                self._db.execute("DELETE FROM keys WHERE person = ?", (person,))
                self._db.execute("INSERT OR IGNORE INTO destroyed VALUES (?)", (_hash(person),))
            self._wipe_journal()

    def _wipe_journal(self) -> None:
        """Overwrite the rollback journal: it holds the page as it was, with the key that has just been destroyed."""
        with ours(), suppress(FileNotFoundError), self._journal.open("r+b") as journal:
            journal.write(bytes(self._journal.stat().st_size))
            journal.flush()
            os.fsync(journal.fileno())

    def copy(self, to: Path) -> None:
        """Copy the vault into a file that is not there yet. While this lasts no key is made or destroyed."""
        with self._lock, ours():
            copy_line(self._db, to)

    def close(self) -> None:
        """Close the vault and forget what was read from it."""
        with self._lock:
            self._open.clear()
            self._raw.clear()
            self._db.close()


class NoKeys(Keys):
    """A vault without keys, for readers to whom nothing personal is shown."""

    def __init__(self) -> None:
        """Hold nothing."""

    def _key(self, person: Id) -> AESGCM | None:  # noqa: ARG002
        return None

    def salts(self, about: Sequence[tuple[Id, str]]) -> list[bytes | None]:
        """Return no salt."""
        return [None for _ in about]
