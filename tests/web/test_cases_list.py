"""The board and the list of cases stay short, however many cases there are."""

from datetime import timedelta

import pytest
from lxml import html

from tests.web.installation import Browser, Installation
from tocsin.threat.facts import ThreatOpened
from tocsin.web.desk.fill import lists


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Return a watch officer's browser, where seven cases were opened one after another and three fit on a page."""
    monkeypatch.setattr(lists, "MOST", 3)
    monkeypatch.setattr("tocsin.web.desk.fill.board.MOST", 3)
    opened = [
        ThreatOpened(
            subject=f"case{n}",
            occurred_at=town.clock.now() + timedelta(minutes=n),
            title=f"Case {n}",
            zone="UTC",
            owner=town.watch_officer,
        )
        for n in range(7)
    ]
    town.commit(*opened)
    assert browser.sign_in("watch").status_code == 303
    return browser


def listed(browser: Browser, path: str) -> tuple[list[str], dict[str, str]]:
    """Return the cases on a page, and where it leads on and back."""
    page = html.document_fromstring(browser.get(path).text)
    cases = [one.text or "" for one in page.findall(".//th[@scope='row']/a/bdi")]
    return cases, {one.text or "": one.get("href", "") for one in page.findall(".//nav[@class='in']/a")}


def test_the_board_shows_the_latest_cases_and_leads_to_all(watch: Browser) -> None:
    assert listed(watch, "/desk")[0] == ["Case 6", "Case 5", "Case 4"]
    assert 'href="/desk/cases"' in watch.get("/desk").text


def test_the_list_leads_on_to_the_last_case(watch: Browser) -> None:
    cases, further = listed(watch, "/desk/cases")
    assert (cases, list(further)) == (["Case 6", "Case 5", "Case 4"], ["Further on"])
    cases, further = listed(watch, further["Further on"])
    assert (cases, list(further)) == (["Case 3", "Case 2", "Case 1"], ["The latest", "Further on"])
    assert listed(watch, further["Further on"]) == (["Case 0"], {"The latest": "/desk/cases"})


def test_a_page_that_is_just_full_leads_nowhere(watch: Browser) -> None:
    assert listed(watch, "/desk/cases?after=case3") == (["Case 2", "Case 1", "Case 0"], {"The latest": "/desk/cases"})


@pytest.mark.parametrize("after", ["no-such-case", "", "'"])
def test_behind_what_there_is_not_the_list_begins_anew(watch: Browser, after: str) -> None:
    assert listed(watch, f"/desk/cases?after={after}")[0] == ["Case 6", "Case 5", "Case 4"]


def test_the_list_of_warnings_leads_on_to_the_first_of_them(town: Installation, watch: Browser) -> None:
    said = [town.statement(f"Statement {n}") for n in range(4)]
    page = html.document_fromstring(watch.get("/desk/warnings").text)
    further = {one.text or "": one.get("href", "") for one in page.findall(".//nav[@class='in']/a")}
    assert list(further) == ["Further on"]
    behind = further["Further on"].partition("after=")[2]
    assert len(rows := told(watch, "/desk/warnings")) == 3
    assert rows[-1] == f"/desk/warnings/{behind}"
    left = told(watch, further["Further on"])
    assert {*rows, *left} == {f"/desk/warnings/{one}" for one in said}
    assert '<a class="btn" href="/desk/warnings">The latest</a>' in watch.get(further["Further on"]).text


def told(browser: Browser, path: str) -> list[str]:
    """Return where the rows of a list of warnings lead."""
    page = html.document_fromstring(browser.get(path).text)
    return [one.get("href", "") for one in page.findall(".//th[@scope='row']/a")]
