"""How fast a warning goes out: one alert to a great many people, from its approval to the last receipt.

Everything is as in an installation: the database on the disc, each address sealed under its person's own key, an answer
link and an id of its own for each, each result durable, each receipt under the warning's root. The people are entered
beforehand by bench_people, for that is not what is measured. What arrives is counted at a sink in a process of its own, by
id. What becomes of a send to a provider that misbehaves is measured beside it, see bench_faults.
"""

import tempfile
import time
from pathlib import Path

from msgspec.structs import replace

from tocsin.testing.bench import Measured, childrens_peaks_mib, own_peak_mib
from tocsin.testing.bench_faults import PATIENT, under_faults
from tocsin.testing.bench_house import approved, issue, opened, peopled, receipts
from tocsin.testing.sink import Kind, Sink

LOOK_AGAIN_S = 0.1
PEOPLE = 1_000_000
LETTERS = 300_000  # so that the whole stays within 45 s


def bench_webhooks(people: int = PEOPLE) -> Measured:
    """Measure how fast one alert reaches so many people by webhook, and who hears twice of a provider that misbehaves."""
    found = bench_delivery("http", people)
    return replace(found, parts=found.parts | under_faults(min(people, PATIENT)))


def bench_letters(people: int = LETTERS) -> Measured:
    """Measure how fast one alert reaches so many people by mail."""
    return bench_delivery("smtp", people)


def bench_delivery(kind: Kind, people: int) -> Measured:
    """Measure how fast one alert reaches so many people over one channel."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, Sink(kind) as sink:
        begun = time.perf_counter()
        channel, address = ("webhook", sink.url("/you")) if kind == "http" else ("mail", "you@town.example")
        group = peopled(Path(name), sink, people, channel, address)
        with opened(Path(name), sink) as app:
            alert = approved(app, group)
            ready = time.perf_counter()
            issue(app, alert)
            while receipts(app, alert) < people:
                time.sleep(LOOK_AGAIN_S)
            seconds = time.perf_counter() - ready
            hands = [mib for process, mib in childrens_peaks_mib().items() if process != sink.process]
            app.engine.stop()
        arrived = sink.tally()
        if (arrived.distinct, arrived.unsound) != (people, 0):
            raise AssertionError(f"{people} were to be told: {arrived}.")
    return Measured(
        name="delivery" if kind == "http" else "smtp",
        n=people,
        seconds=round(seconds, 3),
        rate_per_s=round(people / seconds),
        unit="deliveries",
        durable=True,
        runs=1,
        parts={
            "entered_s": round(ready - begun, 2),
            "twice": arrived.twice,
            "connections": arrived.connections,
            "hands": len(hands),
            "hand_peak_mib": max(hands, default=0.0),
        },
        peak_rss_mib=max([own_peak_mib(), *hands]),
    )
