"""Keys under the record: their names, their spelling, and which of them can be used."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.vectors import load
from tocsin.basis.errors import Refused
from tocsin.record import Cosigner, Signer, parse_vkey, write_vkey
from tocsin.record.algorithms import COSIGNATURE, ED25519, KINDS
from tocsin.record.spelling import from_base64, from_decimal, to_base64
from tocsin.record.vkey import VKEY_LIMIT, key_id

OURS = Signer("warn.example.org/record", b"\x01" * 32)
WITNESS = Cosigner("witness.example.net", b"\x03" * 32)


@pytest.mark.parametrize("kind", [pytest.param(Signer, id="signer"), pytest.param(Cosigner, id="cosigner")])
def test_the_seed_is_not_shown(kind: type[Signer | Cosigner]) -> None:
    key = kind("a.example", b"\x01" * 32)
    assert repr(key) == f"{kind.__name__}({key.vkey!r})"
    assert (b"\x01" * 32).hex() not in repr(key)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u00a0b", "a\nb", "\udc80"])
def test_such_a_name_names_no_key(name: str) -> None:
    with pytest.raises(Refused):
        Signer(name, b"\x01" * 32)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(Refused):
        Signer("a", b"s" * size)


def test_a_log_and_a_cosigner_with_one_key_have_two_verifier_keys() -> None:
    log, cosigner = Signer("a.example", b"\x01" * 32), Cosigner("a.example", b"\x01" * 32)
    assert log.public == cosigner.public
    assert log.key_id != cosigner.key_id
    assert [parse_vkey(one.vkey).kind for one in (log, cosigner)] == [ED25519, COSIGNATURE]


@pytest.mark.parametrize("one", [pytest.param(OURS, id="log"), pytest.param(WITNESS, id="cosigner")])
def test_a_verifier_key_reads_back(one: Signer | Cosigner) -> None:
    key = parse_vkey(one.vkey)
    assert (key.name, key.public, key.key_id, key.vkey) == (one.name, one.public, one.key_id, one.vkey)


def test_a_key_with_a_name_without_end_is_refused() -> None:
    assert parse_vkey(write_vkey("a" * (VKEY_LIMIT - 100), OURS.public)).public == OURS.public
    with pytest.raises(Refused, match=str(VKEY_LIMIT)):
        parse_vkey(write_vkey("a" * VKEY_LIMIT, OURS.public))


def of_kind(kind: int, public: bytes) -> str:
    return f"a.example+{key_id('a.example', kind, public).hex()}+{to_base64(bytes([kind]) + public)}"


@pytest.mark.parametrize(
    ("kind", "size"),
    [
        pytest.param(0x02, 91, id="ECDSA"),
        pytest.param(0x05, 91, id="RFC 6962"),
        pytest.param(0x06, 1312, id="ML-DSA-44"),
        pytest.param(0xFF, 40, id="somebody's own"),
    ],
)
def test_a_key_of_a_kind_that_is_not_verified_here_is_refused_by_its_type(kind: int, size: int) -> None:
    with pytest.raises(Refused, match=f"of type {kind:02x}. Only an Ed25519 key .01. and an Ed25519 cosigner's key"):
        parse_vkey(of_kind(kind, b"k" * size))


@pytest.mark.parametrize("kind", [ED25519, COSIGNATURE])
@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_of_another_length_is_refused(kind: int, size: int) -> None:
    assert parse_vkey(of_kind(kind, b"k" * KINDS[kind].key_size)).kind == kind
    with pytest.raises(Refused, match="has 32 bytes"):
        parse_vkey(of_kind(kind, b"k" * size))
    with pytest.raises(Refused, match="has 32 bytes"):
        write_vkey("a.example", b"k" * size, kind)


@given(st.text() | st.builds(lambda a, b: f"{OURS.name}+{a}+{b}", st.text(), st.text()))
def test_a_junk_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(Refused):
        parse_vkey(vkey)


def test_every_flipped_bit_in_a_verifier_key_is_refused() -> None:
    for bit in range(len(OURS.vkey) * 8):
        spoiled = bytearray(OURS.vkey.encode())
        spoiled[bit // 8] ^= 1 << bit % 8
        text = spoiled.decode(errors="replace")
        if text.lower() != OURS.vkey.lower() or text.split("+")[0] != OURS.name:
            with pytest.raises(Refused):
                parse_vkey(text)


@pytest.mark.parametrize("text", ["QQ", "QR==", "QQ==\n", "Q-==", "QQ===", " QQ==", "é"])
def test_base64_has_one_spelling(text: str) -> None:
    assert from_base64("QQ==") == b"A"
    with pytest.raises(Refused):
        from_base64(text)


@pytest.mark.parametrize("text", ["", "00", "01", "+1", "-1", "1.", "1_0", " 1", "1 ", "\u0661", "12", "9" * 5000])
def test_a_number_has_one_spelling_and_an_end(text: str) -> None:
    assert (from_decimal("0", 11), from_decimal("11", 11)) == (0, 11)
    with pytest.raises(Refused):
        from_decimal(text, 11)


def test_the_go_verifier_keys() -> None:
    vkeys = load("sumdb-note", "vkeys.json")
    for good in vkeys["good"]:
        key = parse_vkey(good)
        assert write_vkey(key.name, key.public) == good
    for bad in vkeys["bad"]:
        with pytest.raises(Refused):
            parse_vkey(bad["vkey"])
