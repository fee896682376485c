"""The house's own secrets: 32 bytes each, in files that nobody else may read."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Randomness

SIZE = 32  # bytes


RECORD, NEXT, LINKS = "record.key", "record.next.key", "links.key"


class Secrets(msgspec.Struct, frozen=True):
    """record: seed of the Ed25519 key that signs checkpoints. links: key of answer links and outgoing ids.

    next_record: the key that takes over; while there are two, both sign. given: the record's keys come from elsewhere.
    """

    record: bytes
    links: bytes
    next_record: bytes | None = None
    given: bool = False

    @property
    def signing(self) -> tuple[bytes, ...]:
        """Return the seeds of all keys that sign."""
        return (self.record,) if self.next_record is None else (self.record, self.next_record)

    def __repr__(self) -> str:
        return "Secrets()"


def load_secrets(data: Path, randomness: Randomness, record_keys: Sequence[bytes] = ()) -> Secrets:
    """Read the secrets of a data directory, and draw those that are not there yet.

    record_keys: the record's key, and the next one, where they come from elsewhere and shall not lie in the directory.

    Raises:
        Refused: a file is readable by others, or does not hold 32 bytes.
    """
    links = _load(data / LINKS, randomness)
    if record_keys:
        first, *more = record_keys
        return Secrets(record=first, links=links, next_record=more[0] if more else None, given=True)
    following = data / NEXT
    return Secrets(
        record=_load(data / RECORD, randomness),
        links=links,
        next_record=_load(following, randomness) if following.exists() else None,
    )


def begin_rotation(data: Path, randomness: Randomness) -> bytes:
    """Draw the record's next key, or return the one that was drawn before; from now on both sign."""
    return _load(data / NEXT, randomness)


def end_rotation(data: Path) -> None:
    """Put the next key in the place of the record's key, which is gone with that."""
    with (data / RECORD).open("r+b") as old:
        (data / NEXT).rename(data / RECORD)
        sync_directory(data)
        old.write(bytes(SIZE))  # what had the name before: overwritten where it lies, and only now
        old.flush()
        os.fsync(old.fileno())


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
    sync_directory(file.parent)


def sync_directory(place: Path) -> None:
    """Return when what was made, renamed or removed in a directory is on the disc."""
    directory = os.open(place, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
