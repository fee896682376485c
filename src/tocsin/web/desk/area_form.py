"""Areas as a form says them: a named place with a radius, a country, points, GeoJSON, a circle, or codes from a list."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tocsin.basis.errors import Refused
from tocsin.places.borders import country as outline
from tocsin.places.borders import has_outline
from tocsin.places.countries import country_name
from tocsin.places.covering import Ring, rings_over
from tocsin.places.geocodes import LISTS, Coded, coded, named
from tocsin.places.named import find, label
from tocsin.places.shapes import polygon
from tocsin.warning.alert.facts import Area
from tocsin.warning.audience import Within
from tocsin.web.desk.acts import Unclear

_POINT = re.compile(r"(-?\d{1,3}(?:\.\d{1,9})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,9})?)")
_NUMBER = re.compile(r"\d{1,5}(?:[.,]\d{1,3})?")
MOST_RINGS, LONGEST, MOST_CORNERS, MOST_CODES = 50, 400_000, 20_000, 50
COUNTRY_CORNERS, COARSE = 400, 0.03  # degrees


def added(form: Mapping[str, str]) -> tuple[Area, ...]:
    """Return the areas that a form adds.

    Raises:
        Unclear: one of them cannot be understood; the sentence says how to write it.
    """
    name = " ".join(form.get("area_name", "").split())[:200]
    found = [
        *_place(form),
        *_country(form),
        *_codes(form),
        *_points(form, name),
        *_circle(form, name),
        *_geojson(form, name),
    ]
    return tuple(found)


def _place(form: Mapping[str, str]) -> Iterator[Area]:
    text = form.get("place", "").strip()
    if not text:
        return
    found = find(text)
    town = found.surely or (found.towns[0] if len(found.towns) == 1 else None)
    if town is None and found.towns:
        several = "; ".join(label(one) for one in found.towns[:5])
        raise Unclear(f"Several places are called {text[:80]!r}: {several}. Write the country behind it.")
    if town is None:
        raise Unclear(f"No town called {text[:80]!r} is known here. Write it with its country, or draw the area.")
    yield Area(name=label(town), circle=(*town.point, _km(form.get("radius", "") or "10", "radius")))


def around(place: str, km: str) -> Within | None:
    """Return a town, or a latitude,longitude, with so many kilometres around it; nothing where both fields are empty.

    Raises:
        Unclear: it cannot be understood; the sentence says how to write it.
    """
    if not place.strip() and not km.strip():
        return None
    if _POINT.fullmatch(place.strip()) or not place.strip():
        [area] = _circle({"centre": place, "circle_km": km}, "")
    else:
        [area] = _place({"place": place, "radius": km})
    return Within(circle=area.circle, name=area.name)


def _km(text: str, what: str) -> float:
    if not _NUMBER.fullmatch(text.strip()):
        raise Unclear(f"Write the {what} in kilometres, such as 10 or 0.5.")
    km = float(text.replace(",", "."))
    if not 0 < km <= 5_000:
        raise Unclear(f"The {what} is more than 0 and at most 5,000 kilometres.")
    return km


def _country(form: Mapping[str, str]) -> Iterator[Area]:
    code = form.get("country", "").strip().upper()
    if not code:
        return
    if country_name(code) == code or not has_outline(code):
        raise Unclear("There is no outline of that country here. Draw the area.")
    for ring in rings_over(outline(code).outer, COUNTRY_CORNERS, COARSE):
        yield Area(name=country_name(code), polygon=ring)


def _codes(form: Mapping[str, str]) -> Iterator[Area]:
    system, text = form.get("code_list", ""), form.get("codes", "").strip()
    if not text:
        return
    if system not in LISTS:
        raise Unclear("Choose the list that the codes stand in.")
    wanted = [one.strip() for one in text.split(",") if one.strip()]
    if len(wanted) > MOST_CODES:
        raise Unclear(f"These are {len(wanted)} codes; {MOST_CODES} are read at once.")
    for one in wanted:
        area = coded(system, one) or _called(system, one)
        for number, ring in enumerate(area.rings):
            codes = ((system, area.code),) if number == 0 else ()
            yield Area(name=area.name or f"{system} {area.code}", polygon=ring, geocodes=codes)


def _called(system: str, name: str) -> Coded:
    codes = named(system, name)
    if len(codes) > 1:
        raise Unclear(f"Several areas of {system} are called {name[:80]!r}: {', '.join(codes[:8])}. Write the code.")
    found = coded(system, codes[0]) if codes else None
    if found is None:
        raise Unclear(f"{system} has no {name[:80]!r}. Write the code as the list has it, or draw the area.")
    return found


def _points(form: Mapping[str, str], name: str) -> Iterator[Area]:
    text = form.get("points", "").strip()
    if not text:
        return
    points = [(float(one.group(1)), float(one.group(2))) for one in _POINT.finditer(text)]
    if _POINT.sub("", text).strip() or len(points) < 3:
        raise Unclear("Write three points or more, each as latitude,longitude, with spaces between, such as 55.7,37.6.")
    ring = tuple(points if points[0] == points[-1] else [*points, points[0]])
    yield _drawn(name or "", ring)


def _drawn(name: str, ring: Ring) -> Area:
    if len(ring) > MOST_CORNERS:
        raise Unclear(f"The area has {len(ring):,} corners; {MOST_CORNERS:,} are read at most.")
    try:
        polygon(ring)
    except Refused as error:
        raise Unclear(f"The area cannot be drawn. {error}") from error
    return Area(name=name, polygon=ring)


def _circle(form: Mapping[str, str], name: str) -> Iterator[Area]:
    text, radius = form.get("centre", "").strip(), form.get("circle_km", "").strip()
    if not text and not radius:
        return
    found = _POINT.fullmatch(text)
    if found is None:
        raise Unclear("Write the middle of the circle as latitude,longitude, such as 55.75,37.62.")
    lat, lon = float(found.group(1)), float(found.group(2))
    if abs(lat) > 90 or abs(lon) > 180:
        raise Unclear("A latitude is from -90 to 90 and a longitude from -180 to 180.")
    yield Area(name=name, circle=(lat, lon, _km(radius, "radius of the circle")))


def _geojson(form: Mapping[str, str], name: str) -> Iterator[Area]:
    text = (form.get("geojson_file", "") or form.get("geojson", "")).strip()
    if not text:
        return
    if len(text) > LONGEST:
        raise Unclear(f"The GeoJSON has {len(text):,} letters; {LONGEST:,} are read at most. Draw it simpler.")
    try:
        found = list(_features(json.loads(text), name))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError, AttributeError) as error:
        raise Unclear("That is no GeoJSON with a Polygon or MultiPolygon in it (RFC 7946).") from error
    if not found:
        raise Unclear("There is no Polygon or MultiPolygon in that GeoJSON (RFC 7946).")
    if len(found) > MOST_RINGS:
        raise Unclear(f"There are {len(found)} polygons in that GeoJSON; {MOST_RINGS} are read at most.")
    for title, rings in found:
        if len(rings) > 1:
            raise Unclear("A polygon in that GeoJSON has a hole, which CAP cannot carry. Draw it without.")
        yield _drawn(title, tuple((float(lat), float(lon)) for lon, lat, *_ in rings[0]))


def _features(node: Any, name: str) -> Iterator[tuple[str, Sequence[Any]]]:
    match node["type"]:
        case "FeatureCollection":
            for one in node["features"]:
                yield from _features(one, name)
        case "Feature":
            said = (node.get("properties") or {}).get("name")
            yield from _features(node["geometry"], name or (said[:200] if isinstance(said, str) else ""))
        case "GeometryCollection":
            for one in node["geometries"]:
                yield from _features(one, name)
        case "Polygon":
            yield name, node["coordinates"]
        case "MultiPolygon":
            for rings in node["coordinates"]:
                yield name, rings
