"""Whoever is killed while alerts are taken in, between or within any two steps, has lost none and takes none in twice."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.cap import alerts as theirs
from tests.publisher import Publisher, publisher
from tests.web.installation import Installation
from tocsin.cap import write
from tocsin.channels.fetch import Fetcher, FetchSettings
from tocsin.flow.others.inlets import add_inlet
from tocsin.flow.others.polling import Poller
from tocsin.report.inlet import InletKind, InletTerms
from tocsin.store import inlets, strangers

ALERTS = [replace(theirs.ALERT, identifier=f"flood-{n}") for n in range(250)]
WITHIN = [replace(theirs.ALERT, identifier=f"within-{n}") for n in range(150)]
EXPECTED = sorted(one.identifier for one in [*ALERTS, *WITHIN])


class KilledError(BaseException):
    """The process is gone."""


@contextmanager
def killed_at(town: Installation, monkeypatch: pytest.MonkeyPatch, number: int, *, late: bool) -> Iterator[list[int]]:
    """Kill at a transaction: just before it is on the disc, or just after."""
    write_, count = town.store._write, [0]

    @contextmanager
    def stopped() -> Iterator[Any]:
        count[0] += 1
        mine = count[0]
        with write_() as connection:
            yield connection
            if mine == number and not late:
                raise KilledError
        if mine == number and late:
            raise KilledError

    with monkeypatch.context() as broken:
        broken.setattr(town.store, "_write", stopped)
        yield count


@pytest.fixture(name="met")
def _met() -> Iterator[Publisher]:
    with publisher() as found:
        found.publishes(*ALERTS)
        within = b"".join(
            b"<entry><id>%d</id><content>%s</content></entry>" % (n, write(one).partition(b"?>")[2])
            for n, one in enumerate(WITHIN)
        )
        found.atom(*(f"{found.url}/{one.identifier}.cap" for one in ALERTS), within=within)
        yield found


@pytest.mark.parametrize("late", [False, True], ids=["before it is on the disc", "after"])
@pytest.mark.parametrize("number", range(1, 9))
def test_nothing_is_lost_and_nothing_comes_twice(
    tmp_path: Path, met: Publisher, monkeypatch: pytest.MonkeyPatch, number: int, *, late: bool
) -> None:
    town = Installation(tmp_path / "data")
    terms = InletTerms(name="met", publisher="Met Office", kind=InletKind.FEED, address=f"{met.url}/feed", private=True)
    add_inlet(town.house, terms, by="console", command="open", now=town.clock.now())
    fetcher = Fetcher(FetchSettings(allow_private=True))
    with killed_at(town, monkeypatch, number, late=late) as count:
        try:
            Poller(town.store, town.clock, fetcher, lambda: 0.0).visit_due()
        except KilledError:
            assert count[0] == number
        else:
            assert count[0] < number, "it must have been killed, or been done before"
    Poller(town.store, town.clock, fetcher, lambda: 0.0).visit_due()
    with town.store.look() as look:
        found = strangers.in_force(look.connection, theirs.SENT)[1]
        (stands,) = inlets.all_stand(look.connection).values()
        rows = look.connection.exec_driver_sql("SELECT count(*) FROM received").scalar_one()
    assert sorted(one.standing.identifier for one in found) == EXPECTED
    assert (rows, stands.kept, stands.trouble) == (len(EXPECTED), len(EXPECTED), "")
    assert stands.digest != b""
    town.close()
