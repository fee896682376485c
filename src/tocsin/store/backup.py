"""Backups: one archive of the database and, after it, one of the keys, in two places that do not touch.

In this order, since a key is on the disc before anything is committed under it: a key archive that was made after a
database archive has the key of everyone in that database, unless they have been forgotten since.
"""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

import msgspec

from tocsin.basis.errors import Refused, Unreachable
from tocsin.store.archive import DATABASE, KEYS, MOST, SETTINGS, Holds, Manifest, Source, write_archive
from tocsin.store.destroy import refuse_destroyed
from tocsin.store.disc import Disc, ours
from tocsin.store.secrets import LINKS, NEXT, RECORD, SIZE
from tocsin.store.store import Store

_DISC = Disc()
_one = threading.Lock()


class Backup(msgspec.Struct, frozen=True, kw_only=True):
    """Where the two archives lie, and what the database held. made_at: nothing later is in it."""

    data: Path
    keys: Path
    made_at: datetime
    journal: int
    size: int
    root: str


def back_up(store: Store, data_to: Path, keys_to: Path, now: Callable[[], datetime], disc: Disc = _DISC) -> Backup:
    """Write both archives. Killed anywhere, no half archive has its name; what it left aside the next one overwrites.

    data_to, keys_to: directories that are there already, such as two discs.

    Raises:
        Refused: keys would lie beside data, a directory is missing, or a backup is under way.
        Unreachable: a disc is full, read-only or failing.
    """
    _refuse_places(store.data, data_to, keys_to)
    if not _one.acquire(blocking=False):
        raise Refused("A backup is being made already. Wait until it is done.")
    try:
        return _both(store, data_to, keys_to, now, disc)
    finally:
        _one.release()


def _both(store: Store, data_to: Path, keys_to: Path, now: Callable[[], datetime], disc: Disc) -> Backup:
    refuse_destroyed(store.data)
    made_at = now()
    data, keys = _free(data_to, "data", made_at), _free(keys_to, "keys", made_at)
    with _Copy(data_to, "data", store.origin, disc) as copy:
        stood = store.copy(copy.file)
        manifest = Manifest(
            holds="data",
            backup=store.new_id(),
            made_at=made_at,
            origin=store.origin,
            journal=stood.journal,
            size=stood.size,
            root=stood.root.hex(),
        )
        members = [(DATABASE, copy.file), *_short(store.data, SETTINGS, most=MOST["data"][SETTINGS])]
        write_archive(data, copy.archive, manifest, members, disc)
    refuse_destroyed(store.data)
    manifest = msgspec.structs.replace(manifest, holds="keys", made_at=now())
    with _Copy(keys_to, "keys", store.origin, disc) as copy:
        store.keys.copy(copy.file)
        write_archive(keys, copy.archive, manifest, [(KEYS, copy.file), *_secrets(store.data)], disc)
    return Backup(
        data=data, keys=keys, made_at=made_at, journal=manifest.journal, size=manifest.size, root=manifest.root
    )


class _Copy:
    """A copy of a database, aside from where its archive is written; and where that is written before it has its name.

    Both are named for the installation alone, so that the next backup finds what a killed one left.
    """

    def __init__(self, to: Path, holds: Holds, origin: str, disc: Disc) -> None:
        self._disc = disc
        stem = f".tocsin-{holds}-{sha256(origin.encode()).hexdigest()[:8]}"
        self.file, self.archive = to / f"{stem}.copy", to / f"{stem}.aside"

    def __enter__(self) -> Self:
        self._sweep()
        return self

    def __exit__(self, *_: object) -> None:
        self._sweep()

    def _sweep(self) -> None:
        for file in (self.file, self.file.with_name(f"{self.file.name}-journal"), self.archive):
            with ours(file), suppress(FileNotFoundError):
                self._disc.unlink(file)


def _secrets(data: Path) -> list[tuple[str, Source]]:
    """Return the key files, as they stood together: a rotation puts one in the place of the other."""
    before: list[tuple[str, Source]] | None = None
    while before != (found := _short(data, NEXT, RECORD, LINKS, most=SIZE)):
        before = found
    return found


def _short(data: Path, *names: str, most: int) -> list[tuple[str, Source]]:
    """Return those of these files that are there, each behind its name. They may be links to elsewhere."""
    found: list[tuple[str, Source]] = []
    for name in names:
        with ours(data / name), suppress(FileNotFoundError):
            raw = (data / name).read_bytes()
            if len(raw) > most:
                raise Refused(f"{data / name} has more than {most} bytes, and is no file of Tocsin's.")
            found.append((name, raw))
    return found


def _free(to: Path, holds: Holds, made_at: datetime) -> Path:
    """Return a name for an archive that carries the moment and that nothing has yet."""
    stem = f"tocsin-{holds}-{made_at:%Y-%m-%dT%H-%M-%SZ}"
    count = 1
    while os.path.lexists(place := to / (f"{stem}.tar" if count == 1 else f"{stem}.{count}.tar")):
        count += 1
    return place


def _refuse_places(data: Path, data_to: Path, keys_to: Path) -> None:
    home, first, second = (Path(os.path.realpath(place)) for place in (data, data_to, keys_to))
    for place in (first, second):
        if not place.is_dir():
            raise Refused(f"{place} is no directory. Make it, or mount what belongs there.")
        if place.is_relative_to(home):
            raise Refused(f"{place} lies inside the data directory {home}. A backup lies elsewhere.")
        if not os.access(place, os.W_OK | os.X_OK):
            raise Unreachable(f"{place} cannot be written to. Check its owner and its disc.")
    if first.is_relative_to(second) or second.is_relative_to(first):
        raise Refused(f"{first} and {second} are one directory, or one lies in the other. Keys never lie beside data.")
