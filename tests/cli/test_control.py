"""The control socket takes arguments, answers whatever it is sent in one line, and lives through all of it."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import structlog

from tocsin.basis.errors import Refused, Unreachable
from tocsin.cli import control
from tocsin.testing.town import Town


@pytest.fixture(name="data")
def _data(common: Town) -> Path:
    return common.app.settings.data


def said(data: Path, line: bytes) -> Any:
    with socket.socket(socket.AF_UNIX) as end:
        end.connect(str(data / control.NAME))
        end.sendall(line)
        end.shutdown(socket.SHUT_WR)
        return json.loads(end.makefile("rb").read() or b"null")


def test_what_takes_nothing_is_asked_as_before(data: Path) -> None:
    for line in (b'{"ask": "reconcile"}\n', b'{"ask": "reconcile", "with": {}}\n'):
        assert said(data, line) == {"ok": True, "answer": []}
    assert control.ask(data, "stand")["trouble"] is None


def test_what_takes_something_is_handed_it(data: Path) -> None:
    found = control.ask(data, "people list", names=True)
    assert "Ann" in {one["name"] for one in found}
    assert "name" not in control.ask(data, "people list")[0]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        pytest.param(b'{"ask": "fly"}', "does not know 'fly'. It knows ", id="nothing we know"),
        pytest.param(b'{"ask": "reconcile", "with": {"x": 1}}', "unknown field `x`", id="more than it takes"),
        pytest.param(b'{"ask": "people forget", "with": {"why": "x"}}', "missing required field `person`", id="less"),
        pytest.param(b'{"ask": "people forget", "with": {"why": 3, "person": "x"}}', "Expected `str`", id="a number"),
        pytest.param(b'{"ask": "people list", "with": []}', "Ask in one line of JSON", id="a list of arguments"),
        pytest.param(b'{"ask": "stand", "and": 1}', "Ask in one line of JSON", id="a field of its own"),
        pytest.param(b"[1]", "Ask in one line of JSON", id="no object"),
        pytest.param(b"\xff\x00", "Ask in one line of JSON", id="no text"),
        pytest.param(b'{"ask": "\xff"}', "Ask in one line of JSON", id="no text within"),
        pytest.param(b'{"ask": "stand", "with": {"x": "\xe2\x82"}}', "Ask in one line of JSON", id="text cut off"),
        pytest.param(b"[" * 50_000, "Ask in one line of JSON", id="a deep well"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(data: Path, line: bytes, sentence: str) -> None:
    answer = said(data, line + b"\n")
    assert (answer["ok"], answer["refused"]) == (False, True)
    assert sentence in answer["error"]
    assert said(data, b'{"ask": "reconcile"}\n')["ok"], "and it still listens"


def test_a_line_longer_than_any_is_read_no_further(data: Path) -> None:
    with suppress(ConnectionError):  # it lets go of what it does not read
        assert "of 65536 bytes at most" in said(data, b'{"ask": "' + b"x" * 10_000_000 + b'"}\n')["error"]
    assert said(data, b'{"ask": "reconcile"}\n')["ok"]


def test_who_says_nothing_gets_no_answer_and_bars_nobody(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silent = [socket.socket(socket.AF_UNIX) for _ in range(20)]
    for end in silent:
        end.connect(str(data / control.NAME))
    assert said(data, b"") is None
    assert control.listens(data)
    assert control.ask(data, "reconcile") == []
    for end in silent:
        end.close()
    assert "Traceback" not in capsys.readouterr().err


def test_a_mistake_of_ours_is_told_without_its_own_words(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> object:
        raise ZeroDivisionError("Ann's number")

    monkeypatch.setitem(control.ASKS, "break", breaks)
    with structlog.testing.capture_logs() as noted, pytest.raises(Unreachable, match="ZeroDivisionError") as told:
        control.ask(data, "break")
    assert "Ann" not in str(told.value) + str(noted)


def test_more_than_a_line_holds_is_refused_before_it_is_sent(data: Path) -> None:
    with pytest.raises(Refused, match="too long to ask"):
        control.ask(data, "people forget", person="x", why="x" * 70_000)


def test_a_server_that_does_not_answer_is_waited_for_only_as_long_as_was_said(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / control.NAME))
        end.listen()
        with pytest.raises(Unreachable, match="does not answer"):
            control.ask(tmp_path, "stand", patience_s=0.05)


@pytest.mark.parametrize("said", [b'"\xff"', b'{"ok": true, "answer": "\xe2\x82"}', b"[]", b"{}", b"7", b"[" * 50_000])
def test_a_server_that_answers_something_else_does_not_answer(tmp_path: Path, said: bytes) -> None:
    with socket.socket(socket.AF_UNIX) as end:
        end.bind(str(tmp_path / control.NAME))
        end.listen()
        server = threading.Thread(target=_answers_once, args=(end, said))
        server.start()
        with pytest.raises(Unreachable, match="does not answer"):
            control.ask(tmp_path, "stand")
        server.join()


def _answers_once(end: socket.socket, said: bytes) -> None:
    other, _ = end.accept()
    with other:
        other.recv(65_536)
        other.sendall(said)


def test_where_nobody_listens_the_directory_is_opened_and_let_go(town: Town, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is in use by tocsin town"):
        control.ask_or_open(tmp_path, "reconcile")
    town.close()
    for _ in range(2):
        assert control.ask_or_open(tmp_path, "reconcile") == []
    with pytest.raises(Refused, match="unknown field `x`"):
        control.ask_or_open(tmp_path, "reconcile", x=1)
    with pytest.raises(Refused, match="holds no data"):
        control.ask_or_open(tmp_path / "nowhere", "reconcile")
    town.app = Town(tmp_path / "another").app  # for the fixture to close


def test_many_ask_at_once_and_each_gets_its_own_answer(data: Path) -> None:
    """More at once than the five that wait in line by default."""
    with ThreadPoolExecutor(32) as many:
        lists = [many.submit(control.ask, data, "people list", names=True) for _ in range(32)]
        checks = [many.submit(control.ask, data, "reconcile") for _ in range(32)]
    assert [len(one.result()) for one in lists] == [8] * 32
    assert [one.result() for one in checks] == [[]] * 32
