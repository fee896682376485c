"""How fast a list of people is taken in, and taken in again.

    .venv/bin/python benchmarks/people_import.py [ROWS]

Two lists: plain rows (name, languages, mail: two facts each) and full ones (a number, a position and a group besides: five).
Each is taken into a fresh data directory by one process, keys and all, on the disc when it is counted; then again, unchanged.
Nobody else's program does this work (personal keys, a journal, a record), so nothing stands beside it.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tocsin.app import App
from tocsin.flow.people.file import PeopleFile, import_people
from tocsin.settings import Settings
from tocsin.testing.bench import peak_rss_mib
from tocsin.testing.clock import TownClock

HEADS = {"plain": "id,name,languages,mail\n", "full": "id,name,languages,mail,sms,home,groups\n"}


def rows(kind: str, count: int) -> Iterator[str]:
    """Yield a list, line by line."""
    yield HEADS[kind]
    for n in range(count):
        more = f',+3247{n:07d},"{40 + n % 10}.5,{4 + n % 7}.25",Staff' if kind == "full" else ""
        yield f"p{n},Person Number {n},fr;en,person{n}@people.example{more}\n"


def measure(kind: str, count: int, home: Path) -> str:
    """Take a list in twice, and return a line of the table."""
    file = home / f"{kind}.csv"
    with file.open("w") as out:
        out.writelines(rows(kind, count))
    app = App(
        Settings(data=home / kind),
        clock=TownClock(datetime(2031, 5, 6, 8, tzinfo=UTC)),
        holder="bench",
        base_url="",
        exercise=True,
    )
    taken = []
    gc.freeze()  # as the command does
    try:
        for wanted in ("new", "unchanged"):
            wall, cpu = time.perf_counter(), time.process_time()
            found = {
                fate.became.value for fate in import_people(app.house, PeopleFile(file), by="bench", now=app.clock.now)
            }
            if found != {wanted}:
                sys.exit(f"The rows became {found} where all must be {wanted}.")
            taken += [count / (time.perf_counter() - wall), count / (time.process_time() - cpu)]
    finally:
        app.close()
    size = sum(part.stat().st_size for part in (home / kind).iterdir() if part.is_file()) / count
    first, first_cpu, again, again_cpu = taken
    return f"| {kind} | {first:,.0f} | {first_cpu:,.0f} | {again:,.0f} | {again_cpu:,.0f} | {size:,.0f} |"


def main() -> None:
    """Measure both, and print a table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    print(f"{count:,} rows\n\n| list | new/s | new/CPU s | again/s | again/CPU s | bytes a row on the disc |")
    print("|---|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as home:
        for kind in HEADS:
            print(measure(kind, count, Path(home)), flush=True)
    print(f"\nLargest process: {peak_rss_mib()} MiB")


if __name__ == "__main__":
    main()
