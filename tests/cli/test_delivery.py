"""tocsin delivery: the same whether a server runs or the directory is at rest, and nothing for whom it is not."""

import csv
import io
import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import PASSPHRASE
from tests.faults.processes import refused_in_one_line
from tocsin.basis.marking import Mark
from tocsin.cli.control import Control
from tocsin.store.lock import DataLock
from tocsin.testing.town import Town

Tell = Callable[..., Any]


@pytest.fixture(name="passphrase")
def _passphrase(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("passphrase") / "passphrase"
    file.write_text(PASSPHRASE)
    return file


def warned(town: Town) -> str:
    town.person("Ben")
    town.lines.refuses("Ben")
    return town.id(town.duty_officer.issues_alert(to=["Ann", "Ben"]))


# ---- watch


def test_each_look_is_one_line_that_tells_how_far_it_is(served: Town, tell: Tell) -> None:
    alert = warned(served)
    done = tell("delivery", "watch", alert, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)
    assert (found["warning"], found["kind"], found["exercise"], found["planned"]) == (alert, "alert", True, True)
    assert (found["people"], found["without_address"], found["retraction"]) == (2, 0, None)
    (mail,) = found["channels"]
    assert (mail["channel"], mail["planned"], mail["sent"], mail["accepted"], mail["left"]) == ("mail", 2, 2, 1, 0)
    assert {name: n for name, n in mail["stands"].items() if n} == {"accepted": 1, "dead": 1}
    assert (mail["motion"], mail["ends_at"]) == ("done", None)
    assert found["reach"]["accepted"] == {
        "people": 1,
        "share": 0.5,
        "within_s_50": 0,
        "within_s_90": None,
        "within_s_99": None,
    }


def test_what_is_left_and_waits_says_until_when(served: Town, tell: Tell) -> None:
    served.lines.goes_down(times=1)
    alert = served.id(served.duty_officer.issues_alert(to=["Ann"]))
    found = json.loads(tell("delivery", "watch", alert, "--once", "--json").stdout)
    assert found["total"]["motion"] == "waiting"
    assert found["total"]["next_try_at"] == (served.now + timedelta(seconds=15)).isoformat().replace("+00:00", "Z")


def test_a_person_is_shown_a_table(served: Town, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "140")
    done = tell("delivery", "watch", warned(served), "--once")
    assert done.returncode == 0
    for word in ("EXERCISE", "2 people", "mail", "handed over", "done", "50 % within 0 s"):
        assert word in done.stdout
    assert "Ann" not in done.stdout


def test_where_no_server_runs_it_is_looked_at_once(town: Town, tell: Tell) -> None:
    town.lines.goes_down(times=1)
    alert = town.id(town.duty_officer.issues_alert(to=["Ann"]))
    with at_rest(town):
        done = tell("delivery", "watch", alert, "--json")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "nothing goes out now" in done.stderr


@contextmanager
def at_rest(town: Town) -> Iterator[None]:
    """Let go of the directory meanwhile."""
    town.app.lock.release()
    yield
    town.app.lock = DataLock(town.app.settings.data, "town")


@pytest.mark.usefixtures("served")
def test_there_is_no_such_warning(tell: Tell) -> None:
    line = refused_in_one_line(tell("delivery", "watch", "nobody", "--once"), 2)
    assert "There is no alert, notice or advisory nobody." in line


def test_a_server_is_watched_until_nothing_is_left(served: Town, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    served.lines.goes_down(times=1)
    alert = served.id(served.duty_officer.issues_alert(to=["Ann"]))
    monkeypatch.setattr("tocsin.cli.delivery.sleep", lambda _: served.pass_time(minutes=1))
    lines = [json.loads(line) for line in tell("delivery", "watch", alert, "--json").stdout.splitlines()]
    assert [line["total"]["motion"] for line in lines] == ["waiting", "done"]
    assert [line["total"]["stands"]["accepted"] for line in lines] == [0, 1]


def test_that_it_holds_longer_is_watched_too(served: Town, tell: Tell) -> None:
    name = served.duty_officer.issues_alert(to=["Ann", "Ben"], hours=4)
    alert = served.id(name)
    assert json.loads(tell("delivery", "watch", alert, "--once", "--json").stdout)["follow_up"] is None
    served.pass_time(hours=1)
    served.duty_officer.decides(name, "extend", hours=8)
    served.pass_time(minutes=1)
    found = json.loads(tell("delivery", "watch", alert, "--once", "--json").stdout)
    assert (found["follow_up"]["people"], found["follow_up"]["total"]["stands"]["accepted"]) == (1, 1), (
        "Ann got it, Ben did not"
    )
    assert "That it holds longer, or is over" in tell("delivery", "watch", alert, "--once").stdout


# ---- export


def test_the_account_is_written_for_its_owner_alone(served: Town, tell: Tell, tmp_path: Path, passphrase: Path) -> None:
    alert, out = warned(served), tmp_path / "account.csv"
    done = tell("delivery", "export", alert, "--as", "odo", "--passphrase-file", passphrase, "--out", out)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", f"2 rows in {out}.\n")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(out.read_text()))}
    assert rows.keys() == {"Ann", "Ben"}
    assert (rows["Ben"]["state"], rows["Ben"]["detail"]) == ("dead", "Nobody of that name.")
    assert (rows["Ann"]["exercise"], rows["Ann"]["accepted_at"]) == ("yes", "2031-05-06T08:00:00Z")
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_an_account_in_several_askings_is_whole(
    town: Town, tell: Tell, tmp_path: Path, passphrase: Path, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tocsin.cli.delivery.ROWS", rows)
    alert, out = warned(town), tmp_path / "account.jsonl"
    with at_rest(town):
        done = tell("delivery", "export", alert, "--as", "odo", "--passphrase-file", passphrase, "--out", out,
                    "--format", "jsonl", "--json")  # fmt: skip
    assert json.loads(done.stdout) == {"file": str(out), "rows": 2, "format": "jsonl"}
    assert [json.loads(line)["name"] for line in out.read_text().splitlines()] == ["Ann", "Ben"]


def test_a_notice_above_the_readers_clearance_is_refused_and_leaves_no_file(
    served: Town, tell: Tell, tmp_path: Path, passphrase: Path
) -> None:
    notice = served.id(served.duty_officer.issues_notice(to="Ann", what="The sluice keeper", mark=Mark.RED))
    out = tmp_path / "account.csv"
    done = tell("delivery", "export", notice, "--as", "odo", "--passphrase-file", passphrase, "--out", out)
    line = refused_in_one_line(done, 2)
    assert "is not for you to read" in line
    assert "sluice" not in line
    assert not list(tmp_path.glob("account*"))


def test_a_wrong_passphrase_and_a_file_that_is_there_are_refused(
    served: Town, tell: Tell, tmp_path: Path, passphrase: Path
) -> None:
    alert, out = warned(served), tmp_path / "account.csv"
    wrong = tmp_path / "wrong"
    wrong.write_text("not this one")
    done = tell("delivery", "export", alert, "--as", "odo", "--passphrase-file", wrong, "--out", out)
    assert "do not fit" in refused_in_one_line(done, 2)
    out.write_text("mine")
    done = tell("delivery", "export", alert, "--as", "odo", "--passphrase-file", passphrase, "--out", out)
    assert "is there already" in refused_in_one_line(done, 2)
    assert out.read_text() == "mine"


# ---- check


def test_a_check_says_that_nothing_was_let_fall(served: Town, tell: Tell) -> None:
    warned(served)
    done = tell("delivery", "check")
    assert (done.returncode, done.stdout) == (0, "Nothing was let fall.\n")
    found = json.loads(tell("delivery", "check", "--json").stdout)
    assert (found["ok"], found["loose_ends"], found["engine"], found["ping"]) == (True, [], None, None)
    assert found["watchdog"] == {"runs": False, "last_at": None, "overdue": False, "failed": None}


def test_a_check_names_what_was_let_fall(tmp_path: Path, tell: Tell) -> None:
    with Town(tmp_path) as town, Control(town.app):
        town.person("Ann")
        town.lines.goes_down(times=1)
        alert = town.id(town.duty_officer.issues_alert(to=["Ann"]))
        with town.app.store._write() as connection:
            connection.exec_driver_sql("UPDATE leases SET due = NULL")
        done = tell("delivery", "check", "--json")
        assert done.returncode == 1
        found = json.loads(done.stdout)
        (end,) = found["loose_ends"]
        assert (found["ok"], end["kind"], end["warning"], end["of"]) == (False, "no_lease", alert, "mail")
        done = tell("delivery", "check")
        assert done.stdout.startswith("People have not been told, and nobody will try over mail. (no_lease")


def test_a_server_whose_own_check_is_overdue_is_told_of(served: Town, tell: Tell) -> None:
    served.app.watchdog.begin(served.now)
    served.pass_time(minutes=4)
    done = tell("delivery", "check")
    assert (done.returncode, "overdue" in done.stdout) == (1, True)
    assert json.loads(tell("delivery", "check", "--json").stdout)["watchdog"]["overdue"]
