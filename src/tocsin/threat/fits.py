"""Which open cases a published incident fits: by its actor, its place, its target and its time.

A host that denies a case publishes, in its own news, what bears it out. That must come before whoever looks after the case,
also when they read other pages that day. A fit is a proposal: a person links it or declines it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from tocsin.basis.ids import Id
from tocsin.lexicon.target_words import words_in
from tocsin.places.geometry import distance_m, encloses
from tocsin.report.state import Incident
from tocsin.threat.called import Names
from tocsin.threat.particulars import Where
from tocsin.threat.spots import Point, Spot, are_near, country_at, country_called, country_of, spots, spots_in
from tocsin.threat.state import Threat

BEFORE = timedelta(days=90)
"""How long before a case was opened an incident may lie and still belong to its time."""

AFTER = timedelta(days=30)
"""How long after the window of a case an incident may lie and still belong to its time: attacks come late."""

NOBODY = Names()


class Fit(StrEnum):
    """In which respect an incident fits a case. What is named fits by the words of the incident or of the case alone."""

    ACTOR = "actor"
    ACTOR_NAMED = "actor_named"
    PLACE = "place"
    PLACE_NAMED = "place_named"
    PLACE_PERHAPS = "place_perhaps"
    COUNTRY = "country"
    TARGET = "target"
    TIME = "time"


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a case is about, as far as an incident can fit it. words: of its targets, as told_in makes them.

    spots: towns that its places may be of which only the name is known. into: the case with which it is looked after.
    """

    id: Id
    since: datetime
    until: datetime | None
    actors: frozenset[Id]
    places: tuple[Where, ...]
    names: frozenset[str]
    countries: frozenset[str]
    words: frozenset[str]
    spots: tuple[Spot, ...] = ()
    into: Id | None = None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What an incident says of itself, once and for all cases. country: where it happened, if that is known.

    named: the actors that its text names, each by which words. spots: towns in which it may have happened, by their names.
    """

    at: datetime
    actor: Id | None
    point: Point | None
    where: str
    country: str
    words: frozenset[str]
    named: tuple[tuple[Id, str], ...] = ()
    spots: tuple[Spot, ...] = ()


How = dict[Fit, str]
"""In which respects an incident fits a case, each with the words by which it does; empty, where it does by more than words."""


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
    alone = _named_alone(threat)
    found = [spots(name, country) for name, country in alone]
    lands = {_land(place) for place in places} | {country_of(one) for one in found}
    return Sought(
        id=threat.id,
        since=min(threat.begins or threat.opened_at, threat.opened_at) - BEFORE,
        until=None if threat.ends is None else threat.ends + AFTER,
        actors=frozenset(threat.actors),
        places=places,
        names=frozenset(named - {""}),
        countries=frozenset((lands | {country_called(name) for name, country in alone if not country}) - {""}),
        words=told_in(" ".join(threat.targets)) | classes,
        spots=tuple(dict.fromkeys(spot for one in found for spot in one)),
        into=threat.joined.into,
    )


def _land(place: Where) -> str:
    middle = place.point if place.circle is None else place.circle[:2]
    return place.country or ("" if middle is None else country_at(middle))


def _named_alone(threat: Threat) -> list[tuple[str, str]]:
    """Return the places of a case of which nobody has said where on the earth they lie, each with its country."""
    places = threat.particulars.places
    named = {place.name.casefold() for place in places}
    alone = [(one.name, one.country) for one in places if not one.polygon and one.circle is None and one.point is None]
    return [*alone, *([(threat.place, "")] if threat.place and threat.place.casefold() not in named else [])]


def told(incident: Incident, names: Names = NOBODY) -> Told:
    """Return what an incident says of itself. names: of the actors that are looked for in its text."""
    found = _spots_of(incident)
    return Told(
        at=incident.happened_at,
        actor=incident.actor,
        point=incident.point,
        where=incident.where.casefold(),
        country=incident.country or _country_of(incident, found),
        words=told_in(f"{incident.what} {incident.where}"),
        named=tuple(names.named_in(words_of(incident)).items()),
        spots=found,
    )


def words_of(incident: Incident) -> str:
    """Return the words of an incident in which actors are looked for."""
    return f"{incident.what}\n{incident.where}"


def _country_of(incident: Incident, found: Sequence[Spot]) -> str:
    """Return the country of an incident of which nobody has said one; empty, where its point and its names do not say it either."""
    at = country_at(incident.point) if incident.point is not None else ""
    return at or country_of(found) or country_called(incident.where)


def _spots_of(incident: Incident) -> tuple[Spot, ...]:
    """Return the towns that an incident names as its place; those of its text, where nothing else says where it was."""
    found = spots(incident.where, incident.country, incident.point) if incident.where else ()
    return found if found or incident.point is not None else spots_in(incident.what, incident.country)


def fits(case: Sought, incident: Told) -> How:
    """Return in which respects an incident fits a case, the strongest first; nothing where it is not worth a person's look.

    It must belong to the case's time and to its actor, or to its very place, or to its target in its country.
    """
    if not (case.since <= incident.at and (case.until is None or incident.at <= case.until)):
        return {}
    how = _by_actor(case, incident) | _by_place(case, incident)
    target = not case.words.isdisjoint(incident.words)
    same_country = bool(incident.country) and incident.country in case.countries
    if not (how or (target and same_country)):
        return {}
    if same_country and Fit.PLACE not in how and Fit.PLACE_NAMED not in how:
        how[Fit.COUNTRY] = ""
    if target:
        how[Fit.TARGET] = ""
    return how | {Fit.TIME: ""}


def _by_actor(case: Sought, incident: Told) -> How:
    if incident.actor is not None and incident.actor in case.actors:
        return {Fit.ACTOR: ""}
    words = next((words for actor, words in incident.named if actor in case.actors), "")
    return {Fit.ACTOR_NAMED: words} if words else {}


def _by_place(case: Sought, incident: Told) -> How:
    if _is_there(case, incident):
        return {Fit.PLACE: ""}
    perhaps: How = {}
    for is_sure, words in _by_name(case, incident):
        if is_sure:
            return {Fit.PLACE_NAMED: words}
        perhaps = perhaps or {Fit.PLACE_PERHAPS: words}
    return perhaps


def _by_name(case: Sought, incident: Told) -> Iterator[tuple[bool, str]]:
    """Yield by which names an incident was at a place of a case, and whether no other place of the name is likely to be meant."""
    for spot in incident.spots:
        if any(_holds_nearly(place, spot.point) for place in case.places):
            yield spot.is_sure, spot.name
        yield from ((spot.is_sure and own.is_sure, spot.name) for own in case.spots if are_near(own.point, spot.point))
    if incident.point is not None:
        yield from ((own.is_sure, own.name) for own in case.spots if are_near(own.point, incident.point))


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
    return place.point is not None and are_near(place.point, point)


def _holds_nearly(place: Where, middle: Point) -> bool:
    """Say whether a place holds the middle of a town, or is near it: a stadium is in its town and does not hold that middle."""
    if place.circle is not None and not place.polygon and are_near(place.circle[:2], middle):
        return True
    return _holds(place, middle) or any(are_near(corner, middle) for corner in place.polygon)


def _may_hold(ring: Sequence[Point], point: Point) -> bool:
    return min(lat for lat, _ in ring) - 1 <= point[0] <= max(lat for lat, _ in ring) + 1


def fitting(cases: Iterable[Sought], incident: Told) -> list[tuple[Id, How]]:
    """Return each case that an incident fits, and in which respects; the best fits first."""
    found = [(case.id, how) for case in cases if (how := fits(case, incident))]
    return sorted(found, key=lambda pair: (-len(pair[1]), Fit.PLACE_PERHAPS in pair[1], pair[0]))
