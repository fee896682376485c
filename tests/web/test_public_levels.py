"""Advisories and statements on the public site: by country, with their past, corrected in the open, for programs."""

import json
from datetime import timedelta

import pytest
from lxml import etree, html

from tests.web.installation import Browser, Installation
from tests.web.test_public import ATOM
from tocsin.flow.warning import advisory as flow
from tocsin.flow.warning import statement as words
from tocsin.flow.warning.warn import decide_window
from tocsin.warning.retraction import TakenBack
from tocsin.warning.statement.facts import StatementDrafted, StatementKind
from tocsin.warning.statement.state import StatementDraft


def text(page: str) -> str:
    return " ".join(str(html.document_fromstring(page).xpath("string()")).split())


def withdraw(town: Installation, id: str) -> None:
    said = [TakenBack(language="", words="We have left.")]
    flow.withdraw_advisory(town.house, id, said, by=town.duty_officer, command=town.command(), now=town.clock.now())
    town.work()


def test_levels_stand_by_country_with_their_words(town: Installation, browser: Browser) -> None:
    town.advisory("FR", 2)
    town.advisory("FR", 4, region="The coast")
    town.advisory("BE", 1)
    page = text(browser.get("/advisories").text)
    assert "France: level 2, in part level 4" in page, "on the map"
    listed = page.partition("the list says the same")[2]
    assert listed.index("Belgium") < listed.index("France") < listed.index("The coast, France")
    assert "Level 4: Do not travel" in page
    told = json.loads(browser.get("/advisories.json").content)
    assert (told["countries"], told["strictest"]) == ({"BE": 1, "FR": 2}, {"BE": 1, "FR": 4})


def test_an_advisory_has_its_risks_what_to_do_and_what_held_before(town: Installation, browser: Browser) -> None:
    old = town.advisory("FR", 2)
    town.clock.advance(timedelta(days=2))
    beside = town.advisory("FR", 4, region="The coast")
    new = town.advisory("FR", 3)
    reply = browser.get(f"/advisories/{new}")
    page = text(reply.text)
    for said in ("Stay off the roads.", "Natural disaster: The river floods.", "Before that", "Level 2:", "The coast"):
        assert said in page
    assert f"/advisories/{beside}" in reply.text
    was, now = (json.loads(browser.get(f"/advisories/{one}.json").content) for one in (old, new))
    assert (was["state"], now["state"], now["previous_level"]) == ("replaced", "in_force", 2)
    assert now["risks"] == [{"indicator": "natural_disaster", "words": "The river floods."}]
    for hidden in (town.miller, town.watch_officer, town.duty_officer):
        assert hidden not in reply.text + json.dumps(now)


def test_a_withdrawn_level_says_so_and_gives_no_all_clear(town: Installation, browser: Browser) -> None:
    id = town.advisory("FR", 3)
    town.clock.advance(timedelta(days=1))
    withdraw(town, id)
    page = text(browser.get(f"/advisories/{id}").text)
    assert "no level of ours holds" in page
    assert "We have left." in page
    assert "That is no all-clear." in page
    assert "No level any more" in text(browser.get("/advisories").text)
    assert "France" not in text(browser.get("/").text)
    assert json.loads(browser.get(f"/advisories/{id}.json").content)["state"] == "withdrawn"
    assert "Withdrawn: our level for France" in browser.get("/feeds/advisories.xml").text


def test_where_a_region_s_level_was_withdrawn_that_of_its_country_still_holds(
    town: Installation, browser: Browser
) -> None:
    town.advisory("FR", 3)
    coast = town.advisory("FR", 4, region="The coast")
    town.clock.advance(timedelta(days=1))
    withdraw(town, coast)
    page, listed = (text(browser.get(path).text) for path in (f"/advisories/{coast}", "/advisories"))
    assert "no level of ours holds" not in page
    assert "The coast, France: no level of its own any more" in page
    assert "Level 3:" in page
    assert "no level of its own any more" in listed
    assert "The level of the whole country holds there now: 3 of 4." in browser.get("/feeds/advisories.xml").text


def test_a_level_for_later_is_not_shown_as_in_force(town: Installation, browser: Browser) -> None:
    now = town.advisory("FR", 2)
    town.clock.advance(timedelta(minutes=1))
    later = town.advisory("FR", 4, effective_at=town.clock.now() + timedelta(days=3), review_at=None)
    assert "Level 2:" in text(browser.get("/advisories").text)
    assert browser.get(f"/advisories/{now}").status_code == 200
    assert "Not yet in force" in browser.get(f"/advisories/{later}").text
    town.clock.advance(timedelta(days=4))
    assert "Level 4:" in text(browser.get("/advisories").text)
    assert browser.get(f"/advisories/{now}").headers["location"] == f"/advisories/{later}"


def test_an_overdue_review_is_said(town: Installation, browser: Browser) -> None:
    id = town.advisory("FR", 3)
    town.clock.advance(timedelta(days=200))
    town.work()
    assert "review overdue" in text(browser.get("/advisories").text)
    assert "Review overdue" in text(browser.get(f"/advisories/{id}").text)
    assert json.loads(browser.get(f"/advisories/{id}.json").content)["overdue"]


def test_a_draft_is_nobody_s_business(town: Installation, browser: Browser) -> None:
    level = town.advisory("FR", 4, approve=False)
    said = town.statement("Quietly drafted", approve=False)
    for path in (
        f"/advisories/{level}",
        f"/advisories/{level}.json",
        f"/statements/{said}",
        f"/statements/{said}.json",
    ):
        assert browser.get(path).status_code == 404
    for path in ("/", "/advisories", "/advisories.json", "/statements", "/feeds/atom.xml", "/feeds/statements.xml"):
        page = browser.get(path).text
        assert "Quietly drafted" not in page
        assert "France" not in page


def test_a_correction_shows_on_what_it_corrects_and_old_words_stay(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    said = town.statement("The day was wrong", statement_kind=StatementKind.CORRECTION, about=alert)
    page = browser.get(f"/alerts/{alert}").text
    assert f"/statements/{said}" in page
    assert "This corrects:" in browser.get(f"/statements/{said}").text
    by, now = town.watch_officer, town.clock.now()
    words.endorse(town.house, said, "The next town", by=by, command=town.command(), now=now)
    words.withdraw_endorsement(town.house, said, "The next town", by=by, command=town.command(), now=now)
    with town.store.look() as look:
        draft = look.all(StatementDraft)[0]
    again = StatementDrafted(
        subject=said, occurred_at=now, statement_kind=draft.statement_kind, title=draft.title, text="It was Sunday.",
        author=by, edition=2, change="It said Monday.",
    )  # fmt: skip
    words.draft_statement(town.house, again, by=by, command=town.command(), now=now)
    words.approve_statement(town.house, said, by=town.duty_officer, command=town.command(), now=now)
    assert "It said Monday." in browser.get(f"/statements/{said}").text
    first = browser.get(f"/statements/{said}/1").text
    assert "Not our words any more" in first
    assert "Stood behind it, and do so no more" in first
    assert "We stay." in first
    told = json.loads(browser.get(f"/statements/{said}.json").content)
    assert [one["edition"] for one in told["editions"]] == [2, 1]
    assert told["about"] == alert


@pytest.mark.parametrize(
    "path", ["/statements/x/1", "/statements/{id}/7", "/statements/{id}.xml", "/advisories/x.json"]
)
def test_what_is_not_there_is_not_found(town: Installation, browser: Browser, path: str) -> None:
    assert browser.get(path.format(id=town.statement())).status_code == 404


@pytest.mark.parametrize("name", ["advisories", "statements"])
def test_the_feeds_hold_their_kind_alone(town: Installation, browser: Browser, name: str) -> None:
    town.alert()
    level, said = town.advisory(), town.statement()
    feed = etree.fromstring(browser.get(f"/feeds/{name}.xml").content)
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert ids == [f"http://tocsin.example/{name}/{level if name == 'advisories' else said}"]


def test_a_window_s_end_changes_no_level(town: Installation, browser: Browser) -> None:
    town.advisory("FR", 3)
    alert = town.alert()
    decide_window(
        town.house, alert, "stand_down", why="Over.", by=town.duty_officer, command=town.command(), now=town.clock.now()
    )
    assert "Level 3:" in text(browser.get("/advisories").text)
