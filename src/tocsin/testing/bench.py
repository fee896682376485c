"""Benchmarks: what this machine does in a second, measured on the real parts, with a peer beside them where one is there.

A benchmark says how much it did, how long that took, and what that makes in a second; medians of several runs, for
machines are shared. It asserts nothing: what is promised about speed stands in docs/reference/benchmarks.md.
"""

import os
import resource
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """The same work done by someone else's code, in the same run on the same machine."""

    name: str
    rate_per_s: float


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """One benchmark's outcome.

    n: how many things were done. seconds: the median over the runs. durable: what was done is on the disc.
    peak_rss_mib: of the largest process. ratio: of our rate to the peer's. parts: what else was measured.
    """

    name: str
    n: int
    seconds: float
    rate_per_s: float
    unit: str
    durable: bool
    runs: int
    peak_rss_mib: float
    peer: Peer | None = None
    ratio: float | None = None
    parts: dict[str, Any] = {}


def timed(work: Callable[[], T], runs: int = 1) -> tuple[float, T]:
    """Return the median time that some work takes, in seconds, and what the last run returned."""
    times = []
    found: Any = None
    for _ in range(runs):
        begun = time.perf_counter()
        found = work()
        times.append(time.perf_counter() - begun)
    return median(times), found


def in_turn(works: Sequence[Callable[[], float]], runs: int, within_s: float) -> list[list[float]]:
    """Let each work run in turn, and again, up to so many times; return what each said of its own seconds.

    In turn, because a machine that others use meanwhile is as busy for one as for the other. within_s: once so long has
    passed, no new turn is begun; one is always played.
    """
    begun, times = time.perf_counter(), [[work()] for work in works]
    while len(times[0]) < runs and time.perf_counter() - begun < within_s:
        for work, seconds in zip(works, times, strict=True):
            seconds.append(work())
    return times


def peak_rss_mib() -> float:
    """Return the most memory that this process, or one it waited for, has held."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return max(own_peak_mib(), _mib(children))


def own_peak_mib() -> float:
    """Return the most memory that this process has held."""
    # What getrusage says of ourselves begins with what the program held that started us; VmHWM begins with us.
    peak = _peak_kib("self")
    return _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss if peak is None else peak)


def childrens_peaks_mib(of: str = "self") -> dict[int, float]:
    """Return the most memory that each living process has held that this one started, or these in turn, by its id.

    Nothing without /proc.
    """
    children: set[str] = set()
    with suppress(OSError):  # a process may end meanwhile
        for thread in Path(f"/proc/{of}/task").glob("*/children"):
            with suppress(OSError):  # or a thread
                children.update(thread.read_text().split())
    found = {int(child): _mib(peak) for child in children if (peak := _peak_kib(child)) is not None}
    return found | {id_: peak for child in children for id_, peak in childrens_peaks_mib(child).items()}


def cpu_s(process: int) -> float:
    """Return the processor's seconds that a living process has used, all of its threads together; 0 without /proc."""
    with suppress(OSError):
        said = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
        return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _mib(kib: int) -> float:
    return round(kib / 1024, 1)


def _peak_kib(process: str) -> int | None:
    with suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return None
