"""What can happen to a duty to warn. All of it is confidential: the record keeps a sealed commitment to each."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.warning.duty.side import Side
from tocsin.warning.duty.test import Test
from tocsin.warning.ladder import Ladder


class Ended(StrEnum):
    """What became of a danger that somebody had to be warned of."""

    EVENT = "event"  # it happened
    DISRUPTED = "disrupted"
    PASSED = "passed"  # nothing happened, and it is over
    WITHDRAWN = "withdrawn"  # it was no danger, and whoever was told has been told so


class Distrust(StrEnum):
    """Why nothing goes through a host."""

    COMPLICIT = "complicit"
    LEAKS = "leaks"


class DutyOpened(Fact, frozen=True, kw_only=True):
    """It was asked whether a side must be warned; from now on somebody owes the answer.

    whom: the people, institutions or groups here that it is; who: others, in words, with a semicolon between them. event_at: when it is expected; None: nobody
    knows. owner: who is rung first. decide_s, deliver_s: how long there is, to be counted again when it was missed.
    because_of: the duty towards our own people, or the notice to some of them, that brought this one about.
    """

    threat: Id
    side: Side
    author: Id
    owner: Id
    ladder: Ladder
    decide_by: datetime
    deliver_by: datetime
    decide_s: int
    deliver_s: int
    who: str = ""
    whom: tuple[Id, ...] = ()
    event_at: datetime | None = None
    because_of: Id | None = None
    exercise: bool = False


class DutyTested(Fact, frozen=True, kw_only=True):
    """Somebody answered the five questions. why: what was new, where they had been answered before."""

    test: Test
    tester: Id
    why: str = ""


class DutyTaken(Fact, frozen=True, kw_only=True):
    """It was decided to warn."""

    decider: Id
    why: str


class RefusalProposed(Fact, frozen=True, kw_only=True):
    """Somebody proposes not to warn. ground: of the policy pack, or below_threshold."""

    proposer: Id
    ground: str
    pack: str
    why: str


class RefusalUpheld(Fact, frozen=True, kw_only=True):
    """A second, senior person agreed that they are not warned."""

    reviewer: Id
    why: str


class RefusalOverturned(Fact, frozen=True, kw_only=True):
    """A second, senior person did not agree: they are warned."""

    reviewer: Id
    why: str


class DutyServed(Fact, frozen=True, kw_only=True):
    """A warning that tells them went out: its words were sanitised and approved with it."""

    warning: Id


class DutyCovered(Fact, frozen=True, kw_only=True):
    """Somebody said that a warning which went out before it was asked again still tells them."""

    warning: Id
    named_by: Id
    why: str


class DutyArrived(Fact, frozen=True, kw_only=True):
    """The warning lies with all of them, and its words are behind a code: they have not been told before they have had these."""

    warning: Id


class DutyUnserved(Fact, frozen=True, kw_only=True):
    """The warning that was to tell them was taken back before it had, and no other tells them."""

    warning: Id


class DutyDelivered(Fact, frozen=True, kw_only=True):
    """They have been told. warning: by which; None: by another way, which how says. told_by: who says that they did."""

    warning: Id | None = None
    how: str = ""
    told_by: Id | None = None


class DutyPartTold(Fact, frozen=True, kw_only=True):
    """Some of those to whom it is owed were told by another way, and others are still to be. words: of who is named in words."""

    how: str
    told_by: Id
    whom: tuple[Id, ...] = ()
    words: tuple[str, ...] = ()


class DutyNamed(Fact, frozen=True, kw_only=True):
    """Who was named in words is known here. whom: who that is."""

    words: str
    whom: tuple[Id, ...]
    named_by: Id


class DutyAnswered(Fact, frozen=True, kw_only=True):
    """They answered. answer: as the answer to the warning has it, such as received, acting, disputed or dismissed.

    Of several it is the gravest. everyone: False while others of them are waited for.
    """

    answer: str
    everyone: bool = True


class DutyMissed(Fact, frozen=True, kw_only=True):
    """A deadline passed, and what was owed had not been done. again_at: when that is said again."""

    owed: str
    again_at: datetime


class DutyWoken(Fact, frozen=True, kw_only=True):
    """The clock had been ahead when this was last seen to, and would have come back too late. due: when it does now."""

    due: datetime


class DutyRetimed(Fact, frozen=True, kw_only=True):
    """It is expected at another time. Its deadlines came closer with that, or stayed: none is ever put off.

    sooner: than was known before. Whoever was told is owed that, and has as long to be told it as if it were asked now.
    """

    event_at: datetime | None
    decide_by: datetime
    deliver_by: datetime
    decide_s: int
    deliver_s: int
    retimed_by: Id
    why: str
    sooner: bool = False


class DutyExtended(Fact, frozen=True, kw_only=True):
    """Somebody looked at it: the danger holds on. until: when they look again."""

    until: datetime
    decider: Id
    why: str


class DutyEnded(Fact, frozen=True, kw_only=True):
    """It is known what became of it. how: one of Ended."""

    how: Ended
    decider: Id
    why: str


class DutyReopened(Fact, frozen=True, kw_only=True):
    """It is asked again, because something is known that was not.

    distrust: the one because of which, where it had been decided to warn a host that came to be distrusted afterwards.
    """

    decide_by: datetime
    deliver_by: datetime
    decide_s: int
    deliver_s: int
    event_at: datetime | None
    author: Id
    why: str
    distrust: Id | None = None


class HostDistrusted(Fact, frozen=True, kw_only=True):
    """The host may be complicit or leak: no warning about the case goes through it. Its subject is that distrust."""

    threat: Id
    host: Id
    distrust: Distrust
    distrusted_by: Id
    why: str


class HostKeptDistrusted(Fact, frozen=True, kw_only=True):
    """A host stays distrusted here, although it is trusted again in cases beside this one. beside: the distrust that ended there."""

    beside: tuple[Id, ...]
    kept_by: Id
    why: str


class HostTrusted(Fact, frozen=True, kw_only=True):
    """A host is trusted again."""

    trusted_by: Id
    why: str
