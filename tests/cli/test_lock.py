"""tocsin lock and unlock: at once, with a server or without, and opened only by who answers for the desk."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.cli.conftest import PASSPHRASE
from tests.faults.processes import refused_in_one_line
from tests.web.installation import Browser
from tocsin.cli.main import main
from tocsin.flow.desk_lock import close_desk, desk_lock
from tocsin.testing.town import Town
from tocsin.web.site import Site

Tell = Callable[..., Any]


def opens(data: Path, name: str, typed: bytes, *more: str) -> Any:
    words = ["unlock", "--as", name, "--data", str(data), *more]
    return CliRunner().invoke(main, words, input=typed, prog_name="tocsin")


def test_what_was_open_at_the_desk_is_shut_when_the_command_returns(served: Town, tell: Tell, tmp_path: Path) -> None:
    site = Site(served.app)
    browser = Browser(site, "http://town.example")
    try:
        assert browser.sign_in("dean", PASSPHRASE).status_code == 303
        assert browser.get("/desk").status_code == 200
        done = tell("lock", "--why", "Somebody is at the gate")
        assert done.returncode == 0
        assert "has been closed since 08:00 UTC on 06 May 2031" in done.stdout
        assert browser.get("/desk").status_code == 503
        assert "gate" not in browser.get("/desk").text
        told = opens(tmp_path, "agatha", PASSPHRASE.encode())
        assert told.exit_code == 0, told.output
        assert "Somebody is at the gate" in told.stderr
        assert browser.get("/desk").status_code == 303, "and everyone signs in anew"
    finally:
        site.close()


def test_at_rest_it_is_the_same_and_each_is_said_twice_without_harm(town: Town, tell: Tell, tmp_path: Path) -> None:
    town.close()
    first, second = (json.loads(tell("lock", "--json").stdout) for _ in range(2))
    assert first["locked"]
    assert first == second
    for _ in range(2):
        told = opens(tmp_path, "dean", PASSPHRASE.encode() + b"\n", "--json")
        assert told.exit_code == 0
        assert json.loads(told.stdout) == {"locked": False, "closed_at": None, "why": ""}
    town.app = Town(tmp_path / "another").app  # for the fixture to close


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        pytest.param("agatha", b"wrong", "do not fit", id="a wrong passphrase"),
        pytest.param("agatha", b"", "do not fit", id="nothing"),
        pytest.param("nobody", PASSPHRASE.encode(), "do not fit", id="nobody"),
        pytest.param("odo", PASSPHRASE.encode(), "role of administrator or duty officer", id="an auditor"),
        pytest.param("wren", PASSPHRASE.encode(), "role of administrator or duty officer", id="a watch officer"),
        pytest.param("agatha", b"\xff\xfe", "not text", id="no text"),
        pytest.param("agatha", b"x" * 100_000, "longer than any", id="a book"),
    ],
)
def test_nobody_else_opens_it(common: Town, name: str, typed: bytes, sentence: str) -> None:
    close_desk(common.app.store, "", common.now)
    told = opens(common.app.settings.data, name, typed, "--json")
    assert (told.exit_code, told.stdout) == (2, "")
    assert sentence in told.stderr
    assert PASSPHRASE not in told.stderr
    assert desk_lock(common.app.store).closed_at is not None


def test_a_passphrase_comes_from_a_file_or_from_standard_input(served: Town, tell: Tell, tmp_path: Path) -> None:
    file = tmp_path / "passphrase"
    file.write_bytes(PASSPHRASE.encode() + b"\r\n")
    tell("lock")
    assert opens(tmp_path, "dean", b"", "--passphrase-file", str(file)).exit_code == 0
    tell("lock")
    assert opens(tmp_path, "dean", PASSPHRASE.encode(), "--passphrase-file", "-").exit_code == 0
    tell("lock")
    told = opens(tmp_path, "dean", b"", "--passphrase-file", str(tmp_path / "none"))
    assert (told.exit_code, "cannot be read" in told.stderr) == (1, True)


def test_too_long_a_reason_is_refused(served: Town, tell: Tell) -> None:
    assert "1000 is the most" in refused_in_one_line(tell("lock", "--why", "x" * 1_001), code=2)
    assert desk_lock(served.app.store).closed_at is None


def test_where_it_was_altered_closing_it_still_works(served: Town, tell: Tell, tmp_path: Path) -> None:
    served.app.store.remember("desk_lock", "{}]")
    told = opens(tmp_path, "dean", PASSPHRASE.encode())
    assert told.exit_code == 1
    assert "Say `tocsin lock`" in told.stderr
    assert tell("lock").returncode == 0
    assert opens(tmp_path, "dean", PASSPHRASE.encode()).exit_code == 0
