"""How fast a warning goes out: one alert to a great many people, from its approval to the last receipt.

Everything is as in an installation: the database on the disc, each address sealed under its person's own key, an answer
link and an id of its own for each, each result durable, each receipt under the warning's root. The people are entered
beforehand by bench_people, for that is not what is measured. What arrives is counted at a sink in a process of its own, by
id. What becomes of a send to a provider that misbehaves is found out while they are entered, for it counts messages and no
seconds: see bench_faults.
"""

import tempfile
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from tocsin.app import App
from tocsin.basis.ids import Id
from tocsin.testing.bench import Measured, childrens_peaks_mib, cpu_s, own_peak_mib
from tocsin.testing.bench_faults import PATIENT, faults_beside
from tocsin.testing.bench_house import approved, begin, issue, opened, peopled, receipts
from tocsin.testing.bench_people import enter_people
from tocsin.testing.sink import Kind, Sink, Tally

LOOK_AGAIN_S = 0.05
PEOPLE = 1_000_000
LETTERS = 300_000  # so that the whole stays within 45 s
IN_A_ROW = 16  # webhooks on one connection: the sink agreed to it
_FORTIETH = 40  # of the people suffice to see how fast it is without
_LEAST = 200  # of those: fewer would not be handed to processes of their own


class _Sent(msgspec.Struct, frozen=True):
    """What it took to reach so many people. hands: the most memory that each process which hands over has held, in MiB."""

    people: int
    seconds: float
    cpu_us: dict[str, float]
    hands: dict[int, float]
    arrived: Tally

    @property
    def rate_per_s(self) -> int:
        return round(self.people / self.seconds)


def bench_webhooks(people: int = PEOPLE) -> Measured:
    """Measure how fast one alert reaches so many people by webhook, and who hears twice of a provider that misbehaves.

    They go to a sink that agreed to several in a row. How fast it is where it did not, a fortieth more show, to whom another
    alert goes afterwards, through hands that are at work already.
    """
    few = max(people // _FORTIETH, _LEAST)
    with faults_beside(min(people, PATIENT)) as faults, Sink("http") as other, Sink("http") as sink, _home() as home:
        begun = time.perf_counter()
        some = peopled(home, other, few, *_to("http", other))
        group = enter_people(home, people, *_to("http", sink))
        entered_s = round(time.perf_counter() - begun, 2)
        beside = faults()  # from here on nothing runs beside
        with opened(home, sink, pipelined=IN_A_ROW) as app:
            begin(app)
            found = _send(app, group, sink, people, idle=[other])
            one_by_one = _send(app, some, other, few, idle=[sink])
            app.engine.stop()
    beside |= {
        "one_by_one_n": few,
        "one_by_one_per_s": one_by_one.rate_per_s,
        "one_by_one_cpu_us": one_by_one.cpu_us,
    }
    return _measured("delivery", found, IN_A_ROW, entered_s, beside)


def bench_letters(people: int = LETTERS) -> Measured:
    """Measure how fast one alert reaches so many people by mail."""
    return bench_delivery("smtp", people)


def bench_delivery(kind: Kind, people: int, pipelined: int = 1) -> Measured:
    """Measure how fast one alert reaches so many people over one channel.

    pipelined: webhooks that leave in a row on one connection, before the first is answered.
    """
    with Sink(kind) as sink, _home() as home:
        begun = time.perf_counter()
        group = peopled(home, sink, people, *_to(kind, sink))
        entered_s = round(time.perf_counter() - begun, 2)
        with opened(home, sink, pipelined=pipelined) as app:
            begin(app)
            found = _send(app, group, sink, people)
            app.engine.stop()
    return _measured("delivery" if kind == "http" else "smtp", found, pipelined, entered_s)


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name:
        yield Path(name)


def _to(kind: Kind, sink: Sink) -> tuple[str, str]:
    """Return the channel that leads to a sink, and the address there."""
    return ("webhook", sink.url("/you")) if kind == "http" else ("mail", "you@town.example")


def _send(app: App, group: Id, sink: Sink, people: int, *, idle: Collection[Sink] = ()) -> _Sent:
    """Send an alert to a group, wait for the last receipt, and say what it took.

    idle: other sinks.
    """
    alert = approved(app, group, f"alert-{group}")
    not_hands = {one.process for one in (sink, *idle)}
    before = _used(sink, childrens_peaks_mib().keys() - not_hands)
    begun = time.perf_counter()
    issue(app, alert)
    while receipts(app, alert) < people:
        time.sleep(LOOK_AGAIN_S)
    seconds = time.perf_counter() - begun
    hands = {process: mib for process, mib in childrens_peaks_mib().items() if process not in not_hands}
    used = _used(sink, hands)
    arrived = sink.tally()
    if (arrived.distinct, arrived.unsound) != (people, 0):
        raise AssertionError(f"{people} were to be told: {arrived}.")
    return _Sent(
        people=people,
        seconds=round(seconds, 3),
        cpu_us={who: round((used[who] - before[who]) / people * 1e6, 1) for who in used},
        hands=hands,
        arrived=arrived,
    )


def _used(sink: Sink, hands: Collection[int]) -> dict[str, float]:
    """Return the processor's seconds that each has used by now."""
    return {"server": time.process_time(), "hands": sum(map(cpu_s, hands)), "sink": cpu_s(sink.process)}


def _measured(name: str, sent: _Sent, pipelined: int, entered_s: float, beside: Mapping[str, Any] = {}) -> Measured:
    return Measured(
        name=name,
        n=sent.people,
        seconds=sent.seconds,
        rate_per_s=sent.rate_per_s,
        unit="deliveries",
        durable=True,
        runs=1,
        parts={
            "entered_s": entered_s,
            "twice": sent.arrived.twice,
            "connections": sent.arrived.connections,
            "pipelined": pipelined,
            "cpu_us": sent.cpu_us,
            "hands": len(sent.hands),
            "hand_peak_mib": max(sent.hands.values(), default=0.0),
            **beside,
        },
        peak_rss_mib=max([own_peak_mib(), *sent.hands.values(), beside.get("faults_peak_mib", 0.0)]),
    )
