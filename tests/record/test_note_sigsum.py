"""Sigsum's proofs, judged with our tree, our Ed25519 and our cosignatures: real ones, one of our own, and spoiled ones.

Source: sigsum-go, doc/sigsum-proof.md.
"""

import base64
import re
from hashlib import sha256

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.corpus import corpus
from tests.record.vectors import load
from tocsin.basis.errors import Refused
from tocsin.record import (
    Checkpoint,
    leaf_hash,
    nodes_over,
    prove_inclusion,
    root_of,
    verify_inclusion,
    write_checkpoint,
)
from tocsin.record.algorithms import cosignature_verifies, cosigned_message, ed25519_verifies
from tocsin.record.spelling import from_decimal

LEAF = b"sigsum.org/v1/tree-leaf\0"
MOST = (1 << 63) - 1


class Proof(msgspec.Struct, frozen=True):
    """A sigsum proof, taken apart. short: the first four digits of the checksum, where the version has them."""

    log: str
    short: str
    submitter: bytes
    leaf_signature: bytes
    tree: Checkpoint
    signature: bytes
    cosignatures: dict[str, bytes]
    index: int
    path: tuple[bytes, ...]

    def leaf(self, message: bytes) -> bytes:
        return leaf_hash(sha256(message).digest() + self.leaf_signature + self.submitter)


def read(text: str) -> Proof:
    """Read KEY=VALUE lines; a key may come again."""
    said: dict[str, list[str]] = {}
    for line in text.split("\n"):
        if line:
            key, _, value = line.partition("=")
            said.setdefault(key, []).append(value)
    assert said["version"] in (["1"], ["2"])
    *short, submitter, leaf_signature = said["leaf"][0].split(" ")
    log, root = said["log"][0], bytes.fromhex(said["root_hash"][0])
    tree = Checkpoint(f"sigsum.org/v1/tree/{log}", from_decimal(said["size"][0], MOST), root)
    cosignatures = {}
    for line in said.get("cosignature", []):
        witness, seconds, signature = line.split(" ")[-3:]
        cosignatures[witness] = from_decimal(seconds, MOST).to_bytes(8, "big") + bytes.fromhex(signature)
    return Proof(
        log,
        "".join(short),
        bytes.fromhex(submitter),
        bytes.fromhex(leaf_signature),
        tree,
        bytes.fromhex(said["signature"][0]),
        cosignatures,
        from_decimal(said.get("leaf_index", ["0"])[0], MOST),
        tuple(bytes.fromhex(node) for node in said.get("node_hash", [])),
    )


def shows(proof: Proof, message: bytes, log: bytes, submitter: bytes, witness: bytes | None = None) -> bool:
    """Say whether the proof shows that the submitter logged this message, and that the witness, if any, saw it."""
    checksum, text = sha256(message).digest(), write_checkpoint(proof.tree)
    return (
        proof.log == sha256(log).hexdigest()
        and proof.submitter == sha256(submitter).digest()
        and checksum.hex().startswith(proof.short)
        and ed25519_verifies(submitter, LEAF + checksum, proof.leaf_signature)
        and ed25519_verifies(log, text, proof.signature)
        and (witness is None or seen_by(proof, witness, text))
        and verify_inclusion(proof.index, proof.tree.size, proof.leaf(message), list(proof.path), proof.tree.root)
    )


def seen_by(proof: Proof, witness: bytes, text: bytes) -> bool:
    return cosignature_verifies(witness, text, proof.cosignatures.get(sha256(witness).hexdigest(), b""))


def ssh_key(line: str | None) -> bytes | None:
    """Return the 32 bytes at the end of an ssh-ed25519 public key."""
    return base64.b64decode(line.split(" ")[1])[-32:] if line else None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        pytest.param("proof-1.sigsum-proof", "foo-1\n", id="first leaf, version 2"),
        pytest.param("proof-2.sigsum-proof", "foo-4\n", id="fourth leaf, version 2"),
        pytest.param("proof-3.sigsum-proof", "foo-1\n", id="first leaf, version 1"),
        pytest.param("proof-4.sigsum-proof", "foo-4\n", id="fourth leaf, version 1"),
    ],
)
def test_a_real_proof_leads_to_its_root(name: str, said: str) -> None:
    """The keys of these are not told; what was logged is a line padded on the left to 32 bytes."""
    proof = read(corpus("record", "sigsum-proofs", name).read_text())
    message = said.rjust(32).encode()
    assert sha256(message).hexdigest().startswith(proof.short)
    assert verify_inclusion(proof.index, proof.tree.size, proof.leaf(message), list(proof.path), proof.tree.root)
    assert not verify_inclusion(proof.index, proof.tree.size, proof.leaf(b"?"), list(proof.path), proof.tree.root)


def test_the_proofs_whose_keys_are_told_are_judged_as_their_makers_do() -> None:
    """Some of the files may be kept elsewhere; whichever are there are judged, whole and spoiled."""
    folder = corpus("record", "sigsum-proofs")
    for case in load("sigsum-proofs", "verify.json"):
        log, submitter, witness = (ssh_key(case[key]) for key in ("log_key", "submit_key", "witness_key"))
        assert log is not None
        assert submitter is not None
        if not (folder / case["proof"]).exists():
            continue
        proof, message = read((folder / case["proof"]).read_text()), case["message_ascii"].encode()
        assert shows(proof, message, log, submitter, witness) is case["ok"], case["proof"]
        assert not shows(proof, message[::-1], log, submitter, witness), case["proof"]
        assert not shows(proof, message, submitter, log, witness), case["proof"]


def key(number: int) -> tuple[Ed25519PrivateKey, bytes]:
    private = Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)
    return private, private.public_key().public_bytes_raw()


(LOG, LOG_KEY), (SUBMITTER, SUBMIT_KEY), (WITNESS, WITNESS_KEY) = key(1), key(2), key(3)
MESSAGE = b"m" * 32


def ours() -> str:
    """A proof of our own making, over a tree of six leaves, as sigsum would write it."""
    checksum, submitter = sha256(MESSAGE).digest(), sha256(SUBMIT_KEY).digest()
    leaf_signature = SUBMITTER.sign(LEAF + checksum)
    leaves = [leaf_hash(bytes([number])) for number in range(6)]
    leaves[4] = leaf_hash(checksum + leaf_signature + submitter)
    text = write_checkpoint(Checkpoint(f"sigsum.org/v1/tree/{sha256(LOG_KEY).hexdigest()}", 6, root_of(leaves)))
    cosignature = WITNESS.sign(cosigned_message(text, 1_709_812_800)).hex()
    nodes = "".join(f"node_hash={node.hex()}\n" for node in prove_inclusion(4, 6, nodes_over(leaves)))
    return (
        f"version=1\nlog={sha256(LOG_KEY).hexdigest()}\n"
        f"leaf={checksum.hex()[:4]} {submitter.hex()} {leaf_signature.hex()}\n\n"
        f"size=6\nroot_hash={root_of(leaves).hex()}\nsignature={LOG.sign(text).hex()}\n"
        f"cosignature={sha256(WITNESS_KEY).hexdigest()} 1709812800 {cosignature}\n\nleaf_index=4\n{nodes}"
    )


def test_a_proof_of_our_own_holds_and_each_flipped_digit_in_it_is_noticed() -> None:
    text = ours()
    keys = (MESSAGE, LOG_KEY, SUBMIT_KEY, WITNESS_KEY)
    assert shows(read(text), *keys)
    assert not shows(read(text), MESSAGE, LOG_KEY, SUBMIT_KEY, SUBMIT_KEY)
    values = re.finditer(r"^(?!version)\w+=(.*)$", text, re.MULTILINE)
    spots = [at for value in values for at in range(*value.span(1)) if text[at] != " "]
    assert len(spots) > 600
    for at in spots:
        other = text[:at] + ("1" if text[at] != "1" else "2") + text[at + 1 :]
        try:
            assert not shows(read(other), *keys), other
        except Refused:
            continue  # a number that is beyond all trees
