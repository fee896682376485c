"""The page of who is warned, in a real browser: it fits, in the light and in the dark, and bars nobody."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.judge import barriers, fits
from tests.web.installation import Browser as Reader
from tests.web.installation import Installation
from tests.web.test_audience import IN, JUST_OUTSIDE, draft, lives
from tocsin.people.facts import PersonPaused

pytestmark = pytest.mark.browser
SEEN = {"": "text/html", "/static/tocsin.css": "text/css", "/static/bell.svg": "image/svg+xml"}


@pytest.fixture(name="sheets", scope="module", autouse=True)
def _sheets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, bytes]]]:
    """The page of a danger to life and of none, each with what it loads."""
    town = Installation(tmp_path_factory.mktemp("audience") / "data", exercise=True)
    assert town.duty_officer
    for number in range(30):
        lives(town, f"Person {number}", IN if number % 3 else JUST_OUTSIDE)
    town.commit(PersonPaused(subject=lives(town, "Paula", IN), occurred_at=town.clock.now()))
    reader = Reader(town.site)
    reader.sign_in("duty")
    paths = [f"/desk/warnings/{draft(town, severity=severity)}/audience" for severity in ("Severe", "Minor")]
    yield [{path: reader.get(path or page).content for path in SEEN} for page in paths]
    town.site.close()
    town.close()


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("which", [0, 1], ids=["a danger to life", "no danger to life"])
def test_it_fits_and_bars_nobody(
    browser: Browser, sheets: list[dict[str, bytes]], width: int, dark: bool, which: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")

    def answer(route: Route) -> None:
        path = "/" + route.request.url.split("/", 3)[3].partition("?")[0]
        found = path if path in SEEN else ""
        route.fulfill(body=sheets[which][found], content_type=SEEN[found])

    page.route("**/*", answer)
    page.goto("http://desk.invalid/audience")
    assert fits(page)
    assert barriers(page) == []
    assert page.locator("h1").inner_text() == ("21 people would be told now", "0 people would be told now")[which]
    assert page.locator("svg.map .crowd path").count() == 1, "two squares, both of ten to 99"
    page.close()
