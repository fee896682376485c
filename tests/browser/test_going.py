"""Watching a warning go out, in a real browser: the page follows by itself, says so politely, and bars nobody."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judge import barriers, fits
from tests.browser.served import Served

pytestmark = pytest.mark.browser


class Town(Served):
    """A town whose desk is served, and an alert of which half has been handed over."""

    def happens(self) -> None:
        assert self.town.duty_officer
        people = tuple(self.town.person(f"Person {n}") for n in range(40))
        self.alert = self.town.alert(persons=people)
        with self.town.store._write() as connection:
            connection.exec_driver_sql("DROP TRIGGER notes_never_update")
            connection.exec_driver_sql(
                "UPDATE notes SET positions = (SELECT json_group_array(value) FROM json_each(positions) WHERE value < 20)"
            )

    def goes_on(self) -> None:
        """Hand the other half over."""
        with self.town.store._write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO notes (batch, positions, stands, at, attempt, detail) SELECT r.batch, "
                "json_group_array(r.position), 'accepted', (SELECT max(at) FROM notes), 1, '' FROM recipients r "
                "WHERE r.position >= 20 AND r.warning = ? GROUP BY r.batch",
                (self.alert,),
            )


@pytest.fixture(name="served")
def _served(tmp_path: Path) -> Iterator[Town]:
    with closing(Town(tmp_path / "data")) as served:
        yield served


def test_the_page_follows_by_itself_and_stops_when_all_is_done(page: Page, served: Town) -> None:
    served.sign_in(page)
    page.goto(f"{served.url}/desk/warnings/{served.alert}/going")
    done = page.locator("dl.figures dt", has_text="Handed over").locator("xpath=following-sibling::dd")
    expect(done).to_have_text("20")
    served.goes_on()
    expect(done).to_have_text("40")
    expect(page.locator("#live-said")).to_have_text("100 % handed over, 0 given up. Nothing is left to send.")
    assert page.locator("#live").get_attribute("data-live") is None
    assert barriers(page) == []


def test_whoever_is_signed_out_meanwhile_is_told_that_the_page_is_old(browser: Browser, served: Town) -> None:
    page = browser.new_page()  # it complains of each request that fails, and should
    served.sign_in(page)
    page.goto(f"{served.url}/desk/warnings/{served.alert}/going")
    expect(page.locator("#live-lost")).to_be_hidden()
    page.context.clear_cookies()
    expect(page.locator("#live-lost")).to_be_visible()
    page.close()


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_and_bars_nobody(browser: Browser, served: Town, width: int, dark: bool) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    served.sign_in(page)
    served.town.watchdog.begin(served.town.clock.now() - timedelta(minutes=5))
    for place in (f"/desk/warnings/{served.alert}/going", "/desk/checks"):
        page.goto(served.url + place)
        assert fits(page), place
        assert barriers(page) == [], place
    page.close()


def test_without_scripts_it_is_the_same_page(browser: Browser, served: Town) -> None:
    page = browser.new_page(java_script_enabled=False)
    served.sign_in(page)
    page.goto(f"{served.url}/desk/warnings/{served.alert}/going")
    assert "Load it again" in page.inner_text("main")
    assert "20 of 40" in page.inner_text("main")
    served.goes_on()
    page.click("#live a:has-text('Load it again')")
    assert "40 of 40" in page.inner_text("main")
    page.close()
