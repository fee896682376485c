"""The tear-line editor in a real browser: it fits, bars nobody, flags while one types, and is worked by keys alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.test_demo import CHROMIUM, QUIET, barriers, fits, page  # noqa: F401  a fixture
from tests.web.installation import PASSPHRASE, Installation
from tests.web.test_notices_desk import MARKER, hears
from tests.web.test_notices_desk import Desk as Officers
from tocsin.basis.marking import Mark
from tocsin.web.serving import free_port, start

pytestmark = pytest.mark.browser


class Desk:
    """A desk that is served, with a notice that is being written."""

    def __init__(self, data: Path) -> None:
        port = free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{port}"
        self.town = town = Installation(data, base_url=self.url)
        officers = Officers(town)
        hears(town, f"{MARKER} told us of the sluice.", Mark.AMBER_STRICT)
        self.notice = officers.begun()
        assert officers.write(self.notice, what=f"{MARKER} fears for it", release_by="The abbey").status_code == 303
        self.server = start(town.site, "127.0.0.1", port)

    def open(self, page: Page, path: str) -> None:  # noqa: F811
        page.goto(f"{self.url}/desk")
        if page.locator("input[type=password]").count():
            page.fill("input[name=name]", "wren")
            page.fill("input[type=password]", PASSPHRASE)
            page.click("main form button")
            page.wait_for_url(f"{self.url}/desk")
        page.goto(f"{self.url}{path}")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    yield desk
    desk.server.stop()
    desk.town.site.close()
    desk.town.close()


@pytest.fixture(scope="module")
def browser(desk: Desk) -> Iterator[Browser]:
    assert desk.url  # it is begun before the browser's own loop runs
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize("look", ["wide", "narrow, dark"])
def test_the_pages_of_notices_fit_and_bar_nobody(browser: Browser, desk: Desk, look: str) -> None:
    narrow = look != "wide"
    page = browser.new_page(  # noqa: F811
        viewport={"width": 360 if narrow else 1400, "height": 1000}, color_scheme="dark" if narrow else "light"
    )
    own = f"/desk/notices/{desk.notice}"
    for path in ("/desk/notices", f"/desk/notices/new?case={desk.town.threat}", own, f"{own}/edit"):
        desk.open(page, path)
        assert fits(page), path
        assert barriers(page) == [], path
    page.close()


def test_a_word_is_flagged_while_one_types(page: Page, desk: Desk) -> None:  # noqa: F811
    desk.open(page, f"/desk/notices/{desk.notice}/edit")
    page.fill("[name=where]", "At the sluice")
    expect(page.locator(".checked[data-field=where] mark")).to_have_text("sluice", timeout=20_000)
    expect(page.locator("#look-said")).to_contain_text("2 flagged words wait")
    page.fill("[name=where]", "At the mill")
    expect(page.locator(".checked[data-field=where] mark")).to_have_count(0, timeout=20_000)


def test_a_word_is_struck_by_keys_alone(page: Page, desk: Desk) -> None:  # noqa: F811
    desk.open(page, f"/desk/notices/{desk.notice}/edit")
    page.focus("[name=what]")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('label').textContent")
    assert MARKER in focused
    assert "stands in stricter material alone" in focused
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # to where it stands, and back
    expect(page.locator(".source:target mark").first).to_have_text(MARKER)
    page.focus("button[value=strike]")
    page.keyboard.press("Enter")
    expect(page.locator("[name=what]")).to_have_value("… fears for it")
