"""The benches of delivery say what they measured, and count what arrived. How fast it was, no test asks."""

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
    found = bench_named(name)(2_500)  # type: ignore[call-arg]
    assert (found.name, found.n, found.unit, found.durable, found.runs) == (name, 2_500, "deliveries", True, 1)
    assert found.parts["twice"] == 0
    assert found.rate_per_s == pytest.approx(found.n / found.seconds, rel=0.01)
    assert found.parts["hands"] >= 1
    assert found.peak_rss_mib >= found.parts["hand_peak_mib"] > 10
