"""Tiles: their names, their contents, which of them a record has, and proofs from them alone."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.record.published import publish, some_entries
from tests.record.vectors import hashes, load, raw
from tocsin.basis.errors import Refused
from tocsin.record import (
    EMPTY_ROOT,
    Tile,
    fetch_tile,
    leaf_hash,
    nodes_over,
    parse_tile_path,
    prove_consistency,
    prove_inclusion,
    read_bundle,
    read_tile,
    root_of,
    tile_nodes,
    tile_path,
    tiles_for,
    tiles_root,
    verify_consistency,
    verify_inclusion,
    write_bundle,
)
from tocsin.record.tiles import Level

LARGE = 66_000  # entries: three levels, each with a partial tile


# ---- names


def test_the_names_that_tessera_gives() -> None:
    paths = load("tessera-log", "paths.json")
    for level, index, partial, path in paths["tile"]:
        assert tile_path(level, index, partial or 256) == path
        assert parse_tile_path(path) == Tile(level, index, partial or 256)
    for index, size, path in paths["entries_for_log_index"]:
        tile = Tile("entries", index // 256)
        assert Tile("entries", index // 256, tile.cut(size)).path == path
        assert parse_tile_path(path).path == path


def test_what_tessera_reads_and_refuses() -> None:
    paths = load("tessera-log", "paths.json")
    for level, name, wanted, index, partial in paths["parse_ok"]:
        assert parse_tile_path(f"tile/{level}/{name}") == Tile(wanted, index, partial or 256)
    for level, name in paths["parse_reject"]:
        with pytest.raises(Refused):
            parse_tile_path(f"tile/{level}/{name}")


def test_the_index_is_written_as_the_specification_shows() -> None:
    for index, name in load("c2sp-examples", "tile_geometry.json")["index_encoding"].items():
        assert tile_path(0, int(index)) == f"tile/0/{name}"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="empty"),
        pytest.param("checkpoint", id="the checkpoint"),
        pytest.param("tile/0/000\n", id="a newline behind"),
        pytest.param("/tile/0/000", id="a slash in front"),
        pytest.param("tile/0/000/", id="a slash behind"),
        pytest.param("tile/0//000", id="two slashes"),
        pytest.param("tile/0/../0/000", id="a step back"),
        pytest.param("tile/00/000", id="a level with a leading zero"),
        pytest.param("tile/64/000", id="a level too high"),
        pytest.param("tile/-1/000", id="a level below none"),
        pytest.param("tile/entry/000", id="a level of another name"),
        pytest.param("tile/0/0", id="one digit"),
        pytest.param("tile/0/0000", id="four digits"),
        pytest.param("tile/0/x000/001", id="a leading x000"),
        pytest.param("tile/0/001/002", id="no x"),
        pytest.param("tile/0/x001/x002", id="an x on the last"),
        pytest.param("tile/0/X001/002", id="a large X"),
        pytest.param("tile/0/\u0661\u0661\u0661", id="digits that are not ASCII"),
        pytest.param("tile/0/x018/x446/x744/x073/x709/x551/616", id="an index of more than 64 bits"),
        pytest.param("tile/0/" + "x001/" * 100_000 + "001", id="an index without end"),
        pytest.param("tile/0/000.p/0", id="no width"),
        pytest.param("tile/0/000.p/01", id="a width with a leading zero"),
        pytest.param("tile/0/000.p/256", id="a full one that calls itself partial"),
        pytest.param("tile/0/000.p/999", id="a width too large"),
        pytest.param("tile/0/000.p", id="a width left out"),
        pytest.param("tile/0/000.q/1", id="another letter"),
    ],
)
def test_what_is_not_the_one_name_of_a_tile_is_refused(path: str) -> None:
    with pytest.raises(Refused):
        parse_tile_path(path)


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [
        pytest.param(64, 0, 1, id="level"),
        pytest.param(-1, 0, 1, id="level below none"),
        pytest.param(0, -1, 1, id="index below none"),
        pytest.param(0, 1 << 64, 1, id="index of more than 64 bits"),
        pytest.param(0, 0, 0, id="empty"),
        pytest.param(0, 0, 257, id="too wide"),
    ],
)
def test_what_is_no_tile_gets_no_name(level: int, index: int, width: int) -> None:
    with pytest.raises(Refused):
        tile_path(level, index, width)


levels = st.integers(0, 63) | st.just("entries")


@given(levels, st.integers(0, 2**64 - 1) | st.integers(0, 2000), st.integers(1, 256))
def test_every_name_reads_back(level: Any, index: int, width: int) -> None:
    assert parse_tile_path(tile_path(level, index, width)) == Tile(level, index, width)


@given(st.text(max_size=40) | st.from_regex(r"tile/(entries|[0-9]{1,2})/(x[0-9]{3}/)*[0-9]{3}(\.p/[0-9]{1,3})?"))
def test_junk_is_refused_or_is_a_name(path: str) -> None:
    try:
        tile = parse_tile_path(path)
    except Refused:
        return
    assert tile.path == path


# ---- which tiles


def counted(size: int) -> dict[str, dict[str, int]]:
    """Count the tiles of a record by level: how many full, and how wide the partial one."""
    found: dict[str, dict[str, int]] = {}
    for tile in tiles_for(0, size):
        if tile.is_bundle:
            continue
        level = found.setdefault(str(tile.level), {"full": 0, "partial": 0})
        if tile.width == 256:
            level["full"] += 1
        else:
            level["partial"] = tile.width
    return found


def test_the_tiles_that_the_specification_counts() -> None:
    geometry = load("c2sp-examples", "tile_geometry.json")
    assert counted(geometry["size"]) == geometry["tiles"]
    assert counted(256) == geometry["size256"]


def has(size: int) -> set[Tile]:
    """Return the tiles of a record, by the definition alone."""
    counts: list[tuple[Level, int]] = [("entries", size), *((level, size // 256**level) for level in range(4))]
    return {
        Tile(level, start // 256, min(256, count - start)) for level, count in counts for start in range(0, count, 256)
    }


@given(st.integers(0, 300_000), st.integers(0, 70_000))
def test_growing_adds_exactly_what_was_not_there(old: int, more: int) -> None:
    added = list(tiles_for(old, old + more))
    assert len(added) == len(set(added))
    assert set(added) == has(old + more) - has(old)
    below = [4 if tile.level == "entries" else -int(tile.level) for tile in added]
    assert below == sorted(below, reverse=True), "a tile comes before what it is computed from"


def test_a_record_does_not_shrink() -> None:
    for old, new in ((2, 1), (-1, 1), (0, 1 << 64)):
        with pytest.raises(Refused):
            list(tiles_for(old, new))


def test_the_tiles_of_one_more_entry_are_few_however_large_the_record() -> None:
    assert len(list(tiles_for(2**63, 2**63 + 1))) == 2
    assert len(list(tiles_for(2**63 - 1, 2**63))) == 9  # bundle, seven levels, and one hash on the eighth


# ---- contents

long_entries = st.lists(
    st.binary(max_size=40) | st.binary(max_size=2).map(lambda one: one * 300), min_size=1, max_size=20
)


@given(long_entries)
def test_every_bundle_reads_back(entries: list[bytes]) -> None:
    assert read_bundle(write_bundle(entries), len(entries)) == entries


def test_the_longest_entry_fits_and_one_byte_more_does_not() -> None:
    longest = [b"x" * 65_535] * 256
    assert read_bundle(write_bundle(longest), 256) == longest
    with pytest.raises(Refused, match="Entry 1 "):
        write_bundle([b"", b"x" * 65_536])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_is_neither_empty_nor_too_wide(count: int) -> None:
    with pytest.raises(Refused):
        write_bundle([b"x"] * count)


@given(long_entries, st.integers(1, 30), st.integers(0, 100), st.binary(max_size=9))
def test_a_bundle_cut_off_gone_on_with_or_of_another_width_is_refused(
    entries: list[bytes], width: int, cut: int, more: bytes
) -> None:
    data = write_bundle(entries)
    for spoiled in (data[: -cut - 1], data + more + b"\0"):
        with pytest.raises(Refused):
            read_bundle(spoiled, len(entries))
    if width != len(entries):
        with pytest.raises(Refused):
            read_bundle(data, width)


@given(st.binary(max_size=300), st.integers(1, 256))
def test_junk_is_refused_or_read_as_it_is_written(data: bytes, width: int) -> None:
    try:
        entries = read_bundle(data, width)
    except Refused:
        return
    assert write_bundle(entries) == data


@pytest.mark.parametrize("size", [0, 31, 33, 63, 65, 96])
def test_a_tile_of_another_length_is_refused(size: int) -> None:
    assert read_tile(b"ab" * 32, 2) == [b"ab" * 16] * 2
    with pytest.raises(Refused):
        read_tile(b"x" * size, 2)


# ---- from tiles to nodes, roots and proofs


@pytest.fixture(name="large", scope="module")
def _large() -> tuple[list[bytes], dict[str, bytes]]:
    entries = [b"entry %d" % number for number in range(LARGE)]
    return [leaf_hash(one) for one in entries], publish(entries)


def test_proofs_from_tiles_are_those_that_go_makes() -> None:
    trees = load("go-tlog-oracle", "trees.json")["trees"]
    entries = [f"entry {index}".encode() for index in range(max(map(int, trees)))]
    for size, tree in ((int(size), tree) for size, tree in trees.items()):
        files = publish(entries[:size])
        nodes = tile_nodes(files.get, size)
        assert tiles_root(files.get, size) == raw(tree["root"])
        for index, expected in tree["incl"].items():
            assert prove_inclusion(int(index), size, nodes) == hashes(expected)
        for old, expected in tree["cons"].items():
            assert prove_consistency(int(old), size, nodes) == hashes(expected)


def test_every_node_comes_from_its_tile(large: tuple[list[bytes], dict[str, bytes]]) -> None:
    leaves, files = large
    nodes, expected = tile_nodes(files.get, LARGE), nodes_over(leaves)
    for level in range(LARGE.bit_length()):
        count = LARGE >> level
        for index in {0, 1, count // 2, count - 2, count - 1} & set(range(count)):
            assert nodes(level, index) == expected(level, index), f"level {level}, index {index}"


@settings(deadline=None, max_examples=50)
@given(st.integers(0, LARGE - 1), st.integers(1, LARGE))
def test_proofs_from_the_tiles_of_a_large_record_hold(
    large: tuple[list[bytes], dict[str, bytes]], index: int, old: int
) -> None:
    leaves, files = large
    nodes, root = tile_nodes(files.get, LARGE), tiles_root(files.get, LARGE)
    assert verify_inclusion(index, LARGE, leaves[index], prove_inclusion(index, LARGE, nodes), root)
    earlier = root_of(leaves[:old])
    assert verify_consistency(old, LARGE, prove_consistency(old, LARGE, nodes), earlier, root)


def test_a_proof_reads_few_tiles(large: tuple[list[bytes], dict[str, bytes]]) -> None:
    read: list[str] = []

    def reads(path: str) -> bytes | None:
        read.append(path)
        return large[1].get(path)

    prove_inclusion(300, LARGE, tile_nodes(reads, LARGE))
    assert len(read) <= 5


def test_a_record_of_nothing_has_the_empty_root() -> None:
    assert tiles_root(lambda path: None, 0) == EMPTY_ROOT


def without(files: dict[str, bytes], name: str) -> Callable[[str], bytes | None]:
    assert name in files
    return {other: held for other, held in files.items() if other != name}.get


def test_a_partial_tile_that_is_gone_is_read_from_the_full_one() -> None:
    entries = some_entries(600)
    files, later = publish(entries[:300]), publish(entries)
    merged = {**later, **files}
    for gone in ("tile/0/001.p/44", "tile/entries/001.p/44"):
        tile = parse_tile_path(gone)
        assert fetch_tile(without(merged, gone), tile) == fetch_tile(files.get, tile)
        with pytest.raises(Refused, match="missing"):
            fetch_tile(without(files, gone), tile)
    assert tiles_root(without(merged, "tile/0/001.p/44"), 300) == tiles_root(files.get, 300)


@pytest.mark.parametrize(
    ("level", "index"),
    [
        pytest.param(0, 300, id="a leaf beyond"),
        pytest.param(2, 75, id="a subtree beyond"),
        pytest.param(9, 0, id="a subtree that is not whole"),
        pytest.param(64, 0, id="a height that no tree has"),
        pytest.param(-1, 0, id="below the leaves"),
        pytest.param(0, -1, id="before the first"),
    ],
)
def test_a_node_that_the_tree_does_not_have_is_refused(level: int, index: int) -> None:
    files = publish(some_entries(300))
    with pytest.raises(Refused):
        tile_nodes(files.get, 300)(level, index)


def test_a_malformed_tile_is_named() -> None:
    files = publish(some_entries(300))
    files["tile/0/000"] = files["tile/0/000"][:-1]
    with pytest.raises(Refused, match=r"tile/0/000 is malformed"):
        prove_inclusion(7, 300, tile_nodes(files.get, 300))


def test_sizes_next_to_each_other_lead_from_one_to_the_next() -> None:
    entries = some_entries(520)
    for old, new in pairwise((1, 2, 255, 256, 257, 511, 512, 513, 520)):
        before, after = publish(entries[:old]), publish(entries[:new])
        proof = prove_consistency(old, new, tile_nodes(after.get, new))
        assert verify_consistency(old, new, proof, tiles_root(before.get, old), tiles_root(after.get, new))
