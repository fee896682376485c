"""The data lock: one process at a time owns a data directory, and a crash of that process frees it."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from tocsin.basis.errors import Refused


class DataLock:
    """Held from opening the data to closing it. The kernel lets go of it when the process dies, however it dies."""

    def __init__(self, data: Path, holder: str) -> None:
        """Take the lock.

        holder: the command that takes it, to be named to whoever comes second.

        Raises:
            Refused: another process holds it.
        """
        self._file = os.open(data / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            other = _named(self._file)
            os.close(self._file)
            raise Refused(f"{data} is in use by {other}. Stop that first, or name another directory.") from error
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"tocsin {holder} (process {os.getpid()})\n".encode(), 0)

    def release(self) -> None:
        """Let the next one in. Said twice, it is no harm."""
        held, self._file = self._file, -1
        if held >= 0:
            os.close(held)

    @staticmethod
    def held_by(data: Path) -> str:
        """Say which process holds the lock of a directory, as it named itself; nothing when none does."""
        try:
            file = os.open(data / "lock", os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return ""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return _named(file)
        finally:
            os.close(file)
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def _named(file: int) -> str:
    return os.pread(file, 200, 0).decode(errors="replace").strip() or "another process"
