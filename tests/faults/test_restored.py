"""A backup of a running installation, restored by its commands: killed anywhere, beside a newer record, and searched."""

import json
import os
import shutil
import signal
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.faults.processes import refused_in_one_line, run_here, tocsin, wait_until
from tests.faults.sender import MORNING, address
from tests.faults.test_destroyed_keys import WORDS, installation
from tocsin.cli.control import ask, listens
from tocsin.flow.record.restore import Wanted, restore
from tocsin.store import archive
from tocsin.store.disc import Disc
from tocsin.store.keys import Keys
from tocsin.store.store import Store

NEW = "new"
GONE = "person-2"


def said(done: Any, code: int = 0) -> str:
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    return str(done.stdout)


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shelf: an installation, a backup of it, and what came after it: somebody was forgotten, and keys were saved again."""
    shelf = tmp_path_factory.mktemp("shelf")
    house = installation(shelf / "house")

    def backed_up(data: str, keys: str) -> None:
        for name in (data, keys):
            (shelf / name).mkdir()
        said(run_here("backup", "--data-to", shelf / data, "--keys-to", shelf / keys, "--data", house))
        for name in (data, keys):
            next((shelf / name).iterdir()).rename(shelf / f"{name}.tar")

    said(run_here("record", "checkpoint", "--data", house))
    backed_up("data", "keys")
    said(run_here("people", "forget", GONE, "--why", "Asked", "--data", house))
    said(run_here("record", "checkpoint", "--data", house))
    backed_up("later-data", "later-keys")
    return shelf


def restored(made: Path, to: Path, *more: object) -> Any:
    return run_here("restore", made / "data.tar", made / "keys.tar", "--data", to, *more)


# ---- while a server runs


def test_a_running_server_is_backed_up_and_what_comes_back_is_whole(tmp_path: Path, made: Path) -> None:
    house = Path(shutil.copytree(made / "house", tmp_path / "house"))
    for name in ("data", "keys"):
        (tmp_path / name).mkdir()
    with tocsin("serve", "--data", house, more={"TOCSIN_LISTEN": "127.0.0.1:0"}) as server:
        assert wait_until(lambda: listens(house), server)
        places = ("--data-to", tmp_path / "data", "--keys-to", tmp_path / "keys")
        told = json.loads(said(run_here("backup", *places, "--data", house, "--json")))
        line = refused_in_one_line(run_here("backup", *places[:3], house, "--data", house), code=2)
        assert "inside the data directory" in line
        assert server.poll() is None
    assert Path(told["data"]).parent == tmp_path / "data"
    back = ("restore", told["data"], told["keys"], "--data", tmp_path / NEW, "--published", house / "record", "--json")
    assert json.loads(said(run_here(*back)))["record"]["size"] == told["record"]["size"]
    assert "agree" in said(run_here("record", "reconcile", "--data", tmp_path / NEW))
    assert "nothing to take over" in said(run_here("record", "adopt", house / "record", "--data", tmp_path / NEW))
    said(run_here("record", "checkpoint", "--data", tmp_path / NEW))
    assert "lead to" in said(run_here("record", "fsck", "--data", tmp_path / NEW))


def test_relative_places_are_those_of_whoever_asks(tmp_path: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("data", "keys"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path)
    told = said(run_here("backup", "--data-to", "data", "--keys-to", "keys", "--data", made / "house"))
    assert "facts and" in told
    assert [len(list((tmp_path / name).iterdir())) for name in ("data", "keys")] == [1, 1]


# ---- beside a newer record


def alarm(data: Path) -> str:
    return str(ask(data, "stand")["alarm"]) if listens(data) else "nobody listens"


def test_beside_a_newer_record_a_server_says_that_it_is_an_older_copy_until_that_is_taken_over(
    tmp_path: Path, made: Path
) -> None:
    said(restored(made, tmp_path / NEW, "--published", made / "house" / "record"))
    shutil.copytree(made / "house" / "record", tmp_path / NEW / "record")
    before = (tmp_path / NEW / "record" / "checkpoint").read_bytes()
    with tocsin("serve", "--data", tmp_path / NEW, more={"TOCSIN_LISTEN": "127.0.0.1:0"}) as server:
        assert wait_until(lambda: "It is an older copy" in alarm(tmp_path / NEW), server)
        done = run_here("record", "checkpoint", "--data", tmp_path / NEW)
        line = refused_in_one_line(done, code=1)
        assert "It is an older copy. Nothing is signed; warnings still go out." in line
        assert "tocsin record adopt FOLDER" in line
        assert "agree" in said(run_here("record", "reconcile", "--data", tmp_path / NEW))
        assert (tmp_path / NEW / "record" / "checkpoint").read_bytes() == before
        told = said(run_here("record", "adopt", tmp_path / NEW / "record", "--data", tmp_path / NEW))
        assert "PersonForgotten" in told
        assert "What these entries stood for is not known here any more" in told
        assert alarm(tmp_path / NEW) == "None"
        assert "agree" in said(run_here("record", "reconcile", "--data", tmp_path / NEW))
        assert server.poll() is None
    said(run_here("record", "checkpoint", "--data", tmp_path / NEW))
    assert "lead to" in said(run_here("record", "fsck", "--data", tmp_path / NEW))
    assert (tmp_path / NEW / "record" / "checkpoint").read_bytes() != before


def test_resuming_alone_needs_two_words_and_says_what_stood_in_the_way(tmp_path: Path, made: Path) -> None:
    said(restored(made, tmp_path / NEW, "--without-erasures-since"))
    for words in ((), ("--alone",), ("--yes",)):
        line = refused_in_one_line(run_here("record", "resume", *words, "--data", tmp_path / NEW), code=2)
        assert "tocsin record resume --alone --yes" in line
    assert "neither a published folder" in refused_in_one_line(
        run_here("record", "checkpoint", "--data", tmp_path / NEW), code=1
    )
    told = json.loads(said(run_here("record", "resume", "--alone", "--yes", "--data", tmp_path / NEW, "--json")))
    assert "restored from a backup of" in told["stood_in_the_way"]
    said(run_here("record", "checkpoint", "--data", tmp_path / NEW))


# ---- forgotten stays forgotten


def key_of(made: Path, person: str, to: Path) -> bytes:
    with tarfile.open(made / "keys.tar") as tar:
        (to / "keys.db").write_bytes(tar.extractfile("keys.db").read())  # type: ignore[union-attr]
    line = sqlite.connect(to / "keys.db")
    key: bytes = line.execute("SELECT key FROM keys WHERE person = ?", (person,)).fetchone()[0]
    line.close()
    return key


def found_in(place: Path, traces: list[bytes]) -> set[tuple[str, bytes]]:
    files = [file for file in place.rglob("*") if file.is_file() and not file.is_socket()]
    assert {"tocsin.db", "keys.db"} <= {file.name for file in files}
    return {(file.name, trace) for file in files for trace in traces if trace in file.read_bytes()}


@pytest.mark.parametrize(
    "view",
    [
        pytest.param(lambda made: ("--published", made / "house" / "record"), id="by the published folder"),
        pytest.param(lambda made: ("--later-keys", made / "later-keys.tar"), id="by a later key archive"),
    ],
)
def test_who_was_forgotten_after_the_backup_is_in_no_byte_of_what_comes_back(
    tmp_path: Path, made: Path, view: Callable[[Path], tuple[object, ...]]
) -> None:
    (tmp_path / "look").mkdir()
    key = key_of(made, GONE, tmp_path / "look")
    words = [b"Person 2", address(2).encode(), WORDS.encode()]
    said(restored(made, tmp_path / "careless", "--without-erasures-since"))
    assert {trace for _, trace in found_in(tmp_path / "careless", [key])} == {key}, "there is something to find"
    assert said(run_here("people", "list", "--names", "--json", "--data", tmp_path / "careless")).count("Person 2") == 1

    told = json.loads(said(restored(made, tmp_path / NEW, *view(made), "--json")))
    assert (told["forgotten_again"], told["erasures_unknown"]) == (1, None)
    assert found_in(tmp_path / NEW, [key, *words]) == set()
    listed = said(run_here("people", "list", "--names", "--json", "--data", tmp_path / NEW))
    assert "Person 2" not in listed
    assert "Person 1" in listed
    said(run_here("record", "adopt", made / "house" / "record", "--data", tmp_path / NEW))
    said(run_here("record", "checkpoint", "--data", tmp_path / NEW))
    with tocsin("serve", "--data", tmp_path / NEW, more={"TOCSIN_LISTEN": "127.0.0.1:0"}) as server:
        assert wait_until(lambda: listens(tmp_path / NEW), server)
        assert _people(tmp_path / NEW)[GONE] == "forgotten"
        server.send_signal(signal.SIGTERM)
        _, log = server.communicate()
    assert not [trace for trace in words if trace.decode() in log]
    assert found_in(tmp_path / NEW, [key, *words]) == set()
    assert "agree" in said(run_here("record", "reconcile", "--data", tmp_path / NEW))


def _people(data: Path) -> dict[str, str]:
    people = json.loads(said(run_here("people", "list", "--json", "--data", data)))["people"]
    return {one["person"]: one["state"] for one in people}


def test_where_nobody_knows_of_later_erasures_it_is_refused_or_said_aloud(tmp_path: Path, made: Path) -> None:
    line = refused_in_one_line(restored(made, tmp_path / NEW), code=2)
    assert "--without-erasures-since, whoever was forgotten since then is back" in line
    assert not (tmp_path / NEW).exists()
    assert "WHO WAS FORGOTTEN SINCE THE BACKUP IS NOT KNOWN" in said(
        restored(made, tmp_path / NEW, "--without-erasures-since")
    )


# ---- killed


class Death:
    """Counts what a process asks of the disc and of the store, and kills it at one of them. For a child alone."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0

    def of(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any, **more: Any) -> Any:
            if self.calls == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
            self.calls += 1
            return call(*given, **more)

        return counted

    def waits(self) -> None:
        for name in ("rename", "mkdir", "unlink", "fsync", "open"):
            setattr(os, name, self.of(getattr(os, name)))
        archive._DISC = Disc(write=self.of(os.write))
        for owner, name in (
            (Store, "commit"),
            (Store, "remember"),
            (Store, "finish"),
            (Store, "close"),
            (Keys, "destroy"),
        ):
            setattr(owner, name, self.of(getattr(owner, name)))


def restored_in_a_child(wanted: Wanted, at: int) -> tuple[bool, int]:
    """Restore in a process that dies at a call; return whether it died, and how many calls it made if it did not."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        death = Death(at)
        try:
            death.waits()
            restore(wanted, os.urandom, MORNING)
            os.write(writing, str(death.calls).encode())
        finally:
            os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    told = os.read(reading, 20)
    os.close(reading)
    return os.WIFSIGNALED(status), int(told or b"0")


def test_killed_at_any_call_there_is_nothing_or_a_whole_directory_and_said_again_it_works(
    tmp_path: Path, made: Path
) -> None:
    to = tmp_path / NEW
    wanted = Wanted(
        data=made / "data.tar", keys=made / "keys.tar", to=to, published=[made / "house" / "record"],
        later_keys=[made / "later-keys.tar"],
    )  # fmt: skip
    died, calls = restored_in_a_child(wanted, at=1 << 30)
    assert not died
    assert calls > 40
    assert is_whole(to)
    shutil.rmtree(to)
    whole = 0
    for at in range(calls):
        died, _ = restored_in_a_child(wanted, at)
        assert died, at
        if to.exists():
            whole += 1
        else:
            restore(wanted, os.urandom, MORNING)
        assert is_whole(to), at
        assert [file.name for file in tmp_path.iterdir()] == [NEW], at
        shutil.rmtree(to)
    assert 0 < whole < 5, "it has its name at the end alone"


def is_whole(to: Path) -> bool:
    line = sqlite.connect(to / "tocsin.db")
    found = line.execute("SELECT forgotten FROM person_states WHERE id = ?", (GONE,)).fetchone()
    marked = line.execute("SELECT value FROM house WHERE name = 'restored'").fetchone()
    line.close()
    vault = sqlite.connect(to / "keys.db")
    held = vault.execute("SELECT count(*) FROM keys WHERE person = ?", (GONE,)).fetchone()
    others = vault.execute("SELECT count(*) FROM keys").fetchone()
    vault.close()
    return bool(found == (1,) and marked and marked[0] and held == (0,) and others == (6,))


# ---- fsck: from the files alone


@pytest.fixture(name="folder")
def _folder(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made / "house" / "record", tmp_path / "folder"))


def vkey_of(made: Path) -> str:
    return str(json.loads(said(run_here("record", "checkpoint", "--json", "--data", made / "house")))["verifier_key"])


def test_a_record_is_checked_from_its_files_and_a_key_and_nothing_else(made: Path, folder: Path) -> None:
    nowhere = {"TOCSIN_DATA": "/nonexistent/and/never/made"}
    done = run_here("record", "fsck", folder, "--vkey", vkey_of(made), "--json", more=nowhere)
    told = json.loads(said(done))
    assert done.stderr == ""
    assert (told["ok"], told["problems"]) == (True, [])
    assert told["size"] > 0
    assert told["root"] in said(run_here("record", "fsck", folder, "--vkey", vkey_of(made), more=nowhere))


@pytest.mark.parametrize(
    ("what", "named"),
    [
        ("tile/entries/000.p/*", "has another hash of entry"),
        ("tile/0/000.p/*", "tile/0/000.p/"),
        ("checkpoint", "checkpoint is not signed as it must be"),
    ],
)
def test_a_file_that_was_altered_is_named_and_the_exit_code_is_1(
    made: Path, folder: Path, what: str, named: str
) -> None:
    vkey = vkey_of(made)
    file = max(folder.glob(what), key=lambda one: int(one.name) if one.name.isdigit() else 0)
    raw = bytearray(file.read_bytes())
    raw[-2] ^= 1
    file.write_bytes(raw)
    told = json.loads(said(run_here("record", "fsck", folder, "--vkey", vkey, "--json"), code=1))
    assert not told["ok"]
    assert named in told["problems"][0]


def test_what_cannot_be_checked_was_asked_wrongly(made: Path, tmp_path: Path) -> None:
    line = refused_in_one_line(run_here("record", "fsck", tmp_path / "nowhere", "--vkey", vkey_of(made)), code=2)
    assert "There is no published folder" in line
    line = refused_in_one_line(run_here("record", "fsck", tmp_path, "--data", tmp_path), code=2)
    assert "holds no data of Tocsin's" in line


def test_another_key_than_the_record_s_is_a_problem_and_not_a_crash(folder: Path) -> None:
    other = "other.example/record+bf9d11d0+AYmti0/LVqUXaLrdAR9M8NR3K16g86ysV6Jtad92HUkt"
    for key in (other, "no key at all"):
        told = json.loads(said(run_here("record", "fsck", folder, "--vkey", key, "--json"), code=1))
        assert "not signed as it must be" in told["problems"][0]
