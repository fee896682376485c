"""Programs push others' alerts with a token: what is thanked for is kept, once, and whoever has none learns nothing."""

import json
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from tests.cap import alerts as theirs
from tests.web.installation import Browser, Installation
from tocsin.basis.errors import Unreachable
from tocsin.cap import write
from tocsin.flow.others.inlets import add_inlet, change_inlet, id_of, new_token, set_token, turned
from tocsin.report.inlet import Inlet, InletKind, InletTerms
from tocsin.store import strangers
from tocsin.web import pushed
from tocsin.web.pushed import PushedAlerts
from tocsin.web.security import Tries

RAW = write(theirs.ALERT)


def opens(town: Installation, name: str = "met", **terms: Any) -> str:
    """Open an inlet for pushing, and return its token."""
    said = InletTerms(name=name, publisher="Met Office", kind=InletKind.PUSH, **terms)
    command = f"open {name}"
    add_inlet(town.house, said, by="console", command=command, now=town.clock.now())
    token = new_token(town.house)
    set_token(
        town.house, id_of(town.house, command), token, by="console", command=f"token {name}", now=town.clock.now()
    )
    return token


def push(browser: Browser, token: str, raw: bytes = RAW, method: str = "POST") -> httpx.Response:
    heads = {"Authorization": f"Bearer {token}"} if token else {}
    return browser.ask(method, "/api/v1/cap", content=raw, headers=heads)


def kept(town: Installation) -> list[str]:
    with town.store.look() as look:
        return [one.standing.identifier for one in strangers.in_force(look.connection, theirs.SENT)[1]]


def test_what_is_pushed_is_kept_once_and_its_verdict_is_told(town: Installation, browser: Browser) -> None:
    token = opens(town)
    first, again = push(browser, token), push(browser, token)
    assert (first.status_code, again.status_code) == (200, 200)
    (one,) = first.json()["messages"]
    assert (one["became"], one["identifier"], one["ok"], one["signature"]) == ("kept", "town-1", True, "none")
    assert again.json()["messages"][0]["became"] == "known"
    assert kept(town) == ["town-1"]


def test_several_in_one_envelope_are_each_told_of(town: Installation, browser: Browser) -> None:
    token = opens(town, senders=(theirs.ALERT.sender,))
    other = replace(theirs.ALERT, sender="somebody@else.example")
    many = b"".join(write(one).partition(b"?>")[2] for one in (theirs.ALERT, theirs.ALERT, other))
    told = push(browser, token, b"<alerts>" + many + b"</alerts>")
    assert [one["became"] for one in told.json()["messages"]] == ["kept", "known", "refused"]
    assert "sender" in told.json()["messages"][2]["why"]
    assert told.status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="no XML"),
        pytest.param(b"<!DOCTYPE alert>" + RAW, id="a DOCTYPE"),
        pytest.param(RAW.replace(b"<identifier>town-1</identifier>", b""), id="no identifier"),
        pytest.param(b"<alert>" * 200, id="deep"),
    ],
)
def test_what_is_no_alert_is_refused_with_why(town: Installation, browser: Browser, raw: bytes) -> None:
    told = push(browser, opens(town), raw)
    assert told.status_code == 422
    assert told.json()["messages"][0]["why"]
    assert kept(town) == []


def test_whoever_has_no_token_that_holds_is_told_the_same(town: Installation, browser: Browser) -> None:
    token, off = opens(town), opens(town, "off")
    inlet = id_of(town.house, "open off")
    with town.store.look() as look:
        terms = look.get(Inlet, inlet).terms
    change_inlet(town.house, inlet, turned(terms, on=False), by="console", command="off", now=town.clock.now())
    replies = [push(browser, said) for said in ("", "tin_guess", token[:-1], off)]
    assert {(reply.status_code, reply.text) for reply in replies} == {(401, replies[0].text)}
    assert replies[0].headers["www-authenticate"] == "Bearer"
    assert kept(town) == []


def test_a_new_token_ends_the_one_before_and_none_is_kept(town: Installation, browser: Browser) -> None:
    token = opens(town)
    fresh = new_token(town.house)
    inlet = id_of(town.house, "open met")
    set_token(town.house, inlet, fresh, by="console", command="fresh", now=town.clock.now())
    assert [push(browser, said).status_code for said in (token, fresh)] == [401, 200]
    set_token(town.house, inlet, None, by="console", command="none", now=town.clock.now())
    assert push(browser, fresh).status_code == 401
    held = b"".join(file.read_bytes() for file in town.data.glob("tocsin.db*"))
    assert fresh.encode() not in held
    assert token.encode() not in held


def test_it_is_pushed_and_nothing_else(town: Installation, browser: Browser) -> None:
    token = opens(town)
    reply = push(browser, token, method="GET")
    assert (reply.status_code, reply.headers["allow"]) == (405, "POST")


def test_too_much_too_often_and_by_guessing_is_refused(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = opens(town)
    town.site._pushed = PushedAlerts(town, guesses=Tries(2), most=Tries(3))
    assert [push(browser, "guess").status_code for _ in range(3)] == [401, 401, 429]
    assert [push(browser, token).status_code for _ in range(4)] == [200, 200, 200, 429]
    town.site._pushed = PushedAlerts(town)
    assert push(browser, token, b" " * (16 * 1024 * 1024 + 1)).status_code == 413
    monkeypatch.setattr(pushed, "IN_HAND", 10)
    late = push(browser, token)
    assert (late.status_code, late.headers["retry-after"]) == (503, "1")
    assert town.site._pushed._in_hand == 0


def test_what_could_not_be_kept_is_not_thanked_for(
    town: Installation, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = opens(town)

    def full(*_: object) -> None:
        raise Unreachable("The disc is full.")

    with monkeypatch.context() as broken:
        broken.setattr(town.store, "take_in", full)
        assert push(browser, token).status_code == 503
    assert push(browser, token).json()["messages"][0]["became"] == "kept"


def test_it_is_written_that_an_inlet_was_opened_and_nothing_follows_from_what_comes(
    town: Installation, browser: Browser
) -> None:
    token = opens(town)
    with town.store.look() as look:
        before = look.journal_size()
    push(browser, token)
    with town.store.look() as look:
        assert look.journal_size() == before
    assert json.loads(push(browser, token).text)["inlet"] == "met"
