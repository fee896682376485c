"""What the peers have in common: where they come from, what they send, and how it is counted.

Debian's packages are downloaded and unpacked, never installed, so no service of theirs starts by itself; PyPI's go into an
environment of their own. Both lie in .venv-peers, and all of it can be deleted. A peer listens on loopback alone.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tocsin.testing.bench import childrens_peaks_mib
from tocsin.testing.sink import Sink

HOME = Path(__file__).resolve().parents[2] / ".venv-peers"
WITHIN_S = 120


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured of a peer. twice: deliveries that came once more. peak_rss_mib: of its largest process.

    durable: what it had taken would have been on the disc.
    """

    name: str
    version: str
    n: int
    seconds: float
    rate_per_s: float
    twice: int
    peak_rss_mib: float
    durable: bool


def main(measure: Callable[[int], Found], n: int) -> None:
    """Measure as many as asked, and print it as JSON."""
    asked = ArgumentParser(description="Measure a peer, and print JSON.")
    asked.add_argument("--n", type=int, default=n, help=f"messages (default: {n})")
    sys.stdout.write(msgspec.json.encode(measure(asked.parse_args().n)).decode() + "\n")


# ---- where they come from


def unpacked(*packages: str) -> Path:
    """Return a folder with Debian packages unpacked in it."""
    folder = HOME / "-".join(packages)
    if not folder.exists():
        part = folder.with_name(f"{folder.name}.part")
        part.mkdir(parents=True, exist_ok=True)
        _run(["apt-get", "-qq", "download", *packages], part)
        for package in part.glob("*.deb"):
            _run(["dpkg", "-x", package.name, "."], part)
        part.rename(folder)
    return folder


def environment(*packages: str) -> Path:
    """Return the Python of an environment that has these packages of PyPI."""
    python = HOME / "python" / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "venv", str(python.parents[1])])
    _run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages])
    return python


def _run(command: Sequence[str], where: Path | None = None) -> None:
    """Do what sets a peer up."""
    try:
        done = subprocess.run(command, cwd=where, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        sys.exit(f"{command[0]} is not there, and this peer cannot be had without it.")
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} did not work:\n{done.stderr}")


# ---- how they run


@contextmanager
def running(
    command: Sequence[str], where: Path, more: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a peer's server, and stop it by its id. more: of its environment."""
    with (where / "log").open("ab") as log:
        process = subprocess.Popen(command, cwd=where, stdout=log, stderr=log, env=os.environ | (more or {}))
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    """Return a port that is free just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait_for(what: str, is_so: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    """Wait until something is so."""
    until = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > until:
            sys.exit(f"{what}: it was waited for {within_s:.0f} s, in vain.")
        time.sleep(0.01)


def listens(port: int) -> bool:
    """Say whether somebody listens on a port of this machine."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def peaks(sink: Sink) -> list[float]:
    """Return the most memory of each process that was started here, and of those that these started; the sink is none."""
    return [mib for process, mib in childrens_peaks_mib().items() if process != sink.process]


def found(name: str, version: str, sink: Sink, n: int, seconds: float, peak_mib: float, *, warmed: int = 0) -> Found:
    """Return what was measured, once all of it has arrived. warmed: how many more came before, to warm it up."""
    tally = sink.tally()
    if tally.distinct != n + warmed:
        sys.exit(f"{name} was to send {n + warmed} messages. What came: {tally}.")
    return Found(
        name=name,
        version=version,
        n=n,
        seconds=round(seconds, 3),
        rate_per_s=round(n / seconds),
        twice=tally.twice,
        peak_rss_mib=peak_mib,
        durable=False,
    )
