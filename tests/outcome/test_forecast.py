"""Which judgement is held against what came: what was judged once everybody knew is no forecast."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.basis.marking import Mark
from tocsin.outcome.facts import Course, EventStruck, OutcomeJudged, Verdict
from tocsin.outcome.forecast import forecast_of
from tocsin.outcome.state import Outcome, fold_outcome
from tocsin.threat.facts import Confidence
from tocsin.threat.state import Assessment, Threat

MIDNIGHT = datetime(2032, 1, 1, tzinfo=UTC)
BEFORE, ON_THE_NIGHT, AFTER = 0.1, 0.5, 0.02


def hrs(many: float) -> datetime:
    return MIDNIGHT + timedelta(hours=many)


def case(ends: float | None = 2, *moments: tuple[float, float]) -> Threat:
    judged = moments or ((-200, BEFORE), (-4, ON_THE_NIGHT), (180, AFTER))
    return Threat(
        id="t", title="The stations", zone="UTC", opened_at=hrs(-300), owner="ada", actors=(), targets=(), place="", host=None,
        begins=None, ends=None if ends is None else hrs(ends), mark=Mark.AMBER, readers=(), exercise=True,
        assessments=tuple(
            Assessment(at=hrs(at), assessor="ada", likelihood=(low, low), confidence=Confidence.LOW, grounds="", why="", reports=())
            for at, low in judged
        ),
    )  # fmt: skip


def outcome(course: Course, struck: datetime | None = None) -> Outcome:
    came = (
        fold_outcome(None, EventStruck(subject="t", occurred_at=struck, what="It", place="there")) if struck else None
    )
    one = Verdict.UNKNOWN
    return fold_outcome(
        came,
        OutcomeJudged(
            subject="t", occurred_at=hrs(300), course=course, time=one, place=one, target=one, actor=one, judge="ben", why=""
        ),
    )  # fmt: skip


@pytest.mark.parametrize(("threat", "came", "likelihood"), [
    pytest.param(case(), outcome(Course.NOTHING), ON_THE_NIGHT, id="nothing came: the last before its time had passed"),
    pytest.param(case(400), outcome(Course.NOTHING), AFTER, id="judged before its time had passed"),
    pytest.param(case(None), outcome(Course.NOTHING), AFTER, id="the case named no time"),
    pytest.param(case(2, (180, AFTER)), outcome(Course.NOTHING), None, id="nobody had forecast anything"),
    pytest.param(case(), outcome(Course.CARRIED_OUT, hrs(-100)), BEFORE, id="it struck"),
    pytest.param(case(), outcome(Course.CARRIED_OUT, hrs(200)), AFTER, id="it struck after its time"),
    pytest.param(case(), outcome(Course.DISRUPTED), AFTER, id="it was stopped"),
    pytest.param(case(), None, AFTER, id="nobody knows yet"),
])  # fmt: skip
def test_the_forecast_is_the_last_judgement_before_what_came_could_be_known(
    threat: Threat, came: Outcome | None, likelihood: float | None
) -> None:
    last = forecast_of(threat, came)
    assert (last.likelihood[0] if last else None) == likelihood
