"""Which logs a witness cosigns for: a file that its operator edits, read again when it has changed.

A line is a log's verifier key; after a space may stand the log's origin, where that is not the name of the key. What
begins with # is a remark. Two keys of one origin are both trusted, as while a key is being replaced.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from tocsin.basis.errors import Refused
from tocsin.record import log_name

log = structlog.get_logger()


def read_logs(text: str) -> dict[str, list[str]]:
    """Return the verifier keys of each origin.

    Raises:
        Refused: a line is none; it is named.
    """
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        vkey, _, origin = line.strip().partition(" ")
        if not vkey or vkey.startswith("#"):
            continue
        try:
            name = log_name(vkey)
        except Refused as error:
            raise Refused(f"Line {number} of the list of logs: {error}") from error
        keys = found.setdefault(origin.strip() or name, [])
        if vkey in keys:
            raise Refused(f"Line {number} of the list of logs repeats a key. List each key once.")
        keys.append(vkey)
    return found


class Logs:
    """The file, and what it said when it was last good."""

    def __init__(self, file: Path) -> None:
        """Read it for the first time.

        Raises:
            Refused: it is not there, or a line in it is none.
        """
        self._file = file
        self._stamp = _stamp(file)
        self._known = self._read()

    def vkeys(self, origin: str) -> Sequence[str] | None:
        """Return the keys listed for an origin now; None when it is not listed."""
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._known = self._read()
                log.info("list of logs read", logs=len(self._known))
            except Refused as error:  # a slip of the pen must not end the service of everyone else
                log.error("list of logs is wrong; the former one holds", why=str(error))
        return self._known.get(origin)

    def known(self) -> Mapping[str, Sequence[str]]:
        """Return all that are listed."""
        return self._known

    def _read(self) -> dict[str, list[str]]:
        try:
            return read_logs(self._file.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise Refused(f"{self._file} cannot be read as a list of logs.") from error


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
