"""The words every room shares."""

import base64
import hmac
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Fact, upcast
from tocsin.basis.foreign import read_json
from tocsin.basis.ids import base32, base32_each, hmac_of, hmac_under, keyed_id, keyed_ids, new_id
from tocsin.basis.marking import Mark, Reader, Role, may_read
from tocsin.basis.moment import rfc3339, spell, utc, zone

OFFICER = Reader(person="ann", roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER_STRICT)
ADMINISTRATOR = Reader(person="root", roles=frozenset({Role.ADMINISTRATOR}), cleared_to=Mark.AMBER_STRICT)
PUBLIC = Reader()


@pytest.mark.parametrize(
    ("reader", "mark", "named", "may"),
    [
        pytest.param(PUBLIC, Mark.CLEAR, (), True, id="anyone reads CLEAR"),
        pytest.param(PUBLIC, Mark.GREEN, (), False, id="the public reads nothing else"),
        pytest.param(OFFICER, Mark.AMBER, (), True, id="cleared above"),
        pytest.param(OFFICER, Mark.AMBER_STRICT, (), True, id="cleared exactly"),
        pytest.param(Reader(person="x", cleared_to=Mark.AMBER), Mark.AMBER_STRICT, (), False, id="cleared below"),
        pytest.param(OFFICER, Mark.RED, (), False, id="RED and not named"),
        pytest.param(OFFICER, Mark.RED, ("ann",), True, id="RED and named"),
        pytest.param(ADMINISTRATOR, Mark.RED, ("ann",), False, id="administrators are not excepted"),
        pytest.param(PUBLIC, Mark.RED, ("",), False, id="nobody is not somebody without a name"),
        pytest.param(Reader(person="ann", cleared_to=Mark.RED), Mark.RED, (), False, id="clearance opens no RED"),
    ],
)
def test_who_may_read_what(reader: Reader, mark: Mark, named: tuple[str, ...], may: bool) -> None:
    assert may_read(reader, mark, frozenset(named)) is may


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2024-03-07T18:00:00Z", datetime(2024, 3, 7, 18, tzinfo=UTC), id="Z"),
        pytest.param("2024-03-07T21:00:00+03:00", datetime(2024, 3, 7, 18, tzinfo=UTC), id="an offset"),
    ],
)
def test_moments_are_read_into_utc(text: str, moment: datetime) -> None:
    assert utc(text) == moment
    assert rfc3339(utc(text)) == "2024-03-07T18:00:00Z"


@pytest.mark.parametrize("text", ["", "yesterday", "2024-03-07T18:00:00", "2024-13-01T00:00:00Z"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        utc(text)


@pytest.mark.parametrize("name", ["", "Moscow", "../etc/passwd", "Europe/Nowhere"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(Refused):
        zone(name)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=41), "41 s"),
        (timedelta(minutes=59, seconds=59), "59 min 59 s"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=11, hours=19, minutes=4), "11 d 19 h"),
    ],
)
def test_lengths_are_said_in_two_units_at_most(length: timedelta, words: str) -> None:
    assert spell(length) == words


@given(st.binary(max_size=70))
def test_base32_is_the_librarys_in_lower_case_and_without_padding(raw: bytes) -> None:
    assert base32(raw) == base64.b32encode(raw).decode().rstrip("=").lower()


@example([b"", b""])
@given(st.integers(0, 40).flatmap(lambda size: st.lists(st.binary(min_size=size, max_size=size), max_size=5)))
def test_base32_of_many_is_that_of_each(raws: list[bytes]) -> None:
    assert base32_each(raws) == [base32(raw) for raw in raws]


@given(st.binary(max_size=64), st.binary(max_size=200))
def test_hmacs_are_the_librarys(key: bytes, message: bytes) -> None:
    expected = hmac.digest(key, message, "sha256")
    assert hmac_of(key, message) == hmac_under(key)(message) == expected


def test_keyed_ids_of_many_are_those_of_each() -> None:
    many = [("warning", person, "mail", "0") for person in ("anna", "", "ben")]
    assert keyed_ids(b"k", many) == [keyed_id(b"k", *names) for names in many]
    assert keyed_ids(b"k", []) == []


def test_ids_are_random_and_keyed_ids_are_not() -> None:
    assert len({new_id(os.urandom) for _ in range(1_000)}) == 1_000
    assert keyed_id(b"k", "warning", "person", "mail", "0") == keyed_id(b"k", "warning", "person", "mail", "0")
    assert keyed_id(b"k", "warning", "person", "mail", "0") != keyed_id(b"l", "warning", "person", "mail", "0")


@given(st.binary(min_size=16, max_size=16))
def test_an_id_is_26_letters_of_base32(raw: bytes) -> None:
    id = new_id(lambda count: raw[:count])
    assert len(id) == 26
    assert id == id.lower()


class Rained(Fact, frozen=True, kw_only=True):
    """It rained. Version 1 said inches; version 2 said millimetres; version 3 also where."""

    version: ClassVar[int] = 3
    upcasters: ClassVar[Any] = {
        1: lambda body: {"mm": body["inches"] * 25.4},
        2: lambda body: {**body, "where": "somewhere"},
    }

    mm: float
    where: str


def test_a_fact_of_any_earlier_version_is_read_as_one_of_today() -> None:
    now = datetime(2031, 5, 6, tzinfo=UTC)
    for v, body in ((1, {"inches": 2.0}), (2, {"mm": 50.8}), (3, {"mm": 50.8, "where": "somewhere"})):
        whole = upcast(Rained, v, dict(body)) | {"subject": "sky", "occurred_at": now}
        assert msgspec.convert(whole, Rained) == Rained(subject="sky", occurred_at=now, mm=50.8, where="somewhere")


def test_a_fact_of_a_later_version_is_refused() -> None:
    with pytest.raises(Refused, match="newer Tocsin"):
        upcast(Rained, 4, {})


@pytest.mark.parametrize(
    "raw",
    [
        b'"\xff"', b'{"a": "\xe2\x82"}', b'{"\xff": 1}', b"\xff", b"", b'"\\ud800"', b"{} {}", b"9" * 50, b"1e999", b"[" * 50_000,
        "\ud800", "", 5, None, b"7",
    ],
)  # fmt: skip
def test_what_is_no_json_of_that_form_is_refused_in_a_sentence(raw: Any) -> None:
    with pytest.raises(Refused, match=r"^[A-Z].*\.$") as told:
        read_json(raw, dict[str, Any])
    assert str(told.value).count(".") == 1


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_whatever_is_read_as_json_is_read_or_refused(raw: bytes | str) -> None:
    with suppress(Refused):
        read_json(raw)
    for start, end in ((b'"', b'"'), (b'{"', b'": 1}'), (b"[", b"]")):
        with suppress(Refused):
            read_json(start + (raw if isinstance(raw, bytes) else raw.encode()) + end)
