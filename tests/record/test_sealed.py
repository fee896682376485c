"""Seals: what is committed can be shown later, and until then nothing shows."""

import random
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.record import commitment, leaf_hash, prove_sealed, verify_sealed
from tocsin.record.sealed import seal

SALT = bytes(range(32))
PAYLOAD = b"told on 7 March"


def made(count: int) -> list[bytes]:
    return [commitment(sha256(b"%d" % number).digest(), PAYLOAD) for number in range(count)]


def dice(seed: int) -> Any:
    return random.Random(seed).randbytes


def test_a_commitment_is_the_hash_that_the_format_says() -> None:
    assert commitment(SALT, PAYLOAD) == sha256(b"tocsin/commit/v1\x00" + SALT + PAYLOAD).digest()


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_salt_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(Refused):
        commitment(b"s" * size, PAYLOAD)


@settings(deadline=None)
@given(st.integers(0, 20), st.integers(0))
def test_what_was_sealed_can_be_shown(count: int, seed: int) -> None:
    committed = made(count)
    sealed = seal(committed, 20, dice(seed))
    for one in committed:
        index, proof = prove_sealed(sealed.leaves, one)
        assert verify_sealed(index, 20, one, proof, sealed.root)
        assert not verify_sealed(index + 1, 20, one, proof, sealed.root)
        assert not verify_sealed(index, 20, commitment(SALT, b"told on 8 March"), proof, sealed.root)


def test_every_seal_has_the_same_size_and_an_idle_one_too() -> None:
    shapes = {
        (len(sealed.root), len(sealed.leaves)) for sealed in (seal(made(count), 16, dice(1)) for count in range(17))
    }
    assert shapes == {(32, 16)}


def test_two_idle_intervals_have_different_roots() -> None:
    assert seal([], 16, dice(1)).root != seal([], 16, dice(2)).root


def test_the_order_of_sealing_leaves_no_trace() -> None:
    committed = made(16)
    assert seal(committed, 16, dice(1)) == seal(committed[::-1], 16, dice(2))
    assert list(seal(committed, 16, dice(1)).leaves) == sorted(committed)


def test_a_real_commitment_falls_anywhere_among_the_dummies() -> None:
    """The place of one real commitment among 15 dummies: each of 16 as likely. Chi-squared, 15 degrees, p = 0.0001."""
    draw, places = random.Random(7), [0] * 16
    for _ in range(3200):
        one = commitment(draw.randbytes(32), PAYLOAD)
        places[prove_sealed(seal([one], 16, draw.randbytes).leaves, one)[0]] += 1
    assert sum((count - 200) ** 2 / 200 for count in places) < 44.3


def test_too_many_are_refused_rather_than_sealed_in_a_larger_seal() -> None:
    with pytest.raises(Refused):
        seal(made(17), 16, dice(1))


@pytest.mark.parametrize("committed", [pytest.param(made(1) * 2, id="twice"), pytest.param([b"short"], id="no hash")])
def test_what_is_no_set_of_commitments_is_refused(committed: list[bytes]) -> None:
    with pytest.raises(Refused):
        seal(committed, 16, dice(1))


def test_what_was_not_sealed_cannot_be_proven() -> None:
    with pytest.raises(Refused):
        prove_sealed(seal([], 16, dice(1)).leaves, commitment(SALT, PAYLOAD))


def test_every_flipped_bit_in_salt_or_payload_undoes_the_opening() -> None:
    sealed = seal([commitment(SALT, PAYLOAD)], 16, dice(1))
    index, proof = prove_sealed(sealed.leaves, commitment(SALT, PAYLOAD))
    whole = SALT + PAYLOAD
    for bit in range(len(whole) * 8):
        other = bytearray(whole)
        other[bit // 8] ^= 1 << bit % 8
        claimed = commitment(bytes(other[:32]), bytes(other[32:]))
        assert not verify_sealed(index, 16, claimed, proof, sealed.root)


def test_a_hash_inside_the_tree_does_not_pass_for_a_commitment() -> None:
    sealed = seal(made(2), 2, dice(1))
    index, proof = prove_sealed(sealed.leaves, sealed.leaves[0])
    assert verify_sealed(index, 2, sealed.leaves[0], proof, sealed.root)
    assert not verify_sealed(index, 2, leaf_hash(sealed.leaves[0]), proof, sealed.root)


values: st.SearchStrategy[Any] = (
    st.none() | st.integers() | st.binary(max_size=40) | st.text() | st.lists(st.binary(min_size=32, max_size=32))
)


@settings(deadline=None)
@given(values, values, values, values, values)
def test_nothing_makes_the_verifier_raise(one: Any, two: Any, three: Any, four: Any, five: Any) -> None:
    assert verify_sealed(one, two, three, four, five) is False
