"""The steps of the duty to warn."""

from datetime import datetime
from typing import ClassVar

from tocsin.scenario.head import Audience
from tocsin.scenario.steps.step import Step


class OwedStep(Step, frozen=True, kw_only=True):
    """Something about a duty to warn. by: who at the desk does it."""

    by: str


class DutyStep(OwedStep, frozen=True, kw_only=True):
    """It is asked whether a side must be warned. decide: warn, later, or a ground not to. test: each question's answer."""

    verb: ClassVar[str] = "duty"

    side: str
    who: str
    whom: Audience
    decide: str
    why: str
    test: dict[str, str]
    expected: datetime | None
    threat: str


class ReviewDutyStep(OwedStep, frozen=True, kw_only=True):
    """A second duty officer reviews the proposal not to warn. agree: False, and they are warned."""

    verb: ClassVar[str] = "review_duty"

    duty: str
    agree: bool
    why: str


class EndDutyStep(OwedStep, frozen=True, kw_only=True):
    """A duty officer says what became of the danger. how: event, disrupted, passed or withdrawn."""

    verb: ClassVar[str] = "end_duty"

    duty: str
    how: str
    why: str


class DecideDutyStep(OwedStep, frozen=True, kw_only=True):
    """What was left open is decided. decide: warn, or a ground not to. test: None: as it was answered before, else all yes."""

    verb: ClassVar[str] = "decide_duty"

    duty: str
    decide: str
    why: str
    test: dict[str, str] | None


class ToldOtherwiseStep(OwedStep, frozen=True, kw_only=True):
    """They were told by another way than a warning of ours."""

    verb: ClassVar[str] = "told_otherwise"

    duty: str
    how: str
    told_at: datetime


class LookAgainStep(OwedStep, frozen=True, kw_only=True):
    """A duty officer looked, and the danger goes on. until: when they look again."""

    verb: ClassVar[str] = "look_again"

    duty: str
    until: datetime
    why: str


class ReopenDutyStep(OwedStep, frozen=True, kw_only=True):
    """What was refused or had ended is asked again. expected: when it is expected now; None: as the case has it."""

    verb: ClassVar[str] = "reopen_duty"

    duty: str
    expected: datetime | None
    why: str


class RetimeStep(OwedStep, frozen=True, kw_only=True):
    """The event of a case is expected at another time."""

    verb: ClassVar[str] = "retime"

    threat: str
    expected: datetime
    why: str


class DistrustStep(OwedStep, frozen=True, kw_only=True):
    """Nothing about a case goes through a host from now on. because: complicit or leaks."""

    verb: ClassVar[str] = "distrust"

    threat: str
    host: str
    because: str
    why: str


class TrustStep(OwedStep, frozen=True, kw_only=True):
    """A host is trusted again."""

    verb: ClassVar[str] = "trust"

    threat: str
    host: str
    why: str
