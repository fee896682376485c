"""The benches of delivery say what they measured, and count what arrived. How fast it was, no test asks."""

from typing import Any

import pytest

from tocsin.testing import bench_delivery as benches
from tocsin.testing.benches import bench_named


@pytest.mark.parametrize(
    ("name", "run"),
    [
        pytest.param("delivery", benches.bench_webhooks, id="by webhook"),
        pytest.param("smtp", benches.bench_letters, id="by mail"),
    ],
)
def test_everyone_is_reached_once_over_a_whole_installation(name: str, run: object) -> None:
    assert bench_named(name) is run
    found = bench_named(name)(1_000)  # type: ignore[call-arg]
    assert (found.name, found.n, found.unit, found.durable, found.runs) == (name, 1_000, "deliveries", True, 1)
    assert found.parts["twice"] == 0
    assert found.rate_per_s == pytest.approx(found.n / found.seconds, rel=0.01)
    assert found.parts["hands"] >= 1
    assert found.peak_rss_mib >= found.parts["hand_peak_mib"] > 10
    assert min(found.parts["cpu_us"][who] for who in ("server", "hands")) > 0  # the sink may have used less than a tick
    if name == "delivery":
        assert (found.parts["pipelined"], found.parts["one_by_one_n"]) == (16, 200)
        check_faults(found.parts)


def check_faults(parts: dict[str, Any]) -> None:
    """See to it that nobody heard under two ids or not at all, though the provider did all that it was told to."""
    assert (parts["faults_n"], parts["faults_killed"]) == (1_000, 1)
    assert min(parts["faults_refused"], parts["faults_cut"], parts["faults_held"]) > 0
    assert (parts["faults_lost"], parts["faults_twice_by_key"]) == (0, 0)
    assert 0 < parts["faults_twice"] < 500
