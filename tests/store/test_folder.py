"""The published folder: what it holds, and that it holds nothing else however its writer is stopped."""

import errno
import os
import shutil
import stat
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import corpus
from tests.record.published import SIGNER, publish, signed, some_entries
from tests.record.vectors import load
from tests.store.stopped import QUICK, Killed, Power, Stopping
from tocsin.basis.errors import Broken, Unreachable
from tocsin.record import EMPTY_ROOT, Frontier, leaf_hash, root_of
from tocsin.store.disc import Disc
from tocsin.store.folder import Folder

ENTRIES = some_entries(1300)
VKEYS = [SIGNER.vkey]


def entries(start: int, stop: int) -> Sequence[bytes]:
    return ENTRIES[start:stop]


def grow(folder: Folder, *sizes: int) -> Folder:
    """Let a folder grow from size to size, and publish the last."""
    for old, new in pairwise(sizes):
        folder.publish(signed(new, folder.grow(old, new, entries)))
    return folder


def held(folder: Folder) -> dict[str, bytes]:
    """Return every file of a folder, leftovers too, by name."""
    files = (path for path in folder.root.rglob("*") if path.is_file())
    return {str(path.relative_to(folder.root)): path.read_bytes() for path in files}


def leftovers(folder: Folder) -> list[Path]:
    return list(folder.root.parent.rglob(".*"))


def sound(folder: Folder) -> bool:
    return folder.audit(VKEYS, entries=False).problems == []


# ---- what it holds


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600, 1300])
def test_it_holds_the_files_of_the_record(tmp_path: Path, size: int) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, size)
    assert held(folder) == publish(ENTRIES[:size])
    assert folder.audit(VKEYS).problems == []
    assert list(folder.names()) == sorted(held(folder).keys() - {"checkpoint"}, key=lambda name: name.split("/"))


def test_it_gives_the_root_of_the_record_at_each_size(tmp_path: Path) -> None:
    folder, frontier = Folder(tmp_path / "record"), Frontier()
    assert folder.grow(0, 0, entries) == EMPTY_ROOT
    for size in range(1, 30):
        frontier = frontier.append(leaf_hash(ENTRIES[size - 1]))
        assert folder.grow(size - 1, size, entries) == frontier.root()
    assert folder.grow(29, 1300, entries) == root_of([leaf_hash(one) for one in ENTRIES])
    assert folder.grow(1300, 1300, entries) == root_of([leaf_hash(one) for one in ENTRIES])


@settings(deadline=None, max_examples=25)
@given(st.sets(st.integers(1, 700), min_size=1, max_size=6))
def test_however_it_grew_it_holds_the_same_but_for_partial_tiles(
    tmp_path_factory: pytest.TempPathFactory, sizes: set[int]
) -> None:
    folder = grow(Folder(tmp_path_factory.mktemp("data") / "record", QUICK), 0, *sorted(sizes))
    last = publish(ENTRIES[: max(sizes)])
    files = held(folder)
    assert {name: files[name] for name in last} == last
    assert all(".p/" in name for name in files.keys() - last.keys())
    assert sound(folder)


def test_it_writes_the_files_that_tessera_wrote(tmp_path: Path) -> None:
    log = corpus("record", "tessera-log")
    said = [one.encode() for one in load("tessera-log", "entries.json")]
    folder = Folder(tmp_path / "record")
    for size in range(len(said)):
        folder.grow(size, size + 1, lambda start, stop: said[start:stop])
    tiles = (path for path in (log / "tile").rglob("*") if path.is_file())
    assert held(folder) == {str(path.relative_to(log)): path.read_bytes() for path in tiles}


def test_it_asks_for_a_bundle_at_a_time_and_for_each_once(tmp_path: Path) -> None:
    asked: list[tuple[int, int]] = []

    def asking(start: int, stop: int) -> Sequence[bytes]:
        asked.append((start, stop))
        return entries(start, stop)

    Folder(tmp_path / "record").grow(0, 700, asking)
    assert asked == [(0, 256), (256, 512), (512, 700)]


def test_entries_that_are_missing_are_not_written_round(tmp_path: Path) -> None:
    with pytest.raises(Broken, match="From entry 256 on there are 0 entries where 44 must be"):
        Folder(tmp_path / "record").grow(0, 300, lambda start, stop: ENTRIES[start : min(stop, 256)])


def test_anyone_may_read_it_whatever_the_writer_s_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        folder = grow(Folder(tmp_path / "record"), 0, 300)
    finally:
        os.umask(before)
    modes = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in [folder.root, *folder.root.rglob("*")]}
    assert modes == {True: 0o755, False: 0o644}


# ---- reading


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "/etc/hostname",
        "../tocsin.db",
        "tile/../../tocsin.db",
        "tile/0",
        "tile/0/x000/001",
        "tile/0/.000.aside",
        "checkpoint/",
        "checkpoint\0",
        "tile/0/007",
    ],
)
def test_only_what_is_published_can_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "tocsin.db").write_bytes(b"secret")
    folder = grow(Folder(tmp_path / "record"), 0, 300)
    (folder.root / "tile/0/.000.aside").write_bytes(b"left")
    assert folder.read(name) is None
    assert folder.read("tile/0/000") is not None


def test_a_link_a_directory_or_a_pipe_in_a_tile_s_place_is_no_tile(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 300)
    (tmp_path / "secret").write_bytes(b"secret")
    (folder.root / "tile/0/001").symlink_to(tmp_path / "secret")
    (folder.root / "tile/0/002").mkdir()
    os.mkfifo(folder.root / "tile/0/003")
    assert [folder.read(f"tile/0/00{number}") for number in (1, 2, 3)] == [None] * 3


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 300)
    os.truncate(folder.root / "tile/entries/000", 1 << 40)
    data = folder.read("tile/entries/000")
    assert data is not None
    assert len(data) == 256 * 65_537 + 1
    assert not sound(folder)


def test_before_the_first_there_is_no_checkpoint(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "record")
    assert folder.checkpoint() is None
    assert folder.audit(VKEYS).problems == ["checkpoint is missing."]
    folder.publish(b"one\n")
    folder.publish(b"another\n")
    assert folder.checkpoint() == b"another\n"


def test_a_folder_can_be_written_from_another(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 200, 600)
    other = Folder(tmp_path / "copy")
    other.publish(signed(600, other.grow(0, 600, folder.entries_of(600))))
    assert held(other) == publish(ENTRIES[:600])


def test_every_entry_that_lies_in_a_folder_is_given_but_for_a_damaged_bundle(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 200, 600)
    assert dict(folder.all_entries()) == dict(enumerate(ENTRIES[:600]))
    os.truncate(folder.root / "tile/entries/001", 99)
    assert dict(folder.all_entries()).keys() == {*range(256), *range(512, 600)}


# ---- what may never change


@pytest.mark.parametrize("name", ["tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1"])
@pytest.mark.parametrize("other", [b"", b"x", b"x" * 100_000])
def test_an_altered_file_is_named_and_left_as_evidence(tmp_path: Path, name: str, other: bytes) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 300)
    (folder.root / name).write_bytes(other)
    with pytest.raises(Broken, match=f"{name} was altered"):
        folder.grow(0, 300, entries)
    assert (folder.root / name).read_bytes() == other


# ---- what lies beyond the checkpoint


LOST = [*ENTRIES[:300], *(entry + b" lost" for entry in ENTRIES[300:])]


def lost(start: int, stop: int) -> Sequence[bytes]:
    """Return the entries of a record that was never published beyond its 300th, and that nobody has any more."""
    return LOST[start:stop]


def left_behind(place: Path, *sizes: int) -> Folder:
    """Return a folder of 300 entries beside which a writer that was stopped left tiles of other records."""
    folder = grow(Folder(place / "record", QUICK), 0, 300)
    for size in sizes:
        folder.grow(300, size, lost)
    return folder


@pytest.mark.parametrize("size", [301, 340, 400, 511, 512, 513, 600, 768, 1024, 1300])
@pytest.mark.parametrize("written", [301, 340, 512, 600, 1300])
def test_what_a_stopped_writer_left_beyond_the_checkpoint_makes_way(tmp_path: Path, written: int, size: int) -> None:
    folder = left_behind(tmp_path, *sorted({340, written}))
    assert sound(folder)
    for old, new in pairwise([300, size, *([1300] if size < 1300 else [])]):
        root = folder.grow(old, new, entries)
        assert root == root_of([leaf_hash(one) for one in ENTRIES[:new]])
        assert sound(folder), "until then, what was published is as it was"
        folder.publish(signed(new, root))
        assert sound(folder)
        files, must = held(folder), publish(ENTRIES[:new])
        assert {name: files[name] for name in must} == must
        folder.prune(new)
        assert sound(folder)


def test_stopped_while_that_makes_way_it_completes_the_next_time(tmp_path: Path) -> None:
    calls = 0
    for at in range(1_000):
        (tmp_path / str(at)).mkdir()
        folder = left_behind(tmp_path / str(at), 340, 600)
        power = Power(Stopping(at).disc)
        try:
            grow(Folder(folder.root, power.disc), 300, 400)
        except Killed:
            power.lose(names=bool(at % 2))
            assert sound(folder)
            calls += 1
        else:
            break
        grow(folder, 300, 400, 700)
        assert sound(folder)
    assert calls > 20


@pytest.mark.parametrize("name", ["tile/entries/001.p/44", "tile/entries/001.p/100", "tile/entries/001", "tile/0/001.p/44",
                                  "tile/0/001.p/100", "tile/0/001", "tile/1/000.p/1", "tile/1/000.p/2"])  # fmt: skip
def test_what_was_published_stops_everything_where_it_was_altered(tmp_path: Path, name: str) -> None:
    folder = left_behind(tmp_path, 356, 600)
    raw = bytearray(held(folder)[name])
    raw[9] ^= 1  # in the first entry or hash of the tile, which the checkpoint covers
    (folder.root / name).write_bytes(raw)
    with pytest.raises(Broken, match=f"{name} was altered"):
        folder.grow(300, 513, entries)
    assert (folder.root / name).read_bytes() == raw, "left as evidence"


@pytest.mark.parametrize("place", [256, 299])
def test_entries_that_are_no_longer_those_that_were_published_are_not_written_beside_them(
    tmp_path: Path, place: int
) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 300)
    before = held(folder)
    other = [*ENTRIES[:place], ENTRIES[place] + b" ", *ENTRIES[place + 1 :]]
    with pytest.raises(Broken, match=r"tile/entries/001\.p/44 was altered, or comes from another record"):
        folder.grow(300, 400, lambda start, stop: other[start:stop])
    assert held(folder) == before


def test_without_a_checkpoint_nothing_makes_way(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "record")
    folder.grow(0, 340, lost)
    before = held(folder)
    with pytest.raises(Broken, match=r"tile/entries/001\.p/84 was altered.* move the whole folder away"):
        folder.grow(0, 340, entries)
    assert held(folder) == before


def test_nothing_is_built_on_a_tile_that_is_missing(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 600)
    (folder.root / "tile/0/000").unlink()
    with pytest.raises(Broken, match="tile/0/000 is missing"):
        folder.grow(600, 800, entries)


def test_nothing_is_built_on_a_tile_that_is_damaged(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 600)
    (folder.root / "tile/0/000").write_bytes(b"short")
    with pytest.raises(Broken, match="tile/0/000 is malformed"):
        folder.grow(600, 800, entries)


def test_growing_on_an_altered_tile_does_not_give_the_record_s_root(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 600)
    (folder.root / "tile/0/000").write_bytes(b"\x07" * 8192)
    with pytest.raises(Broken, match=r"tile/1/000\.p/2 was altered, or"):
        folder.grow(600, 800, entries)
    (folder.root / "tile/1/000.p/2").unlink()
    assert folder.grow(600, 800, entries) != root_of([leaf_hash(one) for one in ENTRIES[:800]])


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 600)
    before = {path: path.stat().st_mtime_ns for path in folder.root.rglob("*")}
    folder.grow(0, 600, entries)
    assert {path: path.stat().st_mtime_ns for path in folder.root.rglob("*")} == before


def test_a_disc_that_takes_a_little_at_a_time_gets_all(tmp_path: Path) -> None:
    slow = Disc(write=lambda file, data: os.write(file, data[:1000]))
    assert held(grow(Folder(tmp_path / "record", slow), 0, 300)) == publish(ENTRIES[:300])


# ---- stopped


class Step:
    """A step from one size to another, published; it is taken again and again, to be stopped at each call in turn."""

    def __init__(self, place: Path, old: int, new: int) -> None:
        self.old, self.new = old, new
        self._place = place
        (place / "before").mkdir()
        grow(Folder(place / "before" / "record", QUICK), *sorted({0, old}))
        counting = Stopping(1 << 60)
        done = self._copy("done")
        self.take(done, counting.disc)
        self.calls = counting.calls
        self.done = held(done)

    def take(self, folder: Folder, disc: Disc = QUICK) -> None:
        grow(Folder(folder.root, disc), self.old, self.new)

    def each(self, every: int = 1) -> Iterator[tuple[int, Folder]]:
        """Give a folder of the old size for each call, or every so manieth, and the number of the call."""
        for at in range(0, self.calls, every):
            folder = self._copy(str(at))
            yield at, folder
            shutil.rmtree(folder.root.parent)

    def _copy(self, name: str) -> Folder:
        shutil.copytree(self._place / "before", self._place / name)
        return Folder(self._place / name / "record")

    def holds(self, folder: Folder) -> bool:
        """Say whether the published checkpoint is the old or the new one, and what it speaks of is there."""
        return folder.checkpoint() is None or (
            sound(folder) and folder.audit(VKEYS, entries=False).size in (self.old, self.new)
        )


@pytest.fixture(
    name="step", params=[pytest.param((0, 300), id="from nothing"), pytest.param((250, 600), id="over a tile's end")]
)
def _step(tmp_path: Path, request: pytest.FixtureRequest) -> Step:
    return Step(tmp_path, *request.param)


def test_killed_at_any_call_and_done_again_it_is_as_if_nothing_had_been(step: Step) -> None:
    assert step.calls > 50
    for at, folder in step.each():
        with pytest.raises(Killed):
            step.take(folder, Stopping(at).disc)
        assert step.holds(folder)
        step.take(folder)
        assert held(folder) == step.done
        assert leftovers(folder) == []


@pytest.mark.parametrize("names", [False, True], ids=["bytes are lost", "names are lost"])
def test_the_power_may_go_at_any_call(step: Step, names: bool) -> None:
    for at, folder in step.each():
        power = Power(Stopping(at).disc)
        with pytest.raises(Killed):
            step.take(folder, power.disc)
        power.lose(names=names)
        assert step.holds(folder)
        step.take(folder)
        assert held(folder) == step.done
        assert leftovers(folder) == []


@pytest.mark.parametrize("names", [False, True], ids=["bytes", "names"])
def test_once_it_has_returned_the_power_takes_nothing(tmp_path: Path, names: bool) -> None:
    power = Power()
    folder = Folder(tmp_path / "record", power.disc)
    for old, new in ((0, 300), (300, 600)):
        root = folder.grow(old, new, entries)
        before = held(folder)
        power.lose(names=names)
        assert held(folder) == before
        folder.publish(signed(new, root))
        power.lose(names=names)
        assert folder.checkpoint() == signed(new, root)
    assert sound(folder)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(errno.ENOSPC, "The disc is full; .* Make room, then try again.", id="full"),
        pytest.param(errno.EDQUOT, "The disc is full; .* Make room, then try again.", id="over quota"),
        pytest.param(errno.EROFS, "The disc is read-only; .* Make it writable, then try again.", id="read-only"),
        pytest.param(errno.EACCES, ".* is closed to us. Check its owner and its mode", id="somebody else's"),
        pytest.param(errno.EIO, "The disc failed at .*. Look at the disc before anything else", id="failing"),
        pytest.param(errno.EMFILE, ".* could not be read or written: Too many open files.", id="something else"),
    ],
)
def test_a_disc_that_refuses_is_told_of_in_one_sentence(tmp_path: Path, error: int, said: str) -> None:
    step = Step(tmp_path, 0, 300)
    for at, folder in step.each(every=1 if error == errno.ENOSPC else 7):
        with pytest.raises(Unreachable, match=f"^{said}"):
            step.take(folder, Stopping(at, error=error).disc)
        step.take(folder)
        assert held(folder) == step.done
        assert leftovers(folder) == []


def test_stopped_and_then_grown_further_it_keeps_no_leftover(tmp_path: Path) -> None:
    step = Step(tmp_path, 0, 300)
    for at, folder in step.each(every=2):
        with pytest.raises(Killed):
            step.take(folder, Stopping(at).disc)
        grow(Folder(folder.root, QUICK), 0, (400, 512, 700)[at % 3])
        assert leftovers(folder) == []
        assert sound(folder)


# ---- pruned


def test_partial_tiles_go_when_a_full_one_has_come(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 250, 300, 500, 600)
    assert len(held(folder)) > len(publish(ENTRIES[:600]))
    assert folder.prune(600) == 6
    assert folder.prune(600) == 0
    assert held(folder).keys() == publish(ENTRIES[:600]).keys() | {"tile/1/000.p/1"}
    assert sound(folder)


def test_partial_tiles_stay_as_long_as_the_checkpoint_is_older_than_the_full_one(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 250)
    folder.grow(250, 600, entries)
    assert folder.prune(250) == 0
    assert sound(folder)


def test_partial_tiles_stay_where_the_full_one_is_missing(tmp_path: Path) -> None:
    folder = grow(Folder(tmp_path / "record"), 0, 250, 600)
    (folder.root / "tile/0/000").unlink()
    assert folder.prune(600) == 1
    assert folder.read("tile/0/000.p/250") is not None


def test_pruning_killed_at_any_call_is_completed_later(tmp_path: Path) -> None:
    for at in range(6):  # two files each of two tiles, and their two folders
        data = tmp_path / str(at)
        data.mkdir()
        folder = grow(Folder(data / "record"), 0, 200, 250, 300)
        with pytest.raises(Killed):
            Folder(folder.root, Stopping(at).disc).prune(300)
        assert sound(folder)
        folder.prune(300)
        assert held(folder) == publish(ENTRIES[:300])


def test_there_is_nothing_to_prune_before_there_is_anything(tmp_path: Path) -> None:
    assert Folder(tmp_path / "record").prune(0) == 0


# ---- altered on the disc


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_any_bit_of_any_file_tells(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = grow(Folder(tmp_path_factory.mktemp("data") / "record", QUICK), 0, 200, 300)
    name = data.draw(st.sampled_from(sorted(held(folder))))
    raw = bytearray(held(folder)[name])
    bit = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    (folder.root / name).write_bytes(raw)
    assert not sound(folder)
    (folder.root / name).write_bytes(raw[: bit // 8])
    assert not sound(folder)
