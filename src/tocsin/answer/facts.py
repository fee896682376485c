"""What can happen between a warning and its answer.

An answer by link is a row of the answer log, which is durable before its giver is thanked; AnswersTaken tells which
stretch of that log has been taken in.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id


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
    TELEPHONE = "telephone"
    LETTER = "letter"
    MEETING = "meeting"
    PUBLIC_STATEMENT = "public_statement"


class Why(StrEnum):
    """Why somebody is rung."""

    SILENCE = "silence"
    DENIAL = "denial"
    WINDOW = "window"
    FAILURE = "failure"
    DEADLINE = "deadline"


class Rung(msgspec.Struct, frozen=True, kw_only=True):
    """One step of a ladder: whom to ring, how many seconds after the one before."""

    to: Id
    after_s: int


class AnswerRecorded(Fact):
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


class AnswersTaken(Fact):
    """A stretch of the answer log was taken in. first, last: its row numbers. root: of its rows, in hexadecimal."""

    first: int
    last: int
    counts: dict[str, int]
    root: str


class WatchOpened(Fact):
    """Someone will be rung if this is not settled. of: the recipient who should answer, or the warning itself."""

    warning: Id
    of: Id
    why: Why
    ladder: tuple[Rung, ...]
    repeat_s: int
    exercise: bool = False


class WatchRang(Fact):
    """Its time came, and the next person was rung."""

    to: Id
    why: Why
    rung: int


class WatchAccepted(Fact):
    """A named person has taken it on; it stops ringing, and stays unsettled."""

    person: Id
    words: str = ""


class WatchSettled(Fact):
    """What it watched for came about."""

    how: str
