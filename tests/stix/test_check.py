"""Every rule of the check: what breaks it gets its sentence; what keeps it gets none."""

from typing import Any

import pytest

from tests.stix.objects import (
    ACTOR,
    ALL,
    AT,
    BY,
    CAMPAIGN,
    EVERYTHING,
    NOTE,
    OPINION,
    PLACE,
    REPORT,
    SEEN,
    STRUCK,
    bundle,
    id_of,
    one,
)
from tocsin.basis.marking import Mark
from tocsin.stix import check
from tocsin.stix.extensions import Likelihood, said_by
from tocsin.stix.problem import MAX_PROBLEMS
from tocsin.stix.tlp import IDS, definition

BEFORE = "2024-03-06T18:00:00.000Z"
ODD = said_by(Likelihood(low=0.2, high=0.4, confidence="low"))


def _odd(**changed: Any) -> dict[str, Any]:
    return {Likelihood.ID: {**ODD[Likelihood.ID], **changed}}


def _rules(*objects: Any) -> list[tuple[str, str]]:
    return [(problem.rule, problem.severity) for problem in check(bundle(*objects))]


def test_what_keeps_the_standard_gets_no_word() -> None:
    assert _rules(*EVERYTHING) == []


@pytest.mark.parametrize(
    ("said", "rule", "severity"),
    [
        pytest.param("bell", "object", "error", id="no object"),
        pytest.param({**STRUCK, "type": "In cident"}, "type", "error", id="no type"),
        pytest.param({**STRUCK, "type": "x-bell", "id": id_of("x-bell")}, "unknown-type", "warning", id="a type of theirs"),
        pytest.param({**STRUCK, "id": "incident--1"}, "id", "error", id="an id without a UUID"),
        pytest.param({**STRUCK, "id": id_of("campaign", 7)}, "id", "error", id="an id of another type"),
        pytest.param({**STRUCK, "spec_version": "2.0"}, "spec_version", "warning", id="STIX 2.0"),
        pytest.param({**STRUCK, "spec_version": "3"}, "spec_version", "error", id="a STIX that is not"),
        pytest.param({n: v for n, v in STRUCK.items() if n != "spec_version"}, "spec_version", "error", id="no version said"),
        pytest.param({n: v for n, v in STRUCK.items() if n != "created"}, "required", "error", id="no moment of making"),
        pytest.param({n: v for n, v in STRUCK.items() if n != "name"}, "required", "error", id="no name"),
        pytest.param({**STRUCK, "created": "2024-03-07T18:00:00Z"}, "milliseconds", "error", id="no milliseconds"),
        pytest.param({**STRUCK, "modified": BEFORE}, "order", "error", id="changed before it was made"),
        pytest.param({**STRUCK, "name": 7}, "value", "error", id="a name that is a number"),
        pytest.param({**STRUCK, "labels": []}, "value", "error", id="an empty list"),
        pytest.param({**STRUCK, "revoked": 1}, "value", "error", id="a flag that is a number"),
        pytest.param({**STRUCK, "confidence": 101}, "range", "error", id="a confidence of 101"),
        pytest.param({**STRUCK, "created_by_ref": id_of("campaign")}, "refers-to", "error", id="made by a campaign"),
        pytest.param({**PLACE, "latitude": 91}, "range", "error", id="north of the pole"),
        pytest.param(one("location", name="?", latitude=1, region="x"), "value", "error", id="half a point"),
        pytest.param(one("location", name="?", region="x", precision=3), "value", "error", id="a precision of nothing"),
        pytest.param(one("location", name="?"), "required", "warning", id="a place without a where"),
        pytest.param({**OPINION, "opinion": "perhaps"}, "value", "error", id="an opinion of theirs"),
        pytest.param({**SEEN, "where_sighted_refs": [CAMPAIGN["id"]]}, "refers-to", "error", id="seen in a campaign"),
        pytest.param({**SEEN, "first_seen": AT, "last_seen": BEFORE}, "order", "error", id="seen last before first"),
        pytest.param({**NOTE, "object_refs": [id_of("tool")]}, "dangling", "warning", id="about what is not there"),
        pytest.param({**NOTE, "object_refs": ["?"]}, "value", "error", id="about no id"),
        pytest.param({**STRUCK, "extensions": {"?": {"a": 1}}}, "extension", "error", id="an extension without a name"),
        pytest.param({**NOTE, "extensions": _odd(low=0.9)}, "extension", "error", id="a likelihood upside down"),
        pytest.param({**NOTE, "extensions": _odd(low="0.2")}, "extension", "error", id="a likelihood that is a word"),
        pytest.param({**STRUCK, "object_marking_refs": [id_of("marking-definition")]}, "mark", "warning", id="a mark unknown"),
        pytest.param({**definition(Mark.RED), "id": IDS[Mark.CLEAR]}, "tlp", "error", id="RED under the id of CLEAR"),
        pytest.param({**STRUCK, "granular_markings": [{"selectors": ["name"]}]}, "granular", "error", id="a part without a mark"),
        pytest.param(
            {**STRUCK, "granular_markings": [{"selectors": ["names.[0]"], "marking_ref": IDS[Mark.RED]}]},
            "granular", "error", id="a mark on nothing",
        ),
        pytest.param({**CAMPAIGN, "name": "Another plan"}, "twice", "error", id="two that differ say they are one"),
        pytest.param({**CAMPAIGN}, "twice", "warning", id="the same twice"),
        pytest.param(one("malware", is_family=True), "required", "error", id="a family without a name"),
        pytest.param(one("malware-analysis", product="x"), "required", "error", id="an analysis that found nothing"),
        pytest.param(one("observed-data", first_observed=AT, last_observed=AT, number_observed=1), "value", "error", id="nothing observed"),
        pytest.param(
            one("marking-definition", modified=None, name="?"), "required", "error", id="a marking without a definition"
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_is_named(said: Any, rule: str, severity: str) -> None:
    assert (rule, severity) in _rules(CAMPAIGN, ACTOR, PLACE, said)


def test_a_newer_version_beside_an_older_is_no_fault() -> None:
    newer = {**CAMPAIGN, "modified": "2024-03-08T18:00:00.000Z", "name": "Another plan"}
    assert _rules(CAMPAIGN, newer, ACTOR, BY, ALL, REPORT) == []


def test_a_bundle_says_that_it_is_one() -> None:
    assert [problem.rule for problem in check(b'{"objects":[]}')] == ["bundle-type", "bundle-id"]
    assert [problem.rule for problem in check(b"{")] == ["read"]


def test_so_many_faults_are_told_and_no_more() -> None:
    assert len(check(bundle(*["?"] * 5_000))) == MAX_PROBLEMS + 1
