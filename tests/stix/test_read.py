"""Reading what may be anybody's: refused in one sentence, or kept whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stix.objects import EVERYTHING, bundle, one
from tocsin.basis.errors import Refused
from tocsin.stix import Limits, alike, check, read, spell

SMALL = Limits(bytes=2_000, objects=3, depth=8)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        pytest.param(b"", "no JSON", id="nothing"),
        pytest.param(b"<stix/>", "no JSON", id="XML, as STIX 1 was"),
        pytest.param(b"\xff\xfe{}", "UTF-8", id="another encoding"),
        pytest.param(b"[]", "no STIX", id="a bare list"),
        pytest.param(b'{"a":1}', "no STIX", id="another JSON"),
        pytest.param(b'{"type":"bundle","objects":{}}', "no list", id="objects that are no list"),
        pytest.param(b'{"type":"bundle","objects":[{"a":1,"a":2}]}', "twice", id="one name twice"),
        pytest.param(b'{"type":"bundle","objects":[NaN]}', "number", id="no number"),
        pytest.param(b'{"type":"bundle","objects":[1e999]}', "number", id="a number without end"),
        pytest.param(b'{"type":"bundle","objects":[' + b"9" * 5_00 + b"]}", "number", id="a number that is too long"),
        pytest.param(b'{"type":"bundle","objects":["\\ud800"]}', "half a letter", id="half a letter"),
        pytest.param(
            b'{"type":"bundle","objects":[' + b"[" * 100_000 + b"]" * 100_000 + b"]}", "bytes", id="too large"
        ),
        pytest.param(b'{"type":"bundle","objects":[' + b"[" * 20 + b"]" * 20 + b"]}", "nested", id="too deep"),
        pytest.param(b'{"type":"bundle","objects":[1,2,3,4]}', "4 objects", id="too many"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(raw: bytes, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        read(raw, SMALL)
    assert str(refused.value).count("\n") == 0


def test_a_tower_of_brackets_is_refused_and_brings_nothing_down() -> None:
    with pytest.raises(Refused, match="nested"):
        read(b'{"type":"bundle","objects":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}")


def test_a_half_letter_may_be_written_where_it_is_whole() -> None:
    raw = b'{"type":"bundle","objects":[{"name":"\\ud83d\\udd14"}]}'
    assert read(raw).objects[0]["name"] == "\N{BELL}"


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(objects=st.lists(JSON, max_size=6))
def test_whatever_json_says_is_said_again(objects: list[Any]) -> None:
    raw = json.dumps({"type": "bundle", "id": "?", "objects": objects, "more": [1]}).encode()
    again = spell(read(raw))
    assert alike(json.loads(raw), json.loads(again))
    check(raw)


@given(raw=st.binary(max_size=200) | JSON.map(lambda said: json.dumps(said).encode()))
def test_no_bytes_bring_the_reader_or_the_judge_down(raw: bytes) -> None:
    try:
        found = read(raw)
    except Refused:
        return
    check(found)
    assert alike(json.loads(spell(found)), json.loads(raw.decode("utf-8-sig")))


def test_what_nobody_here_knows_is_kept_whole() -> None:
    strange = one("x-town-bell", sound="loud", deep=[{"more": {"x": 1.5}}], extensions={"x-bell-ext": {"a": [1]}})
    raw = bundle(strange, "no object", None, *EVERYTHING)
    assert json.loads(spell(read(raw)))["objects"][:3] == [strange, "no object", None]


def test_true_is_not_one() -> None:
    assert not alike({"a": True}, {"a": 1})
    assert alike({"a": 1, "b": 2}, {"b": 2, "a": 1})
