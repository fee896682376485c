"""A crowd kept in files, a column each, which are mapped into memory and read only where a question leads.

The files hold positions in the clear, while the journal and the rows keep them encrypted: a folder of them is a copy to
work with, for a disc that forgets (such as /run or /dev/shm), made again at a start and after people were forgotten. It
is open to its owner alone.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tocsin.basis.errors import Broken, Refused
from tocsin.places.crowd import Crowd
from tocsin.places.sorted import ALWAYS, Column, Sorted

_PLACES: Final[Mapping[str, str]] = {
    "key": "<u4",
    "lat": "<i4",
    "lon": "<i4",
    "person": "<u4",
    "kind": "u1",
    "when": "<u4",
}
_TIED: Final[Mapping[str, str]] = {"key": "<u4", "person": "<u4", "when": "<u4"}
_KINDS: Final = {"places": _PLACES, "tied": _TIED}
_HEAD: Final = "crowd.json"  # written last: a folder without it is not whole
_FORMAT: Final = "tocsin.crowd/1"


def build(folder: Path, places: Iterable[Sorted], tied: Iterable[Sorted] = ()) -> Crowd:
    """Write a crowd of any size, handed over in parts, and open it. It takes about 20 bytes of memory a place.

    folder: made here, beside which the same name with `.part` is used meanwhile.

    Raises:
        Refused: the folder is there already.
    """
    if folder.exists():
        raise Refused(f"{folder.name} is there already. Name a new folder, and exchange them when it is whole.")
    making = folder.with_name(folder.name + ".part")
    making.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in making.iterdir():  # by a build that was cut off
        left.unlink()
    head: dict[str, Any] = {"format": _FORMAT}
    for name, parts in (("places", places), ("tied", tied)):
        _gather(making, name, parts)
        head[name] = _settle(making, name)
    (making / _HEAD).write_text(json.dumps(head))
    making.rename(folder)
    return open_crowd(folder)


def save(folder: Path, crowd: Crowd) -> Crowd:
    """Write a crowd as it stands, those taken out left out, and return it opened from the files.

    Raises:
        Refused: the folder is there already.
    """
    whole = crowd.merged()
    return build(folder, [whole.places], [whole.tied])


def open_crowd(folder: Path) -> Crowd:
    """Return the crowd that is kept in a folder. The files must stay as they are while it is used.

    Raises:
        Refused: there is no whole crowd in the folder.
        Broken: its files are not as long as they were.
    """
    try:
        head = json.loads((folder / _HEAD).read_text())
    except (OSError, ValueError) as error:
        raise Refused(f"There is no crowd in {folder.name}. Build it anew.") from error
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise Refused(f"{folder.name} holds a crowd of another make. Build it anew.")
    places, tied = (_open(folder, name, head.get(name)) for name in _KINDS)
    return Crowd(places, tied)


def _gather(folder: Path, name: str, parts: Iterable[Sorted]) -> None:
    """Write each column as the parts come, one after the other, with the dates of all."""
    files = {column: (folder / f"{name}.{column}.raw").open("wb") for column in _KINDS[name]}
    try:
        with (folder / f"{name}.dates").open("wb") as dates:
            ALWAYS.astype("<i8").tofile(dates)
            lines = 1
            for part in parts:
                when = part["when"].astype(np.uint32)
                moved = {**part.columns, "when": np.where(when > 0, when + np.uint32(lines - 1), when)}
                for column, kind in _KINDS[name].items():
                    moved[column].astype(kind).tofile(files[column])
                part.dates[1:].astype("<i8").tofile(dates)
                lines += len(part.dates) - 1
    finally:
        for file in files.values():
            file.close()


def _settle(folder: Path, name: str) -> int:
    """Write each column once more, in the order of the keys, and return how many rows there are."""
    order = np.argsort(_mapped(folder / f"{name}.key.raw", "<u4")).astype(np.uint32)
    for column, kind in _KINDS[name].items():
        raw = folder / f"{name}.{column}.raw"
        with (folder / f"{name}.{column}").open("wb") as file:
            unsorted = _mapped(raw, kind)
            for start in range(0, len(order), 1 << 20):
                unsorted[order[start : start + (1 << 20)]].tofile(file)
        raw.unlink()
    return len(order)


def _open(folder: Path, name: str, rows: Any) -> Sorted:
    columns = {column: _mapped(folder / f"{name}.{column}", kind) for column, kind in _KINDS[name].items()}
    dates = _mapped(folder / f"{name}.dates", "<i8")
    if any(len(column) != rows for column in columns.values()) or len(dates) % 3 or not len(dates):
        raise Broken(f"The files in {folder.name} are not as long as they were. Build the crowd anew.")
    return Sorted(columns, dates.reshape(-1, 3).astype(np.int64))


def _mapped(path: Path, kind: str) -> Column:
    """Return a file as an array that is read where it is looked at; an empty file cannot be mapped."""
    try:
        if path.stat().st_size == 0:
            return np.zeros(0, dtype=kind)
        found: npt.NDArray[Any] = np.memmap(path, dtype=kind, mode="r")
    except (OSError, ValueError) as error:
        raise Broken(f"{path.name} cannot be read. Build the crowd anew.") from error
    return found.view(np.ndarray)
