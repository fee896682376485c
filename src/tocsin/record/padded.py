"""Padded trees: a fixed number of places, most of them empty, and nobody can tell which.

A padded tree is an RFC 6962 tree over 2**depth leaves. Where a whole subtree is empty its root is 32 random bytes, a
dummy, which is what any root looks like to whoever does not hold its leaves. So an idle tree costs one dummy and a busy
one as many hashes as it has leaves; root, proof and place look the same for both.

Its leaves are commitments: they are hashed once more, as every leaf of RFC 6962 is.
"""

import struct
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

import msgspec

from tocsin.basis.errors import Broken, Refused
from tocsin.basis.ids import Randomness
from tocsin.record.proof import verify_inclusion
from tocsin.record.tree import HASH_SIZE, leaf_hash, node_hash

_DUMMY = struct.Struct(">BI32s")

Dummies = dict[tuple[int, int], bytes]
"""The random roots of empty subtrees, by level (leaves are level 0) and index in it."""


class Padded(msgspec.Struct, frozen=True):
    """A padded tree as it was made. dummies: kept private with its leaves, since proofs are made from both."""

    root: bytes
    dummies: Dummies


def draw_places(count: int, depth: int, randomness: Randomness) -> list[int]:
    """Return so many different places of a tree, at random: a place must not say who came first, or how many there are.

    Raises:
        Refused: the tree has fewer places.
    """
    capacity = 1 << depth
    if count > capacity:
        raise Refused(f"{count} do not fit a tree of {capacity} places. Keep the rest for the next.")
    if 4 * count > capacity:  # drawing one by one would mostly hit places that are taken
        lots = struct.unpack(f">{capacity}Q", randomness(8 * capacity))
        return sorted(range(capacity), key=lots.__getitem__)[:count]
    places: dict[int, None] = {}
    while len(places) < count:
        places.setdefault(int.from_bytes(randomness(4), "big") % capacity)
    return list(places)


def pad(filled: Mapping[int, bytes], depth: int, randomness: Randomness) -> Padded:
    """Make the tree that holds these commitments at these places, and dummies everywhere else.

    Raises:
        Refused: a place lies outside, or one is no commitment.
    """
    if any(not 0 <= place < 1 << depth or len(one) != HASH_SIZE for place, one in filled.items()):
        raise Refused(f"A place lies between 0 and {(1 << depth) - 1}, and holds {HASH_SIZE} bytes.")
    drawn: Dummies = {}

    def draw(level: int, index: int) -> bytes:
        drawn[level, index] = randomness(HASH_SIZE)
        return drawn[level, index]

    return Padded(_levels(filled, depth, draw)[depth][0], drawn)


def prove_place(filled: Mapping[int, bytes], dummies: Dummies, depth: int, place: int) -> list[bytes]:
    """Return the proof that leads from a filled place to the root: as many hashes as the tree is deep.

    Raises:
        Refused: nothing stands at that place.
        Broken: the dummies are not those of this tree.
    """
    if place not in filled:
        raise Refused(f"Nothing stands at place {place} of this tree.")
    try:
        levels = _levels(filled, depth, lambda level, index: dummies[level, index])
    except KeyError as error:
        raise Broken(f"The dummies of this tree are not complete: {error.args[0]} is missing.") from error
    return [levels[level][(place >> level) ^ 1] for level in range(depth)]


def root_again(filled: Mapping[int, bytes], dummies: Dummies, depth: int) -> bytes:
    """Return the root of a tree that was made before; nothing but the root says whether these are its leaves."""
    return _levels(filled, depth, lambda level, index: dummies.get((level, index), b""))[depth][0]


def verify_place(place: int, depth: int, commitment: bytes, proof: list[bytes], root: bytes) -> bool:
    """Say whether the proof shows that this commitment stands at that place of the tree of this depth and root.

    Whatever it is handed, it answers and never raises.
    """
    if type(commitment) is not bytes or len(commitment) != HASH_SIZE or type(depth) is not int or not 0 <= depth < 64:
        return False
    return verify_inclusion(place, 1 << depth, leaf_hash(commitment), proof, root)


def pack_dummies(dummies: Dummies) -> bytes:
    """Write dummies as bytes: level in one, index in four, the hash in 32, for each."""
    return b"".join(_DUMMY.pack(level, index, one) for (level, index), one in sorted(dummies.items()))


def unpack_dummies(packed: bytes) -> Dummies:
    """Read what pack_dummies wrote.

    Raises:
        Broken: these bytes are no dummies.
    """
    if len(packed) % _DUMMY.size:
        raise Broken(f"{len(packed)} bytes are no dummies of a padded tree.")
    return {(level, index): one for level, index, one in _DUMMY.iter_unpack(packed)}


def _levels(
    filled: Mapping[int, bytes], depth: int, empty: Callable[[int, int], bytes]
) -> Sequence[Mapping[int, bytes] | Sequence[bytes]]:
    """Return the nodes of each level that are needed: those above a filled place, and the ones beside them."""
    if 2 * len(filled) >= 1 << depth:
        return _all_levels(filled, depth, empty)
    row = {place: leaf_hash(one) for place, one in filled.items()}
    levels = [row]
    for level in range(depth):
        above: dict[int, bytes] = {}
        for parent in sorted({index >> 1 for index in row}):
            for index in (2 * parent, 2 * parent + 1):
                if index not in row:
                    row[index] = empty(level, index)
            above[parent] = node_hash(row[2 * parent], row[2 * parent + 1])
        row = above
        levels.append(row)
    if not row:
        row[0] = empty(depth, 0)
    return levels


def _all_levels(
    filled: Mapping[int, bytes], depth: int, empty: Callable[[int, int], bytes]
) -> Sequence[Sequence[bytes]]:
    """Return every node of a tree that is more than half full: dummies stand at single places."""
    # leaf_hash and node_hash, without the calls: a million receipts pass here
    row = [
        sha256(b"\x00" + filled[place]).digest() if place in filled else empty(0, place) for place in range(1 << depth)
    ]
    levels = [row]
    while len(row) > 1:
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
        levels.append(row)
    return levels
