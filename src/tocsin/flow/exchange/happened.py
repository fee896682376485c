"""What an incident that others sent says of itself, for whoever notes it here: a start to look at, and nobody's finding yet."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from tocsin.places.countries import country_name
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Report
from tocsin.stix.extensions import Happened, heard
from tocsin.stix.model import word
from tocsin.stix.read import parse
from tocsin.stix.types import moment_of
from tocsin.store.door import Door

LONGEST = 300


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of something that happened, as far as it says it apart from its words."""

    what: str
    where: str = ""
    point: tuple[float, float] | None = None
    country: str = ""
    happened_at: datetime | None = None
    published_at: datetime | None = None
    by_host: bool = False


def told_by(door: Door, report: Report) -> Told:
    """Return what a report says of something that happened; of one that came as a STIX incident, what that says by itself."""
    what = " ".join((report.title or report.text).split())[:LONGEST]
    foreign = door.object_of(report.id)
    if foreign is None or foreign.foreign_type != "incident":
        return Told(what=what, published_at=report.published_at)
    said = heard(parse(foreign.said.encode()), Happened)
    place: Any = next(_places(door, foreign), {})
    name = " ".join((said.where if said else "").split()) or " ".join(word(place, "name").split())
    country = word(place, "country").upper()
    return Told(
        what=what,
        where=name[:LONGEST],
        point=_point(place),
        country=country if country_name(country) != country else "",
        happened_at=moment_of(said.happened_at) if said else None,
        published_at=moment_of(said.published_at) if said and said.published_at else None,
        by_host=bool(said and said.by_host and said.published_at),
    )


def _places(door: Door, foreign: ForeignObject) -> Iterator[Any]:
    """Yield where an object says that it is.

    Source: STIX 2.1, 4.5 and 7: an incident stands at a location by a relationship.
    """
    ties = (parse(one.said.encode()) for one in door.tied_to(foreign))
    ids = {
        word(tie, "target_ref")
        for tie in ties
        if word(tie, "source_ref") == foreign.foreign_id and word(tie, "target_ref").startswith("location--")
    }
    for one in sorted(door.sent_by(foreign.source, ids), key=lambda each: each.foreign_id):
        yield parse(one.said.encode())


def _point(place: Any) -> tuple[float, float] | None:
    found = [place.get(name) if isinstance(place, dict) else None for name in ("latitude", "longitude")]
    lat, lon = (float(one) if isinstance(one, int | float) and not isinstance(one, bool) else 999.0 for one in found)
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
