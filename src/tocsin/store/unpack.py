"""Unpacking: a directory that has its name only when everything in it is as it must be, and that nobody opens before."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tocsin.basis.errors import Refused
from tocsin.store.disc import ours
from tocsin.store.lock import DataLock
from tocsin.store.secrets import sync_directory

LOCK = "lock"


@contextmanager
def unpacking(to: Path) -> Iterator[Path]:
    """Hand out an empty directory aside, held locked; it gets its name at the end, or is gone if that does not come.

    Killed anywhere, the next one sweeps away what is left aside.

    Raises:
        Refused: there is something in that directory already, or someone else is unpacking to it.
        Unreachable: the disc is full, read-only or failing.
    """
    to = Path(os.path.realpath(to))
    aside = to.with_name(f".{to.name}.restoring")
    with ours(aside):
        _refuse_filled(to)
        aside.parent.mkdir(parents=True, exist_ok=True)
        _make(aside)
        lock = DataLock(aside, "restore")
        try:
            _sweep(aside)
            yield aside
            for file in aside.iterdir():
                _sync(file)
            sync_directory(aside)
            aside.rename(to)  # over an empty one, if there is one
            sync_directory(to.parent)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise
        finally:
            lock.release()


def _refuse_filled(to: Path) -> None:
    if os.path.lexists(to) and (not to.is_dir() or any(to.iterdir())):
        raise Refused(
            f"{to} holds something already. A backup is restored into a directory that is empty, or not there."
        )


def _make(aside: Path) -> None:
    try:
        aside.mkdir(mode=0o700)
    except FileExistsError as error:
        if aside.is_symlink() or not aside.is_dir():
            raise Refused(f"{aside} is in the way. Look what it is, and remove it.") from error


def _sweep(aside: Path) -> None:
    for file in aside.iterdir():
        if file.name != LOCK:
            shutil.rmtree(file) if file.is_dir() and not file.is_symlink() else file.unlink()


def _sync(file: Path) -> None:
    opened = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
