"""tocsin advisory keep and held, on a directory that no server runs on."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tocsin.cli.main import main
from tocsin.testing.town import Town


def run(*words: str) -> tuple[int, str]:
    came = CliRunner().invoke(main, ["advisory", *words])
    return came.exit_code, came.output


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with Town(tmp_path / "town") as town:
        town.sets_level("FR", 3, region="The coast")
        town.sets_level("BE", 2)
    return tmp_path / "town"


def test_what_is_in_force_is_told(home: Path) -> None:
    code, said = run("held", "--data", str(home), "--on", "2100-01-01", "--json")
    assert code == 0
    told = json.loads(said)["levels"]
    assert [(one["country"], one["region"], one["level"]) for one in told] == [("BE", None, 2), ("FR", "The coast", 3)]
    assert run("held", "--data", str(home), "--on", "2100-01-01", "--country", "fr")[1].startswith(
        "FR The coast: level 3"
    )
    assert json.loads(run("held", "--data", str(home), "--on", "2001-01-01", "--json")[1])["levels"] == []
    assert run("held", "--data", str(home), "--on", "soon") == (
        2,
        "tocsin: 'soon' is no day. Write it like 2026-03-07.\n",
    )


def test_what_others_advise_is_kept_once(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "ca.json"
    file.write_text(json.dumps([{"destination": "France", "risk_level": "Exercise a high degree of caution"}]))
    words = ("keep", str(file), "--from", "ca", "--data", str(home), "--json")
    assert json.loads(run(*words)[1])["changed"] == 1
    assert json.loads(run(*words)[1])["changed"] == 0
    assert run("keep", str(file), "--from", "ca", "--data", str(home), "--seen", "1999-01-01T00:00:00Z")[0] == 2
    assert run("keep", str(tmp_path / "no"), "--from", "ca", "--data", str(home))[0] == 2
