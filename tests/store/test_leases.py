"""Leases and allowances: what goes first, who has what in hand, and how much an account may send."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tocsin.basis.fact import Erased
from tocsin.channels.channel import Limit
from tocsin.delivery.facts import LANES, BatchPlanned, Errand, Lane
from tocsin.delivery.plan import Address
from tocsin.store import database, log, migrate
from tocsin.store.keys import Keys
from tocsin.store.tables import allowances

NOW = datetime(2031, 5, 6, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOMEBODY = [Address(person="ann", contact="ann@mail", channel="mail")]


@pytest.fixture(name="connection")
def _connection(tmp_path: Path) -> Iterator[sa.Connection]:
    engine = database.open_writer(tmp_path)
    migrate.upgrade(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def plan(connection: sa.Connection, name: str, lane: Lane, due: datetime = NOW, channel: str = "mail") -> None:
    planned = BatchPlanned(
        subject=name,
        occurred_at=NOW,
        warning="w",
        warning_kind="alert",
        errand=Errand.WARNING,
        channel=channel,
        step=0,
        count=1,
        root="",
        lane=lane,
    )
    log.plan(connection, planned, SOMEBODY, due)


def test_what_is_urgent_goes_first_however_long_the_rest_has_waited(connection: sa.Connection) -> None:
    for lane in reversed(LANES):
        plan(connection, lane.value, lane, NOW + LANES[::-1].index(lane) * MINUTE)
    plan(connection, "bulk, later", Lane.BULK, NOW + MINUTE)
    later = NOW + timedelta(hours=1)
    taken = [log.claim(connection, later, "sender", "mail") for _ in range(6)]
    assert taken == ["retraction", "call", "danger", "bulk", "bulk, later", None]


def test_each_channel_takes_its_own(connection: sa.Connection) -> None:
    plan(connection, "m", Lane.BULK)
    plan(connection, "w", Lane.BULK, channel="webhook")
    assert log.channels_due(connection, NOW - MINUTE) == []
    assert log.channels_due(connection, NOW) == ["mail", "webhook"]
    assert log.claim(connection, NOW, "sms", "sms") is None
    assert log.claim(connection, NOW, "webhook", "webhook") == "w"
    assert log.channels_due(connection, NOW) == ["mail"], "what is in hand is due to nobody else"


def test_a_batch_in_hand_is_overtaken_by_what_is_due_before_it_on_its_channel(connection: sa.Connection) -> None:
    plan(connection, "mine", Lane.DANGER)
    log.claim(connection, NOW, "mail", "mail")
    plan(connection, "bulk", Lane.BULK)
    plan(connection, "elsewhere", Lane.RETRACTION, channel="webhook")
    plan(connection, "not yet", Lane.CALL, NOW + MINUTE)
    assert not log.is_overtaken(connection, "mine", NOW)
    assert log.is_overtaken(connection, "mine", NOW + MINUTE)


def test_only_what_a_dead_sender_held_is_freed(connection: sa.Connection) -> None:
    for channel in ("mail", "webhook"):
        plan(connection, channel, Lane.BULK, channel=channel)
        assert log.claim(connection, NOW, channel, channel) == channel
    log.release_all(connection, "mail")
    assert log.channels_due(connection, NOW) == ["mail"]
    log.release_all(connection)
    assert log.channels_due(connection, NOW) == ["mail", "webhook"]


# ---- allowances

ONE = Limit(account="a", per_s=1, burst=10)


def two(account: str) -> Limit:
    return Limit(account=account, per_s=2, burst=10)


def test_an_account_sends_its_burst_and_then_what_comes_in(connection: sa.Connection) -> None:
    def spend(wanted: int, after_s: float) -> tuple[int, datetime]:
        return log.spend(connection, [two("sms:1")], wanted, NOW + timedelta(seconds=after_s))

    assert spend(256, 0) == (10, NOW + timedelta(seconds=0.5))
    assert spend(256, 0.4) == (0, NOW + timedelta(seconds=0.5)), "half a token is none, and is not lost"
    assert spend(256, 3) == (6, NOW + timedelta(seconds=3.5))
    assert spend(4, 100)[0] == 4
    assert spend(256, 100)[0] == 6, "a rest fills it no further than its burst"
    assert log.spend(connection, [two("sms:2")], 3, NOW)[0] == 3, "each account has its own"


def test_a_clock_that_was_set_back_gives_nothing_away(connection: sa.Connection) -> None:
    assert log.spend(connection, [ONE], 10, NOW)[0] == 10
    assert log.spend(connection, [ONE], 10, NOW - timedelta(hours=1))[0] == 0
    assert log.spend(connection, [ONE], 10, NOW - timedelta(hours=1) + timedelta(seconds=3))[0] == 3


def test_an_account_keeps_to_all_its_limits_and_none_is_spent_in_vain(connection: sa.Connection) -> None:
    day = Limit(account="a:day", per_s=20 / 86_400, burst=20)
    assert log.spend(connection, [ONE, day], 100, NOW)[0] == 10
    granted, again = log.spend(connection, [ONE, day], 100, NOW + timedelta(seconds=30))
    assert granted == 10, "what the second did not give was not taken of the day"
    assert log.spend(connection, [ONE, day], 100, NOW + timedelta(seconds=60))[0] == 0
    assert again - NOW > timedelta(hours=1), "the day is spent"


@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(1, 300)), max_size=30),
    st.floats(0.1, 200),
    st.integers(1, 500),
)
def test_never_more_than_the_burst_and_the_rate_allow(asked: list[tuple[int, int]], per_s: float, burst: int) -> None:
    engine = sa.create_engine("sqlite://")
    moment, given_out = NOW, 0
    with engine.begin() as connection:
        allowances.create(connection)
        for wait_ms, wanted in asked:
            moment += timedelta(milliseconds=wait_ms)
            granted, again = log.spend(connection, [Limit(account="a", per_s=per_s, burst=burst)], wanted, moment)
            given_out += granted
            assert 0 <= granted <= wanted
            assert granted == wanted or again > moment
            assert given_out <= burst + per_s * (moment - NOW).total_seconds() + 1e-6


# ---- addresses


def test_many_addresses_are_opened_at_once_and_those_of_the_forgotten_not(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "keys.db", os.urandom)
    persons = [f"person {n}" for n in range(20)]
    keys.ensure(persons)
    sealed = [(one, keys.seal(one, f"{one}@example.org", f"{one}.address"), f"{one}.address") for one in persons]
    keys.destroy("person 7")
    opened = keys.open_many([*sealed, ("person 1", "", "nothing")])
    assert [isinstance(one, Erased) for one in opened] == [n == 7 for n in range(20)] + [True]
    assert opened[8] == "person 8@example.org"
    keys.close()
