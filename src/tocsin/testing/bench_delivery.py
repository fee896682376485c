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

from tocsin.testing.bench import Measured, childrens_peaks_mib, cpu_s, own_peak_mib
from tocsin.testing.bench_faults import PATIENT, under_faults
from tocsin.testing.bench_house import approved, issue, opened, peopled, receipts
from tocsin.testing.sink import Kind, Sink

LOOK_AGAIN_S = 0.1
PEOPLE = 1_000_000
LETTERS = 300_000  # so that the whole stays within 45 s
IN_A_ROW = 16  # webhooks on one connection: the sink agreed to it
_TENTH = 10  # of the people suffice to see how fast it is without


def bench_webhooks(people: int = PEOPLE) -> Measured:
    """Measure how fast one alert reaches so many people by webhook, and who hears twice of a provider that misbehaves.

    They go to a sink that agreed to several in a row. How fast it is where it did not, a tenth of the people show.
    """
    found = bench_delivery("http", people, IN_A_ROW)
    one_by_one = bench_delivery("http", max(people // _TENTH, 1))
    beside = {
        "one_by_one_n": one_by_one.n,
        "one_by_one_per_s": one_by_one.rate_per_s,
        "one_by_one_cpu_us": one_by_one.parts["cpu_us"],
    }
    return replace(found, parts=found.parts | beside | under_faults(min(people, PATIENT)))


def bench_letters(people: int = LETTERS) -> Measured:
    """Measure how fast one alert reaches so many people by mail."""
    return bench_delivery("smtp", people)


def bench_delivery(kind: Kind, people: int, pipelined: int = 1) -> Measured:
    """Measure how fast one alert reaches so many people over one channel.

    pipelined: webhooks that leave in a row on one connection, before the first is answered.
    """
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, Sink(kind) as sink:
        begun = time.perf_counter()
        channel, address = ("webhook", sink.url("/you")) if kind == "http" else ("mail", "you@town.example")
        group = peopled(Path(name), sink, people, channel, address)
        with opened(Path(name), sink, pipelined=pipelined) as app:
            alert = approved(app, group)
            before = time.process_time(), cpu_s(sink.process)
            ready = time.perf_counter()
            issue(app, alert)
            while receipts(app, alert) < people:
                time.sleep(LOOK_AGAIN_S)
            seconds = time.perf_counter() - ready
            hands = {process: mib for process, mib in childrens_peaks_mib().items() if process != sink.process}
            cpu = {
                "server": time.process_time() - before[0],
                "hands": sum(map(cpu_s, hands)),
                "sink": cpu_s(sink.process) - before[1],
            }
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
            "pipelined": pipelined,
            "cpu_us": {who: round(used / people * 1e6, 1) for who, used in cpu.items()},
            "hands": len(hands),
            "hand_peak_mib": max(hands.values(), default=0.0),
        },
        peak_rss_mib=max([own_peak_mib(), *hands.values()]),
    )
