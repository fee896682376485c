"""The addresses of what went out are opened ahead of any reply, and one that fails in between leaves nobody out."""

from pathlib import Path

import pytest

from tocsin.basis.errors import Unreachable
from tocsin.store import reached
from tocsin.testing.town import Town


def test_what_fails_in_between_leaves_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reached, "AT_ONCE", 1)
    with Town(tmp_path) as town:
        for person in ("Ann", "Ben"):
            town.person(person)
        town.duty_officer.issues_alert(to=["Ann", "Ben"])
        store, opens, calls = town.app.store, town.app.store.keys.open_many, []

        def fails_once(*said: object) -> object:
            calls.append(said)
            if len(calls) == 2:
                raise Unreachable("The disc is slow.")
            return opens(*said)  # type: ignore[arg-type]

        monkeypatch.setattr(store.keys, "open_many", fails_once)
        with store.look() as look:
            with pytest.raises(Unreachable):
                store.sent_to(look, "mail", "Ann", town.now)
            assert [len(store.sent_to(look, "mail", one, town.now)) for one in ("Ann", "Ben")] == [1, 1]


def test_a_reply_opens_no_address_that_was_opened_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reached, "STRETCH", 1)
    monkeypatch.setattr(reached, "AT_ONCE", 1)
    with Town(tmp_path) as town:
        for person in ("Ann", "Ben", "Cob"):
            town.person(person)
        town.duty_officer.issues_alert(to=["Ann", "Ben", "Cob"])
        store = town.app.store
        store.open_addresses(town.now)

        def opens_none(*_: object) -> object:
            raise AssertionError("They were opened ahead.")

        monkeypatch.setattr(store.keys, "open_many", opens_none)
        with store.look() as look:
            assert [len(store.sent_to(look, "mail", one, town.now)) for one in ("Ann", "Ben", "Cob")] == [1, 1, 1]
