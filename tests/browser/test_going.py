"""Watching a warning go out, in a real browser: the page follows by itself, says so politely, and bars nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_demo import barriers, browser, fits, page  # noqa: F401  fixtures
from tests.web.installation import PASSPHRASE, Installation
from tocsin.web.serving import free_port, start

pytestmark = pytest.mark.browser


class Served:
    """A town whose desk is served, and an alert of which half has been handed over."""

    def __init__(self, data: Path) -> None:
        self.port = free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.port}"
        self.town = Installation(data, base_url=self.url)
        assert self.town.duty_officer
        people = tuple(self.town.person(f"Person {n}") for n in range(40))
        self.alert = self.town.alert(persons=people)
        with self.town.store._write() as connection:
            connection.exec_driver_sql("DROP TRIGGER notes_never_update")
            connection.exec_driver_sql(
                "UPDATE notes SET positions = (SELECT json_group_array(value) FROM json_each(positions) WHERE value < 20)"
            )
        self.server = start(self.town.site, "127.0.0.1", self.port)

    def goes_on(self) -> None:
        """Hand the other half over."""
        with self.town.store._write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO notes (batch, positions, stands, at, attempt, detail) SELECT r.batch, "
                "json_group_array(r.position), 'accepted', (SELECT max(at) FROM notes), 1, '' FROM recipients r "
                "WHERE r.position >= 20 AND r.warning = ? GROUP BY r.batch",
                (self.alert,),
            )

    def close(self) -> None:
        self.server.stop()
        self.town.site.close()
        self.town.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path / "data")
    yield served
    served.close()


def sign_in(page: Page, served: Served) -> None:  # noqa: F811
    page.goto(f"{served.url}/desk")
    page.fill("input[name=name]", "duty")
    page.fill("input[type=password]", PASSPHRASE)
    page.click("main form button")
    page.wait_for_url(f"{served.url}/desk")


def test_the_page_follows_by_itself_and_stops_when_all_is_done(page: Page, served: Served) -> None:  # noqa: F811
    sign_in(page, served)
    page.goto(f"{served.url}/desk/warnings/{served.alert}/going")
    done = page.locator("dl.figures dt", has_text="Handed over").locator("xpath=following-sibling::dd")
    expect(done).to_have_text("20")
    served.goes_on()
    expect(done).to_have_text("40", timeout=10_000)
    expect(page.locator("#live-said")).to_have_text("100 % handed over, 0 given up. Nothing is left to send.")
    assert page.locator("#live").get_attribute("data-live") is None
    assert barriers(page) == []


def test_whoever_is_signed_out_meanwhile_is_told_that_the_page_is_old(browser: Browser, served: Served) -> None:  # noqa: F811
    page = browser.new_page()  # noqa: F811  it complains of each request that fails, and should
    sign_in(page, served)
    page.goto(f"{served.url}/desk/warnings/{served.alert}/going")
    expect(page.locator("#live-lost")).to_be_hidden()
    page.context.clear_cookies()
    expect(page.locator("#live-lost")).to_be_visible(timeout=20_000)
    page.close()


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_and_bars_nobody(browser: Browser, served: Served, width: int, dark: bool) -> None:  # noqa: F811
    page = browser.new_page(  # noqa: F811
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
    )
    sign_in(page, served)
    served.town.watchdog.begin(served.town.clock.now() - timedelta(minutes=5))
    for place in (f"/desk/warnings/{served.alert}/going", "/desk/checks"):
        page.goto(served.url + place)
        assert fits(page), place
        assert barriers(page) == [], place
    page.close()


def test_without_scripts_it_is_the_same_page(browser: Browser, served: Served) -> None:  # noqa: F811
    page = browser.new_page(java_script_enabled=False)  # noqa: F811
    sign_in(page, served)
    page.goto(f"{served.url}/desk/warnings/{served.alert}/going")
    assert "Load it again" in page.inner_text("main")
    assert "20 of 40" in page.inner_text("main")
    served.goes_on()
    page.click("#live a:has-text('Load it again')")
    assert "40 of 40" in page.inner_text("main")
    page.close()
