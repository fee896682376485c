"""Where someone is, as one personal text: a point, areas, a country, or what is known of these.

It is JSON in sorted order, kept under the person's key. Points are WGS 84 degrees, latitude first.
"""

import math
import re

import msgspec

from tocsin.basis.errors import Refused
from tocsin.basis.fact import Erased, Personal
from tocsin.basis.foreign import read_json

Point = tuple[float, float]
MOST_POINTS = 10_000  # in all areas together
_encode = msgspec.json.Encoder(order="sorted").encode


_DATED = re.compile(r"(.*?)(?:\s+from\s+(\S+))?(?:\s+until\s+(\S+))?")
_LETTERS = re.compile(r"[A-Za-z]+")


class Where(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What is known of a place.

    point: latitude, longitude. within_m: how far off it may be, metres; None: nobody said. areas: closed rings, the last
    point of each equal to the first. country: ISO 3166-1 alpha-2; nothing where nobody said.
    """

    point: Point | None = None
    within_m: float | None = None
    areas: tuple[tuple[Point, ...], ...] = ()
    country: str = ""

    def __repr__(self) -> str:
        return "Where()"


def write(where: Where) -> str:
    """Return a place as it is kept.

    Raises:
        Refused: it says nothing, or something is not on Earth. The sentence quotes nothing.
    """
    if where.point is None and not where.areas and not where.country:
        raise Refused("A place needs a position, an area or a country.")
    points = [*([where.point] if where.point else []), *(point for ring in where.areas for point in ring)]
    if len(points) > MOST_POINTS:
        raise Refused(f"A place has {len(points)} points; {MOST_POINTS} is the most.")
    for latitude, longitude in points:
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # and so neither is it a NaN
            raise Refused("A position is no place on Earth. Write latitude, then longitude, in degrees.")
    for ring in where.areas:
        if len(ring) < 4 or ring[0] != ring[-1]:
            raise Refused("An area is a closed ring: four points or more, the last equal to the first.")
    if where.within_m is not None and not (where.within_m >= 0 and math.isfinite(where.within_m)):
        raise Refused("How far a position may be off is a length in metres, from 0.")
    if where.country:
        country(where.country)
    return _encode(where).decode()


def read(kept: Personal) -> Where | None:
    """Return what a kept place says; None once it has been erased.

    Raises:
        Refused: it is no place.
    """
    if isinstance(kept, Erased):
        return None
    found: Where = read_json(kept, Where)
    return found


def country(text: str) -> str:
    """Return a country's code as it is kept.

    Raises:
        Refused: it is not two letters.

    Source: ISO 3166-1 alpha-2.
    """
    code = text.strip().upper()
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise Refused("A country is two letters, such as FR (ISO 3166-1 alpha-2).")
    return code


def position(text: str) -> tuple[Point, float | None]:
    """Read a position that somebody wrote: "48.21 16.37", "48.21,16.37" or "geo:48.21,16.37;u=35".

    Returns the point, and how far it may be off in metres.

    Raises:
        Refused: it is none.

    Source: RFC 5870, section 3.3.
    """
    plain, *parameters = text.strip().removeprefix("geo:").split(";")
    parts = [part for part in plain.replace(",", " ").split(" ") if part]
    try:
        latitude, longitude = (float(part) for part in parts[:2])
        said = dict(one.lower().partition("=")[::2] for one in parameters)
        within = float(said["u"]) if "u" in said else None
    except ValueError as error:
        raise Refused("A position is latitude and longitude in degrees, such as 48.21,16.37.") from error
    if len(parts) > 3 or said.get("crs", "wgs84") != "wgs84":
        raise Refused("A position is latitude and longitude in degrees of WGS 84, such as 48.21,16.37.")
    write(Where(point=(latitude, longitude), within_m=within))  # is it on Earth?
    return (latitude, longitude), within


def said(text: str) -> tuple[Where, str, str]:
    """Read a place as somebody writes it in one line, and from when and until when it holds, as it stands there.

    "AT" is a country, "48.21,16.37" a point, "48.1,16.2 48.3,16.2 48.3,16.5" the corners of an area. Behind it may stand
    "from 2031-05-08 until 2031-05-20".

    Raises:
        Refused: it is no place.
    """
    found = _DATED.fullmatch(text.strip())
    place, since, until = found.groups(default="") if found else (text, "", "")
    if _LETTERS.fullmatch(place):
        return Where(country=country(place)), since, until
    corners = place.split()
    if len(corners) < 3 or not all("," in one for one in corners):
        point, within_m = position(place)
        return Where(point=point, within_m=within_m), since, until
    ring = tuple(position(one)[0] for one in corners)
    area = Where(areas=(ring if ring[0] == ring[-1] else (*ring, ring[0]),))
    write(area)
    return area, since, until
