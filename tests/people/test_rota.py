"""Who is on duty when: turns by the clock on the wall, right across daylight saving, gaps, and people who stand in."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.errors import Refused
from tocsin.basis.moment import by_the_wall
from tocsin.people.rota import (
    Hours,
    Rota,
    RotaDropped,
    RotaSaved,
    Shift,
    Stand,
    StandInDropped,
    Turn,
    fold_rota,
    on_duty,
    save_rota,
    shifts,
    stand_in,
)

BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
DAY = timedelta(days=1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def rota(**said: object) -> Rota:
    usual = {"name": "Nights", "zone": "Europe/Berlin", "members": ("ann", "ben", "cem"), "first": "2026-01-05T09:00"}
    fact = RotaSaved(subject="r", occurred_at=LONG_AGO, **(usual | said))  # type: ignore[arg-type]
    return fold_rota(None, save_rota(fact))


def at(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "who"),
    [
        pytest.param("2026-01-05T08:59:59", (), id="before the first turn nobody"),
        pytest.param("2026-01-05T09:00:00", ("ann",), id="it begins to the second"),
        pytest.param("2026-01-12T08:59:59", ("ann",), id="and ends with the week"),
        pytest.param("2026-01-12T09:00:00", ("ben",), id="the next"),
        pytest.param("2026-01-26T09:00:00", ("ann",), id="and round again"),
        pytest.param("2026-04-06T08:59:59", ("ann",), id="in summer it is nine o'clock still"),
        pytest.param("2026-04-06T09:00:00", ("ben",), id="also after the clocks went forward"),
        pytest.param("2027-01-04T09:00:00", ("ben",), id="a year later, back in winter: 52 weeks on"),
    ],
)
def test_turns_change_at_the_same_hour_of_the_wall_in_summer_and_winter(moment: str, who: tuple[str, ...]) -> None:
    assert on_duty(rota(), at(moment)) == who


def test_on_the_day_of_23_hours_and_on_that_of_25_a_daily_turn_lasts_as_long_as_the_day() -> None:
    daily = rota(turn=Turn.DAY, first="2026-03-28T09:00")
    short, long = shifts(daily, at("2026-03-28T09:00"), at("2026-03-30T09:00"))
    assert (short[2] - short[1], long[2] - long[1]) == (timedelta(hours=23), timedelta(hours=24))
    daily = rota(turn=Turn.DAY, first="2026-10-24T09:00")
    first = shifts(daily, at("2026-10-24T09:00"), at("2026-10-26T09:00"))[0]
    assert first[2] - first[1] == timedelta(hours=25)


def test_a_turn_that_begins_in_the_hour_that_does_not_come_begins_with_the_jump() -> None:
    daily = rota(turn=Turn.DAY, first="2026-03-28T02:30")
    jump = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)  # two o'clock becomes three
    assert on_duty(daily, jump - timedelta(seconds=1)) == ("ann",)
    assert on_duty(daily, jump) == ("ben",)
    assert on_duty(daily, at("2026-03-30T02:30")) == ("cem",)


def test_a_turn_that_begins_in_the_hour_that_comes_twice_begins_the_first_time() -> None:
    daily = rota(turn=Turn.DAY, first="2026-10-24T02:30")
    first_time = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert on_duty(daily, first_time - timedelta(seconds=1)) == ("ann",)
    assert on_duty(daily, first_time) == ("ben",)
    assert on_duty(daily, first_time + timedelta(hours=1)) == ("ben",)


def test_turns_of_twelve_hours_stay_at_eight_and_eight_those_of_seven_wander_on() -> None:
    halves = rota(turn=Turn.HOUR, every=12, first="2026-03-28T08:00")
    edges = [
        begins.astimezone(BERLIN).hour
        for _, begins, _ in shifts(halves, at("2026-03-28T08:00"), at("2026-03-31T08:00"))
    ]
    assert edges == [8, 20] * 3
    sevens = rota(turn=Turn.HOUR, every=7, first="2026-03-28T08:00")
    lengths = {
        ends - begins
        for _, begins, ends in shifts(sevens, at("2026-03-28T08:00"), at("2026-03-28T08:00") + timedelta(hours=70))
    }
    assert lengths == {timedelta(hours=7)}


def test_a_jump_of_half_an_hour_is_one_too() -> None:
    moment = by_the_wall(datetime.fromisoformat("2026-10-04T02:15"), LORD_HOWE)  # 02:00 becomes 02:30
    assert moment.astimezone(LORD_HOWE).replace(tzinfo=None) == datetime.fromisoformat("2026-10-04T02:30")


@given(
    days=st.integers(0, 800),
    minutes=st.integers(0, 24 * 60 - 1),
    zone=st.sampled_from([BERLIN, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Tehran"), ZoneInfo("Africa/Casablanca")]),
)
def test_whenever_it_is_one_person_is_on_duty_and_turns_follow_each_other(
    days: int, minutes: int, zone: ZoneInfo
) -> None:
    daily = rota(turn=Turn.DAY, zone=zone.key, first="2025-01-01T02:30")
    moment = datetime(2025, 1, 3, tzinfo=UTC) + timedelta(days=days, minutes=minutes)
    people = [on_duty(daily, moment + timedelta(days=n))[0] for n in range(3)]
    order = ("ann", "ben", "cem")
    assert len(on_duty(daily, moment)) == 1
    shown = [
        (moment + timedelta(days=n)).astimezone(zone).replace(tzinfo=None) - datetime.fromisoformat("2025-01-01T02:30")
        for n in range(3)
    ]
    if all(abs((one % timedelta(days=1)) - timedelta(hours=12)) < timedelta(hours=10) for one in shown):
        assert people == [order[one // timedelta(days=1) % 3] for one in shown]


# ---- gaps, and people who stand in


def test_outside_its_hours_nobody_is_on_duty() -> None:
    nights = rota(hours=(Hours(days=(0, 1, 2, 3, 4), begins="22:00", ends="06:00"),))
    assert on_duty(nights, at("2026-01-09T23:00")) == ("ann",)  # a Friday
    assert on_duty(nights, at("2026-01-10T05:59")) == ("ann",)
    assert on_duty(nights, at("2026-01-10T06:00")) == ()
    assert on_duty(nights, at("2026-01-10T23:00")) == ()  # Saturday
    gaps = [who for who, _, _ in shifts(nights, at("2026-01-08T12:00"), at("2026-01-10T12:00"))]
    assert gaps == [(), ("ann",), (), ("ann",), ()]


def test_hours_that_begin_in_the_hour_that_comes_twice_begin_the_first_time_and_have_no_gap() -> None:
    mornings = rota(hours=(Hours(days=(6,), begins="02:30", ends="10:00"),))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert [bool(on_duty(mornings, first + timedelta(minutes=m))) for m in (-1, 0, 31, 60, 509, 510)] == [
        *[False, True, True],
        *[True, True, False],
    ]
    assert [who for who, _, _ in shifts(mornings, first - DAY, first + DAY)] == [(), on_duty(mornings, first), ()]


def added(own: Rota, person: str | None, begins: str, ends: str, instead_of: str | None = None, id: str = "o") -> Rota:
    stand = Stand(id=id, person=person, begins=at(begins), ends=at(ends), instead_of=instead_of)
    return fold_rota(own, stand_in(own, stand, LONG_AGO))


def test_somebody_stands_in_for_whoever_is_on_duty_and_then_it_is_as_before() -> None:
    own = added(rota(), "dora", "2026-01-06T00:00", "2026-01-07T00:00")
    assert [on_duty(own, at(f"2026-01-0{day}T12:00")) for day in (5, 6, 7)] == [("ann",), ("dora",), ("ann",)]


def test_who_stands_in_for_one_changes_nothing_while_another_is_on_duty() -> None:
    own = added(rota(), "dora", "2026-01-06T00:00", "2026-01-20T00:00", instead_of="ann")
    assert [on_duty(own, at(f"2026-01-{day}T12:00")) for day in ("06", "13")] == [("dora",), ("ben",)]


def test_of_two_who_stand_in_the_last_said_counts_and_one_dropped_is_gone() -> None:
    own = added(rota(), "dora", "2026-01-06T00:00", "2026-01-07T00:00", id="1")
    own = added(own, "emil", "2026-01-06T10:00", "2026-01-06T14:00", id="2")
    assert on_duty(own, at("2026-01-06T12:00")) == ("emil",)
    own = fold_rota(own, StandInDropped(subject="r", occurred_at=LONG_AGO, stand="2"))
    assert on_duty(own, at("2026-01-06T12:00")) == ("dora",)


def test_nobody_may_stand_in_which_is_a_gap() -> None:
    own = added(rota(), None, "2026-01-06T00:00", "2026-01-07T00:00")
    assert on_duty(own, at("2026-01-06T12:00")) == ()


def test_a_rota_that_was_dropped_has_nobody_on_duty() -> None:
    own = fold_rota(rota(), RotaDropped(subject="r", occurred_at=at("2026-01-06T00:00")))
    assert [on_duty(own, at(f"2026-01-0{day}T12:00")) for day in (5, 6)] == [("ann",), ()]


def test_saved_again_it_keeps_those_who_stand_in() -> None:
    own = added(rota(), "dora", "2026-01-06T00:00", "2026-01-07T00:00")
    again = RotaSaved(
        subject="r", occurred_at=LONG_AGO, name="N", zone="UTC", members=("ben",), first="2026-01-01T00:00"
    )
    assert on_duty(fold_rota(own, again), at("2026-01-06T12:00")) == ("dora",)


def test_shifts_of_a_calendar_may_overlap() -> None:
    both = [Shift(person=who, begins=at(b), ends=at(e)) for who, b, e in
            [("ann", "2026-01-05T09:00", "2026-01-05T18:00"), ("ben", "2026-01-05T17:00", "2026-01-06T09:00")]]  # fmt: skip
    own = rota(members=(), first="", shifts=tuple(both))
    assert [on_duty(own, at(f"2026-01-05T{hour}:00")) for hour in (12, 17, 20)] == [("ann",), ("ann", "ben"), ("ben",)]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"name": " "}, "name"),
        ({"zone": "Mars/Olympus"}, "IANA"),
        ({"members": ()}, "one of the two"),
        ({"first": "tomorrow"}, "clock on the wall"),
        ({"first": "0001-01-01T00:00", "turn": Turn.HOUR, "every": 7}, "1970 to 2199"),
        ({"first": "2026-01-05T09:00+01:00"}, "clock on the wall"),
        ({"every": 0}, "1 to 366"),
        ({"hours": (Hours(days=(), begins="09:00", ends="17:00"),)}, "days"),
        ({"hours": (Hours(days=(7,), begins="09:00", ends="17:00"),)}, "days"),
        ({"hours": (Hours(days=(1,), begins="9", ends="17:00"),)}, "09:00"),
        ({"members": (), "shifts": (Shift(person="a", begins=LONG_AGO, ends=LONG_AGO),)}, "turn them round"),
    ],
)
def test_what_finds_nobody_is_refused_in_one_sentence(said: dict[str, object], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        rota(**said)


def test_nobody_stands_in_for_a_stranger() -> None:
    with pytest.raises(Refused, match="takes no turns"):
        added(rota(), "dora", "2026-01-06T00:00", "2026-01-07T00:00", instead_of="zoe")
