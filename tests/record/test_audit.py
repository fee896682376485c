"""The audit: a sound record passes, and nothing that was done to one of its files does."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.published import AT, HOUR, SIGNER, entry, publish, sealed, signed, some_entries
from tocsin.basis.errors import Unreachable
from tocsin.basis.moment import rfc3339
from tocsin.record import EMPTY_ROOT, Signer, audit, leaf_hash, root_of
from tocsin.record.auditing import MOST_PROBLEMS

Files = dict[str, bytes]
SIZE = 300
SMALL = publish(some_entries(SIZE))
VKEYS = [SIGNER.vkey]
STRANGER = Signer("elsewhere.example.net/record", b"\x02" * 32)


def problems(files: Files, **options: Any) -> list[str]:
    found = audit(files.get, VKEYS, **options)
    assert found.ok is (found.problems == [])
    return found.problems


def spoiled(name: str, change: Callable[[bytes], bytes], files: Files = SMALL) -> Files:
    assert change(files[name]) != files[name]
    return {**files, name: change(files[name])}


def flipped(data: bytes, bit: int) -> bytes:
    other = bytearray(data)
    other[bit // 8] ^= 1 << bit % 8
    return bytes(other)


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 513])
def test_a_sound_record_passes(size: int) -> None:
    files = publish(some_entries(size))
    found = audit(files.get, VKEYS, moments=True, listed=sorted(files.keys() - {"checkpoint"}))
    assert (found.ok, found.size, found.problems) == (True, size, [])
    assert found.root == root_of([leaf_hash(one) for one in some_entries(size)])


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_a_flipped_bit_anywhere_is_found(name: str, data: st.DataObject) -> None:
    bit = data.draw(st.integers(0, len(SMALL[name]) * 8 - 1))
    assert problems(spoiled(name, lambda held: flipped(held, bit)))


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(sorted(SMALL)), st.data())
def test_a_file_cut_off_or_gone_on_with_is_found(name: str, data: st.DataObject) -> None:
    length = data.draw(st.integers(0, len(SMALL[name]) - 1))
    assert problems(spoiled(name, lambda held: held[:length]))
    assert problems(spoiled(name, lambda held: held + b"\0"))


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_missing_file_is_named(name: str) -> None:
    found = problems({other: held for other, held in SMALL.items() if other != name})
    assert f"{name} is missing." in found


@pytest.fixture(name="large", scope="module")
def _large() -> Files:
    return publish([b"entry %d" % number for number in range(66_000)])


@pytest.mark.parametrize(
    "name", ["tile/0/007", "tile/0/257.p/208", "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1", "tile/entries/100"]
)
def test_a_flipped_bit_is_found_on_every_level(large: Files, name: str) -> None:
    assert problems(spoiled(name, lambda held: flipped(held, len(held) * 4), large), entries=False)


def test_a_large_record_passes(large: Files) -> None:
    assert problems(large, entries=False) == []


# ---- what is said of it


def replaced(place: int, other: bytes) -> Files:
    """Replace an entry, and all hashes with it, but nobody signs."""
    entries = some_entries(SIZE)
    entries[place] = other
    return {**publish(entries), "checkpoint": SMALL["checkpoint"]}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            spoiled("tile/0/001.p/44", lambda held: flipped(held, 3 * 256)),
            ["tile/0/001.p/44 has another hash of entry 259 than that gives.", "checkpoint says "],
            id="a hash",
        ),
        pytest.param(
            spoiled("tile/0/000", lambda held: flipped(flipped(held, 0), 300)),
            [
                "tile/0/000 has another hash of entry 0 than that gives, and 1 more of its hashes.",
                "tile/1/000.p/1 has another hash of tile/0/000 than that gives.",
            ],
            id="two hashes",
        ),
        pytest.param(
            spoiled("tile/entries/001.p/44", lambda held: held.replace(b"s260", b"t260")),
            ["tile/0/001.p/44 has another hash of entry 260 than that gives."],
            id="an entry",
        ),
        pytest.param(
            spoiled("tile/1/000.p/1", lambda held: held[1:]),
            ["tile/1/000.p/1 is malformed. A tile of 1 hashes has 32 bytes, not 31."],
            id="a tile cut off",
        ),
        pytest.param(replaced(7, entry(subject="other")), ["checkpoint says "], id="an entry with all its hashes"),
        pytest.param(
            replaced(7, b"no entry"),
            ["Entry 7 is none of Tocsin's. ", "checkpoint says "],
            id="no entry",
        ),
        pytest.param(
            {**SMALL, "checkpoint": signed(SIZE, EMPTY_ROOT, STRANGER)},
            ["checkpoint is not signed as it must be. ", "checkpoint says "],
            id="signed by a stranger",
        ),
        pytest.param(
            {**SMALL, "checkpoint": b""}, ["checkpoint is not signed", "checkpoint is malformed."], id="empty"
        ),
        pytest.param({}, ["checkpoint is missing."], id="nothing there"),
    ],
)
def test_each_damage_is_named_once(files: Files, said: list[str]) -> None:
    found = problems(files)
    assert len(found) == len(said)
    for sentence, expected in zip(found, said, strict=True):
        assert sentence.startswith(expected)


def test_what_the_checkpoint_says_is_reported_also_when_nobody_known_signed_it() -> None:
    found = audit(SMALL.get, [STRANGER.vkey])
    assert (found.ok, found.size, len(found.problems)) == (False, SIZE, 1)


def test_keys_that_are_none_are_a_problem_and_no_crash() -> None:
    assert not audit(SMALL.get, ["not a key"]).ok
    assert not audit(SMALL.get, []).ok


def test_a_disc_that_does_not_give_a_file_is_a_problem_and_no_crash() -> None:
    def read(name: str) -> bytes | None:
        raise Unreachable(f"The disc failed at {name}.")

    assert audit(read, VKEYS).problems == ["checkpoint cannot be read. The disc failed at checkpoint."]

    def read_some(name: str) -> bytes | None:
        return SMALL[name] if name != "tile/0/000" else read(name)

    assert audit(read_some, VKEYS, listed=["tile/0/000"]).problems == ["The disc failed at tile/0/000."]


def test_after_a_hundred_problems_the_rest_is_counted() -> None:
    files = publish([b"no entry"] * 1250)
    found = problems(files)
    assert len(found) == MOST_PROBLEMS + 1
    assert found[-1] == "and 1,150 more"
    assert problems(files, entries=False) == []


@pytest.mark.parametrize("size", [10**6, 2**64 - 1])
def test_a_signed_size_without_files_is_given_up_soon(size: int) -> None:
    asked: list[str] = []

    def read(name: str) -> bytes | None:
        asked.append(name)
        return signed(size, b"\x07" * 32) if name == "checkpoint" else SMALL.get(name)

    found = audit(read, VKEYS)
    assert (found.ok, found.size) == (False, size)
    assert found.problems[-1] == "Nothing is left from entry 256 on; the audit ends."
    assert len(asked) < 200


def test_where_the_audit_ends_is_said_however_many_problems_came_before() -> None:
    files = {**publish([b"no entry"] * 1024), "checkpoint": signed(10**6, b"\x07" * 32)}
    *_, more, last = problems(files)
    assert (more[:4], last) == ("and ", "Nothing is left from entry 1024 on; the audit ends.")


# ---- files that the checkpoint does not ask for


def listed(files: Files) -> list[str]:
    return sorted(files.keys() - {"checkpoint"})


EARLIER = {name: held for name, held in publish(some_entries(290)).items() if name != "checkpoint"}
BOTH = {**EARLIER, **SMALL}


def test_partial_tiles_of_earlier_checkpoints_may_stay() -> None:
    assert len(BOTH) == len(SMALL) + 2
    assert problems(BOTH, listed=listed(BOTH)) == []


@pytest.mark.parametrize("name", sorted(EARLIER.keys() - SMALL.keys()))
def test_partial_tiles_of_earlier_checkpoints_are_compared(name: str) -> None:
    for change in (lambda held: flipped(held, 77), lambda held: held[:-1], lambda held: b""):
        found = problems(spoiled(name, change, BOTH), listed=listed(BOTH))
        assert len(found) == 1
        assert found[0].startswith(name)


def test_what_lies_beyond_the_checkpoint_is_not_published_yet() -> None:
    later = {**publish(some_entries(600)), **SMALL}
    assert problems(later, listed=listed(later)) == []
    # As far as it goes over what is published, it must agree all the same.
    assert problems(spoiled("tile/0/001", lambda held: flipped(held, 0), later), listed=listed(later)) == [
        "tile/0/001 and tile/0/001.p/44 differ where they overlap."
    ]


def test_a_tile_taken_away_while_the_audit_runs_is_no_problem() -> None:
    assert problems(SMALL, listed=["tile/0/001.p/7"]) == []


@pytest.mark.parametrize("name", ["tile/0/x000/001", "tile/README", "tile/0/000.p/256"])
def test_what_is_no_tile_does_not_belong_there(name: str) -> None:
    assert len(problems({**SMALL, name: b""}, listed=[name])) == 1


# ---- the grid of the sealed entries


def on(*seals: bytes, **options: Any) -> list[str]:
    """Audit a record of these sealed entries; they are numbered from 1."""
    return problems(publish([entry(subject="a"), *seals]), **options)


def at(*hours: float) -> list[bytes]:
    return [sealed(AT + hour * HOUR) for hour in hours]


@pytest.mark.parametrize(
    "hours",
    [
        pytest.param([0], id="the first"),
        pytest.param([0, 1, 2, 3], id="one an hour"),
        pytest.param([0, 1, 2, 30, 31], id="a day away"),
        pytest.param([0, 12, 13], id="away at once"),
        pytest.param([0, 0.25, 0.5, 1.5], id="another cadence"),
    ],
)
def test_a_grid_with_gaps_is_a_grid(hours: list[float]) -> None:
    assert on(*at(*hours)) == []


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        pytest.param([0, 1, 2.25], ["Sealed entry 3 is off the grid: it stands 1:15:00 after"], id="late"),
        pytest.param([0, 1, 1.75, 3], ["Sealed entry 2 is off", "Sealed entry 4 is off"], id="early"),
        pytest.param([0, 1, 1], ["Sealed entry 3 is not later than sealed entry 2."], id="the same twice"),
        pytest.param([0, 2, 1, 3], ["Sealed entry 3 is not later than sealed entry 2."], id="back"),
    ],
)
def test_a_seal_at_another_time_is_named(hours: list[float], said: list[str]) -> None:
    found = on(*at(*hours))
    assert [sentence[: len(expected)] for sentence, expected in zip(found, said, strict=True)] == said


def test_who_knows_the_cadence_sees_a_seal_that_is_half_an_interval_late() -> None:
    late = at(0, 1, 2.5, 3)
    assert on(*late) == []
    assert [sentence[:14] for sentence in on(*late, cadence=HOUR)] == ["Sealed entry 3", "Sealed entry 4"]
    assert on(*at(0, 1, 2, 4), cadence=HOUR) == []
    assert on(*at(0, 0.5), cadence=HOUR) == [
        "Sealed entry 2 is off the grid: it stands 0:30:00 after the one before, which is no whole multiple of 1:00:00."
    ]


def test_a_seal_of_another_length_is_named() -> None:
    assert on(*at(0, 1), sealed(AT + 2 * HOUR, root="00" * 33)) == [
        f"Sealed entry 3 has {len(sealed(AT)) + 2} bytes, while sealed entry 1 has {len(sealed(AT))}."
    ]


@pytest.mark.parametrize("moment", ["2024-03-07T24:61:00Z", "2024-03-07T20:00:00", "0001-01-01T00:00:00+23:59", ""])
def test_a_seal_without_a_moment_is_named(moment: str) -> None:
    last = entry(at=moment, kind="sealed", root="00" * 32)
    assert "Sealed entry 3 has no moment that can be read." in on(*at(0, 1), last)


def test_a_record_on_no_grid_at_all_is_said_to_be_so_and_remembers_little() -> None:
    moments = [AT + number * number * HOUR for number in range(1100)]
    assert problems(publish([sealed(moment) for moment in moments])) == [
        "The sealed entries are on no grid: they stand at more than 1000 different distances."
    ]


# ---- what stands between them


def between(*hours: float | tuple[float, str], **options: Any) -> list[str]:
    """Audit a record that is sealed at these hours; of a pair, a plain entry of that hour and kind. Numbered from 0."""
    told = [
        sealed(AT + one * HOUR) if isinstance(one, float | int) else entry(at=rfc3339(AT + one[0] * HOUR), kind=one[1])
        for one in hours
    ]
    return problems(publish(told), moments=True, **options)


SAYS, LAPSED = "StatementPublished", "AlertWindowRanOut"


@pytest.mark.parametrize("cadence", [None, HOUR])
@pytest.mark.parametrize(
    "hours",
    [
        pytest.param([(5, SAYS), (-7, SAYS)], id="no seal yet"),
        pytest.param([0, (0, SAYS), (0.5, SAYS), (1, SAYS), 1, 2], id="between"),
        pytest.param([0, 1, (1.9, SAYS), 6, (6, SAYS), 7], id="before a stop"),
        pytest.param([0, 1, (6.2, SAYS), 6, (6.3, SAYS), 7], id="after a stop, before its seal was made"),
        pytest.param([0, 1, (2.99, SAYS), 2, 3], id="while a seal could not be made, by an hour almost"),
        pytest.param([0, 1, (0.01, SAYS), 2], id="written down late, or a clock put back, by an hour almost"),
        pytest.param([0, 1, 40, (3, LAPSED), 41], id="a window that ran out while the machine stood still"),
        pytest.param([0, 1, (900, SAYS)], id="after the last"),
    ],
)
def test_what_stands_between_the_seals_around_it_is_in_order(hours: list[Any], cadence: Any) -> None:
    assert between(*hours, cadence=cadence) == []


@pytest.mark.parametrize("cadence", [None, HOUR])
@pytest.mark.parametrize(
    ("hours", "said"),
    [
        pytest.param([0, 1, 2, (1, SAYS), 3], ["Entry 3 is dated 2024-03-07T19:00:00Z, 1:00:00 before sealed entry 2, behind which it stands."],
                     id="put behind"),
        pytest.param([0, 1, (3, SAYS), 2, 3], ["Entry 2 is dated 2024-03-07T21:00:00Z, 1:00:00 after sealed entry 3, before which it stands."],
                     id="put ahead"),
        pytest.param([(4, SAYS), 0, 1], ["Entry 0 is dated 2024-03-07T22:00:00Z, 4:00:00 after sealed entry 1, before which it stands."],
                     id="ahead of the first"),
        pytest.param([0, 1, (-90, SAYS)], ["Entry 2 is dated 2024-03-04T00:00:00Z, 3 days, 19:00:00 before sealed entry 1, behind which it stands."],
                     id="behind the last"),
        pytest.param([0, (3, LAPSED), 1, 2], ["Entry 1 is dated"], id="a window that ran out before it did"),
    ],
)  # fmt: skip
def test_what_is_dated_outside_the_seals_around_it_is_named(hours: list[Any], said: list[str], cadence: Any) -> None:
    found = between(*hours, cadence=cadence)
    assert [sentence[: len(expected)] for sentence, expected in zip(found, said, strict=True)] == said


def test_who_knows_the_cadence_has_each_interval_named_and_who_does_not_the_worst() -> None:
    hours: list[Any] = [0, 1, 2, (0, SAYS), (0.5, SAYS), 3, (9, SAYS), (8, SAYS), 4, (11, SAYS), 5]
    found = between(*hours, cadence=HOUR)
    assert [sentence.partition(" is dated")[0] for sentence in found] == ["Entry 3", "Entry 4", "Entry 6", "Entry 9"]
    assert [sentence.partition(" is dated")[0] for sentence in between(*hours)] == ["Entry 9"]


@pytest.mark.parametrize("moment", ["2024-03-07T24:61:00Z", "2024-03-07T20:00:00", "0001-01-01T00:00:00+23:59", ""])
def test_a_plain_entry_without_a_moment_is_named(moment: str) -> None:
    files = publish([*at(0, 1), entry(at=moment), *at(2)])
    assert problems(files, moments=True) == ["Entry 2 has no moment that can be read."]
    assert problems(files) == []


# ---- anything at all

contents = st.binary(max_size=80) | st.sampled_from(sorted(SMALL.values())) | st.just(b"\xff" * 9000)
hostile = st.dictionaries(st.sampled_from([*sorted(SMALL)[1:], "tile/entries/000.p/7", "tile/0/000.p/7"]), contents)


@settings(deadline=None, max_examples=200)
@given(hostile, st.integers(1, 2**64 - 1) | st.integers(1, 600), st.booleans())
def test_files_of_any_kind_are_answered(files: Files, size: int, entries: bool) -> None:
    files["checkpoint"] = signed(size, b"\x07" * 32)
    found = audit(files.get, VKEYS, entries=entries, listed=sorted(files))
    assert not found.ok
    assert found.problems


objects = st.dictionaries(st.sampled_from(["at", "kind", "v", "root", "x"]), st.text(max_size=5) | st.integers(-9, 9))


@settings(deadline=None, max_examples=100)
@given(st.lists(st.binary(max_size=30) | objects.map(lambda one: json.dumps(one).encode()), min_size=1, max_size=5))
def test_entries_of_any_kind_are_answered(entries: list[bytes]) -> None:
    files = publish(entries)
    assert problems(files, entries=False) == []
    assert all(sentence.startswith(("Entry", "Sealed")) for sentence in problems(files))
