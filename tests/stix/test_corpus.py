"""What others wrote: read and written again without loss, and judged as the published schemas judge it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus import corpus
from tests.stix.objects import EVERYTHING
from tests.stix.published import faults
from tocsin.stix import check, read, spell
from tocsin.stix.extensions import EXTENSIONS, definition, maker
from tocsin.stix.judge import judge
from tocsin.stix.tlp import IDS
from tocsin.stix.tlp import definition as mark_definition
from tocsin.stix.types import INTELLIGENCE


def files() -> list[Path]:
    return sorted(corpus("intel", "stix21", "examples").rglob("*.json"))


def _objects() -> list[Any]:
    return [said for file in files() for said in read(file.read_bytes()).objects]


def test_every_file_is_said_again_without_loss() -> None:
    assert len(files()) == 8
    for file in files():
        raw = file.read_bytes()
        again = spell(read(raw))
        assert json.loads(again) == json.loads(raw), file.name
        assert spell(read(again)) == again


def test_every_object_is_judged_right_that_the_schemas_take() -> None:
    objects = _objects()
    assert len(objects) == 260
    for said in objects:
        ours = [str(problem) for problem in judge(said, "it") if problem.severity == "error"]
        assert bool(ours) == bool(faults(said)), (said["id"], ours, faults(said))


def test_what_we_make_ourselves_fits_the_schemas() -> None:
    made = [*EVERYTHING, maker(), *(definition(id) for id in EXTENSIONS), *(mark_definition(mark) for mark in IDS)]
    for said in made:
        assert faults(said) == [], said["id"]
        assert [problem for problem in judge(said, "it") if problem.severity == "error"] == []


BREAKING = st.sampled_from(["drop", "empty", "number", "text", "flag", "nothing", "list"])
VALUES: dict[str, Any] = {"empty": [], "number": 7, "text": "?", "flag": True, "nothing": None, "list": ["?"]}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_a_schema_refuses_in_a_property_of_intelligence_we_name_too(data: Any) -> None:
    said = copy.deepcopy(
        data.draw(st.sampled_from([one for one in (*EVERYTHING, *_objects()[:60]) if one["type"] in INTELLIGENCE]))
    )
    name = data.draw(
        st.sampled_from([name for name in said if name not in ("type", "external_references", "kill_chain_phases")])
    )
    how = data.draw(BREAKING)
    if how == "drop":
        del said[name]
    else:
        said[name] = VALUES[how]
    if faults(said):
        assert any(problem.severity == "error" for problem in judge(said, "it")), (name, how, faults(said))


def test_a_whole_file_has_no_error_and_its_marks_are_known() -> None:
    for file in files():
        assert [str(problem) for problem in check(file.read_bytes()) if problem.severity == "error"] == [], file.name


@pytest.mark.parametrize("kind", sorted(INTELLIGENCE))
def test_the_table_of_a_type_asks_for_what_its_schema_asks_for(kind: str) -> None:
    found = list(corpus("intel", "stix21", "schemas").rglob(f"{kind}.json"))
    schema = json.loads(found[0].read_text(encoding="utf-8"))
    properties = {name for part in schema.get("allOf", []) for name in part.get("properties", {})} - {"type", "id"}
    wanted = {name for name, one in INTELLIGENCE[kind].items() if one.required}
    if kind != "language-content":  # its schema has its own layout
        assert properties | set(schema.get("required", [])) == set(INTELLIGENCE[kind]), kind
        assert wanted == set(schema.get("required", [])), kind
