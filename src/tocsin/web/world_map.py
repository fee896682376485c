"""Draws the world with a level on each country: a colour, a pattern and the number, and each leads to its page.

Drawn on the server from the outlines that ship with Tocsin, so it needs no script and no network. Land that two claim has the
stricter of their levels and a dashed outline: a map must not make anybody feel safer for whose it is.

Source: Natural Earth 1:50m (src/tocsin/places/SOURCES.md); Šavrič, Patterson, Jenny (2018), the Equal Earth projection.
"""

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

import msgspec
from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.places import Point, world
from tocsin.places.borders import outlines
from tocsin.places.geojson import multi_polygon
from tocsin.web.drawing import el
from tocsin.web.pieces import View

WIDTH, HEIGHT = 960.0, 440.0
NORTH, SOUTH = 83.7, -56.0  # what lies beyond has no country to name but Antarctica
NEAR = 2.2  # px: corners nearer than this to the last are left out
TINY = 3.5  # px: what is smaller than this both ways is left out, unless nothing of its country would be left
SMALL = 18.0  # px: a country smaller than this shows its number in a ring
CLAIMED = frozenset(
    {frozenset({"RU", "UA"}), frozenset({"XK", "RS"}), frozenset({"EH", "MA"}), frozenset({"IN", "PK"})}
)
"""Who claims the same land: each pair that shares an outline in the data. Other shared outlines are overseas parts."""

_A = (1.340264, -0.081106, 0.000893, 0.003796)
_M = math.sqrt(3) / 2
Corner = tuple[float, float]


class WorldCountry(View, frozen=True, kw_only=True):
    """A country with a level. code: ISO 3166-1 alpha-2. level: of all of it, 0 where it has none. part: the strictest of a region."""

    code: str
    place: str
    level: int
    href: str
    part: int = 0


class WorldMap(View, frozen=True, kw_only=True):
    """The levels of all countries that have one."""

    countries: tuple[WorldCountry, ...] = ()


class Land(msgspec.Struct, frozen=True):
    """One piece of land as it is drawn: whose it is, its path, its middle and how large it is."""

    owners: frozenset[str]
    path: str
    x: float
    y: float
    wide: float
    high: float

    @property
    def size(self) -> float:
        """Return how large it is, both ways together."""
        return self.wide + self.high


def draw(view: WorldMap, prefix: str, say: Words) -> Markup:
    """Return the map as SVG. prefix: what goes before the address of each page."""
    levels = {one.code: one for one in view.countries}
    lands = _lands()
    plain = "".join(land.path for land in lands if not _strictest(land, levels))
    held = [(land, one) for land in lands if (one := _strictest(land, levels)) is not None]
    title = titled(say)
    return el(
        "svg",
        el("title", title),
        el("defs", *(_pattern(level) for level in (1, 2, 3, 4))),
        el("rect", width=WIDTH, height=HEIGHT, class_="sea"),
        el("path", d=plain, class_="land", aria_hidden="true"),
        *(
            _country(one, [land for land, whose in held if whose is one], prefix, say)
            for one in _largest_first(view, lands)
        ),
        el("path", d=_disputed(), class_="border disputed", aria_hidden="true"),
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        class_="map world",
        role="group",
        aria_label=title,
    )


def _largest_first(view: WorldMap, lands: Sequence[Land]) -> list[WorldCountry]:
    """Return the countries so that what is small, and its number, lies on top."""
    size = {code: max(land.size for land in lands if code in land.owners) for land in lands for code in land.owners}
    return sorted(view.countries, key=lambda one: -size.get(one.code, 0.0))


def said(one: WorldCountry, _: Words) -> str:
    """Say the level of a country in one line."""
    whole = _("%(place)s: level %(n)s", place=one.place, n=one.level) if one.level else one.place
    part = _("in part level %(n)s", n=one.part)
    return f"{whole}, {part}" if one.part > one.level else whole


def titled(_: Words) -> str:
    """Say what the map shows."""
    return _("The levels by country")


def _country(one: WorldCountry, lands: Sequence[Land], prefix: str, say: Words) -> Markup:
    shown = max(one.level, one.part)
    data = "".join(land.path for land in lands)
    number = _number(one, _lands())
    return (
        el(
            "a",
            el("title", said(one, say)),
            el("path", d=data, class_="held", fill=f"url(#level-{shown})") if data else Markup(),
            number,
            href=f"{prefix}{one.href}",
        )
        if number
        else Markup()
    )


def _pattern(level: int) -> Markup:
    """Return the pattern of a level, which tells it from the others in grey: few dots, dots, lines, crossed lines."""
    marks = {
        1: [el("circle", cx=4.0, cy=4.0, r=0.7)],
        2: [el("circle", cx=2.0, cy=2.0, r=0.9), el("circle", cx=6.0, cy=6.0, r=0.9)],
        3: [el("path", d="M-2 6L6-2M2 10L10 2")],
        4: [el("path", d="M-2 6L6-2M2 10L10 2M-2 2L6 10M2-2L10 6")],
    }[level]
    return el(
        "pattern",
        el("rect", width=8, height=8),
        *marks,
        id=f"level-{level}",
        class_=f"pattern-{level}",
        width=8,
        height=8,
        patternUnits="userSpaceOnUse",
    )


def _number(one: WorldCountry, lands: Sequence[Land]) -> Markup:
    """Write the level on a country's largest piece; where that is small, in a ring beside its middle."""
    own = max((land for land in lands if one.code in land.owners), key=lambda land: land.size, default=None)
    if own is None:
        return Markup()
    text = f"{one.level}/{one.part}" if one.level and one.part > one.level else f"{max(one.level, one.part)}"
    ring = own.wide < SMALL or own.high < SMALL
    return el(
        "g",
        el("circle", cx=own.x, cy=own.y, r=10.0, class_="ring") if ring else Markup(),
        el("text", text, x=own.x, y=own.y + 5, text_anchor="middle", class_="strong"),
        class_=f"number-{max(one.level, one.part)}",
        aria_hidden="true",
        translate="no",
    )


def _strictest(land: Land, levels: dict[str, WorldCountry]) -> WorldCountry | None:
    """Return the country whose level a piece of land shows: the stricter, where several have it."""
    held = [levels[code] for code in sorted(land.owners) if code in levels]
    if len(land.owners) > 1 and land.owners not in CLAIMED:
        # An overseas part with a level of its own has that one; else that of the country it belongs to.
        held = sorted(held, key=lambda one: one.code in PARENTS)[:1]
    return max(held, key=lambda one: max(one.level, one.part), default=None)


PARENTS = frozenset({"FR", "NL", "NO", "AU", "SO", "CY"})


# ---------------------------------------------------------------- the ground, worked out once


@cache
def _lands() -> tuple[Land, ...]:
    """Return every piece of land that is large enough to be seen, and the largest of each country."""
    owners: dict[tuple[Point, ...], set[str]] = {}
    for code, rings in outlines().items():
        if code != "AQ":
            for ring in (part for whole in rings for part in _cut(whole)):
                owners.setdefault(ring, set()).add(code)
    drawn = [_land(frozenset(whose), ring) for ring, whose in owners.items()]
    codes = {code for land in drawn for code in land.owners}
    largest = {code: max((one for one in drawn if code in one.owners), key=lambda one: one.size) for code in codes}
    needed = {id(land) for land in largest.values()}
    return tuple(land for land in drawn if (land.path and land.size > 2 * TINY) or id(land) in needed)


def _cut(ring: tuple[Point, ...]) -> Iterator[tuple[Point, ...]]:
    """Cut a ring where it crosses the edge of the map."""
    if all(abs(one[1] - other[1]) <= 180 for one, other in itertools.pairwise(ring)):
        yield ring
        return
    for polygon in (multi_polygon([ring]) or {"coordinates": []})["coordinates"]:
        yield tuple((lat, lon) for lon, lat in polygon[0])


def _land(owners: frozenset[str], ring: tuple[Point, ...]) -> Land:
    corners = list(_thinned(project(point) for point in ring))
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    x, y = _middle(corners)
    return Land(owners, _path(corners, close=True), x, y, max(xs) - min(xs), max(ys) - min(ys))


def _middle(corners: Sequence[Corner]) -> Corner:
    """Return the middle of a piece by its weight; of a line, the middle of its corners."""
    area = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cross = x1 * y2 - x2 * y1
        area, x, y = area + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if abs(area) < 0.01:
        return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)
    return x / (3 * area), y / (3 * area)


@cache
def _disputed() -> str:
    return "".join(_path(list(_thinned(project(point) for point in line.points))) for line in world().disputed)


def project(point: Point) -> Corner:
    """Return where a point stands on the map."""
    x, y = _equal_earth(point)
    left, top = _equal_earth((0.0, -180.0))[0], _equal_earth((NORTH, 0.0))[1]
    scale = WIDTH / (-2 * left)
    return (x - left) * scale, (top - y) * scale


def _equal_earth(point: Point) -> Corner:
    lat, lon = math.radians(max(point[0], SOUTH)), math.radians(point[1])
    theta = math.asin(_M * math.sin(lat))
    two, six = theta**2, theta**6
    down = _A[0] + 3 * _A[1] * two + six * (7 * _A[2] + 9 * _A[3] * two)
    return lon * math.cos(theta) / (_M * down), theta * (_A[0] + _A[1] * two + six * (_A[2] + _A[3] * two))


def _thinned(corners: Iterable[Corner]) -> Iterator[Corner]:
    last: Corner | None = None
    for corner in corners:
        if last is None or math.dist(last, corner) >= NEAR:
            yield corner
            last = corner


def _path(corners: Sequence[Corner], *, close: bool = False) -> str:
    """Write a line in whole tenths of a pixel, each corner by its distance from the last: half as long."""
    if len(corners) < (3 if close else 2):
        return ""
    tenths = [(round(x * 10), round(y * 10)) for x, y in corners]
    first, steps = tenths[0], []
    for (x1, y1), (x2, y2) in itertools.pairwise(tenths):
        steps.append(f"{_tenth(x2 - x1)} {_tenth(y2 - y1)}")
    return f"M{_tenth(first[0])} {_tenth(first[1])}l{' '.join(steps)}{'z' if close else ''}".replace(" -", "-")


def _tenth(number: int) -> str:
    text = f"{number / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
