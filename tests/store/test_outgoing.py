"""Which delivery a message was is found by its id alone, though no id is kept."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.test_leases import NOW
from tocsin.basis.ids import keyed_id, keyed_number, number_of
from tocsin.delivery.echo import HEARD_FOR
from tocsin.delivery.facts import BatchPlanned, Errand
from tocsin.delivery.plan import Address
from tocsin.delivery.state import Batch
from tocsin.store import outgoing
from tocsin.store.log import recipients_root
from tocsin.store.look import Look
from tocsin.store.outgoing import Outgoing
from tocsin.store.store import Store
from tocsin.testing.town import Town


@given(st.binary(min_size=1, max_size=32), st.lists(st.text(max_size=5), max_size=4))
def test_the_number_of_an_id_is_made_without_the_id(key: bytes, names: list[str]) -> None:
    assert keyed_number(key, *names) == number_of(keyed_id(key, *names))


def plan(store: Store, name: str, people: int) -> str:
    batch = store.new_id()
    who = [Address(person=f"{name}:{n}", contact=f"{name}:{n}", channel="sms") for n in range(people)]
    planned = BatchPlanned(
        subject=batch,
        occurred_at=NOW,
        warning=store.new_id(),
        warning_kind="alert",
        errand=Errand.WARNING,
        channel="sms",
        step=0,
        count=people,
        root=recipients_root(who),
    )
    store.commit([planned], at=NOW, by="test", command=batch, lists={batch: who})
    return batch


def found(store: Store, ids: Outgoing, look: Look, batch: str) -> list[list[int]]:
    """Return where each recipient of a batch is found by the id of their message, less their own row."""
    state = look.get(Batch, batch)
    return [
        ids.rows(
            look.connection,
            store.delivery_id(state)(one.person),
            lambda id: store.delivery_number(look.get(Batch, id)),
            NOW,
            HEARD_FOR,
        )
        for one in look.recipients(batch)
    ]


def test_everybody_is_found_and_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "AT_ONCE", 7)
    monkeypatch.setattr(outgoing, "MOST_PARTS", 3)
    with Town(tmp_path) as town:
        store, ids = town.app.store, Outgoing()
        for n in range(9):  # each is planned after the one before was asked for
            batch = plan(store, f"{n}", 20)
            with store.look() as look:
                assert found(store, ids, look, batch) == [[one.row] for one in look.recipients(batch)]
        with store.look() as look:
            assert ids.rows(look.connection, "a" * 26, lambda _: hash, NOW, HEARD_FOR) == []
            assert ids.rows(look.connection, "A" * 26, lambda _: hash, NOW, HEARD_FOR) == []
        assert ids.size == 16 * 180


def test_it_takes_no_more_memory_than_it_may_and_the_latest_are_kept(tmp_path: Path) -> None:
    with Town(tmp_path) as town:
        store, ids = town.app.store, Outgoing(most=30)
        first = plan(store, "first", 20)
        with store.look() as look:
            assert all(found(store, ids, look, first))
        last = plan(store, "last", 20)
        with store.look() as look:
            assert all(found(store, ids, look, last))
            assert [bool(one) for one in found(store, ids, look, first)] == [False] * 10 + [True] * 10
        assert ids.size <= 16 * 30
        other = Outgoing(most=30)  # after a restart
        with store.look() as look:
            assert all(found(store, other, look, last))
        assert other.size <= 16 * 30
