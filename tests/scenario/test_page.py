"""The reference page: whatever it shows as an example must be read."""

import re
from pathlib import Path
from typing import Any

import pytest

from tocsin.scenario import read as reading
from tocsin.scenario.doing.acts import DOES
from tocsin.scenario.read import read, read_text
from tocsin.scenario.steps.after import AnswersStep, AnswerStep
from tocsin.scenario.steps.step import Step
from tocsin.threat.particulars import Particulars

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/reference/scenario.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
PARTS = [example for example in EXAMPLES if example.startswith("# part")]
WHOLE = [example for example in EXAMPLES if not example.startswith("# part")]


@pytest.mark.parametrize("example", WHOLE, ids=range(len(WHOLE)))
def test_a_whole_example_is_read(example: Any) -> None:
    assert read_text(example.encode(), Path("example.yaml")).steps


def test_the_parts_together_are_the_example_that_ships() -> None:
    told = "\n".join(part.split("\n", 1)[1] for part in PARTS)
    shipped = (ROOT / "scenarios/mill-fair.yaml").read_text(encoding="utf-8")
    assert shipped.split("\n", 2)[2] == told


def test_every_verb_is_explained_and_occurs_in_the_example() -> None:
    scenario = read(ROOT / "scenarios/mill-fair.yaml")
    headings = " ".join(line for line in PAGE.splitlines() if line.startswith("### "))
    played = {step.verb for step in scenario.steps}
    assert played == set(reading.VERBS)
    assert {verb for verb in reading.VERBS if not re.search(rf"\b{verb}\b", headings)} == set()


def kinds(of: type[Step] = Step) -> list[type[Step]]:
    return [one for kind in of.__subclasses__() for one in ([kind] if kind.verb else []) + kinds(kind)]


def test_every_verb_makes_a_step_that_bears_its_name() -> None:
    assert {kind.verb for kind in kinds()} == set(reading.VERBS)


def test_whatever_is_not_answered_by_a_link_is_done_as_an_act() -> None:
    assert set(kinds()) - set(DOES) == {AnswerStep, AnswersStep}


def test_every_kept_field_is_on_the_page() -> None:
    renamed = {"happened": "when", "place_axis": "place"}
    fields = {renamed.get(name, name) for kind in kinds() for name in kind.__struct_fields__}
    fields |= {"kind", *Particulars.__struct_fields__} - {"threat_kind"}
    assert {
        name for name in fields - {"line", "time", "members", "given", "particulars"} if f"`{name}`" not in PAGE
    } == set()


@pytest.mark.parametrize("folder_or_file", sorted((ROOT / "scenarios").iterdir()), ids=lambda path: path.name)
def test_every_scenario_that_ships_is_read(folder_or_file: Path) -> None:
    assert read(folder_or_file).steps
