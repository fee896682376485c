"""Enrolling and one's own page in a real browser: by axe, on a narrow screen, in the dark, from the right, without scripts."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.judge import AXE
from tests.web.installation import Installation
from tocsin.basis.words import ENGLISH, Words
from tocsin.web.serving import free_port, start

pytestmark = pytest.mark.browser


@pytest.fixture(name="town")
def _town(tmp_path: Path) -> Iterator[Installation]:
    port = free_port("127.0.0.1", 0)
    town = Installation(tmp_path / "data", base_url=f"http://127.0.0.1:{port}")
    town.house = dataclasses.replace(town.house, carriers={"mail": town.paper, "sms": town.paper})
    server = start(town.site, "127.0.0.1", port)
    yield town
    server.stop()
    town.site.close()
    town.close()


def last_link(town: Installation) -> str:
    town.work()
    found = re.search(r"http\S+/me/\w+", " ".join(town.paper.messages[-1].lines))
    assert found is not None
    return found[0]


@pytest.mark.parametrize(("width", "dark", "language"), [(390, False, "en"), (1200, True, "en"), (320, False, "ar")])
def test_enrolling_works_without_scripts_and_axe_finds_nothing(
    browser: Browser, town: Installation, tmp_path: Path, width: int, dark: bool, language: str
) -> None:
    town.said = lambda tag: Words(tag, ENGLISH.catalogue)
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale=language,
        java_script_enabled=True,
    )  # fmt: skip
    page = context.new_page()

    def judge(name: str) -> None:
        page.screenshot(path=str(tmp_path / f"{name}-{width}.png"), full_page=True)
        page.evaluate(AXE.read_text())
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr"), name

    page.goto(f"{town.house.base_url}/me")
    judge("enrol")
    page.fill("input[name=address]", "a.very.long.name.indeed.of.somebody@post.example.org")
    page.check("input[name=agree]")
    page.click("button.first")
    judge("sent")
    own = last_link(town)
    page.goto(own)
    judge("confirm")
    page.click("button.first")
    judge("own")
    page.select_option("select[name=what]:has(option[value=BE])", "BE")
    page.click("button[value=home]")
    page.fill("input[name=town]", "Birmingham")
    page.select_option("select[name=what]:has(option[value=BE])", "")
    page.click("button[value=home]")
    judge("towns")
    page.click("button[name=spot]")
    assert page.input_value("input[name=town]") == "Birmingham"
    page.fill("form:has(button[value=add]) input", "+3225551212")
    page.click("button[value=add]")
    page.click("button[value=pause]")
    judge("changed")
    page.fill("form:has(button[value=add]) input", "nowhere")
    page.click("button[value=add]")
    judge("wrong")
    page.goto(f"{town.house.base_url}/leave/{town.store.links.leaving_token(1)}")
    judge("leave")
    page.click("button.first")
    judge("left")
    page.goto(own)
    page.check("input[name=sure]")
    page.click("button[value=erase]")
    judge("erased")
    context.close()


def test_it_works_where_no_script_may_run(browser: Browser, town: Installation) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{town.house.base_url}/me")
    page.fill("input[name=address]", "ann@x.example")
    page.check("input[name=agree]")
    page.click("button.first")
    page.goto(last_link(town))
    page.fill("input[name=town]", "القاهرة")
    page.click("button.first")
    assert "What we keep about you" in page.inner_text("h1")
    assert "You live in: Cairo, Egypt" in page.inner_text("main")
    context.close()
