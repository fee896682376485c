"""Tiles: the tree and the entries of a record, cut into files that never change and that any static server can host.

Names, contents, and which of them a record of some size has. Writing them to a disc is the shell's; judging all of them
at once is auditing.py's.

Source: C2SP tlog-tiles v0.1.0.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

import msgspec

from tocsin.basis.errors import Refused
from tocsin.record.tree import EMPTY_ROOT, HASH_SIZE, Nodes, root_of, span_root

TILE_WIDTH: Final = 256  # hashes of a full tile, entries of a full bundle
HEIGHT: Final = 8  # binary levels of the tree that one level of tiles spans
ENTRIES: Final = "entries"
ENTRY_MOST: Final = (1 << 16) - 1  # bytes; what the length before each entry can say
TILE_FILE_MOST: Final = TILE_WIDTH * (2 + ENTRY_MOST)  # bytes; no file that is longer can be right

Level = int | Literal["entries"]
Read = Callable[[str], bytes | None]
"""Returns the bytes of the published file of that name, or None where there is none."""

_LEVELS = 64
_MOST = 1 << 64
_CACHED = 64  # tiles, of 256 hashes each
_PATH = re.compile(
    r"tile/(?P<level>entries|0|[1-9][0-9]?)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


class Tile(msgspec.Struct, frozen=True):
    """One tile: hashes of a level, or a bundle of entries. width: how many; 256 is a full one."""

    level: Level
    index: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Its name below the record's folder or address."""
        return tile_path(self.level, self.index, self.width)

    @property
    def start(self) -> int:
        """The number of its first hash on its level, or of its first entry."""
        return self.index * TILE_WIDTH

    @property
    def is_bundle(self) -> bool:
        """Whether it holds entries, not hashes."""
        return self.level == ENTRIES

    def below(self, place: int = 0) -> "Tile":
        """Return the full tile that its hash at this place is the root of; for level 0, the bundle that it is over."""
        if isinstance(self.level, int) and self.level > 0:
            return Tile(self.level - 1, self.start + place)
        return Tile(ENTRIES, self.index, self.width)

    def cut(self, size: int) -> int:
        """Return how many of the 256 hashes or entries in its place a record of this size has."""
        level = self.level if isinstance(self.level, int) else 0
        return max(0, min(TILE_WIDTH, (size >> HEIGHT * level) - self.start))


def tile_path(level: Level, index: int, width: int = TILE_WIDTH) -> str:
    """Write the name of a tile, such as tile/0/x001/x234/067.p/89.

    Raises:
        Refused: no tile has this level, index or width.
    """
    if level != ENTRIES and not 0 <= level < _LEVELS:
        raise Refused(f"There is no tile of level {level}; levels go from 0 to {_LEVELS - 1}.")
    if not (0 <= index < _MOST and 1 <= width <= TILE_WIDTH):
        raise Refused(f"There is no tile {index} of width {width}; widths go from 1 to {TILE_WIDTH}.")
    digits = str(index)
    digits = digits.rjust(-(-len(digits) // 3) * 3, "0")
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < TILE_WIDTH else "")


def parse_tile_path(path: str) -> Tile:
    """Read the name of a tile.

    Raises:
        Refused: it is no such name, or not written in the one way in which tile_path would.
    """
    found = _PATH.fullmatch(path) if len(path) <= len("tile/entries/") + 7 * 5 + len(".p/255") else None
    if found is None:
        raise Refused(f"{path[:100]!r} is no name of a tile. One is written like tile/0/x001/x234/067.p/89.")
    level: Level = ENTRIES if found["level"] == ENTRIES else int(found["level"])
    tile = Tile(level, int(re.sub("[x/]", "", found["index"])), int(found["width"] or TILE_WIDTH))
    # A full tile has no width in its name, and an index no leading x000; out of range, tile_path itself refuses.
    if tile.path != path:
        raise Refused(f"{path!r} is not how the name of this tile is written. It is {tile.path}.")
    return tile


def tiles_for(old: int, new: int) -> Iterator[Tile]:
    """Name the tiles that a record of size new has and one of size old has not: bundles first, then level by level.

    Raises:
        Refused: a record does not shrink.
    """
    if not 0 <= old <= new < _MOST:
        raise Refused(f"A record cannot grow from size {old} to size {new}.")
    yield from _of_level(ENTRIES, old, new)
    for level in range(_LEVELS // HEIGHT):
        yield from _of_level(level, old >> HEIGHT * level, new >> HEIGHT * level)


def _of_level(level: Level, old: int, new: int) -> Iterator[Tile]:
    for index in range(old // TILE_WIDTH, new // TILE_WIDTH):
        yield Tile(level, index)
    if new > old and new % TILE_WIDTH:
        yield Tile(level, new // TILE_WIDTH, new % TILE_WIDTH)


def write_bundle(entries: Sequence[bytes]) -> bytes:
    """Write entries as one bundle: each behind its length in two bytes, big-endian.

    Raises:
        Refused: they are none or more than 256, or one is longer than 65,535 bytes.
    """
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise Refused(f"A bundle has 1 to {TILE_WIDTH} entries, not {len(entries)}.")
    for place, entry in enumerate(entries):
        if len(entry) > ENTRY_MOST:
            raise Refused(f"Entry {place} of the bundle has {len(entry)} bytes; at most {ENTRY_MOST} fit.")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes, width: int) -> list[bytes]:
    """Read the entries of a bundle.

    Raises:
        Refused: it does not hold exactly that many.
    """
    ends = [0]
    while ends[-1] < len(data) and len(ends) <= width:
        at = ends[-1]
        ends.append(at + 2 + int.from_bytes(data[at : at + 2], "big"))
    if ends[-1] > len(data) or len(ends) <= width:
        raise Refused(f"A bundle of {width} entries is cut off: it ends at byte {len(data)}.")
    if ends[-1] < len(data):
        raise Refused(f"A bundle of {width} entries goes on behind the last, for {len(data) - ends[-1]} bytes.")
    return [data[start + 2 : end] for start, end in pairwise(ends)]


def read_tile(data: bytes, width: int) -> list[bytes]:
    """Read the hashes of a tile.

    Raises:
        Refused: it does not hold exactly that many.
    """
    if len(data) != width * HASH_SIZE:
        raise Refused(f"A tile of {width} hashes has {width * HASH_SIZE} bytes, not {len(data)}.")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def fetch_tile(read: Read, tile: Tile) -> list[bytes]:
    """Return the hashes or entries of a tile: from the full tile, where the partial one has been taken away.

    Raises:
        Refused: neither is there, or what is there is malformed.
    """
    take = read_bundle if tile.is_bundle else read_tile
    for width in dict.fromkeys((tile.width, TILE_WIDTH)):
        path = tile_path(tile.level, tile.index, width)
        data = read(path)
        if data is not None:
            try:
                return take(data, width)[: tile.width]
            except Refused as error:
                raise Refused(f"{path} is malformed. {error}") from error
    raise Refused(f"{tile.path} is missing.")


def tile_nodes(read: Read, size: int) -> Nodes:
    """Return the nodes of the tree of this size, from its published tiles, each read when first needed.

    What the tiles hold is taken as it is: only a root that somebody signed tells whether it is right.

    Raises:
        Refused: (when a node is asked for) it is not within the tree, or its tile is missing or malformed.
    """

    @lru_cache(maxsize=_CACHED)
    def hashes(level: int, index: int) -> list[bytes]:
        return fetch_tile(read, Tile(level, index, Tile(level, index).cut(size)))

    def node(level: int, index: int) -> bytes:
        if not (0 <= level < _LEVELS and 0 <= index < size >> level):
            raise Refused(f"A record of {size} has no whole subtree {index} of height {level}.")
        above, within = divmod(level, HEIGHT)
        first = index << within
        return root_of(hashes(above, first // TILE_WIDTH)[first % TILE_WIDTH :][: 1 << within])

    return node


def tiles_root(read: Read, size: int) -> bytes:
    """Return the root of the tree of this size, computed from the few published tiles at its right edge.

    Raises:
        Refused: one of them is missing or malformed.
    """
    return span_root(tile_nodes(read, size), 0, size) if size else EMPTY_ROOT
