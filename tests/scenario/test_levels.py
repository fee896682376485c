"""What the summary of a replay says of levels: from when to when each was in force, and what ended that."""

from pathlib import Path

from tests.faults.processes import run_here, summary

CASE = """\
tocsin: scenario/1
id: levels
zone: Europe/Berlin
steps:
  - {at: 2026-05-01 08:00, id: three, advisory: {country: NG, region: Abuja, level: 3}}
  - {at: 2026-05-01 08:00, id: whole, advisory: {country: NG, level: 3}}
  - {at: 2026-05-02 08:00, id: planned, advisory: {country: NG, region: Abuja, level: 4, effective: 2026-05-03 08:00}}
  - {at: 2026-05-04 08:00, id: lower, advisory: {country: NG, region: Abuja, level: 2, effective: 2026-05-20}}
  - {at: 2026-05-05 08:00, id: sooner, advisory: {country: NG, region: Abuja, level: 2, effective: 2026-05-06}}
  - {at: 2026-05-07 08:00, id: later, advisory: {country: NG, region: Abuja, level: 1, effective: 2026-05-30}}
  - {at: 2026-05-08 08:00, withdraw_level: {advisory: later, words: It was too soon.}}
  - {at: 2026-05-09 08:00, withdraw_level: {advisory: sooner, words: The level of the country holds.}}
"""


def test_from_when_to_when_each_level_was_in_force_is_told(tmp_path: Path) -> None:
    (tmp_path / "levels.yaml").write_text(CASE)
    played = summary(run_here("replay", tmp_path / "levels.yaml", "--json"))
    assert played["reconcile"] is True
    assert {one["id"]: one["in_force"] for one in played["warnings"]} == {
        "three": {"from": "2026-05-01T06:00:00Z", "to": "2026-05-03T06:00:00Z", "how": "replaced", "by": "planned"},
        "whole": {"from": "2026-05-01T06:00:00Z", "to": None, "how": None, "by": None},
        "planned": {"from": "2026-05-03T06:00:00Z", "to": "2026-05-05T22:00:00Z", "how": "replaced", "by": "sooner"},
        "lower": None,
        "sooner": {"from": "2026-05-05T22:00:00Z", "to": "2026-05-09T06:00:00Z", "how": "withdrawn", "by": None},
        "later": None,
    }
