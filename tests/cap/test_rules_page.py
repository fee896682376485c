"""The list of rules is whole: each is on the page, each has a message that breaks it, and none is told without it."""

import re
from pathlib import Path

import pytest

from tests.cap.test_profiles import ADVICE, ERRORS
from tests.cap.test_read import DEFECTS, REFUSED
from tests.cap.test_rules import ADVICE as CAP_ADVICE
from tests.cap.test_rules import BROKEN, MISLEADING
from tocsin.cap.profiles import PROFILES
from tocsin.cap.rules import RULES, Rule, source_of, table

ROOT = Path(__file__).parents[2]
ELSEWHERE = {"file", "cap-3.2.1-sent"}  # the first is told by the command, the second is among REFUSED


IN_CHAIN = {"ipaws-unexpired"}  # no message breaks it alone: tests/cap/test_profiles.py hands in its chain


def test_the_page_has_the_list_as_the_code_has_it() -> None:
    page = (ROOT / "docs" / "reference" / "cap.md").read_text(encoding="utf-8")
    assert "\n".join(table()) in page
    assert all(f"`{name}`" in page for name in PROFILES)


def test_every_rule_has_a_message_that_breaks_it() -> None:
    params = [*BROKEN, *MISLEADING, *CAP_ADVICE, *REFUSED, *DEFECTS]
    tried = {str(param.values[1]) for param in params} | {rule for rule, _ in [*ERRORS, *ADVICE]} | IN_CHAIN
    assert {rule.name for rule in RULES} - tried == {"file"}


def test_no_rule_is_told_that_is_not_in_the_list() -> None:
    names = {rule.name for rule in RULES}
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "src" / "tocsin" / "cap").rglob("*.py"))
    told = set(re.findall(r'"((?:cap-3|google-|ipaws-|wmo-)[A-Za-z0-9.\-]+)"', code))
    assert told <= names


def test_no_name_stands_twice_and_each_has_its_source() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(source_of(rule.name) and rule.says.endswith(".") for rule in RULES)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.severity != "error or warning"], ids=lambda r: r.name)
def test_a_rules_severity_is_that_of_the_list(rule: Rule) -> None:
    name, severity = rule.name, rule.severity
    errors = {str(param.values[1]) for param in [*BROKEN, *REFUSED, *DEFECTS]} | {each for each, _ in ERRORS} | IN_CHAIN
    warnings = {str(param.values[1]) for param in [*MISLEADING, *CAP_ADVICE]} | {each for each, _ in ADVICE}
    assert name in {"error": errors, "warning": warnings}[severity] or name == "file"
