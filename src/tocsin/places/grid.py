"""The grid that positions are sorted by: 65,536 by 65,536 boxes of the map, numbered so that each square block is a run.

A position is kept in ten-millionths of a degree (11 mm), as whole numbers. A box is 0.0055 by 0.0027 degrees, about 600
by 300 m at the equator. Its number, the key, takes a bit of the row and a bit of the column in turn; so all that lies in
a block of 2, 4, 8, ... boxes a side stands together when sorted, and is found by its first and last key.

Source: Morton (1966), A computer oriented geodetic data base, IBM: the order of the numbers.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from tocsin.places.ellipsoid import Floats

Keys = npt.NDArray[np.uint32]
Whole = npt.NDArray[np.int32]

UNIT: Final = 10_000_000  # parts of a degree
LEVELS: Final = 16  # how often the world is quartered until a block is a single box
_SPREAD: Final = ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555))


def kept(lat: Floats, lon: Floats) -> tuple[Whole, Whole]:
    """Return positions as they are kept: rounded, the 180th meridian as -180, a pole at longitude 0."""
    south_north = np.rint(lat * UNIT).astype(np.int32)
    west_east = np.rint(lon * UNIT).astype(np.int32)
    west_east[west_east == 180 * UNIT] = -180 * UNIT
    west_east[np.abs(south_north) == 90 * UNIT] = 0
    return south_north, west_east


def degrees(whole: Whole) -> Floats:
    """Return kept latitudes or longitudes in degrees: the very number that was given, if it had seven places or fewer."""
    return np.asarray(whole / np.float64(UNIT))


def keys_of(lat: Whole, lon: Whole) -> Keys:
    """Return the key of the box that each kept position lies in."""
    row = (lat.astype(np.int64) + 90 * UNIT) * 65_536 // (180 * UNIT)
    column = (lon.astype(np.int64) + 180 * UNIT) * 65_536 // (360 * UNIT)
    return _spread(np.minimum(row, 65_535)) << np.uint32(1) | _spread(column)


def _spread(bits: npt.NDArray[np.int64]) -> Keys:
    """Put a nought between each two bits of 16."""
    found = bits.astype(np.uint32)
    for by, mask in _SPREAD:
        found = (found | found << np.uint32(by)) & np.uint32(mask)
    return found


def _gathered(keys: Keys) -> Keys:
    """Return every second bit: the reverse of `_spread`."""
    found = keys & np.uint32(0x55555555)
    for by, mask in ((1, 0x33333333), (2, 0x0F0F0F0F), (4, 0x00FF00FF), (8, 0x0000FFFF)):
        found = (found | found >> np.uint32(by)) & np.uint32(mask)
    return found


def ends(blocks: Keys, level: int) -> tuple[Keys, Keys]:
    """Return the first and the last key of blocks. level: how often the world was quartered, 0 to 16."""
    low = np.uint64(2 * (LEVELS - level))
    first = blocks.astype(np.uint64) << low
    return first.astype(np.uint32), (first + (np.uint64(1) << low) - np.uint64(1)).astype(np.uint32)


def boxes(blocks: Keys, level: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Return west, south, east and north of blocks in degrees, without rounding: all are whole 16,384ths."""
    wide = 360.0 / 2**level
    west = _gathered(blocks) * wide - 180.0
    south = _gathered(blocks >> np.uint32(1)) * (wide / 2) - 90.0
    return west, south, west + wide, south + wide / 2


def quarters(blocks: Keys) -> Keys:
    """Return the four blocks of the next level that each is made of."""
    found: Keys = np.repeat(blocks, 4) * np.uint32(4) + np.tile(np.arange(4, dtype=np.uint32), len(blocks))
    return found
