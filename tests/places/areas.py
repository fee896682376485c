"""Areas and points for hypothesis: where maps break, and on a grid so coarse that points often lie on edges."""

import itertools
import math

from hypothesis import strategies as st

from tests.places.reference import Disc, Outline
from tocsin.basis.errors import Refused
from tocsin.places import Point, Ring, away
from tocsin.places.geometry import northern, unroll
from tocsin.places.shapes import Flat, polygon

GRAIN = 0.25  # degrees; sums and halves of it are exact


def wrapped(lon: float) -> float:
    return (lon + 180.0) % 360.0 - 180.0


def on_grid(degrees: float) -> float:
    return round(degrees / GRAIN) * GRAIN


centres = st.tuples(
    st.sampled_from([0.0, 0.0, 47.0, -33.5, 85.0, -88.0, 89.5]),
    st.sampled_from([0.0, 10.25, 179.5, -179.75, 180.0, -120.0]),
)


@st.composite
def stars(draw: st.DrawFn) -> Ring:
    """A ring round a centre, one corner a direction; near a pole it is cut off there."""
    lat, lon = draw(centres)
    corners = draw(st.integers(3, 9))
    size = draw(st.sampled_from([0.5, 3.0, 20.0, 80.0]))
    lengths = draw(st.lists(st.integers(1, 8), min_size=corners, max_size=corners))
    ring = []
    for corner, length in enumerate(lengths):
        angle, reach = 2 * math.pi * corner / corners, size * length / 8
        north = on_grid(max(-90.0, min(90.0, lat + reach * math.sin(angle))))
        ring.append((north, wrapped(on_grid(lon + reach * math.cos(angle)))))
    return (*ring, ring[0])


@st.composite
def belts(draw: st.DrawFn) -> Ring:
    """A ring round the earth, and so round a pole."""
    lats = draw(st.lists(st.integers(-300, 350), min_size=6, max_size=6))
    start = draw(st.sampled_from([-180.0, -179.75, 0.0, 33.5]))
    ring = [(number * GRAIN, wrapped(start + 60.0 * step)) for step, number in enumerate(lats)]
    return (*ring, ring[0])[:: draw(st.sampled_from([1, -1]))]


@st.composite
def boxes(draw: st.DrawFn) -> Ring:
    """A box with points along its long sides: up to all round the earth, thin or high, with a pole or without."""
    south = draw(st.sampled_from([-90.0, -75.0, 0.0, 60.25]))
    north = south + draw(st.sampled_from([0.25, 10.0, 29.75]))
    west = draw(st.sampled_from([-180.0, -170.5, 0.0, 179.75]))
    wide = draw(st.sampled_from([0.25, 20.0, 200.0, 359.75, 360.0]))
    steps = math.ceil(wide / 90)
    lons = [west + wide * step / steps for step in range(steps + 1)]
    ring = [(south, wrapped(lon)) for lon in lons] + [(north, wrapped(lon)) for lon in reversed(lons)]
    return (*ring, ring[0])


rings = st.one_of(stars(), belts(), boxes())


def shrunk(ring: Ring, share: float) -> Ring:
    """Return a ring drawn in towards the mean of its corners, for a hole."""
    line, turns = unroll(ring)
    if turns:
        pole = 90.0 if northern(line) else -90.0
        return tuple((pole + (lat - pole) * share, wrapped(lon)) for lat, lon in line)
    lat0, lon0 = (sum(axis) / len(line) for axis in zip(*line, strict=True))
    inner = tuple(
        (on_grid(lat0 + (lat - lat0) * share), wrapped(on_grid(lon0 + (lon - lon0) * share))) for lat, lon in line
    )
    return (*inner[:-1], inner[0])


@st.composite
def outlines(draw: st.DrawFn) -> tuple[Outline, Flat]:
    """A polygon that may be drawn, with a hole sometimes; as rings, and as a shape."""
    ring = draw(rings.filter(_is_drawn))
    hole = shrunk(ring, draw(st.sampled_from([0.25, 0.5, 1.0])))
    if draw(st.booleans()) and _is_drawn(ring, (hole,)):
        return (ring, (hole,)), polygon(ring, [hole])
    return (ring, ()), polygon(ring)


def _is_drawn(ring: Ring, holes: tuple[Ring, ...] = ()) -> bool:
    try:
        polygon(ring, holes)
    except Refused:
        return False
    return True


discs = st.tuples(
    centres.map(lambda one: (one[0], wrapped(one[1]))),
    st.sampled_from([0.0, 1.0, 900.0, 55_660.0, 300_000.0, 5_000_000.0, 10_000_000.0]),
)


@st.composite
def points(draw: st.DrawFn, near: tuple[Ring, ...]) -> list[Point]:
    """Points: corners, middles of edges, some near, some anywhere, and the poles."""
    found: list[Point] = [(90.0, draw(st.sampled_from([0.0, 100.0]))), (-90.0, 0.0)]
    for ring in near:
        line, _ = unroll(ring)
        found += ring
        found += [((a[0] + b[0]) / 2, wrapped((a[1] + b[1]) / 2)) for a, b in itertools.pairwise(line)]
        found += [
            (max(-90.0, min(90.0, lat + draw(st.sampled_from([-0.25, 1e-7, 2.0])))), wrapped(lon + 0.25))
            for lat, lon in line
        ]
    anywhere = st.tuples(st.integers(-360, 360), st.integers(-720, 719)).map(lambda n: (n[0] * GRAIN, n[1] * GRAIN))
    closely = st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(lambda p: (round(p[0], 7), round(p[1], 7)))
    found += draw(st.lists(anywhere, max_size=12)) + draw(st.lists(closely, max_size=6))
    return [(round(lat, 7), round(lon, 7)) for lat, lon in found]  # as they are kept


def around(disc: Disc) -> Ring:
    """Return points on and about the edge of a circle."""
    (lat, lon), radius = disc
    found = [
        away((max(-89.9, min(89.9, lat)), lon), bearing, max(0.0, radius + off))
        for bearing in (0, 77, 180, 300)
        for off in (-30, -0.02, 0.02, 30)
    ]
    ring = tuple((round(one[0], 7), wrapped(round(one[1], 7))) for one in found)
    return (*ring, ring[0])
