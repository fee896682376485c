"""Reads mails that came back out of a Maildir, where a mail server laid them. Each is handed on, and put among those read.

A mail over which reading it fails is set aside, where a person finds it: it holds up none of those that came after it.

Source: the Maildir format, as qmail's maildir(5) tells it: what is in new/ is whole; once read it belongs into cur/.
"""

import re
from collections.abc import Callable
from pathlib import Path

import structlog

from tocsin.basis.errors import Unreachable
from tocsin.channels.mail.bounces import LARGEST

IN_ONE_READING = 1_000
ASIDE = "aside"  # the folder beside new and cur for what could not be read
READ = ":2,S"  # what a mail's name ends with once it was read

# Our own mail server writes these above whatever a stranger wrote.
_CAME_TO = re.compile(
    rb"^(?:x-original-to|delivered-to):[ \t]*<?([^\s<>]{1,320})>?[ \t]*\r?$", re.IGNORECASE | re.MULTILINE
)
_HEAD = 4_096

log = structlog.get_logger()

Take = Callable[[bytes, str], None]
"""Is handed a mail and to whom it came, or nothing; returns once there is no more to do about it."""


def read_all(folder: Path, take: Take, *, most: int = LARGEST) -> int:
    """Hand on what has come since the last time, each before it is put among those read; return how many.

    Killed in between, one is handed on again. most: octets of a mail; of a larger one only the beginning is read.
    Whatever taking one in fails over is set aside, unless a later try may help.

    Raises:
        Unreachable: the folder cannot be read, or is none.
    """
    try:
        files = sorted(file for file in (folder / "new").iterdir() if file.is_file() and not file.is_symlink())
        for file in files[:IN_ONE_READING]:
            try:
                with file.open("rb") as mail:
                    raw = mail.read(most + 1)
                take(raw, _came_to(raw))
            except FileNotFoundError:  # somebody has taken it away
                continue
            except Exception as error:
                if isinstance(error, Unreachable) or (
                    isinstance(error, OSError) and not isinstance(error, PermissionError)
                ):
                    raise
                log.error("mail set aside", kind=type(error).__name__, look=True)
                (folder / ASIDE).mkdir(mode=0o700, exist_ok=True)
                _put(file, folder / ASIDE / file.name)
                continue
            _put(file, folder / "cur" / f"{file.name}{READ}")
    except OSError as error:
        raise Unreachable(
            f"The Maildir for what comes back cannot be read: {error.strerror}. It has the folders new and cur."
        ) from error
    return len(files[:IN_ONE_READING])


def _put(file: Path, where: Path) -> None:
    """Put a mail elsewhere, unless somebody else has put it away while it was read, such as a mail program."""
    try:
        file.rename(where)
    except FileNotFoundError:
        if file.exists():  # it is the other place that is missing
            raise


def set_aside(folder: Path) -> int:
    """Return how many mails lie aside, each of which a person has to look at."""
    try:
        return sum(1 for _ in (folder / ASIDE).iterdir())
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise Unreachable(f"The mails that were set aside cannot be counted: {error.strerror}.") from error


def _came_to(raw: bytes) -> str:
    """Return to whom a mail came, as our own mail server noted it at its top."""
    found = _CAME_TO.search(raw[:_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    return found[1].decode("latin-1") if found else ""
