"""What an incident that others sent says of itself, for whoever notes it here: a start to look at, and nobody's finding yet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec

from tocsin.places.countries import country_name
from tocsin.report.foreign import ForeignObject
from tocsin.report.state import Report
from tocsin.stix.extensions import Happened, heard
from tocsin.stix.model import word, words
from tocsin.stix.read import parse
from tocsin.stix.types import moment_of
from tocsin.store.door import Door

LONGEST = 300


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a report says of something that happened, as far as it says it apart from its words. who: by what names."""

    what: str
    where: str = ""
    point: tuple[float, float] | None = None
    country: str = ""
    who: frozenset[str] = frozenset()
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
    tied = [parse(one.said.encode()) for one in door.tied_to(foreign)]
    place: Any = next(_ends(door, foreign, tied, "location--"), {})
    actors = [one for kind in ("threat-actor--", "intrusion-set--") for one in _ends(door, foreign, tied, kind)]
    name = " ".join((said.where if said else "").split()) or " ".join(word(place, "name").split())
    country = word(place, "country").upper()
    return Told(
        what=what,
        where=name[:LONGEST],
        point=_point(place),
        country=country if country_name(country) != country else "",
        who=frozenset(name for one in actors for name in (word(one, "name"), *words(one, "aliases")) if name),
        happened_at=moment_of(said.happened_at) if said else None,
        published_at=moment_of(said.published_at) if said and said.published_at else None,
        by_host=bool(said and said.by_host and said.published_at),
    )


def _ends(door: Door, foreign: ForeignObject, tied: Sequence[Any], kind: str) -> Iterator[Any]:
    """Yield the objects of a type to which relationships lead from an object: where it happened, and whose work it is.

    Source: STIX 2.1, 3.7 and 5: a relationship leads from its source to its target.
    """
    targets = {word(tie, "target_ref") for tie in tied if word(tie, "source_ref") == foreign.foreign_id}
    found = door.sent_by(foreign.source, {one for one in targets if one.startswith(kind)})
    for one in sorted(found, key=lambda each: each.foreign_id):
        yield parse(one.said.encode())


def _point(place: Any) -> tuple[float, float] | None:
    found = [place.get(name) if isinstance(place, dict) else None for name in ("latitude", "longitude")]
    lat, lon = (float(one) if isinstance(one, int | float) and not isinstance(one, bool) else 999.0 for one in found)
    return (lat, lon) if abs(lat) <= 90 and abs(lon) <= 180 else None
