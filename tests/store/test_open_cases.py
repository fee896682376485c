"""What the open cases are about is read ahead, and read again where it has changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.threat.test_fits import incident
from tocsin.basis.ids import Id
from tocsin.store import open_cases
from tocsin.store.keys import Keys
from tocsin.testing.town import Town
from tocsin.threat.facts import ThreatOpened
from tocsin.threat.fits import Sought, told


def opened(town: Town, id: Id) -> ThreatOpened:
    return ThreatOpened(
        subject=id, occurred_at=town.now, title=id, zone="UTC", owner=town.duty_officer.id, actors=("group",)
    )


def found(town: Town) -> list[Id]:
    with town.app.store.look() as look:
        return sorted(case.id for case in look.open_cases(told(incident(actor="group"))))


def read_from_now_on(monkeypatch: pytest.MonkeyPatch) -> list[list[Id] | None]:
    """Return which cases are read from now on; None: all of them."""
    read, asked = open_cases._read, list[list[Id] | None]()

    def noting(connection: sa.Connection, keys: Keys, ids: list[Id] | None) -> Iterator[Sought]:
        asked.append(ids)
        return read(connection, keys, ids)

    monkeypatch.setattr(open_cases, "_read", noting)
    return asked


def test_who_asks_first_after_a_start_waits_for_no_case_to_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Town(tmp_path) as town:
        store, by = town.app.store, town.watch_officer.id
        store.commit([opened(town, "one")], at=town.now, by=by, command="one")
        store.lay_by()
        asked = read_from_now_on(monkeypatch)
        assert found(town) == ["one"]
        assert asked == []
        store.commit([opened(town, "two")], at=town.now, by=by, command="two")
        assert found(town) == ["one", "two"]
        assert asked == [["two"]]
