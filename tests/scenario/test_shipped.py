"""The real cases that ship beside Moscow's play to their end, and say of them what became known."""

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
