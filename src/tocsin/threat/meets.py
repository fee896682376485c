"""Which cases have a place in an area: asked of every open case at once, when somebody else warns of that area."""

from collections.abc import Collection, Iterable, Iterator, Sequence

import msgspec
import numpy as np

from tocsin.basis.errors import Refused
from tocsin.basis.ids import Id
from tocsin.places.ellipsoid import Floats
from tocsin.places.shapes import Shape, polygon
from tocsin.places.watched import around, meet
from tocsin.threat.fits import Sought
from tocsin.threat.particulars import Where

_DEGREE_M = 110_000.0  # of latitude, a little less than it is anywhere
_SLACK = 1e-9  # degrees, for what is lost as longitudes are counted round


class Met(msgspec.Struct, frozen=True):
    """The cases with a place in an area; and those of whose places only a country is known that the area touches."""

    there: tuple[Id, ...] = ()
    perhaps: tuple[Id, ...] = ()


def met(cases: Iterable[Sought], area: Sequence[Shape], countries: Collection[str]) -> Met:
    """Return which of some cases have a place in an area, its edge included. countries: those that the area touches."""
    placed = [(case.id, place) for case in cases for place in case.places]
    discs: list[tuple[Id, float, float, float]] = []
    polygons: list[tuple[Id, Shape]] = []
    for id, place in placed:
        if place.polygon and (shape := _drawn(place.polygon)) is not None:
            polygons.append((id, shape))
        else:
            discs.extend((id, *disc) for disc in _discs(place))
    bounds = np.array([around(shape).bounds for shape in area], dtype=np.float64).reshape(-1, 4)
    there = {*_discs_in(discs, area, bounds), *_polygons_in(polygons, area, bounds)}
    perhaps = {id for id, place in placed if place.country in countries and _is_country_alone(place)} - there
    return Met(tuple(sorted(there)), tuple(sorted(perhaps)))


def _discs_in(discs: Sequence[tuple[Id, float, float, float]], area: Sequence[Shape], bounds: Floats) -> Iterator[Id]:
    """Yield the cases whose round places, or points, an area meets. bounds: of its shapes: west, south, east, north."""
    lats, lons, metres = (np.array([disc[part] for disc in discs], dtype=np.float64) for part in (1, 2, 3))
    up = metres / _DEGREE_M
    highest = np.abs(lats) + up
    aside = _SLACK + np.where(
        highest < 85, up / np.cos(np.radians(np.minimum(highest, 85))), 360
    )  # close to a pole any longitude
    inside = np.zeros(len(discs), dtype=bool)
    for shape, (west, south, east, north) in zip(area, bounds.tolist(), strict=True):
        near = ~inside & (south - up <= lats) & (lats <= north + up)
        near &= (lons - west + aside) % 360 <= east - west + 2 * aside
        points, wide = np.flatnonzero(near & (metres == 0)), np.flatnonzero(near & (metres > 0))
        inside[points] = shape.holds(lats[points], lons[points])
        if len(wide):
            away = shape.outside_m(lats[wide], lons[wide], float(metres[wide].max()))
            inside[wide] = away <= metres[wide]
    yield from (disc[0] for disc, holds in zip(discs, inside.tolist(), strict=True) if holds)


def _polygons_in(polygons: Sequence[tuple[Id, Shape]], area: Sequence[Shape], bounds: Floats) -> Iterator[Id]:
    for id, shape in polygons:
        west, south, east, north = around(shape).bounds
        near = (bounds[:, 1] <= north) & (south <= bounds[:, 3])
        near &= (east - bounds[:, 0] + _SLACK) % 360 <= east - west + bounds[:, 2] - bounds[:, 0] + 2 * _SLACK
        if any(meet(shape, area[one]) for one in np.flatnonzero(near).tolist()):
            yield id


def _discs(place: Where) -> Iterator[tuple[float, float, float]]:
    """Give a place that is round, or a point: latitude, longitude, metres. Corners stand for what cannot be drawn."""
    if place.polygon:
        yield from ((lat, lon, 0.0) for lat, lon in place.polygon)
    elif place.circle is not None:
        lat, lon, km = place.circle
        yield lat, lon, max(km, 0.0) * 1_000
    elif place.point is not None:
        yield *place.point, 0.0


def _drawn(ring: Sequence[tuple[float, float]]) -> Shape | None:
    try:
        return polygon(ring)
    except Refused:
        return None


def _is_country_alone(place: Where) -> bool:
    return bool(place.country) and not place.polygon and place.circle is None and place.point is None
