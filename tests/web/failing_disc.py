"""A disc that loses its power at a chosen step, and then has forgotten what it was not asked to keep."""

import os
from pathlib import Path

import pytest

from tocsin.web.witness import disc


class PowerCut(BaseException):
    """The process is gone. No except clause of ours may take it for an error."""


class FailingDisc:
    """Stands between tocsin.web.witness.disc and the files of one folder.

    What was written is really there for whoever looks (a killed process loses nothing), but the disc promises only what
    was synced: the octets of a file when the file was, a name when the folder was.
    """

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.left: int | None = None  # steps until the power is cut
        self._files: dict[str, int] = {}  # names as one sees them
        self._promised: dict[str, int] = {}  # names as the disc promises them
        self._octets: dict[int, bytes] = {}  # what it promises of each file
        self._open: dict[int, Path] = {}
        self._count = 0
        move = Path.replace

        def replace(source: Path, target: Path) -> Path:
            self._step()
            if source.parent == self.folder:
                self._files[target.name] = self._files.pop(source.name)
            return move(source, target)

        patch.setattr(disc, "os", self)
        patch.setattr(Path, "replace", replace)

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)  # flags

    def _step(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise PowerCut

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        self._step()
        handle = os.open(path, flags, mode)
        self._open[handle] = path
        if path.parent == self.folder and path.name not in self._files:
            self._count += 1
            self._files[path.name] = self._count
        return handle

    def write(self, handle: int, octets: memoryview) -> int:
        try:
            self._step()
        except PowerCut:
            os.write(handle, octets[: len(octets) // 2])
            raise
        return os.write(handle, octets[:50])  # as little at a time as the system is free to

    def fsync(self, handle: int) -> None:
        self._step()
        path = self._open[handle]
        if path == self.folder:
            self._promised = dict(self._files)
        elif path.parent == self.folder:
            self._octets[self._files[path.name]] = path.read_bytes()

    def close(self, handle: int) -> None:
        self._open.pop(handle, None)
        os.close(handle)

    def power_returns(self) -> None:
        """Leave of the folder what the disc promised, and nothing else."""
        for file in self.folder.iterdir():
            file.unlink()
        for name, number in self._promised.items():
            (self.folder / name).write_bytes(self._octets.get(number, b""))
        self._files = dict(self._promised)
