"""What can happen between a warning and its answer.

An answer by link is a row of the answer log, which is durable before its giver is thanked; AnswersTaken tells which
stretch of that log has been taken in.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from tocsin.basis.fact import Fact, Personal
from tocsin.basis.ids import Id
from tocsin.warning.ladder import Ladder


class AnswerKind(StrEnum):
    """What someone answers. Silence is no answer and is never recorded as one."""

    RECEIVED = "received"
    ACTING = "acting"
    SAFE = "safe"
    NEED_HELP = "need_help"
    DISPUTED = "disputed"
    DISMISSED = "dismissed"


DENIALS = frozenset({AnswerKind.DISPUTED, AnswerKind.DISMISSED})


class Heard(StrEnum):
    """How an answer reached us."""

    LINK = "link"
    API = "api"  # a program posted it to the link
    SMS = "sms"
    MAIL = "mail"
    MAIL_UNPROVEN = "mail_unproven"  # nothing shows that the sender is who the letter says
    TELEPHONE = "telephone"
    LETTER = "letter"
    PAPER = "paper"  # ticked on a warden's list
    MEETING = "meeting"
    PUBLIC_STATEMENT = "public_statement"


class Why(StrEnum):
    """Why somebody is rung."""

    SILENCE = "silence"
    DENIAL = "denial"
    WINDOW = "window"
    FAILURE = "failure"
    DEADLINE = "deadline"
    CASE = "case"  # the next step about a case, or its next estimate, is due; warning is then the case
    HELP = "help"  # a recipient needs help; nobody has to have been silent
    UNREAD = "unread"  # replies came that say no answer for sure, and nobody has read them
    DUTY = "duty"  # somebody owes the answer whether people in danger are warned, or has to see that they are
    PLEA = "plea"  # somebody who was told of no warning lately writes that they need help; warning is then the reply
    CODE = "code"  # a recipient whom no second way reaches has asked for a code, and nobody has read it to them
    HANDING = "handing"  # an institution's contact asks for a warning to be handed on, and nobody has confirmed it


class AnswerRecorded(Fact, frozen=True, kw_only=True):
    """An officer recorded what an institution answered, in its own words and, where known, what it ordered.

    occurred_at: when it was said. What was said in public and what was ordered may differ; both are kept.
    """

    warning: Id
    recipient: Id
    answer: AnswerKind
    heard: Heard
    speaker: str
    words: str
    recorder: Id
    ordered: str = ""
    source: str = ""


class AnswersTaken(Fact, frozen=True, kw_only=True):
    """A stretch of the answer log was taken in. first, last: its row numbers. root: of its rows, in hexadecimal.

    receipts: the root over each person's own answer, in hexadecimal; each is under a salt of theirs.
    """

    first: int
    last: int
    counts: dict[str, int]
    root: str
    receipts: str = ""


class WatchOpened(Fact, frozen=True, kw_only=True):
    """Someone will be rung if this is not settled. of: the recipient who should answer, or the warning itself."""

    warning: Id
    of: Id
    why: Why
    ladder: Ladder
    exercise: bool = False


class WatchRang(Fact, frozen=True, kw_only=True):
    """Its time came, and somebody of the next step was rung. rung: which step it is, counted from 0 and on beyond the last.

    channels: over which they are called; none: as they wish.
    """

    to: Id
    why: Why
    rung: int
    channels: tuple[str, ...] = ()


class WatchPassed(Fact, frozen=True, kw_only=True):
    """Its time came, and there was nobody at the step: a rota had a gap, or nobody held a post. The next is rung at once."""

    rung: int


class WatchHeld(Fact, frozen=True, kw_only=True):
    """Its time came in quiet hours, and it is not grave. until: when the next step is rung."""

    until: datetime


class WatchHurried(Fact, frozen=True, kw_only=True):
    """Somebody would not wait: the next step is rung at once, also where another had taken it on, who has it no more."""

    person: Id


class WatchWoken(Fact, frozen=True, kw_only=True):
    """The clock had been ahead when somebody was last rung, and the next would have been rung too late. due: when they are now."""

    due: datetime


class WatchLadderSet(Fact, frozen=True, kw_only=True):
    """A watch goes on by another ladder, from its first step. policy: which one it is; empty: none that is kept."""

    ladder: Ladder
    person: Id
    policy: Id = ""


class WatchNoted(Fact, frozen=True, kw_only=True):
    """Somebody wrote down what they tried or heard. It settles nothing, and stops nobody from being rung."""

    person: Id
    words: str


class WatchMissed(Fact, frozen=True, kw_only=True):
    """Who was rung could not be called at all; the next is rung at once."""

    to: Id


class WatchAccepted(Fact, frozen=True, kw_only=True):
    """A named person has taken it on; it stops ringing, and stays unsettled."""

    person: Id
    words: str = ""


class WatchSettled(Fact, frozen=True, kw_only=True):
    """What it watched for came about."""

    how: str


class AnswerTold(Fact, frozen=True, kw_only=True):
    """An officer recorded what a person told them. occurred_at: when it was said. Their words stand under their own key."""

    person_field: ClassVar[str] = "recipient"

    warning: Id
    recipient: Id
    answer: AnswerKind
    heard: Heard
    speaker: Personal
    words: Personal
    recorder: Id
