"""What an estimate may rest on, to be ticked: whatever is linked to its case and may be read by whoever judges it."""

from typing import NamedTuple

from tocsin.basis.ids import Id
from tocsin.report.state import Incident, Report
from tocsin.store.door import Door
from tocsin.threat.facts import Bearing
from tocsin.threat.merge import as_one
from tocsin.threat.state import Evidence, Threat
from tocsin.web.desk.views.casework import RestsRow

SHOWN = 100  # reports and incidents to tick; those before them are one tick together


class Linked(NamedTuple):
    """What is linked to a case, each item once: what points either way first, and the latest of it. older: more that does."""

    shown: tuple[tuple[Evidence, Report | Incident], ...]
    older: tuple[Evidence, ...]


def linked_to(door: Door, threat: Threat) -> Linked:
    """Return what is linked to a case and to those that it took in, as far as the reader may read it."""
    whole = as_one(threat, door.threat)
    incidents = {one.id: one for one in door.incidents_about(whole)}
    items: dict[Id, Report | Incident] = {**door.reports_about(whole), **incidents}
    links: dict[Id, Evidence] = {}
    for link in sorted(whole.evidence, key=lambda one: (_points(one), one.at), reverse=True):
        if link.item in items:
            links.setdefault(link.item, link)
    each = list(links.values())
    shown = tuple((link, items[link.item]) for link in each[:SHOWN])
    return Linked(shown, tuple(link for link in each[SHOWN:] if _points(link)))


def _points(link: Evidence) -> bool:
    return link.bearing is not Bearing.CONTEXT


def titles_under(door: Door, threat: Threat) -> dict[Id, str]:
    """Return the titles of what the estimates of a case were said to rest on, as far as the reader may read it."""
    items: dict[Id, Report | Incident] = {**door.reports_about(threat)}
    items |= door.incidents({id for one in threat.assessments for id in one.incidents or ()})
    return {id: title_of(one) for id, one in items.items()}


def title_of(item: Report | Incident) -> str:
    """Return by what a report or an incident is known in a list."""
    return item.what if isinstance(item, Incident) else item.title or item.text[:80]


def rows(door: Door, linked: Linked) -> tuple[RestsRow, ...]:
    """Return the ticks. What speaks neither for the case nor against it is not ticked at first."""
    sources = door.sources(one.source for _link, one in linked.shown if isinstance(one, Report))
    return tuple(
        RestsRow(
            id=item.id,
            title=title_of(item),
            source=sources[item.source].name if isinstance(item, Report) and item.source in sources else "",
            at=(item.published_at or item.received_at) if isinstance(item, Report) else item.happened_at,
            mark=item.mark,
            bearing=link.bearing,
            chosen=_points(link),
        )
        for link, item in linked.shown
    )
