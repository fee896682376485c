"""What proof files and policies hold is read in one spelling only, so that every verifier reads the same in it."""

import json
from typing import Any

import pytest

from tests.record.published import SIGNER
from tests.record.small_log import POLICY, Case
from tocsin.basis.errors import Refused
from tocsin.record import (
    Cosigner,
    Policy,
    canonical,
    read_canonical,
    read_entry,
    read_policy,
    read_proof_file,
    read_seal,
    verify_proof,
    write_policy,
    write_proof_file,
)

CASE = Case()
SEAL = json.loads(CASE.log.entries[CASE.seal])
WITNESS = Cosigner("w.example", b"\x03" * 32)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"at": "0001-01-01T00:00:00+23:59"}, id="a moment before all years"),
        pytest.param({"at": "2024-03-07T18:00:00+00:00"}, id="an offset"),
        pytest.param({"at": "20240307T180000Z"}, id="the compact form"),
        pytest.param({"at": "2024-W10-4T18:00Z"}, id="a week"),
        pytest.param({"at": "2024-03-07T18:00:00Z\n"}, id="a moment and a newline"),
        pytest.param({"at": "2024-03-07T18:00:00.5Z"}, id="one decimal"),
        pytest.param({"at": "2024-02-30T18:00:00Z"}, id="30 February"),
        pytest.param({"open_by": None}, id="no date"),
        pytest.param({"settled": 5}, id="a number"),
        pytest.param({"root": SEAL["root"].upper()}, id="a root in capitals"),
        pytest.param({"root": SEAL["root"] + " "}, id="a root and a space"),
        pytest.param({"kept": SEAL["kept"][:-2]}, id="a root of 31 bytes"),
        pytest.param({"after": None}, id="no root before it"),
    ],
)
def test_a_seal_is_read_in_one_spelling(changed: dict[str, Any]) -> None:
    read_seal(SEAL)
    with pytest.raises(Refused):
        read_seal(SEAL | changed)


def extra(change: str, by: str) -> bytes:
    """Return the proof of the opened notice with one text in its extra changed, and otherwise canonical."""
    file = read_proof_file(CASE.opened())
    assert file.extra is not None
    raw = file.extra.replace(change.encode(), by.encode(), 1)
    assert raw != file.extra
    return write_proof_file(type(file)(file.index, file.hashes, file.checkpoint, raw))


@pytest.mark.parametrize(
    ("change", "by"),
    [
        pytest.param('"tree":"root"', '"tree":"root\\n"', id="a tree and a newline"),
        pytest.param(CASE.notice.commitment.hex(), CASE.notice.commitment.hex() + "\\n", id="a hash and a newline"),
        pytest.param('"v":1', '"v":1.0', id="a whole number with a fraction"),
        pytest.param('"v":1', '"v":1 ', id="a space"),
        pytest.param('"v":1', '"v":1,"v":1', id="a name twice"),
        pytest.param('"place":', '"place":9007199254740992', id="a number that is two numbers"),
    ],
)
def test_what_a_proof_carries_is_read_in_one_spelling(change: str, by: str) -> None:
    found = verify_proof(extra(change, by), POLICY)
    assert "is not what Tocsin writes" in found.problems[0]


def test_how_deep_json_may_be_nested_does_not_depend_on_who_reads_it() -> None:
    def nested(levels: int) -> bytes:
        return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"

    assert read_canonical(nested(64))
    for levels in (65, 900, 100_000):
        with pytest.raises(Refused, match=r"nested|not one JSON object"):
            read_canonical(nested(levels))
    with pytest.raises(Refused):
        read_entry(canonical({"at": "x", "kind": "x", "v": True}))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("quorum none", id="a log alone"),
        pytest.param(f"witness w {WITNESS.vkey} https://w.example\nquorum w", id="one witness"),
        pytest.param(f"witness w {WITNESS.vkey}\ngroup g 1 w\ngroup h 1 g\nquorum h", id="groups of groups"),
    ],
)
def test_a_policy_is_written_as_it_was_read(lines: str) -> None:
    policy = read_policy(f"log {SIGNER.vkey}\n{lines}\n".encode())
    assert write_policy(policy) == f"log {SIGNER.vkey}\n{lines}\n".encode()


def test_a_policy_that_cannot_be_said_in_lines_is_refused() -> None:
    policy = read_policy(f"log {SIGNER.vkey}\nwitness w {WITNESS.vkey}\nquorum w\n".encode())
    [witness] = policy.witnesses
    spoiled = type(witness)(b"w\nquorum none", witness.key)
    with pytest.raises(Refused):
        write_policy(Policy(policy.logs, (spoiled,), (), None))
