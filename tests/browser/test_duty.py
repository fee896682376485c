"""Policies and rotas in a real browser: they fit, bar nobody, and are filled in with a keyboard and without scripts."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judge import LOOKS, barriers, faults, fits, seen
from tests.browser.served import Served
from tests.web.test_duty import Desk, ics, nights, rota, upload
from tocsin.people.rota import Rota
from tocsin.warning.policy import Policy

pytestmark = pytest.mark.browser


class Town(Served):
    """A desk that is served, with a rota that has gaps, one from a calendar, and a policy."""

    officer = "agatha"

    def happens(self) -> None:
        self.desk = Desk(self.town)
        kept = rota(self.desk, hours_0_days="01234", hours_0_from="20:00", hours_0_until="06:00")
        upload(self.desk, "/desk/rotas/new", ics("Ann", more="RRULE:FREQ=WEEKLY\r\n"), "save", name="Weekends")
        steps = nights(
            self.desk, step_0_who_0=f"rota:{kept.id}", step_1_who_0="owner:", quiet_from="22:00", quiet_until="07:00"
        )
        self.desk.says("/desk/policies/new", steps)
        self.policy = f"/desk/policies/{self.desk.only(Policy).id}"
        self.rotas = [f"/desk/rotas/{one.id}" for one in self.desk.all(Rota)]


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("duty") / "data")) as served:
        yield served


@LOOKS
def test_they_fit_and_bar_nobody(browser: Browser, served: Town, width: int, look: str) -> None:
    with seen(browser, served, width, look) as page:
        for place in ("/desk/policies", "/desk/policies/new", "/desk/rotas/new", *served.rotas, served.policy):
            assert faults(page, served.url + place, look) == [], place
        page.click("button.btn[value=try]")
        assert page.locator("svg.rehearsal circle").count() > 1
        assert fits(page)
        assert barriers(page) == []
        page.fill("input[name=every]", "0")
        page.click("button.btn[value=save]")
        expect(page.locator("[role=alert]")).to_contain_text("a minute or more")
        assert fits(page)
        assert barriers(page) == []


def test_a_policy_is_written_and_tried_out_with_the_keyboard_and_without_scripts(
    browser: Browser,
    served: Town,
) -> None:
    page = browser.new_page(java_script_enabled=False)
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


def test_a_calendar_is_chosen_as_a_file_and_taken(page: Page, served: Town, tmp_path: Path) -> None:
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
