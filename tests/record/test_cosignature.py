"""Cosignatures: what they sign, what they state, and what is none."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.record.signed_note import LOG, NOON, NOTE, ORIGIN, TEXT
from tocsin.basis.errors import Refused
from tocsin.record import (
    Checkpoint,
    Cosigner,
    Signer,
    add_signatures,
    cosigned_at,
    leaf_hash,
    open_note,
    sign_note,
    write_checkpoint,
)
from tocsin.record.algorithms import LATEST, cosigned_message
from tocsin.record.note import signature_line

SEED = b"\x03" * 32
WITNESS = Cosigner("witness.example.net/w1", SEED)
COSIGNED = add_signatures(NOTE, [WITNESS.line(TEXT, NOON)])


def test_a_cosignature_is_what_the_specification_spells_out() -> None:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    public = private.public_key().public_bytes_raw()
    identity = sha256(b"witness.example.net/w1\n\x04" + public).digest()[:4]
    message = b"cosignature/v1\ntime 1709812800\n" + TEXT
    raw = identity + (1_709_812_800).to_bytes(8, "big") + private.sign(message)
    assert WITNESS.line(TEXT, NOON) == f"— witness.example.net/w1 {base64.b64encode(raw).decode()}\n"
    encoded = base64.b64encode(b"\x04" + public).decode()
    assert WITNESS.vkey == f"witness.example.net/w1+{identity.hex()}+{encoded}"


def test_a_cosigned_note_opens_with_the_witness_s_key_and_tells_the_time() -> None:
    assert open_note(COSIGNED, [WITNESS.vkey]) == TEXT
    assert open_note(COSIGNED, [LOG.vkey, WITNESS.vkey]) == TEXT
    assert cosigned_at(COSIGNED, WITNESS.vkey) == NOON


def test_the_moment_is_cut_to_the_second_wherever_the_clock_stands() -> None:
    at = datetime(2024, 3, 7, 15, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=3)))
    assert WITNESS.line(TEXT, at) == WITNESS.line(TEXT, NOON)


def test_of_several_cosignatures_the_earliest_tells_when_it_was_seen() -> None:
    note = COSIGNED + WITNESS.line(TEXT, NOON - timedelta(hours=1)).encode()
    assert cosigned_at(note, WITNESS.vkey) == NOON - timedelta(hours=1)


def test_a_log_s_signature_is_no_cosignature_nor_the_other_way_round() -> None:
    twin, log = Cosigner("a.example", SEED), Signer("a.example", SEED)
    with pytest.raises(Refused):
        open_note(sign_note(TEXT, log), [twin.vkey])
    with pytest.raises(Refused):
        open_note(TEXT + b"\n" + twin.line(TEXT, NOON).encode(), [log.vkey])
    passed_off = signature_line(twin.name, twin.key_id + bytes(8) + base64.b64decode(log.line(TEXT).split()[-1])[4:])
    with pytest.raises(Refused):
        open_note(TEXT + b"\n" + passed_off.encode(), [twin.vkey])


def test_a_log_s_key_tells_no_time() -> None:
    with pytest.raises(Refused, match="no cosigner's key"):
        cosigned_at(COSIGNED, LOG.vkey)


def test_a_witness_that_has_not_cosigned_tells_no_time() -> None:
    with pytest.raises(Refused, match="has not cosigned"):
        cosigned_at(COSIGNED, Cosigner("other.example", SEED).vkey)


def passes(read: Callable[[], object]) -> bool:
    try:
        read()
    except Refused:
        return False
    return True


def stating(seconds: int) -> bytes:
    """A note with the witness's good signature over a time that only a 64-bit number has."""
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    signature = seconds.to_bytes(8, "big") + private.sign(cosigned_message(TEXT, seconds))
    return TEXT + b"\n" + signature_line(WITNESS.name, WITNESS.key_id + signature).encode()


@pytest.mark.parametrize(
    ("seconds", "opens", "tells"),
    [
        pytest.param(0, True, True, id="1970"),
        pytest.param(253_402_300_799, True, True, id="the last second of 9999"),
        pytest.param(253_402_300_800, True, False, id="the first of the year 10000"),
        pytest.param(LATEST, True, False, id="the latest that may be signed"),
        pytest.param(LATEST + 1, False, False, id="one beyond it"),
        pytest.param((1 << 64) - 1, False, False, id="all bits set"),
    ],
)
def test_a_time_counts_as_far_as_a_calendar_goes(seconds: int, opens: bool, tells: bool) -> None:
    note = stating(seconds)
    assert passes(lambda: open_note(note, [WITNESS.vkey])) is opens
    assert passes(lambda: cosigned_at(note, WITNESS.vkey)) is tells


@pytest.mark.parametrize(
    ("text", "at"),
    [
        pytest.param(b"The bridge is closed.\n", NOON, id="no checkpoint"),
        pytest.param(TEXT[:-1], NOON, id="a checkpoint cut short"),
        pytest.param(TEXT, datetime(2024, 3, 7), id="a moment without offset"),  # noqa: DTZ001 - that is the case
        pytest.param(TEXT, datetime(1969, 12, 31, tzinfo=UTC), id="before 1970"),
    ],
)
def test_what_would_state_nothing_is_not_cosigned(text: bytes, at: datetime) -> None:
    with pytest.raises(Refused):
        WITNESS.line(text, at)


@pytest.mark.parametrize("size", [0, 8, 63, 64, 71, 73])
def test_a_cosignature_of_another_length_is_refused(size: int) -> None:
    line = signature_line(WITNESS.name, WITNESS.key_id + b"\x00" * size)
    with pytest.raises(Refused):
        open_note(NOTE + line.encode(), [LOG.vkey, WITNESS.vkey])


def test_a_flipped_bit_anywhere_in_a_cosigned_note_is_refused() -> None:
    note = TEXT + b"\n" + WITNESS.line(TEXT, NOON).encode()
    assert open_note(note, [WITNESS.vkey]) == TEXT
    for bit in range(len(note) * 8):
        spoiled = bytearray(note)
        spoiled[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Refused):
            open_note(bytes(spoiled), [WITNESS.vkey])


def test_a_flipped_bit_in_a_line_that_nobody_asked_for_changes_nothing_or_is_refused() -> None:
    start = len(NOTE)
    unread = 0
    for bit in range(start * 8, len(COSIGNED) * 8):
        spoiled = bytearray(COSIGNED)
        spoiled[bit // 8] ^= 1 << bit % 8
        try:
            assert open_note(bytes(spoiled), [LOG.vkey]) == TEXT
            unread += 1
        except Refused:
            continue
    assert unread > 100


@given(
    st.integers(0, (1 << 64) - 1),
    st.integers(0, 253_402_300_799),
    st.text(st.characters(exclude_categories=["Z", "C"], exclude_characters="+"), min_size=1, max_size=30),
)
def test_every_cosignature_opens_and_tells_its_moment(size: int, seconds: int, name: str) -> None:
    text = write_checkpoint(Checkpoint(ORIGIN, size, leaf_hash(b"") if size else sha256(b"").digest()))
    cosigner = Cosigner(name, SEED)
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    note = add_signatures(sign_note(text, LOG), [cosigner.line(text, at)])
    assert open_note(note, [LOG.vkey, cosigner.vkey]) == text
    assert cosigned_at(note, cosigner.vkey) == at
