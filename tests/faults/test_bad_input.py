"""What cannot be done is said in one clear line, with the right exit code and without a traceback."""

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from pysqlite3 import dbapi2 as sqlite

from tests.faults import sender
from tests.faults.processes import FERRY, refused_in_one_line, run, run_here

REPLAY = ("replay", FERRY, "--json")
SETTINGS = [
    pytest.param({"TOCSIN_NONSENSE": "1"}, "", "TOCSIN_NONSENSE is no setting of Tocsin's", id="an unknown setting"),
    pytest.param({"TOCSIN_LISTEN": "abc"}, "", "TOCSIN_LISTEN cannot be 'abc'", id="no address to listen on"),
    pytest.param({"TOCSIN_LISTEN": "::1:99999"}, "", "a port lies between 1 and 65535", id="no port"),
    pytest.param({"TOCSIN_LISTEN": "127.0.0.1:x"}, "", "TOCSIN_LISTEN cannot be '127.0.0.1:x'", id="a port of letters"),
    pytest.param({"TOCSIN_DATABASE_URL": "postgresql://x/y"}, "", "TOCSIN_DATABASE_URL is set", id="another database"),
    pytest.param({"TOCSIN_MAIL_STARTTLS": "maybe"}, "", "say yes or no", id="neither yes nor no"),
    pytest.param({"TOCSIN_PROXIES": "nginx"}, "", "write addresses or networks", id="a proxy by its name"),
    pytest.param({"TOCSIN_BASE_URL": "example.org"}, "", "begin with http:// or https://", id="an address of no site"),
    pytest.param({}, "listen = ", "cannot be read as TOML", id="a settings file that is no TOML"),
    pytest.param({}, "mail_password = 'x'", "TOCSIN_MAIL_PASSWORD", id="a secret in the settings file"),
    pytest.param({}, "listen = 'x'", "listen in", id="a mistyped setting in the file"),
    pytest.param({}, "mail_port = [1]", "mail_port in", id="a setting of the wrong kind in the file"),
    pytest.param({}, "\x00", "cannot be read as TOML", id="a settings file of other bytes"),
]


@pytest.mark.parametrize(("environment", "file", "said"), SETTINGS)
def test_a_bad_setting_stops_the_start(tmp_path: Path, environment: dict[str, str], file: str, said: str) -> None:
    if file:
        (tmp_path / "tocsin.toml").write_text(file)
    line = refused_in_one_line(run_here("serve", more=environment | {"TOCSIN_DATA": str(tmp_path)}), code=2)
    assert said in line


@pytest.mark.parametrize("key", ["geheim\u00e9", "geheim", "Z2VoZWlt", "ge\x7fheim", "geheim" * 99])
@pytest.mark.parametrize("name", ["TOCSIN_RECORD_KEY", "TOCSIN_RECORD_NEXT_KEY"])
def test_a_bad_key_from_the_environment_is_not_quoted(tmp_path: Path, name: str, key: str) -> None:
    done = run_here("serve", more={name: key, "TOCSIN_DATA": str(tmp_path)})
    assert "A key of the record in the environment" in refused_in_one_line(done, code=2)
    assert "heim" not in done.stderr
    assert "Z2Vo" not in done.stderr


def is_a_file(data: Path) -> None:
    data.write_text("no directory")


def cannot_be_made(data: Path) -> None:
    data.symlink_to("/proc/tocsin")


def lies_below_a_file(data: Path) -> None:
    data.symlink_to("/etc/hostname/data")


def holds_garbage(data: Path) -> None:
    data.mkdir()
    (data / "tocsin.db").write_bytes(os.urandom(40_960))


def holds_garbage_for_keys(data: Path) -> None:
    data.mkdir()
    (data / "keys.db").write_bytes(os.urandom(40_960))


def was_cut_off(data: Path) -> None:
    app = sender.opened(data, mail_port=1)
    sender.tell(app, people=200)
    app.close()
    whole = (data / "tocsin.db").read_bytes()
    (data / "tocsin.db").write_bytes(whole[: len(whole) // 2])


def keys_are_open_to_all(data: Path) -> None:
    data.mkdir()
    key = data / "record.key"
    key.write_bytes(b"k" * 32)
    key.chmod(0o644)


def a_key_is_short(data: Path) -> None:
    data.mkdir()
    key = data / "links.key"
    key.touch(0o600)
    key.write_bytes(b"short")


def another_program_holds_its_tables(data: Path) -> None:
    data.mkdir()
    line = sqlite.connect(data / "tocsin.db")
    line.executescript("CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('9999')")
    line.close()


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        pytest.param(is_a_file, 1, "cannot be", id="it is a file"),
        pytest.param(cannot_be_made, 1, "cannot be made", id="nobody can write there"),
        pytest.param(lies_below_a_file, 1, "cannot be made", id="it lies below a file"),
        pytest.param(holds_garbage, 2, "is no database of Tocsin's", id="its database is garbage"),
        pytest.param(holds_garbage_for_keys, 2, "is no database of Tocsin's", id="its keys are garbage"),
        pytest.param(was_cut_off, 1, "The database is damaged", id="its database was cut off in the middle"),
        pytest.param(keys_are_open_to_all, 2, "can be read by others (mode 644)", id="a key can be read by others"),
        pytest.param(a_key_is_short, 2, "holds 5 bytes; a key has 32", id="a key is short"),
        pytest.param(another_program_holds_its_tables, 2, "was written by another Tocsin", id="a later Tocsin's"),
    ],
)
def test_a_data_directory_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, spoil: Callable[[Path], None], code: int, said: str
) -> None:
    data = tmp_path / "data"
    spoil(data)
    assert said in refused_in_one_line(run_here(*REPLAY, "--data", data), code)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        pytest.param(("replay", "no-such.yaml", "--json"), "no-such.yaml", id="a missing scenario"),
        pytest.param(("replay", ".", "--json"), "scenario", id="a folder without a scenario"),
        pytest.param(("replay", "/dev/null", "--json"), "", id="an empty scenario"),
        pytest.param(
            ("record", "reconcile", "--data", "nowhere"), "holds no data of Tocsin's", id="a missing directory"
        ),
        pytest.param(("serve", "--data", "fresh"), "is not set up", id="a directory that was never set up"),
        pytest.param(("init", "--name", "sorel", "--passphrase", "short"), "take 15 or more", id="a short passphrase"),
    ],
)
def test_what_was_asked_wrongly_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_LISTEN", "127.0.0.1:0")  # whatever else runs on this machine
    assert said in refused_in_one_line(run_here(*command), code=2)


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        line = refused_in_one_line(run("demo", "--port", port, "--data", tmp_path), code=2)
        assert f"Port {port} on 127.0.0.1 is taken" in line
        more = {"TOCSIN_LISTEN": f"127.0.0.1:{port}"}
        done = run("serve", "--data", tmp_path, more=more)
        assert f"Port {port} on 127.0.0.1 is taken" in refused_in_one_line(done, code=2)


def test_each_problem_of_a_scenario_is_a_line_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    text = FERRY.read_text().replace("source: caller", "source: nobody").replace("id: told-again", "id: call")
    file.write_text(text.replace("at: 2026-05-02 18:00", "at: 2026-04-02 18:00"))
    done = run("replay", file, "--data", tmp_path / "data", "--json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    lines = [line.removeprefix("tocsin: ").strip() for line in done.stderr.splitlines()]
    assert all(re.match(r"broken\.yaml:\d+: \S", line) for line in lines), done.stderr
    for problem in ("'nobody', which is not listed", "repeats the id", "goes back in time"):
        assert sum(problem in line for line in lines) == 1, problem
    assert done.stdout == ""
    assert not (tmp_path / "data" / "tocsin.db").exists()
