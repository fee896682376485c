"""What each desk page shows, exactly. Filled by the store for one reader; drawn by `web.render`.

Every page carries a Shell. Marks were checked before a view was filled: nothing here is left out later.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.basis.marking import Mark
from tocsin.web.pieces import Action, Chip, MapView, View, WindowView


class Shell(View, frozen=True, kw_only=True):
    """The frame of every desk page: who reads, when, and whether this is an exercise.

    zone: the IANA zone of the case, or of the desk. waiting: how many things wait for a person (shown in the menu).
    section: which menu entry is the current one: watch, cases, warnings, record, outcomes. alarm: why the record is not
    signed any more; it stands on every page until a person has looked.
    """

    exercise: bool
    signed_in: str
    role: str
    now: datetime
    zone: str
    csrf: str = ""
    section: str = "watch"
    waiting: int = 0
    exercise_note: str = ""
    organisation: str = ""
    alarm: str = ""


class SignInPage(View, frozen=True, kw_only=True):
    """The door of the desk.

    failed: the last try was wrong. hints: sign-ins that a demo offers, (name, role).
    """

    exercise: bool
    csrf: str = ""
    failed: bool = False
    wait_seconds: int = 0
    next_href: str = "/desk"
    organisation: str = ""
    hints: tuple[tuple[str, str], ...] = ()


class ClosedPage(View, frozen=True, kw_only=True):
    """What a closed desk shows, whoever asks. closed_at: since when."""

    exercise: bool
    closed_at: datetime


# ---------------------------------------------------------------- pieces of several pages


class LikelihoodView(View, frozen=True, kw_only=True):
    """A probability range with its ICD 203 word. Confidence is worded apart.

    low, high: 0 to 1. word: as ICD 203 writes it in English ("likely"). confidence: low, moderate or high.
    """

    low: float
    high: float
    word: str
    confidence: str


class WarningKind(StrEnum):
    """What sort of warning, or of word that is no warning."""

    ALERT = "alert"
    NOTICE = "notice"
    ADVISORY = "advisory"
    STATEMENT = "statement"


class RecipientRow(View, frozen=True, kw_only=True):
    """How one recipient, or a group of them, stands towards one warning.

    after: until the first answer, or the time of silence so far. after_means: "", "median", "to_all" or "so_far".
    """

    name: str
    warning: str
    chips: tuple[Chip, ...]
    warning_href: str = ""
    detail: str = ""
    note: str = ""
    after: timedelta | None = None
    after_means: str = ""
    next_step: str = ""
    next_detail: str = ""


class EscalationRow(View, frozen=True, kw_only=True):
    """Who was called because nobody answered, or because of a denial, a window, a failure, a deadline.

    why: silence, denial, window, failure or deadline. accepted_at: when that person took it on.
    """

    at: datetime
    of: str
    to: str
    why: str
    accepted_at: datetime | None = None
    accepted_by: str = ""


class DecisionRow(View, frozen=True, kw_only=True):
    """A decision to warn, or not to: what, by whom, on what grounds."""

    at: datetime
    by: str
    what: str
    grounds: str
    role: str = ""


class WarningRow(View, frozen=True, kw_only=True):
    """One warning in a list. issued_at is None for a draft; told says to whom ("the public", "1 institution")."""

    title: str
    kind: WarningKind
    mark: Mark
    href: str
    chips: tuple[Chip, ...] = ()
    issued_at: datetime | None = None
    level: int | None = None
    window: WindowView | None = None
    told: str = ""


# ---------------------------------------------------------------- watch board


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


class CaseRow(View, frozen=True, kw_only=True):
    """One case in the list."""

    id: str
    title: str
    href: str
    place: str
    mark: Mark
    owner: str
    changed_at: datetime
    chips: tuple[Chip, ...] = ()
    likelihood: LikelihoodView | None = None
    warnings: int = 0
    reports: int = 0


class WatchBoard(View, frozen=True, kw_only=True):
    """The first page: what waits, soonest first, then the cases."""

    shell: Shell
    urgent: tuple[UrgentRow, ...] = ()
    cases: tuple[CaseRow, ...] = ()
    public_href: str = "/"


class CasesPage(View, frozen=True, kw_only=True):
    """All cases."""

    shell: Shell
    cases: tuple[CaseRow, ...] = ()


class WarningsPage(View, frozen=True, kw_only=True):
    """All warnings."""

    shell: Shell
    warnings: tuple[WarningRow, ...] = ()


# ---------------------------------------------------------------- the timeline


class KnownKind(StrEnum):
    """What became known."""

    INCIDENT = "incident"
    REPORT = "report"
    RELAY = "relay"  # repeats an origin already counted


class KnownMark(View, frozen=True, kw_only=True):
    """Something that became known. origin: the number of its independent origin, as the page counts them."""

    at: datetime
    label: str
    kind: KnownKind
    detail: str = ""
    origin: int | None = None
    href: str = ""


class LikelihoodStep(View, frozen=True, kw_only=True):
    """The likelihood from this moment on."""

    at: datetime
    likelihood: LikelihoodView
    by: str = ""


class WarnedKind(StrEnum):
    """What was sent or said."""

    ALERT = "alert"
    NOTICE = "notice"
    ADVISORY = "advisory"
    STATEMENT = "statement"
    REAFFIRMED = "reaffirmed"
    SECOND_KNOCK = "second_knock"


class WarnedMark(View, frozen=True, kw_only=True):
    """Something sent or said. One with a window is drawn as a bar, and hatched after it ran out undecided."""

    at: datetime
    label: str
    kind: WarnedKind
    window: WindowView | None = None
    detail: str = ""
    href: str = ""


class AnswerLine(View, frozen=True, kw_only=True):
    """From the moment a warning went out until it was answered, or until now: the line of silence.

    answer: silent, received, acting, safe, need_help, disputed or dismissed. answered_at is None while silent.
    until: where the line of one that is still silent ends, if before the page's now (the attack came, say).
    """

    recipient: str
    sent_at: datetime
    answer: str = "silent"
    answered_at: datetime | None = None
    until: datetime | None = None
    label: str = ""
    detail: str = ""
    href: str = ""
    escalated_at: tuple[datetime, ...] = ()


class AccountKind(StrEnum):
    """What was said about who did it."""

    ACCUSED = "accused"
    CLAIMED = "claimed"
    NO_INDICATION = "no_indication"


class AccountMark(View, frozen=True, kw_only=True):
    """Someone accused, claimed, or said there is no indication as of that moment."""

    at: datetime
    label: str
    kind: AccountKind
    detail: str = ""


class StruckMark(View, frozen=True, kw_only=True):
    """The moment it happened: a line through all lanes."""

    at: datetime
    label: str
    detail: str = ""


class Timeline(View, frozen=True, kw_only=True):
    """A case in lanes: known, likelihood, warned, answered, and who was blamed.

    starts_at, ends_at: the stretch shown. now: silence runs until here.
    """

    starts_at: datetime
    ends_at: datetime
    now: datetime
    zone: str
    known: tuple[KnownMark, ...] = ()
    likelihood: tuple[LikelihoodStep, ...] = ()
    warned: tuple[WarnedMark, ...] = ()
    answered: tuple[AnswerLine, ...] = ()
    accounts: tuple[AccountMark, ...] = ()
    struck: tuple[StruckMark, ...] = ()


# ---------------------------------------------------------------- the case


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


class AccountRow(View, frozen=True, kw_only=True):
    """Who said what about who did it. about: the party spoken of."""

    at: datetime
    who: str
    kind: AccountKind
    about: str
    text: str = ""
    source: str = ""


class AxisRow(View, frozen=True, kw_only=True):
    """One axis of the outcome. axis: time, place, target, actor or act. verdict: match, near, miss or unknown."""

    axis: str
    warned: str
    happened: str
    verdict: str


class StatedRow(View, frozen=True, kw_only=True):
    """Whether the warning had stated one of what, where, when, who; and its words."""

    question: str
    stated: bool
    words: str = ""


class Review(View, frozen=True, kw_only=True):
    """What became of the case and how the warner did.

    outcome: exact, late, elsewhere, disrupted, nothing or unknown. warned_at: when the first warning went out.
    first_answer_after: None while nobody answered. brier: 0 is perfect, 1 is worst.
    """

    outcome: Chip
    outcome_at: datetime
    summary: str
    warned_at: datetime
    lead: timedelta | None
    first_answer_after: timedelta | None
    first_answer: str
    published_before_dismissal: int
    corroborating: int
    axes: tuple[AxisRow, ...]
    stated: tuple[StatedRow, ...]
    last_likelihood: LikelihoodView | None
    brier: float | None


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
    target: str = ""
    likelihood: LikelihoodView | None = None
    actions: tuple[Action, ...] = ()
    map: MapView | None = None
    recipients: tuple[RecipientRow, ...] = ()
    deliveries_href: str = ""
    escalations: tuple[EscalationRow, ...] = ()
    corroboration: Corroboration | None = None
    words_and_orders: SaidAndOrdered | None = None
    assessments: tuple[AssessmentRow, ...] = ()
    accounts: tuple[AccountRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    warnings: tuple[WarningRow, ...] = ()
    review: Review | None = None


# ---------------------------------------------------------------- a warning and its deliveries


class WarningText(View, frozen=True, kw_only=True):
    """The warning in one language; instructions are single sentences."""

    language: str
    headline: str
    description: str
    instructions: tuple[str, ...] = ()


class DeliveryCount(View, frozen=True, kw_only=True):
    """How many deliveries stand so."""

    chip: Chip  # its count is set


class AnswerRow(View, frozen=True, kw_only=True):
    """An answer as it was heard. after: since the warning went out. how: by which way ("answer page")."""

    at: datetime
    by: str
    chip: Chip
    after: timedelta
    how: str = ""
    text: str = ""


class WitnessRow(View, frozen=True, kw_only=True):
    """A witness, when it saw a checkpoint, and why it was lost when it was last asked."""

    name: str
    seen_at: datetime | None = None
    lost: str = ""


class RecordRef(View, frozen=True, kw_only=True):
    """Where the public record holds this, the entry or the seal that covers it, and how certain that is by now.

    index: None while it waits for a seal. sealed_at, open_by: of a seal. opened: the entry that says it was opened.
    published_at: when anyone could first read it. witnesses: who is asked, and when they saw it.
    """

    index: int | None
    leaf: str
    sealed: bool = False
    sealed_at: datetime | None = None
    open_by: datetime | None = None
    opened: int | None = None
    integrated: bool = False
    published_at: datetime | None = None
    witnessed: bool = False
    witnesses: tuple[WitnessRow, ...] = ()
    href: str = ""


class OpeningView(View, frozen=True, kw_only=True):
    """How far the opening of a notice has come. post_to: where a step is sent, for those who may take one.

    mine: the reader proposed it, and so cannot open it. choices: what can be proposed: the field, and its label.
    """

    post_to: str = ""
    proposer: str = ""
    proposed: tuple[str, ...] = ()
    proposed_fields: tuple[str, ...] = ()
    why: str = ""
    missing: tuple[str, ...] = ()
    consents: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    mine: bool = False
    choices: tuple[tuple[str, str], ...] = ()


class WarningPage(View, frozen=True, kw_only=True):
    """One alert, notice or advisory at the desk.

    held_back: what the tear-line leaves out and why, for those cleared to know that something was left out.
    identifier: the CAP identifier, or the Message-ID stem of a notice.
    """

    shell: Shell
    id: str
    kind: WarningKind
    title: str
    case: str
    case_href: str
    mark: Mark
    texts: tuple[WarningText, ...]
    chips: tuple[Chip, ...] = ()
    issued_at: datetime | None = None
    issued_by: str = ""
    approved_by: str = ""
    level: int | None = None
    window: WindowView | None = None
    area: str = ""
    identifier: str = ""
    replaces: str = ""
    held_back: str = ""
    map: MapView | None = None
    recipients: tuple[RecipientRow, ...] = ()
    deliveries: tuple[DeliveryCount, ...] = ()
    deliveries_href: str = ""
    answers: tuple[AnswerRow, ...] = ()
    escalations: tuple[EscalationRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    record: RecordRef | None = None
    public_href: str = ""
    actions: tuple[Action, ...] = ()
    opening: OpeningView | None = None
    decide_href: str = ""  # where a decision about its window is sent, while one can be made by this reader


class DeliveryRow(View, frozen=True, kw_only=True):
    """One delivery: to whom, how, and each moment it passed."""

    recipient: str
    channel: str
    chip: Chip
    ready_at: datetime
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    answered_at: datetime | None = None
    attempts: int = 1
    why: str = ""


class ChannelRow(View, frozen=True, kw_only=True):
    """How the deliveries of one channel stand. to_all: from the first to the last that was accepted."""

    channel: str
    total: int
    chips: tuple[Chip, ...]
    to_all: timedelta | None = None


class DeliveriesPage(View, frozen=True, kw_only=True):
    """The account of every delivery of a warning. rows may be one page of many; total counts all."""

    shell: Shell
    title: str
    warning_href: str
    mark: Mark
    total: int
    counts: tuple[DeliveryCount, ...] = ()
    channels: tuple[ChannelRow, ...] = ()
    rows: tuple[DeliveryRow, ...] = ()
    next_href: str = ""


# ---------------------------------------------------------------- record and outcomes


class SignerRow(View, frozen=True, kw_only=True):
    """A key of the record, and whether it has signed the published checkpoint."""

    vkey: str
    signed: bool


class EntryRow(View, frozen=True, kw_only=True):
    """One entry of the public record, or several sealed hours on end: count of them, the first at since."""

    index: int
    kind: str
    at: datetime
    since: datetime
    leaf: str
    count: int = 1


class RecordPage(View, frozen=True, kw_only=True):
    """How the record stands.

    size, root: of the last published checkpoint. sequenced >= integrated >= published >= witnessed, in entries.
    pending: commitments that wait for the next seal. opened, overdue: of what was sealed, as anyone can count.
    """

    shell: Shell
    origin: str
    size: int
    root: str
    published_at: datetime | None
    sequenced: int
    integrated: int
    published: int
    pending: int
    witnessed: int = 0
    witnesses: tuple[WitnessRow, ...] = ()
    opened: int = 0
    overdue: int = 0
    keys: tuple[SignerRow, ...] = ()
    checkpoint: str = ""
    checkpoint_href: str = "/record/checkpoint"
    next_seal_at: datetime | None = None
    entries: tuple[EntryRow, ...] = ()
    problems: tuple[str, ...] = ()


class OutcomeRow(View, frozen=True, kw_only=True):
    """One judged case."""

    title: str
    href: str
    outcome: Chip
    at: datetime
    lead: timedelta | None = None
    likelihood: LikelihoodView | None = None
    brier: float | None = None


class CalibrationBin(View, frozen=True, kw_only=True):
    """Of the cases given about this likelihood, how many struck."""

    forecast: float
    struck: int
    cases: int


class OutcomesPage(View, frozen=True, kw_only=True):
    """The warner's own scores. disrupted counts neither as a hit nor as a false alarm."""

    shell: Shell
    hits: int
    misses: int
    false_alarms: int
    disrupted: int = 0
    median_lead: timedelta | None = None
    median_first_answer: timedelta | None = None
    brier: float | None = None
    rows: tuple[OutcomeRow, ...] = ()
    calibration: tuple[CalibrationBin, ...] = ()
