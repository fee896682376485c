"""One link is not answered without end, and what says something new is taken all the same."""

from datetime import timedelta

import pytest

from tests.web.installation import Browser, Installation
from tocsin.web.answer import often


@pytest.fixture(name="link")
def _link(town: Installation, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(often, "SAME", 3)
    monkeypatch.setattr(often, "MOST", 6)
    return f"/a/{town.token(town.alert())}"


def says(browser: Browser, link: str, answer: str, words: str = "") -> int:
    return browser.post(link, {"answer": answer, **({"words": words} if words else {})}).status_code


def test_what_is_only_said_again_is_not_written_down_for_ever(town: Installation, browser: Browser, link: str) -> None:
    assert [says(browser, link, "safe") for _ in range(5)] == [200, 200, 200, 429, 429]
    assert len(town.answers()) == 3
    refused = browser.post(link, {"answer": "safe"})
    assert "You have answered very often in this hour." in refused.text
    assert "We have kept what you said before" in refused.text
    assert 0 < int(refused.headers["retry-after"]) <= 3_601
    assert says(browser, f"/a/{town.token(town.alert())}", "safe") == 200, "another link"
    town.clock.advance(timedelta(hours=1))
    assert says(browser, link, "safe") == 200


def test_what_says_something_new_is_kept_until_it_is_very_much(town: Installation, browser: Browser, link: str) -> None:
    assert [says(browser, link, "safe") for _ in range(20)][-1] == 429
    assert says(browser, link, "disputed") == 200
    assert says(browser, link, "disputed", "It has held for a hundred years") == 200
    assert says(browser, link, "disputed") == 429
    assert [says(browser, link, one) for one in ("safe", "disputed")] == [200, 429]
    assert len(town.answers()) == 6


def test_a_call_for_help_is_counted_apart(town: Installation, browser: Browser, link: str) -> None:
    for _ in range(8):
        says(browser, link, "safe")
    assert [says(browser, link, "need_help") for _ in range(7)] == [200] * 6 + [429]
    assert [one for one, _ in town.answers()].count("need_help") == 6


def test_a_program_is_told_so_too(browser: Browser, link: str) -> None:
    for _ in range(3):
        says(browser, link, "safe")
    said = browser.ask("POST", link, content=b'{"answer": "safe"}', headers={"content-type": "application/json"})
    assert (said.status_code, said.json()) == (429, {"error": "You have answered very often in this hour."})
    assert "retry-after" in said.headers
