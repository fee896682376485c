"""tocsin warning in-force: what of ours is in force, and what was at a past moment."""

import json
from pathlib import Path

from click.testing import CliRunner

from tocsin.basis.moment import rfc3339
from tocsin.cli.main import main
from tocsin.testing.town import Town


def asked(data: Path, *more: str) -> str:
    done = CliRunner().invoke(main, ["warning", "in-force", "--data", str(data), *more])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_what_was_in_force_then_and_what_is_now(served: Town, tmp_path: Path) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"], hours=2)
    then, end = served.now, served.alert(alert).window
    assert end is not None
    served.pass_time(hours=1)
    served.duty_officer.decides(alert, "extend", hours=5)
    served.pass_time(hours=1)
    served.duty_officer.decides(alert, "withdraw")
    served.drafts_alert()
    assert json.loads(asked(tmp_path, "--json"))["alerts"] == []
    assert asked(tmp_path) == "0 in force\n"
    found = json.loads(asked(tmp_path, "--at", rfc3339(then), "--json"))
    assert (found["count"], found["alerts"][0]["id"], found["alerts"][0]["ends"]) == (
        1,
        served.id(alert),
        rfc3339(end.ends),
    )
    said = asked(tmp_path, "--at", rfc3339(then))
    assert said.startswith(f"1 in force\n{served.id(alert)}  {rfc3339(then)} [Exercise]  ")
    assert said.endswith(f"\n    until {rfc3339(end.ends)}\n")


def test_one_without_an_end_is_in_force_until_it_is_taken_back(served: Town, tmp_path: Path) -> None:
    alert = served.duty_officer.issues_alert(to=["Ann"], hours=None)
    then = served.now
    served.pass_time(minutes=10)
    assert asked(tmp_path).endswith("until somebody ends it\n")
    served.duty_officer.retracts(alert)
    assert asked(tmp_path) == "0 in force\n"
    assert asked(tmp_path, "--at", rfc3339(then)).startswith(f"1 in force\n{served.id(alert)}  ")
