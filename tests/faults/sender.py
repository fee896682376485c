"""Sends one alert to many by mail, and ends when it is settled. Run as a process of its own, to be killed.

python -m tests.faults.sender DATA MAIL_PORT PEOPLE
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tocsin.app import App
from tocsin.basis.marking import Role
from tocsin.basis.moment import Clock
from tocsin.flow.report import receive
from tocsin.flow.warning import warn
from tocsin.flow.work import next_due, work
from tocsin.people.facts import ContactAdded, PersonAdded, PersonKind
from tocsin.settings import Settings
from tocsin.testing.clock import TownClock
from tocsin.warning.alert.facts import AlertDrafted, Area, Wording
from tocsin.warning.ladder import Ladder, Rung

MORNING = datetime(2031, 5, 6, 8, 0, tzinfo=UTC)
PATIENCE_S = 86_400  # nobody answers, and nobody shall be rung about it
BELL = "bell"  # the one alert's id, and its approver's
SQUARE = ((51.0, 4.0), (51.0, 4.1), (51.1, 4.1), (51.1, 4.0), (51.0, 4.0))


def address(number: int) -> str:
    """Return where someone gets their mail."""
    return f"person-{number}@town.example"


def opened(
    data: Path, mail_port: int, clock: Clock | None = None, *, exercise: bool = True, senders: int = 0, **more: Any
) -> App:
    """Open the directory, if nothing else is said with a clock that stands still. more: settings."""
    settings = Settings(
        data=data,
        organisation="The town",
        cap_sender="bell@town.example",
        mail_host="127.0.0.1",
        mail_port=mail_port,
        mail_sender="bell@town.example",
        **more,
    )
    return App(
        settings,
        clock=clock or TownClock(MORNING),
        holder="sender",
        base_url="http://town.example",
        exercise=exercise,
        senders=senders,
    )


def tell(app: App, people: int, channel: str = "mail", reached: Callable[[int], str] = address) -> None:
    """Enter the people, and issue the alert to all of them. Said again after a crash, it is done once."""
    now, house = app.clock.now(), app.house
    officers = [_person(name, name, Role.DUTY_OFFICER) for name in ("author", "approver")]
    told = [_person(f"person-{n}", f"Person {n}", None) for n in range(people)]
    contacts = [
        ContactAdded(subject=f"at-{n}", occurred_at=now, person=f"person-{n}", channel=channel, address=reached(n))
        for n in range(people)
    ]
    contacts.append(
        ContactAdded(subject="mail", occurred_at=now, person="approver", channel="mail", address="bell@town.example")
    )
    receive.add_people(house, (*officers, *told, *contacts), by="author", command="people", now=now)
    draft = AlertDrafted(
        subject=BELL,
        occurred_at=now,
        threat=None,
        author="author",
        sender="bell@town.example",
        sender_name="The town",
        wordings=(Wording(language="en", headline="Keep off", event="Threat", description="", instruction="Stay."),),
        areas=(Area(name="The bridge", polygon=SQUARE),),
        begins=now,
        ends=now + timedelta(hours=48),
        ladder=Ladder(rungs=(Rung(to="approver", after_s=PATIENCE_S),), repeat_s=PATIENCE_S),
        persons=tuple(one.subject for one in told),
        exercise=True,
    )
    warn.draft_alert(house, draft, by="author", command="draft", now=now)
    warn.approve_alert(house, BELL, by="approver", command="approve", now=now)
    warn.issue_alert(house, BELL, by="approver", command="issue", now=now)


def _person(id: str, name: str, role: Role | None) -> PersonAdded:
    return PersonAdded(
        subject=id,
        occurred_at=MORNING,
        person_kind=PersonKind.PERSON,
        name=name,
        roles=() if role is None else (role,),
        exercise=True,
    )


def plan(app: App) -> None:
    """Write down whom the alert goes to, and send nothing yet."""
    work(app.house, app.clock, sending=False)


def send(app: App, until: datetime) -> None:
    """Send, and send again what failed for now, until nothing more is due before a moment."""
    work(app.house, app.clock)
    while (due := next_due(app.house)) is not None and due < until:
        assert isinstance(app.clock, TownClock)
        app.clock.set(due)
        work(app.house, app.clock)


def is_settled(app: App) -> bool:
    """Say whether nothing of the alert is left to be sent."""
    with app.store.look() as look:
        batches = look.batches(BELL)
    return bool(batches) and all(batch.settled_at is not None for batch in batches)


def main(data: str, mail_port: str, people: str) -> None:
    """Send the alert."""
    app = opened(Path(data), int(mail_port))
    try:
        tell(app, int(people))
        send(app, MORNING + timedelta(minutes=50))
    finally:
        app.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
