"""The files that a command is given to judge: each by its name, those of a directory in order, and standard input as -."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tocsin.basis.errors import Refused


def each_of(files: Sequence[str]) -> list[str]:
    """Return each file by its name, those of a directory in order; hidden ones are left out. An empty one stands itself.

    Raises:
        Refused: there is no file at all.
    """
    named = list(_each(files))
    if all(name != "-" and Path(name).is_dir() for name in named):
        raise Refused(f"There is no file in {named[0]!r}: name a message, or a directory with some.")
    return named


def _each(files: Sequence[str]) -> Iterator[str]:
    for name in files:
        if name != "-" and Path(name).is_dir():
            inside = [file for file in sorted(Path(name).rglob("*")) if file.is_file()]
            yield from [str(file) for file in inside if not file.name.startswith(".")] or [name]
        else:
            yield name


def bytes_of(name: str, most: int) -> tuple[bytes | None, str]:
    """Return what a file holds, never more than one byte over what could be judged; or why it cannot be read."""
    try:
        if name == "-":
            return sys.stdin.buffer.read(most + 1), ""
        with Path(name).open("rb") as file:
            return file.read(most + 1), ""
    except IsADirectoryError:
        return None, "There is no file in this directory"
    except (OSError, ValueError) as problem:
        return None, f"The file cannot be read: {getattr(problem, 'strerror', None) or problem}"


def shown_name(given: str) -> str:
    """Return the name of a file as it can be shown: it may be any bytes."""
    return given.encode(errors="surrogateescape").decode(errors="replace")
