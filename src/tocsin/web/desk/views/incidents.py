"""What happened and reports tell of: the list, one incident with the cases it was proposed to, and the form in which one is noted."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.threat.fits import Fit
from tocsin.threat.proposed import Stands
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.casework import Choices
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import MapView, View


class CaseNamed(View, frozen=True, kw_only=True):
    """A case to which an incident was proposed or linked. fits: as in ProposedRow; post_to: nothing where nobody can decide here."""

    title: str
    href: str
    stands: Stands
    fits: tuple[tuple[Fit, str], ...] = ()
    post_to: str = ""


class IncidentRow(View, frozen=True, kw_only=True):
    """One incident in the list. published_at: None where nobody has published it, so that it was proposed to no case.

    more_cases: there are more than are named here.
    """

    id: str
    what: str
    href: str
    where: str
    at: datetime
    mark: Mark
    actor: str = ""
    published_at: datetime | None = None
    by_host: bool = False
    cases: tuple[CaseNamed, ...] = ()
    more_cases: bool = False


class CameRow(View, frozen=True, kw_only=True):
    """A report that came in as an incident, and that nobody has noted as one."""

    title: str
    source: str
    at: datetime
    mark: Mark
    href: str
    report_href: str


class IncidentsPage(View, frozen=True, kw_only=True):
    """The latest incidents. came: what others sent as incidents. older_href: where there are older ones.

    are_older: these are.
    """

    shell: Shell
    incidents: tuple[IncidentRow, ...] = ()
    came: tuple[CameRow, ...] = ()
    new_href: str = ""
    older_href: str = ""
    are_older: bool = False


class RestsOn(View, frozen=True, kw_only=True):
    """A report that an incident rests on, or may."""

    id: str
    title: str
    source: str
    at: datetime
    mark: Mark
    taken_back: bool = False
    chosen: bool = False


class PublishedForm(View, frozen=True, kw_only=True):
    """The form in which it is said that an incident was published since. looked_for: words by which reports were looked for.

    open: it is being filled in.
    """

    post_to: str
    zone: str = "UTC"
    looked_for: str = ""
    open: bool = False
    reports: tuple[RestsOn, ...] = ()


class IncidentPage(View, frozen=True, kw_only=True):
    """One incident. post_to: where it is linked to a case by hand; nothing for who may not. published: None once it was."""

    shell: Shell
    incident: IncidentRow
    point: tuple[float, float] | None = None
    country: str = ""
    reports: tuple[RestsOn, ...] = ()
    map: MapView | None = None
    post_to: str = ""
    cases: CaseChoice = CaseChoice()
    published: PublishedForm | None = None
    anew_href: str = ""
    corrected_at: datetime | None = None
    corrected_why: str = ""


class IncidentForm(View, frozen=True, kw_only=True):
    """The form in which an incident is noted. looked_for: words by which reports were looked for.

    came_from: the title of the report that the form was filled from.
    anew: where the incident is that is written down anew; empty: it is a new one. seen: as in flow.seen.
    """

    shell: Shell
    post_to: str
    anew: str = ""
    seen: int = 0
    what: str = ""
    where: str = ""
    point: str = ""
    country: str = ""
    happened: str = ""
    published: str = ""
    by_host: bool = False
    actor: str = ""
    mark: str = Mark.CLEAR.value
    zone: str = "UTC"
    looked_for: str = ""
    came_from: str = ""
    reports: tuple[RestsOn, ...] = ()
    actors: Choices = ()
    countries: Choices = ()
    marks: tuple[str, ...] = ()
