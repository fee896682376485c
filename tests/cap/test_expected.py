"""Each file of the corpus gets the verdict that a person gave it who read it beside the standard, and no other.

The verdicts stand in expected.tsv: by which rules a file is wrong, of which it is warned, and why, where that is not plain.
"""

import csv
from pathlib import Path

import pytest

from tests.corpus import corpus
from tocsin.cap.judge import judge_all
from tocsin.cap.rules import RULES

with (Path(__file__).parent / "expected.tsv").open(newline="", encoding="utf-8") as table:
    EXPECTED = list(csv.DictReader(table, delimiter="\t"))


def named(rules: str) -> set[str]:
    return set(rules.split()) - {"-"}


@pytest.mark.parametrize("row", [pytest.param(row, id=row["path"]) for row in EXPECTED])
def test_a_file_is_wrong_by_the_rules_that_it_breaks_and_by_no_others(row: dict[str, str]) -> None:
    found = judge_all(corpus("cap", *row["path"].split("/")).read_bytes())
    errors = {problem.rule for problem in found.problems if problem.severity == "error"}
    warnings = {problem.rule for problem in found.problems if problem.severity == "warning"} - errors
    assert (errors, warnings) == (named(row["errors"]), named(row["warnings"])), row["why"]
    assert found.ok == (not errors)


def test_every_file_of_the_corpus_has_its_verdict_and_every_rule_is_one() -> None:
    with corpus("cap", "MANIFEST.csv").open(newline="", encoding="utf-8") as manifest:
        assert {row["path"] for row in EXPECTED} == {row["path"] for row in csv.DictReader(manifest)}
    known = {rule.name for rule in RULES}
    assert all(named(row["errors"]) | named(row["warnings"]) <= known for row in EXPECTED)
