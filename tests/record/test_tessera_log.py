"""A real log that others wrote, read and checked through its published files alone."""

from pathlib import Path

import pytest

from tests.corpus import corpus
from tests.record.vectors import load
from tocsin.record import (
    Tile,
    audit,
    fetch_tile,
    leaf_hash,
    open_note,
    parse_checkpoint,
    prove_consistency,
    prove_inclusion,
    tile_nodes,
    tiles_for,
    tiles_root,
    verify_consistency,
    verify_inclusion,
    write_bundle,
)
from tocsin.record.tiles import Read


@pytest.fixture(name="log")
def _log() -> Path:
    return corpus("record", "tessera-log")


def reader(log: Path, size: int | None = None) -> Read:
    """Read the log's files as they stood at a size; its checkpoints lie beside each other."""

    def read(path: str) -> bytes | None:
        place = log / (f"checkpoint.{size}" if path == "checkpoint" and size is not None else path)
        return place.read_bytes() if place.is_file() else None

    return read


def sizes(log: Path) -> list[int]:
    found = sorted(int(path.name.partition(".")[2]) for path in log.glob("checkpoint.*"))
    assert len(found) > 1
    return found


def vkey(log: Path) -> str:
    return (log / "log.pub").read_text().strip()


def test_it_passes_the_audit_at_each_size(log: Path) -> None:
    for size in sizes(log):
        found = audit(reader(log, size), [vkey(log)], entries=False)
        assert (found.ok, found.size, found.problems) == (True, size, [])
    assert audit(reader(log), [vkey(log)], entries=False).size == sizes(log)[-1]


def test_its_partial_tiles_of_all_sizes_agree_with_the_last(log: Path) -> None:
    names = sorted(str(path.relative_to(log)) for path in (log / "tile").rglob("*") if path.is_file())
    assert len(names) > len(sizes(log))
    assert audit(reader(log), [vkey(log)], entries=False, listed=names).problems == []


def test_its_entries_are_none_of_ours(log: Path) -> None:
    found = audit(reader(log), [vkey(log)])
    assert not found.ok
    assert found.problems[0].startswith("Entry 0 is none of Tocsin's.")


def test_its_bundles_hold_its_entries_and_are_those_that_we_would_write(log: Path) -> None:
    entries = [one.encode() for one in load("tessera-log", "entries.json")]
    for size in sizes(log):
        for tile in tiles_for(0, size):
            if tile.is_bundle:
                held = entries[tile.start : tile.start + tile.width]
                assert fetch_tile(reader(log), tile) == held
                assert (log / tile.path).read_bytes() == write_bundle(held)


def test_it_has_the_files_that_we_expect_at_each_size_and_no_other(log: Path) -> None:
    expected = {tile.path for size in sizes(log) for tile in tiles_for(0, size)}
    assert {str(path.relative_to(log)) for path in (log / "tile").rglob("*") if path.is_file()} == expected


def test_proofs_from_its_tiles_lead_to_its_signed_roots(log: Path) -> None:
    last = parse_checkpoint(open_note((log / "checkpoint").read_bytes(), [vkey(log)]))
    nodes = tile_nodes(reader(log), last.size)
    assert tiles_root(reader(log), last.size) == last.root
    for index in range(last.size):
        bundle = Tile("entries", index // 256, Tile("entries", index // 256).cut(last.size))
        leaf = leaf_hash(fetch_tile(reader(log), bundle)[index % 256])
        assert verify_inclusion(index, last.size, leaf, prove_inclusion(index, last.size, nodes), last.root)
    for size in sizes(log)[1:]:
        earlier = parse_checkpoint(open_note((log / f"checkpoint.{size}").read_bytes(), [vkey(log)]))
        proof = prove_consistency(size, last.size, nodes)
        assert verify_consistency(size, last.size, proof, earlier.root, last.root)


def test_another_key_does_not_open_it(log: Path) -> None:
    other = load("witness-exchanges", "sumdb_real_checkpoint.json")["vkey"]
    found = audit(reader(log), [other], entries=False)
    assert not found.ok
    assert found.problems == ["checkpoint is not signed as it must be. None of the listed keys has signed this note."]
