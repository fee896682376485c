"""How large proof files are: real ones, with the ways up as long as they are in a record of a million entries."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.record.published import SIGNER, signed
from tests.store.keeping import START, Keeping
from tocsin.record import Cosigner, ProofFile, add_signatures, canonical, read_proof_file, write_proof_file

MILLION = 1_000_000
LONG = 20  # hashes, from an entry up to the root of a million
WITNESSES = [Cosigner(f"witness.{name}.example/tocsin", bytes([at]) * 32) for at, name in enumerate(("a", "b", "c"), 1)]
ASKED = 2_048  # bytes


@pytest.fixture(name="keeping")
def _keeping(tmp_path: Path) -> Iterator[Keeping]:
    keeping = Keeping(tmp_path)
    yield keeping
    keeping.close()


def grown(proof: bytes, *, older: bool = False) -> ProofFile:
    """Return a proof as it would be after a million entries, seen by three witnesses. older: and since when, too."""
    chance = random.Random(1)
    note = signed(MILLION, chance.randbytes(32))
    text = note.partition(b"\n\n")[0] + b"\n"
    note = add_signatures(note, [one.line(text, START) for one in WITNESSES])
    way = [chance.randbytes(32).hex() for _ in range(LONG)]
    file = read_proof_file(proof)
    said: dict[str, Any] = json.loads(file.extra or b"")
    for entry in (said.get("opened", {}).get("opening"), *said.get("opened", {}).get("earlier", ())):
        if entry:
            entry["hashes"] = way
    if older:
        said["since"] = {"note": note.decode(), "hashes": way}
    hashes = tuple(bytes.fromhex(one) for one in way)
    return replace(file, index=MILLION - 2, hashes=hashes, checkpoint=note, extra=canonical(said))


def size(file: ProofFile) -> int:
    return len(write_proof_file(file))


def test_a_proof_takes_two_kilobytes_at_a_million_entries(keeping: Keeping) -> None:
    [published, _] = keeping.states()
    [told] = keeping.decisions("A concert hall")
    keeping.hours(1)
    keeping.opens(told)
    alert = grown(keeping.proof(published))
    assert SIGNER.name.encode() in alert.checkpoint
    sealed, opened = keeping.proof(told), keeping.proof(told, "why")
    sizes = {
        "bare": size(replace(alert, extra=None)),
        "an entry that anyone may read": size(alert),
        "sealed, nothing shown": size(grown(sealed)),
        "opened, one sentence shown": size(grown(opened)),
        "the same, with an older tree": size(grown(opened, older=True)),
    }
    assert {name: round(size / 1_000, 1) for name, size in sizes.items()} == {
        "bare": 1.5,
        "an entry that anyone may read": 1.9,
        "sealed, nothing shown": 3.3,
        "opened, one sentence shown": 8.8,
        "the same, with an older tree": 11.4,
    }, "docs/reference/proofs.md says so"
    assert sizes["an entry that anyone may read"] <= ASKED
