"""The house's own secrets: 32 bytes each, in files that nobody else may read."""

import os
import stat
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Randomness

SIZE = 32  # bytes


class Secrets(msgspec.Struct, frozen=True):
    """record: seed of the Ed25519 key that signs checkpoints. links: key of answer links and outgoing ids."""

    record: bytes
    links: bytes

    def __repr__(self) -> str:
        return "Secrets()"


def load_secrets(data: Path, randomness: Randomness) -> Secrets:
    """Read the secrets of a data directory, and draw those that are not there yet.

    Raises:
        Refused: a file is readable by others, or does not hold 32 bytes.
    """
    return Secrets(
        record=_load(data / "record.key", randomness),
        links=_load(data / "links.key", randomness),
    )


def _load(file: Path, randomness: Randomness) -> bytes:
    if not file.exists():
        _write(file, randomness(SIZE))
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        raise Refused(f"{file} can be read by others (mode {mode:o}). Say `chmod 600 {file}` and look who did.")
    raw = file.read_bytes()
    if len(raw) != SIZE:
        raise Refused(f"{file} holds {len(raw)} bytes; a key has {SIZE}. Restore it from the backup of the keys.")
    return raw


def _write(file: Path, raw: bytes) -> None:
    # Written aside and renamed: a crash leaves no key, never half of one.
    aside = file.with_suffix(".new")
    aside.unlink(missing_ok=True)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, raw)
        os.fsync(handle)
    finally:
        os.close(handle)
    aside.rename(file)
    directory = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
