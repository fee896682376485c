"""An evacuation: every key is destroyed at once, and what is left of anyone opens for nobody, whatever runs or hangs."""

import json
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from pysqlite3 import dbapi2 as sqlite

from tests.faults import sender
from tests.faults.processes import PATIENCE_S, kill, refused_in_one_line, run_here, started, tocsin, wait_until
from tocsin.app import App
from tocsin.basis.marking import Role
from tocsin.cli.control import ask, listens
from tocsin.flow.report import receive
from tocsin.people.facts import PersonAdded, PersonKind, SignInSet
from tocsin.settings import Settings
from tocsin.store import destroy
from tocsin.store.log import LinkAnswer
from tocsin.testing.clock import TownClock
from tocsin.testing.mailbox import Mailbox

WORDS = "I am at my aunt's in Mill Lane"
PASSPHRASE = "a bell over the town"
FREE_PORT = {"TOCSIN_LISTEN": "127.0.0.1:0"}


def installation(data: Path) -> Path:
    """Make a real installation in which four were warned by mail and one answered in their own words."""
    with Mailbox() as mailbox:
        settings = Settings(data=data, organisation="The town", mail_host="127.0.0.1", mail_port=mailbox.port)
        app = App(settings, clock=TownClock(sender.MORNING), holder="test", base_url="http://town", exercise=False)
        sender.tell(app, people=4)
        sender.send(app, sender.MORNING)
        with app.store.look() as look:
            row = look.rows_of(sender.BELL)["person-2"]
        words = app.store.seal_words(row, "person-2", WORDS)
        app.store.add_answers([LinkAnswer(row=row, answer="safe", at=sender.MORNING, words=words)])
        admin = (
            PersonAdded(
                subject="admin", occurred_at=sender.MORNING, person_kind=PersonKind.PERSON, name="Agatha Quell",
                roles=(Role.ADMINISTRATOR,),
            ),
            SignInSet(
                subject="admin", occurred_at=sender.MORNING, sign_in="hurdlequell", secret_hash=PasswordHasher().hash(PASSPHRASE)
            ),
        )  # fmt: skip
        receive.add_people(app.house, admin, by="admin", command="admin", now=sender.MORNING)
        app.store.remember("initialised", "yes")
        app.close()
    return data


@pytest.fixture(name="made", scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return installation(tmp_path_factory.mktemp("made") / "data")


@pytest.fixture(name="house")
def _house(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "mill-lane"))


def keys_of(data: Path) -> list[bytes]:
    line = sqlite.connect(data / "keys.db")
    found = [key for (key,) in line.execute("SELECT key FROM keys")]
    line.close()
    assert len(found) == 7
    return [*found, (data / "links.key").read_bytes(), (data / "record.key").read_bytes()]


def traces(keys: list[bytes]) -> list[bytes]:
    names = [
        "Person 0",
        "Person 2",
        "Agatha",
        "hurdlequell",
        "argon2",
        *(sender.address(n) for n in range(4)),
        WORDS,
        "my aunt",  # with a space, or an id may happen to hold it
    ]
    return [name.encode() for name in names] + keys


def found_in(data: Path, wanted: list[bytes]) -> list[tuple[str, bytes]]:
    files = [file for file in data.rglob("*") if file.is_file()]
    assert data / "tocsin.db" in files
    return [(file.name, trace) for file in files for trace in wanted if trace in file.read_bytes()]


def left(data: Path) -> list[str]:
    return [file.name for pattern in destroy.KEYS for file in data.glob(pattern)]


def destroyed(data: Path, *more: object) -> Any:
    return run_here("destroy-keys", "--data", data, "--yes", data.name, *more)


@pytest.fixture(name="served")
def _served(house: Path) -> Iterator[Any]:
    with tocsin("serve", "--data", house, more=FREE_PORT) as server:
        assert wait_until(lambda: listens(house), server)
        yield server


def test_with_the_server_running_nothing_of_anyone_is_left_in_any_file_and_it_ends(
    made: Path, house: Path, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in (
        "ANSWERS_WITHIN_S",
        "ENDS_WITHIN_S",
    ):  # a server on a busy machine is slow, and is no server that hangs
        monkeypatch.setattr(f"tocsin.cli.destroy.{limit}", PATIENCE_S)
    wanted = traces(keys_of(house))
    # Where it was copied from, for here a server writes: what is listed may be gone before it is read.
    assert found_in(made, wanted), "there is something to find before"
    done = destroyed(house, "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert told["ok"]
    assert told["files"] == ["keys.db", "keys.db-journal", "links.key", "record.key"]
    assert told["server"] == {"state": "stopped", "holder": f"tocsin serve (process {served.pid})"}
    assert served.wait(PATIENCE_S) == 0
    assert "Traceback" not in served.stderr.read()
    assert left(house) == []
    assert found_in(house, wanted) == []


def test_said_again_it_finds_nothing_to_do_and_names_the_same_moment(house: Path) -> None:
    first, second = (json.loads(destroyed(house, "--json").stdout) for _ in range(2))
    assert (first["ok"], second["ok"]) == (True, True)
    assert (first["server"]["state"], second["files"]) == ("none", [])
    assert first["destroyed_at"] == second["destroyed_at"]
    assert "nothing was left to destroy" in destroyed(house).stdout


def test_it_says_what_can_still_be_read_and_what_it_cannot_reach(house: Path) -> None:
    said = destroyed(house).stdout
    for sentence in (
        "keys.db, keys.db-journal, links.key, record.key",
        "still readable",
        "texts of alerts",
        "backups",
        "flash",
    ):
        assert sentence in said, sentence


def test_afterwards_nothing_opens_it_and_no_new_keys_are_drawn(house: Path) -> None:
    destroyed(house)
    for command in (
        ("serve",), ("init", "--name", "sorel", "--passphrase", PASSPHRASE), ("record", "reconcile"), ("lock",),
        ("people", "list"), ("people", "forget", "person-1", "--why", "Asked"),
    ):  # fmt: skip
        line = refused_in_one_line(run_here(*command, "--data", house), code=2)
        assert "were destroyed on" in line, command
        assert "Nothing personal in it can be read any more" in line
    assert left(house) == []


CUT_OFF = {
    "when the tombstone was set": "destroy._found = lambda data: os.kill(os.getpid(), 9)",
    "with the first file overwritten": "destroy.os.ftruncate = lambda *_: os.kill(os.getpid(), 9)",
    "with the first file gone": "destroy._sync = lambda place, n=[]: n.append(1) or len(n) > 1 and os.kill(os.getpid(), 9)",
}


@pytest.mark.parametrize("fault", CUT_OFF.values(), ids=CUT_OFF)
def test_killed_in_the_middle_it_opens_for_nobody_and_said_again_it_finishes(house: Path, fault: str) -> None:
    wanted = traces(keys_of(house))
    code = f"import os\nfrom tocsin.store import destroy\n{fault}\nfrom tocsin.cli.main import main\nmain(prog_name='tocsin')"
    command = [sys.executable, "-c", code, "destroy-keys", "--data", str(house), "--yes", house.name]
    with started(command) as process:
        process.communicate(timeout=PATIENCE_S)
        assert process.returncode == -signal.SIGKILL
    assert left(house) != [], "it was not in the middle; the test has shown nothing"
    line = refused_in_one_line(run_here("record", "reconcile", "--data", house), code=2)
    assert "was cut off" in line
    assert f"tocsin destroy-keys --data {house} --yes {house.name}" in line
    assert destroyed(house).returncode == 0
    assert left(house) == []
    assert found_in(house, wanted) == []
    assert "were destroyed on" in refused_in_one_line(run_here("record", "reconcile", "--data", house), code=2)


def test_a_server_that_hangs_keeps_no_key_on_the_disc_and_is_named(
    house: Path, served: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def asked(*of: Any, patience_s: float) -> Any:
        waited.append(patience_s)
        return ask(*of, patience_s=patience_s)

    monkeypatch.setattr("tocsin.cli.destroy.ask", asked)
    wanted = traces(keys_of(house))
    served.send_signal(signal.SIGSTOP)
    done = destroyed(house)
    assert waited == [1.0], "not as long as for an answer elsewhere"
    assert done.returncode == 1
    assert f"tocsin serve (process {served.pid}) still runs" in done.stdout
    assert served.poll() is None, "it is not ours to kill"
    assert left(house) == []
    served.send_signal(signal.SIGCONT)  # it finds that it was told to stop, and ends
    assert served.wait(PATIENCE_S) == 0
    assert json.loads(destroyed(house, "--json").stdout)["server"]["state"] == "none"
    assert found_in(house, wanted) == []


def test_a_process_without_a_socket_is_named_and_soon(house: Path, served: Any) -> None:
    (house / "control.sock").unlink()
    done = destroyed(house, "--json")
    assert (done.returncode, json.loads(done.stdout)["server"]["state"]) == (1, "running")
    assert left(house) == []


def test_what_a_killed_server_left_behind_is_destroyed_too(house: Path, served: Any) -> None:
    wanted = traces(keys_of(house))
    kill(served)
    keys = (house / "keys.db").read_bytes()
    for name in ("keys.db-journal", "links.new", "record.next.key", "record.next.new"):
        (house / name).write_bytes(keys)
    (house / "server.key").write_bytes(b"somebody else's")
    assert destroyed(house).returncode == 0
    assert left(house) == []
    assert found_in(house, wanted) == []
    assert (house / "server.key").exists(), "what is not ours stays"


def test_keys_that_lie_elsewhere_behind_a_link_are_destroyed_there(house: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "stick"
    elsewhere.mkdir()
    wanted = keys_of(house)
    (house / "keys.db").rename(elsewhere / "vault")
    (elsewhere / "vault-journal").write_bytes((elsewhere / "vault").read_bytes())
    (house / "keys.db").symlink_to(elsewhere / "vault")
    (house / "links.key").rename(house / "a copy")
    (house / "links.key").symlink_to(house / "nowhere")
    told = json.loads(destroyed(house, "--json").stdout)
    assert told["ok"]
    assert told["files"] == ["vault", "vault-journal", "keys.db", "keys.db-journal", "links.key", "record.key"]
    assert list(elsewhere.iterdir()) == []
    assert [name for name, _ in found_in(house, wanted)] == ["a copy"], "of a copy it cannot know"


def test_what_was_overwritten_held_chance_and_not_the_key(house: Path, tmp_path: Path) -> None:
    """A second name for the same blocks shows what is on them after the first is gone."""
    wanted = keys_of(house)
    for name in ("keys.db", "links.key"):
        (tmp_path / name).hardlink_to(house / name)
    assert destroyed(house).returncode == 0
    for name in ("keys.db", "links.key"):
        assert (tmp_path / name).read_bytes() == b"", "emptied, once it was overwritten"
    seen: list[bytes] = []
    file = tmp_path / "a key"
    file.write_bytes(wanted[0] * 100_000)
    alias = tmp_path / "alias"
    alias.hardlink_to(file)

    def chance(count: int) -> bytes:
        seen.append(alias.read_bytes())
        return bytes(count)

    (tmp_path / "links.key").unlink()
    file.rename(tmp_path / "links.key")
    destroy.destroy_keys(tmp_path, sender.MORNING, chance)
    assert [len(content) for content in seen] == [3_200_000] * 4, "overwritten in place, never shortened first"
    assert seen[-1].startswith(bytes(3 * destroy.CHUNK))


@pytest.mark.parametrize("name", ["", "mill", "tocsin", "..", "/", "MILL-LANE"])
def test_another_name_than_the_directorys_own_destroys_nothing(house: Path, name: str) -> None:
    line = refused_in_one_line(run_here("destroy-keys", "--data", house, "--yes", name), code=2)
    assert f"destroys the keys of {house} for good" in line
    assert line.endswith("--yes and its own name, mill-lane.")
    assert len(keys_of(house)) == 9


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "id.key").write_text("mine")
    for place in (tmp_path / "home", tmp_path / "nowhere"):
        line = refused_in_one_line(run_here("destroy-keys", "--data", place, "--yes", place.name), code=2)
        assert "holds no data of Tocsin's" in line
    assert [file.name for file in (tmp_path / "home").iterdir()] == ["id.key"]


def test_a_mistake_in_the_settings_does_not_stand_in_the_way(house: Path) -> None:
    (house / "tocsin.toml").write_text("this is no toml")
    done = run_here("destroy-keys", "--yes", house.name, more={"TOCSIN_DATA": str(house), "TOCSIN_NO_SUCH": "x"})
    assert (done.returncode, left(house)) == (0, [])


def test_where_the_tombstone_cannot_be_set_the_keys_go_all_the_same_and_that_is_said(house: Path) -> None:
    (house / f"{destroy.TOMBSTONE}.new").mkdir()
    done = destroyed(house)
    assert done.returncode == 1
    assert "could not be noted" in done.stdout
    assert left(house) == []


@pytest.mark.parametrize("written", [b"", b'"\xff"', b'{"began": "\xe2\x82"}', b'{"x": ' + b"[" * 50_000])
def test_a_tombstone_that_cannot_be_read_is_one(house: Path, written: bytes) -> None:
    (house / destroy.TOMBSTONE).write_bytes(written)
    assert "was cut off" in refused_in_one_line(run_here("record", "reconcile", "--data", house), code=2)
    assert destroyed(house).returncode == 0
    assert left(house) == []
