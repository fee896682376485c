"""Destroying the keys of a data directory, for an evacuation: all of them, at once, whatever else goes on.

It opens no database and waits for nobody. A tombstone is left first, so that nothing draws new keys in their place; killed
half way, it is said again and finishes. What a disc keeps of overwritten blocks (flash, copies on write) is beyond it.
"""

import fnmatch
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import Randomness

TOMBSTONE = "keys-destroyed"
# The keys of people first: they are what others would come for. Each with what a crash may have left beside it.
KEYS = ("keys.db", "keys.db-*", "links.key", "links.new", "record*.key", "record*.new")
CHUNK = 1 << 20  # bytes


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """That the keys of this directory were destroyed. ended: None when that was cut off, or is going on."""

    began: datetime | None = None
    ended: datetime | None = None


class Destroyed(msgspec.Struct, frozen=True, kw_only=True):
    """What was destroyed, and what could not be, each in a sentence."""

    files: tuple[str, ...]
    problems: tuple[str, ...]


def tombstone_of(data: Path) -> Tombstone | None:
    """Return the tombstone of a directory whose keys were destroyed, or None. One that cannot be read is one, too."""
    try:
        found: Tombstone = read_json((data / TOMBSTONE).read_bytes(), Tombstone)
    except FileNotFoundError:
        return None
    except (OSError, Refused):
        return Tombstone()
    return found


def refuse_destroyed(data: Path) -> None:
    """Stop a directory from being opened once its keys are gone: it would be given new ones, that open nothing.

    Raises:
        Refused: its keys were destroyed, or are being destroyed.
    """
    stone = tombstone_of(data)
    if stone is None:
        return
    if stone.ended is None:
        raise Refused(
            f"Somebody began to destroy the keys of {data}{_on(stone.began)}, and was cut off. "
            f"Say `tocsin destroy-keys --data {data} --yes {data.resolve().name}` again."
        )
    raise Refused(
        f"The keys of {data} were destroyed{_on(stone.ended)}. Nothing personal in it can be read any more, by anyone. "
        "Name another directory."
    )


def _on(moment: datetime | None) -> str:
    return "" if moment is None else f" on {moment:%d %B %Y at %H:%M} UTC"


def holds_data(data: Path, database: str) -> bool:
    """Say whether a directory is one of ours: it has the database, a key, or the tombstone."""
    return (data / database).exists() or (data / TOMBSTONE).exists() or any(_found(data))


def destroy_keys(data: Path, now: datetime, randomness: Randomness) -> Destroyed:
    """Leave the tombstone, then overwrite, empty and remove each file that holds a key. Said twice, it is no harm."""
    stone = tombstone_of(data)
    began = now if stone is None or stone.began is None else stone.began
    if stone is None:
        with suppress(OSError):  # on a full disc there is room for it when the keys are gone
            _leave(data, Tombstone(began=began))
    files: list[str] = []
    problems: list[str] = []
    for file in _found(data):
        problem = _destroy(file, randomness)
        if problem:
            problems.append(problem)
        if not os.path.lexists(file):
            files.append(file.name)
    if not problems and (stone is None or stone.ended is None):
        try:
            _leave(data, Tombstone(began=began, ended=now))
        except OSError as error:
            problems.append(f"That it was done could not be noted ({error.strerror}): nobody may open {data} again.")
    return Destroyed(files=tuple(files), problems=tuple(problems))


def _found(data: Path) -> Iterator[Path]:
    """Yield the files that hold keys. A link is followed: its target, and what lies beside that, come before it."""
    names = sorted(file.name for file in data.iterdir())
    for pattern in KEYS:
        for name in fnmatch.filter(names, pattern):
            target = Path(os.path.realpath(data / name))
            beside = [Path(f"{target}{ending}") for ending in ("-journal", "-wal", "-shm")]
            yield from (one for one in (target, *beside, data / name) if os.path.lexists(one))


def _destroy(file: Path, randomness: Randomness) -> str:
    """Overwrite a file with chance, empty it and remove it; return what could not be done, or nothing."""
    problem = ""
    try:
        if stat.S_ISREG(file.lstat().st_mode):
            _overwrite(file, randomness)
    except FileNotFoundError:  # a server that still runs was faster
        return ""
    except OSError as error:
        problem = f"{file} could not be overwritten ({error.strerror}); it was only removed."
    try:
        file.unlink(missing_ok=True)
        _sync(file.parent)
    except OSError as error:
        return f"{file} could not be removed ({error.strerror}). Destroy the disc it lies on."
    return problem


def _overwrite(file: Path, randomness: Randomness) -> None:
    # Never shortened before it is overwritten: its blocks would be let go with the keys still on them.
    with suppress(OSError):
        file.chmod(0o600)
    handle = os.open(file, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        size = os.fstat(handle).st_size
        for start in range(0, size, CHUNK):
            chance = randomness(min(CHUNK, size - start))
            while chance:
                chance = chance[os.write(handle, chance) :]
        os.fsync(handle)
        os.ftruncate(handle, 0)
        os.fsync(handle)
    finally:
        os.close(handle)


def _leave(data: Path, stone: Tombstone) -> None:
    """Write the tombstone, aside and renamed. On a full disc an empty one must do."""
    aside = data / f"{TOMBSTONE}.new"
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(handle, msgspec.json.encode(stone))
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, 0)
    finally:
        os.close(handle)
    aside.rename(data / TOMBSTONE)
    _sync(data)


def _sync(place: Path) -> None:
    directory = os.open(place, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
