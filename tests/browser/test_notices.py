"""The tear-line editor in a real browser: it fits, bars nobody, flags while one types, and is worked by keys alone."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judge import LOOKS, faults, fits, seen
from tests.browser.served import Served
from tests.web.test_notices_desk import MARKER, hears
from tests.web.test_notices_desk import Desk as Officers
from tocsin.basis.marking import Mark

pytestmark = pytest.mark.browser


class Town(Served):
    """A desk that is served, with a notice that is being written."""

    officer = "wren"

    def happens(self) -> None:
        town = self.town
        officers = Officers(town)
        hears(town, f"{MARKER} told us of the sluice.", Mark.AMBER_STRICT)
        self.notice = officers.begun()
        assert officers.write(self.notice, what=f"{MARKER} fears for it", release_by="The abbey").status_code == 303


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("notices") / "data")) as served:
        yield served


@LOOKS
def test_the_pages_of_notices_fit_and_bar_nobody(browser: Browser, served: Town, width: int, look: str) -> None:
    own = f"/desk/notices/{served.notice}"
    with seen(browser, served, width, look) as page:
        for place in ("/desk/notices", f"/desk/notices/new?case={served.town.threat}", own, f"{own}/edit"):
            assert faults(page, served.url + place, look) == [], place


def test_a_word_is_flagged_while_one_types(page: Page, served: Town) -> None:
    served.sign_in(page)
    page.goto(f"{served.url}/desk/notices/{served.notice}/edit")
    page.fill("[name=where]", "At the sluice")
    expect(page.locator(".checked[data-field=where] mark")).to_have_text("sluice")
    expect(page.locator("#look-said")).to_contain_text("2 flagged words wait")
    page.fill("[name=where]", "At the mill")
    expect(page.locator(".checked[data-field=where] mark")).to_have_count(0)


def test_a_word_is_struck_by_keys_alone(page: Page, served: Town) -> None:
    served.sign_in(page)
    page.goto(f"{served.url}/desk/notices/{served.notice}/edit")
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


def test_a_notice_that_comes_back_stands_as_it_stood_and_begins_with_why(browser: Browser, served: Town) -> None:
    edit = f"{served.url}/desk/notices/{served.notice}/edit"
    with closing(browser.new_context(viewport={"width": 1400, "height": 900})) as context:
        page, meanwhile = context.new_page(), context.new_page()
        served.sign_in(page)
        page.goto(edit)
        form, beside = page.locator("#notice"), page.locator(".beside-it")
        drawn = [form.bounding_box(), beside.bounding_box()]
        meanwhile.goto(edit)
        meanwhile.fill("[name=where]", "At the mill")
        with meanwhile.expect_navigation():
            meanwhile.click("button[value=edit]")
        page.fill("[name=contact]", "The lock keeper")
        page.click("button[value=look]")
        expect(page.locator("#refused")).to_be_focused()
        assert page.input_value("[name=contact]") == "The lock keeper"
        again = [form.bounding_box(), beside.bounding_box()]
        assert [(one["x"], one["width"]) for one in again if one] == [(one["x"], one["width"]) for one in drawn if one]
        assert again[0]
        assert again[1]
        assert again[0]["y"] == again[1]["y"]
        assert fits(page)
