"""What can happen between an institution and a warning to it, besides its answers.

An institution is an organisation that was warned. What it says is kept in its own words, and is not erased.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.answer.facts import Heard, Why
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id

# ---- told contact by contact


class ApproachBegun(Fact, frozen=True, kw_only=True):
    """A warning to an institution goes to the first in its line. line: who comes after whom, as it stood then.

    of: the institution. to: who is told first. patience_s: after how many seconds of silence the next one is told.
    """

    warning: Id
    of: Id
    line: tuple[Id, ...]
    to: Id
    patience_s: int


class ApproachMoved(Fact, frozen=True, kw_only=True):
    """Nothing was heard, or it did not arrive: the next in line is told too."""

    to: Id
    why: Why


class ApproachEnded(Fact, frozen=True, kw_only=True):
    """Nobody else in line is told: something was heard, the line is at its end, or the warning is over."""

    how: str


# ---- what it does besides answering


class HandedOn(Fact, frozen=True, kw_only=True):
    """An institution handed a warning on, and whoever it went to is waited for now.

    occurred_at: when it did. told: whether we send it to them as well. recorder: who took it down, or had it sent.
    giver: the contact who did so behind their own link, to somebody who stands for the same institution.
    """

    warning: Id
    recipient: Id
    to: Id
    heard: Heard
    speaker: str
    words: str
    recorder: Id
    told: bool = False
    giver: Id | None = None


class HandingAsked(Fact, frozen=True, kw_only=True):
    """A contact asks behind their link that a warning be handed on, and a duty officer has to confirm it first.

    to: whom: somebody who was not known here, or one whom it may not go to otherwise. contact: where they are to be told,
    as the giver said; None: where they are told anyway. words: what the giver said of it.
    """

    warning: Id
    recipient: Id
    to: Id
    giver: Id
    contact: Id | None = None
    words: str = ""


class HandingConfirmed(Fact, frozen=True, kw_only=True):
    """A duty officer confirmed whom it is handed on to, and where they are told. handing: the handing on that it became."""

    handing: Id
    confirmer: Id


class HandingRefused(Fact, frozen=True, kw_only=True):
    """An officer refused it. Nothing was sent."""

    refuser: Id
    why: str


class QuestionAsked(Fact, frozen=True, kw_only=True):
    """An institution asked something about a warning. giver: who asked by their link; recorder: who took it down."""

    warning: Id
    recipient: Id
    words: str
    heard: Heard
    speaker: str = ""
    giver: Id | None = None
    recorder: Id | None = None


class QuestionAnswered(Fact, frozen=True, kw_only=True):
    """An officer answered it."""

    words: str
    answerer: Id


# ---- what it said in public


class AnswerProposed(Fact, frozen=True, kw_only=True):
    """A report of an institution's own publication may be its answer. A person attaches it, or says why not.

    said_at: when it was published. delay_s: so many seconds after the warning had gone out. denials: the words of denial
    that were found in it. of_the_case: it was linked to the warning's case.
    """

    warning: Id
    recipient: Id
    report: Id
    source: Id
    said_at: datetime
    delay_s: int
    denials: tuple[str, ...] = ()
    of_the_case: bool = False


class ProposalAttached(Fact, frozen=True, kw_only=True):
    """A person attached it: it is the institution's answer. answer: which."""

    answer: Id
    attacher: Id


class ProposalRefused(Fact, frozen=True, kw_only=True):
    """A person said that it is none."""

    refuser: Id
    why: str


# ---- read-back


class ReadBackGiven(Fact, frozen=True, kw_only=True):
    """An institution restated what it was told, and what it will do about it. giver, recorder: as of a question."""

    warning: Id
    recipient: Id
    what: str
    where: str
    when: str
    will_do: str
    heard: Heard
    speaker: str = ""
    giver: Id | None = None
    recorder: Id | None = None


class ReadBackCompared(Fact, frozen=True, kw_only=True):
    """A person compared it with what was told. differs: in which of what, where and when; none: it agrees."""

    differs: tuple[str, ...]
    comparer: Id
    note: str = ""


# ---- the second knock


class KnockWhy(StrEnum):
    """Why it is to be knocked again."""

    SILENCE = "silence"
    DISPUTED = "disputed"
    DISMISSED = "dismissed"


class Quote(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that has borne a warning out since, in the words in which the institution is told it.

    item: the incident or report. own: the institution had published it itself. origin: where it started. built: how it would have
    been quoted, where an officer wrote it in other words.
    """

    item: Id
    words: str
    own: bool
    origin: Id
    built: str = ""


class KnockRaised(Fact, frozen=True, kw_only=True):
    """The owner of a case was told that an institution is to be knocked at again.

    occurred_at: since when: it denied, or was to have answered.
    """

    warning: Id
    recipient: Id
    why: KnockWhy
    owner: Id


class QuoteConsented(Fact, frozen=True, kw_only=True):
    """Whoever a report came from has agreed that it is quoted in a second knock. words: how, and where that is written."""

    report: Id
    originator: str
    recorder: Id
    words: str


class KnockDrafted(Fact, frozen=True, kw_only=True):
    """An officer wrote the second knock. notice: the draft; through: who is told. left_out: how much may not be quoted."""

    notice: Id
    through: Id
    author: Id
    lines: tuple[Quote, ...]
    left_out: int = 0


class KnockOver(Fact, frozen=True, kw_only=True):
    """It is not knocked again, for what called for that is over. how: answered, followed (by what asks the same), or over."""

    how: str


class KnockDropped(Fact, frozen=True, kw_only=True):
    """An officer decided that it is not knocked again, and said why. The warning stands as it stood."""

    dropper: Id
    why: str
