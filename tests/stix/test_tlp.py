"""How an object is marked: by the strictest mark on any part of it, and by RED where nobody knows the mark."""

from typing import Any

import pytest

from tests.stix.objects import AT, STRUCK, id_of
from tocsin.basis.marking import Mark, strictest
from tocsin.stix.tlp import EXTENSION, IDS, TLP1, definition, is_altered, marking_of

OURS = id_of("marking-definition", 5)
STATEMENT = {
    "type": "marking-definition", "spec_version": "2.1", "id": OURS, "created": AT, "definition_type": "statement",
    "definition": {"statement": "© The town"},
}  # fmt: skip
OWN = {**STATEMENT, "definition_type": "x-town", "definition": {"for": "the council"}}
ALSO_GREEN = {"id": OURS, "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "green"}}}
OLD = {mark: id for id, mark in TLP1.items()}


def _part(id: str) -> dict[str, Any]:
    return {"granular_markings": [{"selectors": ["name"], "marking_ref": id}]}


@pytest.mark.parametrize(
    ("marked", "definitions", "mark"),
    [
        pytest.param({}, {}, None, id="unmarked"),
        *(pytest.param({"object_marking_refs": [id]}, {}, mark, id=mark.value) for mark, id in IDS.items()),
        *(pytest.param({"object_marking_refs": [id]}, {}, mark, id=f"TLP 1 for {mark.value}") for mark, id in OLD.items()),
        pytest.param({"object_marking_refs": [IDS[Mark.GREEN], IDS[Mark.AMBER]]}, {}, Mark.AMBER, id="two: the stricter"),
        pytest.param({"object_marking_refs": [IDS[Mark.GREEN]], **_part(IDS[Mark.RED])}, {}, Mark.RED, id="a part is stricter"),
        pytest.param({"object_marking_refs": [IDS[Mark.RED]], **_part(IDS[Mark.CLEAR])}, {}, Mark.RED, id="a part is looser"),
        pytest.param({"object_marking_refs": [OURS]}, {OURS: STATEMENT}, None, id="a copyright bounds nothing"),
        pytest.param({"object_marking_refs": [OURS, IDS[Mark.GREEN]]}, {OURS: STATEMENT}, Mark.GREEN, id="a copyright and a mark"),
        pytest.param({"object_marking_refs": [OURS, IDS[Mark.CLEAR]]}, {OURS: OWN}, Mark.RED, id="a mark that nobody here knows"),
        pytest.param({"object_marking_refs": [OURS, IDS[Mark.CLEAR]]}, {}, Mark.RED, id="a mark that is not there"),
        pytest.param({"object_marking_refs": [OURS]}, {OURS: ALSO_GREEN}, Mark.GREEN, id="TLP 2 under an id of theirs"),
        pytest.param(
            {"object_marking_refs": [IDS[Mark.CLEAR]]},
            {IDS[Mark.CLEAR]: {**definition(Mark.RED), "id": IDS[Mark.CLEAR]}},
            Mark.RED, id="RED said under the id of CLEAR",
        ),
        pytest.param({"object_marking_refs": "?", "granular_markings": 7}, {}, None, id="no list of marks"),
    ],
)  # fmt: skip
def test_the_strictest_holds(marked: dict[str, Any], definitions: dict[str, Any], mark: Mark | None) -> None:
    assert marking_of({**STRUCK, **marked}, definitions).mark is mark


def test_each_mark_is_said_as_it_must_be() -> None:
    for mark in Mark:
        said = definition(mark)
        assert said["extensions"][EXTENSION]["tlp_2_0"] == mark.value.partition(":")[2].lower()
        assert not is_altered(said)


def test_the_marks_stand_in_their_order() -> None:
    assert strictest([]) is Mark.CLEAR
    assert strictest([Mark.GREEN, Mark.AMBER_STRICT, Mark.AMBER]) is Mark.AMBER_STRICT
