"""tocsin stix export and import: signed for by an officer, looked at first, and written down."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import PASSPHRASE
from tests.stix.objects import EVERYTHING, REPORT, bundle
from tocsin.basis.marking import Mark
from tocsin.cli.main import main
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import Reliability, ReportReceived, SourceListed
from tocsin.report.state import Report, Source
from tocsin.stix import check
from tocsin.testing.town import Town
from tocsin.threat.facts import Bearing, ThreatOpened
from tocsin.threat.handed_out import HandedOut


@pytest.fixture(name="case")
def _case(served: Town) -> Town:
    """The town with a case: one report that is GREEN, one that is AMBER."""
    now, house = served.now, served.house
    source = SourceListed(
        subject="mill", occurred_at=now, name="The mill", source_kind="press", reliability=Reliability.B
    )
    receive.list_source(house, source, by="town", command="s", now=now)
    opened = ThreatOpened(
        subject="case",
        occurred_at=now,
        title="The bridge",
        zone="Europe/Vienna",
        owner=served.id("wren"),
        mark=Mark.GREEN,
    )
    weigh.open_threat(house, opened, by="town", command="c", now=now)
    for id, mark in (("green", Mark.GREEN), ("amber", Mark.AMBER)):
        fact = ReportReceived(subject=id, occurred_at=now, source="mill", title=f"It is {id}", text="", mark=mark)
        receive.receive_report(house, fact, by="town", command=id, now=now)
        weigh.link_evidence(house, "case", id, Bearing.FOR, by="town", command=f"l{id}", now=now)
    return served


def stix(data: Path, *words: str, who: str = "wren", typed: str = PASSPHRASE) -> Result:
    command = ["stix", *words, "--as", who, "--data", str(data)]
    return CliRunner().invoke(main, command, input=typed, prog_name="tocsin")


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_case_is_looked_at_handed_out_and_written_down(case: Town, tmp_path: Path) -> None:
    look = said(stix(tmp_path, "export", "case", "--mark", "green", "--dry-run", "--json"))
    assert {one["title"]: one["stays"] for one in look["items"]} == {
        "The bridge": None, "It is green": None, "It is amber": "mark",
    }  # fmt: skip
    assert look["bundle"] is None
    for_nobody = stix(tmp_path, "export", "case", "--mark", "GREEN")
    assert (for_nobody.exit_code, "for whom" in for_nobody.output) == (2, True)
    out = tmp_path / "out.json"
    done = said(stix(tmp_path, "export", "case", "--mark", "GREEN", "--for", "The abbey", "--out", str(out), "--json"))
    assert check(out.read_bytes()) == []
    assert "It is amber" not in out.read_text()
    with case.house.store.look() as store:
        [kept] = store.all(HandedOut)
    assert (kept.id, kept.sha256, kept.by) == (done["handing"], done["sha256"], case.id("wren"))
    again = stix(tmp_path, "export", "case", "--mark", "GREEN", "--for", "The abbey", "--out", str(out))
    assert (again.exit_code, "is there already" in again.output) == (2, True)


def test_what_was_told_to_us_alone_leaves_where_it_is_said_that_it_stays_within(case: Town, tmp_path: Path) -> None:
    now, house = case.now, case.house
    told = ReportReceived(
        subject="strict", occurred_at=now, source="mill", title="Only for you", text="", mark=Mark.AMBER_STRICT
    )
    receive.receive_report(house, told, by="town", command="strict", now=now)
    weigh.link_evidence(house, "case", "strict", Bearing.FOR, by="town", command="ls", now=now)
    export = ["export", "case", "--mark", "amber+strict", "--for", "The abbey", "--json"]
    for within, stays in ([], "only_us"), (["--within"], None):
        done = said(stix(tmp_path, *export, *within))
        assert (done["within"], {one["title"]: one["stays"] for one in done["items"]}["Only for you"]) == (
            bool(within),
            stays,
        )
        assert ("Only for you" in done["bundle"]) == bool(within)
        with house.store.look() as look:
            assert look.get(HandedOut, done["handing"]).within == bool(within)
    looser = said(stix(tmp_path, "export", "case", "--mark", "amber", "--within", "--dry-run", "--json"))
    assert looser["within"] is None
    beside = case.id(case.person("Somebody"))
    refused = stix(tmp_path, *export, "--within", "--reader", beside)
    assert (refused.exit_code, "name a reader who is not of it" in refused.output) == (2, True)
    red = said(stix(tmp_path, "export", "case", "--mark", "red", "--reader", beside, "--dry-run", "--json"))
    assert {one["title"]: one["stays"] for one in red["items"]}["Only for you"] == "only_us"


def test_a_bundle_is_looked_at_and_taken_in(case: Town, tmp_path: Path) -> None:
    file = tmp_path / "in.json"
    file.write_bytes(bundle(*EVERYTHING))
    look = said(stix(tmp_path, "import", str(file), "--source", "mill", "--dry-run", "--json"))
    assert [one["became"] for one in look["fates"]].count("report") == 4
    taken = said(stix(tmp_path, "import", str(file), "--source", "mill", "--json"))
    assert (taken["dry_run"], [one["became"] for one in taken["fates"]]) == (
        False,
        [one["became"] for one in look["fates"]],
    )
    again = stix(tmp_path, "import", str(file), "--source", "mill")
    assert "10 unchanged." in again.output
    file.write_bytes(bundle(REPORT, "?"))
    told = stix(tmp_path, "import", str(file), "--source", "mill", "--dry-run")
    assert "1 kept, 1 unchanged. Nothing was written: this was a dry run." in told.output


@pytest.mark.parametrize("who", ["odo", "agatha"])
def test_who_is_no_officer_neither_hands_out_nor_takes_in(case: Town, tmp_path: Path, who: str) -> None:
    refused = stix(tmp_path, "export", "case", "--mark", "GREEN", "--for", "All", who=who)
    assert (refused.exit_code, "needs the role of" in refused.output) == (2, True)
    wrong = stix(tmp_path, "export", "case", "--mark", "GREEN", "--for", "All", typed="guessed")
    assert (wrong.exit_code, "do not fit" in wrong.output) == (2, True)


def test_what_cannot_be_read_is_said_in_one_sentence(case: Town, tmp_path: Path) -> None:
    missing = stix(tmp_path, "import", str(tmp_path / "none.json"), "--source", "mill")
    assert (missing.exit_code, missing.output.count("\n")) == (1, 1)
    file = tmp_path / "bad.json"
    file.write_bytes(b"{")
    bad = stix(tmp_path, "import", str(file), "--source", "mill")
    assert (bad.exit_code, "no JSON" in bad.output) == (2, True)


def test_whoever_sends_is_listed_first_and_what_they_send_is_then_taken_in(served: Town, tmp_path: Path) -> None:
    file = tmp_path / "theirs.json"
    file.write_bytes(bundle(REPORT))
    listed = said(stix(tmp_path, "source", "The  Union", "--reliability", "b", "--json"))
    assert (listed["name"], listed["kind"], listed["reliability"]) == ("The Union", "partner", "B")
    assert said(stix(tmp_path, "sources", "--json")) == [listed]
    taken = said(stix(tmp_path, "import", str(file), "--source", listed["source"], "--json"))
    assert [fate["became"] for fate in taken["fates"]] == ["report"]
    again = stix(tmp_path, "source", "the union")
    assert (again.exit_code, "already" in again.output or "is taken" in again.output) == (2, True), again.output
    for name, sentence in (("", "Name the source"), ("x" * 201, "at most 200 characters")):
        refused = stix(tmp_path, "source", name)
        assert (refused.exit_code, sentence in refused.output) == (2, True)
    assert stix(tmp_path, "source", "The press", who="nobody").exit_code == 2
    with served.app.store.look() as look:
        assert [one.name for one in look.all(Source)] == ["The Union"]
        assert [one.source for one in look.all(Report)] == [listed["source"]]


def test_a_source_that_told_us_in_confidence_alone_is_listed_to_whoever_may_read_that(
    case: Town, tmp_path: Path
) -> None:
    now, house = case.now, case.house
    listed = SourceListed(
        subject="q", occurred_at=now, name="Quillwort", source_kind="person", reliability=Reliability.B
    )
    receive.list_source(house, listed, by="town", command="q", now=now)
    assert "Quillwort" in stix(tmp_path, "sources").stdout, "it has told us nothing yet"
    fact = ReportReceived(
        subject="red", occurred_at=now, source="q", title="Hush", text="", mark=Mark.RED, readers=("somebody",)
    )
    receive.receive_report(house, fact, by="town", command="red", now=now)
    assert "Quillwort" not in stix(tmp_path, "sources").stdout
    named = ReportReceived(
        subject="hers", occurred_at=now, source="q", title="Hush", text="", mark=Mark.RED, readers=(case.id("wren"),)
    )
    receive.receive_report(house, named, by="town", command="hers", now=now)
    assert "Quillwort" in stix(tmp_path, "sources").stdout
