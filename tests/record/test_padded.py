"""Padded trees: whoever sees the root, a proof or a place cannot tell how full the tree is."""

import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.basis.errors import Broken, Refused
from tocsin.record import (
    draw_places,
    leaf_hash,
    nodes_over,
    pack_dummies,
    pad,
    prove_inclusion,
    prove_place,
    root_again,
    root_of,
    unpack_dummies,
    verify_place,
)

ONE = b"\x01" * 32


def dice(seed: int) -> Any:
    return random.Random(seed).randbytes


@st.composite
def trees(draw: st.DrawFn, deepest: int = 8) -> tuple[int, dict[int, bytes], int]:
    """Draw a depth, what stands at which place, and a seed: of every fullness, from empty to full."""
    depth = draw(st.integers(0, deepest))
    seed = draw(st.integers(0, 1 << 32))
    count = draw(st.integers(0, min(1 << depth, 40)) | st.just(1 << depth))
    randomness = random.Random(seed)
    places = randomness.sample(range(1 << depth), count)
    return depth, {place: randomness.randbytes(32) for place in places}, seed


@settings(max_examples=200)
@given(trees())
@example((0, {}, 1))
@example((0, {0: ONE}, 1))
@example((1, {1: ONE}, 1))
@example((2, {0: ONE, 1: b"\x02" * 32}, 1))
def test_whatever_stands_in_it_can_be_proven_and_nothing_else(tree: tuple[int, dict[int, bytes], int]) -> None:
    depth, filled, seed = tree
    padded = pad(filled, depth, dice(seed))
    assert root_again(filled, padded.dummies, depth) == padded.root
    for place, one in list(filled.items())[:20]:
        proof = prove_place(filled, padded.dummies, depth, place)
        assert verify_place(place, depth, one, proof, padded.root)
        assert not verify_place(place, depth, leaf_hash(one), proof, padded.root)
        assert not verify_place(place, depth + 1, one, proof, padded.root)
        for other in {place ^ 1, place ^ (1 << depth >> 1), (1 << depth) + place, -1 - place} - {place}:
            assert not verify_place(other, depth, one, proof, padded.root)


@settings(max_examples=100)
@given(trees(deepest=6))
def test_it_is_a_tree_of_rfc_6962(tree: tuple[int, dict[int, bytes], int]) -> None:
    """The same root and proofs follow from the leaves one by one, where no subtree is empty but for single places."""
    depth, filled, seed = tree
    randomness = random.Random(seed)
    whole = {place: filled.get(place, randomness.randbytes(32)) for place in range(1 << depth)}
    leaves = [leaf_hash(whole[place]) for place in range(1 << depth)]
    padded = pad(whole, depth, dice(1))
    assert (padded.root, padded.dummies) == (root_of(leaves), {})
    for place in list(filled)[:5]:
        expected = prove_inclusion(place, len(leaves), nodes_over(leaves))
        assert prove_place(whole, padded.dummies, depth, place) == expected


@settings(max_examples=200)
@given(trees(), st.data())
def test_any_flipped_bit_is_refused(tree: tuple[int, dict[int, bytes], int], data: st.DataObject) -> None:
    depth, filled, seed = tree
    filled = filled or {0: ONE}
    padded = pad(filled, depth, dice(seed))
    place = data.draw(st.sampled_from(sorted(filled)))
    proof = prove_place(filled, padded.dummies, depth, place)
    assert verify_place(place, depth, filled[place], proof, padded.root)

    def flipped(raw: bytes) -> bytes:
        other = bytearray(raw)
        bit = data.draw(st.integers(0, 8 * len(raw) - 1))
        other[bit // 8] ^= 1 << bit % 8
        return bytes(other)

    assert not verify_place(place ^ 1 << data.draw(st.integers(0, 70)), depth, filled[place], proof, padded.root)
    assert not verify_place(place, depth, flipped(filled[place]), proof, padded.root)
    assert not verify_place(place, depth, filled[place], proof, flipped(padded.root))
    for at in range(depth):
        other = [flipped(one) if at == level else one for level, one in enumerate(proof)]
        assert not verify_place(place, depth, filled[place], other, padded.root)
    for shorter in (proof[1:], proof[:-1], [*proof, ONE]):
        assert shorter == proof or not verify_place(place, depth, filled[place], shorter, padded.root)


@pytest.mark.parametrize("count", [0, 1, 7, 31, 32, 33, 63, 64])
def test_a_full_tree_and_an_empty_one_show_the_same_lengths(count: int) -> None:
    filled = {place: dice(place)(32) for place in draw_places(count, 6, dice(1))}
    padded = pad(filled, 6, dice(2))
    assert len(padded.root) == 32
    for place in filled:
        assert [len(one) for one in prove_place(filled, padded.dummies, 6, place)] == [32] * 6


def test_an_empty_tree_is_one_dummy_and_a_tree_with_one_leaf_is_one_a_level() -> None:
    assert list(pad({}, 12, dice(1)).dummies) == [(12, 0)]
    assert sorted(pad({0: ONE}, 12, dice(1)).dummies) == [(level, 1) for level in range(12)]


def test_no_two_dummies_are_alike_and_no_root_comes_twice() -> None:
    randomness = dice(1)
    made = [pad({5: ONE}, 6, randomness) for _ in range(200)]
    assert len({one.root for one in made}) == 200
    assert len({dummy for one in made for dummy in one.dummies.values()}) == 200 * 6


def test_dummies_and_the_hashes_of_real_leaves_have_bits_alike() -> None:
    """Ones among the bits of roots: of 2,000 empty trees, and of 2,000 with a leaf. Each within 4 deviations of half."""
    randomness = dice(3)
    for filled in ({}, {5: ONE}, dict.fromkeys(range(40), ONE)):
        ones = sum(int.from_bytes(pad(filled, 6, randomness).root, "big").bit_count() for _ in range(2000))
        bits = 2000 * 256
        assert abs(ones - bits / 2) < 4 * (bits / 4) ** 0.5


@settings(max_examples=100)
@given(trees())
def test_dummies_are_kept_as_bytes(tree: tuple[int, dict[int, bytes], int]) -> None:
    depth, filled, seed = tree
    dummies = pad(filled, depth, dice(seed)).dummies
    packed = pack_dummies(dummies)
    assert len(packed) == 37 * len(dummies)
    assert unpack_dummies(packed) == dummies


@pytest.mark.parametrize("packed", [b"x", bytes(36), bytes(38)])
def test_bytes_that_are_no_dummies_are_said_to_be_so(packed: bytes) -> None:
    with pytest.raises(Broken):
        unpack_dummies(packed)


def test_where_nothing_stands_nothing_is_proven() -> None:
    padded = pad({5: ONE}, 6, dice(1))
    for place in (4, -1, 64):
        with pytest.raises(Refused, match=f"Nothing stands at place {place}"):
            prove_place({5: ONE}, padded.dummies, 6, place)


def test_dummies_of_another_tree_are_noticed() -> None:
    padded = pad({5: ONE}, 6, dice(1))
    with pytest.raises(Broken, match="not complete"):
        prove_place({5: ONE, 60: ONE}, padded.dummies, 6, 60)
    assert root_again({60: ONE}, padded.dummies, 6) != padded.root


@pytest.mark.parametrize(
    "filled",
    [
        pytest.param({64: ONE}, id="beyond the last place"),
        pytest.param({-1: ONE}, id="before the first"),
        pytest.param({0: b"short"}, id="no commitment"),
        pytest.param({0: ONE + b"x"}, id="too long"),
    ],
)
def test_what_has_no_place_is_refused(filled: dict[int, bytes]) -> None:
    with pytest.raises(Refused, match="A place lies between 0 and 63"):
        pad(filled, 6, dice(1))


# ---- places


@settings(max_examples=200)
@given(st.integers(0, 10), st.data(), st.integers(0, 1 << 32))
def test_places_are_different_and_within(depth: int, data: st.DataObject, seed: int) -> None:
    count = data.draw(st.integers(0, 1 << depth))
    places = draw_places(count, depth, dice(seed))
    assert len(places) == len(set(places)) == count
    assert all(0 <= place < 1 << depth for place in places)
    with pytest.raises(Refused, match="Keep the rest for the next"):
        draw_places((1 << depth) + 1, depth, dice(seed))


@pytest.mark.parametrize("count", [1, 4, 5, 16])
def test_every_place_is_as_likely_for_the_first_as_for_the_last(count: int) -> None:
    """Where the first, and the last, of some falls among 16 places, in 3,200 draws. Chi-squared, p = 0.0001: 44.3."""
    randomness = dice(7)
    draws = [draw_places(count, 4, randomness) for _ in range(3200)]
    for which in (0, -1):
        found = Counter(places[which] for places in draws)
        assert sum((found[place] - 200) ** 2 / 200 for place in range(16)) < 44.3


@pytest.mark.parametrize("count", [2, 9])
def test_places_do_not_tell_who_came_first(count: int) -> None:
    """The first stands left of the second in half of 4,000 draws, within four deviations."""
    randomness = dice(8)
    draws = [draw_places(count, 5, randomness) for _ in range(4000)]
    assert abs(sum(places[0] < places[1] for places in draws) - 2000) < 4 * 31.7


# ---- anything at all

values: st.SearchStrategy[Any] = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.binary(max_size=40)
    | st.text(max_size=3)
    | st.lists(st.binary(min_size=32, max_size=32), max_size=3)
)


@settings(max_examples=300)
@given(values, values, values, values, values)
@example(0, 10**9, ONE, [], ONE)
@example(0, 63, ONE, [ONE] * 63, ONE)
@example(True, True, ONE, [], leaf_hash(ONE))
def test_nothing_makes_the_verifier_raise(one: Any, two: Any, three: Any, four: Any, five: Any) -> None:
    assert verify_place(one, two, three, four, five) is False
