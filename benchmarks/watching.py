"""What it costs to watch a send: looks while results come in, a first look, the watchdog's check, the account taken away.

python benchmarks/watching.py [DELIVERIES]     a million, unless told otherwise; about two minutes and half a gigabyte of disc

The rows are written as the engine writes them, into a directory of their own that is removed; nothing is sent.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter, process_time
from typing import Any

from tocsin.basis.marking import Mark, Reader, Role
from tocsin.flow.delivery.account import pieces
from tocsin.flow.watchdog import Watchdog
from tocsin.store.columns import moment_text
from tocsin.store.counting import Counting
from tocsin.testing.town import Town

RANGE = 1_000
LOOK_AFTER = 60  # batches: what is sent in about a second
ROWS = 1_000
PEOPLE = 200


def timed(what: str, work: Callable[[], Any]) -> Any:
    """Do something, and say how long it took, and how much of that the processor worked."""
    began, worked = perf_counter(), process_time()
    found = work()
    print(f"{what:44} {1e3 * (perf_counter() - began):8.0f} ms {1e3 * (process_time() - worked):8.0f} ms of processor")
    return found


def rss_mib() -> int:
    """Return the largest memory this process has had."""
    return getrusage(RUSAGE_SELF).ru_maxrss // 1024


def lay_out(town: Town, warning: str, deliveries: int) -> None:
    """Write down batches and who is in them."""
    people = [town.id(f"person {n}") for n in range(PEOPLE)]
    with town.app.store._write() as connection:  # noqa: SLF001
        found = connection.exec_driver_sql("SELECT * FROM batch_states WHERE warning = ?", (warning,))
        pattern = dict(zip(found.keys(), found.one(), strict=True))
        names = ", ".join(f'"{name}"' for name in pattern)
        places = ", ".join("?" * len(pattern))
        for n in range(deliveries // RANGE):
            row = {**pattern, "id": f"batch-{n}", "count": RANGE}
            connection.exec_driver_sql(f"INSERT INTO batch_states ({names}) VALUES ({places})", tuple(row.values()))  # noqa: S608
            who = [(f"batch-{n}", m, warning, people[m % PEOPLE], "contact") for m in range(RANGE)]
            connection.exec_driver_sql(
                "INSERT INTO recipients (batch, position, warning, person, contact) VALUES (?, ?, ?, ?, ?)", who
            )


def note(town: Town, batch: int) -> None:
    """Write down what came of a batch."""
    at = moment_text(town.now + timedelta(seconds=batch / LOOK_AFTER))
    came = [(f"batch-{batch}", n, "accepted", at, 1, "Handed over.") for n in range(RANGE)]
    with town.app.store._write() as connection:  # noqa: SLF001
        connection.exec_driver_sql(
            "INSERT INTO results (batch, position, stands, at, attempt, detail) VALUES (?, ?, ?, ?, ?, ?)", came
        )


def measure(town: Town, deliveries: int) -> None:
    """Watch a send of so many."""
    for n in range(PEOPLE):
        town.person(f"person {n}")
    warning = town.id(town.duty_officer.issues_alert(to=["person 0"]))
    lay_out(town, warning, deliveries)

    def look(counting: Counting) -> Any:
        with town.app.store.look() as seen:
            return counting.of(seen.connection, warning, town.now)

    counting, looks = Counting(), []
    timed("a first look, before anything is sent", lambda: look(counting))
    for n in range(deliveries // RANGE):
        note(town, n)
        if n % LOOK_AFTER == LOOK_AFTER - 1:
            began = perf_counter()
            look(counting)
            looks.append(1e3 * (perf_counter() - began))
    looks.sort()
    print(
        f"{len(looks)} looks, {LOOK_AFTER * RANGE:,} results each: median {looks[len(looks) // 2]:.0f} ms, most {looks[-1]:.0f} ms"
    )
    timed("a look at which nothing is new", lambda: look(counting))
    timed("a first look of a fresh process", lambda: look(Counting()))
    watchdog = Watchdog(town.app.store)
    timed("a first check", lambda: watchdog.check(town.now))
    timed("the check after that", lambda: watchdog.check(town.now))
    reader = Reader(person=town.duty_officer.id, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.AMBER)
    before = rss_mib()
    parts = pieces(town.app.store, reader, warning, "csv", ROWS)
    size = timed("the account, as CSV", lambda: sum(len(part) for part in parts))
    print(f"{size / 1e6:.0f} MB; largest memory {before} MiB before, {rss_mib()} MiB after")


def main() -> None:
    """Measure in a directory of its own."""
    deliveries = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    data = Path(tempfile.mkdtemp(prefix="tocsin-watching-"))
    try:
        with Town(data) as town:
            measure(town, deliveries)
    finally:
        shutil.rmtree(data)


if __name__ == "__main__":
    main()
