"""Proof files: other people's, ours, and spoiled ones."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.vectors import hashes, load, raw
from tocsin.basis.errors import Refused
from tocsin.record import (
    NOTE_LIMIT,
    Checkpoint,
    Cosigner,
    ProofFile,
    Signer,
    add_signatures,
    judge,
    leaf_hash,
    nodes_over,
    prove_inclusion,
    read_policy,
    read_proof_file,
    root_of,
    sign_note,
    verify_inclusion,
    write_checkpoint,
    write_proof_file,
)
from tocsin.record.proof_file import HASHES_LIMIT, PROOF_FILE_LIMIT

LAST = (1 << 63) - 1
ONE = ProofFile(3, (b"a" * 32, b"b" * 32), b"checkpoint\n", b"more")
FILE = write_proof_file(ONE)


def test_the_files_of_the_go_formats_are_written_and_read_to_the_byte() -> None:
    for case in load("formats-tlog-proof", "cases.json")["marshal"]:
        extra = None if case["extra"] is None else raw(case["extra"])
        proof = ProofFile(case["index"], tuple(hashes(case["hashes"])), case["checkpoint"].encode(), extra)
        assert write_proof_file(proof) == case["text"].encode()
        assert read_proof_file(case["text"].encode()) == proof


def test_what_the_go_formats_reject_is_refused() -> None:
    for text in load("formats-tlog-proof", "cases.json")["reject"]:
        with pytest.raises(Refused):
            read_proof_file(text.encode())


def spoiled(old: str, new: str) -> bytes:
    assert old.encode() in FILE
    return FILE.replace(old.encode(), new.encode(), 1)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\n\n", id="two empty lines"),
        pytest.param(b"\n" + FILE, id="an empty line in front"),
        pytest.param(spoiled("@v1", "@v2"), id="another version"),
        pytest.param(spoiled("\n", "\r\n"), id="a carriage return"),
        pytest.param(spoiled("c2sp", "\ufeffc2sp"), id="a byte order mark"),
        pytest.param(spoiled("extra ", "extra\t"), id="a tab for the space"),
        pytest.param(spoiled("extra bW9yZQ==\n", "extra \n"), id="extra data of no bytes"),
        pytest.param(spoiled("extra bW9yZQ==\n", "extra bW9yZQ==\n" * 2), id="extra data twice"),
        pytest.param(spoiled("bW9yZQ==", "bW9yZR=="), id="spare bits of the extra data"),
        pytest.param(spoiled("bW9yZQ==", "bW9yZQ"), id="extra data without its padding"),
        pytest.param(spoiled("extra bW9yZQ==\nindex 3\n", "index 3\nextra bW9yZQ==\n"), id="the index first"),
        pytest.param(spoiled("index 3\n", ""), id="no index"),
        pytest.param(spoiled("index 3\n", "index 3\nindex 3\n"), id="the index twice"),
        pytest.param(spoiled("index 3", "index  3"), id="two spaces"),
        pytest.param(spoiled("index 3", "index 3 "), id="a space behind"),
        pytest.param(spoiled("index 3", "index"), id="an index of nothing"),
        pytest.param(spoiled("index 3", "index 03"), id="a leading zero"),
        pytest.param(spoiled("index 3", "index +3"), id="a plus"),
        pytest.param(spoiled("index 3", "index -3"), id="below nothing"),
        pytest.param(spoiled("index 3", "index 3.0"), id="a fraction"),
        pytest.param(spoiled("index 3", "index \u0663"), id="a digit that is not ASCII"),
        pytest.param(spoiled("index 3", f"index {LAST + 1}"), id="more than 63 bits"),
        pytest.param(spoiled("index 3", f"index {'9' * 100_000}"), id="an index without end"),
        pytest.param(spoiled("YWFh", "YWF"), id="a hash cut short"),
        pytest.param(spoiled("YWFh", "YWFhYWFh"), id="a hash too long"),
        pytest.param(spoiled("YWFh", " YWFh"), id="a hash with a space in front"),
        pytest.param(spoiled("WE=\n", "WF=\n"), id="spare bits of a hash"),
        pytest.param(spoiled("\n\ncheckpoint\n", "\n\n"), id="no checkpoint"),
        pytest.param(spoiled("\n\ncheckpoint\n", "\n"), id="no empty line"),
        pytest.param(spoiled("checkpoint", "c" * NOTE_LIMIT), id="a checkpoint without end"),
        pytest.param(spoiled("bW9yZQ==", "QUFB" * (PROOF_FILE_LIMIT // 4)), id="a file without end"),
    ],
)
def test_what_is_no_proof_file_is_refused(data: bytes) -> None:
    assert read_proof_file(FILE) == ONE
    with pytest.raises(Refused):
        read_proof_file(data)


@pytest.mark.parametrize("data", [None, FILE.decode(), bytearray(FILE), [FILE]])
def test_only_bytes_are_a_proof_file(data: bytes) -> None:
    with pytest.raises(Refused):
        read_proof_file(data)


@pytest.mark.parametrize("extra", [pytest.param(None, id="without extra"), pytest.param(b"more", id="with extra")])
def test_as_many_hashes_as_a_tree_can_need_and_no_more(extra: bytes | None) -> None:
    full = write_proof_file(ProofFile(LAST, (b"h" * 32,) * HASHES_LIMIT, b"c\n", extra))
    line = b"aGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg=\n"
    assert read_proof_file(full).hashes == (b"h" * 32,) * HASHES_LIMIT
    with pytest.raises(Refused, match="at most 64 hashes"):
        read_proof_file(full.replace(line, line * 2, 1))


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(ProofFile(-1, (), b"c\n"), id="below nothing"),
        pytest.param(ProofFile(LAST + 1, (), b"c\n"), id="more than 63 bits"),
        pytest.param(ProofFile(0, (b"short",), b"c\n"), id="a short hash"),
        pytest.param(ProofFile(0, (b"h" * 32,) * 65, b"c\n"), id="too many hashes"),
        pytest.param(ProofFile(0, (), b""), id="no checkpoint"),
        pytest.param(ProofFile(0, (), b"c" * (NOTE_LIMIT + 1)), id="a checkpoint too long"),
        pytest.param(ProofFile(0, (), b"c\n", b""), id="extra data of no bytes"),
        pytest.param(ProofFile(0, (), b"c\n", b"x" * PROOF_FILE_LIMIT), id="too much extra data"),
    ],
)
def test_what_no_one_could_read_is_not_written(proof: ProofFile) -> None:
    with pytest.raises(Refused):
        write_proof_file(proof)


PROOFS = st.builds(
    ProofFile,
    st.integers(0, LAST),
    st.lists(st.binary(min_size=32, max_size=32), max_size=HASHES_LIMIT).map(tuple),
    st.binary(min_size=1, max_size=200),
    st.none() | st.binary(min_size=1, max_size=200),
)


@given(PROOFS)
def test_every_proof_reads_back(proof: ProofFile) -> None:
    assert read_proof_file(write_proof_file(proof)) == proof


@given(st.binary(max_size=200), st.integers(0, len(FILE)), st.integers(0, len(FILE)))
def test_what_is_read_is_what_would_be_written(junk: bytes, start: int, stop: int) -> None:
    data = FILE[:start] + junk + FILE[stop:]
    try:
        proof = read_proof_file(data)
    except Refused:
        return
    assert write_proof_file(proof) == data


LOG = Signer("warn.example.org/record", b"\x01" * 32)
WITNESS, STRANGER = Cosigner("w.example", b"\x02" * 32), Cosigner("stranger.example", b"\x03" * 32)
POLICY = read_policy(f"log {LOG.vkey}\nwitness w {WITNESS.vkey}\nquorum w\n".encode())
LEAVES = [leaf_hash(bytes([number])) for number in range(5)]
TEXT = write_checkpoint(Checkpoint(LOG.name, 5, root_of(LEAVES)))
AT = datetime(2024, 3, 7, tzinfo=UTC)
LINES = [STRANGER.line(TEXT, AT), WITNESS.line(TEXT, AT)]
WHOLE = ProofFile(
    2,
    tuple(prove_inclusion(2, 5, nodes_over(LEAVES))),
    add_signatures(sign_note(TEXT, LOG), LINES),
    b"extra",
)


def shows(data: bytes) -> bool:
    """Say whether this file shows that our leaf is at its place in our tree, and was witnessed."""
    try:
        proof = read_proof_file(data)
        judged = judge(POLICY, proof.checkpoint)
    except Refused:
        return False
    tree = judged.checkpoint
    assert (tree, judged.witnessed) == (Checkpoint(LOG.name, 5, root_of(LEAVES)), (("w", AT),))
    return verify_inclusion(proof.index, tree.size, LEAVES[2], list(proof.hashes), tree.root)


def test_a_flipped_bit_in_a_whole_proof_is_refused_wherever_something_vouches_for_it() -> None:
    data = write_proof_file(WHOLE)
    assert shows(data)
    free: set[int] = set()
    for part in (b"extra " + b"ZXh0cmE=", LINES[0].encode()):  # nobody vouches for these
        free.update(range(data.index(part), data.index(part) + len(part)))
    ignored = 0
    for bit in range(len(data) * 8):
        other = bytearray(data)
        other[bit // 8] ^= 1 << bit % 8
        if shows(bytes(other)):
            assert bit // 8 in free, f"bit {bit}"
            ignored += 1
    assert ignored > 100
