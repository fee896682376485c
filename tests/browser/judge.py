"""How a page is judged in a real browser: it fits, bars nobody, and the tab key comes to all of it; in every look."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.served import Served
from tocsin.basis.words import ENGLISH
from tocsin.locale import words_for

AXE = Path(sys.executable).parents[1] / "axe.min.js"

LOOKS = pytest.mark.parametrize(
    ("width", "look"),
    [
        pytest.param(1400, "light", id="wide and light"),
        pytest.param(320, "dark", id="narrow and dark"),
        pytest.param(320, "arabic", id="narrow and right to left"),
    ],
)

STOPS = """() => {
  const all = [...document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")];
  const own = all.filter((one) => one.type !== "hidden" && one.checkVisibility() && (one.type !== "radio" || one.checked));
  own.forEach((one, at) => { one.dataset.stop = at; });
  document.querySelector("main").focus();
  return own.map((one) => one.outerHTML.slice(0, 120));
}"""
HERE = """() => {
  const here = document.activeElement, seen = getComputedStyle(here);
  return [here.dataset.stop ?? "", !!here.closest("main"), seen.outlineStyle !== "none" && seen.outlineWidth !== "0px"];
}"""


@contextmanager
def seen(browser: Browser, served: Served, width: int, look: str) -> Iterator[Page]:
    """Open a page for somebody who is signed in. look: light, dark, or arabic, which is read from the right."""
    page = browser.new_page(
        viewport={"width": width, "height": 900}, color_scheme="dark" if look == "dark" else "light"
    )
    served.sign_in(page)
    served.town.said = lambda _: words_for("ar") if look == "arabic" else ENGLISH
    try:
        yield page
    finally:
        served.town.said = lambda _: ENGLISH
        page.close()


def faults(page: Page, url: str, look: str) -> list[str]:
    """Open an address, and all that is folded on its page, and return what is wrong with it."""
    answer = page.goto(url)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    right = {
        "is answered": answer is not None and answer.status == 200,
        "is written in its direction": page.locator("html").get_attribute("dir")
        == ("rtl" if look == "arabic" else "ltr"),
        "fits": fits(page),
    }
    return [*(f"It is not so that it {what}." for what, so in right.items() if not so), *barriers(page)]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def barriers(page: Page) -> list[str]:
    """Return what axe finds against WCAG 2.2 A and AA, one line each. The page's policy admits no script, so it is evaluated."""
    page.evaluate(AXE.read_text())
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    found = page.evaluate("tags => axe.run(document, {runOnly: tags})", tags)
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]


def unreached(page: Page) -> list[str]:
    """Return what can be pressed or filled in, and the tab key never comes to, or comes to without a ring to see."""
    missing = dict(enumerate(page.evaluate(STOPS)))
    for _ in range(10 * len(missing)):
        page.keyboard.press("Tab")
        stop, inside, ringed = page.evaluate(HERE)
        if stop and ringed:
            missing.pop(int(stop), None)
        if not inside or not missing:
            break
    return list(missing.values())
