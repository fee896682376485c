"""A data directory, opened: one connection that writes, others that read, and the keys of whoever is known there."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from tocsin.basis.ids import Id, Randomness, keyed_id, keyed_number, new_id
from tocsin.delivery.facts import Errand
from tocsin.delivery.state import Batch
from tocsin.store import database, ledger, log, migrate
from tocsin.store.counting import Counting
from tocsin.store.keys import Keys
from tocsin.store.laying import Laying
from tocsin.store.links import Links
from tocsin.store.look import Look
from tocsin.store.open_cases import OpenCases
from tocsin.store.roll import Rolls
from tocsin.store.secrets import Secrets, load_secrets
from tocsin.store.shelf import Shelf
from tocsin.store.silences import Silences
from tocsin.store.tables import house


class Stood(msgspec.Struct, frozen=True, kw_only=True):
    """How the store stood when it was copied. journal: how many facts there were. size, root: of the record's tree."""

    journal: int
    size: int
    root: bytes


class Directory:
    """One data directory. Whoever opens it holds its data lock."""

    def __init__(self, data: Path, randomness: Randomness, now: datetime, *, record_keys: Sequence[bytes] = ()) -> None:
        """Open the directory, and set it up when it is new.

        record_keys: the seeds that sign the record, where they do not lie in the directory: one, or two during a rotation.

        Raises:
            Refused: a key file is readable by others, or the tables are not this Tocsin's.
            Unreachable: the disc is full or read-only.
        """
        self.data = data
        self.randomness = randomness
        self._writing = threading.Lock()
        self.rolls = Rolls()
        self.open_cases = OpenCases()
        with database.ours():
            self.secrets: Secrets = load_secrets(data, randomness, record_keys)
            self.shelf = Shelf(self.secrets.links)
            self._counting, self._silences = Counting(shelf=self.shelf), Silences(self.shelf)
            self._laying = Laying(self.shelf, self._counting)
            self._writer = database.open_writer(data)
            migrate.upgrade(self._writer)
            self._reader = database.open_reader(data)
            self.keys = Keys(data / "keys.db", randomness)
            with self._write() as connection:
                if connection.execute(sa.text("SELECT 1 FROM tree")).first() is None:
                    ledger.begin(connection, now)
                log.release_all(connection)
        self.links = Links(self.secrets.links)

    def close(self) -> None:
        """Let go of the files."""
        self._reader.dispose()
        self._writer.dispose()
        self.keys.close()
        self.rolls.drop()
        self.open_cases.drop()

    @contextmanager
    def _write(self) -> Iterator[sa.Connection]:
        with self._writing, database.ours(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Look]:
        """Look at everything as it stood at one moment."""
        with database.ours(), self._reader.begin() as connection:
            yield Look(connection, self.keys, self._counting, self.rolls, self._silences, self.open_cases)

    def lay_by(self) -> None:
        """Lay by what was counted since the last time, where it is much; and know what the open cases are about."""
        try:
            with self.look() as look:
                look.read_open_cases()
                found = self._laying.due(look.connection)
            if found:
                with self._write() as connection:
                    for one in found:
                        self.shelf.lay(connection, *one)
        except BaseException:
            self._laying.forget()
            raise

    def new_id(self) -> Id:
        """Return a fresh id."""
        return new_id(self.randomness)

    def about(self, batch: Batch) -> Id:
        """Return what the ids of a batch's deliveries are about."""
        # Who got a warning by two contact points of one channel is told by both what becomes of it.
        return batch.id if batch.errand in (Errand.RETRACTION, Errand.FOLLOW_UP) else batch.watch or batch.warning

    def delivery_id(self, batch: Batch) -> Callable[[Id], Id]:
        """Return what tells under which id the delivery of a batch to a person goes out."""
        about = self.about(batch)
        return lambda person: self.outgoing_id(about, person, batch.channel, batch.step)

    def delivery_number(self, batch: Batch) -> Callable[[Id], int]:
        """Return what tells the number of the id of which delivery_id() tells; see basis.ids."""
        about, step, key = self.about(batch), str(batch.step), self.secrets.links
        return lambda person: keyed_number(key, about, person, batch.channel, step)

    def outgoing_id(self, warning: Id, person: Id, channel: str, step: int) -> str:
        """Return the id under which one delivery goes out, the same at every try."""
        return keyed_id(self.secrets.links, warning, person, channel, str(step))

    def stood(self) -> Stood:
        """Return how the store stands."""
        with self.look() as look:
            return _stood(look)

    def copy(self, to: Path) -> Stood:
        """Copy the database as it stands into a file that is not there yet, and say how it stood; writing goes on."""
        with self.look() as look:
            stood = _stood(look)
            database.copy(look.connection, to)
        return stood

    def remember(self, name: str, value: str) -> None:
        """Keep one thing about this directory: what it was made for, whose it is."""
        with self._write() as connection:
            connection.execute(house.delete().where(house.c.name == name))
            connection.execute(house.insert().values(name=name, value=value))

    def recall(self, name: str) -> str | None:
        """Return what was kept under a name."""
        with database.ours(), self._reader.begin() as connection:
            return connection.execute(sa.select(house.c.value).where(house.c.name == name)).scalar_one_or_none()


def _stood(look: Look) -> Stood:
    frontier = look.tree().frontier
    return Stood(journal=look.journal_size(), size=frontier.size, root=frontier.root())
