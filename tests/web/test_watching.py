"""The unanswered board and what an officer does about a row of it: call, send again, escalate, note, another policy."""

from collections.abc import Iterator
from typing import cast

import pytest
from httpx import Response
from lxml import html

from tests.web.installation import Browser, Installation
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.basis.marking import Mark, Role
from tocsin.flow.people import policies
from tocsin.store.reconcile import reconcile
from tocsin.warning.ladder import Ladder, Rung
from tocsin.warning.policy import PolicySaved


def text(page: str) -> str:
    return " ".join(str(html.document_fromstring(page).xpath("string()")).split())


def submit(browser: Browser, path: str, **form: str) -> Response:
    return browser.post(path, {"_csrf_token": browser.csrf("/desk"), **form})


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


@pytest.fixture(name="silent")
def _silent(town: Installation) -> Iterator[Watch]:
    warning = town.alert()
    (watch,) = watches(town, warning, "silence")
    yield watch
    assert reconcile(town.store) == []


def watches(town: Installation, warning: Id, why: str) -> list[Watch]:
    with town.store.look() as look:
        return look.all(Watch, warning=warning, why=why)


def again(town: Installation, watch: Watch) -> Watch:
    with town.store.look() as look:
        return look.get(Watch, watch.id)


def test_the_board_says_who_has_not_answered_for_how_long_and_who_is_next(duty: Browser, silent: Watch) -> None:
    page = html.document_fromstring(duty.get("/desk").text)
    (row,) = cast("list[html.HtmlElement]", page.xpath(f"//li[.//*[@href='/desk/watches/{silent.id}#call']]"))
    said = " ".join(row.text_content().split())
    assert "No answer" in said
    assert "next" in said
    keys = cast("list[html.HtmlElement]", row.xpath(".//*[@data-key]"))
    assert [one.get("data-key") for one in keys] == ["c", "r", "e", "n"]


def test_its_page_says_how_to_reach_whom_it_waits_for_and_what_follows(duty: Browser, silent: Watch) -> None:
    page = text(duty.get(f"/desk/watches/{silent.id}").text)
    assert "How to reach them" in page
    assert "if nobody takes it on" in page
    assert "is called" in page


def test_a_note_is_kept_and_stops_nobody(town: Installation, duty: Browser, silent: Watch) -> None:
    assert submit(duty, f"/desk/watches/{silent.id}/note", words="I rang twice.").status_code == 303
    kept = again(town, silent)
    assert ([one.words for one in kept.notes], kept.due) == (["I rang twice."], silent.due)
    assert "I rang twice." in text(duty.get("/desk").text)
    assert submit(duty, f"/desk/watches/{silent.id}/note", words=" ").status_code == 400


def test_escalated_it_rings_the_next_at_once_and_pressed_twice_once(
    town: Installation, duty: Browser, silent: Watch
) -> None:
    for _ in range(2):
        assert submit(duty, f"/desk/watches/{silent.id}/next", nonce="one-page-1").status_code == 303
        town.work()
    assert len(again(town, silent).rings) == 1
    assert submit(duty, f"/desk/watches/{silent.id}/next", nonce="one-page-2").status_code == 303
    town.work()
    assert len(again(town, silent).rings) == 2


def test_sent_again_the_silent_get_it_once_more(town: Installation, duty: Browser, silent: Watch) -> None:
    assert submit(duty, f"/desk/watches/{silent.id}/again", nonce="one-page-1").status_code == 303
    town.work()
    with town.store.look() as look:
        assert max(batch.step for batch in look.batches(silent.warning) if batch.watch is None) == 1


def test_it_goes_on_by_another_policy(town: Installation, duty: Browser, silent: Watch) -> None:
    assert submit(duty, f"/desk/watches/{silent.id}/policy", policy="").status_code == 400
    ladder = Ladder(rungs=(Rung(to=town.duty_officer, after_s=600),), repeat_s=60, from_the_top=True)
    fact = PolicySaved(subject="nights", occurred_at=town.clock.now(), name="Nights <b>", ladder=ladder)
    policies.keep_policy(town.house, fact, by="x", command="policy", now=town.clock.now())
    assert "Nights <b>" in text(duty.get(f"/desk/watches/{silent.id}").text)
    assert submit(duty, f"/desk/watches/{silent.id}/policy", policy="nights").status_code == 303
    town.work()
    kept = again(town, silent)
    assert (kept.ladder.repeat_s, len(kept.rings)) == (60, 1)


@pytest.mark.parametrize("act", ["note", "next", "again", "policy"])
def test_an_auditor_looks_and_presses_nothing(town: Installation, browser: Browser, silent: Watch, act: str) -> None:
    assert town.person("Auditor Abe", Role.AUDITOR, cleared_to=Mark.AMBER)
    assert browser.sign_in("auditor").status_code == 303
    page = browser.get(f"/desk/watches/{silent.id}")
    assert page.status_code == 200
    assert not html.document_fromstring(page.text).xpath("//main//form")
    assert submit(browser, f"/desk/watches/{silent.id}/{act}", words="x", policy="x").status_code == 403


@pytest.mark.parametrize("path", ["/desk/watches/nothing", "/desk/watches/nothing/next"])
def test_a_watch_that_is_none_is_not_found(duty: Browser, path: str) -> None:
    reply = submit(duty, path) if path.endswith("next") else duty.get(path)
    assert reply.status_code == 404


def test_without_our_own_form_nothing_is_done(town: Installation, duty: Browser, silent: Watch) -> None:
    assert duty.post(f"/desk/watches/{silent.id}/next", {"_csrf_token": "another"}).status_code == 403
    town.work()
    assert again(town, silent).rings == ()


def test_whoever_took_it_on_can_take_it_on_again_after_it_was_escalated(
    town: Installation, duty: Browser, silent: Watch
) -> None:
    take = f"/desk/watches/{silent.id}/accept"
    assert submit(duty, take).status_code == 303
    assert submit(duty, f"/desk/watches/{silent.id}/next").status_code == 303
    town.work()
    assert again(town, silent).accepted_by is None
    assert submit(duty, take).status_code == 303
    assert again(town, silent).accepted_by == town.duty_officer


def test_a_form_that_does_not_say_from_which_page_it_is_does_nothing(
    town: Installation, duty: Browser, silent: Watch
) -> None:
    assert submit(duty, f"/desk/watches/{silent.id}/accept", nonce="").status_code == 400
    assert again(town, silent).accepted_by is None
