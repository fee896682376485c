"""How the end of a case stands, and the only rules by which facts change that."""

from datetime import datetime

from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State
from tocsin.basis.ids import Id
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict


class Outcome(State, frozen=True, kw_only=True):
    """What became of one threat; its id is the threat's. judged_at is None until someone has judged it."""

    what: str = ""
    place_name: str = ""
    point: tuple[float, float] | None = None
    struck_at: datetime | None = None
    reports: tuple[Id, ...] = ()
    course: Course = Course.UNKNOWN
    time: Verdict = Verdict.UNKNOWN
    place: Verdict = Verdict.UNKNOWN
    target: Verdict = Verdict.UNKNOWN
    actor: Verdict = Verdict.UNKNOWN
    judge: Id | None = None
    judged_at: datetime | None = None
    why: str = ""


def fold_outcome(state: Outcome | None, fact: Fact) -> Outcome:
    """Return how the outcome stands after the fact."""
    outcome = state or Outcome(id=fact.subject)
    match fact:
        case EventStruck() if _is_the_blow(outcome, fact):
            return replace(
                outcome,
                what=fact.what,
                place_name=fact.place,
                point=fact.point,
                struck_at=fact.occurred_at,
                reports=fact.reports,
            )
        case EventStruck():
            return outcome
        case OutcomeJudged():
            return replace(
                outcome,
                course=fact.course,
                time=fact.time,
                place=fact.place,
                target=fact.target,
                actor=fact.actor,
                judge=fact.judge,
                judged_at=fact.occurred_at,
                why=fact.why,
                struck_at=fact.struck_at or outcome.struck_at,
            )
    raise TypeError(fact.kind())


def _is_the_blow(outcome: Outcome, struck: EventStruck) -> bool:
    """Say whether the time until the blow is counted to an event: to the first of several, and to none after a person has judged."""
    if outcome.struck_at is None:
        return True
    return outcome.judged_at is None and struck.occurred_at <= outcome.struck_at


FOLDINGS = (Folding(Outcome, (EventStruck, OutcomeJudged), fold_outcome),)
