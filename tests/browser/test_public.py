"""The public pages in a real browser: they fit a small phone, bar nobody in any direction of writing, and an alert prints on a sheet."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.test_demo import CHROMIUM, QUIET, barriers, fits, page  # noqa: F401  a fixture
from tests.web.installation import Installation
from tests.web.test_others import FLOOD, INFO, SENT, opens, takes
from tocsin.cap.model import Area
from tocsin.locale import words_for
from tocsin.web.serving import free_port, start

pytestmark = pytest.mark.browser
SQUARE = ((48.2, 16.3), (48.2, 16.5), (48.3, 16.5), (48.2, 16.3))


class Public:
    """A public site that is served, with an alert of ours, a level, and an alert of others."""

    def __init__(self, data: Path) -> None:
        port = free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{port}"
        self.town = town = Installation(data, base_url=self.url)
        town.said = words_for
        town.clock.set(SENT)
        self.alert = town.alert()
        town.advisory(level=3)
        info = replace(INFO, areas=(Area(area_desc="The lower river", polygons=(SQUARE,)),))
        (self.other,) = takes(town, opens(town), replace(FLOOD, infos=(info,)))
        town.publisher.publish(town.clock.now())
        self.server = start(town.site, "127.0.0.1", port)


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    public = Public(tmp_path_factory.mktemp("public"))
    yield public
    public.server.stop()
    public.town.site.close()
    public.town.close()


@pytest.fixture(scope="module")
def browser(public: Public) -> Iterator[Browser]:
    assert public.url  # it is begun before the browser's own loop runs
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("look", ["wide", "narrow, dark"])
def test_they_fit_and_bar_nobody(browser: Browser, public: Public, look: str, language: str) -> None:
    narrow = look != "wide"
    page = browser.new_page(  # noqa: F811
        viewport={"width": 320 if narrow else 1400, "height": 900}, color_scheme="dark" if narrow else "light"
    )
    for path in ("/advisories", "/others", f"/others/{public.other}", f"/alerts/{public.alert}", "/nowhere"):
        page.goto(f"{public.url}/{language}{path}")
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr"), path
        assert fits(page), path
        assert barriers(page) == [], path
    page.close()


def test_the_map_of_others_is_drawn_without_a_script(browser: Browser, public: Public) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()  # noqa: F811
    page.goto(f"{public.url}/others")
    box = page.locator("svg.map path.theirs").bounding_box()
    assert box is not None
    assert box["width"] > 50
    page.goto(f"{public.url}/advisories")
    assert page.locator("svg.world a").count() > 0
    context.close()


def test_an_alert_prints_on_one_sheet_with_where_to_check_it(page: Page, public: Public) -> None:  # noqa: F811
    page.goto(f"{public.url}/alerts/{public.alert}")
    assert not page.locator(".on-paper").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".on-paper").is_visible()
    assert f"{public.url}/alerts/{public.alert}" in page.inner_text(".on-paper")
    assert not page.locator("nav.languages").is_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
