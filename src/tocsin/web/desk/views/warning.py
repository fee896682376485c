"""The page of one warning: its words, the answers to it, and how far its opening has come."""

from datetime import datetime

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.deliveries import DeliveryCount
from tocsin.web.desk.views.institution import InstitutionView
from tocsin.web.desk.views.public_words import PublicWords
from tocsin.web.desk.views.record import RecordRef
from tocsin.web.desk.views.rows import AnswerRow, DecisionRow, EscalationRow, RecipientRow, WarningKind
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import Action, Chip, MapView, View, WindowView


class WarningText(View, frozen=True, kw_only=True):
    """The warning in one language; instructions are single sentences. whom: for whom it is in other words than the first."""

    language: str
    headline: str
    description: str
    instructions: tuple[str, ...] = ()
    whom: str = ""


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


class RetractionView(View, frozen=True, kw_only=True):
    """That a warning was taken back as false, or can be.

    post_to: where that is sent, for those who may still do it; languages: in which the words are asked for, the first
    of them needed. at, by, words: once it has been done. counts: how those stand who are told. strict: what its words say of
    stricter material.
    """

    post_to: str = ""
    languages: tuple[str, ...] = ()
    confidential: bool = False
    at: datetime | None = None
    by: str = ""
    words: tuple[tuple[str, str], ...] = ()  # (language, words)
    counts: tuple[DeliveryCount, ...] = ()
    strict: PublicWords = PublicWords()


class ReaffirmView(View, frozen=True, kw_only=True):
    """That a warning can be stood by. languages: in which the words are asked for, the first of them needed."""

    post_to: str
    languages: tuple[str, ...]
    needs_end: bool
    confidential: bool


class DeadlineView(View, frozen=True, kw_only=True):
    """A date about a warning. post_to: where it is sent that it was looked at again, for those who may.

    is_review: of an advisory; else the date by which a sealed notice is opened, or kept sealed.
    """

    ends_at: datetime
    is_review: bool
    missed: bool
    asked: bool
    post_to: str = ""
    last_at: datetime | None = None
    last_by: str = ""
    last_why: str = ""


class FollowerRow(View, frozen=True, kw_only=True):
    """A warning that follows this one. sent: it has gone out; else it waits for somebody's word."""

    title: str
    href: str
    at: datetime
    sent: bool
    reaffirms: bool


class SinceRow(View, frozen=True, kw_only=True):
    """A sort of thing that came in, and how many. what: as translated."""

    what: str
    href: str


class SinceView(View, frozen=True, kw_only=True):
    """What has come in since a warning went out, or since somebody last decided about it."""

    at: datetime
    decided: bool
    rows: tuple[SinceRow, ...] = ()


class CodeRow(View, frozen=True, kw_only=True):
    """A code that an officer reads to a recipient who called. code: its digits."""

    who: str
    code: str
    until: datetime


class FollowUpRow(View, frozen=True, kw_only=True):
    """What those who got a warning were told afterwards. until: when it holds longer, till then; what: else, as translated."""

    at: datetime
    what: str
    until: datetime | None
    counts: tuple[DeliveryCount, ...]


class TellView(View, frozen=True, kw_only=True):
    """Where an officer records what somebody told them. who: (id, name) of those it can be; too many are not listed."""

    post_to: str
    who: tuple[tuple[str, str], ...]


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
    audience_href: str = ""  # where it is shown whom it is for
    answers: tuple[AnswerRow, ...] = ()
    escalations: tuple[EscalationRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    record: RecordRef | None = None
    public_href: str = ""
    actions: tuple[Action, ...] = ()
    opening: OpeningView | None = None
    retraction: RetractionView | None = None
    follow_ups: tuple[FollowUpRow, ...] = ()
    decide_href: str = ""  # where a decision about its window is sent, while one can be made by this reader
    late: bool = False  # it ran out, and what is said now closes it
    since: SinceView | None = None
    reaffirm: ReaffirmView | None = None
    headcount_href: str = ""  # where everyone who was told of it is asked whether they are safe
    deadline: DeadlineView | None = None
    followers: tuple[FollowerRow, ...] = ()
    draft_href: str = ""  # where a notice that waits is read and written beside what it rests on, and let out
    waits_for_you: bool = False  # another wrote that notice, and this reader may let it out
    tell: TellView | None = None
    codes: tuple[CodeRow, ...] = ()
    travels: str = ""  # of a confidential notice, what its messages carry: as translated
    one_way: tuple[
        str, ...
    ] = ()  # who has one contact point only and needs the code read out; more: who is not named here
    one_way_more: int = 0
    institutions: tuple[InstitutionView, ...] = ()
    knocks_again: str = ""  # the notice that this one tells again, and for whom: as translated
    knocks_href: str = ""
