"""Which benches there are. Each is loaded only when it is run, so that none is weighed with what another needs."""

from collections.abc import Callable
from importlib import import_module

from tocsin.testing.bench import Measured

BENCHES: dict[str, str] = {
    "answers": "tocsin.testing.bench_answers:bench_answers",
    "areas": "tocsin.testing.bench_areas:bench_areas",
    "audience": "tocsin.testing.bench_audience:bench_audience",
    "cap": "tocsin.testing.bench_cap:bench_cap",
    "delivery": "tocsin.testing.bench_delivery:bench_webhooks",
    "record": "tocsin.testing.bench_record:bench_record",
    "smtp": "tocsin.testing.bench_delivery:bench_letters",
}


def bench_named(name: str) -> Callable[[], Measured]:
    """Return a bench by its name."""
    module, _, function = BENCHES[name].partition(":")
    found: Callable[[], Measured] = getattr(import_module(module), function)
    return found
