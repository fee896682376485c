"""The pages on which notices are written: begun, the tear-line beside what it rests on, and as a second reader sees it."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.marking import Mark
from tocsin.web.desk.views.case_choice import CaseChoice
from tocsin.web.desk.views.levels import DraftRow
from tocsin.web.desk.views.shell import Shell
from tocsin.web.pieces import View


class FlagState(StrEnum):
    """Whether a flagged word is answered for. own: only those who wrote it would let it stay."""

    OPEN = "open"
    OWN = "own"
    RELEASED = "released"


class FlagView(View, frozen=True, kw_only=True):
    """A flagged word, where it stands. number: of its tick on the page; sources: which of the texts beside it have it."""

    number: int
    key: str
    kind: str
    sources: tuple[int, ...]
    state: FlagState = FlagState.OPEN
    why: str = ""


class Span(View, frozen=True, kw_only=True):
    """A piece of a text. marked: of a text beside the notice, that it is flagged there."""

    text: str
    flag: FlagView | None = None
    marked: bool = False


class LineView(View, frozen=True, kw_only=True):
    """One field of a tear-line. field: its name in the form; rows: how high it is drawn.

    written: it is written here, and not chosen elsewhere in the form, as until when it holds is.
    """

    field: str
    label: str
    text: str
    checked: tuple[Span, ...] = ()
    rows: int = 2
    written: bool = True


class VersionView(View, frozen=True, kw_only=True):
    """A tear-line as some are told it. number: 0 is what everyone else is told; whom: who, in words.

    chosen: whose it is, of those the notice goes to; language: in which it stands. left_out: of what, where, when and who, what
    the first states and this does not.
    """

    number: int
    lines: tuple[LineView, ...]
    language: str = ""
    whom: str = ""
    chosen: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


class SourceText(View, frozen=True, kw_only=True):
    """What the case rests on, beside the notice. stricter: it may not go where the notice goes."""

    number: int
    what: str
    mark: Mark
    stricter: bool
    texts: tuple[tuple[Span, ...], ...]
    language: str = "en"


class OwnRelease(View, frozen=True, kw_only=True):
    """Words that one of the writers would let stay, and why: a second person has to look at them.

    words: what each flag is called, and how it stands in the notice.
    """

    words: tuple[tuple[str, str], ...]
    by: str
    why: str
    sources: tuple[int, ...]


class ReleasedRow(View, frozen=True, kw_only=True):
    """Words that may stay: who said so, when and why. asked: which of its writers asked for it, and why."""

    words: tuple[str, ...]
    by: str
    at: datetime
    why: str
    asked: tuple[tuple[str, str], ...] = ()


class ConsentView(View, frozen=True, kw_only=True):
    """An originator, and how far their agreement has come. first: it is needed before the notice goes out.

    agreed: None: asked and not answered, or not asked yet (asked_at).
    """

    originator: str
    first: bool
    asked_at: datetime | None = None
    asked_by: str = ""
    asked: str = ""
    agreed: bool | None = None
    giver: str = ""
    given_at: datetime | None = None
    words: str = ""


class GoesOut(View, frozen=True, kw_only=True):
    """What some recipients get: the message, and the page behind its link. carried: whether the message has the words."""

    whom: str
    language: str
    subject: str
    message: tuple[str, ...]
    page: tuple[tuple[str, str], ...]
    carried: bool


class LookView(View, frozen=True, kw_only=True):
    """What a notice comes to as it stands: its words with their flags, and what it rests on.

    open: how many flagged words are not answered for, as far as the reader may know; own: how many only its writers would
    let stay. specificity: which of what, where, when and who are stated. leaves_us: its mark is AMBER+STRICT, and it goes to
    somebody who is not of this organisation.

    empty: what it leaves unsaid that whoever is told needs; one_way: who has one contact point only, so that an officer has to read out
    their code; one_way_more: how many of them are not named.
    """

    versions: tuple[VersionView, ...]
    sources: tuple[SourceText, ...] = ()
    more_sources: int = 0
    leaves_us: bool = False
    open: int = 0
    own: int = 0
    flagged: int = 0
    specificity: tuple[str, ...] = ()
    mixed: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    one_way: tuple[str, ...] = ()
    one_way_more: int = 0
    out: tuple[GoesOut, ...] = ()


class DutyChoice(View, frozen=True, kw_only=True):
    """A duty at which it was decided to warn somebody in confidence."""

    id: str
    who: str
    why: str
    names: tuple[str, ...]
    chosen: bool = False


class NoticesPage(View, frozen=True, kw_only=True):
    """The notices that wait, and the cases that one can be written about."""

    shell: Shell
    drafts: tuple[DraftRow, ...] = ()
    unsent: tuple[DraftRow, ...] = ()  # approved, and not gone out
    cases: CaseChoice = CaseChoice()
    begin_href: str = ""


class BeginPage(View, frozen=True, kw_only=True):
    """The form by which a notice about a case is begun. may_decide: this reader may decide here to tell."""

    shell: Shell
    post_to: str
    case: str
    case_id: str
    case_href: str
    duties_href: str
    duties: tuple[DutyChoice, ...] = ()
    may_decide: bool = False
    names: str = ""
    ends: str = ""
    languages: tuple[str, ...] = ()
    language: str = "en"


class NoticeForm(View, frozen=True, kw_only=True):
    """The tear-line editor. seen: how many facts there were about the notice when it was filled.

    recipients: (id, name); removable: of those who read it, who can be taken off; handed_on: whom they are to hand it on to. consents: how far each originator's has come.
    """

    shell: Shell
    post_to: str
    look_href: str
    id: str
    seen: int
    title: str
    case: str
    case_href: str
    look: LookView
    mark: Mark
    marks: tuple[Mark, ...]
    recipients: tuple[tuple[str, str], ...] = ()
    names: str = ""
    meant_for: str = ""
    officers: tuple[tuple[str, str, bool], ...] = ()
    removable: tuple[tuple[str, str], ...] = ()
    in_message: str = ""
    unnamed: bool = False
    language: str = ""
    languages: tuple[str, ...] = ()
    ends: str = ""
    zone: str = ""
    release_by: str = ""
    originators: str = ""
    came_from: tuple[str, ...] = ()
    policies: tuple[tuple[str, str], ...] = ()
    policy: str = ""
    keeps_ladder: bool = False
    kept: bool = True  # what is shown is what is kept
    over: str = ""  # that what it was begun for is over, and what follows
    trouble: str = ""


class NoticeDraftPage(View, frozen=True, kw_only=True):
    """A notice as its second reader sees it: what goes out to whom, what stops it, and what can be decided."""

    shell: Shell
    id: str
    title: str
    by: str
    at: datetime | None
    seen: int
    case: str
    case_href: str
    mark: Mark
    look: LookView
    facts: tuple[tuple[str, str], ...] = ()
    released: tuple[ReleasedRow, ...] = ()
    own_releases: tuple[OwnRelease, ...] = ()
    consents: tuple[ConsentView, ...] = ()
    lacking: tuple[tuple[str, str], ...] = ()  # whose agreement is missing, and what is to be done, as translated
    grounds_asked: str = ""  # what is over of which whoever lets it out has to say on what grounds
    grounds: str = ""  # on what grounds it goes out all the same, and who said so
    unasked: tuple[tuple[str, str], ...] = ()  # who was not asked, and why not, as translated
    not_asked: str = ""  # whom its approver did not have asked, and why
    waits: str = ""
    over: str = ""  # that what it was begun for is over, and what follows
    decided: str = ""
    warning_href: str = ""
    edit_href: str = ""
    release_href: str = ""
    ask_href: str = ""
    answer_href: str = ""
    approve_href: str = ""
    alone_href: str = ""
    send_href: str = ""
    drop_href: str = ""
    others: int = 0
    told: int = 0
