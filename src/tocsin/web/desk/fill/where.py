"""The map of a case or of a warning: the areas warned, what happened where, and how far outside it came."""

from collections.abc import Iterable, Sequence

from tocsin.basis.words import Words
from tocsin.outcome.state import Outcome
from tocsin.places import area_distance_m, circle_ring
from tocsin.report.state import Incident
from tocsin.store.door import Told
from tocsin.warning.alert.facts import Area
from tocsin.warning.alert.state import Alert
from tocsin.web.pieces import AreaView, MapView, SpotKind, SpotView


def areas(told: Iterable[Told]) -> tuple[AreaView, ...]:
    """Return the areas of alerts, each once."""
    found: dict[tuple[str, object], AreaView] = {}
    for one in told:
        for area in one.areas if isinstance(one, Alert) else ():
            view = _area(area)
            if view is not None:
                found.setdefault((area.name, view.rings), view)
    return tuple(found.values())


def _area(area: Area) -> AreaView | None:
    rings = [tuple(area.polygon)] if area.polygon else []
    if area.circle is not None:
        lat, lon, km = area.circle
        rings.append(circle_ring((lat, lon), km))
    return AreaView(label=area.name, rings=tuple(rings)) if rings else None


def map_view(
    title: str, warned: Sequence[AreaView], incidents: Iterable[Incident], outcome: Outcome | None, _: Words
) -> MapView | None:
    """Return a map, or None where there is nothing to put on it."""
    spots = [
        SpotView(point=one.point, label=one.where or one.what, kind=SpotKind.INCIDENT, at=one.happened_at)
        for one in incidents
        if one.point is not None
    ]
    if outcome is not None and outcome.point is not None:
        spots.insert(0, _event(outcome, outcome.point, warned, _))
    return MapView(title=title, areas=tuple(warned), spots=tuple(spots)) if warned or spots else None


def _event(outcome: Outcome, point: tuple[float, float], warned: Sequence[AreaView], _: Words) -> SpotView:
    away = [area_distance_m(point, ring) for area in warned for ring in area.rings]
    return SpotView(
        point=point,
        label=outcome.place_name or outcome.what or _("The event"),
        kind=SpotKind.EVENT,
        at=outcome.struck_at,
        outside_m=min(away, default=None),
    )
