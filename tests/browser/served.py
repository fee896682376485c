"""A town whose site is served on loopback, for a browser to look at."""

from pathlib import Path

from playwright.sync_api import Page

from tests.web.installation import PASSPHRASE, Installation
from tocsin.web.serving import free_port, start


class Served:
    """A town that is served once there has happened what a test is about. officer: who signs in at its desk."""

    officer = "duty"

    def __init__(self, data: Path) -> None:
        port = free_port("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{port}"
        self.town = Installation(data, base_url=self.url)
        self.happens()
        self.server = start(self.town.site, "127.0.0.1", port)

    def happens(self) -> None:
        """Let happen what the pages are to show."""

    def sign_in(self, page: Page) -> None:
        page.goto(f"{self.url}/desk")
        page.fill("input[name=name]", self.officer)
        page.fill("input[type=password]", PASSPHRASE)
        page.click("main form button")
        page.wait_for_url(f"{self.url}/desk")

    def close(self) -> None:
        self.server.stop()
        self.town.site.close()
        self.town.close()
