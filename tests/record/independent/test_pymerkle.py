"""Another's Merkle tree, pymerkle, comes to the same roots and proofs as ours, and refuses what ours refuses.

It is GPL-3.0-or-later, a tool of these tests alone; nothing of it is in what we ship.
"""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, InvalidProof
from pymerkle import verify_consistency as their_consistency
from pymerkle import verify_inclusion as their_inclusion

from tocsin.record import (
    Frontier,
    leaf_hash,
    node_hash,
    nodes_over,
    prove_consistency,
    prove_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)

SEEDS = st.integers(0, 2**32)
SIZES = st.integers(1, 600)
some = settings(max_examples=50)


def planted(seed: int, size: int) -> tuple[Any, list[bytes]]:
    """Return their tree and our leaf hashes over the same entries, of random bytes and lengths."""
    chance = random.Random(seed)
    entries = [chance.randbytes(chance.randrange(80)) for _ in range(size)]
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    return tree, [leaf_hash(entry) for entry in entries]


def of_rfc(proof: Any, old_root: bytes) -> list[bytes]:
    """Return their proof of consistency as RFC 6962 has it.

    Theirs goes down to one leaf of what is new to the right of the old tree; where it does, that part is one hash in the
    RFC, and stands behind the old one beside it. And it begins with the old root, where that is a node of the new tree.
    """
    path: list[bytes] = proof.path
    if not proof.subset[0]:
        first = proof.subset.index(1)
        new = path[0]
        for is_right, beside in zip(proof.rule, path[1:first], strict=False):
            new = node_hash(beside, new) if is_right else node_hash(new, beside)
        path = [path[first], new, *path[first + 1 :]]
    return path[1:] if path[0] == old_root else path


@some
@given(SEEDS, SIZES, st.data())
def test_roots_and_inclusion_proofs_agree(seed: int, size: int, data: st.DataObject) -> None:
    tree, leaves = planted(seed, size)
    index = data.draw(st.integers(0, size - 1), label="index")
    root = root_of(leaves)
    assert root == Frontier().extend(leaves).root() == tree.get_root()
    theirs = tree.prove_inclusion(index + 1)  # they count from 1
    ours = prove_inclusion(index, size, nodes_over(leaves))
    assert ours == theirs.path[1:]  # theirs begins with the leaf itself
    assert verify_inclusion(index, size, leaves[index], ours, root)
    their_inclusion(leaves[index], root, theirs, index=index + 1, size=size)


@some
@given(SEEDS, SIZES, st.data())
def test_consistency_proofs_agree(seed: int, size: int, data: st.DataObject) -> None:
    tree, leaves = planted(seed, size)
    old = data.draw(st.integers(1, size), label="old")
    before, after = root_of(leaves[:old]), root_of(leaves)
    assert before == tree.get_root(old)
    theirs = tree.prove_consistency(old)
    ours = prove_consistency(old, size, nodes_over(leaves))
    assert ours == of_rfc(theirs, before)
    assert verify_consistency(old, size, ours, before, after)
    their_consistency(before, after, theirs, prior_size=old, later_size=size)


@some
@given(SEEDS, st.integers(2, 600), st.data())
def test_both_refuse_a_proof_with_one_bit_turned_over(seed: int, size: int, data: st.DataObject) -> None:
    tree, leaves = planted(seed, size)
    index = data.draw(st.integers(0, size - 1), label="index")
    proof = tree.prove_inclusion(index + 1)
    place = data.draw(st.integers(1, len(proof.path) - 1), label="place")
    bit = data.draw(st.integers(0, 255), label="bit")
    proof.path[place] = (int.from_bytes(proof.path[place]) ^ 1 << bit).to_bytes(32)
    root = root_of(leaves)
    assert not verify_inclusion(index, size, leaves[index], proof.path[1:], root)
    with pytest.raises(InvalidProof):
        their_inclusion(leaves[index], root, proof, index=index + 1, size=size)


@some
@given(SEEDS, st.integers(2, 600), st.data())
def test_both_refuse_to_follow_from_another_past(seed: int, size: int, data: st.DataObject) -> None:
    tree, leaves = planted(seed, size)
    old = data.draw(st.integers(1, size - 1), label="old")
    other, after = root_of([*leaves[: old - 1], leaf_hash(b"another past")]), root_of(leaves)
    theirs = tree.prove_consistency(old)
    ours = prove_consistency(old, size, nodes_over(leaves))
    assert not verify_consistency(old, size, ours, other, after)
    with pytest.raises(InvalidProof):
        their_consistency(other, after, theirs, prior_size=old, later_size=size)
