"""Proofs about the tree: that an entry is in it, and that a later tree only added to an earlier one.

The two verifiers judge what strangers hand them. They answer no to anything that is not exactly right and never raise,
and they do no work that grows with what they were handed. Files that carry proofs are left to others.

Source: RFC 6962, sections 2.1.1 and 2.1.2 (making); RFC 9162, sections 2.1.3.2 and 2.1.4.2 (verifying the same).
"""

from typing import Any

from tocsin.basis.errors import Refused
from tocsin.record.tree import HASH_SIZE, Nodes, node_hash, span_root

_MOST = 1 << 64  # no tree is larger; keeps a hostile integer of a million digits from costing anything


def prove_inclusion(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that the leaf at index is in the tree of this size, from the leaf upwards.

    Raises:
        Refused: there is no such leaf.
    """
    if not 0 <= index < size:
        raise Refused(f"There is no entry {index} in a record of {size}; its entries are numbered from 0.")
    proof: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _left_part(stop - start)
        if index < middle:
            proof.append(span_root(nodes, middle, stop))
            stop = middle
        else:
            proof.append(span_root(nodes, start, middle))
            start = middle
    return proof[::-1]


def prove_consistency(size1: int, size2: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that the tree of size2 begins with the whole tree of size1.

    Raises:
        Refused: size1 is 0, which no proof can say anything about, or is beyond size2.
    """
    if not 0 < size1 <= size2:
        raise Refused(f"No proof leads from size {size1} to size {size2}; the first must be 1 or more and no larger.")
    proof: list[bytes] = []
    start, stop = 0, size2
    while stop != size1:
        middle = start + _left_part(stop - start)
        if size1 <= middle:
            proof.append(span_root(nodes, middle, stop))
            stop = middle
        else:
            proof.append(span_root(nodes, start, middle))
            start = middle
    if start > 0:  # when the old tree is itself this subtree, the verifier knows its root already
        proof.append(span_root(nodes, start, stop))
    return proof[::-1]


def verify_inclusion(index: int, size: int, leaf_hash: bytes, proof: list[bytes], root: bytes) -> bool:
    """Say whether the proof shows that this leaf stands at index in the tree of this size and root.

    Whatever it is handed, it answers and never raises.
    """
    if not (_is_count(index) and _is_count(size) and index < size):
        return False
    if not (_is_hash(leaf_hash) and _is_hash(root) and _is_proof(proof)):
        return False
    at, last, node = index, size - 1, leaf_hash
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(beside, node)
            at, last = _climb(at, last)
        else:
            node = node_hash(node, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def verify_consistency(size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes) -> bool:
    """Say whether the proof shows that the second tree begins with the whole first one.

    Whatever it is handed, it answers and never raises. From size 0 nothing follows, so there the answer is no.
    """
    if not (_is_count(size1) and _is_count(size2) and 0 < size1 <= size2):
        return False
    if not (type(root1) is bytes and type(root2) is bytes and _is_proof(proof)):
        return False
    if size1 == size2:  # one tree, whatever its root; nothing is computed
        return not proof and root1 == root2
    if not (_is_hash(root1) and _is_hash(root2)):
        return False
    path = [root1, *proof] if size1 & (size1 - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = size1 - 1, size2 - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    return _both_follow(path, at, last, root1, root2)


def _both_follow(path: list[bytes], at: int, last: int, root1: bytes, root2: bytes) -> bool:
    first = second = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            at, last = _climb(at, last)
        else:
            second = node_hash(second, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and first == root1 and second == root2


def _climb(at: int, last: int) -> tuple[int, int]:
    """Skip the levels where the rightmost node has nothing beside it."""
    while at and not at & 1:
        at, last = at >> 1, last >> 1
    return at, last


def _left_part(size: int) -> int:
    """Return the largest power of two below size."""
    return 1 << ((size - 1).bit_length() - 1)


# Exact types: a bool is an int to isinstance, and a subclass may raise from its own ==.
def _is_count(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _is_hash(value: Any) -> bool:
    return type(value) is bytes and len(value) == HASH_SIZE


def _is_proof(value: Any) -> bool:
    return type(value) in (list, tuple) and len(value) <= 65 and all(_is_hash(one) for one in value)
