"""A replay that dies right after a commit goes on; tried after the first commit of every sort there is."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import FERRY
from tests.faults.replays import Replay, differences, story
from tocsin.cli.stage import set_stage
from tocsin.scenario.play import Poster
from tocsin.scenario.read import read
from tocsin.store.store import Store

WRITES = ("commit", "claim", "add_results", "release", "seal", "finish", "take_answers")


class Died(BaseException):
    """The process is gone: no except clause of ours may catch this."""


class Deaths:
    """Lets the process die after the first write of each sort."""

    def __init__(self) -> None:
        self.sorts: list[str] = []
        self.dead = False

    def after(self, sort: str) -> None:
        if sort not in self.sorts:
            self.sorts.append(sort)
            self.dead = True
            raise Died(sort)

    def wrap(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def deadly(*args: Any, **named: Any) -> Any:
            if self.dead:
                raise Died  # who is dead tidies nothing up on the way out
            done = method(*args, **named)
            if not getattr(done, "repeated", False):
                self.after(sort_of(name, named))
            return done

        return deadly


def sort_of(name: str, named: dict[str, Any]) -> str:
    """Return the sort of a write: a command by its words without ids, any other by its name."""
    command = str(named.get("command", ""))
    known = re.sub(r"\b[0-9a-z]{26}\b|\b\d+\b", "*", command.removeprefix("scenario:ferry:"))
    return f"{name} {known}".strip()


def play(data: Path) -> dict[str, Any]:
    with set_stage(read(FERRY), data, "127.0.0.1", 0, "test") as stage:
        return stage.play(lambda *_: None)


def test_dead_after_the_first_write_of_every_sort_a_replay_ends_as_one_that_was_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reference: Replay
) -> None:
    deaths = Deaths()
    for name in WRITES:
        monkeypatch.setattr(Store, name, deaths.wrap(name, getattr(Store, name)))
    monkeypatch.setattr(Poster, "__call__", deaths.wrap("answer", Poster.__call__))
    went_on: dict[str, Any] = {}
    while not went_on:
        deaths.dead = False
        try:
            went_on = play(tmp_path)
        except Died:
            continue
    wanted = {"commit plan:*", "commit accept-*:*", "add_results", "take_answers", "answer", "seal", "claim",
              "commit no-smoke", "commit retract:*:*"}  # fmt: skip
    assert wanted <= set(deaths.sorts), deaths.sorts
    assert differences(story(reference.summary), story(went_on)) == []
