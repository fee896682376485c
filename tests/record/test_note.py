"""Signed notes: ours, other people's, and spoiled ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.vectors import load, raw
from tocsin.basis.errors import Refused
from tocsin.record import open_note, parse_vkey, write_vkey
from tocsin.record.note import NOTE_LIMIT, Signer, ed25519_verifies, from_base64, sign_note

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


def test_the_seed_is_not_shown() -> None:
    assert (b"\x01" * 32).hex() not in repr(OURS)
    assert repr(OURS) == f"Signer({OURS.vkey!r})"


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


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\u00a0b", "a\nb", "\udc80"])
def test_such_a_name_names_no_key(name: str) -> None:
    with pytest.raises(Refused):
        Signer(name, b"\x01" * 32)


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_seed_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(Refused):
        Signer("a", b"s" * size)


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


@patient
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


def test_the_go_verifier_keys() -> None:
    vkeys = load("sumdb-note", "vkeys.json")
    for good in vkeys["good"]:
        key = parse_vkey(good)
        assert write_vkey(key.name, key.public) == good
    for bad in vkeys["bad"]:
        with pytest.raises(Refused):
            parse_vkey(bad["vkey"])


def test_the_example_of_the_specification() -> None:
    example = load("c2sp-examples", "signed_note.json")
    assert open_note(example["note"].encode(), [example["vkey"]]) == b"This is an example message.\n"


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
    assert not ed25519_verifies(OURS.public, b"", b"s" * size)
