"""What was told, or answered, is taken in by whoever comes after one that died between the telling and the taking in."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_every_commit import WRITES, Died
from tests.story.noted import unnoted, unsettled
from tests.story.test_must_warn import asks, duty, miller, tells
from tocsin.store.store import Store
from tocsin.testing.town import Town
from tocsin.testing.town.place import Memory
from tocsin.warning.duty.state import Stage

UNLOCKED = shutil.ignore_patterns("lock", "*.sock")


class Death:
    """Comes after so many writes, and leaves the directory as it lies then."""

    def __init__(self, data: Path, left: Path, writes: int) -> None:
        self.data, self.left, self._more = data, left, writes

    def wrap(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def deadly(*args: Any, **named: Any) -> Any:
            if self._more == 0:
                raise Died  # who is dead tidies nothing up on the way out
            done = write(*args, **named)
            self._more -= 1
            if self._more == 0:
                shutil.copytree(self.data, self.left, ignore=UNLOCKED)
                raise Died
            return done

        return deadly


def it_goes_out(town: Town) -> None:
    with pytest.MonkeyPatch.context() as idle:
        idle.setattr(town, "work", lambda: None)
        tells(town, "the miller")


def it_is_answered(town: Town) -> None:
    notice = tells(town, "the miller")
    with pytest.MonkeyPatch.context() as idle:
        idle.setattr(town, "work", lambda: None)
        town.answers("the miller", notice, "acting")


@pytest.mark.parametrize(
    ("told", "before", "afterwards"),
    [
        pytest.param(it_goes_out, Stage.TO_WARN, Stage.TOLD, id="it goes out"),
        pytest.param(it_is_answered, Stage.TOLD, Stage.WATCHED, id="it is answered"),
    ],
)
def test_dead_after_any_write_what_was_told_is_taken_in_by_the_next(
    tmp_path: Path, told: Callable[[Town], None], before: Stage, afterwards: Stage
) -> None:
    with Town(tmp_path / "told") as town:
        town.person("the miller")
        (name,) = asks(town, miller(town, warn=True, why="They live beside it."))
        told(town)
        assert duty(town, name).stage is before
        memory = town.memory
    for after, town in each_death(tmp_path, memory):
        assert (duty(town, name).stage, unnoted(town)) == (afterwards, []), after


def test_dead_after_any_write_who_answered_is_waited_for_no_more_by_the_next(tmp_path: Path) -> None:
    with Town(tmp_path / "told") as town:
        town.group("the street", ["Bob", "Pia"])
        first = town.duty_officer.issues_alert(groups=["the street"])
        later = town.duty_officer.issues_alert(groups=["the street"], follows=first)
        town.answers("Bob", later, "safe")
        with pytest.MonkeyPatch.context() as idle:
            idle.setattr(town, "work", lambda: None)
            town.answers("Pia", later, "safe")
        assert [one.settled_at for alert in (first, later) for one in town.watches(alert, "silence")] == [None, None]
        memory = town.memory
    for after, town in each_death(tmp_path, memory):
        how = [one.settled_how for alert in (first, later) for one in town.watches(alert, "silence")]
        assert (how, unsettled(town)) == (["followed", "answered"], []), after


def each_death(tmp_path: Path, memory: Memory) -> Iterator[tuple[int, Town]]:
    """Yield after how many writes somebody died who did the work that waits, and the town once the next has done it."""
    for writes in count(1):
        data, left = tmp_path / f"{writes}", tmp_path / f"{writes} left"
        shutil.copytree(tmp_path / "told", data, ignore=UNLOCKED)
        with Town(data, memory=memory) as town, pytest.MonkeyPatch.context() as deadly:
            death = Death(data, left, writes)
            for write in WRITES:
                deadly.setattr(Store, write, death.wrap(getattr(Store, write)))
            with suppress(Died):
                town.work()
        if not left.exists():
            break
        with Town(left, memory=memory) as town:
            town.work()
            yield writes, town
            town.reconcile()
    assert writes > 3
