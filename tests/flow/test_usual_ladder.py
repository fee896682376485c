"""How often somebody is rung about a duty to warn of which nobody said otherwise: the more time there is, the more rarely."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.flow.duty.must_warn import usual_ladder
from tocsin.warning.duty.hours import HOURS

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(("event_in", "others_after_s", "again_after_s"), [
    pytest.param(None, 900, 6 * 3_600, id="nobody knows when, and a day to decide"),
    pytest.param(timedelta(hours=71), 900, 3_600, id="four hours to decide"),
    pytest.param(timedelta(hours=23), 900, 900, id="an hour to decide"),
    pytest.param(timedelta(hours=1), 150, 150, id="ten minutes to decide"),
])  # fmt: skip
def test_whoever_has_a_day_to_decide_is_not_called_every_quarter_of_an_hour(
    event_in: timedelta | None, others_after_s: int, again_after_s: int
) -> None:
    ladder = usual_ladder(HOURS, None if event_in is None else NOW + event_in, NOW)
    assert [rung.after_s for rung in ladder.rungs] == [0, others_after_s]
    assert ladder.repeat_s == again_after_s
