"""Policies and rotas in a real browser: they fit, bar nobody, and are filled in with a keyboard and without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.test_demo import CHROMIUM, QUIET, barriers, fits, page  # noqa: F401  a fixture
from tests.web.installation import PASSPHRASE, Installation
from tests.web.test_duty import Desk, ics, nights, rota, upload
from tocsin.basis.words import ENGLISH, AsWritten, Words
from tocsin.people.rota import Rota
from tocsin.warning.policy import Policy
from tocsin.web.serving import free_port, start

pytestmark = pytest.mark.browser


class Served:
    """A desk that is served, with a rota that has gaps, one from a calendar, and a policy."""

    def __init__(self, data: Path) -> None:
        port = free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{port}"
        self.town = Installation(data, base_url=self.url)
        self.desk = Desk(self.town)
        kept = rota(self.desk, hours_0_days="01234", hours_0_from="20:00", hours_0_until="06:00")
        upload(self.desk, "/desk/rotas/new", ics("Ann", more="RRULE:FREQ=WEEKLY\r\n"), "save", name="Weekends")
        steps = nights(
            self.desk, step_0_who_0=f"rota:{kept.id}", step_1_who_0="owner:", quiet_from="22:00", quiet_until="07:00"
        )
        self.desk.says("/desk/policies/new", steps)
        self.policy = f"/desk/policies/{self.desk.only(Policy).id}"
        self.rotas = [f"/desk/rotas/{one.id}" for one in self.desk.all(Rota)]
        self.server = start(self.town.site, "127.0.0.1", port)

    def sign_in(self, page: Page) -> None:  # noqa: F811
        page.goto(f"{self.url}/desk")
        page.fill("input[name=name]", "agatha")
        page.fill("input[type=password]", PASSPHRASE)
        page.click("main form button")
        page.wait_for_url(f"{self.url}/desk")

    def close(self) -> None:
        self.server.stop()
        self.town.site.close()
        self.town.close()


@pytest.fixture(name="served", scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("duty") / "data")
    yield served
    served.close()


@pytest.fixture(name="browser", scope="module")
def _browser(served: Served) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.mark.parametrize("width", [1400, 320])
@pytest.mark.parametrize("look", ["light", "dark", "right to left"])
def test_they_fit_and_bar_nobody(browser: Browser, served: Served, width: int, look: str) -> None:
    page = browser.new_page(  # noqa: F811
        viewport={"width": width, "height": 900}, color_scheme="dark" if look == "dark" else "light"
    )
    served.town.said = lambda _: Words("ar", AsWritten()) if look == "right to left" else ENGLISH
    served.sign_in(page)
    for place in ("/desk/policies", "/desk/policies/new", "/desk/rotas/new", *served.rotas):
        page.goto(served.url + place)
        assert fits(page), place
        assert barriers(page) == [], place
    page.goto(served.url + served.policy)
    page.click("button.btn[value=try]")
    assert page.locator("svg.rehearsal circle").count() > 1
    assert fits(page)
    assert barriers(page) == []
    page.fill("input[name=every]", "0")
    page.click("button.btn[value=save]")
    expect(page.locator("[role=alert]")).to_contain_text("a minute or more")
    assert fits(page)
    assert barriers(page) == []
    page.close()
    served.town.said = lambda _: ENGLISH


def test_a_policy_is_written_and_tried_out_with_the_keyboard_and_without_scripts(
    browser: Browser,
    served: Served,
) -> None:
    page = browser.new_page(java_script_enabled=False)  # noqa: F811
    served.sign_in(page)
    before = len(served.desk.all(Policy))
    page.goto(f"{served.url}/desk/policies/new")
    page.focus("input[name=name]")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.type("Ann")  # the first of the people whose name begins so
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+a")
    page.keyboard.type("7")
    page.keyboard.press("Enter")  # in a field: it is tried out, and not saved
    expect(page.locator("#h-tried")).to_be_visible()
    assert page.locator("tbody tr").first.inner_text().split()[3:5] == ["03:07", "7"]
    assert page.input_value("input[name=name]") == "By keyboard"
    assert len(served.desk.all(Policy)) == before
    page.focus("button.btn[value=save]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/desk/policies")
    assert [one.name for one in served.desk.all(Policy) if one.name == "By keyboard"] == ["By keyboard"]
    page.close()


def test_a_calendar_is_chosen_as_a_file_and_taken(page: Page, served: Served, tmp_path: Path) -> None:  # noqa: F811
    served.sign_in(page)
    file = tmp_path / "rota.ics"
    file.write_text(ics("Ben"))
    page.goto(f"{served.url}/desk/rotas/new")
    page.set_input_files("input[type=file]", file)
    page.fill("form[enctype] input[name=name]", "From a file")
    page.click("button[value=try]")
    expect(page.locator("main [role=status]")).to_contain_text("1 shift of Ben")
    page.click("button[value=save]")
    expect(page.locator("h1")).to_have_text("From a file")
