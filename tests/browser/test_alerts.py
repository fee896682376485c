"""Writing an alert in a real browser: it fits, bars nobody, is looked at anew while one types, and an area is drawn by pressing."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judge import LOOKS, faults, seen
from tests.browser.served import Served
from tests.web.installation import Browser as Reader
from tests.web.test_alerts_desk import begun

pytestmark = pytest.mark.browser


class Town(Served):
    """A desk that is served, with an alert that is being written."""

    officer = "watch"

    def happens(self) -> None:
        town = self.town
        assert town.watch_officer
        reader = Reader(town.site)
        reader.sign_in("watch")
        self.draft = begun(town, reader)


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("alerts") / "data")) as served:
        yield served


@LOOKS
def test_the_pages_of_alerts_fit_and_bar_nobody(browser: Browser, served: Town, width: int, look: str) -> None:
    own = f"/desk/alerts/{served.draft.id}"
    with seen(browser, served, width, look) as page:
        for place in ("/desk/alerts", own, f"{own}/edit", "/desk/templates", "/desk/templates/shipped:bombing"):
            assert faults(page, served.url + place, look) == [], place


def test_what_it_comes_to_is_shown_while_one_types(page: Page, served: Town) -> None:
    served.sign_in(page)
    page.goto(f"{served.url}/desk/alerts/{served.draft.id}/edit")
    page.fill("[name=description_0]", "Fanatics are near.")
    expect(page.locator("#look")).to_contain_text("said of nobody")
    expect(page.locator("#look-said")).to_contain_text("looked at anew")


def test_a_press_on_the_map_adds_a_corner_of_the_area(page: Page, served: Town) -> None:
    served.sign_in(page)
    page.goto(f"{served.url}/desk/alerts/{served.draft.id}/edit")
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
