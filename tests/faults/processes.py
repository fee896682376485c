"""Running tocsin as its users do, in processes of their own that can be killed; and looking at a store from outside."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from pysqlite3 import dbapi2 as sqlite

TOCSIN = (  # whoever starts the tests in the background of a shell hands on that SIGINT is ignored
    sys.executable,
    "-c",
    ("import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom tocsin.cli import start; start()"),
)
FERRY = Path(__file__).parent / "ferry.yaml"
DEMO_OF_THE_FERRY = (  # the same command; only the story it plays is a shorter one
    sys.executable,
    "-c",
    f"""\
import sys, pathlib
from tocsin.cli import main, replay
replay.find_scenario = lambda _: pathlib.Path({str(FERRY)!r})
main.main(["demo", *sys.argv[1:]], prog_name="tocsin")""",
)
PATIENCE_S = 300.0  # a command that plays a case takes 25 s of the processor, and others may want it, too


@cache
def _byte_code() -> str:
    directory = tempfile.mkdtemp(prefix="tocsin-faults-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return this environment without settings of ours, and with the byte code kept between processes."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "PYTHONDONTWRITE"))}
    if "PYTHONDONTWRITEBYTECODE" in os.environ:  # compiled anew, each of our many starts would take three times as long
        ours.setdefault("PYTHONPYCACHEPREFIX", _byte_code())
    return ours | dict(more or {})


def run(*arguments: object, more: Mapping[str, str] | None = None, cwd: Path | None = None) -> Any:
    """Run tocsin to its end."""
    return subprocess.run(
        [*TOCSIN, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=environment(more),
        cwd=cwd,
        check=False,
    )


def run_here(*arguments: object, more: Mapping[str, str] | None = None) -> Any:
    """Run tocsin in this process, which is faster: for what is refused before anything is opened."""
    # A process that is started again and again, to be killed, and says no command, need not load them all.
    from click.testing import CliRunner  # noqa: PLC0415

    from tocsin.cli.main import main  # noqa: PLC0415

    done = CliRunner().invoke(main, [*map(str, arguments)], env=dict(more or {}), prog_name="tocsin")
    if not isinstance(done.exception, SystemExit | None):
        raise done.exception
    return subprocess.CompletedProcess([*map(str, arguments)], done.exit_code, done.stdout, done.stderr)


def refused_in_one_line(done: Any, code: int) -> str:
    """Return the one line that a command left with this exit code, and nothing else."""
    assert done.returncode == code, (done.returncode, done.stderr)
    assert "Traceback" not in done.stderr, done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("tocsin: "), lines[0]
    assert done.stdout == ""
    return str(lines[0])


@contextmanager
def started(command: Sequence[str], more: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start a process in a session of its own, and leave none of that behind."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(more),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        while left := session(process.pid):  # again, for one that was just being started is found the next time
            for one in left:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            time.sleep(0.002)
        process.communicate()


def session(leader: int) -> list[int]:
    """Return which processes of a session are alive. Linux: whoever has ended and is not yet buried is not."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it ended meanwhile
            state, _, _, its_session = stat.read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == leader and state not in "ZX":
                found.append(int(stat.parent.name))
    return found


@contextmanager
def tocsin(*arguments: object, more: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Start tocsin."""
    with started([*TOCSIN, *map(str, arguments)], more) as process:
        yield process


def wait_until(
    what: Callable[[], bool], process: subprocess.Popen[str] | None = None, patience_s: float = PATIENCE_S
) -> bool:
    """Wait until something is so; False when the process ended before."""
    deadline = time.monotonic() + patience_s
    while True:
        began = time.monotonic()
        has_ended = process is not None and process.poll() is not None
        if what():  # asked after that, for what it did last counts
            return True
        if has_ended:
            return False
        if began >= deadline:  # asked after that, too: a machine may stand still between two questions
            raise AssertionError(f"It was not so within {patience_s:.0f} s.")
        # Whoever asks without a pause keeps a processor from those who are waited for.
        time.sleep(max(0.002, 4 * (time.monotonic() - began)))


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process as a power cut would: at once, without a word."""
    process.send_signal(signal.SIGKILL)
    process.wait()


class Outside:
    """Looks at a store from another process, and changes nothing."""

    GROWING: ClassVar = {"journal": "recorded_at", "notes": "at", "answer_log": "at"}

    def __init__(self, data: Path) -> None:
        """Look at the store in this directory, once there is one."""
        self._file = data / "tocsin.db"
        self._line: Any = None

    def ask(self, question: str) -> Any:
        """Return the first value of the first row, or None while there is nothing to ask yet."""
        try:
            if self._line is None:
                if not self._file.exists():
                    return None
                self._line = sqlite.connect(f"file:{self._file}?mode=ro", uri=True, isolation_level=None)
            row = self._line.execute(question).fetchone()
        except sqlite.Error:
            return None
        return None if row is None else row[0]

    def rows(self, before: str = "9") -> int:
        """Return how many rows the journal and the two logs have together. before: count none of this moment or later."""
        counts = " + ".join(
            f"(SELECT count(*) FROM {table} WHERE {moment} < '{before}')" for table, moment in self.GROWING.items()
        )
        return int(self.ask(f"SELECT {counts}") or 0)

    def close(self) -> None:
        """Look away."""
        if self._line is not None:
            self._line.close()


@contextmanager
def outside(data: Path) -> Iterator[Outside]:
    """Look at a store from outside for a while."""
    look = Outside(data)
    try:
        yield look
    finally:
        look.close()


def summary(done: Any) -> dict[str, Any]:
    """Return the summary that a replay printed."""
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))
