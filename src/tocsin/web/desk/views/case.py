"""The page of one case, from the first report to the review."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.threat.facts import Bearing
from tocsin.threat.particulars import Severity
from tocsin.web.desk.views.casework import CaseCare
from tocsin.web.desk.views.duties import DistrustRow, DutyLine
from tocsin.web.desk.views.lists import WarningRow
from tocsin.web.desk.views.review import Review
from tocsin.web.desk.views.rows import DecisionRow, EscalationRow, LikelihoodView, RecipientRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.desk.views.timeline import AccountKind, Timeline
from tocsin.web.pieces import Action, Chip, MapView, View


class CorroborationRow(View, frozen=True, kw_only=True):
    """An incident that bears the warning out.

    grade: as "A2". origin: which independent origin, counted from 1. outlets: how many reports repeat it.
    published_at: when it was published; that, not when it happened, is compared with the dismissal.
    by_recipient: the recipient of the notice published it itself.
    """

    at: datetime
    published_at: datetime
    title: str
    grade: str
    origin: int
    outlets: int = 1
    place: str = ""
    source: str = ""
    by_recipient: bool = False
    before_warning: bool = False
    before_dismissal: bool = False
    href: str = ""


class Corroboration(View, frozen=True, kw_only=True):
    """What bears the warning out: origins are counted, not outlets."""

    origins: int
    outlets: int
    rows: tuple[CorroborationRow, ...] = ()
    dismissed_at: datetime | None = None


class BearsRow(View, frozen=True, kw_only=True):
    """A report, a claim of one or an incident that bears on the case. at: when it was linked. why: as whoever linked it says."""

    at: datetime
    title: str
    mark: Mark
    bearing: Bearing
    why: str = ""
    source: str = ""
    grade: str = ""
    taken_back: bool = False
    href: str = ""


class Bears(View, frozen=True, kw_only=True):
    """What bears on the case, the latest first. more: how many were linked before those that are shown."""

    for_it: int
    against: int
    context: int
    rows: tuple[BearsRow, ...] = ()
    more: int = 0


class Utterance(View, frozen=True, kw_only=True):
    """Something said or ordered: by whom, when, where it is known from."""

    at: datetime
    who: str
    text: str
    source: str = ""
    href: str = ""


class SaidAndOrdered(View, frozen=True, kw_only=True):
    """What was said in public and what was ordered, side by side."""

    said: tuple[Utterance, ...] = ()
    ordered: tuple[Utterance, ...] = ()


class AssessmentRow(View, frozen=True, kw_only=True):
    """One assessment: likelihood, and apart from it the confidence and the grounds."""

    at: datetime
    by: str
    likelihood: LikelihoodView
    grounds: str = ""
    severity: Severity | None = None
    confidence_why: str = ""
    changed: str = ""
    why: str = ""


class AccountRow(View, frozen=True, kw_only=True):
    """Who said what about who did it. about: the party spoken of."""

    at: datetime
    who: str
    kind: AccountKind
    about: str
    text: str = ""
    source: str = ""


class CasePage(View, frozen=True, kw_only=True):
    """One threat from the first report to the review."""

    shell: Shell
    id: str
    title: str
    mark: Mark
    owner: str
    opened_at: datetime
    timeline: Timeline
    chips: tuple[Chip, ...] = ()
    summary: str = ""
    actor: str = ""
    place: str = ""
    host: str = ""
    target: str = ""
    begins: datetime | None = None
    ends: datetime | None = None
    likelihood: LikelihoodView | None = None
    actions: tuple[Action, ...] = ()
    map: MapView | None = None
    recipients: tuple[RecipientRow, ...] = ()
    deliveries_href: str = ""
    escalations: tuple[EscalationRow, ...] = ()
    bears: Bears | None = None
    corroboration: Corroboration | None = None
    words_and_orders: SaidAndOrdered | None = None
    assessments: tuple[AssessmentRow, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    duties: tuple[DutyLine, ...] = ()
    duties_href: str = ""
    distrusted: tuple[DistrustRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    warnings: tuple[WarningRow, ...] = ()
    care: CaseCare | None = None
    post_to: str = ""
    review: Review | None = None
