"""A backup: two archives that are whole or not there, that do not lie together, and that are hostile until read."""

import base64
import errno
import io
import json
import os
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysqlite3 import dbapi2 as sqlite

from tests.faults.processes import wait_until
from tests.store.stopped import Killed, Power, Stopping
from tests.story.restored import backs_up, forgets
from tocsin.basis.errors import Refused, TocsinError, Unreachable
from tocsin.basis.fact import Erased
from tocsin.flow.record.restore import Wanted, restore
from tocsin.people.state import Person
from tocsin.store.archive import MOST, open_archive
from tocsin.store.backup import Backup, back_up
from tocsin.store.lock import DataLock
from tocsin.store.reconcile import reconcile
from tocsin.testing.town import MORNING, Town


@pytest.fixture(name="town", scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A town that only grows."""
    with Town(tmp_path_factory.mktemp("town") / "var") as town:
        town.person("Ann")
        town.pass_time(hours=1)
        town.publish()
        yield town


@pytest.fixture(name="made", scope="module")
def _made(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Backup:
    (town.app.settings.data / "tocsin.toml").write_text('organisation = "The town"\n')
    return backs_up(town, tmp_path_factory.mktemp("shelf"))


@pytest.fixture(name="shelf")
def _shelf(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("data", "keys"):
        (tmp_path / name).mkdir()
    return tmp_path / "data", tmp_path / "keys"


def brought_back(backup: Backup, to: Path, **more: Any) -> None:
    wanted: dict[str, Any] = {"data": backup.data, "keys": backup.keys, "to": to, "without_erasures": True} | more
    restore(Wanted(**wanted), os.urandom, MORNING)


# ---- what it writes


def test_any_tar_reads_it_and_it_holds_what_its_manifest_says(town: Town, made: Backup) -> None:
    assert (made.data.name, made.keys.name) == (
        "tocsin-data-2031-05-06T09-00-00Z.tar", "tocsin-keys-2031-05-06T09-00-00Z.tar",
    )  # fmt: skip
    for place, names in (
        (made.data, ["manifest.json", "tocsin.db", "tocsin.toml"]),
        (made.keys, ["manifest.json", "keys.db", "record.key", "links.key"]),
    ):
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
        with tarfile.open(place) as tar:
            assert tar.getnames() == names
            assert all(one.isreg() and one.mode == 0o600 for one in tar)
            manifest = json.load(tar.extractfile("manifest.json") or io.BytesIO())
        assert manifest["made_at"] == "2031-05-06T09:00:00Z"
        assert manifest["origin"] == town.app.store.origin
        assert (manifest["journal"], manifest["size"], manifest["root"]) == (made.journal, made.size, made.root)
    with town.app.store.look() as look:
        assert made.journal == look.journal_size() > 0
    assert bytes.fromhex(made.root) == town.app.store.root_at(made.size)


def test_no_key_lies_in_the_archive_of_the_data(town: Town, made: Backup) -> None:
    line = sqlite.connect(town.app.settings.data / "keys.db")
    keys = [key for (key,) in line.execute("SELECT key FROM keys")]
    line.close()
    keys += [(town.app.settings.data / name).read_bytes() for name in ("record.key", "links.key")]
    assert len(keys) == 6
    assert all(key in made.keys.read_bytes() for key in keys)
    assert not any(key in made.data.read_bytes() for key in keys)


def test_a_second_backup_at_the_same_moment_takes_no_place_of_the_first(town: Town, shelf: tuple[Path, Path]) -> None:
    for _ in range(3):
        back_up(town.app.store, *shelf, lambda: town.now)
    assert [sorted(file.name for file in place.iterdir()) for place in shelf] == [
        [f"tocsin-{holds}-2031-05-06T09-00-00Z{count}.tar" for count in (".2", ".3", "")] for holds in ("data", "keys")
    ]


def test_keys_behind_links_and_a_settings_file_behind_a_link_go_along(tmp_path: Path, shelf: tuple[Path, Path]) -> None:
    with Town(tmp_path / "var") as town:
        town.person("Ann")
        stick = tmp_path / "stick"
        stick.mkdir()
        for name in ("links.key", "record.key"):
            (tmp_path / "var" / name).rename(stick / name)
            (tmp_path / "var" / name).symlink_to(stick / name)
        (stick / "settings").write_text('organisation = "The town"\n')
        (tmp_path / "var" / "tocsin.toml").symlink_to(stick / "settings")
        made = back_up(town.app.store, *shelf, lambda: town.now)
    brought_back(made, tmp_path / "new")
    for name in ("links.key", "record.key"):
        assert (tmp_path / "new" / name).read_bytes() == (stick / name).read_bytes()
        assert stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) == 0o600
    assert "The town" in (tmp_path / "new" / "tocsin.toml").read_text()


@pytest.mark.parametrize(
    ("data_to", "keys_to", "why"),
    [
        pytest.param("a", "a", "Keys never lie beside data", id="one directory"),
        pytest.param("a", "a/b", "Keys never lie beside data", id="keys within data"),
        pytest.param("a/b", "a", "Keys never lie beside data", id="data within keys"),
        pytest.param("a", "link to a", "Keys never lie beside data", id="one directory by two names"),
        pytest.param("var", "a", "inside the data directory", id="beside the database"),
        pytest.param("a", "var/record", "inside the data directory", id="in the published folder"),
        pytest.param("a", "nowhere", "Make it, or mount what belongs there", id="a disc that is not mounted"),
        pytest.param("a", "a/file", "is no directory", id="a file"),
    ],
)
def test_where_an_archive_may_not_lie_none_is_written(
    town: Town, tmp_path: Path, data_to: str, keys_to: str, why: str
) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "file").touch()
    (tmp_path / "link to a").symlink_to(tmp_path / "a")
    (tmp_path / "var").symlink_to(town.app.settings.data)
    with pytest.raises(Refused, match=why):
        back_up(town.app.store, tmp_path / data_to, tmp_path / keys_to, lambda: town.now)
    assert list(tmp_path.rglob("*.tar")) == []
    assert list(town.app.settings.data.glob("*.tar")) == []


# ---- while it runs


def test_everyone_in_a_database_archive_has_a_key_in_the_key_archive_whoever_comes_meanwhile(tmp_path: Path) -> None:
    made: list[Backup] = []
    with Town(tmp_path / "var") as town:
        over = threading.Event()

        def arrive() -> None:
            for number in range(1_000):
                town.person(f"Person {number}")
                if over.is_set():
                    return

        thread = threading.Thread(target=arrive)
        thread.start()
        for _ in range(4):
            made.append(backs_up(town, tmp_path / "shelf"))
            wait_until(lambda: _facts(town) > made[-1].journal or not thread.is_alive())
        over.set()
        thread.join()
    assert len({one.journal for one in made}) > 1, "people came between the backups"
    for number, one in enumerate(made):
        brought_back(one, tmp_path / f"new {number}")
        with Town(tmp_path / f"new {number}") as again:
            assert reconcile(again.app.store) == []
            with again.app.store.look() as look:
                people = look.all(Person)
        assert people
        assert not [person.id for person in people if person.name == Erased()]


def _facts(town: Town) -> int:
    with town.app.store.look() as look:
        return look.journal_size()


def between(step: Callable[[], None], town: Town) -> Callable[[], Any]:
    """Return a clock that takes a step between the archive of the data and that of the keys."""
    calls: list[int] = []

    def now() -> Any:
        calls.append(1)
        if len(calls) == 2:
            step()
        return town.now

    return now


def test_who_is_forgotten_between_the_two_archives_is_gone_when_they_come_back(
    tmp_path: Path, shelf: tuple[Path, Path]
) -> None:
    with Town(tmp_path / "var") as town:
        town.person("Ann")
        made = back_up(town.app.store, *shelf, between(lambda: forgets(town, "Ann"), town))
        ann = town.id("Ann")
    brought_back(made, tmp_path / "new")
    with Town(tmp_path / "new") as again:
        with again.app.store.look() as look:
            person = look.get(Person, ann)
        assert (person.forgotten, person.name) == (True, Erased())
        assert reconcile(again.app.store) == []


def test_a_key_of_the_record_that_changes_between_its_two_files_is_not_lost(
    tmp_path: Path, shelf: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Town(tmp_path / "var") as town:
        town.rotates_key()
        read_bytes, read = Path.read_bytes, []

        def while_it_is_retired(self: Path) -> bytes:
            raw = read_bytes(self)
            read.append(self.name)
            if read == ["record.next.key"]:
                town.retires_key()
            return raw

        following = town.app.store.secrets.next_record
        monkeypatch.setattr(Path, "read_bytes", while_it_is_retired)
        made = back_up(town.app.store, *shelf, lambda: town.now)
        monkeypatch.undo()
    with tarfile.open(made.keys) as tar:
        assert "record.next.key" not in tar.getnames()
        assert (tar.extractfile("record.key") or io.BytesIO()).read() == following


def test_one_backup_at_a_time(town: Town, shelf: tuple[Path, Path]) -> None:
    seen: list[str] = []

    def another() -> None:
        with pytest.raises(Refused, match="being made already") as said:
            back_up(town.app.store, *shelf, lambda: town.now)
        seen.append(str(said.value))

    back_up(town.app.store, *shelf, between(another, town))
    assert len(seen) == 1


# ---- killed, or refused by the disc


def whole(place: Path) -> bool:
    """Say whether an archive is whole."""
    holds = "data" if "-data-" in place.name else "keys"
    with open_archive(place, "data" if holds == "data" else "keys") as archive:
        for name in archive.manifest.members:
            archive.read(name)
    return True


def calls_of_a_backup(town: Town, shelf: tuple[Path, Path]) -> int:
    counting = Stopping(1 << 30)
    back_up(town.app.store, *shelf, lambda: town.now, counting.disc)
    return counting.calls


def test_killed_at_any_call_it_leaves_no_half_archive_and_the_next_one_clears_up(
    town: Town, shelf: tuple[Path, Path]
) -> None:
    calls = calls_of_a_backup(town, shelf)
    assert calls > 20
    for at in range(calls):
        with pytest.raises(Killed):
            back_up(town.app.store, *shelf, lambda: town.now, Stopping(at).disc)
        assert all(whole(file) for place in shelf for file in place.glob("tocsin-*"))
        assert all(file.name.startswith(".tocsin-") for place in shelf for file in place.glob(".*"))
        for file in [file for place in shelf for file in place.glob("tocsin-*")]:
            file.unlink()
    back_up(town.app.store, *shelf, lambda: town.now)
    assert [len(list(place.iterdir())) for place in shelf] == [1, 1]


@pytest.mark.parametrize("names", [False, True], ids=["bytes", "bytes and names"])
def test_when_the_power_goes_right_after_it_both_archives_are_there_and_whole(
    town: Town, shelf: tuple[Path, Path], names: bool
) -> None:
    power = Power()
    made = back_up(town.app.store, *shelf, lambda: town.now, power.disc)
    power.lose(names=names)
    assert whole(made.data)
    assert whole(made.keys)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_a_disc_that_refuses_any_write_is_named_and_nothing_half_is_left(
    town: Town, shelf: tuple[Path, Path], error: int
) -> None:
    for at in range(calls_of_a_backup(town, shelf)):
        for place in shelf:
            for file in place.iterdir():
                file.unlink()
        with pytest.raises(Unreachable, match=str(shelf[0].parent)):
            back_up(town.app.store, *shelf, lambda: town.now, Stopping(at, error=error).disc)
        assert all(whole(file) for place in shelf for file in place.glob("tocsin-*"))
        left = [file.name for place in shelf for file in place.glob(".*")]
        assert len(left) <= 1, "what could not even be removed; the next one clears it up"


# ---- hostile archives


def packed(to: Path, members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.GNU_FORMAT) -> Path:
    with tarfile.open(to, "w", format=form) as tar:
        for about, content in members:
            tar.addfile(about, io.BytesIO(content))
    return to


def members_of(place: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(place) as tar:
        return [(one, (tar.extractfile(one) or io.BytesIO()).read()) for one in tar]


def named(name: str, content: bytes = b"", **more: Any) -> tuple[tarfile.TarInfo, bytes]:
    about = tarfile.TarInfo(name)
    about.size = len(content)
    for field, value in more.items():
        setattr(about, field, value)
    return about, content


Members = list[tuple[tarfile.TarInfo, bytes]]


def with_manifest(whole: Members, **said: Any) -> Members:
    _, raw = whole[0]
    return [named("manifest.json", json.dumps(json.loads(raw) | said).encode()), *whole[1:]]


SPOILT: dict[str, Callable[[Members], Members]] = {
    "a link": lambda one: [*one, named("tocsin.toml", type=tarfile.SYMTYPE, linkname="/etc/passwd")],
    "a link in the place of the database": lambda one: [
        one[0], named("tocsin.db", type=tarfile.SYMTYPE, linkname="/etc/passwd"), *one[2:]
    ],
    "a hard link": lambda one: [*one[:2], named("tocsin.toml", type=tarfile.LNKTYPE, linkname="tocsin.db")],
    "a device": lambda one: [*one[:2], named("tocsin.toml", type=tarfile.CHRTYPE)],
    "a pipe": lambda one: [*one[:2], named("tocsin.toml", type=tarfile.FIFOTYPE)],
    "a folder": lambda one: [named("tocsin.db/", type=tarfile.DIRTYPE), *one],
    "a path that leads out": lambda one: [*one, named("../tocsin.toml", b"x")],
    "a path from the root": lambda one: [*one, named("/tmp/tocsin.toml", b"x")],
    "a path that begins here": lambda one: [named("./manifest.json", one[0][1]), *one[1:]],
    "a name of nobody's": lambda one: [*one, named("control.sock", b"x")],
    "a key among the data": lambda one: [*one, named("record.key", bytes(32))],
    "a member twice": lambda one: [*one, one[1]],
    "a manifest twice": lambda one: [one[0], *one],
    "a manifest that is missing": lambda one: one[1:],
    "a database that is missing": lambda one: [one[0], *one[2:]],
    "a member that the manifest does not know": lambda one: [
        *one[:2], named("tocsin.toml", b"listen = '0.0.0.0:80'")
    ],
    "another database": lambda one: [one[0], named("tocsin.db", one[1][1][:-1] + b"\1"), *one[2:]],
    "a shorter database": lambda one: [one[0], named("tocsin.db", one[1][1][:-1]), *one[2:]],
    "an endless manifest": lambda one: [named("manifest.json", bytes(1 << 17)), *one[1:]],
    "a manifest that is no JSON": lambda one: [named("manifest.json", b"{"), *one[1:]],
    "a manifest in no letters": lambda one: [named("manifest.json", b'{"format":"\xff"}'), *one[1:]],
    "a manifest that nests": lambda one: [named("manifest.json", b"[" * 60_000), *one[1:]],
    "a manifest of numbers": lambda one: [named("manifest.json", b"7"), *one[1:]],
    "a manifest of another form": lambda one: with_manifest(one, format="tocsin.backup/2"),
    "a manifest without an offset": lambda one: with_manifest(one, made_at="2031-05-06T09:00:00"),
    "a manifest of keys": lambda one: with_manifest(one, holds="keys"),
    "a manifest without members": lambda one: with_manifest(one, members={}),
    "a journal of another length": lambda one: with_manifest(one, journal=7),
    "a record of another root": lambda one: with_manifest(one, root="00" * 32),
    "nothing": lambda _: [],
}  # fmt: skip


@pytest.mark.parametrize("how", SPOILT)
def test_an_archive_that_is_not_as_it_must_be_is_refused_and_leaves_nothing(
    made: Backup, tmp_path: Path, how: str
) -> None:
    spoilt = packed(tmp_path / "spoilt.tar", SPOILT[how](members_of(made.data)))
    with pytest.raises(Refused, match="Take another archive"):
        restore(Wanted(data=spoilt, keys=made.keys, to=tmp_path / "new", without_erasures=True), os.urandom, MORNING)
    assert [file.name for file in tmp_path.iterdir()] == ["spoilt.tar"]


def test_one_that_another_tar_packed_again_is_as_good(made: Backup, tmp_path: Path) -> None:
    again = packed(tmp_path / "again.tar", members_of(made.data), tarfile.USTAR_FORMAT)
    restore(Wanted(data=again, keys=made.keys, to=tmp_path / "new", without_erasures=True), os.urandom, MORNING)


def test_extensions_of_other_tars_are_refused(made: Backup, tmp_path: Path) -> None:
    about, content = members_of(made.data)[0]
    about.pax_headers = {"path": "../" * 20 + "manifest.json"}
    spoilt = packed(tmp_path / "spoilt.tar", [(about, content)], tarfile.PAX_FORMAT)
    with pytest.raises(Refused), open_archive(spoilt, "data"):
        pass


def content(place: Path) -> dict[str, bytes]:
    with open_archive(place, "keys") as archive:
        return {name: archive.read(name) for name in archive.manifest.members}


@settings(max_examples=400, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255))
def test_wherever_a_byte_is_changed_it_is_refused_or_changes_nothing(
    made: Backup, tmp_path_factory: pytest.TempPathFactory, where: float, bits: int
) -> None:
    changed = bytearray(made.keys.read_bytes())
    changed[int(where * len(changed))] ^= bits
    place = tmp_path_factory.getbasetemp() / "changed.tar"
    place.write_bytes(changed)
    try:
        assert content(place) == content(made.keys)
    except Refused as error:
        assert "Take another archive" in str(error)  # noqa: PT017  either way is right


@settings(max_examples=150, deadline=None)
@given(where=st.floats(0, 1, exclude_max=True))
def test_wherever_it_is_cut_off_it_is_refused_or_whole(
    made: Backup, tmp_path_factory: pytest.TempPathFactory, where: float
) -> None:
    raw = made.keys.read_bytes()
    place = tmp_path_factory.getbasetemp() / "cut.tar"
    place.write_bytes(raw[: int(where * len(raw))])
    try:
        assert content(place) == content(made.keys)
    except Refused as error:
        assert "Take another archive" in str(error)  # noqa: PT017  either way is right


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_refused_and_nothing_worse(tmp_path_factory: pytest.TempPathFactory, some: bytes) -> None:
    place = tmp_path_factory.getbasetemp() / "some.tar"
    place.write_bytes(some)
    with pytest.raises(Refused), open_archive(place, "data"):
        pass


@pytest.mark.parametrize(
    ("make", "why"),
    [
        pytest.param(lambda place: None, "There is no archive", id="nothing there"),
        pytest.param(Path.mkdir, "is no file", id="a directory"),
        pytest.param(os.mkfifo, "is no file", id="a pipe, on which nobody writes"),
        pytest.param(lambda place: place.symlink_to("/dev/zero"), "is no file", id="a device"),
    ],
)
def test_what_is_no_archive_is_refused_at_once(tmp_path: Path, make: Callable[[Path], Any], why: str) -> None:
    make(tmp_path / "it")
    with pytest.raises(TocsinError, match=why), open_archive(tmp_path / "it", "data"):
        pass


def test_only_keys_have_the_size_of_keys() -> None:
    assert {name: most for name, most in MOST["keys"].items() if name.endswith(".key")} == {
        "links.key": 32, "record.key": 32, "record.next.key": 32,
    }  # fmt: skip


# ---- two that do not belong together


def test_keys_of_another_installation_are_refused(made: Backup, tmp_path: Path) -> None:
    with Town(tmp_path / "other") as other:
        keys = backs_up(other, tmp_path / "shelf").keys
    with pytest.raises(Refused, match="Take two of the same"):
        brought_back(made, tmp_path / "new", keys=keys)


def test_keys_that_are_older_than_the_data_are_refused(tmp_path: Path) -> None:
    with Town(tmp_path / "var") as town:
        first = backs_up(town, tmp_path / "shelf")
        town.pass_time(minutes=1)
        second = backs_up(town, tmp_path / "shelf")
    with pytest.raises(Refused, match="keys of those who came between are missing"):
        brought_back(second, tmp_path / "new", keys=first.keys)
    brought_back(first, tmp_path / "new", keys=second.keys)


def test_the_two_archives_in_each_other_s_place_are_refused(made: Backup, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="which is not as it must be"):
        brought_back(made, tmp_path / "new", data=made.keys, keys=made.data)


def test_a_record_whose_key_came_from_the_environment_comes_back_only_with_it(
    tmp_path: Path, shelf: tuple[Path, Path]
) -> None:
    with Town(tmp_path / "var") as town:
        seed = (tmp_path / "var" / "record.key").read_bytes()
        (tmp_path / "var" / "record.key").unlink()
        made = back_up(town.app.store, *shelf, lambda: town.now)
    assert base64.b64encode(seed)
    with pytest.raises(Refused, match="Set TOCSIN_RECORD_KEY"):
        brought_back(made, tmp_path / "new")
    brought_back(made, tmp_path / "new", record_keys=[seed])
    assert not (tmp_path / "new" / "record.key").exists(), "and it lies there no more than before"


# ---- where it is restored to


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda to: to.write_text("mine"), id="a file"),
        pytest.param(lambda to: (to.mkdir(), (to / "mine").touch()), id="a directory with something in it"),
        pytest.param(lambda to: to.symlink_to("nowhere/else"), id="a link that leads nowhere"),
    ],
)
def test_over_something_else_nothing_is_restored(made: Backup, tmp_path: Path, make: Callable[[Path], Any]) -> None:
    make(tmp_path / "new")
    before = sorted(tmp_path.rglob("*"))
    if (tmp_path / "new").is_symlink():
        brought_back(made, tmp_path / "new")
        assert (tmp_path / "nowhere" / "else" / "tocsin.db").exists(), "it is made where the link leads"
        return
    with pytest.raises(Refused, match="holds something already"):
        brought_back(made, tmp_path / "new")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("deep", [False, True], ids=["an empty directory", "a path that is not there"])
def test_an_empty_place_is_filled_for_its_owner_alone(made: Backup, tmp_path: Path, deep: bool) -> None:
    to = tmp_path / "a" / "b" / "c" if deep else tmp_path
    before = os.umask(0)
    try:
        brought_back(made, to)
    finally:
        os.umask(before)
    assert stat.S_IMODE(to.stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in to.iterdir()}
    assert set(modes.values()) == {0o600}
    assert {"tocsin.db", "keys.db", "tocsin.toml", "links.key", "record.key"} <= modes.keys()
    assert not [file for file in to.parent.iterdir() if file.name.endswith(".restoring")]


def test_what_a_killed_one_left_aside_is_swept_and_a_running_one_is_left_alone(made: Backup, tmp_path: Path) -> None:
    aside = tmp_path / ".new.restoring"
    (aside / "record").mkdir(parents=True)
    (aside / "keys.db").write_bytes(b"half a vault")
    with DataLock(aside, "restore"), pytest.raises(Refused, match="is in use by tocsin restore"):
        brought_back(made, tmp_path / "new")
    assert (aside / "keys.db").exists()
    brought_back(made, tmp_path / "new")
    assert [file.name for file in tmp_path.iterdir()] == ["new"]
    assert not (tmp_path / "new" / "record").exists()


def test_what_lies_in_the_place_aside_and_is_not_ours_is_left_alone(made: Backup, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / ".new.restoring").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Refused, match="is in the way"):
        brought_back(made, tmp_path / "new")
    assert list((tmp_path / "elsewhere").iterdir()) == []
