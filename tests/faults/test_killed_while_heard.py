"""Killed while people answer, codes are named, a headcount is taken and dates fall due, the desk ends as one left alone."""

import json
import random
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import PATIENCE_S, kill, outside, started, wait_until
from tests.faults.replays import differences

KILLS = 7


def command(data: Path) -> list[str]:
    return [sys.executable, "-m", "tests.faults.heard", str(data)]


def ended(data: Path) -> dict[str, Any]:
    with started(command(data)) as process:
        said, complaint = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, complaint
    return dict(json.loads(said))


@pytest.fixture(name="alone", scope="module")
def _alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], int]:
    data = tmp_path_factory.mktemp("alone")
    said = ended(data)
    with outside(data) as look:
        return said, look.rows()


def test_two_nights_that_are_left_alone_are_the_same(alone: tuple[dict[str, Any], int], tmp_path: Path) -> None:
    assert differences(alone[0], ended(tmp_path)) == []
    assert alone[0]["reconcile"] == []
    assert alone[0]["unsettled"] == 0


def test_killed_again_and_again_nothing_is_lost_nothing_doubled_and_no_ladder_ends(
    alone: tuple[dict[str, Any], int], tmp_path: Path
) -> None:
    wanted, rows = alone
    chance = random.Random(5)
    fell = []
    for part in range(KILLS):
        point = int(rows * (part + chance.random()) / KILLS)
        with started(command(tmp_path)) as process, outside(tmp_path) as look:
            here, sooner = look, max(point, look.rows() + 1)
            if not wait_until(lambda here=here, sooner=sooner: here.rows() >= sooner, process):  # type: ignore[misc]
                break
            kill(process)
            fell.append(look.rows())
    assert len(fell) > KILLS // 2, fell
    assert differences(wanted, ended(tmp_path)) == []
