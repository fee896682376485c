"""Who hears a warning twice, and who not at all, when the provider misbehaves and a sender is killed.

Text messages to a provider that refuses some for now, takes some and hangs up before it says so, and once takes a row of
them and says nothing; meanwhile a process that hands them over is killed. What it took is counted by id. The waits between
tries are minutes: the installation's clock leaps over them.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from tocsin.app import App
from tocsin.basis.ids import Id
from tocsin.carriers import SMS_FILE
from tocsin.delivery.facts import Errand
from tocsin.flow.work import waiting_for
from tocsin.testing.bench import childrens_peaks_mib, own_peak_mib
from tocsin.testing.bench_house import approved, begin, issue, opened, peopled, receipts
from tocsin.testing.sink import Faults, Sink

PATIENT = 10_000  # people; enough for a share of duplicates
LOOK_AGAIN_S = 0.02
_SETTINGS = """
sender = "Alarm"
per_second = 10000
per_day = 1000000
timeout_s = {timeout_s}
connections = 32

[gateway]
url = "{url}"

[gateway.headers]
Idempotency-Key = "{{id}}"

[gateway.json]
to = "{{to}}"
text = "{{text}}"
"""
_WAIT_S = 32.0
"""For how long those that are held are waited for, all together: the fewer they are, the less is a busy machine taken for silence."""


class Leaping:
    """The machine's clock, but for what it has leapt over."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC) + self._ahead

    def leap(self, to: datetime) -> None:
        """Leap to a moment, if it lies ahead."""
        self._ahead += max(to - self.now(), timedelta())


@contextmanager
def faults_beside(people: int) -> Iterator[Callable[[], dict[str, Any]]]:
    """Do under_faults() in a process of its own, for it kills children, while something else is done.

    Yields what waits for it, and returns what it found.
    """
    command = [sys.executable, "-m", "tocsin.testing.bench_faults", str(people)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  our own

        def wait() -> dict[str, Any]:
            said, _ = process.communicate()
            if process.returncode:
                raise AssertionError("What comes of faults could not be found out; it said why above.")
            found: dict[str, Any] = msgspec.json.decode(said)
            return found

        try:
            yield wait
        finally:
            process.kill()


def under_faults(people: int) -> dict[str, Any]:
    """Send to so many through a provider that misbehaves, and say what came of it.

    twice: people whose message the provider took more than once. twice_by_key: those of them to whom it came under more
    than one id, so that not even a provider that minds the Idempotency-Key can know. lost: people it took nothing for.
    """
    # A host that has not answered yet is asked two things at a time, and after two failures no more for that while. The time
    # between is leapt over, so of a few people it must not hold as many as of many, or each of them would be tried in vain.
    held = min(64, people // 150)
    faults = Faults(refused=0.04, cut=0.01, held=held, held_after=people // 2)
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, Sink("http", faults) as sink:
        home, clock = Path(name), Leaping()
        (home / SMS_FILE).write_text(_SETTINGS.format(url=sink.url("/messages"), timeout_s=_WAIT_S / max(held, 1)))
        group = peopled(home, sink, people, "sms", "+15005550006")
        begun = time.perf_counter()
        with opened(home, sink, clock) as app:
            alert = approved(app, group)
            begin(app)
            issue(app, alert)
            killed = _kill_one(sink, people // 4)
            while receipts(app, alert) < people:
                _leap(app, clock)
                time.sleep(LOOK_AGAIN_S)
            meant = _ids(app, alert)
        seconds = time.perf_counter() - begun
        came, tally = Counter(sink.ids()), sink.tally()
    twice = sum(times > 1 for times in came.values())
    return {
        "faults_n": people,
        "faults_s": round(seconds, 2),
        "faults_refused": tally.refused,
        "faults_cut": tally.cut,
        "faults_held": tally.held,
        "faults_killed": killed,
        "faults_twice": twice,
        "faults_twice_share": round(twice / people, 4),
        "faults_twice_by_key": len(came.keys() - meant),
        "faults_lost": len(meant - came.keys()),
    }


def _kill_one(sink: Sink, after: int) -> int:
    """Kill one of the processes that hand over, once so many messages have come; return how many were killed."""
    while sink.tally().arrived < after:
        time.sleep(LOOK_AGAIN_S)
    hands = sorted(childrens_peaks_mib().keys() - {sink.process})
    for hand in hands[:1]:
        os.kill(hand, signal.SIGKILL)
    return len(hands[:1])


def _leap(app: App, clock: Leaping) -> None:
    """Let the time until the next try be over, if there is nothing to do before."""
    due = waiting_for(app.house).batch
    if due is not None and due > clock.now():
        clock.leap(due)
        app.wake()


def _ids(app: App, alert: Id) -> set[str]:
    """Return the one id under which each person's message may go out."""
    with app.store.look() as look:
        batches = [one for one in look.batches(alert) if one.errand is Errand.WARNING]
        return {app.store.delivery_id(batch)(one.person) for batch in batches for one in look.recipients(batch.id)}


def main() -> None:
    """Print what came of so many people, and the most memory that this process has held."""
    found = under_faults(int(sys.argv[1])) | {"faults_peak_mib": own_peak_mib()}
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main()
