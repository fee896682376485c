"""The work that follows from facts and from the clock. One round does everything that is due, in the story's order."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from tocsin.answer.facts import AnswerRecorded, AnswersTaken, WatchRang
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.moment import Clock
from tocsin.delivery.facts import BatchSettled
from tocsin.flow import deliver, hear, send, tend
from tocsin.flow.house import House
from tocsin.people.facts import PersonForgotten
from tocsin.store.look import Waiting
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
        case AnswersTaken() | AnswerRecorded():
            return ("settle",)
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
        case "settle":
            hear.settle_answered(house, now)
            house.store.finish(errand)
        case "destroy_key":
            house.store.keys.destroy(errand.subject)
            house.store.finish(errand)


def work(house: House, clock: Clock) -> None:
    """Do everything that is due now, and whatever follows from that, until nothing is."""
    now = clock.now()
    while _round(house, clock, now):
        pass


def _round(house: House, clock: Clock, now: datetime) -> bool:
    """Do what is due, in the story's order; say whether anything was.

    One thing that fails holds up none of the others: they are done first, and then it is told.
    """
    waiting = waiting_for(house)
    failed: list[Exception] = []
    for step in _steps(house, clock, now, waiting):
        try:
            step()
        except Exception as error:  # noqa: BLE001  told below, when everything else has been done
            failed.append(error)
    if failed:
        raise failed[0]
    return waiting.answers or is_due(waiting.soonest, now)


def _steps(house: House, clock: Clock, now: datetime, waiting: Waiting) -> Iterator[Callable[[], object]]:
    if waiting.answers:
        yield lambda: hear.take_answers(house, now)
    if is_due(waiting.timer, now):
        yield lambda: tend.tend_windows(house, now)
        yield lambda: tend.ring_due(house, now)
    if is_due(waiting.errand, now):
        for errand in house.store.errands(now):
            yield partial(do, house, errand, now)
    if is_due(waiting.batch, now):
        yield lambda: send.send_due(house, clock.now)
    if is_due(waiting.seal, now):
        yield lambda: house.store.seal(now)


def waiting_for(house: House) -> Waiting:
    """Return when each sort of work is next due."""
    with house.store.look() as look:
        return look.waiting(TIMED)


def is_due(moment: datetime | None, now: datetime) -> bool:
    """Say whether a moment has come."""
    return moment is not None and moment <= now


def next_due(house: House) -> datetime | None:
    """Return when there is something to do next."""
    return waiting_for(house).soonest
