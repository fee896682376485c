"""What can happen to a notice, from the decision to tell or not to tell."""

from datetime import datetime

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.warning.ladder import Ladder
from tocsin.warning.notice.over import Over
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import WarningRetracted
from tocsin.warning.stated import Stated
from tocsin.warning.window import (
    WindowAsked,
    WindowClosed,
    WindowExtended,
    WindowFollowed,
    WindowRanOut,
    WindowStoodDown,
    WindowWithdrawn,
)


class DutyTest(msgspec.Struct, frozen=True, kw_only=True):
    """The five questions of the duty to warn, each answered with yes or no; None: it is not known, or nobody has answered.

    Source: ICD 191, Duty to Warn (2015), section D.
    """

    credible: bool | None = True
    specific: bool | None = True
    impending: bool | None = True
    grave: bool | None = True  # intentional killing, serious bodily injury, kidnapping
    directed: bool | None = True  # at a person or group, an institution, a place


NOT_KNOWN = DutyTest(credible=None, specific=None, impending=None, grave=None, directed=None)


class TearLine(msgspec.Struct, frozen=True, kw_only=True):
    """The part that may be shared. Likelihood and confidence are two sentences, never one.

    since: of a second knock, what has borne the first one out, a line each.
    """

    what: str
    where: str = ""
    when: str = ""
    who: str = ""
    method: str = ""
    not_known: str = ""
    likelihood: str = ""
    confidence: str = ""
    action: str = ""
    contact: str = ""
    since: str = ""


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """The tear-line as some of its recipients are told it, or as it stands in another language (BCP 47).

    recipients: whose it is; (): of everyone who reads that language.
    """

    tear_line: TearLine
    recipients: tuple[Id, ...] = ()
    language: str = ""


class DutyDecided(Fact, frozen=True, kw_only=True):
    """Someone decided to tell, or not to tell. A refusal is written down with the same care.

    ground_not_to: of the policy pack, or below_threshold. proposer: who proposed not to tell; the decider agreed.
    duty: the duty to warn at which that was decided; None: it was decided at the notice.
    """

    threat: Id
    decider: Id
    tell: bool
    test: DutyTest
    why: str
    ground_not_to: str = ""
    proposer: Id | None = None
    pack: str = ""
    duty: Id | None = None


class NoticeDrafted(Fact, frozen=True, kw_only=True):
    """Someone wrote a notice; written again before it is approved, it replaces the earlier words. readers: who may read it at this desk; a RED notice is theirs alone.

    originators: whose material the grounds rest on, besides our own; each is asked before the notice is opened.
    ask_ahead_s: how many seconds before its end its owner is asked about it; None: a quarter of the window.
    follows, upheld: the notice that it stands by, and why.
    second_knock_of: the notice or alert that this one tells again; knocks_at: the institution that it is meant for.
    in_message: why the messages themselves carry the tear-line although the mark would keep it behind a code; "": they do not.
    language: of the tear-line (BCP 47); "": not said. versions: what some are told instead of it.
    release_by: who of the originators is asked before it goes out. meant_for: whom its recipients are to hand it on to; (): it
    is for themselves; meant_words: the same of who is not known here, as they are called. unnamed: whoever gets it is not told who warns.
    """

    threat: Id
    author: Id
    recipients: tuple[Id, ...]
    tear_line: TearLine
    mark: Mark
    readers: tuple[Id, ...]
    begins: datetime
    ends: datetime | None = None
    stated: Stated = Stated()
    ladder: Ladder = Ladder()
    originators: tuple[str, ...] = ()
    exercise: bool = False
    ask_ahead_s: int | None = None
    follows: Id | None = None
    upheld: tuple[Upheld, ...] = ()
    second_knock_of: Id | None = None
    knocks_at: Id | None = None
    in_message: str = ""
    language: str = ""
    versions: tuple[Version, ...] = ()
    release_by: tuple[str, ...] = ()
    meant_for: tuple[Id, ...] = ()
    meant_words: tuple[str, ...] = ()
    unnamed: bool = False


class NoticeReadersRemoved(Fact, frozen=True, kw_only=True):
    """Someone took people off those at this desk who may read a notice that waits. Where its mark is RED they read it no more."""

    readers: tuple[Id, ...]
    removed_by: Id


class NoticeWordsReleased(Fact, frozen=True, kw_only=True):
    """Someone let words stay in a notice that occur in stricter material alone. keys: as the check calls them.

    sources: in what they occur.
    """

    keys: tuple[str, ...]
    words: tuple[str, ...]
    sources: tuple[Id, ...]
    released_by: Id
    why: str


class ReleaseAsked(Fact, frozen=True, kw_only=True):
    """Whoever the grounds came from was asked whether the notice may go out. words: how, and what they were shown."""

    originator: str
    asker: Id
    words: str


class ReleaseAnswered(Fact, frozen=True, kw_only=True):
    """They agreed, or refused. giver: who said so there; words: how, and where that is written."""

    originator: str
    agreed: bool
    giver: str
    given_at: datetime
    recorder: Id
    words: str


class NoticeGroundsSaid(Fact, frozen=True, kw_only=True):
    """Someone decided that a notice goes out although what it was begun for is over, and said on what grounds. over: how it is."""

    decider: Id
    over: Over
    why: str


class NoticeApproved(Fact, frozen=True, kw_only=True):
    """A second person let it go out. without: which originators had not answered when the glass was broken. why: it was broken.

    unasked: of those whose material the case rests on, who was not asked; unasked_why: as the approver stands for it.
    """

    approver: Id
    break_glass: bool = False
    why: str = ""
    without: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    unasked_why: str = ""


class NoticeDropped(Fact, frozen=True, kw_only=True):
    """The draft will not go out. Whether they must be warned is not decided by that."""

    dropped_by: Id
    why: str


class NoticeSent(Fact, frozen=True, kw_only=True):
    """The notice was handed to delivery, and these were its words. What can be proven later is what stands here.

    carried: whether the messages about it carry them; None: before that was written down, when those of an AMBER one did.
    """

    tear_line: TearLine | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    mark: Mark | None = None
    carried: bool | None = None
    versions: tuple[Version, ...] = ()


class OpeningProposed(Fact, frozen=True, kw_only=True):
    """Someone proposes to open a notice: to show, provably, what it said. fields: which of its fields."""

    proposer: Id
    fields: tuple[str, ...]
    why: str


class OpeningConsented(Fact, frozen=True, kw_only=True):
    """Whoever the grounds came from has agreed to the opening. words: how, and where that is written."""

    originator: str
    recorder: Id
    words: str


class NoticeOpened(Fact, frozen=True, kw_only=True):
    """A second person opened a notice. seal: the number of the entry it was sealed under first; place: where in it."""

    approver: Id
    fields: tuple[str, ...]
    seal: int
    place: int


class NoticeWindowAsked(WindowAsked, frozen=True, kw_only=True):
    """The owner of a notice was asked about its end."""


class NoticeWindowExtended(WindowExtended, frozen=True, kw_only=True):
    """A notice holds longer."""


class NoticeWithdrawn(WindowWithdrawn, frozen=True, kw_only=True):
    """A notice no longer holds."""


class NoticeStoodDown(WindowStoodDown, frozen=True, kw_only=True):
    """What a notice warned of has passed, says its issuer."""


class NoticeWindowRanOut(WindowRanOut, frozen=True, kw_only=True):
    """A notice's stated period ended undecided."""


class NoticeFollowed(WindowFollowed, frozen=True, kw_only=True):
    """A notice was followed by another, which holds in its place, while it still held."""


class NoticeClosed(WindowClosed, frozen=True, kw_only=True):
    """Someone said after a notice had run out undecided that it is over."""


class NoticeRetracted(WarningRetracted, frozen=True, kw_only=True):
    """A notice was false, and is taken back. Its words are as confidential as the notice's own."""
