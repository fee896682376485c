"""What is heard back of a message, and what that changes."""

from datetime import UTC, datetime, timedelta

import pytest

from tocsin.delivery.echo import LONGEST_WAIT, Said, What, wait_for_own, weigh_echo
from tocsin.delivery.state import DeliveryStands

NOW = datetime(2024, 3, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stands", "said", "what"),
    [
        pytest.param(None, "delivered", "waits", id="the provider was faster than our own note"),
        pytest.param(None, "dead", "waits", id="faster, and with bad news"),
        pytest.param("accepted", "delivered", "takes", id="it arrived"),
        pytest.param("accepted", "dead", "takes", id="it did not"),
        pytest.param("delivered", "delivered", "says nothing", id="said twice"),
        pytest.param("delivered", "dead", "says nothing", id="what has arrived stays so"),
        pytest.param("dead", "dead", "says nothing", id="given up already"),
        pytest.param("dead", "delivered", "takes", id="it arrived after all"),
        pytest.param("failed", "delivered", "takes", id="it arrived at the try that failed"),
        pytest.param("failed", "dead", "says nothing", id="another try follows"),
        pytest.param("withdrawn", "delivered", "says nothing", id="it never left"),
        pytest.param("suppressed", "dead", "says nothing", id="forgotten"),
        pytest.param("expired", "delivered", "takes", id="it arrived at a try before its time was over"),
        pytest.param("expired", "dead", "says nothing", id="its time was over anyway"),
    ],
)
def test_a_delivery_only_gets_on(stands: str | None, said: Said, what: What) -> None:
    stood = None if stands is None else DeliveryStands(stands)
    assert weigh_echo(said, stood, tried=True, in_hand=False, for_good=False) == what


def test_another_try_is_spared_where_it_would_be_useless_or_is_under_way() -> None:
    failed = DeliveryStands.FAILED
    assert weigh_echo("dead", failed, tried=True, in_hand=False, for_good=True) == "takes"
    assert weigh_echo("dead", failed, tried=True, in_hand=True, for_good=True) == "waits"
    assert weigh_echo("delivered", failed, tried=True, in_hand=True, for_good=False) == "waits"
    assert weigh_echo("delivered", DeliveryStands.EXPIRED, tried=False, in_hand=False, for_good=False) == "says nothing"


def test_it_is_looked_at_again_soon_and_then_less_often() -> None:
    assert wait_for_own(NOW, NOW) == NOW + timedelta(seconds=1)
    assert wait_for_own(NOW, NOW + timedelta(seconds=30)) == NOW + timedelta(seconds=60)
    assert wait_for_own(NOW, NOW + timedelta(days=1)) - NOW == timedelta(days=1) + LONGEST_WAIT


def become(stands: DeliveryStands | None, said: Said, what: What) -> DeliveryStands | None:
    return DeliveryStands(said) if what == "takes" else stands


@pytest.mark.parametrize("again", ["delivered", "dead"])
@pytest.mark.parametrize("before", [[], ["dead"], ["delivered"], ["dead", "delivered"], ["delivered", "dead"]])
@pytest.mark.parametrize("stands", list(DeliveryStands))
def test_whatever_is_said_again_moves_no_delivery_back_and_lets_nothing_go_that_was_stopped(
    stands: DeliveryStands, before: list[Said], again: Said
) -> None:
    begun, now = stands, stands
    for said in before:
        now = become(now, said, weigh_echo(said, now, tried=True, in_hand=False, for_good=True)) or now
    after = become(now, again, weigh_echo(again, now, tried=True, in_hand=False, for_good=True))
    if again in before:
        assert after is now, "it was said before, and is said again by whoever overheard it"
    if DeliveryStands.DELIVERED in (begun, now):
        assert after is DeliveryStands.DELIVERED
    if begun in (DeliveryStands.SUPPRESSED, DeliveryStands.WITHDRAWN, DeliveryStands.OPENED, DeliveryStands.ANSWERED):
        assert after is begun
