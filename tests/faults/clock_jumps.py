"""Runs `tocsin serve` under a clock that lies: an hour or a year on, an hour back, while it is down and while it runs.

python -m tests.faults.clock_jumps prints how late each timer was. It needs Debian's package faketime.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from subprocess import Popen

import msgspec

from tests.faults import sender
from tests.faults.processes import Outside, outside, started, wait_until
from tocsin.app import WallClock
from tocsin.basis.marking import Role
from tocsin.flow.report import receive
from tocsin.flow.warning import warn
from tocsin.people.facts import ContactAdded
from tocsin.store.reconcile import reconcile
from tocsin.testing.mailbox import Mailbox
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung

LIBRARIES = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/local/lib/faketime/libfaketimeMT.so.1")
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
WINDOW = timedelta(minutes=40)
PATIENCE_S = 300
NEVER_S = 3 * 365 * 86_400  # after the first ring of a watch nobody is rung again in what is tried here
say = partial(print, flush=True)


# libfaketime refuses the sleep that Python asks for, by the monotonic clock that it leaves alone; a wait it grants.
SERVE = (
    "import signal, threading, time; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    "time.sleep = lambda seconds: threading.Event().wait(seconds) and None\n"
    "from tocsin.cli.main import main; main(prog_name='tocsin')"
)


def library() -> str:
    """Return where libfaketime lies; nothing where it is not installed."""
    root = Path("/")
    return next((str(found) for one in LIBRARIES for found in root.glob(one.lstrip("/"))), "")


class Late(msgspec.Struct, frozen=True):
    """How late a timer was: since its server could be used, or since the clock jumped under it. what: which."""

    what: str
    seconds: float


class Liar:
    """What tells a process the wrong time: the offset in a file, which can be changed under it."""

    def __init__(self, directory: Path) -> None:
        """Tell the true time at first."""
        self._file = directory / "offset"
        self.offset = timedelta()
        self.set(self.offset)

    def set(self, offset: timedelta) -> None:
        """Be off by so much from now on."""
        self.offset = offset
        written = self._file.with_suffix(".new")
        written.write_text(f"{offset.total_seconds():+.0f}\n")
        written.replace(self._file)

    def now(self) -> datetime:
        """Return what the clock shows."""
        return datetime.now(UTC) + self.offset

    @property
    def environment(self) -> Mapping[str, str]:
        """Return what a process must be started with."""
        return {
            "LD_PRELOAD": library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",  # a machine's clock jumps; how long a thread waits does not
            "DONT_FAKE_MONOTONIC": "1",
            "TOCSIN_SENDERS": "0",
        }


def prepared(home: Path, port: int) -> None:
    """Issue an alert that holds 40 minutes, of which its author is asked after 30 and the miller's silence rings after 5."""
    app = sender.opened(home, port, WallClock(), exercise=False)
    now, house = app.clock.now(), app.house
    people = [sender._person(name, name, Role.DUTY_OFFICER) for name in ("author", "approver", "miller")]
    contacts = [
        ContactAdded(subject=f"at-{one.subject}", occurred_at=now, person=one.subject, channel="mail", address=address)
        for one, address in zip(people, ("a@town.example", "b@town.example", "m@town.example"), strict=True)
    ]
    receive.add_people(house, (*people, *contacts), by="author", command="people", now=now)
    draft = AlertDrafted(
        subject="bell",
        occurred_at=now,
        threat=None,
        author="author",
        sender="bell@town.example",
        sender_name="The town",
        wordings=(Wording(language="en", headline="Keep off", event="Threat", description="", instruction="Stay."),),
        areas=(Area(name="The bridge", polygon=sender.SQUARE),),
        begins=now,
        ends=now + WINDOW,
        ladder=Ladder(rungs=(Rung(to="approver", after_s=PATIENCE_S),), repeat_s=NEVER_S),
        persons=("miller",),
    )
    warn.draft_alert(house, draft, by="author", command="draft", now=now)
    warn.approve_alert(house, "bell", by="approver", command="approve", now=now)
    warn.issue_alert(house, "bell", by="approver", command="issue", now=now)
    app.store.remember("initialised", "yes")
    app.close()


@contextmanager
def serving(home: Path, port: int, liar: Liar) -> Iterator[Popen[str]]:
    """Serve this directory until the end of the block, and make sure that it ends by itself when asked."""
    mail = {"TOCSIN_MAIL_HOST": "127.0.0.1", "TOCSIN_MAIL_PORT": str(port), "TOCSIN_MAIL_SENDER": "bell@town.example"}
    command = [sys.executable, "-c", SERVE, "serve", "--data", str(home), "--port", "0"]
    with started(command, {**liar.environment, **mail}) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        assert "Tocsin serves" in said, said + process.stderr.read()
        yield process
        process.terminate()
        assert process.wait(300) == 0, process.stderr.read()


def counts(look: Outside) -> tuple[int, int, int, int]:
    """Return how often somebody was asked about the window, it ran out, somebody was rung, and a ring led to a call."""

    def count(kind: str) -> int:
        return int(look.ask(f"SELECT count(*) FROM journal WHERE kind = '{kind}'") or 0)

    calls = int(look.ask("SELECT count(*) FROM batch_states WHERE errand = 'call' AND settled_at IS NOT NULL") or 0)
    return count("AlertWindowAsked"), count("AlertWindowRanOut"), count("WatchRang"), calls


def _when(look: Outside, kind: str) -> datetime:
    found = look.ask(f"SELECT max(recorded_at) FROM journal WHERE kind = '{kind}'")
    return datetime.fromisoformat(found)


def _comes(look: Outside, process: "Popen[str]", wanted: tuple[int, int, int, int]) -> None:
    try:
        lives = wait_until(lambda: counts(look) == wanted, process)
    except AssertionError as error:
        raise AssertionError(f"It came to {counts(look)}, not {wanted}.") from error
    if not lives:
        raise AssertionError(f"The server ended; it had come to {counts(look)}, not {wanted}.")
    # And it stays so: the keeper looks twice a second.
    deadline = datetime.now(UTC) + timedelta(seconds=1.5)
    wait_until(lambda: datetime.now(UTC) > deadline)
    assert counts(look) == wanted, f"{counts(look)}, not {wanted}: something came twice"


def tried(home: Path) -> list[Late]:
    """Let a server live through it, and return how late its timers were. What does not hold is an AssertionError."""
    late: list[Late] = []
    with ExitStack() as stack:
        mailbox = stack.enter_context(Mailbox())
        liar = Liar(Path(stack.enter_context(tempfile.TemporaryDirectory())))
        prepared(home, mailbox.port)
        look = stack.enter_context(outside(home))

        # It runs, and the clock jumps under it past the silence: one ring.
        with serving(home, mailbox.port, liar) as process:
            wait_until(lambda: bool(look.ask("SELECT count(*) FROM watch_states")), process)
            liar.set(timedelta(minutes=6))
            jumped = liar.now()
            _comes(look, process, (0, 0, 1, 1))
            late.append(_since(jumped, look, "WatchRang", "the clock jumped 6 minutes under it"))
            liar.set(-HOUR)  # and back: nothing is rung again
            _comes(look, process, (0, 0, 1, 1))
            liar.set(timedelta(minutes=31))
            jumped = liar.now()
            _comes(look, process, (1, 0, 2, 2))
            late.append(_since(jumped, look, "AlertWindowAsked", "the clock jumped past the question"))

        # It was down while the ladder went on and the window ended, and an hour later it starts. It ran out once; whose turn
        # had come in between is rung once, and so is the author, about the end.
        liar.set(HOUR)
        with serving(home, mailbox.port, liar) as process:
            began = liar.now()
            _comes(look, process, (1, 1, 4, 4))
            late.append(_since(began, look, "WatchRang", "it was down for an hour"))

        # It starts again with its clock an hour back: what has been stays, and nothing comes twice.
        liar.set(timedelta())
        with serving(home, mailbox.port, liar) as process:
            _comes(look, process, (1, 1, 4, 4))

        # A year later the next in line hears of the end, once.
        liar.set(YEAR)
        with serving(home, mailbox.port, liar) as process:
            began = liar.now()
            _comes(look, process, (1, 1, 5, 5))
            late.append(_since(began, look, "WatchRang", "it was down for a year"))

        # Five years later both that nobody has taken on ring once more: the silence the approver, and the end each duty officer.
        liar.set(5 * YEAR)
        with serving(home, mailbox.port, liar) as process:
            began = liar.now()
            _comes(look, process, (1, 1, 9, 9))
            late.append(_since(began, look, "WatchRang", "it was down for five years"))
    app = sender.opened(home, 1, Later(5 * YEAR + HOUR), exercise=False)
    problems = reconcile(app.store)
    app.close()
    assert problems == []
    return late


def _since(moment: datetime, look: Outside, kind: str, what: str) -> Late:
    return Late(what, (_when(look, kind) - moment).total_seconds())


class Later:
    """The machine's clock, so much later."""

    def __init__(self, by: timedelta) -> None:
        """Be off by so much."""
        self._by = by

    def now(self) -> datetime:
        """Return the moment."""
        return datetime.now(UTC) + self._by


def main() -> int:
    """Say how late the timers were."""
    if not library():
        say("libfaketime is not installed. On Debian: apt install faketime")
        return 2
    with tempfile.TemporaryDirectory(prefix="tocsin-faults-") as directory:
        for one in tried(Path(directory) / "home"):
            say(f"{one.seconds:6.2f} s after: {one.what}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
