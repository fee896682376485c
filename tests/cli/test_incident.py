"""tocsin incident: signed for by an officer, looked at first, and listed as far as somebody may read."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import PASSPHRASE
from tocsin.basis.marking import Mark
from tocsin.basis.moment import rfc3339
from tocsin.cli.main import main
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import Reliability, ReportReceived, SourceListed
from tocsin.report.state import Incident
from tocsin.testing.town import Town
from tocsin.threat.facts import ActorListed, ThreatOpened
from tocsin.threat.particulars import Particulars, Where


@pytest.fixture(name="case")
def _case(served: Town) -> Town:
    return known(served)


@pytest.fixture(name="refusing", scope="module")
def _refusing(common: Town) -> Town:
    """The same for all that is refused: none of it changes anything."""
    return known(common)


def known(served: Town) -> Town:
    """Return the town with a case at a place, a RED one there, an AMBER report and an actor."""
    now, house = served.now, served.house
    listed = SourceListed(subject="news", occurred_at=now, name="A", source_kind="press", reliability=Reliability.B)
    receive.list_source(house, listed, by="town", command="s", now=now)
    weigh.list_actor(
        house, ActorListed(subject="l", occurred_at=now, name="The Lanterns"), by="town", command="a", now=now
    )
    for id, mark in (("case", Mark.GREEN), ("red", Mark.RED)):
        opened = ThreatOpened(
            subject=id, occurred_at=now, title=f"It is {id}", zone="UTC", owner=served.id("the duty officer"), mark=mark,
            particulars=Particulars(places=(Where(name="Gent", point=(51.05, 3.72)),)),
        )  # fmt: skip
        weigh.open_threat(house, opened, by="town", command=id, now=now)
    fact = ReportReceived(subject="amber", occurred_at=now, source="news", title="Held", text="", mark=Mark.AMBER)
    receive.receive_report(house, fact, by="town", command="r", now=now)
    return served


def incident(data: Path, *words: str, who: str = "wren", typed: str = PASSPHRASE) -> Result:
    command = ["incident", *words, "--as", who, "--data", str(data)]
    return CliRunner().invoke(main, command, input=typed, prog_name="tocsin")


def said(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def every(town: Town) -> list[Incident]:
    with town.house.store.look() as look:
        return look.all(Incident)


def test_an_incident_is_looked_at_noted_and_listed(case: Town, tmp_path: Path) -> None:
    now = rfc3339(case.now)
    words = ["note", "Six are held", "--happened", now, "--town", "Gent", "--country", "be", "--actor", "the lanterns"]
    words += ["--published", now, "--by-host", "--report", "amber", "--mark", "amber"]
    looked = said(incident(tmp_path, *words, "--dry-run", "--json"))
    assert looked["incident"] is None
    assert looked["cases"] == [{"case": "case", "title": "It is case"}], "and not the one that is not to be read"
    assert every(case) == []
    noted = said(incident(tmp_path, *words, "--json"))
    assert noted["cases"] == looked["cases"]
    assert (noted["where"], noted["country"]) == ("Gent", "BE")
    [there] = every(case)
    assert (there.id, there.actor, there.reports, there.mark) == (noted["incident"], "l", ("amber",), Mark.AMBER)
    [one] = said(incident(tmp_path, "list", "--json"))
    assert (one["incident"], one["what"], one["by_host"], one["actor"]) == (
        there.id,
        "Six are held",
        True,
        "The Lanterns",
    )
    assert one["cases"] == [{"case": "case", "title": "It is case", "stands": "waits", "fits": ["place", "time"]}]
    assert said(incident(tmp_path, "list", "--json", who="odo")) == [one], "an auditor lists, and notes none"
    assert incident(tmp_path, *words, who="odo").exit_code == 2
    plain = incident(tmp_path, "list")
    assert plain.exit_code == 0
    assert "by the host itself" in plain.output
    assert "waits     case  It is case" in plain.output
    again = incident(tmp_path, *words)
    assert again.exit_code == 0
    assert "proposed to case  It is case" in again.output
    assert "It is red" not in again.output


@pytest.mark.parametrize(
    ("more", "why"),
    [
        pytest.param(["--report", "amber", "--mark", "clear"], "goes no further", id="looser than its report"),
        pytest.param(["--report", "none"], "no such report that you may read", id="on no report"),
        pytest.param(["--town", "Nowhere at all"], "No town called", id="in no town"),
        pytest.param(["--town", "Gent", "--point", "51,4"], "not both", id="at two places"),
        pytest.param(["--actor", "Nobody"], "No actor is called", id="by nobody"),
        pytest.param(["--by-host"], "Write when the host", id="by a host that published nothing"),
        pytest.param(["--published", "yesterday"], "is no moment", id="published at no moment"),
    ],
)
def test_what_cannot_be_noted_is_refused(refusing: Town, more: list[str], why: str) -> None:
    result = incident(refusing.app.settings.data, "note", "Held", "--happened", rfc3339(refusing.now), *more)
    assert result.exit_code == 2, result.output
    assert why in result.output
    assert every(refusing) == []


def test_what_is_not_published_is_noted_and_reaches_no_case(case: Town, tmp_path: Path) -> None:
    result = incident(tmp_path, "note", "Held", "--happened", rfc3339(case.now), "--town", "Gent")
    assert result.exit_code == 0, result.output
    assert "Not published: proposed to no case." in result.output
    assert every(case)[0].mark is Mark.AMBER, "nobody has said that it may go anywhere"
    assert incident(tmp_path, "list", "--most", "0").exit_code == 2
    assert incident(tmp_path, "list", typed="wrong").exit_code == 2


def test_what_was_published_since_is_looked_at_and_reaches_the_case(case: Town, tmp_path: Path) -> None:
    now = rfc3339(case.now)
    words = ["note", "Held", "--happened", now, "--town", "Gent", "--mark", "amber", "--json"]
    id = said(incident(tmp_path, *words))["incident"]
    words = ["publish", id, "--published", now, "--by-host", "--report", "amber"]
    looked = said(incident(tmp_path, *words, "--dry-run", "--json"))
    assert looked["cases"] == [{"case": "case", "title": "It is case"}], "and not the one that is not to be read"
    assert every(case)[0].published_at is None
    assert incident(tmp_path, *words, who="odo").exit_code == 2
    done = incident(tmp_path, *words)
    assert done.exit_code == 0, done.output
    assert "proposed to case  It is case" in done.output
    assert "It is red" not in done.output
    [one] = said(incident(tmp_path, "list", "--json"))
    assert (one["by_host"], one["reports"], one["cases"][0]["stands"]) == (True, ["amber"], "waits")
    again = incident(tmp_path, *words)
    assert again.exit_code == 2
    assert "It was first published" in again.output
