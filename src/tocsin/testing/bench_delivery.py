"""How fast a warning goes out: one alert to a great many people, from its approval to the last receipt.

Everything is as in an installation: the database on the disc, each address sealed under its person's own key, an answer
link and an id of its own for each, each result durable, each receipt under the warning's root. The people are entered
beforehand by bench_people, for that is not what is measured. What arrives is counted at a sink in a process of its own, by
id.
"""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tocsin.app import App
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.delivery.state import Receipts
from tocsin.flow import receive, warn
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind
from tocsin.settings import Settings
from tocsin.testing.bench import Measured, childrens_peaks_mib, own_peak_mib
from tocsin.testing.bench_people import enter_people
from tocsin.testing.sink import Kind, Sink
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung

DATA = "data"
LOOK_AGAIN_S = 0.1
BELL = "bell@town.example"
SQUARE = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))
CHANNELS: dict[Kind, str] = {"http": "webhook", "smtp": "mail"}


class Steady:
    """The machine's clock, for the bench: what is measured is how long things really take."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)


PEOPLE = 1_000_000
LETTERS = 300_000  # so that the whole stays within 45 s


def bench_webhooks(people: int = PEOPLE) -> Measured:
    """Measure how fast one alert reaches so many people by webhook."""
    return bench_delivery("http", people)


def bench_letters(people: int = LETTERS) -> Measured:
    """Measure how fast one alert reaches so many people by mail."""
    return bench_delivery("smtp", people)


def bench_delivery(kind: Kind, people: int) -> Measured:
    """Measure how fast one alert reaches so many people over one channel."""
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, Sink(kind) as sink:
        begun = time.perf_counter()
        group = _entered(name, sink, kind, people)
        with _opened(name, sink) as app:
            alert = _approved(app, group)
            ready = time.perf_counter()
            warn.issue_alert(app.house, alert, by="approver", command="issue", now=app.clock.now())
            app.engine.start()
            app.wake()
            while _receipts(app, alert) < people:
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


def _receipts(app: App, alert: Id) -> int:
    """Return how many receipts stand under the alert's root."""
    with app.store.look() as look:
        return sum(one.count for one in look.all(Receipts, warning=alert))


def _entered(name: str, sink: Sink, kind: Kind, people: int) -> Id:
    """Make a directory with so many people in it, all in one group; return the group."""
    with _opened(name, sink):
        pass  # it makes the tables
    address = sink.url("/you") if kind == "http" else "you@town.example"
    return enter_people(Path(name) / DATA, people, CHANNELS[kind], address)


@contextmanager
def _opened(name: str, sink: Sink) -> Iterator[App]:
    settings = Settings(
        data=Path(name) / DATA,
        organisation="The town",
        cap_sender=BELL,
        mail_host="127.0.0.1",
        mail_port=sink.port,
        mail_sender=BELL,
    )
    app = App(
        settings,
        clock=Steady(),
        holder="bench",
        base_url="https://town.example",
        exercise=True,
        senders=settings.senders,
    )
    try:
        yield app
    finally:
        app.close()


def _approved(app: App, group: Id) -> Id:
    """Return an alert to a group that was written by one person and approved by another."""
    now, house = app.clock.now(), app.house
    officers = [
        PersonAdded(
            subject=one,
            occurred_at=now,
            person_kind=PersonKind.PERSON,
            name=one,
            roles=(Role.DUTY_OFFICER,),
            exercise=True,
        )
        for one in ("author", "approver")
    ]
    desk = ContactAdded(subject="desk", occurred_at=now, person="approver", channel="mail", address=BELL)
    receive.add_people(house, (*officers, desk), by="author", command="people", now=now)
    draft = AlertDrafted(
        subject="alert",
        occurred_at=now,
        threat=None,
        author="author",
        sender=BELL,
        sender_name="The town",
        wordings=(
            Wording(
                language="en",
                headline="Keep away from the bridge",
                event="Threat to a bridge",
                description="We have reports that the bridge may be attacked this evening.",
                instruction="Go round by the ford. Do not gather near the bridge.",
            ),
        ),
        areas=(Area(name="The bridge", polygon=SQUARE),),
        begins=now,
        ends=now + timedelta(hours=48),
        ladder=Ladder(rungs=(Rung(to="approver", after_s=3_600),), repeat_s=3_600),
        groups=(group,),
        exercise=True,
    )
    warn.draft_alert(house, draft, by="author", command="draft", now=now)
    warn.approve_alert(house, "alert", by="approver", command="approve", now=now)
    return "alert"
