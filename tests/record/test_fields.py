"""The fields of a fact: each can be shown alone, and whoever is shown one learns nothing of the others."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.record.test_canonical import all_values
from tocsin.basis.errors import Refused
from tocsin.record import (
    OpenedField,
    canonical,
    commit_fields,
    commitment,
    leaf_hash,
    open_field,
    verify_field,
)

SALT = bytes(range(32))
FACT = {"fact.kind": "NoticeSent", "tear_line.what": "A concert hall", "tear_line.when": "48 hours", "ends": None}

names = st.text(st.characters(codec="utf-8"), max_size=8).filter(lambda name: name != "fact.fields")
facts = st.dictionaries(names, all_values, min_size=1, max_size=7)
salts = st.binary(min_size=32, max_size=32)


def test_the_commitment_is_the_one_that_the_format_says() -> None:
    """Worked out by hand for two fields: the names as one more, HMAC for the salts, RFC 6962 over the commitments."""
    leaves = []
    for name, value in (("a", b"1"), ("fact.fields", b'["a","fact.fields","z"]'), ("z", b"2")):
        block = SALT.ljust(64, b"\0")
        inner = sha256(bytes(x ^ 0x36 for x in block) + b"tocsin/field/v1\0" + name.encode()).digest()
        salt = sha256(bytes(x ^ 0x5C for x in block) + inner).digest()
        payload = b'{"name":"' + name.encode() + b'","value":' + value + b"}"
        one = sha256(b"tocsin/commit/v1\0" + salt + payload).digest()
        leaves.append(sha256(b"\x00" + one).digest())
    left = sha256(b"\x01" + leaves[0] + leaves[1]).digest()
    assert commit_fields(SALT, {"z": 2, "a": 1}) == sha256(b"\x01" + left + leaves[2]).digest()


def test_a_fact_says_which_fields_it_has() -> None:
    shown = open_field(SALT, FACT, "fact.fields")
    assert json.loads(shown.payload)["value"] == sorted([*FACT, "fact.fields"])
    assert verify_field(shown, commit_fields(SALT, FACT))


@settings(max_examples=50)
@given(salts, facts)
def test_every_field_can_be_shown_alone(salt: bytes, fact: dict[str, Any]) -> None:
    root = commit_fields(salt, fact)
    for name, value in fact.items():
        shown = open_field(salt, fact, name)
        assert shown.payload == canonical({"name": name, "value": value})
        assert shown.size == len(fact) + 1
        assert verify_field(shown, root)


@settings(max_examples=50)
@given(salts, facts)
def test_the_order_in_which_fields_are_named_does_not_matter(salt: bytes, fact: dict[str, Any]) -> None:
    assert commit_fields(salt, dict(reversed(fact.items()))) == commit_fields(salt, fact)


@settings(max_examples=300)
@given(st.sampled_from(sorted(FACT)), st.sampled_from(["payload", "salt", "proof", "root"]), st.data())
def test_any_flipped_bit_is_refused(name: str, part: str, data: st.DataObject) -> None:
    shown, root = open_field(SALT, FACT, name), commit_fields(SALT, FACT)
    assert verify_field(shown, root)

    def flipped(raw: bytes) -> bytes:
        other = bytearray(raw)
        bit = data.draw(st.integers(0, 8 * len(raw) - 1))
        other[bit // 8] ^= 1 << bit % 8
        return bytes(other)

    if part == "root":
        assert not verify_field(shown, flipped(root))
    elif part == "proof":
        at = data.draw(st.integers(0, len(shown.proof) - 1))
        proof = tuple(flipped(one) if at == place else one for place, one in enumerate(shown.proof))
        assert not verify_field(replace(shown, proof=proof), root)
    else:
        assert not verify_field(replace(shown, **{part: flipped(getattr(shown, part))}), root)


@pytest.mark.parametrize("index", [*range(5), -1, 5, 6, 1 << 40])
def test_a_field_stands_at_its_own_place_only(index: int) -> None:
    shown, root = open_field(SALT, FACT, "tear_line.what"), commit_fields(SALT, FACT)
    assert verify_field(replace(shown, index=index), root) is (index == shown.index)


@settings(max_examples=60)
@given(salts, facts, st.data())
def test_a_field_of_another_fact_is_refused(salt: bytes, fact: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(fact)))
    others = [
        commit_fields(SALT, fact) if salt != SALT else b"",
        commit_fields(salt, {**fact, name: [fact[name]]}),
        commit_fields(salt, {**fact, f"{name}x": 1, f"{name}y": 2}),
    ]
    shown = open_field(salt, fact, name)
    assert not any(verify_field(shown, root) for root in others)


def test_what_is_shown_of_one_field_says_nothing_of_another() -> None:
    """Two facts that differ in one field differ, to whoever is shown another, in hashes under salts they have not."""
    shown = open_field(SALT, FACT, "tear_line.what")
    whole = b"".join((shown.payload, shown.salt, *shown.proof))
    for hidden in (b"48 hours", b"NoticeSent", SALT):
        assert hidden not in whole
    for name in sorted(FACT.keys() - {"tear_line.what"}):
        other = open_field(SALT, FACT, name)
        assert other.salt != shown.salt
        # Whoever guesses the word exactly cannot test the guess with the salt that was shown.
        assert leaf_hash(commitment(shown.salt, other.payload)) not in shown.proof
    assert leaf_hash(commitment(open_field(SALT, FACT, "tear_line.when").salt, b"guess")) not in shown.proof


def test_salts_of_all_fields_of_many_facts_are_all_different() -> None:
    shown = {open_field(salt.to_bytes(32, "big"), FACT, name).salt for salt in range(50) for name in FACT}
    assert len(shown) == 50 * len(FACT)


@pytest.mark.parametrize(
    ("salt", "fact"),
    [
        pytest.param(SALT, {}, id="no field"),
        pytest.param(b"short", FACT, id="a short salt"),
        pytest.param(SALT + b"x", FACT, id="a long salt"),
        pytest.param(SALT, {"a": b"bytes"}, id="bytes"),
        pytest.param(SALT, {"a": float("nan")}, id="no number"),
        pytest.param(SALT, {"a": "\ud800"}, id="half a character"),
        pytest.param(SALT, {"\ud800": 1}, id="half a character for a name"),
    ],
)
def test_what_cannot_be_committed_to_is_refused(salt: bytes, fact: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        commit_fields(salt, fact)


def test_a_field_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"no field 'where' here. There are: ends, fact.fields, fact.kind, "):
        open_field(SALT, FACT, "where")


values: st.SearchStrategy[Any] = (
    st.none() | st.integers() | st.binary(max_size=40) | st.text(max_size=3) | st.lists(salts, max_size=3) | salts
)


@settings(max_examples=300)
@given(values, values, values, values, values | st.tuples(salts, salts), values)
def test_nothing_makes_the_verifier_raise(
    payload: Any, salt: Any, index: Any, size: Any, proof: Any, root: Any
) -> None:
    assert verify_field(OpenedField(payload, salt, index, size, proof), root) is False
