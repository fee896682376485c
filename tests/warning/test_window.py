"""Promise 3 in rules: when the question comes, and what each decision makes of a window."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.warning import window as windows
from tocsin.warning.alert.decide import WINDOW_FACTS
from tocsin.warning.alert.facts import AlertWindowAsked, AlertWindowRanOut
from tocsin.warning.window import WindowStands

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "ahead"),
    [
        pytest.param(timedelta(hours=48), timedelta(hours=12), id="a quarter"),
        pytest.param(timedelta(days=30), timedelta(hours=24), id="24 hours at most"),
        pytest.param(timedelta(minutes=30), timedelta(minutes=10), id="10 minutes at least"),
        pytest.param(timedelta(minutes=12), timedelta(minutes=6), id="never before the middle"),
        pytest.param(timedelta(hours=96), timedelta(hours=24), id="exactly 24 hours"),
        pytest.param(timedelta(minutes=40), timedelta(minutes=10), id="exactly 10 minutes"),
    ],
)
def test_the_question_comes_ahead_of_the_end(length: timedelta, ahead: timedelta) -> None:
    window = windows.open_window(NOW, NOW + length)
    assert window.ends - windows.ask_at(window) == ahead


@given(
    minutes=st.integers(min_value=1, max_value=60 * 24 * 400),
    ahead_s=st.none() | st.integers(min_value=600, max_value=86_400),
)
def test_the_question_never_comes_before_the_middle_nor_after_the_end(minutes: int, ahead_s: int | None) -> None:
    window = windows.open_window(NOW, NOW + timedelta(minutes=minutes), ahead_s)
    asked = windows.ask_at(window)
    assert NOW + (window.ends - NOW) / 2 <= asked < window.ends
    assert window.ends - asked <= timedelta(hours=24)


def test_asked_at_its_time_and_run_out_at_its_end() -> None:
    window = windows.open_window(NOW, NOW + timedelta(hours=4))
    assert windows.tend(WINDOW_FACTS.tended, "w", window, NOW + timedelta(hours=2)) is None
    asked = windows.tend(WINDOW_FACTS.tended, "w", window, NOW + timedelta(hours=3))
    assert isinstance(asked, AlertWindowAsked)
    window = windows.fold_window(window, asked)
    assert windows.tend(WINDOW_FACTS.tended, "w", window, NOW + timedelta(hours=3, minutes=59)) is None
    ran_out = windows.tend(WINDOW_FACTS.tended, "w", window, NOW + timedelta(hours=4))
    assert isinstance(ran_out, AlertWindowRanOut)
    window = windows.fold_window(window, ran_out)
    assert (window.stands, windows.due(window)) == (WindowStands.RAN_OUT_UNDECIDED, None)


def test_asleep_past_both_it_ran_out_when_it_ran_out() -> None:
    window = windows.open_window(NOW, NOW + timedelta(hours=4))
    fact = windows.tend(WINDOW_FACTS.tended, "w", window, NOW + timedelta(days=365))
    assert isinstance(fact, AlertWindowRanOut)
    assert fact.occurred_at == window.ends


@pytest.mark.parametrize(
    ("decision", "ends"),
    [
        pytest.param("extend", None, id="extended to nowhere"),
        pytest.param("extend", timedelta(hours=4), id="extended to where it ends already"),
        pytest.param("forget", None, id="no decision at all"),
    ],
)
def test_what_decides_nothing_is_refused(decision: str, ends: timedelta | None) -> None:
    window = windows.open_window(NOW, NOW + timedelta(hours=4))
    with pytest.raises(Refused):
        windows.decide(WINDOW_FACTS, "w", window, decision, "who", "why", NOW, None if ends is None else NOW + ends)


def test_a_window_cannot_end_before_it_begins() -> None:
    with pytest.raises(Refused):
        windows.open_window(NOW, NOW)
