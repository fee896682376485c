"""The work that follows from facts and from the clock. One round does everything that is due, in the story's order."""

from collections.abc import Sequence
from datetime import datetime

from tocsin.answer.facts import WatchRang
from tocsin.answer.state import Watch
from tocsin.basis.moment import Clock
from tocsin.basis.fact import Fact
from tocsin.delivery.facts import BatchSettled
from tocsin.flow import deliver, hear, tend
from tocsin.flow.house import House
from tocsin.people.facts import PersonForgotten
from tocsin.store.store import Errand
from tocsin.warning.advisory.facts import AdvisoryIssued
from tocsin.warning.alert.facts import AlertIssued
from tocsin.warning.alert.state import Alert
from tocsin.warning.notice.facts import NoticeSent
from tocsin.warning.notice.state import Notice
from tocsin.warning.window import WindowAsked, WindowExtended, WindowRanOut, WindowStoodDown, WindowWithdrawn

TIMED = (Alert, Notice, Watch)


def reactions(fact: Fact) -> Sequence[str]:
    """Return which errands a fact calls for."""
    match fact:
        case AlertIssued() | NoticeSent():
            return ("plan", "watch")
        case AdvisoryIssued():
            return ("plan",)
        case WatchRang():
            return ("call",)
        case BatchSettled():
            return ("mind_failures",) if deliver.settled_badly(fact.counts) else ()
        case WindowAsked() | WindowRanOut() | WindowExtended() | WindowWithdrawn() | WindowStoodDown():
            return ("mind_window",)
        case PersonForgotten():
            return ("destroy_key",)
    return ()


def do(house: House, errand: Errand, now: datetime) -> None:
    """Do what a fact called for. Done twice, it changes nothing the second time."""
    match errand.errand:
        case "plan":
            deliver.plan_warning(house, errand.subject, errand=errand.seq, now=now)
        case "watch":
            hear.watch_answers(house, errand.subject, errand=errand.seq, now=now)
        case "call":
            deliver.plan_call(house, errand.subject, errand=errand.seq, now=now)
        case "mind_failures":
            tend.mind_failures(house, errand.subject, errand=errand.seq, now=now)
        case "mind_window":
            tend.mind_window(house, errand.subject, errand=errand.seq, now=now)
        case "destroy_key":
            house.store.keys.destroy(errand.subject)
            house.store.finish(errand)


def work(house: House, clock: Clock) -> None:
    """Do everything that is due now, and whatever follows from that, until nothing is."""
    now = clock.now()
    while True:
        hear.take_answers(house, now)
        hear.settle_answered(house, now)
        tend.tend_windows(house, now)
        tend.ring_due(house, now)
        errands = house.store.errands(now)
        for errand in errands:
            do(house, errand, now)
        sent = deliver.send_due(house, clock.now)
        sealed = house.store.seal(now)
        if not (errands or sent or sealed):
            return


def next_due(house: House) -> datetime | None:
    """Return when there is something to do next."""
    with house.store.look() as look:
        return look.next_due(TIMED)
