"""The desk is closed at once and shows nothing of anyone; the public site, answers and sending go on."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests.web.installation import PASSPHRASE, START, Browser, Installation, made_up
from tests.words import bare
from tocsin.answer.state import Watch
from tocsin.basis.errors import Broken, Refused
from tocsin.basis.ids import Id
from tocsin.flow.desk_lock import NAME, close_desk, desk_lock, open_desk
from tocsin.flow.people.forget import CONSOLE, forget
from tocsin.store.reconcile import reconcile
from tocsin.web.site import application


@pytest.fixture(name="duty")
def _duty(town: Installation, browser: Browser) -> Browser:
    assert town.duty_officer
    assert browser.sign_in("duty").status_code == 303
    return browser


def asks() -> list[tuple[str, str]]:
    """Return method and path of everything at the desk, ids filled in with nobody's."""
    return [
        (method, re.sub(r"\{[^}]*\}", "nobody", route.path))
        for route in application().routes
        for handler in getattr(route, "route_handlers", ())
        for method in handler.http_methods
        if route.path.startswith("/desk") and method != "OPTIONS"
    ]


def test_whatever_is_asked_of_a_closed_desk_gets_the_same_page(town: Installation, duty: Browser) -> None:
    alert = town.alert()
    csrf = duty.csrf("/desk")
    close_desk(town.store, "Somebody is at the gate", START)
    seen = set()
    paths = [*asks(), ("GET", f"/desk/warnings/{alert}"), ("HEAD", "/desk")]
    assert len(paths) > 12
    for browser in (duty, Browser(town.site)):
        for method, path in paths:
            reply = browser.post(path, {"_csrf_token": csrf}) if method == "POST" else browser.ask(method, path)
            assert reply.status_code == 503, (method, path)
            assert reply.headers["cache-control"] == "no-store"
            assert "set-cookie" not in reply.headers
            seen.add(reply.content)
    [page] = seen - {b""}
    assert "This desk was closed at 09:00 UTC on 2 May." in page.decode()
    for told in ("Duty Dean", "Mill Town", "bridge", "gate", "/desk/"):
        assert told not in page.decode(), told


def test_a_session_that_was_open_is_over_for_good(town: Installation, duty: Browser) -> None:
    close_desk(town.store, "", START)
    assert duty.get("/desk").status_code == 503
    open_desk(town.store, desk_lock(town.store), by="somebody")
    assert duty.get("/desk").headers["location"].startswith("/desk/sign-in")
    assert duty.sign_in("duty").status_code == 303
    assert duty.get("/desk").status_code == 200


def test_a_session_is_over_although_nobody_asked_for_a_page_while_it_was_closed(
    town: Installation, duty: Browser
) -> None:
    close_desk(town.store, "", START)
    open_desk(town.store, desk_lock(town.store), by="somebody")
    assert duty.get("/desk").status_code == 303


def test_a_sign_in_that_began_before_it_was_closed_opens_nothing(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert town.duty_officer
    passphrases = town.site.desk.passphrases
    fits = passphrases._fits

    def slowly(held: str, said: str) -> bool:
        close_desk(town.store, "", START)
        return bool(fits(held, said))

    monkeypatch.setattr(passphrases, "_fits", slowly)
    assert browser.sign_in("duty").status_code == 303
    assert browser.get("/desk").status_code == 503
    open_desk(town.store, desk_lock(town.store), by="somebody")
    assert browser.get("/desk").status_code == 303


def test_it_stays_closed_when_the_server_is_started_again(tmp_path: Path) -> None:
    first = Installation(tmp_path)
    close_desk(first.store, "", START)
    first.close()
    again = Installation(tmp_path)
    try:
        assert Browser(again.site).get("/desk").status_code == 503
    finally:
        again.site.close()
        again.close()


def test_the_public_site_and_the_answer_page_do_not_close(town: Installation, browser: Browser) -> None:
    alert = town.alert()
    close_desk(town.store, "", START)
    for path in ("/", f"/alerts/{alert}", "/healthz", "/readyz", "/feeds/atom.xml", "/static/tocsin.css"):
        assert browser.get(path).status_code == 200, path
    link = f"/a/{town.token(alert)}"
    assert browser.get(link).status_code == 200
    assert browser.post(link, {"answer": "safe"}).status_code == 200
    assert town.answers() == [("safe", "")]


def test_warnings_still_go_out_and_people_are_still_rung(town: Installation) -> None:
    close_desk(town.store, "", START)
    alert = town.alert()
    assert [message.kind for message in town.paper.messages] == ["alert"]
    town.clock.set(town.clock.now() + timedelta(minutes=16))
    town.work()
    assert [message.kind for message in town.paper.messages][1:] == ["call"]
    with town.store.look() as look:
        assert look.all(Watch, warning=alert)[0].rings
    assert reconcile(town.store) == []


def test_closed_twice_it_was_closed_when_it_first_was(town: Installation) -> None:
    first = close_desk(town.store, "At the gate", START)
    assert close_desk(town.store, "Still there", START + timedelta(hours=1)) == first


def test_who_decided_to_open_it_before_it_was_closed_again_must_decide_anew(town: Installation) -> None:
    seen = close_desk(town.store, "", START)
    open_desk(town.store, seen, by="somebody")
    close_desk(town.store, "", START)
    with pytest.raises(Refused, match="closed again meanwhile"):
        open_desk(town.store, seen, by="somebody")
    assert desk_lock(town.store).closed_at == START


@pytest.mark.parametrize("stands", ["open, honestly", b'{"why": "\xff"}', b'{"why": "\xe2\x82"}', "[" * 50_000])
def test_where_it_cannot_be_read_whether_it_is_open_it_shows_nothing_and_can_be_closed_anew(
    town: Installation, duty: Browser, stands: Any
) -> None:
    town.store.remember(NAME, stands)
    with structlog.testing.capture_logs():
        assert duty.get("/desk").status_code == 500
    with pytest.raises(Broken):
        desk_lock(town.store)
    open_desk(town.store, close_desk(town.store, "", START), by="somebody")
    assert duty.get("/desk").status_code == 303, "no session of before lives on"


def test_the_log_tells_that_it_was_closed_and_opened_and_neither_why_nor_a_name(town: Installation) -> None:
    officer: Id = town.duty_officer
    with structlog.testing.capture_logs() as noted:
        seen = close_desk(town.store, "Duty Dean was followed", START)
        open_desk(town.store, seen, by=officer)
    assert [line["event"] for line in noted] == ["desk closed", "desk opened"]
    assert "Dean" not in str(noted)


def test_someone_forgotten_has_no_session_any_more(town: Installation, duty: Browser) -> None:
    forget(town.house, town.duty_officer, why="left", by=CONSOLE, command=town.command(), now=START)
    assert duty.get("/desk").status_code == 303
    assert town.site.desk.sessions.find(duty.cookies["tocsin_desk"]) is None


def test_every_sentence_of_the_page_goes_through_gettext(town: Installation) -> None:
    town.said = lambda _tag: made_up()
    close_desk(town.store, "", START)
    assert bare(Browser(town.renewed_site()).get("/desk").text) == []


def test_an_exercise_says_so_on_the_closed_page_too(tmp_path: Path) -> None:
    town = Installation(tmp_path, exercise=True)
    close_desk(town.store, "", START)
    try:
        page = Browser(town.site).get("/desk").text
    finally:
        town.site.close()
        town.close()
    assert "EXERCISE" in page
    assert PASSPHRASE not in page
