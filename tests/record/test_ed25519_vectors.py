"""Ed25519 as others expect it to be verified."""

import pytest

from tests.record.vectors import load
from tocsin.record import Signer
from tocsin.record.algorithms import ed25519_verifies

PUBLIC = Signer("warn.example.org/record", b"\x01" * 32).public


def test_wycheproof_s_ed25519() -> None:
    wrong = [
        case["tcId"]
        for group in load("wycheproof", "ed25519_test.json")["testGroups"]
        for case in group["tests"]
        if ed25519_verifies(
            bytes.fromhex(group["publicKey"]["pk"]), bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
        )
        is not (case["result"] == "valid")
    ]
    assert wrong == []


def test_the_edge_cases_of_ed25519_are_decided_as_in_openssl_and_go() -> None:
    """There is no one right answer; this pins ours, called ref10 in CCTV's README."""
    wrong = [
        case["number"]
        for case in load("cctv-ed25519", "ed25519vectors.json")
        if ed25519_verifies(bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"]))
        is bool({"non_canonical_R", "low_order_residue"} & set(case["flags"] or ()))
    ]
    assert wrong == []


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_key_or_signature_of_another_length_verifies_nothing(size: int) -> None:
    assert not ed25519_verifies(b"k" * size, b"", b"s" * 64)
    assert not ed25519_verifies(PUBLIC, b"", b"s" * size)
