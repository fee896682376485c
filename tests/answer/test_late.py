"""An answer is late once its warning had ended: at its stated end, or when somebody ended it before."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.answer.late import is_late
from tocsin.warning.window import Window, WindowStands

NOON = datetime(2031, 5, 6, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLAIN = Window(begins=NOON, ends=NOON + 4 * HOUR)
STOOD_DOWN = Window(begins=NOON, ends=NOON + 4 * HOUR, stands=WindowStands.STOOD_DOWN, decided_at=NOON + 2 * HOUR)
EXTENDED = Window(begins=NOON, ends=NOON + 8 * HOUR, stands=WindowStands.EXTENDED, decided_at=NOON + 3 * HOUR)


@pytest.mark.parametrize(
    ("window", "hours", "late"),
    [
        pytest.param(None, 1_000, False, id="what has no end is never late"),
        pytest.param(PLAIN, 3.9, False, id="before the end"),
        pytest.param(PLAIN, 4, True, id="at the end"),
        pytest.param(STOOD_DOWN, 1, False, id="before it was stood down"),
        pytest.param(STOOD_DOWN, 2, True, id="once it was stood down"),
        pytest.param(EXTENDED, 5, False, id="extended"),
    ],
)
def test_it_is_late(window: Window | None, hours: float, late: bool) -> None:
    assert is_late(window, NOON + hours * HOUR) is late
