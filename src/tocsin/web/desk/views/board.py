"""The watch board: what waits for a person, soonest first."""

from datetime import datetime
from enum import StrEnum

from tocsin.web.desk.views.lists import CaseRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Action, Chip, View


class UrgentWhy(StrEnum):
    """Why something stands at the top of the board."""

    UNANSWERED = "unanswered"
    DISPUTED = "disputed"
    RUNNING_OUT = "running_out"
    UNDECIDED = "undecided"  # a window ran out and nobody has said anything
    FAILED = "failed"
    NEED_HELP = "need_help"


class UrgentRow(View, frozen=True, kw_only=True):
    """Something that waits for a person.

    since: from when it has waited. until: when the time runs out, or ran out. escalated_to: who was called last.
    """

    why: UrgentWhy
    title: str
    href: str
    case: str
    since: datetime
    until: datetime | None = None
    who: str = ""
    chips: tuple[Chip, ...] = ()
    escalations: int = 0
    escalated_to: str = ""
    taken_by: str = ""
    action: Action | None = None


class WatchBoard(View, frozen=True, kw_only=True):
    """The first page: what waits, soonest first, then the cases."""

    shell: Shell
    urgent: tuple[UrgentRow, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    public_href: str = "/"
