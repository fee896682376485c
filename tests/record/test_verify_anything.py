"""The verifier against everything else: any bit or value changed, any bytes at all, and in bounded time."""

import copy
import json
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.record.published import AT, HOUR, SIGNER
from tests.record.small_log import POLICY, WITNESSED, Case, since, witness
from tocsin.record import (
    Cosigner,
    Verified,
    canonical,
    read_proof_file,
    verify_proof,
    write_proof_file,
)
from tocsin.record.bundle import LIMIT
from tocsin.record.proof_file import PROOF_FILE_LIMIT

CASE = Case()
SEEN = AT + 900 * HOUR  # long after every open-by date, so that it shows nothing of when anything was opened
UNKNOWN = Cosigner("u.example", b"\x04" * 32)
AT_MOST_S = 20.0  # of processor time; the slowest, of fractions, takes one


def cosigned(proof: bytes) -> bytes:
    """Return a proof whose checkpoint a witness has seen, and somebody of whom the policy does not know."""
    return witness(proof, SEEN, UNKNOWN)


PROOFS = {
    "an entry": cosigned(CASE.plain()),
    "an entry that was seen before": cosigned(CASE.log.prove(CASE.alert, since=since(CASE.log, CASE.alert, 3, AT))),
    "a notice kept twice and opened": cosigned(CASE.opened()),
    "a receipt under two trees": cosigned(CASE.received()),
    "nothing carried": cosigned(CASE.log.file(CASE.alert, None)),
}
PAYLOADS = {"an entry": CASE.cap, "nothing carried": CASE.log.entries[CASE.alert]}
TRUE = {kind: verify_proof(proof, WITNESSED, PAYLOADS.get(kind)) for kind, proof in PROOFS.items()}

kinds = pytest.mark.parametrize("kind", PROOFS)
carrying = pytest.mark.parametrize("kind", [kind for kind in PROOFS if kind != "nothing carried"])


def flipped(data: bytes, bit: int) -> bytes:
    other = bytearray(data)
    other[bit // 8] ^= 1 << bit % 8
    return bytes(other)


def judged(kind: str, proof: bytes) -> Verified:
    """Return what is found of a changed file: it is refused and shows nothing, or it shows nothing that is not true.

    Witnesses may be missing: nobody vouches for a witness's line but the witness.
    """
    true, found = TRUE[kind], verify_proof(proof, WITNESSED, PAYLOADS.get(kind))
    if found.ok:
        assert (found.size, found.root, found.origin, found.entry) == (true.size, true.root, true.origin, true.entry)
        assert found.shown.items() <= true.shown.items()
        assert found.sealed_at in (None, true.sealed_at)
        assert found.receipt in (None, true.receipt)
        assert found.witnessed in ([], true.witnessed)
        assert found.since in ([], true.since)
    else:
        assert (found.entry, found.sealed_at, found.shown, found.receipt) == (None, None, {}, None)
    return found


def whole(kind: str, proof: bytes) -> Verified:
    """Return what is found of a changed file: refused, or just what the true one shows."""
    true, found = TRUE[kind], judged(kind, proof)
    assert not found.ok or replace(found, witnessed=true.witnessed, since=true.since) == true
    return found


def extra(kind: str) -> bytes:
    raw = read_proof_file(PROOFS[kind]).extra
    assert raw is not None
    return raw


def with_extra(kind: str, raw: bytes) -> bytes:
    return write_proof_file(replace(read_proof_file(PROOFS[kind]), extra=raw))


def test_what_is_changed_below_was_true() -> None:
    assert [found.problems for found in TRUE.values()] == [[]] * 5
    assert [found.witnessed for found in TRUE.values()] == [[("w", SEEN)]] * 5
    assert TRUE["an entry that was seen before"].since == [("w", AT)]


# ---- bits


@kinds
def test_a_bit_of_each_byte_of_a_proof_counts_but_in_the_lines_of_witnesses(kind: str) -> None:
    proof, dice = PROOFS[kind], random.Random(4)
    lines = proof.index("\n— w.example".encode())
    free = set(range(lines + 1, len(proof)))
    if kind == "an entry that was seen before":  # a line of that witness is carried, too, in base64
        free |= set(range(proof.index(b"extra"), proof.index(b"\nindex")))
    passed = {place for place in range(len(proof)) if whole(kind, flipped(proof, 8 * place + dice.randrange(8))).ok}
    assert passed
    assert passed <= free


@kinds
@settings(max_examples=300)
@given(st.data())
def test_any_bit_of_a_proof_counts(kind: str, data: st.DataObject) -> None:
    proof = PROOFS[kind]
    whole(kind, flipped(proof, data.draw(st.integers(0, 8 * len(proof) - 1))))


@carrying
@settings(max_examples=300)
@given(st.data())
def test_any_bit_of_what_a_proof_carries_counts(kind: str, data: st.DataObject) -> None:
    raw = extra(kind)
    whole(kind, with_extra(kind, flipped(raw, data.draw(st.integers(0, 8 * len(raw) - 1)))))


# ---- values


def places(value: Any, *path: Any) -> Iterator[tuple[Any, ...]]:
    """Name every value within a JSON value by its path."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield from places(one, *path, name)


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a JSON value with another one in one place; or with none there, for KeyError."""
    if not path:
        return new
    other = copy.copy(value)
    if len(path) == 1 and new is KeyError:
        del other[path[0]]
    else:
        other[path[0]] = changed(value[path[0]], path[1:], new)
    return other


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


@st.composite
def altered(draw: st.DrawFn, kind: str) -> Any:
    """Draw what a proof carries with one value in it changed to something that might well stand there."""
    carried = json.loads(extra(kind))
    paths = list(places(carried))[1:]
    path = draw(st.sampled_from(paths))
    here = at(carried, path)
    elsewhere = at(carried, draw(st.sampled_from(paths)))
    news = [st.just(KeyError), st.just(elsewhere), st.none()]
    if isinstance(here, int):
        news.append(st.sampled_from([here + 1, here ^ 1, 2 * here, 0, -1, (1 << 53) - 1, True]))
    if isinstance(here, str) and here:
        where = draw(st.integers(0, len(here) - 1))
        letters = st.sampled_from('0123456789abcdefA é\0\n"')
        news.append(letters.map(lambda letter: here[:where] + letter + here[where + 1 :]))
        news.append(st.sampled_from([here + "\n", " " + here, here.upper(), here[:-1]]))
    if isinstance(here, list):
        news.append(st.sampled_from([here[::-1], here + here, here[1:], []]))
    new = draw(st.one_of(news))
    return changed(carried, path, new)


@carrying
@settings(max_examples=200)
@given(st.data())
def test_any_value_that_a_proof_carries_counts(kind: str, data: st.DataObject) -> None:
    judged(kind, with_extra(kind, canonical(data.draw(altered(kind)))))


# ---- anything at all


@settings(max_examples=150)
@given(st.binary(max_size=300) | st.text(max_size=100).map(str.encode), st.sampled_from(sorted(PROOFS)), st.data())
def test_bytes_of_any_kind_are_answered(junk: bytes, kind: str, data: st.DataObject) -> None:
    proof = PROOFS[kind]
    start, stop = data.draw(st.integers(0, len(proof))), data.draw(st.integers(0, len(proof)))
    for one in (junk, proof[:start] + junk + proof[stop:], proof[:start], proof + junk):
        if one != proof:
            judged(kind, one)
    for policy in (junk, WITNESSED[:start] + junk):
        assert verify_proof(proof, policy).size in (None, TRUE[kind].size)


@pytest.mark.parametrize("what", [None, "text", bytearray(b"x"), [b"x"], 5, {}])
def test_only_bytes_are_read(what: Any) -> None:
    proof = PROOFS["an entry"]
    assert not verify_proof(what, POLICY).ok
    assert not verify_proof(proof, what).ok
    assert verify_proof(proof, POLICY, what).ok is (what is None)


@pytest.mark.parametrize("now", [AT.replace(tzinfo=None), "2024-03-07T18:00:00Z", 5, AT.time()])
def test_a_moment_that_is_none_is_refused_and_not_compared(now: Any) -> None:
    assert not verify_proof(CASE.opened(), POLICY, now=now).ok
    assert not verify_proof(PROOFS["an entry"], POLICY, now=now).ok


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("00" * 32),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["v", "entry", "a"]), inner),
    max_leaves=8,
)


@settings(max_examples=100)
@given(
    st.fixed_dictionaries({"v": st.just(1), "entry": json_values}, optional={"opened": json_values, "x": json_values})
)
@example({"v": 1, "entry": {}})
def test_json_of_any_kind_is_answered(carried: Any) -> None:
    assert not judged("an entry", with_extra("an entry", json.dumps(carried).encode())).ok


OTHER_ENTRIES = [
    pytest.param({}, id="an empty one"),
    pytest.param({"at": "", "kind": "", "v": 1}, id="a hollow one"),
    pytest.param({"at": 5, "kind": "NoticeOpened", "v": 1}, id="a moment that is a number"),
    pytest.param({"at": "0001-01-01T00:00:00+23:59", "kind": "NoticeOpened", "v": 1}, id="a moment before all moments"),
    pytest.param({"at": "2024-03-07T18:00:00", "kind": "NoticeOpened", "v": 1}, id="a moment without an offset"),
    pytest.param({"at": "2024-W10-4T18:00:00Z", "kind": "NoticeOpened", "v": 1}, id="a moment in other words"),
    pytest.param({"at": "9999-12-31T23:59:59-23:59", "kind": "NoticeOpened", "v": 1}, id="a moment after all moments"),
    pytest.param({"at": "x" * 2000, "kind": "NoticeOpened", "v": 1}, id="more than an entry holds"),
    pytest.param({"at": "x", "kind": "sealed", "root": "00", "v": 1}, id="a seal of nothing"),
    pytest.param({"a": [[[[[[[[[]]]]]]]]]}, id="a deep one"),
]


@pytest.mark.parametrize("said", OTHER_ENTRIES)
def test_whatever_stands_in_a_liars_record_is_answered(said: dict[str, Any]) -> None:
    """Liars sign too. Their entry stands for the opening, for the seal, for an earlier seal, and for the entry itself."""
    case = Case()
    place = case.log.place(case.seal, "root", case.notice.commitment).place
    case.opening = case.log.append(canonical(said | {"place": place, "seal": case.seal}))
    chain = case.chain()
    other = case.log.entry(case.opening)
    for opened in (
        chain,
        replace(chain, earlier=(*chain.earlier, replace(other, place=chain.place))),
        replace(chain, earlier=(replace(other, place=chain.place),)),
    ):
        assert not verify_proof(case.log.prove(case.third, opened=opened), POLICY).ok
    assert not verify_proof(case.log.prove(case.opening, opened=replace(chain, earlier=())), POLICY).ok
    assert isinstance(verify_proof(case.log.prove(case.opening), POLICY), Verified)


# ---- in bounded time

DEEP = LIMIT // 2


def full(of: str, one: Any) -> bytes:
    """Return as many of one thing as what a proof carries may hold, each of them true."""
    carried = json.loads(extra("a notice kept twice and opened"))
    count = min(256, LIMIT // (len(json.dumps(one)) + 1) - 9)
    carried["opened"][of] = [one] * count
    return canonical(carried)


OPENED = json.loads(extra("a notice kept twice and opened"))["opened"]


@pytest.mark.parametrize(
    "carried",
    [
        pytest.param(b"[" * DEEP + b"]" * DEEP, id="lists in lists"),
        pytest.param(
            b'{"entry":' + b'{"a":' * (LIMIT // 7) + b"1" + b"}" * (LIMIT // 7) + b',"v":1}', id="deep objects"
        ),
        pytest.param(b'{"entry":{"a":' + b"9" * DEEP + b'},"v":1}', id="a number without end"),
        pytest.param(b'{"entry":{"a":0.' + b"3" * DEEP + b'},"v":1}', id="a fraction without end"),
        pytest.param(b'{"entry":{"a":[' + b"1.5," * (LIMIT // 5) + b'1]},"v":1}', id="fractions without end"),
        pytest.param(b'{"entry":{"a":"' + b"\\u0000" * (LIMIT // 7) + b'"},"v":1}', id="a text without end"),
        pytest.param(canonical({"entry": {str(n): 0 for n in range(90_000)}, "v": 1}), id="names without end"),
        pytest.param(
            canonical({"entry": {"é" + str(n): 0 for n in range(70_000)}, "v": 1}), id="odd names without end"
        ),
        pytest.param(full("fields", OPENED["fields"][0]), id="fields without end"),
        pytest.param(full("earlier", OPENED["earlier"][0]), id="seals without end"),
        pytest.param(b'{"entry":{' + b'"a":1,' * (LIMIT // 7) + b'"a":1},"v":1}', id="one name without end"),
        pytest.param(b"\xff" * LIMIT, id="no text"),
    ],
)
def test_what_a_proof_carries_is_judged_in_bounded_time(carried: bytes) -> None:
    assert LIMIT // 20 < len(carried) <= LIMIT
    proof = with_extra("a notice kept twice and opened", carried)
    begun = time.thread_time()
    assert not verify_proof(proof, POLICY).ok
    assert time.thread_time() - begun < AT_MOST_S


@pytest.mark.parametrize(
    "proof",
    [
        pytest.param(b"\n" * PROOF_FILE_LIMIT, id="empty lines"),
        pytest.param(b"c2sp.org/tlog-proof@v1\n" * (PROOF_FILE_LIMIT // 23), id="headers"),
        pytest.param(b"c2sp.org/tlog-proof@v1\nindex " + b"9" * (1 << 20) + b"\n\nc", id="an index without end"),
        pytest.param(b"c2sp.org/tlog-proof@v1\nindex 0\n\n" + "— x ".encode() * 200_000 + b"\n", id="signatures"),
        pytest.param(PROOFS["an entry"] + b"x" * (1 << 25), id="32 megabytes behind a proof"),
        pytest.param(bytes(1 << 25), id="32 megabytes of nothing"),
    ],
)
def test_a_file_is_judged_in_bounded_time(proof: bytes) -> None:
    begun = time.thread_time()
    assert not verify_proof(proof, POLICY).ok
    assert time.thread_time() - begun < AT_MOST_S


def test_a_policy_is_read_in_bounded_time() -> None:
    begun = time.thread_time()
    line = f"log {SIGNER.vkey}\n".encode()
    for policy in (line * 3000, b"group g 1 " + b"a " * 100_000, b"\n" * (1 << 22)):
        assert not verify_proof(PROOFS["an entry"], policy).ok
    assert time.thread_time() - begun < AT_MOST_S
