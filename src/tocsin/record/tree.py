"""The tree under the record: hashes, roots, and growing at the right edge.

A tree is over leaf hashes, which stand in the order of the entries. Proofs about it are in proof.py; reading and
keeping entries is left to the store.

Source: RFC 6962, section 2.1, with SHA-256.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256

import msgspec

from tocsin.basis.errors import Broken, Refused

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
"""nodes(level, index): the root over the 2**level leaves from index * 2**level on. Tiles hold exactly these."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash under which an entry stands in the tree. Hash the stored bytes, never a re-written object."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees side by side."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    row = list(leaf_hashes)
    while len(row) > 1:
        odd = row[-1:] if len(row) % 2 else []
        # node_hash, without the call: this is the hot path
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)] + odd
    return row[0] if row else EMPTY_ROOT


def nodes_over(leaf_hashes: Sequence[bytes]) -> Nodes:
    """Return the nodes of the tree over a list of leaf hashes; each is computed once, when first asked for."""

    @cache
    def node(level: int, index: int) -> bytes:
        if level == 0:
            return leaf_hashes[index]
        return node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))

    return node


def span_root(nodes: Nodes, start: int, stop: int) -> bytes:
    """Return the root over the leaves from start up to, not including, stop.

    start: where a subtree of a proof may begin: a multiple of the least power of two not below stop - start.
    """
    level = (stop - start).bit_length() - 1
    if stop - start == 1 << level:
        return nodes(level, start >> level)
    middle = start + (1 << level)
    return node_hash(nodes(level, start >> level), span_root(nodes, middle, stop))


class Frontier(msgspec.Struct, frozen=True):
    """All that is needed of a tree to append to it and to know its root: about 30 hashes at a thousand million leaves.

    edge: the roots of the full subtrees that make up the tree, largest first: one for each 1 in the binary size.
    """

    size: int = 0
    edge: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier after one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> "Frontier":
        """Return the frontier after these leaf hashes, in this order.

        Raises:
            Refused: one of them is no hash.
        """
        leaves = leaves if isinstance(leaves, Sequence) else list(leaves)
        wrong = next((leaf for leaf in leaves if len(leaf) != HASH_SIZE), None)
        if wrong is not None:
            raise Refused(f"A leaf hash of {len(wrong)} bytes cannot join the tree; it has {HASH_SIZE}.")
        edge, row, below = list(self.edge), list(leaves), self.size
        new: list[bytes] = []
        while row:
            if below & 1:  # a full subtree of this height stands to the left: join it
                row.insert(0, edge.pop())
            if len(row) % 2:
                new.append(row.pop())
            # node_hash, without the call: this is the hot path
            row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
            below >>= 1
        return Frontier(self.size + len(leaves), (*edge, *reversed(new)))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.edge:
            return EMPTY_ROOT
        root = self.edge[-1]
        for left in reversed(self.edge[:-1]):
            root = node_hash(left, root)
        return root

    def pack(self) -> bytes:
        """Write the frontier as bytes: the size in eight, big-endian, then the edge."""
        return self.size.to_bytes(8, "big") + b"".join(self.edge)

    @classmethod
    def unpack(cls, packed: bytes) -> "Frontier":
        """Read what pack wrote.

        Raises:
            Broken: these bytes are no frontier.
        """
        size = int.from_bytes(packed[:8], "big")
        if len(packed) != 8 + HASH_SIZE * size.bit_count():
            raise Broken(f"A frontier of size {size} does not have {len(packed)} bytes. Rebuild it from the entries.")
        return cls(size, tuple(packed[at : at + HASH_SIZE] for at in range(8, len(packed), HASH_SIZE)))
