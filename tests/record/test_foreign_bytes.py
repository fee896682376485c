"""What strangers hand us: read or refused, never anything else, and never at a cost that outgrows it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.record import (
    NOTE_LIMIT,
    Checkpoint,
    Cosigner,
    ProofFile,
    Signer,
    add_signatures,
    cosigned_at,
    judge,
    leaf_hash,
    open_note,
    parse_checkpoint,
    parse_vkey,
    read_policy,
    read_proof_file,
    sign_note,
    write_checkpoint,
    write_proof_file,
)
from tocsin.record.policy_file import POLICY_LIMIT
from tocsin.record.proof_file import PROOF_FILE_LIMIT

LOG = Signer("warn.example.org/record", b"\x01" * 32)
WITNESS = Cosigner("w.example", b"\x02" * 32)
TEXT = write_checkpoint(Checkpoint(LOG.name, 7, leaf_hash(b"")))
NOTE = add_signatures(sign_note(TEXT, LOG), [WITNESS.line(TEXT, datetime(2024, 3, 7, tzinfo=UTC))])
FILE = write_proof_file(ProofFile(3, (b"a" * 32, b"b" * 32), NOTE, b"more"))
POLICY = f"log {LOG.vkey} https://l\n# odd\nwitness w {WITNESS.vkey}\ngroup g any w\nquorum g\n".encode()
KEYS = [LOG.vkey, WITNESS.vkey]

Read = Callable[[bytes], Any]
READERS: list[tuple[Read, bytes]] = [
    (lambda data: open_note(data, KEYS), NOTE),
    (lambda data: open_note(NOTE, [data.decode(errors="surrogateescape")]), LOG.vkey.encode()),
    (lambda data: cosigned_at(data, WITNESS.vkey), NOTE),
    (lambda data: add_signatures(data, [LOG.line(TEXT)]), NOTE),
    (lambda data: add_signatures(NOTE, [data.decode(errors="surrogateescape")]), NOTE.splitlines(keepends=True)[-1]),
    (lambda data: judge(read_policy(POLICY), data), NOTE),
    (parse_checkpoint, TEXT),
    (lambda data: parse_vkey(data.decode(errors="surrogateescape")), WITNESS.vkey.encode()),
    (read_proof_file, FILE),
    (lambda data: judge(read_policy(POLICY), read_proof_file(data).checkpoint), FILE),
    (read_policy, POLICY),
    (lambda data: judge(read_policy(data), NOTE), POLICY),
]
NAMES = [
    "a note",
    "a key to open a note with",
    "a note to see when it was cosigned",
    "a note to put more signatures under",
    "a line to put under a note",
    "a note to judge",
    "a checkpoint",
    "a verifier key",
    "a proof file",
    "a proof file to judge",
    "a policy",
    "a policy to judge by",
]
each_reader = pytest.mark.parametrize(("read", "good"), READERS, ids=NAMES)


def reads(read: Read, data: bytes) -> bool:
    """Say whether it is read; any error but Refused is the test's."""
    sentence = None
    try:
        read(data)
    except Refused as error:
        sentence = str(error)
    if sentence is not None:
        assert 0 < len(sentence.encode()) < 2000  # it can be shown, whatever came, and is no echo of it
    return sentence is None


@each_reader
@given(data=st.data())
def test_random_bytes_are_read_or_refused(read: Read, good: bytes, data: st.DataObject) -> None:
    assert reads(read, good)
    reads(read, data.draw(st.binary(max_size=300)))


@each_reader
@given(data=st.data())
def test_a_good_one_with_something_else_inside_is_read_or_refused(read: Read, good: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(good)))
    stop = data.draw(st.integers(start, len(good)))
    word = st.sampled_from([b"\n", b"\n\n", b" ", b"+", b"=", b"0", "— ".encode(), b"\x00", b"\xff", b"AAAA", b"#"])
    reads(read, good[:start] + data.draw(word | st.binary(max_size=8)) * data.draw(st.integers(0, 9)) + good[stop:])


@each_reader
def test_one_cut_short_anywhere_is_read_or_refused(read: Read, good: bytes) -> None:
    read_at = [end for end in range(len(good)) if reads(read, good[:end])]
    assert all(end > len(good) // 4 for end in read_at)  # further on, some can do without their last lines


def steps(read: Read, data: bytes) -> int:
    """Count the lines of Python that run while this is read: what a clock would only guess at."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        reads(read, data)
    finally:
        sys.settrace(before)
    return count


JUNK = [
    b"\n",
    b"\n\n",
    b"a",
    b"a\n",
    b" ",
    b"+",
    b"A===",
    b"#\n",
    "— ".encode(),
    "— a AAAAAAAA\n".encode(),
    b"quorum none\n",
    b"\xf0\x9f\x94\x94",
    b"\xff",
    b"9",
]


@each_reader
@pytest.mark.parametrize("junk", JUNK)
def test_twice_the_junk_costs_at_most_twice_the_steps(read: Read, good: bytes, junk: bytes) -> None:
    sizes = (1 << 14, 1 << 15)
    for before, after in ((b"", b""), (good, b""), (b"", good), (good[: len(good) // 2], good[len(good) // 2 :])):
        once, twice = (steps(read, before + junk * (size // len(junk)) + after) for size in sizes)
        assert twice <= 2 * once + 100, (before, after)


@each_reader
def test_beyond_the_limit_junk_costs_next_to_nothing(read: Read, good: bytes) -> None:
    limit = max(NOTE_LIMIT, PROOF_FILE_LIMIT, POLICY_LIMIT)
    assert steps(read, good + b"\n" * limit) <= steps(read, good) + 50


def policy_of(groups: int) -> bytes:
    lines = [f"group g{n + 1} any g{n}\n" for n in range(groups)]
    return f"log {LOG.vkey}\nwitness g0 {WITNESS.vkey}\n{''.join(lines)}quorum g{groups}\n".encode()


def test_a_policy_twice_as_long_costs_at_most_twice_the_steps() -> None:
    once, twice = (steps(lambda data: judge(read_policy(data), NOTE), policy_of(groups)) for groups in (2000, 4000))
    assert once > 2000
    assert twice <= 2 * once + 100


def test_many_keys_cost_a_step_for_each_and_not_for_each_pair() -> None:
    keys = [Signer(f"log-{number}", number.to_bytes(32, "big")).vkey for number in range(400)]
    once, twice = (steps(partial(open_note, vkeys=[*keys[:most], LOG.vkey]), NOTE) for most in (200, 400))
    assert twice <= 2 * once + 100
