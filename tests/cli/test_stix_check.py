"""tocsin stix check: one line a file, the exit code is the answer, and nothing that is handed in stops the others."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.stix.objects import CAMPAIGN, EVERYTHING, bundle, id_of
from tocsin.cli.main import main


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, raw in {
        "a.json": bundle(*EVERYTHING),
        "b.json": bundle({**CAMPAIGN, "name": 7}),
        "c.json": b"no JSON",
        "in/d.json": bundle({**CAMPAIGN, "created_by_ref": id_of("identity")}),
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    return tmp_path


def check(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["stix", "check", *map(str, arguments)], input=stdin)


def test_a_right_bundle_is_one_line_and_0(folder: Path) -> None:
    result = check(folder / "a.json", "--json")
    line = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (line["ok"], line["id"], line["objects"], line["problems"]) == (True, id_of("bundle"), len(EVERYTHING), [])
    assert line["types"]["campaign"] == 1


def test_each_file_of_a_directory_is_judged(folder: Path) -> None:
    result = check(folder, "--json")
    found = {Path(line["file"]).name: line for line in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 1
    assert {name: line["ok"] for name, line in found.items()} == {
        "a.json": True, "b.json": False, "c.json": False, "d.json": True,
    }  # fmt: skip
    assert found["b.json"]["problems"] == [
        {
            "rule": "value", "severity": "error", "message": "The property name must hold a text.",
            "where": f"{CAMPAIGN['id']} name",
        }
    ]  # fmt: skip
    assert [problem["rule"] for problem in found["d.json"]["problems"]] == ["dangling"]


def test_people_read_it_too(folder: Path) -> None:
    shown = check(folder / "b.json", folder / "missing.json", "-", stdin=bundle(*EVERYTHING))
    assert "WRONG" in shown.output
    assert "The property name must hold a text." in shown.output
    assert "right  -  (10 objects)" in shown.output
    assert "cannot be read" in shown.output
    assert "Traceback" not in shown.output


def test_a_directory_without_a_file_is_asked_wrongly(tmp_path: Path) -> None:
    assert check(tmp_path).exit_code == 2
