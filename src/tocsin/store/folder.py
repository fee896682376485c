"""The published folder: the record's checkpoint and tiles as files, which any static server can host.

Whatever stops the writer, and whenever, each name in the folder holds nothing or what it must for ever; so the same step,
done again, completes. A checkpoint is published only after everything it speaks of lies on the disc.

One process at a time writes: the one that holds the data lock. What may be signed, and signing it, is left to the ledger.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from tocsin.basis.errors import Broken, Refused, TocsinError
from tocsin.record import (
    HASH_SIZE,
    TILE_FILE_MOST,
    TILE_WIDTH,
    Audit,
    Tile,
    audit,
    fetch_tile,
    leaf_hash,
    parse_tile_path,
    read_bundle,
    root_of,
    tiles_for,
    tiles_root,
    write_bundle,
)
from tocsin.store.disc import Disc, Writer, altered, ours, read_file

FOLDER = "record"
CHECKPOINT = "checkpoint"
_DISC = Disc()

Entries = Callable[[int, int], Sequence[bytes]]
"""entries(start, stop): the record's entries from start up to, not including, stop; never asked for more than 256."""


class Folder:
    """The published folder at root, which is made when there is first something to write.

    An installation has it at `$TOCSIN_DATA/record`, where nothing else is said.
    """

    def __init__(self, root: Path, disc: Disc = _DISC) -> None:
        self.root = root
        self._disc = disc

    def checkpoint(self) -> bytes | None:
        """Return the published checkpoint, or None before the first."""
        return self.read(CHECKPOINT)

    def read(self, name: str) -> bytes | None:
        """Return a published file. None for every name that is neither `checkpoint` nor that of a tile which is there.

        Raises:
            Unreachable: the disc does not give it.
        """
        if name != CHECKPOINT:
            try:
                parse_tile_path(name)
            except Refused:
                return None
        return read_file(self.root / name, TILE_FILE_MOST)

    def entries_of(self, size: int) -> Entries:
        """Return what gives the published entries of a record of this size, as they are.

        It raises Refused where their bundle is missing or malformed.
        """

        def entries(start: int, stop: int) -> list[bytes]:
            index, first = divmod(start, TILE_WIDTH)
            bundle = Tile("entries", index, Tile("entries", index).cut(size))
            return fetch_tile(self.read, bundle)[first : stop - bundle.start]

        return entries

    def all_entries(self) -> Iterator[tuple[int, bytes]]:
        """Yield every entry that lies in the folder, with its number, published or not; what is malformed is left out."""
        for name in self.names():
            with suppress(TocsinError):
                tile = parse_tile_path(name)
                if tile.is_bundle:
                    yield from enumerate(fetch_tile(self.read, tile), tile.start)

    def grow(self, old_size: int, new_size: int, entries: Entries) -> bytes:
        """Write what a record of new_size has beyond one of old_size, to the disc, and return its root from the files.

        Bundles come first, then tiles level by level, each computed from the files below it. Done again after it was
        stopped, it leaves alone what is there already.

        old_size: what the published checkpoint covers; 0 where there is none. No signature ever spoke of what lies
            beyond it, and no reader asks for that: where it differs, a writer left it that was stopped, and whose entries
            came back from no backup. It makes way. Where there is no checkpoint, nobody knows what was published, and
            nothing does.

        Raises:
            Unreachable: the disc is full, read-only or failing.
            Broken: a file that may never change holds something else, or one that must be there is not.
        """
        writer = Writer(self.root, self._disc)
        for tile in tiles_for(old_size, new_size):
            place, content = self.root / tile.path, self._content(tile, entries)
            if old_size:
                self._clear(writer, tile, content, tile.cut(old_size))
                writer.put(place, content, sure=_length(tile, content, tile.cut(old_size)))
            else:
                self._put_anew(writer, place, content)
            if tile.width == TILE_WIDTH:
                writer.sweep(_partials(place))
        writer.sync()
        try:
            return tiles_root(self.read, new_size)
        except Refused as error:
            raise self._broken(error) from error

    def _put_anew(self, writer: Writer, place: Path, content: bytes) -> None:
        try:
            writer.put(place, content)
        except Broken as error:
            raise Broken(
                f"{error} No checkpoint lies in {self.root} that would say what was published. Put it back; or, where "
                "there never was one, move the whole folder away: it is written anew."
            ) from error

    def _clear(self, writer: Writer, tile: Tile, content: bytes, sure: int) -> None:
        """Remove the other files in the place of a tile that differ from it beyond the first hashes or entries.

        sure: how many of them were published. Where those differ, it stops.
        """
        for other in self._beside(tile, max(sure, 1)):
            there = self.read(other.path)
            if there is None:
                continue
            first, both = (_length(tile, content, count) for count in (sure, min(other.width, tile.width)))
            if there[:first] != content[:first]:
                raise altered(self.root / other.path)
            if there[:both] != content[:both]:
                writer.remove(self.root / other.path)

    def _beside(self, tile: Tile, least: int) -> Iterator[Tile]:
        """Name what else may lie in a tile's place and hold so many of its hashes or entries, or more."""
        full = self.root / Tile(tile.level, tile.index).path
        names: list[str] = []
        with ours(full), suppress(FileNotFoundError, NotADirectoryError):
            names = [place.name for place in _partials(full).iterdir()]
        widths = {int(name) for name in names if name.isascii() and name.isdecimal()} | {TILE_WIDTH}
        for width in sorted(widths - {tile.width}):
            if least <= width <= TILE_WIDTH:
                yield Tile(tile.level, tile.index, width)

    def _content(self, tile: Tile, entries: Entries) -> bytes:
        if tile.is_bundle:
            found = entries(tile.start, tile.start + tile.width)
            if len(found) != tile.width:
                raise Broken(f"From entry {tile.start} on there are {len(found)} entries where {tile.width} must be.")
            return write_bundle(found)
        hashes = (leaf_hash(one) for one in self._fetch(tile.below())) if tile.level == 0 else self._roots(tile)
        return b"".join(hashes)

    def _roots(self, tile: Tile) -> Iterator[bytes]:
        for place in range(tile.width):
            yield root_of(self._fetch(tile.below(place)))

    def _fetch(self, tile: Tile) -> list[bytes]:
        try:
            return fetch_tile(self.read, tile)
        except Refused as error:
            raise self._broken(error) from error

    def _broken(self, error: Refused) -> Broken:
        return Broken(f"The published folder {self.root} is damaged. {error} Move it away, and have it written anew.")

    def publish(self, checkpoint: bytes) -> None:
        """Put a signed checkpoint in the place of the last one. Call it only after grow has returned.

        Raises:
            Unreachable: the disc is full, read-only or failing. Which of the two checkpoints stands then, shows only
                when it is read again.
        """
        writer = Writer(self.root, self._disc)
        writer.replace(self.root / CHECKPOINT, checkpoint)
        writer.sync()

    def prune(self, size: int) -> int:
        """Take away the partial tiles that full ones have replaced, and return how many.

        size: of the published checkpoint. Readers of an earlier one find the full tile instead. This looks at every
        directory of the folder.

        Raises:
            Unreachable: the disc is read-only or failing.
        """
        removed = 0
        with ours(self.root):
            for directory, files in self._directories():
                if self._is_replaced(directory, size):
                    for name in files:
                        self._disc.unlink(directory / name)
                    removed += len(files)
                    self._disc.rmdir(directory)
        return removed

    def _is_replaced(self, directory: Path, size: int) -> bool:
        full = directory.with_suffix("")
        if directory != _partials(full):
            return False
        name = str(full.relative_to(self.root))
        try:
            is_whole = parse_tile_path(name).cut(size) == TILE_WIDTH
        except Refused:
            return False
        return is_whole and self.read(name) is not None

    def audit(
        self, vkeys: list[str], *, entries: bool = True, cadence: timedelta | None = None, moments: bool = False
    ) -> Audit:
        """Check everything in the folder: `tocsin record fsck`. It never raises; see tocsin.record.audit."""
        return audit(self.read, vkeys, entries=entries, cadence=cadence, moments=moments, listed=self.names())

    def names(self) -> Iterator[str]:
        """Name everything below `tile`, what belongs to one tile together. What a stopped writer left is left out."""
        for directory, files in self._directories():
            for name in sorted(files):
                if not name.startswith("."):
                    yield str((directory / name).relative_to(self.root))

    def _directories(self) -> Iterator[tuple[Path, list[str]]]:
        for path, below, files in os.walk(self.root / "tile"):
            below[:] = sorted(name for name in below if not name.startswith("."))
            yield Path(path), files


def _length(tile: Tile, content: bytes, count: int) -> int:
    """Return how many bytes the first hashes or entries of a tile take up. count: how many of them, at most all."""
    if not tile.is_bundle:
        return count * HASH_SIZE
    return len(write_bundle(read_bundle(content, tile.width)[:count])) if count else 0


def _partials(full: Path) -> Path:
    """Return where the partial tiles lie that a full one replaces."""
    return full.with_name(f"{full.name}.p")
