"""Signed notes: ours, other people's, and spoiled ones."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.vectors import load, raw
from tocsin.basis.errors import Refused
from tocsin.record import NOTE_LIMIT, Signer, open_note, parse_vkey, sign_note
from tocsin.record.note import verified

OURS = Signer("warn.example.org/record", b"\x01" * 32)
NEXT = Signer("warn.example.org/record", b"\x02" * 32)
OTHER = Signer("witness.example.net", b"\x03" * 32)
TEXT = b"The bridge is closed.\n\nUse the ford.\n"
NOTE = sign_note(TEXT, OURS)
patient = settings(deadline=None)


def holds(note: bytes, *signers: Signer) -> bool:
    try:
        open_note(note, [signer.vkey for signer in signers])
    except Refused:
        return False
    return True


def test_what_was_signed_opens() -> None:
    assert open_note(NOTE, [OURS.vkey]) == TEXT


def test_a_rotation_is_signed_by_both_keys_and_opens_with_either() -> None:
    note = sign_note(TEXT, OURS, NEXT)
    assert holds(note, OURS)
    assert holds(note, NEXT)
    assert holds(note, OURS, NEXT)


def test_a_stranger_s_signature_is_ignored_and_alone_is_not_enough() -> None:
    assert open_note(sign_note(TEXT, OTHER, OURS), [OURS.vkey]) == TEXT
    assert not holds(sign_note(TEXT, OTHER), OURS)
    assert not holds(NOTE)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("— witness.example.net QUFBQQ==\n", id="a key id and no signature"),
        pytest.param("— witness.example.net QUE=\n", id="half a key id"),
        pytest.param("— witness.example.net \n", id="nothing after the name"),
        pytest.param("—  QUFBQUE=\n", id="no name"),
        pytest.param("- witness.example.net QUFBQUE=\n", id="a hyphen for the dash"),
        pytest.param("— witness.example.net QUFBQUE= more\n", id="more than a signature"),
    ],
)
def test_a_malformed_line_beside_a_good_signature_refuses_the_note(line: str) -> None:
    assert holds(NOTE + "— witness.example.net QUFBQUE=\n".encode(), OURS)
    assert not holds(NOTE + line.encode(), OURS)


def test_one_listed_key_that_fails_refuses_the_note() -> None:
    spoiled = NOTE + sign_note(b"Something else.\n", OTHER).rpartition(b"\n\n")[2]
    assert holds(spoiled, OURS)
    assert not holds(spoiled, OURS, OTHER)


def test_a_second_signature_by_the_same_key_is_verified_too() -> None:
    spoiled = NOTE + sign_note(b"Something else.\n", OURS).rpartition(b"\n\n")[2]
    assert not holds(spoiled, OURS)


def test_neither_name_nor_key_id_alone_makes_a_key_known() -> None:
    namesake = Signer(OURS.name, b"\x09" * 32)
    assert not holds(NOTE, namesake)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"no newline", id="no newline at the end"),
        pytest.param(b"", id="empty"),
        pytest.param(b"a\rb\n", id="a carriage return"),
        pytest.param(b"\xff\n", id="not UTF-8"),
        pytest.param(b"x" * NOTE_LIMIT + b"\n", id="too long"),
    ],
)
def test_a_text_that_would_not_open_again_is_not_signed(text: bytes) -> None:
    with pytest.raises(Refused):
        sign_note(text, OURS)


def test_nobody_signs_nothing() -> None:
    with pytest.raises(Refused):
        sign_note(TEXT)


def test_a_flipped_bit_anywhere_in_a_note_is_refused() -> None:
    for bit in range(len(NOTE) * 8):
        spoiled = bytearray(NOTE)
        spoiled[bit // 8] ^= 1 << bit % 8
        assert not holds(bytes(spoiled), OURS), f"bit {bit}"


def test_a_note_cut_short_anywhere_is_refused() -> None:
    assert not any(holds(NOTE[:end], OURS) for end in range(len(NOTE)))


def test_a_note_that_is_too_long_is_refused_before_it_is_read() -> None:
    assert not holds(b"\n" * (NOTE_LIMIT + 1) + NOTE, OURS)


@patient
@given(
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n")),
    st.binary(min_size=32, max_size=32),
)
def test_every_text_a_note_can_hold_comes_back(text: str, seed: bytes) -> None:
    signer = Signer("a.example", seed)
    raw_text = (text + "\n").encode()
    assert open_note(sign_note(raw_text, signer), [signer.vkey]) == raw_text


@patient
@given(st.binary(max_size=300), st.binary(max_size=300))
def test_junk_is_refused_and_nothing_else(before: bytes, after: bytes) -> None:
    assert not holds(before, OURS)
    assert not holds(before + NOTE[:40] + after, OURS)
    if after:
        assert not holds(NOTE + after, OURS)


def opened(note: bytes, vkeys: list[str]) -> bytes | None:
    try:
        return open_note(note, vkeys)
    except Refused:
        return None


def test_every_case_of_the_go_notes() -> None:
    for case in load("sumdb-note", "open_cases.json"):
        note = raw(case["msg_b64"])
        expected = note.rpartition(b"\n\n")[0] + b"\n" if case["ok"] else None
        assert opened(note, case["vkeys"]) == expected, case["desc"]
        if case["ok"]:
            _, signed = verified(note, map(parse_vkey, case["vkeys"]))
            assert list(dict.fromkeys(key.name for key, _ in signed)) == case["verified"], case["desc"]


def test_the_example_of_the_specification() -> None:
    example = load("c2sp-examples", "signed_note.json")
    assert open_note(example["note"].encode(), [example["vkey"]]) == b"This is an example message.\n"


class Awkward:
    """What no caller should hand in."""

    def __iter__(self) -> "Awkward":
        raise RuntimeError("not to be gone through")

    def __repr__(self) -> str:
        raise RuntimeError("not to be shown")


@pytest.mark.parametrize(
    ("note", "vkeys"),
    [
        pytest.param(NOTE, None, id="no keys"),
        pytest.param(NOTE, OURS.vkey, id="one key without a list"),
        pytest.param(NOTE, Awkward(), id="no list"),
        pytest.param(NOTE, [Awkward()], id="a key that is no text"),
        pytest.param(NOTE, [OURS.vkey.encode()], id="a key as bytes"),
        pytest.param(NOTE, ["\ud800+" + OURS.vkey], id="a lone surrogate for a name"),
        pytest.param(NOTE, [OURS.vkey + "\udcff"], id="a lone surrogate in the base64"),
        pytest.param(NOTE, ["+" * 10_000_000], id="a key without end"),
        pytest.param(NOTE, [OURS.vkey, "junk"], id="one good key and one bad"),
        pytest.param(None, [OURS.vkey], id="no note"),
        pytest.param(NOTE.decode(), [OURS.vkey], id="a note as text"),
        pytest.param(Awkward(), [OURS.vkey], id="a note that is neither"),
    ],
)
def test_whatever_is_handed_in_is_refused_and_nothing_else(note: Any, vkeys: Any) -> None:
    with pytest.raises(Refused):
        open_note(note, vkeys)
