"""Which open cases a published incident fits: by its actor, its place, its target and its time.

A host that denies a case publishes, in its own news, what bears it out. That must come before whoever looks after the case,
also when they read other pages that day. A fit is a proposal: a person links it or declines it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tocsin.basis.ids import Id
from tocsin.lexicon.target_words import words_in
from tocsin.places.geometry import distance_m, encloses
from tocsin.report.state import Incident
from tocsin.threat.particulars import Where
from tocsin.threat.state import Threat

BEFORE = timedelta(days=90)
"""How long before a case was opened an incident may lie and still belong to its time."""

AFTER = timedelta(days=30)
"""How long after the window of a case an incident may lie and still belong to its time: attacks come late."""

NEAR_M = 50_000.0
"""How far from a place that is only a point an incident counts as there."""

Point = tuple[float, float]


class Fit(StrEnum):
    """In which respect an incident fits a case."""

    ACTOR = "actor"
    PLACE = "place"
    COUNTRY = "country"
    TARGET = "target"
    TIME = "time"


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is about, as far as an incident can fit it. words: of its targets, as told_in makes them.

    into: the case with which it is looked after.
    """

    id: Id
    since: datetime
    until: datetime | None
    actors: frozenset[Id]
    places: tuple[Where, ...]
    names: frozenset[str]
    countries: frozenset[str]
    words: frozenset[str]
    into: Id | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an incident says of itself, once and for all cases. country: where it happened, if that is known."""

    at: datetime
    actor: Id | None
    point: Point | None
    where: str
    country: str
    words: frozenset[str]


_EMPTY = frozenset(
    "the and for from with against near that this those were was are has have had been its their his her who whom which into "
    "over under after before large small many several people place places city town some any all attack attacks attacked "
    "killed dead two three men women man woman group members".split()
)


def told_in(words: str) -> frozenset[str]:
    """Return what a text says of targets: its own words without endings, and the classes that they belong to, in any language."""
    found = [word for word in words_in(words) if word.plain not in _EMPTY]
    return frozenset({word.plain for word in found}.union(*(word.classes for word in found)))


def sought(threat: Threat) -> Sought:
    """Return what a case is about, as far as an incident can fit it."""
    places = threat.particulars.places
    named = {place.name.casefold() for place in places} | ({threat.place.casefold()} if threat.place else set())
    classes = {one.value for one in threat.particulars.target_classes}
    return Sought(
        id=threat.id,
        since=min(threat.begins or threat.opened_at, threat.opened_at) - BEFORE,
        until=None if threat.ends is None else threat.ends + AFTER,
        actors=frozenset(threat.actors),
        places=places,
        names=frozenset(named - {""}),
        countries=frozenset(place.country for place in places if place.country),
        words=told_in(" ".join(threat.targets)) | classes,
        into=threat.joined.into,
    )


def told(incident: Incident) -> Told:
    """Return what an incident says of itself."""
    return Told(
        at=incident.happened_at,
        actor=incident.actor,
        point=incident.point,
        where=incident.where.casefold(),
        country=incident.country,
        words=told_in(f"{incident.what} {incident.where}"),
    )


def fits(case: Sought, incident: Told) -> tuple[Fit, ...]:
    """Return in which respects an incident fits a case; nothing where it is not worth a person's look.

    It must belong to the case's time and to its actor, or to its very place, or to its target in its country.
    """
    if not (case.since <= incident.at and (case.until is None or incident.at <= case.until)):
        return ()
    actor = incident.actor is not None and incident.actor in case.actors
    target = not case.words.isdisjoint(incident.words)
    there = _is_there(case, incident)
    same_country = bool(incident.country) and incident.country in case.countries
    if not (actor or there or (target and same_country)):
        return ()
    found = ((Fit.ACTOR, actor), (Fit.PLACE, there), (Fit.COUNTRY, same_country and not there), (Fit.TARGET, target))
    return (*(fit for fit, holds in found if holds), Fit.TIME)


def _is_there(case: Sought, incident: Told) -> bool:
    if incident.where and incident.where in case.names:
        return True
    point = incident.point
    return point is not None and any(_holds(place, point) for place in case.places)


def _holds(place: Where, point: Point) -> bool:
    if place.polygon:
        return _may_hold(place.polygon, point) and encloses(place.polygon, point)
    if place.circle is not None:
        latitude, longitude, km = place.circle
        return distance_m((latitude, longitude), point) <= km * 1000
    return place.point is not None and _is_near(place.point, point)


def _is_near(one: Point, other: Point) -> bool:
    # A degree of latitude is some 111 km everywhere: most places are out of the question before anything is measured.
    return abs(one[0] - other[0]) <= NEAR_M / 110_000 and distance_m(one, other) <= NEAR_M


def _may_hold(ring: Sequence[Point], point: Point) -> bool:
    return min(lat for lat, _ in ring) - 1 <= point[0] <= max(lat for lat, _ in ring) + 1


def fitting(cases: Iterable[Sought], incident: Told) -> list[tuple[Id, tuple[Fit, ...]]]:
    """Return each case that an incident fits, and in which respects; the best fits first."""
    found = [(case.id, how) for case in cases if (how := fits(case, incident))]
    return sorted(found, key=lambda pair: (-len(pair[1]), pair[0]))
