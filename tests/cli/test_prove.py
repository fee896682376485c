"""tocsin record keys, prove, verify and open, on a case that was really played, as whoever wants to know would use them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.faults.processes import FERRY
from tocsin.cli.main import main
from tocsin.record import read_proof_file, write_vkey

OPENED = """
  - at: 2026-05-03 09:30
    id: shown
    open: {notice: told-police, fields: [what, when], by: ada, approved_by: ben, why: The police chief says otherwise}
"""


def ask(*words: str, code: int = 0) -> Result:
    found = CliRunner().invoke(main, list(words), catch_exceptions=False)
    assert found.exit_code == code, found.output
    return found


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ferry")
    (home / "ferry.yaml").write_text(FERRY.read_text() + OPENED)
    ask("replay", str(home / "ferry.yaml"), "--data", str(home / "data"), "--json")
    return home


@pytest.fixture(scope="module")
def policy(played: Path) -> Path:
    keys = json.loads(ask("record", "keys", "--data", str(played / "data"), "--json").stdout)["keys"]
    file = played / "policy"
    file.write_text("".join(f"log {key['vkey']}\n" for key in keys) + "quorum none\n")
    return file


def proof(played: Path, *words: str) -> Path:
    file = played / "it.tlog-proof"
    ask("record", *words, "--data", str(played / "data"), "--out", str(file))
    return file


def verified(file: Path, policy: Path, *words: str, code: int = 0) -> dict[str, Any]:
    found = ask("record", "verify", str(file), "--policy", str(policy), "--json", *words, code=code)
    said: dict[str, Any] = json.loads(found.stdout)
    assert said["ok"] is (code == 0)
    return said


def test_an_alert_is_proven_by_its_hash_and_by_its_very_bytes(played: Path, policy: Path, tmp_path: Path) -> None:
    file = proof(played, "prove", "keep-off")
    said = verified(file, policy)
    assert said["entry"]["kind"] == "AlertIssued"
    assert said["problems"] == []
    other = tmp_path / "other.cap"
    other.write_text("<alert/>")
    refused = verified(file, policy, "--payload", str(other), code=1)
    assert refused["problems"] == ["The payload is neither this entry nor what it holds the hash of."]


def test_any_entry_can_be_asked_for_by_its_number(played: Path, policy: Path) -> None:
    said = verified(proof(played, "prove", "0"), policy)
    assert said["entry"]["kind"] == "RecordKeyAdded"
    found = ask("record", "prove", "100000", "--data", str(played / "data"), code=2)
    assert "no entry 100000" in found.output


def test_what_was_opened_can_be_shown_one_field_at_a_time(played: Path, policy: Path) -> None:
    said = verified(proof(played, "open", "told-police", "--field", "what", "--field", "when"), policy)
    assert said["shown"]["tear_line.what"] == "An attack on the ferry"
    assert said["shown"]["tear_line.when"] == "Saturday"
    assert said["shown"]["fact.occurred_at"] == "2026-05-01T07:00:00.000000Z"
    assert said["sealed_at"] == "2026-05-01T08:00:00Z"
    alone = proof(played, "open", "told-police", "--field", "when")
    extra = read_proof_file(alone.read_bytes()).extra or b""
    assert b"Saturday" in extra
    assert b"An attack" not in extra
    found = ask("record", "open", "told-police", "--field", "action", "--data", str(played / "data"), code=2)
    assert "action has not been opened" in found.output


def test_receipts_and_answers_are_proven_one_by_one(played: Path, policy: Path) -> None:
    receipt = verified(proof(played, "prove", "keep-off", "--receipt-of", "travellers-7"), policy)["receipt"]
    assert (receipt["kind"], receipt["stands"], receipt["channel"]) == ("receipt", "accepted", "mail")
    answer = verified(proof(played, "prove", "keep-off", "--answer-of", "travellers-40"), policy)["receipt"]
    assert (answer["answer"], answer["words"]) == ("need_help", "I cannot walk home")
    found = ask("record", "prove", "keep-off", "--receipt-of", "police", "--data", str(played / "data"), code=2)
    assert "no receipt of that warning" in found.output


def test_a_proof_is_worth_nothing_to_whoever_believes_another_key(played: Path, policy: Path, tmp_path: Path) -> None:
    file = proof(played, "prove", "keep-off")
    name = policy.read_text().split("+")[0].removeprefix("log ")
    strange = tmp_path / "policy"
    strange.write_text(f"log {write_vkey(name, b'k' * 32)}\nquorum none\n")
    refused = verified(file, strange, code=1)
    assert (refused["ok"], refused["size"]) == (False, None)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("no.tlog-proof", "--policy", "policy"), "There is no file no.tlog-proof", id="no proof"),
        pytest.param(("policy", "--policy", "none"), "There is no file none", id="no policy"),
        pytest.param(("policy",), "Missing option '--policy'", id="no policy named"),
    ],
)
def test_a_file_that_is_not_there_is_named(
    words: tuple[str, ...], said: str, played: Path, policy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(played)
    assert said in ask("record", "verify", *words, code=2).output


def test_verifying_needs_neither_data_nor_settings(
    played: Path, policy: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = proof(played, "prove", "keep-off")
    monkeypatch.setenv("TOCSIN_NO_SUCH_SETTING", "1")
    monkeypatch.chdir(tmp_path)
    assert verified(file, policy)["ok"]
