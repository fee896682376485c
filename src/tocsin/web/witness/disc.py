"""Files that are whole whenever one looks: the old one until the new one is on the disc, and then the new one."""

import os
from pathlib import Path

from tocsin.basis.errors import Broken

ASIDE = ".new"


def put(file: Path, raw: bytes) -> None:
    """Replace a file, or make it for its owner alone, and return when it would outlive a power cut.

    Raises:
        OSError: it could not be written; the old one stands.
        Broken: nobody can say whether a power cut would leave the old one or the new one.
    """
    aside = file.with_name(file.name + ASIDE)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(raw)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    aside.replace(file)
    try:
        sync_folder(file.parent)
    except OSError as error:
        raise Broken(f"{file} was replaced, but its disc did not confirm it: {error.strerror}.") from error


def sync_folder(folder: Path) -> None:
    """Return when the names in a folder would outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
