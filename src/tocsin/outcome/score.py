"""Scoring the warner: hits, misses, false alarms, lead time, calibration."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from tocsin.outcome.facts import Course, Verdict
from tocsin.outcome.state import Outcome


class OutcomeClass(StrEnum):
    """The one word for an outcome, derived from its axes."""

    EXACT = "exact"
    LATE = "late"
    ELSEWHERE = "elsewhere"
    DISRUPTED = "disrupted"
    NOTHING = "nothing"
    UNKNOWN = "unknown"


def classify(outcome: Outcome) -> OutcomeClass:
    """Derive the class of a judged outcome.

    A wrong place outweighs a wrong time: who was struck had not been warned. A place just outside the one named is
    near, not elsewhere; the axis says so, and the class goes by the time.
    """
    match outcome.course:
        case Course.DISRUPTED:
            return OutcomeClass.DISRUPTED
        case Course.NOTHING:
            return OutcomeClass.NOTHING
        case Course.UNKNOWN:
            return OutcomeClass.UNKNOWN
    if outcome.place is Verdict.UNKNOWN and outcome.time is Verdict.UNKNOWN:
        return OutcomeClass.UNKNOWN
    if outcome.place is Verdict.MISS:
        return OutcomeClass.ELSEWHERE
    if outcome.time is Verdict.MISS:
        return OutcomeClass.LATE
    return OutcomeClass.EXACT


class Reached(StrEnum):
    """Whom a warning reached, of those about whom an inquiry asks apart."""

    HOST = "host"  # the authorities of the place
    PUBLIC = "public"
    OWN = "own"  # our own people
    OTHERS = "others"  # whoever else was told in confidence


class ScoredCase(msgspec.Struct, frozen=True, kw_only=True):
    """A closed case, as far as the scores need it.

    likelihood: that of its forecast. warned_at: when the first warning arrived.
    reached_at: when the first arrived at each of those whom one reached.
    """

    outcome: Outcome
    likelihood: float | None
    warned_at: datetime | None
    reached_at: Mapping[Reached, datetime] = {}


class Scores(msgspec.Struct, frozen=True, kw_only=True):
    """How well was warned. lead_s: seconds from the first arrival of a warning to the blow, the mean over hits.

    lead_by_side_s: the same for each of those whom a warning reached, the mean over the hits in which one did.
    disrupted: how many were stopped, which are none of the three.
    """

    hits: int
    misses: int
    false_alarms: int
    disrupted: int
    lead_s: float | None
    brier: float | None
    lead_by_side_s: dict[str, float] = {}


def brier(likelihood: float, struck: bool) -> float:
    """Return the squared error of a forecast: 0 is perfect, 1 is worst.

    Source: Brier (1950), Monthly Weather Review 78.
    """
    return (likelihood - struck) ** 2


def lead_s(case: ScoredCase) -> float | None:
    """Return how many seconds before the blow the first warning had arrived; negative when it came after."""
    if case.warned_at is None or case.outcome.struck_at is None:
        return None
    return (case.outcome.struck_at - case.warned_at).total_seconds()


def leads_by_side(case: ScoredCase) -> dict[str, float]:
    """Return how many seconds before the blow the first warning reached each side; negative where it came after."""
    struck = case.outcome.struck_at
    return {} if struck is None else {side.value: (struck - at).total_seconds() for side, at in case.reached_at.items()}


def is_hit(case: ScoredCase) -> bool:
    """Say whether it struck those who had been warned, in time. Late counts: they had been told, and it came."""
    lead = lead_s(case)
    return classify(case.outcome) in (OutcomeClass.EXACT, OutcomeClass.LATE) and lead is not None and lead > 0


def is_miss(case: ScoredCase) -> bool:
    """Say whether it struck people who had not been warned, or not in time.

    Where nobody knows when it struck, or whether it was as warned, nobody can say whether they had been: it counts as neither.
    """
    compared = case.outcome.struck_at is not None and classify(case.outcome) is not OutcomeClass.UNKNOWN
    known = case.warned_at is None or compared
    return case.outcome.course is Course.CARRIED_OUT and known and not is_hit(case)


def is_false_alarm(case: ScoredCase) -> bool:
    """Say whether we warned of what never came. A plot that was stopped is none."""
    return classify(case.outcome) is OutcomeClass.NOTHING and case.warned_at is not None


def came(case: ScoredCase) -> bool | None:
    """Say whether what was forecast came; None: it says nothing about the forecast.

    What struck elsewhere is not what was forecast.
    """
    match classify(case.outcome):
        case OutcomeClass.EXACT | OutcomeClass.LATE:
            return True
        case OutcomeClass.ELSEWHERE | OutcomeClass.NOTHING:
            return False
        case OutcomeClass.DISRUPTED | OutcomeClass.UNKNOWN:
            return None


def score(cases: Iterable[ScoredCase]) -> Scores:
    """Score all judged cases together. A case whose outcome is unknown counts nowhere; nor does a foiled one.

    Source: for hits, misses and false alarms WMO-No. 1364 (forecast verification); a disrupted plot says nothing
    about the forecast, so it enters neither those nor the Brier score.
    """
    judged = [case for case in cases if case.outcome.judged_at is not None]
    hits = [case for case in judged if is_hit(case)]
    leads = [lead for case in hits if (lead := lead_s(case)) is not None]
    errors = [
        brier(case.likelihood, struck)
        for case in judged
        if case.likelihood is not None and (struck := came(case)) is not None
    ]
    return Scores(
        hits=len(hits),
        misses=sum(is_miss(case) for case in judged),
        false_alarms=sum(is_false_alarm(case) for case in judged),
        disrupted=sum(classify(case.outcome) is OutcomeClass.DISRUPTED for case in judged),
        lead_s=_mean(leads),
        brier=_mean(errors),
        lead_by_side_s=_means([leads_by_side(case) for case in hits]),
    )


def _means(each: Sequence[Mapping[str, float]]) -> dict[str, float]:
    found = {side.value: _mean([one[side.value] for one in each if side.value in one]) for side in Reached}
    return {side: mean for side, mean in found.items() if mean is not None}


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
