"""Entries: canonical, short, and sealed ones all of one size."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.moment import rfc3339
from tocsin.record import (
    NOT_WITNESSED,
    Seal,
    canonical,
    leaf_hash,
    nodes_over,
    prove_inclusion,
    read_entry,
    read_seal,
    root_of,
    verify_inclusion,
)
from tocsin.record.entry import ENTRY_LIMIT, plain_entry, read_moment, sealed_entry

AT = datetime(2024, 3, 7, 18, 0, tzinfo=UTC)
NAIVE = AT.replace(tzinfo=None)
ROOT = b"\xab" * 32
HOUR = timedelta(hours=1)
SEAL = Seal(at=AT, open_by=AT + 730 * 24 * HOUR, root=ROOT, kept=b"\xcd" * 32, settled=AT - HOUR)
WRITTEN = (
    b'{"after":"' + NOT_WITNESSED.hex().encode() + b'","at":"2024-03-07T18:00:00Z","kept":"' + b"cd" * 32 + b'",'
    b'"kind":"sealed","open_by":"2026-03-07T18:00:00Z","root":"' + b"ab" * 32 + b'",'
    b'"settled":"2024-03-07T17:00:00Z","v":1}'
)


def test_an_entry_is_written_in_one_way() -> None:
    entry = plain_entry("AlertIssued", "abc", AT, cap_sha256="00" * 32)
    assert entry == (
        b'{"at":"2024-03-07T18:00:00Z","cap_sha256":"' + b"00" * 32 + b'","kind":"AlertIssued","subject":"abc","v":1}'
    )
    assert read_entry(entry)["kind"] == "AlertIssued"


def test_a_moment_stands_in_utc_wherever_it_was_told() -> None:
    in_moscow = datetime(2024, 3, 7, 21, 0, tzinfo=timezone(timedelta(hours=3)))
    assert plain_entry("a", "b", in_moscow) == plain_entry("a", "b", AT)


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"text": "x" * ENTRY_LIMIT}, id="too long"),
        pytest.param({"raw": b"bytes"}, id="bytes"),
        pytest.param({"count": 2**53}, id="a number that JSON cannot keep"),
        pytest.param({"share": float("nan")}, id="no number"),
        pytest.param({"text": "\ud800"}, id="half a character"),
        pytest.param({"\ud800": 1}, id="half a character for a name"),
        pytest.param({"v": 2}, id="another version"),
    ],
)
def test_what_is_no_entry_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        plain_entry("a", "b", AT, **fields)


def test_a_plain_entry_does_not_pass_for_a_sealed_one() -> None:
    with pytest.raises(Refused):
        plain_entry("sealed", "b", AT, root="00" * 32)


def test_a_moment_without_an_offset_is_refused() -> None:
    with pytest.raises(Refused, match="has no offset"):
        plain_entry("a", "b", NAIVE)
    for name in ("at", "open_by", "settled"):
        with pytest.raises(Refused, match="has no offset"):
            sealed_entry(replace(SEAL, **{name: NAIVE}))


# ---- sealed entries

moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=st.timezones(), allow_imaginary=False)  # noqa: DTZ001  given there
hashes = st.binary(min_size=32, max_size=32)


def test_a_sealed_entry_is_written_in_one_way() -> None:
    assert sealed_entry(SEAL) == WRITTEN
    assert read_seal(read_entry(WRITTEN)) == SEAL


@given(st.builds(Seal, at=moments, open_by=moments, root=hashes, kept=hashes, settled=moments, after=hashes))
def test_every_sealed_entry_has_the_same_size_and_reads_back(seal: Seal) -> None:
    entry = sealed_entry(seal)
    assert len(entry) == len(WRITTEN)
    told = {name: getattr(seal, name).replace(microsecond=0) for name in ("at", "open_by", "settled")}
    assert read_seal(read_entry(entry)) == replace(seal, **told)


def test_fractions_of_a_second_are_not_told() -> None:
    assert sealed_entry(replace(SEAL, at=AT + timedelta(microseconds=999_999))) == WRITTEN


@pytest.mark.parametrize("name", ["root", "kept", "after"])
@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_seal_without_a_root_is_refused(name: str, size: int) -> None:
    with pytest.raises(Refused, match=f"A seal's {name} has 32 bytes, not {size}"):
        sealed_entry(replace(SEAL, **{name: b"r" * size}))


@pytest.mark.parametrize("name", ["after", "at", "kept", "open_by", "root", "settled"])
@pytest.mark.parametrize(
    "other",
    [
        pytest.param(None, id="nothing"),
        pytest.param(5, id="a number"),
        pytest.param([], id="a list"),
        pytest.param("", id="empty"),
        pytest.param("ab" * 31, id="short"),
        pytest.param("AB" * 32, id="capitals"),
        pytest.param("ab " * 32, id="spaces"),
        pytest.param("ab" * 32 + "\n", id="a newline behind"),
        pytest.param("é" * 64, id="no hexadecimal"),
        pytest.param("2024-03-07", id="a day"),
        pytest.param("2024-03-07T18:00:00", id="no offset"),
        pytest.param("2024-03-07T18:00:00+00:00", id="another offset"),
        pytest.param("2024-03-07 18:00:00Z", id="a space for the T"),
        pytest.param("2024-W10-4T18:00:00Z", id="a week"),
        pytest.param("2024-02-30T18:00:00Z", id="no day"),
        pytest.param("2024-03-07T24:61:00Z", id="no hour"),
        pytest.param("0000-03-07T18:00:00Z", id="no year"),
        pytest.param("2024-03-07T18:00:00Z\n", id="a moment and a newline"),
        pytest.param("٢٠٢٤-03-07T18:00:00Z", id="digits that are not ASCII"),
        pytest.param("0001-01-01T00:00:00+23:59", id="before all moments"),
    ],
)
def test_a_sealed_entry_that_does_not_say_what_it_must_is_refused(name: str, other: Any) -> None:
    said = read_entry(WRITTEN)
    for entry in ({**said, name: other}, {key: value for key, value in said.items() if key != name}):
        with pytest.raises(Refused):
            read_seal(entry)


def test_a_plain_entry_is_not_read_as_a_sealed_one() -> None:
    said = {**read_entry(WRITTEN), "kind": "AlertIssued"}
    with pytest.raises(Refused, match="of kind 'AlertIssued', not a sealed one"):
        read_seal(read_entry(canonical(said)))


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_is_read_as_it_is_written(at: datetime) -> None:
    assert read_moment(read_entry(plain_entry("a", "b", at))["at"]) == at


@given(st.text(max_size=40) | st.from_regex(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?Z\Z"))
def test_whatever_stands_for_a_moment_is_read_or_refused(text: str) -> None:
    try:
        moment = read_moment(text)
    except Refused:
        return
    assert rfc3339(moment) == text.replace(".000000Z", "Z")


# ---- reading


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"[" * ENTRY_LIMIT, id="depth without end"),
        pytest.param(b'{"a":' * 200 + b"1" + b"}" * 200, id="deep and no entry"),
        pytest.param(b'{"at":"x","kind":"a","v":1} ', id="a space behind"),
        pytest.param(b'{"kind":"a","at":"x","v":1}', id="in another order"),
        pytest.param(b'{"at":"x","at":"x","kind":"a","v":1}', id="a name twice"),
        pytest.param(b'{"at":"x","kind":"\\u0061","v":1}', id="an escape that need not be"),
        pytest.param(b'{"at":"x","kind":"a","v":1.0}', id="a fraction that need not be"),
        pytest.param(b'{"at":"x","kind":"a","v":true}', id="a truth for a version"),
        pytest.param(b'{"at":"x","kind":"a"}', id="no version"),
        pytest.param(b'{"at":"x","v":1}', id="no kind"),
        pytest.param(b'{"at":"x","kind":"\xff","v":1}', id="not UTF-8"),
        pytest.param(b'{"at":"x","kind":"\\ud800","v":1}', id="half a character"),
        pytest.param(b'{"at":"x","kind":"a","n":' + b"9" * 900 + b',"v":1}', id="a number without end"),
        pytest.param(b'{"at":"x","kind":"a","n":NaN,"v":1}', id="no number"),
        pytest.param(b'{"at":"x","kind":"a","t":"' + b"x" * ENTRY_LIMIT + b'","v":1}', id="too long"),
    ],
)
def test_what_was_not_written_as_an_entry_is_not_read_as_one(data: bytes) -> None:
    with pytest.raises(Refused):
        read_entry(data)


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_junk_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_entry(data)


def test_every_flipped_bit_in_an_entry_undoes_its_proof() -> None:
    entry = plain_entry("AlertIssued", "abc", AT, cap_sha256="00" * 32)
    leaves = [leaf_hash(b"before"), leaf_hash(entry), leaf_hash(b"after")]
    proof, root = prove_inclusion(1, 3, nodes_over(leaves)), root_of(leaves)
    assert verify_inclusion(1, 3, leaf_hash(entry), proof, root)
    for bit in range(len(entry) * 8):
        other = bytearray(entry)
        other[bit // 8] ^= 1 << bit % 8
        assert not verify_inclusion(1, 3, leaf_hash(bytes(other)), proof, root)


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(codec="utf-8"), max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abcé", max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["hash", "size", "of", "é"]), values))
def test_every_plain_entry_reads_back(fields: dict[str, Any]) -> None:
    entry = plain_entry("AlertIssued", "abc", AT, **fields)
    expected = {**fields, "at": "2024-03-07T18:00:00Z", "kind": "AlertIssued", "subject": "abc", "v": 1}
    assert read_entry(entry) == expected
