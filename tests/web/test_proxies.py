"""Behind proxies tries are counted for whoever made them, and nobody can pass for somebody else."""

from typing import Any

import pytest
from msgspec.structs import replace

from tests.web.installation import Browser, Installation
from tocsin.settings import networks
from tocsin.web.desk.sign_in import TRIES
from tocsin.web.security import from_proxies

OURS = networks("127.0.0.1, 10.0.0.0/24 2001:db8::/32")


@pytest.mark.parametrize(
    ("heard", "forwarded", "asked"),
    [
        pytest.param("127.0.0.1", ["192.0.2.7"], "192.0.2.7", id="one proxy"),
        pytest.param("10.0.0.9", ["192.0.2.7, 10.0.0.5"], "192.0.2.7", id="two of ours in a row"),
        pytest.param("10.0.0.9", ["198.51.100.1, 192.0.2.7"], "192.0.2.7", id="what a visitor wrote stands before"),
        pytest.param("10.0.0.9", ["198.51.100.1", "192.0.2.7"], "192.0.2.7", id="in two headers"),
        pytest.param("192.0.2.1", ["198.51.100.1"], "192.0.2.1", id="no proxy of ours"),
        pytest.param("127.0.0.1", [], "127.0.0.1", id="no word of it"),
        pytest.param("127.0.0.1", ["nonsense"], "127.0.0.1", id="no address"),
        pytest.param("127.0.0.1", ["198.51.100.1, nonsense, 10.0.0.5"], "10.0.0.5", id="as far as it can be read"),
        pytest.param("127.0.0.1", ["10.0.0.7"], "10.0.0.7", id="from one of our own machines"),
        pytest.param("127.0.0.1", ["192.0.2.7:4711"], "192.0.2.7", id="with a port"),
        pytest.param("127.0.0.1", ["[2001:db9::7]:4711"], "2001:db9::7", id="IPv6 with a port"),
        pytest.param("::ffff:127.0.0.1", ["192.0.2.7"], "192.0.2.7", id="IPv4 heard as IPv6"),
        pytest.param("2001:db8::1", ["2001:db9::7"], "2001:db9::7", id="a proxy with IPv6"),
    ],
)
def test_who_asked(heard: str, forwarded: list[str], asked: str) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    scope: Any = {"type": "http", "client": (heard, 4711), "headers": [(b"host", b"x"), *headers]}
    assert from_proxies(scope, OURS)["client"][0] == asked  # type: ignore[index]


def test_a_stranger_s_tries_keep_nobody_else_from_signing_in(town: Installation) -> None:
    town.settings = replace(town.settings, proxies="127.0.0.1")
    assert town.duty_officer

    def signs_in(visitor: str, passphrase: str | None = None) -> int:
        browser = Browser(town.site, client=("127.0.0.1", 1), headers={"x-forwarded-for": f"203.0.113.5, {visitor}"})
        return (browser.sign_in("duty") if passphrase is None else browser.sign_in("duty", passphrase)).status_code

    assert {signs_in("192.0.2.66", "wrong") for _ in range(TRIES)} == {403}
    assert signs_in("192.0.2.66") == 429
    assert signs_in("192.0.2.7") == 303
