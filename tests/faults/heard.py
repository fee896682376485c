"""A night at the desk: replies come in, a code is asked for and named, a headcount is taken, dates fall due, ladders ring.

Run as a process of its own, to be killed; said again it goes on with the step in which it fell, under the same commands.

python -m tests.faults.heard DATA
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.story.test_headcount import asks
from tocsin.answer.codes import AccessCode
from tocsin.answer.facts import AnswerKind
from tocsin.answer.replies import Reply
from tocsin.answer.state import Watch
from tocsin.basis.ids import Id
from tocsin.delivery.state import Batch
from tocsin.flow.answer.headcount import Ticked, decide, enter_sheet, name_warden
from tocsin.flow.answer.reply import take_reply
from tocsin.flow.delivery.again import send_again
from tocsin.flow.delivery.carrier import Incoming
from tocsin.flow.delivery.code import ask_code, code_of, name_code
from tocsin.people.facts import ContactAdded
from tocsin.people.state import Person
from tocsin.store.reconcile import reconcile
from tocsin.testing.town import Town
from tocsin.testing.town.lines import Lines
from tocsin.warning.alert.state import Alert
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.state import Notice

EVENING = datetime(2031, 5, 6, 20, 0, tzinfo=UTC)
NUMBERS = {"Bea": "+15005550001", "Cob": "+15005550002", "Eve": "+15005550003"}
OFTEN = frozenset({"AnswersTaken", "ReceiptsGathered"})
"""How many of these there are follows from how much was at hand at once."""


class Night(Town):
    """The town in one night. Names stand for the same ids whenever it is opened, and commands are called the same."""

    def __init__(self, data: Path) -> None:
        """Come to the desk; go on where the last one fell."""
        self.step = 0
        super().__init__(data, EVENING)
        self.step = int(self.app.store.recall("step") or 0)
        self._case = self.app.store.recall("case") or ""
        self.clock.set(EVENING + timedelta(minutes=float(self.app.store.recall("minute") or 0)))
        self.sms = Lines("sms")
        self.app.house = type(self.house)(
            **{**vars(self.house), "carriers": {line.name: line for line in (self.lines, self.radio, self.sms)}}
        )

    def id(self, name: str) -> Id:
        """Return the id behind a name, the same in each process."""
        return self._ids.setdefault(name, hashlib.blake2b(name.encode(), digest_size=13).hexdigest())

    def name_of(self, id: Id) -> str:
        """Return what something is called that this process has not named itself: by its id."""
        self._ids.setdefault(id, id)
        return id

    def said(self, channel: str, message: str, address: str, text: str) -> None:
        """Let a reply come in."""
        take_reply(self.house, Incoming(channel=channel, message=message, address=address, text=text, at=self.now))
        self.work()

    def row(self, warning: Id, person: str) -> int:
        """Return whose link it is."""
        with self.app.store.look() as look:
            return look.rows_of(warning)[self.id(person)]

    def the_only(self, kind: type[Any]) -> Any:
        """Return the only one of a kind."""
        with self.app.store.look() as look:
            (one,) = look.all(kind)
        return one


def people(night: Night) -> None:
    for name in ("Ann", "Dee", "the miller"):
        night.person(name)
    for name, number in NUMBERS.items():
        night.person(name, reached=False)
        contact = ContactAdded(
            subject=night.id(f"{name}'s number"), occurred_at=night.now, person=night.id(name), channel="sms", address=number
        )  # fmt: skip
        night.app.store.commit([contact], at=night.now, by="town", command=f"number {name}")
    night.app.store.remember("case", night.case())


def warned(night: Night) -> None:
    night.sets_level("FR", 3)
    night.duty_officer.issues_alert(to=["Ann", "Dee", *NUMBERS], hours=1, patience=timedelta(minutes=10))


def replies(night: Night) -> None:
    night.said("sms", "SM1", NUMBERS["Bea"], "3")
    night.said("sms", "SM2", NUMBERS["Cob"], "Help! We are trapped")
    night.said("sms", "SM3", NUMBERS["Eve"], "Who is this, and what bridge do you speak of?")
    night.said("mail", "<m1@town.example>", "Dee", "safe")
    night.said("sms", "SM1", NUMBERS["Bea"], "3")  # the provider says it again


def helped(night: Night) -> None:
    night.duty_officer.takes_on(night.name_of(night.the_only(Alert).id), "help")


def told_in_confidence(night: Night) -> None:
    night.duty_officer.issues_notice("the miller", hours=2, patience=timedelta(minutes=10))


def code_asked(night: Night) -> None:
    row = night.row(night.the_only(Notice).id, "the miller")
    ask_code(night.house, row, command="a code, please", now=night.now)
    night.work()


def code_named(night: Night) -> None:
    row = night.row(night.the_only(Notice).id, "the miller")
    code: AccessCode = night.the_only(AccessCode)
    right = code_of(night.app.store, code)
    if code.tries == 0:
        assert not name_code(night.house, row, "000000" if right != "000000" else "000001", now=night.now)
    if code.named_at is None:
        assert name_code(night.house, row, right, now=night.now)
    assert not name_code(night.house, row, right, now=night.now), "what was named is used up"


def counted(night: Night) -> None:
    asks(night, to=["Ann", "Dee", "Bea", "Eve"], hours=1, minutes=10)


def some_are_safe(night: Night) -> None:
    headcount = night.the_only(Headcount).id
    with night.app.store.look() as look:
        has_answered = any(row.person == night.id("Ann") for row in look.link_answers(headcount))
    if not has_answered:
        night.answers("Ann", night.name_of(headcount), "safe")
    night.said("sms", "SM4", NUMBERS["Bea"], "help")


def asked_again(night: Night) -> None:
    send_again(night.house, night.the_only(Headcount).id, by=night.watch_officer.id, command="again", now=night.now)
    night.work()


def on_paper(night: Night) -> None:
    by, headcount = night.duty_officer.id, night.the_only(Headcount).id
    name_warden(night.house, night.id("Ann"), persons=[night.id("Dee")], by=by, command="warden", now=night.now)
    enter_sheet(
        night.house, headcount, night.id("Ann"), {night.id("Dee"): Ticked(answer=AnswerKind.SAFE)},
        at=night.now, by=by, command="sheet", now=night.now,
    )  # fmt: skip
    night.work()


def closed(night: Night) -> None:
    headcount = night.the_only(Headcount).id
    decide(
        night.house, headcount, "stand_down", why="All are known.", by=night.duty_officer.id, command="close", now=night.now
    )  # fmt: skip
    night.work()


def later(days: float) -> Callable[[Night], None]:
    def leap(night: Night) -> None:
        night.clock.set(max(night.now, EVENING + timedelta(days=days)))
        night.work()

    return leap


STEPS: list[tuple[float, Callable[[Night], None]]] = [
    (0, people), (1, warned), (3, replies), (5, helped), (7, told_in_confidence), (8, code_asked), (9, code_named),
    (12, counted), (14, some_are_safe), (16, asked_again), (25, on_paper), (30, closed), (75, lambda _: None),
    (75, later(152)), (75, later(184)),
]  # fmt: skip


def play(night: Night) -> dict[str, Any]:
    """Play the night to its end, and return what became of everyone."""
    for number, (minute, act) in enumerate(STEPS):
        if number < night.step:
            continue
        at = EVENING + timedelta(minutes=minute)
        if at > night.now:
            night.pass_time(minutes=(at - night.now).total_seconds() / 60)
        night._count = 100 * number
        act(night)
        night.app.store.remember("minute", str((night.now - EVENING) / timedelta(minutes=1)))
        night.app.store.remember("step", str(number + 1))
    return digest(night)


def digest(night: Night) -> dict[str, Any]:
    """Return everything in which two plays must agree; ids that are drawn anew are none of it."""
    with night.app.store.look() as look:
        kinds = look.connection.exec_driver_sql("SELECT kind FROM journal").scalars()
        log = look.connection.exec_driver_sql(
            "SELECT r.person, r.warning, l.answer, l.heard, l.at FROM answer_log l "
            'JOIN recipients r ON r."row" = l.recipient_row'
        )
        told = look.connection.exec_driver_sql(
            "SELECT b.errand, b.channel, b.step, r.person, max(n.stands) FROM notes n JOIN batch_states b ON b.id = n.batch "
            "JOIN recipients r ON r.batch = b.id, json_each(n.positions) p WHERE p.value = r.position "
            "GROUP BY b.id, r.position"
        )
        return {
            "reconcile": reconcile(night.app.store),
            "kinds": dict(sorted(Counter(kind for kind in kinds if kind not in OFTEN).items())),
            "answers": sorted(map(list, log)),
            "told": sorted(map(list, told)),
            "replies": sorted([one.person, one.why.value] for one in look.all(Reply)),
            "watches": sorted(
                (
                    [
                        one.why.value,
                        one.of if look.find(Person, one.of) else "no person",
                        [[ring.to, str(ring.at)] for ring in one.rings],
                        one.accepted_by,
                        one.settled_how,
                    ]
                    for one in look.all(Watch)
                ),
                key=str,
            ),
            "codes": [[one.tries, one.named_at is not None] for one in look.all(AccessCode)],
            "headcounts": [[str(look.headcount(one.id)), str(one.window)] for one in look.all(Headcount)],
            "windows": [str(one.window) for one in look.all(Alert)],
            "dates": sorted([str(one.window), one.met_how] for one in look.all(Deadline)),
            "unsettled": len(look.all(Batch, settled_at=None)),
        }


def main(data: str) -> None:
    """Play it, and write the digest."""
    with Night(Path(data)) as night:
        sys.stdout.write(json.dumps(play(night)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
