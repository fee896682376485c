"""Trees and proofs against vectors and logs that others made."""

from typing import Any

import pytest

from tests.record.vectors import hashes, load, raw, vectors
from tocsin.record import (
    EMPTY_ROOT,
    leaf_hash,
    node_hash,
    nodes_over,
    prove_consistency,
    prove_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from tocsin.record.tree import Frontier


def inclusion_holds(vector: dict[str, Any]) -> bool:
    proof = hashes(vector["proof"])
    return verify_inclusion(vector["leafIdx"], vector["treeSize"], raw(vector["leafHash"]), proof, raw(vector["root"]))


def consistency_holds(vector: dict[str, Any]) -> bool:
    proof = hashes(vector["proof"])
    return verify_consistency(vector["size1"], vector["size2"], proof, raw(vector["root1"]), raw(vector["root2"]))


def test_every_inclusion_vector_is_judged_as_its_makers_do() -> None:
    found = vectors("transparency-dev-merkle", "inclusion")
    assert [name for name, vector in found if inclusion_holds(vector) is vector["wantErr"]] == []
    assert any(not vector["wantErr"] for _, vector in found)


def test_every_consistency_vector_is_judged_as_its_makers_do() -> None:
    found = vectors("transparency-dev-merkle", "consistency")
    assert [name for name, vector in found if consistency_holds(vector) is vector["wantErr"]] == []
    assert any(not vector["wantErr"] for _, vector in found)


# The vector "sizes are equal zero and proof is empty" wants an error, as we do; tlog-witness takes a first checkpoint
# of size 0 without asking for a proof, and so must whoever calls us: from nothing, nothing can be proven.
@pytest.mark.parametrize(
    ("size2", "root2"),
    [
        pytest.param(0, EMPTY_ROOT, id="sizes are equal, zero, and proof is empty"),
        pytest.param(1, leaf_hash(b""), id="size1 is zero and does not equal size2"),
    ],
)
def test_nothing_is_consistent_with_an_empty_tree(size2: int, root2: bytes) -> None:
    assert verify_consistency(0, size2, [], EMPTY_ROOT, root2) is False


def test_the_reference_tree_has_its_roots() -> None:
    reference = load("transparency-dev-merkle", "reference_tree.json")
    leaves = [leaf_hash(bytes.fromhex(leaf)) for leaf in reference["leaves_hex"]]
    roots = [root_of(leaves[:size]).hex() for size in range(1, len(leaves) + 1)]
    assert roots == reference["roots_hex_by_size"]
    assert root_of([]).hex() == Frontier().root().hex() == reference["empty_root_hex"]


def test_the_reference_hashes() -> None:
    reference = load("transparency-dev-merkle", "reference_tree.json")
    for example in reference["leaf_hash_examples"]:
        assert leaf_hash(example["leaf_utf8"].encode()).hex() == example["hash"]
    pair = reference["node_hash_example"]
    assert node_hash(pair["left_utf8"].encode(), pair["right_utf8"].encode()).hex() == pair["hash"]


def test_roots_and_proofs_are_those_that_go_makes() -> None:
    trees = load("go-tlog-oracle", "trees.json")["trees"]
    leaves = [leaf_hash(f"entry {index}".encode()) for index in range(max(map(int, trees)))]
    nodes = nodes_over(leaves)
    for size, tree in ((int(size), tree) for size, tree in trees.items()):
        root = raw(tree["root"])
        assert root_of(leaves[:size]) == root == Frontier().extend(leaves[:size]).root()
        for index, expected in ((int(index), hashes(proof)) for index, proof in tree["incl"].items()):
            assert prove_inclusion(index, size, nodes) == expected, f"leaf {index} of {size}"
            assert verify_inclusion(index, size, leaves[index], expected, root)
        for old, expected in ((int(old), hashes(proof)) for old, proof in tree["cons"].items()):
            assert prove_consistency(old, size, nodes) == expected, f"from {old} to {size}"
            assert verify_consistency(old, size, expected, root_of(leaves[:old]), root)
