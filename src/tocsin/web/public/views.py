"""What the public site shows. Nothing here names a notice, a recipient or a source."""

from datetime import datetime

from tocsin.warning.advisory.risk import Indicator
from tocsin.warning.statement.facts import StatementKind
from tocsin.web.pieces import MapView, View, WindowView
from tocsin.web.world_map import WorldMap


class PublicShell(View, frozen=True, kw_only=True):
    """The frame of every public page. zone: of the place concerned, or of the organisation.

    now: for what stands on it to be filled in; a page is shown unaltered until something changes, and never says it. path: of
    the page, without its language. prefix: the language in its address, or nothing where the browser's is taken. languages:
    (code, its name in itself) of those that there are. as_of: when what it lists last changed. base_url: what stands before
    each address, where it must be said in full.
    """

    exercise: bool
    organisation: str
    now: datetime
    zone: str
    emergency_number: str = ""
    record_href: str = "/record"
    path: str = "/"
    prefix: str = ""
    languages: tuple[tuple[str, str], ...] = ()
    as_of: datetime | None = None
    base_url: str = ""

    def feeds(self, language: str) -> str:
        """Return where the feeds are in the language of a page; where the pages have it not, those of no language."""
        return f"/{language}/feeds" if language in dict(self.languages) else "/feeds"

    def to(self, href: str) -> str:
        """Return the address of a page in the language of this one."""
        return f"/{self.prefix}{href}" if self.prefix and "." not in href else href  # a file has one address


class SorryPage(View, frozen=True, kw_only=True):
    """There is no such page, or none now. what, advice: translated sentences. reference: what to quote to whoever runs this."""

    shell: PublicShell
    status: int
    what: str
    advice: str
    reference: str = ""


class AlertItem(View, frozen=True, kw_only=True):
    """One alert in the list on the first page. begins: from when it holds, where that is later."""

    headline: str
    href: str
    area: str
    issued_at: datetime
    window: WindowView | None = None
    begins: datetime | None = None
    first_instruction: str = ""
    retracted_at: datetime | None = None


class AdvisoryItem(View, frozen=True, kw_only=True):
    """One advisory in the list. level: 1 to 4. under_country: as of its page."""

    place: str
    level: int
    href: str
    issued_at: datetime
    reasons: str = ""
    overdue: bool = False
    under_country: bool = False


class StatementItem(View, frozen=True, kw_only=True):
    """One statement in the list."""

    title: str
    href: str
    at: datetime
    endorsed: int = 0


class HomePage(View, frozen=True, kw_only=True):
    """What is in force or will be, what ended lately, standing advice, the latest statements.

    in_force: the gravest and the latest of so many: count. others: how many of others' are in force. has_more: we have warned of more than stands here.
    """

    shell: PublicShell
    others: int = 0
    in_force: tuple[AlertItem, ...] = ()
    count: int = 0
    to_come: tuple[AlertItem, ...] = ()  # issued, and in force from a later moment on
    ended: tuple[AlertItem, ...] = ()
    over: tuple[AlertItem, ...] = ()  # retracted, withdrawn or stood down by the issuer
    advisories: tuple[AdvisoryItem, ...] = ()
    has_more: bool = False
    statements: tuple[StatementItem, ...] = ()
    map: MapView | None = None  # of what is in force


class AlertRow(View, frozen=True, kw_only=True):
    """One alert in the list of all. state: as web.wording.ALERT_STATES names it."""

    headline: str
    href: str
    area: str
    issued_at: datetime
    state: str
    written_in: str = ""
    in_force: bool = False


class AlertsPage(View, frozen=True, kw_only=True):
    """A page of all alerts, the latest first. further_href: of those before them; back_href: of those after them."""

    shell: PublicShell
    rows: tuple[AlertRow, ...] = ()
    further_href: str = ""
    back_href: str = ""


class CorrectionRow(View, frozen=True, kw_only=True):
    """A statement that corrects what a page shows."""

    title: str
    href: str
    at: datetime


class AlertHistoryRow(View, frozen=True, kw_only=True):
    """Something that happened to an alert, in public words ("Repeated and upheld")."""

    at: datetime
    what: str
    href: str = ""


class RecordLink(View, frozen=True, kw_only=True):
    """Where anyone can check that this was published then, unaltered. Without the hrefs, it is not published yet."""

    index: int
    leaf: str
    proof_href: str = ""
    check_href: str = ""


class RetractionView(View, frozen=True, kw_only=True):
    """That an alert was false, and why, in the issuer's words. cap_href: of the message that cancels it."""

    at: datetime
    words: str
    written_in: str
    cap_href: str


class AlertPage(View, frozen=True, kw_only=True):
    """One alert, the instruction first.

    written_in: the language (BCP 47) of its own words, which may differ from the page's.
    other_languages: (name of the language in itself, its code, href).
    """

    shell: PublicShell
    written_in: str
    headline: str
    description: str
    instructions: tuple[str, ...]
    area: str
    issued_at: datetime
    issued_by: str
    identifier: str
    window: WindowView | None = None
    begins: datetime | None = None  # from when it holds, where that is later
    contact: str = ""
    map: MapView | None = None
    history: tuple[AlertHistoryRow, ...] = ()
    cap_href: str = ""
    json_href: str = ""
    other_languages: tuple[tuple[str, str, str], ...] = ()
    record: RecordLink | None = None
    retraction: RetractionView | None = None
    reaffirms: bool = False
    upheld: str = ""  # why it stands by the one before it
    reaffirmed_at: datetime | None = None  # when the alert went out that stands by this one
    reaffirmed_href: str = ""
    corrections: tuple[CorrectionRow, ...] = ()


class LevelRow(View, frozen=True, kw_only=True):
    """A level that held before, from when to when. withdrawn: nothing followed it at once."""

    since: datetime
    until: datetime
    level: int
    withdrawn: bool = False


class AdvisoriesPage(View, frozen=True, kw_only=True):
    """All standing levels, by country. withdrawn: where none holds any more."""

    shell: PublicShell
    rows: tuple[AdvisoryItem, ...] = ()
    world: WorldMap = WorldMap()
    withdrawn: tuple[AdvisoryItem, ...] = ()


class StatementsPage(View, frozen=True, kw_only=True):
    """A page of all statements, the latest first. further_href: of those before them; back_href: of those after them."""

    shell: PublicShell
    rows: tuple[StatementItem, ...] = ()
    further_href: str = ""
    back_href: str = ""


class AdvisoryPage(View, frozen=True, kw_only=True):
    """A standing level, 1 to 4, with its reasons: the indicator, and a sentence or nothing.

    written_in: the language of its own words. beside: what else holds in the country. not_yet: it holds later. under_country: it
    is of a region, and the level of the whole country holds there as well.
    """

    shell: PublicShell
    place: str
    level: int
    issued_at: datetime
    effective_at: datetime
    reasons: tuple[tuple[Indicator, str], ...]
    written_in: str = ""
    summary: str = ""
    advice: tuple[str, ...] = ()
    earlier: tuple[LevelRow, ...] = ()
    beside: tuple[AdvisoryItem, ...] = ()
    withdrawn: RetractionView | None = None
    under_country: bool = False
    not_yet: bool = False
    corrections: tuple[CorrectionRow, ...] = ()
    review_by: datetime | None = None
    overdue: bool = False  # that date has passed
    reviewed_at: datetime | None = None
    record: RecordLink | None = None


class StatementPage(View, frozen=True, kw_only=True):
    """A dated, versioned statement and who joined it. endorsed_by: (who, when). left: (who, when they joined, and left).

    kind: what it is for. change: what this version corrects. replaced_href: of the version that took its place; this one is
    then shown as it was. about_href: what it speaks of. corrections: what corrects it.
    """

    shell: PublicShell
    title: str
    at: datetime
    version: int
    paragraphs: tuple[str, ...]
    signed_by: str = ""
    kind: StatementKind | None = None
    written_in: str = ""
    change: str = ""
    replaced_href: str = ""
    about: str = ""
    about_href: str = ""
    corrections: tuple[CorrectionRow, ...] = ()
    left: tuple[tuple[str, datetime, datetime], ...] = ()
    endorsed_by: tuple[tuple[str, datetime], ...] = ()
    earlier_versions: tuple[tuple[int, datetime, str], ...] = ()  # (version, when, href)
    record: RecordLink | None = None


# ---------------------------------------------------------------- the record


class RecordKeyRow(View, frozen=True, kw_only=True):
    """A key that signs the record, or did. until: None while it signs."""

    vkey: str
    since: datetime | None = None
    until: datetime | None = None


class WitnessRow(View, frozen=True, kw_only=True):
    """A witness, and when it saw the record as it stands; None if it has not, or not yet."""

    name: str
    seen_at: datetime | None = None


class PublicEntry(View, frozen=True, kw_only=True):
    """An entry in words, or several sealed hours on end: count of them, the first at since.

    kind: as the record names it. href: what it speaks of, where that is public.
    """

    index: int
    kind: str
    at: datetime
    since: datetime
    count: int = 1
    href: str = ""


class RecordPage(View, frozen=True, kw_only=True):
    """How the record stands, from what anyone may read of it.

    size, root, witnesses: of the published checkpoint. published_at: when it was signed; None before the first.
    needed: how many witnesses must have seen it. sealed: how many hours. opened: what was sealed and then opened.
    overdue: places that are past their date and have not been dealt with, real and empty alike.
    """

    shell: PublicShell
    origin: str
    size: int
    root: str
    published_at: datetime | None
    keys: tuple[RecordKeyRow, ...]
    witnesses: tuple[WitnessRow, ...] = ()
    witnessed: bool = False
    sealed: int = 0
    opened: int = 0
    overdue: int = 0
    entries: tuple[PublicEntry, ...] = ()
    checkpoint_href: str = "/record/checkpoint"
    policy_href: str = "/record/policy"
    verify_href: str = "/record/verify"


class VerifyPage(View, frozen=True, kw_only=True):
    """The page that checks a proof in the reader's own browser. policy: what its field begins with.

    proof: one that is checked at once, or nothing.
    """

    shell: PublicShell
    policy: str
    proof: str = ""
    save_href: str = "/record/verify"
