"""A form that was refused comes back as it was typed, to the one who typed it, beside what stands there now."""

import re
from collections.abc import Iterator
from typing import cast

import pytest
from httpx import Response
from lxml import html

from tests.web.installation import Browser, Installation
from tests.web.test_casework import CASE, opened
from tests.web.test_must_warn import of, submit
from tests.web.test_notices_desk import Desk
from tests.web.test_watching import text
from tocsin.basis.marking import Mark, Role
from tocsin.flow.duty import must_warn
from tocsin.store.reconcile import reconcile
from tocsin.threat.state import Threat
from tocsin.warning.duty.test import Answered, Said, Test


@pytest.fixture(name="watch")
def _watch(town: Installation) -> Iterator[Browser]:
    assert town.watch_officer
    assert town.duty_officer
    yield of(town, "watch")
    assert reconcile(town.store) == []


def form_on(page: str, action: str) -> dict[str, str]:
    """Return what the form of an action would send."""
    (form,) = cast("list[html.FormElement]", html.document_fromstring(page).xpath(f'//form[@action="{action}"]'))
    return {name: str(value) for name, value in form.form_values() if name not in ("_csrf_token", "nonce")}


def refused(reply: Response, status: int = 409) -> html.HtmlElement:
    """Return the section in which a refusal is said."""
    assert reply.status_code == status, text(reply.text)
    assert reply.headers["cache-control"] == "no-store"
    (section,) = cast("list[html.HtmlElement]", html.document_fromstring(reply.text).xpath('//section[@id="refused"]'))
    return section


def said(section: html.HtmlElement) -> dict[str, str]:
    rows = cast("list[html.HtmlElement]", section.xpath(".//dl/div"))
    return {str(row.xpath("string(dt)")): str(row.xpath("string(dd)")) for row in rows}


def test_a_notice_that_another_wrote_at_meanwhile(town: Installation) -> None:
    desk = Desk(town)
    id = desk.begun()
    path = f"/desk/notices/{id}"
    old = desk.form(id, what="Mine, and long", where="At the weir")
    assert desk.write(id, desk.duty, what="Theirs", who="A miller").status_code == 303
    reply = submit(desk.writer, path, **old)
    section = refused(reply)
    assert "Changed last by Duty Dean" in text(reply.text)
    assert said(section)["What"] == "Theirs"
    again = form_on(reply.text, path)
    assert (again["what"], again["where"], again["seen"]) == (
        "Mine, and long",
        "At the weir",
        str(int(old["seen"]) + 1),
    )
    assert desk.notice(id).tear_line.what == "Theirs"  # type: ignore[union-attr]
    # nobody else is shown it, nor is it kept
    for browser in (desk.writer, desk.duty, desk.deputy):
        assert "Mine, and long" not in browser.get(f"{path}/edit").text
    assert submit(desk.writer, path, **again).status_code == 303
    assert desk.notice(id).tear_line.what == "Mine, and long"  # type: ignore[union-attr]
    assert reconcile(town.store) == []


def test_a_notice_that_has_gone_out_meanwhile_gives_back_what_was_written(town: Installation) -> None:
    desk = Desk(town)
    id = desk.begun()
    old = desk.form(id, what="Mine, and long")
    assert desk.act(desk.deputy, id, "approval").status_code == 303
    reply = submit(desk.writer, f"/desk/notices/{id}", **old)
    assert said(refused(reply))["what"] == "Mine, and long"
    assert "Its form cannot be shown again." in text(reply.text)


def test_an_alert_that_another_wrote_at_meanwhile(town: Installation, watch: Browser) -> None:
    duty = of(town, "duty")
    begun = submit(watch, "/desk/alerts", **form_on(watch.get("/desk/alerts").text, "/desk/alerts"))
    assert begun.status_code == 303, text(begun.text)
    edit = begun.headers["location"]
    path = edit.removesuffix("/edit")
    old = form_on(watch.get(edit).text, path) | {"headline_0": "Mine <b>", "description_0": "Water is here"}
    theirs = form_on(duty.get(edit).text, path) | {"headline_0": "Theirs"}
    assert submit(duty, path, **theirs).status_code == 303
    reply = submit(watch, path, **old)
    assert "Theirs" in said(refused(reply)).values()
    again = form_on(reply.text, path)
    assert (again["headline_0"], again["description_0"]) == ("Mine <b>", "Water is here")
    assert submit(watch, path, **again).status_code == 303


@pytest.mark.parametrize(
    ("verb", "page", "typed", "now"),
    [
        pytest.param("describe", "about", {"title": "A larger fair", "intent": "To stop it"}, "A small fair", id="what it is about"),
        pytest.param("step", "work", {"what": "Ask the fair", "by_when": "2024-05-09T12:00"}, "", id="its next step"),
        pytest.param(
            "estimate", "estimate",
            {"low": "30", "high": "40", "confidence": "low", "grounds": "Two voices.", "why": "It is Monday.",
             "changed": "A second voice.", "confidence_why": "They never met."}, "50",
            id="how likely it is",
        ),
    ],
)  # fmt: skip
def test_a_case_that_another_changed_meanwhile(
    town: Installation, watch: Browser, verb: str, page: str, typed: dict[str, str], now: str
) -> None:
    duty, id = of(town, "duty"), opened(town, watch)
    path, on = f"/desk/cases/{id}/acts/{verb}", f"/desk/cases/{id}/{page}"
    old = form_on(watch.get(on).text, path) | typed
    theirs = {
        "describe": {"title": "A small fair"}, "step": {"what": "Ask the mayor", "by_when": "2024-05-08T12:00"},
        "estimate": {**typed, "low": "50", "high": "60"},
    }[verb]  # fmt: skip
    assert submit(duty, path, **form_on(duty.get(on).text, path) | theirs).status_code == 303
    reply = submit(watch, path, **old)
    section = refused(reply)
    assert "Changed last by Duty Dean" in str(section.xpath("string()"))
    assert not now or now in said(section).values()
    again = form_on(reply.text, path)
    assert {name: again[name] for name in typed} == typed
    assert submit(watch, path, **again).status_code == 303


def test_a_duty_stands_on_the_page_of_its_case(town: Installation, watch: Browser) -> None:
    duty, on = of(town, "duty"), f"/desk/cases/{town.threat}/duties"
    asked = form_on(watch.get(on).text, on) | {"about_public": "later"}
    assert submit(watch, on, **asked).status_code == 303
    (path,) = set(re.findall(r'action="(/desk/duties/[^/"]+/decision)"', duty.get(on).text))
    old = form_on(duty.get(on).text, path)
    yes = Answered(said=Said.YES)
    found, by = Test(credible=yes, specific=yes, impending=yes, grave=yes, directed=yes), town.watch_officer
    must_warn.answer_questions(
        town.house, path.split("/")[3], found, why="So.", by=by, command="anew", now=town.clock.now()
    )
    reply = submit(duty, path, **old | {"about": "warn", "why": "They live there."})
    assert "Changed last by" in str(refused(reply).xpath("string()"))
    assert form_on(reply.text, path)["why"] == "They live there."


def test_what_cannot_be_understood_comes_back_as_it_was_typed(town: Installation, watch: Browser) -> None:
    drawn = form_on(watch.get("/desk/cases/new").text, "/desk/cases")
    typed = CASE | {"circle": "here", "title": "A long title", "zone": drawn["zone"]}
    reply = submit(watch, "/desk/cases", **drawn | typed)
    assert "latitude,longitude" in str(refused(reply, 400).xpath("string()"))
    again = form_on(reply.text, "/desk/cases")
    assert (again["title"], again["circle"], again["mark"]) == ("A long title", "here", CASE["mark"])
    assert "class_gathering" in again
    assert "Changed last" not in text(reply.text)


def test_who_may_see_the_page_no_more_is_shown_nothing_of_it(town: Installation, watch: Browser) -> None:
    id = opened(town, watch)
    path = f"/desk/cases/{id}/acts/hand_over"
    other = town.person("Cleared Cleo", Role.DUTY_OFFICER, cleared_to=Mark.AMBER)
    assert submit(watch, path, owner=other, why="My watch ends").status_code == 303
    reply = submit(of(town, "duty"), path, owner=other, why="Mine, too, and long")
    assert form_on(reply.text, path)["why"] == "Mine, too, and long"
    town.person("Auditor Abe", Role.AUDITOR, cleared_to=Mark.AMBER)
    reply = submit(of(town, "auditor"), path, owner=other, why="Mine, too, and long")
    assert (reply.status_code, "Mine, too" in reply.text) == (403, False)


def test_a_form_in_which_nothing_was_typed_leads_back_to_itself_and_not_to_the_start(
    town: Installation, watch: Browser
) -> None:
    on = f"/desk/cases/{town.threat}/duties"
    reply = submit(watch, on, **form_on(watch.get(on).text, on))
    section = str(refused(reply, 400).xpath("string()"))
    assert "Choose of at least one of them" in section
    assert "Nothing was changed." in section
    assert "What you typed" not in section
    assert form_on(reply.text, on)["about_public"] == ""


def test_a_button_that_is_there_no_more_leads_to_how_it_stands_now(town: Installation) -> None:
    desk = Desk(town)
    id = desk.begun()
    draft = desk.deputy.get(f"/desk/notices/{id}")
    assert desk.act(desk.deputy, id, "approval").status_code == 303
    reply = submit(desk.deputy, f"/desk/notices/{id}/approval", **form_on(draft.text, f"/desk/notices/{id}/approval"))
    assert "Nothing was changed." in str(refused(reply).xpath("string()"))
    assert html.document_fromstring(reply.text).xpath('//nav[@aria-label="Main"]')


def test_what_was_refused_is_where_the_keyboard_is(town: Installation, watch: Browser) -> None:
    reply = submit(
        watch, "/desk/cases", **form_on(watch.get("/desk/cases/new").text, "/desk/cases") | {"circle": "here"}
    )
    section = refused(reply, 400)
    assert (section.get("tabindex"), section.get("autofocus")) == ("-1", "")
    assert reply.text.count(" autofocus") == 1


OURS = {"sec-fetch-site": "same-origin"}


def test_what_was_written_while_its_session_ended_comes_back_to_whoever_signs_in_again(
    town: Installation, watch: Browser
) -> None:
    typed = form_on(watch.get("/desk/cases/new").text, "/desk/cases") | CASE | {"title": "The fair <b> at the weir"}
    browser = Browser(town.renewed_site())
    reply = browser.post("/desk/cases", typed | {"_csrf_token": "old"}, headers=OURS)
    assert (reply.status_code, reply.headers["cache-control"]) == (401, "no-store")
    assert "You are signed out" in text(reply.text)
    again = form_on(reply.text, "/desk/cases")
    assert typed.items() <= again.items()
    assert browser.post("/desk/cases", again, headers=OURS).status_code == 401
    assert browser.sign_in("watch").status_code == 303
    reply = browser.post("/desk/cases", again, headers=OURS)
    assert "You have signed in anew" in str(refused(reply).xpath("string()"))
    once_more = form_on(reply.text, "/desk/cases")
    assert typed.items() <= once_more.items()
    with town.store.look() as look:
        before = len(look.all(Threat))
    assert submit(browser, "/desk/cases", **once_more).status_code == 303
    with town.store.look() as look:
        assert len(look.all(Threat)) == before + 1


@pytest.mark.parametrize("said", [{}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}])
def test_what_no_page_of_ours_sent_is_handed_back_to_nobody(town: Installation, said: dict[str, str]) -> None:
    assert town.watch_officer
    browser = Browser(town.site)
    reply = browser.post("/desk/cases", {"title": "Call this number"}, headers=said)
    assert (reply.status_code, reply.headers["location"]) == (303, "/desk/sign-in")
    assert browser.sign_in("watch").status_code == 303
    reply = browser.post("/desk/cases", {"title": "Call this number"}, headers=said)
    assert (reply.status_code, "Call this number" in reply.text) == (403, False)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"title=" + b"x" * 300_000, "application/x-www-form-urlencoded", id="too large"),
        pytest.param(b"title=\xff\xfe", "application/x-www-form-urlencoded", id="no text"),
        pytest.param(b"&".join(b"a%d=b" % n for n in range(2_000)), "application/x-www-form-urlencoded", id="too many"),
        pytest.param(b"", "application/x-www-form-urlencoded", id="nothing"),
        pytest.param(b"--x--", "multipart/form-data; boundary=x", id="files"),
    ],
)
def test_what_is_no_form_of_words_leads_to_the_door(town: Installation, content: bytes, kind: str) -> None:
    reply = Browser(town.site).post("/desk/cases", content, headers=OURS | {"content-type": kind})
    assert (reply.status_code, reply.headers["location"]) == (303, "/desk/sign-in")
