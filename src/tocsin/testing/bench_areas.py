"""How fast the saved areas are found that an alert meets: a hundred thousand of them, and a stream of alerts."""

import itertools
import os
import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

import msgspec
import numpy as np

from tocsin.places.basemap import towns
from tocsin.places.ellipsoid import Floats
from tocsin.places.geometry import Ring
from tocsin.places.shapes import Flat, polygon, polygons
from tocsin.places.watched import Watched
from tocsin.testing.bench import Measured, Peer, in_turn, peak_rss_mib, timed
from tocsin.testing.psql import POSTGIS, Psql

RUNS = 3
WITHIN_S = 8.0


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much is done. saved: areas of so many corners; alerts: one after the other, of 60 to 1,000 corners."""

    saved: int = 100_000
    corners: int = 60
    alerts: int = 1_000


WHOLE = Sizes()


def bench_areas(sizes: Sizes = WHOLE, peer: str | None = None) -> Measured:
    """Measure for how many alerts a second it is known, in sorted numbers, which saved areas they meet.

    All areas are drawn and checked beforehand, here and there; how long that takes is told apart.

    peer: where a PostGIS is that benchmarks/postgis.py has filled with the same areas and alerts; None: as the
        environment says.
    """
    peer = peer or os.environ.get(POSTGIS)
    building, watched = timed(
        lambda: Watched([shape] for shape in itertools.chain.from_iterable(map(polygons, saved(sizes))))
    )
    rings = list(alerts(sizes))
    drawing, stream = timed(lambda: [polygon(one) for one in rings])
    hits = [len(watched.meeting([one])) for one in stream]
    works: list[Callable[[], float]] = [lambda: _ours(watched, stream)]
    if peer is not None:
        _agree(peer, sum(hits))
        works.append(lambda: _theirs(peer))
    seconds, *theirs = map(median, times := in_turn(works, RUNS, WITHIN_S))
    parts: dict[str, Any] = {"saved": sizes.saved, "build_s": round(building, 2), "median_hits": median(hits)}
    parts["draw_one_ms"] = round(1_000 * drawing / len(rings), 3)
    return Measured(
        name="areas",
        n=sizes.alerts,
        seconds=round(seconds, 6),
        rate_per_s=round(sizes.alerts / seconds),
        unit="alerts",
        durable=False,
        runs=len(times[0]),
        peer=Peer(name="PostGIS", rate_per_s=round(sizes.alerts / theirs[0])) if theirs else None,
        ratio=round(theirs[0] / seconds, 2) if theirs else None,
        parts=parts,
        peak_rss_mib=peak_rss_mib(),
    )


def saved(sizes: Sizes) -> Iterator[Floats]:
    """Yield the areas that people saved: around towns, from a few streets to a county. The same each time.

    Each part is an array of (area, point, 2), latitude first, closed.
    """
    rng = np.random.default_rng(1776)
    reach = 0.02 * 25 ** rng.random(sizes.saved)
    middles = _some_towns(rng, sizes.saved)
    for start in range(0, sizes.saved, 5_000):
        part = slice(start, start + 5_000)
        yield _ragged(rng, middles[part], reach[part], sizes.corners)


def alerts(sizes: Sizes) -> Iterator[Ring]:
    """Yield the areas of alerts: around towns, from a suburb to a country. The same each time."""
    rng = np.random.default_rng(1777)
    corners, reach = rng.integers(60, 1_001, sizes.alerts), 0.12 * 60 ** rng.random(sizes.alerts)
    middles = _some_towns(rng, sizes.alerts)
    for number, count in enumerate(corners):
        one = slice(number, number + 1)
        yield tuple((lat, lon) for lat, lon in _ragged(rng, middles[one], reach[one], int(count))[0].tolist())


def _some_towns(rng: np.random.Generator, count: int) -> Floats:
    return np.array([town.point for town in towns()])[rng.integers(0, len(towns()), count)]


def _ragged(rng: np.random.Generator, middles: Floats, reach: Floats, corners: int) -> Floats:
    """Return ragged closed lines of so many corners around middles, reaching so many degrees of longitude."""
    angle = 2 * np.pi * np.arange(corners) / corners
    far = reach[:, None] * (1 + 0.15 * np.sin(5 * angle) + 0.01 * rng.standard_normal((len(reach), corners)))
    lats = np.round(middles[:, :1] + 0.6 * far * np.sin(angle), 6)
    lons = np.round((middles[:, 1:] + far * np.cos(angle) + 180) % 360 - 180, 6)
    line = np.stack([lats, lons], axis=2)
    return np.concatenate([line, line[:, :1]], axis=1)


def _ours(watched: Watched, stream: Sequence[Flat]) -> float:
    begun = time.perf_counter()
    for one in stream:
        watched.meeting([one])
    return time.perf_counter() - begun


# Within the server, from one table to the other: nothing is sent but a number, so this flatters PostGIS a little. Areas
# across the 180th meridian are left out of its tables, for a flat map would draw them the wrong way round.
_ASK = """
select sum(array_length(met, 1)) from (
  select (select array_agg(saved.id order by saved.id) from saved where ST_Intersects(saved.area, alerts.area)) as met
  from alerts offset 0) as each
"""


def _theirs(peer: str) -> float:
    with Psql(peer) as other:
        other.ask("select 1")
        return timed(lambda: other.ask(_ASK))[0]


def _agree(peer: str, hits: int) -> None:
    with Psql(peer) as other:
        (said,) = other.ask(_ASK)
    # A few lie across the 180th meridian, where it is not asked.
    if abs(int(said) - hits) > hits // 1_000:
        raise AssertionError("PostGIS and the saved areas do not agree.")
