"""At the desk: standing by a warning, deciding about one that ran out, and looking at a level again."""

import re
from datetime import timedelta

import pytest
from httpx import Response

from tests.web.installation import Browser, Installation
from tests.web.test_watching import text
from tocsin.basis.marking import Mark, Role
from tocsin.warning.advisory.state import Advisory
from tocsin.warning.alert.state import Alert, AlertStage
from tocsin.warning.notice.state import Notice, NoticeStage

WHY = "The mayor calls it a joke. We do not."


def submit(browser: Browser, path: str, **form: str) -> Response:
    return browser.post(path, {"_csrf_token": browser.csrf("/desk"), **form})


def signed_in(town: Installation, name: str) -> Browser:
    browser = Browser(town.site)
    assert browser.sign_in(name).status_code == 303
    return browser


@pytest.fixture(name="duty")
def _duty(town: Installation) -> Browser:
    assert town.duty_officer
    return signed_in(town, "duty")


@pytest.fixture(name="second")
def _second(town: Installation) -> Browser:
    town.person("Second Sam", Role.DUTY_OFFICER)
    return signed_in(town, "second")


def later(town: Installation, hours: float) -> str:
    return (town.clock.now() + timedelta(hours=hours)).isoformat()


def test_an_alert_is_stood_by_and_let_out_by_another(town: Installation, duty: Browser, second: Browser) -> None:
    alert = town.alert()
    page = f"/desk/warnings/{alert}"
    assert "Stand by it" in duty.get(page).text
    assert submit(duty, f"{page}/reaffirmation", words_0=WHY, until=later(town, 96)).status_code == 303
    with town.store.look() as look:
        (draft,) = look.all(Alert, follows=alert)
    assert draft.stage is AlertStage.DRAFT
    assert "it waits for another duty officer" in text(duty.get(page).text)
    path = f"/desk/warnings/{draft.id}"
    assert submit(duty, f"{path}/approval").status_code == 409, "nobody approves their own"
    assert submit(second, f"{path}/approval").status_code == 303
    assert submit(second, f"{path}/issue").status_code == 303
    town.work()
    assert "Reaffirmed" in text(duty.get(page).text)
    old, new = Browser(town.site).get(f"/alerts/{alert}").text, Browser(town.site).get(f"/alerts/{draft.id}").text
    assert "Reaffirmed" in text(old)
    assert f"/alerts/{draft.id}" in old
    assert WHY in text(new)
    assert "Stand by it" not in duty.get(page).text, "the newer one is stood by instead"
    with town.store.look() as look:
        window = look.get(Alert, alert).window
    assert window is not None
    town.clock.advance(window.ends + timedelta(minutes=1) - town.clock.now())
    town.work()
    assert "another took its place" in (said := text(duty.get(page).text))
    assert "ran out undecided" not in said
    for where in ("/desk/warnings", f"/desk/warnings/{alert}", f"/desk/cases/{town.threat}"):
        assert "no all-clear given" not in text(duty.get(where).text), where


def test_a_notice_is_stood_by_and_sent_by_another_who_has_read_it(town: Installation, duty: Browser) -> None:
    notice = town.notice(mark=Mark.AMBER)
    town.person("Second Sam", Role.DUTY_OFFICER, cleared_to=Mark.AMBER_STRICT)
    second = signed_in(town, "second")
    page = f"/desk/warnings/{notice}"
    assert "Stand by it" in duty.get(page).text
    assert submit(duty, f"{page}/reaffirmation", words_0=WHY, until=later(town, 24)).status_code == 303
    with town.store.look() as look:
        (draft,) = look.all(Notice, follows=notice)
    assert draft.stage is NoticeStage.DRAFT
    assert "It waits for your word" not in duty.get(f"/desk/warnings/{draft.id}").text
    assert submit(second, f"/desk/warnings/{draft.id}/sending").status_code == 404, "unread, nothing goes out"
    read = re.search(
        r'href="(/desk/notices/\w+)"', second.get(f"/desk/warnings/{draft.id}").text.split("for your word")[1]
    )
    assert read is not None
    seen = re.search(r'name="seen" value="(\d+)"', second.get(read[1]).text)
    assert seen is not None
    assert submit(duty, f"{read[1]}/approval", seen=seen[1]).status_code == 409, "nobody approves their own"
    assert submit(second, f"{read[1]}/approval", seen=seen[1]).status_code == 303
    with town.store.look() as look:
        assert look.get(Notice, draft.id).stage is NoticeStage.SENT


@pytest.mark.parametrize(
    "form",
    [
        pytest.param({"words_0": " ", "until": "2031-01-01T00:00"}, id="no words"),
        pytest.param({"words_0": WHY, "until": "soon"}, id="no moment"),
        pytest.param({"words_0": WHY, "until": "2001-01-01T00:00"}, id="an end that is past"),
    ],
)
def test_what_cannot_be_stood_by_is_said(town: Installation, duty: Browser, form: dict[str, str]) -> None:
    alert = town.alert()
    assert submit(duty, f"/desk/warnings/{alert}/reaffirmation", **form).status_code in (400, 409)
    with town.store.look() as look:
        assert look.all(Alert, follows=alert) == []


def test_what_ran_out_is_closed_at_the_desk_and_the_public_reads_both(town: Installation, duty: Browser) -> None:
    alert = town.alert(hours=1)
    town.clock.advance(timedelta(hours=2))
    town.work()
    page = duty.get(f"/desk/warnings/{alert}").text
    assert "It ran out undecided" in text(page)
    assert "Extend it" not in page
    reply = submit(duty, f"/desk/warnings/{alert}/window", decision="stand_down", why="The water has gone.")
    assert reply.status_code == 303, reply.text
    town.work()
    said = text(Browser(town.site).get(f"/alerts/{alert}").text)
    assert "Stated period ended; no all-clear given" in said
    assert "did we say that the danger has passed" in said
    assert "nobody had decided" in text(duty.get(f"/desk/warnings/{alert}").text)
    found = Browser(town.site).get(f"/alerts/{alert}.json").json()
    assert (found["state"], found["window"]["closed"]["how"]) == ("ran_out_undecided", "stand_down")
    for feed in ("atom", "cap"):
        entry = Browser(town.site).get(f"/feeds/{feed}.xml").text
        assert "later we said that the danger has passed" in entry
    assert "Ended without an all-clear" not in Browser(town.site).get("/").text


def test_feeds_say_that_no_all_clear_was_given(town: Installation) -> None:
    town.alert(hours=1)
    town.clock.advance(timedelta(hours=2))
    for feed in ("atom", "cap"):
        assert "tated period ended; no all-clear given" in Browser(town.site).get(f"/feeds/{feed}.xml").text
    town.work()
    for feed in ("atom", "cap"):
        assert "tated period ended; no all-clear given" in Browser(town.site).get(f"/feeds/{feed}.xml").text


def test_the_question_stands_beside_what_has_come_in(town: Installation, duty: Browser) -> None:
    alert = town.alert(hours=2)
    town.clock.advance(timedelta(minutes=100))
    town.work()
    assert "Nothing has come in." in text(duty.get(f"/desk/warnings/{alert}").text)
    token = town.token(alert)
    assert Browser(town.site).post(f"/a/{token}", {"answer": "disputed"}).status_code == 200
    town.work()
    said = text(duty.get(f"/desk/warnings/{alert}").text)
    assert "What has come in since it was sent" in said
    assert "disputed: 1" in said


def test_a_level_that_nobody_looked_at_is_overdue_for_all_to_see(town: Installation, duty: Browser) -> None:
    level = town.advisory("FR", 3)
    town.work()
    town.clock.advance(timedelta(days=91))
    town.work()
    duty = signed_in(town, "duty")
    assert "overdue" in text(duty.get(f"/desk/warnings/{level}").text)
    assert "Review overdue" in text(Browser(town.site).get(f"/advisories/{level}").text)
    assert "review overdue" in text(Browser(town.site).get("/").text)
    assert "Review overdue" in Browser(town.site).get("/feeds/atom.xml").text
    assert submit(duty, f"/desk/warnings/{level}/deadline", why=" ").status_code == 400
    assert submit(duty, f"/desk/warnings/{level}/deadline", why="Nothing has changed.").status_code == 303
    town.work()
    with town.store.look() as look:
        assert look.get(Advisory, level).reviewed_at == town.clock.now()
    assert "Review overdue" not in text(Browser(town.site).get(f"/advisories/{level}").text)
    assert "We looked at this again" in text(Browser(town.site).get(f"/advisories/{level}").text)
