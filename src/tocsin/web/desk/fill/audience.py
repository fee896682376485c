"""The page of who is warned. What is counted is counted by flow/warning/audience.py; names are given by the door."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

import shapely
from msgspec.structs import replace

from tocsin.basis.marking import Mark, Role
from tocsin.basis.words import N_, Words
from tocsin.flow.warning.audience import STEPS_M, How, Left, Preview
from tocsin.flow.warning.public_words import for_public
from tocsin.places import Ring, circle_ring
from tocsin.places.borders import country, has_outline
from tocsin.places.countries import country_name
from tocsin.store.door import Door, Told
from tocsin.store.positions import Cell
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.audience import Counts, Within, changed_much
from tocsin.warning.statement.state import Statement
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.names import Names, title
from tocsin.web.desk.fill.public_words import public_words
from tocsin.web.desk.views.audience import AudiencePage, CountRow, SampleRow
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.shell import Shell
from tocsin.web.measures import distance
from tocsin.web.pieces import AreaView, CellView, MapView

HOWS: tuple[tuple[How, str, str], ...] = (
    (How.KNOWN, N_("Known to be there"), N_("They have a place there that holds now.")),
    (How.NAMED, N_("Named"), N_("By name, or by a group, a role or a language.")),
    (How.STALE, N_("Were there, or in the country, and have not said so lately"), N_("Counted in: they may be there.")),
    (How.UNKNOWN, N_("Belong to the country, and nobody knows where they are"), N_("Counted in: they may be there.")),
)

REASONS: tuple[tuple[Left, str, str], ...] = (
    (Left.NO_CONTACT, N_("Nothing leads to them"), N_("No contact point that can be used. Reach them another way.")),
    (Left.PAUSED, N_("Asked to be left alone"), ""),
    (Left.NO_CONSENT, N_("No consent"), N_("They took it back, or never gave one and are on no list of ours.")),
    (Left.FORGOTTEN, N_("Forgotten"), N_("They asked us to know nothing of them.")),
)

SORTS = {
    How.KNOWN: N_("known to be there"),
    How.NAMED: N_("named"),
    How.STALE: N_("may be there"),
    How.UNKNOWN: N_("may be there"),
}

LEVELS = (5, 10, 100, 1_000)
"""From how many people on a square is drawn darker."""
_COARSE = 0.02  # degrees; an outline of a country is drawn no finer


def audience_page(door: Door, told: Told | None, found: Preview | None, shell: Shell, _: Words) -> AudiencePage | None:
    """Return who a warning is for, or None where there is no such warning for this reader.

    found: what its audience would be now; None once it has gone out.
    """
    resolved = door.resolved(told) if told is not None else None
    if told is None or isinstance(told, Statement) or (found is None and resolved is None):
        return None
    names, threat = Names(door), door.threat(told.threat)
    counts = found.counts if found is not None else resolved.counts if resolved is not None else Counts()
    ground = found.ground if found is not None else resolved.ground if resolved is not None else ""
    names.learn([*(one.person for one in found.sample), *found.unreachable] if found else ())
    return AudiencePage(
        shell=replace(shell, zone=threat.zone if threat else shell.zone, section="warnings"),
        title=title(told, names, _),
        warning_href=hrefs.warning(told.id),
        mark=door.mark(told),
        gone_out=found is None,
        ground=_ground(_) if ground else "",
        changed=_changed(told, counts, _),
        **_counted(counts, found, names, _),
        **_doors(door, told),
        strict=public_words(door, lambda look: for_public(look, told), names, _)
        if isinstance(told, Alert)
        else PublicWords(),
    )


def asked_page(
    door: Door, called: str, found: Preview, fields: Mapping[str, str], shell: Shell, _: Words
) -> AudiencePage:
    """Return who would be asked whether they are safe. called: the headcount. fields: of the form that asks them at last."""
    names = Names(door)
    names.learn([*(one.person for one in found.sample), *found.unreachable])
    return AudiencePage(
        shell=replace(shell, section="headcounts"),
        title=called,
        warning_href=hrefs.HEADCOUNTS,
        mark=Mark.CLEAR,
        gone_out=False,
        **_counted(found.counts, found, names, _),
        ask_href=hrefs.HEADCOUNTS,
        fields=tuple(fields.items()),
    )


def _counted(counts: Counts, found: Preview | None, names: Names, _: Words) -> dict[str, Any]:
    return {
        "told": counts.told,
        "hows": tuple(_hows(counts, _)),
        "channels": tuple(CountRow(label=name, count=count) for name, count in sorted(counts.channels.items())),
        "languages": tuple(CountRow(label=name, count=count) for name, count in sorted(counts.languages.items())),
        "left_out": tuple(_reasons({Left.NO_CONTACT: counts.no_contact, **counts.left_out}, _)),
        "despite": tuple(_reasons(counts.despite, _)),
        "outside": tuple(_outside(counts, _)),
        "sample": tuple(_sample(found, names, _)) if found else (),
        "unreachable": tuple(names.say(one) for one in found.unreachable) if found else (),
        "map": _map(found, _) if found else None,
    }


def _ground(_: Words) -> str:
    return _(
        "This is a danger to life: a pause or a missing consent leaves nobody out. That, and how many it was, is written"
        " down with the warning."
    )


def _changed(told: Told, counts: Counts, _: Words) -> str:
    saw = told.saw if isinstance(told, Alert) else None
    if saw is None or not changed_much(saw, counts):
        return ""
    return _(
        "When it was approved it was for %(saw)s people; now it is for %(now)s. That stops nothing: look at it.",
        saw=saw.addressed,
        now=counts.addressed,
    )


def _doors(door: Door, told: Told) -> Mapping[str, Any]:
    if not isinstance(told, Alert) or Role.DUTY_OFFICER not in door.reader.roles:
        return {}
    if told.stage is AlertStage.DRAFT and told.author != door.reader.person:
        return {"approve_href": hrefs.approve(told.id)}
    return {"issue_href": hrefs.issue(told.id)} if told.stage is AlertStage.APPROVED else {}


def _hows(counts: Counts, _: Words) -> Iterator[CountRow]:
    for how, label, why in HOWS:
        if count := getattr(counts, how.value):
            yield CountRow(label=_(label), count=count, why=_(why))


def _reasons(counted: Mapping[str, int], _: Words) -> Iterator[CountRow]:
    for reason, label, why in REASONS:
        if count := counted.get(reason.value, 0):
            yield CountRow(label=_(label), count=count, why=_(why) if why else "")


def _outside(counts: Counts, _: Words) -> Iterator[CountRow]:
    steps = dict(counts.outside)
    for least, most in pairwise((0, *STEPS_M)):
        if count := steps.get(most, 0):
            far = distance(most, _).replace(".0", "")
            near = distance(least, _).replace(".0", "")
            label = (
                _("%(least)s to %(most)s outside", least=near, most=far)
                if least
                else _("up to %(most)s outside", most=far)
            )
            yield CountRow(label=label, count=count)


def _sample(found: Preview, names: Names, _: Words) -> Iterator[SampleRow]:
    for one in found.sample:
        yield SampleRow(name=names.say(one.person), how=_(SORTS[one.how]), language=one.language, channel=one.channel)


# ---- the map


def _map(found: Preview, _: Words) -> MapView | None:
    areas = tuple(view for place in found.places if (view := _area(place)) is not None)
    if not areas:
        return None
    return MapView(title=_("Where they are"), areas=areas, cells=tuple(map(_cell, found.cells)))


def _cell(cell: Cell) -> CellView:
    level = sum(cell.people >= least for least in LEVELS)
    return CellView(south=cell.south, west=cell.west, north=cell.north, east=cell.east, level=level)


def _area(place: Within) -> AreaView | None:
    if place.country:
        rings = tuple(_outline(place.country)) if has_outline(place.country) else ()
        return AreaView(label=place.name or country_name(place.country), rings=rings) if rings else None
    if place.circle is not None:
        lat, lon, km = place.circle
        return AreaView(label=place.name, rings=(circle_ring((lat, lon), km),))
    return AreaView(label=place.name, rings=(tuple(place.polygon),))


def _outline(code: str) -> Iterator[Ring]:
    """Yield the larger parts of a country, as coarse as they are drawn. It is asked by the whole outline who is in it."""
    parts = shapely.get_parts(country(code).outer)
    least = max(part.area for part in parts) / 200
    for part in parts:
        if part.area >= least:
            ring = shapely.simplify(part, _COARSE).exterior
            yield tuple((lat, (lon + 180) % 360 - 180) for lon, lat in ring.coords)
