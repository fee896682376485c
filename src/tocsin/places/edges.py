"""The edges of a shape in short pieces, and how far many points are from the nearest: what geometry.py does for one."""

import math
from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from tocsin.places import ellipsoid
from tocsin.places.ellipsoid import Floats

_STEP_DEGREES: Final = 0.25  # both as in geometry.py: an edge is followed in pieces this long
_TORN_M: Final = 100_000.0


class Edges:
    """Edges, to find the nearest of. lines: arrays of (latitude, longitude)."""

    def __init__(self, lines: Iterable[Floats]) -> None:
        parts = [_followed(line) for line in lines]
        self.start, self.end = (np.concatenate(ends) for ends in zip(*parts, strict=True))
        ends = np.stack([self.start[:, ::-1], self.end[:, ::-1]], axis=1)
        self.tree = shapely.STRtree(shapely.linestrings(ends))

    def distances_m(self, lat: Floats, lon: Floats, within_m: float | None) -> Floats:
        """Return how far each point is from the nearest edge, in metres; infinitely far beyond within_m."""
        point, piece = self._near(lat, lon, within_m)
        found = np.full(lat.shape, np.inf)
        if not len(point):
            return found
        x, y = _feet(lat[point], lon[point], self.start[piece], self.end[piece])
        order = np.lexsort((np.hypot(x, y), point))
        first = order[np.diff(point[order], prepend=-1) > 0]
        point, x, y = point[first], x[first], y[first]
        found[point] = ellipsoid.distances_m(lat[point], lon[point], *ellipsoid.lift(lat[point], lon[point], x, y))
        return found if within_m is None else np.where(found <= within_m, found, np.inf)

    def _near(self, lat: Floats, lon: Floats, within_m: float | None) -> tuple[npt.NDArray[np.intp], ...]:
        """Return pairs of a point and a piece that may be its nearest."""
        if within_m is None:
            every = np.indices((len(lat), len(self.start))).reshape(2, -1)
            return every[0], every[1]
        north, wide = ellipsoid.degrees_wide(lat, within_m * (1 + ellipsoid.SPHERE_IS_OFF) + 20)
        west, east = self.start[:, 1].min(), self.start[:, 1].max()
        pairs = [
            self.tree.query(shapely.box(lon + shift - wide, lat - north, lon + shift + wide, lat + north))
            for shift in (360.0 * turn for turn in range(math.floor(west / 360) - 1, math.ceil(east / 360) + 2))
        ]
        point, piece = np.concatenate(pairs, axis=1)
        return self._nearest(lat, lon, point, piece, within_m)

    def _nearest(
        self, lat: Floats, lon: Floats, point: npt.NDArray[np.intp], piece: npt.NDArray[np.intp], within_m: float
    ) -> tuple[npt.NDArray[np.intp], ...]:
        """Leave out pieces that a rough plane shows to be farther than another, with room for its roughness."""
        shrink = np.cos(np.radians(lat[point]))
        start, end = self.start[piece], self.end[piece]
        ax, ay = ellipsoid.turns(lon[point], start[:, 1]) * shrink, start[:, 0] - lat[point]
        bx, by = ax + (end[:, 1] - start[:, 1]) * shrink, end[:, 0] - lat[point]
        rough = np.hypot(*_foot(ax, ay, bx, by))
        least = np.full(lat.shape, np.inf)
        np.minimum.at(least, point, rough)
        off = 0.01 + np.abs(np.tan(np.radians(lat))) * within_m / ellipsoid.MEAN_RADIUS_M
        room = np.where(np.abs(lat) < 85, (1 + off) ** 2 * least + 0.0002, np.inf)
        kept = rough <= room[point]
        return point[kept], piece[kept]


def _followed(line: Floats) -> tuple[Floats, Floats]:
    """Return where short pieces of a line start and end, each an array of (latitude, longitude)."""
    step = np.diff(line, axis=0)
    count = np.maximum(1, np.ceil(np.abs(step).max(axis=1) / _STEP_DEGREES)).astype(np.intp)
    edge = np.repeat(np.arange(len(step)), count)
    at = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count)
    start = line[edge] + step[edge] * (at / count[edge])[:, None]
    end = line[edge] + step[edge] * ((at + 1) / count[edge])[:, None]
    return start, end


def _feet(lat: Floats, lon: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the point of each piece that is nearest to its own point, on that point's plane, in metres."""
    ax, ay = ellipsoid.flatten(lat, lon, start[:, 0], start[:, 1])
    bx, by = ellipsoid.flatten(lat, lon, end[:, 0], end[:, 1])
    return _foot(ax, ay, bx, by)


def _foot(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> tuple[Floats, Floats]:
    dx, dy = bx - ax, by - ay
    long = dx * dx + dy * dy
    along = np.clip(-(ax * dx + ay * dy) / np.where(long == 0, 1.0, long), 0.0, 1.0)
    torn = long > _TORN_M**2  # only near the other end of the earth
    along[torn] = np.hypot(ax, ay)[torn] > np.hypot(bx, by)[torn]
    return ax + along * dx, ay + along * dy
