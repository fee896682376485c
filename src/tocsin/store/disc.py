"""Files that stand whole or not at all: written aside, brought to the disc, and only then given their name.

What the operating system complains of becomes ours at this door.
"""

import errno
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from tocsin.basis.errors import Broken, Unreachable

_ASIDE = re.compile(r"\..+\.aside")
_NOTHING = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)  # no file, not even a directory for it, or a link in its place
_FILE, _FOLDER = 0o644, 0o755  # anyone may read what is published, whatever the umask of the writer


class Disc(msgspec.Struct, frozen=True):
    """What is asked of the operating system to change a disc. Handed in, so that a test can stop it at any call."""

    open: Callable[..., int] = os.open
    write: Callable[[int, Any], int] = os.write
    fsync: Callable[[int], None] = os.fsync
    mkdir: Callable[[Path], None] = os.mkdir
    rename: Callable[[Path, Path], None] = os.rename
    unlink: Callable[[Path], None] = os.unlink
    rmdir: Callable[[Path], None] = os.rmdir


@contextmanager
def ours(place: Path) -> Iterator[None]:
    """Turn what the operating system says of a file into our own error.

    Raises:
        Unreachable: the disc is full, read-only or failing.
    """
    try:
        yield
    except OSError as error:
        raise Unreachable(_sentence(place, error)) from error


def _sentence(place: Path, error: OSError) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return f"The disc is full; {place} was not written. Make room, then try again."
        case errno.EROFS:
            return f"The disc is read-only; {place} was not written. Make it writable, then try again."
        case errno.EACCES | errno.EPERM:
            return f"{place} is closed to us. Check its owner and its mode, then try again."
        case errno.EIO:
            return f"The disc failed at {place}. Look at the disc before anything else; then try again."
    return f"{place} could not be read or written: {error.strerror or error}."


def read_file(place: Path, most: int) -> bytes | None:
    """Return what is in a file, or None where there is none. A link, a directory or a pipe is none.

    most: bytes; of a longer file this returns one byte more than that, so that its reader sees that it is too long.

    Raises:
        Unreachable: the disc does not give it.
    """
    with ours(place):
        try:
            file = os.open(place, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as error:
            if error.errno in _NOTHING:
                return None
            raise
        try:
            about = os.fstat(file)
            return os.read(file, min(about.st_size, most) + 1) if stat.S_ISREG(about.st_mode) else None
        finally:
            os.close(file)


def altered(place: Path) -> Broken:
    """Return what is said of a file that may never change, and holds something else."""
    return Broken(
        f"{place} was altered, or comes from another record: it does not hold what this record gives. "
        "Nothing was written over it; look who did that."
    )


class Writer:
    """Writes files below a root, which it makes. What it has written lasts once sync has returned."""

    def __init__(self, root: Path, disc: Disc) -> None:
        self._root, self._disc = root, disc
        self._entered: set[Path] = set()

    def put(self, place: Path, content: bytes, *, sure: int | None = None) -> None:
        """Write a file that never changes, or leave it alone when it is there.

        sure: how many of its first bytes can never change; what differs only behind them is written over. None: all.

        Raises:
            Unreachable: the disc is full, read-only or failing.
            Broken: it is there, and holds something else.
        """
        self._enter(place.parent)
        there = read_file(place, len(content))
        if there is None:
            self._write(place, content)
        elif there != content:
            if sure is None or there[:sure] != content[:sure]:
                raise altered(place)
            self._write(place, content)

    def remove(self, place: Path) -> None:
        """Remove a file.

        Raises:
            Unreachable: the disc is read-only or failing.
        """
        self._enter(place.parent)
        with ours(place):
            self._disc.unlink(place)

    def replace(self, place: Path, content: bytes) -> None:
        """Write a file in the place of the last one, which stands until this one does.

        Raises:
            Unreachable: the disc is full, read-only or failing.
        """
        self._enter(place.parent)
        self._write(place, content)

    def sync(self) -> None:
        """Bring the names of everything written to the disc.

        Raises:
            Unreachable: the disc is failing.
        """
        for folder in sorted(self._entered, reverse=True):
            self._sync(folder)
        if os.access(self._root.parent, os.R_OK):  # it holds the root's name, but may belong to somebody else
            self._sync(self._root.parent)

    def sweep(self, folder: Path) -> None:
        """Remove from a folder what a stopped writer left aside there; it need not be there."""
        with ours(folder), suppress(FileNotFoundError):
            for place in folder.iterdir():
                if _ASIDE.fullmatch(place.name):
                    (self._disc.rmdir if place.is_dir() else self._disc.unlink)(place)

    def _enter(self, folder: Path) -> None:
        if folder in self._entered:
            return
        if folder != self._root:
            self._enter(folder.parent)
        with ours(folder):
            if folder.is_dir():
                self.sweep(folder)
            else:
                self._make(folder)
        self._entered.add(folder)

    def _sync(self, folder: Path) -> None:
        with ours(folder):
            opened = self._disc.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                self._disc.fsync(opened)
            finally:
                os.close(opened)

    def _make(self, folder: Path) -> None:
        """Make a folder, aside like a file: stopped before its mode was set, it would stay closed to readers."""
        aside = _aside(folder)
        with suppress(FileExistsError):  # only the root's own: its parent is not ours to sweep
            self._disc.mkdir(aside)
        aside.chmod(_FOLDER)
        self._disc.rename(aside, folder)

    def _write(self, place: Path, content: bytes) -> None:
        aside = _aside(place)
        with ours(place):
            file = self._disc.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, _FILE)
            try:
                rest = memoryview(content)
                while rest:
                    rest = rest[self._disc.write(file, rest) :]
                os.fchmod(file, _FILE)
                self._disc.fsync(file)  # before the rename: a name never stands over bytes that may be lost
            finally:
                os.close(file)
            self._disc.rename(aside, place)


def _aside(place: Path) -> Path:
    return place.with_name(f".{place.name}.aside")
