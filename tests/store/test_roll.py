"""The roll that is kept up to date is the one that would be called anew, whatever happened in between."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tocsin.people import where
from tocsin.people.facts import (
    ConsentWithdrawn,
    ContactPaused,
    ContactResumed,
    LanguagesSaid,
    PersonPaused,
    PersonResumed,
    PlaceKind,
    PlaceRemoved,
    PlaceSaid,
)
from tocsin.store import roll as rolls
from tocsin.store.look import Look
from tocsin.store.roll import Roll, Rolls
from tocsin.testing.town import Town
from tocsin.warning.audience import Within
from tocsin.warning.drawn import drawn

AREA = drawn((Within(polygon=((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))),))
SQUARE = ((51.05, 4.05), (51.05, 4.2), (51.2, 4.2), (51.2, 4.05), (51.05, 4.05))


@pytest.fixture(name="town", scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with Town(tmp_path_factory.mktemp("town")) as town:
        for number in range(12):
            town.agrees(town.person(f"P{number}"))
        yield town
        town.reconcile()


def said(town: Town, roll: Roll) -> dict[str, Any]:
    """Return everything a roll says of each person, by name."""
    positions = roll.positions
    assert positions is not None
    found = positions.present(AREA, town.now)
    sorts = {"known": found.known, "stale": found.stale, "unknown": found.unknown,
             "near": positions.outside(AREA, 50_000, town.now).persons}  # fmt: skip
    return {
        id: (
            bool(roll.forgotten[n]), bool(roll.paused(town.now)[n]), int(roll.agreed[n]), roll.tongues[roll.tongue[n]],
            roll.routes[roll.route[n]], {sort for sort, persons in sorts.items() if n in persons.tolist()},
        )
        for n, id in enumerate(roll.names(np.arange(len(roll), dtype=np.uint32)))
    }  # fmt: skip


def happens(town: Town, chance: random.Random, count: int) -> None:
    """Let something happen to somebody."""
    name = f"P{chance.randrange(12)}"
    person, now = town.id(name), town.now
    point = (51.0 + chance.uniform(-0.3, 0.3), 4.0 + chance.uniform(-0.3, 0.3))
    place = town.id(f"{name}'s place {chance.randrange(3)}")
    kind = chance.choice(list(PlaceKind))
    what = chance.choice([
        where.Where(point=point, country=chance.choice(("", "BE", "NL"))), where.Where(country="BE"),
        where.Where(areas=(SQUARE,)), where.Where(point=point, within_m=5_000.0),
    ])  # fmt: skip
    placed = PlaceSaid(
        subject=place, occurred_at=now - timedelta(hours=chance.randrange(48)), person=person, place_kind=kind,
        where=where.write(what), until=chance.choice((None, now + timedelta(hours=1))),
    )  # fmt: skip
    told = town.id(f"{name}'s telephone")
    could: list[Any] = [
        placed, placed, placed, PersonPaused(subject=person, occurred_at=now), PersonResumed(subject=person, occurred_at=now),
        LanguagesSaid(subject=person, occurred_at=now, languages=(chance.choice(("fr", "nl")), "en")),
        ContactPaused(subject=told, occurred_at=now), ContactResumed(subject=told, occurred_at=now),
        ConsentWithdrawn(subject=town.id(f"{name}'s consent"), occurred_at=now, how="page"),
    ]  # fmt: skip
    with town.app.store.look() as look:
        if look.version(place):
            could.append(PlaceRemoved(subject=place, occurred_at=now))
    town.says(chance.choice(could))
    if count % 9 == 0:
        town.place(town.person(town.name_next("late")), point)


@pytest.mark.parametrize("seed", range(6))
def test_what_was_taken_in_is_what_would_be_called_anew(town: Town, seed: int) -> None:
    chance = random.Random(seed)
    for count in range(20):
        happens(town, chance, count)
        if count % 4 == 0:
            with town.app.store.look() as look:
                look.roll(placed=True)
    with town.app.store.look() as look:
        kept = look.roll(placed=True)
        anew = Look(look.connection, town.app.store.keys, None, Rolls()).roll(placed=True)
    assert said(town, kept) == said(town, anew)


def test_after_very_many_changes_it_is_called_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.app.store.look() as look:
        before = look.roll(placed=True)
    monkeypatch.setattr(rolls, "_ANEW", 3)
    for number in range(5):
        town.person(f"new {number}")
    with town.app.store.look() as look:
        after = look.roll(placed=False)
    assert len(after) == len(before) + 5
    assert after.later == {}, "it was not amended"


def test_nothing_of_it_stands_in_a_repr(town: Town) -> None:
    town.place("P0", (51.0123, 4.0456))
    with town.app.store.look() as look:
        roll = look.roll(placed=True)
    shown = f"{roll!r} {roll.positions!r} {town.app.store.rolls!r}"
    assert not [part for part in ("51.01", "510123", town.id("P0")) if part in shown]


def test_a_directory_without_anybody_has_an_empty_roll(tmp_path: Path) -> None:
    with Town(tmp_path) as town, town.app.store.look() as look:
        roll = look.roll(placed=True)
        assert len(roll) == 3, "the three at the desk"
        assert roll.numbers(["nobody"]).tolist() == []
