"""Writing an alert in a real browser: it fits, bars nobody, is looked at anew while one types, and an area is drawn by pressing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.test_demo import CHROMIUM, QUIET, barriers, fits, page  # noqa: F401  a fixture
from tests.web.installation import PASSPHRASE, Installation
from tests.web.installation import Browser as Reader
from tests.web.test_alerts_desk import begun
from tocsin.web.serving import free_port, start

pytestmark = pytest.mark.browser


class Desk:
    """A desk that is served, with an alert that is being written."""

    def __init__(self, data: Path) -> None:
        port = free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{port}"
        self.town = town = Installation(data, base_url=self.url)
        assert town.watch_officer
        reader = Reader(town.site)
        reader.sign_in("watch")
        self.draft = begun(town, reader)
        self.server = start(town.site, "127.0.0.1", port)

    def open(self, page: Page, path: str) -> None:  # noqa: F811
        page.goto(f"{self.url}/desk")
        if page.locator("input[type=password]").count():
            page.fill("input[name=name]", "watch")
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
def test_the_pages_of_alerts_fit_and_bar_nobody(browser: Browser, desk: Desk, look: str) -> None:
    narrow = look != "wide"
    page = browser.new_page(  # noqa: F811
        viewport={"width": 360 if narrow else 1400, "height": 1000}, color_scheme="dark" if narrow else "light"
    )
    own = f"/desk/alerts/{desk.draft.id}"
    for path in ("/desk/alerts", own, f"{own}/edit", "/desk/templates", "/desk/templates/shipped:bombing"):
        desk.open(page, path)
        assert fits(page), path
        assert barriers(page) == [], path
    page.close()


def test_what_it_comes_to_is_shown_while_one_types(page: Page, desk: Desk) -> None:  # noqa: F811
    desk.open(page, f"/desk/alerts/{desk.draft.id}/edit")
    page.fill("[name=description_0]", "Fanatics are near.")
    expect(page.locator("#look")).to_contain_text("said of nobody", timeout=20_000)
    expect(page.locator("#look-said")).to_contain_text("looked at anew")


def test_a_press_on_the_map_adds_a_corner_of_the_area(page: Page, desk: Desk) -> None:  # noqa: F811
    desk.open(page, f"/desk/alerts/{desk.draft.id}/edit")
    chart = page.locator("#chart svg.map")
    chart.click()
    lat, lon = map(float, page.input_value("[name=points]").split(","))
    assert abs(lat - 55.75) < 0.01  # the middle of the map is the middle of the town
    assert abs(lon - 37.62) < 0.02
    box = chart.bounding_box()
    assert box is not None
    for x, y in ((0.3, 0.3), (0.3, 0.7)):
        chart.click(position={"x": box["width"] * x, "y": box["height"] * y})
    page.fill("[name=area_name]", "The hall")
    page.click("button[value=edit]")
    expect(page.locator("[name=area_1]")).to_have_value("The hall")
