"""How fast an audience is picked: millions of people, who live where towns are, against polygons of 1,000 corners."""

import math
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import numpy as np

from tocsin.places.basemap import towns
from tocsin.places.crowd import Crowd
from tocsin.places.crowd_files import build
from tocsin.places.ellipsoid import Floats
from tocsin.places.geometry import Point, Ring
from tocsin.places.rows import places
from tocsin.places.shapes import circle, polygon
from tocsin.testing.bench import Measured, Peer, in_turn, peak_rss_mib, timed
from tocsin.testing.psql import POSTGIS, Psql, wkt

NOW = datetime(2031, 5, 6, tzinfo=UTC)
RUNS = 7
WITHIN_S = 5.0  # for each polygon
PART = 500_000

AREAS: dict[str, tuple[Point, float]] = {
    "metro": ((55.75, 37.6), 0.6),
    "region": ((55.75, 37.6), 9.0),
    "country": ((51.0, 20.0), 14.0),
}
"""Middle, and radius in degrees of longitude."""


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much is done. people: each with one place; corners: of each polygon."""

    people: int = 10_000_000
    corners: int = 1_000


WHOLE = Sizes()


def bench_audience(sizes: Sizes = WHOLE, peer: str | None = None) -> Measured:
    """Measure how long the slowest of three polygons takes, from its corners to the sorted numbers of all people in it.

    peer: where a PostGIS is that benchmarks/postgis.py has filled with the same people; None: as the environment says.
    """
    peer = peer or os.environ.get(POSTGIS)
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        building, crowd = timed(lambda: build(Path(name) / "crowd", _parts(sizes.people)))
        parts: dict[str, Any] = {"build_s": round(building, 2), **_files(Path(name) / "crowd")}
        found = {area: _race(crowd, ring(*AREAS[area], sizes.corners), peer) for area in AREAS}
        for area, measured in found.items():
            parts |= {f"{area}_{what}": figure for what, figure in measured.items() if figure is not None}
        slowest = max(found.values(), key=lambda measured: measured["ms"])
        parts |= _besides(crowd)
    seconds, theirs = slowest["ms"] / 1_000, (slowest["peer_ms"] or 0) / 1_000
    return Measured(
        name="audience",
        n=sizes.people,
        seconds=seconds,
        rate_per_s=round(sizes.people / seconds),
        unit="places",
        durable=False,
        runs=int(slowest["runs"]),
        peer=Peer(name="PostGIS", rate_per_s=round(sizes.people / theirs)) if theirs else None,
        ratio=round(theirs / seconds, 2) if theirs else None,
        parts=parts,
        peak_rss_mib=peak_rss_mib(),
    )


def people(count: int, part: int = PART) -> Iterator[tuple[int, Floats, Floats]]:
    """Yield the number of the first person of each part, and the latitudes and longitudes of all of it.

    They live around towns of 15,000 people and more, as many as live there. The same for the same count, each time.
    """
    chance, lats, lons = _towns()
    for start in range(0, count, part):
        rng, size = np.random.default_rng([1775, start]), min(part, count - start)
        town = np.searchsorted(chance, rng.random(size))
        lat = np.clip(lats[town] + rng.normal(0, 0.08, size), -90, 90)
        lon = (lons[town] + rng.normal(0, 0.12, size) + 180) % 360 - 180
        yield start, np.round(lat, 7), np.round(lon, 7)


@cache
def _towns() -> tuple[Floats, Floats, Floats]:
    population = np.array([town.population for town in towns()], dtype=np.float64)
    points = np.array([town.point for town in towns()])
    return np.cumsum(population / population.sum()), points[:, 0], points[:, 1]


def ring(middle: Point, radius: float, corners: int) -> Ring:
    """Return a ragged closed line, the same each time."""
    rng = np.random.default_rng(corners)
    points = []
    for corner in range(corners):
        angle = 2 * math.pi * corner / corners
        reach = radius * (1 + 0.15 * math.sin(5 * angle) + 0.08 * math.sin(17 * angle) + 0.01 * rng.standard_normal())
        points.append((middle[0] + 0.6 * reach * math.sin(angle), middle[1] + reach * math.cos(angle)))
    return (*points, points[0])


def _parts(count: int) -> Iterator[Any]:
    for start, lat, lon in people(count):
        yield places(np.arange(start, start + len(lat)), lat, lon)


def _files(folder: Path) -> dict[str, float]:
    return {"files_mib": round(sum(file.stat().st_size for file in folder.iterdir()) / 2**20, 1)}


def _race(crowd: Crowd, line: Ring, peer: str | None) -> dict[str, Any]:
    """Return how long one polygon takes, cold and then warm, and how many people are in it."""
    cold, hits = timed(lambda: crowd.within([polygon(line)], at=NOW))
    works: list[Callable[[], float]] = [lambda: timed(lambda: crowd.within([polygon(line)], at=NOW))[0]]
    if peer is None:
        return _figures(cold, len(hits), in_turn(works, RUNS, WITHIN_S))
    with Psql(peer) as other:
        # Both count a point on the edge as inside, and both hand over the number of each person.
        ask = f"copy (select person from people where ST_Covers({wkt(line)}, at)) to stdout"  # noqa: S608  our own numbers
        if len(other.ask(ask)) != len(hits):
            raise AssertionError("PostGIS and the crowd do not agree.")
        return _figures(cold, len(hits), in_turn([*works, lambda: timed(lambda: other.ask(ask))[0]], RUNS, WITHIN_S))


def _figures(cold: float, hits: int, times: list[list[float]]) -> dict[str, Any]:
    ours, *theirs = (round(1_000 * median(seconds), 2) for seconds in times)
    return {
        "ms": ours,
        "cold_ms": round(1_000 * cold, 2),
        "hits": hits,
        "runs": len(times[0]),
        "peer_ms": theirs[0] if theirs else None,
    }


def _besides(crowd: Crowd) -> dict[str, Any]:
    """Measure a circle, who is just outside the metropolis, and how long someone takes to be added."""
    disc, city = [circle((55.75, 37.6), 30_000)], [polygon(ring(*AREAS["metro"], 1_000))]
    beside, found = timed(lambda: crowd.outside(city, 300.0, at=NOW), runs=3)
    begun = time.perf_counter()
    for person in range(100):
        crowd = crowd.without([person]).added(places([person], [55.75], [37.6]))
    return {
        "circle_30_km_ms": round(1_000 * timed(lambda: crowd.within(disc, at=NOW), runs=3)[0], 2),
        "outside_300_m_ms": round(1_000 * beside, 2),
        "outside_300_m_hits": len(found.persons),
        "move_one_ms": round(10 * (time.perf_counter() - begun), 3),
    }
