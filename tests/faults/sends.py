"""Kills the sender of one alert to 10,000 people as often as asked, and counts at the sink what arrived.

python -m tests.faults.sends KILLS [http|smtp] [SEED] [IN_A_ROW]

IN_A_ROW: webhooks on one connection before the first is answered.

As `python -m tests.faults.sends DATA PORT IN_A_ROW` it is the sender itself: it sends what is due, and ends when nothing is.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from pathlib import Path

import msgspec

from tests.faults import sender
from tests.faults.processes import PATIENCE_S, Outside, environment, kill, outside, started, wait_until
from tocsin.app import App
from tocsin.delivery.facts import Errand
from tocsin.flow.delivery.send import IN_FLIGHT
from tocsin.store.reconcile import reconcile
from tocsin.testing.sink import Kind, Sink

PEOPLE = 10_000
say = partial(print, flush=True)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a send that was killed.

    lost: people whom nothing reached. twice: deliveries that came once more, under the same id. strangers: ids that are
    nobody's delivery. in_flight: at each kill, how many had arrived and were not noted. amiss: what reconciling found.
    """

    lost: int
    twice: int
    strangers: int
    in_flight: list[int]
    amiss: list[str]

    def holds(self, bound: int) -> bool:
        """Say whether nobody was lost, and no more went out twice than may. bound: in flight at one kill."""
        is_whole = not (self.lost or self.strangers or self.amiss)
        return is_whole and max(self.in_flight, default=0) <= bound and self.twice <= sum(self.in_flight)

    def told(self, bound: int) -> str:
        """Say it in words."""
        return (
            f"{self.lost} lost, {self.twice} twice and under the same id, {self.strangers} of another id. "
            f"In flight at a kill: {max(self.in_flight, default=0)} at most, {sum(self.in_flight)} in all; "
            f"{bound} a kill are allowed.\n" + "\n".join(self.amiss or ["Journal, rows, record and logs agree."])
        )


def killed(home: Path, kills: int, kind: Kind, seed: int = 1, people: int = PEOPLE, in_a_row: int = 1) -> Found:
    """Send an alert to so many, killed at so many points spread over the sending, and return what became of it."""
    chance = random.Random(seed)
    in_flight = []
    with Sink(kind) as sink:
        command = [sys.executable, "-m", "tests.faults.sends", str(home), str(sink.port), str(in_a_row)]
        places = prepared(sender.opened(home, sink.port), sink.port, kind, people)
        for number in range(kills):
            point = int(people * (number + chance.random()) / (kills + 1))
            with started(command) as process, outside(home) as look:
                before = sink.tally().arrived
                if not wait_until(arrived(sink, max(point, before + 1)), process):
                    break  # everything is sent
                time.sleep(chance.random() * 0.002)
                kill(process)
                in_flight.append(sink.tally().distinct - _noted(look))
        subprocess.run(command, env=environment(), timeout=PATIENCE_S, check=True)
        return judged(sender.opened(home, 1), sink, places, in_flight)


def prepared(app: App, port: int, kind: Kind, people: int) -> dict[str, str]:
    """Issue the alert and write down whom it goes to; return under which ids it must arrive, and each one's place.

    port: of the sink. A place is written as "batch:position".
    """
    try:
        if kind == "http":
            sender.tell(app, people, "webhook", lambda number: f"http://127.0.0.1:{port}/{number}")
        else:
            sender.tell(app, people)
        sender.plan(app)
        app.store.remember("initialised", "yes")
        with app.store.look() as look:
            batches = [one for one in look.batches(sender.BELL) if one.errand is Errand.WARNING]
            return {
                app.store.delivery_id(batch)(place.person): f"{batch.id}:{place.position}"
                for batch in batches
                for place in look.recipients(batch.id)
            }
    finally:
        app.close()


def judged(app: App, sink: Sink, places: Mapping[str, str], in_flight: list[int]) -> Found:
    """Return what became of it, as counted at the sink and as noted in the store."""
    came = sink.ids()
    try:
        amiss = reconcile(app.store)
        with app.store.look() as look:
            stand = [one.counts for one in look.batches(sender.BELL)]
    finally:
        app.close()
    if (noted := sum(counts.get("accepted", 0) for counts in stand)) != len(places):
        amiss = [*amiss, f"{noted} of {len(places)} are noted as accepted: {stand}"]
    return Found(
        lost=len(places.keys() - came.keys()),
        twice=sum(came.values()) - len(came),
        strangers=len(came.keys() - places.keys()),
        in_flight=in_flight,
        amiss=amiss,
    )


def arrived(sink: Sink, count: int) -> Callable[[], bool]:
    """Return what says whether so many have arrived."""
    return lambda: sink.tally().arrived >= count


def _noted(look: Outside) -> int:
    return look.ask("SELECT count(*) FROM (SELECT DISTINCT batch, position FROM results)") or 0


def main(kills: int, kind: Kind, seed: int, in_a_row: int) -> int:
    """Kill it, and say what became of it; return 0 if nobody was lost and no more went out twice than may."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="tocsin-faults-") as directory:
        found = killed(Path(directory) / "killed", kills, kind, seed, in_a_row=in_a_row)
    say(
        f"{len(found.in_flight)} kills while {PEOPLE:,} were told over {kind}, in {time.monotonic() - began:.0f} s: "
        f"{found.told(IN_FLIGHT)}"
    )
    return 0 if found.holds(IN_FLIGHT) else 1


def serve(home: Path, port: int, in_a_row: int) -> None:
    """Send what is due."""
    app = sender.opened(home, port, webhook_pipelined=f"http://127.0.0.1:{port}={in_a_row}")
    try:
        sender.send(app, sender.MORNING + timedelta(minutes=50))
    finally:
        app.close()


if __name__ == "__main__":
    first, *rest = sys.argv[1:]
    if first.isdecimal():
        kind, seed, in_a_row = [*rest, *("http", "1", "1")[len(rest) :]]
        raise SystemExit(main(int(first), kind, int(seed), int(in_a_row)))  # type: ignore[arg-type]
    serve(Path(first), int(rest[0]), int(rest[1]))
