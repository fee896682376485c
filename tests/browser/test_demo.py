"""The demo as a person sees it: real pages in a real browser, looked at by role, by width, in the dark, and by axe."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.judge import barriers, fits

pytestmark = pytest.mark.browser

WIDTHS = (1400, 390)


class Demo:
    """A demo that serves. passphrases: by sign-in name."""

    def __init__(self, url: str, passphrases: dict[str, str]) -> None:
        self.url = url
        self.passphrases = passphrases


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    said = tmp_path_factory.mktemp("demo") / "said"
    command = [str(Path(sys.executable).parent / "tocsin"), "demo", "--port", "0"]
    with said.open("w") as out:
        run = subprocess.Popen(command, stderr=out, env={**os.environ, "COLUMNS": "200"})
    try:
        yield _ready(run, said)
    finally:
        run.send_signal(signal.SIGINT)
        assert run.wait(300) == 0


def _ready(run: "subprocess.Popen[bytes]", said: Path) -> Demo:
    for _ in range(3_000):
        text = said.read_text()
        if "Ctrl-C ends it" in text:
            url = re.search(r"The public site\s+(\S+)/", text)
            assert url is not None
            return Demo(url.group(1), dict(re.findall(r"sign in as (\S+)\s+with (\S+)", text)))
        try:
            run.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    raise AssertionError(f"The demo did not come up: {said.read_text()}")


def sign_in(page: Page, demo: Demo, name: str) -> None:
    page.goto(f"{demo.url}/desk")
    page.fill("input[name=name]", name)
    page.fill("input[type=password]", demo.passphrases[name])
    page.click("main form button")
    page.wait_for_url(f"{demo.url}/desk")


def open_case(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/desk/cases")
    page.click("main section a")


def test_there_is_a_sign_in_for_each_role(demo: Demo) -> None:
    assert set(demo.passphrases) == {"vale", "brandt", "adeyemi", "sorel"}


def test_the_case_tells_the_whole_story_on_one_page(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "brandt")
    open_case(page, demo)
    text = " ".join(page.inner_text("main").split())
    for words in (
        "Attack on a large gathering in Moscow",
        "dismissed after 11 d",
        "window ran out undecided",
        "303 m outside the area warned",
        "15 d 1 h",
        "5 independent origins",
        "published before the dismissal",
        "blackmail",
        "No indication of Ukraine",
        "near",
    ):
        assert words.lower() in text.lower(), words
    assert page.locator("svg").count() >= 2


def test_who_is_not_named_sees_nothing_of_the_notice(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "adeyemi")
    open_case(page, demo)
    assert "Notice to" not in page.inner_text("main")
    assert "Khorasan branch" not in page.inner_text("main")
    page.goto(f"{demo.url}/desk/warnings")
    assert "Confidential" not in page.inner_text("main")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_public_pages_fit_an_old_phone_and_a_wide_screen(browser: Browser, demo: Demo, width: int, dark: bool) -> None:
    page = browser.new_page(
        viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", java_script_enabled=True
    )
    links: set[str] = set()
    for listed in ("/", "/alerts"):  # what ended long ago stands on the list alone
        page.goto(demo.url + listed)
        links |= {str(a.get_attribute("href")) for a in page.query_selector_all("main a")}
    shown = sorted(link for link in links if re.match(r"/(alerts|advisories|statements)/", link))
    assert len(shown) >= 4
    for link in ("/", "/alerts", "/statements", "/record", "/record/verify?entry=0", *shown):
        page.goto(demo.url + link)
        assert fits(page), link
        assert page.locator("h1").count() == 1
        assert "EXERCISE" in page.inner_text("body")
    page.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_desk_fits_too(browser: Browser, demo: Demo, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    sign_in(page, demo, "vale")
    for place in ("/desk", "/desk/cases", "/desk/warnings", "/desk/record", "/desk/outcomes"):
        page.goto(demo.url + place)
        assert fits(page), place
    open_case(page, demo)
    assert fits(page), "case"
    page.close()


def test_the_alert_in_russian_says_so_to_a_screen_reader(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/alerts")
    page.click("main a[href*='/alerts/']")
    page.click("text=Русский")
    assert page.locator("[lang=ru]").count() > 0


def test_nothing_on_the_desk_bars_anyone(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/desk/sign-in")
    assert barriers(page) == []
    sign_in(page, demo, "brandt")
    for place in ("/desk", "/desk/cases", "/desk/warnings", "/desk/record", "/desk/outcomes"):
        page.goto(demo.url + place)
        assert barriers(page) == [], place
    open_case(page, demo)
    assert barriers(page) == []
    page.click("main table a[href*='/desk/warnings/']")
    assert barriers(page) == []


def test_nothing_on_the_public_pages_bars_anyone(page: Page, demo: Demo) -> None:
    page.goto(demo.url)
    assert barriers(page) == []
    found = {str(a.get_attribute("href")) for a in page.query_selector_all("main a")}
    for link in sorted(found | {"/record", "/record/verify?entry=0"}):
        page.goto(demo.url + link)
        assert barriers(page) == [], link


def test_the_timeline_can_be_walked_by_keyboard(page: Page, demo: Demo) -> None:
    sign_in(page, demo, "vale")
    open_case(page, demo)
    marks = page.locator("svg [tabindex='0']")
    assert marks.count() > 10
    marks.first.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('svg') !== null")
