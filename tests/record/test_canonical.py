"""Canonical JSON: one value, one spelling; the quick way and the slow way write the same bytes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.record import canonical, read_canonical

LARGEST = (1 << 53) - 1
ODD = [
    "",
    "\0\x01\b\t\n\x0b\f\r\x1f \x7f\x80",
    '"\\/',
    "\u2028\u2029\ufeff\ufffd\uffff",
    "e\u0301 \u00e9 \u20ac \U0001f600 \U0010ffff",
]
"""Strings that JSON may spell in more ways than one."""

strings = st.sampled_from(ODD) | st.text(st.characters(codec="utf-8"), max_size=20)
ends = st.sampled_from([LARGEST, LARGEST + 1, LARGEST + 2, 10**17, 10**21 - 10**5, 10**21, 10**22])
edges = ends | ends.map(lambda one: -one) | ends.map(float) | ends.map(lambda one: -float(one))
floats = st.floats(allow_nan=False, allow_infinity=False)
numbers = st.integers(-LARGEST, LARGEST) | floats.filter(lambda one: not LARGEST < abs(one) < 1e21)
"""What can be written. Between 2**53 and 1e21 a float has no point, and nobody could say whether it was meant to be whole."""
plain = st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | strings


def nested(leaves: st.SearchStrategy[Any], names: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4), max_leaves=12
    )


quick_values = nested(plain, st.text(st.characters(max_codepoint=127), max_size=8))
all_values = nested(plain | numbers, strings)
any_values = nested(plain | floats | edges | st.integers(), strings)


@settings(max_examples=300)
@given(quick_values)
@example(ODD)
@example({one: one for one in ODD if one.isascii()})
@example({"b": 1, "a": 2, "": 3, "A": 4, "a\0": 5, "\x7f": 6, "aa": 7, "~": 8})
@example([LARGEST, -LARGEST, 0, True, False, None])
@example(([1, (2, 3)], ()))
def test_what_is_written_the_quick_way_is_what_the_reference_writes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=300)
@given(all_values)
@example({"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7})
@example([1.0, -0.0, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 333333333.33333329, -(2.0**53 - 1)])
@example({"a": {"\U00010000": 0, "\uffff": 0}})
def test_every_value_is_written_as_the_reference_writes_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@settings(max_examples=300)
@given(st.dictionaries(strings, all_values, max_size=4))
@example({"a": [1e21, -1e300, 2.0**53 - 1]})
def test_what_can_be_written_is_written(value: dict[str, Any]) -> None:
    assert canonical(value)


@settings(max_examples=300)
@given(st.dictionaries(strings, any_values, max_size=4))
@example({"a": 2.0**53})
@example({"a": [-1e16]})
@example({"a": {"b": 999999999999999868928.0}})
@example({"a": 1e21})
def test_what_is_written_reads_back_and_is_written_again_the_same(value: dict[str, Any]) -> None:
    try:
        written = canonical(value)
    except Refused:
        return
    assert read_canonical(written) == value
    assert canonical(read_canonical(written)) == written
    assert json.loads(written) == value


class Word(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(LARGEST + 1, id="a number that not everyone can keep"),
        pytest.param({"a": [-LARGEST - 1]}, id="another, nested"),
        pytest.param(10**400, id="a huge number"),
        pytest.param(2.0**53, id="a float that would be read as such a number"),
        pytest.param({"é": [-1e20]}, id="another float, nested"),
        pytest.param(float("nan"), id="no number"),
        pytest.param([float("-inf")], id="an endless number"),
        pytest.param("\ud800", id="half a character"),
        pytest.param({"\udc00": 1}, id="half a character for a name"),
        pytest.param({1: 2}, id="a number for a name"),
        pytest.param({"a": 1, None: 2}, id="nothing for a name"),
        pytest.param(b"bytes", id="bytes"),
        pytest.param({"a": {1, 2}}, id="a set"),
        pytest.param(datetime(2024, 3, 7, tzinfo=UTC), id="a moment"),
        pytest.param(object(), id="a thing"),
    ],
)
def test_what_is_no_json_is_refused(value: Any) -> None:
    with pytest.raises(Refused, match="cannot be written as canonical JSON"):
        canonical(value)


def test_a_value_nested_without_end_is_refused_and_not_followed() -> None:
    for wrap in (lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: {"é": inner}):
        deep: Any = 1
        for _ in range(100_000):
            deep = wrap(deep)
        with pytest.raises(Refused):
            canonical(deep)


def test_a_subclass_is_written_as_what_it_is() -> None:
    assert canonical({"a": Word("b"), Word("c"): True}) == b'{"a":"b","c":true}'


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"a"', id="a string"),
        pytest.param(b"{} ", id="a space behind"),
        pytest.param(b'{"a": 1}', id="a space within"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b'{"b":1,"a":1}', id="names in another order"),
        pytest.param(b'{"a":1,"a":1}', id="a name twice"),
        pytest.param(b'{"a":1,"\\u0061":2}', id="a name twice, once escaped"),
        pytest.param(b'{"a":"\\u0062"}', id="an escape that need not be"),
        pytest.param(b'{"a":"\\/"}', id="another"),
        pytest.param(b'{"a":"\\u001F"}', id="an escape in capitals"),
        pytest.param(b'{"a":"\\u000a"}', id="a long escape for a short one"),
        pytest.param(b'{"a":"\\u00e9"}', id="an escaped letter"),
        pytest.param(b'{"a":"\\ud83d\\ude00"}', id="an escaped pair"),
        pytest.param(b'{"a":"\\ud83d"}', id="half a pair"),
        pytest.param(b'{"a":1.0}', id="a fraction that is none"),
        pytest.param(b'{"a":1E3}', id="an exponent that need not be"),
        pytest.param(b'{"a":-0}', id="a minus that need not be"),
        pytest.param(b'{"a":9007199254740992}', id="a number that not everyone can keep"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", id="a number without end"),
        pytest.param(b'{"a":1e400}', id="an exponent beyond all numbers"),
        pytest.param(b'{"a":NaN}', id="no number"),
        pytest.param(b'{"a":"\n"}', id="a raw newline"),
        pytest.param(b'{"a":"\xff"}', id="no UTF-8"),
        pytest.param(b'{"\xef\xbf\xbf":0,"\xf0\x90\x80\x80":0}', id="names ordered by code point, not by UTF-16"),
        pytest.param(b'{"a":' + b"[" * 65 + b"]" * 65 + b"}", id="deeper than anyone needs"),
        pytest.param(b"{" + b'"a":{' * 100_000, id="depth without end"),
    ],
)
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(Refused):
        read_canonical(data)


@settings(max_examples=200)
@given(st.binary(max_size=60) | st.text(max_size=40).map(str.encode) | all_values.map(lambda v: json.dumps(v).encode()))
def test_what_is_read_is_what_would_be_written(data: bytes) -> None:
    try:
        value = read_canonical(data)
    except Refused:
        return
    assert canonical(value) == data
