"""How far a feed may lead is asked of its inlet: not from https to what anybody on the way can alter, and not into our own networks."""

from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from tests.cap import alerts as theirs
from tests.web.installation import Installation
from tocsin.basis.errors import Refused
from tocsin.cap import write
from tocsin.channels.fetch import Answer
from tocsin.flow.others.inlets import add_inlet, change_inlet, inlet_named
from tocsin.flow.others.polling import Poller
from tocsin.report.inlet import InletKind, InletTerms
from tocsin.store import inlets

FEED = "https://met.example/feed"
LINKED = "http://met.example/1.cap"


class Host:
    """Stands in for the network: a feed under https that links to an alert under http. private: as each session was asked for."""

    def __init__(self) -> None:
        self.private: list[bool] = []
        self.asked: list[str] = []

    def session(self, *, private: bool) -> Any:
        self.private.append(private)
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is open."""

    def get(self, address: str, now: datetime, *, most: int, tag: str = "", modified: str = "") -> Answer:
        self.asked.append(address)
        entry = f'<entry><link href="{LINKED}" type="application/cap+xml"/></entry>'
        feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()
        return Answer(status=200, address=address, body=feed if address == FEED else write(theirs.ALERT))


def test_a_feed_leads_only_where_its_inlet_lets_it(tmp_path: Path) -> None:
    town, host = Installation(tmp_path / "data"), Host()
    terms = InletTerms(name="met", publisher="Met Office", kind=InletKind.FEED, address=FEED)
    add_inlet(town.house, terms, by="console", command="open", now=town.clock.now())
    poller = Poller(town.store, town.clock, host, lambda: 0.0)
    poller.visit_due()
    with town.store.look() as look:
        inlet = inlet_named(look, "met")
        (refusal,) = inlets.refusals(look.connection, inlet.id, 5)
    assert host.asked == [FEED], "what anybody on the way could have written is not even asked for"
    assert (refusal.what, "from https" in refusal.why) == (LINKED, True)
    assert not any(host.private)
    freer = InletTerms(
        **{**{name: getattr(terms, name) for name in terms.__struct_fields__}, "plain": True, "private": True}
    )
    change_inlet(town.house, inlet.id, freer, by="console", command="change", now=town.clock.now())
    host.private.clear()
    poller.visit_due()
    assert LINKED in host.asked
    assert all(host.private)
    with town.store.look() as look:
        assert inlets.stands(look.connection, inlet.id).kept == 1
    town.close()


def test_only_a_feed_leads_anywhere(tmp_path: Path) -> None:
    town = Installation(tmp_path / "data")
    terms = InletTerms(name="met", publisher="Met Office", kind=InletKind.PUSH, private=True)
    with pytest.raises(Refused, match="Only a feed"):
        add_inlet(town.house, terms, by="console", command="open", now=town.clock.now())
    town.close()
