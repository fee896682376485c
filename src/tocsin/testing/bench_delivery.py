"""How fast a warning goes out: one alert to a great many people, from its approval to the last receipt.

Everything is as in an installation: the database on the disc, each address sealed under its person's own key, an answer
link and an id of its own for each, each result durable, each receipt under the warning's root. The people are entered
beforehand, straight into the tables, for that is not what is measured. What arrives is counted at a sink in a process of
its own, by id.
"""

import base64
import os
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tocsin.app import App
from tocsin.basis.fact import State
from tocsin.basis.ids import Id, new_id
from tocsin.basis.marking import Mark, Role
from tocsin.delivery.state import Receipts
from tocsin.flow import receive, warn
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind
from tocsin.people.state import Contact, Group, Membership, Person
from tocsin.settings import Settings
from tocsin.store import rows
from tocsin.store.keys import NONCE
from tocsin.store.store import Store
from tocsin.store.tables import state_table
from tocsin.testing.bench import Measured, peak_rss_mib
from tocsin.testing.sink import Kind, Sink
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung

AT_ONCE = 50_000
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
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as name, Sink(kind) as sink, _opened(name, sink) as app:
        begun = time.perf_counter()
        group = _enter(app.store, people, CHANNELS[kind], sink.url("/you") if kind == "http" else "you@town.example")
        alert = _approved(app, group)
        ready = time.perf_counter()
        warn.issue_alert(app.house, alert, by="approver", command="issue", now=app.clock.now())
        app.engine.start()
        app.wake()
        while not _gathered(app, alert, people):
            time.sleep(0.1)
        seconds = time.perf_counter() - ready
        app.engine.stop()
        arrived = sink.tally()
        with app.store.look() as look:
            receipts = sum(one.count for one in look.all(Receipts, warning=alert))
        if (arrived.distinct, arrived.unsound, receipts) != (people, 0, people):
            raise AssertionError(f"{people} were to be told: {arrived}, and {receipts} receipts.")
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
        },
        peak_rss_mib=peak_rss_mib(),
    )


def _gathered(app: App, alert: Id, people: int) -> bool:
    """Say whether everyone's receipt stands under the alert's root."""
    with app.store.look() as look:
        return sum(one.count for one in look.all(Receipts, warning=alert)) == people


@contextmanager
def _opened(name: str, sink: Sink) -> Iterator[App]:
    settings = Settings(
        data=Path(name) / "data",
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


def _enter(store: Store, people: int, channel: str, address: str) -> Id:
    """Enter so many people with one address each, all in one group; return the group."""
    group = new_id(os.urandom)
    ids = sorted(new_id(os.urandom) for _ in range(people))
    store.keys.ensure(ids[:1])
    like = (
        Person(
            id=ids[0],
            person_kind=PersonKind.PERSON,
            name="",
            languages=("en",),
            roles=(),
            cleared_to=Mark.CLEAR,
            sign_in="",
            secret_hash="",
            forgotten=False,
            holds=0,
            exercise=True,
        ),
        Contact(id=ids[0], person=ids[0], channel=channel, address=address, order=0),
        Membership(id=ids[0], group=group, person=ids[0]),
    )
    with store._write() as connection:  # noqa: SLF001  through the door it would take longer than what is measured
        connection.execute(state_table(Group).insert().values(rows.encode(Group(id=group, name="All"), store.keys)))
        for start in range(0, people, AT_ONCE):
            part = ids[start : start + AT_ONCE]
            keys = {one: os.urandom(32) for one in part}
            with store.keys._writing():  # noqa: SLF001
                store.keys._db.executemany("INSERT OR REPLACE INTO keys VALUES (?, ?)", keys.items())  # noqa: SLF001
            for state in like:
                columns = rows.encode(state, store.keys)
                _insert(connection, state, columns, part, keys, address)
        store.keys._raw.clear()  # noqa: SLF001
        store.keys._open.clear()  # noqa: SLF001
    return group


def _insert(
    connection: Any,
    like: State,
    columns: dict[str, Any],
    ids: Sequence[Id],
    keys: Mapping[Id, bytes],
    address: str,
) -> None:
    """Enter states that are like one, each under its own id, and with its own sealed address."""
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" for _ in columns)
    own = [name for name in ("id", "person", "address") if name in columns]
    places = {name: list(columns).index(name) for name in own}

    def row(one: Id) -> list[Any]:
        values = list(columns.values())
        values[places["id"]] = one
        if "person" in places:
            values[places["person"]] = one
        if "address" in places:
            values[places["address"]] = _sealed(address, one, keys[one])
        return values

    table = state_table(type(like)).name
    statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"  # noqa: S608  our own names
    connection.exec_driver_sql(statement, [tuple(row(one)) for one in ids])


def _sealed(address: str, contact: Id, key: bytes) -> str:
    nonce = os.urandom(NONCE)
    return base64.b64encode(
        nonce + AESGCM(key).encrypt(nonce, address.encode(), f"{contact}.address".encode())
    ).decode()


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
