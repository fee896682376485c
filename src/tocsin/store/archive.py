"""Archives of a backup: one tar file each, that stands whole or not at all.

Any tar reads what is written here. What is read may be anybody's until its hashes have been compared, and so it is read
by a reader of our own that knows regular files of a few names: no links, no folders, no extensions, nothing sparse.
"""

import os
import stat
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.store.disc import Disc, ours
from tocsin.store.secrets import LINKS, NEXT, RECORD, SIZE

MANIFEST = "manifest.json"
DATABASE, KEYS, SETTINGS = "tocsin.db", "keys.db", "tocsin.toml"
NO_BOUND = 1 << 63  # but that of the archive itself, which is not compressed
MOST: Mapping[str, Mapping[str, int]] = {
    "data": {MANIFEST: 1 << 16, DATABASE: NO_BOUND, SETTINGS: 1 << 20},
    "keys": {MANIFEST: 1 << 16, KEYS: NO_BOUND, LINKS: SIZE, RECORD: SIZE, NEXT: SIZE},
}
NEEDED: Mapping[str, frozenset[str]] = {"data": frozenset({DATABASE}), "keys": frozenset({KEYS, LINKS})}
CHUNK = 1 << 20  # bytes
_DISC = Disc()

Source = Path | bytes
Holds = Literal["data", "keys"]


class Member(msgspec.Struct, frozen=True):
    """One file in an archive. size: bytes. sha256: in hexadecimal."""

    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive says of itself.

    backup: the same in the two archives of one backup. made_at: nothing later is in it. origin: the record's name.
    journal: how many facts there were; size, root: how the record stood, with the root in hexadecimal.
    """

    format: Literal["tocsin.backup/1"] = "tocsin.backup/1"
    holds: Holds
    backup: str
    made_at: datetime
    origin: str
    journal: int
    size: int
    root: str
    members: dict[str, Member] = {}


# ---- writing


def write_archive(
    place: Path, aside: Path, manifest: Manifest, members: Sequence[tuple[str, Source]], disc: Disc = _DISC
) -> None:
    """Write an archive to its place, by way of a file aside, for its owner alone.

    members: the names, and each one's bytes or the file that holds them and that nobody changes meanwhile.

    Raises:
        Unreachable: the disc is full, read-only or failing; the place is as it was.
    """
    with ours(place):
        held = {name: _measured(source) for name, source in members}
        whole = msgspec.json.encode(msgspec.structs.replace(manifest, members=held))
        file = disc.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            os.fchmod(file, 0o600)
            for name, source in ((MANIFEST, whole), *members):
                for part in _packed(name, source, manifest.made_at):
                    _write(disc, file, part)
            _write(disc, file, bytes(2 * tarfile.BLOCKSIZE))
            disc.fsync(file)
        finally:
            os.close(file)
        disc.rename(aside, place)
        folder = disc.open(place.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            disc.fsync(folder)
        finally:
            os.close(folder)


def _measured(source: Source) -> Member:
    size, hashed = 0, sha256()
    for part in _parts(source):
        size += len(part)
        hashed.update(part)
    return Member(size, hashed.hexdigest())


def _packed(name: str, source: Source, made_at: datetime) -> Iterator[bytes]:
    about = tarfile.TarInfo(name)
    about.size = len(source) if isinstance(source, bytes) else source.stat().st_size
    about.mode, about.mtime = 0o600, int(made_at.timestamp())
    yield about.tobuf(tarfile.GNU_FORMAT)
    yield from _parts(source)
    yield bytes(-about.size % tarfile.BLOCKSIZE)


def _parts(source: Source) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as file:
        while part := file.read(CHUNK):
            yield part


def _write(disc: Disc, file: int, part: bytes) -> None:
    rest = memoryview(part)
    while rest:
        rest = rest[disc.write(file, rest) :]


# ---- reading


class Archive:
    """An archive that is open. What is in a member is handed out only when it has the hash that the manifest states."""

    def __init__(self, place: Path, file: int, holds: Holds) -> None:
        """Read its manifest. Open it by open_archive."""
        self.place = place
        self._file = file
        self._at = self._list(os.fstat(file).st_size, MOST[holds])
        self.manifest = self._read_manifest(holds)

    def has(self, name: str) -> bool:
        """Say whether there is a member of that name."""
        return name in self.manifest.members

    def extract(self, name: str, to: Path) -> None:
        """Write a member to the disc, for its owner alone.

        Raises:
            Refused: it does not have the hash that the manifest states.
        """
        with ours(to):
            file = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                for part in self._parts(name):
                    _write(_DISC, file, part)
                os.fsync(file)
            finally:
                os.close(file)

    def read(self, name: str) -> bytes:
        """Return a short member.

        Raises:
            Refused: it does not have the hash that the manifest states.
        """
        return b"".join(self._parts(name))

    def _parts(self, name: str) -> Iterator[bytes]:
        hashed = sha256()
        for part in self._raw(name):
            hashed.update(part)
            yield part
        if hashed.hexdigest() != self.manifest.members[name].sha256:
            raise self._unfit(f"{name} was altered or damaged: it does not have the hash that was noted")

    def _raw(self, name: str) -> Iterator[bytes]:
        at, size = self._at[name]
        for start in range(at, at + size, CHUNK):
            part = _read(self.place, self._file, min(CHUNK, at + size - start), start)
            if not part:
                raise self._unfit("it is cut off")
            yield part

    def _list(self, length: int, most: Mapping[str, int]) -> dict[str, tuple[int, int]]:
        """Return where each member begins, and its size in bytes."""
        found: dict[str, tuple[int, int]] = {}
        at = 0
        while any(header := _read(self.place, self._file, tarfile.BLOCKSIZE, at)):
            try:
                about = tarfile.TarInfo.frombuf(header, "ascii", "surrogateescape")
            except (tarfile.TarError, ValueError) as error:
                raise self._unfit("it is no tar file, or is damaged") from error
            at += tarfile.BLOCKSIZE
            if about.type not in (tarfile.REGTYPE, tarfile.AREGTYPE) or about.name not in most or about.name in found:
                raise self._unfit(f"it holds {about.name[:40]!r}, which is not as it must be")
            if not 0 <= about.size <= min(most[about.name], length - at):
                raise self._unfit(f"{about.name} is too long, or cut off")
            found[about.name] = at, about.size
            at += about.size + -about.size % tarfile.BLOCKSIZE
        return found

    def _read_manifest(self, holds: Holds) -> Manifest:
        if MANIFEST not in self._at:
            raise self._unfit(f"it has no {MANIFEST}")
        try:
            found: Manifest = read_json(b"".join(self._raw(MANIFEST)), Manifest)
        except Refused as error:
            raise self._unfit(f"its {MANIFEST} cannot be read") from error
        if found.holds != holds or found.made_at.tzinfo is None:
            raise self._unfit(f"it says that it holds {found.holds}")
        sizes = {name: size for name, (_, size) in self._at.items() if name != MANIFEST}
        if {name: one.size for name, one in found.members.items()} != sizes or not NEEDED[holds] <= sizes.keys():
            raise self._unfit(f"it does not hold what its {MANIFEST} says")
        return found

    def _unfit(self, why: str) -> Refused:
        return Refused(f"{self.place} cannot be restored from: {why}. Take another archive.")


@contextmanager
def open_archive(place: Path, holds: Holds) -> Iterator[Archive]:
    """Open an archive of a kind.

    Raises:
        Refused: there is none, or none of that kind that could be restored from.
        Unreachable: the disc does not give it.
    """
    with ours(place):
        try:
            file = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError as error:
            raise Refused(f"There is no archive {place}.") from error
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise Refused(f"{place} is no file. Name an archive that `tocsin backup` wrote.")
        yield Archive(place, file, holds)
    finally:
        os.close(file)


def _read(place: Path, file: int, most: int, at: int) -> Any:
    with ours(place):
        return os.pread(file, most, at)
