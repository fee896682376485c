"""Where a case is chosen in a form, the latest are offered and any can be named, as far as its reader may read it."""

from datetime import timedelta
from typing import cast

import pytest
from lxml import html

from tests.web.installation import Browser, Installation
from tocsin.basis.marking import Mark
from tocsin.threat.facts import ThreatClosed, ThreatOpened
from tocsin.warning.alert.writing.state import AlertDraft
from tocsin.web.desk.fill import case_choice

FORMS = ("/desk/alerts", "/desk/advisories/new", "/desk/statements/new", "/desk/notices")


@pytest.fixture(name="watch")
def _watch(town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Return a watch officer's browser, where seven cases were opened one after another and three are offered."""
    monkeypatch.setattr(case_choice, "OFFERED", 3)
    opened = [
        ThreatOpened(
            subject=f"case{n}",
            occurred_at=town.clock.now() + timedelta(minutes=n),
            title=title,
            zone="UTC",
            owner=town.watch_officer if n != 6 else town.duty_officer,
            mark=Mark.RED if n == 6 else Mark.GREEN,
        )
        for n, title in enumerate(["Dam", "Twins", "Twins", "Over", "Bridge", "Mill", "Sluice"])
    ]
    town.commit(
        *opened, ThreatClosed(subject="case3", occurred_at=town.clock.now(), by=town.watch_officer, why="Over.")
    )
    assert browser.sign_in("watch").status_code == 303
    return browser


def offered(browser: Browser, path: str) -> list[str]:
    page = html.document_fromstring(browser.get(path).text)
    return [one for one in cast("list[str]", page.xpath('//select[@name="case"]/option/text()')) if one != "–"]


def begin(browser: Browser, **form: str) -> tuple[int, str]:
    """Begin an alert about a case; return how that ended, and where it leads or what was said."""
    token = browser.csrf("/desk/alerts")
    reply = browser.post("/desk/alerts", {"_csrf_token": token, "place_said": "Mill Lane", **form})
    return reply.status_code, reply.headers.get("location", "") or reply.text


def case_of(town: Installation, address: str) -> str | None:
    with town.store.look() as look:
        return look.get(AlertDraft, address.split("/")[3]).threat


@pytest.mark.parametrize("path", FORMS)
def test_the_latest_cases_are_offered_and_none_that_is_not_theirs(watch: Browser, path: str) -> None:
    assert offered(watch, path) == ["Mill", "Bridge", "Twins"]
    assert 'name="case_named"' in watch.get(path).text


def test_where_all_are_offered_none_need_be_named(watch: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_choice, "OFFERED", 6)
    assert offered(watch, "/desk/alerts") == ["Mill", "Bridge", "Twins", "Twins", "Dam", "Over"]
    assert 'name="case_named"' not in watch.get("/desk/alerts").text
    assert offered(watch, "/desk/notices") == ["Mill", "Bridge", "Twins", "Twins", "Dam"], (
        "a notice is about an open case"
    )


@pytest.mark.parametrize(
    ("named", "case"),
    [
        pytest.param("Dam", "case0", id="its title"),
        pytest.param("  dAM ", "case0", id="written otherwise"),
        pytest.param("Over", "case3", id="one that was ended"),
        pytest.param("case1", "case1", id="its id"),
        pytest.param("https://tocsin.example/desk/cases/case2", "case2", id="the address of its page"),
        pytest.param("/desk/cases/case2/work", "case2", id="of a page below it"),
    ],
)
def test_any_other_case_is_found_by_what_it_is_called(
    town: Installation, watch: Browser, named: str, case: str
) -> None:
    status, address = begin(watch, case="case5", case_named=named)
    assert status == 303, address
    assert case_of(town, address) == case
    page = html.document_fromstring(watch.get(address).text)
    assert page.xpath('//select[@name="case"]/option[@selected]/@value') == [case], "what is chosen is shown"


@pytest.mark.parametrize("named", ["Sluice", "case6", "/desk/cases/case6", "No such case", "Mil", "/desk/cases/"])
def test_what_may_not_be_read_is_as_little_there_as_what_is_not(watch: Browser, named: str) -> None:
    status, said = begin(watch, case_named=named)
    assert status == 400
    assert "No case that you may read is called so." in said


def test_of_two_that_are_called_alike_none_is_taken(watch: Browser) -> None:
    status, said = begin(watch, case_named="Twins")
    assert status == 400
    assert "Several cases are called so." in said


def test_a_notice_is_begun_about_a_case_that_was_named_and_no_address_says_its_title(watch: Browser) -> None:
    token = watch.csrf("/desk/notices")
    reply = watch.post("/desk/notices/new", {"_csrf_token": token, "case": "", "case_named": "Dam"})
    assert reply.headers["location"] == "/desk/notices/new?case=case0"
    assert "Dam" in watch.get(reply.headers["location"]).text


@pytest.mark.parametrize("form", [{}, {"case": ""}, {"case": "case5", "case_named": "Sluice"}])
def test_a_notice_about_nothing_is_not_begun_and_what_was_typed_stands(watch: Browser, form: dict[str, str]) -> None:
    token = watch.csrf("/desk/notices")
    reply = watch.post("/desk/notices/new", {"_csrf_token": token, **form})
    assert reply.status_code == 400
    page = html.document_fromstring(reply.text)
    typed = cast("list[str]", page.xpath('//input[@name="case_named"]/@value'))
    assert (typed or [""]) == [form.get("case_named", "")]
