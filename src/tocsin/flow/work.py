"""The work that follows from facts and from the clock. One round does everything that is due, in the story's order."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Protocol

from tocsin.answer.codes import CodeAsked, CodeNamed
from tocsin.answer.facts import AnswerRecorded, AnswerTold, WatchOpened, WatchRang, Why
from tocsin.answer.institution.facts import ApproachMoved, HandedOn, QuestionAnswered, ReadBackGiven
from tocsin.answer.institution.state import Approach
from tocsin.answer.state import Watch
from tocsin.basis.fact import Fact
from tocsin.basis.ids import Id
from tocsin.basis.moment import Clock
from tocsin.delivery.again import SendingAgainAsked
from tocsin.delivery.facts import AudienceResolved, BatchSettled
from tocsin.delivery.facts import Errand as CarriedBy
from tocsin.delivery.state import Batch
from tocsin.flow import tend
from tocsin.flow.answer import hear, knocked, silence
from tocsin.flow.delivery import afterwards, again, answered, approach, code, deliver, echo, link, send, settled
from tocsin.flow.duty import owed
from tocsin.flow.each import do_all, do_at_once
from tocsin.flow.house import House
from tocsin.flow.people import enrol, rota_ends
from tocsin.flow.people.forget import destroy_key
from tocsin.flow.threat import case_over
from tocsin.flow.warning import deadlines
from tocsin.outcome.facts import OutcomeJudged
from tocsin.people.facts import LinkAsked, PersonForgotten
from tocsin.store.look import Waiting
from tocsin.store.store import Errand
from tocsin.threat.facts import ThreatClosed
from tocsin.threat.joined import ThreatLetGo, ThreatMerged, ThreatParted
from tocsin.warning.advisory.facts import AdvisoryIssued, AdvisoryWithdrawn
from tocsin.warning.alert.facts import AlertIssued
from tocsin.warning.alert.state import Alert
from tocsin.warning.deadline.facts import DeadlineAsked, DeadlineMet, DeadlineMissed, DeadlineMoved
from tocsin.warning.deadline.state import Deadline
from tocsin.warning.duty.facts import (
    DutyAnswered,
    DutyArrived,
    DutyCovered,
    DutyDelivered,
    DutyEnded,
    DutyExtended,
    DutyMissed,
    DutyNamed,
    DutyOpened,
    DutyPartTold,
    DutyReopened,
    DutyRetimed,
    DutyTaken,
    DutyUnserved,
    DutyWoken,
    RefusalOverturned,
    RefusalProposed,
    RefusalUpheld,
)
from tocsin.warning.duty.state import Duty
from tocsin.warning.follow_up import FollowUpDue
from tocsin.warning.headcount.facts import HeadcountBegun
from tocsin.warning.headcount.state import Headcount
from tocsin.warning.notice.facts import NoticeOpened, NoticeSent
from tocsin.warning.notice.state import Notice
from tocsin.warning.retraction import WarningRetracted
from tocsin.warning.window import (
    WindowAsked,
    WindowClosed,
    WindowExtended,
    WindowRanOut,
    WindowStoodDown,
    WindowWithdrawn,
)

TIMED = (Alert, Notice, Deadline, Headcount, Watch, Approach, Duty)


REACTIONS: Mapping[type[Fact], tuple[str, ...]] = {
    AlertIssued: ("plan", "watch", "followed", "take_in"),
    NoticeSent: ("plan", "watch", "followed", "take_in"),
    FollowUpDue: ("follow_up",),
    WarningRetracted: ("retract", "mind_window", "take_in"),
    AdvisoryIssued: ("plan", "deadlines"),
    AdvisoryWithdrawn: ("retract", "deadlines"),
    NoticeOpened: ("opened",),
    HeadcountBegun: ("plan", "watch"),
    DeadlineAsked: ("mind_deadline",),
    DeadlineMissed: ("mind_deadline",),
    DeadlineMoved: ("mind_deadline",),
    DeadlineMet: ("mind_deadline",),
    DutyOpened: ("mind_duty",),
    DutyMissed: ("mind_duty",),
    DutyWoken: ("mind_duty",),
    RefusalProposed: ("mind_duty",),
    RefusalUpheld: ("mind_duty",),
    RefusalOverturned: ("mind_duty", "take_in"),
    DutyTaken: ("mind_duty", "take_in"),
    DutyCovered: ("take_in",),
    DutyArrived: ("mind_duty",),
    DutyUnserved: ("mind_duty",),
    DutyDelivered: ("mind_duty", "take_in"),
    DutyPartTold: ("take_in",),
    DutyNamed: ("take_in",),
    DutyAnswered: ("mind_duty",),
    DutyRetimed: ("mind_duty", "take_in"),
    DutyExtended: ("mind_duty",),
    DutyEnded: ("mind_duty",),
    DutyReopened: ("mind_duty",),
    ThreatClosed: ("case_over",),
    ThreatMerged: ("take_in",),
    ThreatParted: ("take_in",),
    ThreatLetGo: ("take_in",),
    OutcomeJudged: ("case_over",),
    SendingAgainAsked: ("again",),
    WatchRang: ("call",),
    BatchSettled: ("gather", "take_in"),
    WindowAsked: ("mind_window",),
    WindowRanOut: ("mind_window",),
    WindowExtended: ("mind_window",),
    WindowWithdrawn: ("mind_window", "take_in"),
    WindowStoodDown: ("mind_window", "take_in"),
    WindowClosed: ("mind_window",),
    AnswerRecorded: ("settle", "take_in"),
    AnswerTold: ("settle", "take_in"),
    ReadBackGiven: ("settle", "take_in"),
    HandedOn: ("settle", "take_in"),
    ApproachMoved: ("settle", "take_in"),
    AudienceResolved: ("settle",),
    PersonForgotten: ("destroy_key",),
    LinkAsked: ("link",),
    CodeAsked: ("code",),
    CodeNamed: ("take_in",),
    QuestionAnswered: ("tell_asker",),
}
"""Which errands a fact calls for; a fact of a kind that comes from one of these calls for the same.

To take in what was told is asked for in three places besides, of what is no fact: see Store.take_answers, take_echoes and release.
Take_answers asks to settle what was answered, too: a stretch of answers may belong to many warnings.
"""


def reactions(fact: Fact) -> Sequence[str]:
    """Return which errands a fact calls for."""
    called_for = next((REACTIONS[kind] for kind in type(fact).__mro__ if kind in REACTIONS), ())
    if isinstance(fact, BatchSettled) and settled.settled_badly(fact.counts):
        return (*called_for, "fall_back")
    if isinstance(fact, WatchRang) and fact.why is Why.SILENCE:
        return (*called_for, "raise_silence")
    if isinstance(fact, WatchOpened) and fact.why is Why.SILENCE:
        return (*called_for, "settle")
    return called_for


def do(house: House, errand: Errand, now: datetime) -> None:
    """Do what a fact called for. Done twice, it changes nothing the second time."""
    if errand.errand == "destroy_key":
        destroy_key(house, errand)
    else:
        STEPS[errand.errand](house, errand.subject, errand=errand.seq, now=now)


class Step(Protocol):
    """Does what a fact about a subject called for, and strikes the errand out."""

    def __call__(self, house: House, subject: Id, /, *, errand: int, now: datetime) -> None: ...  # noqa: D102


def _settle_asked(house: House, _subject: Id, /, *, errand: int, now: datetime) -> None:  # noqa: ARG001  done with all others
    silence.settle_asked(house, now)


def _take_in_one(house: House, subject: Id, /, *, errand: int, now: datetime) -> None:
    owed.take_in(house, {errand: subject}, now)


def _gather(house: House, batches: Mapping[int, Id], now: datetime) -> None:
    """Do what follows from batches being settled."""
    do_at_once(lambda some: settled.gather(house, some, now), batches)


def _fall_back(house: House, batch: Id, /, *, errand: int, now: datetime) -> None:
    with house.store.look() as look:
        sent = look.get(Batch, batch)
        carries, about = sent.errand, sent.warning
    if carries in (CarriedBy.LINK, CarriedBy.CODE, CarriedBy.ROTA):  # whoever asked for it asks again
        house.store.finish(errand)
        return
    if carries is CarriedBy.REPLY:
        answered.tell_asker(house, about, errand=errand, now=now)
        return
    step = tend.mind_call if carries is CarriedBy.CALL else settled.fall_back
    step(house, batch, errand=errand, now=now)


STEPS: Mapping[str, Step] = {
    "plan": deliver.plan_warning,
    "watch": silence.watch_answers,
    "call": deliver.plan_calls,
    "fall_back": _fall_back,
    "again": again.plan_again,
    "retract": afterwards.retract,
    "follow_up": afterwards.tell_follow_up,
    "followed": tend.mind_followed,
    "deadlines": deadlines.mind_dates,
    "mind_deadline": deadlines.mind_deadline,
    "opened": deadlines.mind_opened,
    "mind_window": tend.mind_window,
    "case_over": case_over.wait_no_more,
    "settle": _settle_asked,
    "mind_duty": owed.mind_duty,
    "take_in": _take_in_one,
    "link": link.plan_link,
    "code": code.plan_code,
    "tell_asker": answered.tell_asker,
    "raise_silence": knocked.raise_silence,
}


def channels_due(house: House, now: datetime) -> list[str]:
    """Return the channels over which something waits to be sent."""
    with house.store.look() as look:
        return look.channels_due(now)


def work(house: House, clock: Clock, *, sending: bool = True) -> None:
    """Do everything that is due now, and whatever follows from that, until nothing is.

    sending: send what waits, too, and take in what was heard back. A running installation does both in threads of their
    own, so that neither a slow relay nor a million ids keep anyone from being rung.
    """
    while _round(house, clock, sending=sending):
        pass


def _round(house: House, clock: Clock, *, sending: bool) -> bool:
    """Do what is due, in the story's order; say whether anything was.

    One thing that fails holds up none of the others: they are done first, and then it is told.
    """
    now = clock.now()
    steps = list(_steps(house, clock, now, waiting_for(house), sending=sending))
    do_all(steps)
    return bool(steps)


def _steps(
    house: House, clock: Clock, now: datetime, waiting: Waiting, *, sending: bool
) -> Iterator[Callable[[], object]]:
    timer = is_due(waiting.timer, now)
    if waiting.answers or timer:
        # Nobody is rung about a silence that is over: the log is read to its end first.
        yield partial(hear.take_answers, house, now)
        yield partial(silence.settle_asked, house, now)
    if timer:
        yield partial(tend.tend_windows, house, now)
        yield partial(owed.tend_duties, house, now)
        yield partial(silence.settle_due, house, now)
        yield partial(tend.ring_due, house, now)
        yield partial(approach.move_on_due, house, now)
    if sending and is_due(waiting.echo, now):
        yield partial(echo.take_echoes, house, now)
    if waiting.errand is not None:
        yield from _errands(house, now)
    if sending and is_due(waiting.batch, now):
        for channel in channels_due(house, now):
            yield partial(send.send_due, house, clock.now, channel)
    if is_due(waiting.seal, now):
        yield partial(house.store.seal, now)
        yield partial(deadlines.set_deadlines, house, now)
        yield partial(owed.take_in_all, house, now)
        yield partial(silence.settle_all, house, now)
        yield partial(enrol.forget_unconfirmed, house, now)
        yield partial(rota_ends.warn_rota_ends, house, now)


def _errands(house: House, now: datetime) -> Iterator[Callable[[], object]]:
    # A false alarm is taken back before anything else is planned, which may take a while. What was told is taken in at once for all of it.
    errands = sorted(house.store.errands(), key=lambda one: (one.errand != "retract", one.errand == "take_in"))
    for kind, some in groupby(errands, key=lambda errand: errand.errand):
        if kind == "gather":  # a thousand batches may have been settled
            yield partial(_gather, house, {errand.seq: errand.subject for errand in some}, now)
        elif kind == "settle":  # or a thousand warnings answered
            yield partial(silence.settle_asked, house, now)
        elif kind == "take_in":
            yield partial(owed.take_in, house, {errand.seq: errand.subject for errand in some}, now)
        else:
            yield from [partial(do, house, errand, now) for errand in some]


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
