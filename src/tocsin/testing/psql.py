"""Asks a PostgreSQL through Debian's psql, for the benches: Tocsin itself speaks to no other database there."""

import subprocess
from types import TracebackType
from typing import IO, Self

from tocsin.basis.errors import Unreachable
from tocsin.places.geometry import Ring

POSTGIS = "BENCH_POSTGIS"
"""The environment variable that says where the peer of the benches is; benchmarks/postgis.py sets it."""

_DONE = b"-- tocsin: done --\n"


class Psql:
    """One session. where: what psql takes as a database, such as "host=127.0.0.1 port=5433 dbname=bench"."""

    def __init__(self, where: str) -> None:
        try:
            self._run = subprocess.Popen(  # noqa: S603  the one who runs the bench says where
                ["psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", where],  # noqa: S607
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError as error:
            raise Unreachable("psql is not there. On Debian: apt install postgresql-client") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run.communicate()

    def ask(self, statement: str) -> list[bytes]:
        """Return the lines that a statement gives.

        Raises:
            Unreachable: the server is not there, or does not understand.
        """
        into, out = _pipe(self._run.stdin), _pipe(self._run.stdout)
        try:
            into.write(statement.encode() + b";\n\\echo " + _DONE)
            into.flush()
        except BrokenPipeError:
            return self._failed()
        lines = []
        while (line := out.readline()) != _DONE:
            if not line:
                return self._failed()
            lines.append(line)
        return lines

    def _failed(self) -> list[bytes]:
        said = _pipe(self._run.stderr).read().decode(errors="replace").strip().partition("\n")[0]
        raise Unreachable(f"PostgreSQL did not answer: {said}")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise AssertionError
    return pipe


def wkt(line: Ring) -> str:
    """Write a ring as PostGIS takes a polygon: longitude first, in WGS 84."""
    return f"ST_SetSRID('POLYGON(({', '.join(f'{lon!r} {lat!r}' for lat, lon in line)}))'::geometry, 4326)"
