"""Ladders: which step comes when, quiet hours across midnight and daylight saving, and which answers suffice."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.basis.moment import utc
from tocsin.warning.ladder import Kind, Ladder, Quiet, Rung, Suffices, Target, Which, refuse_unfit

NIGHT = Quiet(begins="22:00", ends="07:00", zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("2026-01-10T20:59:59Z", None, id="a second before"),
        pytest.param("2026-01-10T21:00:00Z", "2026-01-11T06:00:00Z", id="from the first second"),
        pytest.param("2026-01-11T05:59:59Z", "2026-01-11T06:00:00Z", id="to the last"),
        pytest.param("2026-01-11T06:00:00Z", None, id="the end is no part of it"),
        pytest.param("2026-03-28T22:00:00Z", "2026-03-29T05:00:00Z", id="the night of eight hours"),
        pytest.param("2026-10-24T21:00:00Z", "2026-10-25T06:00:00Z", id="the night of ten"),
    ],
)
def test_a_night_ends_in_the_morning_also_when_the_clocks_change(at: str, until: str | None) -> None:
    assert NIGHT.until(utc(at)) == (until and utc(until))


def test_quiet_hours_that_end_in_the_hour_that_comes_twice_end_the_first_time() -> None:
    night = Quiet(begins="22:00", ends="02:30", zone="Europe/Vienna")
    assert night.until(utc("2026-10-25T00:29:00Z")) == utc("2026-10-25T00:30:00Z")
    assert night.until(utc("2026-10-25T01:10:00Z")) is None  # it is ten past two for the second time


def test_quiet_hours_may_lie_within_a_day() -> None:
    siesta = Quiet(begins="13:00", ends="15:30", zone="UTC")
    assert siesta.until(utc("2026-01-10T14:00:00Z")) == utc("2026-01-10T15:30:00Z")
    assert siesta.until(utc("2026-01-10T15:30:00Z")) is None


HOURS = st.sampled_from(["00:00", "01:30", "02:00", "02:30", "03:00", "07:00", "13:00", "22:00"])


@given(
    at=st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  made aware
    begins=HOURS,
    ends=HOURS,
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]),
)
def test_quiet_hours_always_end_and_within_a_day(at: datetime, begins: str, ends: str, zone: str) -> None:
    quiet = Quiet(begins=begins, ends=ends, zone=zone)
    until = quiet.until(at) if begins != ends else None
    if until is not None:
        assert 0 < (until - at).total_seconds() <= 25 * 3_600


@pytest.mark.parametrize(
    ("suffices", "told", "answered", "met"),
    [
        (Suffices(), 3, 2, False),
        (Suffices(), 3, 3, True),
        (Suffices(which=Which.SOME, count=1), 3, 0, False),
        (Suffices(which=Which.SOME, count=1), 3, 1, True),
        pytest.param(Suffices(which=Which.SOME, count=5), 3, 3, True, id="more than there are: all of them"),
        (Suffices(which=Which.SHARE, count=60), 5, 2, False),
        (Suffices(which=Which.SHARE, count=60), 5, 3, True),
        pytest.param(Suffices(which=Which.SHARE, count=67), 3, 2, False, id="66.7 are no 67 in a hundred"),
        pytest.param(Suffices(which=Which.SHARE, count=1), 0, 0, False, id="of nobody nothing suffices"),
        pytest.param(Suffices(which=Which.SOME), 0, 0, False, id="and no answer of nobody"),
    ],
)
def test_what_suffices(suffices: Suffices, told: int, answered: int, *, met: bool) -> None:
    assert suffices.is_met(told, answered) is met


STEPS = (Rung(to="a", after_s=5), Rung(to="b", after_s=10))


def test_after_the_last_step_the_last_is_rung_again_or_all_are_gone_through_again() -> None:
    again = Ladder(rungs=STEPS, repeat_s=60)
    assert [again.rung(n).to for n in range(5)] == ["a", "b", "b", "b", "b"]
    assert [again.wait_s(n) for n in range(5)] == [5, 10, 60, 60, 60]
    anew = Ladder(rungs=STEPS, repeat_s=60, from_the_top=True)
    assert [anew.rung(n).to for n in range(5)] == ["a", "b", "a", "b", "a"]
    assert [anew.wait_s(n) for n in range(5)] == [5, 10, 60, 10, 60]


def test_what_slows_is_rung_after_a_quarter_of_the_time_that_it_has_gone_on_and_once_a_day() -> None:
    slows = Ladder(rungs=(Rung(to="a", after_s=0), Rung(to="b", after_s=0)), repeat_s=3_600, slows=True)
    waits = [slows.wait_s(step) for step in range(40)]
    assert waits[:9] == [0, 0, 3_600, 3_600, 3_600, 3_600, 3_600, 4_500, 5_625]
    assert waits == sorted(waits)
    assert waits[-1] == 86_400
    assert sum(one for one in waits if one < 86_400) < 5 * 86_400


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        (Ladder(rungs=STEPS * 26), "50 steps"),
        (Ladder(rungs=(Rung(to="a", after_s=-1),)), "0 seconds or more"),
        (Ladder(rungs=(Rung(to="a", after_s=10**12),)), "longer than ten years"),
        (Ladder(rungs=STEPS, repeat_s=10**12), "longer than ten years"),
        (Ladder(suffices=Suffices(count=0)), "1 or more"),
        (Ladder(suffices=Suffices(answers=("perhaps",))), "'perhaps' is no answer"),
        (Ladder(quiet=Quiet(begins="22:00", ends="22:00", zone="UTC")), "all day"),
        (Ladder(quiet=Quiet(begins="10pm", ends="07:00", zone="UTC")), "22:00"),
        (Ladder(quiet=Quiet(begins="22:00", ends="07:00", zone="Moon")), "IANA"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_one_sentence(ladder: Ladder, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        refuse_unfit(ladder, ("safe", "acting"))


def test_what_nobody_decides_goes_up_to_every_duty_officer_and_keeps_whoever_stood_last() -> None:
    ladder = Ladder(
        rungs=(Rung(to="a", after_s=0), Rung(to="b", after_s=60)), repeat_s=900, from_the_top=True
    ).undecided()
    officers = Target(to="duty_officer", kind=Kind.ROLE)
    assert ladder.rung(1).targets == (Target(to="b"),)
    assert ladder.rung(2).targets == ladder.rung(7).targets == (Target(to="b"), officers)
    assert (ladder.wait_s(2), ladder.wait_s(90)) == (900, 7 * 86_400)
    assert ladder.undecided() == ladder
