"""Which of our alerts were in force at a moment: what whoever asked at that moment was shown, whatever has happened since."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.web.installation import Installation
from tocsin.basis.errors import Refused
from tocsin.flow.warning import warn
from tocsin.warning.retraction import TakenBack
from tocsin.web.public.standing import stands

A_MOMENT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Installation]:
    town = Installation(tmp_path / "town")
    yield town
    town.close()


def decide(town: Installation, alert: str, decision: str, ends: datetime | None = None) -> None:
    now = town.clock.now()
    warn.decide_window(
        town.house, alert, decision, why="So.", ends=ends, by=town.duty_officer, command=town.command(), now=now
    )


def retract(town: Installation, alert: str) -> None:
    said = [TakenBack(language="", words="It was a barge.")]
    warn.retract(town.house, alert, said, by=town.duty_officer, command=town.command(), now=town.clock.now())


def held(town: Installation, at: datetime) -> dict[str, datetime | None]:
    """Return what was in force at a moment, and until when it was said then."""
    with town.store.look() as look:
        return {one.alert.id: one.ends for one in look.in_force(at)}


def shown(town: Installation) -> dict[str, datetime | None]:
    """Return what the public is shown now as in force, and until when."""
    with town.public.look() as look:
        every = stands(look, town.clock.now())
    return {one.id: one.line.window.ends if one.line.window else None for one in every if one.in_force}


def test_an_alert_that_was_extended_replaced_and_taken_back_is_in_force_as_it_was_then(town: Installation) -> None:
    begun = town.clock.now()
    first = town.alert(hours=2)
    town.clock.advance(HOUR)
    extended = town.clock.now()
    decide(town, first, "extend", begun + 6 * HOUR)
    town.clock.advance(HOUR)
    replaced = town.clock.now()
    second = town.alert(hours=3, follows=first)
    town.clock.advance(HOUR)
    false = town.clock.now()
    retract(town, second)
    assert held(town, begun - A_MOMENT) == {}
    assert held(town, begun) == held(town, extended - A_MOMENT) == {first: begun + 2 * HOUR}
    assert held(town, extended) == held(town, replaced - A_MOMENT) == {first: begun + 6 * HOUR}
    assert held(town, replaced) == held(town, false - A_MOMENT) == {second: replaced + 3 * HOUR}
    assert held(town, false) == held(town, begun + 20 * HOUR) == {}


def test_one_that_ran_out_was_in_force_until_its_end_and_one_for_later_from_its_beginning(town: Installation) -> None:
    now = town.clock.now()
    ran_out, later = town.alert(hours=2), town.alert(begins=now + HOUR, hours=3)
    town.clock.advance(10 * HOUR)
    town.work()
    decide(town, ran_out, "withdraw")  # said afterwards, which changes nothing in what was
    assert held(town, now) == held(town, now + HOUR - A_MOMENT) == {ran_out: now + 2 * HOUR}
    assert set(held(town, now + HOUR)) == {ran_out, later}
    assert set(held(town, now + 2 * HOUR)) == {later}
    assert held(town, now + 3 * HOUR) == {}


@pytest.mark.parametrize("seed", range(2))
def test_what_was_shown_at_any_moment_is_what_is_found_for_it_later(town: Installation, seed: int) -> None:
    chance = random.Random(seed)
    issued: list[str] = []
    seen: dict[datetime, dict[str, datetime | None]] = {}

    def acts() -> None:
        now, alert = town.clock.now(), chance.choice(issued) if issued else ""
        match chance.choice(("issue", "update", "extend", "withdraw", "stand_down", "retract", "nothing")):
            case "update" if alert:
                issued.append(town.alert(hours=chance.randint(1, 5), follows=alert))
            case "extend" if alert:
                decide(town, alert, "extend", now + chance.randint(1, 9) * HOUR)
            case "withdraw" | "stand_down" as decision if alert:
                decide(town, alert, decision)
            case "retract" if alert:
                retract(town, alert)
            case "issue":
                ahead = chance.choice((0, 0, 2))
                issued.append(town.alert(begins=now + ahead * HOUR, hours=ahead + chance.randint(1, 5)))

    for _ in range(24):
        try:
            acts()
        except Refused:
            continue  # it is over, or another follows it: as anybody would be told
        seen[town.clock.now()] = shown(town)
        town.clock.advance(timedelta(minutes=chance.randint(10, 80), microseconds=chance.randint(0, 9)))
        town.work()
        seen[town.clock.now()] = shown(town)
    assert any(seen.values())
    for moment, found in seen.items():
        assert held(town, moment) == found
