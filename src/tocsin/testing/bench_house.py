"""An installation for the benches of sending: a directory with a great many people in it, and an alert to all of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tocsin.app import App, WallClock
from tocsin.basis.ids import Id
from tocsin.basis.marking import Role
from tocsin.basis.moment import Clock
from tocsin.delivery.state import Receipts
from tocsin.flow.report import receive
from tocsin.flow.warning import warn
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind
from tocsin.settings import Settings
from tocsin.testing.bench_people import enter_people
from tocsin.testing.sink import Sink
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung

BELL = "bell@town.example"
SQUARE = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))


@contextmanager
def opened(data: Path, sink: Sink, clock: Clock | None = None, *, pipelined: int = 1) -> Iterator[App]:
    """Open an installation whose mail goes to a sink.

    clock: the machine's own, if none is handed in. pipelined: webhooks that the sink takes in a row on one connection.
    """
    settings = Settings(
        data=data,
        organisation="The town",
        cap_sender=BELL,
        mail_host="127.0.0.1",
        mail_port=sink.port,
        mail_sender=BELL,
        webhook_pipelined=f"{sink.url('')}={pipelined}",
    )
    app = App(
        settings,
        clock=clock or WallClock(),
        holder="bench",
        base_url="https://town.example",
        exercise=True,
        senders=settings.senders,
    )
    try:
        yield app
    finally:
        app.close()


def peopled(data: Path, sink: Sink, people: int, channel: str, address: str) -> Id:
    """Make a directory with so many people in it, all in one group; return the group."""
    with opened(data, sink):
        pass  # it makes the tables
    return enter_people(data, people, channel, address)


def begin(app: App) -> None:
    """Let an installation be at work, with nothing left to do."""
    app.engine.start()
    app.engine.wait_for_what_is_due()


def issue(app: App, alert: Id) -> None:
    """Issue an approved alert in an installation that is at work."""
    warn.issue_alert(app.house, alert, by="approver", command=f"issue:{alert}", now=app.clock.now())
    app.wake()


def receipts(app: App, alert: Id) -> int:
    """Return how many receipts stand under an alert's root."""
    with app.store.look() as look:
        return sum(one.count for one in look.all(Receipts, warning=alert))


def approved(app: App, group: Id, alert: Id = "alert") -> Id:
    """Return an alert to a group that was written by one person and approved by another. alert: its id."""
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
        subject=alert,
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
    warn.draft_alert(house, draft, by="author", command=f"draft:{alert}", now=now)
    warn.approve_alert(house, alert, by="approver", command=f"approve:{alert}", now=now)
    return alert
