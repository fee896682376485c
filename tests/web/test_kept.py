"""What the public reads is made once and sent to many: never a moment too old, whole or not at all, and to each as it can be read."""

import gzip
from datetime import timedelta

import anyio
import pytest

from tests.web.installation import Browser, Installation, talking_to
from tocsin.web import kept


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Return the pages that were made, each time one was."""
    pages: list[bytes] = []
    ready = kept._ready

    def counting(headers: list[tuple[bytes, bytes]], body: bytes) -> kept.Leaf:
        pages.append(body)
        return ready(headers, body)

    monkeypatch.setattr(kept, "_ready", counting)
    monkeypatch.setattr(kept, "KEPT_S", 3_600.0)
    return pages


def test_a_page_is_made_once_for_all_who_ask_at_once(town: Installation, made: list[bytes]) -> None:
    town.alert()
    sizes: set[int] = set()

    async def ask() -> None:
        async with talking_to(town.site) as client, anyio.create_task_group() as group:

            async def one() -> None:
                sizes.add(len((await client.get("/feeds/atom.xml")).content))

            for _ in range(50):
                group.start_soon(one)

    anyio.run(ask)
    assert len(made) == len(sizes) == 1


def test_what_has_changed_is_made_anew_at_once(town: Installation, browser: Browser, made: list[bytes]) -> None:
    assert "No warning is in force" in browser.get("/").text
    alert = town.alert()
    assert f"/alerts/{alert}" in browser.get("/").text
    browser.get("/")
    assert len(made) == 2
    town.clock.advance(timedelta(hours=48))  # nobody did anything: the clock alone
    assert "no all-clear given" in browser.get("/").text
    assert len(made) == 3


def test_what_nobody_said_has_changed_is_looked_at_again_after_a_while(
    town: Installation, browser: Browser, made: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEPT_S", 0.0)
    browser.get("/")
    browser.get("/")
    assert len(made) == 2


def test_who_takes_it_packed_gets_it_packed_and_is_told_when_it_is_the_same(
    town: Installation, browser: Browser
) -> None:
    town.alert()
    plain = browser.get("/de/", headers={"accept-encoding": "identity"})
    packed = browser.get("/de/", headers={"accept-encoding": "br, gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.content == plain.content
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    assert "accept-encoding" in packed.headers["vary"].lower()
    again = browser.get("/de/", headers={"if-none-match": packed.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in browser.get("/de/", headers={"accept-encoding": "gzip;q=0, identity"}).headers
    assert kept.pack(b"same") == kept.pack(b"same")
    assert gzip.decompress(kept.pack(b"same")) == b"same"


def test_head_says_what_get_says_without_the_page(town: Installation, browser: Browser) -> None:
    for path in ("/", "/feeds/atom.xml", "/nowhere", "/alerts/nobody"):
        whole, head = browser.get(path), browser.ask("HEAD", path)
        assert head.status_code == whole.status_code
        assert head.content == b""
        assert head.headers.get("etag") == whole.headers.get("etag")


@pytest.mark.parametrize("path", ["/", "/alerts/{alert}", "/advisories", "/statements", "/record", "/record/verify"])
def test_each_language_has_an_address_of_its_own(town: Installation, browser: Browser, path: str) -> None:
    address = path.format(alert=town.alert())
    french = {"accept-language": "fr"}
    assert browser.get(f"/de{address}", headers=french).content == browser.get(f"/de{address}").content
    assert "accept-language" not in browser.get(f"/de{address}").headers.get("vary", "").lower()
    assert 'href="/de/' in browser.get(f"/de{address}").text or path == "/record/verify"


@pytest.mark.parametrize(
    "path",
    [
        "/xx/",
        "/xx/advisories",
        "/de/feeds/cap.xml",
        "/xx/feeds/atom.xml",
        "/de/desk",
        "/de/healthz",
        "/xx/alerts/{alert}",
    ],
)
def test_what_is_no_language_or_no_page_has_no_such_address(town: Installation, browser: Browser, path: str) -> None:
    assert browser.get(path.format(alert=town.alert())).status_code == 404


def test_what_is_not_for_everybody_is_never_kept(town: Installation, browser: Browser, made: list[bytes]) -> None:
    alert = town.alert()
    for path in ("/desk/sign-in", f"/a/{town.token(alert)}", "/me", "/healthz", "/nowhere", "/alerts/nobody"):
        browser.get(path)
    assert made == []
