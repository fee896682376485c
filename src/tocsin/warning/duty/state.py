"""How a duty to warn stands, and the only rules by which facts change that.

Whatever happened to it: it has an owner, and either a moment at which the clock comes back to it (due) or an end.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

import msgspec
from msgspec.structs import replace

from tocsin.basis.fact import Fact, Folding, State, standing
from tocsin.basis.ids import Id
from tocsin.warning.duty.facts import (
    Distrust,
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
    DutyServed,
    DutyTaken,
    DutyTested,
    DutyUnserved,
    DutyWoken,
    Ended,
    HostDistrusted,
    HostKeptDistrusted,
    HostTrusted,
    RefusalOverturned,
    RefusalProposed,
    RefusalUpheld,
)
from tocsin.warning.duty.pack import BELOW_THRESHOLD, DISRUPTED
from tocsin.warning.duty.side import IN_CONFIDENCE, Side
from tocsin.warning.duty.test import QUESTIONS, Test, duty_found
from tocsin.warning.ladder import Ladder

LEAST = timedelta(minutes=5)
LOOK_AGAIN = timedelta(hours=24)
AT_FIRST = timedelta(hours=1)
"""How far what is missed comes back twice as late each time; from then on more slowly."""
FURTHEST = 30 * LOOK_AGAIN
"""Nothing is left alone for longer, however far off the event is expected."""


class Stage(StrEnum):
    """Where a duty has got to."""

    ASKED = "asked"
    FOUND = "found"  # the test finds a duty
    DENIED = "denied"  # a question is answered with no; nothing is decided yet
    REVIEW = "review"  # not to warn is proposed
    BELOW = "below_threshold"
    REFUSED = "refused"
    TO_WARN = "to_warn"
    DELIVERING = "delivering"
    UNREAD = "unread"  # handed over, and its words are behind a code that not all of them have named
    TOLD = "told"  # and not everyone has answered
    WATCHED = "watched"  # they answered, or nobody's answer is awaited; the danger goes on
    ENDED = "ended"


UNDECIDED = frozenset({Stage.ASKED, Stage.FOUND, Stage.DENIED, Stage.REVIEW})
UNTOLD = frozenset({Stage.TO_WARN, Stage.DELIVERING, Stage.UNREAD})
BEEN_TOLD = frozenset({Stage.TOLD, Stage.WATCHED})
LEFT_UNWARNED = frozenset({Stage.BELOW, Stage.REFUSED})
OVER = LEFT_UNWARNED | {Stage.ENDED}

OWED: Mapping[Stage, str] = MappingProxyType(
    {
        **dict.fromkeys(UNDECIDED - {Stage.REVIEW}, "decide"),
        Stage.REVIEW: "review",
        **dict.fromkeys(UNTOLD - {Stage.UNREAD}, "tell"),
        Stage.UNREAD: "have_it_read",
        Stage.TOLD: "hear",
        Stage.WATCHED: "look_again",
    }
)
"""What somebody owes at each stage that is no end."""


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody had decided to warn them."""

    at: datetime
    by: Id
    why: str


class Superseded(msgspec.Struct, frozen=True, kw_only=True):
    """That a decision to warn a host holds no more, for that came to be distrusted. since, by, because: of the distrust, whose id that is."""

    decided: Decided
    since: datetime
    by: Id
    because: str
    distrust: Id


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody proposed not to warn, and what a second person said of it. upheld: None while nobody has.

    takes_back: the decision to warn that it was to take back.
    """

    at: datetime
    proposer: Id
    ground: str
    pack: str
    why: str
    upheld: bool | None = None
    reviewer: Id | None = None
    reviewed_at: datetime | None = None
    reviewed_why: str = ""
    takes_back: Decided | None = None


class Missed(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline that passed."""

    at: datetime
    owed: str


class ToldApart(msgspec.Struct, frozen=True, kw_only=True):
    """That one of those to whom it is owed was told by another way. who: their id, or who they are in words."""

    who: str
    at: datetime
    how: str
    by: Id


class Tested(msgspec.Struct, frozen=True, kw_only=True):
    """How the questions had been answered before they were answered anew."""

    at: datetime
    by: Id
    test: Test
    why: str = ""


class Duty(State, frozen=True, kw_only=True):
    """Whether one side must be warned of one case, and what became of that.

    owed_by: by when what is owed now is, or was, to be done. due: when the clock next comes back to it; missed, it comes again.
    since: from when on it has been owed, or was last missed. untold: it ended before they were told. reopened_at: when it was
    last asked again, sooner_at: when it was last learnt that it comes sooner; what went out before that tells them only where
    somebody says so (covered_by). arrived_at: since when what they have not read lies with all of them.
    """

    threat: Id
    side: Side
    who: str
    whom: tuple[Id, ...]
    author: Id
    owner: Id
    ladder: Ladder
    exercise: bool
    event_at: datetime | None
    because_of: Id | None
    opened_at: datetime
    stage: Stage
    decide_by: datetime
    deliver_by: datetime
    decide_s: int
    deliver_s: int
    since: datetime
    owed_by: datetime | None
    due: datetime | None
    missed: tuple[Missed, ...] = ()
    test: Test | None = None
    tester: Id | None = None
    tested_at: datetime | None = None
    refusals: tuple[Refusal, ...] = ()
    decider: Id | None = None
    decided_at: datetime | None = None
    why: str = ""
    warning: Id | None = None
    served_at: datetime | None = None
    told_at: datetime | None = None
    told_how: str = ""
    told_by: Id | None = None
    answer: str = ""
    answered_at: datetime | None = None
    looked_at: datetime | None = None
    looked_by: Id | None = None
    looked_why: str = ""
    ended_at: datetime | None = None
    ended_how: str = ""
    ended_by: Id | None = None
    ended_why: str = ""
    untold: bool = False
    reopened_at: datetime | None = None
    covered_by: Id | None = None
    covered_why: str = ""
    apart: tuple[ToldApart, ...] = ()
    sooner_at: datetime | None = None
    tested_why: str = ""
    tested_before: tuple[Tested, ...] = ()
    arrived_at: datetime | None = None
    superseded: tuple[Superseded, ...] = ()

    @property
    def in_words(self) -> tuple[str, ...]:
        """Return who is named in words alone, one by one. An alert tells the public, whatever was written beside it."""
        parts = self.who.split(";") if self.side is not Side.PUBLIC else []
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    @property
    def left_whom(self) -> tuple[Id, ...]:
        """Return who of those known here was not told by another way, so that a warning has to."""
        return tuple(one for one in self.whom if one not in self._apart)

    @property
    def left_words(self) -> tuple[str, ...]:
        """Return who of those named in words was not told: no warning does, before it is known who they are."""
        return tuple(one for one in self.in_words if one not in self._apart)

    @property
    def _apart(self) -> set[str]:
        return {one.who for one in self.apart}

    @property
    def over(self) -> bool:
        """Say whether nobody owes anything any more."""
        return self.stage in OVER

    @property
    def left_unwarned(self) -> bool:
        """Say whether it is over and they were not told, by what was known then: refused, or disrupted before they were."""
        disrupted = self.stage is Stage.ENDED and self.untold and self.ended_how == Ended.DISRUPTED.value
        return disrupted or self.stage in LEFT_UNWARNED

    @property
    def owed(self) -> str:
        """Return what is owed now; nothing, once it is over."""
        return OWED.get(self.stage, "")

    def is_late(self, now: datetime) -> bool:
        """Say whether what is owed now should have been done."""
        return self.owed_by is not None and self.owed_by <= now

    @property
    def refusal(self) -> Refusal | None:
        """Return the last that was proposed."""
        return self.refusals[-1] if self.refusals else None

    @property
    def ends_untold(self) -> bool:
        """Say whether what was last proposed is to end it before they are told, and not to leave them unwarned."""
        return self.refusal is not None and self.refusal.ground == DISRUPTED

    @property
    def takes_back(self) -> bool:
        """Say whether what was last proposed is to take back that they are warned."""
        return self.refusal is not None and self.refusal.takes_back is not None

    @property
    def to_be_told(self) -> bool:
        """Say whether it was decided to warn them and they have not been told: also while it is reviewed whether they are to be."""
        return self.stage in UNTOLD or (self.stage is Stage.REVIEW and self.decided_at is not None)

    @property
    def none_told(self) -> bool:
        """Say whether it was decided to warn them and nothing of it has gone out to any of them, as far as stands here."""
        return self.to_be_told and self.warning is None and not self.apart

    @property
    def denied_since(self) -> bool:
        """Say whether the test was answered anew since it was decided to warn, and a question with no."""
        anew = self.decided_at is not None and self.tested_at is not None and self.tested_at > self.decided_at
        return anew and self.test is not None and not duty_found(self.test)

    @property
    def says_so_since(self) -> datetime | None:
        """Return since when what is told says what is known now; None: since it was first asked."""
        return max((one for one in (self.reopened_at, self.sooner_at) if one is not None), default=None)

    @property
    def in_confidence(self) -> bool:
        """Say whether they are told by a notice, and answer."""
        return self.side in IN_CONFIDENCE


class KeptDistrusted(msgspec.Struct, frozen=True, kw_only=True):
    """That a host stays distrusted in a case, although it is trusted again in others. beside: the distrust that ended there."""

    at: datetime
    by: Id
    why: str
    beside: tuple[Id, ...]


class DistrustedHost(State, frozen=True, kw_only=True):
    """That a host may be complicit or leak, so that nothing about a case goes through it."""

    threat: Id
    host: Id
    distrust: Distrust
    distrusted_at: datetime
    distrusted_by: Id
    why: str
    trusted_at: datetime | None = None
    trusted_by: Id | None = None
    trusted_why: str = ""
    kept: tuple[KeptDistrusted, ...] = ()


def words_of(duty: Duty) -> tuple[str, ...]:
    """Return what people wrote at a duty in words of their own: no ids, and no names of a closed list."""
    tests = [*([duty.test] if duty.test is not None else []), *(one.test for one in duty.tested_before)]
    grounds = [getattr(test, name).ground for test in tests for name in QUESTIONS]
    tested = (duty.tested_why, *(one.why for one in duty.tested_before))
    refused = [text for one in duty.refusals for text in (one.why, one.reviewed_why)]
    said = (duty.who, *grounds, *refused, duty.why, duty.told_how, duty.looked_why, duty.ended_why, duty.covered_why)
    apart = [text for one in duty.apart for text in ("" if one.who in duty.whom else one.who, one.how)]
    taken_back = (one.takes_back.why for one in duty.refusals if one.takes_back is not None)
    superseded = (text for one in duty.superseded for text in (one.decided.why, one.because))
    said = (*said, *tested, *apart, *taken_back, *superseded)
    return tuple(one for one in said if one.strip())


# ---- when the clock comes back


def answer_by(duty: Duty, at: datetime) -> datetime:
    """Return until when an answer is waited for: half of what is left until the event, else as long as telling may take."""
    half = (duty.event_at - at) / 2 if duty.event_at is not None and duty.event_at > at else None
    return at + min(max(half if half is not None else timedelta(seconds=duty.deliver_s), LEAST), FURTHEST)


def look_by(duty: Duty, at: datetime) -> datetime:
    """Return when somebody must look again: when the event is expected, at the latest in 30 days; or a day on."""
    ahead = duty.event_at is not None and duty.event_at > at
    return min(duty.event_at, at + FURTHEST) if ahead and duty.event_at is not None else at + LOOK_AGAIN


def again_after(duty: Duty, now: datetime) -> timedelta:
    """Return how long after a deadline was missed that is said again: as long as there had been, within a day.

    What has been missed for longer is said less often, or nobody would read any of it, nor have a telephone free: after as
    long as it is late, up to an hour, or after a quarter of that, whichever is more; and before half of the time until the
    event has passed. In whole seconds.
    """
    seconds = duty.decide_s if duty.stage in UNDECIDED else duty.deliver_s
    first = max(timedelta(seconds=seconds), LEAST)
    late = now - duty.owed_by if duty.owed_by is not None else timedelta()
    later = max(min(late, AT_FIRST), late / 4)
    if duty.event_at is not None and duty.event_at > now:
        later = min(later, (duty.event_at - now) / 2)
    return timedelta(seconds=int(min(max(first, later), LOOK_AGAIN).total_seconds()))


# ---- folding


def fold_duty(state: Duty | None, fact: Fact) -> Duty:
    """Return how the duty stands after the fact."""
    if isinstance(fact, DutyOpened):
        return _opened(fact)
    duty = standing(state, fact)
    match fact:
        case DutyTested():
            stage = Stage.FOUND if duty_found(fact.test) else Stage.DENIED
            stage = stage if duty.stage in UNDECIDED - {Stage.REVIEW} else duty.stage
            anew = replace(duty, stage=stage, tested_before=(*duty.tested_before, *_before(duty, fact)))
            return replace(anew, test=fact.test, tester=fact.tester, tested_at=fact.occurred_at, tested_why=fact.why)
        case DutyMissed() | DutyWoken():
            return _by_the_clock(duty, fact)
        case RefusalProposed():
            refusals = (*duty.refusals, _proposed(duty, fact))
            return replace(duty, stage=Stage.REVIEW, refusals=refusals, since=fact.occurred_at)
        case RefusalUpheld() | RefusalOverturned():
            return _end_reviewed(duty, fact) if duty.ends_untold else _refusal_reviewed(duty, fact)
        case DutyTaken():
            return _to_warn(duty, fact.decider, fact.why, fact.occurred_at)
        case DutyRetimed():
            return _retimed(duty, fact)
        case DutyReopened():
            return _reopened(duty, fact) if fact.distrust is None else _since_distrusted(duty, fact)
    return _afterwards(duty, fact)


def _before(duty: Duty, fact: DutyTested) -> tuple[Tested, ...]:
    """Return how the questions had been answered, where somebody says what is new. An earlier Tocsin kept the last answers alone."""
    if not fact.why or duty.test is None or duty.tested_at is None or duty.tester is None:
        return ()
    return (Tested(at=duty.tested_at, by=duty.tester, test=duty.test, why=duty.tested_why),)


def _opened(fact: DutyOpened) -> Duty:
    return Duty(
        id=fact.subject,
        threat=fact.threat,
        side=fact.side,
        who=fact.who,
        whom=fact.whom,
        author=fact.author,
        owner=fact.owner,
        ladder=fact.ladder,
        exercise=fact.exercise,
        event_at=fact.event_at,
        because_of=fact.because_of,
        opened_at=fact.occurred_at,
        stage=Stage.ASKED,
        decide_by=fact.decide_by,
        deliver_by=fact.deliver_by,
        decide_s=fact.decide_s,
        deliver_s=fact.deliver_s,
        since=fact.occurred_at,
        owed_by=fact.decide_by,
        due=fact.decide_by,
    )


def _by_the_clock(duty: Duty, fact: DutyMissed | DutyWoken) -> Duty:
    if isinstance(fact, DutyMissed):
        missed = (*duty.missed, Missed(at=fact.occurred_at, owed=fact.owed))
        return replace(duty, missed=missed, since=fact.occurred_at, due=fact.again_at)
    owed_by = min(duty.owed_by, fact.due) if duty.owed_by is not None else None
    return replace(duty, since=fact.occurred_at, owed_by=owed_by, due=fact.due)


def _proposed(duty: Duty, fact: RefusalProposed) -> Refusal:
    decided = None
    if duty.to_be_told and fact.ground != DISRUPTED and duty.decided_at is not None and duty.decider is not None:
        decided = Decided(at=duty.decided_at, by=duty.decider, why=duty.why)
    return Refusal(
        at=fact.occurred_at,
        proposer=fact.proposer,
        ground=fact.ground,
        pack=fact.pack,
        why=fact.why,
        takes_back=decided,
    )


def _reviewed(duty: Duty, fact: RefusalUpheld | RefusalOverturned) -> Duty:
    upheld, at = isinstance(fact, RefusalUpheld), fact.occurred_at
    last = replace(duty.refusals[-1], upheld=upheld, reviewer=fact.reviewer, reviewed_at=at, reviewed_why=fact.why)
    return replace(duty, refusals=(*duty.refusals[:-1], last))


def _refusal_reviewed(duty: Duty, fact: RefusalUpheld | RefusalOverturned) -> Duty:
    at, said = fact.occurred_at, _reviewed(duty, fact)
    if isinstance(fact, RefusalOverturned):
        if duty.takes_back:
            return replace(said, stage=_before_review(duty), since=at)
        return _to_warn(said, fact.reviewer, fact.why, at)
    below = duty.refusal is not None and duty.refusal.ground == BELOW_THRESHOLD
    decided = replace(said, decider=fact.reviewer, decided_at=at, why=fact.why)
    return _over(decided, Stage.BELOW if below else Stage.REFUSED, at)


def _end_reviewed(duty: Duty, fact: RefusalUpheld | RefusalOverturned) -> Duty:
    """Fold what was said of the proposal to end it untold: it ends so, or what was owed before is owed again."""
    at, said = fact.occurred_at, _reviewed(duty, fact)
    if isinstance(fact, RefusalUpheld):
        ended = replace(said, ended_at=at, ended_how=Ended.DISRUPTED.value, ended_by=fact.reviewer, ended_why=fact.why)
        return _over(replace(ended, untold=True), Stage.ENDED, at)
    return replace(said, stage=_before_review(duty), since=at)


def _before_review(duty: Duty) -> Stage:
    if duty.to_be_told:
        return Stage.TO_WARN if duty.warning is None else Stage.UNREAD if duty.arrived_at else Stage.DELIVERING
    if duty.test is None:
        return Stage.ASKED
    return Stage.FOUND if duty_found(duty.test) else Stage.DENIED


def _over(duty: Duty, stage: Stage, at: datetime) -> Duty:
    return replace(duty, stage=stage, since=at, owed_by=None, due=None)


def _to_warn(duty: Duty, decider: Id, why: str, at: datetime) -> Duty:
    # Decided late, there is still some time to tell: as much as lies between the two deadlines.
    between = timedelta(seconds=duty.deliver_s - duty.decide_s)
    due = at + min(max(between, LEAST), LOOK_AGAIN) if duty.deliver_by <= at else duty.deliver_by
    decided = replace(duty, stage=Stage.TO_WARN, decider=decider, decided_at=at, why=why)
    return replace(decided, since=at, owed_by=duty.deliver_by, due=due)


def _retimed(duty: Duty, fact: DutyRetimed) -> Duty:
    moved = replace(
        duty,
        event_at=fact.event_at,
        decide_by=fact.decide_by,
        deliver_by=fact.deliver_by,
        decide_s=fact.decide_s,
        deliver_s=fact.deliver_s,
    )
    if duty.due is None:
        return moved
    at = fact.occurred_at
    if fact.sooner:
        moved = _told_no_more(replace(moved, sooner_at=at))
    if duty.stage in BEEN_TOLD and moved.stage in UNTOLD:
        return replace(moved, since=at, owed_by=fact.deliver_by, due=fact.deliver_by)
    if duty.stage in UNDECIDED or duty.stage in UNTOLD:
        by = fact.decide_by if duty.stage in UNDECIDED else fact.deliver_by
    else:
        by = answer_by(moved, at) if duty.stage is Stage.TOLD else look_by(moved, at)
    # What is missed by the new reckoning is so at once; nothing is put off by it.
    return replace(moved, since=at, owed_by=min(by, duty.owed_by or by), due=min(by, duty.due))


def _told_no_more(duty: Duty) -> Duty:
    """Return a duty of which nothing that was told, or is on its way, says what is known now."""
    stage = Stage.TO_WARN if duty.stage in BEEN_TOLD or duty.stage in UNTOLD else duty.stage
    return replace(
        duty,
        stage=stage,
        warning=None,
        served_at=None,
        told_at=None,
        told_how="",
        told_by=None,
        answer="",
        answered_at=None,
        covered_by=None,
        covered_why="",
        apart=(),
        arrived_at=None,
    )


def _reopened(duty: Duty, fact: DutyReopened) -> Duty:
    return replace(
        _told_no_more(duty),
        stage=Stage.ASKED,
        event_at=fact.event_at,
        decide_by=fact.decide_by,
        deliver_by=fact.deliver_by,
        decide_s=fact.decide_s,
        deliver_s=fact.deliver_s,
        since=fact.occurred_at,
        owed_by=fact.decide_by,
        due=fact.decide_by,
        test=None,
        tester=None,
        tested_at=None,
        tested_why="",
        decider=None,
        decided_at=None,
        why=fact.why,
        ended_at=None,
        ended_how="",
        ended_by=None,
        ended_why="",
        untold=False,
        reopened_at=fact.occurred_at,
    )


def _since_distrusted(duty: Duty, fact: DutyReopened) -> Duty:
    """Fold that a host is asked about again, for it came to be distrusted.

    The danger is what it was: the test holds, so does what was told by another way, and a warning that went out says all that is known.
    """
    again = replace(_reopened(duty, fact), apart=duty.apart, reopened_at=duty.reopened_at)
    if duty.test is not None:
        stage = Stage.FOUND if duty_found(duty.test) else Stage.DENIED
        again = replace(again, stage=stage, test=duty.test, tester=duty.tester)
        again = replace(again, tested_at=duty.tested_at, tested_why=duty.tested_why)
    if duty.decided_at is None or duty.decider is None or fact.distrust is None:
        return again
    decided = Decided(at=duty.decided_at, by=duty.decider, why=duty.why)
    held = Superseded(decided=decided, since=fact.occurred_at, by=fact.author, because=fact.why, distrust=fact.distrust)
    return replace(again, superseded=(*duty.superseded, held))


def _afterwards(duty: Duty, fact: Fact) -> Duty:
    """Fold what happens once it was decided to warn."""
    at = fact.occurred_at
    match fact:
        case DutyServed() | DutyCovered() | DutyArrived():
            return _on_its_way(duty, fact)
        case DutyUnserved():
            return _unserved(duty, at)
        case DutyDelivered():
            stage = Stage.TOLD if duty.in_confidence else Stage.WATCHED
            due = answer_by(duty, at) if duty.in_confidence else look_by(duty, at)
            told = replace(duty, told_at=at, told_how=fact.how, told_by=fact.told_by)
            return replace(told, stage=stage, warning=fact.warning or duty.warning, since=at, owed_by=due, due=due)
        case DutyPartTold():
            parts = (ToldApart(who=one, at=at, how=fact.how, by=fact.told_by) for one in (*fact.whom, *fact.words))
            return replace(duty, apart=(*duty.apart, *parts))
        case DutyNamed():
            words = "; ".join(one for one in duty.in_words if one != fact.words)
            return replace(duty, who=words, whom=tuple(dict.fromkeys((*duty.whom, *fact.whom))))
        case DutyAnswered():
            heard = replace(duty, answer=fact.answer, answered_at=at)
            if duty.stage is not Stage.TOLD or not fact.everyone:
                return heard
            return _watched(heard, look_by(duty, at), at)
        case DutyExtended():
            looked = replace(duty, looked_at=at, looked_by=fact.decider, looked_why=fact.why)
            return _watched(looked, fact.until, at)
        case DutyEnded():
            ended = replace(duty, ended_at=at, ended_how=fact.how.value, ended_by=fact.decider, ended_why=fact.why)
            return _over(replace(ended, untold=duty.told_at is None), Stage.ENDED, at)
    raise TypeError(fact.kind())


def _on_its_way(duty: Duty, fact: DutyServed | DutyCovered | DutyArrived) -> Duty:
    at = fact.occurred_at
    stage = Stage.UNREAD if isinstance(fact, DutyArrived) else Stage.DELIVERING
    # What goes out while to end it untold is reviewed takes that from nobody; only that they are told does.
    sent = replace(duty, stage=Stage.REVIEW if duty.stage is Stage.REVIEW else stage, warning=fact.warning)
    match fact:
        case DutyArrived():
            since = duty.since if sent.stage is Stage.REVIEW else max(at, duty.since)
            return replace(sent, arrived_at=at, since=since)
        case DutyCovered():
            return replace(sent, served_at=at, arrived_at=None, covered_by=fact.named_by, covered_why=fact.why)
    return replace(sent, served_at=at, arrived_at=None, covered_by=None, covered_why="")


def _unserved(duty: Duty, at: datetime) -> Duty:
    stage = Stage.REVIEW if duty.stage is Stage.REVIEW else Stage.TO_WARN
    bare = replace(duty, warning=None, served_at=None, arrived_at=None, covered_by=None, covered_why="")
    return replace(bare, stage=stage, since=duty.since if stage is Stage.REVIEW else at)


def _watched(duty: Duty, by: datetime, at: datetime) -> Duty:
    return replace(duty, stage=Stage.WATCHED, since=at, owed_by=by, due=by)


def fold_distrust(state: DistrustedHost | None, fact: Fact) -> DistrustedHost:
    """Return whether a host is distrusted after the fact."""
    match fact:
        case HostDistrusted():
            return DistrustedHost(
                id=fact.subject,
                threat=fact.threat,
                host=fact.host,
                distrust=fact.distrust,
                distrusted_at=fact.occurred_at,
                distrusted_by=fact.distrusted_by,
                why=fact.why,
            )
        case HostKeptDistrusted():
            distrusted = standing(state, fact)
            said = KeptDistrusted(at=fact.occurred_at, by=fact.kept_by, why=fact.why, beside=fact.beside)
            return replace(distrusted, kept=(*distrusted.kept, said))
        case HostTrusted():
            distrusted = standing(state, fact)
            return replace(distrusted, trusted_at=fact.occurred_at, trusted_by=fact.trusted_by, trusted_why=fact.why)
    raise TypeError(fact.kind())


FOLDINGS = (
    Folding(
        Duty,
        (
            DutyOpened,
            DutyTested,
            DutyTaken,
            RefusalProposed,
            RefusalUpheld,
            RefusalOverturned,
            DutyServed,
            DutyCovered,
            DutyArrived,
            DutyUnserved,
            DutyDelivered,
            DutyPartTold,
            DutyNamed,
            DutyAnswered,
            DutyMissed,
            DutyWoken,
            DutyRetimed,
            DutyExtended,
            DutyEnded,
            DutyReopened,
        ),
        fold_duty,
    ),
    Folding(DistrustedHost, (HostDistrusted, HostKeptDistrusted, HostTrusted), fold_distrust),
)
