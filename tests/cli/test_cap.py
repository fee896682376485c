"""tocsin cap check: one line a file, the exit code is the answer, and nothing that is handed in stops the others."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.serialization import Encoding

from tests.cap import alerts as town
from tests.cap.test_signature import OURS, RSA
from tests.store.test_chains import FIRST, later
from tocsin.cap import MsgType, judge, write
from tocsin.cap.judge import Opened
from tocsin.cap.signature import sign
from tocsin.cap.xml import LARGE
from tocsin.cli.main import main
from tocsin.testing.town import Town

RAW = write(town.ALERT)
BAD = RAW.replace(b">desk@town.example<", b">the desk<")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files: Mapping[str, bytes] = {
        "a.xml": RAW,
        "b.xml": BAD,
        "c.xml": b"no XML",
        ".hidden": b"",
        "in/d.cap": RAW.replace(b"18:00:00-00:00", b"18:00:00+00:00"),
    }
    for name, raw in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(raw)
    return tmp_path


def check(*arguments: str | Path, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["cap", "check", *map(str, arguments)], input=stdin)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_right_message_is_one_line_and_0(folder: Path) -> None:
    result = check(folder / "a.xml", "--json")
    [line] = lines(result)
    assert result.exit_code == 0
    assert {name: line[name] for name in ("file", "ok", "version", "identifier", "sender", "problems")} == {
        "file": str(folder / "a.xml"),
        "ok": True,
        "version": "1.2",
        "identifier": "town-1",
        "sender": "desk@town.example",
        "problems": [],
    }


def test_a_wrong_one_is_1_and_says_rule_severity_message_place_and_source(folder: Path) -> None:
    result = check(folder / "b.xml", "--json")
    [line] = lines(result)
    assert (result.exit_code, line["ok"]) == (1, False)
    assert line["problems"] == [
        {
            "rule": "cap-3.2.1-sender",
            "severity": "error",
            "message": "'the desk' is empty or holds a space, comma, < or &",
            "where": "alert/sender",
            "source": "OASIS CAP 1.2, 3.2.1, sender",
        }
    ]


def test_a_warning_alone_is_right(folder: Path) -> None:
    result = check(folder / "in", "--json")
    [line] = lines(result)
    assert (result.exit_code, line["ok"], [each["severity"] for each in line["problems"]]) == (0, True, ["warning"] * 2)


def test_a_directory_is_all_its_files_and_one_that_is_missing_stops_none(folder: Path) -> None:
    result = check(folder / "nowhere.xml", folder, "--json")
    names = [Path(line["file"]).name for line in lines(result)]
    assert names == ["nowhere.xml", "a.xml", "b.xml", "c.xml", "d.cap"]
    assert [line["ok"] for line in lines(result)] == [False, True, False, False, True]
    assert lines(result)[0]["problems"][0]["rule"] == "file"
    assert result.exit_code == 1


def test_standard_input_is_a_dash() -> None:
    [line] = lines(check("-", "--json", stdin=RAW))
    assert (line["file"], line["ok"]) == ("-", True)


def test_a_feed_is_one_line_with_its_messages() -> None:
    inner = RAW.decode().partition("?>")[2]
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry>{inner}</entry><entry>{inner}</entry></feed>'
    [line] = lines(check("-", "--json", stdin=feed.encode()))
    assert (line["kind"], line["ok"], [each["ok"] for each in line["messages"]]) == ("atom", True, [True, True])


def test_a_person_reads_words_and_a_table(folder: Path) -> None:
    shown = check(folder / "a.xml", folder / "b.xml").stdout
    assert f"right  {folder / 'a.xml'}  (CAP 1.2)" in shown
    assert f"WRONG  {folder / 'b.xml'}  (CAP 1.2)" in shown
    assert "cap-3.2.1-sender" in shown


@pytest.mark.parametrize("arguments", [[], ["--profile", "nobody"], ["--keys", "/nowhere"], ["--jsn"]])
def test_asked_wrongly_is_2_and_prints_nothing(folder: Path, arguments: list[str]) -> None:
    result = check(*([folder / "a.xml"] if arguments else []), *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_a_profile_judges_too(folder: Path) -> None:
    result = check(folder / "a.xml", "--profile", "google", "--json")
    assert result.exit_code == 1
    assert {"google-web", "google-description"} <= {each["rule"] for each in lines(result)[0]["problems"]}


def test_keys_are_read_from_a_directory_by_sender(folder: Path) -> None:
    (folder / "signed.xml").write_bytes(sign(RAW, RSA, OURS))
    keys = folder / "keys"
    keys.mkdir()
    (keys / "2031.pem").write_bytes(OURS.public_bytes(Encoding.PEM))
    (keys / "senders.toml").write_text('"desk@town.example" = ["2031.pem"]\n')
    [good] = lines(check(folder / "signed.xml", "--keys", keys, "--require-signature", "--json"))
    assert (good["ok"], good["signature"]) == (True, {"state": "good", "key": "2031.pem"})
    [unsigned] = lines(check(folder / "a.xml", "--keys", keys, "--require-signature", "--json"))
    assert (unsigned["ok"], unsigned["signature"]["state"]) == (False, "none")
    [unknown] = lines(check(folder / "signed.xml", "--json"))
    assert (unknown["ok"], unknown["signature"]["state"]) == (True, "unverifiable")


def test_a_signature_is_required_without_pinned_keys_too_and_nothing_has_a_good_one(folder: Path) -> None:
    (folder / "signed.xml").write_bytes(sign(RAW, RSA, OURS))
    result = check(folder / "a.xml", folder / "signed.xml", "--require-signature", "--json")
    assert (result.exit_code, [line["ok"] for line in lines(result)]) == (1, [False, False])
    assert [line["signature"]["state"] for line in lines(result)] == ["none", "unverifiable"]


def test_a_fault_of_ours_in_one_file_stops_no_other(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge_all(raw: bytes, **asked: Any) -> Opened:
        if raw == BAD:
            raise RecursionError
        return judge.judge_all(raw, **asked)

    monkeypatch.setattr("tocsin.cli.cap.judge_all", judge_all)
    result = check(folder / "b.xml", folder / "a.xml", "--json")
    assert (result.exit_code, [line["ok"] for line in lines(result)]) == (1, [False, True])
    assert [each["rule"] for each in lines(result)[0]["problems"]] == ["file"]


def test_an_empty_directory_alone_is_asked_wrongly_and_among_others_it_is_named(folder: Path) -> None:
    empty = folder / "empty"
    empty.mkdir()
    alone = check(empty, "--json")
    assert (alone.exit_code, alone.stdout) == (2, "")
    assert "no file" in alone.stderr
    among = check(empty, folder / "a.xml", "--json")
    assert (among.exit_code, [line["ok"] for line in lines(among)]) == (1, [False, True])


@pytest.mark.parametrize("listed", ["desk = 1", "desk = []", 'desk = ["none.pem"]', "desk"])
def test_keys_that_cannot_be_read_are_asked_wrongly(folder: Path, listed: str) -> None:
    (folder / "senders.toml").write_text(listed)
    assert check(folder / "a.xml", "--keys", folder).exit_code == 2


def test_a_name_that_is_no_text_is_told_as_well_as_it_can_be(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"fl\xfct.xml")).write_bytes(RAW)
    [line] = lines(check(tmp_path, "--json"))
    assert (line["ok"], Path(line["file"]).name) == (True, "fl\ufffdt.xml")
    assert "right" in check(tmp_path).stdout


def test_a_file_without_end_is_not_read_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "large.xml").open("wb") as file:
        file.truncate(10 * LARGE.bytes)
    [line] = lines(check(tmp_path / "large.xml", "--json"))
    assert [each["rule"] for each in line["problems"]] == ["limit"]


def test_an_update_is_judged_by_what_came_in_of_its_chain(served: Town, tmp_path: Path) -> None:
    second = later(MsgType.UPDATE, FIRST, hours=0.5)
    third = later(MsgType.UPDATE, second, hours=0.25)
    for name, alert in (("first", FIRST), ("second", second), ("third", third)):
        (tmp_path / f"{name}.xml").write_bytes(write(alert))
    data = ("--data", str(tmp_path))
    for words in (
        ("add", "met", "--folder", "--publisher", "Met"),
        ("take", "met", tmp_path / "first.xml", tmp_path / "second.xml"),
    ):
        done = CliRunner().invoke(main, ["inlet", *map(str, words), *data])
        assert done.exit_code == 0, done.output
    asked = ("--profile", "ipaws", "--json", "--chains", tmp_path)
    (told,) = lines(check(tmp_path / "third.xml", *asked))
    (missed,) = [each for each in told["problems"] if each["rule"] == "ipaws-unexpired"]
    assert (missed["severity"], missed["where"], told["ok"]) == ("error", "alert/references", False)
    assert missed["message"].startswith("town-1 of ")
    assert "IPAWS" in missed["source"]
    (whole,) = lines(check(tmp_path / "second.xml", *asked))
    assert "ipaws-unexpired" not in {each["rule"] for each in whole["problems"]}
    (elsewhere,) = lines(check(tmp_path / "third.xml", "--json", "--chains", tmp_path))
    assert elsewhere["ok"], "nobody but IPAWS asks for it"
