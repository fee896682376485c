"""The public pages in a real browser: they fit a small phone, bar nobody in any direction of writing, and an alert prints on a sheet."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page

from tests.browser.judge import barriers, fits
from tests.browser.served import Served
from tests.web.test_others import FLOOD, INFO, SENT, opens, takes
from tocsin.cap.model import Area
from tocsin.locale import words_for
from tocsin.warning.alert.facts import Wording

pytestmark = pytest.mark.browser
SQUARE = ((48.2, 16.3), (48.2, 16.5), (48.3, 16.5), (48.2, 16.3))


class Town(Served):
    """A public site that is served, with an alert of ours, a level, and an alert of others."""

    def happens(self) -> None:
        town = self.town
        town.said = words_for
        town.clock.set(SENT)
        self.alert = town.alert()
        town.advisory(level=3)
        info = replace(INFO, areas=(Area(area_desc="The lower river", polygons=(SQUARE,)),))
        (self.other,) = takes(town, opens(town), replace(FLOOD, infos=(info,)))
        town.publisher.publish(town.clock.now())


def everything_that_one_may_meet(served: Town) -> Iterator[str]:
    """Make the town's day fuller, and yield the pages that show it."""
    town = served.town
    arabic = Wording(
        language="ar",
        headline="ابتعدوا عن الجسر",
        event="فيضان",
        description="النهر يرتفع.",
        instruction="ابقوا في الأعالي.",
    )
    ended = town.alert("Keep off the mill", hours=1)
    town.clock.advance(timedelta(hours=2))
    town.work()
    later = town.alert(wordings=(arabic,), begins=town.clock.now() + timedelta(hours=3))
    statement = town.statement()
    town.publisher.publish(town.clock.now())
    yield from ("/", "/alerts", "/statements", f"/statements/{statement}", "/record")
    yield from (f"/alerts/{ended}", f"/alerts/{later}")


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("public") / "data")) as served:
        yield served


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("look", ["wide", "narrow, dark"])
def test_they_fit_and_bar_nobody(browser: Browser, served: Town, look: str, language: str) -> None:
    narrow = look != "wide"
    page = browser.new_page(
        viewport={"width": 320 if narrow else 1400, "height": 900}, color_scheme="dark" if narrow else "light"
    )
    for path in ("/advisories", "/others", f"/others/{served.other}", f"/alerts/{served.alert}", "/nowhere"):
        page.goto(f"{served.url}/{language}{path}")
        assert page.evaluate("document.documentElement.dir") == ("rtl" if language == "ar" else "ltr"), path
        assert fits(page), path
        assert barriers(page) == [], path
    page.close()


def test_what_else_one_may_meet_bars_nobody_who_reads_from_the_right(page: Page, served: Town) -> None:
    page.set_viewport_size({"width": 320, "height": 900})
    for path in everything_that_one_may_meet(served):
        page.goto(f"{served.url}/ar{path}")
        assert page.evaluate("document.documentElement.dir") == "rtl", path
        assert fits(page), path
        assert barriers(page) == [], path


def test_the_map_of_others_is_drawn_without_a_script(browser: Browser, served: Town) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served.url}/others")
    box = page.locator("svg.map path.theirs").bounding_box()
    assert box is not None
    assert box["width"] > 50
    page.goto(f"{served.url}/advisories")
    assert page.locator("svg.world a").count() > 0
    context.close()


def test_an_alert_prints_on_one_sheet_with_where_to_check_it(page: Page, served: Town) -> None:
    page.goto(f"{served.url}/alerts/{served.alert}")
    assert not page.locator(".on-paper").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".on-paper").is_visible()
    assert f"{served.url}/alerts/{served.alert}" in page.inner_text(".on-paper")
    assert not page.locator("nav.languages").is_visible()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
