"""How a notice stands, and the only rules by which facts change that."""

from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.basis.languages import nearest
from tocsin.basis.marking import OPEN, Mark, not_beyond
from tocsin.warning import window as windows
from tocsin.warning.ladder import Ladder
from tocsin.warning.notice.facts import (
    DutyDecided,
    DutyTest,
    NoticeApproved,
    NoticeClosed,
    NoticeDrafted,
    NoticeDropped,
    NoticeFollowed,
    NoticeGroundsSaid,
    NoticeOpened,
    NoticeReadersRemoved,
    NoticeRetracted,
    NoticeSent,
    NoticeStoodDown,
    NoticeWindowAsked,
    NoticeWindowExtended,
    NoticeWindowRanOut,
    NoticeWithdrawn,
    NoticeWordsReleased,
    OpeningConsented,
    OpeningProposed,
    ReleaseAnswered,
    ReleaseAsked,
    TearLine,
    Version,
)
from tocsin.warning.notice.over import Over
from tocsin.warning.reaffirm import Upheld
from tocsin.warning.retraction import Retraction
from tocsin.warning.stated import QUESTIONS, Stated, told
from tocsin.warning.window import Window


class NoticeStage(StrEnum):
    """How far a notice has come."""

    WAIVED = "waived"  # decided not to tell
    DECIDED = "decided"  # decided to tell, not written yet
    DRAFT = "draft"
    APPROVED = "approved"
    SENT = "sent"
    DROPPED = "dropped"  # written, and will not go out


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """How far the opening of a notice has come. fields: which are proposed; opened: which anyone may be shown."""

    proposer: Id | None = None
    fields: tuple[str, ...] = ()
    why: str = ""
    consents: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()


class Released(msgspec.Struct, frozen=True, kw_only=True):
    """Words that may stay although they occur in stricter material alone, and why."""

    keys: tuple[str, ...]
    words: tuple[str, ...]
    sources: tuple[Id, ...]
    by: Id
    at: datetime
    why: str


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """What an originator said about letting a notice out. agreed: None: they were asked, and have not answered."""

    originator: str
    asked_at: datetime
    asker: Id
    asked: str
    agreed: bool | None = None
    giver: str = ""
    given_at: datetime | None = None
    recorder: Id | None = None
    words: str = ""


class Grounds(msgspec.Struct, frozen=True, kw_only=True):
    """On what grounds a notice goes out although what it was begun for is over."""

    over: Over
    by: Id
    at: datetime
    why: str


class Notice(State, frozen=True, kw_only=True):
    """A confidential notice, from the decision on. due: when its window next needs something."""

    threat: Id
    stage: NoticeStage
    decider: Id
    decided_at: datetime
    test: DutyTest
    why: str
    ground_not_to: str
    author: Id | None = None
    approver: Id | None = None
    recipients: tuple[Id, ...] = ()
    tear_line: TearLine | None = None
    mark: Mark = Mark.RED
    readers: tuple[Id, ...] = ()
    stated: Stated = Stated()
    ladder: Ladder = Ladder()
    originators: tuple[str, ...] = ()
    window: Window | None = None
    opening: Opening = Opening()
    sent_at: datetime | None = None
    exercise: bool = False
    due: datetime | None = None
    retraction: Retraction | None = None
    follows: Id | None = None
    upheld: tuple[Upheld, ...] = ()
    second_knock_of: Id | None = None
    knocks_at: Id | None = None
    in_message: str = ""
    carried: bool | None = None
    authors: tuple[Id, ...] = ()
    language: str = ""
    versions: tuple[Version, ...] = ()
    release_by: tuple[str, ...] = ()
    releases: tuple[Release, ...] = ()
    released: tuple[Released, ...] = ()
    meant_for: tuple[Id, ...] = ()
    meant_words: tuple[str, ...] = ()
    unnamed: bool = False
    dropped_at: datetime | None = None
    dropped_by: Id | None = None
    dropped_why: str = ""
    break_glass: bool = False
    glass_why: str = ""
    unasked: tuple[str, ...] = ()
    unasked_why: str = ""
    duty: Id | None = None
    grounds: Grounds | None = None

    @property
    def specificity(self) -> tuple[str, ...]:
        """Return which of what, where, when and who it states."""
        return told(self.stated)

    @property
    def let_stay(self) -> dict[str, frozenset[Id]]:
        """Return what may stay although it occurs in stricter material, and in which: what somebody let who did not write at it."""
        return let_stay(one for one in self.released if one.by not in self.authors)

    @property
    def own_releases(self) -> tuple[Released, ...]:
        """Return what only those who wrote at it would let stay: their own words, which a second person has to look at."""
        return tuple(one for one in self.released if one.by in self.authors and set(one.keys) - self.let_stay.keys())


def let_stay(released: Iterable[Released]) -> dict[str, frozenset[Id]]:
    """Return what was let stay, each with all the material in which it stood then: what it stands in since, nobody was asked about."""
    found: dict[str, frozenset[Id]] = {}
    for one in released:
        for key in one.keys:
            found[key] = found.get(key, frozenset()) | frozenset(one.sources)
    return found


def version_for(notice: Notice, persons: Collection[Id], languages: tuple[str, ...] = ()) -> Version:
    """Return what one recipient is told: what was written for them, else what stands in their language, else the first.

    persons: the recipient, and the institutions that they stand for.
    """
    own = [one for one in notice.versions if not set(persons).isdisjoint(one.recipients)]
    first = Version(tear_line=notice.tear_line or TearLine(what=""), language=notice.language)
    choice = own or [first, *(one for one in notice.versions if not one.recipients)]
    return choice[nearest([one.language for one in choice], languages) or 0]


def stated_to(notice: Notice, recipient: Id) -> Stated:
    """Return which of what, where, when and who one recipient is told: by what was written for them, else by the first.

    Of what was written for them in several languages, what each of it states. The first, in other languages, says the same.
    """
    own = [one.tear_line for one in notice.versions if recipient in one.recipients]
    if not own:
        return notice.stated
    return Stated(**{one: getattr(own[0], one) for one in QUESTIONS if all(getattr(said, one).strip() for said in own)})


def carries_its_words(notice: Notice) -> bool:
    """Say whether a message about the notice may carry what it says. AMBER does where it was so decided; stricter never."""
    return notice.mark in OPEN or (notice.mark is Mark.AMBER and bool(notice.in_message))


def _decided(fact: DutyDecided) -> Notice:
    return Notice(
        id=fact.subject,
        threat=fact.threat,
        stage=NoticeStage.DECIDED if fact.tell else NoticeStage.WAIVED,
        decider=fact.decider,
        decided_at=fact.occurred_at,
        test=fact.test,
        why=fact.why,
        ground_not_to=fact.ground_not_to,
        readers=(fact.decider, *((fact.proposer,) if fact.proposer is not None else ())),
        duty=fact.duty,
    )


def goes_further(notice: Notice, fact: NoticeDrafted | Notice) -> bool:
    """Say whether what is written now may be read by more than what was written before."""
    more = {*fact.recipients, *fact.meant_for, *fact.meant_words} - {
        *notice.recipients, *notice.meant_for, *notice.meant_words,
    }  # fmt: skip
    carried = bool(fact.in_message) and not notice.in_message
    return bool(more) or carried or not not_beyond(notice.mark, fact.mark)


def _said_anew(notice: Notice, fact: NoticeDrafted) -> bool:
    return (notice.tear_line, notice.versions) != (fact.tear_line, fact.versions)


def _drafted(notice: Notice, fact: NoticeDrafted) -> Notice:
    again = notice.stage is NoticeStage.DRAFT
    further = again and goes_further(notice, fact)
    return replace(
        notice,
        authors=tuple(dict.fromkeys((*notice.authors, fact.author))),
        language=fact.language,
        versions=fact.versions,
        release_by=fact.release_by,
        # Who agreed, agreed to those words for those people; what was let stay, was for those people.
        releases=() if further or _said_anew(notice, fact) else notice.releases,
        released=() if further else notice.released,
        meant_for=fact.meant_for,
        meant_words=fact.meant_words,
        unnamed=fact.unnamed,
        stage=NoticeStage.DRAFT,
        author=fact.author,
        recipients=fact.recipients,
        tear_line=fact.tear_line,
        mark=fact.mark,
        readers=tuple(dict.fromkeys((*notice.readers, *fact.readers, fact.author))),
        stated=fact.stated,
        ladder=fact.ladder,
        originators=fact.originators,
        window=None if fact.ends is None else windows.open_window(fact.begins, fact.ends, fact.ask_ahead_s),
        exercise=fact.exercise,
        follows=fact.follows,
        upheld=fact.upheld,
        second_knock_of=fact.second_knock_of,
        knocks_at=fact.knocks_at,
        in_message=fact.in_message,
    )


def _opening(opening: Opening, fact: OpeningProposed | OpeningConsented | NoticeOpened) -> Opening:
    match fact:
        case OpeningProposed():
            # Who agreed, agreed to what was proposed then.
            return replace(opening, proposer=fact.proposer, fields=fact.fields, why=fact.why, consents=())
        case OpeningConsented():
            return replace(opening, consents=tuple(dict.fromkeys((*opening.consents, fact.originator))))
    shown = tuple(dict.fromkeys((*opening.opened, *fact.fields)))
    return Opening(opened=shown)


def _releases(notice: Notice, fact: ReleaseAsked | ReleaseAnswered) -> tuple[Release, ...]:
    others = tuple(one for one in notice.releases if one.originator != fact.originator)
    if isinstance(fact, ReleaseAsked):
        asked = Release(originator=fact.originator, asked_at=fact.occurred_at, asker=fact.asker, asked=fact.words)
        return (*others, asked)
    answered = (
        replace(
            one, agreed=fact.agreed, giver=fact.giver, given_at=fact.given_at, recorder=fact.recorder, words=fact.words
        )
        for one in notice.releases
        if one.originator == fact.originator
    )
    return (*others, *answered)


def _decided_about(notice: Notice, fact: NoticeGroundsSaid | NoticeApproved | NoticeDropped | NoticeSent) -> Notice:
    at = fact.occurred_at
    match fact:
        case NoticeGroundsSaid():
            return replace(notice, grounds=Grounds(over=fact.over, by=fact.decider, at=at, why=fact.why))
        case NoticeApproved():
            readers = tuple(dict.fromkeys((*notice.readers, fact.approver)))
            approved = replace(notice, stage=NoticeStage.APPROVED, approver=fact.approver, readers=readers)
            approved = replace(approved, unasked=fact.unasked, unasked_why=fact.unasked_why)
            return replace(approved, break_glass=fact.break_glass, glass_why=fact.why)
        case NoticeDropped():
            dropped = replace(notice, stage=NoticeStage.DROPPED, dropped_at=at)
            return replace(dropped, dropped_by=fact.dropped_by, dropped_why=fact.why)
    sent = replace(notice, stage=NoticeStage.SENT, sent_at=at, due=windows.due(notice.window))
    return replace(sent, carried=fact.carried)


def fold_notice(state: Notice | None, fact: Fact) -> Notice:
    """Return how the notice stands after the fact."""
    if isinstance(fact, DutyDecided):
        return _decided(fact)
    notice = standing(state, fact)
    match fact:
        case NoticeDrafted():
            return _drafted(notice, fact)
        case NoticeReadersRemoved():
            return replace(notice, readers=tuple(one for one in notice.readers if one not in fact.readers))
        case NoticeWordsReleased():
            let = Released(
                keys=fact.keys,
                words=fact.words,
                sources=fact.sources,
                by=fact.released_by,
                at=fact.occurred_at,
                why=fact.why,
            )
            return replace(notice, released=(*notice.released, let))
        case ReleaseAsked() | ReleaseAnswered():
            return replace(notice, releases=_releases(notice, fact))
        case NoticeGroundsSaid() | NoticeApproved() | NoticeDropped() | NoticeSent():
            return _decided_about(notice, fact)
        case OpeningProposed() | OpeningConsented() | NoticeOpened():
            return replace(notice, opening=_opening(notice.opening, fact))
        case NoticeRetracted():
            taken_back = Retraction(at=fact.occurred_at, retracted_by=fact.retracted_by, wordings=fact.wordings)
            return replace(notice, retraction=taken_back)
    if notice.window is None:
        raise TypeError(fact.kind())
    window = windows.fold_window(notice.window, fact)
    return replace(notice, window=window, due=windows.due(window))


FOLDINGS = (
    Folding(
        Notice,
        (
            DutyDecided,
            NoticeDrafted,
            NoticeReadersRemoved,
            NoticeWordsReleased,
            ReleaseAsked,
            ReleaseAnswered,
            NoticeGroundsSaid,
            NoticeApproved,
            NoticeDropped,
            NoticeSent,
            OpeningProposed,
            OpeningConsented,
            NoticeOpened,
            NoticeWindowAsked,
            NoticeWindowExtended,
            NoticeWithdrawn,
            NoticeStoodDown,
            NoticeWindowRanOut,
            NoticeFollowed,
            NoticeClosed,
            NoticeRetracted,
        ),
        fold_notice,
    ),
)
