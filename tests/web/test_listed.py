"""What the public site shows of what is over: lately on the first page, and for good in lists of bounded pages."""

from datetime import timedelta
from typing import Any

import pytest

from tests.web.installation import Browser, Installation
from tests.web.test_files import files_of
from tests.web.test_public import decide
from tocsin.store.public import PublicLook
from tocsin.web.public import fill, listed


def test_what_ran_out_undecided_stands_on_the_first_page_for_a_month_and_on_the_list_for_good(
    town: Installation, browser: Browser
) -> None:
    alert = town.alert("Keep off the mill", hours=1)
    town.clock.advance(fill.UNDECIDED)
    first = browser.get("/").text
    assert "Stated period ended; no all-clear given" in first
    assert "Keep off the mill" in first
    town.clock.advance(timedelta(hours=2))
    first = browser.get("/").text
    assert "Keep off the mill" not in first
    assert 'href="/alerts"' in first
    every = browser.get("/de/alerts").text
    assert f'href="/de/alerts/{alert}"' in every
    assert "stated period ended; no all-clear given" in every


def test_what_was_ended_stands_on_the_first_page_for_a_week(town: Installation, browser: Browser) -> None:
    alert = town.alert("Keep off the mill", hours=1)
    decide(town, alert, "withdraw")
    town.clock.advance(fill.RECENT - timedelta(minutes=1))
    assert "Keep off the mill" in browser.get("/").text
    town.clock.advance(timedelta(minutes=1))
    assert "Keep off the mill" not in browser.get("/").text


def test_the_first_page_names_no_more_than_so_many_that_ended(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "MOST_ENDED", 2)
    for number in range(3):
        town.alert(f"Keep off {number}", hours=1)
        town.clock.advance(timedelta(minutes=1))
    assert "Keep off 0" in browser.get("/").text  # in force: many more of these are shown
    town.clock.advance(timedelta(hours=2))
    first = browser.get("/").text
    assert [f"Keep off {number}" in first for number in range(3)] == [False, True, True]


def test_of_very_many_in_force_the_first_page_shows_the_gravest_and_the_latest_and_says_so(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fill, "MOST_IN_FORCE", 3)
    cut = "gravest and latest of them stand on this page"
    for number, severity in enumerate(("Moderate", "Extreme", "Minor", "Moderate")):
        assert cut not in browser.get("/").text
        town.alert(f"Keep off {number}", severity=severity)
        town.clock.advance(timedelta(minutes=1))
    first = browser.get("/").text
    assert "4 warnings in force" in first
    shown = first.split("</h1>")[1]
    assert [
        number
        for number in sorted(range(4), key=lambda n: shown.find(f"Keep off {n}"))
        if f"Keep off {number}" in shown
    ] == [1, 3, 0]
    assert f"Only the 3 {cut}" in shown
    assert 'href="/alerts"' in shown
    assert "Keep off 2" in browser.get("/alerts").text


def test_an_older_page_of_the_list_keeps_its_address_and_what_it_shows(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "A_PAGE", 2)
    shown: list[bytes] = []
    for number in range(5):
        town.alert(f"Keep off {number}", hours=1)
        town.statement(f"Word {number}")
        town.clock.advance(timedelta(hours=2))
        town.work()
    for path, word in (("/alerts", "Keep off"), ("/statements", "Word")):
        newest, older = browser.get(path).text, browser.get(f"{path}/page-1")
        assert [f"{word} {number}" in newest for number in range(5)] == [False, False, True, True, True]
        assert [f"{word} {number}" in older.text for number in range(5)] == [True, True, False, False, False]
        assert f'href="{path}/page-1"' in newest
        assert f'href="{path}"' in older.text
        shown.append(older.content)
        for wrong in ("page-0", "page-2", "page-01", "page-1.json"):
            assert browser.get(f"{path}/{wrong}").status_code == 404
        assert browser.get(f"/xx{path}/page-1").status_code == 404
    files = files_of(town)
    files.write()
    assert (files.folder / "alerts/page-1.html").read_bytes() == shown[0]
    assert (files.folder / "de/statements/page-1.html").is_file()
    for number in range(5, 7):
        town.alert(f"Keep off {number}", hours=1)
        town.statement(f"Word {number}")
        town.clock.advance(timedelta(minutes=1))
    assert browser.get("/alerts/page-1").text.split("<nav")[0] == shown[0].decode().split("<nav")[0]
    assert "Keep off 3" in browser.get("/alerts/page-2").text


def test_of_the_older_pages_only_what_stands_otherwise_is_written_again(
    town: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listed, "A_PAGE", 2)
    alerts: list[str] = []
    for number in range(6):
        alerts.append(town.alert(f"Keep off {number}"))
        town.clock.advance(timedelta(minutes=1))
    files = files_of(town)
    files.write()
    made: list[int] = []
    page = listed.alerts_page

    def counted(look: Any, every: Any, number: int, shell: Any, languages: Any) -> Any:
        made.append(number)
        return page(look, every, number, shell, languages)

    monkeypatch.setattr(listed, "alerts_page", counted)
    town.advisory(level=2)
    files.write()
    assert set(made) == {0}
    decide(town, alerts[3], "stand_down")
    files.write()
    assert set(made) == {0, 2}
    assert "stood down" in (files.folder / "alerts/page-2.html").read_text()


def test_no_page_and_no_feed_reads_the_words_of_everything_that_ever_was(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    alert, statement = town.alert(), town.statement()

    def all_of_it(_: PublicLook) -> None:
        raise AssertionError

    monkeypatch.setattr(PublicLook, "alerts", all_of_it)
    monkeypatch.setattr(PublicLook, "statements", all_of_it)
    monkeypatch.setattr(PublicLook, "advisories", all_of_it)
    for path in ("/", "/alerts", "/statements", f"/alerts/{alert}", f"/alerts/{alert}.json", f"/statements/{statement}",
                 "/feeds/alerts.geojson", "/feeds/cap.xml"):  # fmt: skip
        assert browser.get(path).status_code == 200, path
