"""A rota from a calendar runs out: its administrators are told ahead, each step once, until a later calendar is taken in."""

from datetime import timedelta

import pytest

from tocsin.basis.marking import Role
from tocsin.people.rota import Rota, RotaSaved, Shift, Turn, runs_out_at
from tocsin.testing.town import Town


def nights(town: Town, days: float) -> None:
    """Let there be a rota whose last shift ends in so many days."""
    town.person("Ann", roles=(Role.WATCH_OFFICER,))
    ends = town.now + timedelta(days=days)
    shift = Shift(person=town.id("Ann"), begins=ends - timedelta(hours=12), ends=ends)
    town.says(RotaSaved(subject=town.id("nights"), occurred_at=town.now, name="Nights", zone="UTC", shifts=(shift,)))


def told(town: Town, person: str) -> list[str]:
    return [call.message.subject for call in town.phone(person).calls if call.message.kind == "rota"]


@pytest.fixture(name="agatha")
def _agatha(town: Town) -> str:
    return town.person("Agatha", roles=(Role.ADMINISTRATOR,))


def test_they_are_told_a_month_a_week_and_a_day_ahead_and_when_it_has_run_out(town: Town, agatha: str) -> None:
    nights(town, 31.5)
    town.pass_time(days=1)
    assert told(town, agatha) == []
    town.pass_time(days=1)
    assert told(town, agatha) == ["The rota Nights runs out"]
    town.pass_time(days=21)
    assert len(told(town, agatha)) == 1
    town.pass_time(days=2)
    assert len(told(town, agatha)) == 2
    town.pass_time(days=6)
    assert len(told(town, agatha)) == 3
    town.pass_time(days=1)
    assert told(town, agatha)[-1] == "The rota Nights has run out"
    town.pass_time(days=3)
    assert len(told(town, agatha)) == 4
    assert told(town, "the duty officer") == [], "whoever administers it is told, and nobody else"


def test_of_the_steps_that_have_passed_the_latest_alone_is_told(town: Town, agatha: str) -> None:
    nights(town, 3)
    town.pass_time(hours=2)
    assert told(town, agatha) == ["The rota Nights runs out"]
    town.pass_time(days=2)
    assert len(told(town, agatha)) == 2


def test_a_calendar_that_goes_on_ends_it_and_begins_anew(town: Town, agatha: str) -> None:
    nights(town, 20)
    town.pass_time(hours=2)
    nights(town, 40)
    town.pass_time(days=9)
    assert len(told(town, agatha)) == 1
    town.pass_time(days=2)
    assert len(told(town, agatha)) == 2


def test_where_nobody_administers_the_duty_officers_are_told(town: Town) -> None:
    nights(town, 20)
    town.pass_time(hours=2)
    assert told(town, "the duty officer") == ["The rota Nights runs out"]


def test_people_who_take_turns_never_run_out_and_what_was_dropped_is_nobodys_matter(town: Town) -> None:
    turns = RotaSaved(
        subject=town.id("turns"), occurred_at=town.now, name="Turns", zone="UTC", members=(town.duty_officer.id,),
        first="2031-05-05T20:00", turn=Turn.DAY, every=1,
    )  # fmt: skip
    town.says(turns)
    with town.app.store.look() as look:
        assert runs_out_at(look.get(Rota, town.id("turns"))) is None
