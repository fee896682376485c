"""A false alarm that was taken back, as the public, the recipient behind a link and the desk see it."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from httpx import Response
from lxml import etree, html

from tests.web.installation import SECRET, Browser, Installation
from tocsin.basis.marking import Mark, Reader, Role
from tocsin.cap import MsgType, check, read
from tocsin.flow.delivery import account
from tocsin.flow.warning import warn
from tocsin.warning.alert.state import Alert
from tocsin.warning.retraction import TakenBack

ATOM = "{http://www.w3.org/2005/Atom}"
WHY = "A sensor was wet."


def retract(town: Installation, warning: str, words: str = WHY) -> None:
    said = [TakenBack(language="", words=words)]
    warn.retract(town.house, warning, said, by=town.duty_officer, command=town.command(), now=town.clock.now())
    town.work()


def text(page: str) -> str:
    return " ".join(str(html.document_fromstring(page).xpath("string()")).split())


def submit(browser: Browser, path: str, form: dict[str, str]) -> Response:
    return browser.post(path, {"_csrf_token": browser.csrf("/desk"), **form})


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


# ---- the public


def test_the_page_says_first_that_it_was_false_and_why(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    retract(town, alert)
    page = browser.get(f"/alerts/{alert}").text
    said = text(page)
    assert "Taken back, a false alarm: Keep off the bridge" in said
    assert WHY in said
    assert said.index(WHY) < said.index("What we had said to do") < said.index("Stay on high ground.")
    assert "In force" not in said
    assert "What to do" not in said


def test_the_first_page_counts_it_no_more(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    retract(town, alert)
    first = text(browser.get("/").text)
    assert "No warning is in force" in first
    assert "It was a false alarm. We said so" in first
    assert "Stay on high ground." not in first, "what was false is nobody's advice"


def test_the_message_that_cancels_is_offered_beside_the_old_one(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    assert browser.get(f"/alerts/{alert}.cancel.cap").status_code == 404
    old = browser.get(f"/alerts/{alert}.cap").content
    retract(town, alert)
    assert browser.get(f"/alerts/{alert}.cap").content == old
    reply = browser.get(f"/alerts/{alert}.cancel.cap")
    assert reply.headers["content-type"].startswith("application/cap+xml")
    assert check(reply.content) == []
    cancel = read(reply.content)
    assert cancel.msg_type is MsgType.CANCEL
    assert cancel.references == (read(old).reference,)
    assert f"/alerts/{alert}.cancel.cap" in browser.get(f"/alerts/{alert}").text


def test_programs_read_that_it_was_taken_back(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    retract(town, alert)
    found = json.loads(browser.get(f"/alerts/{alert}.json").content)
    assert found["state"] == "retracted"
    assert found["retraction"]["wordings"] == [{"language": "en", "words": WHY}]
    assert found["retraction"]["cap"].endswith(f"/alerts/{alert}.cancel.cap")
    assert "retracted_by" not in json.dumps(found)


def test_the_feeds_tell_it(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    retract(town, alert)
    atom = etree.parse(BytesIO(browser.get("/feeds/atom.xml").content))
    entry = atom.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "Taken back, a false alarm: Keep off the bridge"
    assert entry.findtext(f"{ATOM}content") == WHY
    category = entry.find(f"{ATOM}category")
    assert category is not None
    assert category.get("term") == "retracted"
    index = etree.parse(BytesIO(browser.get("/feeds/cap.xml").content))
    offered = [link.get("href") for link in index.iter(f"{ATOM}link") if link.get("type") == "application/cap+xml"]
    assert [str(href).rpartition("/")[2] for href in offered] == [f"{alert}.cancel.cap", f"{alert}.cap"]


def test_the_record_shows_that_one_was_taken_back(town: Installation, browser: Browser) -> None:
    retract(town, town.alert())
    assert "A public alert was taken back: a false alarm" in browser.get("/record").text


def test_why_a_notice_was_false_reaches_no_public_page(town: Installation, browser: Browser) -> None:
    notice = town.notice()
    retract(town, notice, SECRET)
    for path in (
        "/",
        "/record",
        "/feeds/atom.xml",
        "/feeds/cap.xml",
        f"/alerts/{notice}",
        f"/alerts/{notice}.cancel.cap",
    ):
        reply = browser.get(path)
        assert SECRET not in reply.text
        assert notice not in reply.text
    with town.store.look() as look:
        entries = look.connection.exec_driver_sql("SELECT entry FROM entries").scalars().all()
    assert not any(b"Retracted" in entry for entry in entries)


# ---- behind an answer link


def test_whoever_opens_the_old_link_reads_it(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    retract(town, alert)
    said = text(browser.get(f"/a/{town.token(alert)}").text)
    assert said.index("You need not act on it any more") < said.index(WHY) < said.index("Keep off the bridge")
    assert "I am safe" not in said
    thanks = browser.post(f"/a/{town.token(alert)}", {"answer": "received"})
    assert "After the stated period" not in thanks.text


# ---- the desk


def test_one_press_at_the_desk_takes_it_back(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    page = duty.get(f"/desk/warnings/{alert}").text
    assert "Was it a false alarm?" in page
    reply = submit(duty, f"/desk/warnings/{alert}/retraction", {"words_0": WHY})
    assert (reply.status_code, reply.headers["location"]) == (303, f"/desk/warnings/{alert}")
    town.work()
    said = text(duty.get(f"/desk/warnings/{alert}").text)
    assert "Taken back: a false alarm" in said
    assert WHY in said
    assert "How far it has come" in said
    assert "Was it a false alarm?" not in said
    again = submit(duty, f"/desk/warnings/{alert}/retraction", {"words_0": WHY, "nonce": "another-press"})
    assert "was taken back at" in again.text


def test_a_double_click_takes_it_back_once(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    for _ in range(2):
        assert (
            submit(duty, f"/desk/warnings/{alert}/retraction", {"words_0": WHY, "nonce": "one-page-1"}).status_code
            == 303
        )


@pytest.mark.parametrize("words", [pytest.param("  ", id="nothing"), pytest.param("x" * 2_001, id="a book")])
def test_what_says_nothing_or_too_much_takes_back_nothing(town: Installation, duty: Browser, words: str) -> None:
    alert = town.alert()
    reply = submit(duty, f"/desk/warnings/{alert}/retraction", {"words_0": words})
    assert reply.status_code == 400
    with town.store.look() as look:
        assert look.get(Alert, alert).retraction is None


def test_another_site_takes_back_nothing(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    assert duty.post(f"/desk/warnings/{alert}/retraction", {"words_0": WHY}).status_code == 403


def test_a_watch_officer_is_not_offered_it_and_may_not(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    town.person("Watcher", Role.WATCH_OFFICER)
    assert browser.sign_in("Watcher").status_code == 303
    assert "Was it a false alarm?" not in browser.get(f"/desk/warnings/{alert}").text
    assert submit(browser, f"/desk/warnings/{alert}/retraction", {"words_0": WHY}).status_code == 403


def test_the_desk_shows_what_was_told_afterwards_and_the_account_has_each(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    town.work()
    for decision, ends in (("extend", town.clock.now() + timedelta(days=9)), ("stand_down", None)):
        town.clock.advance(timedelta(hours=1))
        warn.decide_window(
            town.house, alert, decision, why="Seen.", ends=ends, by=town.duty_officer, command=town.command(), now=town.clock.now()
        )  # fmt: skip
        town.work()
    page = text(duty.get(f"/desk/warnings/{alert}").text)
    assert "What they were told afterwards" in page
    assert "It holds until" in page
    assert "It is over: all clear" in page
    reader = Reader(person=town.duty_officer, roles=frozenset({Role.DUTY_OFFICER}), cleared_to=Mark.RED)
    rows = account.page(town.store, reader, alert, 0, 100)
    assert [row["errand"] for row in rows] == ["warning", "follow_up", "follow_up"]
    assert account.page(town.store, reader, alert, rows[0]["row"], 1) == rows[1:2]
