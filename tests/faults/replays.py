"""Killing a replay, again and again, and letting it go on: what the tests and `make faults` have in common."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from tests.faults.processes import Outside, kill, outside, run, summary, tocsin, wait_until

Told = Callable[[str], None]


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """A replay that came to its end, and how many rows it left in its directory."""

    summary: dict[str, Any]
    rows: int
    data: Path


class Kill(msgspec.Struct, frozen=True, kw_only=True):
    """One kill: where the story stood when it fell, and whether a sender had a batch in hand."""

    journal: int
    results: int
    answers: int
    sending: bool

    def __str__(self) -> str:
        hand = ", while sending" if self.sending else ""
        return f"at {self.journal} facts, {self.results} results, {self.answers} answers{hand}"


def left_alone(scenario: Path, data: Path) -> Replay:
    """Play a scenario without a fault."""
    told = summary(run("replay", scenario, "--data", data, "--json"))
    with outside(data) as look:
        return Replay(summary=told, rows=look.rows(), data=data)


def spread(stretch: range, kills: int, seed: int) -> list[int]:
    """Return numbers of rows at which to kill: one at random in each of as many equal parts of a stretch."""
    chance = random.Random(seed)
    return [stretch.start + int(len(stretch) * (part + chance.random()) / kills) for part in range(kills)]


def killed(scenario: Path, data: Path, points: Sequence[int], told: Told = lambda _: None) -> tuple[Any, list[Kill]]:
    """Kill a replay at each of these numbers of rows, starting it again each time; return how it ended, and the kills.

    A replay that is past its point when it starts is killed after its first new row.
    """
    kills: list[Kill] = []
    for point in points:
        with tocsin("replay", scenario, "--data", data, "--json") as process, outside(data) as look:
            if not wait_until(_reached(look, max(point, look.rows() + 1)), process):
                raise AssertionError(f"It ended before row {point}: {process.returncode} {process.communicate()[1]}")
            kill(process)
            kills.append(_note(look))
        told(f"kill {len(kills)} of {len(points)} {kills[-1]}")
    return run("replay", scenario, "--data", data, "--json"), kills


def _reached(look: Outside, rows: int) -> Callable[[], bool]:
    return lambda: look.rows() >= rows


def _note(look: Outside) -> Kill:
    journal, results, answers = (int(look.ask(f"SELECT count(*) FROM {t}")) for t in look.GROWING)
    sending = bool(look.ask("SELECT count(*) FROM leases WHERE owner IS NOT NULL"))
    return Kill(journal=journal, results=results, answers=answers, sending=sending)


def story(summary: dict[str, Any]) -> dict[str, Any]:
    """Return what two replays of one scenario must agree in: all but the record's root.

    The root differs between any two directories, for it stands on their own random ids, salts and keys. Its size must
    agree: one entry a public fact and one an hour, however often the clock was stopped in between.
    """
    return {name: value for name, value in summary.items() if name != "record"} | {"size": summary["record"]["size"]}


def differences(one: Any, other: Any, where: str = "") -> list[str]:
    """Return where two summaries differ, for a person to read."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = sorted(one.keys() | other.keys())
        return [d for name in names for d in differences(one.get(name), other.get(name), f"{where}.{name}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for n, pair in enumerate(zip(one, other, strict=True)) for d in differences(*pair, f"{where}[{n}]")]
    return [] if one == other else [f"{where}: {one!r} left alone, {other!r} after kills"]
