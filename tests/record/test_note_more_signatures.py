"""Adding signatures to a note that stands."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.record.signed_note import LOG, NOON, NOTE, ORIGIN, TEXT
from tocsin.basis.errors import Refused
from tocsin.record import NOTE_LIMIT, Cosigner, Signer, add_signatures, cosigned_at, open_note, sign_note
from tocsin.record.note import SIGNATURE_LIMIT, signature_line

NEXT = Signer(ORIGIN, b"\x02" * 32)
WITNESSES = [Cosigner(f"witness-{number}.example", bytes([number]) * 32) for number in range(SIGNATURE_LIMIT)]
FIRST, SECOND, *_ = WITNESSES
LATER = NOON + timedelta(seconds=1)


def test_a_cosignature_is_put_under_a_note_whose_bytes_stay() -> None:
    line = FIRST.line(TEXT, NOON)
    assert add_signatures(NOTE, [line]) == NOTE + line.encode()


def test_a_note_under_rotation_keeps_both_signatures_and_gains_two() -> None:
    lines = [FIRST.line(TEXT, NOON), SECOND.line(TEXT, NOON)]
    note = add_signatures(sign_note(TEXT, LOG, NEXT), lines)
    assert note.count("\n— ".encode()) == 4
    for key in (LOG, NEXT, FIRST, SECOND):
        assert open_note(note, [key.vkey]) == TEXT
    assert open_note(note, [key.vkey for key in (LOG, NEXT, FIRST, SECOND)]) == TEXT


def test_a_later_cosignature_takes_the_place_of_the_earlier() -> None:
    early, late, other = FIRST.line(TEXT, NOON), FIRST.line(TEXT, LATER), SECOND.line(TEXT, NOON)
    note = add_signatures(add_signatures(NOTE, [early, other]), [late])
    assert note == NOTE + other.encode() + late.encode()
    assert cosigned_at(note, FIRST.vkey) == LATER


@pytest.mark.parametrize("again", [pytest.param(NOON, id="the same"), pytest.param(LATER, id="an earlier")])
def test_nothing_changes_when_a_line_comes_again_or_late(again: datetime) -> None:
    note = add_signatures(NOTE, [FIRST.line(TEXT, again)])
    assert add_signatures(note, [FIRST.line(TEXT, NOON)]) == note
    assert add_signatures(note, []) == note


def test_of_two_cosignatures_of_one_second_the_first_stays() -> None:
    note = add_signatures(NOTE, [FIRST.line(TEXT, NOON)])
    other = signature_line(FIRST.name, FIRST.key_id + (1_709_812_800).to_bytes(8, "big") + bytes(64))
    assert add_signatures(note, [other]) == note


@pytest.mark.parametrize("raw", [pytest.param(64, id="a signature"), pytest.param(72, id="a cosignature")])
def test_a_witness_cannot_replace_the_log_s_own_signature(raw: int) -> None:
    forged = signature_line(LOG.name, LOG.key_id + bytes(raw))
    with pytest.raises(Refused, match="not replaced"):
        add_signatures(NOTE, [forged])
    assert add_signatures(NOTE, [LOG.line(TEXT)]) == NOTE


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("", id="nothing"),
        pytest.param("\n", id="an empty line"),
        pytest.param(FIRST.line(TEXT, NOON)[:-1], id="no newline"),
        pytest.param(FIRST.line(TEXT, NOON)[:-1] + " ", id="a space for the newline"),
        pytest.param(FIRST.line(TEXT, NOON) + "\n", id="two newlines"),
        pytest.param(FIRST.line(TEXT, NOON) * 2, id="two lines in one"),
        pytest.param(FIRST.line(TEXT, NOON)[2:], id="no dash"),
        pytest.param("— \ud800 QUFBQUE=\n", id="a lone surrogate for a name"),
        pytest.param("— a.example QUFBQQ==\n", id="a key id alone"),
    ],
)
def test_a_line_that_would_spoil_the_note_is_refused(line: str) -> None:
    with pytest.raises(Refused):
        add_signatures(NOTE, [line])


def test_what_is_no_note_gains_no_signature() -> None:
    for bad in (TEXT, TEXT + b"\n", NOTE[:-1]):
        with pytest.raises(Refused):
            add_signatures(bad, [FIRST.line(TEXT, NOON)])


def test_a_note_has_room_for_so_many_signatures_and_no_more() -> None:
    lines = [witness.line(TEXT, NOON) for witness in WITNESSES]
    full = add_signatures(NOTE, lines[:-1])
    assert open_note(full, [WITNESSES[-2].vkey]) == TEXT
    assert add_signatures(full, [FIRST.line(TEXT, LATER)]).count(b"\n") == full.count(b"\n")
    for more in (lines, lines[-1:] * 2 + lines):
        with pytest.raises(Refused):
            add_signatures(NOTE, more)
    with pytest.raises(Refused):
        add_signatures(full, lines[-1:])
    with pytest.raises(Refused, match="101 are to be added"):
        add_signatures(NOTE, lines[:1] * (SIGNATURE_LIMIT + 1))
    with pytest.raises(Refused):
        sign_note(TEXT, *[LOG] * (SIGNATURE_LIMIT + 1))


def test_a_note_never_grows_past_its_limit() -> None:
    long = signature_line("a.example", b"k" * (NOTE_LIMIT // 2))
    other = signature_line("b.example", b"k" * (NOTE_LIMIT // 2))
    with pytest.raises(Refused, match=str(NOTE_LIMIT)):
        add_signatures(add_signatures(NOTE, [long]), [other])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12), st.integers(0, 12))
def test_in_whatever_order_they_come_the_latest_of_each_stays(came: list[tuple[int, int]], cut: int) -> None:
    lines = [WITNESSES[who].line(TEXT, NOON + timedelta(seconds=when)) for who, when in came]
    note = add_signatures(add_signatures(NOTE, lines[:cut]), lines[cut:])
    assert note.startswith(NOTE)
    latest = {who: max(when for other, when in came if other == who) for who, _ in came}
    assert note.count("\n— ".encode()) == 1 + len(latest)
    for who, when in latest.items():
        assert cosigned_at(note, WITNESSES[who].vkey) == NOON + timedelta(seconds=when)
