"""What a witness must not forget: for each log, the latest checkpoint that it cosigned. One file a log.

A file holds the SHA-256 of the rest in hexadecimal, a newline, and the checkpoint as the log signed it. Its name is the
SHA-256 of the origin. Never put an old copy of these files back: a witness that forgets can be shown two histories.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Lock

import msgspec

from tocsin.basis.errors import Broken, Refused, Unreachable
from tocsin.record import Checkpoint, Seen, parse_checkpoint
from tocsin.web.witness.disc import put, sync_folder


class Kept(msgspec.Struct, frozen=True):
    """What was last cosigned for one log, and the checkpoint itself, signed by the log."""

    seen: Seen
    note: bytes


class Keeping:
    """The files, for one process and all of its threads."""

    def __init__(self, folder: Path) -> None:
        """Open a folder, and make it if need be.

        Raises:
            Unreachable: the disc does not let us.
        """
        self._folder = folder
        self._lock = Lock()
        self._broken = ""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # A crash may have left a file replaced and the disc not asked to confirm it. What we see from now on,
            # we answer for; so it must be what a power cut would leave.
            sync_folder(folder)
        except OSError as error:
            raise Unreachable(f"{folder} cannot be used: {error.strerror}.") from error

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep everyone else out from reading what was kept to answering for it: a later one must not be overtaken."""
        with self._lock:
            yield

    def last(self, origin: str) -> Kept | None:
        """Return what was last cosigned for a log; None when nothing ever was.

        Raises:
            Broken: the file is not as we wrote it, or the disc failed us before.
            Unreachable: it cannot be read now.
        """
        if self._broken:
            raise Broken(self._broken)
        file = self._file(origin)
        try:
            raw = file.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreachable(f"{file} cannot be read: {error.strerror}.") from error
        return _read(raw, origin, file)

    def advance(self, origin: str, before: Seen | None, note: bytes) -> None:
        """Keep a newer checkpoint, if what was kept before is still so; return when it would outlive a power cut.

        note: signed by the log, and found to follow from before.

        Raises:
            Refused: something else is kept by now.
            Unreachable: the disc did not take it; what was kept stands.
            Broken: the disc does not say whether it took it. Nothing is answered any more until the next start.
        """
        kept = self.last(origin)
        if (kept.seen if kept else None) != before:
            raise Refused(f"Another checkpoint of {origin} was cosigned meanwhile.")
        try:
            put(self._file(origin), sha256(note).hexdigest().encode() + b"\n" + note)
        except OSError as error:
            raise Unreachable(f"The checkpoint of {origin} could not be kept: {error.strerror}.") from error
        except Broken as error:
            self._broken = f"{error} Look at the disc, then start the witness again."
            raise

    def _file(self, origin: str) -> Path:
        return self._folder / sha256(origin.encode()).hexdigest()


def _read(raw: bytes, origin: str, file: Path) -> Kept:
    stated, _, note = raw.partition(b"\n")
    checkpoint = _whole(note) if stated == sha256(note).hexdigest().encode() else None
    if checkpoint is None or checkpoint.origin != origin:
        raise Broken(
            f"{file} is not as it was written, so nobody knows what was cosigned for {origin}. Do not put an older copy "
            "in its place. Retire this witness's key, and begin again with a new one."
        )
    return Kept(Seen(checkpoint.size, checkpoint.root), note)


def _whole(note: bytes) -> Checkpoint | None:
    try:
        return parse_checkpoint(note.rpartition(b"\n\n")[0] + b"\n")
    except Refused:
        return None
