"""Planning and trying again, as tables."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.delivery.plan import Address, Range, plan_deliveries
from tocsin.delivery.retry import GIVE_UP_AFTER, LONGEST_WAIT, next_try

NOW = datetime(2031, 5, 6, 12, tzinfo=UTC)


def at(person: str, channel: str) -> Address:
    return Address(person=person, contact=f"{person}@{channel}", channel=channel)


def test_each_person_is_reached_once_by_the_first_channel_there_is() -> None:
    contacts = [(1, at("ann", "mail")), (0, at("ann", "pigeon")), (0, at("ben", "mail")), (2, at("ann", "webhook"))]
    plan = plan_deliveries(["ann", "ben", "ann", "cy"], contacts, ("mail", "webhook"))
    assert plan.ranges == (
        Range(channel="mail", more=False, addresses=(at("ben", "mail"),)),
        Range(channel="mail", more=True, addresses=(at("ann", "mail"),)),
    )
    assert plan.unreachable == ("cy",)


def test_whoever_was_not_reached_is_tried_at_the_next_contact_point_until_there_is_none() -> None:
    contacts = [(0, at("ann", "mail")), (1, at("ann", "webhook")), (0, at("ben", "mail"))]
    plan = plan_deliveries(
        ["ann", "ben"], contacts, ("mail", "webhook"), tried={"ann": {"ann@mail"}, "ben": {"ben@mail"}}
    )
    assert plan.ranges == (Range(channel="webhook", more=False, addresses=(at("ann", "webhook"),)),)
    assert plan.unreachable == ("ben",)


@pytest.mark.parametrize(
    ("people", "sizes"),
    [
        pytest.param(0, [], id="nobody"),
        pytest.param(999, [999], id="below the edge"),
        pytest.param(1_000, [1_000], id="at the edge"),
        pytest.param(1_001, [1_000, 1], id="above the edge"),
    ],
)
def test_ranges_hold_a_thousand(people: int, sizes: list[int]) -> None:
    names = [f"p{n}" for n in range(people)]
    plan = plan_deliveries(names, [(0, at(name, "mail")) for name in names], ("mail",))
    assert [len(one.addresses) for one in plan.ranges] == sizes


@pytest.mark.parametrize(
    ("attempts", "wait"),
    [
        pytest.param(1, timedelta(seconds=15), id="first"),
        pytest.param(2, timedelta(seconds=30), id="doubles"),
        pytest.param(7, timedelta(seconds=15 * 64), id="seventh"),
        pytest.param(GIVE_UP_AFTER, None, id="given up"),
    ],
)
def test_the_wait_doubles_until_it_is_given_up(attempts: int, wait: timedelta | None) -> None:
    assert next_try(attempts, NOW) == (None if wait is None else NOW + wait)


def test_what_the_provider_asks_for_is_honoured_and_nothing_is_tried_after_the_end() -> None:
    assert next_try(1, NOW, retry_after=timedelta(hours=1)) == NOW + timedelta(hours=1)
    assert next_try(1, NOW, retry_after=timedelta(seconds=1)) == NOW + timedelta(seconds=15)
    assert next_try(1, NOW, not_after=NOW + timedelta(seconds=15)) is None
    assert next_try(1, NOW, jitter=1.0) == NOW + timedelta(seconds=18.75)
    latest = next_try(7, NOW, jitter=1.0)
    assert latest is not None
    assert latest - NOW <= LONGEST_WAIT * 1.25
