"""Which judgement of a case is held against what came of it."""

from datetime import datetime

from tocsin.outcome.facts import Course
from tocsin.outcome.state import Outcome
from tocsin.threat.state import Assessment, Threat


def forecast_of(threat: Threat, outcome: Outcome | None) -> Assessment | None:
    """Return the last judgement that was a forecast; None: there was none.

    That is the last before it struck. Where nothing came, it is the last before the time had passed in which the case expected it:
    whoever judges on the morning after that it was most unlikely forecasts nothing. While nobody has judged the outcome, it
    is the latest.
    """
    end = _known_from(threat, outcome)
    before = [one for one in threat.assessments if end is None or one.at <= end]
    return before[-1] if before else None


def _known_from(threat: Threat, outcome: Outcome | None) -> datetime | None:
    """Return from when what came of a case could be known, as far as is written down."""
    if outcome is None or outcome.struck_at is not None or outcome.judged_at is None:
        return outcome.struck_at if outcome is not None else None
    passed = threat.ends if outcome.course is Course.NOTHING else None
    return min(passed, outcome.judged_at) if passed is not None else outcome.judged_at
