"""The page of a case says all that it is about, and what bears on it: each report and incident with how and why."""

from datetime import timedelta

import pytest

from tests.web.installation import Browser, Installation
from tests.web.test_casework import act, opened, text
from tests.web.test_resting import _watch, linked, noted  # noqa: F401  a fixture
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark
from tocsin.flow.report import receive
from tocsin.flow.threat import weigh
from tocsin.report.facts import Claim, ReportReceived
from tocsin.threat.facts import Bearing
from tocsin.web.desk.fill import bearing


def links(town: Installation, case: Id, item: Id, how: Bearing, why: str, claim: int | None = None) -> None:
    now, by = town.clock.now(), town.watch_officer
    weigh.link_evidence(
        town.house, case, item, how, claim=claim, why=why, by=by, command=f"{item}:{claim}:{how}", now=now
    )


def test_a_case_says_all_that_was_written_down_of_it(town: Installation, watch: Browser) -> None:
    case = opened(
        town, watch, place="Millbrook", place_1="Ford End", country_1="GB", description="They want revenge.", class_worship="yes"
    )  # fmt: skip
    page = text(watch.get(f"/desk/cases/{case}").text)
    assert "WhereMillbrook; Ford End" in page
    assert "What else is knownThey want revenge." in page
    assert "Directed atgatherings, places of worship" in page


def test_what_bears_on_a_case_stands_on_its_page_with_how_and_why(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    linked(town, case, "r1")
    linked(town, case, "r2", Bearing.CONTEXT)
    noted(town, case, "i1")
    secret = ReportReceived(
        subject="r3", occurred_at=town.clock.now(), source="src", title="Quillwort", text="-", mark=Mark.RED, readers=("nobody",)
    )  # fmt: skip
    receive.receive_report(town.house, secret, by=town.watch_officer, command="r3", now=town.clock.now())
    town.clock.advance(timedelta(minutes=1))
    links(town, case, "r1", Bearing.AGAINST, "They took it back by telephone")
    page = text(watch.get(f"/desk/cases/{case}").text)
    assert "0 for it, 2 against it, 1 context" in page
    assert "Title of r1 TLP:AMBER against it They took it back by telephone" in page
    assert "A barn burns" in page
    assert "Title of r2 TLP:AMBER context" in page
    assert "Quillwort" not in page


def test_a_claim_bears_on_a_case_apart_from_its_report(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    said = (Claim(text="It is the fair"), Claim(text="It is on Friday"))
    report = ReportReceived(
        subject="r1",
        occurred_at=town.clock.now(),
        source="src",
        title="The boy",
        text="-",
        mark=Mark.GREEN,
        claims=said,
    )
    receive.receive_report(town.house, report, by=town.watch_officer, command="r1", now=town.clock.now())
    links(town, case, "r1", Bearing.FOR, "He heard it", claim=1)
    links(town, case, "r1", Bearing.CONTEXT, "He is ten")
    page = text(watch.get(f"/desk/cases/{case}").text)
    assert "1 for it, 0 against it, 1 context" in page
    assert "The boy: It is on Friday TLP:GREEN for it He heard it" in page


def test_reports_that_bear_a_case_out_are_counted_where_no_incident_does(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    assert "Nothing corroborates it yet." in text(watch.get(f"/desk/cases/{case}").text)
    linked(town, case, "r1")
    linked(town, case, "r2")
    page = text(watch.get(f"/desk/cases/{case}").text)
    assert "2 independent origins in 2 reports" in page
    assert "Nothing corroborates it yet." not in page


def test_of_much_that_bears_on_a_case_the_latest_is_shown(
    town: Installation, watch: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearing, "SHOWN", 1)
    case = opened(town, watch)
    linked(town, case, "r1")
    town.clock.advance(timedelta(minutes=1))
    linked(town, case, "r2")
    page = text(watch.get(f"/desk/cases/{case}").text)
    bears = page[page.index("What bears on it") : page.index("What corroborates it")]
    assert "Title of r2" in bears
    assert "Title of r1" not in bears
    assert "and 1 more, linked before these" in bears


def test_who_is_blamed_is_said_once_in_the_words_of_the_timeline(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    assert (
        act(watch, case, "accused", "one-page-of-ours", accuser="The Wire", party="The Foxes", words="They did it")
        == 303
    )
    assert act(watch, case, "no_indication", "two-pages-of-ours", party="The Foxes", words="None") == 303
    page = text(watch.get(f"/desk/cases/{case}").text)
    assert "BlamedThe Foxes accused by The Wire" in page
    assert "Blamedno indication of The Foxes" in page


def test_from_a_case_one_comes_to_a_notice_and_to_an_alert_about_it(town: Installation, watch: Browser) -> None:
    case = opened(town, watch)
    page = watch.get(f"/desk/cases/{case}").text
    assert f"/desk/notices/new?case={case}" in page
    assert f"/desk/alerts?case={case}" in page
