"""Who looks after the channels sees how they stand; nobody else does."""

from datetime import timedelta

import pytest

from tests.web.installation import Browser, Installation
from tocsin.basis.errors import Refused
from tocsin.basis.marking import Role
from tocsin.people.facts import ContactFailed


def administrator(town: Installation) -> Browser:
    town.person("Agatha", Role.ADMINISTRATOR)
    browser = Browser(town.site)
    browser.sign_in("agatha")
    return browser


def test_an_administrator_sees_what_each_channel_did(town: Installation) -> None:
    browser = administrator(town)
    page = browser.get("/desk/channels")
    assert page.status_code == 200
    assert "as fast as it can" in page.text
    assert 'href="/desk/channels" aria-current="page"' in browser.get("/desk/channels").text


def test_an_account_is_asked_after_with_a_button(town: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = administrator(town)
    token = browser.csrf("/desk/channels")
    assert "All is well; nothing was sent." in browser.post("/desk/channels/paper/test", {"_csrf_token": token}).text

    def ill() -> str:
        raise Refused("The paper is wet.")

    monkeypatch.setattr(town.paper, "check", ill)
    page = browser.post("/desk/channels/paper/test", {"_csrf_token": token}).text
    assert "The paper is wet." in page
    assert "It is not well" in page
    assert browser.post("/desk/channels/pigeon/test", {"_csrf_token": token}).status_code == 404
    assert browser.post("/desk/channels/paper/test", {}).status_code == 403


def test_a_wrong_address_is_shown_without_the_address(town: Installation) -> None:
    browser = administrator(town)
    ann = town.person("Ann")  # her address is "Ann 1"
    with town.store.look() as look:
        (contact,) = [one.contact for _, one in look.addresses([ann])]
    failed = ContactFailed(
        subject=contact, occurred_at=town.clock.now() - timedelta(hours=1), detail="No such mailbox."
    )
    town.store.commit([failed], at=town.clock.now(), by="tocsin", command="failed")
    page = browser.get("/desk/channels").text
    assert "Ann" in page
    assert "Ann 1" not in page


def test_nobody_else_finds_it(town: Installation) -> None:
    town.person("Dora", Role.DUTY_OFFICER)
    browser = Browser(town.site)
    browser.sign_in("dora")
    assert browser.get("/desk/channels").status_code == 403
    assert "/desk/channels" not in browser.get("/desk").text
