"""Files that are laid into a folder are taken in once they stand whole, and put aside with what became of them."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cap import alerts as theirs
from tests.web.installation import Installation
from tocsin.cap import write
from tocsin.flow.others import inbox
from tocsin.flow.others.inbox import Watcher
from tocsin.flow.others.inlets import add_inlet
from tocsin.report.inlet import InletKind, InletTerms
from tocsin.store import strangers

RAW = write(theirs.ALERT)


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "data")
    town.clock.set(datetime.now(UTC))
    terms = InletTerms(name="met", publisher="Met Office", kind=InletKind.FOLDER)
    add_inlet(town.house, terms, by="console", command="open", now=town.clock.now())
    yield town
    town.close()


@pytest.fixture(name="box")
def _box(town: Installation) -> Path:
    box = town.data / "inbox" / "met"
    box.mkdir(parents=True)
    return box


def look(town: Installation, times: int = 2, watcher: Watcher | None = None) -> Watcher:
    watcher = watcher or Watcher(town.store, town.clock)
    for _ in range(times):
        # Files bear the machine's time: three seconds after whatever was written by now, however long that took.
        town.clock.set(max(town.clock.now(), datetime.now(UTC)) + timedelta(seconds=3))
        watcher.round()
    return watcher


def kept(town: Installation) -> list[str]:
    with town.store.look() as here:
        return [one.standing.identifier for one in strangers.in_force(here.connection, theirs.SENT)[1]]


def test_a_whole_file_is_taken_in_and_put_among_the_kept(town: Installation, box: Path) -> None:
    (box / "flood.xml").write_bytes(RAW)
    look(town)
    assert kept(town) == ["town-1"]
    assert not (box / "flood.xml").exists()
    (aside,) = (box / "kept").iterdir()
    assert (aside.name.endswith("-flood.xml"), aside.read_bytes()) == (True, RAW)


def test_a_file_that_is_being_written_is_left_until_it_stands_still(town: Installation, box: Path) -> None:
    file, half = box / "flood.xml", len(RAW) // 2
    file.write_bytes(RAW[:half])
    watcher = look(town, 1)
    file.write_bytes(RAW)
    look(town, 1, watcher)
    assert file.exists(), "it has changed since the last look"
    (box / ".flood2.xml.part").write_bytes(RAW[:half])
    look(town, 3, watcher)
    assert kept(town) == ["town-1"]
    assert (box / ".flood2.xml.part").exists(), "a hidden file is being written by somebody"


def test_what_is_no_alert_is_put_among_the_refused_with_the_reason(town: Installation, box: Path) -> None:
    (box / "a.xml").write_bytes(b"<!DOCTYPE x><alert/>")
    (box / "b.txt").write_bytes(b"")
    look(town)
    assert kept(town) == []
    reasons = [file.read_text() for file in sorted((box / "refused").glob("*.reason.txt"))]
    assert len(reasons) == 2
    assert any("DOCTYPE" in reason for reason in reasons)


def test_links_pipes_and_folders_are_not_followed(town: Installation, box: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(RAW)
    (box / "link.xml").symlink_to(secret)
    os.mkfifo(box / "pipe.xml")
    (box / "folder").mkdir()
    (box / "folder" / "flood.xml").write_bytes(RAW)
    look(town)
    assert kept(town) == []
    assert secret.read_bytes() == RAW
    assert sorted(file.name for file in box.iterdir()) == ["refused"]
    assert len(list((box / "refused").glob("*.reason.txt"))) == 3


def test_a_link_in_the_place_of_the_kept_is_not_written_through(town: Installation, box: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (box / "kept").symlink_to(elsewhere)
    (box / "flood.xml").write_bytes(RAW)
    look(town)
    assert list(elsewhere.iterdir()) == []
    assert kept(town) == ["town-1"], "it is kept all the same"


def test_one_file_that_cannot_be_put_aside_keeps_no_other(
    town: Installation, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box / "a.xml").write_bytes(RAW)
    (box / "b.xml").write_bytes(RAW.replace(b"town-1", b"town-2"))
    rename = os.rename

    def stubborn(name: str, aside: str, *, src_dir_fd: int, dst_dir_fd: int) -> None:
        if name == "a.xml":
            raise PermissionError(1, "not yours")
        rename(name, aside, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

    monkeypatch.setattr(os, "rename", stubborn)
    look(town, 4)
    assert sorted(kept(town)) == ["town-1", "town-2"]
    assert sorted(file.name for file in box.iterdir()) == ["a.xml", "kept"]


def test_killed_after_it_was_kept_and_before_it_was_put_aside_it_is_kept_once(
    town: Installation, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (box / "flood.xml").write_bytes(RAW)

    class KilledError(BaseException):
        pass

    def killed(*_: object, **_more: object) -> None:
        raise KilledError

    with monkeypatch.context() as broken:
        broken.setattr(os, "rename", killed)
        with pytest.raises(KilledError):
            look(town)
    assert kept(town) == ["town-1"]
    assert (box / "flood.xml").exists()
    look(town)
    assert kept(town) == ["town-1"]
    assert not (box / "flood.xml").exists()


def test_a_thousand_files_are_taken_in(town: Installation, box: Path) -> None:
    for n in range(1_000):
        (box / f"{n}.xml").write_bytes(RAW.replace(b"town-1", b"town-%d" % n))
    look(town, 3)
    assert len(kept(town)) == 1_000


def test_what_was_put_aside_long_ago_or_is_too_much_goes_the_oldest_first(
    town: Installation, box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def aside() -> list[str]:
        return sorted(file.name[-5:] for where in ("kept", "refused") for file in (box / where).iterdir())

    monkeypatch.setattr(inbox, "MOST_ASIDE", 2)
    (box / "kept").mkdir()
    (box / "refused" / "folder").mkdir(parents=True)
    for number in range(3):
        (box / "kept" / f"{number}.xml").write_bytes(RAW)
        (box / "refused" / f"{number}.txt").symlink_to("/etc/passwd")
    look(town, times=1)
    assert len(aside()) == 5, "two of each, and the folder that somebody laid there"
    assert {"2.xml", "2.txt", "older"} <= {*aside()}, "of the folder the last letters"
    monkeypatch.setattr(inbox, "MOST_ASIDE", 99)
    monkeypatch.setattr(inbox, "MOST_ASIDE_BYTES", len(RAW))
    town.clock.set(town.clock.now() + timedelta(minutes=2))
    look(town, times=1)
    assert "2.xml" in aside()
    assert "1.xml" not in aside()
    town.clock.set(town.clock.now() + timedelta(days=31))
    look(town, times=1)
    assert aside() == ["older"]
    assert Path("/etc/passwd").exists()
