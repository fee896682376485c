"""Roots, frontiers and proofs: what must hold of every tree and against every bad proof."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.basis.errors import Broken, Refused
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

LEAVES = [leaf_hash(b"entry %d" % index) for index in range(300)]
NODES = nodes_over(LEAVES)
ROOTS = [root_of(LEAVES[:size]) for size in range(301)]
patient = settings(deadline=None)


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


def flipped(raw: bytes, bit: int) -> bytes:
    """Return the bytes with one bit turned over."""
    return (int.from_bytes(raw, "big") ^ (1 << bit)).to_bytes(len(raw), "big")


def test_roots_are_those_of_the_definition_however_they_are_reached() -> None:
    frontier = Frontier()
    for size in range(301):
        expected = by_definition(LEAVES[:size])
        assert ROOTS[size] == expected
        assert frontier.root() == expected
        assert frontier.size == size
        assert Frontier.unpack(frontier.pack()) == frontier
        assert Frontier().extend(LEAVES[:size]) == frontier
        if size < 300:
            frontier = frontier.append(LEAVES[size])


def test_appending_leaves_the_earlier_frontier_as_it_was() -> None:
    before = Frontier().extend(LEAVES[:7])
    packed = before.pack()
    before.append(LEAVES[7])
    assert before.pack() == packed


def test_what_is_no_hash_joins_no_tree() -> None:
    with pytest.raises(Refused):
        Frontier().append(b"too short")


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\0" * 7, id="half a size"),
        pytest.param((3).to_bytes(8, "big") + b"x" * 32, id="a hash too few"),
        pytest.param((3).to_bytes(8, "big") + b"x" * 96, id="a hash too many"),
    ],
)
def test_a_damaged_frontier_is_broken(packed: bytes) -> None:
    with pytest.raises(Broken):
        Frontier.unpack(packed)


def test_every_leaf_of_every_small_tree_can_be_proven() -> None:
    for size in range(1, 70):
        for index in range(size):
            proof = prove_inclusion(index, size, NODES)
            assert verify_inclusion(index, size, LEAVES[index], proof, ROOTS[size])


def test_every_small_tree_can_be_proven_to_grow_from_every_smaller_one() -> None:
    for size2 in range(1, 70):
        for size1 in range(1, size2 + 1):
            proof = prove_consistency(size1, size2, NODES)
            assert verify_consistency(size1, size2, proof, ROOTS[size1], ROOTS[size2])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(Refused):
        prove_inclusion(index, size, NODES)


@pytest.mark.parametrize(("size1", "size2"), [(0, 3), (4, 3), (-1, 3)])
def test_no_proof_is_made_from_nothing_or_backwards(size1: int, size2: int) -> None:
    with pytest.raises(Refused):
        prove_consistency(size1, size2, NODES)


@st.composite
def inclusions(draw: st.DrawFn) -> tuple[int, int, bytes, list[bytes], bytes]:
    size = draw(st.integers(1, 300))
    index = draw(st.integers(0, size - 1))
    return index, size, LEAVES[index], prove_inclusion(index, size, NODES), ROOTS[size]


@st.composite
def consistencies(draw: st.DrawFn) -> tuple[int, int, list[bytes], bytes, bytes]:
    size2 = draw(st.integers(2, 300))
    size1 = draw(st.integers(1, size2 - 1))
    return size1, size2, prove_consistency(size1, size2, NODES), ROOTS[size1], ROOTS[size2]


@patient
@given(inclusions(), st.data())
def test_one_flipped_bit_undoes_an_inclusion(
    whole: tuple[int, int, bytes, list[bytes], bytes], data: st.DataObject
) -> None:
    index, size, leaf, proof, root = whole
    assert verify_inclusion(index, size, leaf, proof, root)
    bit = data.draw(st.integers(0, 255), "bit")
    assert not verify_inclusion(index, size, flipped(leaf, bit), proof, root)
    assert not verify_inclusion(index, size, leaf, proof, flipped(root, bit))
    for at, node in enumerate(proof):
        assert not verify_inclusion(index, size, leaf, [*proof[:at], flipped(node, bit), *proof[at + 1 :]], root)


@patient
@given(consistencies(), st.data())
def test_one_flipped_bit_undoes_a_consistency(
    whole: tuple[int, int, list[bytes], bytes, bytes], data: st.DataObject
) -> None:
    size1, size2, proof, root1, root2 = whole
    assert verify_consistency(size1, size2, proof, root1, root2)
    bit = data.draw(st.integers(0, 255), "bit")
    assert not verify_consistency(size1, size2, proof, flipped(root1, bit), root2)
    assert not verify_consistency(size1, size2, proof, root1, flipped(root2, bit))
    for at, node in enumerate(proof):
        other = [*proof[:at], flipped(node, bit), *proof[at + 1 :]]
        assert not verify_consistency(size1, size2, other, root1, root2)


@patient
@given(inclusions(), st.integers(0, 300))
def test_a_leaf_is_proven_only_at_its_own_place(
    whole: tuple[int, int, bytes, list[bytes], bytes], elsewhere: int
) -> None:
    index, size, leaf, proof, root = whole
    assert verify_inclusion(elsewhere, size, leaf, proof, root) is (elsewhere == index)


@patient
@given(inclusions(), st.binary(min_size=32, max_size=32))
def test_a_proof_with_a_hash_more_or_less_is_refused(
    whole: tuple[int, int, bytes, list[bytes], bytes], more: bytes
) -> None:
    index, size, leaf, proof, root = whole
    assert not verify_inclusion(index, size, leaf, [*proof, more], root)
    assert not verify_inclusion(index, size, leaf, [more, *proof], root)
    if proof:
        assert not verify_inclusion(index, size, leaf, proof[:-1], root)
        assert not verify_inclusion(index, size, leaf, proof[1:], root)


@patient
@given(consistencies(), st.binary(min_size=32, max_size=32))
def test_a_consistency_with_a_hash_more_or_less_is_refused(
    whole: tuple[int, int, list[bytes], bytes, bytes], more: bytes
) -> None:
    size1, size2, proof, root1, root2 = whole
    for other in ([*proof, more], [more, *proof], proof[:-1], proof[1:]):
        assert not verify_consistency(size1, size2, other, root1, root2)


class Trap(bytes):
    """A hash that explodes when compared."""

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    __hash__ = bytes.__hash__


class Bomb(list[bytes]):
    """A proof that explodes when read."""

    def __iter__(self) -> Any:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError


H = b"h" * 32
numbers = st.integers() | st.integers(0, 70) | st.sampled_from([2**63, 2**64 - 1, 2**64, 10**5000, -(10**5000)])
values = st.one_of(
    numbers, st.none(), st.booleans(), st.floats(), st.text(max_size=40), st.binary(max_size=40), st.just(H),
    st.just(Trap(H)), st.just(Bomb()), st.just([H] * 1000), st.lists(st.just(H) | st.none() | st.binary(max_size=33)),
    st.just({}), st.just(bytearray(H)),
)  # fmt: skip


@settings(deadline=None, max_examples=400)
@given(values, values, values, values, values)
def test_nothing_that_is_handed_in_makes_a_verifier_raise(one: Any, two: Any, three: Any, four: Any, five: Any) -> None:
    verify_inclusion(one, two, three, four, five)
    verify_consistency(one, two, three, four, five)


@settings(deadline=None, max_examples=400)
@given(numbers, numbers, st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_a_made_up_proof_never_holds(one: int, two: int, proof: list[bytes]) -> None:
    assert not verify_inclusion(one, two, H, proof, leaf_hash(b"the root"))
    assert not verify_consistency(one, two, proof, H, leaf_hash(b"the root"))


@pytest.mark.parametrize(
    ("index", "size", "leaf", "proof", "root"),
    [
        pytest.param(0, True, H, [], H, id="a truth for a size"),
        pytest.param(False, 1, H, [], H, id="a truth for an index"),
        pytest.param(0.0, 1, H, [], H, id="a float for an index"),
        pytest.param(0, 1, H[:31], [], H[:31], id="short hashes"),
        pytest.param(0, 1, bytearray(H), [], bytearray(H), id="hashes that can change"),
        pytest.param(0, 1, "h" * 32, [], "h" * 32, id="text for hashes"),
        pytest.param(0, 1, H, None, H, id="no list"),
        pytest.param(0, 1, H, b"", H, id="bytes for a list"),
        pytest.param(0, 1, H, iter([]), H, id="something to read once"),
    ],
)
def test_what_only_resembles_a_proof_is_refused(index: Any, size: Any, leaf: Any, proof: Any, root: Any) -> None:
    assert verify_inclusion(0, 1, H, [], H)
    assert verify_inclusion(index, size, leaf, proof, root) is False


def test_a_tree_of_more_than_64_bits_is_refused_even_where_its_proof_adds_up() -> None:
    """Its last leaf stands alone beside a full tree, so one hash would do. Without a bound, a size could cost hours."""
    for bits, holds in [(63, True), (64, False), (10**6, False)]:
        assert verify_inclusion(2**bits, 2**bits + 1, LEAVES[1], [H], node_hash(H, LEAVES[1])) is holds
        assert verify_consistency(2**bits, 2**bits + 1, [LEAVES[1]], H, node_hash(H, LEAVES[1])) is holds
