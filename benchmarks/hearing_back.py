"""What it costs to hear back: the ids of a million messages are made again once, and echoes are taken in.

.venv/bin/python benchmarks/hearing_back.py [--people 1000000] [--echoes 20000]
"""

import argparse
import json
import os
import resource
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from tocsin.delivery.echo import HEARD_FOR, Echo
from tocsin.delivery.facts import BatchPlanned, Errand
from tocsin.delivery.plan import Address
from tocsin.delivery.state import Batch, DeliveryStands
from tocsin.flow.delivery.echo import take_echoes
from tocsin.flow.house import House
from tocsin.people.facts import PersonAdded, PersonKind
from tocsin.store.log import Attempt, recipients_root
from tocsin.store.outgoing import Outgoing
from tocsin.store.store import Store

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
RANGE = 1_000


def main() -> None:
    """Measure, and print one JSON value."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--people", type=int, default=1_000_000)
    asked.add_argument("--echoes", type=int, default=20_000)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), os.urandom, NOW, lambda _: ())
        batches = _filled(store, given.people)
        print(json.dumps({"people": given.people, **_found(store, batches), **_taken(store, batches, given.echoes)}))
        store.close()


def _filled(store: Store, people: int) -> list[str]:
    """Write down who is told, as a send does, and let each have been accepted. One person stands for all of a batch's."""
    person = store.new_id()
    fact = PersonAdded(subject=person, occurred_at=NOW, person_kind=PersonKind.PERSON, name="A")
    store.commit([fact], at=NOW, by="bench", command="person")
    batches = []
    for number in range(people // RANGE):
        others = [store.new_id() for _ in range(RANGE - 1)]
        addresses = [Address(person=one, contact=one, channel="sms") for one in (person, *others)]
        batch, warning = store.new_id(), store.new_id()
        planned = BatchPlanned(
            subject=batch, occurred_at=NOW, warning=warning, warning_kind="alert", errand=Errand.WARNING, channel="sms",
            step=0, count=RANGE, root=recipients_root(addresses),
        )  # fmt: skip
        store.commit([planned], at=NOW, by="bench", command=f"plan:{number}", lists={batch: addresses})
        batches.append(batch)
    return batches


def _found(store: Store, batches: list[str]) -> dict[str, float]:
    before = _rss()
    outgoing = Outgoing()
    with store.look() as look:

        def numbers_of(batch: str) -> Callable[[str], int]:
            return store.delivery_number(look.get(Batch, batch))

        last = look.recipients(batches[-1])[-1]
        wanted = store.delivery_id(look.get(Batch, last.batch))(last.person)
        began = time.perf_counter()
        if outgoing.rows(look.connection, wanted, numbers_of, NOW, HEARD_FOR) != [last.row]:
            raise SystemExit("The id was not found.")
        first = time.perf_counter() - began
        began = time.perf_counter()
        for _ in range(10_000):
            outgoing.rows(look.connection, wanted, numbers_of, NOW, HEARD_FOR)
        after = (time.perf_counter() - began) / 10_000
        began = time.perf_counter()
        for number in range(1_000):
            outgoing.rows(look.connection, f"{'a' * 20}{number % 8 + 2}{'b' * 5}", numbers_of, NOW, HEARD_FOR)
        unknown = (time.perf_counter() - began) / 1_000
    return {
        "first_s": round(first, 2),
        "then_us": round(after * 1e6, 1),
        "unknown_us": round(unknown * 1e6, 1),
        "kept_mib": round(outgoing.size / 2**20, 1),
        "rss_grew_mib": round(_rss() - before, 1),
    }


def _taken(store: Store, batches: list[str], count: int) -> dict[str, float]:
    """Take in echoes of the first recipient of so many batches."""
    house = House(store=store, carriers={}, base_url="", organisation="", jitter=lambda: 0.0)
    heard = []
    for batch in batches[:count]:
        attempt = Attempt(positions=[0], stands=DeliveryStands.ACCEPTED, at=NOW, attempt=1)
        store.add_results(batch, [attempt])
        with store.look() as look:
            state, who = look.get(Batch, batch), look.recipients(batch)[0]
        message = store.delivery_id(state)(who.person)
        heard.append(Echo(channel="sms", message=message, said="delivered", for_good=False, detail="There.", at=NOW))
    began = time.perf_counter()
    store.add_echoes(heard)
    kept = time.perf_counter() - began
    take_echoes(house, NOW)  # the first one makes the ids
    store.add_echoes(heard)
    began = time.perf_counter()
    take_echoes(house, NOW)
    again = time.perf_counter() - began
    return {
        "echoes": len(heard),
        "kept_per_s": round(len(heard) / kept),
        "taken_per_s": round(len(heard) / again),
    }


def _rss() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
