"""A notice is opened at the command line, by two people who say who they are."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from tests.cli.conftest import HASHER, PASSPHRASE
from tocsin.cli.main import main
from tocsin.flow.report import receive
from tocsin.people.facts import SignInSet
from tocsin.record import verify_proof
from tocsin.testing.town import Officer, Town


def lets_in(town: Town, officer: Officer, name: str) -> None:
    """Let one of the town's officers sign in by a name."""
    fact = SignInSet(subject=officer.id, occurred_at=town.now, sign_in=name, secret_hash=HASHER.hash(PASSPHRASE))
    receive.add_people(town.house, (fact,), by="town", command=f"signs in:{name}", now=town.now)


def sealed(town: Town) -> str:
    """Send a notice, let it be sealed, and return its id."""
    notice = town.duty_officer.issues_notice(to="Ann", originators=["the abbey"])
    lets_in(town, town.duty_officer, "first")
    lets_in(town, town.watch_officer, "second")
    town.pass_time(hours=1)
    town.duty_officer.takes_on(notice, "silence")
    return town.id(notice)


def step(data: Path, *words: str, typed: str = PASSPHRASE) -> Result:
    return CliRunner().invoke(main, ["record", *words, "--data", str(data), "--json"], input=typed, prog_name="tocsin")


def test_proposed_agreed_to_and_opened_by_two_people(served: Town, tmp_path: Path) -> None:
    notice = sealed(served)
    proposed = step(tmp_path, "propose-opening", notice, "--field", "what", "--why", "They ask", "--as", "second")
    assert json.loads(proposed.stdout) == {"id": notice, "step": "propose"}
    early = step(tmp_path, "approve-opening", notice, "--field", "what", "--as", "first")
    assert (early.exit_code, "the abbey must agree" in early.output) == (2, True)
    agreed = ("--originator", "the abbey", "--words", "By letter", "--as", "second")
    assert step(tmp_path, "consent-to-opening", notice, *agreed).exit_code == 0
    alone = step(tmp_path, "approve-opening", notice, "--field", "what", "--as", "second")
    assert (alone.exit_code, "Another person must open it" in alone.output) == (2, True)
    assert step(tmp_path, "approve-opening", notice, "--field", "what", "--as", "first").exit_code == 0
    found = json.loads(step(tmp_path, "open", notice, "--field", "what").stdout)
    judged = verify_proof(found["proof"].encode(), served.policy, now=served.now)
    assert judged.shown["tear_line.what"] == "The bridge may fall"


def test_a_wrong_passphrase_or_a_stranger_opens_nothing(served: Town, tmp_path: Path) -> None:
    notice = sealed(served)
    propose = ("propose-opening", notice, "--field", "what", "--why", "They ask", "--as")
    wrong = step(tmp_path, *propose, "second", typed="guessed")
    assert (wrong.exit_code, "do not fit" in wrong.output) == (2, True)
    stranger = step(tmp_path, *propose, "dean")
    assert (stranger.exit_code, "Only an officer who may read notice" in stranger.output) == (2, True)
    auditor = step(tmp_path, *propose, "odo")
    assert (auditor.exit_code, "needs the role of" in auditor.output) == (2, True)
    assert PASSPHRASE not in wrong.output + stranger.output + auditor.output
