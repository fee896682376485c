"""The page of inlets in a real browser: it fits, bars nobody, and the tab key comes to all of it."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from tests.browser.judge import LOOKS, faults, seen, unreached
from tests.browser.served import Served
from tests.web.test_others import opens
from tocsin.basis.marking import Role
from tocsin.flow.others.inlets import add_inlet
from tocsin.report.inlet import InletKind, InletTerms

pytestmark = pytest.mark.browser

FEED = InletTerms(
    name="met", publisher="Met Office", kind=InletKind.FEED, address="https://met.example/cap", plain=True, private=True
)


class Town(Served):
    """A desk that is served, with a feed that may lead far and a program that pushes."""

    officer = "ada"

    def happens(self) -> None:
        self.town.person("Ada", Role.ADMINISTRATOR)
        opens(self.town, "dam")
        add_inlet(self.town.house, FEED, by="console", command="open met", now=self.town.clock.now())


@pytest.fixture(name="served", scope="module", autouse=True)
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with closing(Town(tmp_path_factory.mktemp("inlets") / "data")) as served:
        yield served


@LOOKS
def test_the_page_of_inlets_fits_and_bars_nobody(browser: Browser, served: Town, width: int, look: str) -> None:
    with seen(browser, served, width, look) as page:
        assert faults(page, f"{served.url}/desk/inlets", look) == []
        assert unreached(page) == []
