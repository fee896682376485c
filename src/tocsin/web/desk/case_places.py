"""Where a case is, as its form says it: several places, each with a name, a country, a point, a circle or an outline; and its clock."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.errors import Refused
from tocsin.basis.moment import zone
from tocsin.places.basemap import nearby
from tocsin.places.countries import country_name, country_names
from tocsin.places.named import label
from tocsin.places.zones import clocks_of, zones_of
from tocsin.threat.particulars import MOST, Where
from tocsin.threat.spots import country_at
from tocsin.warning.alert.facts import Area
from tocsin.web.desk.acts import Unclear, own_words
from tocsin.web.desk.area_form import added

LONGEST_OUTLINE = 200
"""Corners of an outline that the form shows; one of more stays as it is until another is written in its place."""

FIELDS = ("place", "country", "circle", "outline")
NEAR_KM = 100.0  # how far off a town may be by which a place without a name is called
_NUMBER = re.compile(r"-?\d{1,5}(\.\d{1,9})?")


def field(name: str, number: int) -> str:
    """Return how a field of a place is called; those of the first have no number."""
    return name if number == 0 else f"{name}_{number}"


def places_of(form: Mapping[str, str], before: Sequence[Where]) -> tuple[Where, ...]:
    """Return the places that a form names. before: those of the case, in the order in which the form showed them.

    What a form does not ask for stays: a place of a later number, and an outline with too many corners to be shown.

    Raises:
        Unclear: one of them cannot be understood; the sentence says how to write it.
    """
    asked = [number for number in range(MOST + 1) if any(field(one, number) in form for one in FIELDS)]
    found = [
        where for number in asked for where in _place(form, number, before[number] if number < len(before) else None)
    ]
    return (*found, *(one for number, one in enumerate(before) if number not in asked))


def _place(form: Mapping[str, str], number: int, before: Where | None) -> Iterator[Where]:
    name = " ".join(own_words(form, field("place", number)).split())
    country = form.get(field("country", number), "").strip().upper()[:2]
    if country and country not in dict(country_names()) and (before is None or country != before.country):
        raise Unclear("Choose the country from the list.")
    parts = [part.strip() for part in form.get(field("circle", number), "").split(",") if part.strip()]
    if not all(_NUMBER.fullmatch(part) for part in parts) or len(parts) not in (0, 2, 3):
        raise Unclear(
            "Write where it is as latitude,longitude, and a third number for kilometres around it: 55.75,37.62,20."
        )
    numbers = [float(part) for part in parts]
    place = Where(
        name=name,
        country=country,
        point=(numbers[0], numbers[1]) if len(numbers) == 2 else None,
        circle=(numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None,
    )
    said = form.get(field("outline", number), "")
    drawn = _drawn(said, name)
    if before is not None:
        # To its last digit: the form shows fewer.
        if form.get(field("circle", number), "") == circle(before):
            place = replace(place, point=before.point, circle=before.circle)
        too_long = len(before.polygon) > LONGEST_OUTLINE and place != Where(name="")
        if before.polygon and said.strip() == outline(before) and (said.strip() or too_long):
            drawn = (Area(name=name, polygon=before.polygon),)
    if drawn:
        yield from (_named(replace(place, name=name or one.name, polygon=one.polygon)) for one in drawn)
    elif place != Where(name=""):
        yield _named(place)


def _drawn(text: str, name: str) -> tuple[Area, ...]:
    said = text.strip()
    kind = "geojson" if said.startswith("{") else "points"
    return added({kind: said, "area_name": name})


def outline(where: Where) -> str:
    """Return an outline as the form shows it: its corners, each once."""
    if len(where.polygon) > LONGEST_OUTLINE:
        return ""
    return " ".join(f"{_degrees(lat)},{_degrees(lon)}" for lat, lon in where.polygon[:-1])


def circle(where: Where) -> str:
    """Return a point, or a circle, as the form shows it."""
    if where.circle is not None:
        return "{:.5f},{:.5f},{:g}".format(*where.circle)
    return "" if where.point is None else "{:.5f},{:.5f}".format(*where.point)


def _degrees(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _named(place: Where) -> Where:
    """Return a place with a name: its own, or that of the town by which it lies, or of its country."""
    if place.name:
        return place
    points = [
        *([place.point] if place.point else []),
        *([place.circle[:2]] if place.circle else []),
        *place.polygon[:1],
    ]
    if points:
        lat, lon = points[0]
        if abs(lat) > 90 or abs(lon) > 180:
            raise Unclear(f"{lat}, {lon} is no point on the earth: latitude first, in degrees.")
        town = next((one.town for one in nearby((lat, lon), NEAR_KM, 1)), None)
        if town is not None:
            return replace(place, name=f"near {label(town)}")
        return replace(place, name=f"{lat:g}, {lon:g}")
    return replace(place, name=country_name(place.country))


# ---- whose clock


def zone_said(form: Mapping[str, str], places: Sequence[Where], desk_zone: str, now: datetime) -> str:
    """Return by whose clock the times of a case are meant: as the form says, or as in the country of its place, or the desk's.

    Raises:
        Unclear: there is no such zone, or the country has several clocks and a time is given by one of them.
    """
    name = form.get("zone", "").strip()
    if name:
        try:
            return zone(name).key
        except Refused as error:
            raise Unclear(str(error)) from error
    country = next((one for one in map(_country, places) if one), "")
    if not country or desk_zone in zones_of(country):
        return desk_zone
    clocks = clocks_of(country, now)
    if len(clocks) > 1 and (form.get("begins", "").strip() or form.get("ends", "").strip()):
        raise Unclear(f"{country_name(country)} has several clocks. Write whose is meant: {', '.join(clocks[:6])}.")
    return clocks[0] if clocks else desk_zone


def _country(place: Where) -> str:
    at = place.point or (place.circle[:2] if place.circle else None)
    return place.country or (country_at(at) if at is not None else "")
