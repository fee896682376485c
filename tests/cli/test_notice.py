"""A notice is begun, checked, written, agreed to and let out at the command line, by people who say who they are."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tests.cli.conftest import PASSPHRASE
from tests.cli.test_opening import lets_in
from tocsin.basis.marking import Mark
from tocsin.basis.moment import rfc3339
from tocsin.cli.main import main
from tocsin.flow.threat.cases import close_case
from tocsin.testing.town import Town

MARKER = "Zwirbelstein"


def stepping(tmp_path: Path) -> Callable[..., Any]:
    """Return what takes one step of a notice, and returns what was said of it."""

    def step(*words: str, who: str = "dean", code: int = 0, typed: str = PASSPHRASE) -> Any:
        asked = ["notice", *words, "--as", who, "--data", str(tmp_path), "--json"]
        reply = CliRunner().invoke(main, asked, input=typed, prog_name="tocsin")
        assert reply.exit_code == code, reply.output
        return json.loads(reply.stdout) if code != 2 else reply.output

    return step


def test_what_was_begun_for_what_is_over_says_so_and_goes_out_on_grounds_of_its_own(
    served: Town, tmp_path: Path
) -> None:
    step, case = stepping(tmp_path), served.id(served.case())
    lets_in(served, served.duty_officer, "second")
    begun = step("begin", case, "--to", "Ann", "--why", "She lives there.")
    id = begun["id"]
    assert begun["over"] is None
    close_case(served.house, case, "It was a hoax.", by=served.duty_officer.id, command="over", now=served.now)
    words = "The case that it is about is over."
    asked = ["notice", "check", id, "--as", "dean", "--data", str(tmp_path)]
    shown = CliRunner().invoke(main, asked, input=PASSPHRASE, prog_name="tocsin").output
    assert f"{words} Drop it, or send it with --grounds of its own." in shown
    found = step("check", id)
    assert found["over"] == {"what": "case", "words": words}
    out = ("send", id, "--seen", str(found["seen"]))
    assert "on what grounds notice" in step(*out, who="second", code=2)
    sent = step(*out, "--grounds", "She asked for it in writing.", who="second")
    assert (sent["stage"], sent["over"]) == ("sent", None)


def test_begun_checked_and_let_out_by_another(served: Town, tmp_path: Path) -> None:
    step = stepping(tmp_path)
    case = served.id(served.case())
    served.report(f"{MARKER} told us: on 22 March.", mark=Mark.AMBER_STRICT)
    served.bears_on_the_case(f"{MARKER} told us: on 22 March.")
    lets_in(served, served.duty_officer, "second")
    assert "says nothing of why" in step("begin", case, "--to", "Ann", code=2)
    assert "needs the role of" in step("begin", case, "--to", "Ann", who="odo", code=2)
    begun = step(
        "begin", case, "--to", "Ann", "--why", "She lives there.", "--until", rfc3339(served.now + timedelta(days=2))
    )
    id, file = begun["id"], tmp_path / "said.json"
    said = {"what": f"{MARKER} fears for it on 22 March", "action": "Keep off"}
    file.write_text(
        json.dumps({"seen": begun["seen"], "tear_line": said, "mark": "TLP:AMBER", "release_by": ["The abbey"]})
    )
    written = step("write", id, str(file))
    assert written["texts"]["what"] == said["what"]
    assert step("write", id, str(file))["seen"] == written["seen"]  # it changes nothing
    file.write_text(json.dumps({"seen": begun["seen"], "tear_line": {"what": "Mine"}}))
    step("write", id, str(file), code=2)  # that page has grown old
    found = step("check", id, code=1)
    assert {one["text"]: one["state"] for one in found["flags"]} == {MARKER: "open", "22 March": "open"}
    assert found["waits_for"] == ["The abbey"]
    struck = step("strike", id, "--word", "name zwirbelstein", "--seen", str(found["seen"]))
    assert struck["texts"]["what"] == "… fears for it on 22 March"
    let = step("release", id, "--word", "time 03-22", "--seen", str(struck["seen"]), "--why", "It is known.")
    assert [one["state"] for one in let["flags"]] == ["own"]
    abbey = ("--originator", "The abbey", "--words", "By telephone")
    step("asked", id, *abbey)
    ready = step("answered", id, *abbey, "--agreed", "--giver", "Their desk")
    assert "cannot approve it" in step("send", id, "--seen", str(ready["seen"]), code=2)
    assert "did not write the notice" in step("send", id, "--seen", str(ready["seen"]), who="second", code=2)
    out = ("send", id, "--seen", str(ready["seen"]), "--agree", "time 03-22")
    assert "the ferryman, whose material" in step(*out, who="second", code=2)
    unasked = ("--unasked", "the ferryman", "--unasked-why", "He is at sea")
    sent = step(*out, *unasked, who="second")
    assert sent["stage"] == "sent"
    assert "only what is written and unsent is dropped" in step("drop", id, "--why", "They know.", code=2)
    other = step("begin", case, "--to", "Ann", "--why", "She lives there.")["id"]
    assert step("drop", other, "--why", "She was rung.")["stage"] == "dropped"


def test_who_may_read_less_is_told_of_no_notice_and_no_flag(served: Town, tmp_path: Path) -> None:
    reply = CliRunner().invoke(
        main,
        ["notice", "check", "7gcb23slzob4mceq2jwtoknsam", "--as", "dean", "--data", str(tmp_path)],
        input=PASSPHRASE,
    )
    assert reply.exit_code == 2
    assert PASSPHRASE not in reply.output
    wrong = CliRunner().invoke(main, ["notice", "check", "x", "--as", "dean", "--data", str(tmp_path)], input="guessed")
    assert "do not fit" in wrong.output
