"""One report at the desk: what a source said, whole, as it came."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class ReportPage(View, frozen=True, kw_only=True):
    """One report. grade: its source's reliability and its own credibility, as "B2". claims: each with how far it is believed.

    repeats: the report that it repeats, or was traced to, and where that is. came_as: the object of others as which it came.
    incidents: those that rest on it, by what happened and where they are. note_href: where it is noted as one.
    """

    shell: Shell
    title: str
    text: str
    language: str
    mark: Mark
    source: str
    grade: str
    received_at: datetime
    published_at: datetime | None = None
    url: str = ""
    claims: tuple[tuple[str, int], ...] = ()
    repeats: tuple[str, str] | None = None
    came_as: str = ""
    revised_at: datetime | None = None
    taken_back_at: datetime | None = None
    incidents: tuple[tuple[str, str], ...] = ()
    note_href: str = ""
