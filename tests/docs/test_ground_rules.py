"""The rules that hold for every test hold themselves: nothing strays, and on CI nothing is skipped."""

import os
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import conftest

ROOT = Path(__file__).parents[2]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
SOME_ADDRESS = "192.0.2.1"  # RFC 5737: set aside for documentation, nobody is there

SKIPPING = "import pytest\n\ndef test_it():\n    pytest.skip('no moon tonight')\n\ndef test_other():\n    pass\n"
SKIPPING_WHOLE = "import pytest\npytest.importorskip('no_such_module_at_all')\n\ndef test_it():\n    pass\n"
DESELECTED = "import pytest\n\n@pytest.mark.browser\ndef test_it():\n    pass\n\ndef test_other():\n    pass\n"
STRAYING = (
    "import contextlib, socket\n\n"
    "def test_it():\n"
    "    with contextlib.suppress(BaseException):\n"
    f"        socket.create_connection(('{SOME_ADDRESS}', 9), timeout=1)\n"
)


def inner_run(folder: Path, test: str, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_inner.py").write_text(test)
    marks = "\n".join(f"    {mark}" for mark in SETTINGS["markers"])
    (folder / "pytest.ini").write_text(f"[pytest]\naddopts = -m 'not service and not browser'\nmarkers =\n{marks}\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "--rootdir", str(folder), str(folder)]
    environment = {**os.environ, "CI": ci, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)


@pytest.mark.parametrize(
    ("test", "ci", "status"),
    [
        pytest.param(SKIPPING, "", 0, id="at a desk a skip passes"),
        pytest.param(SKIPPING, "true", 1, id="on CI a skip fails"),
        pytest.param(SKIPPING_WHOLE, "true", 1, id="on CI a skipped file fails, though nothing was collected"),
        pytest.param(DESELECTED, "true", 0, id="what was not asked for is not skipped"),
        pytest.param(STRAYING, "", 1, id="a connection outwards fails, however it was caught"),
    ],
)
def test_a_run_ends_as_it_should(tmp_path: Path, test: str, ci: str, status: int) -> None:
    done = inner_run(tmp_path, test, ci)
    assert done.returncode == status, done.stdout + done.stderr


def test_a_skip_on_ci_is_named_with_its_reason(tmp_path: Path) -> None:
    done = inner_run(tmp_path, SKIPPING, "true")
    assert "nothing may be skipped: test_inner.py::test_it: no moon tonight" in done.stdout


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), (b"localhost", True), ("", True),
        (None, True), (SOME_ADDRESS, False), ("0.0.0.0", False), ("10.0.0.1", False), ("fe80::1%eth0", False),
        ("localhost.example.org", False), ("example.org", False),
    ],
)  # fmt: skip
def test_loopback_is_told_from_the_rest(host: object, here: bool) -> None:
    assert conftest.is_here(host) is here


@pytest.mark.parametrize(
    "go",
    [
        pytest.param(lambda sock: sock.connect((SOME_ADDRESS, 9)), id="a connection"),
        pytest.param(lambda sock: sock.sendto(b"", (SOME_ADDRESS, 9)), id="a datagram"),
        pytest.param(lambda _: socket.getaddrinfo("example.org", 80), id="a look-up"),
    ],
)
def test_every_way_out_is_shut(go: Callable[[socket.socket], object]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as sock, pytest.raises(conftest.Strayed, match="unix sockets only"):
        go(sock)
    conftest.strayed.clear()


def test_what_is_on_this_machine_stays_open(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(str(tmp_path / "door"))
        server.listen()
        client.connect(str(tmp_path / "door"))


def test_each_mark_says_what_it_is_for() -> None:
    for mark in SETTINGS["markers"]:
        assert re.fullmatch(r"[a-z]+: \S.{15,}", mark), mark
    declared = {mark.partition(":")[0] for mark in SETTINGS["markers"]}
    built_in = {"parametrize", "skip", "skipif", "usefixtures", "xfail", "filterwarnings"}
    used = {
        mark
        for file in (ROOT / "tests").rglob("*.py")
        for mark in re.findall(r"pytest\.mark\.([a-z]+)", file.read_text())
    }
    assert used - built_in <= declared


def test_a_plain_run_takes_no_test_that_needs_a_server_or_a_browser() -> None:
    assert SETTINGS["addopts"][-1] == "not service and not browser"
    assert SETTINGS["filterwarnings"] == ["error"]
