"""What can happen at the end of a case."""

from datetime import datetime
from enum import StrEnum

from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id


class Verdict(StrEnum):
    """How what happened compares with what was warned of, on one axis."""

    MATCH = "match"
    NEAR = "near"  # not as warned, and close: just outside the area, or before the window began
    MISS = "miss"
    UNKNOWN = "unknown"  # not known, or the warning did not say


class Course(StrEnum):
    """What became of the plan."""

    CARRIED_OUT = "carried_out"
    DISRUPTED = "disrupted"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


class EventStruck(Fact, frozen=True, kw_only=True):
    """It happened. occurred_at: when. point: latitude, longitude in WGS 84 degrees."""

    what: str
    place: str
    point: tuple[float, float] | None = None
    reports: tuple[Id, ...] = ()


class OutcomeJudged(Fact, frozen=True, kw_only=True):
    """Someone judged what became of the threat, axis by axis."""

    course: Course
    time: Verdict
    place: Verdict
    target: Verdict
    actor: Verdict
    judge: Id
    why: str
    struck_at: datetime | None = None
