"""Who is told besides the public, as the form of an alert or a level shows it: parts, each a line of what somebody must fit."""

from collections.abc import Sequence

from tocsin.basis.ids import Id
from tocsin.places.countries import country_names
from tocsin.store.door import Door
from tocsin.warning.audience import Part, Within
from tocsin.web.desk.views.whom import PartRow, Whom

OWN = Part(within=(Within(own=True),))
"""Whoever is where the warning itself holds."""

LEAST_ROWS, MOST_ROWS = 3, 12


def whom(door: Door, audience: Sequence[Part], groups: Sequence[Id], *, there: bool | None = None) -> Whom:
    """Return the form of an audience. groups: those that are told whole. there: whether OWN is ticked; None: if it is a part."""
    rows = [_row(part) for part in audience if is_shown(part)][:MOST_ROWS]
    empty = max(LEAST_ROWS - len(rows), 1 if len(rows) < MOST_ROWS else 0)
    return Whom(
        there=OWN in audience if there is None else there,
        group=groups[0] if groups else "",
        groups=tuple((one.id, one.name) for one in door.every_group()),
        posts=tuple(door.every_post()),
        countries=country_names(),
        rows=(*rows, *([PartRow()] * empty)),
    )


def is_shown(part: Part) -> bool:
    """Say whether the form shows a part: at most one of each, and a place that is a country or a circle."""
    places = all(one.country or one.circle for one in part.within)
    return part != OWN and places and max(map(len, (part.within, part.groups, part.posts))) <= 1


def _row(part: Part) -> PartRow:
    place = part.within[0] if part.within else Within()
    lat, lon, km = place.circle or (0.0, 0.0, 0.0)
    return PartRow(
        group=part.groups[0] if part.groups else "",
        post=part.posts[0] if part.posts else "",
        languages=", ".join(part.languages),
        country=place.country,
        place=(place.name or f"{lat:g},{lon:g}") if place.circle else "",
        km=f"{km:g}" if place.circle else "",
    )
