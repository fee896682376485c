"""Competing hypotheses in a scenario: played as an officer would weigh them, told in the summary, refused with their line."""

from pathlib import Path
from typing import Any

import pytest

from tests.scenario.test_refused import GOOD
from tocsin.basis.errors import Refused
from tocsin.cli.stage import set_stage
from tocsin.scenario.read import read_text

HEAD = GOOD.split("  - at: 2026-05-01 12:00")[0]
STEPS = """\
  - {at: 2026-05-01 16:00, id: they, hypothesis: {words: It was they, actor: lanterns}}
  - {at: 2026-05-01 16:01, id: others, hypothesis: It was others}
"""


def read(steps: str) -> Any:
    return read_text((HEAD + STEPS + steps).encode(), Path("fair.yaml"))


def play(steps: str, folder: Path) -> dict[str, Any]:
    with set_stage(read(steps), folder / "data", "127.0.0.1", 0, "test") as stage:
        summary: dict[str, Any] = stage.play(lambda *_: None)
    return summary


def test_what_was_weighed_is_told_with_what_it_hangs_on(tmp_path: Path) -> None:
    told = play(
        """\
  - at: 2026-05-01 16:02
    id: heard
    weigh: {report: first, judged: {they: II, others: C, deception: N}, why: They were held}
  - at: 2026-05-01 16:03
    weigh: {words: Nobody else has boats, judged: {others: I, they: C, deception: no_indication}}
  - at: 2026-05-01 16:04
    weigh: {row: heard, judged: {they: I}}
""",
        tmp_path,
    )
    assert told["reconcile"] is True
    (matrix,) = told["threats"][0]["matrices"]
    assert (matrix["question"], matrix["rows"], matrix["untested"]) == ("who", 2, [])
    # A report of the Gazette (B) whose credibility nobody has judged (6) weighs as much as our own words.
    assert matrix["inconsistency"] == {"deception": 0.0, "they": 1.0, "others": 1.0}
    assert matrix["order"] == [["deception"], ["others", "they"]]
    assert {"origin": "first", "order": [["they"], ["others"]]} in matrix["hangs_on"]


@pytest.mark.parametrize(
    ("step", "sentence"),
    [
        pytest.param(
            "weigh: {report: first, judged: {them: C}}", "no hypothesis of the question 'who'", id="nobody stated it"
        ),
        pytest.param("weigh: {report: first, judged: {they: X}}", "X", id="no such judgement"),
        pytest.param("weigh: {judged: {they: C}}", "weighs nothing", id="nothing"),
        pytest.param("weigh: {report: first}", "lacks the field 'judged'", id="judged by nobody"),
        pytest.param(
            "weigh: {report: first, incident: first, judged: {they: C}}", "report and incident at once", id="two things"
        ),
        pytest.param("weigh: {question: what, report: first, judged: {they: C}}", "'what'", id="the other question"),
        pytest.param("set_aside: {hypothesis: nobody, why: No}", "no hypothesis", id="one that was never stated"),
    ],
)
def test_what_cannot_be_weighed_is_refused_with_its_line(step: str, sentence: str) -> None:
    with pytest.raises(Refused, match=r"fair.yaml:\d+: ") as refused:
        read(f"  - {{at: 2026-05-01 16:02, {step}}}\n")
    assert sentence in str(refused.value)


def test_deception_is_not_set_aside_in_a_scenario_either(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="never set aside"):
        play("  - {at: 2026-05-01 16:02, set_aside: {hypothesis: deception, why: No}}\n", tmp_path)
