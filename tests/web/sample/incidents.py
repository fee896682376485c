"""The sample's pages of what happened: the list, one incident, and the form in which one is noted."""

from msgspec.structs import replace

from tests.web.sample.march import SHELL, ZONE, at
from tocsin.basis.marking import Mark
from tocsin.threat.fits import Fit
from tocsin.threat.proposed import Stands
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
from tocsin.web.pieces import MapView, SpotKind, SpotView

_SHELL = replace(SHELL, section="cases")
_CASE = CaseNamed(
    title="Attack on large gatherings, Moscow <b>",
    href="/desk/cases/k7qf2mzr4t",
    stands=Stands.WAITS,
    fits=((Fit.ACTOR_NAMED, "Фонари"), (Fit.TIME, "")),
    post_to="/desk/cases/k7qf2mzr4t/acts",
)
_HELD = IncidentRow(
    id="i7",
    what="Six members of the group are killed <b>",
    href="/desk/incidents/i7",
    where="Karabulak",
    at=at(3, 4),
    mark=Mark.CLEAR,
    actor="The group (sample)",
    published_at=at(3, 12),
    by_host=True,
    cases=(_CASE, CaseNamed(title="Attack on a synagogue", href="/desk/cases/k2", stands=Stands.FOR)),
    more_cases=True,
)
_CALL = IncidentRow(
    id="i8", what="A hall is searched after a call", href="/desk/incidents/i8", where="", at=at(2, 8), mark=Mark.AMBER
)
_REPORTS = (
    RestsOn(id="r1", title="Six are killed in Karabulak <b>", source="A news agency", at=at(3, 12), mark=Mark.CLEAR),
    RestsOn(id="r2", title="What was found there", source="A partner", at=at(4, 9), mark=Mark.GREEN, taken_back=True),
)

INCIDENTS = IncidentsPage(
    shell=_SHELL,
    incidents=(_HELD, _CALL),
    came=(
        CameRow(
            title="A commander is held <b>", source="A partner", at=at(20, 9), mark=Mark.GREEN,
            href="/desk/incidents/new?report=r9", report_href="/desk/reports/r9",
        ),
    ),
    new_href="/desk/incidents/new",
    older_href="/desk/incidents?after=i8",
    are_older=True,
)  # fmt: skip

INCIDENT = IncidentPage(
    shell=_SHELL,
    incident=replace(
        _HELD,
        more_cases=False,
        cases=(*_HELD.cases, CaseNamed(title="A film", href="/desk/cases/k3", stands=Stands.DECLINED)),
    ),
    point=(43.3055, 44.9094),
    country="Russia",
    reports=_REPORTS,
    map=MapView(
        title="⟦Where it happened⟧",
        areas=(),
        spots=(SpotView(point=(43.3055, 44.9094), label="Karabulak", kind=SpotKind.INCIDENT, at=at(3, 4)),),
    ),
    post_to="/desk/incidents/i7/link",
    anew_href="/desk/incidents/i7/anew",
    corrected_at=at(4, 9),
    corrected_why="It was six, not five <b>",
    cases=CaseChoice(cases=(("k5", "Another case"),), more=True),
)

UNPUBLISHED = IncidentPage(
    shell=_SHELL,
    incident=_CALL,
    published=PublishedForm(
        post_to="/desk/incidents/i8/published",
        zone=ZONE,
        looked_for="hall",
        open=True,
        reports=(replace(_REPORTS[0], chosen=True),),
    ),
)

FORM = IncidentForm(
    shell=_SHELL,
    post_to="/desk/incidents",
    zone=ZONE,
    reports=_REPORTS[:1],
    actors=(("a1", "The group (sample)"),),
    countries=(("RU", "Russia"), ("IR", "Iran")),
    marks=tuple(mark.value for mark in Mark),
)

ANEW = replace(
    FORM, post_to="/desk/incidents/i8/anew", anew="/desk/incidents/i8", seen=1, what="A hall is searched <b>"
)

FILLED = replace(
    FORM,
    what="Six members of the group are killed <b>",
    where="Karabulak",
    point="43.30550,44.90940",
    country="RU",
    happened="2024-03-03T07:00",
    published="2024-03-03T15:00",
    by_host=True,
    mark="TLP:GREEN",
    came_from="Six are killed in Karabulak <b>",
    looked_for="karabulak",
    reports=(replace(_REPORTS[0], chosen=True),),
)
