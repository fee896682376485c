"""Checkpoints: other people's real ones, ours, and spoiled ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import corpus
from tests.record.vectors import hashes, load
from tocsin.basis.errors import Refused
from tocsin.record import (
    EMPTY_ROOT,
    Checkpoint,
    leaf_hash,
    nodes_over,
    open_note,
    parse_checkpoint,
    prove_consistency,
    verify_consistency,
    write_vkey,
)
from tocsin.record.checkpoint import write_checkpoint
from tocsin.record.note import Signer, sign_note
from tocsin.record.tree import Frontier

ORIGIN = "warn.example.org/record"
ROOT = leaf_hash(b"")
SIGNER = Signer(ORIGIN, b"\x01" * 32)
TEXT = write_checkpoint(Checkpoint(ORIGIN, 1, ROOT))


def test_a_checkpoint_reads_back() -> None:
    assert parse_checkpoint(TEXT) == Checkpoint(ORIGIN, 1, ROOT)
    assert TEXT.startswith(b"warn.example.org/record\n1\n")


def test_lines_that_others_added_are_kept() -> None:
    with_more = Checkpoint("x", 1, ROOT, ("more", "and more"))
    assert parse_checkpoint(write_checkpoint(with_more)) == with_more


def spoiled(old: str, new: str) -> bytes:
    assert old.encode() in TEXT
    return TEXT.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="empty"),
        pytest.param(TEXT[:-1], id="no newline at the end"),
        pytest.param(TEXT + b"\n", id="an empty line at the end"),
        pytest.param(b"\n" + TEXT, id="an empty line in front"),
        pytest.param(b"".join(TEXT.splitlines(True)[:2]), id="no root"),
        pytest.param(spoiled("\n1\n", "\n01\n"), id="a leading zero"),
        pytest.param(spoiled("\n1\n", "\n+1\n"), id="a sign"),
        pytest.param(spoiled("\n1\n", "\n-1\n"), id="below nothing"),
        pytest.param(spoiled("\n1\n", "\n0x1\n"), id="hexadecimal"),
        pytest.param(spoiled("\n1\n", "\n1_0\n"), id="an underscore"),
        pytest.param(spoiled("\n1\n", "\n1 \n"), id="a space"),
        pytest.param(spoiled("\n1\n", "\n\u0661\n"), id="a digit that is not ASCII"),
        pytest.param(spoiled("\n1\n", "\n18446744073709551616\n"), id="more than 64 bits"),
        pytest.param(spoiled("\n1\n", f"\n{'9' * 100_000}\n"), id="a size without end"),
        pytest.param(spoiled("\n1\n", "\n0\n"), id="nothing in it, yet another root"),
        pytest.param(spoiled("=", ""), id="no padding"),
        pytest.param(spoiled("=", "A="), id="a root too long"),
        pytest.param(spoiled("\n1\n", "\n1\n\n"), id="an empty line"),
        pytest.param(spoiled("\n1\n", "\r\n1\n"), id="a carriage return"),
        pytest.param(b"\xff" + TEXT, id="not UTF-8"),
        pytest.param(TEXT + b"x\n" * 600_000, id="without end"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: bytes) -> None:
    with pytest.raises(Refused):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "checkpoint",
    [
        pytest.param(Checkpoint("", 1, ROOT), id="no origin"),
        pytest.param(Checkpoint("a\n7", 1, ROOT), id="an origin of two lines"),
        pytest.param(Checkpoint("a\ud800", 1, ROOT), id="an origin that is no UTF-8"),
        pytest.param(Checkpoint("a", -1, ROOT), id="below nothing"),
        pytest.param(Checkpoint("a", 1, b"short"), id="a short root"),
        pytest.param(Checkpoint("a", 0, ROOT), id="nothing in it, yet a root"),
        pytest.param(Checkpoint("a", 1, ROOT, ("x\ny",)), id="an extension of two lines"),
    ],
)
def test_what_no_one_could_read_is_not_written(checkpoint: Checkpoint) -> None:
    with pytest.raises(Refused):
        write_checkpoint(checkpoint)


def opens(note: bytes) -> bool:
    try:
        parse_checkpoint(open_note(note, [SIGNER.vkey]))
    except Refused:
        return False
    return True


def test_a_flipped_bit_anywhere_in_a_signed_checkpoint_is_refused() -> None:
    note = sign_note(TEXT, SIGNER)
    assert opens(note)
    for bit in range(len(note) * 8):
        other = bytearray(note)
        other[bit // 8] ^= 1 << bit % 8
        assert not opens(bytes(other)), f"bit {bit}"


@settings(deadline=None)
@given(st.binary(max_size=200) | st.builds(lambda a, b: b"%s\n%s\n" % (a, b), st.binary(), st.binary()))
def test_junk_is_refused_or_read_as_it_is_written(text: bytes) -> None:
    try:
        read = parse_checkpoint(text)
    except Refused:
        return
    assert write_checkpoint(read) == text


@settings(deadline=None)
@given(st.integers(1, 2**64 - 1), st.binary(min_size=32, max_size=32))
def test_every_size_and_root_reads_back(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert parse_checkpoint(write_checkpoint(checkpoint)) == checkpoint


def test_a_real_log_has_the_checkpoints_that_we_would_write() -> None:
    """Tessera's log of sizes 0 to 15: key, roots from the entries, tiles, and proofs from each size to the next."""
    log = corpus("record", "tessera-log")
    vkey, entries = (log / "log.pub").read_text().strip(), load("tessera-log", "entries.json")
    leaves = [leaf_hash(entry.encode()) for entry in entries]
    nodes, frontier, before = nodes_over(leaves), Frontier(), None
    for size in range(16):
        text = open_note((log / f"checkpoint.{size}").read_bytes(), [vkey])
        checkpoint = parse_checkpoint(text)
        assert checkpoint == Checkpoint("example.com/log/testdata", size, frontier.root())
        assert write_checkpoint(checkpoint) == text
        if size:
            assert (log / "tile" / "0" / "000.p" / str(size)).read_bytes() == b"".join(leaves[:size])
        if before and before.size:
            proof = prove_consistency(before.size, size, nodes)
            assert verify_consistency(before.size, size, proof, before.root, checkpoint.root)
        before, frontier = checkpoint, frontier.extend(leaves[size : size + 1])
    assert parse_checkpoint(open_note((log / "checkpoint").read_bytes(), [vkey])) == before
    assert parse_checkpoint((log / "checkpoint.0").read_bytes().partition(b"\n\n")[0] + b"\n").root == EMPTY_ROOT


def test_the_tree_texts_of_go() -> None:
    tree = load("sumdb-note", "tree_text.json")
    checkpoint = parse_checkpoint(tree["text"].encode())
    assert checkpoint.size == tree["size"]
    assert checkpoint.root == leaf_hash(tree["record_utf8"].encode())
    assert write_checkpoint(checkpoint) == tree["text"].encode()
    other_origin, *bad = tree["bad"]
    assert parse_checkpoint(other_origin.encode()).origin == "not-go.sum database tree"  # Go knows one origin only
    for text in bad:
        with pytest.raises(Refused):
            parse_checkpoint(text.encode())


def test_a_real_checkpoint_of_the_go_checksum_database_opens() -> None:
    real = load("witness-exchanges", "sumdb_real_checkpoint.json")
    _, _, note = real["request_body"].partition("\n\n")
    checkpoint = parse_checkpoint(open_note(note.encode(), [real["vkey"]]))
    assert (checkpoint.origin, checkpoint.size) == (real["origin"], 35_225_469)


def test_a_witness_s_judgements_follow_from_notes_and_proofs() -> None:
    """Play the nine requests against a log whose last witnessed checkpoint we hold, and come to the witness's answers."""
    exchanges = load("witness-exchanges", "add_checkpoint.json")
    vkey = write_vkey(exchanges["origin"], bytes.fromhex(exchanges["log_vkey_hex"]))
    seen = Checkpoint(exchanges["origin"], 0, EMPTY_ROOT)
    for exchange in exchanges["exchanges"]:
        head, _, note = exchange["request_body"].partition("\n\n")
        old, *proof = head.split("\n")
        try:
            shown = parse_checkpoint(open_note(note.encode(), [vkey]))
        except Refused:
            assert exchange["status"] == 403  # another origin's key, or a signature that fails
            continue
        if int(old.removeprefix("old ")) != seen.size:
            assert (exchange["status"], exchange["body"]) == (409, f"{seen.size}\n")
        elif seen.size and not verify_consistency(seen.size, shown.size, hashes(proof), seen.root, shown.root):
            assert exchange["status"] == 422
        else:
            assert exchange["status"] == 200
            seen = shown
    assert seen.size == 5
