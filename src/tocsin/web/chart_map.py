"""Draws a map from a view to SVG: the area warned, what happened, the distance between, towns, and where it all is.

Drawn on the server, so it needs no script, no network and no tiles. The projection is plate carrée with the true
scale in the middle: at the size of a city or a country its error is smaller than a line is wide.

Source: Natural Earth 1:50m; GeoNames, CC BY 4.0 (src/tocsin/places/SOURCES.md).
"""

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache

import msgspec
from markupsafe import Markup

from tocsin.basis.words import Words
from tocsin.places import Line, Point, distance_m, nearby, nearest_on_area, turn, world
from tocsin.web.drawing import Box, el, path, shortened, text_width
from tocsin.web.measures import distance
from tocsin.web.pieces import AreaView, CellView, MapView, SpotKind, SpotView

KM_PER_DEGREE = 111.2
SMALLEST_KM = 12.0
FAR = 2.5  # an incident further away than so many sizes of the area stands at the edge, as an arrow
GROUND = 1.8  # px: corners of coasts and borders nearer than this to the last are left out
Corner = tuple[float, float]


class Frame(msgspec.Struct, frozen=True, kw_only=True):
    """Which part of the earth is shown, and on how many pixels."""

    centre: Point
    px_per_degree: float  # of latitude
    width: float
    height: float

    def xy(self, point: Point) -> Corner:
        """Return where a point stands."""
        squeeze = max(math.cos(math.radians(self.centre[0])), 0.05)
        east = turn(self.centre[1], point[1]) * squeeze * self.px_per_degree
        return self.width / 2 + east, self.height / 2 - (point[0] - self.centre[0]) * self.px_per_degree

    def edges(self) -> tuple[float, float, float, float]:
        """Return south, west, north, east; west and east count on from the centre and may pass 180."""
        squeeze = max(math.cos(math.radians(self.centre[0])), 0.05)
        half_lat = self.height / 2 / self.px_per_degree
        half_lon = self.width / 2 / self.px_per_degree / squeeze
        lat, lon = self.centre
        return lat - half_lat, lon - half_lon, lat + half_lat, lon + half_lon

    def km(self) -> float:
        """Return how many km the frame is wide."""
        return self.width / self.px_per_degree * KM_PER_DEGREE


def draw(view: MapView, say: Words, width: float = 620, height: float = 440) -> Markup:
    """Return a map as SVG. It says in its description what it shows."""
    near, far = _sorted_out(view)
    frame = _framed(_corners(view), near, width, height)
    taken: list[Box] = []
    inset, inset_box = _locator(view, frame)
    taken.append(inset_box)
    scale = _scale(frame, say, taken)
    spots = _spots(frame, near, far, view, say, taken)
    areas = _areas(frame, view, taken)
    return el(
        "svg",
        el("title", view.title, translate="no"),
        el("desc", described(view, say), translate="no"),
        el("rect", width=width, height=height, class_="sea"),
        _ground(frame),
        _graticule(frame),
        _cells(frame, view.cells),
        areas,
        _towns(frame, taken),
        spots,
        scale,
        inset,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        role="img",
        class_="map",
        # By these the page on which an area is drawn tells where on earth the map was pressed.
        data_lat=f"{frame.centre[0]:.6f}",
        data_lon=f"{frame.centre[1]:.6f}",
        data_px=f"{frame.px_per_degree:.4f}",
    )


def described(view: MapView, _: Words) -> str:
    """Say in words what the map shows."""
    parts = [_("Area warned: %(name)s.", name=area.label) for area in view.areas if not area.theirs]
    if theirs := dict.fromkeys(area.label for area in view.areas if area.theirs):
        parts.append(_("Dotted outlines: warned by others, not by us: %(names)s.", names=", ".join(theirs)))
    if view.cells:
        parts.append(_("Shaded squares show where people are, five or more on each."))
    parts += [
        f"{spot.label}: {_where(spot, _)}." if spot.outside_m is not None else f"{spot.label}." for spot in view.spots
    ]
    return " ".join(parts)


def _where(spot: SpotView, _: Words) -> str:
    if not spot.outside_m:
        return _("inside the area warned")
    return _("%(distance)s outside the area warned", distance=distance(spot.outside_m, _))


# ---------------------------------------------------------------- what is shown, and how large


def _sorted_out(view: MapView) -> tuple[list[SpotView], list[SpotView]]:
    """Tell the spots that belong on the map from those so far away that the area would shrink to a dot."""
    corners = _corners(view)
    corners += [spot.point for spot in view.spots if spot.kind is not SpotKind.INCIDENT]
    if not corners:
        return list(view.spots), []
    middle = _middle(corners)
    size = max((distance_m(middle, p) for p in corners), default=0.0)
    reach = max(size * FAR, SMALLEST_KM * 1000)
    near = [spot for spot in view.spots if distance_m(middle, spot.point) <= reach]
    return near, [spot for spot in view.spots if spot not in near]


def _corners(view: MapView) -> list[Point]:
    """Return the corners of what is warned of: by us, if we warn; what others warn of is then shown as far as it lies near."""
    ours = [area for area in view.areas if not area.theirs]
    return [point for area in ours or view.areas for ring in area.rings for point in ring]


def _middle(points: Sequence[Point]) -> Point:
    lon0 = points[0][1]
    lats = [p[0] for p in points]
    lons = [lon0 + turn(lon0, p[1]) for p in points]
    return (min(lats) + max(lats)) / 2, turn(0.0, (min(lons) + max(lons)) / 2)


def _framed(corners: Sequence[Point], near: Sequence[SpotView], width: float, height: float) -> Frame:
    points = [*corners, *(spot.point for spot in near)] or [(0.0, 0.0)]
    centre = _middle(points)
    squeeze = max(math.cos(math.radians(centre[0])), 0.05)
    tall = max(max(abs(p[0] - centre[0]) for p in points) * 2, SMALLEST_KM / KM_PER_DEGREE)
    wide = max(max(abs(turn(centre[1], p[1])) for p in points) * 2 * squeeze, SMALLEST_KM / KM_PER_DEGREE)
    return Frame(
        centre=centre,
        px_per_degree=min(height * 0.74 / tall, width * 0.68 / wide, 40_000.0),
        width=width,
        height=height,
    )


# ---------------------------------------------------------------- the ground


@lru_cache(maxsize=64)
def _ground(frame: Frame) -> Markup:
    """Draw land and borders. They are the same in each language, and take most of the time that a map takes."""
    ground = world()
    lands = [shape for ring in ground.land if len(shape := _clipped(frame, ring)) > 2]
    land = el("path", d="".join(path(shape, close=True) for shape in lands), class_="land") if lands else Markup()
    return el(
        "g",
        land,
        _lines(frame, ground.borders, "border"),
        _lines(frame, ground.disputed, "border disputed"),
        aria_hidden="true",
    )


def _lines(frame: Frame, lines: Iterable[Line], kind: str) -> Markup:
    """Draw the lines that may be seen."""
    data = "".join(
        path(thinned(corners, GROUND)) for line in lines if _near(frame, line) for corners in _runs(frame, line.points)
    )
    return el("path", d=data, class_=kind) if data else Markup()


def _runs(frame: Frame, line: Sequence[Point]) -> list[list[Corner]]:
    """Cut a line to the runs near the frame."""
    runs: list[list[Corner]] = []
    margin, open_run = 30.0, False
    corners = [frame.xy(p) for p in line]
    for n, (x, y) in enumerate(corners):
        seen = -margin < x < frame.width + margin and -margin < y < frame.height + margin
        if seen and not open_run:
            runs.append(corners[max(0, n - 1) : n])
        if seen or open_run:
            runs[-1].append((x, y))
        open_run = seen
    return [run for run in runs if len(run) > 1]


def _near(frame: Frame, line: Line) -> bool:
    """Say whether any of a line may be seen."""
    south, west, north, east = frame.edges()
    if line.north < south or line.south > north:
        return False
    middle = (line.west + line.east) / 2
    return abs(turn(frame.centre[1], middle)) <= (line.east - line.west + east - west) / 2


def _clipped(frame: Frame, ring: Line) -> list[Corner]:
    """Cut a ring to the frame and a little more. Empty where none of it is seen."""
    if not _near(frame, ring):
        return []
    shift = _shift(ring, frame.centre[1])
    squeeze = max(math.cos(math.radians(frame.centre[0])), 0.05) * frame.px_per_degree
    corners = [
        (
            frame.width / 2 + (lon + shift - frame.centre[1]) * squeeze,
            frame.height / 2 - (lat - frame.centre[0]) * frame.px_per_degree,
        )
        for lat, lon in ring.points
    ]
    return thinned(_within(frame, corners), GROUND)


def _within(frame: Frame, corners: Sequence[Corner]) -> list[Corner]:
    """Cut a ring to the frame and a little more. Empty where none of it lies there."""
    kept = list(corners)
    for axis, edge, sign in ((0, -20.0, 1), (0, frame.width + 20, -1), (1, -20.0, 1), (1, frame.height + 20, -1)):
        kept = _cut(kept, axis, edge, sign)
    return kept


def _shift(ring: Line, lon: float) -> float:
    """Return how many whole turns bring a ring nearest to a longitude."""
    if ring.east - ring.west > 359:  # it runs around the earth, and is everywhere
        return 0.0
    return round((lon - (ring.west + ring.east) / 2) / 360) * 360.0


def _cut(corners: Sequence[Corner], axis: int, edge: float, sign: int) -> list[Corner]:
    """Keep what lies on one side of an edge. Source: Sutherland and Hodgman (1974), CACM 17 (1)."""
    kept: list[Corner] = []
    for before, here in zip([*corners[-1:], *corners[:-1]], corners, strict=True):
        was_in, is_in = (before[axis] - edge) * sign >= 0, (here[axis] - edge) * sign >= 0
        if was_in != is_in:
            share = (edge - before[axis]) / (here[axis] - before[axis])
            kept.append((before[0] + (here[0] - before[0]) * share, before[1] + (here[1] - before[1]) * share))
        if is_in:
            kept.append(here)
    return kept


def thinned(corners: Sequence[Corner], least: float = 0.8) -> list[Corner]:
    """Leave out corners that nobody would see; the first and the last stay."""
    kept = list(corners[:1])
    for corner in corners[1:-1]:
        if abs(corner[0] - kept[-1][0]) + abs(corner[1] - kept[-1][1]) >= least:
            kept.append(corner)
    return [*kept, *corners[1:][-1:]]


def _graticule(frame: Frame) -> Markup:
    south, west, north, east = frame.edges()
    step = next((one for one in (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30) if (north - south) / one <= 5), 30)
    drawn = []
    for n in range(math.ceil(south / step), math.floor(north / step) + 1):
        y = frame.xy((n * step, frame.centre[1]))[1]
        drawn.append(el("path", d=path([(0.0, y), (frame.width, y)])))
        drawn.append(el("text", _degrees(n * step, step, "N", "S"), x=4.0, y=y - 3))
    for n in range(math.ceil(west / step), math.floor(east / step) + 1):
        x = frame.width / 2 + (n * step - frame.centre[1]) * (frame.width / (east - west))
        drawn.append(el("path", d=path([(x, 0.0), (x, frame.height)])))
        drawn.append(el("text", _degrees(turn(0.0, n * step), step, "E", "W"), x=x + 3, y=10.0))
    return el("g", *drawn, class_="graticule", aria_hidden="true")


def _degrees(value: float, step: float, plus: str, minus: str) -> str:
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    return f"{abs(value):.{digits}f}°{plus if value >= 0 else minus}"


def _towns(frame: Frame, taken: list[Box]) -> Markup:
    """Name the largest towns that have room."""
    radius = math.hypot(frame.width, frame.height) / 2 / frame.px_per_degree * KM_PER_DEGREE
    drawn: list[Markup] = []
    for found in nearby(frame.centre, min(radius, 20_000.0), 160, largest_first=True) if radius < 3_000 else ():
        x, y = frame.xy(found.town.point)
        wide = text_width(found.town.name, 11)
        large = found.town.population >= 1_000_000
        for x1 in (x + 6, x - 6 - wide):
            box = Box(x1, y - 8, x1 + wide, y + 5)
            fits = x1 > 4 and box.x2 < frame.width - 4 and box.y1 > 14 and box.y2 < frame.height - 4
            dot = Box(x - 4, y - 4, x + 4, y + 4)
            if fits and not any(box.meets(other, 3) or dot.meets(other, 1) for other in taken):
                taken += [box, dot]
                drawn.append(el("circle", cx=x, cy=y, r=3.0 if large else 2.0))
                kind = "large" if large else None
                drawn.append(el("text", found.town.name, x=x1, y=y + 4, class_=kind, translate="no"))
                break
        if len(drawn) >= 44:
            break
    return el("g", *drawn, class_="towns", aria_hidden="true")


def _scale(frame: Frame, _: Words, taken: list[Box]) -> Markup:
    room_km = frame.km() * 0.22
    power = 10 ** math.floor(math.log10(room_km))
    km = max(part * power for part in (1, 2, 5) if part * power <= room_km)
    wide = km / KM_PER_DEGREE * frame.px_per_degree
    x, y = 14.0, frame.height - 14.0
    label = distance(km * 1000, _).replace(".0", "")
    taken.append(Box(x - 6, y - 22, x + max(wide, 60) + 8, y + 8))
    bar = el("path", d=path([(x, y - 6), (x, y), (x + wide, y), (x + wide, y - 6)]))
    return el("g", bar, el("text", label, x=x + 5, y=y - 6, translate="no"), class_="scale-bar")


# ---------------------------------------------------------------- what it is about


def _areas(frame: Frame, view: MapView, taken: list[Box]) -> Markup:
    drawn: list[Markup] = []
    theirs = _theirs(frame, view)
    for area in view.areas:
        if area.theirs:
            continue
        rings = [[frame.xy(p) for p in ring] for ring in area.rings if ring]
        drawn.append(el("path", d="".join(path(thinned(ring), close=True) for ring in rings), class_="area"))
        label = shortened(area.label, frame.width * 0.4, bold=True)
        wide = text_width(label, bold=True)
        top = min((corner for ring in rings for corner in ring), key=lambda corner: corner[1], default=(0.0, 0.0))
        left = min(max(top[0] - wide / 2, 6), frame.width - wide - 6)
        spots = [
            Box(left, y - 11, left + wide, y + 4) for y in (max(top[1] + 18, 26), max(top[1] - 8, 26), top[1] + 36)
        ]
        box = next((one for one in spots if not any(one.meets(other, 2) for other in taken)), None)
        if box:
            taken.append(box)
            drawn.append(el("text", label, x=box.x1, y=box.y2 - 4, class_="area-name", translate="no"))
    return el("g", theirs, *drawn, _names_of_theirs(frame, view, taken))


def _theirs(frame: Frame, view: MapView) -> Markup:
    """Draw what others warn of: outlines that are dotted and hold no colour, so that none looks like ours."""
    data = "".join(path(ring, close=True) for area in view.areas if area.theirs for ring in _seen(frame, area))
    return el("path", d=data, class_="theirs") if data else Markup()


def _seen(frame: Frame, area: AreaView) -> list[list[Corner]]:
    """Return what is seen of an area's rings."""
    rings = (thinned(_within(frame, [frame.xy(point) for point in ring])) for ring in area.rings)
    return [ring for ring in rings if len(ring) > 2]


def _names_of_theirs(frame: Frame, view: MapView, taken: list[Box]) -> Markup:
    """Name whose each of these is, once, where there is room: the description has it in any case."""
    drawn: list[Markup] = []
    for label in dict.fromkeys(area.label for area in view.areas if area.theirs):
        name = shortened(label, frame.width * 0.3)
        wide = text_width(name)
        rings = (ring for area in view.areas if area.theirs and area.label == label for ring in _seen(frame, area))
        for ring in rings:
            x, y = min(ring, key=lambda corner: corner[1])
            left, y = min(max(x - wide / 2, 6), frame.width - wide - 6), min(max(y + 16, 24), frame.height - 10)
            box = Box(left, y - 11, left + wide, y + 4)
            if not any(box.meets(other, 2) for other in taken):
                taken.append(box)
                drawn.append(el("text", name, x=left, y=y, class_="theirs-name", translate="no"))
                break
    return el("g", *drawn) if drawn else Markup()


def _cells(frame: Frame, cells: Sequence[CellView]) -> Markup:
    """Shade the squares in which people are, darker where they are more."""
    levels: dict[int, list[str]] = {}
    for cell in cells:
        (x1, y1), (x2, y2) = frame.xy((cell.north, cell.west)), frame.xy((cell.south, cell.east))
        # A square that reaches over the far side of the earth would be drawn across the whole map.
        if x1 < x2 and x2 > 0 and x1 < frame.width and y2 > 0 and y1 < frame.height:
            levels.setdefault(cell.level, []).append(path([(x1, y1), (x2, y1), (x2, y2), (x1, y2)], close=True))
    drawn = [el("path", d="".join(parts), class_=f"crowd-{level}") for level, parts in sorted(levels.items())]
    return el("g", *drawn, class_="crowd", aria_hidden="true") if drawn else Markup()


def _spots(
    frame: Frame, near: Sequence[SpotView], far: Sequence[SpotView], view: MapView, _: Words, taken: list[Box]
) -> Markup:
    shapes = [_mark(spot, *frame.xy(spot.point)) for spot in near]
    for spot in near:
        x, y = frame.xy(spot.point)
        taken.append(Box(x - 9, y - 9, x + 9, y + 9))
    # A name may cross the edge of an area only where no side is free of it.
    corners = [frame.xy(p) for area in view.areas for ring in area.rings for p in ring]
    edges = [Box(x - 3, y - 3, x + 3, y + 3) for x, y in corners[:400]]
    drawn: list[Markup] = []
    for spot in sorted(near, key=lambda one: one.kind is not SpotKind.EVENT):
        if spot.outside_m:
            drawn += _distance_line(frame, spot, view, _, taken)
        drawn.append(_label(frame, spot, _, taken, edges))
    drawn += [_arrow(frame, spot, _, taken) for spot in far]
    return el("g", *drawn, *shapes)


def _mark(spot: SpotView, x: float, y: float) -> Markup:
    at = f"translate({x:.1f} {y:.1f})"
    if spot.kind is SpotKind.EVENT:
        return el("path", d="M0 -10L10 8H-10Z", transform=at, class_="event")
    return el("circle", r=6.0, transform=at, class_="incident" if spot.kind is SpotKind.INCIDENT else "target")


def _label(frame: Frame, spot: SpotView, _: Words, taken: list[Box], edges: Sequence[Box]) -> Markup:
    """Write a name beside its mark, on the first side that is free, else not at all: the description has it."""
    x, y = frame.xy(spot.point)
    second = _where(spot, _) if spot.outside_m is not None else ""
    name = shortened(spot.label, frame.width * 0.42, bold=True)
    wide = max(text_width(name, bold=True), text_width(second, bold=True))
    tall = 30.0 if second else 15.0
    sides = [
        (x + 14, y - tall / 2),
        (x - 14 - wide, y - tall / 2),
        (x - wide / 2, y - 14 - tall),
        (x - wide / 2, y + 14),
    ]
    for (x1, y1), avoided in [*((side, edges) for side in sides), *((side, ()) for side in sides)]:
        box = Box(x1, y1, x1 + wide, y1 + tall)
        inside = x1 > 4 and box.x2 < frame.width - 4 and y1 > 4 and box.y2 < frame.height - 4
        if inside and not any(box.meets(other, 1) for other in [*taken, *avoided]):
            taken.append(box)
            kind = "spot danger" if spot.kind is SpotKind.EVENT else "spot"
            lines = [el("text", name, x=x1, y=y1 + 11.5, class_=kind, translate="no")]
            if second:
                lines.append(el("text", second, x=x1, y=y1 + 26, class_=f"{kind} second"))
            return el("g", *lines)
    return Markup()


def _distance_line(frame: Frame, spot: SpotView, view: MapView, _: Words, taken: list[Box]) -> list[Markup]:
    """Join a spot to the nearest point of the area warned."""
    rings = [ring for area in view.areas for ring in area.rings]
    if not rings:
        return []
    nearest, metres = min((nearest_on_area(spot.point, ring) for ring in rings), key=lambda found: found[1])
    if not metres:
        return []
    a, b = frame.xy(spot.point), frame.xy(nearest)
    taken.append(Box(min(a[0], b[0]) - 2, min(a[1], b[1]) - 2, max(a[0], b[0]) + 2, max(a[1], b[1]) + 2))
    return [el("path", d=path([a, b]), class_="apart"), el("circle", cx=b[0], cy=b[1], r=3.0, class_="apart-end")]


def _arrow(frame: Frame, spot: SpotView, _: Words, taken: list[Box]) -> Markup:
    """Point from the edge to something too far away to show, and say how far."""
    x, y = frame.xy(spot.point)
    dx, dy = x - frame.width / 2, y - frame.height / 2
    reach = min((frame.width / 2 - 22) / max(abs(dx), 1e-9), (frame.height / 2 - 22) / max(abs(dy), 1e-9))
    ax, ay = frame.width / 2 + dx * reach, frame.height / 2 + dy * reach
    angle = math.degrees(math.atan2(dy, dx))
    label = f"{spot.label}, {distance(distance_m(frame.centre, spot.point), _)}"
    label = shortened(label, frame.width * 0.5)
    wide = text_width(label)
    for shift in range(0, int(frame.height), 18):
        for sign in (-1, 1):
            y1 = min(max(ay - 8 + sign * shift, 14), frame.height - 22)
            x1 = (
                min(max(ax - wide / 2, 8), frame.width - wide - 8)
                if abs(ay - y1) > 14
                else ax - 18 - wide
                if dx > 0
                else ax + 18
            )
            box = Box(x1, y1, x1 + wide, y1 + 15)
            arrow = Box(ax - 10, ay - 10, ax + 10, ay + 10)
            if box.x1 > 2 and box.x2 < frame.width - 2 and not any(box.meets(other, 2) for other in [*taken, arrow]):
                taken += [box, arrow]
                head = el(
                    "path",
                    d="M10 0L-6 -7L-2 0L-6 7Z",
                    transform=f"translate({ax:.1f} {ay:.1f}) rotate({angle:.0f})",
                    class_="far",
                )
                return el("g", head, el("text", label, x=box.x1, y=box.y2 - 3.5, class_="spot", translate="no"))
    return Markup()


# ---------------------------------------------------------------- where in the world


def _locator(view: MapView, frame: Frame) -> tuple[Markup, Box]:
    """Draw the country around in a corner, with the frame of the map in it."""
    width, height = 150.0, 112.0
    x, y = frame.width - width - 10, frame.height - height - 10
    points = [frame.centre, *(spot.point for spot in view.spots)]
    centre = _middle(points)
    squeeze = max(math.cos(math.radians(centre[0])), 0.05)
    reach = max(
        max(abs(p[0] - centre[0]) for p in points) * 2.6 / height,
        max(abs(turn(centre[1], p[1])) for p in points) * 2.6 * squeeze / width,
        18.0 / height,
        frame.km() / KM_PER_DEGREE * 3 / width,
    )
    small = Frame(centre=centre, px_per_degree=1 / reach, width=width, height=height)
    south, west, north, east = frame.edges()
    (x1, y1), (x2, y2) = small.xy((north, west)), small.xy((south, east))
    cx, cy = small.xy(frame.centre)
    wide, tall = max(x2 - x1, 9.0), max(y2 - y1, 7.0)
    here = el("rect", x=cx - wide / 2, y=cy - tall / 2, width=wide, height=tall, class_="here")
    dots = []
    for spot in view.spots:
        sx, sy = small.xy(spot.point)
        if abs(sx - cx) > wide / 2 or abs(sy - cy) > tall / 2:
            dots.append(el("circle", cx=sx, cy=sy, r=3.0, class_="incident"))
    inset = el(
        "svg",
        el("rect", width=width, height=height, class_="sea"),
        _ground(small),
        here,
        *dots,
        el("rect", x=0.5, y=0.5, width=width - 1, height=height - 1, class_="frame"),
        x=x,
        y=y,
        width=width,
        height=height,
        viewBox=f"0 0 {width:.0f} {height:.0f}",
        class_="locator",
        aria_hidden="true",
    )
    return inset, Box(x - 4, y - 4, x + width + 4, y + height + 4)
