"""Fills what happened and reports tell of: the list, one incident, and the form in which one is noted."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, may_read, not_beyond
from tocsin.basis.moment import zone
from tocsin.basis.words import Words
from tocsin.flow.exchange.happened import Told, told_by
from tocsin.flow.report.incidents import OFFICERS
from tocsin.places.countries import country_name, country_names
from tocsin.report.state import Incident, Report
from tocsin.store.door import Door
from tocsin.threat.proposed import stands_to, waits_at
from tocsin.threat.state import Threat
from tocsin.web.desk.fill import hrefs
from tocsin.web.desk.fill.case_choice import open_case_choice
from tocsin.web.desk.fill.casework import fits_of
from tocsin.web.desk.fill.where import map_view
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.incidents import (
    CameRow,
    CaseNamed,
    IncidentForm,
    IncidentPage,
    IncidentRow,
    IncidentsPage,
    PublishedForm,
    RestsOn,
)
from tocsin.web.desk.views.shell import Shell

MOST, CAME, TO_CHOOSE = 50, 20, 25
FEW = 4  # cases on one row of the list; the page of an incident names all
_ORDER = list(Mark)


def incidents_page(door: Door, shell: Shell, _: Words, after: Id | None = None) -> IncidentsPage:
    """Return the latest incidents, and what came in as one and was not noted. after: older ones, behind that one."""
    found = door.latest_incidents(MOST + 1, after)
    named = door.cases_naming([one.id for one in found[:MOST]])
    actors = _actors(door, found)
    may = bool(OFFICERS & door.reader.roles)
    return IncidentsPage(
        shell=shell,
        incidents=tuple(_row(door, one, named.get(one.id, ()), actors, few=FEW) for one in found[:MOST]),
        came=tuple(_came(door)) if may and after is None else (),
        new_href=hrefs.NEW_INCIDENT if may else "",
        older_href=hrefs.older_incidents(found[MOST - 1].id) if len(found) > MOST else "",
        are_older=after is not None,
    )


def _actors(door: Door, found: Iterable[Incident]) -> dict[Id, str]:
    wanted = sorted({one.actor for one in found if one.actor is not None})
    return {one.id: one.name for one in door.actors(wanted)}


def _row(
    door: Door, one: Incident, cases: Sequence[Threat], actors: dict[Id, str], few: int | None = None
) -> IncidentRow:
    may = bool(OFFICERS & door.reader.roles)
    named = (each for case in cases for each in _named(case, one.id, may=may))
    shown = tuple(named) if few is None else tuple(islice(named, few))
    return IncidentRow(
        id=one.id,
        what=one.what,
        href=hrefs.incident(one.id),
        where=one.where,
        at=one.happened_at,
        mark=one.mark,
        actor=actors.get(one.actor or "", ""),
        published_at=one.published_at,
        by_host=one.published_by_host,
        cases=shown,
        more_cases=next(named, None) is not None,
    )


def _named(case: Threat, incident: Id, *, may: bool) -> Iterator[CaseNamed]:
    stands, waits = stands_to(case, incident), waits_at(case, incident)
    if stands is not None:
        yield CaseNamed(
            title=case.title,
            href=hrefs.case(case.id),
            stands=stands,
            fits=fits_of(waits) if waits else (),
            post_to=f"{hrefs.case(case.id)}/acts" if may and waits and case.is_open else "",
        )


def _came(door: Door) -> Iterator[CameRow]:
    """Yield what came in as an incident and was not noted, as far as the reader may know."""
    came = door.came_as("incident", CAME)
    ids = [one.report for one in came if one.report is not None]
    done = {report for one in door.resting_on(ids) for report in one.reports}
    sources = door.sources(one.source for one in came)
    for one in came:
        report = door.report(one.report) if one.report is not None and one.report not in done else None
        if report is not None and may_rest_on(report):
            yield CameRow(
                title=report.title or report.text[:80],
                source=sources[one.source].name if one.source in sources else "",
                at=one.taken_at,
                mark=report.mark,
                href=hrefs.note_incident(report.id),
                report_href=hrefs.report(report.id),
            )


_USUAL = Mark.AMBER


def may_rest_on(report: Report) -> bool:
    """Say whether an incident may rest on a report: it is for more than named readers, and its source stands by it."""
    return report.mark is not Mark.RED and report.taken_back_at is None


# ---- one


def incident_page(
    door: Door, id: Id, shell: Shell, _: Words, chosen: Sequence[Id] = (), looked_for: str = ""
) -> IncidentPage | None:
    """Return one incident with what it rests on and the cases to which it was proposed, or None where there is none for this reader.

    chosen, looked_for: of the form in which it is said to be published, reports that were ticked, and words of others.
    """
    one = door.incidents([id]).get(id)
    if one is None:
        return None
    cases = door.cases_naming([id]).get(id, [])
    may = bool(OFFICERS & door.reader.roles)
    return IncidentPage(
        shell=shell,
        incident=_row(door, one, cases, _actors(door, [one])),
        point=one.point,
        country=country_name(one.country) if one.country else "",
        reports=tuple(_rests_on(door, _readable(door, one.reports))),
        map=map_view(_("Where it happened"), (), [one], None, _),
        post_to=f"{hrefs.incident(id)}/link" if may else "",
        cases=open_case_choice(door, {case.id for case in cases}) if may else CaseChoice(),
        anew_href=hrefs.incident_anew(id) if may else "",
        corrected_at=one.corrected_at,
        corrected_why=one.corrected_why,
        published=_published_form(door, one, chosen, looked_for, shell) if may and one.published_at is None else None,
    )


def _published_form(door: Door, one: Incident, chosen: Sequence[Id], looked_for: str, shell: Shell) -> PublishedForm:
    """Return the form. Of the reports, those that may bear the incident: it goes no further than what it rests on."""
    found = [*_readable(door, chosen), *door.reports_saying(looked_for.split(), TO_CHOOSE)]
    shown = {each.id: each for each in found if may_rest_on(each) and not_beyond(each.mark, one.mark)}
    return PublishedForm(
        post_to=f"{hrefs.incident(one.id)}/published",
        zone=shell.zone,
        looked_for=looked_for,
        open=bool(chosen or looked_for),
        reports=tuple(_rests_on(door, [shown[each] for each in shown if each not in one.reports], chosen)),
    )


def _readable(door: Door, ids: Iterable[Id]) -> list[Report]:
    return [one for one in map(door.report, ids) if one is not None]


def _rests_on(door: Door, reports: Sequence[Report], chosen: Iterable[Id] = ()) -> Iterator[RestsOn]:
    sources, ticked = door.sources(one.source for one in reports), set(chosen)
    for one in reports:
        yield RestsOn(
            id=one.id,
            title=one.title or one.text[:80],
            source=sources[one.source].name if one.source in sources else "",
            at=one.published_at or one.received_at,
            mark=one.mark,
            taken_back=one.taken_back_at is not None,
            chosen=one.id in ticked,
        )


# ---- the form


def incident_form(
    door: Door, chosen: Sequence[Id], looked_for: str, shell: Shell, _: Words, *, filled: bool = True
) -> IncidentForm:
    """Return the form. chosen: reports that it rests on; of one alone, it is filled with what that says.

    looked_for: words by which reports are looked for. filled: no is for a form in which something was typed already.
    """
    mine = [one for one in _readable(door, chosen) if one.mark is not Mark.RED]
    marks = [one for one in Mark if may_read(door.reader, one)]
    shown = {one.id: one for one in (*mine, *door.reports_saying(looked_for.split(), TO_CHOOSE))}
    told = told_by(door, mine[0]) if filled and len(mine) == 1 else Told(what="")
    book = door.every_actor()
    who = {name.casefold() for name in told.who}
    named = [one.id for one in book if who & {name.casefold() for name in (one.name, *one.aliases)}]
    # What rests on a report goes no further than that; of what rests on none, nobody has said that it may go anywhere.
    strictest = max((one.mark for one in mine), key=_ORDER.index, default=_USUAL)
    return IncidentForm(
        shell=shell,
        post_to=hrefs.INCIDENTS,
        what=told.what,
        where=told.where,
        point=point_of(told.point),
        country=told.country,
        happened=_local(told.happened_at, shell.zone),
        published=_local(told.published_at, shell.zone),
        by_host=told.by_host,
        actor=named[0] if len(named) == 1 else "",
        mark=(strictest if strictest in marks else marks[-1]).value,
        zone=shell.zone,
        looked_for=looked_for,
        came_from=mine[0].title if told.what else "",
        reports=tuple(_rests_on(door, list(shown.values()), [one.id for one in mine])),
        actors=tuple((one.id, one.name) for one in book),
        countries=country_names(),
        marks=tuple(one.value for one in marks),
    )


def point_of(point: tuple[float, float] | None) -> str:
    """Return a point as it stands in the form."""
    return "" if point is None else "{:.5f},{:.5f}".format(*point)


def anew_form(door: Door, id: Id, chosen: Sequence[Id], looked_for: str, shell: Shell) -> IncidentForm | None:
    """Return the form in which an incident is written down anew, filled with what stands there; None where there is none.

    chosen, looked_for: as in incident_form, besides what it rests on.
    """
    one = door.incidents([id]).get(id)
    if one is None:
        return None
    marks = [each for each in Mark if may_read(door.reader, each)]
    found = (*_readable(door, [*one.reports, *chosen]), *door.reports_saying(looked_for.split(), TO_CHOOSE))
    return IncidentForm(
        shell=shell,
        post_to=hrefs.incident_anew(id),
        anew=hrefs.incident(id),
        seen=door.said(id),
        what=one.what,
        where=one.where,
        point=point_of(one.point),
        country=one.country,
        happened=_local(one.happened_at, shell.zone),
        published=_local(one.published_at, shell.zone),
        by_host=one.published_by_host,
        actor=one.actor or "",
        mark=(one.mark if one.mark in marks else marks[-1]).value,
        zone=shell.zone,
        looked_for=looked_for,
        reports=tuple(_rests_on(door, list({each.id: each for each in found}.values()), [*one.reports, *chosen])),
        actors=tuple((each.id, each.name) for each in door.every_actor()),
        countries=country_names(),
        marks=tuple(each.value for each in marks),
    )


def _local(moment: datetime | None, name: str) -> str:
    return "" if moment is None else f"{moment.astimezone(zone(name)):%Y-%m-%dT%H:%M}"
