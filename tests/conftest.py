"""What holds for every test: nothing leaves the machine, chance repeats itself, and CI passes nothing over."""

import ipaddress
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# The same examples on every run, however slow the machine: what fails on CI fails here too.
settings.register_profile(
    "ci", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ci")

ON_CI = os.environ.get("CI") == "true"

strayed: list[str] = []
skipped: list[str] = []


class Strayed(BaseException):
    """A test tried to reach past this machine. No except clause of ours may take it for a failed connection."""


def is_here(host: object) -> bool:
    """Say whether a host is this machine, by loopback address or by the name localhost."""
    if isinstance(host, bytes):
        host = host.decode()
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).split("%", maxsplit=1)[0]).is_loopback
    except ValueError:
        return False


def stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Stop whatever would leave this machine: a connection, a datagram, the look-up of a name.

    It sees this process's Python sockets. Not other processes, nor libraries that bring their own (uvloop, libpq).
    """
    if not event.startswith("socket."):
        return
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        sock, address = arguments
        if sock.family not in (socket.AF_INET, socket.AF_INET6) or address is None:
            return
        host = address[0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    else:
        return
    if not is_here(host):
        sentence = f"A test may talk to loopback and unix sockets only; this one tried {host!r} ({event})."
        strayed.append(sentence)
        raise Strayed(sentence)


sys.addaudithook(stay_here)


@pytest.fixture(autouse=True)
def _stays_here() -> Iterator[None]:
    """Fail the test that strayed, even where something caught the error, or a thread died of it."""
    strayed.clear()
    yield
    if strayed:
        pytest.fail(strayed[0])


def busy(threads: list[threading.Thread], stretch_s: float) -> list[str]:
    """Return the names of those that live on and compute, if together they do so for long. Linux."""

    def spent() -> dict[str, int]:
        found = {}
        for thread in threads:
            with suppress(OSError):  # it ended meanwhile
                file = Path(f"/proc/self/task/{thread.native_id}/schedstat")
                found[thread.name] = int(file.read_text().split()[0])
        return found

    before, began = spent(), time.monotonic_ns()
    time.sleep(stretch_s)
    took = {name: now - before.get(name, now) for name, now in spent().items()}
    # Of the time that it took: on a busy machine that is longer than was asked for.
    return [name for name in took if took[name]] if sum(took.values()) > (time.monotonic_ns() - began) / 20 else []


@pytest.fixture(autouse=True, scope="module")
def _nobody_turns_in_circles() -> Iterator[None]:
    """Fail the file that leaves a thread in an endless loop: it takes a processor from all tests that follow."""
    before = set(threading.enumerate())
    yield
    left = [thread for thread in threading.enumerate() if thread not in before]
    if left and busy(left, 0.1) and (turning := busy(left, 3.0)):  # the second look is for whoever is about to end
        pytest.fail(f"Still at work, without an end: {', '.join(turning)}.")


def note_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Remember a skip and why; an expected failure is none."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        skipped.append(f"{report.nodeid}: {reason.removeprefix('Skipped: ')}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    note_skip(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    note_skip(report)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """On CI a skipped test is a failed run: what was not tried is not known to work."""
    if ON_CI and skipped and session.exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ON_CI:
        for line in skipped:
            terminalreporter.write_line(f"CI=true, and nothing may be skipped: {line}", red=True)
