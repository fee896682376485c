"""Start a PostGIS of its own, fill it with what the bench asks about, and run the bench beside it.

    python benchmarks/postgis.py audience --times 3
    python benchmarks/postgis.py areas --times 3

It needs Debian's postgresql-15 and postgresql-15-postgis-3 (apt install both), listens on loopback alone, keeps
everything in a temporary directory (about 2 GB for ten million people), and stops its server by its process id.
"""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import side_by_side

from tocsin.testing import bench_areas, bench_audience
from tocsin.testing.psql import POSTGIS, Psql, wkt

BIN = Path(os.environ.get("BENCH_POSTGRES_BIN", "/usr/lib/postgresql/15/bin"))
USER = "postgres"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "1GB",
    "maintenance_work_mem": "512MB",
    "work_mem": "64MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",  # as on a disc without an arm
    "jit": "off",  # compiling would cost such short questions more than it gains
    "fsync": "off",  # nothing is written while it is measured
}


def main() -> None:
    """Read what is asked, fill a server, and run."""
    asked = argparse.ArgumentParser(description="Run a bench beside PostGIS and print medians.")
    asked.add_argument("name", choices=["audience", "areas"])
    asked.add_argument("--times", type=int, default=3, help="how often (default: 3)")
    given = asked.parse_args()
    with server() as where:
        begun = time.monotonic()
        fill_people(where) if given.name == "audience" else fill_areas(where)
        print(f"PostGIS was filled in {time.monotonic() - begun:.0f} s.\n", flush=True)
        os.environ[POSTGIS] = where
        side_by_side.repeat(given.name, given.times)


@contextmanager
def server() -> Iterator[str]:
    """Run a server, and yield how psql reaches it."""
    if not (BIN / "initdb").exists():
        sys.exit("PostgreSQL 15 is not there. On Debian: apt install postgresql-15 postgresql-15-postgis-3")
    with tempfile.TemporaryDirectory(prefix="tocsin-postgis-") as name:
        folder = Path(name)
        as_server = {"user": USER} if os.getuid() == 0 else {}  # a server refuses to run as root
        if as_server:
            shutil.chown(folder, USER)
        quiet = {"cwd": folder, "stdout": subprocess.DEVNULL, **as_server}
        subprocess.run([BIN / "initdb", "-D", folder / "pg", "-A", "trust", "-U", "bench"], check=True, **quiet)  # type: ignore[call-overload]
        port = free_port()
        options = [f"-c{key}={value}" for key, value in {**SETTINGS, "unix_socket_directories": name}.items()]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [BIN / "postgres", "-D", folder / "pg", "-p", str(port), *options], stderr=log, **quiet
            )  # type: ignore[call-overload]
            try:
                wait(port)
                yield f"host=127.0.0.1 port={port} user=bench dbname=postgres"
            finally:
                running.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
                running.wait(timeout=60)


def free_port() -> int:
    """Return a port that is free just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def wait(port: int) -> None:
    """Wait until the server listens."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.5)  # it listens a moment before it answers
            return
    sys.exit("PostgreSQL did not come up within 30 s.")


def fill_people(where: str) -> None:
    """Store the people of the bench, with an index over where they are."""
    with Psql(where) as psql:
        psql.ask("create extension postgis; create unlogged table people (person int4, at geometry(Point, 4326))")
        for first, lats, lons in bench_audience.people(bench_audience.WHOLE.people):
            rows = (
                f"{first + n}\tSRID=4326;POINT({lon!r} {lat!r})"
                for n, (lat, lon) in enumerate(zip(lats.tolist(), lons.tolist(), strict=True))
            )
            copy(where, "people", rows)
        psql.ask("create index on people using gist (at); vacuum analyze people")


def fill_areas(where: str) -> None:
    """Store the saved areas and the alerts of the bench, with an index over the areas."""
    with Psql(where) as psql:
        psql.ask("create extension postgis")
        for table, rings in (
            ("saved", saved()),
            ("alerts", bench_areas.alerts(bench_areas.WHOLE)),
        ):
            psql.ask(f"create unlogged table {table} (id int4, area geometry(Polygon, 4326))")
            flat = (f"{n}\t{wkt_text(ring)}" for n, ring in enumerate(rings) if not jumps(ring))
            copy(where, table, flat)
            psql.ask(f"create index on {table} using gist (area); vacuum analyze {table}")


def saved() -> Iterator[tuple[tuple[float, float], ...]]:
    """Yield the saved areas of the bench one by one."""
    for part in bench_areas.saved(bench_areas.WHOLE):
        for ring in part.tolist():
            yield tuple((lat, lon) for lat, lon in ring)


def jumps(ring: tuple[tuple[float, float], ...]) -> bool:
    """Say whether a ring crosses the 180th meridian, where a flat map would draw it the wrong way round."""
    return max(lon for _, lon in ring) - min(lon for _, lon in ring) > 180


def wkt_text(ring: tuple[tuple[float, float], ...]) -> str:
    """Write a ring as a column of type geometry takes it."""
    return "SRID=4326;" + wkt(ring).split("'")[1]


def copy(where: str, table: str, rows: Iterable[str]) -> None:
    """Copy rows into a table."""
    command = ["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-d", where, "-c", f"copy {table} from stdin"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True) as into:
        if into.stdin is not None:
            into.stdin.writelines(f"{row}\n" for row in rows)
            into.stdin.close()
    if into.returncode:
        sys.exit(f"PostgreSQL did not take the rows of {table}.")


if __name__ == "__main__":
    main()
