"""The audit of a published record: whether all its files agree with each other and with the signed checkpoint.

It works from the files alone, one bundle at a time, and needs neither the database nor the network. What it is handed
may be anybody's: it answers with problems and never raises.

Why nothing escapes: the signed root follows from the tiles at the right edge, each hash in a tile from the whole tile
below it, and each hash of level 0 from an entry. Every one of these steps is computed again, or a problem names it.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec

from tocsin.basis.errors import Refused, TocsinError
from tocsin.record.checkpoint import Checkpoint, parse_checkpoint
from tocsin.record.entry import SEALED, read_entry
from tocsin.record.grid import Grid
from tocsin.record.note import open_note
from tocsin.record.tiles import ENTRIES, HEIGHT, TILE_WIDTH, Read, Tile, fetch_tile, parse_tile_path, tiles_root
from tocsin.record.tree import EMPTY_ROOT, leaf_hash, root_of

AFTERWARDS = frozenset({"AlertWindowRanOut"})
"""Kinds that are dated by an end that passed by itself, though the machine that notes it may have stood still then."""
MOST_PROBLEMS = 100
MOST_MISSING = 16  # bundles on end with their hashes; a checkpoint may claim more than anyone could look for

Held = Sequence[bytes | None]
"""Hashes of one level, in order; None where what they would be computed from is missing."""


class Audit(msgspec.Struct, frozen=True):
    """What an audit found. size, root: what the checkpoint says, signed or not; 0 and the empty root without one."""

    ok: bool
    size: int
    root: bytes
    problems: list[str]


def audit(
    read: Read,
    vkeys: list[str],
    *,
    entries: bool = True,
    cadence: timedelta | None = None,
    moments: bool = False,
    listed: Iterable[str] = (),
) -> Audit:
    """Check everything that can be checked from published files alone. It never raises.

    vkeys: one of them must have signed the checkpoint, and none of them wrongly.
    entries: whether the entries are Tocsin's, canonical and sealed on a grid; other logs hold what they like.
    cadence: of the sealed entries, where it is known; see grid.py.
    moments: whether plain entries must have happened between the sealed ones around them, too. Files that are whole can
        tell of a clock that was wrong, and no later entry will mend it.
    listed: names below `tile/` that are there. Those that the checkpoint does not ask for, such as the partial tiles of
        earlier checkpoints, are compared with those that replaced them. What lies beyond the checkpoint is left alone:
        it is not published yet.
    """
    found = _Found()
    stands = _checkpoint(read, vkeys, found)
    if stands is None:
        return Audit(ok=False, size=0, root=EMPTY_ROOT, problems=found.sentences())
    if _Walk(read, stands.size, found, Grid(cadence) if entries else None, moments=moments).to_the_end():
        _check_root(read, stands, found)
        _check_listed(read, stands.size, found, listed)
    return Audit(ok=not found.count, size=stands.size, root=stands.root, problems=found.sentences())


class _Found:
    """The problems found; the first hundred in words, the rest counted."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[str] = []
        self._last = ""

    def note(self, sentence: str) -> None:
        self.count += 1
        if len(self._first) < MOST_PROBLEMS:
            self._first.append(sentence)

    def stop(self, sentence: str) -> None:
        self.count += 1
        self._last = sentence

    def sentences(self) -> list[str]:
        more = self.count - len(self._first) - bool(self._last)
        return [*self._first, *([f"and {more:,} more"] if more else []), *([self._last] if self._last else [])]


def _checkpoint(read: Read, vkeys: list[str], found: _Found) -> Checkpoint | None:
    """Return what the checkpoint says, also when nobody we know has signed it: the files may still agree with it."""
    try:
        note = read("checkpoint")
    except TocsinError as error:
        found.note(f"checkpoint cannot be read. {error}")
        return None
    if note is None:
        found.note("checkpoint is missing.")
        return None
    try:
        text = open_note(note, vkeys)
    except Refused as error:
        found.note(f"checkpoint is not signed as it must be. {error}")
        text = note.rpartition(b"\n\n")[0] + b"\n"
    try:
        return parse_checkpoint(text)
    except Refused as error:
        found.note(f"checkpoint is malformed. {error}")
        return None


class _Walk:
    """One walk over all bundles and tiles of a record, from its first entry to its last, a tile of each level at a time."""

    def __init__(self, read: Read, size: int, found: _Found, grid: Grid | None, *, moments: bool) -> None:
        self._read, self._size, self._found, self._grid, self._moments = read, size, found, grid, moments
        self._waiting: dict[int, list[bytes | None]] = {level: [] for level in range(1, 9)}
        self._missing = 0  # bundles on end

    def to_the_end(self) -> bool:
        """Check all; return False where so much is missing that there was no point in going on."""
        for start in range(0, self._size, TILE_WIDTH):
            index, width = start // TILE_WIDTH, min(TILE_WIDTH, self._size - start)
            hashes = self._tile(0, index, self._leaves(Tile(ENTRIES, index, width)))
            self._missing = self._missing + 1 if None in hashes else 0
            if self._missing == MOST_MISSING:
                self._found.stop(
                    f"Nothing is left from entry {start + TILE_WIDTH - MOST_MISSING * TILE_WIDTH} on; the audit ends."
                )
                return False
        for level, waiting in self._waiting.items():
            if waiting:
                self._tile(level, (self._size >> HEIGHT * level) // TILE_WIDTH, waiting)
        for sentence in self._grid.close() if self._grid else ():
            self._found.note(sentence)
        return True

    def _leaves(self, bundle: Tile) -> Held:
        """Check the entries of a bundle, and return their hashes."""
        entries = self._fetch(bundle)
        if entries is None:
            return [None] * bundle.width
        for number, entry in enumerate(entries, bundle.start):
            self._entry(number, entry)
        return [leaf_hash(entry) for entry in entries]

    def _entry(self, number: int, entry: bytes) -> None:
        if self._grid is None:
            return
        try:
            said = read_entry(entry)
        except Refused as error:
            self._found.note(f"Entry {number} is none of Tocsin's. {error}")
            return
        wrong: Iterable[str] = ()
        if said["kind"] == SEALED:
            wrong = self._grid.take(number, said["at"], len(entry))
        elif self._moments:
            wrong = self._grid.pass_by(number, said["at"], afterwards=said["kind"] in AFTERWARDS)
        for sentence in wrong:
            self._found.note(sentence)

    def _tile(self, level: int, index: int, below: Held) -> Held:
        """Compare a tile with the hashes that the level below gives, and hand its own root up; return what holds."""
        tile = Tile(level, index, len(below))
        hashes: Held = self._fetch(tile) or below
        wrong = [at for at, (one, other) in enumerate(zip(hashes, below, strict=True)) if other not in (one, None)]
        if wrong:
            more = f", and {len(wrong) - 1} more of its hashes" if len(wrong) > 1 else ""
            self._found.note(f"{tile.path} has another hash of {_under(tile, wrong[0])} than that gives{more}.")
        if tile.width == TILE_WIDTH:
            self._hand_up(level + 1, index, hashes)
        return hashes

    def _hand_up(self, level: int, index: int, hashes: Held) -> None:
        waiting, whole = self._waiting[level], [one for one in hashes if one is not None]
        waiting.append(root_of(whole) if len(whole) == TILE_WIDTH else None)
        if len(waiting) == TILE_WIDTH:
            self._waiting[level] = []
            self._tile(level, index // TILE_WIDTH, waiting)

    def _fetch(self, tile: Tile) -> list[bytes] | None:
        try:
            return fetch_tile(self._read, tile)
        except TocsinError as error:
            self._found.note(str(error))
            return None


def _under(tile: Tile, at: int) -> str:
    """Name what a hash of a tile is the hash of."""
    return f"entry {tile.start + at}" if tile.level == 0 else tile.below(at).path


def _check_root(read: Read, stands: Checkpoint, found: _Found) -> None:
    try:
        root = tiles_root(read, stands.size)
    except TocsinError:
        return  # a file at the right edge: the walk has named it
    if root != stands.root:
        found.note(f"checkpoint says {stands.root.hex()}, but the root of the tiles is {root.hex()}.")


def _check_listed(read: Read, size: int, found: _Found, listed: Iterable[str]) -> None:
    """Compare tiles that the checkpoint does not ask for with those it does, as far as both go."""
    last: tuple[Tile, list[bytes] | None] | None = None  # names come sorted, so one is enough to remember
    for path in listed:
        try:
            tile = parse_tile_path(path)
            width = tile.cut(size)
            if width in (0, tile.width):  # beyond the checkpoint, or walked over already
                continue
            asked = Tile(tile.level, tile.index, width)
            if last is None or last[0] != asked:
                last = asked, _quietly(read, asked)
            held = _alone(read, tile)
        except TocsinError as error:
            found.note(str(error))
            continue
        both = min(width, tile.width)
        if held and last[1] and held[:both] != last[1][:both]:
            found.note(f"{path} and {asked.path} differ where they overlap.")


def _quietly(read: Read, tile: Tile) -> list[bytes] | None:
    """Fetch a tile whose problems the walk has named."""
    try:
        return fetch_tile(read, tile)
    except TocsinError:
        return None


def _alone(read: Read, tile: Tile) -> list[bytes] | None:
    """Fetch this one file, not what would replace it; None when it has just been taken away."""
    data = read(tile.path)
    return None if data is None else fetch_tile(lambda path: data if path == tile.path else None, tile)
