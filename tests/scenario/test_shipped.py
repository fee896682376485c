"""The real cases that ship beside Moscow's play to their end, and say of them what became known."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import run, summary

SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.mark.parametrize(
    ("name", "outcome", "scores"),
    [
        pytest.param(
            "kerman-2024", "exact", {"hits": 1, "misses": 0, "false_alarms": 0}, id="told in confidence, and struck"
        ),
        pytest.param(
            "sandton-2022",
            "nothing",
            {"hits": 0, "misses": 0, "false_alarms": 1},
            id="told in public, and nothing came",
        ),
    ],
)
def test_a_real_case_plays_to_its_end(name: str, outcome: str, scores: dict[str, Any], tmp_path: Path) -> None:
    told = summary(run("replay", SCENARIOS / name, "--data", tmp_path / "data", "--json"))
    assert (told["reconcile"], told["problems"]) == (True, [])
    assert [one["outcome"]["class"] for one in told["threats"]] == [outcome]
    assert {key: told["scores"][key] for key in scores} == scores
    assert all(warning["deliveries"] for warning in told["warnings"])


def test_what_the_reference_shows_piece_by_piece_plays_to_its_end(tmp_path: Path) -> None:
    told = summary(run("replay", SCENARIOS / "mill-fair.yaml", "--data", tmp_path / "data", "--json"))
    assert (told["reconcile"], told["problems"]) == (True, [])
    assert len(told["warnings"]) > 5
    page = (SCENARIOS.parent / "docs" / "reference" / "scenario.md").read_text("utf-8")
    section = page.split("## The summary")[1].split("\n## ")[0]
    assert {key for key in _keys(told) if f"`{key}`" not in section} == set()


NAMED_BY_THE_SCENARIO = {"indicators", "inconsistency", "deliveries"}
"""Of these the keys are the scenario's own, or how far deliveries came."""


def _keys(value: Any) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, dict) else [("", one) for one in value]:
        yield from [key] if key else []
        if isinstance(inner, dict | list) and key not in NAMED_BY_THE_SCENARIO:
            yield from _keys(inner)
