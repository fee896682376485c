"""Where there is no page, the public reads so in its own language, and nothing of what is inside; a program gets JSON."""

from typing import Any

import pytest
from litestar.exceptions import HTTPException

from tests.web.installation import SECRET, Browser, Installation
from tocsin.basis.errors import Broken, Refused, Unreachable
from tocsin.locale import words_for
from tocsin.web.public import pages
from tocsin.web.site import SORRY

STATUSES = (400, 403, 404, 405, 410, 413, 415, 429, 503)


def _failing(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def make(*_: Any) -> None:
        raise error

    monkeypatch.setattr(pages, "make", make)


def test_each_refusal_is_said_in_the_readers_language(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.said = words_for
    for status in STATUSES:
        _failing(monkeypatch, HTTPException(status_code=status, headers={"Retry-After": "9", "X-Inside": SECRET}))
        for path, accepted, language, direction in (
            ("/de/alerts/x", "fr", "de", "ltr"),  # the address says more than the browser
            ("/alerts/x", "ar, en;q=0.5", "ar", "rtl"),
            ("/fa/alerts/x", "", "fa", "rtl"),
            ("/alerts/x", "tlh", "en", "ltr"),
        ):
            reply = browser.get(path, headers={"accept-language": accepted, "accept": "text/html"})
            assert (reply.status_code, reply.headers["cache-control"]) == (status, "no-store")
            assert f'<html lang="{language}" dir="{direction}">' in reply.text
            assert words_for(language)(SORRY[status][0]) in reply.text
            assert language == "en" or SORRY[status][0] not in reply.text, "English is no translation"
            assert town.settings.organisation in reply.text
            assert reply.headers["retry-after"] == "9"
            assert "x-inside" not in reply.headers


def test_an_address_that_no_page_has_is_answered_in_its_language_and_not_said_back(
    town: Installation, browser: Browser
) -> None:
    town.said = words_for
    reply = browser.get("/ar/nowhere-at-all", headers={"accept-language": "de"})
    assert reply.status_code == 404
    assert '<html lang="ar" dir="rtl">' in reply.text
    assert 'href="/ar/"' in reply.text
    assert "nowhere-at-all" not in reply.text
    assert '<html lang="en"' in browser.get("/xx/nowhere", headers={"accept-language": "en"}).text


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(Refused(f"No such {SECRET}."), 400, id="what we refuse"),
        pytest.param(Unreachable(f"The disc at {SECRET} is gone."), 503, id="what does not work now"),
        pytest.param(Broken(f"Row 9 of {SECRET} was altered."), 500, id="what is damaged"),
        pytest.param(KeyError(SECRET), 500, id="a mistake of ours"),
    ],
)
def test_what_goes_wrong_inside_is_told_to_nobody(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    _failing(monkeypatch, error)
    for accepted in ("text/html", "application/json"):
        reply = browser.get("/alerts/x", headers={"accept": accepted})
        assert reply.status_code == status
        assert SECRET not in reply.text
        assert "reconcile" not in reply.text


def test_a_program_gets_json(town: Installation, browser: Browser) -> None:
    for path, accepted in (
        ("/alerts/x", "application/json"),
        ("/alerts/x.json", "*/*"),
        ("/others/x", "application/json"),
    ):
        reply = browser.get(path, headers={"accept": accepted})
        assert reply.status_code == 404
        assert reply.headers["content-type"] == "application/json"
        assert reply.json()["error"] == SORRY[404][0]
    assert "<h1" in browser.get("/alerts/x", headers={"accept": "text/html, application/json"}).text
