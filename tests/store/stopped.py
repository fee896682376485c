"""Discs that fail: at the Nth call the writer is killed or refused, or the power goes and takes what was not synced."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tocsin.store.disc import Disc

QUICK = Disc(fsync=lambda file: None)  # a kill leaves what the kernel holds; only lost power needs more


class Killed(BaseException):
    """The process is no more: nothing that it would still have done is done."""


class Stopping:
    """A disc that counts what is asked of it and does something else at one call.

    at: which call, from 0.
    error: what that call answers; the disc lives on. Without one, the caller is killed there, and stays dead: a write is
        then half done, and anything else not begun.
    """

    def __init__(self, at: int, *, error: int | None = None) -> None:
        self.at, self.error = at, error
        self.calls = 0
        self.disc = Disc(**{name: self._counted(getattr(QUICK, name)) for name in Disc.__struct_fields__})

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            here, self.calls = self.calls, self.calls + 1
            if here < self.at or (here > self.at and self.error):
                return call(*given)
            if self.error:
                raise OSError(self.error, os.strerror(self.error))
            if here == self.at and call is QUICK.write:
                call(given[0], given[1][: len(given[1]) // 2])
            raise Killed

        return counted


class Power:
    """A disc that may lose what was not synced: bytes until their file is, names until their folder is."""

    def __init__(self, disc: Disc = QUICK) -> None:
        self._under = disc
        self._opened: dict[int, Path] = {}
        self._bytes: set[Path] = set()
        self._names: dict[Path, bytes | None] = {}  # and what stood there before
        self.disc = Disc(open=self._open, write=disc.write, fsync=self._fsync, mkdir=disc.mkdir, rename=self._rename)

    def _open(self, path: Path, flags: int, *mode: int) -> int:
        file = self._opened_as(path, self._under.open(path, flags, *mode))
        if flags & os.O_CREAT:
            self._bytes.add(path)
            self._names.setdefault(path, None)
        return file

    def _opened_as(self, path: Path, file: int) -> int:
        self._opened[file] = path
        return file

    def _fsync(self, file: int) -> None:
        self._under.fsync(file)
        path = self._opened[file]
        self._bytes.discard(path)
        self._names = {name: before for name, before in self._names.items() if name.parent != path}

    def _rename(self, old: Path, new: Path) -> None:
        before = new.read_bytes() if new.is_file() else None
        self._under.rename(old, new)
        self._names.setdefault(new, before)
        if old in self._bytes:
            self._bytes.add(new)

    def lose(self, *, names: bool) -> None:
        """Let the power go. names: whether names go too, or only the bytes behind them."""
        for path in self._bytes:
            if path.is_file():
                path.write_bytes(b"")
        for path, before in self._names.items() if names else ():
            if path.is_dir():
                shutil.rmtree(path)
            elif before is None:
                path.unlink(missing_ok=True)
            elif path.parent.is_dir():
                path.write_bytes(before)
