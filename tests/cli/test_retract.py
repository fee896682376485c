"""A false alarm is taken back at the command line, by a duty officer who says who they are."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import PASSPHRASE, filled
from tocsin.basis.marking import Mark
from tocsin.cli import control
from tocsin.cli.main import main
from tocsin.testing.clock import TownClock
from tocsin.testing.town import Town


def retract(data: Path, warning: str, *words: str, name: str = "dean", typed: str = PASSPHRASE) -> Result:
    asked = ["warning", "retract", warning, *words, "--as", name, "--data", str(data)]
    return CliRunner().invoke(main, asked, input=typed, prog_name="tocsin")


def test_one_duty_officer_takes_it_back_and_everyone_hears(served: Town, tmp_path: Path) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"])
    said = ("--words", "A sensor was wet.", "--words-in", "de", "Ein Fühler war nass.", "--json")
    done = retract(tmp_path, served.id(alert), *said)
    assert json.loads(done.stdout) == {"id": served.id(alert), "state": "retracted"}
    served.work()
    assert "A sensor was wet." in served.phone("Ann").last_call.message.lines
    retraction = served.alert(alert).retraction
    assert retraction is not None
    assert [(one.language, one.words) for one in retraction.wordings] == [
        ("en", "A sensor was wet."),
        ("de", "Ein Fühler war nass."),
    ]
    assert retraction.retracted_by == served.id("dean")
    again = retract(tmp_path, served.id(alert), "--words", "A sensor was wet.")
    assert (again.exit_code, "was taken back at" in again.output) == (2, True)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        pytest.param("dean", "guessed", "Name and passphrase do not fit", id="a wrong passphrase"),
        pytest.param("wren", PASSPHRASE, "it needs the role of duty officer", id="a watch officer"),
    ],
)
def test_nobody_else_takes_it_back(served: Town, tmp_path: Path, name: str, typed: str, sentence: str) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"])
    tried = retract(tmp_path, served.id(alert), "--words", "It was not so.", name=name, typed=typed)
    assert (tried.exit_code, sentence in tried.output) == (2, True)
    assert PASSPHRASE not in tried.output
    assert served.alert(alert).retraction is None


def test_a_notice_that_one_may_not_read_is_not_there(served: Town, tmp_path: Path) -> None:
    notice = served.duty_officer.issues_notice(to="Ann", mark=Mark.RED)
    tried = retract(tmp_path, served.id(notice), "--words", "It was not so.")
    assert (tried.exit_code, "There is no warning" in tried.output) == (2, True)
    assert served.notice(notice).retraction is None


def test_where_no_server_runs_it_is_kept_until_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with filled(tmp_path) as town:
        alert = town.duty_officer.issues_alert(to=["Ann"])
    monkeypatch.setattr(control, "WallClock", lambda: TownClock(town.now))
    done = retract(tmp_path, town.id(alert), "--words", "A sensor was wet.")
    assert (done.exit_code, "is taken back" in done.output) == (0, True)
    with Town(tmp_path, town.now, memory=town.memory) as again:
        again.work()
        assert [call.message.kind for call in again.phone("Ann").calls] == ["retraction"]
        again.reconcile()


def test_a_word_of_stricter_material_is_said_otherwise_there(served: Town, tmp_path: Path) -> None:
    told = served.report("Zwirbelstein told us that the sluice is loosened", mark=Mark.AMBER)
    served.bears_on_the_case(told)
    alert = served.duty_officer.issues_alert(to=["Ann"])
    tried = retract(tmp_path, served.id(alert), "--words", "We had it from Zwirbelstein.")
    assert (tried.exit_code, "stand in stricter material alone" in tried.output) == (2, True)
    assert "Zwirbelstein" not in tried.output
    assert served.alert(alert).retraction is None
    assert retract(tmp_path, served.id(alert), "--words", "A sensor was wet.").exit_code == 0
