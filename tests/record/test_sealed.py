"""Seals: what is committed to can be shown later, and until then nothing shows."""

import random
from collections import Counter
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.record import KEPT_DEPTH, SEAL_DEPTH, commitment, prove_place, verify_place
from tocsin.record.sealed import SALT_SIZE, seal

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
    with pytest.raises(Refused, match=f"A salt has {SALT_SIZE} bytes, not {size}"):
        commitment(b"s" * size, PAYLOAD)


def test_every_flipped_bit_in_salt_or_payload_makes_another_commitment() -> None:
    whole = SALT + PAYLOAD
    found = {commitment(SALT, PAYLOAD)}
    for bit in range(len(whole) * 8):
        other = bytearray(whole)
        other[bit // 8] ^= 1 << bit % 8
        found.add(commitment(bytes(other[:32]), bytes(other[32:])))
    assert len(found) == len(whole) * 8 + 1


@settings(max_examples=50)
@given(st.integers(0, 64), st.integers(0))
def test_everything_that_was_sealed_can_be_shown(count: int, seed: int) -> None:
    committed = made(count)
    sealed = seal(committed, KEPT_DEPTH, dice(seed))
    filled = dict(zip(sealed.places, committed, strict=True))
    assert len(filled) == count
    for place, one in filled.items():
        proof = prove_place(filled, sealed.dummies, KEPT_DEPTH, place)
        assert verify_place(place, KEPT_DEPTH, one, proof, sealed.root)
        assert not verify_place(place, KEPT_DEPTH, commitment(SALT, PAYLOAD), proof, sealed.root)


@pytest.mark.parametrize("count", [0, 1, 40, 1024, 1025, 4096])
def test_a_whole_interval_is_sealed_whatever_it_held(count: int) -> None:
    committed = made(count)
    sealed = seal(committed, SEAL_DEPTH, dice(1))
    filled = dict(zip(sealed.places, committed, strict=True))
    assert (len(sealed.root), len(filled)) == (32, count)
    for place, one in list(filled.items())[:3]:
        proof = prove_place(filled, sealed.dummies, SEAL_DEPTH, place)
        assert len(proof) == SEAL_DEPTH
        assert verify_place(place, SEAL_DEPTH, one, proof, sealed.root)


def test_two_idle_intervals_have_different_roots() -> None:
    assert seal([], 4, dice(1)).root != seal([], 4, dice(2)).root


def test_one_and_the_same_interval_sealed_twice_has_two_roots() -> None:
    """So that nobody who guesses all that was in it can find out by sealing it again."""
    assert seal(made(3), 4, dice(1)).root != seal(made(3), 4, dice(2)).root


@pytest.mark.parametrize("count", [1, 3, 12])
def test_what_is_sealed_falls_anywhere_whenever_it_came(count: int) -> None:
    """The place of the first and of the last among 16, in 3,200 seals. Chi-squared, 15 degrees, p = 0.0001: 44.3."""
    randomness, committed = dice(7), made(count)
    drawn = [seal(committed, 4, randomness).places for _ in range(3200)]
    for which in (0, -1):
        found = Counter(places[which] for places in drawn)
        assert sum((found[place] - 200) ** 2 / 200 for place in range(16)) < 44.3


def test_too_many_are_refused_rather_than_sealed_in_a_larger_seal() -> None:
    with pytest.raises(Refused, match="17 do not fit a tree of 16 places"):
        seal(made(17), 4, dice(1))


@pytest.mark.parametrize(
    "committed",
    [
        pytest.param(made(1) * 2, id="twice"),
        pytest.param([b"short"], id="no hash"),
        pytest.param([b"x" * 33], id="too long"),
    ],
)
def test_what_is_no_set_of_commitments_is_refused(committed: list[bytes]) -> None:
    with pytest.raises(Refused, match="is sealed once"):
        seal(committed, 4, dice(1))


def test_a_refusal_draws_no_lot() -> None:
    def never(size: int) -> bytes:
        raise AssertionError(size)

    for committed in (made(1) * 2, made(17)):
        with pytest.raises(Refused):
            seal(committed, 4, never)
